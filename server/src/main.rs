//! `postroom`: see `postroom --help`.

use clap::Parser;
use postroom_server::cli::{Cli, run};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    run(Cli::parse()).await
}
