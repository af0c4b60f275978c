//! `cargo xtask bench idle`: the memory of a server whose accounts are all signed in, collected and waiting for new letters.

use super::measure::text;
use crate::args::Args;
use crate::project::{Project, complete};
use crate::say;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Seconds in which all accounts must have been collected.
const PATIENCE: u32 = 300;
/// Seconds of rest before the memory is read.
const REST: u32 = 10;

/// A process that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // The lab ends when its input does; a server is ended.
        if self.0.stdin.take().is_none() {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

/// Runs the bench.
pub fn run(project: &Project, mut args: Args) -> Result<ExitCode> {
    let accounts: usize = args.value("--accounts")?.unwrap_or_else(|| "100".to_owned()).parse().context("`--accounts` is a number")?;
    let given = args.value("--program")?;
    let release = !args.switch("--debug");
    args.end()?;
    let program = match given {
        Some(program) => program,
        None => {
            say("Building Postroom");
            let mut words = vec!["build", "--package", "postroom", "--bin", "postroom"];
            words.extend(release.then_some("--release"));
            complete(&mut project.cargo(&words))?;
            project.server(release).display().to_string()
        }
    };
    let folder = project.target.join("bench-idle");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("Emptying the folder of the last bench")?;
    }
    fs::create_dir_all(&folder)?;
    let mut lab = Command::new(&program);
    lab.args(["lab", "imap", "--tls", "tls", "--letters", "20"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut lab = Running(lab.spawn().context("Starting the lab")?);
    let mut line = String::new();
    BufReader::new(lab.0.stdout.take().context("The lab's answer is piped")?).read_line(&mut line)?;
    let said: Value = serde_json::from_str(&line).context("The lab's server did not start")?;
    let few = rest(&program, &folder.join("few"), &said, accounts)?;
    let many = rest(&program, &folder.join("many"), &said, accounts * 2)?;
    println!("\nmemory (RSS) of a server at rest: {accounts} accounts {:.1} MB, {} accounts {:.1} MB", few / 1e3, accounts * 2, many / 1e3);
    println!("each further account: {:.0} kB", (many - few) / accounts as f64);
    drop(lab);
    fs::remove_dir_all(&folder)?;
    Ok(ExitCode::SUCCESS)
}

/// Kilobytes that a server holds when so many accounts are at rest.
fn rest(program: &str, data: &Path, lab: &Value, accounts: usize) -> Result<f64> {
    say(&format!("Adding {accounts} accounts"));
    fs::create_dir_all(data)?;
    let (port, fingerprint) = (text(lab, "port")?, text(lab, "fingerprint")?);
    let settings = data.join("account.toml");
    for number in 1..=accounts {
        let account = format!(
            "name = 'Account {number}'\nprotocol = 'imap'\naddress = 'ada{number}@office.example'\nserver = '127.0.0.1'\nport = {port}\n\
             security = 'tls'\nuser_name = 'ada'\npassword = 'secret'\nfolders = 'all'\npinned_fingerprint = '{fingerprint}'\n"
        );
        fs::write(&settings, account)?;
        complete(Command::new(program).arg("--data").arg(data).args(["account", "add"]).arg(&settings).stdout(Stdio::null()))?;
    }
    say("Starting the server");
    let site = data.join("site");
    fs::create_dir_all(site.join("pkg"))?;
    fs::write(site.join("assets.json"), "{}")?;
    let mut server = Command::new(program);
    server.arg("serve").arg("--data").arg(data).arg("--site").arg(&site).args(["--listen", "127.0.0.1:0"]).stdout(Stdio::null());
    let mut server = Running(server.env("POSTROOM_LOG", "error").stdin(Stdio::null()).spawn().context("Starting the server")?);
    let id = server.0.id();
    let mut rested = 0;
    for _ in 0..PATIENCE {
        sleep(Duration::from_secs(1));
        if let Some(status) = server.0.try_wait()? {
            bail!("the server ended with {status}");
        }
        // The operating system counts: each account at rest is one connection.
        rested = if connections(id)? >= accounts { rested + 1 } else { 0 };
        if rested > REST {
            return memory(id);
        }
    }
    bail!("after {PATIENCE} s only {} of {accounts} accounts were at rest", connections(id)?)
}

/// Sockets that a process holds open, but for the one it listens on.
fn connections(process: u32) -> Result<usize> {
    let links = fs::read_dir(format!("/proc/{process}/fd")).context("Counting connections needs Linux")?;
    let names = links.filter_map(|link| fs::read_link(link.ok()?.path()).ok());
    Ok(names.filter(|name| name.to_string_lossy().starts_with("socket:")).count().saturating_sub(1))
}

/// Resident kilobytes of a process.
fn memory(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("The system tells no memory")?;
    line.trim().trim_end_matches("kB").trim().parse().context("Reading the memory")
}
