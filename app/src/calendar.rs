//! The calendar, for pages and for the browser: days, months and lengths in words. UTC.

use model::civil::{DAY, day_of, read};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day and a time of day, as a calendar has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Year.
    pub year: i64,
    /// 1 to 12.
    pub month: usize,
    /// 1 to 31.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// 0 to 59.
    pub second: i64,
}

/// Milliseconds since 1970 to the calendar.
pub fn civil(ms: i64) -> Civil {
    let rest = ms.rem_euclid(DAY) / 1000;
    let (year, month, day) = day_of(ms.div_euclid(DAY));
    Civil { year, month: usize::try_from(month).unwrap_or(1), day, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60 }
}

/// The first moment (UTC) of a day written `YYYY-MM-DD`.
pub fn day_start(text: &str) -> Option<i64> {
    read(text).map(|days| days * DAY)
}

/// One day later.
pub fn next_day(ms: i64) -> i64 {
    ms + DAY
}

/// "14 Mar 2026, 09:12".
pub fn plain_text(ms: i64) -> String {
    let c = civil(ms);
    format!("{} {} {}, {:02}:{:02}", c.day, MONTHS[(c.month - 1) % 12], c.year, c.hour, c.minute)
}

/// "14 Mar 2026, 09:12 UTC".
pub fn utc_text(ms: i64) -> String {
    format!("{} UTC", plain_text(ms))
}

/// "March 2026", for headings: the month of a day written `YYYY-MM-DD`.
pub fn month_text(day: &str) -> String {
    let Some(start) = day_start(day) else { return day.to_owned() };
    let c = civil(start);
    format!("{} {}", model::MONTH_NAMES[(c.month - 1) % 12], c.year)
}

/// RFC 3339, for `datetime`.
pub fn iso_text(ms: i64) -> String {
    let c = civil(ms);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second)
}

/// "12 min ago" within a day, else nothing.
#[cfg(any(test, feature = "hydrate"))]
pub fn ago_text(ms: i64, now: i64) -> Option<String> {
    let seconds = (now - ms) / 1000;
    match seconds {
        s if s < 0 => None,
        0..60 => Some("just now".to_owned()),
        60..3600 => Some(format!("{} min ago", seconds / 60)),
        3600..86_400 => Some(format!("{} h ago", seconds / 3600)),
        _ => None,
    }
}

/// "3 min 20 s", rounded to what matters.
pub fn length_text(seconds: i64) -> String {
    match seconds {
        s if s < 60 => format!("{} s", s.max(0)),
        s if s < 600 => format!("{} min {} s", s / 60, s % 60),
        s if s < 7200 => format!("{} min", s / 60),
        s => format!("{} h {} min", s / 3600, s / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_as_a_calendar_has_them() {
        assert_eq!(utc_text(0), "1 Jan 1970, 00:00 UTC");
        assert_eq!(utc_text(1_773_479_520_000), "14 Mar 2026, 09:12 UTC");
        assert_eq!(iso_text(951_782_399_000), "2000-02-28T23:59:59Z");
        assert_eq!(iso_text(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(iso_text(-1000), "1969-12-31T23:59:59Z");
        assert_eq!(month_text("2026-03-14"), "March 2026");
    }

    #[test]
    fn days_go_there_and_back() {
        for day in ["1970-01-01", "2000-02-29", "2026-03-14", "1999-12-31"] {
            assert_eq!(model::civil::day_text(day_start(day).expect(day)), day);
        }
        for bad in ["", "2026-02-30", "2026-13-01", "14.3.2026", "2026-03-14-1"] {
            assert_eq!(day_start(bad), None, "{bad}");
        }
    }

    #[test]
    fn lengths_say_what_matters() {
        assert_eq!(length_text(9), "9 s");
        assert_eq!(length_text(200), "3 min 20 s");
        assert_eq!(length_text(7260), "2 h 1 min");
        assert_eq!(ago_text(0, 720_000).as_deref(), Some("12 min ago"));
        assert_eq!(ago_text(0, 2 * DAY), None);
    }
}
