//! What the first page shows: where to go on, and whether all is well.

use crate::{AccountId, ClientId, JoinRequest, UserId};
use serde::{Deserialize, Serialize};

/// The first page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// How many clients the viewer sees.
    pub clients: i64,
    /// Clients with the newest letters, newest first.
    pub news: Vec<ClientNews>,
    /// Accounts the viewer sees.
    pub accounts: Vec<AccountLine>,
    /// People who asked to read an account that the viewer manages, and wait for an answer.
    #[serde(default)]
    pub joins: Vec<JoinRequest>,
    /// The office has cost centres and the viewer belongs to none: no client is his or hers to see.
    #[serde(default)]
    pub without_centre: bool,
    /// How far the office is from answering letters from here; for those who look after its accounts.
    #[serde(default)]
    pub sending: SendingStep,
    /// The viewer put away what is left of sending.
    #[serde(default)]
    pub put_away: bool,
}

/// What is left to do until the viewer can answer letters from here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendingStep {
    /// There is no mailbox to send through.
    #[default]
    NoMailbox,
    /// No account has an outgoing side; this one could.
    NotSetUp(AccountId),
    /// This account has an outgoing side that cannot send: it has not proven that it does, or was stopped.
    NotProven(AccountId),
    /// This account sends, but letters do not leave through it: it is neither the system account nor any cost centre's.
    NotNamed(AccountId),
    /// The viewer has no name and address to write under.
    NoSender(UserId),
    /// The address that the viewer writes under is not confirmed.
    NotConfirmed,
    /// An account can send, and the viewer can write.
    Done,
}

impl SendingStep {
    /// The step without what it is about: who put it away meets the next one all the same.
    pub fn key(self) -> &'static str {
        match self {
            Self::NoMailbox => "no_mailbox",
            Self::NotSetUp(_) => "not_set_up",
            Self::NotProven(_) => "not_proven",
            Self::NotNamed(_) => "not_named",
            Self::NoSender(_) => "no_sender",
            Self::NotConfirmed => "not_confirmed",
            Self::Done => "done",
        }
    }
}

/// A client with a new letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientNews {
    /// Id.
    pub id: ClientId,
    /// The office's own code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Of the newest letter, ms.
    pub date: i64,
}

/// An account in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLine {
    /// Id.
    pub id: AccountId,
    /// Name.
    pub name: String,
    /// How it is.
    pub state: AccountMood,
    /// Letters that the server counts and that are not here.
    pub missing: i64,
    /// Letters that could not be read, or that the server does not hand out.
    pub errored: i64,
}

/// How an account is, as far as the first page cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountMood {
    /// Saved, never enabled.
    Draft,
    /// Collecting, waiting, or up to date.
    Well,
    /// Somebody paused it.
    Paused,
    /// Somebody must do something.
    Unwell,
    /// The server refused its password, so it is not collected until somebody types the new one (IT-15, O25).
    NeedsPassword,
}
