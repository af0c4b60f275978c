//! Reading stored letters again (S16): what a newer reader makes of them is first only kept as figures, then written or forgotten.
//!
//! The bytes are never touched, and neither are identities, sightings or the ledger: only what was read out of a letter. Each method is a
//! short transaction; where it stopped, it goes on.

use crate::{
    NewEvent, NewLetter, Store, StoreError,
    audit::append_event,
    db::{read, write},
    dialect,
    search::place_of,
    threads::take_apart,
};
use model::{AddressRole, MessageId, RereadChange, RereadJob, RereadObstacle, RereadState, RereadTrouble};
use std::collections::HashSet;

/// What is stored of a letter, as far as reading decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReading {
    /// The letter.
    pub id: MessageId,
    /// Sort date, ms.
    pub date: i64,
    /// Subject.
    pub subject: String,
    /// Files.
    pub attachments: i64,
    /// There is an HTML part.
    pub has_html: bool,
    /// A bounce, or a machine's.
    pub is_automatic: bool,
    /// It could not be read.
    pub is_unreadable: bool,
    /// Role, address and name of everybody, sorted.
    pub people: Vec<(AddressRole, String, String)>,
    /// What it refers to, as [`crate::refers_digest`] makes it; `None` = that was not kept yet.
    pub refers: Option<i64>,
    /// How often it could not be read again.
    pub tries: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    date: i64,
    subject: String,
    attachments: i64,
    has_html: i64,
    is_bounce: i64,
    is_automatic: i64,
    unreadable: Option<String>,
    refers: Option<i64>,
    tries: i64,
}

type JobRow = (i64, String, i64, i64, i64, i64, i64, String);

impl Store {
    /// The reading under way, or the last one.
    pub async fn reread_job(&self) -> Result<Option<RereadJob>, StoreError> {
        let row: Option<JobRow> = read!(self, c => sqlx::query_as(
            "select parser, state, next, last, looked, changed, began_at, principal from reread where id = 1").fetch_optional(c).await)?;
        row.map(|(parser, state, next, last, looked, changed, began_at, principal)| {
            let state = RereadState::parse(&state).ok_or_else(|| StoreError::Inconsistent("reread.state cannot be read".into()))?;
            Ok(RereadJob { parser, state, next, last, looked, changed, began_at, principal })
        })
        .transpose()
    }

    /// How many letters were read by an earlier reader than this.
    pub async fn read_before(&self, parser: i64) -> Result<i64, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select count(*) from message where parser_version < $1").bind(parser).fetch_one(c).await)?)
    }

    /// Begins to look, with the event; what an earlier look found is forgotten.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `reread_is_written` while an earlier one is being written.
    pub async fn begin_reread(&self, parser: i64, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let busy: Option<i64> = sqlx::query_scalar("select id from reread where state = 'accepting'").fetch_optional(&mut *c).await?;
            if busy.is_some() {
                return Err(StoreError::Conflict("reread_is_written"));
            }
            sqlx::query("delete from reread_change").execute(&mut *c).await?;
            sqlx::query("delete from reread_trouble").execute(&mut *c).await?;
            sqlx::query("delete from reread").execute(&mut *c).await?;
            sqlx::query("insert into reread (id, parser, state, next, last, began_at, principal) select 1, $1, 'looking', 0, coalesce(max(id), 0), $2, $3 from message")
                .bind(parser).bind(event.at).bind(&event.principal).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// What is stored of the next letters after this number, and not after `last`.
    pub async fn stored_readings(&self, after: i64, last: i64, limit: i64) -> Result<Vec<StoredReading>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(
            "select m.id, m.date, m.subject, m.attachments, m.has_html, m.is_bounce, m.is_automatic, m.unreadable, t.refers,
               coalesce(f.tries, 0) as tries
             from message m left join message_thread t on t.message_id = m.id left join reread_trouble f on f.message_id = m.id
             where m.id > $1 and m.id <= $2 order by m.id limit $3").bind(after).bind(last).bind(limit).fetch_all(c).await)?;
        let mut readings = Vec::with_capacity(rows.len());
        for row in rows {
            let people: Vec<(i64, String, String)> = read!(self, c => sqlx::query_as(
                "select ma.role, a.address, ma.name from message_address ma join address a on a.id = ma.address_id where ma.message_id = $1")
                .bind(row.id).fetch_all(c).await)?;
            let people = people.into_iter().filter_map(|(role, address, name)| Some((AddressRole::from_code(role)?, address, name)));
            let mut people: Vec<_> = people.collect();
            people.sort_by(|one, other| (one.0.code(), &one.1).cmp(&(other.0.code(), &other.1)));
            readings.push(StoredReading {
                id: MessageId(row.id),
                date: row.date,
                subject: row.subject,
                attachments: row.attachments,
                has_html: row.has_html != 0,
                is_automatic: row.is_bounce + row.is_automatic > 0,
                is_unreadable: row.unreadable.is_some(),
                people,
                refers: row.refers,
                tries: row.tries,
            });
        }
        Ok(readings)
    }

    /// Keeps what a step of looking found, if nobody else made that step meanwhile: letters from `after` to `next` were `looked` at. Whether
    /// it was kept.
    pub async fn keep_look(&self, after: i64, next: i64, looked: i64, found: &[RereadChange]) -> Result<bool, StoreError> {
        write!(self, c => {
            let changed = sqlx::query(
                "update reread set next = $2, looked = looked + $3, changed = changed + $4, state = case when $2 >= last then 'ready' else state end
                 where id = 1 and next = $1 and state = 'looking'")
                .bind(after).bind(next).bind(looked).bind(found.len() as i64).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Ok(false);
            }
            for one in found {
                sqlx::query("insert into reread_change (message_id, what, figures) select id, $2, $3 from message where id = $1 on conflict do nothing")
                    .bind(one.letter.0).bind(&one.what).bind(&one.figures).execute(&mut *c).await?;
            }
            Ok(true)
        })
    }

    /// What would change: kinds, each with its number of letters, and some of the letters.
    pub async fn reread_found(&self, examples: i64) -> Result<(Vec<(String, i64)>, Vec<RereadChange>), StoreError> {
        let counts: Vec<(String, i64)> = read!(self, c => sqlx::query_as("select what, count(*) from reread_change group by what order by 2 desc, 1").fetch_all(c).await)?;
        let rows: Vec<(i64, String, String)> = read!(self, c => sqlx::query_as(
            "select message_id, what, figures from reread_change order by message_id desc limit $1").bind(examples).fetch_all(c).await)?;
        let change = |(letter, what, figures)| RereadChange { letter: MessageId(letter), what, figures };
        Ok((counts, rows.into_iter().map(change).collect()))
    }

    /// Somebody accepts what was found, with the event: it is written from now on, step by step.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `reread_is_not_ready`.
    pub async fn accept_reread(&self, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query("update reread set state = 'accepting', next = 0 where id = 1 and state = 'ready'").execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::Conflict("reread_is_not_ready"));
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Somebody drops it, with the event: everything stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `reread_is_written` when it is being written already.
    pub async fn drop_reread(&self, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let gone = sqlx::query("delete from reread where state in ('looking', 'ready')").execute(&mut *c).await?.rows_affected();
            if gone == 0 {
                return Err(StoreError::Conflict("reread_is_written"));
            }
            sqlx::query("delete from reread_change").execute(&mut *c).await?;
            sqlx::query("delete from reread_trouble").execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// The next letters to be written anew: number and sort date.
    pub async fn to_write_anew(&self, limit: i64) -> Result<Vec<(MessageId, i64)>, StoreError> {
        let rows: Vec<(i64, i64)> = read!(self, c => sqlx::query_as(
            "select r.message_id, m.date from reread_change r join message m on m.id = r.message_id, reread j
             where j.state = 'accepting' and r.message_id > j.next order by r.message_id limit $1").bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, date)| (MessageId(id), date)).collect())
    }

    /// Writes what was read of a letter anew, and what follows from it: dates in lists, people, words for the search.
    pub async fn write_anew(&self, id: MessageId, letter: &NewLetter) -> Result<(), StoreError> {
        let database = self.database();
        let body = zstd::bulk::compress(letter.text.as_bytes(), 1)?;
        write!(self, c => {
            let before: Option<i64> = sqlx::query_scalar("select date from message where id = $1").bind(id.0).fetch_optional(&mut *c).await?;
            let Some(before) = before else { return Ok(()) };
            let mut rows = Vec::new();
            let mut seen = HashSet::new();
            let mut from: (Option<i64>, &str) = (None, "");
            for (position, (role, address, name)) in letter.people.iter().enumerate() {
                let known: i64 = sqlx::query_scalar("insert into address (address) values ($1) on conflict (address) do update set address = excluded.address returning id")
                    .bind(address).fetch_one(&mut *c).await?;
                if *role == AddressRole::From && from.0.is_none() {
                    from = (Some(known), name);
                }
                if seen.insert((role.code(), known)) {
                    rows.push((role.code(), known, position as i64, name));
                }
            }
            sqlx::query(
                "update message set parser_version = $2, subject = $3, preview = $4, date = $5, date_header = $6, received_at = $7, date_looks_wrong = $8,
                   from_id = $9, from_name = $10, attachments = $11, has_html = $12, remote_content = $13, is_bounce = $14, is_automatic = $15,
                   unreadable = $16, remarks = $17 where id = $1")
                .bind(id.0).bind(letter.parser_version).bind(&letter.subject).bind(&letter.preview).bind(letter.date).bind(&letter.date_header)
                .bind(letter.received_at).bind(i64::from(letter.date_looks_wrong)).bind(from.0).bind(from.1).bind(letter.attachments)
                .bind(i64::from(letter.has_html)).bind(i64::from(letter.remote_content)).bind(i64::from(letter.is_bounce))
                .bind(i64::from(letter.is_automatic)).bind(&letter.unreadable).bind(letter.remarks.join("\n"))
                .execute(&mut *c).await?;
            sqlx::query("delete from message_address where message_id = $1").bind(id.0).execute(&mut *c).await?;
            for (role, address, position, name) in rows {
                sqlx::query("insert into message_address (message_id, role, address_id, position, name, date) values ($1, $2, $3, $4, $5, $6)")
                    .bind(id.0).bind(role).bind(address).bind(position).bind(name).bind(letter.date).execute(&mut *c).await?;
            }
            sqlx::query("insert into message_text (message_id, body, files) values ($1, $2, $3)
                 on conflict (message_id) do update set body = excluded.body, files = excluded.files")
                .bind(id.0).bind(&body[..]).bind(&letter.files).execute(&mut *c).await?;
            if before != letter.date {
                sqlx::query("update account_message set date = $2 where message_id = $1 and date = $3 and account_id in (select id from account)")
                    .bind(id.0).bind(letter.date).bind(before).execute(&mut *c).await?;
                for start in dialect::index_delete(database) {
                    let delete = format!("{start}{})", place_of(before, id));
                    sqlx::query(sqlx::AssertSqlSafe(delete)).persistent(false).execute(&mut *c).await?;
                }
            }
            take_apart!(c, database, id.0, &letter.refers);
            sqlx::query("insert into search_todo (message_id) values ($1) on conflict do nothing").bind(id.0).execute(&mut *c).await?;
            sqlx::query("delete from reread_trouble where message_id = $1").bind(id.0).execute(&mut *c).await?;
            sqlx::query("update reread set next = $1 where id = 1 and state = 'accepting' and next < $1").bind(id.0).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// A letter could not be read again, or not be written. How often that was so by now; 0 when the letter is gone, or the reading
    /// was dropped.
    pub async fn note_reread_trouble(&self, id: MessageId, why: RereadObstacle) -> Result<i64, StoreError> {
        write!(self, c => {
            let tries: Option<i64> = sqlx::query_scalar(
                "insert into reread_trouble (message_id, tries, why) select id, 1, $2 from message where id = $1
                   and exists (select 1 from reread where reread.id = 1)
                 on conflict (message_id) do update set tries = reread_trouble.tries + 1, why = excluded.why returning tries")
                .bind(id.0).bind(why.as_str()).fetch_optional(&mut *c).await?;
            Ok(tries.unwrap_or(0))
        })
    }

    /// A letter could be read again after all.
    pub async fn forget_reread_trouble(&self, id: MessageId) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("delete from reread_trouble where message_id = $1").bind(id.0).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Letters that could not be read again: how many, and some of them by number.
    pub async fn reread_troubles(&self, examples: i64) -> Result<(i64, Vec<RereadTrouble>), StoreError> {
        let failed: i64 = read!(self, c => sqlx::query_scalar("select count(*) from reread_trouble").fetch_one(c).await)?;
        let rows: Vec<(i64, i64, String)> = read!(self, c => sqlx::query_as(
            "select message_id, tries, why from reread_trouble order by message_id limit $1").bind(examples).fetch_all(c).await)?;
        let trouble = |(letter, tries, why): (i64, i64, String)| {
            let why = RereadObstacle::parse(&why).ok_or_else(|| StoreError::Inconsistent("reread_trouble.why cannot be read".into()))?;
            Ok(RereadTrouble { letter: MessageId(letter), tries, why })
        };
        Ok((failed, rows.into_iter().map(trouble).collect::<Result<_, StoreError>>()?))
    }

    /// A letter whose bytes are not here, or that could not be written, is left as it is.
    pub async fn leave_as_it_is(&self, id: MessageId) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update reread set next = $1 where id = 1 and state = 'accepting' and next < $1").bind(id.0).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Everything was written: letters that read as before count as read by this reader too, but none that could not be read.
    pub async fn end_reread(&self) -> Result<(), StoreError> {
        write!(self, c => {
            let job: Option<(i64, i64)> = sqlx::query_as("select parser, last from reread where id = 1 and state = 'accepting'").fetch_optional(&mut *c).await?;
            let Some((parser, last)) = job else { return Ok(()) };
            sqlx::query("update message set parser_version = $1 where parser_version < $1 and id <= $2
                 and not exists (select 1 from reread_trouble f where f.message_id = message.id)").bind(parser).bind(last).execute(&mut *c).await?;
            sqlx::query("delete from reread_change").execute(&mut *c).await?;
            sqlx::query("update reread set state = 'done' where id = 1").execute(&mut *c).await?;
            Ok(())
        })
    }
}
