//! One connection from greeting to end: which command goes where, and the faults that strike before any answer.

use std::sync::Arc;

use tokio::net::TcpStream;

use super::command::Command;
use super::fault::{Fault, Step};
use super::select::Selected;
use super::state::{Heard, Shared};
use super::wire::{Closed, Outcome, Wire};
use super::{Settings, Tls};

/// Literals longer than this are left out of the record.
const RECORDED_LITERAL: usize = 200;

pub(super) struct Session {
    pub(super) wire: Wire,
    pub(super) settings: Arc<Settings>,
    pub(super) shared: Arc<Shared>,
    pub(super) user: Option<String>,
    pub(super) selected: Option<Selected>,
    /// Set by ENABLE CONDSTORE or by the first command that uses it.
    pub(super) condstore: bool,
    pub(super) number: usize,
    /// The tag of the current answer, when a fault has swapped it.
    swapped_tag: Option<String>,
}

/// Counts a connection as open until it ends, however it ends.
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.lock().open -= 1;
    }
}

pub(super) async fn serve(socket: TcpStream, settings: Arc<Settings>) {
    let shared = settings.shared.clone();
    let number = {
        let mut state = shared.lock();
        state.connections += 1;
        state.open += 1;
        state.connections
    };
    let _open = Open(shared.clone());
    let wire = Wire::new(socket, shared.clone());
    let mut session = Session { wire, settings, shared, user: None, selected: None, condstore: false, number, swapped_tag: None };
    let mut evictions = session.shared.evictions();
    tokio::select! {
        _ = session.run() => session.wire.close().await,
        // As when the network goes: no good-bye.
        _ = evictions.changed() => {}
    }
}

impl Session {
    async fn run(&mut self) -> Result<std::convert::Infallible, Closed> {
        if self.settings.tls == Tls::Implicit {
            let settings = self.settings.clone();
            self.wire.encrypt(&settings.acceptor).await?;
        }
        self.greet().await?;
        loop {
            let raw = self.wire.command().await?;
            self.record(&raw);
            match Command::parse(&raw) {
                Some(command) => self.answer(command).await?,
                None => self.line("* BAD This is no command").await?,
            }
            self.wire.flush().await?;
        }
    }

    async fn greet(&mut self) -> Outcome {
        self.connection_faults(Step::Greeting).await?;
        let crowded = {
            let open = self.shared.lock().open;
            self.shared.strike(|fault| match fault {
                Fault::TooManyConnections(limit, text) if open > *limit => Some(text.clone()),
                _ => None,
            })
        };
        if let Some(text) = crowded {
            return self.bye(&text).await;
        }
        if let Some(text) = self.text_fault(|fault| matches!(fault, Fault::Greeting(_))) {
            self.line(&text).await?;
        } else if self.shared.on(&Fault::Preauth) {
            self.user = Some(self.shared.lock().first_user.clone());
            self.line("* PREAUTH Postroom lab ready, you are known").await?;
        } else {
            let capabilities = self.capabilities();
            self.line(&format!("* OK [CAPABILITY {capabilities}] Postroom lab ready")).await?;
        }
        self.wire.flush().await
    }

    async fn answer(&mut self, command: Command) -> Outcome {
        let step = step_of(&command.name);
        self.connection_faults(step).await?;
        self.swapped_tag = self
            .shared
            .strike(|fault| matches!(fault, Fault::WrongTagAt(at) if *at == step).then_some(()))
            .map(|()| format!("X{}X", command.tag));
        if self.shared.strike(|fault| matches!(fault, Fault::GarbageAt(at) if *at == step).then_some(())).is_some() {
            self.line("* )(]] \u{1} no such thing {").await?;
        }
        let refusal = self.shared.strike(|fault| match fault {
            Fault::NoAt(at, text) if *at == step => Some(format!("NO {text}")),
            Fault::BadAt(at, text) if *at == step => Some(format!("BAD {text}")),
            _ => None,
        });
        if let Some(refusal) = refusal {
            if step == Step::Login {
                self.shared.lock().refused_logins += 1;
            }
            return self.tagged(&command, &refusal).await;
        }
        self.dispatch(&command).await
    }

    async fn dispatch(&mut self, command: &Command) -> Outcome {
        match command.name.as_str() {
            "CAPABILITY" => {
                let line = format!("* CAPABILITY {}", self.capabilities());
                self.line(&line).await?;
                return self.ok(command).await;
            }
            "LOGOUT" => {
                self.line("* BYE Good-bye").await?;
                self.ok(command).await?;
                self.wire.flush().await?;
                return Err(Closed);
            }
            "ID" => {
                self.line("* ID (\"name\" \"Postroom lab\")").await?;
                return self.ok(command).await;
            }
            "STARTTLS" => return self.start_tls(command).await,
            "LOGIN" => return self.login(command).await,
            "AUTHENTICATE" => return self.authenticate(command).await,
            _ => {}
        }
        if self.user.is_none() {
            return match command.name.as_str() {
                "NOOP" => self.ok(command).await,
                _ => self.tagged(command, "BAD Sign in first").await,
            };
        }
        if self.shared.on(&Fault::AuthenticatedButNotConnected) {
            return self.tagged(command, "BAD User is authenticated but not connected.").await;
        }
        self.dispatch_signed_in(command).await
    }

    async fn dispatch_signed_in(&mut self, command: &Command) -> Outcome {
        match command.name.as_str() {
            "NAMESPACE" => self.namespace(command).await,
            "LIST" | "LSUB" => self.list(command).await,
            "STATUS" => self.status(command).await,
            "CREATE" => self.create(command).await,
            "SUBSCRIBE" | "UNSUBSCRIBE" => self.ok(command).await,
            "ENABLE" => self.enable(command).await,
            "SELECT" | "EXAMINE" => self.select(command).await,
            "APPEND" => self.append(command).await,
            "IDLE" => self.idle(command).await,
            "NOOP" | "CHECK" => {
                self.refresh().await?;
                self.ok(command).await
            }
            _ if self.selected.is_none() => self.tagged(command, "BAD Unknown, or select a folder first").await,
            "CLOSE" | "UNSELECT" => self.close_folder(command).await,
            "SEARCH" | "UID SEARCH" => self.search(command).await,
            "FETCH" | "UID FETCH" => self.fetch(command).await,
            "STORE" | "UID STORE" => self.store(command).await,
            "EXPUNGE" | "UID EXPUNGE" => self.expunge(command).await,
            _ => self.tagged(command, "BAD Unknown command").await,
        }
    }

    /// Faults that end or silence the connection.
    async fn connection_faults(&mut self, step: Step) -> Outcome {
        if self.shared.strike(|fault| matches!(fault, Fault::HangAt(at) if *at == step).then_some(())).is_some() {
            return Err(self.wire.hang().await);
        }
        if self.shared.strike(|fault| matches!(fault, Fault::CloseAt(at) if *at == step).then_some(())).is_some() {
            return Err(Closed);
        }
        let bye = self.shared.strike(|fault| match fault {
            Fault::ByeAt(at, text) if *at == step => Some(text.clone()),
            _ => None,
        });
        match bye {
            Some(text) => self.bye(&text).await,
            None => Ok(()),
        }
    }

    pub(super) async fn bye(&mut self, text: &str) -> Outcome {
        self.line(&format!("* BYE {text}")).await?;
        self.wire.flush().await?;
        Err(Closed)
    }

    fn record(&mut self, raw: &[u8]) {
        let heard = Heard { connection: self.number, encrypted: self.wire.encrypted, line: readable(raw) };
        self.shared.lock().heard.push(heard);
    }

    /// The text of a fault that carries nothing else.
    pub(super) fn text_fault(&self, wanted: impl Fn(&Fault) -> bool) -> Option<String> {
        self.shared.strike(|fault| match fault {
            fault if !wanted(fault) => None,
            Fault::Greeting(text)
            | Fault::Alert(text)
            | Fault::RefuseLogin(text)
            | Fault::ThrottleLogin(text)
            | Fault::StartTlsRefused(text)
            | Fault::StartTlsInjectedBytes(text)
            | Fault::StartTlsInjectedLater(text) => Some(text.clone()),
            _ => None,
        })
    }

    pub(super) async fn line(&mut self, line: &str) -> Outcome {
        self.wire.send(line.as_bytes()).await?;
        self.wire.send(b"\r\n").await
    }

    /// The tagged end of an answer.
    pub(super) async fn tagged(&mut self, command: &Command, status: &str) -> Outcome {
        let tag = self.swapped_tag.take().unwrap_or_else(|| command.tag.clone());
        self.line(&format!("{tag} {status}")).await
    }

    pub(super) async fn ok(&mut self, command: &Command) -> Outcome {
        self.tagged(command, &format!("OK {} done", command.name)).await
    }
}

fn step_of(name: &str) -> Step {
    match name {
        "CAPABILITY" => Step::Capability,
        "STARTTLS" => Step::StartTls,
        "LOGIN" | "AUTHENTICATE" => Step::Login,
        "LIST" | "LSUB" | "NAMESPACE" => Step::List,
        "STATUS" => Step::Status,
        "SELECT" | "EXAMINE" => Step::Select,
        "SEARCH" | "UID SEARCH" => Step::Search,
        "FETCH" | "UID FETCH" => Step::Fetch,
        "IDLE" => Step::Idle,
        "NOOP" | "CHECK" => Step::Noop,
        "APPEND" => Step::Append,
        "LOGOUT" => Step::Logout,
        _ => Step::Other,
    }
}

/// A command for the record: one line, long literals left out.
fn readable(raw: &[u8]) -> String {
    let shown = match raw.iter().position(|&octet| octet == b'\n') {
        Some(first) if raw.len() - first > RECORDED_LITERAL => &raw[..first],
        _ => raw,
    };
    String::from_utf8_lossy(shown).trim_end().replace("\r\n", " ")
}
