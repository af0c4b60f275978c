//! The JSON API against its own description: schemathesis (from PyPI, in the target folder) asks whatever the description allows and much
//! that it does not. No answer may be a failure of ours, or another than described.

use super::{Outcome, Round};
use crate::project::complete;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

const GET: &str = "cargo xtask test --install api (needs python3 with venv, and the Python package index)";

/// Ends the server with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Fuzzes every operation of a fresh office.
pub fn fuzz(round: &Round) -> Result<Outcome> {
    let server = round.project.server(false);
    if !server.exists() {
        bail!("The server is not built: run the part `pages` first");
    }
    let Some(program) = program(round)? else { return Outcome::skipped("There is no schemathesis", GET) };
    let data = tempfile::tempdir()?;
    let command = |words: &[&str]| {
        let mut command = Command::new(&server);
        command.arg("--data").arg(data.path()).args(words);
        command
    };
    let made = command(&["token", "make", "--name", "fuzz"])
        .args(["clients.read", "clients.write", "letters.read", "letters.send"].iter().flat_map(|scope| ["--scope", scope]))
        .output()?;
    let token = String::from_utf8(made.stdout)?.trim().to_owned();
    if token.is_empty() {
        bail!("No token was made: {}", String::from_utf8_lossy(&made.stderr));
    }
    let mut running = command(&["serve", "--listen", "127.0.0.1:0", "--rate-limit", "0"]);
    let mut running = Running(running.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?);
    let out = running.0.stdout.take().context("The server says nothing")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    let place = line.trim().strip_prefix("Postroom is at ").with_context(|| format!("The server said: {line}"))?.to_owned();
    let mut asks = Command::new(program);
    asks.current_dir(data.path()).arg("run").arg(format!("{place}api/v1/openapi.json"));
    asks.args(["--header", &format!("Authorization: Bearer {token}")]);
    asks.args(["--max-examples", "60", "--seed", "1", "--phases", "examples,coverage,fuzzing"]);
    asks.args([
        "--checks",
        "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance",
    ]);
    complete(&mut asks)?;
    Outcome::passed()
}

/// The program, installed where that is allowed.
fn program(round: &Round) -> Result<Option<PathBuf>> {
    let folder = round.project.target.join("schemathesis");
    let program = folder.join("bin/schemathesis");
    if !program.exists() && round.install {
        complete(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        complete(Command::new(folder.join("bin/pip")).args(["install", "--quiet", "schemathesis>=4,<5"]))?;
    }
    Ok(program.exists().then_some(program))
}
