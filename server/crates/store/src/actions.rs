//! Actions: letters that are made from a text on a date (FC-29). Here they are planned and looked at; `actions_due.rs` has the days that come.
//!
//! Whoever may open the client or the contact may see and change its actions.

use crate::{
    NewEvent, Scope, Store, StoreError,
    actions_due::{DueColumns, due_columns},
    audit::{TAKE_TURN, append_event},
    db::{read, write},
    dialect,
    history::client_scope,
};
use model::{
    ActionCard, ActionId, ActionMode, ActionParty, ActionPlan, ActionState, ActionTo, ActionsFilter, ClientId, DONE_COUNTED, DueRow, Every,
    PartyActions, TextId, UserId,
};

/// Days of an action, or of a party, that are shown at once.
const SHOWN: i64 = 100;

/// A day of an action and its moment, ms.
pub type ActionDay = (String, i64);

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    party_id: i64,
    party_name: String,
    party_kind: String,
    text_id: Option<i64>,
    text_name: String,
    recipients: String,
    mode: String,
    every: String,
    first_day: String,
    last_day: Option<String>,
    time_of_day: i64,
    next_day: Option<String>,
    next_at: Option<i64>,
    state: String,
    note: String,
    by_user: i64,
    by_name: String,
}

pub(crate) fn odd(column: &str) -> StoreError {
    StoreError::Inconsistent(format!("{column} cannot be read"))
}

impl Row {
    fn read(self) -> Result<ActionCard, StoreError> {
        Ok(ActionCard {
            id: ActionId(self.id),
            party: ActionParty { id: ClientId(self.party_id), name: self.party_name, is_contact: self.party_kind == "contact" },
            text: self.text_id.map(TextId),
            text_name: self.text_name,
            to: ActionTo::parse(&self.recipients).ok_or_else(|| odd("action.recipients"))?,
            mode: ActionMode::parse(&self.mode).ok_or_else(|| odd("action.mode"))?,
            every: Every::parse(&self.every).ok_or_else(|| odd("action.every"))?,
            first_day: self.first_day,
            last_day: self.last_day,
            minute: self.time_of_day,
            next: self.next_day.zip(self.next_at),
            state: ActionState::parse(&self.state).ok_or_else(|| odd("action.state"))?,
            note: self.note,
            by: (UserId(self.by_user), self.by_name),
        })
    }
}

/// What an action is read from; the party `p` can be asked for its scope.
macro_rules! action_columns {
    ($rest:expr) => {
        concat!(
            "select a.id, a.party_id, p.name as party_name, p.kind as party_kind, a.text_id, coalesce(t.name, a.text_name) as text_name, a.recipients, a.mode,
               a.every, a.first_day, a.last_day, a.time_of_day, a.next_day, a.next_at, a.state, a.note, a.by_user, u.name as by_name
             from action a join party p on p.id = a.party_id join app_user u on u.id = a.by_user left join document_text t on t.id = a.text_id where ",
            client_scope!(),
            $rest
        )
    };
}

/// Whether an action is in scope, in the transaction at hand; evaluates to its state, which nobody changes until this is done: a day that
/// comes meanwhile waits, and is there only if the action still goes on.
macro_rules! action_in_scope {
    ($c:expr, $scope:expr, $id:expr) => {{
        let (user, all) = $scope.binds();
        sqlx::query(TAKE_TURN).execute(&mut *$c).await?;
        let state: Option<String> = sqlx::query_scalar(concat!(
            "update action set state = state where id = (select a.id from action a join party p on p.id = a.party_id where a.id = $3 and ",
            client_scope!(),
            ") returning state"
        ))
        .bind(user)
        .bind(all)
        .bind($id.0)
        .fetch_optional(&mut *$c)
        .await?;
        state.ok_or(StoreError::NotFound)?
    }};
}

/// The name of a text that an action is to send.
macro_rules! name_of_text {
    ($c:expr, $text:expr) => {{
        let name: Option<String> =
            sqlx::query_scalar("select name from document_text where id = $1").bind($text.0).fetch_optional(&mut *$c).await?;
        name.ok_or(StoreError::Conflict("action_text_is_gone"))?
    }};
}

impl Store {
    /// Plans an action for a party in scope, with the event (whose subject becomes `action:N`). The same form answers the action that it
    /// planned before.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, [`StoreError::Conflict`] `action_text_is_gone`.
    #[allow(clippy::too_many_arguments, reason = "what an action is")]
    pub async fn plan_action(
        &self,
        scope: Scope,
        party: ClientId,
        plan: &ActionPlan,
        next: &ActionDay,
        by: UserId,
        form_key: Option<&str>,
        event: &NewEvent,
    ) -> Result<ActionId, StoreError> {
        let (user, all) = scope.binds();
        let (id, head) = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            // In its turn: whoever deletes or merges the party ends what is planned for it, and this comes before that or not at all.
            let open: Option<i64> = sqlx::query_scalar(concat!("select p.id from party p where p.id = $3 and ", client_scope!()))
                .bind(user).bind(all).bind(party.0).fetch_optional(&mut *c).await?;
            if open.is_none() {
                return Err(StoreError::NotFound);
            }
            let before: Option<i64> =
                sqlx::query_scalar("select id from action where form_key = $1").bind(form_key).fetch_optional(&mut *c).await?;
            if let Some(before) = before {
                return Ok((ActionId(before), None));
            }
            let name = name_of_text!(c, plan.text);
            let id: i64 = sqlx::query_scalar(
                "insert into action (party_id, text_id, text_name, recipients, mode, every, first_day, time_of_day, next_day, next_at, state, by_user, made_at, last_day,
                   form_key)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'active', $11, $12, $13, $14) returning id")
                .bind(party.0).bind(plan.text.0).bind(&name).bind(plan.to.as_str()).bind(plan.mode.as_str()).bind(plan.every.as_str())
                .bind(&plan.first_day).bind(plan.minute).bind(&next.0).bind(next.1).bind(by.0).bind(event.at)
                .bind(&plan.last_day).bind(form_key).fetch_one(&mut *c).await?;
            Ok((ActionId(id), Some(append_event!(&self.keys, c, &NewEvent { subject: format!("action:{id}"), ..event.clone() }))))
        })?;
        if let Some((seq, mac)) = &head {
            self.heads.publish(*seq, mac)?;
        }
        Ok(id)
    }

    /// Changes an action; who does answers for it from now on. With `moved`, what has come and is not dealt with is given up: it was moved
    /// to another day; answers how many that are.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, [`StoreError::Conflict`] `action_text_is_gone` or `action_is_ended`.
    #[allow(clippy::too_many_arguments, reason = "what an action is")]
    pub async fn change_action(
        &self,
        scope: Scope,
        id: ActionId,
        plan: &ActionPlan,
        next: Option<&ActionDay>,
        moved: bool,
        by: UserId,
        event: &NewEvent,
    ) -> Result<u64, StoreError> {
        let (given_up, head) = write!(self, c => {
            if action_in_scope!(c, scope, id) == "ended" {
                return Err(StoreError::Conflict("action_is_ended"));
            }
            let name = name_of_text!(c, plan.text);
            sqlx::query(
                "update action set text_id = $2, text_name = $3, recipients = $4, mode = $5, every = $6, first_day = $7, time_of_day = $8, next_day = $9,
                   next_at = $10, by_user = $11, last_day = $12 where id = $1")
                .bind(id.0).bind(plan.text.0).bind(&name).bind(plan.to.as_str()).bind(plan.mode.as_str()).bind(plan.every.as_str())
                .bind(&plan.first_day).bind(plan.minute).bind(next.map(|next| next.0.as_str())).bind(next.map(|next| next.1)).bind(by.0)
                .bind(&plan.last_day).execute(&mut *c).await?;
            // What was to leave is written anew as it is planned now, or waits to be opened.
            sqlx::query(
                "update action_occurrence set claimed_until = 0, state = case when $2 = 'edit' then 'open' else state end where action_id = $1 and state = 'due'")
                .bind(id.0).bind(plan.mode.as_str()).execute(&mut *c).await?;
            let mut given_up = 0;
            if moved {
                given_up = sqlx::query(GIVE_UP_ALL).bind(id.0).bind(event.at).bind(&event.principal).execute(&mut *c).await?.rows_affected();
            }
            Ok((given_up, append_event!(&self.keys, c, event)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(given_up)
    }

    /// Pauses an action, lets it go on (from `next`), or ends it for good, with the event. Days that came before it was paused, and did not
    /// leave, wait for a person when it goes on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, [`StoreError::Conflict`] `action_is_ended`.
    pub async fn turn_action(
        &self,
        scope: Scope,
        id: ActionId,
        to: ActionState,
        next: Option<&ActionDay>,
        event: &NewEvent,
    ) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let before = action_in_scope!(c, scope, id);
            if before == "ended" {
                return Err(StoreError::Conflict("action_is_ended"));
            }
            match to {
                ActionState::Paused => {
                    // A letter that is being written at this moment does not leave either.
                    sqlx::query("update action_occurrence set claimed_until = 0 where action_id = $1 and state = 'due'").bind(id.0).execute(&mut *c).await?;
                    sqlx::query("update action set state = 'paused', note = '' where id = $1").bind(id.0).execute(&mut *c).await?;
                }
                // It goes on already: a day that has come in this very moment is not passed over.
                ActionState::Active if before != "paused" => {}
                ActionState::Active => {
                    // A letter of long ago does not leave because somebody presses a button for those to come.
                    sqlx::query("update action_occurrence set state = 'failed', reason = $2, claimed_until = 0 where action_id = $1 and state = 'due'")
                        .bind(id.0).bind(PASSED).execute(&mut *c).await?;
                    sqlx::query("update action set state = 'active', note = '', next_day = $2, next_at = $3 where id = $1")
                        .bind(id.0).bind(next.map(|next| next.0.as_str())).bind(next.map(|next| next.1)).execute(&mut *c).await?;
                }
                ActionState::Ended => {
                    sqlx::query(GIVE_UP_ALL).bind(id.0).bind(event.at).bind(&event.principal).execute(&mut *c).await?;
                    sqlx::query("update action set state = 'ended', note = '', next_day = null, next_at = null where id = $1")
                        .bind(id.0).execute(&mut *c).await?;
                }
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// One action.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope.
    pub async fn action(&self, scope: Scope, id: ActionId) -> Result<ActionCard, StoreError> {
        let (user, all) = scope.binds();
        let row: Option<Row> = read!(self, c => sqlx::query_as(action_columns!(" and a.id = $3"))
            .bind(user).bind(all).bind(id.0).fetch_optional(c).await)?;
        row.ok_or(StoreError::NotFound)?.read()
    }

    /// Actions in scope that have days to come, the next one first, after the moment and the number where the last page ended.
    pub async fn actions_coming(&self, scope: Scope, after: (i64, i64), limit: i64) -> Result<Vec<ActionCard>, StoreError> {
        let (user, all) = scope.binds();
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(action_columns!(
            " and a.next_at is not null and (a.next_at, a.id) > ($3, $4) order by a.next_at, a.id limit $5"))
            .bind(user).bind(all).bind(after.0).bind(after.1).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::read).collect()
    }

    /// How many days and actions in scope each list has; what is dealt with is counted up to one more than [`DONE_COUNTED`].
    pub async fn action_counts(&self, scope: Scope) -> Result<Vec<(ActionsFilter, i64)>, StoreError> {
        let (user, all) = scope.binds();
        let states: Vec<(String, i64)> = read!(self, c => sqlx::query_as(concat!(
            "select o.state, count(*) from action_occurrence o join action a on a.id = o.action_id join party p on p.id = a.party_id
             where o.state in ('due', 'open', 'failed') and ", client_scope!(), " group by o.state"))
            .bind(user).bind(all).fetch_all(c).await)?;
        let coming: i64 = read!(self, c => sqlx::query_scalar(concat!(
            "select count(*) from action a join party p on p.id = a.party_id where a.next_at is not null and ", client_scope!()))
            .bind(user).bind(all).fetch_one(c).await)?;
        let done = self.count_done(scope).await?;
        let of = |wanted: &[&str]| states.iter().filter(|(state, _)| wanted.contains(&state.as_str())).map(|(_, count)| *count).sum();
        Ok(vec![
            (ActionsFilter::Due, of(&["due", "open"])),
            (ActionsFilter::Coming, coming),
            (ActionsFilter::Failed, of(&["failed"])),
            (ActionsFilter::Done, done),
        ])
    }

    async fn count_done(&self, scope: Scope) -> Result<i64, StoreError> {
        let (user, all) = scope.binds();
        if let Some(few) = self.few_actions(scope).await? {
            let among = dialect::among(self.database(), "$2");
            let sql = format!(
                "select count(*) from (select o.id from action_occurrence o where o.action_id {among} and o.settled_at + 0 > 0 limit $1) counted"
            );
            let few = dialect::list(self.database(), few.into_iter());
            return Ok(read!(self, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(DONE_COUNTED + 1).bind(few).fetch_one(c).await)?);
        }
        // Only what is dealt with has such a moment.
        Ok(read!(self, c => sqlx::query_scalar(concat!(
            "select count(*) from (select o.id from action_occurrence o join action a on a.id = o.action_id join party p on p.id = a.party_id
               where o.settled_at > 0 and ", client_scope!(), " limit $3) counted"))
            .bind(user).bind(all).bind(DONE_COUNTED + 1).fetch_one(c).await)?)
    }

    /// How many days in scope wait for a person: to be opened, or because they failed.
    pub async fn actions_waiting(&self, scope: Scope) -> Result<i64, StoreError> {
        let (user, all) = scope.binds();
        Ok(read!(self, c => sqlx::query_scalar(concat!(
            "select count(*) from action_occurrence o join action a on a.id = o.action_id join party p on p.id = a.party_id
             where o.state in ('open', 'failed') and ", client_scope!()))
            .bind(user).bind(all).fetch_one(c).await)?)
    }

    /// Days of an action that have come, the latest first: as many as are shown at once, and all that wait, however old.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope.
    pub async fn days_of_action(&self, scope: Scope, id: ActionId) -> Result<Vec<DueRow>, StoreError> {
        let (user, all) = scope.binds();
        self.action(scope, id).await?;
        let sql = concat!(
            due_columns!(),
            client_scope!(),
            " and o.action_id = $3 and (o.state in ('due', 'open', 'failed')
                or o.id in (select n.id from action_occurrence n where n.action_id = $3 order by n.due_at desc, n.id desc limit $4))
              order by o.due_at desc, o.id desc"
        );
        let rows: Vec<DueColumns> = read!(self, c => sqlx::query_as(sql).bind(user).bind(all).bind(id.0).bind(SHOWN).fetch_all(c).await)?;
        rows.into_iter().map(DueColumns::read).collect()
    }

    /// What is planned for a party, and what waits.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope.
    pub async fn actions_of(&self, scope: Scope, party: ClientId) -> Result<PartyActions, StoreError> {
        let (user, all) = scope.binds();
        let plans: Vec<Row> = read!(self, c => sqlx::query_as(action_columns!(
            " and a.party_id = $3 and a.next_at is not null order by a.next_at, a.id limit $4"))
            .bind(user).bind(all).bind(party.0).bind(SHOWN).fetch_all(c).await)?;
        let sql = concat!(
            due_columns!(),
            client_scope!(),
            " and a.party_id = $3 and o.state in ('due', 'open', 'failed') order by o.due_at, o.id limit $4"
        );
        let waiting: Vec<DueColumns> =
            read!(self, c => sqlx::query_as(sql).bind(user).bind(all).bind(party.0).bind(SHOWN).fetch_all(c).await)?;
        Ok(PartyActions {
            plans: plans.into_iter().map(Row::read).collect::<Result<_, _>>()?,
            waiting: waiting.into_iter().map(DueColumns::read).collect::<Result<_, _>>()?,
        })
    }
}

/// Why a day waits for a person that was due while its action was paused.
const PASSED: &str = "It was paused when this letter was due. Look whether it still fits.";

/// What has come of an action `$1` and is not dealt with is given up: when (`$2`), by whom (`$3`).
const GIVE_UP_ALL: &str = "update action_occurrence set state = 'given_up', settled_at = $2, settled_by = $3, claimed_until = 0
     where action_id = $1 and state in ('due', 'open', 'failed')";

/// The same for a party `$1`.
pub(crate) const GIVE_UP_FOR: &str = "update action_occurrence set state = 'given_up', settled_at = $2, settled_by = $3, claimed_until = 0
     where state in ('due', 'open', 'failed') and action_id in (select a.id from action a where a.party_id = $1)";

/// How many actions of a party `$1` have days to come.
pub(crate) const PLANNED_FOR: &str = "select count(*) from action where party_id = $1 and next_at is not null";

/// How many letters of a party `$1` have come and are not dealt with.
pub(crate) const WAITING_FOR: &str = "select count(*) from action a join action_occurrence o on o.action_id = a.id
     where a.party_id = $1 and o.state in ('due', 'open', 'failed')";

/// Actions of a party `$1` have no more days. Comes before [`GIVE_UP_FOR`]: a day that is raised in this very moment is given up too.
pub(crate) const END_FOR: &str = "update action set state = 'ended', note = '', next_day = null, next_at = null where party_id = $1";

/// After a restore nobody knows what has left since the backup: nothing leaves by itself until somebody has looked.
pub(crate) const AFTER_RESTORE: &[&str] = &[
    "update action_occurrence set state = 'failed', reason = 'Restored from a backup: it may have left since.' where state = 'due'",
    "update action set state = 'paused', note = 'Paused because the office was restored from a backup: look what has left since.'
     where state = 'active' and mode = 'send' and next_at is not null",
];
