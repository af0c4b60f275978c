//! Folders of a mailbox, hidden ones and those within others too.

use super::{Mailbox, Verb, lore, odd, text};
use crate::{ConnectError, web::encoded};
use model::FolderRole;
use serde_json::Value;
use std::collections::{HashMap, HashSet, VecDeque};

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphFolder {
    /// Its id: a folder keeps it when it is renamed or moved.
    pub id: String,
    /// As a person reads it, parted by `/`.
    pub name: String,
    /// What it is for.
    pub role: Option<FolderRole>,
    /// Letters, by the service's own count.
    pub letters: i64,
    /// Not shown in Outlook.
    pub hidden: bool,
    /// A search, not a place: its letters are elsewhere.
    pub search: bool,
}

/// Well-known names that Postroom has a word for.
/// <https://learn.microsoft.com/en-us/graph/api/resources/mailfolder>
const ROLES: &[(&str, FolderRole)] = &[
    ("inbox", FolderRole::Inbox),
    ("sentitems", FolderRole::Sent),
    ("archive", FolderRole::Archive),
    ("drafts", FolderRole::Drafts),
    ("junkemail", FolderRole::Junk),
    ("deleteditems", FolderRole::Trash),
];
/// More folders than this are not looked at.
const MOST: usize = 5_000;
const FIELDS: &str = "$select=id,displayName,childFolderCount,totalItemCount,isHidden&includeHiddenFolders=true&$top=100";

impl Mailbox {
    /// All folders. Names are in the mailbox's language; what the usual ones are for is asked by their well-known names.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn folders(&self) -> Result<Vec<GraphFolder>, ConnectError> {
        let mut roles = HashMap::new();
        for (name, role) in ROLES {
            let path = format!("{}/mailFolders/{name}?$select=id", self.root);
            match self.page(Verb::Folders, &path, super::messages::PREFER).await {
                Ok(value) => {
                    if let Some(id) = text(&value, "id") {
                        roles.insert(id.to_owned(), *role);
                    }
                }
                // Not every mailbox has an archive.
                Err(error) if lore::is_gone(&error) => {}
                Err(error) => return Err(error),
            }
        }
        let mut found: Vec<GraphFolder> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        let mut open = VecDeque::from([(format!("{}/mailFolders?{FIELDS}", self.root), String::new())]);
        while let Some((path, above)) = open.pop_front() {
            let value = self.page(Verb::Folders, &path, super::messages::PREFER).await?;
            for row in value.get("value").and_then(Value::as_array).ok_or_else(|| odd("a list of folders without folders"))? {
                let Some(id) = text(row, "id") else { continue };
                if found.len() >= MOST || !seen.insert(id.to_owned()) {
                    continue;
                }
                let own = text(row, "displayName").unwrap_or("?").chars().filter(|c| !c.is_control()).collect::<String>();
                let name = if above.is_empty() { own } else { format!("{above}/{own}") };
                if row.get("childFolderCount").and_then(Value::as_i64).unwrap_or(0) > 0 {
                    open.push_back((format!("{}/mailFolders/{}/childFolders?{FIELDS}", self.root, encoded(id)), name.clone()));
                }
                found.push(GraphFolder {
                    id: id.to_owned(),
                    name,
                    role: roles.get(id).copied(),
                    letters: row.get("totalItemCount").and_then(Value::as_i64).unwrap_or(0).max(0),
                    hidden: row.get("isHidden").and_then(Value::as_bool).unwrap_or(false),
                    search: text(row, "@odata.type").is_some_and(|kind| kind.ends_with("mailSearchFolder")),
                });
            }
            if let Some(next) = text(&value, "@odata.nextLink") {
                open.push_front((self.path_of(next)?.to_owned(), above));
            }
        }
        Ok(found)
    }
}
