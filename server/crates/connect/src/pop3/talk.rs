//! The few lines before sign-in, in POP3: greeting, CAPA, STLS. The rules of [`Talk`] hold.

use super::PopCapabilities;
use crate::{
    ConnectError,
    record::Said,
    talk::{Greeting, MOST_LINES, Talk, foreign},
};

impl Talk {
    pub(crate) async fn pop_greeting(&mut self) -> Result<Greeting, ConnectError> {
        let line = self.line().await?;
        match status(&line) {
            Some("OK") => {
                self.tap.lock().received_words(&line);
                Ok(Greeting::Welcome)
            }
            Some(_) => {
                self.tap.lock().received_words(&line);
                Err(crate::lore::farewell(&self.pop_said(&line).text))
            }
            None => {
                self.tap.lock().remark("the greeting is not POP3");
                Ok(Greeting::Foreign(foreign(&line.to_ascii_uppercase())))
            }
        }
    }

    /// What the server can do; `None` when it does not know the question.
    pub(crate) async fn pop_capabilities(&mut self) -> Result<Option<PopCapabilities>, ConnectError> {
        if self.pop_command("CAPA").await?.status != "OK" {
            return Ok(None);
        }
        let mut lines = Vec::new();
        for _ in 0..MOST_LINES {
            let line = self.line().await?;
            if line == "." {
                let can = PopCapabilities::read(&lines);
                self.tap.lock().received_words(&can.all.join(" "));
                return Ok(Some(can));
            }
            lines.push(line);
        }
        Err(self.odd("a list of capabilities without an end"))
    }

    pub(crate) async fn pop_command(&mut self, command: &str) -> Result<Said, ConnectError> {
        self.tap.lock().sent_words(command, command.len() as u64 + 2);
        self.write(command).await?;
        let line = self.line().await?;
        self.tap.lock().received_words(&line);
        match status(&line) {
            Some(_) => Ok(self.pop_said(&line)),
            None => Err(self.odd("an answer before sign-in that is not POP3")),
        }
    }

    fn pop_said(&self, line: &str) -> Said {
        said(&self.tap.lock(), line)
    }

    fn odd(&self, said: &str) -> ConnectError {
        ConnectError::Protocol { said: said.to_owned(), transcript: self.tap.record().transcript }
    }
}

/// `OK` or `ERR` if the line is a status at all.
pub(super) fn status(line: &str) -> Option<&'static str> {
    let upper = line.get(..4.min(line.len())).unwrap_or_default().to_ascii_uppercase();
    if upper.starts_with("+OK") {
        Some("OK")
    } else if upper.starts_with("-ERR") {
        Some("ERR")
    } else {
        None
    }
}

/// A status line for people and for the lore: without its first word.
pub(super) fn said(tap: &crate::record::Tap, line: &str) -> Said {
    let text = line.split_once(' ').map_or("", |(_, text)| text);
    tap.said(status(line).unwrap_or_default(), text)
}
