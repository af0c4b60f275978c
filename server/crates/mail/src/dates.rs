//! When a letter was written, as far as it says, and by which moment it is sorted (O9).

use crate::field::Field;
use mail_parser::{DateTime, HeaderValue, parsers::MessageStream};

/// 1990-01-01T00:00:00Z in ms: no letter in an office is older.
const FIRST: i64 = 631_152_000_000;
/// A day in ms: clocks and time zones are that wrong, not more.
const DAY: i64 = 86_400_000;

/// The moment a letter is sorted by, ms, and whether its Date header looks wrong (O9): the Date header when it lies
/// between 1990 and a day after arrival, else the topmost Received header, else arrival.
pub fn sort_date(date: Option<i64>, received: Option<i64>, arrival: i64) -> (i64, bool) {
    let plausible = |at: &i64| *at >= FIRST && *at <= arrival.saturating_add(DAY);
    match date.filter(plausible) {
        Some(date) => (date, false),
        None => (received.filter(plausible).unwrap_or(arrival), true),
    }
}

/// The moment in a Date field, ms; `None` when it names none.
pub(crate) fn of(field: &Field<'_>) -> Option<i64> {
    moment(&field.plain())
}

/// The moment a Received field ends with, ms.
pub(crate) fn received(field: &Field<'_>) -> Option<i64> {
    let text = field.plain();
    moment(text.rsplit_once(';')?.1)
}

fn moment(text: &str) -> Option<i64> {
    let text = crate::clean::start(text.trim(), 200);
    let octets = format!("{text}\n").into_bytes();
    let HeaderValue::DateTime(found) = MessageStream::new(&octets).parse_date() else { return None };
    // 60 is a leap second (RFC 5322 §3.3).
    let found = if found.second == 60 { DateTime { second: 59, ..found } } else { found };
    found.is_valid().then(|| found.to_timestamp() * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_letters_use() {
        for (text, at) in [
            ("Mon, 01 Jan 2024 00:00:00 +0000", Some(1_704_067_200_000)),
            ("1 Jan 2024 01:00:00 +0100", Some(1_704_067_200_000)),
            ("Mon, 01 Jan 2024 00:00:00 GMT (comment)", Some(1_704_067_200_000)),
            ("Mon, 01 Jan 2024 00:00:60 +0000", Some(1_704_067_259_000)),
            ("", None),
            ("yesterday", None),
            ("Mon, 99 Jan 2024 00:00:00 +0000", None),
        ] {
            assert_eq!(moment(text), at, "{text}");
        }
        let field = Field { name: "Received", value: b"from a by b; id 7;\r\n Mon, 01 Jan 2024 00:00:00 +0000" };
        assert_eq!(received(&field), Some(1_704_067_200_000));
    }

    // O9, P33
    #[test]
    fn the_sort_date_is_the_first_plausible_one() {
        let arrival = 1_704_067_200_000;
        for (date, received, expected) in [
            (Some(arrival - 1), Some(arrival - 5), (arrival - 1, false)),
            (Some(arrival + DAY), None, (arrival + DAY, false)),
            (Some(arrival + DAY + 1), Some(arrival - 5), (arrival - 5, true)),
            (Some(FIRST), None, (FIRST, false)),
            (Some(FIRST - 1), None, (arrival, true)),
            (None, Some(arrival - 5), (arrival - 5, true)),
            (None, Some(0), (arrival, true)),
            (None, None, (arrival, true)),
        ] {
            assert_eq!(sort_date(date, received, arrival), expected, "{date:?} {received:?}");
        }
        assert_eq!(sort_date(None, None, i64::MAX), (i64::MAX, true));
    }
}
