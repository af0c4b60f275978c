//! A collection or a restore that is ended at any moment and started again ends as if it had never been ended (I2, R1, R2): the real
//! program, a real Dovecot, both databases.
//!
//! Half of the kills come at random moments, half at a brink: just before or after a commit, a sync, a command, an answer. The seed is
//! printed; `POSTROOM_SEED` repeats it and `POSTROOM_KILLS` says how many (`cargo xtask torture` sets both).
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed unwrap is a failed test; a skipped part says why")]

use postroom_lab::{
    corpus::{Corpus, clients_csv},
    dovecot::{Dovecot, DovecotOptions},
    random::Dice,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const LETTERS: usize = 700;
/// A tenth of what `cargo xtask torture` does.
const KILLS: usize = 50;
/// Then it is left alone, and what it knows is compared.
const KILLS_OF_A_LIFE: usize = 10;

struct Office {
    folder: tempfile::TempDir,
    database: String,
}

impl Office {
    fn new(database: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match database {
            Some(url) => {
                let emptied = Command::new("psql")
                    .args(["--quiet", "--no-psqlrc", "--dbname", url, "--command"])
                    .arg("set client_min_messages = error; drop schema public cascade; create schema public")
                    .status();
                assert!(emptied.unwrap().success());
                url.to_owned()
            }
            None => format!("sqlite:{}", folder.path().join("postroom.db").display()),
        };
        Self { folder, database }
    }

    /// With an account and clients.
    fn set_up(self, server: &Dovecot) -> Self {
        let account = format!(
            "name = 'Office'\nprotocol = 'imap'\naddress = 'ada@office.example'\nserver = '127.0.0.1'\nport = {}\nsecurity = 'tls'\n\
             user_name = 'ada'\npassword = 'secret'\nfolders = 'all'\npinned_fingerprint = '{}'\n",
            server.imaps_port(),
            server.fingerprint()
        );
        std::fs::write(self.path("office.toml"), account).unwrap();
        std::fs::write(self.path("clients.csv"), clients_csv(30)).unwrap();
        self.run(&["account", "add", &self.file("office.toml")]);
        self.run(&["client", "import", &self.file("clients.csv")]);
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
        command.arg("--data").arg(self.path("data")).arg("--database").arg(&self.database).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// How often a run passes each brink, and how long it takes.
    fn brinks(&self, arguments: &[&str]) -> Brinks {
        let (list, start) = (self.path("brinks"), Instant::now());
        let status = self.command(arguments).env("POSTROOM_BRINKS", &list).stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "{arguments:?}");
        let mut passed: BTreeMap<String, u64> = BTreeMap::new();
        for name in std::fs::read_to_string(list).unwrap().lines() {
            *passed.entry(name.to_owned()).or_default() += 1;
        }
        Brinks { passed: passed.into_iter().collect(), took: start.elapsed() }
    }

    /// Starts a command and ends it somewhere on its way; false when it was through before.
    fn kill(&self, arguments: &[&str], brinks: &Brinks, chance: &mut Dice) -> bool {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        if chance.below(2) == 0 {
            let (name, times) = &brinks.passed[chance.below(brinks.passed.len())];
            let end = format!("{name}#{}", 1 + chance.below(*times as usize));
            return command.env("POSTROOM_DIE_AT", end).status().unwrap().code().is_none();
        }
        let moment = Duration::from_micros(chance.below(brinks.took.as_micros() as usize) as u64);
        let (mut child, start) = (command.spawn().unwrap(), Instant::now());
        while start.elapsed() < moment && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap().code().is_none()
    }

    /// What the office knows: the ledger's rows, every history without what depends on the order of arrival, and what a search finds.
    fn knowledge(&self) -> Knowledge {
        let lines = |text: String| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<serde_json::Value>>();
        let ledger = lines(self.run(&["ledger", "--json"]));
        let mut histories = BTreeMap::new();
        // Some clients stand for all: reading every history takes longer than the kills.
        for client in lines(self.run(&["client", "list", "--json"])).into_iter().step_by(6) {
            let code = client["code"].as_str().unwrap().to_owned();
            let mut rows = lines(self.run(&["history", &code, "--limit", "5000", "--json"]));
            for row in &mut rows {
                let row = row.as_object_mut().unwrap();
                row.remove("id");
                row.remove("cursor");
            }
            rows.sort_by_key(ToString::to_string);
            histories.insert(code, rows);
        }
        let found = self.run(&["search", "from:client", "--limit", "1000", "--json"]).lines().count();
        let sum = |column: &str| ledger.iter().map(|row| row[column].as_i64().unwrap()).sum();
        Knowledge {
            sums: ["server", "filed", "elsewhere", "excluded", "errored", "missing"].map(|column| (column, sum(column))),
            histories,
            found,
        }
    }
}

#[derive(Debug, PartialEq)]
struct Knowledge {
    sums: [(&'static str, i64); 6],
    histories: BTreeMap<String, Vec<serde_json::Value>>,
    found: usize,
}

struct Brinks {
    passed: Vec<(String, u64)>,
    took: Duration,
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().map_or(usual, |text| text.parse().expect(variable))
}

fn seed() -> u64 {
    let by_time = || std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_millis() as u64 % 1_000_000);
    let seed = number("POSTROOM_SEED", 0);
    let seed = if seed == 0 { by_time() } else { seed };
    println!("seed {seed} (POSTROOM_SEED repeats it)");
    seed
}

fn server() -> Option<Dovecot> {
    if let Err(why) = Dovecot::available() {
        assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
        println!("skipped: {why}");
        return None;
    }
    let server = Dovecot::start(DovecotOptions { record_commands: false, ..DovecotOptions::default() }).unwrap();
    server.deliver_corpus("ada", Corpus::small(21, LETTERS)).unwrap();
    Some(server)
}

/// SQLite, and PostgreSQL where a server is named.
fn databases() -> Vec<Option<String>> {
    let postgres = postroom_lab::postgres::fresh_database().map_err(|why| println!("skipped on PostgreSQL: {why}")).ok();
    [None].into_iter().chain(postgres.map(Some)).collect()
}

#[test]
fn kills_lose_nothing_and_double_nothing() {
    let Some(server) = server() else { return };
    let mut chance = Dice::new(seed());
    let kills = number("POSTROOM_KILLS", KILLS as u64) as usize;
    let (databases, start) = (databases(), Instant::now());
    let mut done = 0;
    for database in &databases {
        let name = if database.is_some() { "PostgreSQL" } else { "SQLite" };
        let calm = Office::new(database.as_deref()).set_up(&server);
        let collecting = calm.brinks(&["collect"]);
        let expected = calm.knowledge();
        assert_eq!((expected.sums[0].1, expected.sums[5].1), (LETTERS as i64, 0), "{name}");
        let backup = calm.file("backup");
        calm.run(&["backup", &backup]);
        let key = calm.path("data/postroom.key");
        // Brinks of a restore are those of the restore alone.
        let twin = restored(database.as_deref(), &key);
        let restoring = twin.brinks(&["restore", &backup]);
        let (mut here, mut life) = (0, 0);
        while here < kills / databases.len() {
            life += 1;
            let unfinished = if life % 3 == 0 {
                let office = restored(database.as_deref(), &key);
                let unfinished = (0..KILLS_OF_A_LIFE / 2).filter(|_| office.kill(&["restore", &backup], &restoring, &mut chance)).count();
                // Either nothing of it is there yet, or all of it: then it says so, and what was left is done by whatever runs next.
                let again = office.command(&["restore", &backup]).output().unwrap();
                let said = String::from_utf8_lossy(&again.stderr).into_owned();
                assert!(again.status.success() || said.contains("in use"), "{name}: {said}");
                finish(&office, &expected, &format!("{name}, life {life}, restore"));
                unfinished
            } else {
                let office = Office::new(database.as_deref()).set_up(&server);
                let unfinished = (0..KILLS_OF_A_LIFE).filter(|_| office.kill(&["collect"], &collecting, &mut chance)).count();
                finish(&office, &expected, &format!("{name}, life {life}, collection"));
                unfinished
            };
            here += unfinished;
            assert!(life < kills, "kills come too late");
        }
        println!("{name}: {here} kills in {life} lives");
        done += here;
    }
    println!("{done} kills in {:.0} s: nothing lost, nothing twice", start.elapsed().as_secs_f64());
}

/// An empty office with the key of another one.
fn restored(database: Option<&str>, key: &Path) -> Office {
    let office = Office::new(database);
    std::fs::create_dir_all(office.path("data")).unwrap();
    std::fs::copy(key, office.path("data/postroom.key")).unwrap();
    office
}

/// Left alone, it must come to know what an office knows that was never disturbed.
fn finish(office: &Office, expected: &Knowledge, what: &str) {
    office.run(&["collect"]);
    let known = office.knowledge();
    assert_eq!(known.sums, expected.sums, "{what}");
    assert_eq!(known.found, expected.found, "{what}");
    assert_eq!(known.histories, expected.histories, "{what}");
    assert!(office.run(&["verify"]).contains("all in order"), "{what}");
}
