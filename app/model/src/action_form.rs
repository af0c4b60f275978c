//! The form of an action, and what is read from it.

use crate::{ActionMode, ActionTo, Every, FieldErrors, TextId};
use serde::{Deserialize, Serialize};

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
    }

    // FC-29
    #[test]
    fn a_form_without_a_choice_says_so_beside_each_field() {
        let errors = ActionForm { to: "all".into(), time: "x".into(), ..ActionForm::default() }.read().unwrap_err();
        let fields: Vec<&str> = errors.0.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["text", "to", "time", "every", "mode"]);
    }
}
