//! `cargo xtask torture`: the kills of the tests, ten times as many: N by IMAP and of restores, a third of N
//! each by POP3 and at Microsoft 365, a tenth of N while an outbox of 2 N letters is sent, and as many of the import rules.

use crate::args::Args;
use crate::project::{Project, complete};
use crate::test::postgres::Cluster;
use crate::tools;
use anyhow::Result;
use std::process::ExitCode;

/// Runs the kills.
pub fn run(project: &Project, mut args: Args) -> Result<ExitCode> {
    let kills = args.value("--kills")?.unwrap_or_else(|| "500".to_owned());
    let seed = args.value("--seed")?.unwrap_or_else(|| "0".to_owned());
    args.end()?;
    let cluster = tools::POSTGRES.find(project).map(|initdb| Cluster::start(&initdb)).transpose()?;
    let mut command = project.cargo(&["test", "--package", "postroom", "--test", "kills", "--", "--nocapture"]);
    command.env("POSTROOM_KILLS", kills).env("POSTROOM_SEED", seed);
    if let Some(cluster) = &cluster {
        command.env("POSTROOM_TEST_POSTGRES", cluster.url());
    }
    complete(&mut command)?;
    Ok(ExitCode::SUCCESS)
}
