//! The loop closed: a sent letter meets its copy in the folder of sent letters, the report that it came back, and its answer.

use crate::{
    Store, StoreError,
    db::{read, write},
    dialect,
    outbox::key_of,
    search::place_of,
};
use model::MessageId;

/// Copies of letters sent longer ago are not looked for any more, ms.
const LOOKED_FOR: i64 = 30 * 24 * 3_600_000;
/// Clocks of mail systems differ by so much, ms.
const CLOCKS_DIFFER: i64 = 60_000;
/// A report without a Message-ID is about a letter that left at most so long before, ms.
const COMES_BACK: i64 = 7 * 24 * 3_600_000;

/// A copy that was seen: letter of the outbox, its state, the letter that was collected, whether in a folder of sent letters, and what it is
/// filed as.
type SeenRow = (i64, String, i64, i64, Option<i64>);

/// What a mail system reported about letters that did not arrive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Returned {
    /// Message-IDs of what came back, as far as they are told.
    pub message_ids: Vec<String>,
    /// Recipients, canonical, with the words about each.
    pub recipients: Vec<(String, String)>,
}

impl Store {
    /// Looks for copies of sent letters among those collected: each is noted, and settles an uncertain letter. A copy that the provider wrote
    /// anew becomes one letter with ours. A letter with a code is settled by a copy that was left out, too. Answers
    /// (copies seen, uncertain letters settled).
    pub async fn join_sent_copies(&self, now: i64) -> Result<(i64, i64), StoreError> {
        let found: Vec<SeenRow> = read!(self, c => sqlx::query_as(
            "select o.id, o.state, m.id, cast(max(case when coalesce(f.role, '') in ('sent', 'all') then 1 else 0 end) as bigint), o.filed_as
             from outbox o join message m on m.message_key = o.message_key and m.message_id = o.message_id
             join address x on x.id = m.from_id and x.address = o.sender
             join sighting g on g.message_id = m.id join folder f on f.id = g.folder_id
             where o.seen_in_sent_at is null and o.queued_at > $1 and o.state in ('sent', 'uncertain', 'deferred')
               and coalesce(f.role, '') not in ('drafts', 'trash', 'junk')
             group by o.id, o.state, m.id, o.filed_as order by o.id, 4 desc, m.id")
            .bind(now - LOOKED_FOR).fetch_all(c).await)?;
        let named: Vec<(i64, String)> = read!(self, c => sqlx::query_as(
            "select id, provider_id from outbox where seen_in_sent_at is null and queued_at > $1 and provider_id <> '' and state in ('sent', 'uncertain')")
            .bind(now - LOOKED_FOR).fetch_all(c).await)?;
        let mut found = found;
        for (id, provider_id) in named {
            let rows: Vec<SeenRow> = read!(self, c => sqlx::query_as(
                "select o.id, o.state, m.id, cast(max(case when coalesce(f.role, '') in ('sent', 'all') then 1 else 0 end) as bigint), o.filed_as
                 from outbox o join message m on m.message_key = $2 and m.message_id = o.provider_id
                 join address x on x.id = m.from_id and x.address = o.sender
                 join sighting g on g.message_id = m.id join folder f on f.id = g.folder_id
                 where o.id = $1 and coalesce(f.role, '') not in ('drafts', 'trash', 'junk') group by o.id, o.state, m.id, o.filed_as order by 4 desc, m.id")
                .bind(id).bind(key_of(&provider_id)).fetch_all(c).await)?;
            found.extend(rows);
        }
        let (mut seen, mut settled) = (0, 0);
        let mut done: Vec<i64> = Vec::new();
        for (id, state, message, in_sent, filed) in found {
            if done.contains(&id) || (in_sent == 0 && state != "uncertain") {
                continue;
            }
            done.push(id);
            settled += i64::from(self.note_copy(id, Some(message), in_sent != 0, now).await?);
            seen += in_sent;
            if let Some(filed) = filed.filter(|filed| *filed != message && in_sent != 0) {
                self.one_of_two(filed, message).await?;
            }
        }
        for id in self.uncertain_codes_seen(now).await? {
            settled += i64::from(self.note_copy(id, None, false, now).await?);
        }
        Ok((seen, settled))
    }

    /// The words of a letter with a code go, and it enters no history, as when the server took it.
    async fn note_copy(&self, id: i64, message: Option<i64>, in_sent: bool, now: i64) -> Result<bool, StoreError> {
        write!(self, c => {
            let settled = sqlx::query(
                "update outbox set state = 'sent', next_at = null, sent_at = coalesce(sent_at, $3), settled_at = $3, settled_by = 'copy',
                   reason = 'Its copy was seen in the mailbox', claimed_until = 0,
                   filed_as = case when origin = 'code' then filed_as else coalesce(filed_as, $2) end,
                   raw = case when origin = 'code' or exists (select 1 from copy k where k.digest = outbox.digest) then null else raw end
                 where id = $1 and state = 'uncertain'")
                .bind(id).bind(message).bind(now).execute(&mut *c).await?.rows_affected() > 0;
            if settled {
                sqlx::query("update outbox_recipient set state = 'accepted' where outbox_id = $1 and state = 'waiting'").bind(id).execute(&mut *c).await?;
            }
            if in_sent {
                sqlx::query("update outbox set seen_in_sent_at = $2, append_state = case when append_state = 'due' then 'done' else append_state end where id = $1")
                    .bind(id).bind(now).execute(&mut *c).await?;
            }
            Ok(settled)
        })
    }

    /// Two letters that are one, because the provider wrote our letter anew: the collected one's copies and sightings become ours.
    async fn one_of_two(&self, ours: i64, theirs: i64) -> Result<(), StoreError> {
        let database = self.database();
        write!(self, c => {
            let date: i64 = sqlx::query_scalar("select date from message where id = $1").bind(theirs).fetch_one(&mut *c).await?;
            for both in [
                "update copy set message_id = $1 where message_id = $2",
                "update sighting set message_id = $1 where message_id = $2",
                "update outbox set answered_by = $1 where answered_by = $2",
                "update outbox set answers = $1 where answers = $2",
                "update draft set answers = $1 where answers = $2",
                "update import_outcome set answers = $1 where answers = $2",
                "update forward set message_id = $1 where message_id = $2",
                "update outbox set filed_as = $1 where filed_as = $2",
                "insert into message_address (message_id, role, address_id, position, name, date)
                   select $1, t.role, t.address_id, t.position, t.name, o.date from message_address t, message o where t.message_id = $2 and o.id = $1 on conflict do nothing",
                "insert into filing (message_id, party_id, decision, by_user, at, reason)
                   select $1, party_id, decision, by_user, at, reason from filing where message_id = $2 on conflict do nothing",
                "insert into account_message (account_id, date, message_id)
                   select t.account_id, o.date, o.id from account_message t, message o where t.message_id = $2 and o.id = $1 on conflict do nothing",
                "insert into search_todo (message_id) select id from message where id = $1 and id <> $2 on conflict do nothing",
            ] {
                sqlx::query(both).bind(ours).bind(theirs).execute(&mut *c).await?;
            }
            for gone in [
                "delete from account_message where message_id = $1",
                "delete from search_todo where message_id = $1",
                "delete from message_text where message_id = $1",
                "delete from message_address where message_id = $1",
                "delete from message_thread where message_id = $1",
                "delete from thread_todo where message_id = $1",
                "delete from letter_read where message_id = $1",
                "delete from filing where message_id = $1",
                "delete from import_todo where message_id = $1",
                "delete from import_outcome where message_id = $1",
                "delete from reread_change where message_id = $1",
                "delete from reread_trouble where message_id = $1",
                "delete from message where id = $1",
            ] {
                sqlx::query(gone).bind(theirs).execute(&mut *c).await?;
            }
            for start in dialect::index_delete(database) {
                let delete = format!("{start}{})", place_of(date, MessageId(theirs)));
                sqlx::query(sqlx::AssertSqlSafe(delete)).persistent(false).execute(&mut *c).await?;
            }
            Ok(())
        })
    }

    /// Collected letters after a number that may say something about sent ones: reports of mail systems, and letters of conversations that a sent
    /// letter is in. Each with its date and whether it is a report; our own letters are not among them.
    pub async fn letters_to_join(&self, after: i64, limit: i64) -> Result<Vec<(MessageId, i64, bool)>, StoreError> {
        let rows: Vec<(i64, i64, i64)> = read!(self, c => sqlx::query_as(
            "select m.id, m.date, m.is_bounce from message m left join address f on f.id = m.from_id
             where m.id > $1 and coalesce(f.is_own, 0) = 0 and (m.is_bounce = 1 or m.is_automatic = 0 and exists (
               select 1 from message_thread t join message_thread other on other.thread = t.thread join outbox o on o.filed_as = other.message_id
               where t.message_id = m.id)) order by m.id limit $2")
            .bind(after).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, date, bounce)| (MessageId(id), date, bounce != 0)).collect())
    }

    /// The newest letter's number: how far joining can be.
    pub async fn newest_letter(&self) -> Result<i64, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select coalesce(max(id), 0) from message").fetch_one(c).await)?)
    }

    /// Joins a report to the letter that came back: by Message-ID, else by recipient and time. Answers which letter it is about.
    pub async fn join_bounce(&self, report: MessageId, at: i64, returned: &Returned) -> Result<Option<i64>, StoreError> {
        write!(self, c => {
            let mut about: Option<i64> = None;
            for message_id in &returned.message_ids {
                about = sqlx::query_scalar("select id from outbox where message_key = $1 and message_id = $2")
                    .bind(key_of(message_id)).bind(message_id).fetch_optional(&mut *c).await?;
                if about.is_none() {
                    about = sqlx::query_scalar("select id from outbox where provider_id = $1 and provider_id <> ''").bind(message_id).fetch_optional(&mut *c).await?;
                }
                if about.is_some() {
                    break;
                }
            }
            // A report that names a letter is about that one or about none of ours.
            if about.is_none() && returned.message_ids.is_empty() {
                for (address, _) in &returned.recipients {
                    about = sqlx::query_scalar(
                        "select o.id from outbox_recipient r join outbox o on o.id = r.outbox_id where r.address = $1 and o.sent_at <= $2 and o.sent_at > $3
                         order by o.sent_at desc, o.id desc limit 1")
                        .bind(address).bind(at + 60_000).bind(at - COMES_BACK).fetch_optional(&mut *c).await?;
                    if about.is_some() {
                        break;
                    }
                }
            }
            let Some(id) = about else { return Ok(None) };
            // A report about a sending of before says nothing about the one that a person asked for since.
            let since: i64 = sqlx::query_scalar("select tried_from from outbox where id = $1").bind(id).fetch_one(&mut *c).await?;
            if at + CLOCKS_DIFFER < since {
                return Ok(None);
            }
            let mut marked = 0;
            for (address, words) in &returned.recipients {
                marked += sqlx::query("update outbox_recipient set state = 'bounced', reply = $3, at = $4 where outbox_id = $1 and address = $2")
                    .bind(id).bind(address).bind(words).bind(at).execute(&mut *c).await?.rows_affected();
            }
            if marked == 0 {
                // Forwarded on the way, or no recipient told: the only one is meant.
                sqlx::query("update outbox_recipient set state = 'bounced', at = $2 where outbox_id = $1 and 1 = (select count(*) from outbox_recipient n where n.outbox_id = $1)")
                    .bind(id).bind(at).execute(&mut *c).await?;
            }
            sqlx::query("update outbox set bounced_at = coalesce(bounced_at, $2), bounced_by = coalesce(bounced_by, $3) where id = $1")
                .bind(id).bind(at).bind(report.0).execute(&mut *c).await?;
            Ok(Some(id))
        })
    }

    /// Joins an answer to the letters it names. Answers how many were unanswered until now.
    pub async fn join_answer(&self, answer: MessageId, at: i64, message_ids: &[String]) -> Result<i64, StoreError> {
        write!(self, c => {
            let mut joined = 0;
            for message_id in message_ids {
                joined += sqlx::query(
                    "update outbox set answered_at = $3, answered_by = $4 where message_key = $1 and message_id = $2 and answered_at is null and filed_as <> $4")
                    .bind(key_of(message_id)).bind(message_id).bind(at).bind(answer.0).execute(&mut *c).await?.rows_affected() as i64;
            }
            Ok(joined)
        })
    }
}
