//! Folders of an account, and what each is for.

use crate::FolderId;
use serde::{Deserialize, Serialize};

/// What a folder is for (RFC 6154 special use, or known by name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FolderRole {
    /// INBOX.
    Inbox,
    /// Sent letters (FP-02).
    Sent,
    /// Archive.
    Archive,
    /// All mail (Gmail).
    All,
    /// Drafts.
    Drafts,
    /// Spam.
    Junk,
    /// Deleted letters.
    Trash,
    /// Flagged (Gmail's Starred).
    Flagged,
}

impl FolderRole {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
            Self::Archive => "archive",
            Self::All => "all",
            Self::Drafts => "drafts",
            Self::Junk => "junk",
            Self::Trash => "trash",
            Self::Flagged => "flagged",
        }
    }

    /// Reads what [`FolderRole::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        use FolderRole::*;
        [Inbox, Sent, Archive, All, Drafts, Junk, Trash, Flagged].into_iter().find(|r| r.as_str() == text)
    }
}

/// A folder as offered for selection (FP-25).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderRow {
    /// Id.
    pub id: FolderId,
    /// Decoded name (P10).
    pub name: String,
    /// What it is for.
    pub role: Option<FolderRole>,
    /// Letters on the server, when last asked.
    pub letters: i64,
    /// Collected.
    pub selected: bool,
    /// Can be opened at all.
    pub selectable: bool,
    /// Still on the server.
    pub gone: bool,
}
