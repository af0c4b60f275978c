//! Searching.

use super::OfficeDesk;
use crate::office::letters::PAGE;
use crate::office::search::Asked;
use app::desk::{Answer, SearchDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl SearchDesk for OfficeDesk {
    async fn search(&self, query: String, order: SearchOrder, cursor: Option<String>, typing: bool) -> Answer<SearchResults> {
        let asked = Asked { words: &query, order, cursor: cursor.as_deref(), typing };
        self.office.search(&self.who, asked, PAGE).await
    }
}
