//! Days of actions that have come: raised once, claimed by lease, and settled in the transaction that hands the letter to the outbox.
//!
//! Must never: let a day be there twice, or a letter of a day that somebody else has dealt with.

use crate::{
    Enqueued, NewDraft, NewEvent, Outgoing, Scope, Store, StoreError,
    actions::{ActionDay, odd},
    audit::{TAKE_TURN, append_event},
    db::{read, write},
    dialect,
    drafts::insert_draft,
    history::client_scope,
    outbox::Settling,
};
use model::{
    ActionId, ActionMode, ActionParty, ActionTo, ActionsFilter, ClientId, DraftId, DueRow, DueState, Every, OccurrenceId, OutboxState,
    TextId, UserId,
};

/// Why a letter that is due does not leave.
const PAUSED: &str = "It is paused: nothing leaves, and when it goes on this letter waits for you.";

/// So many actions are few.
const FEW: i64 = 500;

#[derive(sqlx::FromRow)]
pub(crate) struct DueColumns {
    id: i64,
    action_id: i64,
    party_id: i64,
    party_name: String,
    party_kind: String,
    text_name: String,
    mode: String,
    action_state: String,
    day: String,
    due_at: i64,
    state: String,
    reason: String,
    draft_id: Option<i64>,
    writer: Option<i64>,
    writer_name: Option<String>,
    outbox_id: Option<i64>,
    outbox_state: Option<String>,
    settled_at: Option<i64>,
    settled_by: String,
}

impl DueColumns {
    pub(crate) fn read(self) -> Result<DueRow, StoreError> {
        let outbox_state = self.outbox_state.map(|state| OutboxState::parse(&state).ok_or_else(|| odd("outbox.state"))).transpose()?;
        let writer = self.writer.map(UserId).zip(self.writer_name);
        let state = DueState::parse(&self.state).ok_or_else(|| odd("action_occurrence.state"))?;
        let reason = if state == DueState::Due && self.action_state == "paused" { PAUSED.to_owned() } else { self.reason };
        Ok(DueRow {
            id: OccurrenceId(self.id),
            action: ActionId(self.action_id),
            party: ActionParty { id: ClientId(self.party_id), name: self.party_name, is_contact: self.party_kind == "contact" },
            text_name: self.text_name,
            mode: ActionMode::parse(&self.mode).ok_or_else(|| odd("action.mode"))?,
            day: self.day,
            due_at: self.due_at,
            state,
            reason,
            draft: self.draft_id.map(DraftId).zip(writer).map(|(draft, (user, name))| (draft, user, name)),
            outbox: self.outbox_id.zip(outbox_state),
            settled_at: self.settled_at,
            settled_by: self.settled_by,
        })
    }
}

/// What a day that has come is read from; the party `p` can be asked for its scope.
macro_rules! due_columns {
    () => {
        "select o.id, o.action_id, a.party_id, p.name as party_name, p.kind as party_kind, coalesce(t.name, a.text_name) as text_name, a.mode, a.state as action_state, o.day, o.due_at,
           o.state, o.reason, o.draft_id, d.user_id as writer, w.name as writer_name, o.outbox_id, x.state as outbox_state, o.settled_at, o.settled_by
         from action_occurrence o join action a on a.id = o.action_id join party p on p.id = a.party_id
         left join document_text t on t.id = a.text_id left join draft d on d.id = o.draft_id left join app_user w on w.id = d.user_id
         left join outbox x on x.id = o.outbox_id where "
    };
}
pub(crate) use due_columns;

/// An action whose day has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionToRaise {
    /// Number.
    pub id: ActionId,
    /// How often.
    pub every: Every,
    /// First day.
    pub first_day: String,
    /// Last day.
    pub last_day: Option<String>,
    /// Minute of the day.
    pub minute: i64,
    /// The day that has come, and its moment.
    pub next: ActionDay,
}

/// A letter that this process writes now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueAction {
    /// The day.
    pub id: OccurrenceId,
    /// Its action.
    pub action: ActionId,
    /// Whom it is about.
    pub party: ClientId,
    /// The text; `None` = it was deleted.
    pub text: Option<TextId>,
    /// Its name.
    pub text_name: String,
    /// To whom.
    pub to: ActionTo,
    /// Who answers for it.
    pub by: UserId,
    /// The day.
    pub day: String,
    /// Which try this is, from 1.
    pub tries: i64,
    /// Who holds it.
    pub holder: String,
}

/// How much may leave by itself (P31): in the whole office since a moment, and to one party since a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionBounds {
    /// Since when, ms, and how many.
    pub office: (i64, i64),
    /// Since when, ms, and how many.
    pub party: (i64, i64),
}

/// Letters that left by themselves since a moment (`$1`).
pub(crate) const LEFT: &str = "select count(*) from outbox where origin = 'action' and queued_at > $1";

type ClaimRow = (i64, i64, i64, Option<i64>, String, String, i64, String, i64);

/// Settles a day whose letter is in the outbox, in the transaction at hand. An action that was paused since does not let it leave, whoever
/// holds the lease: on PostgreSQL one may be taken in the moment of the pause.
macro_rules! settle_action {
    ($keys:expr, $c:expr, $due:expr, $letter:expr, $event:expr) => {{
        let due: &crate::DueAction = $due;
        let changed = sqlx::query(
            "update action_occurrence set state = 'done', reason = '', outbox_id = $3, settled_at = $4, settled_by = $5, claimed_until = 0
             where id = $1 and state = 'due' and claimed_by = $2 and claimed_until > 0
               and exists (select 1 from action a where a.id = action_occurrence.action_id and a.state = 'active')",
        )
        .bind(due.id.0)
        .bind(&due.holder)
        .bind($letter)
        .bind($event.at)
        .bind(&$event.principal)
        .execute(&mut *$c)
        .await?
        .rows_affected();
        if changed == 0 {
            return Err(StoreError::Conflict("action_is_dealt_with"));
        }
        append_event!(
            $keys,
            $c,
            &NewEvent {
                action: "action.sent".into(),
                subject: format!("action:{}", due.action),
                detail: due.day.clone(),
                ..$event.clone()
            }
        )
    }};
}
pub(crate) use settle_action;

impl Store {
    /// Actions whose day has come, the longest due first.
    pub async fn actions_to_raise(&self, now: i64, limit: i64) -> Result<Vec<ActionToRaise>, StoreError> {
        type Raised = (i64, String, String, Option<String>, i64, String, i64);
        let rows: Vec<Raised> = read!(self, c => sqlx::query_as(
            "select id, every, first_day, last_day, time_of_day, coalesce(next_day, first_day), next_at from action
             where state = 'active' and next_at <= $1 order by next_at, id limit $2").bind(now).bind(limit).fetch_all(c).await)?;
        rows.into_iter()
            .map(|(id, every, first_day, last_day, minute, day, at)| {
                let every = Every::parse(&every).ok_or_else(|| odd("action.every"))?;
                Ok(ActionToRaise { id: ActionId(id), every, first_day, last_day, minute, next: (day, at) })
            })
            .collect()
    }

    /// The day `due` of an action has come; the next one is `next`. A day is there once, whoever raises it. `false` = somebody else did.
    pub async fn raise_action(&self, raised: &ActionToRaise, due: &ActionDay, next: Option<&ActionDay>) -> Result<bool, StoreError> {
        write!(self, c => {
            let mode: Option<String> = sqlx::query_scalar(
                "update action set next_day = $3, next_at = $4 where id = $1 and next_at = $2 and state = 'active' returning mode")
                .bind(raised.id.0).bind(raised.next.1).bind(next.map(|next| next.0.as_str())).bind(next.map(|next| next.1))
                .fetch_optional(&mut *c).await?;
            let Some(mode) = mode else { return Ok(false) };
            let state = if mode == "edit" { "open" } else { "due" };
            let made = sqlx::query("insert into action_occurrence (action_id, day, due_at, state) values ($1, $2, $3, $4) on conflict do nothing")
                .bind(raised.id.0).bind(&due.0).bind(due.1).bind(state).execute(&mut *c).await?.rows_affected();
            Ok(made > 0)
        })
    }

    /// Takes the lease on the letter that has been due longest; the try is counted before it is made. None while as many left by themselves
    /// as may.
    pub async fn claim_action(&self, holder: &str, now: i64, until: i64, bounds: ActionBounds) -> Result<Option<DueAction>, StoreError> {
        let row: Option<ClaimRow> = write!(self, c => {
            let left: i64 = sqlx::query_scalar(LEFT).bind(bounds.office.0).fetch_one(&mut *c).await?;
            if left >= bounds.office.1 {
                return Ok(None);
            }
            let id: Option<i64> = sqlx::query_scalar(
                "update action_occurrence set tries = tries + 1, claimed_by = $1, claimed_until = $3
                 where id = (select o.id from action_occurrence o join action a on a.id = o.action_id
                     where o.state = 'due' and o.claimed_until < $2 and a.state = 'active' order by o.due_at, o.id limit 1)
                   and state = 'due' and claimed_until < $2 returning id")
                .bind(holder).bind(now).bind(until).fetch_optional(&mut *c).await?;
            let Some(id) = id else { return Ok(None) };
            let row: ClaimRow = sqlx::query_as(
                "select o.id, o.action_id, a.party_id, a.text_id, coalesce(t.name, a.text_name), a.recipients, a.by_user, o.day, o.tries
                 from action_occurrence o join action a on a.id = o.action_id left join document_text t on t.id = a.text_id where o.id = $1")
                .bind(id).fetch_one(&mut *c).await?;
            Ok(Some(row))
        })?;
        row.map(|(id, action, party, text, text_name, to, by, day, tries)| {
            Ok(DueAction {
                id: OccurrenceId(id),
                action: ActionId(action),
                party: ClientId(party),
                text: text.map(TextId),
                text_name,
                to: ActionTo::parse(&to).ok_or_else(|| odd("action.recipients"))?,
                by: UserId(by),
                day,
                tries,
                holder: holder.to_owned(),
            })
        })
        .transpose()
    }

    /// Whether as many letters left by themselves, in the whole office, as may: what is due then waits.
    pub async fn actions_are_held(&self, bounds: ActionBounds) -> Result<bool, StoreError> {
        let left: i64 = read!(self, c => sqlx::query_scalar(LEFT).bind(bounds.office.0).fetch_one(c).await)?;
        Ok(left >= bounds.office.1)
    }

    /// Hands the letter of a day to the outbox and settles the day, both or neither, with an event for each.
    ///
    /// # Errors
    /// As [`Store::enqueue`]; [`StoreError::Conflict`] `action_is_dealt_with` when the lease was lost or somebody gave it up,
    /// `action_too_many` when as many letters went to the party by themselves as may, `actions_are_held` when as many left in the whole office:
    /// then the lease is given back, and the try does not count.
    pub async fn send_action(
        &self,
        due: &DueAction,
        letter: &Outgoing,
        bounds: ActionBounds,
        event: &NewEvent,
    ) -> Result<Enqueued, StoreError> {
        let handed = self.hand_over(letter, Settling::Action(due, bounds), event).await;
        if matches!(handed, Err(StoreError::Conflict("actions_are_held"))) {
            self.put_back(due).await?;
        }
        handed
    }

    /// Ends a claim as if it had not been made: nothing went wrong with the letter.
    async fn put_back(&self, due: &DueAction) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            sqlx::query(
                "update action_occurrence set tries = tries - 1, claimed_until = 0
                 where id = $1 and state = 'due' and claimed_by = $2 and tries = $3 and claimed_until > 0")
                .bind(due.id.0).bind(&due.holder).bind(due.tries).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// A day waits for a person from now on, with the event. `false` = somebody else has dealt with it.
    pub async fn fail_action(&self, due: &DueAction, reason: &str, event: &NewEvent) -> Result<bool, StoreError> {
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let changed = sqlx::query(
                "update action_occurrence set state = 'failed', reason = $3, claimed_until = 0
                 where id = $1 and state = 'due' and claimed_by = $2 and claimed_until > 0")
                .bind(due.id.0).bind(&due.holder).bind(reason.replace('\0', "")).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Ok(None);
            }
            Ok(Some(append_event!(&self.keys, c, event)))
        })?;
        if let Some((seq, mac)) = &head {
            self.heads.publish(*seq, mac)?;
        }
        Ok(head.is_some())
    }

    /// Actions in scope, for whoever sees few; `None` = many. What few actions did is found by those: the list of all that is dealt with may
    /// hold nothing of theirs for years. Where many are seen, that list soon fills a page.
    pub(crate) async fn few_actions(&self, scope: Scope) -> Result<Option<Vec<i64>>, StoreError> {
        let (user, all) = scope.binds();
        if all == 1 {
            return Ok(None);
        }
        let ids: Vec<i64> = read!(self, c => sqlx::query_scalar(concat!(
            "select a.id from action a join party p on p.id = a.party_id where ", client_scope!(), " limit $3"))
            .bind(user).bind(all).bind(FEW + 1).fetch_all(c).await)?;
        Ok(Some(ids).filter(|ids| ids.len() as i64 <= FEW))
    }

    /// Days in scope of one list, in its order, after the moment and the number where the last page ended.
    pub async fn action_days(
        &self,
        scope: Scope,
        filter: ActionsFilter,
        after: Option<(i64, i64)>,
        limit: i64,
    ) -> Result<Vec<DueRow>, StoreError> {
        let (user, all) = scope.binds();
        let first = if filter == ActionsFilter::Done { (i64::MAX, i64::MAX) } else { (i64::MIN, i64::MIN) };
        let (at, id) = after.unwrap_or(first);
        if filter == ActionsFilter::Done
            && let Some(few) = self.few_actions(scope).await?
        {
            let sql = format!(
                concat!(
                    due_columns!(),
                    client_scope!(),
                    " and o.action_id {} and (o.settled_at + 0, o.id) < ($3, $4) order by o.settled_at + 0 desc, o.id desc limit $5"
                ),
                dialect::among(self.database(), "$6")
            );
            let few = dialect::list(self.database(), few.into_iter());
            let rows: Vec<DueColumns> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
                .bind(user).bind(all).bind(at).bind(id).bind(limit).bind(few).fetch_all(c).await)?;
            return rows.into_iter().map(DueColumns::read).collect();
        }
        let sql = match filter {
            ActionsFilter::Coming => return Ok(Vec::new()),
            ActionsFilter::Due => concat!(
                due_columns!(),
                client_scope!(),
                " and o.state in ('due', 'open') and (o.due_at, o.id) > ($3, $4) order by o.due_at, o.id limit $5"
            ),
            ActionsFilter::Failed => concat!(
                due_columns!(),
                client_scope!(),
                " and o.state = 'failed' and (o.due_at, o.id) > ($3, $4) order by o.due_at, o.id limit $5"
            ),
            ActionsFilter::Done => concat!(
                due_columns!(),
                client_scope!(),
                " and (o.settled_at, o.id) < ($3, $4) order by o.settled_at desc, o.id desc limit $5"
            ),
        };
        let rows: Vec<DueColumns> =
            read!(self, c => sqlx::query_as(sql).bind(user).bind(all).bind(at).bind(id).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(DueColumns::read).collect()
    }

    /// One day.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope.
    pub async fn action_day(&self, scope: Scope, id: OccurrenceId) -> Result<DueRow, StoreError> {
        let (user, all) = scope.binds();
        let row: Option<DueColumns> = read!(self, c => sqlx::query_as(concat!(due_columns!(), client_scope!(), " and o.id = $3"))
            .bind(user).bind(all).bind(id.0).fetch_optional(c).await)?;
        row.ok_or(StoreError::NotFound)?.read()
    }

    /// Has the letter of a failed day written again, with the event; of an action that is opened for edit by now, it waits to be opened.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, [`StoreError::Conflict`] `action_is_dealt_with`, `action_is_opened` while somebody writes
    /// it, `action_is_paused`.
    pub async fn try_action_again(&self, scope: Scope, id: OccurrenceId, event: &NewEvent) -> Result<(), StoreError> {
        let day = self.action_day(scope, id).await?;
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let paused: Option<i64> = sqlx::query_scalar("select id from action where id = $1 and state = 'paused'")
                .bind(day.action.0).fetch_optional(&mut *c).await?;
            if paused.is_some() {
                return Err(StoreError::Conflict("action_is_paused"));
            }
            let changed = sqlx::query(
                "update action_occurrence set state = (select case when a.mode = 'edit' then 'open' else 'due' end from action a where a.id = action_occurrence.action_id),
                   reason = '', tries = 0, claimed_until = 0
                 where id = $1 and state = 'failed' and draft_id is null")
                .bind(id.0).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::Conflict(if day.draft.is_some() { "action_is_opened" } else { "action_is_dealt_with" }));
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Gives a day up, with the event: nothing leaves for it. What somebody wrote for it stays among his or her drafts, and whoever sends it
    /// is asked first ([`Store::day_given_up`]).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, [`StoreError::Conflict`] `action_is_dealt_with`.
    pub async fn give_up_action(&self, scope: Scope, id: OccurrenceId, event: &NewEvent) -> Result<(), StoreError> {
        self.action_day(scope, id).await?;
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let changed = sqlx::query(
                "update action_occurrence set state = 'given_up', settled_at = $2, settled_by = $3, claimed_until = 0
                 where id = $1 and state in ('due', 'open', 'failed')")
                .bind(id.0).bind(event.at).bind(&event.principal).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::Conflict("action_is_dealt_with"));
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// The day that a draft was written for, if it was given up since.
    pub async fn day_given_up(&self, draft: DraftId) -> Result<Option<String>, StoreError> {
        let day = read!(self, c => sqlx::query_scalar(
            "select day from action_occurrence where draft_id = $1 and state = 'given_up' order by id limit 1")
            .bind(draft.0).fetch_optional(c).await)?;
        Ok(day)
    }

    /// Opens a day for edit: a draft of this person is begun, which is the day's letter from then on, with the event. One that he or she has
    /// begun already is gone on with, however often it is asked for.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, [`StoreError::Conflict`] `action_is_dealt_with`, or `action_is_opened` when somebody
    /// else writes it already.
    pub async fn open_action(
        &self,
        scope: Scope,
        id: OccurrenceId,
        user: UserId,
        new: &NewDraft,
        event: &NewEvent,
    ) -> Result<DraftId, StoreError> {
        self.action_day(scope, id).await?;
        let (draft, head) = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let own: Option<i64> = sqlx::query_scalar(
                "select d.id from action_occurrence o join draft d on d.id = o.draft_id where o.id = $1 and d.user_id = $2 and o.state in ('open', 'failed')")
                .bind(id.0).bind(user.0).fetch_optional(&mut *c).await?;
            if let Some(own) = own {
                return Ok((DraftId(own), None));
            }
            let draft = insert_draft!(c, user, new, event.at);
            let changed = sqlx::query(
                "update action_occurrence set draft_id = $2 where id = $1 and state in ('open', 'failed') and draft_id is null")
                .bind(id.0).bind(draft).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                let writing: i64 = sqlx::query_scalar("select count(*) from action_occurrence where id = $1 and draft_id is not null and state in ('open', 'failed')")
                    .bind(id.0).fetch_one(&mut *c).await?;
                return Err(StoreError::Conflict(if writing > 0 { "action_is_opened" } else { "action_is_dealt_with" }));
            }
            Ok((DraftId(draft), Some(append_event!(&self.keys, c, event))))
        })?;
        if let Some((seq, mac)) = &head {
            self.heads.publish(*seq, mac)?;
        }
        Ok(draft)
    }
}
