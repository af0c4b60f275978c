//! The connection doctor for Microsoft 365: the same ladder, climbed as typed: settings → both servers → token → permissions → mailbox.
//!
//! Must never: show a token, or take for a fault what Exchange may allow without a word in the token.

use super::Mailbox;
use crate::{
    CertificateProblem, ConnectError, Later,
    oauth::{Application, claims},
    web::Web,
};
use model::{Diagnosis, FolderRole, Rung, RungOutcome, RungResult, Verdict};

/// Climbs the ladder; every rung is handed to `each_rung` as soon as it is known.
pub async fn diagnose(application: &Application, mailbox: &Mailbox, each_rung: &mut (dyn FnMut(&RungResult) + Send)) -> Diagnosis {
    let mut climb = Climb { rungs: Vec::new(), each: each_rung };
    let (verdict, sentence) = match climb.up(application, mailbox).await {
        Ok(sentence) => (Verdict::Healthy, sentence),
        Err(fall) => fall,
    };
    Diagnosis { verdict, sentence, rungs: climb.rungs, transcript: mailbox.record().transcript }
}

struct Climb<'a> {
    rungs: Vec<RungResult>,
    each: &'a mut (dyn FnMut(&RungResult) + Send),
}

type Fall = (Verdict, String);

impl Climb<'_> {
    async fn up(&mut self, application: &Application, mailbox: &Mailbox) -> Result<String, Fall> {
        if let Err(error) = application.check() {
            return Err(self.fall(Rung::Settings, &error, String::new()));
        }
        self.note(Rung::Settings, RungOutcome::Passed, String::new(), "What was typed makes sense.");
        let hosts = format!("{}, {}", application.web.authority(), mailbox.web().settings().authority());
        for (name, reached) in [
            (application.web.authority(), Web::new(application.web.clone()).reach().await),
            (mailbox.web().settings().authority(), mailbox.web().reach().await),
        ] {
            if let Err(error) = reached {
                return Err(self.fall(rung_of(&error), &error, name));
            }
        }
        self.note(Rung::Certificate, RungOutcome::Passed, hosts, "Both servers answer, and their certificates are good.");
        let token = match mailbox.keeper().token().await {
            Ok(token) => token,
            Err(error) => return Err(self.fall(Rung::SignIn, &error, error.server_text().to_owned())),
        };
        self.note(Rung::SignIn, RungOutcome::Passed, String::new(), "The directory accepts the application and handed out a token.");
        let carried = claims(&token);
        self.permissions(&carried);
        self.mailbox(mailbox, carried.readable && !carried.reads_mail()).await
    }

    /// What the token carries, as evidence; more than is needed is worth a word (O21).
    fn permissions(&mut self, carried: &crate::oauth::Claims) {
        let more = carried.more_than_reading().join(", ");
        let evidence = if carried.permissions.is_empty() { "none".to_owned() } else { carried.permissions.join(", ") };
        let (outcome, sentence) = match carried.readable {
            false => (RungOutcome::Passed, "The token does not say what it permits; the mailbox shows it.".to_owned()),
            true if !more.is_empty() => {
                (RungOutcome::Warned, format!("The token permits more than reading mail: {more}. For collecting, Mail.Read is enough; take the others away."))
            }
            true if carried.reads_mail() && carried.sends_mail() => {
                (RungOutcome::Passed, "The token permits reading mail, and sending it: Mail.Send, which only an account that sends needs.".to_owned())
            }
            true if carried.reads_mail() => (RungOutcome::Passed, "The token permits reading mail, and nothing more.".to_owned()),
            true => (
                RungOutcome::Warned,
                "The token carries no permission to read mail. That is right where Exchange gives it for named mailboxes; else give the application Mail.Read and grant admin consent.".to_owned(),
            ),
        };
        self.note(Rung::Capability, outcome, evidence, &sentence);
    }

    async fn mailbox(&mut self, mailbox: &Mailbox, unpermitted: bool) -> Result<String, Fall> {
        let folders = match mailbox.folders().await {
            Ok(folders) => folders,
            Err(ConnectError::SignIn { said }) => {
                // The directory handed the token out: the mailbox's service wants another.
                let sentence = "Microsoft 365 does not accept the token for this mailbox. Check the Graph server, and that the mailbox belongs to this tenant.";
                return Err(self.fall_as(Verdict::Permission, Rung::Folders, sentence, said));
            }
            Err(error) => return Err(self.fall(Rung::Folders, &error, error.server_text().to_owned())),
        };
        let Some(first) = folders.iter().find(|folder| folder.role == Some(FolderRole::Inbox)) else {
            let sentence = "The mailbox can be reached, but it shows no inbox. Check that the user name or object ID is that of a mailbox.";
            return Err(self.fall_as(Verdict::Permission, Rung::Folders, sentence, format!("{} folders", folders.len())));
        };
        let letters = match mailbox.count(&first.id).await {
            Ok(letters) => letters,
            Err(error) => return Err(self.fall(Rung::Folders, &error, error.server_text().to_owned())),
        };
        let evidence = format!("{} folders; {letters} letters in {}", folders.len(), first.name);
        let limited = if unpermitted { " Exchange limits the application to named mailboxes, as it should." } else { "" };
        self.note(Rung::Folders, RungOutcome::Passed, evidence, &format!("The mailbox can be read.{limited}"));
        Ok(format!("Everything works: {} folders can be read.", folders.len()))
    }

    fn note(&mut self, rung: Rung, outcome: RungOutcome, evidence: String, sentence: &str) {
        let result = RungResult { rung, outcome, evidence, sentence: sentence.to_owned(), fix: None };
        (self.each)(&result);
        self.rungs.push(result);
    }

    fn fall(&mut self, rung: Rung, error: &ConnectError, evidence: String) -> Fall {
        let sentence = match error {
            // The words for mail servers speak of ports that no web service has.
            ConnectError::Certificate { why: CertificateProblem::NotTls, .. } => {
                "This server does not speak TLS on this port. Check its name and port; Microsoft's have port 443.".to_owned()
            }
            ConnectError::Certificate { why: CertificateProblem::HandshakeEnded, .. } => {
                "The server ended the connection while encryption was being agreed. No secret was sent.".to_owned()
            }
            _ => error.sentence(),
        };
        self.fall_as(error.verdict(), rung, &sentence, evidence)
    }

    fn fall_as(&mut self, verdict: Verdict, rung: Rung, sentence: &str, evidence: String) -> Fall {
        self.note(rung, RungOutcome::Failed, evidence, sentence);
        (verdict, sentence.to_owned())
    }
}

fn rung_of(error: &ConnectError) -> Rung {
    match error {
        ConnectError::Later { why: Later::NoSuchName, .. } => Rung::Name,
        ConnectError::Permission { .. } => Rung::Address,
        ConnectError::Certificate {
            why: CertificateProblem::NotTls | CertificateProblem::HandshakeEnded | CertificateProblem::NoSafeMethod,
            ..
        } => Rung::Encryption,
        ConnectError::Certificate { .. } => Rung::Certificate,
        _ => Rung::Port,
    }
}
