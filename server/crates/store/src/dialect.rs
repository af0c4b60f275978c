//! The few statements that must differ between the databases, in pairs, with the reason.

use crate::{
    Database,
    index::IndexEntry,
    search::{Clause, Field},
};
use std::collections::HashMap;

/// A question to the index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Match {
    /// What the index answers alone; empty = no word is asked for.
    pub coarse: String,
    /// PostgreSQL: the whole question, where the order of words matters; its index does not know the order.
    pub fine: Option<String>,
    /// Words that must not stand there, when no other is asked for.
    pub without: String,
    plain: (String, Option<String>),
}

impl Match {
    pub fn is_empty(&self) -> bool {
        self.coarse.is_empty()
    }

    /// The same without the addresses of clients.
    pub fn without_marks(&self) -> Match {
        Match { coarse: self.plain.0.clone(), fine: self.plain.1.clone(), without: self.without.clone(), plain: self.plain.clone() }
    }
}

/// The question in the index's language: clauses that must all hold, and of each list of addresses (by id) one.
/// Words are folded (letters and digits only), so nothing can escape its quotes.
pub(crate) fn match_of(database: Database, clauses: &[Clause], marks: &[Vec<i64>]) -> Match {
    let clauses: Vec<&Clause> = clauses.iter().filter(|clause| !clause.words.is_empty()).collect();
    let (without, with): (Vec<&Clause>, Vec<&Clause>) = clauses.iter().partition(|clause| clause.negated);
    let marks: Vec<String> = marks.iter().map(|list| any_mark(database, list)).collect();
    let text = |one: fn(&Clause) -> Option<String>, marks: &[String]| -> String {
        let wanted: Vec<String> = with.iter().filter_map(|clause| one(clause)).chain(marks.iter().cloned()).collect();
        if wanted.is_empty() {
            return String::new();
        }
        let unwanted: Vec<String> = without.iter().filter_map(|clause| one(clause)).collect();
        match (database, unwanted.is_empty()) {
            (Database::Sqlite, true) => wanted.join(" AND "),
            (Database::Sqlite, false) => format!("({}) NOT ({})", wanted.join(" AND "), unwanted.join(" OR ")),
            (Database::Postgres, true) => wanted.join(" & "),
            (Database::Postgres, false) => format!("{} & !({})", wanted.join(" & "), unwanted.join(" | ")),
        }
    };
    let without_text = |one: fn(&Clause) -> Option<String>| -> String {
        let unwanted: Vec<String> = without.iter().filter_map(|clause| one(clause)).collect();
        unwanted.join(if database == Database::Sqlite { " OR " } else { " | " })
    };
    match database {
        Database::Sqlite => {
            let (coarse, plain) = (text(in_fts5, &marks), text(in_fts5, &[]));
            let without = if coarse.is_empty() || plain.is_empty() { without_text(in_fts5) } else { String::new() };
            Match { coarse, fine: None, without, plain: (plain, None) }
        }
        Database::Postgres => {
            let in_order = clauses.iter().any(|clause| clause.words.len() > 1);
            let fine = |marks: &[String]| in_order.then(|| text(in_tsquery, marks)).filter(|text| !text.is_empty());
            let (coarse, plain) = (text(unordered, &marks), text(unordered, &[]));
            let without = if coarse.is_empty() || plain.is_empty() { without_text(in_tsquery) } else { String::new() };
            Match { fine: fine(&marks), plain: (plain, fine(&[])), coarse, without }
        }
    }
}

fn any_mark(database: Database, addresses: &[i64]) -> String {
    let addresses = if addresses.is_empty() { &[0] } else { addresses };
    let quote = if database == Database::Sqlite { '"' } else { '\'' };
    let marks: Vec<String> = addresses.iter().map(|address| format!("{quote}{}{quote}", mark_of(*address))).collect();
    format!("({})", marks.join(if database == Database::Sqlite { " OR " } else { " | " }))
}

/// The token of an address; no word has a `_`.
fn mark_of(address: i64) -> String {
    format!("_a{address}")
}

fn in_fts5(clause: &Clause) -> Option<String> {
    let star = if clause.prefix { " *" } else { "" };
    let column = match clause.field {
        Field::Anywhere => "",
        Field::Subject => "subject : ",
        Field::Sender => "senders : ",
        Field::Recipient => "recipients : ",
        Field::File => "files : ",
    };
    Some(format!("({column}\"{}\"{star})", clause.words.join(" ")))
}

fn in_tsquery(clause: &Clause) -> Option<String> {
    Some(format!("({})", lexemes(clause).join(" <-> ")))
}

/// The words in any order; an exclusion of words in order cannot be asked so.
fn unordered(clause: &Clause) -> Option<String> {
    (!clause.negated || clause.words.len() == 1).then(|| format!("({})", lexemes(clause).join(" & ")))
}

fn lexemes(clause: &Clause) -> Vec<String> {
    let mark = match clause.field {
        Field::Anywhere => "",
        Field::Subject => "s_",
        Field::Sender => "f_",
        Field::Recipient => "t_",
        Field::File => "n_",
    };
    let last = clause.words.len().saturating_sub(1);
    let star = |at: usize| if clause.prefix && at == last { ":*" } else { "" };
    clause.words.iter().enumerate().map(|(at, word)| format!("'{mark}{word}'{}", star(at))).collect()
}

/// Places of entries that have the words `$1`, from `$2` to below `$3`, newest first, `$4` of them; and whether the words stand in
/// the order of `$5`. FTS5 walks its lists in the order of places; PostgreSQL must be kept from walking the table instead of its index.
pub(crate) fn by_words(database: Database, words: &Match, few: &str) -> String {
    let (range, order) = if few.is_empty() { ("", "") } else { ("+", "+") };
    match database {
        Database::Sqlite => {
            let few = if few.is_empty() { String::new() } else { format!(" and +rowid in ({few})") };
            format!(
                "select rowid, 1 from search where search match $1{few} and {range}rowid >= $2 and {order}rowid < $3 order by rowid desc limit $4"
            )
        }
        Database::Postgres => {
            let few = if few.is_empty() { String::new() } else { format!(" and place in ({few})") };
            let coarse = format!(
                "select place from search where words @@ cast($1 as tsquery){few} and place + 0 >= $2 and place + 0 < $3 order by place + 0 desc limit $4"
            );
            if words.fine.is_none() {
                return format!("select place, cast(1 as bigint) from ({coarse}) found");
            }
            format!(
                "select found.place, fine.fits from ({coarse}) found cross join lateral (
                   select cast(cast(s.words @@ cast($5 as tsquery) as integer) as bigint) as fits from search s where s.place = found.place offset 0) fine
                 order by found.place desc"
            )
        }
    }
}

/// PostgreSQL: the newest entries from `$2` to below `$3`, `$4` of them, and whether they have the words `$1`.
pub(crate) const TRY_NEWEST: &str = "select place, cast(cast(words @@ cast($1 as tsquery) as integer) as bigint)
     from (select place, words from search where place >= $2 and place < $3 order by place desc limit $4) newest order by place desc";

/// A condition: the entry at PLACE does not have the words `$4`. FTS5 lists them once, PostgreSQL looks at each entry.
pub(crate) fn without(database: Database) -> &'static str {
    match database {
        Database::Sqlite => " and PLACE not in (select rowid from search where search match $4 and rowid >= $1 and rowid < $2)",
        Database::Postgres => " and not exists (select 1 from search s where s.place = PLACE and s.words @@ cast($4 as tsquery) offset 0)",
    }
}

/// The ids `m.id` in the list `$3`, made by [`list`]: for what is asked of other tables alone.
pub(crate) fn ids_of(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "(select value as id from json_each($3)) m",
        Database::Postgres => "unnest(cast($3 as bigint[])) as m (id)",
    }
}

/// The letters `m` whose ids are in the list `$3`, made by [`list`].
pub(crate) fn letters_of(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "json_each($3) listed cross join message m on m.id = listed.value",
        Database::Postgres => "unnest(cast($3 as bigint[])) as listed (value) join message m on m.id = listed.value",
    }
}

/// Numbers as one parameter.
pub(crate) fn list(database: Database, numbers: impl Iterator<Item = i64>) -> String {
    let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    match database {
        Database::Sqlite => format!("[{}]", numbers.join(",")),
        Database::Postgres => format!("{{{}}}", numbers.join(",")),
    }
}

/// That what stands before it is in the list `place`, made by [`list`].
pub(crate) fn among(database: Database, place: &str) -> String {
    match database {
        Database::Sqlite => format!("in (select value from json_each({place}))"),
        Database::Postgres => format!("= any(cast({place} as bigint[]))"),
    }
}

/// A JSON array of texts, as the parameter `$3`, as rows of `listed`: `value`, and its place `at` from 1 on.
pub(crate) fn texts(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "(select value, key + 1 as at from json_each($3)) as listed",
        Database::Postgres => "json_array_elements_text(cast($3 as json)) with ordinality as listed (value, at)",
    }
}

/// PostgreSQL's limit on positions in a `tsvector`.
const LAST_POSITION: usize = 16_383;
/// PostgreSQL keeps at most 256 positions of a word.
const POSITIONS_OF_A_WORD: usize = 256;

/// The `tsvector` of an entry as text. Built here, not by `to_tsvector`, so that PostgreSQL indexes the very tokens FTS5 does.
pub(crate) fn vector_text(entry: &IndexEntry) -> String {
    // Words by their first appearance, for PostgreSQL sorts them itself; looked up by hash, for a sorted map was two thirds of an import.
    let mut words: Vec<(&str, &str, Vec<usize>)> = Vec::new();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    let mut position = 1;
    let fields = [("s_", &entry.subject), ("f_", &entry.senders), ("t_", &entry.recipients), ("n_", &entry.files), ("", &entry.body)];
    for (mark, text) in fields {
        for word in text.split(' ').filter(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric)) {
            for mark in std::iter::once("").chain((!mark.is_empty()).then_some(mark)) {
                let at = *known.entry((mark, word)).or_insert_with(|| {
                    words.push((mark, word, Vec::new()));
                    words.len() - 1
                });
                let list = &mut words[at].2;
                if list.len() < POSITIONS_OF_A_WORD && list.last() != Some(&position) {
                    list.push(position);
                }
            }
            position = (position + 1).min(LAST_POSITION);
        }
        // A phrase must not reach from one field into the next.
        position = (position + 2).min(LAST_POSITION);
    }
    let mut out = String::new();
    for (mark, word, list) in words {
        let list: Vec<String> = list.iter().map(usize::to_string).collect();
        out.push_str(&format!("'{mark}{word}':{} ", list.join(",")));
    }
    for address in &entry.addresses {
        out.push_str(&format!("'{}' ", mark_of(*address)));
    }
    out
}

/// The column `marks` of FTS5.
pub(crate) fn marks_text(entry: &IndexEntry) -> String {
    entry.addresses.iter().map(|address| mark_of(*address)).collect::<Vec<_>>().join(" ")
}

/// What makes the index quick again after much was put in: PostgreSQL keeps new words on a pile that every question has to go through.
pub(crate) fn tidy_index(database: Database) -> Option<&'static str> {
    match database {
        Database::Sqlite => None,
        Database::Postgres => Some("select gin_clean_pending_list('search_words')"),
    }
}

/// Whether SQLite's index gathers as many words in memory before it writes them as one commit brings, and the statement that says so:
/// with the megabyte it takes by itself, one commit leaves several pieces, which are merged again and again. PostgreSQL has no such thing.
pub(crate) fn index_memory(database: Database) -> Option<(&'static str, &'static str)> {
    match database {
        Database::Sqlite => Some((
            "select count(*) from search_config where k = 'hashsize' and v = 16777216",
            "insert into search (search, rank) values ('hashsize', 16777216)",
        )),
        Database::Postgres => None,
    }
}

/// The start of the statement that takes entries out of the index; ids and a bracket follow.
pub(crate) fn index_delete(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "delete from search where rowid in (",
        Database::Postgres => "delete from search where place in (",
    }
}

/// Whether the database ended a transaction only because another one was in its way: it may be tried again. SQLite has one writer.
pub(crate) fn gave_way(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == "40001" || code == "40P01")
}

/// Whether a row points at another one that is not there (any more).
pub(crate) fn leads_nowhere(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation)
}

/// Makes transactions that join conversations follow each other to their end. SQLite has one writer.
pub(crate) fn in_turn(database: Database) -> Option<&'static str> {
    match database {
        Database::Sqlite => None,
        Database::Postgres => Some("select pg_advisory_xact_lock(7480115)"),
    }
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
        Database::Postgres => [
            "cost_centre",
            "app_user",
            "one_time_link",
            "address",
            "account",
            "folder",
            "label",
            "message",
            "copy",
            "party",
            "collection",
            "statement",
            "saved_filter",
            "removed_mailbox",
            "service",
            "web_configuration",
            "send_as",
            "outbox",
            "draft",
            "draft_attachment",
            "document_text",
            "contact_type",
            "queue",
            "account_forward",
            "api_token",
            "webhook",
            "webhook_delivery",
            "action",
            "action_occurrence",
        ]
        .into_iter()
        .map(|table| {
            format!("select setval(pg_get_serial_sequence('{table}', 'id'), coalesce((select max(id) from {table}), 0) + 1, false)")
        })
        .collect(),
    }
}

/// The questions for the database's own version and for the octets it takes.
pub(crate) fn about(database: Database) -> (&'static str, &'static str) {
    match database {
        Database::Sqlite => ("select sqlite_version()", "select page_count * page_size from pragma_page_count(), pragma_page_size()"),
        Database::Postgres => ("select current_setting('server_version')", "select pg_database_size(current_database())"),
    }
}
