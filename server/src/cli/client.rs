//! `postroom client …`

use super::{Out, office};
use crate::office::Principal;
use crate::settings::Shared;
use anyhow::{Context, Result};
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand, Debug)]
pub enum ClientCommand {
    /// Import a list of clients (CSV); the same code updates, nothing is deleted
    #[command(
        after_help = "Columns: code,name,self1,self2,self3,partner1,partner2,partner3 and optionally cost_centre.\nAn empty cell leaves what is on file. Comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252."
    )]
    Import {
        /// The list
        file: PathBuf,
        /// Only say what it would do
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        out: Out,
    },
    /// List clients
    List {
        #[command(flatten)]
        out: Out,
    },
}

impl ClientCommand {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        match self {
            Self::Import { file, dry_run, out } => import(shared, &file, dry_run, out).await,
            Self::List { out } => list(shared, out).await,
        }
    }
}

async fn import(shared: &Shared, file: &PathBuf, dry_run: bool, out: Out) -> Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| format!("Reading {}", file.display()))?;
    let report = office(shared).await?.import_file(&Principal::Console, bytes, dry_run).await?;
    for (line, sentence) in &report.refused {
        eprintln!("{}:{line}: {sentence}", file.display());
    }
    for (line, sentence) in &report.merged {
        eprintln!("{}:{line}: {sentence}", file.display());
    }
    let refused = report.refused.len() as i64 + report.more_refused;
    if report.more_refused > 0 {
        eprintln!("{}: {} more lines are refused", file.display(), report.more_refused);
    }
    let would = if report.dry_run { "Would be " } else { "" };
    out.row(&report, || {
        format!("{would}added: {}, updated: {}, unchanged: {}, refused: {}", report.added, report.updated, report.unchanged, refused)
    })?;
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn list(shared: &Shared, out: Out) -> Result<ExitCode> {
    let office = office(shared).await?;
    let mut cursor = None;
    loop {
        let page = office.clients(&Principal::Console, "", model::ClientOrder::Name, cursor.as_deref()).await?;
        for model::ClientLine { card, .. } in &page.rows {
            let addresses: Vec<&str> = card.addresses.iter().map(|address| address.address.as_str()).collect();
            out.row(card, || {
                format!("{}\t{}\t{}\t{}", card.code, card.name, card.cost_centre.as_deref().unwrap_or(""), addresses.join(" "))
            })?;
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(ExitCode::SUCCESS),
        }
    }
}
