//! The connection doctor (S7, DESIGN §8): climbs the ladder as typed, says where it ends, why, and what one button could mend.
//!
//! Must never: send the password before the connection is what was asked for, try another user name or password by itself (O18),
//! or show staff anything of what a server that may not be reached, or that is no mail server, answered.

mod fixes;
mod network;
mod pop3;
mod signed_in;
mod smtp;

pub use fixes::{Sibling, USUAL_PORTS};
pub use smtp::{diagnose_smtp, diagnose_smtp_among};

use crate::{ConnectError, ImapSettings, Reach, record::SharedTap, talk::Speech};
use model::{Diagnosis, Fix, Rung, RungOutcome, RungResult, Verdict};

/// Climbs the ladder; every rung is handed to `each_rung` as soon as it is known.
pub async fn diagnose(settings: &ImapSettings, each_rung: &mut (dyn FnMut(&RungResult) + Send)) -> Diagnosis {
    let usual = match settings.speech() {
        Speech::Imap => USUAL_PORTS,
        Speech::Pop3 => pop3::USUAL_PORTS,
        Speech::Smtp => smtp::USUAL_PORTS,
    };
    diagnose_among(settings, usual, each_rung).await
}

/// The same, with other ports to look for a better one on (a test server cannot have port 993).
pub async fn diagnose_among(settings: &ImapSettings, siblings: &[Sibling], each_rung: &mut (dyn FnMut(&RungResult) + Send)) -> Diagnosis {
    let tap = SharedTap::default();
    let mut climb = Climb { settings, siblings, tap, rungs: Vec::new(), each: each_rung };
    let climbed = climb.up().await;
    climb.report(climbed)
}

/// Where the climb ended.
pub(crate) struct Fall {
    verdict: Verdict,
    sentence: String,
}

/// One climb.
pub(crate) struct Climb<'a> {
    settings: &'a ImapSettings,
    siblings: &'a [Sibling],
    tap: SharedTap,
    rungs: Vec<RungResult>,
    each: &'a mut (dyn FnMut(&RungResult) + Send),
}

impl Climb<'_> {
    async fn up(&mut self) -> Result<String, Fall> {
        self.settings_rung()?;
        let addresses = self.address_rungs().await?;
        let secured = self.connection_rungs(&addresses).await?;
        if self.settings.speech() == Speech::Pop3 {
            let reader = self.pop_sign_in_rung(secured).await?;
            return self.maildrop_rungs(reader).await;
        }
        let reader = self.sign_in_rung(secured).await?;
        self.mailbox_rungs(reader).await
    }

    fn settings_rung(&mut self) -> Result<(), Fall> {
        if let Err(error) = self.settings.check() {
            let fix =
                (self.settings.security == model::Security::None && !self.settings.allow_clear_text).then(|| fixes::use_tls(self.settings));
            return Err(self.fall(Rung::Settings, &error, String::new(), fix));
        }
        self.what_was_typed();
        Ok(())
    }

    /// It can be tried; a port that is another service's is remarked upon.
    fn what_was_typed(&mut self) {
        let odd = fixes::other_service_of(self.settings);
        let odd = if self.settings.speech() == Speech::Pop3 { odd.or_else(|| Self::odd_port(self.settings)) } else { odd };
        match odd {
            Some(sentence) => self.note(Rung::Settings, RungOutcome::Warned, format!("Port {}", self.settings.port), sentence, None),
            None => self.pass(Rung::Settings, String::new(), "What was typed makes sense."),
        }
    }

    /// What the climb came to.
    fn report(self, climbed: Result<String, Fall>) -> Diagnosis {
        let (verdict, sentence) = match climbed {
            Ok(sentence) => (Verdict::Healthy, sentence),
            Err(fall) => (fall.verdict, fall.sentence),
        };
        Diagnosis { verdict, sentence, rungs: self.rungs, transcript: self.tap.record().transcript }
    }

    fn pass(&mut self, rung: Rung, evidence: String, sentence: &str) {
        self.note(rung, RungOutcome::Passed, evidence, sentence, None);
    }

    fn note(&mut self, rung: Rung, outcome: RungOutcome, evidence: String, sentence: &str, fix: Option<Fix>) {
        let result = RungResult { rung, outcome, evidence, sentence: sentence.to_owned(), fix };
        (self.each)(&result);
        self.rungs.push(result);
    }

    /// The climb ends here; the error's own verdict and sentence.
    fn fall(&mut self, rung: Rung, error: &ConnectError, evidence: String, fix: Option<Fix>) -> Fall {
        self.fall_as(rung, error.verdict(), &error.sentence(), evidence, fix)
    }

    fn fall_as(&mut self, rung: Rung, verdict: Verdict, sentence: &str, evidence: String, fix: Option<Fix>) -> Fall {
        self.note(rung, RungOutcome::Failed, evidence, sentence, fix);
        Fall { verdict, sentence: sentence.to_owned() }
    }

    fn may_see_all(&self) -> bool {
        self.settings.reach == Reach::Anywhere
    }
}
