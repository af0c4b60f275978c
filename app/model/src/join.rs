//! Joining a mailbox that the office collects already (O10).

use crate::{AccountId, UserId};
use serde::{Deserialize, Serialize};

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JoinState {
    /// Nobody has answered yet.
    Open,
    /// The account is shared.
    Shared,
    /// Declined.
    Declined,
}

impl JoinState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Shared => "shared",
            Self::Declined => "declined",
        }
    }

    /// Reads what [`JoinState::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Shared, Self::Declined].into_iter().find(|state| state.as_str() == text)
    }
}

/// Somebody asked to read an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// Which.
    pub account: AccountId,
    /// Its name.
    pub account_name: String,
    /// Who.
    pub user: UserId,
    /// His or her name.
    pub user_name: String,
    /// When, ms.
    pub asked_at: i64,
    /// What came of it.
    pub state: JoinState,
    /// The viewer may answer it.
    #[serde(default)]
    pub may_answer: bool,
}

/// The account that collects a mailbox already, told to somebody who was about to connect it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinOffer {
    /// Its name.
    pub name: String,
    /// Its owner's name; `None` = it is the office's.
    pub owner: Option<String>,
    /// Where it is, for those who may open it: they need not ask.
    pub open: Option<AccountId>,
    /// The request that was made, if any.
    pub asked: Option<JoinState>,
}
