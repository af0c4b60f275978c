//! `cargo xtask bench`: figures that anyone can repeat, beside those of other programs in the same run where there are any.

mod idle;
mod import;
mod measure;
mod pages;
mod read;

use crate::args::Args;
use crate::project::Project;
use anyhow::{Result, bail};
use std::process::ExitCode;

/// Runs the named bench.
pub fn run(project: &Project, mut args: Args) -> Result<ExitCode> {
    match args.first().as_deref() {
        Some("import") => import::run(project, args),
        Some("read") => read::run(project, args),
        Some("pages") => pages::run(project, args),
        Some("idle") => idle::run(project, args),
        _ => bail!("`cargo xtask bench import`, `read`, `pages` and `idle` are what there is"),
    }
}
