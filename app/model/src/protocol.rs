//! How an account's letters come to the office.

use serde::{Deserialize, Serialize};

/// What is spoken with the server of an account (TP-10).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// IMAP: every folder, both sides of the correspondence.
    #[default]
    Imap,
    /// POP3: received letters only (O23).
    Pop3,
    /// Microsoft Graph: every folder of a mailbox at Microsoft 365.
    Graph,
    /// Files that somebody gave: no server, never polled.
    Archive,
    /// SMTP: sends only, collects nothing (TP-05).
    Smtp,
}

impl Protocol {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Imap, Self::Pop3, Self::Graph, Self::Archive, Self::Smtp];

    /// As stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::Graph => "graph",
            Self::Archive => "archive",
            Self::Smtp => "smtp",
        }
    }

    /// Whether there is a mailbox at a server that letters are collected from.
    pub fn collects(self) -> bool {
        !matches!(self, Self::Archive | Self::Smtp)
    }

    /// Reads what [`Protocol::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.as_str() == text)
    }
}
