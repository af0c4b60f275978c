//! When an account is due next: after the office's minutes, after its own, or at its times of the office's day (TP-46).

use crate::Engine;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use model::Schedule;

const MINUTE: i64 = 60_000;

impl Engine {
    /// When an account with this schedule is due after this moment, ms.
    pub fn next_run(&self, schedule: &Schedule, now: i64) -> i64 {
        match schedule {
            Schedule::Usual => now + i64::try_from(self.settings.poll.as_millis()).unwrap_or(i64::MAX / 4),
            Schedule::Every(minutes) => now + i64::from(*minutes) * MINUTE,
            Schedule::At(times) => next_time(times, now, &self.settings.time_zone).unwrap_or(now + 24 * 60 * MINUTE),
        }
    }

    /// The minutes from one collection to the next where nothing else is said.
    pub fn usual_minutes(&self) -> u32 {
        u32::try_from(self.settings.poll.as_secs().div_ceil(60)).unwrap_or(u32::MAX)
    }
}

/// The first of these times of day after a moment. A time that the clocks leave out on a day is the moment they jump to.
fn next_time(times: &[u32], now: i64, zone: &TimeZone) -> Option<i64> {
    let today = Timestamp::from_millisecond(now).ok()?.to_zoned(zone.clone()).date();
    (0..=2).find_map(|ahead| {
        let day = today.checked_add(ahead.days()).ok()?;
        let moments = times.iter().filter_map(|time| {
            let (hour, minute) = (i8::try_from(time / 60).ok()?, i8::try_from(time % 60).ok()?);
            Some(day.at(hour, minute, 0, 0).to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
        });
        moments.filter(|moment| *moment > now).min()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // 14 March 2026, 09:12 UTC
    const NOW: i64 = 1_773_479_520_000;

    #[test]
    fn times_of_day_are_the_offices_own() {
        let berlin = TimeZone::get("Europe/Berlin").expect("it is in the table");
        let at = |times: &[u32], zone: &TimeZone| next_time(times, NOW, zone).map(|moment| (moment - NOW) / MINUTE);
        assert_eq!(at(&[8 * 60, 12 * 60 + 30], &TimeZone::UTC), Some(3 * 60 + 18));
        assert_eq!(at(&[8 * 60, 12 * 60 + 30], &berlin), Some(2 * 60 + 18));
        assert_eq!(at(&[9 * 60 + 12], &TimeZone::UTC), Some(24 * 60), "this very minute is over");
    }

    #[test]
    fn a_time_that_a_day_does_not_have_is_not_forgotten() {
        let berlin = TimeZone::get("Europe/Berlin").expect("it is in the table");
        // 28 March 2026, 23:00 UTC: at two in the night the clocks jump to three.
        let before = 1_774_738_800_000;
        assert_eq!(next_time(&[150], before, &berlin), Some(before + 150 * MINUTE));
    }
}
