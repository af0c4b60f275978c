//! A real Dovecot in a temporary folder: the judge of whether Postroom speaks IMAP as servers understand it.
//!
//! Runs as root or as a normal user, on two free loopback ports, with accounts of its own. It must never read the machine's own mail or
//! settings. It ends by its own pid when dropped.

mod config;
mod maildir;
mod record;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;

use crate::certs::{LabAuthority, LabCertificate};
use crate::corpus::{CorpusLetter, Truth};
use crate::imap_client::LabClient;
use config::Owner;
use maildir::Delivery;

/// How long a start may take until both ports answer.
const READY_WITHIN: Duration = Duration::from_secs(20);
/// What a person can do when Dovecot is missing.
const HOW_TO_GET_IT: &str =
    "Dovecot is not installed (no `dovecot` in PATH or /usr/sbin): install the packages dovecot-imapd and dovecot-pop3d";

/// How Dovecot keeps letters on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Store {
    /// One file a letter; deliveries write straight into the folder.
    #[default]
    Maildir,
    /// Dovecot's own format; deliveries go through IMAP.
    Sdbox,
}

/// What to start.
#[derive(Debug, Clone)]
pub struct DovecotOptions {
    /// Users that exist from the start: name and password.
    pub users: Vec<(String, String)>,
    /// The format on disk.
    pub store: Store,
    /// Whether every command after the sign-in is recorded (answers are recorded too: leave it off for very large mailboxes).
    pub record_commands: bool,
    /// Connections that one user may hold at once from one address.
    pub connections_per_user: u32,
    /// A certificate other than a good one of a fresh authority.
    pub certificate: Option<LabCertificate>,
    /// Lines added to the end of the settings.
    pub extra: String,
}

impl Default for DovecotOptions {
    fn default() -> Self {
        Self {
            users: vec![("ada".into(), "secret".into())],
            store: Store::Maildir,
            record_commands: true,
            connections_per_user: 50,
            certificate: None,
            extra: String::new(),
        }
    }
}

/// A running Dovecot; dropping it stops it and removes its files.
#[must_use]
pub struct Dovecot {
    child: Child,
    folder: TempDir,
    owner: Owner,
    store: Store,
    users: Vec<(String, String)>,
    ports: (u16, u16),
    pop_ports: Option<(u16, u16)>,
    authority: LabAuthority,
    fingerprint: String,
}

impl Dovecot {
    /// Whether Dovecot can be started here; if not, why, and how to get it.
    ///
    /// # Panics
    /// When there is none and `POSTROOM_TEST_STRICT` is set: such a round skips nothing, whichever test asks.
    pub fn available() -> Result<(), String> {
        let found = find_binary().map(|_| ()).ok_or_else(|| HOW_TO_GET_IT.to_owned());
        assert!(found.is_ok() || std::env::var_os("POSTROOM_TEST_STRICT").is_none(), "{HOW_TO_GET_IT}");
        found
    }

    /// The process that all of its others come from.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Starts Dovecot and waits (blocking, at most 20 s) until it answers on both ports.
    pub fn start(options: DovecotOptions) -> anyhow::Result<Self> {
        let binary = find_binary().context(HOW_TO_GET_IT)?;
        // Another process may take a port between choosing and listening: then choose again.
        for _ in 0..2 {
            if let Ok(server) = Self::start_once(&binary, &options) {
                return Ok(server);
            }
        }
        Self::start_once(&binary, &options)
    }

    fn start_once(binary: &Path, options: &DovecotOptions) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("dov").tempdir().context("Making a folder for Dovecot")?;
        let owner = Owner::current()?;
        let ports = free_ports()?;
        let authority = LabAuthority::new()?;
        let certificate = match &options.certificate {
            Some(certificate) => certificate.clone(),
            None => authority.good()?,
        };
        let pop_ports = if has_pop3() { Some(free_ports()?) } else { None };
        config::prepare(folder.path(), &owner, options, ports, pop_ports, &certificate)?;
        let mut command = Command::new(binary);
        command.arg("-F").arg("-c").arg(folder.path().join("dovecot.conf"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(folder.path().join("stderr"))?);
        let child = command.spawn().context("Starting Dovecot")?;
        let mut server = Self {
            child,
            folder,
            owner,
            store: options.store,
            users: Vec::new(),
            ports,
            pop_ports,
            authority,
            fingerprint: certificate.fingerprint,
        };
        server.wait_until_ready()?;
        for (name, password) in &options.users {
            server.add_user(name, password)?;
        }
        Ok(server)
    }

    fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let started = Instant::now();
        while started.elapsed() < READY_WITHIN {
            if self.child.try_wait()?.is_some() {
                bail!("Dovecot ended while starting: {}{}", self.read("stderr"), self.log());
            }
            if LabClient::connect(self.ports.0).is_ok_and(|client| client.greeting.starts_with("* OK")) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("Dovecot did not answer within {READY_WITHIN:?}: {}", self.log())
    }

    /// The port for clear text and STARTTLS.
    pub fn imap_port(&self) -> u16 {
        self.ports.0
    }

    /// The port for TLS from the first byte.
    pub fn imaps_port(&self) -> u16 {
        self.ports.1
    }

    /// The ports of POP3 (clear text and STLS; TLS from the first byte), where Dovecot has it.
    ///
    /// # Errors
    /// How to get it.
    pub fn pop3_ports(&self) -> Result<(u16, u16), String> {
        self.pop_ports.ok_or_else(|| "Dovecot has no POP3 server here: install the package dovecot-pop3d".to_owned())
    }

    /// Every command of recorded sessions with its moment, seconds since 1970 UTC.
    pub fn timed_commands(&self) -> Vec<(f64, String)> {
        record::timed_commands(&self.folder.path().join("rawlog"))
    }

    /// SHA-256 of the server's certificate, lower-case hexadecimal.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The authority that signed the certificate (unless the options brought another), PEM.
    pub fn ca_pem(&self) -> &str {
        &self.authority.ca_pem
    }

    /// The authority itself.
    pub fn authority(&self) -> &LabAuthority {
        &self.authority
    }

    /// Adds a user or changes the password; holds from the next sign-in on.
    pub fn add_user(&mut self, name: &str, password: &str) -> anyhow::Result<()> {
        let plain = |text: &str| !text.is_empty() && !text.contains([':', '/', '\n', '\r']);
        ensure!(plain(name) && !password.contains([':', '\n', '\r']), "A lab user's name and password hold no colon, slash or line end");
        match self.users.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = password.to_owned(),
            None => self.users.push((name.to_owned(), password.to_owned())),
        }
        let text: String = self.users.iter().map(|(name, password)| format!("{name}:{{PLAIN}}{password}::::::\n")).collect();
        let path = self.folder.path().join("users");
        fs::write(path.with_extension("new"), text)?;
        fs::set_permissions(path.with_extension("new"), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        fs::rename(path.with_extension("new"), path)?;
        let home = self.home(name);
        self.owner.make_dir(&home)
    }

    /// Puts a letter into a folder, which is made when missing. `folder` is as a person reads it, parted by `/`; `flags` are IMAP system
    /// flags such as `\Seen`.
    pub fn deliver(&self, user: &str, folder: &str, raw: &[u8], flags: &[&str]) -> anyhow::Result<()> {
        self.deliver_dated(user, folder, raw, flags, None)
    }

    /// As [`Self::deliver`], with INTERNALDATE in seconds since 1970 UTC (Maildir only; none: now).
    pub fn deliver_dated(&self, user: &str, folder: &str, raw: &[u8], flags: &[&str], received: Option<u64>) -> anyhow::Result<()> {
        let delivery = Delivery { folder, raw, flags, received };
        match self.store {
            Store::Maildir => maildir::deliver(&self.owner, &self.home(user).join("Maildir"), &delivery),
            Store::Sdbox => self.append(user, folder, raw, flags),
        }
    }

    /// Delivers a whole corpus and gives what is so about each letter, in order.
    pub fn deliver_corpus(&self, user: &str, letters: impl IntoIterator<Item = CorpusLetter>) -> anyhow::Result<Vec<Truth>> {
        let mut truths = Vec::new();
        for letter in letters {
            let received = u64::try_from(letter.truth.received_ms / 1000).ok();
            self.deliver_dated(user, &letter.folder, &letter.raw, &letter.flags, received)?;
            truths.push(letter.truth);
        }
        Ok(truths)
    }

    /// Makes an empty folder; `folder` is as a person reads it.
    pub fn make_folder(&self, user: &str, folder: &str) -> anyhow::Result<()> {
        let reply = self.session(user)?.command(&format!("CREATE {}", crate::imap_client::quoted(&crate::utf7::encode(folder))))?;
        ensure!(reply.is_ok(), "CREATE was refused: {}", reply.text);
        Ok(())
    }

    fn append(&self, user: &str, folder: &str, raw: &[u8], flags: &[&str]) -> anyhow::Result<()> {
        let mut client = self.session(user)?;
        if folder != "INBOX" {
            client.command(&format!("CREATE {}", crate::imap_client::quoted(&crate::utf7::encode(folder))))?;
        }
        let reply = client.append(folder, flags, raw)?;
        ensure!(reply.is_ok(), "APPEND was refused: {}", reply.text);
        Ok(())
    }

    /// A signed-in session of our own in clear text.
    pub fn session(&self, user: &str) -> anyhow::Result<LabClient> {
        let (_, password) = self.users.iter().find(|(name, _)| name == user).context("No such lab user")?;
        let mut client = LabClient::connect(self.ports.0)?;
        client.login(user, password)?;
        Ok(client)
    }

    /// Every letter's flags: sorted `(folder, uid, flags)`. The session that reads them is left out of [`Self::commands`].
    pub fn flags_snapshot(&self, user: &str) -> anyhow::Result<Vec<(String, u32, Vec<String>)>> {
        let mut client = self.session(user)?;
        // The record of commands knows our own sessions by this id.
        client.command(&format!("ID (\"name\" \"{}\")", record::OWN_SESSION))?;
        client.flags_snapshot()
    }

    /// Every command that clients sent after signing in, whole lines with their tags, session by session.
    pub fn commands(&self) -> Vec<String> {
        record::commands(&self.folder.path().join("rawlog"))
    }

    /// How often somebody signed in.
    pub fn logins(&self) -> usize {
        self.log().lines().filter(|line| line.contains("imap-login: Info: Login: ")).count()
    }

    /// Dovecot's own log.
    pub fn log(&self) -> String {
        self.read("log")
    }

    /// Where a user's letters lie: for looking, and for breaking things on purpose.
    pub fn home(&self, user: &str) -> PathBuf {
        self.folder.path().join("mail").join(user)
    }

    fn read(&self, name: &str) -> String {
        fs::read(self.folder.path().join(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // The master ends every session with it. The shell's `kill`, since the standard library knows only SIGKILL.
        let asked = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.child.id())).stderr(Stdio::null()).status();
        let asked_at = Instant::now();
        while asked.is_ok() && asked_at.elapsed() < Duration::from_secs(5) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn find_binary() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    // A normal user's PATH often lacks the folder that Debian uses.
    places.extend(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    places.into_iter().map(|place| place.join("dovecot")).find(|candidate| candidate.is_file())
}

fn has_pop3() -> bool {
    ["/usr/lib/dovecot", "/usr/libexec/dovecot", "/usr/local/libexec/dovecot"]
        .iter()
        .any(|folder| Path::new(folder).join("pop3-login").is_file())
}

fn free_ports() -> anyhow::Result<(u16, u16)> {
    let one = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok((one.local_addr()?.port(), other.local_addr()?.port()))
}

#[cfg(test)]
mod tests;
