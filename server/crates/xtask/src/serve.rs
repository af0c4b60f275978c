//! `serve` and `build`: from a fresh checkout to a running Postroom.

use crate::args::Args;
use crate::project::{Project, complete};
use crate::{assets, say, wasm};
use anyhow::{Context, Result};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Builds everything, then becomes the server, so that Ctrl-C and the exit status are the server's own.
pub fn run(project: &Project, mut args: Args) -> Result<ExitCode> {
    let release = args.switch("--release");
    let data = args.value("--data")?.unwrap_or_else(|| "./data".to_owned());
    let database = args.value("--database")?;
    let listen = args.value("--listen")?.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let more = args.rest();
    args.end()?;
    everything(project, release)?;

    // Not at the top of the checkout but where the person stands: `--data ./office` means his or her folder.
    let mut server = Command::new(project.server(release));
    server.arg("--data").arg(data);
    if let Some(url) = database {
        server.arg("--database").arg(url);
    }
    server.arg("serve").arg("--site").arg(project.site()).arg("--listen").arg(listen).args(more);
    say("Starting Postroom (Ctrl-C ends it)");
    become_it(server)
}

/// Builds without starting.
pub fn build(project: &Project, mut args: Args) -> Result<ExitCode> {
    let release = args.switch("--release");
    args.end()?;
    let site = everything(project, release)?;
    println!("server  {}", project.server(release).display());
    println!("site    {}", project.site().display());
    println!("page code after Brotli: {} kB{}", site.wasm_brotli / 1000, budget(site.wasm_brotli, release));
    println!("To run it elsewhere, copy both and type: postroom --data DIR serve --site SITE --listen ADDR");
    Ok(ExitCode::SUCCESS)
}

/// What the size means; only a release is held to the budget.
pub fn budget(size: u64, release: bool) -> String {
    match (release, size <= assets::WASM_BUDGET) {
        (false, _) => " (development build; the budget is for a release)".to_owned(),
        (true, true) => format!(" of a budget of {} kB", assets::WASM_BUDGET / 1000),
        (true, false) => format!(", OVER the budget of {} kB", assets::WASM_BUDGET / 1000),
    }
}

fn everything(project: &Project, release: bool) -> Result<assets::Site> {
    let began = Instant::now();
    let site = site(project, release)?;
    server(project, release)?;
    say(&format!("Everything is built ({} s)", began.elapsed().as_secs()));
    Ok(site)
}

/// The page code and the files beside it.
pub fn site(project: &Project, release: bool) -> Result<assets::Site> {
    wasm::ensure_target(project)?;
    let module = wasm::compile(project, release)?;
    assets::build(project, &module, release)
}

/// The server's binary.
pub fn server(project: &Project, release: bool) -> Result<()> {
    let how_long = match (project.server(release).exists(), release) {
        (true, _) => "seconds to a minute if little changed",
        (false, false) => "the first time 6 to 10 minutes on two cores",
        (false, true) => "the first time 12 to 20 minutes on two cores",
    };
    say(&format!("Building the server ({how_long})"));
    let mut words = vec!["build", "--package", "postroom"];
    words.extend(release.then_some("--release"));
    complete(&mut project.cargo(&words))
}

#[cfg(unix)]
fn become_it(mut server: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(server.exec()).context("Starting the server")
}

#[cfg(not(unix))]
fn become_it(mut server: Command) -> Result<ExitCode> {
    let status = server.status().context("Starting the server")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
