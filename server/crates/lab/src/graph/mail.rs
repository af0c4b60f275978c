//! Folders and letters as Microsoft 365 keeps them: plain data.

use std::{collections::BTreeMap, sync::Arc};

/// A letter in a folder.
#[derive(Debug, Clone)]
pub struct GraphMailLetter {
    /// Its octets.
    pub raw: Arc<Vec<u8>>,
    /// When it came, seconds since 1970 UTC.
    pub received: i64,
    /// Not sent yet.
    pub draft: bool,
}

/// A folder.
#[derive(Debug, Clone)]
pub struct GraphMailFolder {
    /// As shown.
    pub name: String,
    /// Its id.
    pub id: String,
    /// `inbox`, `sentitems`, …
    pub well_known: Option<&'static str>,
    /// The folder it is in, by name.
    pub within: Option<String>,
    /// Not shown in Outlook.
    pub hidden: bool,
    /// A search.
    pub search: bool,
    /// Letters by immutable id.
    pub letters: BTreeMap<String, GraphMailLetter>,
    /// What happened: change number, id, whether it is there since.
    pub(super) log: Vec<(u64, String, bool)>,
}

impl GraphMailFolder {
    /// An empty folder.
    pub fn new(name: &str) -> Self {
        let id = format!("AAMk-{}=", name.bytes().map(|octet| format!("{octet:02x}")).collect::<String>());
        Self {
            name: name.into(),
            id,
            well_known: None,
            within: None,
            hidden: false,
            search: false,
            letters: BTreeMap::new(),
            log: Vec::new(),
        }
    }

    /// With a well-known name.
    #[must_use]
    pub fn well_known(mut self, name: &'static str) -> Self {
        self.well_known = Some(name);
        self
    }

    /// Within another folder.
    #[must_use]
    pub fn within(mut self, name: &str) -> Self {
        self.within = Some(name.into());
        self
    }

    /// Not shown in Outlook.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// A search, not a place.
    #[must_use]
    pub fn search(mut self) -> Self {
        self.search = true;
        self
    }

    /// As a German mailbox has them: the names say nothing to a program.
    pub fn usual() -> Vec<Self> {
        vec![
            Self::new("Posteingang").well_known("inbox"),
            Self::new("Gesendete Elemente").well_known("sentitems"),
            Self::new("Entwürfe").well_known("drafts"),
            Self::new("Gelöschte Elemente").well_known("deleteditems"),
            Self::new("Junk-E-Mail").well_known("junkemail"),
            Self::new("Kunden"),
            Self::new("Müller").within("Kunden"),
            Self::new("Unterhaltungsverlauf").hidden(),
            Self::new("Ungelesen").search(),
        ]
    }
}
