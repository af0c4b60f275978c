//! `postroom verify`, `backup`, `restore` and `config`: the record as a whole.

use super::{Out, office, open_store, out};
use crate::office::Principal;
use crate::settings::{Serving, Shared};
use anyhow::{Context, Result};
use clap::Args;
use model::RereadState;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

/// Check the whole record: audit trail and stored letters
#[derive(Args, Debug)]
#[command(
    after_help = "Copies of letters that an earlier version stored have no seal, and verify says so. --seal hashes and reads each of them anew, seals\nthose that are what was filed, and writes that into the audit trail. A copy that was sealed when it was filed, and has\nlost its seal since, is named and not sealed again: look into it. What was changed together with everything that is recorded about it\ncannot be told: use --seal once, after the update."
)]
pub struct Verify {
    /// First seal copies of letters that have no seal, if they are what was filed
    #[arg(long)]
    seal: bool,
    #[command(flatten)]
    out: Out,
}

/// Read stored letters again: shows what would change; nothing changes without --accept
#[derive(Args, Debug)]
pub struct Reread {
    /// Write what was found
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    out: Out,
}

/// Write a backup into a new folder, while everything goes on
#[derive(Args, Debug)]
#[command(
    after_help = "The key file (postroom.key in the data folder) is not part of a backup: keep a copy of it in another place. Without it\nthe passwords of accounts cannot be opened and the audit trail cannot be checked."
)]
pub struct Backup {
    /// A folder that does not exist yet, or is empty
    dir: PathBuf,
    #[command(flatten)]
    out: Out,
}

/// Restore a backup into an empty store
#[derive(Args, Debug)]
#[command(
    after_help = "Put the key file (postroom.key) into the new data folder first:\n  mkdir new && cp /safe/postroom.key new/ && postroom --data new restore BACKUP"
)]
pub struct Restore {
    /// Folder of the backup
    dir: PathBuf,
    #[command(flatten)]
    out: Out,
}

/// Print the settings that count
#[derive(Args, Debug)]
pub struct Config {
    #[command(flatten)]
    out: Out,
    #[command(flatten)]
    serving: Serving,
}

impl Verify {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        if self.seal {
            let done = office.seal_copies(&Principal::Console).await?;
            for one in &done.left {
                eprintln!("{one}");
            }
            eprintln!("{} copies of letters sealed, {} left without a seal", done.sealed, done.left.len());
        }
        let found = office.verify(&Principal::Console).await?;
        for finding in &found.findings {
            eprintln!("{finding}");
        }
        let good = found.findings.is_empty();
        let verdict = if good { "all in order".to_owned() } else { format!("{} findings", found.findings.len()) };
        self.out.row(&found, || format!("{} events and {} stored copies of letters checked: {verdict}", found.events, found.blobs))?;
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Reread {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        let who = Principal::Console;
        let state = office.reread_view(&who).await?.job.filter(|job| job.parser == postroom_mail::PARSER_VERSION).map(|job| job.state);
        // One that was cut off goes on; what was found is looked for anew only when it is not to be written.
        let goes_on = match state {
            Some(RereadState::Looking | RereadState::Accepting) => true,
            Some(RereadState::Ready) => self.accept,
            Some(RereadState::Done) | None => false,
        };
        if !goes_on {
            office.begin_reread(&who).await?;
        }
        office.finish_reread(&who).await?;
        let found = office.reread_view(&who).await?;
        for one in &found.examples {
            eprintln!("Letter {}: {} ({})", one.letter, one.what, one.figures);
        }
        let changed = found.job.as_ref().map_or(0, |job| job.changed);
        let looked = found.job.as_ref().map_or(0, |job| job.looked);
        let ready = found.job.as_ref().is_some_and(|job| job.state == RereadState::Ready);
        if self.accept && ready && (changed > 0 || found.older > 0) {
            office.accept_reread(&who).await?;
            office.finish_reread(&who).await?;
            office.engine.index_waiting(&CancellationToken::new()).await?;
        }
        for one in office.reread_view(&who).await?.troubles {
            eprintln!("Letter {} could not be read again: {}", one.letter, one.why.words());
        }
        let end = if self.accept { "written" } else { "nothing is changed; --accept writes it" };
        self.out.row(&found, || format!("{looked} letters read, {changed} read otherwise now: {end}"))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Backup {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        let report = office.store.backup(&self.dir).await.with_context(|| format!("Writing the backup {}", self.dir.display()))?;
        office.record_backup(&Principal::Console).await?;
        let told = serde_json::json!({ "rows": report.rows, "octets": report.octets, "folder": self.dir });
        self.out
            .row(&told, || format!("{} rows and {} octets of letters written to {}", report.rows, report.octets, self.dir.display()))?;
        eprintln!("The key file is not in the backup. Keep a copy of {} in another place.", shared.data.join("postroom.key").display());
        Ok(ExitCode::SUCCESS)
    }
}

impl Restore {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let had_key = shared.data.join("postroom.key").exists() || std::env::var_os("POSTROOM_KEY").is_some();
        let store = open_store(shared).await?;
        let report = store.restore(&self.dir).await.with_context(|| format!("Restoring {}", self.dir.display()))?;
        store.close().await;
        let office = office(shared).await?;
        office.engine.index_waiting(&CancellationToken::new()).await?;
        if !had_key {
            eprintln!(
                "There was no key file in {}: the passwords of accounts must be entered again, and the audit trail cannot be checked.",
                shared.data.display()
            );
        }
        let told = serde_json::json!({ "rows": report.rows, "octets": report.octets });
        self.out.row(&told, || format!("{} rows and {} octets of letters restored", report.rows, report.octets))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Config {
    pub fn run(self, shared: &Shared) -> Result<ExitCode> {
        let serving = &self.serving;
        let rows = [
            ("data", shared.data.display().to_string()),
            ("database", shared.shown_database()),
            ("extra_ca", shared.extra_ca.as_ref().map(|file| file.display().to_string()).unwrap_or_default()),
            ("time_zone", shared.time_zone.clone().unwrap_or_else(|| "as this machine says".into())),
            ("log", shared.log_level(true).to_owned()),
            ("log_format", shared.log_format.to_string()),
            ("listen", serving.listen.to_string()),
            ("site", serving.site_folder().display().to_string()),
            ("public_url", serving.public_url.clone().unwrap_or_default()),
            ("behind_tls", serving.behind_tls.to_string()),
            ("poll_minutes", serving.poll_minutes.to_string()),
            ("rate_limit", serving.rate_limit.to_string()),
            ("stop_within", serving.stop_within.to_string()),
            ("metrics", if serving.metrics_token()?.is_some() { "on".into() } else { "off".into() }),
        ];
        for (name, value) in rows {
            if self.out.json {
                out::say(&serde_json::json!({ "name": name, "value": value }).to_string())?;
            } else {
                out::say(&format!("{name} = {value}"))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
