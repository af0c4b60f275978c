//! Searching letters, and what of the question could not be understood.
//!
//! Must never: count, name or show what the viewer may not see. Folders, accounts and clients that a question names are looked for
//! among those of the viewer; the rest does not exist for it.

use super::{Office, Principal, letters::in_background, trouble::problem_of};
use model::{BEST_AMONG, COUNTED, FolderId, HistoryRow, LabelId, Matches, MessageId, Page, Problem, SearchOrder, SearchResults};
use postroom_mail::query::{Query, Term};
use postroom_mail::words;
use postroom_store::{LetterText, Scope, SearchQuery, Within};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Characters of a snippet.
const SNIPPET: usize = 180;
/// Clients that one `client:` may mean.
const CLIENTS: usize = 200;

/// A question as asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The words.
    pub words: &'a str,
    /// In which order.
    pub order: SearchOrder,
    /// Where the page begins.
    pub cursor: Option<&'a str>,
    /// The last word is not finished yet.
    pub typing: bool,
}

/// A page of results, and what is known of all of them.
struct Found {
    page: Page<HistoryRow>,
    matches: Option<Matches>,
    until: Option<i64>,
    /// On the first page: letters by which narrower questions are counted.
    counted: Vec<MessageId>,
}

/// Results, best first.
pub(super) struct BestFirst {
    pub letters: Vec<MessageId>,
    /// There are older ones that were not compared.
    pub more: bool,
}

impl Office {
    /// Everything the viewer may see that answers the question.
    pub async fn search(&self, who: &Principal, asked: Asked<'_>, limit: usize) -> Result<SearchResults, Problem> {
        let scope = who.scope()?;
        let mut query = postroom_mail::query::parse(asked.words, &self.time_zone(), asked.typing);
        let behind = self.behind(who).await?;
        if query.is_empty() {
            return Ok(SearchResults::none(query.remarks, behind));
        }
        let wanted = self.resolved(scope, &mut query).await?;
        let Found { mut page, matches, until, counted } = match asked.order {
            SearchOrder::Newest => self.newest(scope, &wanted, asked.cursor, limit).await?,
            SearchOrder::Best => self.best(scope, &wanted, &query, asked.cursor, limit).await?,
        };
        self.add_snippets(&query, &mut page.rows).await?;
        let mut page = self.page_with_marks(who, page).await?;
        let narrower = self.narrower(scope, &counted, &mut page.rows).await?;
        Ok(SearchResults { page, matches, remarks: query.remarks, behind, until, narrower, counted: counted.len() as i64 })
    }

    /// Letters not searchable yet. How many letters come in is not everybody's to know.
    pub(super) async fn behind(&self, who: &Principal) -> Result<i64, Problem> {
        let behind = self.store.index_behind().await.map_err(problem_of)?;
        Ok(if behind > 0 && !who.is_administrator() { -1 } else { behind })
    }

    async fn newest(&self, scope: Scope, wanted: &SearchQuery, cursor: Option<&str>, limit: usize) -> Result<Found, Problem> {
        let below = read_cursor(cursor, 'p')?;
        // The first page counts as far as counting goes; later ones need not again.
        let most = if below.is_none() { (COUNTED as usize + 1).max(limit + 1) } else { limit + 1 };
        let hits = self.store.search(scope, wanted, below, most).await.map_err(problem_of)?;
        let found = hits.places.len();
        let matches = below.is_none().then(|| match hits.reached {
            None if found as i64 <= COUNTED => Matches::Exactly(found as i64),
            None => Matches::MoreThan(COUNTED),
            Some(_) => Matches::MoreThan((found as i64 - 1).clamp(0, COUNTED)),
        });
        let (next, until) = match (hits.places.get(limit), hits.reached) {
            (Some(_), _) => (hits.places.get(limit - 1).copied(), None),
            (None, reached) => (reached, reached.map(postroom_store::date_at)),
        };
        let mut letters = hits.letters();
        let rows = self.store.letter_rows(&letters[..letters.len().min(limit)]).await.map_err(problem_of)?;
        letters.truncate(if below.is_none() { BEST_AMONG } else { 0 });
        Ok(Found { page: Page { rows, next: next.map(|place| format!("p.{place}")) }, matches, until, counted: letters })
    }

    /// The best of the newest: to compare every letter that has a common word would take too long, and old ones are rarely meant.
    async fn best(&self, scope: Scope, wanted: &SearchQuery, query: &Query, cursor: Option<&str>, limit: usize) -> Result<Found, Problem> {
        let skip = read_cursor(cursor, 'b')?.unwrap_or_default();
        let skip = usize::try_from(skip).map_err(|_| Problem::NotFound)?;
        let BestFirst { letters: ranked, more } = self.best_first(scope, wanted, query).await?;
        let shown: Vec<MessageId> = ranked.iter().skip(skip).take(limit).copied().collect();
        let next = (skip + limit < ranked.len()).then(|| format!("b.{}", skip + limit));
        let count = ranked.len() as i64;
        let matches = (skip == 0).then_some(if more { Matches::MoreThan(count) } else { Matches::Exactly(count) });
        let rows = self.store.letter_rows(&shown).await.map_err(problem_of)?;
        Ok(Found { page: Page { rows, next }, matches, until: None, counted: if skip == 0 { ranked } else { Vec::new() } })
    }

    /// The newest results, best first.
    pub(super) async fn best_first(&self, scope: Scope, wanted: &SearchQuery, query: &Query) -> Result<BestFirst, Problem> {
        let hits = self.store.search(scope, wanted, None, BEST_AMONG + 1).await.map_err(problem_of)?;
        let more = hits.places.len() > BEST_AMONG || hits.reached.is_some();
        let letters: Vec<MessageId> = hits.letters().into_iter().take(BEST_AMONG).collect();
        let texts = self.store.texts(&letters).await.map_err(problem_of)?;
        let terms: Vec<Term> = query.terms.iter().chain(&query.subject).cloned().collect();
        let letters = in_background(move || rank(letters, texts, &terms)).await?;
        Ok(BestFirst { letters, more })
    }

    /// The question with its clients and folders found among those the viewer may know.
    pub(super) async fn resolved(&self, scope: Scope, query: &mut Query) -> Result<SearchQuery, Problem> {
        let mut wanted = postroom_sync::search_query(query);
        for name in &query.client {
            // A whole code is one client, also where others' codes begin with it.
            if let Ok(card) = self.store.client_by_code(scope, name).await {
                wanted.clients.push(vec![card.id]);
                continue;
            }
            let parts: Vec<String> = name.split_whitespace().map(str::to_owned).collect();
            let mut clients = self.store.clients(scope, &parts, None, CLIENTS as i64 + 1).await.map_err(problem_of)?;
            if clients.is_empty() {
                query.remarks.push(format!("No client of yours has “{name}” in the code, the name or an address."));
            }
            if clients.len() > CLIENTS {
                query.remarks.push(format!(
                    "More than {CLIENTS} clients have “{name}”: only the first were searched. Say more of the name, or the code."
                ));
                clients.truncate(CLIENTS);
            }
            wanted.clients.push(clients.into_iter().map(|client| client.id).collect());
        }
        if !query.within.is_empty() {
            let folders = self.store.named_folders(scope).await.map_err(problem_of)?;
            let labels = self.store.named_labels(scope).await.map_err(problem_of)?;
            for name in &query.within {
                let found = Within { folders: folders_called(&folders, name), labels: labels_called(&labels, name) };
                if found.is_nowhere() {
                    query.remarks.push(format!("No folder, label or account you may see is called “{name}”."));
                }
                wanted.within.push(found);
            }
        }
        Ok(wanted)
    }

    async fn add_snippets(&self, query: &Query, rows: &mut [HistoryRow]) -> Result<(), Problem> {
        let ids: Vec<MessageId> = rows.iter().map(|row| row.id).collect();
        let texts = self.store.texts(&ids).await.map_err(problem_of)?;
        let mut snippets: HashMap<MessageId, String> = texts.iter().map(|text| (text.id, snippet(text, query))).collect();
        for row in rows {
            row.snippet = snippets.remove(&row.id).unwrap_or_default();
        }
        Ok(())
    }
}

/// Where the words stand: in the text, else in the names of files, else the beginning of the text.
fn snippet(text: &LetterText, query: &Query) -> String {
    let shown = words::highlight(&text.body, &query.terms, SNIPPET);
    if shown.contains('\u{2}') || text.files.is_empty() {
        return shown;
    }
    let named: Vec<Term> = query.terms.iter().chain(&query.filename).cloned().collect();
    let files = words::highlight(&text.files, &named, SNIPPET);
    if files.contains('\u{2}') { format!("File: {files}") } else { shown }
}

/// Best first; what is equally good stays newest first.
fn rank(letters: Vec<MessageId>, texts: Vec<LetterText>, terms: &[Term]) -> Vec<MessageId> {
    let scores: HashMap<MessageId, f64> = texts
        .iter()
        .map(|text| {
            let score = 3.0 * words::closeness(&text.subject, terms)
                + 1.5 * words::closeness(&text.from, terms)
                + words::closeness(&text.files, terms)
                + words::closeness(&text.body, terms);
            (text.id, score)
        })
        .collect();
    let score = |id: &MessageId| scores.get(id).copied().unwrap_or_default();
    let mut letters = letters;
    letters.sort_by(|a, b| score(b).partial_cmp(&score(a)).unwrap_or(Ordering::Equal));
    letters
}

/// Folders whose name, account or purpose has the words.
fn folders_called(folders: &[(FolderId, String, String, String)], name: &str) -> Vec<FolderId> {
    let wanted = words::fold(name);
    let has = |text: &str| words::fold(text).contains(&wanted);
    if wanted.is_empty() {
        return Vec::new();
    }
    folders.iter().filter(|(_, folder, account, role)| has(folder) || has(account) || role == &wanted).map(|(id, ..)| *id).collect()
}

/// Labels whose name has the words.
fn labels_called(labels: &[(LabelId, String, String)], name: &str) -> Vec<LabelId> {
    let wanted = words::fold(name);
    let called = |label: &str| !wanted.is_empty() && words::fold(label).contains(&wanted);
    labels.iter().filter(|(_, label, _)| called(label)).map(|(id, ..)| *id).collect()
}

/// `p.123` a place, `b.50` a number of the best. What cannot be read is no cursor of ours.
fn read_cursor(cursor: Option<&str>, kind: char) -> Result<Option<i64>, Problem> {
    let Some(text) = cursor.filter(|text| !text.is_empty()) else { return Ok(None) };
    let number = text.strip_prefix(kind).and_then(|rest| rest.strip_prefix('.')).and_then(|rest| rest.parse().ok());
    number.filter(|number| *number >= 0).map(Some).ok_or(Problem::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_called_by_its_name_its_account_or_its_purpose() {
        let folder =
            |id: i64, folder: &str, account: &str, role: &str| (FolderId(id), folder.to_owned(), account.to_owned(), role.to_owned());
        let folders =
            [folder(1, "INBOX", "Büro", "inbox"), folder(2, "Gesendete Objekte", "Büro", "sent"), folder(3, "Sent old", "Desk", "")];
        assert_eq!(folders_called(&folders, "sent"), [FolderId(2), FolderId(3)]);
        assert_eq!(folders_called(&folders, "BURO"), [FolderId(1), FolderId(2)]);
        assert!(folders_called(&folders, "!").is_empty());
    }

    #[test]
    fn a_cursor_belongs_to_its_order() {
        assert_eq!(read_cursor(Some("p.7"), 'p'), Ok(Some(7)));
        assert_eq!(read_cursor(Some(""), 'p'), Ok(None));
        for other in ["b.7", "p.-1", "p.x", "7", "p7"] {
            assert_eq!(read_cursor(Some(other), 'p'), Err(Problem::NotFound), "{other}");
        }
    }
}
