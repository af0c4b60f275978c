//! Whose last word waits for an answer (S19): of each party on file the newest letter that came from its addresses, and the newest of the
//! office's that it had. What machines write is no word.
//!
//! Asks the index of each address on file for its newest letters, so the work grows with the addresses and not with the letters; an
//! address whose letters are all a machine's is followed no further back than `since`.

use crate::{
    NewEvent, Scope, Store, StoreError,
    audit::append_event,
    db::{read, write},
    history::client_scope,
    letters::visible,
};
use model::{ClientId, Mailbox, MessageId, SetAside, Unanswered, UserId};

/// The date of the newest letter of the address `pa` on a file that is a word of a person and meets `$what`; null when there is none.
macro_rules! newest_word {
    ($what:literal) => {
        concat!(
            "(select ma.date from message_address ma join message m on m.id = ma.message_id left join address f on f.id = m.from_id
              where ma.address_id = pa.address_id and ma.date >= $4 and ma.date >= coalesce(pa.valid_from, -8000000000000000000)
                and ma.date < coalesce(pa.valid_to, 8000000000000000000) and m.is_automatic = 0 and m.is_bounce = 0 and ",
            $what,
            " and not exists (select 1 from filing k
                where k.message_id = ma.message_id and k.party_id = pa.party_id and k.decision = 'keep_off')
              order by ma.date desc, ma.message_id desc limit 1)"
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    party_id: i64,
    name: String,
    kind: String,
    letter: i64,
    subject: String,
    from_address: Option<String>,
    from_name: String,
    date: i64,
}

impl Store {
    /// Parties in scope whose last word is theirs and older than `until` (but not older than `since`), the oldest first, from `after` (date,
    /// party) on.
    pub async fn unanswered(
        &self,
        scope: Scope,
        since: i64,
        until: i64,
        after: Option<(i64, i64)>,
        limit: i64,
    ) -> Result<Vec<Unanswered>, StoreError> {
        let (user, all) = scope.binds();
        let (after_date, after_party) = after.unwrap_or((i64::MIN, 0));
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(concat!(
            "with words as materialized (
               select pa.party_id, ", newest_word!("ma.role = 1 and coalesce(f.is_own, 0) = 0"), " as theirs, ", newest_word!("f.is_own = 1"), " as ours
               from party_address pa join address a on a.id = pa.address_id and a.is_own = 0
               union all
               select k.party_id, case when coalesce(f.is_own, 0) = 0 then m.date end, case when f.is_own = 1 then m.date end
               from filing k join message m on m.id = k.message_id left join address f on f.id = m.from_id
               where k.decision = 'belongs' and m.is_automatic = 0 and m.is_bounce = 0 and m.date >= $4),
             last as materialized (select party_id, max(theirs) as theirs, max(ours) as ours from words group by party_id)
             select p.id as party_id, p.name, p.kind, m.id as letter, m.subject, f.address as from_address, m.from_name, m.date
             from last join party p on p.id = last.party_id
             join message m on m.id = (
               select max(theirs.id) from (
                 select ma.message_id as id from party_address pa join message_address ma on ma.address_id = pa.address_id and ma.date = last.theirs
                 join message mm on mm.id = ma.message_id and mm.is_automatic = 0 and mm.is_bounce = 0
                 where pa.party_id = p.id and ma.role = 1
                 union all
                 select k.message_id from filing k join message mm on mm.id = k.message_id and mm.date = last.theirs
                 where k.party_id = p.id and k.decision = 'belongs') theirs)
             left join address f on f.id = m.from_id
             where last.theirs is not null and last.theirs < $3 and last.theirs > coalesce(last.ours, -9000000000000000000) and ", client_scope!(),
            " and not exists (select 1 from unanswered_aside u where u.party_id = p.id and u.message_id = m.id)
               and (m.date > $5 or (m.date = $5 and p.id > $6))
             order by m.date, p.id limit $7"))
            .bind(user).bind(all).bind(until).bind(since).bind(after_date).bind(after_party).bind(limit).fetch_all(c).await)?;
        // A contact's letter may be nobody's to open.
        let seen = self.visible_ids(scope, &rows.iter().map(|row| row.letter).collect::<Vec<_>>()).await?;
        let shown = rows.into_iter().map(|row| {
            let subject = if seen.contains(&row.letter) { row.subject } else { String::new() };
            Unanswered {
                party: ClientId(row.party_id),
                name: row.name,
                is_contact: row.kind == "contact",
                letter: MessageId(row.letter),
                subject,
                from: Mailbox { name: row.from_name, address: row.from_address.unwrap_or_default() },
                date: row.date,
                days: 0,
            }
        });
        Ok(shown.collect())
    }

    /// Says that a party's letter needs no answer, with the event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the party or the letter is not the viewer's to see.
    pub async fn set_aside(
        &self,
        scope: Scope,
        party: ClientId,
        letter: MessageId,
        by: Option<UserId>,
        event: &NewEvent,
    ) -> Result<(), StoreError> {
        let (user, all) = scope.binds();
        let head = write!(self, c => {
            let open: Option<i64> = sqlx::query_scalar(concat!(
                "select p.id from party p, message m where p.id = $3 and m.id = $4 and ", client_scope!(), " and ", visible!()))
                .bind(user).bind(all).bind(party.0).bind(letter.0).fetch_optional(&mut *c).await?;
            if open.is_none() {
                return Err(StoreError::NotFound);
            }
            sqlx::query(
                "insert into unanswered_aside (party_id, message_id, by_user, at) values ($1, $2, $3, $4)
                 on conflict (party_id) do update set message_id = excluded.message_id, by_user = excluded.by_user, at = excluded.at")
                .bind(party.0).bind(letter.0).bind(by.map(|by| by.0)).bind(event.at).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Takes that back, with the event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the party is not in scope, or nothing was said.
    pub async fn wait_again(&self, scope: Scope, party: ClientId, event: &NewEvent) -> Result<(), StoreError> {
        let (user, all) = scope.binds();
        let head = write!(self, c => {
            let open: Option<i64> = sqlx::query_scalar(concat!("select p.id from party p where p.id = $3 and ", client_scope!()))
                .bind(user).bind(all).bind(party.0).fetch_optional(&mut *c).await?;
            let gone = sqlx::query("delete from unanswered_aside where party_id = $1").bind(open.unwrap_or(-1)).execute(&mut *c).await?.rows_affected();
            if gone == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// What was said to need no answer, the latest first, of parties and letters in scope.
    pub async fn aside(&self, scope: Scope, limit: i64) -> Result<Vec<SetAside>, StoreError> {
        let (user, all) = scope.binds();
        let rows: Vec<(i64, String, i64, String, Option<String>, i64)> = read!(self, c => sqlx::query_as(concat!(
            "select p.id, p.name, m.id, m.subject, w.name, u.at from unanswered_aside u join party p on p.id = u.party_id
             join message m on m.id = u.message_id left join app_user w on w.id = u.by_user
             where ", client_scope!(), " and ", visible!(), " order by u.at desc, p.id desc limit $3"))
            .bind(user).bind(all).bind(limit).fetch_all(c).await)?;
        let aside = |(party, name, letter, subject, by, at): (i64, String, i64, String, Option<String>, i64)| SetAside {
            party: ClientId(party),
            name,
            letter: MessageId(letter),
            subject,
            by: by.unwrap_or_else(|| "console".to_owned()),
            at,
        };
        Ok(rows.into_iter().map(aside).collect())
    }
}
