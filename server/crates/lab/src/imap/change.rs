//! What writes: STORE, EXPUNGE, APPEND. Honoured and recorded, so that a test can show that a collector never sends them.

use super::command::{Argument, Command, in_set};
use super::session::Session;
use super::wire::Outcome;

impl Session {
    pub(super) async fn store(&mut self, command: &Command) -> Outcome {
        let Some(selected) = &self.selected else { return Ok(()) };
        if selected.read_only {
            return self.tagged(command, "NO [READ-ONLY] The folder is open for reading").await;
        }
        let view = selected.view.clone();
        let by_uid = command.name.starts_with("UID");
        let numbers: Vec<u32> = (1..=view.len() as u32).collect();
        let Some(chosen) = in_set(&command.text(0), if by_uid { &view } else { &numbers }) else {
            return self.tagged(command, "BAD Which letters?").await;
        };
        let action = command.arguments.get(1).map(Argument::upper).unwrap_or_default();
        let flags: Vec<String> = command.arguments.iter().skip(2).flat_map(Argument::members).map(|flag| flag.text()).collect();
        for number in chosen {
            let uid = if by_uid { number } else { view[number as usize - 1] };
            self.change(|mailbox| {
                let modseq = mailbox.changed();
                let Some(letter) = mailbox.find_mut(uid) else { return };
                match action.chars().next() {
                    Some('+') => letter.flags.extend(flags.iter().cloned()),
                    Some('-') => letter.flags.retain(|flag| !flags.contains(flag)),
                    _ => letter.flags = flags.iter().cloned().collect(),
                }
                letter.modseq = modseq;
            });
        }
        if action.ends_with(".SILENT") {
            // Nothing is told of one's own silent change.
            let highest = self.current().map_or(0, |mailbox| mailbox.highest_modseq);
            if let Some(selected) = self.selected.as_mut() {
                selected.told = highest;
            }
        } else {
            self.refresh().await?;
        }
        self.ok(command).await
    }

    pub(super) async fn expunge(&mut self, command: &Command) -> Outcome {
        let Some(selected) = &self.selected else { return Ok(()) };
        if selected.read_only {
            return self.tagged(command, "NO [READ-ONLY] The folder is open for reading").await;
        }
        let only = match command.name.as_str() {
            "UID EXPUNGE" => in_set(&command.text(0), &selected.view),
            _ => Some(selected.view.clone()),
        };
        let Some(only) = only else {
            return self.tagged(command, "BAD Which letters?").await;
        };
        self.change(|mailbox| {
            let gone = mailbox.letters.iter().filter(|l| l.flags.contains("\\Deleted") && only.contains(&l.uid));
            let gone: Vec<u32> = gone.map(|letter| letter.uid).collect();
            for uid in gone {
                mailbox.expunge(uid);
            }
        });
        self.refresh().await?;
        self.ok(command).await
    }

    /// APPEND folder [(flags)] ["date"] literal.
    pub(super) async fn append(&mut self, command: &Command) -> Outcome {
        let folder = self.folder_named(&command.text(0));
        let flags = command.arguments.iter().find_map(|argument| match argument {
            Argument::List(flags) => Some(flags.iter().map(Argument::text).collect::<Vec<_>>()),
            _ => None,
        });
        let Some(Argument::Text(raw)) = command.arguments.last().filter(|_| command.arguments.len() > 1) else {
            return self.tagged(command, "BAD Where is the letter?").await;
        };
        let user = self.user.clone().unwrap_or_default();
        let flags = flags.unwrap_or_default();
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let place =
            self.shared.lock().mailbox(&user, &folder).map(|mailbox| (mailbox.uid_validity, mailbox.deliver(raw.clone(), &flags, None)));
        self.shared.ring();
        let Some((epoch, uid)) = place else {
            return self.tagged(command, "NO [TRYCREATE] No such folder").await;
        };
        self.refresh().await?;
        self.tagged(command, &format!("OK [APPENDUID {epoch} {uid}] Filed")).await
    }
}
