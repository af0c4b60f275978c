//! Collections by IMAP and restores: what an office knows afterwards is what one knows that was never disturbed.

use crate::harness::{Office, databases, dice, dovecot, number};
use postroom_lab::corpus::{Corpus, clients_csv};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path, time::Instant};

const LETTERS: usize = 700;
/// A tenth of what `cargo xtask torture` does.
const KILLS: usize = 50;
/// Then it is left alone, and what it knows is compared.
const KILLS_OF_A_LIFE: usize = 10;

#[derive(Debug, PartialEq)]
struct Knowledge {
    sums: [(&'static str, i64); 6],
    histories: BTreeMap<String, Vec<Value>>,
    found: usize,
}

/// The ledger's sums, histories without what depends on the order of arrival, and what a search finds.
fn knowledge(office: &Office) -> Knowledge {
    let mut histories = BTreeMap::new();
    // Some clients stand for all: reading every history takes longer than the kills.
    for client in office.lines(&["client", "list", "--json"]).into_iter().step_by(6) {
        let code = client["code"].as_str().unwrap().to_owned();
        let mut rows = office.lines(&["history", &code, "--limit", "5000", "--json"]);
        for row in &mut rows {
            let row = row.as_object_mut().unwrap();
            row.remove("id");
            row.remove("cursor");
        }
        rows.sort_by_key(ToString::to_string);
        histories.insert(code, rows);
    }
    let found = office.run(&["search", "from:client", "--limit", "1000", "--json"]).lines().count();
    Knowledge { sums: office.sums(), histories, found }
}

#[test]
fn kills_lose_nothing_and_double_nothing() {
    let Some(server) = dovecot() else { return };
    server.deliver_corpus("ada", Corpus::small(21, LETTERS)).unwrap();
    let account = format!(
        "name = 'Office'\nprotocol = 'imap'\naddress = 'ada@office.example'\nserver = '127.0.0.1'\nport = {}\nsecurity = 'tls'\n\
         user_name = 'ada'\npassword = 'secret'\nfolders = 'all'\npinned_fingerprint = '{}'\n",
        server.imaps_port(),
        server.fingerprint()
    );
    let fresh = |database: Option<&str>| {
        let office = Office::new(database).with_account(&account);
        std::fs::write(office.path("clients.csv"), clients_csv(30)).unwrap();
        office.run(&["client", "import", &office.file("clients.csv")]);
        office
    };
    let mut chance = dice();
    let kills = number("POSTROOM_KILLS", KILLS as u64) as usize;
    let (databases, start) = (databases(), Instant::now());
    let mut done = 0;
    for database in &databases {
        let name = if database.is_some() { "PostgreSQL" } else { "SQLite" };
        let calm = fresh(database.as_deref());
        let collecting = calm.brinks(&["collect"]);
        let expected = knowledge(&calm);
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
                let office = fresh(database.as_deref());
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
    let known = knowledge(office);
    assert_eq!(known.sums, expected.sums, "{what}");
    assert_eq!(known.found, expected.found, "{what}");
    assert_eq!(known.histories, expected.histories, "{what}");
    assert!(office.run(&["verify"]).contains("all in order"), "{what}");
}
