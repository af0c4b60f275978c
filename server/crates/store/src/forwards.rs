//! Letters passed on (TP-42): only to addresses that are approved for the account, and never round and round.
//!
//! Whether it may leave is asked in the transaction that puts it into the outbox, for a letter that somebody writes as much as for one
//! that is passed on by the click of a button: what holds here holds everywhere.

use crate::{
    Enqueued, NewEvent, Outgoing, Scope, Store, StoreError,
    db::{read, write},
    letters::{account_is_named, visible},
    outbox::Settling,
};
use model::{AccountId, Forwarded, MessageId, OutboxState};

/// What is passed on, by which account's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarding {
    /// The account whose approved addresses count.
    pub account: i64,
    /// The letter.
    pub letter: i64,
    /// It is quoted, not attached.
    pub is_inline: bool,
    /// The note.
    pub note: String,
}

/// An hour, ms.
pub(crate) const HOUR: i64 = 3_600_000;

/// Whether this letter may be passed on, in the transaction at hand. Evaluates to what to note of it once it stands in the outbox, if it
/// passes another letter on: which one, by which accounts' rules, how.
///
/// A letter that somebody writes tells by its draft what it passes on; if no account that imports replies has that letter, it is nobody's
/// business but the writer's.
macro_rules! may_be_passed_on {
    ($c:expr, $letter:expr, $forwarding:expr, $at:expr) => {{
        let (letter, forwarding): (&crate::Outgoing, Option<&crate::Forwarding>) = ($letter, $forwarding);
        let passed: Option<crate::forwards::Passed> = match forwarding {
            Some(one) => {
                let there: Option<i64> = sqlx::query_scalar(
                    "select am.message_id from message m join account_message am on am.date = m.date and am.message_id = m.id
                     where m.id = $1 and am.account_id = $2",
                )
                .bind(one.letter)
                .bind(one.account)
                .fetch_optional(&mut *$c)
                .await?;
                if there.is_none() {
                    return Err(StoreError::NotFound);
                }
                Some((one.letter, vec![one.account], one.is_inline, one.note.clone()))
            }
            None => {
                let draft = letter.form_key.as_deref().and_then(|key| key.strip_prefix("draft:")).and_then(|id| id.parse::<i64>().ok());
                let rows: Vec<(i64, i64)> = match draft {
                    Some(draft) => {
                        sqlx::query_as(
                            "select m.id, i.account_id from draft d join message m on m.id = d.answers
                             join account_import i on i.is_on = 1
                             join account_message am on am.account_id = i.account_id and am.date = m.date and am.message_id = m.id
                             where d.id = $1 and d.mode = 'forward' order by i.account_id",
                        )
                        .bind(draft)
                        .fetch_all(&mut *$c)
                        .await?
                    }
                    None => Vec::new(),
                };
                let accounts: Vec<i64> = rows.iter().map(|(_, account)| *account).collect();
                rows.first().map(|(message, _)| (*message, accounts, true, String::new()))
            }
        };
        if let Some((message, accounts, ..)) = &passed {
            if !crate::forwards::is_marked(&letter.raw) {
                return Err(StoreError::Conflict("forward_not_marked"));
            }
            let list = crate::history::id_list(accounts);
            for recipient in &letter.recipients {
                let sql = format!("select account_id from account_forward where address = $1 and account_id in ({list}) limit 1");
                let approved: Option<i64> =
                    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(&recipient.address).fetch_optional(&mut *$c).await?;
                if approved.is_none() {
                    return Err(StoreError::Conflict("forward_not_approved"));
                }
                let own: Option<i64> = sqlx::query_scalar("select id from address where address = $1 and is_own = 1")
                    .bind(&recipient.address)
                    .fetch_optional(&mut *$c)
                    .await?;
                if own.is_some() {
                    return Err(StoreError::Conflict("forward_to_own_account"));
                }
            }
            let automatic: i64 =
                sqlx::query_scalar("select is_bounce + is_automatic from message where id = $1").bind(message).fetch_one(&mut *$c).await?;
            if automatic > 0 {
                return Err(StoreError::Conflict("forward_automatic"));
            }
            let sql = format!("select count(*) from forward where account_id in ({list}) and at > $1");
            let lately: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind($at - crate::forwards::HOUR).fetch_one(&mut *$c).await?;
            if lately >= model::FORWARDS_AN_HOUR {
                return Err(StoreError::Conflict("forward_too_many"));
            }
        }
        passed
    }};
}
pub(crate) use may_be_passed_on;

/// Whether a letter says in its head that it was passed on by a Postroom, so that none passes it on again.
pub(crate) fn is_marked(raw: &[u8]) -> bool {
    let lines = raw.split(|octet| *octet == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let name = model::FORWARDED_BY.as_bytes();
    let marked =
        |line: &[u8]| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) && line.get(name.len()) == Some(&b':');
    lines.take_while(|line| !line.is_empty()).any(marked)
}

/// Letter, accounts, quoted, note.
pub(crate) type Passed = (i64, Vec<i64>, bool, String);

/// Notes what a letter in the outbox passes on; where it waited in a queue, it is dealt with.
macro_rules! note_forward {
    ($c:expr, $outbox:expr, $letter:expr, $passed:expr, $at:expr) => {{
        let (letter, passed): (&crate::Outgoing, &crate::forwards::Passed) = ($letter, $passed);
        let (message, accounts, inline, note) = passed;
        let to: Vec<&str> = letter.recipients.iter().map(|one| one.address.as_str()).collect();
        sqlx::query(
            "insert into forward (outbox_id, account_id, message_id, address, is_inline, note, by_user, at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind($outbox)
        .bind(accounts.first())
        .bind(message)
        .bind(to.join(", "))
        .bind(i64::from(*inline))
        .bind(note.replace('\0', ""))
        .bind(letter.by_user)
        .bind($at)
        .execute(&mut *$c)
        .await?;
        for account in accounts {
            sqlx::query(
                "update import_outcome set state = 'done', closed_by = $3, closed_at = $4, closed_how = 'forwarded'
                 where account_id = $1 and message_id = $2 and state = 'waiting'",
            )
            .bind(account)
            .bind(message)
            .bind(letter.by_user)
            .bind($at)
            .execute(&mut *$c)
            .await?;
        }
    }};
}
pub(crate) use note_forward;

/// A letter that was passed on is taken back: where it waited in a queue, it waits again.
pub(crate) const REOPEN: &str = "update import_outcome set state = 'waiting', closed_by = null, closed_at = null, closed_how = null
   where closed_how = 'forwarded' and exists (select 1 from forward f join outbox o on o.id = f.outbox_id
     where f.outbox_id = $1 and o.state = 'withdrawn' and f.account_id = import_outcome.account_id and f.message_id = import_outcome.message_id)
   and not exists (select 1 from forward g join outbox q on q.id = g.outbox_id
     where g.account_id = import_outcome.account_id and g.message_id = import_outcome.message_id and q.state <> 'withdrawn')";

#[derive(sqlx::FromRow)]
struct Row {
    outbox_id: i64,
    account: String,
    address: String,
    is_inline: i64,
    note: String,
    by_name: Option<String>,
    principal: String,
    at: i64,
    state: String,
}

impl Store {
    /// Accounts that have the letter and addresses it may be passed on to, by name; none when the letter is not the viewer's to see.
    pub async fn forwarding_accounts(&self, scope: Scope, letter: MessageId) -> Result<Vec<(AccountId, String)>, StoreError> {
        let (user, all) = scope.binds();
        let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(concat!(
            "select a.id, a.name from message m join account a on exists (select 1 from account_forward af where af.account_id = a.id)
             join account_message am on am.account_id = a.id and am.date = m.date and am.message_id = m.id
             where m.id = $3 and ", account_is_named!(), " and ", visible!(), " order by lower(a.name), a.id"))
            .bind(user).bind(all).bind(letter.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name)| (AccountId(id), name)).collect())
    }

    /// Whether an account that imports replies has this letter: then it goes on to approved addresses only, and marked, whoever writes.
    pub async fn is_guarded(&self, letter: MessageId) -> Result<bool, StoreError> {
        let found: Option<i64> = read!(self, c => sqlx::query_scalar(
            "select i.account_id from message m join account_import i on i.is_on = 1
             join account_message am on am.account_id = i.account_id and am.date = m.date and am.message_id = m.id
             where m.id = $1 limit 1").bind(letter.0).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// Hands a letter over that passes another one on, in one transaction with the question whether it may.
    ///
    /// # Errors
    /// As [`Store::enqueue`]; [`StoreError::NotFound`] when the letter is not the viewer's to see, or not in that account;
    /// [`StoreError::Conflict`] `forward_not_marked`, `forward_not_approved`, `forward_to_own_account`, `forward_automatic` or `forward_too_many`.
    pub async fn forward_letter(
        &self,
        scope: Scope,
        forwarding: &Forwarding,
        letter: &Outgoing,
        event: &NewEvent,
    ) -> Result<Enqueued, StoreError> {
        let open = self.forwarding_accounts(scope, MessageId(forwarding.letter)).await?;
        if !open.iter().any(|(account, _)| account.0 == forwarding.account) {
            // Without any approved address there is none to be told from the wrong one, but the letter may be the viewer's all the same.
            let seen = self.may_see(scope, MessageId(forwarding.letter)).await?;
            return Err(if seen { StoreError::Conflict("forward_not_approved") } else { StoreError::NotFound });
        }
        self.hand_over(letter, Settling::Forward(forwarding), event).await
    }

    /// To whom a letter was passed on, the latest first. The caller has checked the scope.
    pub async fn forwards_of(&self, letter: MessageId) -> Result<Vec<Forwarded>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(
            "select f.outbox_id, a.name as account, f.address, f.is_inline, f.note, u.name as by_name, o.principal, f.at, o.state
             from forward f join account a on a.id = f.account_id join outbox o on o.id = f.outbox_id left join app_user u on u.id = f.by_user
             where f.message_id = $1 order by f.at desc, f.outbox_id desc limit 100")
            .bind(letter.0).fetch_all(c).await)?;
        let odd = || StoreError::Inconsistent("outbox.state cannot be read".into());
        rows.into_iter()
            .map(|row| {
                Ok(Forwarded {
                    outbox: row.outbox_id,
                    account: row.account,
                    to: row.address,
                    is_inline: row.is_inline != 0,
                    note: row.note,
                    by: row.by_name.unwrap_or(row.principal),
                    at: row.at,
                    state: OutboxState::parse(&row.state).ok_or_else(odd)?,
                })
            })
            .collect()
    }

    /// What this Postroom is called among others; `fresh` becomes its name when it has none yet.
    pub async fn server_mark(&self, fresh: &str) -> Result<String, StoreError> {
        write!(self, c => {
            sqlx::query("insert into setting (name, value) values ('server_mark', $1) on conflict do nothing").bind(fresh).execute(&mut *c).await?;
            Ok(sqlx::query_scalar("select value from setting where name = 'server_mark'").fetch_one(&mut *c).await?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_marked;

    // RELIABILITY §2: the mark counts in the head alone, however it is written.
    #[test]
    fn the_mark_is_found_in_the_head_alone() {
        for (raw, marked) in [
            ("Subject: x\r\nPostroom-Forwarded: 1\r\n\r\n", true),
            ("postroom-forwarded: 1\n\n", true),
            ("Subject: x\r\n\r\nPostroom-Forwarded: 1\r\n", false),
            ("Postroom-Forwarded-By: 1\r\n\r\n", false),
            ("Subject: Postroom-Forwarded: 1\r\n\r\n", false),
            ("", false),
        ] {
            assert_eq!(is_marked(raw.as_bytes()), marked, "{raw:?}");
        }
    }
}
