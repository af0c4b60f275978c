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
    complete(&mut project.cargo(&["build", "--package", "frontend", "--target", TARGET, "--profile", profile]))?;
    Ok(module)
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
