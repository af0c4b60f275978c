//! `postroom import FILE… --account NAME`

use super::{Out, office};
use crate::office::archives::ArchiveAccount;
use crate::office::{Office, Principal};
use crate::settings::Shared;
use anyhow::{Context, Result, bail};
use clap::Args;
use model::{AccountId, Progress};
use postroom_sync::ArchiveFile;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Bring in files of letters: mbox, Maildir, .eml, or a zip of these
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub struct Import {
    /// Files and folders
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Name of the archive account; made if there is none
    #[arg(long)]
    account: String,
    /// Whose letters these are: decides which of them were sent (for a new account)
    #[arg(long, default_value = "")]
    address: String,
    #[command(flatten)]
    out: Out,
}

const HELP: &str = "\
Nothing is held twice: a letter that is here already is counted as \"elsewhere\". The same file again goes on where it
stopped, or changes nothing. Status 0 only when every letter of every file is accounted for.";

/// A line of progress is renewed this often on a terminal, …
const LIVELY: Duration = Duration::from_millis(500);
/// … and written this often into a file.
const CALM: Duration = Duration::from_secs(10);

impl Import {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        for file in &self.files {
            std::fs::metadata(file).with_context(|| format!("Reading {}", file.display()))?;
        }
        let office = office(shared).await?;
        let stop = super::collect::stop_on_interrupt();
        let wanted = ArchiveAccount { name: self.account.clone(), address: self.address.clone(), central: true };
        let account = office.archive_account(&Principal::Console, &wanted).await?;
        let mut whole = true;
        for file in &self.files {
            let import = import(&office, account, file, self.out, &stop);
            whole &= office.engine.index_beside(&stop, import).await?;
        }
        office.engine.index_waiting(&stop).await?;
        office.engine.import_waiting(&stop).await?;
        Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Imports one file; whether all of it is accounted for.
async fn import(office: &Office, account: AccountId, file: &Path, out: Out, stop: &CancellationToken) -> Result<bool> {
    let name = name_of(file)?;
    let archive = ArchiveFile::Path(file.to_owned());
    let import = office.import_archive(&Principal::Console, account, &name, archive, stop);
    let report = tokio::select! {
        report = import => report,
        () = tell(office, account) => bail!("the progress ended"),
    };
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
    let report = report.with_context(|| format!("Importing {}", file.display()))?;
    let sums = report.ledger;
    let json = serde_json::json!({
        "account": account, "file": name, "known": report.known, "looked_at": report.letters, "new": report.filed, "letters": sums.server,
        "filed": sums.filed, "elsewhere": sums.elsewhere, "excluded": sums.excluded, "errored": sums.errored, "missing": sums.missing,
    });
    out.row(&json, || {
        format!(
            "{name}\t{} new now\tletters {} = filed {} + elsewhere {} + excluded {} + errored {} + missing {}",
            report.filed, sums.server, sums.filed, sums.elsewhere, sums.excluded, sums.errored, sums.missing
        )
    })?;
    Ok(sums.missing == 0)
}

/// The file's own name, also of `.` and of a folder with a slash behind it.
fn name_of(file: &Path) -> Result<String> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    match name {
        Some(name) => Ok(name),
        None => Ok(std::fs::canonicalize(file)?.file_name().map_or_else(|| "archive".into(), |name| name.to_string_lossy().into_owned())),
    }
}

/// Tells on stderr how far it is, for ever.
pub(super) async fn tell(office: &Office, account: AccountId) {
    let terminal = std::io::stderr().is_terminal();
    let mut changes = office.engine.progress();
    let mut told = Instant::now();
    loop {
        let progress = match changes.recv().await {
            Ok(progress) => progress,
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => continue,
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return std::future::pending().await,
        };
        if progress.account_id != account || progress.finished || told.elapsed() < if terminal { LIVELY } else { CALM } {
            continue;
        }
        told = Instant::now();
        if terminal { eprint!("\r\x1b[K{}", line(&progress)) } else { eprintln!("{}", line(&progress)) }
    }
}

fn line(progress: &Progress) -> String {
    if progress.total == 0 {
        return progress.doing.clone();
    }
    let left = progress.seconds_left.map(|seconds| match seconds {
        0..90 => format!(", about {seconds} s left"),
        _ => format!(", about {} min left", seconds.saturating_add(30) / 60),
    });
    format!(
        "{}: {} of {} letters, {:.0} a second{}",
        progress.doing,
        progress.done,
        progress.total,
        progress.rate,
        left.unwrap_or_default()
    )
}
