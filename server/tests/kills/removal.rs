//! The removal of an account that is ended again and again: each start goes on where it was, and what is left is right at every moment.

use crate::harness::{Office, databases};

const LETTERS: i64 = 1_500;

#[test]
fn a_removal_that_is_killed_goes_on_where_it_was() {
    for database in databases() {
        let office = Office::new(database.as_deref());
        let letter = |n: i64| format!("From a@b.example Sat Mar 14 09:12:00 2026\nFrom: a{n}@b.example\nSubject: {n}\n\nText {n}\n\n");
        std::fs::write(office.path("old.mbox"), (0..LETTERS).map(letter).collect::<String>()).unwrap();
        let import = ["import", &office.file("old.mbox"), "--account", "Old mail"];
        office.run(&import);
        let remove = ["account", "remove", "Old mail", "--letters", "remove"];
        let mut left = LETTERS;
        // It dies just before or just after a step is durable, now early, now late.
        for brink in ["commit#2", "committed#3", "commit#5", "committed#4", "commit#3", "committed#5"] {
            let killed = office.command(&remove).env("POSTROOM_DIE_AT", brink).output().unwrap();
            if killed.status.code().is_some() {
                break;
            }
            if office.run(&["account", "list"]).is_empty() {
                break;
            }
            let sums = office.sums();
            assert_eq!((sums[0].1, sums[5].1), (sums[1].1, 0), "the ledger balances at {brink}: {sums:?}");
            assert!(sums[1].1 <= left, "nothing comes back at {brink}: {sums:?}");
            left = sums[1].1;
            let found = office.run(&["search", "from:b.example", "--limit", "5000", "--json"]).lines().count() as i64;
            assert_eq!(found, left, "what is found is what is left at {brink}");
        }
        assert!(left < LETTERS, "it was ended in the midst");
        if !office.run(&["account", "list"]).is_empty() {
            office.run(&remove);
        }
        assert!(office.run(&["account", "list"]).is_empty());
        assert_eq!(office.run(&["search", "from:b.example", "--json"]).lines().count(), 0);
        assert!(office.run(&["verify"]).contains("all in order"));
        // Nothing of it is left that would stop the same file from coming in whole.
        office.run(&import);
        assert_eq!((office.sums()[1].1, office.sums()[5].1), (LETTERS, 0));
    }
}
