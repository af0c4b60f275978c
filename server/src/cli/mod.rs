//! The command line: a file a noun, each command a use case of the office in the console's name.
//!
//! Must never: print anything but the answer on stdout, or end with status 0 when something went wrong.

mod account;
mod action;
mod client;
mod collect;
mod import;
mod lab;
mod letters;
mod old_settings;
mod out;
mod outbox;
mod record;
mod token;
mod user;

use crate::clock::SystemClock;
use crate::notebook::Scribe;
use crate::office::{Office, OfficeSettings};
use crate::settings::{LogFormat, Serving, Shared};
use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use out::Out;
use postroom_connect::CertificateDer;
use postroom_store::Store;
use postroom_sync::{Engine, EngineSettings};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use tracing_subscriber::prelude::*;

/// Postroom: every letter filed once, against the right client.
#[derive(Parser, Debug)]
#[command(name = "postroom", version, about, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  postroom serve                                   start; the address and the set-up link are printed
  postroom serve --demo                            look around in a made-up office
  postroom account add office.toml                 connect a mailbox, test it, choose its folders
  postroom client import clients.csv --dry-run     see what a list would do
  postroom collect && postroom ledger              collect everything now, and count it
  postroom import old-mail.mbox --account Archive  bring in letters from a file
  postroom history K1001 --json | head -1          a client's newest letter, for a script

Every listing takes --json: one JSON object a line. Errors go to stderr, with an exit status other than 0.";

#[derive(Subcommand, Debug)]
enum Command {
    /// Start the server
    Serve(Serving),
    /// Users
    #[command(subcommand)]
    User(user::UserCommand),
    /// E-mail accounts
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Clients
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// Collect now; status 0 only when nothing is missing in any folder
    Collect(collect::Collect),
    /// Bring in files of letters: mbox, Maildir, .eml, or a zip of these
    Import(import::Import),
    /// Take the settings of the program before over: accounts that send, senders, web configurations
    ImportSettings(old_settings::ImportSettings),
    /// What became of every letter the servers count
    Ledger(collect::Ledger),
    /// A client's correspondence, newest first
    History(letters::History),
    /// Find letters
    Search(letters::Search),
    /// One letter
    Message(letters::Message),
    /// Planned letters: what is due, coming, failed or done
    #[command(subcommand)]
    Action(action::ActionCommand),
    /// Letters on their way out
    #[command(subcommand)]
    Outbox(outbox::OutboxCommand),
    /// Tokens by which other systems ask
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Check the whole record: audit trail and stored letters
    Verify(record::Verify),
    /// Read stored letters again: shows what would change; nothing changes without --accept
    Reread(record::Reread),
    /// Write a backup into a new folder, while everything goes on
    Backup(record::Backup),
    /// Restore a backup into an empty store
    Restore(record::Restore),
    /// Print the settings that count
    Config(record::Config),
    /// Run the connection doctor on an account
    Doctor(account::Doctor),
    /// Mail servers and letters to try things out with; nothing here touches the office
    #[command(subcommand)]
    Lab(lab::LabCommand),
}

/// Runs a command; what goes wrong is told on stderr.
pub async fn run(cli: Cli) -> ExitCode {
    start_log(&cli);
    match carry_out(cli).await {
        Ok(status) => status,
        Err(error) if out::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postroom: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What of the log is written at a level, or by a filter.
///
/// async-imap logs every octet at its lower levels, passwords and letters included, sqlx writes every statement, and others name servers or whole requests: that
/// is never wanted, whoever asks (I8).
pub fn log_filter(level: &str) -> EnvFilter {
    let level = format!("{level},{QUIET}");
    EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("warn"))
}

const QUIET: &str = "async_imap=warn,imap_proto=warn,rustls=warn,hyper=warn,hyper_util=warn,sqlx=off,tower_http=warn";

fn start_log(cli: &Cli) {
    let filter = log_filter(cli.shared.log_level(matches!(cli.command, Command::Serve(_))));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match cli.shared.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // A second start in one process (tests) keeps the first log.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).with(Scribe.with_filter(LevelFilter::WARN)).try_init();
}

async fn carry_out(cli: Cli) -> Result<ExitCode> {
    let shared = cli.shared;
    match cli.command {
        Command::Serve(serving) => crate::serve::serve(&shared, &serving).await,
        Command::User(command) => command.run(&shared).await,
        Command::Account(command) => command.run(&shared).await,
        Command::Client(command) => command.run(&shared).await,
        Command::Collect(command) => command.run(&shared).await,
        Command::Import(command) => command.run(&shared).await,
        Command::Token(command) => command.run(&shared).await,
        Command::ImportSettings(command) => command.run(&shared).await,
        Command::Ledger(command) => command.run(&shared).await,
        Command::History(command) => command.run(&shared).await,
        Command::Search(command) => command.run(&shared).await,
        Command::Message(command) => command.run(&shared).await,
        Command::Action(command) => command.run(&shared).await,
        Command::Outbox(command) => command.run(&shared).await,
        Command::Verify(command) => command.run(&shared).await,
        Command::Reread(command) => command.run(&shared).await,
        Command::Backup(command) => command.run(&shared).await,
        Command::Restore(command) => command.run(&shared).await,
        Command::Config(command) => command.run(&shared),
        Command::Doctor(command) => command.run(&shared).await,
        Command::Lab(command) => command.run().await,
    }
}

/// Opens the store and the office on it, with settings of its own; certificates and time zone come from the command line on top. The
/// engine is at rest.
pub async fn open_office_with(shared: &Shared, poll: Duration, mut settings: OfficeSettings) -> Result<Arc<Office>> {
    let store = Arc::new(open_store(shared).await?);
    settings.extra_roots.extend(extra_roots(shared.extra_ca.as_ref())?);
    settings.time_zone = shared.time_zone.as_deref().map(jiff::tz::TimeZone::get).transpose().context("Reading --time-zone")?;
    let clock = Arc::new(SystemClock);
    let extra_roots = settings.extra_roots.clone();
    let time_zone = settings.time_zone.clone().unwrap_or_else(jiff::tz::TimeZone::system);
    let engine = Engine::new(store, clock.clone(), EngineSettings { poll, extra_roots, time_zone, ..EngineSettings::default() });
    Ok(Arc::new(Office::new(Arc::new(engine), clock, settings)))
}

/// For commands: no cookies, the usual poll.
async fn office(shared: &Shared) -> Result<Arc<Office>> {
    open_office_with(shared, EngineSettings::default().poll, OfficeSettings::default()).await
}

async fn open_store(shared: &Shared) -> Result<Store> {
    postroom_store::private_folder(&shared.data).with_context(|| format!("Making the data folder {}", shared.data.display()))?;
    Store::open(&shared.database_url(), &shared.data).await.with_context(|| format!("Opening the store {}", shared.shown_database()))
}

/// The certificates of a PEM file.
fn extra_roots(file: Option<&PathBuf>) -> Result<Vec<CertificateDer<'static>>> {
    use rustls::pki_types::pem::PemObject;
    let Some(file) = file else { return Ok(Vec::new()) };
    let bytes = std::fs::read(file).with_context(|| format!("Reading {}", file.display()))?;
    let roots =
        CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>().with_context(|| format!("Reading {}", file.display()))?;
    if roots.is_empty() {
        bail!("{} holds no certificate (PEM)", file.display());
    }
    Ok(roots)
}
