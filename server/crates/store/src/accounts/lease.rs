//! Who collects an account at the moment: leases, and how a collection ends.

use super::{AccountState, hands_off::added_up};
use crate::{
    NewEvent, Run, Store, StoreError,
    audit::{TAKE_TURN, append_event},
    db::{read, write},
    runs::keep_run,
};
use model::{AccountId, HandsOff, Verdict};

/// A lease on an account: only its holder collects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The account.
    pub account: AccountId,
    /// Who holds it.
    pub holder: String,
}

/// How a collection ended.
#[derive(Debug, Clone)]
pub struct CollectionEnd {
    /// When, ms.
    pub at: i64,
    /// Error text and verdict; `None` = all went well.
    pub error: Option<(String, Verdict)>,
    /// When to collect next, ms.
    pub next_at: i64,
    /// A refusal counts only if the one before is at least this old, ms (one poll).
    pub poll: i64,
    /// Commands sent in this collection's sessions.
    pub hands_off: HandsOff,
    /// What it did.
    pub run: Run,
}

impl Store {
    /// Makes an account due at once; also while it is being collected, for right after.
    pub async fn collect_soon(&self, id: AccountId) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update account set next_at = 0 where id = $1").bind(id.0).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Takes the lease on the account that has been due longest, if any is due.
    pub async fn claim_due_account(&self, holder: &str, now: i64, until: i64) -> Result<Option<Claim>, StoreError> {
        let id: Option<i64> = write!(self, c => {
            Ok(sqlx::query_scalar(
                "update account set claimed_by = $1, claimed_until = $3, next_at = 1
                 where id = (select id from account where state = 'enabled' and protocol not in ('archive', 'smtp') and claimed_until < $2 and (next_at is null or next_at <= $2)
                             order by coalesce(next_at, 0), id limit 1)
                   and claimed_until < $2 returning id")
                .bind(holder).bind(now).bind(until).fetch_optional(&mut *c).await?)
        })?;
        Ok(id.map(|id| Claim { account: AccountId(id), holder: holder.to_owned() }))
    }

    /// Takes the lease on this account, whatever its schedule says; `None` while somebody else holds it, and while it is being removed.
    pub async fn claim_account(&self, id: AccountId, holder: &str, now: i64, until: i64) -> Result<Option<Claim>, StoreError> {
        let changed = write!(self, c => {
            Ok(sqlx::query("update account set claimed_by = $2, claimed_until = $4, next_at = 1 where id = $1 and claimed_until < $3
                 and not exists (select 1 from removal j where j.account_id = account.id)")
                .bind(id.0).bind(holder).bind(now).bind(until).execute(&mut *c).await?.rows_affected())
        })?;
        Ok((changed == 1).then(|| Claim { account: id, holder: holder.to_owned() }))
    }

    /// Who holds the lease on an account, and until when, if anybody does.
    pub async fn claim_holder(&self, id: AccountId) -> Result<Option<(String, i64)>, StoreError> {
        let row: Option<(Option<String>, i64)> = read!(self, c => sqlx::query_as("select claimed_by, claimed_until from account where id = $1 and claimed_until > 0")
            .bind(id.0).fetch_optional(c).await)?;
        Ok(row.and_then(|(holder, until)| holder.map(|holder| (holder, until))))
    }

    /// Takes the lease away from a holder that is known to be dead.
    pub async fn break_claim(&self, claim: &Claim) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update account set claimed_until = 0 where id = $1 and claimed_by = $2")
                .bind(claim.account.0).bind(&claim.holder).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Ends every lease of a holder that goes.
    pub async fn give_back_claims(&self, holder: &str) -> Result<(), StoreError> {
        // Each by itself: whoever ends a collection holds the account before it takes its turn, and whoever deals with a day after that.
        for sql in [
            "update account set claimed_until = 0 where claimed_by = $1 and claimed_until > 0",
            "update removal set claimed_until = 0 where claimed_by = $1 and claimed_until > 0",
        ] {
            write!(self, c => {
                sqlx::query(sql).bind(holder).execute(&mut *c).await?;
                Ok(())
            })?;
        }
        write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            sqlx::query("update action_occurrence set claimed_until = 0 where claimed_by = $1 and state = 'due'").bind(holder).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Prolongs a lease; `false` = it was lost, and the holder must stop at once.
    pub async fn renew_claim(&self, claim: &Claim, until: i64) -> Result<bool, StoreError> {
        let changed = write!(self, c => {
            Ok(sqlx::query("update account set claimed_until = $3 where id = $1 and claimed_by = $2 and claimed_until > 0")
                .bind(claim.account.0).bind(&claim.holder).bind(until).execute(&mut *c).await?.rows_affected())
        })?;
        Ok(changed == 1)
    }

    /// Ends a collection: keeps its outcome and a row of it, counts refusals (O25), gives the lease back. Answers the account's state afterwards.
    pub async fn end_collection(&self, claim: &Claim, end: &CollectionEnd) -> Result<AccountState, StoreError> {
        let (state, head) = write!(self, c => {
            let (hands_off, refusals, refused_at, state, by_token): (String, i64, Option<i64>, String, i64) = sqlx::query_as(
                "update account set hands_off = hands_off where id = $1
                 returning hands_off, refusals, refused_at, state, (select count(*) from application p where p.account_id = account.id)").bind(claim.account.0).fetch_one(&mut *c).await?;
            let refused = matches!(end.error, Some((_, Verdict::Authentication)));
            let counts = refused && refused_at.is_none_or(|before| end.at - before >= end.poll);
            let refusals = if counts { refusals + 1 } else if end.error.is_none() { 0 } else { refusals };
            let refused_at = if counts { Some(end.at) } else if end.error.is_none() { None } else { refused_at };
            // A token service refuses for reasons of its own now and then: it gets one more try (O25).
            let disable = refusals >= 2 + by_token.min(1) && refused && state == "enabled";
            let json = added_up(&hands_off, &end.hands_off)?;
            sqlx::query(
                "update account set collected_at = $2, next_at = case when next_at = 0 then 0 else $3 end, error_text = $4, error_verdict = $5, hands_off = $6, refusals = $7,
                   refused_at = $8, state = $9, disabled_at = case when $11 = 1 then $2 else disabled_at end,
                   claimed_until = case when claimed_by = $10 then 0 else claimed_until end where id = $1")
                .bind(claim.account.0).bind(end.at).bind(end.next_at).bind(end.error.as_ref().map(|(text, _)| text.as_str()))
                .bind(end.error.as_ref().map(|(_, verdict)| verdict.as_str())).bind(&json).bind(refusals).bind(refused_at)
                .bind(if disable { "disabled" } else { state.as_str() }).bind(&claim.holder).bind(i64::from(disable))
                .execute(&mut *c).await?;
            keep_run!(c, claim.account, end);
            let head = if disable {
                Some(append_event!(&self.keys, c, &NewEvent {
                    at: end.at, principal: "scheduler".into(), action: "account.disabled".into(), subject: format!("account:{}", claim.account),
                    detail: "The server refused to let us in again, at least one collection later".into(),
                }))
            } else {
                None
            };
            Ok((if disable { AccountState::Disabled } else { AccountState::parse(&state)? }, head))
        })?;
        if let Some(head) = head {
            self.heads.publish(head.0, &head.1)?;
        }
        Ok(state)
    }
}
