//! The parts that cargo itself runs. All use one target folder and one set of features, so nothing compiles twice.

use super::postgres::Cluster;
use super::{Outcome, Round};
use crate::project::{answer, complete};
use crate::{say, tools, wasm};
use anyhow::Result;
use std::process::Command;

/// Everything but `frontend`, which asks `app` for other features.
const ALL: [&str; 3] = ["--workspace", "--exclude", "frontend"];

/// The layout of the code.
pub fn fmt(round: &Round) -> Result<Outcome> {
    if !component(round, "fmt", "rustfmt")? {
        return Outcome::skipped("There is no rustfmt", "rustup component add rustfmt");
    }
    complete(&mut round.project.cargo(&["fmt", "--all", "--check"]))?;
    Outcome::passed()
}

/// Whether cargo knows the command; with `--install` rustup may add what it lacks.
fn component(round: &Round, command: &str, name: &str) -> Result<bool> {
    let here = || answer(&mut round.project.cargo(&[command, "--version"])).is_some();
    if !here() && round.install && answer(round.project.command("rustup").arg("--version")).is_some() {
        complete(round.project.command("rustup").args(["component", "add", name]))?;
    }
    Ok(here())
}

/// Lints, in the server's shape and in the browser's.
pub fn clippy(round: &Round) -> Result<Outcome> {
    if !component(round, "clippy", "clippy")? {
        return Outcome::skipped("There is no clippy", "rustup component add clippy");
    }
    complete(round.project.cargo(&["clippy"]).args(ALL).args(["--all-targets", "--", "--deny", "warnings"]))?;
    wasm::ensure_target(round.project)?;
    complete(&mut round.project.cargo(&["clippy", "--package", "frontend", "--target", wasm::TARGET, "--", "--deny", "warnings"]))?;
    Outcome::passed()
}

/// Unit and integration tests. PostgreSQL runs for their length; tests find Dovecot themselves.
pub fn tests(round: &Round) -> Result<Outcome> {
    let project = round.project;
    let cluster = match tools::POSTGRES.find(project) {
        Some(initdb) => Some(Cluster::start(&initdb)?),
        None => None,
    };
    let mut command = runner(round);
    command.args(ALL);
    if let Some(cluster) = &cluster {
        command.env("POSTROOM_TEST_POSTGRES", cluster.url());
    }
    if round.strict {
        command.env("POSTROOM_TEST_STRICT", "1");
    }
    complete(&mut command)?;
    drop(cluster);
    let missing: Vec<_> = [&tools::POSTGRES, &tools::DOVECOT, &tools::POSTFIX, &tools::MBSYNC, &tools::QPDF, &tools::PDFTOTEXT]
        .into_iter()
        .filter(|tool| tool.find(project).is_none())
        .collect();
    if missing.is_empty() {
        return Outcome::passed();
    }
    let list = |word: fn(&tools::Tool) -> &str| missing.iter().map(|tool| word(tool)).collect::<Vec<_>>().join(", ");
    Outcome::skipped(format!("The tests that ran passed, but there is no {}", list(|tool| tool.name)), list(|tool| tool.get))
}

/// nextest where it is found, for its time limit on each test; else cargo's own runner.
fn runner(round: &Round) -> Command {
    if tools::NEXTEST.find(round.project).is_none() {
        say("cargo-nextest is not here: cargo test runs the same tests, without a time limit for each");
        return round.project.cargo(&["test", "--no-fail-fast", "--lib", "--bins", "--tests"]);
    }
    let settings = round.project.root.join("server/crates/xtask/nextest.toml");
    let mut command = round.project.cargo(&["nextest", "run", "--no-fail-fast", "--no-tests", "pass"]);
    command.arg("--config-file").arg(settings);
    command
}

/// The examples in the documentation.
pub fn doc_tests(round: &Round) -> Result<Outcome> {
    complete(round.project.cargo(&["test", "--doc"]).args(ALL))?;
    Outcome::passed()
}
