//! The site: what browsers load, named by content, compressed once, listed for the server in `assets.json`.

use crate::project::Project;
use crate::squeeze::{SiteFolder, fingerprint, hashed_name, write_whole};
use crate::{css, say, wasm};
use anyhow::{Context, Result};
use std::path::Path;
use std::time::Instant;

/// Octets of compressed page code that a release stays below. What was promised is 500 kB, what was aimed at 271 (ECOSYSTEM: first visit on a
/// slow line); this guards what was reached. The rest of a first page is weighed by a journey (`end2end/journeys/weight`).
pub const WASM_BUDGET: u64 = 160_000;

/// What was built.
pub struct Site {
    /// Octets of the WASM after Brotli.
    pub wasm_brotli: u64,
}

/// The addresses of the page code, and what they were made from.
struct PageCode {
    script: String,
    module: String,
    snippets: Vec<String>,
}

/// Builds or refreshes the site from a compiled module.
pub fn build(project: &Project, module: &Path, release: bool) -> Result<Site> {
    let folder = project.site();
    let note = folder.join("made-from");
    let made_from = made_from(module, release)?;
    let mut site = SiteFolder::new(&folder, if release { 11 } else { 5 });
    let code = match unchanged(&note, &made_from, &mut site) {
        Some(code) => code,
        None => bind(project, module, release, &mut site)?,
    };
    let style = style(project, &mut site)?;
    public(&project.root.join("public"), "", &mut site)?;
    let list = format!("{{\"js\":\"/pkg/{}\",\"wasm\":\"/pkg/{}\",\"css\":\"/pkg/{style}\"}}\n", code.script, code.module);
    site.put("assets.json", list.as_bytes())?;
    let lines = [vec![made_from, code.script, code.module.clone()], code.snippets].concat();
    write_whole(&note, lines.join("\n").as_bytes())?;
    site.keep("made-from");
    site.sweep()?;
    Ok(Site { wasm_brotli: site.brotli_size(&format!("pkg/{}", code.module))? })
}

/// Names the inputs of the page code: the module's content, the way it is finished, and this program's own version of doing so.
fn made_from(module: &Path, release: bool) -> Result<String> {
    let content = std::fs::read(module).with_context(|| format!("Reading {}", module.display()))?;
    Ok(format!("1 {} {}", if release { "release" } else { "dev" }, fingerprint(&content)))
}

/// The page code of the last build, if it was made from the same and is all there.
fn unchanged(note: &Path, made_from: &str, site: &mut SiteFolder) -> Option<PageCode> {
    let text = std::fs::read_to_string(note).ok()?;
    let mut lines = text.lines();
    if lines.next()? != made_from {
        return None;
    }
    let code =
        PageCode { script: lines.next()?.to_owned(), module: lines.next()?.to_owned(), snippets: lines.map(str::to_owned).collect() };
    let mut whole = true;
    for name in [&code.script, &code.module].into_iter().chain(&code.snippets) {
        whole &= site.keep(&format!("pkg/{name}"));
    }
    whole.then_some(code)
}

fn bind(project: &Project, module: &Path, release: bool, site: &mut SiteFolder) -> Result<PageCode> {
    say(if release { "Binding and compressing the page code (up to a minute)" } else { "Binding and compressing the page code (seconds)" });
    let began = Instant::now();
    // What another way of building left there is compressed otherwise: begin anew.
    if project.site().exists() {
        std::fs::remove_dir_all(project.site()).context("Clearing the site")?;
    }
    let bound = wasm::bind(module, &project.target.join("site-stage"))?;
    let code = PageCode {
        script: hashed_name("postroom", "js", &bound.script),
        module: hashed_name("postroom", "wasm", &bound.module),
        snippets: bound.snippets.iter().map(|(name, _)| name.clone()).collect(),
    };
    site.put(&format!("pkg/{}", code.script), &bound.script)?;
    site.put(&format!("pkg/{}", code.module), &bound.module)?;
    for (name, content) in &bound.snippets {
        site.put(&format!("pkg/{name}"), content)?;
    }
    say(&format!("Page code ready in {:.1} s", began.elapsed().as_secs_f64()));
    Ok(code)
}

fn style(project: &Project, site: &mut SiteFolder) -> Result<String> {
    let folder = project.root.join("style");
    let read = |name: &str| Ok(std::fs::read_to_string(folder.join(name))?);
    let sheet = css::join("main.css", &read)?;
    let name = hashed_name("postroom", "css", sheet.as_bytes());
    site.put(&format!("pkg/{name}"), sheet.as_bytes())?;
    Ok(name)
}

fn public(folder: &Path, below: &str, site: &mut SiteFolder) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).with_context(|| format!("Listing {}", folder.display()))? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| !name.starts_with('.')) else { continue };
        if path.is_dir() {
            public(&path, &format!("{below}{name}/"), site)?;
        } else {
            site.put(&format!("{below}{name}"), &std::fs::read(&path)?)?;
        }
    }
    Ok(())
}
