//! `postroom`: see `postroom --help`.

use clap::Parser;
use postroom_server::cli::{Cli, run};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    // On a worker of its own: whatever runs on the thread that waits for it is woken through another thread at each packet.
    match tokio::spawn(run(Cli::parse())).await {
        Ok(code) => code,
        Err(ended) => std::panic::resume_unwind(ended.into_panic()),
    }
}
