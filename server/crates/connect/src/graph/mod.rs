//! Mailboxes at Microsoft 365 by Microsoft Graph: folders, what changed in each, and letters as they came.
//!
//! - Folders: <https://learn.microsoft.com/en-us/graph/api/user-list-mailfolders>
//! - Changes: <https://learn.microsoft.com/en-us/graph/delta-query-messages>; a link that is too old answers 410 and everything is
//!   listed anew: <https://learn.microsoft.com/en-us/graph/delta-query-overview>
//! - Ids that survive a move: <https://learn.microsoft.com/en-us/graph/outlook-immutable-id>
//! - Letters as MIME: <https://learn.microsoft.com/en-us/graph/outlook-get-mime-message>
//! - Four requests at once a mailbox, `Retry-After`: <https://learn.microsoft.com/en-us/graph/throttling-limits>
//!
//! - Letters handed in: <https://learn.microsoft.com/en-us/graph/api/user-sendmail>
//!
//! Must never: ask for anything but `GET` in a mailbox that is read ([`Mailbox`] cannot; [`Outlet`] can only hand in, and read nothing),
//! follow a link to another server, or ask before a wait that the service asked for is over.

mod doctor;
mod folders;
mod gate;
mod lore;
mod messages;
mod outlet;

pub use doctor::diagnose;
pub use folders::GraphFolder;
pub use messages::{Changes, Found, GraphLetter, ListedPage, starts_over};
pub use outlet::{HandedIn, Outlet, ReadyToHandIn};

use crate::{
    ConnectError, Later, Record, WebSettings,
    oauth::Keeper,
    web::{Answer, Sink, Web, encoded},
};
use gate::Gate;
use secrecy::ExposeSecret;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Requests at once (Microsoft's limit for an application and a mailbox).
pub const AT_ONCE: usize = 4;
/// A page of a list, at most.
const PAGE_LIMIT: u64 = 16 << 20;
/// A request that breaks off is asked again this often.
const TRIES: u32 = 3;
/// Throttled this often in a row, the request is given up for this run.
const THROTTLED: u32 = 8;

/// Whose mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Of the person who said yes.
    Mine,
    /// By object id or user name.
    User(String),
}

impl Whose {
    fn root(&self) -> String {
        match self {
            Self::Mine => "/v1.0/me".to_owned(),
            Self::User(name) => format!("/v1.0/users/{}", encoded(name.trim())),
        }
    }
}

/// A mailbox that can be read, and only read.
#[derive(Debug)]
pub struct Mailbox {
    web: Web,
    root: String,
    keeper: Arc<Keeper>,
    gate: Gate,
    said: Mutex<Said>,
}

/// What was asked, without ids: for the account's page and the support file.
#[derive(Debug, Default)]
struct Said {
    verbs: BTreeMap<&'static str, u64>,
    lines: Vec<String>,
}

/// What a request is for, as it is counted.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Folders,
    Changes,
    Count,
    Letter,
}

impl Verb {
    fn name(self) -> &'static str {
        match self {
            Self::Folders => "GET folders",
            Self::Changes => "GET changes",
            Self::Count => "GET count",
            Self::Letter => "GET letter",
        }
    }
}

impl Mailbox {
    /// A mailbox; nothing is asked yet.
    pub fn new(web: WebSettings, whose: &Whose, keeper: Arc<Keeper>) -> Self {
        let root = whose.root();
        Self { web: Web::new(web), root, keeper, gate: Gate::default(), said: Mutex::default() }
    }

    /// What was asked so far (S10): nothing in it can be a write.
    pub fn record(&self) -> Record {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        Record {
            commands: said.verbs.iter().map(|(verb, times)| ((*verb).to_owned(), *times)).collect(),
            transcript: said.lines.clone(),
            ..Record::default()
        }
    }

    /// One question: waits for its turn, for a token and for what the service asked to wait. The only way out of this type.
    async fn ask(&self, verb: Verb, path: &str, prefer: &str, limit: u64, sink: Sink<'_>) -> Result<Answer, ConnectError> {
        let _place = self.gate.place().await;
        let (mut broken, mut throttled, mut renewed) = (0, 0, false);
        let mut token = self.keeper.token().await?;
        loop {
            // The line first: what is dialled while another is told to wait would ask too early.
            let line = match self.web.line().await {
                Ok(line) => line,
                Err(ConnectError::Later { .. }) if broken + 1 < TRIES => {
                    broken += 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            self.gate.pass().await?;
            let bearer = format!("Bearer {}", token.expose_secret());
            let accept = if matches!(verb, Verb::Letter) { "*/*" } else { "application/json" };
            let headers = [("Authorization", bearer.as_str()), ("Prefer", prefer), ("Accept", accept)];
            let mut begun = false;
            let outcome = {
                let watched: Sink<'_> = &mut |part| {
                    begun = true;
                    sink(part)
                };
                self.web.get(line, path, &headers, limit, watched).await
            };
            self.note(verb, outcome.as_ref().map(|answer| answer.status).ok());
            let answer = match outcome {
                Ok(answer) => answer,
                // What the sink has taken cannot be taken back: whoever asked begins again.
                Err(ConnectError::Later { .. }) if !begun && broken + 1 < TRIES => {
                    broken += 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            match answer.status {
                200 => return Ok(answer),
                401 if !renewed => {
                    renewed = true;
                    token = self.keeper.other_than(&token).await?;
                }
                429 | 503 | 504 => {
                    throttled += 1;
                    self.gate.close(answer.retry_after(), throttled);
                    if throttled >= THROTTLED {
                        return Err(lore::refusal(&answer));
                    }
                }
                500 | 502 if broken + 1 < TRIES => {
                    broken += 1;
                    self.gate.close(None, broken);
                }
                _ => return Err(lore::refusal(&answer)),
            }
        }
    }

    /// Asks for a page of a list.
    async fn page(&self, verb: Verb, path: &str, prefer: &str) -> Result<Value, ConnectError> {
        let mut again = true;
        loop {
            let mut body = Vec::new();
            let asked = self
                .ask(verb, path, prefer, PAGE_LIMIT, &mut |part| {
                    body.extend_from_slice(part);
                    Ok(())
                })
                .await;
            match asked {
                // Without a length, the end of the JSON is the only proof that it came whole.
                Ok(answer) => match serde_json::from_slice(&body) {
                    Ok(value) => return Ok(value),
                    Err(_) if answer.unmeasured && again => again = false,
                    Err(_) if answer.unmeasured => return Err(ConnectError::later(Later::Closed)),
                    Err(_) => return Err(odd("an answer that is not JSON")),
                },
                Err(ConnectError::Later { why: Later::Closed | Later::TimedOut, .. }) if again => again = false,
                Err(error) => return Err(error),
            }
        }
    }

    /// The path of a link that the service gave, if it leads to this very service: a token goes nowhere else.
    fn path_of<'a>(&self, link: &'a str) -> Result<&'a str, ConnectError> {
        let clean = link.bytes().all(|octet| octet.is_ascii_graphic()) && link.len() < 16 * 1024;
        link.strip_prefix("https://")
            .and_then(|rest| rest.strip_prefix(&self.web.settings().authority()))
            .filter(|path| path.starts_with("/v1.0/") && clean)
            .ok_or_else(|| odd("a link to another server"))
    }

    fn note(&self, verb: Verb, status: Option<u16>) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        *said.verbs.entry(verb.name()).or_default() += 1;
        if said.lines.len() >= 200 {
            said.lines.remove(0);
        }
        said.lines.push(match status {
            Some(status) => format!("> {} … {status}", verb.name()),
            None => format!("> {} … broken off", verb.name()),
        });
    }

    /// Settings of the service, for the doctor.
    pub(crate) fn web(&self) -> &Web {
        &self.web
    }

    pub(crate) fn keeper(&self) -> &Keeper {
        &self.keeper
    }
}

/// Never wait longer than this within a run; what is longer is for the schedule.
const PATIENCE: Duration = Duration::from_secs(150);

fn odd(said: &str) -> ConnectError {
    ConnectError::Protocol { said: said.to_owned(), transcript: Vec::new() }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty() && text.len() <= 4_096)
}
