//! The program in a folder of its own, and how it is ended.

use postroom_lab::{
    dovecot::{Dovecot, DovecotOptions},
    random::Dice,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// See the module.
pub struct Office {
    pub folder: tempfile::TempDir,
    database: String,
}

impl Office {
    /// An empty office; a PostgreSQL database is emptied first.
    pub fn new(database: Option<&str>) -> Self {
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

    /// With an account, described as for `postroom account add`.
    pub fn with_account(self, description: &str) -> Self {
        std::fs::write(self.path("office.toml"), description).unwrap();
        self.run(&["account", "add", &self.file("office.toml")]);
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn file(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
        command.arg("--data").arg(self.path("data")).arg("--database").arg(&self.database).args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// How often a run passes each brink, and how long it takes.
    pub fn brinks(&self, arguments: &[&str]) -> Brinks {
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
    pub fn kill(&self, arguments: &[&str], brinks: &Brinks, chance: &mut Dice) -> bool {
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

    /// Lines of JSON that a command writes.
    pub fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        self.run(arguments).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Sums of the ledger: server, filed, elsewhere, excluded, errored, missing.
    pub fn sums(&self) -> [(&'static str, i64); 6] {
        let ledger = self.lines(&["ledger", "--json"]);
        ["server", "filed", "elsewhere", "excluded", "errored", "missing"]
            .map(|column| (column, ledger.iter().map(|row| row[column].as_i64().unwrap()).sum()))
    }

    /// Its store, while no program of it runs.
    pub async fn store(&self) -> postroom_store::Store {
        postroom_store::Store::open(&self.database, &self.path("data")).await.unwrap()
    }

    /// Every one of these letters is here, octet by octet.
    pub fn holds(&self, letters: &[Vec<u8>], what: &str) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let store = postroom_store::Store::open(&self.database, &self.path("data")).await.unwrap();
            for (n, letter) in letters.iter().enumerate() {
                let digest: [u8; 32] = Sha256::digest(letter).into();
                assert_eq!(store.copy_bytes(&digest).await.unwrap(), *letter, "{what}, letter {n}");
            }
        });
    }
}

/// How often a run passes each brink, and how long it takes.
pub struct Brinks {
    pub passed: Vec<(String, u64)>,
    pub took: Duration,
}

impl Brinks {
    /// For kills that come so many times as early, since many strike one run.
    pub fn earlier(self, times: u64) -> Self {
        let times = times.max(1);
        let passed = self.passed.into_iter().map(|(name, passed)| (name, passed.div_ceil(times))).collect();
        Self { passed, took: self.took / times as u32 }
    }
}

/// A number in the environment, or the usual one.
pub fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().map_or(usual, |text| text.parse().expect(variable))
}

/// Dice thrown the same way again with `POSTROOM_SEED`.
pub fn dice() -> Dice {
    let by_time = || std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_millis() as u64 % 1_000_000);
    let seed = number("POSTROOM_SEED", 0);
    let seed = if seed == 0 { by_time() } else { seed };
    println!("seed {seed} (POSTROOM_SEED repeats it)");
    Dice::new(seed)
}

/// A real Dovecot; `None` where there is none, which CI does not accept.
pub fn dovecot() -> Option<Dovecot> {
    if let Err(why) = Dovecot::available() {
        assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
        println!("skipped: {why}");
        return None;
    }
    Some(Dovecot::start(DovecotOptions { record_commands: false, ..DovecotOptions::default() }).unwrap())
}

/// SQLite, and PostgreSQL where a server is named.
pub fn databases() -> Vec<Option<String>> {
    let postgres = postroom_lab::postgres::fresh_database().map_err(|why| println!("skipped on PostgreSQL: {why}")).ok();
    [None].into_iter().chain(postgres.map(Some)).collect()
}

/// Kills collections of fresh offices until `kills` have happened; after every few the office is left alone and judged.
pub fn kill_collections(kills: u64, office: &mut dyn FnMut(Option<&str>, usize) -> Office, judge: &mut dyn FnMut(&Office, usize, &str)) {
    let (mut chance, databases, start, mut done) = (dice(), databases(), Instant::now(), 0);
    for database in &databases {
        let name = if database.is_some() { "PostgreSQL" } else { "SQLite" };
        let brinks = office(database.as_deref(), 0).brinks(&["collect"]);
        let (mut here, mut life) = (0, 0);
        while here < kills.div_ceil(databases.len() as u64) {
            life += 1;
            let office = office(database.as_deref(), life);
            here += (0..KILLS_OF_A_LIFE).filter(|_| office.kill(&["collect"], &brinks, &mut chance)).count() as u64;
            office.run(&["collect"]);
            judge(&office, life, &format!("{name}, life {life}"));
            assert!(office.run(&["verify"]).contains("all in order"), "{name}, life {life}");
            assert!(life as u64 <= kills + 5, "kills come too late");
        }
        println!("{name}: {here} kills in {life} lives");
        done += here;
    }
    println!("{done} kills in {:.0} s: nothing lost, nothing twice", start.elapsed().as_secs_f64());
}

/// Then an office is left alone, and what it knows is judged.
pub const KILLS_OF_A_LIFE: usize = 5;
