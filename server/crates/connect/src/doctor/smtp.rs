//! The ladder of the sending side (S7, IT-20): up to the certificate as for collecting, then the sign-in and what the server takes.
//!
//! Must never: offer a letter.

use super::{
    Climb, Fall,
    fixes::{self, Sibling},
};
use crate::{
    ConnectError, ImapSettings, Later, lore,
    record::SharedTap,
    smtp::{self, SmtpCan, SmtpSettings, SmtpSignIn},
};
use model::{Diagnosis, Fix, Rung, RungOutcome, RungResult, Security, Verdict};
use tokio::time::timeout;

/// The ports of sending, the safest first (O2); 25 is where an office's own relay may listen.
pub(super) const USUAL_PORTS: &[Sibling] = &[
    Sibling { port: 465, security: Security::Tls },
    Sibling { port: 587, security: Security::StartTls },
    Sibling { port: 25, security: Security::StartTls },
];

/// Letters with files need so much: what people attach, written as base64.
const ROOMY: u64 = 20 * 1024 * 1024;

/// What a port usually is, if not one of sending (O1).
pub(super) fn other_service(port: u16) -> Option<&'static str> {
    Some(match port {
        143 | 993 => "143 and 993 are the ports of IMAP, for collecting mail. To send, use port 465 or 587.",
        110 | 995 => "110 and 995 are the ports of POP3, for collecting mail. To send, use port 465 or 587.",
        80 | 443 | 8080 | 8443 => "This is a port of web servers. To send, use port 465 or 587.",
        _ => return None,
    })
}

/// Climbs the ladder of a sending side. `address` = whom letters come from: most servers want it whole as user name.
pub async fn diagnose_smtp(settings: &SmtpSettings, address: &str, each_rung: &mut (dyn FnMut(&RungResult) + Send)) -> Diagnosis {
    diagnose_smtp_among(settings, address, USUAL_PORTS, each_rung).await
}

/// The same, with other ports to look for a better one on (a test server cannot have port 465).
pub async fn diagnose_smtp_among(
    settings: &SmtpSettings,
    address: &str,
    siblings: &[Sibling],
    each_rung: &mut (dyn FnMut(&RungResult) + Send),
) -> Diagnosis {
    let user_name = match &settings.sign_in {
        SmtpSignIn::Password(user, _) | SmtpSignIn::Token(user, _) => user.clone(),
        SmtpSignIn::None => address.to_owned(),
    };
    let server = ImapSettings { user_name, ..settings.as_server() };
    let mut climb = Climb { settings: &server, siblings, tap: SharedTap::default(), rungs: Vec::new(), each: each_rung };
    let climbed = climb.up_to_sending(settings, address).await;
    climb.report(climbed)
}

impl Climb<'_> {
    async fn up_to_sending(&mut self, sending: &SmtpSettings, address: &str) -> Result<String, Fall> {
        if let Err(error) = sending.check() {
            let fix = (sending.security == Security::None && !sending.allow_clear_text).then(|| fixes::use_tls(self.settings));
            return Err(self.fall(Rung::Settings, &error, String::new(), fix));
        }
        self.what_was_typed();
        let addresses = self.address_rungs().await?;
        let secured = self.connection_rungs(&addresses).await?;
        let limit = sending.timeout * 3;
        let entered = match timeout(limit, smtp::enter(sending, secured, &self.tap)).await {
            Ok(entered) => entered,
            Err(_) => Err(ConnectError::later(Later::TimedOut)),
        };
        let session = match entered {
            Ok(session) => session,
            Err(error) => return Err(self.not_let_in(sending, address, error).await),
        };
        self.let_in(sending, address, session.can());
        let sentence = self.takes_letters(session.can());
        session.quit().await;
        Ok(sentence)
    }

    async fn not_let_in(&mut self, sending: &SmtpSettings, address: &str, error: ConnectError) -> Fall {
        let fix = match (&error, &sending.sign_in) {
            // Where the server says what is wrong, it is not the user name.
            (ConnectError::SignIn { said }, SmtpSignIn::Password(user, _)) if lore::find(said).is_none() => whole_address(user, address),
            // Another port may offer what this one does not: 25 often offers no sign-in at all.
            (ConnectError::Permission { said, .. }, _) if said.is_empty() => fixes::better_port(self.settings, self.siblings).await,
            _ => None,
        };
        if let (ConnectError::SignIn { said }, SmtpSignIn::Token(..)) = (&error, &sending.sign_in) {
            return self.fall_as(Rung::SignIn, Verdict::Authentication, &error.sentence(), said.clone(), None);
        }
        self.refused_fall_with(error, fix)
    }

    fn let_in(&mut self, sending: &SmtpSettings, address: &str, can: &SmtpCan) {
        match &sending.sign_in {
            SmtpSignIn::None if can.auth.is_empty() => self.pass(Rung::SignIn, String::new(), "The server asks for no sign-in."),
            SmtpSignIn::None => {
                let remark = "Nobody signed in, though the server offers it. It may take letters for its own addresses only.";
                self.note(Rung::SignIn, RungOutcome::Warned, can.auth.join(" "), remark, None);
            }
            SmtpSignIn::Password(..) => self.pass(Rung::SignIn, String::new(), "The user name and password are accepted."),
            // Only a letter shows what the provider permits, and none is sent here.
            SmtpSignIn::Token(user, _) if is_another(user, address) => {
                let remark = format!(
                    "The sign-in is accepted. It is that of {user}: whether it may send as {address}, its provider decides with the first letter (Send As at Microsoft 365, Send mail as at Google)."
                );
                self.note(Rung::SignIn, RungOutcome::Warned, String::new(), &remark, None);
            }
            SmtpSignIn::Token(..) => self.pass(Rung::SignIn, String::new(), "The sign-in is accepted."),
        }
    }

    fn takes_letters(&mut self, can: &SmtpCan) -> String {
        let evidence = can.all.join(" ");
        match can.size.filter(|size| (1..ROOMY).contains(size)) {
            Some(size) => {
                let remark = format!("The server takes letters of {} MB at most: larger files will be refused.", size / (1024 * 1024));
                self.note(Rung::Capability, RungOutcome::Warned, evidence, &remark, None);
            }
            None => self.pass(Rung::Capability, evidence, "The server takes letters with files."),
        }
        "Everything works: the server lets Postroom in. No letter was sent by this test.".to_owned()
    }
}

fn is_another(user: &str, address: &str) -> bool {
    user.contains('@') && address.contains('@') && !user.eq_ignore_ascii_case(address)
}

/// Most servers want the whole address. That it is offered is no try of it (O18): the button is a person's.
fn whole_address(user: &str, address: &str) -> Option<Fix> {
    let offered = !user.contains(['@', '\\']) && address.contains('@');
    offered.then(|| Fix { label: format!("Use {address} as user name"), user_name: Some(address.to_owned()), ..Fix::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    // O21: a token is one mailbox's; whether it may send as another's address is worth a word.
    #[test]
    fn the_sign_in_of_another_mailbox_is_told_from_ones_own() {
        assert!(is_another("ada@office.example", "desk@office.example"));
        assert!(!is_another("Ada@Office.example", "ada@office.example") && !is_another("ada", "ada@office.example"));
        assert!(!is_another("ada@office.example", ""));
    }

    #[test]
    fn the_whole_address_is_offered_where_a_part_was_typed() {
        assert_eq!(whole_address("ada", "ada@office.example").and_then(|fix| fix.user_name).as_deref(), Some("ada@office.example"));
        assert_eq!(whole_address("OFFICE\\ada", "ada@office.example"), None);
        assert_eq!(whole_address("ben@office.example", "ada@office.example"), None);
        assert_eq!(whole_address("ada", ""), None);
    }
}
