//! Email Management as it is looked at (TP-45): queues with counts, letters by state and cause, one letter. Only letters of accounts that
//! are open to the viewer: managing accounts opens no letters (O28).

use crate::{Scope, Store, StoreError, db::read, mailboxes::account_is_open};
use model::{
    AccountId, AnswersBy, ClientId, Closed, ClosedHow, ImportCause, ImportOutcome, Mailbox, Managed, ManagedRow, ManagedState,
    ManagementFilter, MessageId, QueueCount, Unfetched, UserId,
};

/// Where a page begins: moment, letter, account.
pub type ManagedPlace = (i64, i64, i64);

#[derive(sqlx::FromRow)]
struct Row {
    account_id: i64,
    message_id: i64,
    account: String,
    from_name: String,
    sender: Option<String>,
    subject: String,
    date: i64,
    size: i64,
    at: i64,
    outcome: String,
    cause: String,
    why: String,
    outdated: i64,
    party_id: Option<i64>,
    party: Option<String>,
    answers: Option<i64>,
    answers_by: String,
    queue_id: Option<i64>,
    queue: Option<String>,
    state: String,
    assigned_to: Option<i64>,
    assigned: Option<String>,
    closed_how: Option<String>,
    closer: Option<String>,
    closed_at: Option<i64>,
    closed_reason: String,
}

impl Row {
    fn read(self, user: i64) -> Result<ManagedRow, StoreError> {
        let odd = |column: &str| StoreError::Inconsistent(format!("import_outcome.{column} cannot be read"));
        let closed = match (self.closed_how, self.closed_at) {
            (Some(how), Some(at)) => {
                let how = ClosedHow::parse(&how).ok_or_else(|| odd("closed_how"))?;
                Some(Closed { how, by: self.closer, at, reason: self.closed_reason })
            }
            _ => None,
        };
        Ok(ManagedRow {
            id: Managed { account: AccountId(self.account_id), letter: MessageId(self.message_id) },
            account: self.account,
            from: Mailbox { name: self.from_name, address: self.sender.unwrap_or_default() },
            subject: self.subject,
            date: self.date,
            size: self.size,
            at: self.at,
            outcome: ImportOutcome::parse(&self.outcome).ok_or_else(|| odd("outcome"))?,
            cause: ImportCause::parse(&self.cause).ok_or_else(|| odd("cause"))?,
            why: self.why,
            outdated: self.outdated != 0 && self.state == "waiting",
            party: self.party_id.map(ClientId).zip(self.party),
            answers: self.answers.map(MessageId).zip(AnswersBy::parse(&self.answers_by)),
            queue: self.queue_id.zip(self.queue),
            waits: self.state == "waiting",
            mine: self.assigned_to.is_some_and(|id| id == user),
            assigned: self.assigned,
            closed,
        })
    }
}

macro_rules! select_rows {
    () => {
        "select o.account_id, o.message_id, a.name as account, m.from_name, x.address as sender, m.subject, m.date, m.size, o.at, o.outcome, o.cause, o.why,
           cast(case when o.rules < coalesce(i.rules, 0) then 1 else 0 end as bigint) as outdated, o.party_id, p.name as party, o.answers, o.answers_by,
           o.queue_id, q.name as queue, o.state, o.assigned_to, u.name as assigned, o.closed_how, cl.name as closer, o.closed_at, o.closed_reason
         from import_outcome o join account a on a.id = o.account_id join message m on m.id = o.message_id left join address x on x.id = m.from_id
         left join account_import i on i.account_id = o.account_id left join party p on p.id = o.party_id left join queue q on q.id = o.queue_id
         left join app_user u on u.id = o.assigned_to left join app_user cl on cl.id = o.closed_by where "
    };
}

/// The state of `o`, so written that an index answers it. The viewer is `$1`.
fn in_state(state: ManagedState) -> &'static str {
    match state {
        ManagedState::Waiting => "o.state = 'waiting'",
        ManagedState::Mine => "o.state = 'waiting' and o.assigned_to is not null and o.assigned_to = $1",
        ManagedState::Assigned => "o.state = 'waiting' and o.assigned_to is not null",
        ManagedState::Done => "o.state = 'done'",
        ManagedState::Imported => "o.state = 'none' and o.outcome = 'imported'",
        ManagedState::LeftOut => "o.state = 'none' and o.outcome = 'left_out'",
    }
}

/// Words as a pattern of `like`, with `\` before what would stand for anything.
fn pattern(words: &str) -> String {
    let words = words.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{words}%")
}

/// What a filter asks of `o`, `m`, `x`: queue (`$2`, 0 = any) and words (`$3`). Letters that were imported or left out stand in no queue.
macro_rules! demands {
    () => {
        "($2 = 0 or o.queue_id is null or o.queue_id = $2)
         and ($3 = '%%' or lower(m.subject) like $3 escape '\\' or lower(m.from_name) like $3 escape '\\' or coalesce(x.address, '') like $3 escape '\\')"
    };
}

impl Store {
    /// Letters that a filter lets through, the longest waiting first (what is settled: the latest first), after a place.
    pub async fn managed(
        &self,
        scope: Scope,
        filter: &ManagementFilter,
        after: Option<ManagedPlace>,
        limit: i64,
    ) -> Result<Vec<ManagedRow>, StoreError> {
        let (user, _) = scope.binds();
        let open = filter.state.is_open();
        let (at, letter, account) = after.unwrap_or(if open { (i64::MIN, 0, 0) } else { (i64::MAX, 0, 0) });
        let sql = format!(
            concat!(
                select_rows!(),
                "{} and ",
                account_is_open!(),
                " and ",
                demands!(),
                " and ($4 = '' or o.cause = $4) and (o.at, o.message_id, o.account_id) {} ($5, $6, $7) order by o.at {}, o.message_id {}, o.account_id {} limit $8"
            ),
            in_state(filter.state),
            if open { ">" } else { "<" },
            if open { "" } else { "desc" },
            if open { "" } else { "desc" },
            if open { "" } else { "desc" },
        );
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(user).bind(filter.queue.unwrap_or(0)).bind(pattern(&filter.words)).bind(filter.cause.map_or("", ImportCause::as_str))
            .bind(at).bind(letter).bind(account).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(|row| row.read(user)).collect()
    }

    /// One letter of Email Management.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the rules have not looked at it, or its account is not open to the viewer.
    pub async fn managed_one(&self, scope: Scope, id: Managed) -> Result<ManagedRow, StoreError> {
        let (user, _) = scope.binds();
        let row: Row = read!(self, c => sqlx::query_as(concat!(select_rows!(), "o.account_id = $2 and o.message_id = $3 and ", account_is_open!()))
            .bind(user).bind(id.account.0).bind(id.letter.0).fetch_one(c).await)?;
        row.read(user)
    }

    /// What the rules decided about a letter, in accounts open to the viewer.
    pub async fn managed_of(&self, scope: Scope, letter: MessageId) -> Result<Vec<ManagedRow>, StoreError> {
        let (user, _) = scope.binds();
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(concat!(select_rows!(), "o.message_id = $2 and ", account_is_open!(), " order by a.name, o.account_id"))
            .bind(user).bind(letter.0).fetch_all(c).await)?;
        rows.into_iter().map(|row| row.read(user)).collect()
    }

    /// How many letters there are of each state, in a queue or in all.
    pub async fn managed_states(&self, scope: Scope, queue: Option<i64>) -> Result<Vec<(ManagedState, i64)>, StoreError> {
        let (user, _) = scope.binds();
        let mut counts = Vec::with_capacity(ManagedState::ALL.len());
        for state in ManagedState::ALL {
            let sql = format!(
                concat!(
                    "select count(*) from import_outcome o join account a on a.id = o.account_id where {} and ($2 = 0 or o.queue_id is null or o.queue_id = $2) and ",
                    account_is_open!()
                ),
                in_state(*state)
            );
            let count: i64 =
                read!(self, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(user).bind(queue.unwrap_or(0)).fetch_one(c).await)?;
            counts.push((*state, count));
        }
        Ok(counts)
    }

    /// How many letters there are for each cause, most of them first, as far as a filter goes (its own cause apart).
    pub async fn managed_causes(&self, scope: Scope, filter: &ManagementFilter) -> Result<Vec<(ImportCause, i64)>, StoreError> {
        let (user, _) = scope.binds();
        let sql = format!(
            concat!(
                "select o.cause, count(*) from import_outcome o join account a on a.id = o.account_id join message m on m.id = o.message_id
                left join address x on x.id = m.from_id where {} and ",
                account_is_open!(),
                " and ",
                demands!(),
                " group by o.cause order by 2 desc, 1"
            ),
            in_state(filter.state)
        );
        let rows: Vec<(String, i64)> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(user).bind(filter.queue.unwrap_or(0)).bind(pattern(&filter.words)).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(|(cause, count)| Some((ImportCause::parse(&cause)?, count))).collect())
    }

    /// Every queue with how many letters wait in it, the built-in one first.
    pub async fn managed_queues(&self, scope: Scope) -> Result<Vec<QueueCount>, StoreError> {
        let (user, _) = scope.binds();
        let rows: Vec<(i64, String, i64)> = read!(self, c => sqlx::query_as(concat!(
            "select q.id, q.name, (select count(*) from import_outcome o join account a on a.id = o.account_id
               where o.state = 'waiting' and o.queue_id = q.id and ", account_is_open!(), ") from queue q order by case when q.id = 1 then 0 else 1 end, q.name"))
            .bind(user).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name, waiting)| QueueCount { id, name, waiting }).collect())
    }

    /// How many letters wait: the badge.
    pub async fn managed_waiting(&self, scope: Scope) -> Result<i64, StoreError> {
        let (user, _) = scope.binds();
        Ok(read!(self, c => sqlx::query_scalar(concat!(
            "select count(*) from import_outcome o join account a on a.id = o.account_id where o.state = 'waiting' and ", account_is_open!()))
            .bind(user).fetch_one(c).await)?)
    }

    /// The letters that wait in the same queue before and after one that waits or waited there.
    pub async fn managed_beside(&self, scope: Scope, id: Managed) -> Result<(Option<Managed>, Option<Managed>), StoreError> {
        let (user, _) = scope.binds();
        let here: Option<(i64, Option<i64>)> = read!(self, c => sqlx::query_as("select at, queue_id from import_outcome where account_id = $1 and message_id = $2")
            .bind(id.account.0).bind(id.letter.0).fetch_optional(c).await)?;
        let Some((at, queue)) = here else { return Ok((None, None)) };
        let mut beside = [None, None];
        for (place, (than, order)) in beside.iter_mut().zip([("<", "desc"), (">", "asc")]) {
            let sql = format!(
                concat!(
                    "select o.account_id, o.message_id from import_outcome o join account a on a.id = o.account_id
                   where o.state = 'waiting' and o.queue_id = $2 and (o.at, o.message_id, o.account_id) {} ($3, $4, $5) and ",
                    account_is_open!(),
                    " order by o.at {}, o.message_id {}, o.account_id {} limit 1"
                ),
                than, order, order, order
            );
            let found: Option<(i64, i64)> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
                .bind(user).bind(queue.unwrap_or(1)).bind(at).bind(id.letter.0).bind(id.account.0).fetch_optional(c).await)?;
            *place = found.map(|(account, letter)| Managed { account: AccountId(account), letter: MessageId(letter) });
        }
        Ok((beside[0], beside[1]))
    }

    /// Letters of importing accounts that their servers did not hand over, by account. The plus keeps the index of letters out of it: that
    /// one leads by way of everything that was left out.
    pub async fn unfetched(&self, scope: Scope) -> Result<Vec<Unfetched>, StoreError> {
        let (user, _) = scope.binds();
        let rows: Vec<(i64, String, i64, String)> = read!(self, c => sqlx::query_as(concat!(
            "select a.id, a.name, count(*), max(s.reason) from account_import i join account a on a.id = i.account_id join folder f on f.account_id = a.id
             join sighting s on s.folder_id = f.id and s.epoch = f.epoch and s.outcome = 'errored'
             where i.is_on = 1 and +s.message_id is null and s.gone_at is null and ", account_is_open!(), " group by a.id, a.name order by a.name, a.id"))
            .bind(user).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(account, name, letters, reason)| Unfetched { account: AccountId(account), name, letters, reason })
            .collect())
    }

    /// Letters that the rules have not looked at yet, and whether any account imports, as far as the viewer's accounts go.
    pub async fn managed_pending(&self, scope: Scope) -> Result<(i64, bool), StoreError> {
        let (user, _) = scope.binds();
        let (pending, importing): (i64, i64) = read!(self, c => sqlx::query_as(concat!(
            "select (select count(*) from import_todo t join account a on a.id = t.account_id join account_import i on i.account_id = a.id and i.is_on = 1 where ", account_is_open!(),
            "), (select count(*) from account_import i join account a on a.id = i.account_id where i.is_on = 1 and ", account_is_open!(), ")"))
            .bind(user).fetch_one(c).await)?;
        Ok((pending, importing > 0))
    }

    /// Whether a letter that waits is the viewer's to decide about: of these, the ones that are, and wait.
    pub async fn managed_waiting_of(&self, scope: Scope, ids: &[Managed], by: Option<UserId>) -> Result<Vec<Managed>, StoreError> {
        let (user, _) = scope.binds();
        let mut found = Vec::new();
        for id in ids {
            let one: Option<i64> = read!(self, c => sqlx::query_scalar(concat!(
                "select o.message_id from import_outcome o join account a on a.id = o.account_id where o.account_id = $2 and o.message_id = $3
                 and o.state = 'waiting' and (o.assigned_to is null or o.assigned_to = $4) and ", account_is_open!()))
                .bind(user).bind(id.account.0).bind(id.letter.0).bind(by.map_or(-1, |by| by.0)).fetch_optional(c).await)?;
            found.extend(one.map(|_| *id));
        }
        Ok(found)
    }
}
