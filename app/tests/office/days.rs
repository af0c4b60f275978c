//! The made-up office lies an hour east of UTC in summer, and keeps UTC in winter.

use super::*;
use app::desk::UtcDays;

const HOUR: i64 = 3_600_000;

/// The clocks go forward on the last Sunday of March 2026, and back on the last one of October; every other year here is all winter.
fn ahead(moment: i64) -> i64 {
    if (1_774_746_000_000..1_792_890_000_000).contains(&moment) { HOUR } else { 0 }
}

/// A moment of the clocks on the wall, as UTC has it.
fn utc(wall: i64) -> i64 {
    wall - ahead(wall - HOUR)
}

impl DaysDesk for Office {
    fn day_of(&self, moment: i64) -> String {
        UtcDays.day_of(moment + ahead(moment))
    }
    fn start_of(&self, day: &str) -> Option<i64> {
        UtcDays.start_of(day).map(utc)
    }
    fn end_of(&self, day: &str) -> Option<i64> {
        UtcDays.end_of(day).map(utc)
    }
}
