//! SELECT, EXAMINE, and what a session knows of its folder: the numbers it was told.

use super::command::{Argument, Command};
use super::fault::Fault;
use super::mailbox::LabMailbox;
use super::session::Session;
use super::wire::Outcome;

/// The folder a session is in.
pub(super) struct Selected {
    pub(super) folder: String,
    pub(super) read_only: bool,
    uid_validity: u32,
    /// UIDs by message number, as this session was told.
    pub(super) view: Vec<u32>,
    /// Changes up to here were told.
    pub(super) told: u64,
}

impl Session {
    pub(super) async fn select(&mut self, command: &Command) -> Outcome {
        let folder = self.folder_named(&command.text(0));
        self.selected = None;
        let refused = self.shared.strike(|fault| match fault {
            Fault::SelectRefused(refused, text) if *refused == folder => Some(text.clone()),
            _ => None,
        });
        if let Some(text) = refused {
            return self.tagged(command, &format!("NO {text}")).await;
        }
        let options = command.arguments.get(1).map(Argument::members).unwrap_or_default();
        self.condstore |= options.iter().any(|option| option.upper() == "CONDSTORE");
        let Some(mailbox) = self.open_folder(&folder) else {
            return self.tagged(command, "NO [NONEXISTENT] No such folder").await;
        };
        self.describe(&mailbox).await?;
        let read_only = command.name == "EXAMINE";
        self.selected =
            Some(Selected { folder, read_only, uid_validity: mailbox.uid_validity, view: mailbox.uids(), told: mailbox.highest_modseq });
        self.tagged(command, if read_only { "OK [READ-ONLY] Examined" } else { "OK [READ-WRITE] Selected" }).await
    }

    fn open_folder(&self, folder: &str) -> Option<LabMailbox> {
        let user = self.user.clone()?;
        let restless = self.shared.on(&Fault::UidValidityChangesEachTime);
        let mut state = self.shared.lock();
        state.epoch_counter += u32::from(restless);
        let epoch = 1_000_000 + state.epoch_counter;
        let mailbox = state.mailbox(&user, folder)?;
        if restless {
            mailbox.uid_validity = epoch;
        }
        Some(mailbox.clone())
    }

    async fn describe(&mut self, mailbox: &LabMailbox) -> Outcome {
        let huge = self.shared.strike(|fault| if let Fault::HugeLine(length) = fault { Some(*length) } else { None });
        if let Some(length) = huge {
            self.line(&format!("* OK {}", "x".repeat(length.saturating_sub(7)))).await?;
        }
        self.line("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)").await?;
        self.line("* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] Limited").await?;
        let count = self.shown_count(mailbox.letters.len());
        self.line(&format!("* {count} EXISTS\r\n* 0 RECENT")).await?;
        if !self.shared.on(&Fault::UidValidityMissing) {
            self.line(&format!("* OK [UIDVALIDITY {}] UIDs valid", mailbox.uid_validity)).await?;
        }
        if let Some(uid_next) = self.shown_uid_next(mailbox.uid_next) {
            self.line(&format!("* OK [UIDNEXT {uid_next}] Predicted next UID")).await?;
        }
        if self.can("CONDSTORE") {
            self.line(&format!("* OK [HIGHESTMODSEQ {}] Highest", mailbox.highest_modseq)).await?;
        }
        Ok(())
    }

    /// The selected folder as it stands now.
    pub(super) fn current(&self) -> Option<LabMailbox> {
        let selected = self.selected.as_ref()?;
        self.shared.lock().mailbox(self.user.as_deref()?, &selected.folder).cloned()
    }

    /// A change to the selected folder.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut LabMailbox) -> T) -> Option<T> {
        let selected = self.selected.as_ref()?;
        let result = self.shared.lock().mailbox(self.user.as_deref()?, &selected.folder).map(change);
        self.shared.ring();
        result
    }

    /// Tells what changed since the last time: EXPUNGE, EXISTS, FETCH of flags. Another epoch ends the connection, as real servers do.
    pub(super) async fn refresh(&mut self) -> Outcome {
        // Asked after every command: a large folder must not be copied just to see that nothing changed.
        if !self.has_news() {
            return Ok(());
        }
        let Some(mailbox) = self.current() else { return Ok(()) };
        let with_modseq = self.condstore;
        let Some(selected) = self.selected.as_mut() else { return Ok(()) };
        if selected.uid_validity != mailbox.uid_validity {
            return self.bye("The folder was rebuilt, please come again").await;
        }
        let news = news(selected, &mailbox, with_modseq);
        selected.told = mailbox.highest_modseq;
        for line in news {
            self.line(&line).await?;
        }
        Ok(())
    }

    fn has_news(&self) -> bool {
        let (Some(selected), Some(user)) = (&self.selected, &self.user) else { return false };
        let mut state = self.shared.lock();
        state.mailbox(user, &selected.folder).is_some_and(|m| (m.uid_validity, m.highest_modseq) != (selected.uid_validity, selected.told))
    }

    pub(super) async fn close_folder(&mut self, command: &Command) -> Outcome {
        let writable = self.selected.as_ref().is_some_and(|selected| !selected.read_only);
        if command.name == "CLOSE" && writable {
            self.change(|mailbox| {
                let gone: Vec<u32> = mailbox.letters.iter().filter(|l| l.flags.contains("\\Deleted")).map(|l| l.uid).collect();
                gone.into_iter().for_each(|uid| {
                    mailbox.expunge(uid);
                });
            });
        }
        self.selected = None;
        self.ok(command).await
    }
}

/// The lines that bring a session up to date; its view is changed with them.
fn news(selected: &mut Selected, mailbox: &LabMailbox, with_modseq: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for index in (0..selected.view.len()).rev() {
        if mailbox.find(selected.view[index]).is_none() {
            selected.view.remove(index);
            lines.push(format!("* {} EXPUNGE", index + 1));
        }
    }
    let known = selected.view.len();
    selected.view = mailbox.uids();
    if selected.view.len() != known {
        lines.push(format!("* {} EXISTS", selected.view.len()));
    }
    for (index, letter) in mailbox.letters.iter().enumerate().take(known) {
        if letter.modseq > selected.told {
            let flags: Vec<&str> = letter.flags.iter().map(String::as_str).collect();
            let modseq = if with_modseq { format!(" MODSEQ ({})", letter.modseq) } else { String::new() };
            lines.push(format!("* {} FETCH (UID {} FLAGS ({}){modseq})", index + 1, letter.uid, flags.join(" ")));
        }
    }
    lines
}
