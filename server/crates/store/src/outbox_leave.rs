//! Letters as they leave: claimed by lease, marked before the letter itself is on the line, settled by what the server said.
//!
//! Must never: make a letter due again by itself once its body has begun. What was lost there is *uncertain*, for a Sent copy or a person
//! to settle.

use crate::{
    ArrivedLetter, Store, StoreError,
    db::{read, write},
    dialect,
    fresh::{FreshEntry, entry_of},
    import::{AT_ONCE, Filed, Known, Sorted, TRIES, by_identity, size_of, threading_of},
    import_rows::{file_letters, insert_copies, insert_letters, insert_people, insert_texts, intern_addresses},
    packs::Syncing,
    threads::join_threads,
};
use model::{AddressRole, MessageId, OutboxRecipient, OutboxState, RecipientRole, RecipientState};
use sqlx::QueryBuilder;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A letter that this process hands over now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxClaim {
    /// Its number.
    pub id: i64,
    /// The account it leaves by.
    pub account: i64,
    /// Which process.
    pub holder: String,
    /// Which attempt this is, ever.
    pub attempt: i64,
    /// Which attempt of the plan this is: it begins anew when a person sends a letter again.
    pub planned: i64,
    /// Since when it is tried, ms.
    pub tried_from: i64,
    /// From.
    pub sender: String,
    /// Message-ID, without its brackets.
    pub message_id: String,
    /// Recipients that have not taken it yet.
    pub recipients: Vec<OutboxRecipient>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEnd {
    /// When, ms.
    pub at: i64,
    /// `Sent`, `Refused`, `Deferred` or `Uncertain`.
    pub state: OutboxState,
    /// When it is tried again, ms.
    pub next_at: Option<i64>,
    /// Where in the conversation it ended.
    pub stage: String,
    /// The server's words.
    pub reply: String,
    /// Ours.
    pub reason: String,
    /// What the server said about recipients, by place.
    pub recipients: Vec<(i64, RecipientState, String)>,
    /// The name the provider gave it.
    pub provider_id: String,
}

/// States in which a claimed letter can be settled. An answer that comes after the lease ran out is as good as one before.
macro_rules! still_mine {
    () => {
        "id = $1 and claimed_by = $2 and attempts = $3 and state in ('sending', 'body', 'uncertain')"
    };
}

macro_rules! keep_recipients {
    ($c:expr, $id:expr, $at:expr, $recipients:expr) => {
        for (position, state, reply) in $recipients {
            sqlx::query("update outbox_recipient set state = $3, reply = $4, at = $5 where outbox_id = $1 and position = $2")
                .bind($id)
                .bind(position)
                .bind(state.as_str())
                .bind(reply)
                .bind($at)
                .execute(&mut *$c)
                .await?;
        }
    };
}

/// A letter with a code that proves an address: whoever asked for it must never read it here, so its words go and it enters no history.
/// Evaluates to whether it was one.
macro_rules! forget_code {
    ($c:expr, $id:expr) => {
        sqlx::query("update outbox set raw = null where id = $1 and origin = 'code'").bind($id).execute(&mut *$c).await?.rows_affected() > 0
    };
}

/// Makes a sent letter a letter of the histories, in the transaction at hand; evaluates to its id and what the index will ask for.
macro_rules! file_sent {
    ($store:expr, $c:expr, $id:expr, $at:expr, $arrived:expr, $known:expr, $sorted:expr, $syncing:expr) => {{
        let (held, _, threading, entries) = file_letters!(&$store.keys, $c, $sorted, $known);
        let known: Known = *held.get(&$arrived.digest).ok_or_else(|| StoreError::Inconsistent("a copy was not stored".into()))?;
        // What was written from a client's history belongs there, also when it went to an address that is on nobody's file.
        sqlx::query(
            "insert into filing (message_id, party_id, decision, by_user, at, reason)
             select $2, o.party_id, 'belongs', o.by_user, $3, 'Written from this history' from outbox o where o.id = $1 and o.party_id is not null
               and not exists (select 1 from message_address ma join party_address pa on pa.address_id = ma.address_id
                 where ma.message_id = $2 and pa.party_id = o.party_id) on conflict do nothing",
        )
        .bind($id)
        .bind(known.message.0)
        .bind($at)
        .execute(&mut *$c)
        .await?;
        sqlx::query(
            "update outbox set filed_as = $2, raw = null,
               append_state = case when append_state = '' and (select s.sent_copy from sending s where s.account_id = outbox.account_id) = 'append'
                 then 'due' else append_state end where id = $1",
        )
        .bind($id)
        .bind(known.message.0)
        .execute(&mut *$c)
        .await?;
        // Whoever wrote a letter has read it.
        sqlx::query(
            "insert into letter_read (user_id, message_id, at) select by_user, $2, $3 from outbox where id = $1 and by_user is not null
             on conflict do nothing",
        )
        .bind($id)
        .bind(known.message.0)
        .bind($at)
        .execute(&mut *$c)
        .await?;
        // In the list of the account it left by, whether or not a copy of it is seen there later.
        let listed = sqlx::query(
            "insert into account_message (account_id, date, message_id)
             select o.account_id, m.date, m.id from outbox o join message m on m.id = o.filed_as where o.id = $1 on conflict do nothing",
        )
        .bind($id)
        .execute(&mut *$c)
        .await?
        .rows_affected();
        if listed > 0 {
            sqlx::query(
                "insert into account_letters (account_id, letters) select account_id, 1 from outbox where id = $1
                 on conflict (account_id) do update set letters = account_letters.letters + 1",
            )
            .bind($id)
            .execute(&mut *$c)
            .await?;
        }
        // No row may point at bytes that a power cut could take away.
        $syncing.wait().await?;
        join_threads!($c, $store.database(), &threading);
        entries
    }};
}

type ClaimRow = (i64, i64, i64, i64, String, String);

impl Store {
    /// Takes the lease on the letter that has been due longest (of one account, if it is named): the attempt is counted and committed before it
    /// is made. Nothing is due through a sending side that was stopped.
    pub async fn claim_outgoing(
        &self,
        holder: &str,
        account: Option<i64>,
        now: i64,
        until: i64,
    ) -> Result<Option<OutboxClaim>, StoreError> {
        let claimed: Option<(ClaimRow, i64)> = write!(self, c => {
            let row: Option<ClaimRow> = sqlx::query_as(
                "update outbox set state = 'sending', attempts = attempts + 1, claimed_by = $1, claimed_until = $3
                 where id = (select o.id from outbox o join sending s on s.account_id = o.account_id
                     where o.next_at <= $2 and o.claimed_until < $2 and o.state in ('held', 'queued', 'deferred', 'sending') and s.stopped = ''
                       and ($4 = -1 or o.account_id = $4) order by o.next_at, o.id limit 1)
                   and claimed_until < $2 and state in ('held', 'queued', 'deferred', 'sending')
                 returning id, account_id, attempts, tried_from, sender, message_id")
                .bind(holder).bind(now).bind(until).bind(account.unwrap_or(-1)).fetch_optional(&mut *c).await?;
            let Some(row) = row else { return Ok(None) };
            sqlx::query("insert into outbox_attempt (outbox_id, number, at, stage, outcome, reply) values ($1, $2, $3, 'begun', '', '')")
                .bind(row.0).bind(row.2).bind(now).execute(&mut *c).await?;
            let planned: i64 = sqlx::query_scalar("select count(*) from outbox_attempt where outbox_id = $1 and at >= $2")
                .bind(row.0).bind(row.3).fetch_one(&mut *c).await?;
            Ok(Some((row, planned)))
        })?;
        let Some(((id, account, attempt, tried_from, sender, message_id), planned)) = claimed else { return Ok(None) };
        let recipients = self.waiting_recipients(id).await?;
        Ok(Some(OutboxClaim { id, account, holder: holder.to_owned(), attempt, planned, tried_from, sender, message_id, recipients }))
    }

    async fn waiting_recipients(&self, id: i64) -> Result<Vec<OutboxRecipient>, StoreError> {
        let rows: Vec<(i64, String, String, String)> = read!(self, c => sqlx::query_as(
            "select position, role, address, name from outbox_recipient where outbox_id = $1 and state in ('waiting', 'deferred') order by position")
            .bind(id).fetch_all(c).await)?;
        let odd = || StoreError::Inconsistent("outbox_recipient.role cannot be read".into());
        rows.into_iter()
            .map(|(position, role, address, name)| {
                let role = RecipientRole::parse(&role).ok_or_else(odd)?;
                Ok(OutboxRecipient { position, role, address, name, state: RecipientState::Waiting, reply: String::new() })
            })
            .collect()
    }

    /// Prolongs the lease; `false` = it was lost.
    pub async fn renew_outgoing(&self, claim: &OutboxClaim, until: i64) -> Result<bool, StoreError> {
        let changed = write!(self, c => {
            Ok(sqlx::query("update outbox set claimed_until = $4 where id = $1 and claimed_by = $2 and attempts = $3 and state in ('sending', 'body')")
                .bind(claim.id).bind(&claim.holder).bind(claim.attempt).bind(until).execute(&mut *c).await?.rows_affected())
        })?;
        Ok(changed == 1)
    }

    /// The letter itself is about to be on the line: from here on it never leaves a second time by itself. `false` = the lease was lost, and
    /// not an octet may follow.
    pub async fn begin_body(
        &self,
        claim: &OutboxClaim,
        recipients: &[(i64, RecipientState, String)],
        at: i64,
        until: i64,
    ) -> Result<bool, StoreError> {
        write!(self, c => {
            let changed = sqlx::query("update outbox set state = 'body', claimed_until = $5 where id = $1 and claimed_by = $2 and attempts = $3 and state = 'sending' and claimed_until >= $4")
                .bind(claim.id).bind(&claim.holder).bind(claim.attempt).bind(at).bind(until).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Ok(false);
            }
            keep_recipients!(c, claim.id, at, recipients);
            sqlx::query("update outbox_attempt set stage = 'body' where outbox_id = $1 and number = $2")
                .bind(claim.id).bind(claim.attempt).execute(&mut *c).await?;
            Ok(true)
        })
    }

    /// Keeps what came of an attempt. A letter that at least one recipient's server took becomes a letter of the histories in the same
    /// transaction: `letter` is it as read. `false` = the letter is no longer this process's.
    pub async fn settle_outgoing(&self, claim: &OutboxClaim, end: &OutboxEnd, letter: Option<&ArrivedLetter>) -> Result<bool, StoreError> {
        let (known, sorted, mut syncing) = self.ready_to_file(letter).await?;
        let mut tries = 1;
        loop {
            match self.settle_once(claim, end, letter, &known, &sorted, &mut syncing).await {
                Err(StoreError::Driver(error)) if tries < TRIES && dialect::gave_way(&error) => tries += 1,
                outcome => return outcome,
            }
        }
    }

    async fn ready_to_file<'a>(
        &self,
        letter: Option<&'a ArrivedLetter>,
    ) -> Result<(HashMap<[u8; 32], Known>, Sorted<'a>, Syncing), StoreError> {
        let letters = letter.map(std::slice::from_ref).unwrap_or_default();
        let known = self.known_copies(&letters.iter().map(|letter| letter.digest).collect::<Vec<_>>()).await?;
        let (sorted, syncing) = self.sort_out(letters, &known).await?;
        Ok((known, sorted, syncing))
    }

    async fn settle_once(
        &self,
        claim: &OutboxClaim,
        end: &OutboxEnd,
        letter: Option<&ArrivedLetter>,
        known: &HashMap<[u8; 32], Known>,
        sorted: &Sorted<'_>,
        syncing: &mut Syncing,
    ) -> Result<bool, StoreError> {
        let done: Option<Vec<FreshEntry>> = write!(self, c => {
            let changed = sqlx::query(concat!(
                "update outbox set state = case when $4 = 'refused' and filed_as is not null then 'sent' else $4 end, next_at = $5, reply = $6, reason = $7, claimed_until = 0,
                   provider_id = case when $8 = '' then provider_id else $8 end,
                   sent_at = case when $4 = 'sent' then coalesce(sent_at, $9) else sent_at end,
                   settled_at = case when $4 in ('sent', 'refused') then $9 end where ", still_mine!()))
                .bind(claim.id).bind(&claim.holder).bind(claim.attempt).bind(end.state.as_str()).bind(end.next_at).bind(&end.reply)
                .bind(&end.reason).bind(&end.provider_id).bind(end.at).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Ok(None);
            }
            keep_recipients!(c, claim.id, end.at, &end.recipients);
            sqlx::query("update outbox_attempt set stage = $3, outcome = $4, reply = $5 where outbox_id = $1 and number = $2")
                .bind(claim.id).bind(claim.attempt).bind(&end.stage).bind(end.state.as_str()).bind(&end.reply).execute(&mut *c).await?;
            let Some(arrived) = letter else { return Ok(Some(Vec::new())) };
            if forget_code!(c, claim.id) {
                return Ok(Some(Vec::new()));
            }
            Ok(Some(file_sent!(self, c, claim.id, end.at, arrived, known, sorted, syncing)))
        })?;
        let settled = done.is_some();
        self.fresh.keep(done.unwrap_or_default());
        Ok(settled)
    }

    /// A person says of an uncertain letter that it arrived: it is sent, and in the histories, with the event.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `letter_is_not_uncertain`. Scope is the caller's.
    pub async fn settle_as_sent(&self, id: i64, letter: &ArrivedLetter, event: &crate::NewEvent) -> Result<(), StoreError> {
        let (known, sorted, mut syncing) = self.ready_to_file(Some(letter)).await?;
        let (known, sorted) = (&known, &sorted);
        let (entries, head) = write!(self, c => {
            sqlx::query(crate::audit::TAKE_TURN).execute(&mut *c).await?;
            let changed = sqlx::query(
                "update outbox set state = 'sent', next_at = null, sent_at = coalesce(sent_at, $2), settled_at = $2, settled_by = $3, claimed_until = 0
                 where id = $1 and state = 'uncertain'")
                .bind(id).bind(event.at).bind(&event.principal).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::Conflict("letter_is_not_uncertain"));
            }
            sqlx::query("update outbox_recipient set state = 'accepted' where outbox_id = $1 and state = 'waiting'").bind(id).execute(&mut *c).await?;
            let entries =
                if forget_code!(c, id) { Vec::new() } else { file_sent!(self, c, id, event.at, letter, known, sorted, syncing) };
            Ok((entries, crate::audit::append_event!(&self.keys, c, event)))
        })?;
        self.fresh.keep(entries);
        self.heads.publish(head.0, &head.1)
    }

    /// A person gives an uncertain or deferred letter up: it did not arrive and is not to be sent again, with the event.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `letter_is_not_uncertain`. Scope is the caller's.
    pub async fn give_up_outgoing(&self, id: i64, event: &crate::NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query(crate::audit::TAKE_TURN).execute(&mut *c).await?;
            let changed = sqlx::query(
                "update outbox set state = 'refused', next_at = null, settled_at = $2, settled_by = $3, reason = 'Given up by hand', claimed_until = 0
                 where id = $1 and state = 'uncertain'")
                .bind(id).bind(event.at).bind(&event.principal).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::Conflict("letter_is_not_uncertain"));
            }
            Ok(crate::audit::append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Letters whose body had begun and whose lease ran out are uncertain from now on. Answers which.
    pub async fn strand_outgoing(&self, now: i64) -> Result<Vec<i64>, StoreError> {
        write!(self, c => {
            let stranded: Vec<i64> = sqlx::query_scalar(
                "update outbox set state = 'uncertain', next_at = null, reason = 'Postroom stopped while the letter was on the line'
                 where state = 'body' and claimed_until < $1 returning id")
                .bind(now).fetch_all(&mut *c).await?;
            for id in &stranded {
                sqlx::query("update outbox_attempt set outcome = 'uncertain' where outbox_id = $1 and outcome = ''").bind(id).execute(&mut *c).await?;
            }
            Ok(stranded)
        })
    }

    /// Who holds leases on letters.
    pub async fn outgoing_holders(&self) -> Result<Vec<String>, StoreError> {
        Ok(
            read!(self, c => sqlx::query_scalar("select distinct claimed_by from outbox where state in ('sending', 'body') and claimed_until > 0 and claimed_by is not null")
            .fetch_all(c).await)?,
        )
    }

    /// Ends every lease of a holder that is known to be dead, or goes.
    pub async fn break_outgoing(&self, holder: &str) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update outbox set claimed_until = 0 where claimed_by = $1 and claimed_until > 0").bind(holder).execute(&mut *c).await?;
            Ok(())
        })
    }
}
