//! Paging by key: a page knows where the next one starts, so nothing is skipped or shown twice while letters arrive.

use serde::{Deserialize, Serialize};

/// Some rows and, if there are more, the cursor of the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// Give this back to go on; `None` at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// An empty last page.
    pub fn empty() -> Self {
        Self { rows: Vec::new(), next: None }
    }
}
