//! Copies that an earlier version stored without a seal are sealed, after their octets were hashed and read anew.
//!
//! Must never: seal what is not what was filed. Octets, digest and the letter's identity must fit each other, and what had a seal when it was
//! filed gets no second one.

use crate::{Engine, prepare::identity_of};
use model::Sealing;
use postroom_store::{NewEvent, StoreError, UnsealedCopy};

/// Copies of a step; each step is an event.
const AT_ONCE: i64 = 1_000;

impl Engine {
    /// Seals every copy without a seal that is what was filed, with the event.
    ///
    /// # Errors
    /// The store's.
    pub async fn seal_copies(&self, event: &NewEvent) -> Result<Sealing, StoreError> {
        let sealed_from = self.store().copies_sealed_from().await?;
        let (mut done, mut after) = (Sealing::default(), 0);
        loop {
            let copies = self.store().unsealed_copies(after, AT_ONCE).await?;
            let Some(last) = copies.last() else { return Ok(done) };
            after = last.id;
            let mut fit = Vec::new();
            for copy in &copies {
                if copy.id >= sealed_from {
                    done.left.push(format!(
                        "Copy {} of letter {} was sealed when it was filed, and somebody took its seal away: it is not sealed again.",
                        copy.id, copy.message
                    ));
                    continue;
                }
                match self.digest_if_fit(copy).await? {
                    Some(digest) => fit.push((copy.id, digest, copy.size)),
                    None => done.left.push(format!("Copy {} of letter {} is not what was filed: it is not sealed.", copy.id, copy.message)),
                }
            }
            done.sealed += self.store().seal_copies(&fit, event).await?;
        }
    }

    /// The digest of a copy whose octets are those of its digest, and whose letter is the one that was filed.
    async fn digest_if_fit(&self, copy: &UnsealedCopy) -> Result<Option<[u8; 32]>, StoreError> {
        let Ok(digest) = <[u8; 32]>::try_from(copy.digest.as_slice()) else { return Ok(None) };
        let read = match self.store().copy_octets(&digest).await {
            Ok(octets) if octets.length() as i64 != copy.size => return Ok(None),
            Ok(octets) => identity_of(octets).await,
            Err(error) => Err(error),
        };
        let (seen, identity, version) = match read {
            Ok(read) => read,
            // Whoever checks the record names it.
            Err(StoreError::Inconsistent(_) | StoreError::NotFound) => return Ok(None),
            Err(other) => return Err(other),
        };
        // Identities of different versions never meet: nobody can tell any more that it is the letter.
        let is_filed = |(recorded, rule): &(Vec<u8>, i64)| *rule == version && recorded[..] == identity[..];
        Ok((seen == digest && copy.identity.as_ref().is_none_or(is_filed)).then_some(digest))
    }
}
