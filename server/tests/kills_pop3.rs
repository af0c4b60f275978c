//! A collection by POP3 that deletes what it stored, ended at any moment and started again: every letter is here once, and none is gone
//! that is not here (I2, R2). The real program and a real Dovecot; a tenth of what `cargo xtask torture` does.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed unwrap is a failed test; a skipped part says why")]

use postroom_lab::{
    dovecot::{Dovecot, DovecotOptions},
    random::Dice,
};
use sha2::{Digest, Sha256};
use std::{
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const LETTERS: usize = 300;
const KILLS: u64 = 15;
const KILLS_OF_A_LIFE: usize = 5;

fn raw(life: usize, n: usize) -> Vec<u8> {
    format!(
        "From: cy{n}@client.example\r\nTo: ada@office.example\r\nSubject: Letter {n}\r\nMessage-ID: <{life}.{n}@lab.example>\r\n\r\nWords of letter {n}.\r\n"
    )
    .into_bytes()
}

struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    fn new(server: &Dovecot, port: u16) -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        let account = format!(
            "name = 'Office'\nprotocol = 'pop3'\naddress = 'ada@office.example'\nserver = '127.0.0.1'\nport = {port}\nsecurity = 'tls'\n\
             user_name = 'ada'\npassword = 'secret'\npinned_fingerprint = '{}'\ndelete_after_days = 0\n",
            server.fingerprint()
        );
        let file = office.path("office.toml");
        std::fs::write(&file, account).unwrap();
        office.run(&["account", "add", &file.display().to_string()]);
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
        command.arg("--data").arg(self.path("data")).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Brinks that an undisturbed collection passes, with repetitions, and how long it takes.
    fn brinks(&self) -> (Vec<String>, Duration) {
        let (list, start) = (self.path("brinks"), Instant::now());
        let status = self.command(&["collect"]).env("POSTROOM_BRINKS", &list).stdout(Stdio::null()).status().unwrap();
        assert!(status.success());
        (std::fs::read_to_string(list).unwrap().lines().map(str::to_owned).collect(), start.elapsed())
    }

    /// Starts a collection and ends it somewhere on its way; false when it was through before.
    fn kill(&self, (passed, took): &(Vec<String>, Duration), chance: &mut Dice) -> bool {
        let mut command = self.command(&["collect"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        if chance.below(3) > 0 {
            let at = chance.below(passed.len());
            let times = passed[..=at].iter().filter(|name| **name == passed[at]).count();
            return command.env("POSTROOM_DIE_AT", format!("{}#{times}", passed[at])).status().unwrap().code().is_none();
        }
        let moment = Duration::from_micros(chance.below(took.as_micros() as usize) as u64);
        let (mut child, start) = (command.spawn().unwrap(), Instant::now());
        while start.elapsed() < moment && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap().code().is_none()
    }
}

#[test]
fn kills_lose_nothing_that_was_deleted_on_the_server() {
    let available = Dovecot::available().and_then(|()| {
        let server =
            Dovecot::start(DovecotOptions { record_commands: false, ..DovecotOptions::default() }).map_err(|error| error.to_string())?;
        let port = server.pop3_ports()?.1;
        Ok((server, port))
    });
    let (server, port) = match available {
        Ok(found) => found,
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
            println!("skipped: {why}");
            return;
        }
    };
    let seed = std::env::var("POSTROOM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(47);
    println!("seed {seed} (POSTROOM_SEED repeats it)");
    let mut chance = Dice::new(seed);
    let kills = std::env::var("POSTROOM_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let fill = |life: usize| {
        for n in 0..LETTERS {
            server.deliver("ada", "INBOX", &raw(life, n), &[]).unwrap();
        }
    };
    fill(0);
    let brinks = Office::new(&server, port).brinks();
    assert!(brinks.0.iter().any(|name| name == "dele") && brinks.0.iter().any(|name| name == "quit"), "{:?}", brinks.0);
    let (mut done, mut life) = (0, 0);
    while done < kills {
        life += 1;
        assert!(life < 3 * KILLS as usize + kills as usize, "kills come too late");
        fill(life);
        let office = Office::new(&server, port);
        done += (0..KILLS_OF_A_LIFE).filter(|_| office.kill(&brinks, &mut chance)).count() as u64;
        office.run(&["collect"]);
        office.run(&["collect"]);
        let ledger: serde_json::Value = serde_json::from_str(office.run(&["ledger", "--json"]).lines().next().unwrap()).unwrap();
        assert_eq!((ledger["server"].as_i64(), ledger["missing"].as_i64()), (Some(0), Some(0)), "life {life}");
        assert!(office.run(&["verify"]).contains("all in order"), "life {life}");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let url = format!("sqlite:{}", office.path("data/postroom.db").display());
            let store = postroom_store::Store::open(&url, &office.path("data")).await.unwrap();
            for n in 0..LETTERS {
                let letter = raw(life, n);
                let digest: [u8; 32] = Sha256::digest(&letter).into();
                assert_eq!(store.copy_bytes(&digest).await.unwrap(), letter, "life {life}, letter {n}");
            }
        });
        let found = office.run(&["search", "from:client", "--limit", "1000", "--json"]).lines().count();
        assert_eq!(found, LETTERS, "life {life}: nothing twice");
    }
    println!("{done} kills in {life} lives: nothing lost, nothing twice");
}
