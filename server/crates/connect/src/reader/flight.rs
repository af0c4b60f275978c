//! Commands in flight: several are sent before the first is answered, so that a distant server is waited for once and not once a
//! command (RFC 3501 §5.5). Must never: put the answer of one command down to another.

use super::{DRIP, Reader, SLOW};
use crate::{Capabilities, ConnectError, lore, record::Said};
use async_imap::{
    error::Error,
    imap_proto::{RequestId, Response, Status},
};
use std::collections::{HashMap, HashSet, VecDeque};
use tokio::time::timeout;

/// So many commands may wait for their answers: enough for any mailbox's folders, too few to fill the buffers on both sides.
pub(super) const MOST_WAITING: usize = 500;

/// What is on its way to and from the server.
#[derive(Debug, Default)]
pub(super) struct Flight {
    /// Commands that are to be said with the next one: their answers matter to nobody at once.
    pub unsaid: Vec<&'static str>,
    /// Commands that are not answered yet, in order: servers answer in that order, so what comes belongs to the first.
    waiting: VecDeque<RequestId>,
    /// Those of them whose answers nobody waits for.
    dropped: HashSet<String>,
    /// How commands ended that were answered before their turn.
    early: HashMap<String, (Result<(), ConnectError>, Said)>,
    /// The answer that was waited for last.
    pub answer: Said,
    /// Letters asked for ahead, in order.
    pub asked: VecDeque<Asked>,
    /// A folder opened ahead.
    pub opening: Option<Opening>,
}

/// Letters that were asked for.
#[derive(Debug)]
pub(super) struct Asked {
    pub uids: Vec<u32>,
    pub wanted: HashSet<u32>,
    pub ids: Vec<RequestId>,
}

/// A folder that is being opened and listed.
#[derive(Debug)]
pub(super) struct Opening {
    pub raw_name: String,
    pub examine: RequestId,
    pub search: RequestId,
    pub sizes: Option<RequestId>,
}

impl Reader {
    /// Sends a command, and what was left unsaid before it.
    pub(super) async fn send(&mut self, command: &str) -> Result<RequestId, ConnectError> {
        for unsaid in std::mem::take(&mut self.flight.unsaid) {
            let id = self.send_one(unsaid).await?;
            self.flight.dropped.insert(id.0);
        }
        self.send_one(command).await
    }

    async fn send_one(&mut self, command: &str) -> Result<RequestId, ConnectError> {
        let limit = (self.patience * DRIP).max(SLOW);
        postroom_brink::pass("command");
        match timeout(limit, self.session.run_command(command)).await {
            Ok(Ok(id)) => {
                self.flight.waiting.push_back(id.clone());
                Ok(id)
            }
            Ok(Err(error)) => Err(self.failed(error)),
            Err(_) => Err(self.gave_up()),
        }
    }

    /// Reads until a command's answer is complete; every untagged answer on the way goes to `each`.
    pub(super) async fn finish(&mut self, id: &RequestId, each: &mut (dyn FnMut(&Response<'_>) + Send)) -> Result<(), ConnectError> {
        if let Some((outcome, said)) = self.flight.early.remove(&id.0) {
            self.flight.answer = said;
            return outcome;
        }
        let limit = (self.patience * DRIP).max(SLOW);
        loop {
            let data = match timeout(limit, self.session.read_response()).await {
                Ok(Ok(Some(data))) => data,
                Ok(Ok(None)) => return Err(self.failed(Error::ConnectionLost)),
                Ok(Err(error)) => return Err(self.failed(Error::Io(error))),
                Err(_) => return Err(self.gave_up()),
            };
            match data.parsed() {
                Response::Done { tag, status, .. } => {
                    let said = self.tap.lock().answered.pop_front().unwrap_or_default();
                    let Some(at) = self.flight.waiting.iter().position(|waiting| waiting == tag) else { continue }; // no tag of ours
                    self.flight.waiting.remove(at);
                    postroom_brink::pass("answer");
                    let outcome = self.outcome(status, &said.text);
                    if tag == id {
                        self.flight.answer = said;
                        return outcome;
                    }
                    if !self.flight.dropped.remove(&tag.0) {
                        self.flight.early.insert(tag.0.clone(), (outcome, said));
                    }
                }
                Response::Data { status: Status::Bye, .. } => return Err(self.failed(Error::ConnectionLost)),
                answer => {
                    let first = self.flight.waiting.front();
                    if first.is_none_or(|first| !self.flight.dropped.contains(&first.0)) {
                        each(answer);
                    }
                }
            }
        }
    }

    fn outcome(&self, status: &Status, said: &str) -> Result<(), ConnectError> {
        match status {
            Status::Ok => Ok(()),
            Status::No => Err(lore::refusal(said)),
            _ => Err(match lore::refusal(said) {
                ConnectError::Refused { said } => ConnectError::Protocol { said, transcript: self.tap.record().transcript },
                later => later,
            }),
        }
    }

    /// Runs one command; every untagged answer goes to `each`.
    pub(super) async fn run(&mut self, command: &str, each: &mut (dyn FnMut(&Response<'_>) + Send)) -> Result<(), ConnectError> {
        self.forget();
        let id = self.send(command).await?;
        self.finish(&id, each).await
    }

    /// Says what was left unsaid and waits for the answers: afterwards [`Reader::can`] is what the server says of itself now.
    ///
    /// # Errors
    /// Only when the connection ends.
    pub async fn introduce(&mut self) -> Result<(), ConnectError> {
        let mut ids = Vec::new();
        for command in std::mem::take(&mut self.flight.unsaid) {
            ids.push(self.send_one(command).await?);
        }
        for id in ids {
            match self.finish(&id, &mut |_| ()).await {
                Err(error) if !self.usable => return Err(error),
                _ => {} // a refusal is of no account
            }
        }
        self.learn();
        Ok(())
    }

    /// Takes over what the server has said of its capabilities.
    pub(super) fn learn(&mut self) {
        let told: Option<Capabilities> = self.tap.lock().capabilities.clone();
        if let Some(told) = told {
            self.can = told;
        }
    }

    /// Whatever was asked ahead is not waited for any more; answers are dropped as they come.
    pub(super) fn forget(&mut self) {
        let opening = self
            .flight
            .opening
            .take()
            .into_iter()
            .flat_map(|opening| [Some(opening.examine), Some(opening.search), opening.sizes].into_iter().flatten().collect::<Vec<_>>());
        let ids: Vec<RequestId> = self.flight.asked.drain(..).flat_map(|asked| asked.ids).chain(opening).collect();
        self.drop_answers(ids.into_iter());
    }

    /// Nobody waits for the answers to these.
    pub(super) fn drop_answers(&mut self, ids: impl Iterator<Item = RequestId>) {
        for id in ids {
            if self.flight.early.remove(&id.0).is_none() && self.flight.waiting.contains(&id) {
                self.flight.dropped.insert(id.0);
            }
        }
    }

    /// Nothing is under way.
    pub(super) fn is_still(&self) -> bool {
        self.flight.waiting.is_empty() && self.flight.unsaid.is_empty()
    }
}
