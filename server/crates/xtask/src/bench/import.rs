//! `cargo xtask bench import`: a mailbox on a real Dovecot, collected over TLS by Postroom (read, identified, compressed, durable and
//! searchable), by mbsync (a synced file a letter) and by Python's imaplib (bytes only), in turn, on the same machine. What mbsync brought
//! is made searchable by notmuch, once, in the first round: it takes minutes.

use super::measure::{Cost, cost, median, text};
use crate::args::Args;
use crate::project::{Project, complete};
use crate::say;
use crate::tools::NOTMUCH;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

/// Reads every letter and throws it away.
const IMAPLIB: &str = "import imaplib, re, ssl, sys
imaplib._MAXLINE = 10 ** 8
trust = ssl.create_default_context(cafile=sys.argv[2])
imap = imaplib.IMAP4_SSL('localhost', int(sys.argv[1]), ssl_context=trust)
imap.login('ada', 'secret')
for line in imap.list()[1]:
    name = re.search(rb' \"?([^\"]+)\"?$', line).group(1).decode()
    if imap.select('\"' + name + '\"', readonly=True)[0] == 'OK':
        uids = imap.uid('SEARCH', 'ALL')[1][0].split()
        for at in range(0, len(uids), 200):
            imap.uid('FETCH', b','.join(uids[at:at + 200]), '(UID BODY.PEEK[])')
imap.logout()";

/// Besides the seven folders that hold the letters, as mailboxes have them: sixteen in all.
const EMPTY_FOLDERS: &str = "9";

/// A mailbox to collect.
pub(super) struct Mailbox {
    server: Child,
    port: String,
    fingerprint: String,
    /// Dovecot's own process.
    pid: String,
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        // The lab ends, with its server, when its input does.
        drop(self.server.stdin.take());
        let _ = self.server.wait();
    }
}

/// What the command was asked.
struct Asked {
    letters: String,
    rounds: usize,
    away: String,
    large: String,
    program: Option<String>,
    release: bool,
    small: bool,
    without_notmuch: bool,
}

impl Asked {
    fn of(mut args: Args) -> Result<Self> {
        let mut value = |name: &str, usual: &str| -> Result<String> { Ok(args.value(name)?.unwrap_or_else(|| usual.to_owned())) };
        let asked = Self {
            letters: value("--letters", "20000")?,
            rounds: value("--rounds", "3")?.parse().context("`--rounds` is a number")?,
            away: value("--round-trip", "0")?,
            large: value("--large", "0")?,
            program: args.value("--program")?,
            release: !args.switch("--debug"),
            small: args.switch("--small"),
            without_notmuch: args.switch("--without-notmuch"),
        };
        args.end()?;
        Ok(asked)
    }
}

/// Runs the bench.
pub fn run(project: &Project, args: Args) -> Result<ExitCode> {
    let asked = Asked::of(args)?;
    let program = match &asked.program {
        Some(program) => program.clone(),
        None => built(project, asked.release)?,
    };
    let folder = project.target.join("bench");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("Emptying the folder of the last bench")?;
    }
    fs::create_dir_all(&folder)?;
    say(&format!("Delivering {} letters to a Dovecot {} ms away", asked.letters, asked.away));
    let mut lab = Command::new(&program);
    lab.args(["lab", "dovecot", "--letters", &asked.letters, "--round-trip", &asked.away, "--large", &asked.large])
        .args(["--empty-folders", EMPTY_FOLDERS])
        .args((!asked.small).then_some("--real-sizes"));
    let site = Site { program, mailbox: deliver(lab, &folder)?, folder };
    let names = ["postroom", "mbsync", "imaplib", "postroom, nothing new", "mbsync, nothing new", "notmuch new"];
    let mut rows: Rows = names.map(|name| (name, Vec::new()));
    let mut sizes = String::new();
    for round in 1..=asked.rounds {
        say(&format!("Round {round} of {}", asked.rounds));
        let place = site.folder.join(format!("round-{round}"));
        sizes = site.round(&place, &mut rows)?;
        if round == 1 && !asked.without_notmuch {
            match NOTMUCH.find(project) {
                Some(notmuch) => rows[5].1.push(cost("notmuch", &site.mailbox.pid, None, &notmuch_new(&notmuch, &place)?)?),
                None => println!("notmuch is not here, so it is not measured: {}", NOTMUCH.get),
            }
        }
        fs::remove_dir_all(&place)?;
    }
    tell(&rows, &sizes);
    Ok(ExitCode::SUCCESS)
}

fn built(project: &Project, release: bool) -> Result<String> {
    say("Building Postroom");
    let mut words = vec!["build", "--package", "postroom", "--bin", "postroom"];
    words.extend(release.then_some("--release"));
    complete(&mut project.cargo(&words))?;
    Ok(project.server(release).display().to_string())
}

/// The program that is measured, the mailbox that all collect, and the folder for what they bring.
struct Site {
    program: String,
    mailbox: Mailbox,
    folder: PathBuf,
}

impl Site {
    /// One round of all but notmuch, in `place`; answers what Postroom's store takes.
    fn round(&self, place: &Path, rows: &mut Rows) -> Result<String> {
        let Self { program, mailbox, folder } = self;
        fs::create_dir_all(place)?;
        let data = place.join("data").display().to_string();
        let settings = place.join("office.toml");
        fs::write(&settings, office(mailbox, ""))?;
        complete(Command::new(program).args(["--data", &data, "account", "add"]).arg(&settings).stdout(Stdio::null()))?;
        let collect = [program.clone(), "--data".into(), data.clone(), "collect".into()];
        let store = format!("{data}/postroom.db");
        let pull = ["mbsync".into(), "-c".into(), mbsyncrc(mailbox, folder, place)?, "all".into()];
        rows[0].1.push(cost("postroom", &mailbox.pid, Some(&store), &collect)?);
        let sizes = stored(Path::new(&data))?;
        rows[1].1.push(cost("mbsync", &mailbox.pid, None, &pull)?);
        rows[3].1.push(cost("postroom", &mailbox.pid, None, &collect)?);
        rows[4].1.push(cost("mbsync", &mailbox.pid, None, &pull)?);
        let ca = folder.join("ca.pem").display().to_string();
        rows[2].1.push(cost("imaplib", &mailbox.pid, None, &["python3".into(), "-c".into(), IMAPLIB.into(), mailbox.port.clone(), ca])?);
        Ok(sizes)
    }
}

/// Runs of each program, in the order of the table.
type Rows = [(&'static str, Vec<Cost>); 6];

/// Starts the lab's Dovecot; it ends with what is given back.
pub(super) fn deliver(mut lab: Command, folder: &Path) -> Result<Mailbox> {
    let mut server = lab.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("Starting the lab")?;
    let mut line = String::new();
    BufReader::new(server.stdout.take().context("The lab's answer is piped")?).read_line(&mut line)?;
    let mut mailbox = Mailbox { server, port: String::new(), fingerprint: String::new(), pid: String::new() };
    let said: Value = serde_json::from_str(&line).context("The lab's Dovecot did not start")?;
    mailbox.port = text(&said, "imaps_port")?;
    mailbox.fingerprint = text(&said, "fingerprint")?;
    mailbox.pid = text(&said, "pid")?;
    fs::write(folder.join("ca.pem"), text(&said, "ca_pem")?)?;
    Ok(mailbox)
}

/// Settings of an account that collects it.
pub(super) fn office(mailbox: &Mailbox, mark: &str) -> String {
    format!(
        "name = 'Office{mark}'\nprotocol = 'imap'\naddress = 'ada{mark}@office.example'\nserver = '127.0.0.1'\nport = {}\nsecurity = 'tls'\n\
         user_name = 'ada'\npassword = 'secret'\nfolders = 'all'\npinned_fingerprint = '{}'\n",
        mailbox.port, mailbox.fingerprint
    )
}

fn mbsyncrc(mailbox: &Mailbox, folder: &Path, place: &Path) -> Result<String> {
    let (port, dir, ca) = (&mailbox.port, place.display(), folder.join("ca.pem"));
    fs::create_dir_all(place.join("mail"))?;
    fs::create_dir_all(place.join("state"))?;
    let settings = format!(
        "IMAPStore far\nHost localhost\nPort {port}\nUser ada\nPass secret\nSSLType IMAPS\nSystemCertificates no\nCertificateFile {}\nAuthMechs LOGIN\n\n\
         MaildirStore near\nPath {dir}/mail/\nInbox {dir}/mail/INBOX\nSubFolders Verbatim\n\n\
         Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Near\nSync Pull\nExpunge None\nSyncState {dir}/state/\n",
        ca.display()
    );
    let path = place.join("mbsyncrc");
    fs::write(&path, settings)?;
    Ok(path.display().to_string())
}

/// The command that makes what mbsync brought searchable.
fn notmuch_new(program: &Path, place: &Path) -> Result<Vec<String>> {
    let settings = place.join("notmuch");
    fs::write(&settings, format!("[database]\npath={}/mail\n[user]\nname=Ada\nprimary_email=ada@office.example\n", place.display()))?;
    Ok(vec![program.display().to_string(), format!("--config={}", settings.display()), "new".into(), "--quiet".into()])
}

/// Octets of packs and of everything else in a data folder, in megabytes.
fn stored(data: &Path) -> Result<String> {
    let sum = |folder: &Path| -> Result<u64> {
        let mut octets = 0;
        for entry in fs::read_dir(folder)? {
            let about = entry?.metadata()?;
            octets += if about.is_file() { about.len() } else { 0 };
        }
        Ok(octets)
    };
    Ok(format!("stored: letters {} MB, index and the rest {} MB", sum(&data.join("packs"))? / 1_000_000, sum(data)? / 1_000_000))
}

fn tell(rows: &Rows, sizes: &str) {
    let heads = ["wall s", "CPU s", "memory MB", "server s", "others s"];
    println!("\n{:<22}{}   medians of {} rounds", "", heads.map(|head| format!("{head:>11}")).concat(), rows[0].1.len());
    let medians = rows.each_ref().map(|(name, runs)| {
        let figure = |which: fn(&Cost) -> f64| median(runs.iter().map(which));
        let row = Cost {
            wall: figure(|run| run.wall),
            cpu: figure(|run| run.cpu),
            memory: figure(|run| run.memory),
            server: figure(|run| run.server),
            others: figure(|run| run.others),
            first: [figure(|run| run.first[0]), figure(|run| run.first[1])],
            threads: Vec::new(),
        };
        println!("{name:<22}{:>11.2}{:>11.2}{:>11.0}{:>11.2}{:>11.2}", row.wall, row.cpu, row.memory, row.server, row.others);
        row
    });
    let [ours, mbsync, imaplib, nothing, mbsync_nothing, notmuch] = medians;
    println!("\nagainst mbsync:  wall × {:.2}, CPU × {:.2}", ours.wall / mbsync.wall, ours.cpu / mbsync.cpu);
    println!("against imaplib: wall × {:.2}, CPU × {:.2} (it stores nothing)", ours.wall / imaplib.wall, ours.cpu / imaplib.cpu);
    if notmuch.wall.is_finite() {
        let searchable = [mbsync.wall + notmuch.wall, mbsync.cpu + notmuch.cpu];
        println!("against mbsync, then notmuch: {:.1} × its rate, CPU × {:.3}", searchable[0] / ours.wall, ours.cpu / searchable[1]);
    }
    println!("nothing new, against mbsync: wall × {:.2}", nothing.wall / mbsync_nothing.wall);
    println!("the first 50 letters were there after {:.2} s, the first 500 after {:.2} s", ours.first[0], ours.first[1]);
    if let Some(run) = rows[0].1.last() {
        let steps: Vec<String> = run.threads.iter().map(|(name, seconds)| format!("{name} {seconds:.2}")).collect();
        println!("CPU by thread, last round (the first one reads the network): {}", steps.join(", "));
    }
    println!("{sizes}");
}
