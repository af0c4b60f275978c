//! The removal of an account with the letters that only it had, step by step: each step is one short transaction after which everything
//! is right (stones, ledger, counts), so that others work on in between and a kill costs nothing.
//!
//! The bytes of removed letters stay in the packs, which only grow; no row leads to them any more.

use crate::{
    NewEvent, Store, StoreError,
    accounts::mark_own_addresses,
    audit::append_event,
    db::{read, write},
    dialect,
    search::place_of,
    sums::{add_to_sums, outcomes_of},
};
use model::{AccountId, FolderId, MessageId};
use sqlx::QueryBuilder;
use std::collections::BTreeMap;

/// Rows in one statement.
const AT_ONCE: usize = 400;
/// A step is tried so often when somebody else's import of the same letters came in between.
const TRIES: usize = 5;

/// A removal under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovalJob {
    /// The account.
    pub account: AccountId,
    /// Letters it had when it began.
    pub letters: i64,
    /// Letters looked at since.
    pub done: i64,
    /// When it began, ms.
    pub began_at: i64,
    /// Who is at it, until when.
    pub holder: Option<(String, i64)>,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalStep {
    /// There is more to do: letters looked at so far.
    More(i64),
    /// The account is gone: letters removed with it.
    Done(i64),
    /// Somebody else is at it, or it is through.
    Lost,
}

/// Takes sightings of one numbering out of the folder, its sums and its count.
macro_rules! drop_sightings {
    ($c:expr, $folder:expr, $epoch:expr, $uids:expr) => {{
        let (folder, epoch, uids): (FolderId, i64, &[i64]) = ($folder, $epoch, $uids);
        let before = outcomes_of!($c, folder, epoch, uids);
        for some in uids.chunks(AT_ONCE) {
            for rows in ["delete from letter_label where folder_id = ", "delete from sighting where folder_id = "] {
                let mut delete = QueryBuilder::new(rows);
                delete.push_bind(folder.0).push(" and epoch = ").push_bind(epoch).push(" and uid in (");
                let mut list = delete.separated(", ");
                for uid in some {
                    list.push_bind(*uid);
                }
                delete.push(")");
                delete.build().execute(&mut *$c).await?;
            }
        }
        add_to_sums!($c, folder, epoch, before, [0_i64; 4]);
        let counted: i64 = before.iter().sum();
        sqlx::query("update folder set counted = case when counted > $3 then counted - $3 else 0 end where id = $1 and epoch = $2")
            .bind(folder.0)
            .bind(epoch)
            .bind(counted)
            .execute(&mut *$c)
            .await?;
    }};
}

/// Rows of a list of letters, statement by statement.
macro_rules! of_letters {
    ($c:expr, $messages:expr, $statements:expr, $end:literal) => {{
        for part in $messages.chunks(AT_ONCE) {
            for statement in $statements {
                let mut builder = QueryBuilder::new(statement);
                let mut list = builder.separated(", ");
                for message in part {
                    list.push_bind(*message);
                }
                builder.push($end);
                builder.build().execute(&mut *$c).await?;
            }
        }
    }};
}

/// What the account's folders showed of these letters: UIDs by folder and numbering.
macro_rules! seen_of {
    ($c:expr, $id:expr, $letters:expr) => {{
        let mut seen: BTreeMap<(i64, i64), Vec<i64>> = BTreeMap::new();
        for part in $letters.chunks(AT_ONCE) {
            let mut select = QueryBuilder::new(
                "select folder_id, epoch, uid from sighting where folder_id in (select id from folder where account_id = ",
            );
            select.push_bind($id.0).push(") and message_id in (");
            let mut list = select.separated(", ");
            for message in part {
                list.push_bind(*message);
            }
            select.push(")");
            let found: Vec<(i64, i64, i64)> = select.build_query_as().fetch_all(&mut *$c).await?;
            for (folder, epoch, uid) in found {
                seen.entry((folder, epoch)).or_default().push(uid);
            }
        }
        seen
    }};
}

/// Those of these letters that no other account has: id, date and identity.
macro_rules! only_here {
    ($c:expr, $id:expr, $letters:expr) => {{
        let mut only_here: Vec<(i64, i64, Vec<u8>)> = Vec::new();
        for part in $letters.chunks(AT_ONCE) {
            let mut select = QueryBuilder::new(
                "select m.id, m.date, m.identity from message m where not exists (select 1 from account_message o where o.message_id = m.id and o.account_id <> ",
            );
            select.push_bind($id.0).push(") and m.id in (");
            let mut list = select.separated(", ");
            for message in part {
                list.push_bind(*message);
            }
            select.push(")");
            let found: Vec<(i64, i64, Vec<u8>)> = select.build_query_as().fetch_all(&mut *$c).await?;
            only_here.extend(found);
        }
        only_here
    }};
}

/// Takes letters out of the account; those that only it had are removed and leave a stone.
macro_rules! drop_letters {
    ($c:expr, $database:expr, $id:expr, $mailbox:expr, $letters:expr) => {{
        let (seen, only_here) = (seen_of!($c, $id, $letters), only_here!($c, $id, $letters));
        for ((folder, epoch), uids) in &seen {
            drop_sightings!($c, FolderId(*folder), *epoch, uids);
        }
        for part in $letters.chunks(AT_ONCE) {
            let mut delete = QueryBuilder::new("delete from account_message where account_id = ");
            delete.push_bind($id.0).push(" and message_id in (");
            let mut list = delete.separated(", ");
            for message in part {
                list.push_bind(*message);
            }
            delete.push(")");
            delete.build().execute(&mut *$c).await?;
        }
        let went = $letters.len() as i64;
        sqlx::query("update account_letters set letters = letters - $2 where account_id = $1")
            .bind($id.0)
            .bind(went)
            .execute(&mut *$c)
            .await?;
        for part in only_here.chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into tombstone (mailbox_id, identity) ");
            insert.push_values(part, |mut row, (_, _, identity)| {
                row.push_bind($mailbox).push_bind(&identity[..]);
            });
            insert.push(" on conflict do nothing");
            insert.build().execute(&mut *$c).await?;
        }
        let messages: Vec<i64> = only_here.iter().map(|(message, _, _)| *message).collect();
        let places: Vec<i64> = only_here.iter().map(|(message, date, _)| place_of(*date, MessageId(*message))).collect();
        of_letters!($c, messages, OF_LETTER, ")");
        of_letters!($c, places, dialect::index_delete($database).iter().copied(), ")");
        sqlx::query("update removal set done = done + $2, removed = removed + $3 where account_id = $1")
            .bind($id.0)
            .bind(went)
            .bind(messages.len() as i64)
            .execute(&mut *$c)
            .await?;
    }};
}

/// Takes away some of what had no letter: refusals, letters of numberings of before, names at the provider. Evaluates to whether there was any.
macro_rules! drop_rest {
    ($c:expr, $id:expr, $most:expr) => {{
        let rest: Option<(i64, i64)> = sqlx::query_as(
            "select folder_id, epoch from sighting where folder_id in (select id from folder where account_id = $1) limit 1",
        )
        .bind($id.0)
        .fetch_optional(&mut *$c)
        .await?;
        let named: Option<(i64, i64)> = sqlx::query_as(
            "select folder_id, epoch from remote_id where folder_id in (select id from folder where account_id = $1) limit 1",
        )
        .bind($id.0)
        .fetch_optional(&mut *$c)
        .await?;
        if let Some((folder, epoch)) = rest {
            let uids: Vec<i64> = sqlx::query_scalar("select uid from sighting where folder_id = $1 and epoch = $2 order by uid limit $3")
                .bind(folder)
                .bind(epoch)
                .bind($most)
                .fetch_all(&mut *$c)
                .await?;
            drop_sightings!($c, FolderId(folder), epoch, &uids);
        } else if let Some((folder, epoch)) = named {
            sqlx::query(
                "delete from remote_id where folder_id = $1 and epoch = $2
                   and uid in (select r.uid from remote_id r where r.folder_id = $1 and r.epoch = $2 order by r.uid limit $3)",
            )
            .bind(folder)
            .bind(epoch)
            .bind($most)
            .execute(&mut *$c)
            .await?;
        }
        rest.is_some() || named.is_some()
    }};
}

/// What leads to a letter, in the order in which it can go.
const OF_LETTER: [&str; 21] = [
    "delete from import_todo where message_id in (",
    "delete from reread_change where message_id in (",
    "delete from reread_trouble where message_id in (",
    "delete from unanswered_aside where message_id in (",
    "update import_outcome set answers = null where answers in (",
    "delete from import_outcome where message_id in (",
    "delete from forward where message_id in (",
    "update draft set answers = null where answers in (",
    "update outbox set answers = null where answers in (",
    "update outbox set filed_as = null where filed_as in (",
    "update outbox set bounced_by = null where bounced_by in (",
    "update outbox set answered_by = null where answered_by in (",
    "delete from search_todo where message_id in (",
    "delete from message_text where message_id in (",
    "delete from message_address where message_id in (",
    "delete from message_thread where message_id in (",
    "delete from thread_todo where message_id in (",
    "delete from letter_read where message_id in (",
    "delete from filing where message_id in (",
    "delete from copy where message_id in (",
    "delete from message where id in (",
];

/// What is the account's own and left at the end, in the order in which it can go.
const OF_ACCOUNT: [&str; 27] = [
    "delete from import_todo where account_id = $1",
    "delete from import_outcome where account_id = $1",
    "delete from account_import_type where account_id = $1",
    "delete from account_import where account_id = $1",
    "delete from account_forward where account_id = $1",
    "delete from forward where account_id = $1 or outbox_id in (select id from outbox where account_id = $1)",
    "delete from remote_cursor where folder_id in (select id from folder where account_id = $1)",
    "delete from remote_listing where folder_id in (select id from folder where account_id = $1)",
    "delete from application where account_id = $1",
    // Labels of letters that were never fetched.
    "delete from letter_label where folder_id in (select id from folder where account_id = $1)",
    "delete from label_mark where folder_id in (select id from folder where account_id = $1)",
    "delete from label where account_id = $1",
    "delete from ledger_sum where folder_id in (select id from folder where account_id = $1)",
    "delete from folder where account_id = $1",
    "delete from account_letters where account_id = $1",
    "delete from account_share where account_id = $1",
    "delete from join_request where account_id = $1",
    "delete from account_name where account_id = $1",
    "delete from collection where account_id = $1",
    "delete from statement where account_id = $1",
    "delete from outbox_attempt where outbox_id in (select id from outbox where account_id = $1)",
    "delete from outbox_recipient where outbox_id in (select id from outbox where account_id = $1)",
    "update draft set outbox_id = null where outbox_id in (select id from outbox where account_id = $1)",
    "update action_occurrence set outbox_id = null where outbox_id in (select id from outbox where account_id = $1)",
    "delete from outbox where account_id = $1",
    "delete from removal where account_id = $1",
    "delete from account where id = $1",
];

impl Store {
    /// Removals under way, the oldest first.
    pub async fn removals(&self) -> Result<Vec<RemovalJob>, StoreError> {
        let rows: Vec<(i64, i64, i64, i64, Option<String>, i64)> = read!(self, c => sqlx::query_as(
            "select account_id, letters, done, began_at, claimed_by, claimed_until from removal order by began_at, account_id").fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(account, letters, done, began_at, holder, until)| RemovalJob {
                account: AccountId(account),
                letters,
                done,
                began_at,
                holder: holder.filter(|_| until > 0).map(|holder| (holder, until)),
            })
            .collect())
    }

    /// Takes the lease on a removal; `false` while somebody else holds it, and when there is none.
    pub async fn claim_removal(&self, id: AccountId, holder: &str, now: i64, until: i64) -> Result<bool, StoreError> {
        let changed = write!(self, c => {
            Ok(sqlx::query("update removal set claimed_by = $2, claimed_until = $4 where account_id = $1 and claimed_until < $3")
                .bind(id.0).bind(holder).bind(now).bind(until).execute(&mut *c).await?.rows_affected())
        })?;
        Ok(changed == 1)
    }

    /// Gives the lease on a removal back, or takes it away from a holder that is known to be dead.
    pub async fn break_removal_claim(&self, id: AccountId, holder: &str) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update removal set claimed_until = 0 where account_id = $1 and claimed_by = $2")
                .bind(id.0).bind(holder).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// One step of a removal, by the holder of its lease, which it prolongs: at most `most` letters (or what else there is as many of) go.
    /// The last step takes the account away and tells the trail.
    pub async fn remove_some(&self, id: AccountId, holder: &str, now: i64, until: i64, most: i64) -> Result<RemovalStep, StoreError> {
        let mut tries = 1;
        loop {
            match self.remove_step(id, holder, now, until, most).await {
                // Somebody began to hold one of these letters at this very moment: then it stays.
                Err(StoreError::Driver(error)) if tries < TRIES && (dialect::gave_way(&error) || dialect::leads_nowhere(&error)) => {
                    tries += 1
                }
                outcome => return outcome,
            }
        }
    }

    async fn remove_step(&self, id: AccountId, holder: &str, now: i64, until: i64, most: i64) -> Result<RemovalStep, StoreError> {
        let (step, head) = write!(self, c => {
            let job: Option<(i64, i64, i64, String, String)> = sqlx::query_as(
                "update removal set claimed_until = $3 where account_id = $1 and claimed_by = $2 and claimed_until > 0
                 returning mailbox_id, done, removed, principal, detail")
                .bind(id.0).bind(holder).bind(until).fetch_optional(&mut *c).await?;
            let Some((mailbox, done, removed, principal, detail)) = job else { return Ok((RemovalStep::Lost, None)) };
            let letters: Vec<i64> = sqlx::query_scalar("select message_id from account_message where account_id = $1 order by date, message_id limit $2")
                .bind(id.0).bind(most).fetch_all(&mut *c).await?;
            if !letters.is_empty() {
                drop_letters!(c, self.database(), id, mailbox, letters);
                return Ok((RemovalStep::More(done + letters.len() as i64), None));
            }
            if drop_rest!(c, id, most) {
                return Ok((RemovalStep::More(done), None));
            }
            sqlx::query(crate::audit::TAKE_TURN).execute(&mut *c).await?;
            for own in crate::sending_end::FORGET_SENDING.iter().copied().chain(OF_ACCOUNT) {
                sqlx::query(own).bind(id.0).execute(&mut *c).await?;
            }
            mark_own_addresses!(c);
            let event = NewEvent { at: now, principal, action: "account.removed".to_owned(), subject: format!("account:{id}"), detail };
            Ok((RemovalStep::Done(removed), Some(append_event!(&self.keys, c, &event))))
        })?;
        if let Some((seq, mac)) = head {
            self.heads.publish(seq, &mac)?;
        }
        Ok(step)
    }
}
