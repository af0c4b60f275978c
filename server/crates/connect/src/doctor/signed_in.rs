//! The rungs from sign-in to folders.

use super::{Climb, Fall};
use crate::{Capabilities, ConnectError, Later, Reader, RemoteFolder, dial, discover, google, lore, open, secure::Secured};
use model::{Fix, FolderRole, Rung, RungOutcome, Verdict};
use tokio::time::timeout;

impl Climb<'_> {
    pub(super) async fn sign_in_rung(&mut self, secured: Secured) -> Result<Reader, Fall> {
        let limit = self.settings.timeout * 3;
        let result = match timeout(limit, open::sign_in(self.settings, secured, &self.tap)).await {
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

    /// A sign-in that failed.
    pub(super) fn refused_fall(&mut self, error: ConnectError) -> Fall {
        self.refused_fall_with(error, None)
    }

    /// The same with what a button could mend.
    pub(super) fn refused_fall_with(&mut self, error: ConnectError, fix: Option<Fix>) -> Fall {
        match error {
            ConnectError::SignIn { said } => {
                let sentence = self.refused_sentence(&said);
                self.fall_as(Rung::SignIn, Verdict::Authentication, &sentence, said, fix)
            }
            error @ ConnectError::Certificate { .. } => {
                let fix = Some(super::fixes::use_tls(self.settings));
                self.fall(Rung::Encryption, &error, error.server_text().to_owned(), fix)
            }
            error => self.fall(Rung::SignIn, &error, error.server_text().to_owned(), fix),
        }
    }

    /// What the provider is known to want; else a hint about user names, never a try of them (O18).
    fn refused_sentence(&self, said: &str) -> String {
        if lore::find(said).is_some_and(|fact| fact.meaning == lore::Meaning::SignIn) {
            return lore::sign_in_sentence(said).to_owned();
        }
        if let Some(sentence) = discover::provider_of(dial::host(self.settings)).and_then(|provider| provider.refused) {
            return sentence.to_owned();
        }
        let hint = match self.settings.user_name.contains('@') {
            true => "Some servers want only the part before the @, or DOMAIN\\user.",
            false => "Most servers want the whole e-mail address as user name.",
        };
        format!("{} {hint}", lore::sign_in_sentence(said))
    }

    pub(super) async fn mailbox_rungs(&mut self, mut reader: Reader) -> Result<String, Fall> {
        if let Err(error) = reader.introduce().await {
            return Err(self.fall(Rung::Capability, &error, error.server_text().to_owned(), None));
        }
        self.capability_rung(reader.can());
        let climbed = self.folders_rung(&mut reader).await;
        let _ = reader.leave().await; // the record is in the tap
        climbed
    }

    fn capability_rung(&mut self, can: &Capabilities) {
        let evidence = can.all.join(" ");
        if !can.imap4 {
            let sentence = "The server does not say that it speaks IMAP4. Collecting may fail.";
            self.note(Rung::Capability, RungOutcome::Warned, evidence, sentence, None);
        } else if can.idle {
            self.pass(Rung::Capability, evidence, "The server announces new letters at once.");
        } else {
            self.pass(Rung::Capability, evidence, "The server does not announce new letters; Postroom asks every 15 minutes.");
        }
    }

    async fn folders_rung(&mut self, reader: &mut Reader) -> Result<String, Fall> {
        let limit = self.settings.timeout * 3;
        let folders = match timeout(limit, reader.folders()).await {
            Ok(Ok(folders)) => folders,
            Ok(Err(error)) => return Err(self.fall(Rung::Folders, &error, error.server_text().to_owned(), None)),
            Err(_) => return Err(self.fall(Rung::Folders, &ConnectError::later(Later::TimedOut), String::new(), None)),
        };
        let usable: Vec<&RemoteFolder> = folders.iter().filter(|folder| folder.selectable).collect();
        let Some(first) = usable.iter().find(|folder| folder.role == Some(FolderRole::Inbox)).or(usable.first()) else {
            let sentence =
                "The sign-in works, but the server shows no folder that can be read. Ask whoever runs it for access to the mailbox.";
            return Err(self.fall_as(Rung::Folders, Verdict::Permission, sentence, format!("{} folders", folders.len()), None));
        };
        let opened = match timeout(limit, reader.examine(&first.raw_name)).await {
            Ok(Ok(opened)) => opened,
            Ok(Err(error)) => return Err(self.fall(Rung::Folders, &error, error.server_text().to_owned(), None)),
            Err(_) => return Err(self.fall(Rung::Folders, &ConnectError::later(Later::TimedOut), String::new(), None)),
        };
        let evidence = format!("{} folders; {} letters in {}", usable.len(), opened.exists, first.name);
        let sentence = format!("Everything works: {} folders can be read.", usable.len());
        let hidden = google::hidden_letters(
            usable.iter().map(|folder| (folder.role, folder.status.and_then(|status| status.messages).map(i64::from))),
        );
        if let Some(remark) = hidden.filter(|_| reader.can().gmail) {
            self.note(Rung::Folders, RungOutcome::Warned, evidence, &remark, None);
        } else if usable.iter().any(|folder| matches!(folder.role, Some(FolderRole::Sent | FolderRole::All))) {
            self.pass(Rung::Folders, evidence, "The folders can be read.");
        } else {
            let remark = "The folders can be read, but none of them is known to hold sent letters. Choose it by hand.";
            self.note(Rung::Folders, RungOutcome::Warned, evidence, remark, None);
        }
        Ok(sentence)
    }
}
