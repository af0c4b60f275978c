//! When an account is collected (TP-46).

use crate::{AccountHealth, AccountId, Protocol};
use serde::{Deserialize, Serialize};

/// Minutes that may lie between two collections.
const MINUTES: std::ops::RangeInclusive<u32> = 1..=1440;
/// Times of a day at most.
const TIMES: usize = 24;

/// When an account is collected by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Schedule {
    /// As the office does.
    #[default]
    Usual,
    /// Every so many minutes.
    Every(u32),
    /// At these times of the office's day: minutes since midnight, ascending.
    At(Vec<u32>),
}

impl Schedule {
    /// Reads what [`Schedule::stored`] writes; what cannot be read is as usual.
    pub fn parse(text: &str) -> Self {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        match word {
            "every" => Self::every(rest).unwrap_or_default(),
            "at" => Self::at(rest).unwrap_or_default(),
            _ => Self::Usual,
        }
    }

    /// As stored.
    pub fn stored(&self) -> String {
        match self {
            Self::Usual => String::new(),
            Self::Every(minutes) => format!("every {minutes}"),
            Self::At(_) => format!("at {}", self.times()),
        }
    }

    /// An interval as typed.
    pub fn every(typed: &str) -> Option<Self> {
        typed.trim().parse().ok().filter(|minutes| MINUTES.contains(minutes)).map(Self::Every)
    }

    /// Times as typed: "8:00, 12:30", parted by spaces, commas or semicolons.
    pub fn at(typed: &str) -> Option<Self> {
        let words = typed.split([' ', ',', ';', '\t', '\n', '\r']).filter(|word| !word.is_empty());
        let mut times: Vec<u32> = words.map(time).collect::<Option<_>>()?;
        times.sort_unstable();
        times.dedup();
        (!times.is_empty() && times.len() <= TIMES).then_some(Self::At(times))
    }

    /// The times as typed, "08:00 12:30"; empty when there are none.
    pub fn times(&self) -> String {
        match self {
            Self::At(times) => times.iter().map(|time| format!("{:02}:{:02}", time / 60, time % 60)).collect::<Vec<_>>().join(" "),
            _ => String::new(),
        }
    }

    /// In words; `usual` = the office's minutes. IMAP alone tells when a letter comes.
    pub fn words(&self, usual: u32, protocol: Protocol) -> String {
        match self {
            Self::Usual if protocol == Protocol::Imap => format!("Every {usual} minutes, and when a letter comes"),
            Self::Usual => format!("Every {usual} minutes"),
            Self::Every(1) => "Every minute".to_owned(),
            Self::Every(minutes) => format!("Every {minutes} minutes"),
            Self::At(_) => format!("At {}", self.times().replace(' ', ", ")),
        }
    }
}

fn time(word: &str) -> Option<u32> {
    let (hour, minute) = word.split_once([':', '.']).unwrap_or((word, "0"));
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// A task of the schedule: it names its account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub account: String,
    /// What is spoken with its server.
    pub protocol: Protocol,
    /// When it is collected.
    pub schedule: Schedule,
    /// How the account is.
    pub health: AccountHealth,
    /// End of the last run, ms.
    pub last: Option<i64>,
    /// New letters of the last run.
    pub filed: Option<i64>,
    /// What the last run ended with; `None` = it went well.
    pub error: Option<String>,
    /// Start of the next run, ms.
    pub next: Option<i64>,
    /// The viewer may change it.
    pub may_manage: bool,
}

/// The schedule of all accounts that the viewer may see.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tasks {
    /// Tasks by account name.
    pub tasks: Vec<Task>,
    /// Minutes between two collections where nothing else is said.
    pub usual: u32,
    /// Where the times of day are.
    pub zone: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again() {
        for schedule in [Schedule::Usual, Schedule::Every(30), Schedule::At(vec![0, 485, 750, 1439])] {
            assert_eq!(Schedule::parse(&schedule.stored()), schedule);
        }
        assert_eq!(Schedule::parse("whatever 7"), Schedule::Usual);
    }

    #[test]
    fn times_are_taken_as_people_type_them() {
        assert_eq!(Schedule::at("12.30, 8;8:00 17"), Some(Schedule::At(vec![480, 750, 1020])));
        for wrong in ["", "24:00", "8:60", "noon", "8:00 x"] {
            assert_eq!(Schedule::at(wrong), None, "{wrong}");
        }
        assert_eq!((Schedule::every(" 5 "), Schedule::every("0"), Schedule::every("1441")), (Some(Schedule::Every(5)), None, None));
    }
}
