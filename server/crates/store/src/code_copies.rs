//! Copies of letters with a code, which a provider puts among the sent letters of the account that they left by. Whoever may read that
//! account's letters could prove the address of somebody else with one, so they are left out, by name (IT-22, O28).
//!
//! Known by what stands in our own outbox, for as long as a code could count. What arrives from outside comes into an inbox, where nothing is
//! left out: so no stranger hides a letter, and who gets a code still reads it.
//!
//! Left out, a copy is still a sign that its letter left: that is noted in the outbox, where it settles a letter whose answer was lost.

use crate::{
    ArrivedLetter, Octets, Refusal, Store, StoreError,
    db::{read, write},
    import::size_of,
};
use model::{AddressRole, FolderId, Outcome};
use std::collections::BTreeSet;

/// Longer than any code counts and any clock is wrong, ms.
const LOOKED_FOR: i64 = 24 * 3_600_000;

/// A letter whose copy was noted is settled for so long, ms: Postroom may have stood still meanwhile.
const SETTLED_FOR: i64 = 30 * LOOKED_FOR;

const REASON: &str = "A letter from Postroom with a code that proves an address: only who gets it may read it";

#[derive(sqlx::FromRow)]
struct Code {
    id: i64,
    message_id: String,
    provider_id: String,
    sender: String,
    subject: String,
    address: String,
}

impl Code {
    /// Under our Message-ID or the provider's, or written anew under a third one.
    fn is(&self, arrived: &ArrivedLetter) -> bool {
        self.is_named_by(arrived)
            || (arrived.letter.subject == self.subject
                && stands(arrived, AddressRole::From, &self.sender)
                && stands(arrived, AddressRole::To, &self.address))
    }

    /// It and no other code to the same address: what settles any uncertain letter.
    fn is_proven_by(&self, arrived: &ArrivedLetter) -> bool {
        self.is_named_by(arrived) && stands(arrived, AddressRole::From, &self.sender)
    }

    fn is_named_by(&self, arrived: &ArrivedLetter) -> bool {
        let named = &arrived.letter.message_id;
        *named == self.message_id || (!self.provider_id.is_empty() && *named == self.provider_id)
    }
}

impl Store {
    /// Letters of a window that are copies of codes sent a moment ago. In the inbox of the account they are what arrived; one that proves the
    /// account's own address is for its readers anyway. Which letters of the outbox they are is noted there.
    pub(crate) async fn code_copies(&self, folder: FolderId, letters: &[ArrivedLetter], now: i64) -> Result<Vec<Refusal>, StoreError> {
        let codes: Vec<Code> = read!(self, c => sqlx::query_as(
            "select o.id, o.message_id, o.provider_id, o.sender, o.subject, r.address
             from outbox o join outbox_recipient r on r.outbox_id = o.id join folder f on f.id = $1
             where o.queued_at > $2 and o.origin = 'code' and r.address <> o.sender
               and (f.role = 'sent' or (f.account_id = o.account_id and coalesce(f.role, '') <> 'inbox' and lower(f.raw_name) <> 'inbox'))")
            .bind(folder.0).bind(now - LOOKED_FOR).fetch_all(c).await)?;
        // Before the window is saved: what is left out is not looked at again.
        self.note_code_copies(folder, &codes, letters, now).await?;
        let copies = letters.iter().filter(|arrived| codes.iter().any(|code| code.is(arrived)));
        Ok(copies
            .map(|arrived| Refusal { uid: arrived.uid, outcome: Outcome::Excluded, reason: REASON.into(), size: size_of(arrived) })
            .collect())
    }

    /// Also for a letter that is still on the line: should its answer get lost, the copy was here before it became uncertain. What was seen
    /// before a person had it sent again proves nothing, nor does what was never sent from its folder.
    async fn note_code_copies(&self, folder: FolderId, codes: &[Code], letters: &[ArrivedLetter], now: i64) -> Result<(), StoreError> {
        let proven: BTreeSet<i64> =
            codes.iter().filter(|code| letters.iter().any(|arrived| code.is_proven_by(arrived))).map(|code| code.id).collect();
        if proven.is_empty() {
            return Ok(());
        }
        write!(self, c => {
            for id in &proven {
                sqlx::query(
                    "update outbox set seen_in_sent_at = $3 where id = $1 and state in ('body', 'uncertain', 'deferred', 'sent')
                       and (seen_in_sent_at is null or seen_in_sent_at < tried_from)
                       and exists (select 1 from folder f where f.id = $2 and coalesce(f.role, '') not in ('drafts', 'trash', 'junk'))")
                    .bind(*id).bind(folder.0).bind(now).execute(&mut *c).await?;
            }
            Ok(())
        })
    }

    /// Uncertain letters with a code whose copy was seen, and left out.
    pub(crate) async fn uncertain_codes_seen(&self, now: i64) -> Result<Vec<i64>, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar(
            "select id from outbox where queued_at > $1 and origin = 'code' and state = 'uncertain' and seen_in_sent_at >= tried_from")
            .bind(now - SETTLED_FOR).fetch_all(c).await)?)
    }

    /// Before a letter that came back can be read here: a code for an address that it names counts no more, for the letter with the code may
    /// stand in it.
    pub(crate) async fn void_returned_codes(&self, letters: &[ArrivedLetter]) -> Result<(), StoreError> {
        let returned: Vec<String> = letters.iter().filter(|arrived| arrived.letter.is_bounce).map(words_of).collect();
        if returned.is_empty() {
            return Ok(());
        }
        let codes: Vec<(i64, String)> =
            read!(self, c => sqlx::query_as("select id, address from send_as where code_hash is not null").fetch_all(c).await)?;
        let named = |address: &str| returned.iter().any(|words| words.contains(&address.to_lowercase()));
        let void: Vec<i64> = codes.into_iter().filter(|(_, address)| named(address)).map(|(id, _)| id).collect();
        if void.is_empty() {
            return Ok(());
        }
        write!(self, c => {
            for id in &void {
                sqlx::query("update send_as set code_hash = null where id = $1").bind(*id).execute(&mut *c).await?;
            }
            Ok(())
        })
    }
}

fn stands(arrived: &ArrivedLetter, wanted: AddressRole, address: &str) -> bool {
    arrived.letter.people.iter().any(|(role, one, _)| *role == wanted && one.eq_ignore_ascii_case(address))
}

/// What a report says, as it came and as it is read.
fn words_of(arrived: &ArrivedLetter) -> String {
    let raw = match &arrived.raw {
        Octets::Held(octets) => String::from_utf8_lossy(octets),
        Octets::Spooled(_) => "".into(),
    };
    format!("{raw}\n{}", arrived.letter.text).to_lowercase()
}
