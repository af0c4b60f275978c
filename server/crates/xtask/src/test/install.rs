//! What `--install` may do: Debian packages as root, and cargo-deny into the target folder. Nothing else, nowhere else.

use super::Round;
use crate::project::{answer, complete};
use crate::say;
use crate::tools::{self, Tool};
use anyhow::Result;
use std::path::PathBuf;

/// Which tools the parts need.
fn wanted(only: &[String]) -> Vec<&'static Tool> {
    let needs: [(&str, &[&'static Tool]); 4] = [
        ("rust", &[&tools::DOVECOT, &tools::POSTFIX, &tools::POSTGRES, &tools::MBSYNC, &tools::QPDF, &tools::PDFTOTEXT]),
        ("types", &[&tools::NPM]),
        ("browser", &[&tools::DOVECOT, &tools::CHROMIUM, &tools::NPM]),
        ("axe", &[&tools::DOVECOT, &tools::CHROMIUM, &tools::NPM]),
    ];
    needs
        .iter()
        .filter(|(part, _)| only.is_empty() || only.iter().any(|name| name == part))
        .flat_map(|(_, tools)| tools.iter().copied())
        .collect()
}

/// Installs the Debian packages that are missing, when this is Debian and we are root; otherwise says the line to type.
pub fn packages(round: &Round, only: &[String]) -> Result<()> {
    let mut packages: Vec<&str> =
        wanted(only).into_iter().filter(|tool| tool.find(round.project).is_none()).flat_map(|tool| tool.package.split(' ')).collect();
    packages.sort_unstable();
    packages.dedup();
    if packages.is_empty() {
        return Ok(());
    }
    let root = answer(round.project.command("id").arg("-u")).is_some_and(|id| id == "0");
    if !root || answer(round.project.command("apt-get").arg("--version")).is_none() {
        say(&format!(
            "Not root on Debian, so not installed: {}. To get them: sudo apt-get install {}",
            packages.join(", "),
            packages.join(" ")
        ));
        return Ok(());
    }
    say(&format!("Installing {} (a few minutes)", packages.join(", ")));
    let apt = || {
        let mut command = round.project.command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["--quiet", "--quiet"]);
        command
    };
    complete(apt().arg("update"))?;
    complete(apt().args(["install", "--yes", "--no-install-recommends"]).args(&packages))
}

/// Compiles cargo-deny into the target folder, so that the next run finds it. Not optimised: it runs for seconds.
pub fn deny(round: &Round) -> Result<Option<PathBuf>> {
    say("Installing cargo-deny (once; two minutes on two cores)");
    let folder = round.project.target.join("tools");
    let mut command = round.project.cargo(&["install", "--locked", "--debug", "--no-track", "--quiet", "cargo-deny", "--root"]);
    command.arg(&folder).env("CARGO_TARGET_DIR", folder.join("build")).env("CARGO_PROFILE_DEV_DEBUG", "false");
    complete(&mut command)?;
    std::fs::remove_dir_all(folder.join("build"))?;
    Ok(tools::DENY.find(round.project))
}
