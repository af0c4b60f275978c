//! A collection that is killed at any moment and started again ends as if it had never been killed (I2, R2): the real program, a
//! real Dovecot, both databases.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed unwrap is a failed test; a skipped part says why")]

use postroom_lab::{
    corpus::{Corpus, clients_csv},
    dovecot::{Dovecot, DovecotOptions},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const LETTERS: usize = 3_000;
const KILLS: u64 = 10;
const LIMIT: Duration = Duration::from_secs(60);

struct Office {
    folder: tempfile::TempDir,
    database: String,
}

impl Office {
    fn new(server: &Dovecot, database: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = database.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("postroom.db").display()));
        let account = format!(
            "name = 'Office'\nprotocol = 'imap'\naddress = 'ada@office.example'\nserver = '127.0.0.1'\nport = {}\nsecurity = 'tls'\n\
             user_name = 'ada'\npassword = 'secret'\nfolders = 'all'\npinned_fingerprint = '{}'\n",
            server.imaps_port(),
            server.fingerprint()
        );
        std::fs::write(folder.path().join("office.toml"), account).unwrap();
        std::fs::write(folder.path().join("clients.csv"), clients_csv(30)).unwrap();
        let office = Self { folder, database };
        office.run(&["account", "add", &office.file("office.toml")]);
        office.run(&["client", "import", &office.file("clients.csv")]);
        office
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
        command.arg("--data").arg(self.folder.path().join("data")).arg("--database").arg(&self.database).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn stored_octets(&self) -> u64 {
        let packs: PathBuf = self.folder.path().join("data/packs");
        let lengths =
            |folder: &Path| Some(std::fs::read_dir(folder).ok()?.filter_map(|file| Some(file.ok()?.metadata().ok()?.len())).sum());
        lengths(&packs).unwrap_or(0)
    }

    /// Starts a collection and kills it once it has stored something more, or at a moment of its own before that.
    fn kill_one(&self, kill: u64) {
        let before = self.stored_octets();
        let mut child = self.command(&["collect"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let start = Instant::now();
        // Some die while connecting, some right after a window was written, some a moment later.
        let patience = Duration::from_millis(if kill.is_multiple_of(3) { 40 * kill } else { 60_000 });
        while self.stored_octets() == before && start.elapsed() < patience.min(LIMIT) && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let later = Instant::now();
        while later.elapsed() < Duration::from_millis(7 * kill) {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// What the office knows: the ledger's rows and every history, without what depends on the order of arrival.
    fn knowledge(&self) -> (Vec<serde_json::Value>, BTreeMap<String, Vec<serde_json::Value>>) {
        let lines = |text: String| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<serde_json::Value>>();
        let ledger = lines(self.run(&["ledger", "--json"]));
        let mut histories = BTreeMap::new();
        for client in lines(self.run(&["client", "list", "--json"])) {
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
        (ledger, histories)
    }
}

fn sum(ledger: &[serde_json::Value], column: &str) -> i64 {
    ledger.iter().map(|row| row[column].as_i64().unwrap()).sum()
}

#[test]
fn ten_kills_lose_nothing_and_double_nothing() {
    if let Err(why) = Dovecot::available() {
        assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
        println!("skipped: {why}");
        return;
    }
    let server = Dovecot::start(DovecotOptions { record_commands: false, ..DovecotOptions::default() }).unwrap();
    server.deliver_corpus("ada", Corpus::small(21, LETTERS)).unwrap();
    let calm = Office::new(&server, None);
    calm.run(&["collect"]);
    let expected = calm.knowledge();
    assert_eq!(sum(&expected.0, "server"), LETTERS as i64);

    let databases = [None, postroom_lab::postgres::fresh_database().map_err(|why| println!("skipped on PostgreSQL: {why}")).ok()];
    for (at, database) in databases.into_iter().enumerate() {
        if at == 1 && database.is_none() {
            continue;
        }
        let office = Office::new(&server, database);
        let mut unfinished = 0;
        for kill in 1..=KILLS {
            office.kill_one(kill);
            let ledger: Vec<serde_json::Value> =
                office.run(&["ledger", "--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            unfinished += i64::from(sum(&ledger, "missing") > 0);
        }
        assert!(unfinished >= 3, "the kills came while there was something left to lose");
        office.run(&["collect"]);
        let (ledger, histories) = office.knowledge();
        assert_eq!((sum(&ledger, "missing"), sum(&ledger, "server")), (0, LETTERS as i64));
        for column in ["filed", "elsewhere", "excluded", "errored"] {
            assert_eq!(sum(&ledger, column), sum(&expected.0, column), "{column}");
        }
        assert_eq!(histories, expected.1);
        assert!(office.run(&["verify"]).contains("all in order"));
    }
}
