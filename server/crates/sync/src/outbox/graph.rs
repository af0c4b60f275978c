//! One letter by Graph: a token, a line, write down, hand in.
//!
//! Graph reads the recipients from the letter's headers. So the blind ones stand in what is handed in, and only there: the service takes
//! them out before anybody gets the letter, as it does for every mail program. And what the headers say must be, address by address, what
//! the envelope says: else nothing leaves.

use super::{judge::Attempt, smtp::unable};
use crate::{CollectError, Engine};
use model::{AccountId, AddressRole, OutboxRecipient, RecipientRole};
use postroom_connect::{ConnectError, graph::HandedIn};
use postroom_store::{OutboxClaim, Scope, SendingSide, StoreError};
use std::{collections::BTreeSet, time::Duration};

/// Octets that are written under one time limit at least.
const PIECE: usize = 64 * 1024;
/// The answer as a whole may take this many times the longest silence.
const ANSWER: u32 = 20;

impl Engine {
    pub(super) async fn by_graph(&self, claim: &OutboxClaim, side: &SendingSide, raw: &[u8]) -> Result<Option<Attempt>, StoreError> {
        let all = self.store().outbox_letter(Scope::Everything, claim.id).await?.recipients;
        if all.len() != claim.recipients.len() {
            let why = "Microsoft 365 sends a letter to everybody who stands on it, and some have it already. Write to the others in a new letter.";
            return Ok(Some(unable(why.to_owned())));
        }
        let mime = match handed_in(raw, &claim.recipients) {
            Ok(mime) => mime,
            Err(why) => return Ok(Some(unable(why.to_owned()))),
        };
        let account = self.store().account(AccountId(side.account)).await?;
        let not_connected = |error| Ok(Some(Attempt::NotConnected(error)));
        if let Some(application) = self.store().application(account.id).await?
            && let Err(error) = Self::permitted_to_send(&application)
        {
            return not_connected(error);
        }
        let outlet = match self.outlet(&account).await {
            Ok(outlet) => outlet,
            Err(CollectError::Store(StoreError::NotFound | StoreError::Secret)) => {
                let sentence = "The application’s secret cannot be read. Enter it again.".to_owned();
                return not_connected(ConnectError::Settings { sentence });
            }
            Err(CollectError::Store(error)) => return Err(error),
            Err(CollectError::Connect(error)) => return not_connected(error),
            Err(other) => return not_connected(ConnectError::Settings { sentence: other.to_string() }),
        };
        let ready = match outlet.ready().await {
            Ok(ready) => ready,
            Err(error) => return not_connected(error),
        };
        let now = self.clock.now();
        let pieces = u32::try_from(mime.len() * 4 / 3 / PIECE).unwrap_or(u32::MAX).saturating_add(2);
        let silence = Duration::from_secs(u64::from(account.settings.timeout_seconds.max(1)));
        // Twice: a refused token makes it begin again.
        let patience = silence.saturating_mul(pieces.saturating_add(ANSWER)).saturating_mul(2) + Duration::from_secs(60);
        let until = now + i64::try_from(patience.as_millis()).unwrap_or(i64::MAX / 4);
        if !self.store().begin_body(claim, &[], now, until).await? {
            return Ok(None);
        }
        let outcome: HandedIn = ready.send(&mime).await;
        Ok(Some(Attempt::HandedIn(outcome)))
    }
}

const HEADERS_DIFFER: &str = "The recipients in the letter’s headers are not those it is for, so it was not handed in.";

/// The letter with its blind recipients, as it is handed in; else why it cannot be.
fn handed_in(raw: &[u8], recipients: &[OutboxRecipient]) -> Result<Vec<u8>, &'static str> {
    let head_end = raw.windows(4).position(|four| four == b"\r\n\r\n").map_or(raw.len(), |at| at + 2);
    let head = &raw[..head_end];
    let bare = head.iter().enumerate().any(|(at, octet)| match octet {
        b'\r' => head.get(at + 1) != Some(&b'\n'),
        b'\n' => at == 0 || head[at - 1] != b'\r',
        0 => true,
        _ => false,
    });
    if bare {
        return Err("The letter’s headers have a line end that Microsoft 365 may read in its own way, so it was not handed in.");
    }
    let (mut to, mut cc) = (0, 0);
    for line in head.split(|octet| *octet == b'\n').filter(|line| !line.starts_with(b" ") && !line.starts_with(b"\t")) {
        let name = line.split(|octet| *octet == b':').next().unwrap_or_default();
        let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
        match name.as_str() {
            "to" => to += 1,
            "cc" => cc += 1,
            "bcc" => return Err(HEADERS_DIFFER),
            name if name.starts_with("resent-") => return Err(HEADERS_DIFFER),
            _ => {}
        }
    }
    if to > 1 || cc > 1 {
        return Err(HEADERS_DIFFER);
    }
    let letter = postroom_mail::read(raw).letter.map_err(|_| "The letter cannot be read, so it was not handed in.")?;
    for (header, role) in
        [(AddressRole::To, RecipientRole::To), (AddressRole::Cc, RecipientRole::Cc), (AddressRole::Bcc, RecipientRole::Bcc)]
    {
        let written: BTreeSet<String> =
            letter.people.iter().filter(|(role, _)| *role == header).map(|(_, one)| one.address.to_lowercase()).collect();
        let meant: BTreeSet<String> = recipients.iter().filter(|one| one.role == role).map(|one| one.address.to_lowercase()).collect();
        if written != meant && role != RecipientRole::Bcc {
            return Err(HEADERS_DIFFER);
        }
    }
    let blind: Vec<String> = recipients.iter().filter(|one| one.role == RecipientRole::Bcc).map(|one| one.address.clone()).collect();
    with_blind(raw, &blind)
}

/// A letter with its blind recipients in the header, for the service or the mail program that takes them out again.
///
/// # Errors
/// In words, when an address cannot stand there.
pub fn with_blind(raw: &[u8], blind: &[String]) -> Result<Vec<u8>, &'static str> {
    let plain = |address: &String| {
        let odd = |c: char| c.is_control() || c.is_whitespace() || "<>,;:\"()[]\\".contains(c);
        address.is_ascii() && address.matches('@').count() == 1 && !address.contains(odd) && address.len() <= 254
    };
    if !blind.iter().all(plain) {
        return Err("An address of a blind copy cannot be written in the header of this letter.");
    }
    if blind.is_empty() {
        return Ok(raw.to_vec());
    }
    let field = format!("Bcc: {}\r\n", blind.join(",\r\n "));
    Ok([field.as_bytes(), raw].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::RecipientState;

    fn to(role: RecipientRole, address: &str) -> OutboxRecipient {
        OutboxRecipient {
            position: 0,
            role,
            address: address.into(),
            name: String::new(),
            state: RecipientState::Waiting,
            reply: String::new(),
        }
    }

    // RELIABILITY §2, FC-29: what the headers say is what the envelope says, or nothing leaves.
    #[test]
    fn nobody_is_reached_who_is_not_on_the_envelope() {
        let (cy, bo) = (to(RecipientRole::To, "cy@client.example"), to(RecipientRole::Bcc, "bo@client.example"));
        let letter = |head: &str| format!("From: desk@office.example\r\n{head}Subject: x\r\n\r\nBcc: a@b.example\r\n").into_bytes();
        let good = handed_in(&letter("To: Cy <cy@client.example>\r\n"), &[cy.clone(), bo.clone()]).unwrap();
        assert!(good.starts_with(b"Bcc: bo@client.example\r\nFrom: "));
        assert_eq!(
            handed_in(&letter("To: cy@client.example\r\n"), std::slice::from_ref(&cy)).unwrap(),
            letter("To: cy@client.example\r\n")
        );
        for head in [
            "To: cy@client.example, ev@il.example\r\n",
            "To: cy@client.example\r\nCc: ev@il.example\r\n",
            "To: cy@client.example\r\nTo: ev@il.example\r\n",
            "To: cy@client.example\r\nBcc: ev@il.example\r\n",
            "To: cy@client.example\r\nbcc : ev@il.example\r\n",
            "To: cy@client.example\r\nResent-To: ev@il.example\r\n",
            "To: cy@client.example\r\nX: y\rBcc: ev@il.example\r\n",
            "To: cy@client.example\r\nX: y\nBcc: ev@il.example\r\n",
            "Cc: cy@client.example\r\n",
            "",
        ] {
            assert!(handed_in(&letter(head), std::slice::from_ref(&cy)).is_err(), "{head:?}");
        }
        for address in [
            "bo@client.example\r\nTo: ev@il.example",
            "bo@x.example,ev@il.example",
            "böse@client.example",
            "a b@x.example",
            "<a@b.example>",
        ] {
            let odd = to(RecipientRole::Bcc, address);
            assert!(handed_in(&letter("To: cy@client.example\r\n"), &[cy.clone(), odd]).is_err(), "{address:?}");
        }
    }
}
