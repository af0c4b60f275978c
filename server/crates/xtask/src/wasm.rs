//! The page code: compiled to WASM, then given its JavaScript by the bindgen tool of exactly the pinned version.

use crate::project::{Project, answer, complete};
use crate::say;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// The target of the page code.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the WASM target through rustup when the tool chain lacks it.
///
/// # Errors
/// Without rustup it says the one line to type.
pub fn ensure_target(project: &Project) -> Result<()> {
    if has_target(project) {
        return Ok(());
    }
    if answer(project.command("rustup").arg("--version")).is_none() {
        bail!(
            "This Rust has no `{TARGET}` target and there is no rustup to add it. \
             Debian and Ubuntu: `apt-get install libstd-rust-dev-wasm32`; otherwise install Rust from rustup.rs and type `rustup target add {TARGET}`"
        );
    }
    say("Adding the WASM target to Rust (about 20 MB, once)");
    complete(project.command("rustup").args(["target", "add", TARGET]))
}

/// Whether the compiler in use can compile to WASM; asked of its own folder, so it is right without rustup too.
pub fn has_target(project: &Project) -> bool {
    let folder = answer(project.command("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    entries.is_some_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-")))
}

/// Compiles the page code; answers where the module stands.
pub fn compile(project: &Project, release: bool) -> Result<PathBuf> {
    let (profile, folder) = if release { ("wasm-release", "wasm-release") } else { ("dev", "debug") };
    let module = project.target.join(TARGET).join(folder).join("frontend.wasm");
    let how_long = if module.exists() { "seconds if little changed" } else { "the first time 2 to 5 minutes on two cores" };
    say(&format!("Building the page code ({how_long})"));
    let mut cargo = project.cargo(&["build", "--package", "frontend", "--target", TARGET, "--profile", profile]);
    if release {
        cargo.arg("--config").arg(without_paths_of_this_machine(project)?);
    }
    complete(&mut cargo)?;
    Ok(module)
}

/// A setting for cargo under which the page code names its sources below their crates: every visitor loads it, and what it says of a panic
/// need not tell where somebody's home is. It also makes a release the same octets wherever it is built.
fn without_paths_of_this_machine(project: &Project) -> Result<String> {
    let mut folders = vec![project.root.clone()];
    if let Some(home) = cargo_home() {
        let registries = std::fs::read_dir(home.join("registry/src")).into_iter().flatten();
        folders.extend(registries.flatten().map(|entry| entry.path()));
    }
    let flags = folders.iter().map(|folder| Ok(format!("--remap-path-prefix={}/=", folder.to_str().context("A path that is no text")?)));
    // TOML takes JSON's strings, and a list of them.
    Ok(format!("target.{TARGET}.rustflags={}", serde_json::to_string(&flags.collect::<Result<Vec<_>>>()?)?))
}

/// Where cargo keeps the sources of what this is built from.
fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))
}

/// The pair that a browser loads, and the small scripts some crates bring along.
pub struct Bound {
    /// The JavaScript module; its default export takes `{module_or_path}`, the address of the WASM.
    pub script: Vec<u8>,
    /// The WASM.
    pub module: Vec<u8>,
    /// Path below `pkg/` and content.
    pub snippets: Vec<(String, Vec<u8>)>,
}

/// Runs bindgen in this process. The page names the WASM itself, so the script must not guess an address.
pub fn bind(module: &Path, stage: &Path) -> Result<Bound> {
    if stage.exists() {
        std::fs::remove_dir_all(stage).with_context(|| format!("Clearing {}", stage.display()))?;
    }
    Bindgen::new()
        .input_path(module)
        .out_name("postroom")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .keep_debug(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(stage)
        .context("Giving the page code its JavaScript (bindgen)")?;
    let read = |name: &str| std::fs::read(stage.join(name)).with_context(|| format!("Reading {name} from bindgen"));
    let mut snippets = Vec::new();
    collect(stage, &stage.join("snippets"), &mut snippets)?;
    let bound = Bound { script: read("postroom.js")?, module: read("postroom_bg.wasm")?, snippets };
    std::fs::remove_dir_all(stage).with_context(|| format!("Clearing {}", stage.display()))?;
    Ok(bound)
}

fn collect(base: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(base, &path, found)?;
        } else {
            let name = path.strip_prefix(base)?.to_string_lossy().replace('\\', "/");
            found.push((name, std::fs::read(&path)?));
        }
    }
    Ok(())
}
