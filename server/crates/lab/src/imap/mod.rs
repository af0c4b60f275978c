//! An IMAP server of our own whose faults are switched on one by one: for everything a real server cannot be made to do.
//!
//! Speaks enough of RFC 3501 (with IDLE, UIDPLUS, CONDSTORE, ESEARCH, LIST-STATUS, SPECIAL-USE; X-GM-EXT-1 where asked for) that `mbsync` syncs from it. It runs on a
//! thread of its own, so that tests may be blocking or not. It must never listen on anything but loopback.
//!
//! ```
//! use postroom_lab::imap::{Fault, ImapLab, ImapLabOptions, LabMailbox};
//! let lab = ImapLab::start(ImapLabOptions { mailboxes: vec![LabMailbox::new("INBOX").letter("Subject: a\r\n\r\nb\r\n", &[])], ..Default::default() })?;
//! lab.set_fault(Fault::ThrottleLogin("[LIMIT] Suggested Backoff Time: 2500 milliseconds".into()));
//! # Ok::<(), anyhow::Error>(())
//! ```

mod change;
mod command;
mod fault;
mod fetch;
mod folders;
mod idle;
mod mailbox;
mod search;
mod select;
mod session;
mod signin;
mod state;
mod wire;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::certs::{LabAuthority, LabCertificate};
use state::{Shared, State};

pub use fault::{Fault, Faults, Step};
pub use mailbox::{LabLetter, LabMailbox};
pub use state::Heard;

/// How the server encrypts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tls {
    /// Not at all.
    None,
    /// Clear at first, STARTTLS offered.
    #[default]
    StartTls,
    /// From the first byte.
    Implicit,
}

/// What to start.
#[derive(Debug, Clone)]
pub struct ImapLabOptions {
    /// Users and passwords; each has the same folders at first. The first is who PREAUTH means.
    pub users: Vec<(String, String)>,
    /// The folders.
    pub mailboxes: Vec<LabMailbox>,
    /// Faults that are on from the start.
    pub faults: Faults,
    /// How the server encrypts.
    pub tls: Tls,
    /// A certificate other than a good one of a fresh authority.
    pub certificate: Option<LabCertificate>,
    /// What parts folder names on the wire; people write `/` in any case.
    pub delimiter: char,
    /// What the server can do and says so.
    pub capabilities: Vec<String>,
    /// The port; 0 chooses a free one.
    pub port: u16,
}

/// What the server can do when nothing else is asked: all of it.
pub const CAPABILITIES: &str = "IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE NAMESPACE UIDPLUS UNSELECT CHILDREN ESEARCH CONDSTORE LIST-EXTENDED LIST-STATUS SPECIAL-USE AUTH=PLAIN";

impl ImapLabOptions {
    /// The same with labels, as at Google.
    #[must_use]
    pub fn with_labels(mut self) -> Self {
        self.capabilities.push("X-GM-EXT-1".to_owned());
        self
    }
}

impl Default for ImapLabOptions {
    fn default() -> Self {
        Self {
            users: vec![("ada".into(), "secret".into())],
            mailboxes: vec![LabMailbox::new("INBOX")],
            faults: Faults::none(),
            tls: Tls::default(),
            certificate: None,
            delimiter: '/',
            capabilities: CAPABILITIES.split(' ').map(str::to_owned).collect(),
            port: 0,
        }
    }
}

/// What every session needs to know.
struct Settings {
    shared: Arc<Shared>,
    tls: Tls,
    acceptor: TlsAcceptor,
    delimiter: char,
    capabilities: Vec<String>,
}

/// A running server; dropping it ends it with all its connections.
#[must_use]
pub struct ImapLab {
    shared: Arc<Shared>,
    port: u16,
    authority: LabAuthority,
    fingerprint: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ImapLab {
    /// Starts a server on loopback; it listens when this returns.
    pub fn start(options: ImapLabOptions) -> anyhow::Result<Self> {
        let authority = LabAuthority::new()?;
        let certificate = match &options.certificate {
            Some(certificate) => certificate.clone(),
            None => authority.good()?,
        };
        let listener =
            std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port))).context("Listening on loopback")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let shared = Shared::new(first_state(&options));
        let settings = Arc::new(Settings {
            shared: shared.clone(),
            tls: options.tls,
            acceptor: TlsAcceptor::from(certificate.server_config()?),
            delimiter: options.delimiter,
            capabilities: options.capabilities,
        });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("Starting a runtime")?;
        let thread = std::thread::Builder::new().name("imap-lab".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, settings) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { shared, port, authority, fingerprint: certificate.fingerprint, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// SHA-256 of the server's certificate, lower-case hexadecimal.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The authority that signed the certificate (unless the options brought another).
    pub fn authority(&self) -> &LabAuthority {
        &self.authority
    }

    /// The authority's certificate, PEM.
    pub fn ca_pem(&self) -> &str {
        &self.authority.ca_pem
    }

    /// Switches a fault on.
    pub fn set_fault(&self, fault: Fault) {
        self.shared.lock().faults.add(fault, None);
    }

    /// Switches a fault on that strikes so often and then never again.
    pub fn set_fault_times(&self, fault: Fault, times: u32) {
        self.shared.lock().faults.add(fault, Some(times));
    }

    /// Switches one fault off.
    pub fn clear_fault(&self, fault: &Fault) {
        self.shared.lock().faults.remove(fault);
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Changes a password; holds from the next sign-in on.
    pub fn set_password(&self, user: &str, password: &str) {
        self.shared.lock().passwords.insert(user.to_owned(), password.to_owned());
    }

    /// Puts a letter into a folder (made when missing), tells those who IDLE, and gives its UID.
    pub fn deliver(&self, user: &str, folder: &str, raw: impl Into<Vec<u8>>, flags: &[&str]) -> u32 {
        let mut state = self.shared.lock();
        if state.mailbox(user, folder).is_none() {
            state.mail.entry(user.to_owned()).or_default().push(LabMailbox::new(folder));
        }
        let uid = state.mailbox(user, folder).map_or(0, |mailbox| mailbox.deliver(raw.into(), flags, None));
        drop(state);
        self.shared.ring();
        uid
    }

    /// Removes a letter; false when it was not there.
    pub fn expunge(&self, user: &str, folder: &str, uid: u32) -> bool {
        self.change(user, folder, |mailbox| mailbox.expunge(uid)).unwrap_or(false)
    }

    /// A new epoch for a folder; see [`LabMailbox::change_uid_validity`]. Sessions inside the folder hear BYE.
    pub fn change_uid_validity(&self, user: &str, folder: &str, new: u32, renumber: bool) {
        self.change(user, folder, |mailbox| mailbox.change_uid_validity(new, renumber));
    }

    /// Any change to a folder; none when there is no such folder.
    pub fn change<T>(&self, user: &str, folder: &str, change: impl FnOnce(&mut LabMailbox) -> T) -> Option<T> {
        let result = self.shared.lock().mailbox(user, folder).map(change);
        self.shared.ring();
        result
    }

    /// A folder as it stands.
    pub fn mailbox(&self, user: &str, folder: &str) -> Option<LabMailbox> {
        self.shared.lock().mailbox(user, folder).cloned()
    }

    /// Every letter's flags: sorted `(folder, uid, flags)`.
    pub fn flags_snapshot(&self, user: &str) -> Vec<(String, u32, Vec<String>)> {
        let state = self.shared.lock();
        let folders = state.mail.get(user).into_iter().flatten();
        let mut snapshot: Vec<_> = folders
            .flat_map(|mailbox| mailbox.letters.iter().map(|l| (mailbox.name.clone(), l.uid, l.flags.iter().cloned().collect())))
            .collect();
        snapshot.sort();
        snapshot
    }

    /// Every command that came, whole lines with their tags.
    pub fn commands(&self) -> Vec<String> {
        self.shared.lock().heard.iter().map(|heard| heard.line.clone()).collect()
    }

    /// Every command with its connection.
    pub fn heard(&self) -> Vec<Heard> {
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

    /// Connections open now.
    pub fn open_connections(&self) -> usize {
        self.shared.lock().open
    }

    /// Sign-ins that succeeded.
    pub fn logins(&self) -> usize {
        self.shared.lock().logins
    }

    /// Sign-ins that were refused or put off.
    pub fn refused_logins(&self) -> usize {
        self.shared.lock().refused_logins
    }

    /// Ends every open connection without a word; new ones may come.
    pub fn drop_connections(&self) {
        self.shared.evict();
    }

    /// Octets of letters' bodies and headers sent in answer to FETCH: what a second collection must not repeat.
    pub fn body_bytes_sent(&self) -> u64 {
        self.shared.lock().body_bytes
    }
}

impl Drop for ImapLab {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn first_state(options: &ImapLabOptions) -> State {
    State {
        passwords: options.users.iter().cloned().collect(),
        first_user: options.users.first().map(|(name, _)| name.clone()).unwrap_or_default(),
        mail: options.users.iter().map(|(name, _)| (name.clone(), options.mailboxes.clone())).collect::<HashMap<_, _>>(),
        faults: options.faults.clone(),
        ..State::default()
    }
}

async fn accept(listener: std::net::TcpListener, settings: Arc<Settings>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    while let Ok((socket, _)) = listener.accept().await {
        let _ = socket.set_nodelay(true);
        tokio::spawn(session::serve(socket, settings.clone()));
    }
}

#[cfg(test)]
mod tests;
