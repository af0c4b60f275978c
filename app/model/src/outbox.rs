//! Letters on their way out: what became of them, in words and in the server's.

use crate::{AccountId, MessageId};
use serde::{Deserialize, Serialize};

/// Texts of an enum as stored, both ways.
macro_rules! stored {
    ($name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As stored.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads what `as_str` writes.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

pub(crate) use stored;

/// Who wanted a letter to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Somebody wrote it.
    Person,
    /// A planned action.
    Action,
    /// Another system, by the interface.
    Api,
    /// A code that proves an address.
    Code,
    /// Postroom itself tells something.
    Notice,
}
stored!(Origin { Person = "person", Action = "action", Api = "api", Code = "code", Notice = "notice" });

/// Where a letter on its way out is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OutboxState {
    /// Held, so that it can be taken back.
    Held,
    /// Leaves as soon as its account can.
    Queued,
    /// Being handed over; the letter itself has not begun.
    Sending,
    /// The letter itself is on the line.
    Body,
    /// The server took it.
    Sent,
    /// The server refused it for good.
    Refused,
    /// The server said: later.
    Deferred,
    /// The connection was lost before the last answer: nobody knows.
    Uncertain,
    /// Taken back before it left.
    Withdrawn,
}
stored!(OutboxState {
    Held = "held",
    Queued = "queued",
    Sending = "sending",
    Body = "body",
    Sent = "sent",
    Refused = "refused",
    Deferred = "deferred",
    Uncertain = "uncertain",
    Withdrawn = "withdrawn",
});

impl OutboxState {
    /// In words, as pages and the console say it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Held => "Leaves in a moment",
            Self::Queued => "Waiting to leave",
            Self::Sending | Self::Body => "Leaving now",
            Self::Sent => "Sent",
            Self::Refused => "Refused",
            Self::Deferred => "Will be tried again",
            Self::Uncertain => "Uncertain",
            Self::Withdrawn => "Taken back",
        }
    }

    /// Nothing more happens to it by itself.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Sent | Self::Refused | Self::Withdrawn)
    }
}

/// In which header a recipient stands; a blind copy stands in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecipientRole {
    /// To.
    To,
    /// Cc.
    Cc,
    /// Blind copy: in the envelope only.
    Bcc,
}
stored!(RecipientRole { To = "to", Cc = "cc", Bcc = "bcc" });

/// What the server said about one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecipientState {
    /// Nothing yet.
    Waiting,
    /// Taken.
    Accepted,
    /// Refused for good.
    Refused,
    /// Later.
    Deferred,
    /// Taken first, and reported as undeliverable afterwards.
    Bounced,
}
stored!(RecipientState {
    Waiting = "waiting",
    Accepted = "accepted",
    Refused = "refused",
    Deferred = "deferred",
    Bounced = "bounced",
});

impl RecipientState {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Accepted => "Accepted",
            Self::Refused => "Refused",
            Self::Deferred => "Later",
            Self::Bounced => "Came back",
        }
    }
}

/// How an account sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendingTransport {
    /// SMTP.
    Smtp,
    /// Microsoft Graph.
    Graph,
}
stored!(SendingTransport { Smtp = "smtp", Graph = "graph" });

/// By whose name an account signs in for sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendingSignIn {
    /// A user name and a secret of its own.
    Own,
    /// Those of the collecting side.
    Account,
    /// The server asks for none.
    None,
}
stored!(SendingSignIn { Own = "own", Account = "account", None = "none" });

/// What becomes of the copy in the folder of sent letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SentCopy {
    /// The server keeps one by itself.
    Server,
    /// We append one.
    Append,
    /// There is none.
    None,
}
stored!(SentCopy { Server = "server", Append = "append", None = "none" });

/// Which letters a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OutboxFilter {
    /// Every letter.
    #[default]
    All,
    /// Those that need a person: uncertain, refused, or come back.
    Attention,
    /// Those that are still on their way.
    Leaving,
    /// Those that the server took.
    Sent,
    /// Those that came back.
    Bounced,
    /// Those that somebody may still answer: written by a person or another system, and not passed on.
    Unanswered,
    /// Those that were taken back.
    Withdrawn,
}
stored!(OutboxFilter {
    All = "",
    Attention = "attention",
    Leaving = "leaving",
    Sent = "sent",
    Bounced = "bounced",
    Unanswered = "unanswered",
    Withdrawn = "withdrawn",
});

impl OutboxFilter {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Attention => "Need you",
            Self::Leaving => "On their way",
            Self::Sent => "Sent",
            Self::Bounced => "Came back",
            Self::Unanswered => "Unanswered",
            Self::Withdrawn => "Taken back",
        }
    }
}

/// A letter in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// Its number.
    pub id: i64,
    /// The account it leaves by.
    pub account: AccountId,
    /// That account's name.
    pub account_name: String,
    /// Where it is.
    pub state: OutboxState,
    /// From.
    pub sender: String,
    /// Recipients, by address, blind copies too.
    pub recipients: Vec<String>,
    /// Subject.
    pub subject: String,
    /// When it was handed over, ms.
    pub queued_at: i64,
    /// When it may leave or is tried again, ms.
    pub next_at: Option<i64>,
    /// When the server took it, ms.
    pub sent_at: Option<i64>,
    /// How often it was tried.
    pub attempts: i64,
    /// The server's last answer, word for word.
    pub reply: String,
    /// Ours, in plain words.
    pub reason: String,
    /// Its copy was seen in the account's folder of sent letters, ms.
    pub seen_in_sent_at: Option<i64>,
    /// It came back, ms.
    pub bounced_at: Option<i64>,
    /// It was answered, ms.
    pub answered_at: Option<i64>,
    /// The letter in the histories.
    pub filed_as: Option<MessageId>,
    /// State of our copy in the folder of sent letters: empty, `due`, `done` or `failed`.
    #[serde(default)]
    pub append_state: String,
    /// Why nothing is sent through its account now; empty = it sends.
    pub stopped: String,
}

/// One recipient and what the server said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRecipient {
    /// Which place.
    pub position: i64,
    /// Where he or she stands.
    pub role: RecipientRole,
    /// Address.
    pub address: String,
    /// Name.
    pub name: String,
    /// What became of it.
    pub state: RecipientState,
    /// The server's words.
    pub reply: String,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxAttempt {
    /// Which, from 1.
    pub number: i64,
    /// When, ms.
    pub at: i64,
    /// Where in the conversation it ended.
    pub stage: String,
    /// What came of it.
    pub outcome: String,
    /// The server's words.
    pub reply: String,
}

/// A letter with everything that is known of its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxLetter {
    /// As in the list.
    pub row: OutboxRow,
    /// Message-ID, without its brackets.
    pub message_id: String,
    /// Octets.
    pub size: i64,
    /// Who wanted it to leave.
    pub origin: Origin,
    /// By whose hand.
    pub principal: String,
    /// Which rung of the ladder chose the account, and why.
    pub trace: String,
    /// Who settled it by hand.
    pub settled_by: String,
    /// Recipients.
    pub recipients: Vec<OutboxRecipient>,
    /// Attempts, the first first.
    pub attempts: Vec<OutboxAttempt>,
    /// The letter that said it could not be delivered.
    pub bounced_by: Option<MessageId>,
    /// The letter that answered it.
    pub answered_by: Option<MessageId>,
    /// What was said last about our copy in the folder of sent letters; empty = nothing.
    #[serde(default)]
    pub append_said: String,
}

/// What waits for somebody, as the navigation says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Letters that were not imported.
    pub managed: i64,
    /// Letters of the outbox that need a person.
    pub outbox: i64,
    /// Planned letters that wait to be opened, or failed.
    pub actions: i64,
}

/// For so long a letter of the outbox that needs a person is told in the navigation, ms; after that only the outbox tells it.
pub const NEEDS_FOR: i64 = 14 * 24 * 3_600_000;

/// The list, its counts, and whether there is more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxPage {
    /// Rows, the newest first.
    pub rows: Vec<OutboxRow>,
    /// How many there are of each filter.
    pub counts: Vec<(OutboxFilter, i64)>,
    /// The next page begins before this row.
    pub before: Option<i64>,
    /// Letters of which nobody knows whether they arrived.
    pub uncertain: i64,
    /// Letters that have waited for four hours and more (RELIABILITY §2).
    pub late: i64,
}

/// After this long, a letter that has not left is worth a word, ms.
pub const LATE_AFTER: i64 = 4 * 3_600_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_back() {
        for state in OutboxState::ALL {
            assert_eq!(OutboxState::parse(state.as_str()), Some(*state));
        }
        assert_eq!(OutboxState::parse("gone"), None);
    }
}
