//! `cargo xtask bench read`: a large store, made through its own import, and how long what people ask of it takes.

use crate::args::Args;
use crate::project::{Project, complete};
use crate::say;
use anyhow::{Context, Result};
use std::fs;
use std::process::{Command, ExitCode};

/// Runs the bench.
pub fn run(project: &Project, mut args: Args) -> Result<ExitCode> {
    let letters = args.value("--letters")?.unwrap_or_else(|| "1000000".to_owned());
    let clients = args.value("--clients")?.unwrap_or_else(|| "20000".to_owned());
    let times = args.value("--times")?.unwrap_or_else(|| "300".to_owned());
    let database = args.value("--database")?;
    let debug = args.switch("--debug");
    // The store stays, and the next run with this word asks it again.
    let keep = args.switch("--keep");
    args.end()?;
    say("Building the bench");
    // Together with the program, so that what both need is built once.
    let mut words = vec!["build", "--package", "postroom", "--package", "postroom-sync", "--example", "reading"];
    words.extend((!debug).then_some("--release"));
    complete(&mut project.cargo(&words))?;
    let program = project.target.join(if debug { "debug" } else { "release" }).join("examples").join("reading");
    let data = project.target.join("bench-read");
    if data.exists() && !keep {
        fs::remove_dir_all(&data).context("Emptying the folder of the last bench")?;
    }
    fs::create_dir_all(&data)?;
    let url = database.unwrap_or_else(|| format!("sqlite:{}", data.join("postroom.db").display()));
    say(&format!("Making {letters} letters and {clients} clients"));
    let outcome = complete(Command::new(program).arg(&data).args([&url, &letters, &clients, &times]));
    let octets: u64 = fs::read_dir(&data)?.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len())).sum();
    println!("the database (if it is SQLite): {} MB", octets / 1_000_000);
    if !keep {
        fs::remove_dir_all(&data)?;
    }
    outcome?;
    Ok(ExitCode::SUCCESS)
}
