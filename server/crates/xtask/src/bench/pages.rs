//! `cargo xtask bench pages`: how long the server takes for a whole history page while fifty people work and a mailbox is collected, in the
//! store that `cargo xtask bench read --keep` made.

use super::import::{deliver, office};
use super::measure::text;
use crate::args::Args;
use crate::project::{Project, complete};
use crate::say;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

const STAFF: &str = include_str!("staff.py");
/// Opens the metrics of a server that ends with the bench.
const TOKEN: &str = "the token of a bench alone";
/// Clients whose pages are opened; the first is the one with the most letters.
const CLIENTS: usize = 2_000;
/// Seconds of work after the collection.
const REST: &str = "60";

/// A server that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the bench.
pub fn run(project: &Project, mut args: Args) -> Result<ExitCode> {
    let people = args.value("--people")?.unwrap_or_else(|| "50".to_owned());
    let pause = args.value("--pause")?.unwrap_or_else(|| "5".to_owned());
    let letters = args.value("--letters")?.unwrap_or_else(|| "20000".to_owned());
    let database = args.value("--database")?;
    let given = args.value("--program")?;
    args.end()?;
    let program = match given {
        Some(program) => program,
        None => {
            say("Building Postroom");
            complete(&mut project.cargo(&["build", "--release", "--package", "postroom", "--bin", "postroom"]))?;
            project.server(true).display().to_string()
        }
    };
    let data = project.target.join("bench-read");
    if !data.exists() {
        bail!("There is no store to open pages of. `cargo xtask bench read --keep` makes one.");
    }
    let postroom = || {
        let mut command = Command::new(&program);
        command.arg("--data").arg(&data).env("POSTROOM_LOG", "error");
        if let Some(url) = &database {
            command.args(["--database", url]);
        }
        command
    };
    let clients = clients(postroom())?;
    add_people(&postroom, people.parse().context("`--people` is a number")?)?;
    say(&format!("Delivering {letters} letters to a Dovecot"));
    // Other letters each time, so that none is held already.
    let seed = std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_secs()).to_string();
    let mut lab = Command::new(&program);
    lab.args(["lab", "dovecot", "--real-sizes", "--letters", &letters, "--seed", &seed]);
    let folder = project.target.join("bench-pages");
    fs::create_dir_all(&folder)?;
    let mailbox = deliver(lab, &folder)?;
    let settings = folder.join("office.toml");
    // The store stays, and what earlier runs collected stays in it.
    fs::write(&settings, office(&mailbox, &seed))?;
    complete(postroom().args(["account", "add"]).arg(&settings).stdout(Stdio::null()))?;
    say(&format!("{people} people open a page every {pause} s while the letters are collected"));
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut server = postroom();
    let site = site(&folder)?;
    server.args(["serve", "--listen", &address, "--rate-limit", "0", "--site"]).arg(site).env("POSTROOM_METRICS_TOKEN", TOKEN);
    let server = Running(server.stdin(Stdio::null()).stdout(Stdio::null()).spawn().context("Starting the server")?);
    wait_for(&address)?;
    let staff = Command::new("python3").args(["-c", STAFF, &address, TOKEN, &people, &pause, REST, &clients.join(",")]).output();
    drop((server, mailbox));
    fs::remove_dir_all(&folder)?;
    let staff = staff.context("Starting python3")?;
    let said: Value =
        serde_json::from_slice(&staff.stdout).with_context(|| format!("Nobody could work: {}", String::from_utf8_lossy(&staff.stderr)))?;
    tell(&said)?;
    Ok(ExitCode::SUCCESS)
}

/// Numbers of the first clients.
fn clients(mut postroom: Command) -> Result<Vec<String>> {
    let list = postroom.args(["client", "list", "--json"]).output().context("Asking for the clients")?;
    let lines = String::from_utf8_lossy(&list.stdout).into_owned();
    let ids = lines.lines().take(CLIENTS).map(|line| text(&serde_json::from_str(line)?, "id"));
    let ids = ids.collect::<Result<Vec<String>>>()?;
    if ids.is_empty() {
        bail!("The store has no clients. `cargo xtask bench read --keep` makes one that has.");
    }
    Ok(ids)
}

/// Staff who may sign in; whoever is there from an earlier run stays.
fn add_people(postroom: &impl Fn() -> Command, people: usize) -> Result<()> {
    let list = postroom().args(["user", "list"]).output().context("Asking for the users")?;
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    for number in (0..people).filter(|number| !list.contains(&format!("staff{number}@"))) {
        let (email, name) = (format!("staff{number}@office.example"), format!("Staff {number}"));
        let mut add = postroom();
        add.args(["user", "add", "--email", &email, "--name", &name, "--role", "staff"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut add = add.spawn().context("Adding a user")?;
        add.stdin.take().context("Its input is piped")?.write_all(b"a pass phrase for benches\n")?;
        if !add.wait()?.success() {
            bail!("{email} could not be added");
        }
    }
    Ok(())
}

/// A site without files: pages come from the server whole.
fn site(folder: &Path) -> Result<std::path::PathBuf> {
    let site = folder.join("site");
    fs::create_dir_all(site.join("pkg"))?;
    fs::write(site.join("assets.json"), "{}")?;
    Ok(site)
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).context("Looking for a free port")?.port())
}

/// Waits until the server answers: a large store may have to be brought up to date first.
fn wait_for(address: &str) -> Result<()> {
    for _ in 0..600 {
        if std::net::TcpStream::connect(address).is_ok() {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    bail!("the server does not answer")
}

fn tell(said: &Value) -> Result<()> {
    let figure = |part: &Value, name: &str| part[name].as_f64().unwrap_or(f64::NAN);
    println!("\n{:<30}{:>9}{:>9}{:>9}{:>9}{:>9}", "a history page, ms", "pages", "p50", "p95", "p99", "most");
    for (name, phase) in [("while letters are collected", "running"), ("at rest", "rest")] {
        let part = &said[phase];
        let times = ["p50", "p95", "p99", "most"].map(|at| format!("{:>9.1}", figure(part, at))).concat();
        println!("{name:<30}{:>9}{times}", figure(part, "pages"));
    }
    println!(
        "{} letters were filed and made searchable in {:.0} s; the server held at most {:.0} MB; {:.0} letters on a page",
        figure(said, "filed"),
        figure(said, "import_s"),
        figure(said, "memory"),
        figure(said, "letters")
    );
    match said["problems"].as_array().filter(|problems| !problems.is_empty()) {
        Some(problems) => bail!("pages that did not come: {problems:?}"),
        None => Ok(()),
    }
}
