//! A Microsoft 365 of our own: a token server and Graph on one port, faithful to their documents, with faults switched on one by one.
//!
//! It knows client credentials, authorisation codes with PKCE, refresh tokens that change at each use, folders with well-known names,
//! delta links with immutable ids, raw MIME and throttling, and records every request, so that tests can prove what a client did. It
//! runs on a thread of its own and must never listen on anything but loopback.
//!
//! To add a fault: 1. a variant with a sentence in [`GraphFault`]; 2. honour it in `service.rs` or `tokens.rs`; 3. a row in the matrix of
//! the client's tests.

mod fault;
mod hand_in;
mod http;
mod mail;
mod service;
mod state;
mod tokens;

use crate::certs::{LabAuthority, LabCertificate};
use anyhow::Context;
use state::State;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::oneshot};
use tokio_rustls::TlsAcceptor;

pub use fault::GraphFault;
pub use hand_in::GraphSent;
pub use mail::{GraphMailFolder, GraphMailLetter};

/// What to start.
#[derive(Debug, Clone)]
pub struct GraphLabOptions {
    /// The directory.
    pub tenant: String,
    /// The application's id.
    pub client_id: String,
    /// Its secret's value.
    pub secret: String,
    /// The mailbox's user name; its object id is [`OBJECT_ID`].
    pub user: String,
    /// Permissions that tokens carry.
    pub permissions: Vec<String>,
    /// The application reads the mailbox by Exchange's own rule, whatever the token carries.
    pub permitted_by_exchange: bool,
    /// How long tokens last, seconds.
    pub lasts: u64,
    /// Letters on a page of changes, at most.
    pub page: usize,
    /// How long each answer of Graph takes.
    pub delay: Duration,
    /// The mailbox.
    pub folders: Vec<GraphMailFolder>,
    /// A certificate other than a good one of a fresh authority.
    pub certificate: Option<LabCertificate>,
    /// The port; 0 chooses a free one.
    pub port: u16,
    /// Clear HTTP, for neighbours that ask about tokens; no client of ours speaks it.
    pub clear: bool,
}

/// The mailbox's object id.
pub const OBJECT_ID: &str = "6e7b768e-07e2-4810-8459-485f84f8f204";

impl Default for GraphLabOptions {
    fn default() -> Self {
        Self {
            tenant: "contoso.example".into(),
            client_id: "11111111-2222-3333-4444-555555555555".into(),
            secret: "Xy~8Q~lab-secret-value".into(),
            user: "ada@contoso.example".into(),
            permissions: vec!["Mail.Read".into()],
            permitted_by_exchange: false,
            lasts: 3_600,
            page: 200,
            delay: Duration::ZERO,
            folders: GraphMailFolder::usual(),
            certificate: None,
            port: 0,
            clear: false,
        }
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct GraphHeard {
    /// `GET`, `POST`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// What the answer was.
    pub status: u16,
    /// The request came before a wait that was asked for was over.
    pub too_early: bool,
    /// Ids were asked for that survive a move.
    pub immutable: bool,
    /// When it came.
    pub at: Instant,
}

/// A running Microsoft 365; dropping it ends it with all its connections.
#[must_use]
pub struct GraphLab {
    state: Arc<Mutex<State>>,
    port: u16,
    neighbour_port: u16,
    authority: LabAuthority,
    fingerprint: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl GraphLab {
    /// Starts on loopback; it listens when this returns.
    pub fn start(options: GraphLabOptions) -> anyhow::Result<Self> {
        let authority = LabAuthority::new()?;
        let certificate = match &options.certificate {
            Some(certificate) => certificate.clone(),
            None => authority.good()?,
        };
        let listener =
            std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port))).context("Listening on loopback")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let neighbour = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).context("Listening on loopback")?;
        neighbour.set_nonblocking(true)?;
        let neighbour_port = neighbour.local_addr()?.port();
        let acceptor = if options.clear { None } else { Some(TlsAcceptor::from(certificate.server_config()?)) };
        let state = Arc::new(Mutex::new(State::new(options, port)));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("Starting a runtime")?;
        let shared = Arc::clone(&state);
        let thread = std::thread::Builder::new().name("graph-lab".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, acceptor, Arc::clone(&shared)) => {}
                    () = accept(neighbour, None, shared) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { state, port, neighbour_port, authority, fingerprint: certificate.fingerprint, stop: Some(stop), thread: Some(thread) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host and port, for settings: token server and Graph are the same.
    pub fn base(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Where mail servers of the lab ask about tokens, in clear: `http://127.0.0.1:PORT/introspect` (RFC 7662).
    pub fn neighbour_port(&self) -> u16 {
        self.neighbour_port
    }

    /// SHA-256 of the server's certificate, lower-case hexadecimal.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The authority that signed the certificate (unless the options brought another).
    pub fn authority(&self) -> &LabAuthority {
        &self.authority
    }

    /// Switches a fault on.
    pub fn set_fault(&self, fault: GraphFault) {
        self.lock().faults.push((fault, None));
    }

    /// Switches a fault on that strikes so often and then never again.
    pub fn set_fault_times(&self, fault: GraphFault, times: u32) {
        self.lock().faults.push((fault, Some(times)));
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// Puts a letter into a folder (by name) and gives its id.
    pub fn deliver(&self, folder: &str, raw: impl Into<Vec<u8>>) -> String {
        self.lock().deliver(folder, raw.into(), false)
    }

    /// Puts a draft into a folder.
    pub fn draft(&self, folder: &str, raw: impl Into<Vec<u8>>) -> String {
        self.lock().deliver(folder, raw.into(), true)
    }

    /// Moves a letter; it keeps its id. False when it was not there.
    pub fn relocate(&self, id: &str, to: &str) -> bool {
        self.lock().relocate(id, to)
    }

    /// Deletes a letter for good. False when it was not there.
    pub fn delete(&self, id: &str) -> bool {
        self.lock().delete(id)
    }

    /// Every link to changes is too old from now on: 410.
    pub fn expire_links(&self) {
        self.lock().generation += 1;
    }

    /// Every access token handed out so far is refused from now on.
    pub fn expire_tokens(&self) {
        self.lock().tokens.clear();
    }

    /// Every refresh token is refused from now on: the person took the permission back.
    pub fn revoke(&self) {
        self.lock().refresh.clear();
    }

    /// Another secret; the one before is refused.
    pub fn set_secret(&self, secret: &str) {
        self.lock().options.secret = secret.into();
    }

    /// Other permissions in tokens handed out from now on.
    pub fn set_permissions(&self, permissions: &[&str]) {
        self.lock().options.permissions = permissions.iter().map(|one| (*one).to_owned()).collect();
    }

    /// A refresh token as the browser's way would have brought it.
    pub fn signed_in(&self) -> String {
        let mut state = self.lock();
        let person = state.at_browser.clone();
        state.new_refresh(&person)
    }

    /// Who sits at the browser from now on: the mailbox's own person until this is called.
    pub fn set_person(&self, person: &str) {
        self.lock().at_browser = person.to_owned();
    }

    /// What a browser that follows this link comes back with, when its person says yes: the code.
    pub fn browser_says_yes(&self, url: &str) -> Option<String> {
        let (path, query) = url.strip_prefix(&format!("https://{}", self.base()))?.split_once('?')?;
        let request =
            http::Request { method: "GET".into(), path: path.into(), query: query.into(), headers: Vec::new(), body: String::new() };
        let reply = tokens::answer(&mut self.lock(), &request);
        let to = reply.headers.iter().find(|(name, _)| *name == "Location").map(|(_, to)| to.clone())?;
        to.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).map(str::to_owned)
    }

    /// An access token as this server would hand it out: for servers that take tokens.
    pub fn access_token(&self) -> String {
        self.lock().new_token(None, "")
    }

    /// For servers of the lab that take tokens: whether this person holds this one, and it permits what is named here.
    pub fn judge_of_tokens(&self, permission: &str) -> impl Fn(&str, &str) -> bool + Send + Sync + use<> {
        let (state, permission) = (Arc::clone(&self.state), permission.to_owned());
        move |person: &str, token: &str| {
            let state = state.lock().unwrap_or_else(PoisonError::into_inner);
            let permits = |permissions: &[String]| permission.is_empty() || permissions.contains(&permission);
            let good = state.tokens.get(token).is_some_and(|(until, permissions)| *until > Instant::now() && permits(permissions));
            good && state.persons.get(token).is_some_and(|whose| whose == person)
        }
    }

    /// The letters of a folder, by id, as they stand.
    pub fn letters(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let state = self.lock();
        let Some(folder) = state.folders.iter().find(|known| known.name == folder) else { return Vec::new() };
        folder.letters.iter().map(|(id, letter)| (id.clone(), letter.raw.to_vec())).collect()
    }

    /// Letters that were handed in and taken, in their order.
    pub fn sent(&self) -> Vec<GraphSent> {
        self.lock().sent.clone()
    }

    /// Every request so far.
    pub fn heard(&self) -> Vec<GraphHeard> {
        self.lock().heard.clone()
    }

    /// Forgets the requests heard so far.
    pub fn forget(&self) {
        let mut state = self.lock();
        state.heard.clear();
        state.most_at_once = 0;
    }

    /// The most requests that Graph had at hand at the same time.
    pub fn most_at_once(&self) -> usize {
        self.lock().most_at_once
    }

    /// Tokens handed out so far.
    pub fn tokens_given(&self) -> usize {
        self.lock().given
    }
}

impl Drop for GraphLab {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: std::net::TcpListener, acceptor: Option<TlsAcceptor>, state: Arc<Mutex<State>>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    while let Ok((socket, _)) = listener.accept().await {
        let _ = socket.set_nodelay(true);
        let (acceptor, state) = (acceptor.clone(), Arc::clone(&state));
        tokio::spawn(async move {
            match acceptor {
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(socket).await {
                        http::serve(stream, &state).await;
                    }
                }
                None => http::serve(socket, &state).await,
            }
        });
    }
}
