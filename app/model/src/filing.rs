//! Filing by hand: the exception to the rule that addresses decide (FP-04, FP-07).

use crate::{AccountId, ClientCard, ClientId, FieldErrors, HistoryRow, MessageId};
use serde::{Deserialize, Serialize};

/// Characters of a reason.
pub const REASON_CHARACTERS: usize = 300;

/// What somebody decided about a letter and a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It belongs there, whatever its addresses.
    Belongs,
    /// It does not belong there, whatever its addresses.
    KeepOff,
}

impl Decision {
    /// As stored and posted.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Belongs => "belongs",
            Self::KeepOff => "keep_off",
        }
    }

    /// Reads what [`Decision::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Belongs, Self::KeepOff].into_iter().find(|decision| decision.as_str() == text)
    }
}

/// A decision made by hand: who, when, why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// What was decided.
    pub decision: Decision,
    /// Whose decision; `None` = made on the console.
    pub by: Option<String>,
    /// When, ms.
    pub at: i64,
    /// Why.
    pub reason: String,
}

/// A decision as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingForm {
    /// The letter.
    pub letter: MessageId,
    /// The client; `None` = none chosen yet.
    #[serde(default)]
    pub client: Option<ClientId>,
    /// What is decided.
    pub decision: Decision,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

impl FilingForm {
    /// The rules, the same in browser and server.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if self.client.is_none() {
            errors.add("client", "Choose a client");
        }
        if self.reason.trim().is_empty() {
            errors.add("reason", "Say why, in a few words");
        } else if self.reason.chars().count() > REASON_CHARACTERS {
            errors.add("reason", "Say why in 300 characters or fewer");
        }
        errors
    }
}

/// What the page for filing a letter by hand shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingView {
    /// The letter; `None` when it is not the viewer's to open any more (he or she kept it off): then it can only be undone.
    pub letter: Option<HistoryRow>,
    /// The client named in the address.
    pub client: Option<ClientCard>,
    /// Clients in scope with the words looked for.
    pub found: Vec<ClientCard>,
    /// Decisions about this letter, of clients in scope.
    pub decisions: Vec<(ClientId, String, Filing)>,
    /// An earlier letter quoted in a forwarded one was written by a client: suggested, never done.
    #[serde(default)]
    pub suggested: Vec<(ClientId, String, String)>,
}

/// Which letters filed by hand a history is narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByHand {
    /// Only those filed here by hand.
    Filed,
    /// Those kept off by hand, which are in no other view of the history.
    KeptOff,
}

/// What stands above a history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryHead {
    /// Letters with these filters.
    pub letters: i64,
    /// There are more than were counted.
    pub more: bool,
    /// Conversations among the letters counted, where the history is grouped.
    #[serde(default)]
    pub conversations: Option<i64>,
    /// Accounts whose names the viewer may know: to filter by.
    pub accounts: Vec<(AccountId, String)>,
    /// Decisions made by hand: letters filed here.
    pub filed: i64,
    /// Decisions made by hand: letters kept off.
    pub kept_off: i64,
    /// One's own saved filters.
    pub saved: Vec<SavedFilter>,
}

/// A filter of histories kept under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFilter {
    /// Id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What stands in the address bar.
    pub query: String,
}
