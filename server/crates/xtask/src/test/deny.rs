//! Licences, banned crates and sources of everything we depend on (`deny.toml`).

use super::{Outcome, Round, install};
use crate::project::complete;
use crate::tools;
use anyhow::Result;

/// Runs cargo-deny. Advisories are left out: they need the open internet.
pub fn check(round: &Round) -> Result<Outcome> {
    let found = match tools::DENY.find(round.project) {
        None if round.install => install::deny(round)?,
        found => found,
    };
    let Some(program) = found else { return Outcome::skipped("There is no cargo-deny", tools::DENY.get) };
    let mut command = round.project.command(program);
    complete(command.args(["--log-level", "error", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))?;
    Outcome::passed()
}
