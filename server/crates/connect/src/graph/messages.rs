//! Letters of a folder: what changed since last time, how many there are, and each as it came.

use super::{Mailbox, Verb, lore, odd, text};
use crate::{ConnectError, Later, date, web::encoded};
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

/// A page of everything in a folder.
#[derive(Debug, Clone)]
pub struct ListedPage {
    /// In the service's order.
    pub rows: Vec<Found>,
    /// The next page; of the last one, the link to what changes from then on.
    pub link: String,
    /// It is the last one.
    pub last: bool,
}

/// Whether a link is of no more use, so that a list must be begun anew.
pub fn starts_over(error: &ConnectError) -> bool {
    matches!(error, ConnectError::Refused { said } if said == lore::START_OVER)
}

/// The two ends of a letter, as far as they tell whether it is whole.
#[derive(Default)]
struct Ends {
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl Ends {
    /// Octets in which the boundary of a letter's parts is looked for, …
    const HEAD: usize = 64 << 10;
    /// … and those in which its end is.
    const TAIL: usize = 2 << 10;

    fn feed(&mut self, part: &[u8]) {
        self.head.extend_from_slice(&part[..part.len().min(Self::HEAD.saturating_sub(self.head.len()))]);
        self.tail.extend_from_slice(&part[part.len().saturating_sub(Self::TAIL)..]);
        let over = self.tail.len().saturating_sub(Self::TAIL);
        self.tail.drain(..over);
    }

    /// Only a letter of several parts says where it ends.
    fn shows_its_end(&self) -> bool {
        let head = String::from_utf8_lossy(&self.head);
        let head = head.split("\r\n\r\n").next().unwrap_or_default().split("\n\n").next().unwrap_or_default();
        let Some(at) = head.to_ascii_lowercase().find("boundary=") else { return false };
        let rest = head.get(at + "boundary=".len()..).unwrap_or_default();
        let boundary = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next().unwrap_or_default(),
            None => rest.split([';', ' ', '\t', '\r', '\n']).next().unwrap_or_default(),
        };
        let end = format!("--{boundary}--");
        !boundary.is_empty() && self.tail.windows(end.len()).any(|some| some == end.as_bytes())
    }
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
        let path = self.first_page(folder);
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

    /// One page of the list of everything in a folder: the first one without a link, else the one it leads to. A link that is too old is
    /// [`ConnectError::Refused`], told by [`starts_over`].
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn listed(&self, folder: &str, link: Option<&str>) -> Result<ListedPage, ConnectError> {
        let path = match link {
            Some(link) => self.path_of(link)?.to_owned(),
            None => self.first_page(folder),
        };
        let value = self.page(Verb::Changes, &path, PREFER_PAGES).await?;
        let rows = value.get("value").and_then(Value::as_array).ok_or_else(|| odd("a list of letters without letters"))?;
        let rows: Vec<Found> = rows.iter().filter_map(row).collect();
        match (text(&value, "@odata.nextLink"), text(&value, "@odata.deltaLink")) {
            (Some(next), _) if self.path_of(next)? == path => Err(odd("a page that leads to itself")),
            (Some(next), _) => Ok(ListedPage { rows, link: next.to_owned(), last: false }),
            (None, Some(link)) => {
                self.path_of(link)?;
                Ok(ListedPage { rows, link: link.to_owned(), last: true })
            }
            (None, None) => Err(odd("a list of letters without an end")),
        }
    }

    fn first_page(&self, folder: &str) -> String {
        format!(
            "{}/mailFolders/{}/messages/delta?$select=id,receivedDateTime,isDraft&$orderby=receivedDateTime%20desc",
            self.root,
            encoded(folder)
        )
    }

    /// A letter as it came, part by part; `false` when it is not there any more. After an error what was handed on is of no use.
    ///
    /// # Errors
    /// The service's refusal; `Spool` with the sink's words.
    pub async fn letter(&self, id: &str, limit: u64, sink: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send)) -> Result<bool, ConnectError> {
        let path = format!("{}/messages/{}/$value", self.root, encoded(id));
        let mut ends = Ends::default();
        let watched: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send) = &mut |part| {
            ends.feed(part);
            sink(part)
        };
        match self.ask(Verb::Letter, &path, PREFER, limit, watched).await {
            // Nobody said how long it is: only a letter that shows its own end is whole.
            Ok(answer) if answer.unmeasured && !ends.shows_its_end() => Err(ConnectError::later(Later::Closed)),
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
