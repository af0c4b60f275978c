//! The few statements that must differ between the databases, in pairs, with the reason.

use crate::{
    Database,
    search::{Clause, IndexEntry},
};

/// Where full-text matches come from: joined to `message m`; the match text is the parameter `$3`.
/// FTS5 matches on the table's own name; PostgreSQL has a column of its own.
pub(crate) fn search_source(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "search join message m on m.id = search.rowid where search match $3",
        Database::Postgres => "search join message m on m.id = search.message_id where search.words @@ cast($3 as tsquery)",
    }
}

/// Letters that have the words of the parameter `$N`, as a list of ids.
pub(crate) fn search_ids(database: Database, parameter: usize) -> String {
    match database {
        Database::Sqlite => format!("select rowid from search where search match ${parameter}"),
        Database::Postgres => format!("select message_id from search where words @@ cast(${parameter} as tsquery)"),
    }
}

/// The match text of clauses that must all hold. Words are folded (letters and digits only), so nothing can escape its quotes.
pub(crate) fn match_text(database: Database, clauses: &[&Clause]) -> String {
    let parts: Vec<String> = clauses.iter().map(|clause| one_clause(database, clause)).collect();
    parts.join(match database {
        Database::Sqlite => " AND ",
        Database::Postgres => " & ",
    })
}

fn one_clause(database: Database, clause: &Clause) -> String {
    let words: Vec<&str> = clause.words.iter().map(String::as_str).filter(|word| word.chars().all(char::is_alphanumeric)).collect();
    match database {
        Database::Sqlite => {
            let star = if clause.prefix { " *" } else { "" };
            let column = if clause.subject_only {
                "subject : "
            } else if clause.files_only {
                "files : "
            } else {
                ""
            };
            format!("({column}\"{}\"{star})", words.join(" "))
        }
        Database::Postgres => {
            let weight = if clause.subject_only {
                "A"
            } else if clause.files_only {
                "C"
            } else {
                ""
            };
            let star = if clause.prefix { "*" } else { "" };
            let colon = if weight.is_empty() && star.is_empty() { "" } else { ":" };
            let words: Vec<String> = words.iter().map(|word| format!("'{word}'{colon}{star}{weight}")).collect();
            format!("({})", words.join(" <-> "))
        }
    }
}

/// PostgreSQL's limit on positions in a `tsvector`.
const LAST_POSITION: usize = 16_383;
/// PostgreSQL keeps at most 256 positions of a word.
const POSITIONS_OF_A_WORD: usize = 256;

/// The `tsvector` of an entry as text. Built here, not by `to_tsvector`, so that PostgreSQL indexes the very tokens FTS5 does.
pub(crate) fn vector_text(entry: &IndexEntry) -> String {
    use std::collections::BTreeMap;
    let mut places: BTreeMap<&str, Vec<(usize, char)>> = BTreeMap::new();
    let mut position = 1;
    for (weight, text) in [('A', &entry.subject), ('B', &entry.people), ('C', &entry.files), ('D', &entry.body)] {
        for word in text.split(' ').filter(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric)) {
            let list = places.entry(word).or_default();
            if list.len() < POSITIONS_OF_A_WORD {
                list.push((position.min(LAST_POSITION), weight));
            }
            position += 1;
        }
        // A phrase must not reach from one field into the next.
        position += 2;
    }
    let mut out = String::new();
    for (word, list) in places {
        let list: Vec<String> = list.iter().map(|(at, weight)| format!("{at}{weight}")).collect();
        out.push_str(&format!("'{word}':{} ", list.join(",")));
    }
    out
}

/// The start of the statement that takes entries out of the index; ids and a bracket follow.
pub(crate) fn index_delete(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "delete from search where rowid in (",
        Database::Postgres => "delete from search where message_id in (",
    }
}

/// Whether the database ended a transaction only because another one was in its way: it may be tried again. SQLite has one writer.
pub(crate) fn gave_way(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == "40001" || code == "40P01")
}

/// How a transaction that sees one moment begins (for backups): SQLite's snapshot starts with its first read.
pub(crate) fn begin_snapshot(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "begin",
        Database::Postgres => "begin isolation level repeatable read read only",
    }
}

/// What a restore ends with: PostgreSQL's sequences do not notice ids that were given; SQLite's do.
pub(crate) fn after_restore(database: Database) -> Vec<String> {
    match database {
        Database::Sqlite => Vec::new(),
        Database::Postgres => {
            ["cost_centre", "app_user", "address", "account", "folder", "message", "copy", "party", "collection", "statement"]
                .into_iter()
                .map(|table| {
                    format!("select setval(pg_get_serial_sequence('{table}', 'id'), coalesce((select max(id) from {table}), 0) + 1, false)")
                })
                .collect()
        }
    }
}
