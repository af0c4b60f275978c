//! Seals of stored copies: the code of a copy's digest under the office's key. Copies are sealed as they are stored; those of an earlier
//! version get their seal here, once somebody has looked that they are what was filed.

use crate::{
    NewEvent, Store, StoreError,
    audit::{append_event, hex},
    db::{read, write},
};
use model::MessageId;

/// The setting that keeps where sealing began, with its code: who has the database alone cannot move it.
const SEALED_FROM: &str = "copies_sealed_from";

/// A stored copy without a seal, and what is on record about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsealedCopy {
    /// Its number.
    pub id: i64,
    /// Its letter.
    pub message: MessageId,
    /// The digest of its octets; of another length if it was altered.
    pub digest: Vec<u8>,
    /// Octets.
    pub size: i64,
    /// The letter's identity as it was when the letter was filed, and the version of its rule. `None` for the very octets that the office
    /// sent: a provider's copy, written anew, may have given the letter another identity since.
    pub identity: Option<(Vec<u8>, i64)>,
}

type Row = (i64, i64, Vec<u8>, i64, Vec<u8>, i64, i64);

impl Store {
    /// The first copy that was sealed when it was filed, or the next one to come: no copy from there on was ever without a seal. It is found
    /// once, and kept.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when what is kept is not what this office wrote.
    pub async fn copies_sealed_from(&self) -> Result<i64, StoreError> {
        let kept = match self.setting(SEALED_FROM).await? {
            Some(kept) => kept,
            None => write!(self, c => {
                let first: i64 = sqlx::query_scalar(
                    "select coalesce((select min(id) from copy where seal is not null), (select max(id) + 1 from copy), 1)")
                    .fetch_one(&mut *c).await?;
                sqlx::query("insert into setting (name, value) values ($1, $2) on conflict do nothing")
                    .bind(SEALED_FROM).bind(self.begins_at(first)).execute(&mut *c).await?;
                let kept: String = sqlx::query_scalar("select value from setting where name = $1").bind(SEALED_FROM).fetch_one(&mut *c).await?;
                Ok(kept)
            })?,
        };
        let first = kept.split(' ').next().and_then(|first| first.parse::<i64>().ok());
        first
            .filter(|first| self.begins_at(*first) == kept)
            .ok_or_else(|| StoreError::Inconsistent(format!("the setting {SEALED_FROM} was altered, or another key is at hand")))
    }

    fn begins_at(&self, first: i64) -> String {
        format!("{first} {}", hex(&self.keys.event_code(SEALED_FROM.as_bytes(), &[&first.to_be_bytes()])))
    }

    /// Keeps where sealing began before anybody can take seals away again. A store without letters stays as it is: a backup with its own
    /// settings may be restored into it.
    pub(crate) async fn note_where_sealing_began(&self) -> Result<(), StoreError> {
        let holds_copies: Option<i64> = read!(self, c => sqlx::query_scalar("select id from copy limit 1").fetch_optional(c).await)?;
        if holds_copies.is_some() && self.setting(SEALED_FROM).await?.is_none() {
            self.copies_sealed_from().await?;
        }
        Ok(())
    }

    /// The next copies without a seal after this number.
    pub async fn unsealed_copies(&self, after: i64, limit: i64) -> Result<Vec<UnsealedCopy>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(
            "select c.id, c.message_id, c.digest, c.size, m.identity, m.identity_version,
               cast(case when exists (select 1 from outbox o where o.filed_as = m.id and o.digest = c.digest) then 1 else 0 end as bigint)
             from copy c join message m on m.id = c.message_id where c.id > $1 and c.seal is null order by c.id limit $2")
            .bind(after).bind(limit).fetch_all(c).await)?;
        let copy = |(id, message, digest, size, identity, version, is_ours): Row| UnsealedCopy {
            id,
            message: MessageId(message),
            digest,
            size,
            identity: (is_ours == 0).then_some((identity, version)),
        };
        Ok(rows.into_iter().map(copy).collect())
    }

    /// Seals copies, each named by number, digest and size, if they still are without a seal; with the event. How many.
    pub async fn seal_copies(&self, copies: &[(i64, [u8; 32], i64)], event: &NewEvent) -> Result<i64, StoreError> {
        let (sealed, head) = write!(self, c => {
            let mut sealed = 0_i64;
            for (id, digest, size) in copies {
                let done = sqlx::query("update copy set seal = $4 where id = $1 and digest = $2 and size = $3 and seal is null")
                    .bind(id).bind(&digest[..]).bind(size).bind(self.keys.copy_code(digest, *size)).execute(&mut *c).await?;
                sealed += done.rows_affected() as i64;
            }
            if sealed == 0 {
                return Ok((0, None));
            }
            let event = NewEvent { detail: format!("{sealed} that had no seal"), ..event.clone() };
            Ok((sealed, Some(append_event!(&self.keys, c, &event))))
        })?;
        if let Some(head) = head {
            self.heads.publish(head.0, &head.1)?;
        }
        Ok(sealed)
    }
}
