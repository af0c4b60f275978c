//! `cargo xtask fuzz`: the seeded nonsense of the tests, more of it.

use crate::args::Args;
use crate::project::{Project, complete};
use crate::say;
use anyhow::Result;
use std::process::ExitCode;

/// Package, its target, the tests in it.
const READERS: [(&str, &[&str], &str); 3] = [
    ("postroom-mail", &["--test", "fuzz"], "letters, addresses, HTML, searches"),
    ("postroom-connect", &["--lib", "hostile"], "a mail server's answers, its certificate, names of folders"),
    ("postroom", &["--lib", "nonsense"], "lists of clients"),
];

/// Runs them all.
pub fn run(project: &Project, mut args: Args) -> Result<ExitCode> {
    let inputs = args.value("--inputs")?.unwrap_or_else(|| "1000000".to_owned());
    let seed = match args.value("--seed")? {
        Some(seed) => seed,
        None => std::time::UNIX_EPOCH.elapsed().map_or(1, |since| 1 + since.as_millis() % 1_000_000).to_string(),
    };
    args.end()?;
    for (package, target, what) in READERS {
        say(&format!("{what}: {inputs} inputs, seed {seed}"));
        let mut command = project.cargo(&["test", "--package", package]);
        command.args(target).env("POSTROOM_FUZZ_INPUTS", &inputs).env("POSTROOM_SEED", &seed);
        complete(&mut command)?;
    }
    Ok(ExitCode::SUCCESS)
}
