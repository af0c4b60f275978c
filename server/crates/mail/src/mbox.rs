//! A letter as an entry of an `.mbox` file (mboxrd: what could be mistaken for the next entry is quoted, and can be unquoted again).

/// The entry: a `From ` line with the sender and the moment, the letter with plain line feeds, an empty line.
pub fn entry(raw: &[u8], sender: &str, at: i64) -> Vec<u8> {
    let sender = if sender.is_empty() || !sender.bytes().all(|b| b.is_ascii_graphic()) { "MAILER-DAEMON" } else { sender };
    let mut out = format!("From {sender} {}\n", asctime(at)).into_bytes();
    out.reserve(raw.len() + raw.len() / 64);
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let bare = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
        let quoted = bare.iter().position(|b| *b != b'>').is_some_and(|at| bare[at..].starts_with(b"From "));
        if quoted {
            out.push(b'>');
        }
        out.extend_from_slice(bare);
        out.push(b'\n');
    }
    out.push(b'\n');
    out
}

/// "Thu Jan  1 00:00:00 1970", in UTC, as the format wants it.
fn asctime(ms: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let seconds = ms.div_euclid(1000);
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Howard Hinnant's civil_from_days.
    let z = days + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let (day, year) = (doy - (153 * mp + 2) / 5 + 1, yoe + era * 400 + i64::from(month <= 2));
    let name = |names: &'static [&'static str], at: i64| usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or("");
    let (weekday, month) = (name(&DAYS, days.rem_euclid(7)), name(&MONTHS, month - 1));
    format!("{weekday} {month} {day:2} {:02}:{:02}:{:02} {year}", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_the_next_entry_is_quoted_and_can_be_unquoted() {
        let raw = b"Subject: x\r\n\r\nFrom here on\r\n>From there\r\nfrom\r\nlast";
        let entry = String::from_utf8(entry(raw, "jo@example.com", 0)).unwrap_or_default();
        assert_eq!(entry, "From jo@example.com Thu Jan  1 00:00:00 1970\nSubject: x\n\n>From here on\n>>From there\nfrom\nlast\n\n");
    }

    #[test]
    fn the_moment_is_written_as_the_format_wants_it() {
        assert_eq!(asctime(1_773_479_520_000), "Sat Mar 14 09:12:00 2026");
        assert_eq!(asctime(951_782_400_000), "Tue Feb 29 00:00:00 2000");
        assert_eq!(asctime(-1), "Wed Dec 31 23:59:59 1969");
    }

    #[test]
    fn a_sender_cannot_break_the_line() {
        assert!(entry(b"x", "a b\nFrom c", 0).starts_with(b"From MAILER-DAEMON "));
    }
}
