//! Days: where one begins is a matter of the office's time zone, which pages do not know.

use crate::calendar;

/// Days of the office, `YYYY-MM-DD`, and the moments between which they lie.
pub trait DaysDesk: Send + Sync {
    /// The day a moment falls on.
    fn day_of(&self, moment: i64) -> String;
    /// The first moment of a day, ms; `None` when it is no day.
    fn start_of(&self, day: &str) -> Option<i64>;
    /// The first moment after a day, ms; `None` when it is no day.
    fn end_of(&self, day: &str) -> Option<i64>;
    /// The last day that a period ending (exclusively) at a moment has.
    fn last_day_before(&self, moment: i64) -> String {
        self.day_of(moment - 1)
    }
}

/// Days of an office that keeps UTC.
pub struct UtcDays;

impl DaysDesk for UtcDays {
    fn day_of(&self, moment: i64) -> String {
        model::civil::day_text(moment)
    }
    fn start_of(&self, day: &str) -> Option<i64> {
        calendar::day_start(day)
    }
    fn end_of(&self, day: &str) -> Option<i64> {
        calendar::day_start(day).map(calendar::next_day)
    }
}
