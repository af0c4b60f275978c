//! The outbox as it is looked at: lists, counts, one letter with its attempts, and what is stuck.

use crate::{Scope, Store, StoreError, db::read};
use model::{
    AccountId, MessageId, Origin, OutboxAttempt, OutboxFilter, OutboxLetter, OutboxRecipient, OutboxRow, OutboxState, RecipientRole,
    RecipientState,
};
use std::collections::HashMap;

/// Whether the viewer (`$1`, `$2`) may see the letter `o` of the account `a`: his or her own, those of accounts that are open to him or her,
/// those of the office's own accounts for administrators, and those written from the history of a client in scope.
macro_rules! outbox_is_open {
    () => {
        concat!(
            "($1 = -1 or o.by_user = $1 or a.owner_id = $1 or (a.owner_id is null and $2 = 1)
              or exists (select 1 from account_share sh where sh.account_id = a.id and sh.user_id = $1)
              or exists (select 1 from party p where p.id = o.party_id and ",
            crate::history::client_scope!(),
            "))"
        )
    };
}
pub(crate) use outbox_is_open;

/// Whether the letter `o` needs somebody as a whole; in the words of the index `outbox_attention`.
macro_rules! needs_somebody {
    () => {
        "(o.state in ('uncertain', 'refused') or o.bounced_at is not null or o.append_state = 'failed')"
    };
}

/// What each filter lets through of `o`.
macro_rules! passes {
    (attention) => {
        concat!(
            "(",
            needs_somebody!(),
            " or o.state = 'sent' and exists (select 1 from outbox_recipient r where r.outbox_id = o.id and r.state = 'refused'))"
        )
    };
    (leaving) => {
        "o.state in ('held', 'queued', 'sending', 'body', 'deferred')"
    };
    (sent) => {
        "o.state = 'sent'"
    };
    (bounced) => {
        "o.bounced_at is not null"
    };
    // A letter that somebody may answer: no code, no notice, nobody else's letter that was passed on.
    (unanswered) => {
        "(o.state = 'sent' and o.answered_at is null and o.bounced_at is null and o.origin not in ('code', 'notice')
          and not exists (select 1 from forward f where f.outbox_id = o.id))"
    };
    (withdrawn) => {
        "o.state = 'withdrawn'"
    };
}

/// What a filter (`$3`) lets through of `o`.
macro_rules! filtered {
    () => {
        concat!(
            "case $3 when 'attention' then ",
            passes!(attention),
            " when 'leaving' then ",
            passes!(leaving),
            " when 'sent' then ",
            passes!(sent),
            " when 'bounced' then ",
            passes!(bounced),
            " when 'unanswered' then ",
            passes!(unanswered),
            " when 'withdrawn' then ",
            passes!(withdrawn),
            " else 1 = 1 end"
        )
    };
}

/// How many of `o` a filter lets through.
macro_rules! counted {
    ($filter:ident) => {
        concat!("count(case when ", passes!($filter), " then 1 end)")
    };
}

macro_rules! select_rows {
    ($rest:expr) => {
        concat!(
            "select o.id, o.account_id, a.name as account_name, o.state, o.sender, o.subject, o.queued_at, o.next_at, o.sent_at, o.attempts, o.reply, o.reason,
               o.seen_in_sent_at, o.bounced_at, o.answered_at, o.filed_as, o.append_state, coalesce(s.stopped, '') as stopped
             from outbox o join account a on a.id = o.account_id left join sending s on s.account_id = o.account_id where ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    account_id: i64,
    account_name: String,
    state: String,
    sender: String,
    subject: String,
    queued_at: i64,
    next_at: Option<i64>,
    sent_at: Option<i64>,
    attempts: i64,
    reply: String,
    reason: String,
    seen_in_sent_at: Option<i64>,
    bounced_at: Option<i64>,
    answered_at: Option<i64>,
    filed_as: Option<i64>,
    append_state: String,
    stopped: String,
}

#[derive(sqlx::FromRow)]
struct More {
    message_id: String,
    size: i64,
    origin: String,
    principal: String,
    trace: String,
    settled_by: String,
    bounced_by: Option<i64>,
    answered_by: Option<i64>,
    append_said: String,
}

fn odd(column: &str) -> StoreError {
    StoreError::Inconsistent(format!("outbox.{column} cannot be read"))
}

impl Row {
    fn read(self) -> Result<OutboxRow, StoreError> {
        Ok(OutboxRow {
            id: self.id,
            account: AccountId(self.account_id),
            account_name: self.account_name,
            state: OutboxState::parse(&self.state).ok_or_else(|| odd("state"))?,
            sender: self.sender,
            recipients: Vec::new(),
            subject: self.subject,
            queued_at: self.queued_at,
            next_at: self.next_at,
            sent_at: self.sent_at,
            attempts: self.attempts,
            reply: self.reply,
            reason: self.reason,
            seen_in_sent_at: self.seen_in_sent_at,
            bounced_at: self.bounced_at,
            answered_at: self.answered_at,
            filed_as: self.filed_as.map(MessageId),
            append_state: self.append_state,
            stopped: self.stopped,
        })
    }
}

impl Store {
    /// Letters that a filter lets through, newest first, older than `before` (a number), with the addresses of their recipients.
    pub async fn outbox(&self, scope: Scope, filter: OutboxFilter, before: Option<i64>, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
        let (user, all) = scope.binds();
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(concat!(
            select_rows!("o.id < $4 and "), filtered!(), " and ", outbox_is_open!(), " order by o.id desc limit $5"))
            .bind(user).bind(all).bind(filter.as_str()).bind(before.unwrap_or(i64::MAX)).bind(limit).fetch_all(c).await)?;
        let mut rows: Vec<OutboxRow> = rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
        let mut people = self.outbox_people(&rows.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
        for row in &mut rows {
            row.recipients = people.remove(&row.id).unwrap_or_default();
        }
        Ok(rows)
    }

    async fn outbox_people(&self, ids: &[i64]) -> Result<HashMap<i64, Vec<String>>, StoreError> {
        let mut people: HashMap<i64, Vec<String>> = HashMap::new();
        for part in ids.chunks(crate::history::AT_ONCE) {
            let sql = format!(
                "select outbox_id, address from outbox_recipient where outbox_id in ({}) order by outbox_id, position",
                crate::history::id_list(part)
            );
            let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).persistent(false).fetch_all(c).await)?;
            for (id, address) in rows {
                people.entry(id).or_default().push(address);
            }
        }
        Ok(people)
    }

    /// How many letters each filter lets through; all letters are looked at once.
    pub async fn outbox_counts(&self, scope: Scope) -> Result<Vec<(OutboxFilter, i64)>, StoreError> {
        let (user, all) = scope.binds();
        let counts: (i64, i64, i64, i64, i64, i64, i64) = read!(self, c => sqlx::query_as(concat!(
            "select count(*), ", counted!(attention), ", ", counted!(leaving), ", ", counted!(sent), ", ", counted!(bounced), ", ",
            counted!(unanswered), ", ", counted!(withdrawn),
            " from outbox o join account a on a.id = o.account_id where ", outbox_is_open!()))
            .bind(user).bind(all).fetch_one(c).await)?;
        Ok(vec![
            (OutboxFilter::All, counts.0),
            (OutboxFilter::Attention, counts.1),
            (OutboxFilter::Leaving, counts.2),
            (OutboxFilter::Sent, counts.3),
            (OutboxFilter::Bounced, counts.4),
            (OutboxFilter::Unanswered, counts.5),
            (OutboxFilter::Withdrawn, counts.6),
        ])
    }

    /// One letter with its recipients and attempts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope.
    pub async fn outbox_letter(&self, scope: Scope, id: i64) -> Result<OutboxLetter, StoreError> {
        let (user, all) = scope.binds();
        let row: Row = read!(self, c => sqlx::query_as(concat!(select_rows!("o.id = $3 and "), outbox_is_open!()))
            .bind(user).bind(all).bind(id).fetch_one(c).await)?;
        let more: More = read!(self, c => sqlx::query_as(
            "select message_id, size, origin, principal, trace, settled_by, bounced_by, answered_by, append_said from outbox where id = $1")
            .bind(id).fetch_one(c).await)?;
        let recipients: Vec<(i64, String, String, String, String, String)> = read!(self, c => sqlx::query_as(
            "select position, role, address, name, state, reply from outbox_recipient where outbox_id = $1 order by position")
            .bind(id).fetch_all(c).await)?;
        let attempts: Vec<(i64, i64, String, String, String)> = read!(self, c => sqlx::query_as(
            "select number, at, stage, outcome, reply from outbox_attempt where outbox_id = $1 order by number").bind(id).fetch_all(c).await)?;
        let recipients: Vec<OutboxRecipient> = recipients
            .into_iter()
            .map(|(position, role, address, name, state, reply)| {
                let role = RecipientRole::parse(&role).ok_or_else(|| odd("role"))?;
                let state = RecipientState::parse(&state).ok_or_else(|| odd("state"))?;
                Ok(OutboxRecipient { position, role, address, name, state, reply })
            })
            .collect::<Result<_, StoreError>>()?;
        let attempt = |(number, at, stage, outcome, reply)| OutboxAttempt { number, at, stage, outcome, reply };
        let mut row = row.read()?;
        row.recipients = recipients.iter().map(|recipient| recipient.address.clone()).collect();
        Ok(OutboxLetter {
            row,
            message_id: more.message_id,
            size: more.size,
            origin: Origin::parse(&more.origin).ok_or_else(|| odd("origin"))?,
            principal: more.principal,
            trace: more.trace,
            settled_by: more.settled_by,
            recipients,
            attempts: attempts.into_iter().map(attempt).collect(),
            bounced_by: more.bounced_by.map(MessageId),
            answered_by: more.answered_by.map(MessageId),
            append_said: more.append_said,
        })
    }

    /// How many letters handed over since `since` (ms) need a person, and nobody has dealt with them: who goes on with a refused letter's
    /// draft, or gives a letter up, has.
    pub async fn outbox_waiting(&self, scope: Scope, since: i64) -> Result<i64, StoreError> {
        let (user, all) = scope.binds();
        // Each page asks this: it reads letters that need somebody, by the two indexes of those, and none of the many that left well.
        Ok(read!(self, c => sqlx::query_scalar(concat!(
            "select count(*) from (
               select o.id from outbox o where o.queued_at >= $3 and o.settled_by = '' and ", needs_somebody!(), "
               union select r.outbox_id from outbox_recipient r join outbox o on o.id = r.outbox_id
               where r.state = 'refused' and r.outbox_id >= (select f.id from outbox f where f.queued_at >= $3 order by f.queued_at, f.id limit 1)
                 and o.state = 'sent' and o.queued_at >= $3 and o.settled_by = '') n
             join outbox o on o.id = n.id join account a on a.id = o.account_id
             where not (o.state = 'refused' and o.by_user is not null and o.form_key is null) and ", outbox_is_open!()))
            .bind(user).bind(all).bind(since).fetch_one(c).await)?)
    }

    /// The letter of the outbox that this letter of the histories is, if its copy for the folder of sent letters was given up.
    pub async fn copy_given_up(&self, scope: Scope, filed_as: MessageId) -> Result<Option<i64>, StoreError> {
        let (user, all) = scope.binds();
        Ok(read!(self, c => sqlx::query_scalar(concat!(
            "select o.id from outbox o join account a on a.id = o.account_id where o.filed_as = $3 and o.append_state = 'failed' and ", outbox_is_open!(),
            " order by o.id limit 1"))
            .bind(user).bind(all).bind(filed_as.0).fetch_optional(c).await)?)
    }

    /// What is stuck: letters that wait for a person because nobody knows whether they arrived, and letters that have waited since before
    /// `since` (ms) and have not left.
    pub async fn outbox_stuck(&self, scope: Scope, since: i64) -> Result<(i64, i64), StoreError> {
        let (user, all) = scope.binds();
        Ok(read!(self, c => sqlx::query_as(concat!(
            "select (select count(*) from outbox o join account a on a.id = o.account_id where o.state = 'uncertain' and ", outbox_is_open!(), "),
                    (select count(*) from outbox o join account a on a.id = o.account_id
                     where o.next_at is not null and o.state in ('queued', 'deferred', 'sending') and o.tried_from < $3 and ", outbox_is_open!(), ")"))
            .bind(user).bind(all).bind(since).fetch_one(c).await)?)
    }
}
