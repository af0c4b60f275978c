//! Letters on their way out, as people handle them: handing one over, taking it back, sending it again, settling it by hand.
//!
//! Bytes and Message-ID are fixed when the row is made, before the first octet leaves, and never change afterwards.

use crate::{
    ActionBounds, DueAction, Forwarding, NewEvent, Scope, Store, StoreError,
    actions_due::{LEFT, settle_action},
    audit::{TAKE_TURN, append_event},
    db::{read, write},
    drafts::settle_draft,
    forwards::{REOPEN, may_be_passed_on, note_forward},
    outbox_list::outbox_is_open,
};
use model::{DraftId, Origin, RecipientRole, UserId};
use sha2::{Digest, Sha256};

/// A letter to be sent. `Bcc` is never in `raw`.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The account it leaves by.
    pub account: i64,
    /// Its Message-ID, with or without brackets.
    pub message_id: String,
    /// The letter, octet by octet as it will leave.
    pub raw: Vec<u8>,
    /// From, canonical.
    pub sender: String,
    /// Subject.
    pub subject: String,
    /// The envelope.
    pub recipients: Vec<OutgoingRecipient>,
    /// Whose history it was written from.
    pub party: Option<i64>,
    /// The letter it answers.
    pub answers: Option<i64>,
    /// Who wrote it.
    pub by_user: Option<i64>,
    /// Who wanted it to leave.
    pub origin: Origin,
    /// For which cost centre.
    pub cost_centre: Option<i64>,
    /// Which rung of the ladder chose the account, and why.
    pub trace: String,
    /// Stops the double click.
    pub form_key: Option<String>,
    /// It does not leave before, ms (undo).
    pub not_before: i64,
}

/// Somebody on the envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingRecipient {
    /// In which header.
    pub role: RecipientRole,
    /// Address, canonical.
    pub address: String,
    /// Name.
    pub name: String,
}

/// A letter that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enqueued {
    /// Its number in the outbox.
    pub id: i64,
    /// The same form was sent before: this is the row it made then.
    pub already: bool,
}

/// What is settled in the transaction that hands a letter over.
#[derive(Clone, Copy)]
pub(crate) enum Settling<'a> {
    /// The letter alone.
    Nothing,
    /// It passes another letter on.
    Forward(&'a Forwarding),
    /// The day of an action, unless as many letters left by themselves as may.
    Action(&'a DueAction, ActionBounds),
    /// The draft that it was written in: whose, which and the version it was made from.
    Draft(UserId, DraftId, i64),
}

/// How the key of a Message-ID is made, as the reader of letters makes it.
pub(crate) fn key_of(message_id: &str) -> i64 {
    let digest = Sha256::digest(message_id.as_bytes());
    let first: [u8; 8] = std::array::from_fn(|at| digest[at]);
    i64::from_be_bytes(first) | 1
}

/// As many letters leave by themselves as may, to one party and to everybody.
macro_rules! keep_within {
    ($c:expr, $party:expr, $bounds:expr) => {{
        // What left by itself is counted by one at a time, and the day is taken as by everybody else: after this.
        sqlx::query(TAKE_TURN).execute(&mut *$c).await?;
        let left: i64 = sqlx::query_scalar("select count(*) from outbox where origin = 'action' and party_id = $1 and queued_at > $2")
            .bind($party)
            .bind($bounds.party.0)
            .fetch_one(&mut *$c)
            .await?;
        if left >= $bounds.party.1 {
            return Err(StoreError::Conflict("action_too_many"));
        }
        let everybody: i64 = sqlx::query_scalar(LEFT).bind($bounds.office.0).fetch_one(&mut *$c).await?;
        if everybody >= $bounds.office.1 {
            return Err(StoreError::Conflict("actions_are_held"));
        }
    }};
}

/// The row of a letter that is to leave; nothing when its form was sent before, or its Message-ID is taken.
macro_rules! insert_outgoing {
    ($c:expr, $letter:expr, $event:expr, $message_id:expr, $digest:expr, $packed:expr) => {{
        let (letter, event): (&Outgoing, &NewEvent) = ($letter, $event);
        let state = if letter.not_before > event.at { "held" } else { "queued" };
        sqlx::query_scalar(
            "insert into outbox (account_id, message_id, message_key, digest, size, raw, sender, subject, party_id, answers, by_user, principal, origin,
               cost_centre_id, trace, form_key, state, queued_at, next_at, tried_from)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $18) on conflict do nothing returning id")
            .bind(letter.account).bind($message_id).bind(key_of($message_id)).bind($digest).bind(letter.raw.len() as i64).bind($packed)
            .bind(&letter.sender).bind(&letter.subject).bind(letter.party).bind(letter.answers).bind(letter.by_user).bind(&event.principal)
            .bind(letter.origin.as_str()).bind(letter.cost_centre).bind(&letter.trace).bind(&letter.form_key)
            .bind(state).bind(event.at).bind(letter.not_before.max(event.at))
            .fetch_optional(&mut *$c).await?
    }};
}

/// The envelope of a letter that is to leave.
macro_rules! insert_recipients {
    ($c:expr, $id:expr, $recipients:expr) => {{
        let recipients: &[OutgoingRecipient] = $recipients;
        for (position, recipient) in recipients.iter().enumerate() {
            sqlx::query(
                "insert into outbox_recipient (outbox_id, position, role, address, name, state) values ($1, $2, $3, $4, $5, 'waiting')",
            )
            .bind($id)
            .bind(position as i64)
            .bind(recipient.role.as_str())
            .bind(&recipient.address)
            .bind(&recipient.name)
            .execute(&mut *$c)
            .await?;
        }
    }};
}

impl Store {
    /// Keeps a letter that is to leave, with the event (whose subject becomes `outbox:N`). The same form key answers the row it made before.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `no_recipients`, `account_does_not_send` or `message_id_taken`.
    ///
    /// One whose draft passes a letter of an importing account on goes to approved addresses only: as [`Store::forward_letter`].
    pub async fn enqueue(&self, letter: &Outgoing, event: &NewEvent) -> Result<Enqueued, StoreError> {
        self.hand_over(letter, Settling::Nothing, event).await
    }

    /// Hands the letter of a draft over and says so in the draft, both or neither: nothing of it can be changed until it comes back. The day of
    /// an action that it was written for is done.
    ///
    /// # Errors
    /// As [`Store::enqueue`]; [`StoreError::Conflict`] `draft_changed` when the draft was saved since, or is not this person's.
    pub async fn send_draft(
        &self,
        user: UserId,
        draft: DraftId,
        version: i64,
        letter: &Outgoing,
        event: &NewEvent,
    ) -> Result<Enqueued, StoreError> {
        self.hand_over(letter, Settling::Draft(user, draft, version), event).await
    }

    pub(crate) async fn hand_over(&self, letter: &Outgoing, settling: Settling<'_>, event: &NewEvent) -> Result<Enqueued, StoreError> {
        if letter.recipients.is_empty() {
            return Err(StoreError::Conflict("no_recipients"));
        }
        let message_id = letter.message_id.trim().trim_start_matches('<').trim_end_matches('>');
        let digest: [u8; 32] = Sha256::digest(&letter.raw).into();
        let packed = zstd::bulk::compress(&letter.raw, 3)?;
        let (enqueued, head) = write!(self, c => {
            let sends: Option<i64> =
                sqlx::query_scalar("select account_id from sending where account_id = $1").bind(letter.account).fetch_optional(&mut *c).await?;
            if sends.is_none() {
                return Err(StoreError::Conflict("account_does_not_send"));
            }
            if let Settling::Action(_, bounds) = settling {
                keep_within!(c, letter.party, bounds);
            }
            let forwarding = if let Settling::Forward(forwarding) = settling { Some(forwarding) } else { None };
            let passed = may_be_passed_on!(c, letter, forwarding, event.at);
            let made: Option<i64> = insert_outgoing!(c, letter, event, message_id, &digest[..], &packed[..]);
            let Some(id) = made else {
                let before: Option<i64> =
                    sqlx::query_scalar("select id from outbox where form_key = $1").bind(&letter.form_key).fetch_optional(&mut *c).await?;
                let id = before.ok_or(StoreError::Conflict("message_id_taken"))?;
                let head = match settling {
                    Settling::Action(due, _) => Some(settle_action!(&self.keys, c, due, id, event)),
                    Settling::Draft(user, draft, version) => {
                        sqlx::query(TAKE_TURN).execute(&mut *c).await?;
                        settle_draft!(c, user, draft, version, id);
                        None
                    }
                    Settling::Nothing | Settling::Forward(_) => None,
                };
                return Ok((Enqueued { id, already: true }, head));
            };
            insert_recipients!(c, id, &letter.recipients);
            if let Some(passed) = &passed {
                note_forward!(c, id, letter, passed, event.at);
            }
            let mut head = append_event!(&self.keys, c, &NewEvent { subject: format!("outbox:{id}"), ..event.clone() });
            match settling {
                Settling::Action(due, _) => head = settle_action!(&self.keys, c, due, id, event),
                Settling::Draft(user, draft, version) => settle_draft!(c, user, draft, version, id),
                Settling::Nothing | Settling::Forward(_) => {}
            }
            Ok((Enqueued { id, already: false }, Some(head)))
        })?;
        if let Some((seq, mac)) = head {
            self.heads.publish(seq, &mac)?;
        }
        Ok(enqueued)
    }

    /// Takes a letter back that has not begun to leave, with the event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, [`StoreError::Conflict`] `letter_is_leaving` when it is too late.
    pub async fn withdraw(&self, scope: Scope, id: i64, event: &NewEvent) -> Result<(), StoreError> {
        let (user, all) = scope.binds();
        let head = write!(self, c => {
            let open: Option<i64> = sqlx::query_scalar(concat!("select o.id from outbox o join account a on a.id = o.account_id where o.id = $3 and ", outbox_is_open!()))
                .bind(user).bind(all).bind(id).fetch_optional(&mut *c).await?;
            if open.is_none() {
                return Err(StoreError::NotFound);
            }
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            // Some recipients may have it already; for those it is sent.
            let changed = sqlx::query(
                "update outbox set state = case when filed_as is null then 'withdrawn' else 'sent' end, next_at = null, settled_at = $2, settled_by = $3
                 where id = $1 and state in ('held', 'queued', 'deferred')")
                .bind(id).bind(event.at).bind(&event.principal).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::Conflict("letter_is_leaving"));
            }
            sqlx::query(REOPEN).bind(id).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Sends a letter again that was refused, taken back or uncertain, because a person says so; the Message-ID stays. Whoever has it already
    /// does not get it twice, as far as the server said.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, [`StoreError::Conflict`] `letter_is_on_its_way` or `letter_is_sent`.
    pub async fn send_again(&self, scope: Scope, id: i64, event: &NewEvent) -> Result<(), StoreError> {
        let (user, all) = scope.binds();
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let state: Option<String> = sqlx::query_scalar(concat!("select o.state from outbox o join account a on a.id = o.account_id where o.id = $3 and ", outbox_is_open!()))
                .bind(user).bind(all).bind(id).fetch_optional(&mut *c).await?;
            match state.as_deref() {
                None => return Err(StoreError::NotFound),
                Some("refused" | "withdrawn" | "uncertain" | "deferred") => {}
                Some("sent") => {
                    let left: i64 = sqlx::query_scalar("select count(*) from outbox_recipient where outbox_id = $1 and state in ('refused', 'deferred', 'bounced')")
                        .bind(id).fetch_one(&mut *c).await?;
                    if left == 0 {
                        return Err(StoreError::Conflict("letter_is_sent"));
                    }
                }
                Some(_) => return Err(StoreError::Conflict("letter_is_on_its_way")),
            }
            // An address that was approved when it was written need not be any more (TP-42).
            let stray: i64 = sqlx::query_scalar(
                "select count(*) from outbox_recipient r join forward f on f.outbox_id = r.outbox_id where r.outbox_id = $1 and r.state <> 'accepted'
                   and not exists (select 1 from account_forward af where af.account_id = f.account_id and af.address = r.address)")
                .bind(id).fetch_one(&mut *c).await?;
            if stray > 0 {
                return Err(StoreError::Conflict("forward_not_approved"));
            }
            sqlx::query("update outbox_recipient set state = 'waiting', reply = '' where outbox_id = $1 and state <> 'accepted'")
                .bind(id).execute(&mut *c).await?;
            // The plan of tries begins anew: from now on, not from when it was written first.
            let changed = sqlx::query(
                "update outbox set state = 'queued', next_at = $2, tried_from = $2, settled_at = null, settled_by = '', bounced_at = null, bounced_by = null,
                   reason = 'Sent again by hand', claimed_until = 0 where id = $1 and state = $3")
                .bind(id).bind(event.at).bind(&state).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                // It began to leave at this very moment.
                return Err(StoreError::Conflict("letter_is_on_its_way"));
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// The letter, octet by octet as it leaves. Scope is the caller's.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when the stored bytes changed.
    pub async fn outbox_bytes(&self, id: i64) -> Result<Vec<u8>, StoreError> {
        let (digest, size, raw): (Vec<u8>, i64, Option<Vec<u8>>) =
            read!(self, c => sqlx::query_as("select digest, size, raw from outbox where id = $1").bind(id).fetch_one(c).await)?;
        let digest: [u8; 32] = digest.try_into().map_err(|_| StoreError::Inconsistent("outbox.digest has another length".into()))?;
        let Some(packed) = raw else { return self.copy_bytes(&digest).await };
        let bytes = zstd::bulk::decompress(&packed, usize::try_from(size).unwrap_or_default())?;
        let now: [u8; 32] = Sha256::digest(&bytes).into();
        if now != digest {
            return Err(StoreError::Inconsistent(format!("the bytes of letter {id} of the outbox changed")));
        }
        Ok(bytes)
    }
}
