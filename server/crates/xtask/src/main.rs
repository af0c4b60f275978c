//! `cargo xtask`: the project's own commands, so that a newcomer needs Rust and nothing else.
//!
//! Must never: install anything system-wide without `--install`, end a process it did not start, or count a
//! part that could not run as passed. Few dependencies, since this is compiled before the first word appears.
//!
//! To add a command: 1. a file with one `run`, 2. a line in [`run`], 3. a line in [`HELP`].
#![expect(clippy::print_stdout, reason = "a command for the terminal: what it does and found is its output")]

mod args;
mod assets;
mod bench;
mod css;
mod fuzz;
mod project;
mod serve;
mod squeeze;
mod test;
mod tools;
mod torture;
mod wasm;

use anyhow::{Result, bail};
use args::Args;
use project::Project;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  serve    build everything and start Postroom
             --release          optimised (the first build takes about twice as long)
             --demo             a made-up office to look around in: clients, letters, mail servers
             --data DIR         where Postroom keeps its data (./data)
             --database URL     postgres://… instead of the SQLite file in the data folder
             --listen ADDR      address and port (127.0.0.1:3000; the next free port if taken)
             -- MORE            everything after `--` goes to `postroom serve`
  build    the same without starting it; --release
  test     every test
             --install          install what is missing (Debian packages when root, cargo-deny)
             --strict           a part that cannot run is a failure (CI=true means --install --strict)
             PART …             only these parts; `cargo xtask test --list` names them
  bench    import: collecting a mailbox, beside mbsync and Python's imaplib (needs Dovecot, mbsync, Python)
             --letters N        how many (20000), about 70 kB each
             --rounds N         runs of each, in turn (3)
             --small            letters of about 4 kB
             --program FILE     this program instead of building one
             --round-trip MS    a server so far away (0)
             --large MB         one letter more, so large (0)
             --debug            the development build
           read: histories, searches and letters of a large store
             --letters N        how many (1000000), about 2 kB each
             --clients N        how many (20000)
             --times N          questions of each kind (300)
             --database URL     an empty PostgreSQL database instead of a SQLite file
             --debug            the development build
           idle: the memory of a server with many accounts at rest
             --accounts N       how many (100), and twice as many beside
             --program FILE, --debug
  torture  collections, sending and restores killed at random moments and at every commit, sync, command and answer (needs Dovecot)
             --kills N          how many (500), half of them on PostgreSQL if it is here
             --seed N           the same kills again
  fuzz     seeded nonsense for everything that reads what strangers send
             --inputs N         how many for each reader (1000000)
             --seed N           the same nonsense again
  doctor   which tools are here, what each is for, and how to get the missing ones
";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let args = Args::new(words);
    let project = Project::find()?;
    match command.as_str() {
        "serve" => serve::run(&project, args),
        "build" => serve::build(&project, args),
        "test" => test::run(&project, args),
        "bench" => bench::run(&project, args),
        "fuzz" => fuzz::run(&project, args),
        "torture" => torture::run(&project, args),
        "doctor" => {
            args.end()?;
            Ok(tools::doctor(&project))
        }
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("There is no command `{other}`\n\n{HELP}"),
    }
}

/// Says what begins now.
fn say(text: &str) {
    println!("==> {text}");
}
