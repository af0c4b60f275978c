//! `serve` and `build`: from a fresh checkout to a running Postroom.

use crate::args::Args;
use crate::project::{Project, complete};
use crate::{assets, say, wasm};
use anyhow::{Context, Result};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Builds everything, then becomes the server, so that Ctrl-C and the exit status are the server's own.
pub fn run(project: &Project, mut args: Args) -> Result<ExitCode> {
    let (release, demo) = (args.switch("--release"), args.switch("--demo"));
    let (data, database, listen) = (args.value("--data")?, args.value("--database")?, args.value("--listen")?);
    let more = args.rest();
    args.end()?;
    everything(project, release)?;

    // Not at the top of the checkout but where the person stands: `--data ./office` means his or her folder.
    // What is not given is the server's to decide, by its variables or defaults.
    let mut server = Command::new(project.server(release));
    let given = |server: &mut Command, name: &str, value: Option<String>| {
        if let Some(value) = value {
            server.arg(name).arg(value);
        }
    };
    given(&mut server, "--data", data);
    given(&mut server, "--database", database);
    server.arg("serve").arg("--site").arg(project.site());
    if demo {
        server.arg("--demo");
    }
    given(&mut server, "--listen", listen);
    server.args(more);
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
    Ok(if within_budget(site.wasm_brotli, release) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether the page code is as small as it has to be; a release that is not was built for nothing.
fn within_budget(size: u64, release: bool) -> bool {
    !release || size <= assets::WASM_BUDGET
}

/// What the size means; only a release is held to the budget.
pub fn budget(size: u64, release: bool) -> String {
    match (release, within_budget(size, release)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_with_too_much_page_code_fails_and_a_development_build_does_not() {
        assert!(within_budget(assets::WASM_BUDGET, true));
        assert!(!within_budget(assets::WASM_BUDGET + 1, true));
        assert!(within_budget(10 * assets::WASM_BUDGET, false));
        assert!(budget(500_000, true).contains("OVER the budget of 160 kB"));
    }
}
