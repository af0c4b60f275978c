//! `cargo xtask test`: every test in parts, each of which passed, failed, or says why it could not run.
//!
//! To add a part: 1. a function that answers an [`Outcome`], 2. a line in [`PARTS`].

mod api;
mod browser;
mod deny;
mod install;
mod pages;
pub mod postgres;
mod rust;

use crate::args::Args;
use crate::project::Project;
use crate::say;
use anyhow::{Result, bail};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How a part went when it did not fail.
pub enum Outcome {
    /// It ran and all is well; the words are for the table.
    Passed(String),
    /// It could not run.
    Skipped {
        /// Why.
        why: String,
        /// How to get what it lacks.
        get: String,
    },
}

impl Outcome {
    fn passed() -> Result<Self> {
        Ok(Self::Passed(String::new()))
    }

    fn skipped(why: impl Into<String>, get: impl Into<String>) -> Result<Self> {
        Ok(Self::Skipped { why: why.into(), get: get.into() })
    }
}

/// One run over the parts.
pub struct Round<'a> {
    /// The checkout.
    pub project: &'a Project,
    /// A part that cannot run is a failure.
    pub strict: bool,
    /// What is missing may be installed.
    pub install: bool,
}

type Part = (&'static str, &'static str, fn(&Round) -> Result<Outcome>);

/// In an order in which each part finds compiled what the ones before needed.
const PARTS: [Part; 11] = [
    ("fmt", "the layout of the code", rust::fmt),
    ("clippy", "lints of server and pages, none allowed", rust::clippy),
    ("rust", "unit and integration tests, on SQLite, PostgreSQL and Dovecot", rust::tests),
    ("docs", "the examples in the documentation", rust::doc_tests),
    ("pages", "page code and site are built", pages::build),
    ("api", "the JSON API against its own description", api::fuzz),
    ("deny", "licences, banned crates, sources", deny::check),
    ("types", "the browser tests' own code", browser::types),
    ("browser", "journeys in Chromium, with and without JavaScript", browser::journeys),
    ("hostile", "letters that attack their reader: nothing runs, nothing is loaded", browser::hostile),
    ("axe", "accessibility of every page, light and dark", browser::axe),
];

/// Runs the parts asked for, all by default.
pub fn run(project: &Project, mut args: Args) -> Result<ExitCode> {
    if args.switch("--list") {
        PARTS.iter().for_each(|(name, what, _)| println!("{name:<10} {what}"));
        return Ok(ExitCode::SUCCESS);
    }
    let ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let round = Round { project, strict: args.switch("--strict") || ci, install: args.switch("--install") || ci };
    let only = args.plain()?;
    if let Some(unknown) = only.iter().find(|name| PARTS.iter().all(|(part, ..)| part != name)) {
        bail!("There is no part `{unknown}`; `cargo xtask test --list` names them");
    }
    let began = Instant::now();
    if round.install {
        install::packages(&round, &only)?;
    }
    let chosen = PARTS.iter().filter(|(name, ..)| only.is_empty() || only.iter().any(|wanted| wanted == name));
    let results: Vec<Line> = chosen.map(|part| one(&round, part)).collect();
    Ok(close(&results, began.elapsed()))
}

/// A line of the table at the end.
struct Line {
    name: &'static str,
    result: Result<Outcome>,
    took: Duration,
}

fn one(round: &Round, (name, what, run): &Part) -> Line {
    say(&format!("{name}: {what}"));
    let began = Instant::now();
    let result = match run(round) {
        Ok(Outcome::Skipped { why, get }) if round.strict => Err(anyhow::anyhow!("Could not run: {why}. To get it: {get}")),
        other => other,
    };
    let line = Line { name, result, took: began.elapsed() };
    println!("    {}", words(&line));
    line
}

fn words(line: &Line) -> String {
    let (word, more) = match &line.result {
        Ok(Outcome::Passed(note)) => ("passed", note.clone()),
        Ok(Outcome::Skipped { why, get }) => ("SKIPPED", format!("{why}. To get it: {get}")),
        Err(error) => ("FAILED", format!("{error:#}")),
    };
    format!("{:<10} {word:<8} {:>6.1} s  {more}", line.name, line.took.as_secs_f64()).trim_end().to_owned()
}

fn close(lines: &[Line], took: Duration) -> ExitCode {
    println!();
    lines.iter().for_each(|line| println!("{}", words(line)));
    let count = |wanted: fn(&Line) -> bool| lines.iter().filter(|line| wanted(line)).count();
    let failed = count(|line| line.result.is_err());
    let passed = count(|line| matches!(line.result, Ok(Outcome::Passed(_))));
    println!("\n{} s in all", took.as_secs());
    println!("{passed} passed, {failed} failed, {} skipped", lines.len() - passed - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
