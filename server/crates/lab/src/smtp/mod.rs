//! An SMTP server of our own that keeps what it takes and whose faults are switched on one by one (RFC 5321, 3207, 4954).
//!
//! It runs on a thread of its own and never listens on anything but loopback; a letter never leaves it.

mod session;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::certs::{LabAuthority, LabCertificate};
use crate::imap::Tls;

/// A moment of a session at which a fault can strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SmtpStep {
    /// The server's first line.
    Greeting,
    /// EHLO and HELO.
    Hello,
    /// STARTTLS.
    StartTls,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The answer to the whole letter.
    Letter,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmtpFault {
    /// This code in place of the answer; a letter so answered is not kept.
    ReplyAt(SmtpStep, u16),
    /// These words, code and all, in place of the answer; a letter so answered is not kept.
    SayAt(SmtpStep, String),
    /// The connection ends without a word. At [`SmtpStep::Letter`] the letter is not kept.
    CloseAt(SmtpStep),
    /// A line that is no SMTP in place of the answer.
    GarbageAt(SmtpStep),
    /// A line of 100,000 octets in place of the answer.
    HugeAt(SmtpStep),
    /// No answer, ever.
    HangAt(SmtpStep),
    /// This recipient gets this code.
    Recipient(String, u16),
    /// The connection ends in the midst of the letter.
    CutInLetter,
    /// The letter is kept, and the connection ends without an answer.
    KeptButSilent,
    /// STARTTLS is neither announced nor known.
    StartTlsMissing,
    /// Behind the 220 to STARTTLS, in the same segment, stands this line in clear (it must never be believed).
    StartTlsInjected(String),
    /// EHLO is not known.
    HelloIsOld,
    /// EHLO announces this size.
    Size(u64),
    /// EHLO announces these ways to sign in and no other: no fault, but another server.
    Ways(String),
    /// EHLO announces SMTPUTF8: no fault, but another server.
    Utf8,
    /// EHLO does not announce 8BITMIME.
    SevenBit,
}

/// A letter that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Return path.
    pub sender: String,
    /// Recipients.
    pub recipients: Vec<String>,
    /// The letter, dots undone.
    pub raw: Vec<u8>,
}

impl Taken {
    /// Its Message-ID, without brackets.
    pub fn message_id(&self) -> String {
        let text = String::from_utf8_lossy(&self.raw);
        let line = text.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:")).unwrap_or_default();
        line.split_once(':').map_or("", |(_, id)| id).trim().trim_matches(['<', '>']).to_owned()
    }
}

#[derive(Debug, Default)]
struct State {
    faults: Vec<(SmtpFault, Option<u32>)>,
    taken: Vec<Taken>,
    clear_text: Vec<u8>,
    commands: Vec<String>,
    connections: usize,
    logins: usize,
}

/// Whether a person's token is good: by user name and token.
type TokenJudge = Box<dyn Fn(&str, &str) -> bool + Send + Sync>;

struct Shared {
    state: Mutex<State>,
    judge: OnceLock<TokenJudge>,
    tls: Tls,
    acceptor: TlsAcceptor,
}

impl Shared {
    /// The lock is never held over a wait.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn strike<T>(&self, choose: impl Fn(&SmtpFault) -> Option<T>) -> Option<T> {
        let mut state = self.lock();
        for (fault, left) in &mut state.faults {
            if *left != Some(0)
                && let Some(chosen) = choose(fault)
            {
                if let Some(left) = left {
                    *left -= 1;
                }
                return Some(chosen);
            }
        }
        None
    }
}

/// A running server with one user, `ada`, and the password (or token) `secret`; dropping it ends it.
#[must_use]
pub struct SmtpLab {
    shared: Arc<Shared>,
    port: u16,
    authority: LabAuthority,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SmtpLab {
    /// Starts a server on loopback with a good certificate; it listens when this returns.
    pub fn start(tls: Tls) -> anyhow::Result<Self> {
        let authority = LabAuthority::new()?;
        let certificate = authority.good()?;
        Self::start_with(tls, authority, &certificate)
    }

    /// The same with another certificate.
    pub fn start_with(tls: Tls, authority: LabAuthority, certificate: &LabCertificate) -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).context("Listening on loopback")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            judge: OnceLock::new(),
            tls,
            acceptor: TlsAcceptor::from(certificate.server_config()?),
        });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("Starting a runtime")?;
        let served = shared.clone();
        let thread = std::thread::Builder::new().name("smtp-lab".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, served) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { shared, port, authority, stop: Some(stop), thread: Some(thread) })
    }

    /// Takes the tokens that this judge calls good instead of the one that it knows by itself; the first judge stays.
    pub fn take_tokens(&self, judge: impl Fn(&str, &str) -> bool + Send + Sync + 'static) {
        let _ = self.shared.judge.set(Box::new(judge));
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority that signed the certificate.
    pub fn authority(&self) -> &LabAuthority {
        &self.authority
    }

    /// Switches a fault on.
    pub fn set_fault(&self, fault: SmtpFault) {
        self.shared.lock().faults.push((fault, None));
    }

    /// Switches a fault on that strikes so often and then never again.
    pub fn set_fault_times(&self, fault: SmtpFault, times: u32) {
        self.shared.lock().faults.push((fault, Some(times)));
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Every letter that was taken.
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.lock().taken.clone()
    }

    /// Every command that came.
    pub fn commands(&self) -> Vec<String> {
        self.shared.lock().commands.clone()
    }

    /// All octets that clients sent outside TLS (the first MiB): no password may stand in them.
    pub fn clear_text_received(&self) -> Vec<u8> {
        self.shared.lock().clear_text.clone()
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// Sign-ins that succeeded.
    pub fn logins(&self) -> usize {
        self.shared.lock().logins
    }
}

impl Drop for SmtpLab {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    while let Ok((socket, _)) = listener.accept().await {
        let _ = socket.set_nodelay(true);
        tokio::spawn(session::serve(socket, shared.clone()));
    }
}
