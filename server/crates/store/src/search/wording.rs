//! The words of a search in the language of the database's index, and the statements that ask it.
//!
//! SQLite has two tables for that: `search` knows each word with its place, `search_beginning` only how the words of an entry begin, up to
//! [`SHORT`] letters, so that `re` typed finds without going through every word there is. PostgreSQL's index has both in one.

use super::{Clause, Field};
use crate::Database;

/// The marks of words of one field, in the order of [`Field::Subject`], [`Field::Sender`], [`Field::Recipient`], [`Field::File`] and
/// the text, which has none. Nobody can type them, for no word has a `_`.
pub(crate) const FIELDS: [&str; 5] = ["s_", "f_", "t_", "n_", ""];

/// The most letters of a beginning that SQLite's index has a list of.
pub(crate) const SHORT: usize = 3;

/// A table of SQLite's index; PostgreSQL has the first only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Table {
    #[default]
    Words,
    Beginnings,
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::Words => "search",
            Self::Beginnings => "search_beginning",
        }
    }
}

/// What an entry that has the coarse words must have besides.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fine {
    /// PostgreSQL: the whole question, where the order of words matters; its index does not know the order.
    InOrder(String),
    /// SQLite: this in the other table, or not this.
    Beside { table: Table, text: String, wanted: bool },
}

/// A question to the index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Match {
    /// What the index answers alone; empty = no word is asked for.
    pub coarse: String,
    lead: Table,
    fine: Option<Fine>,
    without: Vec<(Table, String)>,
}

impl Match {
    pub fn is_empty(&self) -> bool {
        self.coarse.is_empty()
    }

    /// What each entry is asked that has the coarse words.
    pub fn fine(&self) -> Option<&str> {
        self.fine.as_ref().map(|fine| match fine {
            Fine::InOrder(text) | Fine::Beside { text, .. } => text.as_str(),
        })
    }

    /// Words that must not stand there, when no other is asked for.
    pub fn unwanted(&self) -> impl Iterator<Item = &str> {
        self.without.iter().map(|(_, text)| text.as_str())
    }

    /// Lets the other table lead, where both are asked for something: for when few of what the first one finds fit the other.
    pub fn turn(&mut self) {
        if let Some(Fine::Beside { table, text, wanted: true }) = &mut self.fine {
            std::mem::swap(table, &mut self.lead);
            std::mem::swap(text, &mut self.coarse);
        }
    }
}

/// What must stand in a table and what must not.
#[derive(Default)]
struct Demand {
    wanted: Vec<String>,
    unwanted: Vec<String>,
}

impl Demand {
    fn of<'a>(clauses: impl Iterator<Item = &'a Clause>, one: impl Fn(&Clause) -> Option<String>) -> Self {
        let mut demand = Self::default();
        for clause in clauses {
            let list = if clause.negated { &mut demand.unwanted } else { &mut demand.wanted };
            list.extend(one(clause));
        }
        demand
    }

    /// All of it; empty when nothing is wanted.
    fn text(&self, database: Database) -> String {
        if self.wanted.is_empty() {
            return String::new();
        }
        match (database, self.unwanted.is_empty()) {
            (Database::Sqlite, true) => self.wanted.join(" AND "),
            (Database::Sqlite, false) => format!("({}) NOT ({})", self.wanted.join(" AND "), self.any_unwanted(database)),
            (Database::Postgres, true) => self.wanted.join(" & "),
            (Database::Postgres, false) => format!("{} & !({})", self.wanted.join(" & "), self.any_unwanted(database)),
        }
    }

    fn any_unwanted(&self, database: Database) -> String {
        self.unwanted.join(if database == Database::Sqlite { " OR " } else { " | " })
    }
}

/// The question in the index's language: clauses that must all hold, and of each list of addresses (by id) one.
/// Words are folded (letters and digits only), so nothing can escape its quotes.
pub(crate) fn match_of(database: Database, clauses: &[Clause], marks: &[Vec<i64>]) -> Match {
    let clauses: Vec<&Clause> = clauses.iter().filter(|clause| !clause.words.is_empty()).collect();
    let marks: Vec<String> = marks.iter().map(|list| any_mark(database, list)).collect();
    match database {
        Database::Sqlite => in_two_tables(&clauses, marks),
        Database::Postgres => in_one_table(&clauses, marks),
    }
}

fn in_two_tables(clauses: &[&Clause], marks: Vec<String>) -> Match {
    let of = |table: Table| Demand::of(clauses.iter().copied().filter(|clause| table_of(clause) == table), |clause| Some(in_fts5(clause)));
    let mut words = of(Table::Words);
    words.wanted.extend(marks);
    let beginnings = of(Table::Beginnings);
    let ((lead, first), (other, second)) = if words.wanted.is_empty() {
        ((Table::Beginnings, beginnings), (Table::Words, words))
    } else {
        ((Table::Words, words), (Table::Beginnings, beginnings))
    };
    let left_out = |table: Table, demand: &Demand| (!demand.unwanted.is_empty()).then(|| (table, demand.any_unwanted(Database::Sqlite)));
    if first.wanted.is_empty() {
        let without = [left_out(lead, &first), left_out(other, &second)].into_iter().flatten().collect();
        return Match { without, ..Match::default() };
    }
    let fine = if second.wanted.is_empty() {
        left_out(other, &second).map(|(table, text)| Fine::Beside { table, text, wanted: false })
    } else {
        Some(Fine::Beside { table: other, text: second.text(Database::Sqlite), wanted: true })
    };
    Match { coarse: first.text(Database::Sqlite), lead, fine, without: Vec::new() }
}

fn in_one_table(clauses: &[&Clause], marks: Vec<String>) -> Match {
    let with_marks = |mut demand: Demand| {
        demand.wanted.extend(marks.iter().cloned());
        demand
    };
    let whole = with_marks(Demand::of(clauses.iter().copied(), |clause| Some(in_tsquery(clause))));
    let coarse = with_marks(Demand::of(clauses.iter().copied(), unordered)).text(Database::Postgres);
    let without = if coarse.is_empty() && !whole.unwanted.is_empty() {
        vec![(Table::Words, whole.any_unwanted(Database::Postgres))]
    } else {
        Vec::new()
    };
    let in_order = clauses.iter().any(|clause| clause.words.len() > 1) && !whole.wanted.is_empty();
    let fine = in_order.then(|| Fine::InOrder(whole.text(Database::Postgres)));
    Match { coarse, lead: Table::Words, fine, without }
}

fn any_mark(database: Database, addresses: &[i64]) -> String {
    let addresses = if addresses.is_empty() { &[0] } else { addresses };
    let quote = if database == Database::Sqlite { '"' } else { '\'' };
    let marks: Vec<String> = addresses.iter().map(|address| format!("{quote}{}{quote}", mark_of(*address))).collect();
    format!("({})", marks.join(if database == Database::Sqlite { " OR " } else { " | " }))
}

/// The token of an address; no word has a `_`.
pub(crate) fn mark_of(address: i64) -> String {
    format!("_a{address}")
}

/// The mark of words of this field.
fn field_mark(field: Field) -> &'static str {
    let [subject, senders, recipients, files, everywhere] = FIELDS;
    match field {
        Field::Anywhere => everywhere,
        Field::Subject => subject,
        Field::Sender => senders,
        Field::Recipient => recipients,
        Field::File => files,
    }
}

/// SQLite: the table that answers a clause. A short beginning behind other words is left to the table that knows their order.
fn table_of(clause: &Clause) -> Table {
    match &clause.words[..] {
        [word] if clause.prefix && word.chars().count() <= SHORT => Table::Beginnings,
        _ => Table::Words,
    }
}

fn in_fts5(clause: &Clause) -> String {
    if table_of(clause) == Table::Beginnings {
        return format!("(\"{}{}\")", field_mark(clause.field), clause.words[0]);
    }
    let star = if clause.prefix { " *" } else { "" };
    let column = match clause.field {
        Field::Anywhere => "",
        Field::Subject => "subject : ",
        Field::Sender => "senders : ",
        Field::Recipient => "recipients : ",
        Field::File => "files : ",
    };
    format!("({column}\"{}\"{star})", clause.words.join(" "))
}

fn in_tsquery(clause: &Clause) -> String {
    format!("({})", lexemes(clause).join(" <-> "))
}

/// The words in any order; an exclusion of words in order cannot be asked so.
fn unordered(clause: &Clause) -> Option<String> {
    (!clause.negated || clause.words.len() == 1).then(|| format!("({})", lexemes(clause).join(" & ")))
}

fn lexemes(clause: &Clause) -> Vec<String> {
    let mark = field_mark(clause.field);
    let last = clause.words.len().saturating_sub(1);
    let star = |at: usize| if clause.prefix && at == last { ":*" } else { "" };
    clause.words.iter().enumerate().map(|(at, word)| format!("'{mark}{word}'{}", star(at))).collect()
}

/// Places of entries that have the coarse words `$1`, from `$2` to below `$3`, newest first, `$4` of them; and whether they have what
/// `$5` asks besides. FTS5 walks its lists in the order of places; PostgreSQL must be kept from walking the table instead of its index.
pub(crate) fn by_words(database: Database, words: &Match, few: &str) -> String {
    let coarse = match database {
        Database::Sqlite => {
            let (table, plus) = (words.lead.name(), if few.is_empty() { "" } else { "+" });
            let few = if few.is_empty() { String::new() } else { format!(" and +rowid in ({few})") };
            format!(
                "select rowid as place from {table} where {table} match $1{few} and {plus}rowid >= $2 and {plus}rowid < $3 order by rowid desc limit $4"
            )
        }
        Database::Postgres => {
            let few = if few.is_empty() { String::new() } else { format!(" and place in ({few})") };
            format!(
                "select place from search where words @@ cast($1 as tsquery){few} and place + 0 >= $2 and place + 0 < $3 order by place + 0 desc limit $4"
            )
        }
    };
    match &words.fine {
        None => format!("select place, cast(1 as bigint) from ({coarse}) found order by place desc"),
        Some(Fine::InOrder(_)) => format!(
            "select found.place, fine.fits from ({coarse}) found cross join lateral (
               select cast(cast(s.words @@ cast($5 as tsquery) as integer) as bigint) as fits from search s where s.place = found.place offset 0) fine
             order by found.place desc"
        ),
        Some(Fine::Beside { table, wanted, .. }) => {
            let (table, not) = (table.name(), if *wanted { "" } else { "not " });
            format!(
                "select found.place, {not}exists (select 1 from {table} s where s.{table} match $5 and s.rowid = found.place)
                 from ({coarse}) found order by found.place desc"
            )
        }
    }
}

/// PostgreSQL: the newest entries from `$2` to below `$3`, `$4` of them, and whether they have the words `$1`.
pub(crate) const TRY_NEWEST: &str = "select place, cast(cast(words @@ cast($1 as tsquery) as integer) as bigint)
     from (select place, words from search where place >= $2 and place < $3 order by place desc limit $4) newest order by place desc";

/// Conditions: the entry at PLACE has none of the unwanted words, which are the parameters from `$4` on. FTS5 lists them once,
/// PostgreSQL looks at each entry.
pub(crate) fn without(database: Database, words: &Match) -> String {
    let mut text = String::new();
    for (at, (table, _)) in words.without.iter().enumerate() {
        let (table, at) = (table.name(), at + 4);
        text.push_str(&match database {
            Database::Sqlite => {
                format!(" and PLACE not in (select rowid from {table} where {table} match ${at} and rowid >= $1 and rowid < $2)")
            }
            Database::Postgres => {
                format!(" and not exists (select 1 from search s where s.place = PLACE and s.words @@ cast(${at} as tsquery) offset 0)")
            }
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[&str], prefix: bool, field: Field, negated: bool) -> Clause {
        Clause { words: words.iter().map(|word| (*word).to_owned()).collect(), prefix, field, negated }
    }

    #[test]
    fn a_short_beginning_is_asked_of_the_table_of_beginnings_alone() {
        let asked = match_of(Database::Sqlite, &[typed(&["zo"], true, Field::Sender, false)], &[]);
        assert_eq!((asked.lead, asked.coarse.as_str(), asked.fine()), (Table::Beginnings, "(\"f_zo\")", None));
        // Longer ones, whole words and phrases are not in it.
        for (words, prefix) in [(&["pens"][..], true), (&["zo"], false), (&["annual", "re"], true)] {
            assert_eq!(match_of(Database::Sqlite, &[typed(words, prefix, Field::Anywhere, false)], &[]).lead, Table::Words, "{words:?}");
        }
    }

    #[test]
    fn whichever_table_leads_the_other_has_the_rest_of_the_question() {
        let clauses = [typed(&["annual"], false, Field::Anywhere, false), typed(&["re"], true, Field::Anywhere, false)];
        let mut asked = match_of(Database::Sqlite, &clauses, &[vec![12]]);
        let before = asked.clone();
        assert_eq!((asked.lead, asked.coarse.as_str(), asked.fine()), (Table::Words, "(\"annual\") AND (\"_a12\")", Some("(\"re\")")));
        asked.turn();
        assert_eq!((asked.lead, asked.coarse.as_str(), asked.fine()), (Table::Beginnings, "(\"re\")", Some("(\"annual\") AND (\"_a12\")")));
        asked.turn();
        assert_eq!(asked, before);
        // What must not stand there cannot lead.
        let mut without = match_of(Database::Sqlite, &[clauses[0].clone(), typed(&["re"], true, Field::Anywhere, true)], &[]);
        without.turn();
        assert_eq!((without.lead, without.coarse.as_str(), without.fine()), (Table::Words, "(\"annual\")", Some("(\"re\")")));
    }
}
