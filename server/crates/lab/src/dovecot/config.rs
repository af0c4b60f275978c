//! Dovecot's settings for a throw-away server, as root or as a normal user.
//!
//! Dovecot refuses to open mail as root, so under root the letters belong to `nobody`.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use anyhow::Context;

use super::{DovecotOptions, Store};
use crate::certs::LabCertificate;

/// Whom the letters belong to and whom Dovecot's parts run as.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    uid: u32,
    gid: u32,
    internal_user: String,
    internal_group: String,
    login_user: String,
    is_root: bool,
}

impl Owner {
    pub(super) fn current() -> anyhow::Result<Self> {
        let own = fs::metadata("/proc/self").context("Asking who we are")?;
        let (uid, gid) = (own.uid(), own.gid());
        if uid != 0 {
            let user = name_in("/etc/passwd", uid).unwrap_or_else(|| uid.to_string());
            let group = name_in("/etc/group", gid).unwrap_or_else(|| gid.to_string());
            return Ok(Self { uid, gid, internal_user: user.clone(), internal_group: group, login_user: user, is_root: false });
        }
        Ok(Self {
            uid: 65534,
            gid: 65534,
            internal_user: existing_user("dovecot"),
            internal_group: if has_name("/etc/group", "dovecot") { "dovecot".into() } else { "nogroup".into() },
            login_user: existing_user("dovenull"),
            is_root: true,
        })
    }

    /// Makes a folder (and those above it) for the letters' owner.
    pub(super) fn make_dir(&self, path: &Path) -> anyhow::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        if let Some(above) = path.parent() {
            self.make_dir(above)?;
        }
        fs::create_dir(path).with_context(|| format!("Making {}", path.display()))?;
        self.own(path)
    }

    /// Gives a file or folder to the letters' owner.
    pub(super) fn own(&self, path: &Path) -> anyhow::Result<()> {
        if self.is_root {
            chown(path, Some(self.uid), Some(self.gid)).with_context(|| format!("Giving {} away", path.display()))?;
        }
        Ok(())
    }
}

/// Writes the folders, keys and settings that the server starts from.
pub(super) fn prepare(
    folder: &Path,
    owner: &Owner,
    options: &DovecotOptions,
    ports: (u16, u16),
    pop_ports: Option<(u16, u16)>,
    certificate: &LabCertificate,
) -> anyhow::Result<()> {
    // Other users (Dovecot's own) must pass through the temporary folder.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    for name in ["mail", "rawlog"] {
        let path = folder.join(name);
        fs::create_dir(&path)?;
        owner.own(&path)?;
    }
    for name in ["run", "state"] {
        fs::create_dir(folder.join(name))?;
    }
    fs::write(folder.join("users"), "")?;
    fs::write(folder.join("certificate.pem"), &certificate.certificate_pem)?;
    fs::write(folder.join("key.pem"), &certificate.key_pem)?;
    fs::write(folder.join("dovecot.conf"), settings(folder, owner, options, ports) + &pop3(pop_ports))?;
    Ok(())
}

fn settings(folder: &Path, owner: &Owner, options: &DovecotOptions, (imap, imaps): (u16, u16)) -> String {
    let dir = folder.display();
    let Owner { uid, gid, internal_user, internal_group, login_user, .. } = owner;
    let mail_location = match options.store {
        Store::Maildir => "maildir:~/Maildir:LAYOUT=fs",
        Store::Sdbox => "sdbox:~/sdbox",
    };
    let rawlog = if options.record_commands { format!("rawlog_dir = {dir}/rawlog") } else { String::new() };
    let connections = options.connections_per_user;
    let extra = &options.extra;
    format!(
        "\
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
first_valid_uid = 1
first_valid_gid = 0
mail_uid = {uid}
mail_gid = {gid}
mail_home = {dir}/mail/%u
mail_location = {mail_location}
mail_fsync = never
{rawlog}
ssl = yes
ssl_cert = <{dir}/certificate.pem
ssl_key = <{dir}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = {connections}
imap_id_log = name
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {dir}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
  }}
  mailbox Drafts {{
    special_use = \\Drafts
  }}
  mailbox Trash {{
    special_use = \\Trash
  }}
  mailbox Junk {{
    special_use = \\Junk
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  client_limit = 500
  process_min_avail = 1
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 200
}}
{extra}
"
    )
}

/// What is added where Dovecot has its POP3 server.
fn pop3(ports: Option<(u16, u16)>) -> String {
    let Some((pop3, pop3s)) = ports else { return String::new() };
    format!(
        "\
protocols = $protocols pop3
pop3_uidl_format = %08Xu%08Xv
service pop3-login {{
  chroot =
  service_count = 0
  client_limit = 500
  inet_listener pop3 {{
    address = 127.0.0.1
    port = {pop3}
  }}
  inet_listener pop3s {{
    address = 127.0.0.1
    port = {pop3s}
    ssl = yes
  }}
}}
service pop3 {{
  process_limit = 200
}}
"
    )
}

fn existing_user(wanted: &str) -> String {
    if has_name("/etc/passwd", wanted) { wanted.to_owned() } else { "nobody".to_owned() }
}

fn has_name(file: &str, name: &str) -> bool {
    fs::read_to_string(file).unwrap_or_default().lines().any(|line| line.split(':').next() == Some(name))
}

fn name_in(file: &str, id: u32) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.split(':').nth(2) == Some(id.to_string().as_str()))?;
    line.split(':').next().map(str::to_owned)
}
