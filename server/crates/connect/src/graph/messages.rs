//! Letters of a folder: what changed since last time, how many there are, and each as it came.

use super::{Mailbox, Verb, lore, odd, text};
use crate::{ConnectError, date, web::encoded};
use serde_json::Value;
use std::io;

/// Ids that a letter keeps when it is moved; asked for with every request, since the header holds for one alone.
pub(super) const PREFER: &str = "IdType=\"ImmutableId\"";
const PREFER_PAGES: &str = "IdType=\"ImmutableId\", odata.maxpagesize=200";

/// A letter as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphLetter {
    /// Its immutable id.
    pub id: String,
    /// When it came, ms.
    pub received: Option<i64>,
    /// Not sent yet.
    pub draft: bool,
}

/// One row of a list of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// There, new or changed.
    There(GraphLetter),
    /// Deleted, or moved to another folder.
    Gone(String),
}

/// What changed, and where to go on next time.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// In the service's order; a letter may stand in it more than once, and the last row counts.
    pub rows: Vec<Found>,
    /// The link for next time.
    pub link: String,
    /// Everything was listed, not only what changed: the link was too old, or there was none.
    pub whole: bool,
}

/// Pages of one list: a service that never comes to an end is told from one that has much.
const MOST_PAGES: usize = 20_000;

impl Mailbox {
    /// What changed in a folder since `link`; everything without one, or when the service wants to start over.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn changes(&self, folder: &str, link: Option<&str>) -> Result<Changes, ConnectError> {
        if let Some(link) = link {
            match self.walk(self.path_of(link)?.to_owned(), false).await {
                Err(ConnectError::Refused { said }) if said == lore::START_OVER => {}
                outcome => return outcome,
            }
        }
        let path = format!("{}/mailFolders/{}/messages/delta?$select=id,receivedDateTime,isDraft", self.root, encoded(folder));
        match self.walk(path.clone(), true).await {
            // The list itself became too old while it was read: once more from the beginning.
            Err(ConnectError::Refused { said }) if said == lore::START_OVER => self.walk(path, true).await,
            outcome => outcome,
        }
    }

    async fn walk(&self, mut path: String, whole: bool) -> Result<Changes, ConnectError> {
        let mut changes = Changes { whole, ..Changes::default() };
        for _ in 0..MOST_PAGES {
            let value = self.page(Verb::Changes, &path, PREFER_PAGES).await?;
            let rows = value.get("value").and_then(Value::as_array).ok_or_else(|| odd("a list of letters without letters"))?;
            changes.rows.extend(rows.iter().filter_map(row));
            match (text(&value, "@odata.nextLink"), text(&value, "@odata.deltaLink")) {
                (Some(next), _) => {
                    let next = self.path_of(next)?;
                    if next == path {
                        return Err(odd("a page that leads to itself"));
                    }
                    path = next.to_owned();
                }
                (None, Some(link)) => {
                    self.path_of(link)?;
                    changes.link = link.to_owned();
                    return Ok(changes);
                }
                (None, None) => return Err(odd("a list of letters without an end")),
            }
        }
        Err(odd("a list of letters without an end"))
    }

    /// The service's own count of letters in a folder, of this moment.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn count(&self, folder: &str) -> Result<i64, ConnectError> {
        let path = format!("{}/mailFolders/{}/messages?$count=true&$top=1&$select=id", self.root, encoded(folder));
        let value = self.page(Verb::Count, &path, PREFER).await?;
        value.get("@odata.count").and_then(Value::as_i64).filter(|count| *count >= 0).ok_or_else(|| odd("a count that is no number"))
    }

    /// A letter as it came, part by part; `false` when it is not there any more. After an error what was handed on is of no use.
    ///
    /// # Errors
    /// The service's refusal; `Spool` with the sink's words.
    pub async fn letter(&self, id: &str, limit: u64, sink: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send)) -> Result<bool, ConnectError> {
        let path = format!("{}/messages/{}/$value", self.root, encoded(id));
        match self.ask(Verb::Letter, &path, PREFER, limit, sink).await {
            Ok(_) => Ok(true),
            Err(error) if lore::is_gone(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn row(value: &Value) -> Option<Found> {
    let id = text(value, "id")?.to_owned();
    if value.get("@removed").is_some() {
        return Some(Found::Gone(id));
    }
    Some(Found::There(GraphLetter {
        id,
        received: text(value, "receivedDateTime").and_then(date::rfc3339),
        draft: value.get("isDraft").and_then(Value::as_bool).unwrap_or(false),
    }))
}
