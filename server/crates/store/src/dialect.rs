//! The few statements that must differ between the databases, in pairs, with the reason.

use crate::{
    Database,
    index::IndexEntry,
    search::wording::{FIELDS, SHORT, mark_of},
};
use std::collections::HashMap;

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
fn vector_text(entry: &IndexEntry) -> String {
    // Words by their first appearance, for PostgreSQL sorts them itself; looked up by hash, for a sorted map was two thirds of an import.
    let mut words: Vec<(&str, &str, Vec<usize>)> = Vec::new();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    let mut position = 1;
    for (mark, text) in fields(entry) {
        for word in words_of(text) {
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

/// The texts of an entry, each with the mark of its field.
fn fields(entry: &IndexEntry) -> [(&'static str, &str); 5] {
    let [subject, senders, recipients, files, body] = FIELDS;
    [(subject, &entry.subject), (senders, &entry.senders), (recipients, &entry.recipients), (files, &entry.files), (body, &entry.body)]
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric))
}

/// How the words of an entry begin, each beginning once; those of a field stand there with its mark as well.
fn beginnings_text(entry: &IndexEntry) -> String {
    let (mut text, mut everywhere) = (String::new(), Vec::new());
    for (mark, words) in fields(entry) {
        let beginnings = beginnings_of(words);
        if !mark.is_empty() {
            beginnings.iter().for_each(|beginning| push_beginning(&mut text, mark, beginning));
        }
        everywhere.extend(beginnings);
    }
    sort_out(&mut everywhere);
    everywhere.iter().for_each(|beginning| push_beginning(&mut text, "", beginning));
    text
}

/// Up to [`SHORT`] letters; where there is none, NUL.
type Beginning = [char; SHORT];

/// The beginnings of one to [`SHORT`] letters, sorted, each once. Few words begin in a way of their own: the longest beginnings are sorted
/// out before the shorter ones are made of them, for this is done for every word of every letter.
fn beginnings_of(words: &str) -> Vec<Beginning> {
    let mut longest: Vec<Beginning> = words_of(words)
        .map(|word| {
            let mut beginning = [char::default(); SHORT];
            beginning.iter_mut().zip(word.chars()).for_each(|(place, letter)| *place = letter);
            beginning
        })
        .collect();
    sort_out(&mut longest);
    let mut all = longest.clone();
    for at in 1..SHORT {
        all.extend(longest.iter().map(|beginning| {
            let mut shorter = *beginning;
            shorter[at..].fill(char::default());
            shorter
        }));
    }
    sort_out(&mut all);
    all
}

fn sort_out(beginnings: &mut Vec<Beginning>) {
    beginnings.sort_unstable();
    beginnings.dedup();
}

fn push_beginning(text: &mut String, mark: &str, beginning: &Beginning) {
    text.push_str(mark);
    text.extend(beginning.iter().filter(|letter| **letter != char::default()));
    text.push(' ');
}

/// The column `marks` of FTS5.
fn marks_text(entry: &IndexEntry) -> String {
    entry.addresses.iter().map(|address| mark_of(*address)).collect::<Vec<_>>().join(" ")
}

/// What makes the index quick again after much was put in: PostgreSQL keeps new words on a pile that every question has to go through.
pub(crate) fn tidy_index(database: Database) -> Option<&'static str> {
    match database {
        Database::Sqlite => None,
        Database::Postgres => Some("select gin_clean_pending_list('search_words')"),
    }
}

/// SQLite: how many octets of words its index gathers in memory before it writes them: as many as one commit brings. With the megabyte
/// it takes by itself, one commit leaves several pieces, which are merged again and again. For each table of the index, the question
/// whether that is set and the statement that sets it. PostgreSQL has no such thing.
pub(crate) fn index_memory(database: Database) -> &'static [(&'static str, &'static str)] {
    match database {
        Database::Sqlite => &[
            (
                "select count(*) from search_config where k = 'hashsize' and v = 16777216",
                "insert into search (search, rank) values ('hashsize', 16777216)",
            ),
            (
                "select count(*) from search_beginning_config where k = 'hashsize' and v = 16777216",
                "insert into search_beginning (search_beginning, rank) values ('hashsize', 16777216)",
            ),
        ],
        Database::Postgres => &[],
    }
}

/// What an entry is in the index: for each of its tables, in the order of [`index_insert`], the columns.
pub(crate) fn index_columns(database: Database, entry: IndexEntry) -> Vec<Vec<String>> {
    match database {
        Database::Sqlite => {
            let (beginnings, marks) = (beginnings_text(&entry), marks_text(&entry));
            vec![vec![entry.subject, entry.senders, entry.recipients, entry.files, entry.body, marks], vec![beginnings]]
        }
        Database::Postgres => vec![vec![vector_text(&entry)]],
    }
}

/// The starts of the statements that put entries in: place, then the columns.
pub(crate) fn index_insert(database: Database) -> &'static [&'static str] {
    match database {
        Database::Sqlite => &[
            "insert into search (rowid, subject, senders, recipients, files, body, marks) ",
            "insert into search_beginning (rowid, words) ",
        ],
        Database::Postgres => &["insert into search (place, words) "],
    }
}

/// What stands before and after the text of a column, to make it what the column takes.
pub(crate) fn as_index_column(database: Database) -> (&'static str, &'static str) {
    match database {
        Database::Sqlite => ("", ""),
        Database::Postgres => ("cast(", " as tsvector)"),
    }
}

/// The starts of the statements that take entries out of the index; places and a bracket follow.
pub(crate) fn index_delete(database: Database) -> &'static [&'static str] {
    match database {
        Database::Sqlite => &["delete from search where rowid in (", "delete from search_beginning where rowid in ("],
        Database::Postgres => &["delete from search where place in ("],
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_beginning_stands_once_everywhere_and_once_with_the_mark_of_its_field() {
        let entry = IndexEntry { subject: "pension pens".into(), files: "世界.pdf pe".into(), body: "a pension".into(), ..nothing() };
        assert_eq!(beginnings_text(&entry), "s_p s_pe s_pen n_p n_pe a p pe pen ");
        assert_eq!(beginnings_text(&nothing()), "");
    }

    fn nothing() -> IndexEntry {
        let text = String::new;
        IndexEntry {
            message: model::MessageId(1),
            date: 0,
            subject: text(),
            senders: text(),
            recipients: text(),
            files: text(),
            body: text(),
            addresses: Vec::new(),
        }
    }
}
