//! Days begin where the office's settings say.

use super::OfficeDesk;
use crate::office::{Office, days};
use app::desk::DaysDesk;

impl DaysDesk for Office {
    fn day_of(&self, moment: i64) -> String {
        days::day_of(moment, &self.time_zone())
    }
    fn start_of(&self, day: &str) -> Option<i64> {
        days::start_of(day, &self.time_zone())
    }
    fn end_of(&self, day: &str) -> Option<i64> {
        days::end_of(day, &self.time_zone())
    }
}

impl DaysDesk for OfficeDesk {
    fn day_of(&self, moment: i64) -> String {
        self.office.day_of(moment)
    }
    fn start_of(&self, day: &str) -> Option<i64> {
        self.office.start_of(day)
    }
    fn end_of(&self, day: &str) -> Option<i64> {
        self.office.end_of(day)
    }
}
