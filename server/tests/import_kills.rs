//! An import that is ended at any moment and started again ends as if it had never been ended: the real program, an mbox of small letters.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::{
    path::Path,
    process::{Command, Stdio},
};

const LETTERS: usize = 2_500;

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
    command.arg("--data").arg(folder.join("data")).arg("--time-zone").arg("UTC");
    command
}

fn import(folder: &Path) -> Command {
    let mut command = command(folder);
    command.arg("import").arg(folder.join("old.mbox")).args(["--account", "Old mail", "--json"]);
    command
}

fn ledger(folder: &Path) -> serde_json::Value {
    let output = command(folder).args(["ledger", "Old mail", "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn an_import_that_is_killed_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let letter = |n: usize| format!("From a@b.example Sat Mar 14 09:12:00 2026\nFrom: a{n}@b.example\nSubject: {n}\n\nText {n}\n\n");
    std::fs::write(folder.path().join("old.mbox"), (0..LETTERS).map(letter).collect::<String>()).unwrap();
    let mut filed = 0;
    // At each of these it dies just before or just after something has become durable.
    for brink in ["pack written#1", "commit#4", "pack synced#2", "committed#5", "commit#6", "pack written#2", "committed#4"] {
        let status = import(folder.path()).env("POSTROOM_DIE_AT", brink).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        if status.success() {
            break;
        }
        if command(folder.path()).args(["account", "list", "--json"]).output().unwrap().stdout.is_empty() {
            continue;
        }
        let output = command(folder.path()).args(["ledger", "--json"]).output().unwrap();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(row["filed"].as_i64().unwrap() >= filed, "nothing is lost at {brink}: {row}");
            filed = row["filed"].as_i64().unwrap();
            assert_eq!(row["filed"].as_i64().unwrap() + row["missing"].as_i64().unwrap(), LETTERS as i64, "{brink}: {row}");
        }
    }
    assert!(filed > 0, "it was ended in the middle");
    let output = import(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let row = ledger(folder.path());
    assert_eq!(
        (row["filed"].as_i64(), row["missing"].as_i64(), row["errored"].as_i64()),
        (Some(LETTERS as i64), Some(0), Some(0)),
        "{row}"
    );
    let again: serde_json::Value = serde_json::from_slice(&import(folder.path()).output().unwrap().stdout).unwrap();
    assert_eq!((again["looked_at"].as_i64(), again["new"].as_i64()), (Some(0), Some(0)), "{again}");
    let verified = command(folder.path()).arg("verify").output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}
