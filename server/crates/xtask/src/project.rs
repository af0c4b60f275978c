//! Where things are, and cargo called in a way that never makes it build the same thing twice.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The checkout and its target folder.
pub struct Project {
    /// The top of the checkout.
    pub root: PathBuf,
    /// Cargo's target folder, wherever `CARGO_TARGET_DIR` or a configuration file put it.
    pub target: PathBuf,
}

impl Project {
    /// Asked of the environment at run time, not compiled in: one target folder may serve several checkouts.
    pub fn find() -> Result<Self> {
        let own = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = own.ancestors().nth(3).context("The xtask is three folders below the top of the checkout")?.to_owned();
        let program = std::env::current_exe().context("Asking where this program stands")?;
        let target = program.ancestors().nth(2).context("This program stands in <target>/debug")?.to_owned();
        Ok(Self { root, target })
    }

    /// The built site: hashed assets, the public files and `assets.json`.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The server's binary.
    pub fn server(&self, release: bool) -> PathBuf {
        let profile = if release { "release" } else { "debug" };
        self.target.join(profile).join(format!("postroom{}", std::env::consts::EXE_SUFFIX))
    }

    /// A cargo command of this checkout.
    pub fn cargo(&self, words: &[&str]) -> Command {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = self.command(program);
        command.args(words).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// A command at the top of the checkout, without what `cargo run` left in the environment: build scripts
    /// watch some of those variables (ring's does) and would compile again each time.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            let left_behind = name.to_str().is_some_and(|name| {
                ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|prefix| name.starts_with(prefix))
                    || ["CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"].contains(&name)
            });
            if left_behind {
                command.env_remove(name);
            }
        }
        command
    }
}

/// Runs a command to its end with its output shown.
///
/// # Errors
/// Names the command when it cannot start or ends with another status than 0.
pub fn complete(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("Starting {}", line(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", line(command));
    }
    Ok(())
}

/// What a command prints, or `None` when it cannot start or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy());
    words.collect::<Vec<_>>().join(" ")
}
