//! Which account will send, and why (S17): the rungs that were tried, the one that won, and what is missing.

use crate::{AccountId, CostCentreId, ServiceId, UserId, WebConfigurationId};
use serde::{Deserialize, Serialize};

/// What a letter itself asks to be sent through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendingChoice {
    /// Nothing: the office chooses.
    #[default]
    None,
    /// A service of a cost centre.
    Service(ServiceId),
    /// An account, without a service. Whether the writer may use it is the caller's to check.
    Account(AccountId),
}

/// For whom an account is looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The letter's own choice.
    pub choice: SendingChoice,
    /// Who writes; `None` = nobody: the letter leaves unattended.
    pub user: Option<UserId>,
    /// The cost centre that it is written for.
    pub cost_centre: Option<CostCentreId>,
    /// The web configuration of the request that asked for it (FC-31).
    pub web: Option<WebConfigurationId>,
}

/// How a rung came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RungState {
    /// Nothing is set there: the next one was tried.
    Passed,
    /// It names the account that sends.
    Won,
    /// It names an account that cannot send now. Nothing else is tried: the letter would leave in another name.
    Stopped,
    /// An earlier one decided.
    NotReached,
}

/// One rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendingRung {
    /// Its name.
    pub name: String,
    /// What it holds; empty = nothing.
    pub tried: String,
    /// How it came out.
    pub state: RungState,
    /// Why, one sentence.
    pub why: String,
}

/// Whose name stands on a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Name; may be empty.
    pub name: String,
    /// Address.
    pub address: String,
    /// Where it comes from, in words.
    pub origin: String,
}

/// What the ladder came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// The account that sends; `None` = nothing can be sent.
    pub account: Option<AccountId>,
    /// Its name.
    pub account_name: String,
    /// The service that it is used by, if one is.
    pub service: Option<ServiceId>,
    /// The cost centre that counts.
    pub cost_centre: Option<CostCentreId>,
    /// In whose name; `None` = it is missing.
    pub from: Option<Identity>,
    /// Every rung, from the first.
    pub rungs: Vec<SendingRung>,
    /// What is missing before a letter can leave, one sentence each.
    pub missing: Vec<String>,
}

impl Resolved {
    /// Whether a letter can leave.
    pub fn sends(&self) -> bool {
        self.account.is_some() && self.missing.is_empty()
    }

    /// The rung that decided, in one line, to be kept with the letter.
    pub fn trace(&self) -> String {
        match self.rungs.iter().find(|rung| matches!(rung.state, RungState::Won | RungState::Stopped)) {
            Some(rung) => format!("{}: {}. {}", rung.name, rung.tried, rung.why),
            None => "No rung of the ladder names an account.".to_owned(),
        }
    }
}

/// The page that draws it: what can be picked, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderView {
    /// People: id and name.
    pub people: Vec<(UserId, String)>,
    /// Cost centres: id and name.
    pub centres: Vec<(CostCentreId, String)>,
    /// Web configurations: id and name.
    pub webs: Vec<(WebConfigurationId, String)>,
    /// What was picked.
    pub asked: Asked,
    /// What came of it.
    pub resolved: Resolved,
    /// Whether unattended letters can leave, a cost centre each (FC-05).
    pub unattended: Vec<Unattended>,
    /// When that was looked at last by the schedule or a person, ms.
    pub looked_at: Option<i64>,
}

/// Whether letters that nobody writes can leave for a cost centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unattended {
    /// Which; `None` = letters of no cost centre.
    pub centre: Option<CostCentreId>,
    /// Its name.
    pub name: String,
    /// They can.
    pub available: bool,
    /// By what, or why not.
    pub why: String,
}
