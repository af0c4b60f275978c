//! `cargo xtask bench`: figures that anyone can repeat, always beside those of other programs in the same run.

mod import;
mod measure;

use crate::args::Args;
use crate::project::Project;
use anyhow::{Result, bail};
use std::process::ExitCode;

/// Runs the named bench.
pub fn run(project: &Project, mut args: Args) -> Result<ExitCode> {
    match args.first().as_deref() {
        Some("import") => import::run(project, args),
        _ => bail!("`cargo xtask bench import` is what there is"),
    }
}
