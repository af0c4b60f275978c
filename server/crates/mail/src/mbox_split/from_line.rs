//! The line `From …` that stands before each letter of an mbox: which one begins a letter, and the moment it tells.

use model::civil::days_of;

/// Whether a line that starts with `From ` begins a letter; then its moment, if it tells one.
pub(super) fn begins(line: &[u8], next: &[u8], after_blank: bool) -> Option<Option<i64>> {
    let words = line.strip_prefix(b"From ")?;
    let words = String::from_utf8_lossy(words);
    let arrival = moment(&words);
    let header = is_header(next);
    let likely = match (arrival, after_blank) {
        (Some(_), true) => header || next.is_empty() || next.starts_with(b"From ") || next.starts_with(b">From "),
        (Some(_), false) => header,
        // Some programs write the sender alone.
        (None, true) => header && is_sender(words.trim()),
        (None, false) => false,
    };
    likely.then_some(arrival)
}

fn is_sender(word: &str) -> bool {
    word.is_empty() || word == "-" || (word.contains('@') || word == "MAILER-DAEMON") && !word.contains(char::is_whitespace)
}

fn is_header(line: &[u8]) -> bool {
    match line.iter().position(|b| *b == b':') {
        Some(colon) if colon > 0 => {
            let name = &line[..colon];
            name.trim_ascii_end().iter().all(u8::is_ascii_graphic) && !name.starts_with(b"From ") && !name.contains(&b'/')
        }
        _ => false,
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The moment in a `From ` line, ms: the date as asctime writes it, with or without seconds, weekday and zone.
fn moment(words: &str) -> Option<i64> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let at = words.iter().rposition(|word| clock(word).is_some())?;
    let seconds = clock(words[at])?;
    let month_at = words[..at].iter().rposition(|word| month(word).is_some())?;
    let month = month(words[month_at])?;
    let number = |at: Option<usize>| at.and_then(|at| words.get(at)?.trim_end_matches(',').parse::<i64>().ok());
    let day = number(Some(month_at + 1).filter(|day| *day < at)).filter(|day| (1..=31).contains(day));
    let day = day.or_else(|| number(month_at.checked_sub(1)).filter(|day| (1..=31).contains(day)))?;
    let years = words[month_at..].iter().filter_map(|word| word.parse::<i64>().ok().filter(|_| word.len() == 4));
    let year = years.into_iter().find(|year| (1970..2200).contains(year))?;
    let zone = words[at + 1..].iter().find_map(|word| offset(word)).unwrap_or(0);
    Some((days_of(year, month, day) * 86_400 + seconds - zone) * 1000)
}

fn month(word: &str) -> Option<i64> {
    let word = word.get(..3).filter(|_| word.len() <= 9)?.to_ascii_lowercase();
    MONTHS.iter().position(|known| *known == word).map(|at| at as i64 + 1)
}

fn clock(word: &str) -> Option<i64> {
    let parts: Vec<i64> = word.split(':').map(|part| part.parse().ok().filter(|_| part.len() <= 2)).collect::<Option<_>>()?;
    match parts[..] {
        [hour, minute] | [hour, minute, _] if !(0..24).contains(&hour) || !(0..60).contains(&minute) => None,
        [hour, minute] => Some(hour * 3600 + minute * 60),
        [hour, minute, second] => Some(hour * 3600 + minute * 60 + second.clamp(0, 60)),
        _ => None,
    }
}

fn offset(word: &str) -> Option<i64> {
    let sign = match word.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = word.get(1..).filter(|digits| digits.len() == 4)?;
    let number: i64 = digits.parse().ok()?;
    Some(sign * (number / 100 * 3600 + number % 100 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_is_read_in_every_common_spelling() {
        let when = Some(1_773_479_520_000);
        for words in [
            "a@b Sat Mar 14 09:12:00 2026",
            "- Sat Mar 14 10:12:00 2026 +0100",
            "a b Sat, 14 Mar 2026 09:12:00 +0000",
            "???@??? Sat Mar 14 09:12 2026",
        ] {
            assert_eq!(moment(words), when, "{words}");
        }
        for words in ["", "Monday", "noon 12:00", "a Sat Mar 14 2026", "a Sat Mar 14 99:12:00 2026"] {
            assert_eq!(moment(words), None, "{words}");
        }
    }
}
