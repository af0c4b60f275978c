//! A real Postfix in a temporary folder that hands every letter to a Dovecot of the lab (LMTP): the round trip of a letter, without a net.
//!
//! Runs as root only, since Postfix does; on one free loopback port, with queue and settings of its own. It takes letters from whoever has
//! signed in at Dovecot, for any address, and delivers them to the user of that name. It must never read the machine's own settings or send a
//! letter anywhere else. It ends by its own pid when dropped.

use crate::{
    certs::{LabAuthority, LabCertificate},
    dovecot::{Dovecot, DovecotOptions},
};
use anyhow::{Context, bail};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

const READY_WITHIN: Duration = Duration::from_secs(20);
const DAEMONS: &str = "/usr/lib/postfix/sbin";
const HOW_TO_GET_IT: &str = "Postfix is not installed: install the packages postfix and dovecot-lmtpd";

/// A running Postfix with its Dovecot; dropping it stops both and removes their files.
#[must_use]
pub struct Postfix {
    child: Child,
    folder: TempDir,
    port: u16,
    authority: LabAuthority,
    fingerprint: String,
    /// Where letters arrive.
    pub mailboxes: Dovecot,
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

impl Postfix {
    /// Whether it can be started here; if not, why.
    pub fn available() -> Result<(), String> {
        Dovecot::available()?;
        if !Path::new("/usr/sbin/postfix").is_file() || !Path::new(DAEMONS).join("master").is_file() {
            return Err(HOW_TO_GET_IT.to_owned());
        }
        if !["/usr/lib/dovecot/lmtp", "/usr/libexec/dovecot/lmtp"].iter().any(|path| Path::new(path).is_file()) {
            return Err(HOW_TO_GET_IT.to_owned());
        }
        match fs::metadata("/proc/self") {
            Ok(own) if own.uid() == 0 => Ok(()),
            _ => Err("Postfix starts as root only".to_owned()),
        }
    }

    /// Starts both; users are those of the Dovecot, each with the password `secret`.
    pub fn start(users: &[&str]) -> anyhow::Result<Self> {
        let (lmtp, sasl, port) = (free_port()?, free_port()?, free_port()?);
        let extra = format!(
            "protocols = $protocols lmtp\nauth_username_format = %Ln\nservice lmtp {{\n  inet_listener lmtp {{\n    address = 127.0.0.1\n    port = {lmtp}\n  }}\n}}\n\
             service auth {{\n  inet_listener {{\n    address = 127.0.0.1\n    port = {sasl}\n  }}\n}}\nprotocol lmtp {{\n  postmaster_address = postmaster@office.example\n}}\n"
        );
        let users = users.iter().map(|user| ((*user).to_owned(), "secret".to_owned())).collect();
        let mailboxes = Dovecot::start(DovecotOptions { users, extra, ..DovecotOptions::default() })?;
        let folder = tempfile::Builder::new().prefix("pfx").tempdir().context("Making a folder for Postfix")?;
        let authority = LabAuthority::new()?;
        let certificate = authority.good()?;
        prepare(folder.path(), &certificate, port, lmtp, sasl)?;
        let errors = fs::File::create(folder.path().join("stderr"))?;
        let mut command = Command::new("/usr/sbin/postfix");
        command.arg("-c").arg(folder.path().join("etc")).arg("start-fg");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors).spawn().context("Starting Postfix")?;
        let fingerprint = certificate.fingerprint.clone();
        let mut server = Self { child, folder, port, authority, fingerprint, mailboxes };
        server.wait_until_ready()?;
        Ok(server)
    }

    fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let started = Instant::now();
        while started.elapsed() < READY_WITHIN {
            if self.child.try_wait()?.is_some() {
                bail!("Postfix ended while starting: {}", self.log());
            }
            if let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
                stream.set_read_timeout(Some(Duration::from_secs(5)))?;
                let mut greeting = String::new();
                if BufReader::new(stream).read_line(&mut greeting).is_ok() && greeting.starts_with("220") {
                    return Ok(());
                }
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("Postfix did not answer within {READY_WITHIN:?}: {}", self.log())
    }

    /// Where it takes letters, with STARTTLS.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority that signed its certificate.
    pub fn authority(&self) -> &LabAuthority {
        &self.authority
    }

    /// SHA-256 of its certificate, which no authority vouches for.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What it wrote about its work.
    pub fn log(&self) -> String {
        ["stderr", "log"].map(|name| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()).join("\n")
    }

    /// Waits (at most 30 s) until a user's folder holds so many letters.
    pub fn wait_for(&self, user: &str, folder: &str, letters: u32) -> anyhow::Result<()> {
        let mut client = self.mailboxes.session(user)?;
        let (begun, wanted) = (Instant::now(), format!("MESSAGES {letters})"));
        while begun.elapsed() < Duration::from_secs(120) {
            if client.command(&format!("STATUS {folder} (MESSAGES)"))?.lines().iter().any(|line| line.contains(&wanted)) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("{user} got no letter: {}", self.log())
    }
}

fn prepare(folder: &Path, certificate: &LabCertificate, port: u16, lmtp: u16, sasl: u16) -> anyhow::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    let at = |name: &str| -> PathBuf { folder.join(name) };
    for name in ["etc", "queue", "data"] {
        fs::create_dir(at(name))?;
    }
    let owner = fs::read_to_string("/etc/passwd")?
        .lines()
        .find_map(|line| line.strip_prefix("postfix:").and_then(|rest| rest.split(':').nth(1)?.parse().ok()))
        .context("There is no user postfix")?;
    std::os::unix::fs::chown(at("data"), Some(owner), None)?;
    fs::write(at("certificate.pem"), &certificate.certificate_pem)?;
    fs::write(at("key.pem"), &certificate.key_pem)?;
    fs::set_permissions(at("key.pem"), fs::Permissions::from_mode(0o600))?;
    let dir = folder.display();
    fs::write(
        at("etc").join("main.cf"),
        format!(
            "compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
command_directory = /usr/sbin
daemon_directory = {DAEMONS}
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {dir}/log
maillog_file_prefixes = {dir}
myhostname = mx.office.example
mydomain = office.example
myorigin = office.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = static:any
virtual_mailbox_maps = static:any
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
smtpd_tls_cert_file = {dir}/certificate.pem
smtpd_tls_key_file = {dir}/key.pem
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtputf8_enable = yes
smtpd_peername_lookup = no
"
        ),
    )?;
    let services = "cleanup unix n - n - 0 cleanup
pickup unix n - n 60 1 pickup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
";
    fs::write(at("etc").join("master.cf"), format!("127.0.0.1:{port} inet n - n - - smtpd\n{services}"))?;
    Ok(())
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // The master ends its others with it. `start-fg` is the master itself, or waits for it: both are asked by their pid.
        let master = fs::read_to_string(self.folder.path().join("queue/pid/master.pid")).unwrap_or_default();
        let pids: String = [master.trim().to_owned(), self.child.id().to_string()].join(" ");
        let asked = Command::new("sh").arg("-c").arg(format!("kill -TERM {pids}")).stderr(Stdio::null()).status();
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
