//! What the import rules made of each letter, and what people did about those that wait: counted on their own, beside the ledger.
//!
//! A deed reaches only letters that still wait, of accounts open to the viewer, and that nobody else has taken: whoever comes second is told.

use crate::{
    NewEvent, Scope, Store, StoreError,
    audit::{TAKE_TURN, append_events},
    db::{read, write},
    mailboxes::account_is_open,
};
use model::{AccountId, AnswersBy, ClosedHow, ImportCause, ImportOutcome, ImportSums, Managed, MessageId, UserId};

/// What the rules made of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutcome {
    /// The letter and the account.
    pub id: Managed,
    /// Number of the rules.
    pub rules: i64,
    /// For which cause; it says the outcome.
    pub cause: ImportCause,
    /// The contact it is imported to, and the contact's type.
    pub contact: Option<(i64, i64)>,
    /// The letter it answers.
    pub answers: Option<(MessageId, AnswersBy)>,
    /// Where it waits, if it does.
    pub queue: i64,
    /// The cause in a sentence.
    pub why: String,
}

/// The same event for each of these letters.
fn events_of(event: &NewEvent, done: &[Managed]) -> Vec<NewEvent> {
    done.iter().map(|id| NewEvent { subject: format!("letter:{}", id.letter), ..event.clone() }).collect()
}

/// Whether the account of the row at hand is open to the viewer (`$1`).
macro_rules! is_open {
    () => {
        concat!("exists (select 1 from account a where a.id = import_outcome.account_id and ", account_is_open!(), ")")
    };
}

/// One statement for each letter, in its turn: whoever removes a queue, passes a letter on or files one reaches the same rows in theirs.
/// Evaluates to those it reached, and the trail's head if there were any.
macro_rules! each {
    ($store:expr, $c:ident, $ids:expr, $event:expr, $id:ident => $statement:expr) => {{
        sqlx::query(TAKE_TURN).execute(&mut *$c).await?;
        let mut done: Vec<Managed> = Vec::new();
        for $id in $ids {
            if $statement.execute(&mut *$c).await?.rows_affected() > 0 {
                done.push(*$id);
            }
        }
        let head = if done.is_empty() { None } else { Some(append_events!(&$store.keys, $c, &events_of($event, &done))) };
        Ok((done, head))
    }};
}

impl Store {
    /// Writes what the rules made of letters and takes them off their list, in one transaction. One that waited and is imported now was dealt
    /// with by whoever asked (`by`); one that somebody has dealt with stays as it is. With an event, each letter has one.
    pub async fn save_outcomes(
        &self,
        outcomes: &[NewOutcome],
        at: i64,
        by: Option<UserId>,
        event: Option<&NewEvent>,
    ) -> Result<(), StoreError> {
        let mut sorted: Vec<&NewOutcome> = outcomes.iter().collect();
        sorted.sort_unstable_by_key(|new| new.id);
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            for new in &sorted {
                let outcome = new.cause.outcome();
                let state = if outcome == ImportOutcome::Queued { "waiting" } else { "none" };
                sqlx::query(
                    "insert into import_outcome (account_id, message_id, at, rules, outcome, cause, why, party_id, contact_type_id, answers, answers_by, queue_id, state)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                     on conflict (account_id, message_id) do update set
                       at = case when import_outcome.state = 'waiting' and excluded.state = 'waiting' then import_outcome.at else excluded.at end,
                       rules = excluded.rules, outcome = excluded.outcome, cause = excluded.cause, why = excluded.why, party_id = excluded.party_id,
                       contact_type_id = excluded.contact_type_id, answers = excluded.answers, answers_by = excluded.answers_by, queue_id = excluded.queue_id,
                       assigned_to = case when excluded.state = 'waiting' then import_outcome.assigned_to end,
                       closed_how = case when import_outcome.state = 'waiting' and excluded.outcome = 'imported' then 'imported' end,
                       closed_by = case when import_outcome.state = 'waiting' and excluded.outcome = 'imported' then $14 end,
                       closed_at = case when import_outcome.state = 'waiting' and excluded.outcome = 'imported' then excluded.at end,
                       state = case when excluded.state = 'waiting' then 'waiting'
                                    when import_outcome.state = 'waiting' and excluded.outcome = 'imported' then 'done' else 'none' end
                     where import_outcome.state <> 'done'")
                    .bind(new.id.account.0).bind(new.id.letter.0).bind(at).bind(new.rules).bind(outcome.as_str()).bind(new.cause.as_str()).bind(&new.why)
                    .bind(new.contact.map(|contact| contact.0)).bind(new.contact.map(|contact| contact.1))
                    .bind(new.answers.map(|answers| answers.0.0)).bind(new.answers.map_or("", |answers| answers.1.as_str()))
                    .bind(Some(new.queue).filter(|_| state == "waiting")).bind(state).bind(by.map(|by| by.0))
                    .execute(&mut *c).await?;
                sqlx::query("delete from import_todo where account_id = $1 and message_id = $2")
                    .bind(new.id.account.0).bind(new.id.letter.0).execute(&mut *c).await?;
            }
            Ok(match event {
                Some(event) if !sorted.is_empty() => {
                    let ids: Vec<Managed> = sorted.iter().map(|new| new.id).collect();
                    Some(append_events!(&self.keys, c, &events_of(event, &ids)))
                }
                _ => None,
            })
        })?;
        self.tell(head)
    }

    /// Somebody takes letters. Passes those over that another has. Answers which it reached.
    pub async fn take_outcomes(&self, scope: Scope, ids: &[Managed], by: UserId, event: &NewEvent) -> Result<Vec<Managed>, StoreError> {
        let (user, _) = scope.binds();
        let (done, head) = write!(self, c => { each!(self, c, ids, event, id => sqlx::query(concat!(
            "update import_outcome set assigned_to = $4 where account_id = $2 and message_id = $3 and state = 'waiting' and assigned_to is null and ", is_open!()))
            .bind(user).bind(id.account.0).bind(id.letter.0).bind(by.0)) })?;
        self.tell(head)?;
        Ok(done)
    }

    /// Nobody has these letters any more, whoever had them. Answers which it reached.
    pub async fn release_outcomes(&self, scope: Scope, ids: &[Managed], event: &NewEvent) -> Result<Vec<Managed>, StoreError> {
        let (user, _) = scope.binds();
        let (done, head) = write!(self, c => { each!(self, c, ids, event, id => sqlx::query(concat!(
            "update import_outcome set assigned_to = null where account_id = $2 and message_id = $3 and state = 'waiting' and assigned_to is not null and ", is_open!()))
            .bind(user).bind(id.account.0).bind(id.letter.0)) })?;
        self.tell(head)?;
        Ok(done)
    }

    /// Letters that waited are dealt with. Passes those over that another has taken. Answers which it reached.
    pub async fn close_outcomes(
        &self,
        scope: Scope,
        ids: &[Managed],
        how: ClosedHow,
        reason: &str,
        by: Option<UserId>,
        event: &NewEvent,
    ) -> Result<Vec<Managed>, StoreError> {
        let (user, _) = scope.binds();
        let by = by.map(|by| by.0);
        let (done, head) = write!(self, c => { each!(self, c, ids, event, id => sqlx::query(concat!(
            "update import_outcome set state = 'done', closed_how = $4, closed_reason = $5, closed_by = $6, closed_at = $7
             where account_id = $2 and message_id = $3 and state = 'waiting' and (assigned_to is null or assigned_to = coalesce($6, -1)) and ", is_open!()))
            .bind(user).bind(id.account.0).bind(id.letter.0).bind(how.as_str()).bind(reason).bind(by).bind(event.at)) })?;
        self.tell(head)?;
        Ok(done)
    }

    /// Letters that were dealt with wait again (undo). Answers which it reached.
    pub async fn reopen_outcomes(&self, scope: Scope, ids: &[Managed], event: &NewEvent) -> Result<Vec<Managed>, StoreError> {
        let (user, _) = scope.binds();
        let (done, head) = write!(self, c => {
            each!(self, c, ids, event, id => sqlx::query(concat!(
            "update import_outcome set state = 'waiting', closed_how = null, closed_reason = '', closed_by = null, closed_at = null
             where account_id = $2 and message_id = $3 and state = 'done' and outcome = 'queued' and ", is_open!()))
            .bind(user).bind(id.account.0).bind(id.letter.0)) })?;
        self.tell(head)?;
        Ok(done)
    }

    fn tell(&self, head: Option<(i64, Vec<u8>)>) -> Result<(), StoreError> {
        head.map_or(Ok(()), |head| self.heads.publish(head.0, &head.1))
    }

    /// How many letters of an account became what. Scope is the caller's.
    pub async fn import_sums(&self, account: AccountId) -> Result<ImportSums, StoreError> {
        let rows: Vec<(String, String, i64)> = read!(self, c => sqlx::query_as(
            "select outcome, state, count(*) from import_outcome where account_id = $1 group by outcome, state").bind(account.0).fetch_all(c).await)?;
        let pending: i64 = read!(self, c => sqlx::query_scalar("select count(*) from import_todo where account_id = $1").bind(account.0).fetch_one(c).await)?;
        let mut sums = ImportSums { pending, ..ImportSums::default() };
        for (outcome, state, count) in rows {
            match (outcome.as_str(), state.as_str()) {
                (_, "waiting") => sums.waiting += count,
                (_, "done") => sums.done += count,
                ("imported", _) => sums.imported += count,
                _ => sums.left_out += count,
            }
        }
        Ok(sums)
    }
}
