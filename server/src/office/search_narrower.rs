//! On whose files the results of a search are, and what would narrow it.
//!
//! Must never: name a client outside the viewer's scope, or count a letter that the viewer may not see: only results are counted.

use super::{Office, days, trouble::problem_of};
use model::{Direction, HistoryRow, MessageId, NarrowBy, Narrower, OnFileOf, Problem};
use postroom_store::{LetterTraits, Scope};
use std::collections::{BTreeMap, HashMap};

/// Ways of one kind that are offered: those that leave most letters.
const OFFERED: usize = 5;

impl Office {
    /// Names the clients of each row, and counts by what the question could be narrowed, among the results `counted`.
    pub(super) async fn narrower(&self, scope: Scope, counted: &[MessageId], rows: &mut [HistoryRow]) -> Result<Vec<Narrower>, Problem> {
        let mut ids: Vec<MessageId> = counted.to_vec();
        ids.extend(rows.iter().map(|row| row.id).filter(|id| !counted.contains(id)));
        let clients = self.store.clients_with(scope, &ids).await.map_err(problem_of)?;
        for row in rows {
            row.clients = clients.get(&row.id).cloned().unwrap_or_default();
        }
        let traits = self.store.letter_traits(counted).await.map_err(problem_of)?;
        let zone = self.time_zone();
        Ok(ways(&traits, &clients, &|date| days::day_of(date, &zone)))
    }
}

/// What splits the letters, by kind; within one kind what leaves most comes first, years from new to old.
fn ways(traits: &[LetterTraits], clients: &BTreeMap<MessageId, Vec<OnFileOf>>, day: &dyn Fn(i64) -> String) -> Vec<Narrower> {
    let mut ways: HashMap<(NarrowBy, String), (String, i64)> = HashMap::new();
    let mut count = |by: NarrowBy, term: String, words: &str| {
        ways.entry((by, term)).or_insert_with(|| (words.to_owned(), 0)).1 += 1;
    };
    for letter in traits {
        for client in clients.get(&letter.id).into_iter().flatten() {
            count(NarrowBy::Client, format!("client:\"{}\"", client.code), &client.name);
        }
        if !letter.from.address.is_empty() {
            let name = if letter.from.name.trim().is_empty() { &letter.from.address } else { &letter.from.name };
            count(NarrowBy::Sender, format!("from:\"{}\"", letter.from.address), name);
        }
        let year = day(letter.date).get(..4).map(str::to_owned).unwrap_or_default();
        if let Ok(number) = year.parse::<i32>() {
            count(NarrowBy::Year, format!("after:{year} before:{:04}", number + 1), &year);
        }
        let (term, words) = match letter.direction {
            Direction::Received => ("is:received", "Received"),
            Direction::Sent => ("is:sent", "Sent"),
        };
        count(NarrowBy::Direction, term.to_owned(), words);
        if letter.has_files {
            count(NarrowBy::Files, "has:attachment".to_owned(), "With files");
        }
    }
    let all = traits.len() as i64;
    // What every letter has narrows nothing; what a question could not hold is not offered.
    let mut list: Vec<Narrower> = ways
        .into_iter()
        .filter(|((_, term), (_, letters))| *letters < all && is_writable(term))
        .map(|((by, term), (words, letters))| Narrower { by, words, term, letters })
        .collect();
    list.sort_by(|a, b| {
        let newest = || if a.by == NarrowBy::Year { b.words.cmp(&a.words) } else { std::cmp::Ordering::Equal };
        a.by.cmp(&b.by).then(newest()).then(b.letters.cmp(&a.letters)).then(a.words.cmp(&b.words)).then(a.term.cmp(&b.term))
    });
    let mut offered: HashMap<NarrowBy, usize> = HashMap::new();
    list.retain(|way| {
        let so_far = offered.entry(way.by).or_default();
        *so_far += 1;
        *so_far <= OFFERED
    });
    list
}

/// A value that holds a quotation mark of its own cannot be quoted.
fn is_writable(term: &str) -> bool {
    let marks = term.chars().filter(|c| matches!(c, '"' | '“' | '”' | '„' | '«' | '»')).count();
    marks == 0 || marks == 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ClientId, Mailbox};

    fn letter(id: i64, from: &str, date: i64, sent: bool) -> LetterTraits {
        LetterTraits {
            id: MessageId(id),
            date,
            direction: if sent { Direction::Sent } else { Direction::Received },
            from: Mailbox { name: String::new(), address: from.into() },
            has_files: id == 1,
        }
    }

    #[test]
    fn only_what_splits_the_letters_is_offered_years_from_new_to_old() {
        let letters = [letter(1, "a@x.example", 2023, false), letter(2, "b@x.example", 2024, false), letter(3, "b@x.example", 2024, false)];
        let client = |id: i64, code: &str| OnFileOf {
            id: ClientId(id),
            is_contact: false,
            code: code.into(),
            name: format!("N{id}"),
            why: Vec::new(),
        };
        let clients = BTreeMap::from([(MessageId(1), vec![client(1, "K 1"), client(2, "K\"2")]), (MessageId(3), vec![client(1, "K 1")])]);
        let found = ways(&letters, &clients, &|date| format!("{date}-05-01"));
        let shown: Vec<_> = found.iter().map(|way| (way.term.as_str(), way.letters)).collect();
        assert_eq!(
            shown,
            [
                ("client:\"K 1\"", 2),
                ("from:\"b@x.example\"", 2),
                ("from:\"a@x.example\"", 1),
                ("after:2024 before:2025", 2),
                ("after:2023 before:2024", 1),
                ("has:attachment", 1),
            ]
        );
    }
}
