//! The end of an account: it becomes an archive, or it goes with the letters that only it had (step by step, see `removal_steps`). Those
//! leave a stone behind, so that the same mailbox, connected again, does not bring them back unasked (P36).

use crate::{
    ArrivedLetter, NewEvent, Refusal, Store, StoreError,
    audit::append_event,
    db::{read, write},
    sending_end::stop_sending_for_good,
};
use model::{AccountId, FolderId, Outcome};
use std::collections::HashSet;

/// Rows in one statement.
const AT_ONCE: usize = 400;
/// What stands before the reason of a letter that was left out for its stone.
const REMOVED: &str = "Removed here";

/// Letters that only account `$1` has.
macro_rules! only_here {
    () => {
        "from account_message l where l.account_id = $1
           and not exists (select 1 from account_message o where o.message_id = l.message_id and o.account_id <> l.account_id)"
    };
}

/// Whether the removed mailbox `r` is the one of the account `a`: by server and user name, or by an address whose mailbox was opened. What somebody imports from a
/// file was asked for.
macro_rules! same_mailbox {
    () => {
        "a.protocol not in ('archive', 'smtp') and (r.address <> '' and r.address = a.address and a.tested = 1
           or r.server <> '' and lower(r.server) = lower(a.server) and lower(r.user_name) = lower(a.user_name))"
    };
}

impl Store {
    /// What deleting an account would do: its letters, those that only it has, and those of them that are in a client's history.
    pub async fn removal_effect(&self, id: AccountId) -> Result<(i64, i64, i64), StoreError> {
        Ok(read!(self, c => sqlx::query_as(concat!(
            "select (select count(*) from account_message where account_id = $1), (select count(*) ", only_here!(), "),
               (select count(*) ", only_here!(), " and (exists (select 1 from message_address ma join party_address pa on pa.address_id = ma.address_id
                  join address x on x.id = pa.address_id and x.is_own = 0 where ma.message_id = l.message_id)
                or exists (select 1 from filing k where k.message_id = l.message_id and k.decision = 'belongs')))"))
            .bind(id.0).fetch_one(c).await)?)
    }

    /// Ends the collection of an account for good and keeps its letters: it is an archive from now on, without server and password.
    pub async fn archive_account(&self, id: AccountId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query(
                "update account set protocol = 'archive', secret = null, server = '', user_name = '', port = 1, security = 'tls', allow_clear_text = 0,
                   pinned_fingerprint = null, reach_anywhere = 0, state = 'enabled', refusals = 0, refused_at = null, next_at = null,
                   error_text = null, error_verdict = null, diagnosis = null, schedule = '', delete_after_days = null where id = $1 and protocol <> 'archive'")
                .bind(id.0).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            stop_sending_for_good!(c, id);
            // Its tokens go with its password.
            sqlx::query("delete from application where account_id = $1").bind(id.0).execute(&mut *c).await?;
            // What had been counted and never came will not come any more.
            sqlx::query("update folder set counted = (select s.filed + s.elsewhere + s.excluded + s.errored from ledger_sum s where s.folder_id = folder.id and s.epoch = folder.epoch)
                 where account_id = $1 and exists (select 1 from ledger_sum s where s.folder_id = folder.id and s.epoch = folder.epoch)")
                .bind(id.0).execute(&mut *c).await?;
            sqlx::query("update folder set selected = 0 where account_id = $1 and not exists (select 1 from sighting g where g.folder_id = folder.id)")
                .bind(id.0).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Begins the removal of an account with the letters that no other account holds: from now on nothing can be done with it, and
    /// [`Store::remove_some`] takes it away step by step. `detail` is what the trail is told when it is through.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `account_is_being_removed`, or `account_has_letters_on_their_way`.
    pub async fn begin_removal(&self, id: AccountId, detail: &str, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let known: Option<String> = sqlx::query_scalar("select name from account where id = $1").bind(id.0).fetch_optional(&mut *c).await?;
            if known.is_none() {
                return Err(StoreError::NotFound);
            }
            let begun: i64 = sqlx::query_scalar("select count(*) from removal where account_id = $1").bind(id.0).fetch_one(&mut *c).await?;
            if begun > 0 {
                return Err(StoreError::Conflict("account_is_being_removed"));
            }
            stop_sending_for_good!(c, id);
            let mailbox: i64 = sqlx::query_scalar("insert into removed_mailbox (name, server, user_name, address, at)
                 select name, server, user_name, case when tested = 1 then address else '' end, $2 from account where id = $1 returning id")
                .bind(id.0).bind(event.at).fetch_one(&mut *c).await?;
            sqlx::query("insert into removal (account_id, mailbox_id, letters, began_at, principal, detail)
                 select $1, $2, (select count(*) from account_message where account_id = $1), $3, $4, $5")
                .bind(id.0).bind(mailbox).bind(event.at).bind(&event.principal).bind(detail).execute(&mut *c).await?;
            // It cannot be collected any more, by nobody who has not yet heard of it either.
            sqlx::query("update account set state = 'paused', secret = null, next_at = null, schedule = '', error_text = null, error_verdict = null,
                   delete_after_days = null where id = $1")
                .bind(id.0).execute(&mut *c).await?;
            sqlx::query("delete from application where account_id = $1").bind(id.0).execute(&mut *c).await?;
            // What had been counted and never came will not come any more; from here on the count follows the letters.
            sqlx::query("update folder set missing = '', counted = coalesce((select s.filed + s.elsewhere + s.excluded + s.errored from ledger_sum s
                   where s.folder_id = folder.id and s.epoch = folder.epoch), 0) where account_id = $1")
                .bind(id.0).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// How many letters of this account's mailbox were removed earlier and are left out since.
    pub async fn removed_letters(&self, id: AccountId) -> Result<i64, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar(concat!(
            "select count(distinct t.identity) from account a join removed_mailbox r on ", same_mailbox!(), " join tombstone t on t.mailbox_id = r.id where a.id = $1"))
            .bind(id.0).fetch_one(c).await)?)
    }

    /// Takes the stones of this account's mailbox away: the next collection brings those letters back.
    pub async fn bring_back(&self, id: AccountId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let mailboxes: Vec<i64> = sqlx::query_scalar(concat!("select r.id from account a join removed_mailbox r on ", same_mailbox!(), " where a.id = $1"))
                .bind(id.0).fetch_all(&mut *c).await?;
            for mailbox in mailboxes {
                sqlx::query("delete from tombstone where mailbox_id = $1").bind(mailbox).execute(&mut *c).await?;
            }
            let like = format!("{REMOVED}%");
            sqlx::query("update ledger_sum set excluded = excluded - (select count(*) from sighting g where g.folder_id = ledger_sum.folder_id and g.epoch = ledger_sum.epoch
                   and g.outcome = 'excluded' and g.gone_at is null and g.reason like $2)
                 where folder_id in (select id from folder where account_id = $1)")
                .bind(id.0).bind(&like).execute(&mut *c).await?;
            sqlx::query("delete from sighting where outcome = 'excluded' and reason like $2 and folder_id in (select id from folder where account_id = $1)")
                .bind(id.0).bind(&like).execute(&mut *c).await?;
            // From the beginning: changes alone would not name letters that were passed over.
            sqlx::query("delete from remote_cursor where folder_id in (select id from folder where account_id = $1)")
                .bind(id.0).execute(&mut *c).await?;
            sqlx::query("update account set next_at = 0 where id = $1").bind(id.0).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Letters of a window that have a stone for this folder's mailbox: they are left out, by name.
    pub(crate) async fn under_stones(&self, folder: FolderId, letters: &[ArrivedLetter]) -> Result<Vec<Refusal>, StoreError> {
        let mailboxes: Vec<i64> = read!(self, c => sqlx::query_scalar(concat!(
            "select r.id from removed_mailbox r join folder f on f.id = $1 join account a on a.id = f.account_id where ", same_mailbox!(), " order by r.id"))
            .bind(folder.0).fetch_all(c).await)?;
        let mut refusals: Vec<Refusal> = Vec::new();
        let mut seen: HashSet<i64> = HashSet::new();
        for mailbox in mailboxes {
            for part in letters.chunks(AT_ONCE) {
                let marks = (2..2 + part.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
                let sql = format!("select identity from tombstone where mailbox_id = $1 and identity in ({marks})");
                let found: Vec<Vec<u8>> = read!(self, c => {
                    let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(mailbox);
                    for arrived in part {
                        query = query.bind(&arrived.letter.identity[..]);
                    }
                    query.fetch_all(c).await
                })?;
                let found: HashSet<Vec<u8>> = found.into_iter().collect();
                for arrived in part.iter().filter(|arrived| found.contains(&arrived.letter.identity[..])) {
                    if seen.insert(arrived.uid) {
                        let size = i64::try_from(arrived.raw.length()).unwrap_or(i64::MAX);
                        // The other account's name is not for everybody who reads this one.
                        let reason =
                            format!("{REMOVED} earlier, with another account of this mailbox. The account's page can bring it back");
                        refusals.push(Refusal { uid: arrived.uid, outcome: Outcome::Excluded, reason, size });
                    }
                }
            }
        }
        Ok(refusals)
    }
}
