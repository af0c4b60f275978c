//! A POP3 server of our own whose faults are switched on one by one (RFC 1939, 2449, 2595, 5034).
//!
//! A session sees the letters that were there when it signed in; what it deletes goes with its QUIT, not before. It runs on a thread of
//! its own and never listens on anything but loopback.
//!
//! ```
//! use postroom_lab::pop3::{PopFault, PopLab, PopStep};
//! let lab = PopLab::start(postroom_lab::imap::Tls::Implicit)?;
//! lab.deliver("Subject: a\r\n\r\nb\r\n");
//! lab.set_fault(PopFault::ErrAt(PopStep::SignIn, "[IN-USE] Do you have another session open?".into()));
//! # Ok::<(), anyhow::Error>(())
//! ```

mod fault;
mod session;
mod wire;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::certs::{LabAuthority, LabCertificate};
use crate::imap::Tls;

pub use fault::{PopFault, PopStep};
pub use session::asks_for_a_letter;

/// A letter in the maildrop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopLabLetter {
    /// What UIDL calls it.
    pub name: String,
    /// Its octets.
    pub raw: Arc<Vec<u8>>,
}

/// One command as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopHeard {
    /// The connection, counted from 1.
    pub connection: usize,
    /// Whether it came inside TLS.
    pub encrypted: bool,
    /// The whole line.
    pub line: String,
}

#[derive(Debug, Default)]
struct State {
    password: String,
    letters: Vec<PopLabLetter>,
    named: u32,
    faults: fault::PopFaults,
    heard: Vec<PopHeard>,
    clear_text: Vec<u8>,
    connections: usize,
    logins: usize,
    capabilities: Vec<String>,
}

struct Shared {
    state: Mutex<State>,
    tls: Tls,
    acceptor: TlsAcceptor,
}

impl Shared {
    /// The lock is never held over a wait.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn strike<T>(&self, choose: impl Fn(&PopFault) -> Option<T>) -> Option<T> {
        self.lock().faults.strike(choose)
    }

    fn on(&self, fault: &PopFault) -> bool {
        self.strike(|active| (active == fault).then_some(())).is_some()
    }
}

/// What the server can do and says so, one a line.
pub const CAPABILITIES: &str =
    "TOP\nUIDL\nUSER\nSASL PLAIN XOAUTH2\nRESP-CODES\nAUTH-RESP-CODE\nPIPELINING\nEXPIRE NEVER\nIMPLEMENTATION lab";

/// A running server with one user, `ada`, and the password `secret`; dropping it ends it.
#[must_use]
pub struct PopLab {
    shared: Arc<Shared>,
    port: u16,
    authority: LabAuthority,
    fingerprint: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl PopLab {
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
        let capabilities = CAPABILITIES.lines().map(str::to_owned).collect();
        let state = State { password: "secret".into(), capabilities, ..State::default() };
        let shared = Arc::new(Shared { state: Mutex::new(state), tls, acceptor: TlsAcceptor::from(certificate.server_config()?) });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("Starting a runtime")?;
        let served = shared.clone();
        let thread = std::thread::Builder::new().name("pop3-lab".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, served) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { shared, port, authority, fingerprint: certificate.fingerprint.clone(), stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// SHA-256 of the server's certificate, lower-case hexadecimal.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The authority that signed the certificate.
    pub fn authority(&self) -> &LabAuthority {
        &self.authority
    }

    /// Switches a fault on.
    pub fn set_fault(&self, fault: PopFault) {
        self.shared.lock().faults.add(fault, None);
    }

    /// Switches a fault on that strikes so often and then never again.
    pub fn set_fault_times(&self, fault: PopFault, times: u32) {
        self.shared.lock().faults.add(fault, Some(times));
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Changes the password; holds from the next sign-in on. A token of XOAUTH2 is compared with it, too.
    pub fn set_password(&self, password: &str) {
        self.shared.lock().password = password.to_owned();
    }

    /// What CAPA says, one a line; the server can only do what it says.
    pub fn set_capabilities(&self, lines: &[&str]) {
        self.shared.lock().capabilities = lines.iter().map(|line| (*line).to_owned()).collect();
    }

    /// Puts a letter behind the others and gives its name.
    pub fn deliver(&self, raw: impl Into<Vec<u8>>) -> String {
        let name = {
            let mut state = self.shared.lock();
            state.named += 1;
            format!("{:08x}", state.named)
        };
        self.deliver_named(&name, raw);
        name
    }

    /// The same with a name of one's own, even one that was given before.
    pub fn deliver_named(&self, name: &str, raw: impl Into<Vec<u8>>) {
        self.shared.lock().letters.push(PopLabLetter { name: name.to_owned(), raw: Arc::new(raw.into()) });
    }

    /// Takes letters away by name, as another program would.
    pub fn remove(&self, name: &str) {
        self.shared.lock().letters.retain(|letter| letter.name != name);
    }

    /// The letters as they stand.
    pub fn letters(&self) -> Vec<PopLabLetter> {
        self.shared.lock().letters.clone()
    }

    /// Every command that came.
    pub fn commands(&self) -> Vec<String> {
        self.shared.lock().heard.iter().map(|heard| heard.line.clone()).collect()
    }

    /// Every command with its connection.
    pub fn heard(&self) -> Vec<PopHeard> {
        self.shared.lock().heard.clone()
    }

    /// Forgets the commands heard so far.
    pub fn forget_commands(&self) {
        self.shared.lock().heard.clear();
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

impl Drop for PopLab {
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
