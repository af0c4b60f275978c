//! INTERNALDATE (RFC 3501 §9 `date-time`) and RFC 3339. Must never: guess; what cannot be read is absent.

use jiff::civil::date;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// ` 1-Feb-2020 10:00:00 +0100` in milliseconds since 1970 UTC.
pub(crate) fn internal_date(text: &str) -> Option<i64> {
    let mut parts = text.split_ascii_whitespace();
    let (day, clock, zone) = (parts.next()?, parts.next()?, parts.next().unwrap_or("+0000"));
    let mut day = day.split('-');
    let (d, month, year) = (day.next()?.parse::<i8>().ok()?, day.next()?.to_ascii_lowercase(), day.next()?.parse::<i16>().ok()?);
    let month = MONTHS.iter().position(|known| *known == month)? as i8 + 1;
    let mut clock = clock.split(':');
    let (h, m, s) =
        (clock.next()?.parse::<i64>().ok()?, clock.next()?.parse::<i64>().ok()?, clock.next().unwrap_or("0").parse::<i64>().ok()?);
    if !(1..=31).contains(&d) || !(0..24).contains(&h) || !(0..60).contains(&m) || !(0..=60).contains(&s) || !(1..=9999).contains(&year) {
        return None;
    }
    let days = jiff::civil::Date::new(year, month, d).ok()?.since((jiff::Unit::Day, date(1970, 1, 1))).ok()?.get_days();
    let seconds = i64::from(days) * 86_400 + h * 3_600 + m * 60 + s - zone_seconds(zone)?;
    Some(seconds * 1_000)
}

/// `2024-02-29T23:59:59Z` in milliseconds since 1970 UTC.
pub(crate) fn rfc3339(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

fn zone_seconds(zone: &str) -> Option<i64> {
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if digits.len() != 4 {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    Some(sign * (number / 100 * 3_600 + number % 100 * 60))
}

#[cfg(test)]
mod tests {
    use super::internal_date;

    #[test]
    fn dates_of_servers_are_read_with_their_zone() {
        assert_eq!(internal_date(" 1-Jan-1970 01:00:00 +0100"), Some(0));
        assert_eq!(internal_date("29-Feb-2024 23:59:59 -0530"), Some(1_709_270_999_000));
        assert_eq!(internal_date("01-Foo-2020 00:00:00 +0000"), None);
        assert_eq!(internal_date("31-Feb-2020 00:00:00 +0000"), None);
        assert_eq!(internal_date(""), None);
    }
}
