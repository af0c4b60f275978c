//! The rungs from sign-in to the mailbox, by POP3.

use super::{Climb, Fall, fixes::Sibling};
use crate::{ConnectError, ImapSettings, Later, PopReader, pop3, secure::Secured};
use model::{Rung, RungOutcome, Security, Verdict};
use tokio::time::timeout;

/// POP3's two ports (IT-17), the safer first.
pub(super) const USUAL_PORTS: &[Sibling] =
    &[Sibling { port: 995, security: Security::Tls }, Sibling { port: 110, security: Security::StartTls }];

/// What a port usually is, if not POP3's (O1).
pub(super) fn other_service(port: u16) -> Option<&'static str> {
    Some(match port {
        587 => "587 is the sending port. To collect mail by POP3, use port 995.",
        465 => "465 is a sending port. To collect mail by POP3, use port 995.",
        25 | 2525 => "25 and 2525 are ports between mail servers. To collect mail by POP3, use port 995.",
        143 | 993 => "143 and 993 are the ports of IMAP. Choose IMAP for this account, or use port 995 for POP3.",
        80 | 443 | 8080 | 8443 => "This is a port of web servers. To collect mail by POP3, use port 995.",
        _ => return None,
    })
}

impl Climb<'_> {
    /// Any port can be used (O4), but not every port is a provider's.
    pub(super) fn odd_port(settings: &ImapSettings) -> Option<&'static str> {
        (!matches!(settings.port, 110 | 995)).then_some(
            "This is not a standard port of POP3 (110 and 995). Where the test fails, ask whoever runs the server to offer a standard one.",
        )
    }

    pub(super) async fn pop_sign_in_rung(&mut self, secured: Secured) -> Result<PopReader, Fall> {
        let limit = self.settings.timeout * 3;
        let result = match timeout(limit, pop3::sign_in(self.settings, secured, &self.tap)).await {
            Ok(result) => result,
            Err(_) => Err(ConnectError::later(Later::TimedOut)),
        };
        match result {
            Ok(reader) => {
                self.pass(Rung::SignIn, String::new(), "The user name and password are accepted.");
                Ok(reader)
            }
            Err(error) => Err(self.refused_fall(error)),
        }
    }

    pub(super) async fn maildrop_rungs(&mut self, mut reader: PopReader) -> Result<String, Fall> {
        self.pop_capability_rung(&reader);
        let climbed = self.maildrop_rung(&mut reader).await;
        let _ = reader.leave().await; // the record is in the tap
        climbed
    }

    fn pop_capability_rung(&mut self, reader: &PopReader) {
        let can = reader.can();
        let evidence = can.all.join(" ");
        let warning = match (reader.tells_capabilities(), can.expire_days) {
            (_, Some(0)) => {
                "This server deletes letters by itself as soon as they are fetched. Ask the provider to keep them, or use IMAP."
            }
            (_, Some(_)) => "This server deletes letters by itself some days after they were fetched. Postroom keeps what it fetched.",
            (true, None) if !can.uidl => "The server does not say that it names letters by UIDL. Collecting may take longer.",
            _ => {
                self.pass(Rung::Capability, evidence, "POP3 announces nothing; Postroom asks every 15 minutes.");
                return;
            }
        };
        self.note(Rung::Capability, RungOutcome::Warned, evidence, warning, None);
    }

    async fn maildrop_rung(&mut self, reader: &mut PopReader) -> Result<String, Fall> {
        let limit = self.settings.timeout * 3;
        let (count, letters) = match timeout(limit, reader.letters()).await {
            Ok(Ok(listed)) => listed,
            Ok(Err(error)) => return Err(self.fall(Rung::Folders, &error, error.server_text().to_owned(), None)),
            Err(_) => return Err(self.fall(Rung::Folders, &ConnectError::later(Later::TimedOut), String::new(), None)),
        };
        let evidence = format!("{count} letters");
        if count > 0 && letters.is_empty() {
            let sentence = "The server counts letters but lists none of them. Ask whoever runs it.";
            return Err(self.fall_as(Rung::Folders, Verdict::Permission, sentence, evidence, None));
        }
        let unnamed = letters.iter().filter(|letter| letter.name.is_none()).count();
        if unnamed > 0 {
            let newest: Vec<u32> = letters.iter().rev().take(1).map(|letter| letter.number).collect();
            let mut shown = 0;
            match timeout(limit, reader.heads(&newest, &mut |_, head| shown += usize::from(head.is_some()))).await {
                Ok(Ok(())) if shown > 0 => {
                    let remark =
                        "Some letters have no name of their own (UIDL). Postroom tells them apart by their heads, which takes longer.";
                    self.note(Rung::Folders, RungOutcome::Warned, evidence, remark, None);
                    return Ok(format!("Everything works: {count} letters can be read. POP3 brings received letters only."));
                }
                Ok(Err(error)) => return Err(self.fall(Rung::Folders, &error, error.server_text().to_owned(), None)),
                _ => {}
            }
            let sentence = "The server offers neither UIDL nor TOP, so letters cannot be told apart. Use IMAP, or ask whoever runs it.";
            return Err(self.fall_as(Rung::Folders, Verdict::Permission, sentence, evidence, None));
        }
        self.pass(Rung::Folders, evidence, "The inbox can be read. POP3 shows no other folder, and no sent letters.");
        Ok(format!("Everything works: {count} letters can be read. POP3 brings received letters only."))
    }
}
