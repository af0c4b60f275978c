//! Actions: a text is sent to a client or a contact on a date, once or again and again (FC-29).

use crate::outbox::stored;
use crate::{ActionId, ClientId, DraftId, FieldErrors, OccurrenceId, OutboxState, TextId, UserId, day_words};
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

/// An action as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionForm {
    /// Number of the text.
    #[serde(default)]
    pub text: String,
    /// To whom ([`ActionTo`]); empty = the client.
    #[serde(default)]
    pub to: String,
    /// First day, `YYYY-MM-DD`, the office's own.
    #[serde(default)]
    pub day: String,
    /// Time of day, `HH:MM`.
    #[serde(default)]
    pub time: String,
    /// How often ([`Every`]).
    #[serde(default)]
    pub every: String,
    /// Last day, `YYYY-MM-DD`; empty = none.
    #[serde(default)]
    pub last: String,
    /// What happens then ([`ActionMode`]).
    #[serde(default)]
    pub mode: String,
    /// Stops the double click; empty = nothing does.
    #[serde(default)]
    pub key: String,
}

/// What an action is to do, read from the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPlan {
    /// The text.
    pub text: TextId,
    /// To whom.
    pub to: ActionTo,
    /// What happens on the day.
    pub mode: ActionMode,
    /// How often.
    pub every: Every,
    /// First day, as typed.
    pub first_day: String,
    /// Last day, as typed; `None` = it goes on. What is sent once has none.
    pub last_day: Option<String>,
    /// Minute of the day.
    pub minute: i64,
}

impl ActionForm {
    /// The rules that need no calendar. Whether the day is one is looked at where the calendar is.
    pub fn read(&self) -> Result<ActionPlan, FieldErrors> {
        let mut errors = FieldErrors::default();
        let text = self.text.trim().parse().map(TextId).ok();
        if text.is_none() {
            errors.add("text", "Choose the text that is sent");
        }
        let to = if self.to.is_empty() { Some(ActionTo::Myself) } else { ActionTo::parse(&self.to) };
        if to.is_none() {
            errors.add("to", "Choose to whom it goes");
        }
        let minute = minute_of(&self.time);
        if minute.is_none() {
            errors.add("time", "Enter a time of day, like 09:00");
        }
        let every = Every::parse(&self.every);
        if every.is_none() {
            errors.add("every", "Choose how often");
        }
        let mode = ActionMode::parse(&self.mode);
        if mode.is_none() {
            errors.add("mode", "Choose what happens on the day");
        }
        match (text, to, minute, every, mode) {
            (Some(text), Some(to), Some(minute), Some(every), Some(mode)) => {
                let last_day = Some(self.last.trim()).filter(|last| !last.is_empty() && every != Every::Once).map(str::to_owned);
                Ok(ActionPlan { text, to, mode, every, first_day: self.day.trim().to_owned(), last_day, minute })
            }
            _ => Err(errors),
        }
    }
}

/// The minute of a day, of `9:05`, `09:05` or `09:05:00`; empty = nine o'clock.
fn minute_of(time: &str) -> Option<i64> {
    let time = if time.trim().is_empty() { "09:00" } else { time.trim() };
    let (hour, rest) = time.split_once(':')?;
    let minute = rest.split(':').next()?;
    let number = |text: &str| text.parse::<i64>().ok().filter(|_| (1..=2).contains(&text.len()));
    let (hour, minute) = (number(hour)?, number(minute)?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
}

/// `09:05`, of a minute of the day.
pub fn time_of_day(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

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
    fn times_of_day_are_read_as_people_and_browsers_write_them() {
        for (typed, minute) in [("", Some(540)), ("9:05", Some(545)), ("23:59", Some(1439)), ("07:30:00", Some(450))] {
            assert_eq!(minute_of(typed), minute, "{typed}");
        }
        for typed in ["24:00", "9", "9:60", "nine", "-1:00", "009:00"] {
            assert_eq!(minute_of(typed), None, "{typed}");
        }
        assert_eq!(time_of_day(545), "09:05");
    }

    // FC-29: what is sent once has no last day, whatever stands in the field.
    #[test]
    fn a_last_day_is_of_what_is_sent_again_and_again() {
        let form = |every: &str| ActionForm {
            text: "1".into(),
            day: "2026-01-31".into(),
            last: " 2026-12-31 ".into(),
            every: every.into(),
            mode: "send".into(),
            ..ActionForm::default()
        };
        assert_eq!(form("month").read().unwrap().last_day.as_deref(), Some("2026-12-31"));
        assert_eq!(form("once").read().unwrap().last_day, None);
        assert_eq!(ActionForm { last: String::new(), ..form("month") }.read().unwrap().last_day, None);
        assert_eq!(until_day(Some("2026-12-31")), " until 2026-12-31");
    }

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

    // FC-29
    #[test]
    fn a_form_without_a_choice_says_so_beside_each_field() {
        let errors = ActionForm { to: "all".into(), time: "x".into(), ..ActionForm::default() }.read().unwrap_err();
        let fields: Vec<&str> = errors.0.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["text", "to", "time", "every", "mode"]);
    }
}
