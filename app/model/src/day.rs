//! Days as people read them. Fields of forms, addresses, records and terminals have them as `2026-11-30`.

/// Names of the months.
pub const MONTH_NAMES: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// "30 November 2026", of a day written `2026-11-30`; what is no day stays as it is.
pub fn day_words(day: &str) -> String {
    let read = || {
        let mut parts = day.trim().split('-');
        let (year, month, number) = (parts.next()?, parts.next()?, parts.next()?);
        let number: u8 = number.parse().ok().filter(|number| (1..=31).contains(number))?;
        let month = MONTH_NAMES.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
        let digits = year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit());
        (digits && parts.next().is_none()).then(|| format!("{number} {month} {year}"))
    };
    read().unwrap_or_else(|| day.to_owned())
}

/// " from 1 July 2026" and " until 31 December 2026", of the first and the last day of a period; nothing where it is open.
pub fn period_words(first: Option<String>, last: Option<String>) -> [Option<String>; 2] {
    let said = |word: &str, day: Option<String>| day.map(|day| format!(" {word} {}", day_words(&day)));
    [said("from", first), said("until", last)]
}

/// The name of a time zone as people read it: `Etc/UTC` is UTC.
pub fn zone_words(name: &str) -> String {
    match name {
        "Etc/UTC" | "Etc/UCT" | "Etc/Universal" | "Etc/Zulu" => "UTC".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // STYLE 4
    #[test]
    fn a_day_is_written_out_and_what_is_none_stays_as_typed() {
        assert_eq!(day_words("2026-11-30"), "30 November 2026");
        assert_eq!(day_words("2027-01-01"), "1 January 2027");
        for other in ["", "30.11.2026", "2026-13-01", "2026-00-01", "2026-11-32", "2026-11-30-1", "26-11-30", "soon"] {
            assert_eq!(day_words(other), other);
        }
    }

    #[test]
    fn a_period_says_its_first_and_its_last_day() {
        let words = period_words(Some("2026-07-01".into()), Some("2026-12-31".into()));
        assert_eq!(words, [Some(" from 1 July 2026".into()), Some(" until 31 December 2026".into())]);
        assert_eq!(period_words(None, None), [None, None]);
    }

    #[test]
    fn universal_time_has_its_short_name() {
        assert_eq!(zone_words("Etc/UTC"), "UTC");
        assert_eq!(zone_words("Europe/Berlin"), "Europe/Berlin");
    }
}
