//! What [`crate::Appender`] needs and no reader says: the search for one letter, and APPEND.

use super::{DRIP, Reader, SLOW};
use crate::{ConnectError, appender, list};
use async_imap::{
    error::Error,
    imap_proto::{Response, Status},
};
use tokio::{io::AsyncWriteExt, time::timeout};

impl Reader {
    /// Whether a folder shows a letter of this Message-ID. The folder is opened read only.
    pub(crate) async fn holds(&mut self, raw_name: &str, message_id: &str) -> Result<bool, ConnectError> {
        let name = appender::searched(message_id)?;
        self.examine(raw_name).await?;
        self.forget();
        let id = self.send(&format!("UID SEARCH HEADER Message-ID {name}")).await?;
        self.finish(&id, &mut |_| ()).await?;
        let found = self.flight.answer.found.take().unwrap_or_default();
        Ok(found.iter().any(|set| set.bytes().any(|octet| octet.is_ascii_digit())))
    }

    /// Appends a letter. Nothing else may be under way.
    pub(crate) async fn append(&mut self, raw_name: &str, flags: &str, raw: &[u8]) -> Result<(), ConnectError> {
        let letter = appender::literal(raw)?;
        if !self.is_still() {
            self.run("NOOP", &mut |_| ()).await?;
        }
        let id = self.send(&format!("APPEND {} {flags} {{{}}}", list::quoted(raw_name)?, letter.len())).await?;
        let limit = (self.patience * DRIP).max(SLOW);
        loop {
            let data = match timeout(limit, self.session.read_response()).await {
                Ok(Ok(Some(data))) => data,
                Ok(Ok(None)) => return Err(self.failed(Error::ConnectionLost)),
                Ok(Err(error)) => return Err(self.failed(Error::Io(error))),
                Err(_) => return Err(self.gave_up()),
            };
            match data.parsed() {
                Response::Continue { .. } => break,
                Response::Done { .. } => {
                    // A refusal before the letter: the server waits for none.
                    let said = self.tap.lock().answered.pop_front().unwrap_or_default();
                    self.usable = false;
                    return Err(match crate::lore::refusal(&said.text) {
                        ConnectError::Refused { said } if said.is_empty() => appender::no_go_ahead(),
                        refusal => refusal,
                    });
                }
                Response::Data { status: Status::Bye, .. } => return Err(self.failed(Error::ConnectionLost)),
                _ => {}
            }
        }
        let wire = self.session.get_mut();
        wire.letter_follows();
        let sent = async {
            wire.write_all(&letter).await?;
            wire.write_all(b"\r\n").await?;
            wire.flush().await
        };
        match timeout(limit, sent).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(self.failed(Error::Io(error))),
            Err(_) => return Err(self.gave_up()),
        }
        postroom_brink::pass("appended");
        self.finish(&id, &mut |_| ()).await
    }
}
