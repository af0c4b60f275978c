//! `postroom lab …`: mail servers and letters to try things out with.

use super::out;
use anyhow::{Context, Result};
use base64::Engine as _;
use clap::{Args, Subcommand, ValueEnum};
use postroom_lab::corpus::{Corpus, CorpusLetter, clients_csv};
use postroom_lab::dovecot::{Dovecot, DovecotOptions};
use postroom_lab::far::Far;
use postroom_lab::imap::{ImapLab, ImapLabOptions, Tls};
use postroom_lab::postfix::Postfix;
use postroom_lab::random::Dice;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

#[derive(Subcommand, Debug)]
pub enum LabCommand {
    /// Run a simulated IMAP server until Ctrl-C or the end of its input; prints one line of JSON
    Imap {
        #[command(flatten)]
        mailbox: MailboxOptions,
        /// Port; 0 takes any free one
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// How it encrypts
        #[arg(long, value_enum, default_value_t = Encryption::Starttls)]
        tls: Encryption,
    },
    /// Run a real Dovecot in a folder of its own until Ctrl-C or the end of its input; prints one line of JSON
    Dovecot {
        #[command(flatten)]
        mailbox: MailboxOptions,
        /// Milliseconds there and back: the TLS port leads over a line so long
        #[arg(long, default_value_t = 0)]
        round_trip: u64,
        /// One letter more, of so many megabytes
        #[arg(long, default_value_t = 0)]
        large: usize,
        /// So many empty folders more
        #[arg(long, default_value_t = 0)]
        empty_folders: usize,
    },
    /// Run a real Postfix that hands every letter to a real Dovecot, until Ctrl-C or the end of its input; prints one line of JSON.
    /// Letters reach the user whose name stands before the @; every password is `secret`. As root only, as Postfix itself
    Postfix {
        /// User names
        #[arg(long, value_delimiter = ',', default_value = "ada,client")]
        users: Vec<String>,
    },
    /// Write letters as files, and a list of clients that they match
    Corpus {
        /// Folder to write to
        dir: PathBuf,
        #[command(flatten)]
        letters: LetterOptions,
        /// Clients in the list
        #[arg(long, default_value_t = 50)]
        clients: usize,
    },
}

#[derive(Args, Debug)]
pub struct LetterOptions {
    /// How many letters
    #[arg(long, default_value_t = 200)]
    letters: usize,
    /// The same seed gives the same letters
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Realistic sizes (about 70 KiB) instead of small ones
    #[arg(long)]
    real_sizes: bool,
}

#[derive(Args, Debug)]
pub struct MailboxOptions {
    /// User name
    #[arg(long, default_value = "ada")]
    user: String,
    /// Password
    #[arg(long, default_value = "secret")]
    password: String,
    #[command(flatten)]
    letters: LetterOptions,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum Encryption {
    /// Not at all
    None,
    /// Clear at first
    Starttls,
    /// From the first octet
    Tls,
}

impl LetterOptions {
    fn corpus(&self) -> Corpus {
        if self.real_sizes { Corpus::new(self.seed, self.letters) } else { Corpus::small(self.seed, self.letters) }
    }
}

impl LabCommand {
    pub async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Imap { mailbox, port, tls } => imap(mailbox, port, tls).await,
            Self::Dovecot { mailbox, round_trip, large, empty_folders } => {
                dovecot(mailbox, Duration::from_millis(round_trip), large, empty_folders).await
            }
            Self::Postfix { users } => postfix(users).await,
            Self::Corpus { dir, letters, clients } => {
                tokio::task::spawn_blocking(move || write_corpus(&dir, &letters, clients)).await.context("Writing letters")??;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

async fn imap(mailbox: MailboxOptions, port: u16, tls: Encryption) -> Result<ExitCode> {
    let told = Told::listen()?;
    let tls = match tls {
        Encryption::None => Tls::None,
        Encryption::Starttls => Tls::StartTls,
        Encryption::Tls => Tls::Implicit,
    };
    let users = vec![(mailbox.user.clone(), mailbox.password.clone())];
    let lab = ImapLab::start(ImapLabOptions { users, port, tls, ..ImapLabOptions::default() })?;
    for CorpusLetter { folder, raw, flags, .. } in mailbox.letters.corpus() {
        lab.deliver(&mailbox.user, &folder, raw, &flags);
    }
    out::say(
        &json!({ "port": lab.port(), "fingerprint": lab.fingerprint(), "user": mailbox.user, "password": mailbox.password }).to_string(),
    )?;
    told.wait().await
}

async fn dovecot(mailbox: MailboxOptions, round_trip: Duration, large: usize, empty_folders: usize) -> Result<ExitCode> {
    let told = Told::listen()?;
    let users = vec![(mailbox.user.clone(), mailbox.password.clone())];
    let start = move || -> Result<(Dovecot, MailboxOptions)> {
        // Its own record of commands also holds every answer: too much for a mailbox to play with.
        let lab = Dovecot::start(DovecotOptions { users, record_commands: false, ..DovecotOptions::default() })?;
        lab.deliver_corpus(&mailbox.user, mailbox.letters.corpus())?;
        if large > 0 {
            lab.deliver(&mailbox.user, "INBOX", &large_letter(large), &[])?;
        }
        for number in 1..=empty_folders {
            lab.make_folder(&mailbox.user, &format!("Project {number}"))?;
        }
        Ok((lab, mailbox))
    };
    let (lab, mailbox) = tokio::task::spawn_blocking(start).await.context("Starting Dovecot")??;
    let far = if round_trip.is_zero() { None } else { Some(Far::from(lab.imaps_port(), round_trip)?) };
    let port = far.as_ref().map_or(lab.imaps_port(), Far::port);
    let line = json!({
        "imap_port": lab.imap_port(), "imaps_port": port, "pid": lab.pid(), "fingerprint": lab.fingerprint(),
        "user": mailbox.user, "password": mailbox.password, "ca_pem": lab.ca_pem(),
        "pop3_port": lab.pop3_ports().ok().map(|ports| ports.0), "pop3s_port": lab.pop3_ports().ok().map(|ports| ports.1),
    });
    out::say(&line.to_string())?;
    told.wait().await
}

async fn postfix(users: Vec<String>) -> Result<ExitCode> {
    let told = Told::listen()?;
    let start = move || Postfix::start(&users.iter().map(String::as_str).collect::<Vec<_>>());
    let lab = tokio::task::spawn_blocking(start).await.context("Starting Postfix")??;
    let mailboxes = &lab.mailboxes;
    let line = json!({
        "smtp_port": lab.port(), "smtp_fingerprint": lab.fingerprint(), "imap_port": mailboxes.imap_port(), "imaps_port": mailboxes.imaps_port(),
        "pop3s_port": mailboxes.pop3_ports().ok().map(|ports| ports.1), "fingerprint": mailboxes.fingerprint(), "password": "secret",
    });
    out::say(&line.to_string())?;
    told.wait().await
}

/// A letter with one file of chance octets, so many megabytes in all.
fn large_letter(megabytes: usize) -> Vec<u8> {
    let mut letter = b"From: scans@client.example\r\nTo: ada@office.example\r\nSubject: All the scans\r\nDate: Mon, 01 Jun 2026 10:00:00 +0000\r\n\
        Message-ID: <large@client.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHere they are.\r\n\
        --b\r\nContent-Type: application/octet-stream; name=scans.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        .to_vec();
    let mut chance = Dice::new(7);
    while letter.len() < megabytes * 1_000_000 {
        letter.extend_from_slice(base64::engine::general_purpose::STANDARD.encode(chance.bytes(57)).as_bytes());
        letter.extend_from_slice(b"\r\n");
    }
    letter.extend_from_slice(b"--b--\r\n");
    letter
}

/// Ctrl-C and SIGTERM, from the start on: whoever is ended while a server starts must still end that server.
struct Told {
    interrupt: Signal,
    terminate: Signal,
}

impl Told {
    fn listen() -> Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for a signal, or until whoever started this closes its standard input.
    async fn wait(mut self) -> Result<ExitCode> {
        let (tell, closed) = tokio::sync::oneshot::channel();
        // A thread of its own: a read of standard input cannot be cut short, and the process does not wait for this one.
        std::thread::spawn(move || {
            let ended = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            // Nobody listens any more when a signal came first.
            let _ = tell.send(ended);
        });
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            ended = closed => { ended.context("Waiting for the end of the input")??; }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write_corpus(dir: &std::path::Path, letters: &LetterOptions, clients: usize) -> Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("Making {}", dir.display()))?;
    let mut count = 0;
    for letter in letters.corpus() {
        std::fs::write(dir.join(format!("{:06}.eml", letter.truth.number)), &letter.raw)?;
        count += 1;
    }
    std::fs::write(dir.join("clients.csv"), clients_csv(clients))?;
    out::say(&format!("{count} letters and {clients} clients written to {}", dir.display()))
}
