//! The two migration folders make the same tables, and a backup holds every one of them.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::{BTreeMap, BTreeSet};

/// Table → column names, read from the SQL itself.
fn tables(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut files: Vec<_> = std::fs::read_dir(format!("{}/../../../migrations/{folder}", env!("CARGO_MANIFEST_DIR")))
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let mut table: Option<String> = None;
        for line in std::fs::read_to_string(file).unwrap().lines() {
            if let Some(rest) = line.strip_prefix("create table ") {
                let name = rest.split([' ', '(']).next().unwrap().to_owned();
                tables.insert(name.clone(), BTreeSet::new());
                table = Some(name);
            } else if let Some((anew, _)) = line.strip_prefix("alter table ").and_then(|rest| rest.split_once(" rename to ")) {
                // SQLite changes a column by a table made anew that takes the place, and the name, of the old one.
                tables.remove(anew);
            } else if let Some(change) = line.strip_prefix("alter table ") {
                alter(&mut tables, change.trim_end_matches(';'));
            } else if line.starts_with(')') {
                table = None;
            } else if let (Some(name), Some(column)) = (&table, line.strip_prefix("  ")) {
                let word = column.split(' ').next().unwrap();
                if !word.is_empty() && !["constraint", "primary", "unique", "--", "check"].contains(&word) {
                    tables.get_mut(name).unwrap().insert(word.to_owned());
                }
            }
        }
    }
    // The index is the one thing that has another shape.
    tables.remove("search");
    tables
}

/// Takes over what `alter table` does to columns; `change` begins with the table's name.
fn alter(tables: &mut BTreeMap<String, BTreeSet<String>>, change: &str) {
    let words: Vec<&str> = change.split(' ').collect();
    match words[..] {
        [table, "add", "column", name, ..] => assert!(tables.get_mut(table).unwrap().insert(name.to_owned()), "{table}.{name} is there"),
        [table, "drop", "column", name, ..] => assert!(tables.get_mut(table).unwrap().remove(name), "{table}.{name} is not there"),
        [table, "rename", "column", old, "to", new] => {
            let columns = tables.get_mut(table).unwrap();
            assert!(columns.remove(old) && columns.insert(new.to_owned()), "{table}.{old}");
        }
        _ => {}
    }
}

#[test]
fn both_databases_have_the_same_tables() {
    let sqlite = tables("sqlite");
    assert!(sqlite.len() > 15);
    assert!(sqlite["action"].contains("form_key") && sqlite["account"].contains("protocol"), "columns that came later: {sqlite:?}");
    assert_eq!(sqlite, tables("postgres"));
}

/// The tables of a backup as they are written down.
fn backed_up() -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/backup_tables");
    let parts = std::fs::read_dir(folder).unwrap().map(|part| std::fs::read_to_string(part.unwrap().path()).unwrap());
    // Before the tables stand words about them.
    parts.filter_map(|part| part.split_once("const TABLES").map(|(_, tables)| tables.to_owned())).collect()
}

#[test]
fn a_backup_holds_every_column() {
    let backup = backed_up();
    // What follows from other tables is made anew by a restore.
    let left_out = [
        "session",
        "sign_in_step",
        "sign_in_trip",
        "letter_look",
        "attempt",
        "search_todo",
        "account_message",
        "account_letters",
        "ledger_sum",
        "message_thread",
        "thread_key",
        "thread_todo",
    ];
    // A lease is of no use after a restore.
    let columns_left_out = ["claimed_by", "claimed_until", "append_until"];
    for (table, columns) in tables("sqlite") {
        if left_out.contains(&table.as_str()) {
            continue;
        }
        // A column may have a table's name.
        let start = [" &[", "\n        &["]
            .iter()
            .find_map(|then| backup.find(&format!("\"{table}\",{then}")))
            .unwrap_or_else(|| panic!("{table} is not in the backup"));
        let text = &backup[start..];
        let text = &text[..text.find(")]").unwrap_or(text.len())];
        let end = text.find("],\n    )").or_else(|| text.find("]),")).unwrap_or(text.len());
        for column in columns.iter().filter(|column| !columns_left_out.contains(&column.as_str())) {
            assert!(text[..end].contains(&format!("(\"{column}\", ")), "{table}.{column} is not in the backup");
        }
    }
}

// A new table that points at a letter or an account would stop every removal at its foreign key.
#[test]
fn the_removal_of_an_account_knows_every_table_that_leads_to_it() {
    let steps = concat!(include_str!("../src/removal_steps.rs"), include_str!("../src/sending_end.rs"));
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../migrations/sqlite");
    let mut unknown = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let mut table = "";
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("create table ").or_else(|| line.strip_prefix("alter table ")) {
                table = rest.split([' ', '(']).next().unwrap();
            }
            let leads = ["message", "account", "folder", "copy", "outbox"].iter().any(|to| line.contains(&format!("references {to} (")));
            let known = ["from", "update"].iter().any(|word| steps.contains(&format!("{word} {table} ")));
            if leads && !known {
                unknown.push(format!("{table}: {}", line.trim()));
            }
        }
    }
    assert!(unknown.is_empty(), "removal_steps.rs leaves {unknown:#?}");
}
