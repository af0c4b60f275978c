//! The calendar by arithmetic (Howard Hinnant's algorithms): dates, and days counted from 1970. UTC, and no date library: the browser part
//! must stay small.

/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

/// The day that a text names as `2027-05-31`, counted from 1970; nothing where there is no such day.
pub fn read(text: &str) -> Option<i64> {
    let mut parts = text.trim().split('-');
    let (year, month, day): (i64, i64, i64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    if parts.next().is_some() || !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = days_of(year, month, day);
    // A thirty-first of a short month is another day's name.
    (day_of(days) == (year, month, day)).then_some(days)
}

/// A day as it is typed and shown: `2027-05-31`.
pub fn day_text(at: i64) -> String {
    let (year, month, day) = day_of(at.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// Days since 1970 of a date of the Gregorian calendar.
pub fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day that is counted from 1970: year, month (1 to 12), day.
pub fn day_of(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_go_there_and_back() {
        for day in ["1970-01-01", "2000-02-29", "2026-03-14", "1999-12-31", "0001-01-01", "9999-12-31"] {
            assert_eq!(read(day).map(|days| day_text(days * DAY)).as_deref(), Some(day));
        }
        assert_eq!((read(" 1970-01-02 "), day_text(-1).as_str()), (Some(1), "1969-12-31"));
        for bad in ["", "2026-02-30", "2027-02-29", "2026-13-01", "14.3.2026", "2026-03-14-1", "0-01-01"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
