//! Seals of stored copies: the code of a copy's digest under the office's key. Copies are sealed as they are stored; those of an earlier
//! version get their seal here, once somebody has looked that they are what was filed.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::MessageId;

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
