//! Playwright against the built server and a real Dovecot, in the machine's own Chromium.

use super::{Outcome, Round};
use crate::project::complete;
use crate::squeeze::{fingerprint, write_whole};
use crate::tools;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Journeys of people through the pages.
pub fn journeys(round: &Round) -> Result<Outcome> {
    playwright(round, &["journeys"])
}

/// Hostile letters in every view, all layers on and each switched off alone.
pub fn hostile(round: &Round) -> Result<Outcome> {
    playwright(round, &["hostile"])
}

/// The accessibility checks.
pub fn axe(round: &Round) -> Result<Outcome> {
    playwright(round, &["axe"])
}

/// The browser tests' own types.
pub fn types(round: &Round) -> Result<Outcome> {
    let Some(npm) = tools::NPM.find(round.project) else { return Outcome::skipped("There is no npm", tools::NPM.get) };
    packages(round, &npm)?;
    complete(in_end2end(round, &npm).args(["run", "--silent", "types"]))?;
    Outcome::passed()
}

fn playwright(round: &Round, folders: &[&str]) -> Result<Outcome> {
    let project = round.project;
    let found = [&tools::NPM, &tools::CHROMIUM, &tools::DOVECOT].map(|tool| (tool, tool.find(project)));
    if let Some((missing, _)) = found.iter().find(|(_, path)| path.is_none()) {
        return Outcome::skipped(format!("There is no {}", missing.name), missing.get);
    }
    let [npm, chromium, _] = found.map(|(_, path)| path.unwrap_or_default());
    let server = project.server(false);
    if !server.exists() || !project.site().join("assets.json").exists() {
        bail!("Server and site are not built: run the part `pages` first");
    }
    packages(round, &npm)?;
    let mut command = in_end2end(round, &npm);
    command.args(["exec", "--offline", "--", "playwright", "test"]).args(folders);
    command.env("POSTROOM_BIN", server).env("POSTROOM_SITE", project.site()).env("CHROMIUM", chromium);
    complete(&mut command)?;
    Outcome::passed()
}

/// Installs what the lock file names, unless exactly that is there. Inside `end2end/` only.
fn packages(round: &Round, npm: &Path) -> Result<()> {
    let folder = round.project.root.join("end2end");
    let lock = std::fs::read(folder.join("package-lock.json")).context("Reading end2end/package-lock.json")?;
    let note = folder.join("node_modules/.installed-from");
    let wanted = fingerprint(&lock);
    if std::fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    complete(in_end2end(round, npm).args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]))?;
    write_whole(&note, wanted.as_bytes())
}

fn in_end2end(round: &Round, npm: &Path) -> Command {
    let mut command = round.project.command(npm);
    command.current_dir(round.project.root.join("end2end")).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command
}
