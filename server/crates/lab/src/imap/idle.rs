//! IDLE (RFC 2177): news pushed as it happens, until DONE.

use super::command::Command;
use super::fault::Fault;
use super::session::Session;
use super::state::Heard;
use super::wire::Outcome;

impl Session {
    pub(super) async fn idle(&mut self, command: &Command) -> Outcome {
        let mut bell = self.shared.listen();
        if self.shared.on(&Fault::NewsBeforeIdle) {
            self.refresh().await?;
        }
        self.line("+ idling").await?;
        self.wire.flush().await?;
        loop {
            if !self.shared.on(&Fault::IdleSilent) {
                self.refresh().await?;
                self.wire.flush().await?;
            }
            tokio::select! {
                line = self.wire.line() => {
                    let line = String::from_utf8_lossy(&line?).trim().to_owned();
                    self.hear(&line);
                    return match line.eq_ignore_ascii_case("DONE") {
                        true => self.ok(command).await,
                        false => self.tagged(command, "BAD Expected DONE").await,
                    };
                }
                _ = bell.changed() => {}
            }
        }
    }

    fn hear(&mut self, line: &str) {
        let heard = Heard { connection: self.number, encrypted: self.wire.encrypted, line: line.to_owned() };
        self.shared.lock().heard.push(heard);
    }
}
