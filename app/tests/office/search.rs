//! Searching.

use super::*;

#[async_trait]
impl SearchDesk for Office {
    async fn search(&self, query: String, order: SearchOrder, cursor: Option<String>, _: bool) -> Answer<SearchResults> {
        self.busy()?;
        let remarks = vec!["“colour:” is not understood.".to_owned()];
        if query.contains("nothing") {
            return Ok(SearchResults { matches: Some(Matches::Exactly(0)), ..SearchResults::none(remarks, 0) });
        }
        let row = HistoryRow {
            snippet: format!("about the \u{2}{query}\u{3} and <b>bold</b> words"),
            why: vec![],
            clients: vec![other_client()],
            ..history_row(1)
        };
        let next = cursor.is_none().then(|| if order == SearchOrder::Best { "b.50" } else { "p.7" }.to_owned());
        let matches = cursor.is_none().then_some(Matches::MoreThan(COUNTED));
        let way = |by, words: &str, term: &str, letters| Narrower { by, words: words.into(), term: term.into(), letters };
        let narrower = vec![
            way(NarrowBy::Client, "Miriam Okafor", "client:\"C-1042\"", 12),
            way(NarrowBy::Year, "2025", "after:2025 before:2026", 1),
            way(NarrowBy::Direction, "Sent", "is:sent", 140),
        ];
        let narrower = if cursor.is_none() { narrower } else { vec![] };
        Ok(SearchResults { page: Page { rows: vec![row], next }, matches, remarks, behind: 120, until: None, narrower, counted: 500 })
    }
}
