//! Days as people write them (`YYYY-MM-DD`, in the office's time zone) and moments as the store keeps them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The first moment of a day, ms; `None` when it is no day.
pub fn start_of(day: &str, zone: &TimeZone) -> Option<i64> {
    moment(parse(day)?, zone)
}

/// The first moment after a day, ms.
pub fn end_of(day: &str, zone: &TimeZone) -> Option<i64> {
    moment(parse(day)?.checked_add(1.day()).ok()?, zone)
}

/// The day a moment falls on.
pub fn day_of(moment: i64, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(moment).map(|moment| moment.to_zoned(zone.clone()).date().to_string()).unwrap_or_default()
}

/// The last day that a period ending (exclusively) at a moment has.
pub fn last_day_before(moment: i64, zone: &TimeZone) -> String {
    day_of(moment - 1, zone)
}

/// RFC 3339, UTC, to the second: for scripts.
pub fn rfc3339(moment: i64) -> String {
    Timestamp::from_second(moment.div_euclid(1000)).map(|moment| moment.to_string()).unwrap_or_default()
}

/// "14 Mar 2026, 09:12 GMT": for people, in the office's own time.
pub fn written(moment: i64, zone: &TimeZone) -> String {
    let Ok(moment) = Timestamp::from_millisecond(moment) else { return String::new() };
    moment.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M %Z").to_string()
}

/// In the one spelling that fields of days take: what they would swallow is no day.
fn parse(day: &str) -> Option<Date> {
    let day = day.trim();
    day.parse().ok().filter(|date: &Date| date.to_string() == day)
}

fn moment(day: Date, zone: &TimeZone) -> Option<i64> {
    Some(day.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_counts_its_first_and_its_last_day_in_the_offices_own_time() {
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let (from, to) = (start_of("2026-03-29", &zone).unwrap(), end_of("2026-03-29", &zone).unwrap());
        assert_eq!(to - from, 23 * 3_600_000, "the clocks went forward that day");
        assert_eq!((day_of(from, &zone), last_day_before(to, &zone)), ("2026-03-29".into(), "2026-03-29".into()));
        for bad in ["", "29.3.2026", "20260329", "2026-03-29T10:00", "2026-02-30"] {
            assert_eq!(start_of(bad, &zone), None, "{bad}");
        }
    }

    #[test]
    fn a_moment_is_written_in_the_offices_own_time() {
        assert_eq!(written(1_773_479_520_000, &TimeZone::UTC), "14 Mar 2026, 09:12 UTC");
    }

    #[test]
    fn moments_before_1970_have_a_date_too() {
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59Z");
    }
}
