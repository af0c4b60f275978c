//! Actions: a text is sent to a client or a contact on a date, once or again and again (FC-29).

use crate::{
    ActionForm, ActionId, ActionMode, ActionState, ActionTo, ActionsFilter, ClientId, DraftId, DueState, Every, OccurrenceId, OutboxState,
    TextId, UserId, day_words, time_of_day,
};
use serde::{Deserialize, Serialize};

/// The party of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionParty {
    /// Who.
    pub id: ClientId,
    /// Name.
    pub name: String,
    /// An agent or supplier.
    pub is_contact: bool,
}

impl ActionParty {
    /// Its page.
    pub fn page(&self) -> String {
        format!("/{}/{}", if self.is_contact { "contacts" } else { "clients" }, self.id)
    }
}

/// An action as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionCard {
    /// Number.
    pub id: ActionId,
    /// Whom it is about.
    pub party: ActionParty,
    /// The text; `None` = it was deleted.
    pub text: Option<TextId>,
    /// The text's name.
    pub text_name: String,
    /// To whom.
    pub to: ActionTo,
    /// What happens on the day.
    pub mode: ActionMode,
    /// How often.
    pub every: Every,
    /// First day.
    pub first_day: String,
    /// Last day; `None` = it goes on.
    pub last_day: Option<String>,
    /// Minute of the day.
    pub minute: i64,
    /// The next day, and its moment, ms; `None` = no day is left.
    pub next: Option<(String, i64)>,
    /// Where it is.
    pub state: ActionState,
    /// Why it is paused, when nobody paused it.
    pub note: String,
    /// Who answers for it.
    pub by: (UserId, String),
}

impl ActionCard {
    /// "Every month from 31 January 2026 until 31 December 2026 at 09:00".
    pub fn when(&self) -> String {
        let (first, time) = (day_words(&self.first_day), time_of_day(self.minute));
        match self.every {
            Every::Once => format!("Once, on {first} at {time}"),
            every => format!("{} from {first}{} at {time}", every.words(), self.until()),
        }
    }

    /// " until 31 December 2026", or nothing.
    pub fn until(&self) -> String {
        self.last_day.as_deref().map(|day| format!(" until {}", day_words(day))).unwrap_or_default()
    }
}

/// " until 2026-12-31", or nothing: for records and terminals.
pub fn until_day(last_day: Option<&str>) -> String {
    last_day.map(|day| format!(" until {day}")).unwrap_or_default()
}

/// A day that has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueRow {
    /// Number.
    pub id: OccurrenceId,
    /// Of which action.
    pub action: ActionId,
    /// Whom it is about.
    pub party: ActionParty,
    /// The text's name.
    pub text_name: String,
    /// What happens.
    pub mode: ActionMode,
    /// The day.
    pub day: String,
    /// Its moment, ms.
    pub due_at: i64,
    /// What became of it.
    pub state: DueState,
    /// Why it failed, or waits although it is due.
    pub reason: String,
    /// The letter that somebody is writing, and who.
    pub draft: Option<(DraftId, UserId, String)>,
    /// The letter in the outbox, and where it is.
    pub outbox: Option<(i64, OutboxState)>,
    /// When it was dealt with, ms.
    pub settled_at: Option<i64>,
    /// By whom.
    pub settled_by: String,
}

/// Days that are dealt with are counted up to here; one more means that there are more.
pub const DONE_COUNTED: i64 = 1000;

/// A page of a list of actions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionsPage {
    /// Which list it is.
    pub only: ActionsFilter,
    /// Days that have come.
    pub rows: Vec<DueRow>,
    /// Actions whose day will come.
    pub coming: Vec<ActionCard>,
    /// How many of each.
    pub counts: Vec<(ActionsFilter, i64)>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The page of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionView {
    /// The action.
    pub card: ActionCard,
    /// Its days that have come, the latest first.
    pub rows: Vec<DueRow>,
    /// Subject and words as they would read today, or what is missing.
    pub preview: Result<(String, String), String>,
    /// Addresses that it would go to today.
    pub to: Vec<String>,
    /// What stands in the way of a letter that leaves by itself; empty = nothing.
    pub missing: Vec<String>,
    /// The office's time zone.
    pub zone: String,
}

/// The form of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionDraft {
    /// Which; `None` = a new one.
    pub id: Option<ActionId>,
    /// Whom it is about.
    pub party: ActionParty,
    /// What stands in the form at first.
    pub form: ActionForm,
    /// Texts by name.
    pub texts: Vec<(TextId, String)>,
    /// What stands in the way of a letter that leaves by itself; empty = nothing.
    pub missing: Vec<String>,
    /// The office's time zone.
    pub zone: String,
    /// Letters whose day has come and that are not dealt with: they are given up with another day of a letter that is sent once.
    pub waiting: i64,
}

/// What came of the form of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionSaved {
    /// Which.
    pub id: ActionId,
    /// It was moved to another day, and what waited for the old one was given up.
    pub given_up: bool,
}

/// What is planned for a party.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyActions {
    /// Actions that have days to come.
    pub plans: Vec<ActionCard>,
    /// Days that have come and are not dealt with.
    pub waiting: Vec<DueRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_until_when() {
        assert_eq!(until_day(Some("2026-12-31")), " until 2026-12-31");
        assert_eq!(until_day(None), "");
    }
}
