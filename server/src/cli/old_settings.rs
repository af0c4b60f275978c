//! `postroom import-settings FILE`: what the program before knew about sending (FC-32 to FC-35).

use super::{Out, office};
use crate::office::Principal;
use crate::old_settings::{plan, read};
use crate::settings::Shared;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args, Debug)]
#[command(after_help = "\
INI:  [global], [user NAME], [web NAME] with NAME = VALUE below.
CSV:  scope,name,property,value
JSON: {\"global\": {…}, \"users\": {\"NAME\": {…}}, \"web_configurations\": {\"NAME\": {…}}}

Every setting is told of: what it became, or why it is not taken. The status is 0 when everything that was to be made was made.
Delete the file afterwards: it holds passwords.")]
pub struct ImportSettings {
    /// The old settings
    file: PathBuf,
    /// Only say what it would do
    #[arg(long)]
    dry_run: bool,
    /// The office's name on letters that nobody writes, where the file names none
    #[arg(long, default_value = "")]
    sender_name: String,
    /// The office's address, where the file names none
    #[arg(long, default_value = "")]
    sender_address: String,
    /// Cost centre of the web configurations, if there is more than one
    #[arg(long)]
    cost_centre: Option<String>,
    #[command(flatten)]
    out: Out,
}

impl ImportSettings {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let bytes = std::fs::read(&self.file).with_context(|| format!("Reading {}", self.file.display()))?;
        let text = crate::client_list::decode(&bytes).text;
        let old = match read(&text) {
            Ok(old) => old,
            Err(why) => bail!("{}: {why}", self.file.display()),
        };
        let plan = plan(&old, (&self.sender_name, &self.sender_address));
        let office = office(shared).await?;
        let lines = office.take_old_settings(&Principal::Console, &plan, self.cost_centre.as_deref(), self.dry_run).await?;
        for line in &lines {
            self.out.row(line, || {
                let mark = if line.taken { "+" } else { "-" };
                format!("{mark} {}: {}: {}", line.whose, line.setting, line.words)
            })?;
        }
        let failed = lines.iter().any(|line| !line.taken && (line.words.contains("Meant for:") || line.words.starts_with("Not made:")));
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
