//! The choices of an action, its states and its lists: each as stored and in words.

use crate::outbox::stored;
use serde::{Deserialize, Serialize};

/// What happens on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActionMode {
    /// The letter leaves by itself.
    Send,
    /// It waits until somebody opens it (FC-26).
    Edit,
}
stored!(ActionMode { Send = "send", Edit = "edit" });

impl ActionMode {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Send => "Leaves by itself",
            Self::Edit => "Opened for edit",
        }
    }
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Every {
    /// On one day.
    Once,
    /// On the same day of the week.
    Week,
    /// On the same day of the month, or its last one.
    Month,
    /// Every third month.
    Quarter,
    /// On the same day of the year.
    Year,
}
stored!(Every { Once = "once", Week = "week", Month = "month", Quarter = "quarter", Year = "year" });

impl Every {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Once => "Once",
            Self::Week => "Every week",
            Self::Month => "Every month",
            Self::Quarter => "Every quarter",
            Self::Year => "Every year",
        }
    }
}

/// Whose first address on file the letter goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActionTo {
    /// The client, or the contact.
    Myself,
    /// The partner.
    Partner,
    /// Both, in one letter.
    Both,
}
stored!(ActionTo { Myself = "self", Partner = "partner", Both = "both" });

impl ActionTo {
    /// In words, for a client.
    pub fn words(self) -> &'static str {
        match self {
            Self::Myself => "The client",
            Self::Partner => "The partner",
            Self::Both => "The client and the partner",
        }
    }
}

/// Where an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActionState {
    /// Its days come.
    Active,
    /// Its days pass.
    Paused,
    /// It has no more days.
    Ended,
}
stored!(ActionState { Active = "active", Paused = "paused", Ended = "ended" });

/// What became of a day that has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DueState {
    /// The letter leaves as soon as it is written.
    Due,
    /// It waits to be opened.
    Open,
    /// It waits for a person, who is told why.
    Failed,
    /// The letter is in the outbox.
    Done,
    /// Somebody gave it up.
    GivenUp,
}
stored!(DueState { Due = "due", Open = "open", Failed = "failed", Done = "done", GivenUp = "given_up" });

impl DueState {
    /// Whether the letter is not dealt with yet.
    pub fn waits(self) -> bool {
        matches!(self, Self::Due | Self::Open | Self::Failed)
    }
}

/// What a list of actions shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActionsFilter {
    /// Days that have come.
    #[default]
    Due,
    /// Days that will come.
    Coming,
    /// Days that wait for a person.
    Failed,
    /// Days that are dealt with.
    Done,
}
stored!(ActionsFilter { Due = "due", Coming = "coming", Failed = "failed", Done = "done" });

impl ActionsFilter {
    /// The list to begin with, where none was asked for: the first one that somebody should look at and that has something, by how many each
    /// has.
    pub fn first_of(counts: &[(Self, i64)]) -> Self {
        let has = |filter: &Self| counts.iter().any(|(known, count)| known == filter && *count > 0);
        [Self::Due, Self::Failed, Self::Coming].into_iter().find(has).unwrap_or_default()
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Due => "Due",
            Self::Coming => "Coming",
            Self::Failed => "Failed",
            Self::Done => "Done",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // FC-29
    #[test]
    fn the_lists_begin_with_the_first_one_that_has_something_to_look_at() {
        let first = |due, failed, coming| {
            let counts =
                [(ActionsFilter::Due, due), (ActionsFilter::Coming, coming), (ActionsFilter::Failed, failed), (ActionsFilter::Done, 9)];
            ActionsFilter::first_of(&counts)
        };
        assert_eq!(first(1, 1, 1), ActionsFilter::Due);
        assert_eq!(first(0, 1, 1), ActionsFilter::Failed);
        assert_eq!(first(0, 0, 1), ActionsFilter::Coming);
        assert_eq!(first(0, 0, 0), ActionsFilter::Due);
    }
}
