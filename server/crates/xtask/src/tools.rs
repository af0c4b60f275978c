//! The tools around Rust: which are here, what each is for, how to get the missing ones.

use crate::project::{Project, answer};
use crate::wasm;
use std::path::PathBuf;
use std::process::ExitCode;

/// A program from outside.
pub struct Tool {
    /// What people call it.
    pub name: &'static str,
    /// Names its binary goes by, the first found is taken.
    pub binaries: &'static [&'static str],
    /// What Postroom needs it for.
    pub purpose: &'static str,
    /// Its Debian package; empty if it has none.
    pub package: &'static str,
    /// How to get it, in one line.
    pub get: &'static str,
}

/// Mail server of the tests.
pub const DOVECOT: Tool = Tool {
    name: "Dovecot",
    binaries: &["dovecot"],
    purpose: "real IMAP server for tests and the browser journey",
    package: "dovecot-imapd dovecot-pop3d",
    get: "apt-get install dovecot-imapd dovecot-pop3d",
};
/// Mail transport of the tests.
pub const POSTFIX: Tool = Tool {
    name: "Postfix",
    binaries: &["postfix"],
    purpose: "takes letters and hands them to Dovecot: the round trip of a sent letter",
    package: "postfix dovecot-lmtpd",
    get: "apt-get install postfix dovecot-lmtpd",
};
/// Second database of the tests.
pub const POSTGRES: Tool = Tool {
    name: "PostgreSQL",
    binaries: &["initdb"],
    purpose: "the second database; every store test runs on both",
    package: "postgresql",
    get: "apt-get install postgresql",
};
/// Browser of the tests.
pub const CHROMIUM: Tool = Tool {
    name: "Chromium",
    binaries: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    purpose: "browser journeys and accessibility checks",
    package: "chromium",
    get: "apt-get install chromium",
};
/// Runs the browser tests.
pub const NPM: Tool = Tool {
    name: "Node and npm",
    binaries: &["npm"],
    purpose: "Playwright, which drives the browser (Node 20 or newer)",
    package: "npm",
    get: "apt-get install npm, or nodejs.org",
};
/// Independent IMAP client.
pub const MBSYNC: Tool = Tool {
    name: "mbsync",
    binaries: &["mbsync"],
    purpose: "an independent IMAP client: proves that a collection is complete",
    package: "isync",
    get: "apt-get install isync",
};
/// The peer of the bench that makes letters searchable.
pub const NOTMUCH: Tool = Tool {
    name: "notmuch",
    binaries: &["notmuch"],
    purpose: "makes searchable what mbsync brought, in `cargo xtask bench import`",
    package: "notmuch",
    get: "apt-get install notmuch",
};
/// Judge of PDFs.
pub const QPDF: Tool =
    Tool { name: "qpdf", binaries: &["qpdf"], purpose: "says whether a PDF is whole", package: "qpdf", get: "apt-get install qpdf" };
/// Reader of PDFs.
pub const PDFTOTEXT: Tool = Tool {
    name: "pdftotext",
    binaries: &["pdftotext"],
    purpose: "says whether the words of a PDF can be read out of it",
    package: "poppler-utils",
    get: "apt-get install poppler-utils",
};
/// Test runner.
pub const NEXTEST: Tool = Tool {
    name: "cargo-nextest",
    binaries: &["cargo-nextest"],
    purpose: "faster test runs with a time limit each (cargo test serves too)",
    package: "",
    get: "cargo install --locked cargo-nextest",
};
/// Licences.
pub const DENY: Tool = Tool {
    name: "cargo-deny",
    binaries: &["cargo-deny"],
    purpose: "licences, banned crates and sources of all dependencies",
    package: "",
    get: "cargo install --locked cargo-deny",
};

const ALL: [&Tool; 11] = [&DOVECOT, &POSTFIX, &POSTGRES, &CHROMIUM, &NPM, &MBSYNC, &NOTMUCH, &QPDF, &PDFTOTEXT, &NEXTEST, &DENY];

impl Tool {
    /// Where it stands, if it is here: on PATH, in the system folders, or where this program itself installs to.
    pub fn find(&self, project: &Project) -> Option<PathBuf> {
        let on_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
        let system = ["/usr/bin", "/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
        let folders = on_path.into_iter().chain(system).chain(postgres_folders()).chain([project.target.join("tools/bin")]);
        let folders: Vec<PathBuf> = folders.collect();
        self.binaries.iter().find_map(|binary| {
            let file = format!("{binary}{}", std::env::consts::EXE_SUFFIX);
            folders.iter().map(|folder| folder.join(&file)).find(|path| path.is_file())
        })
    }
}

/// Debian keeps PostgreSQL's own programs off PATH, one folder a version; newest first.
fn postgres_folders() -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    let mut versions: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u32>().ok()).unwrap_or(0);
    versions.sort_by_key(number);
    versions.into_iter().rev().map(|version| version.join("bin")).collect()
}

/// Prints the table; the exit status is 0 even if optional tools are missing.
pub fn doctor(project: &Project) -> ExitCode {
    let rust = answer(project.command("rustc").arg("--version")).unwrap_or_else(|| "not found".to_owned());
    println!("{:<14} {rust}", "Rust");
    let target = if wasm::has_target(project) { "here".to_owned() } else { format!("missing; get it: rustup target add {}", wasm::TARGET) };
    println!("{:<14} {target}\n{:<14} for the pages in the browser; `serve` adds it by itself", "WASM target", "");
    for tool in ALL {
        let found = tool.find(project).map_or_else(|| format!("missing; get it: {}", tool.get), |path| path.display().to_string());
        println!("{:<14} {found}\n{:<14} {}", tool.name, "", tool.purpose);
    }
    println!("\nServing needs Rust, a C compiler and the WASM target. The rest is for `cargo xtask test`.");
    ExitCode::SUCCESS
}
