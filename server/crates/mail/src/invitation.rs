//! Invitations to appointments (iCalendar, RFC 5545 and RFC 5546), read far enough to be understood by a person.
//!
//! Must never: follow an address, believe a rule of a time zone that the letter brings along, or grow without a limit.

use crate::{attachment, body, charset, clean, mime};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};
use model::Invitation;

/// Octets of a calendar that are read.
const OCTETS: usize = 512 << 10;
/// Appointments, people and characters shown.
const EVENTS: usize = 10;
const PEOPLE: usize = 50;
const TEXT: usize = 2_000;
const LINES: usize = 20_000;

/// The appointments in a letter, times in `zone`.
pub fn of(raw: &[u8], zone: &TimeZone) -> Vec<Invitation> {
    std::panic::catch_unwind(|| {
        let raw = mime::with_line_feeds(raw);
        let tree = mime::parse(&raw, 0);
        let mut list: Vec<Invitation> = Vec::new();
        for part in body::files(&tree.root) {
            let is_calendar = matches!(part.kind.media.as_str(), "text/calendar" | "application/ics")
                || part.kind.name.as_deref().is_some_and(|name| attachment::safe_name(name).to_ascii_lowercase().ends_with(".ics"));
            if !is_calendar {
                continue;
            }
            let octets = part.octets();
            let text = charset::decode(part.kind.charset.as_deref(), &octets[..octets.len().min(OCTETS)]).text;
            for invitation in calendar(&clean::text(&text), zone) {
                // The same appointment often comes twice: as a part and as a file.
                if list.len() < EVENTS && !list.contains(&invitation) {
                    list.push(invitation);
                }
            }
        }
        list
    })
    .unwrap_or_default()
}

/// A line: name, parameters, value.
struct Line<'x> {
    name: String,
    parameters: Vec<(String, &'x str)>,
    value: &'x str,
}

impl Line<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim_matches('"'))
    }
}

fn calendar(text: &str, zone: &TimeZone) -> Vec<Invitation> {
    let unfolded = text.replace("\n ", "").replace("\n\t", "");
    let mut method = String::new();
    let mut events = Vec::new();
    // What is open around a line, innermost last; only lines directly inside an event count, not those of its alarms.
    let mut open: Vec<String> = Vec::new();
    let mut event: Vec<Line<'_>> = Vec::new();
    for line in unfolded.lines().take(LINES).filter_map(line) {
        match line.name.as_str() {
            "BEGIN" => {
                open.push(line.value.trim().to_ascii_uppercase());
                if open.len() > 20 {
                    break;
                }
            }
            "END" => {
                let ends = open.pop();
                if ends.is_some_and(|ends| ends == "VEVENT") && events.len() < EVENTS {
                    events.push(std::mem::take(&mut event));
                }
            }
            "METHOD" if open.len() <= 1 => method = line.value.trim().to_ascii_uppercase(),
            _ if open.last().is_some_and(|inside| inside == "VEVENT") => event.push(line),
            _ => {}
        }
    }
    events.iter().map(|event| invitation(event, &method, zone)).collect()
}

fn line(text: &str) -> Option<Line<'_>> {
    let mut quoted = false;
    let colon = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    })?;
    let (head, value) = (&text[..colon.0], &text[colon.0 + 1..]);
    let mut quoted = false;
    let mut pieces = head.split(|c: char| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    let name = pieces.next()?.trim().to_ascii_uppercase();
    let parameters =
        pieces.take(20).filter_map(|piece| piece.split_once('=')).map(|(name, value)| (name.trim().to_ascii_uppercase(), value)).collect();
    (!name.is_empty() && name.len() <= 60).then_some(Line { name, parameters, value })
}

fn invitation(event: &[Line<'_>], method: &str, zone: &TimeZone) -> Invitation {
    let find = |name: &str| event.iter().find(|line| line.name == name);
    let text = |name: &str, most: usize| find(name).map(|line| shortened(&unescaped(line.value), most)).unwrap_or_default();
    let people: Vec<&Line<'_>> = event.iter().filter(|line| line.name == "ATTENDEE").collect();
    let status = text("STATUS", 40).to_ascii_uppercase();
    Invitation {
        what: what(method, &status).to_owned(),
        summary: clean::line(&text("SUMMARY", 400)),
        when: when(find("DTSTART"), find("DTEND"), find("DURATION"), zone),
        repeats: find("RRULE").map(|line| repeats(line.value)).unwrap_or_default(),
        place: clean::line(&text("LOCATION", 400)),
        organiser: find("ORGANIZER").map(person).unwrap_or_default(),
        attendees: people.iter().take(PEOPLE).map(|line| (person(line), answer(line).to_owned())).collect(),
        more_attendees: people.len().saturating_sub(PEOPLE),
        text: text("DESCRIPTION", TEXT).trim().to_owned(),
    }
}

fn what(method: &str, status: &str) -> &'static str {
    match (method, status) {
        ("CANCEL", _) | (_, "CANCELLED") => "Appointment cancelled",
        ("REPLY", _) => "Answer to an invitation",
        ("COUNTER", _) => "Another time is proposed",
        ("DECLINECOUNTER", _) => "The proposed time was declined",
        ("REQUEST", _) => "Invitation",
        _ => "Appointment",
    }
}

/// `\n`, `\,` and their kind as the characters they stand for.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(TEXT * 4));
    let mut chars = clean::start(text, TEXT * 8).chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    clean::text(&out)
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most).chain(['…']).collect() }
}

/// Name and address of a person.
fn person(line: &Line<'_>) -> String {
    let value = line.value.trim();
    let address = crate::html::strip_prefix_ignoring_case(value, "mailto:").unwrap_or(value);
    let address = clean::line(clean::start(address, 320));
    match line.parameter("CN").map(|name| clean::line(clean::start(name, 200))).filter(|name| !name.is_empty() && *name != address) {
        Some(name) => format!("{name} <{address}>"),
        None => address,
    }
}

fn answer(line: &Line<'_>) -> &'static str {
    match line.parameter("PARTSTAT").unwrap_or_default().to_ascii_uppercase().as_str() {
        "ACCEPTED" => "accepted",
        "DECLINED" => "declined",
        "TENTATIVE" => "perhaps",
        "DELEGATED" => "sends somebody else",
        _ => "has not answered",
    }
}

fn repeats(rule: &str) -> String {
    let value =
        |name: &str| rule.split(';').filter_map(|part| part.split_once('=')).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v);
    let interval: u32 = value("INTERVAL").and_then(|text| text.parse().ok()).unwrap_or(1);
    let (one, many) = match value("FREQ").unwrap_or_default().to_ascii_uppercase().as_str() {
        "DAILY" => ("day", "days"),
        "WEEKLY" => ("week", "weeks"),
        "MONTHLY" => ("month", "months"),
        "YEARLY" => ("year", "years"),
        _ => return "Repeats".to_owned(),
    };
    let mut words = if interval <= 1 { format!("Every {one}") } else { format!("Every {interval} {many}") };
    if let Some(count) = value("COUNT").and_then(|text| text.parse::<u32>().ok()) {
        words.push_str(&format!(", {count} times"));
    } else if let Some(until) = value("UNTIL").and_then(|text| date(text.get(..8)?)) {
        words.push_str(&until.strftime(", until %-d %b %Y").to_string());
    }
    words
}

/// A moment of the calendar: a whole day, a moment anywhere, or a time whose zone nobody knows.
enum Moment {
    Day(Date),
    Exact(Zoned),
    Floating(DateTime, String),
}

fn when(start: Option<&Line<'_>>, end: Option<&Line<'_>>, duration: Option<&Line<'_>>, zone: &TimeZone) -> String {
    let Some(start_line) = start else { return String::new() };
    let Some(start) = moment(start_line, zone) else { return clean::line(clean::start(start_line.value, 40)) };
    let span = duration.and_then(|line| line.value.trim().parse::<Span>().ok());
    let end = end.and_then(|line| moment(line, zone));
    match start {
        Moment::Day(first) => {
            // The end of whole days is the day after the last.
            let last = match end {
                Some(Moment::Day(end)) => end.yesterday().ok(),
                _ => None,
            };
            match last.filter(|last| *last > first) {
                Some(last) => format!("{} to {}, all day", day(first), day(last)),
                None => format!("{}, all day", day(first)),
            }
        }
        Moment::Exact(from) => {
            let to = match end {
                Some(Moment::Exact(to)) => Some(to),
                _ => span.and_then(|span| from.checked_add(span).ok()),
            };
            let zone = from.strftime("%Z").to_string();
            format!("{} {zone}", from_to(from.datetime(), to.map(|to| to.datetime())))
        }
        Moment::Floating(from, zone) => {
            let to = match end {
                Some(Moment::Floating(to, _)) => Some(to),
                _ => span.and_then(|span| from.checked_add(span).ok()),
            };
            let zone = if zone.is_empty() { "local time".to_owned() } else { format!("in the time of “{zone}”") };
            format!("{} ({zone})", from_to(from, to))
        }
    }
}

fn from_to(from: DateTime, to: Option<DateTime>) -> String {
    let start = format!("{}, {}", day(from.date()), from.strftime("%H:%M"));
    match to.filter(|to| *to > from) {
        Some(to) if to.date() == from.date() => format!("{start}–{}", to.strftime("%H:%M")),
        Some(to) => format!("{start} to {}, {}", day(to.date()), to.strftime("%H:%M")),
        None => start,
    }
}

fn day(date: Date) -> String {
    date.strftime("%a %-d %b %Y").to_string()
}

fn date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

fn moment(line: &Line<'_>, zone: &TimeZone) -> Option<Moment> {
    let value = line.value.trim();
    let Some((days, rest)) = value.split_once('T') else { return Some(Moment::Day(date(value)?)) };
    let (time, is_utc) = match rest.strip_suffix('Z') {
        Some(time) => (time, true),
        None => (rest, false),
    };
    if !matches!(time.len(), 4 | 6) || !time.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let second: i8 = time.get(4..).filter(|text| !text.is_empty()).map_or(Some(0), |text| text.parse().ok())?;
    let civil = date(days)?.at(time[..2].parse().ok()?, time[2..4].parse().ok()?, 0, 0);
    let civil = if (0..60).contains(&second) { civil.with().second(second).build().ok()? } else { civil };
    let exact = |from: TimeZone| -> Option<Moment> {
        let timestamp: Timestamp = civil.to_zoned(from).ok()?.timestamp();
        Some(Moment::Exact(timestamp.to_zoned(zone.clone())))
    };
    if is_utc {
        return exact(TimeZone::UTC);
    }
    let named = line.parameter("TZID").map(|name| clean::line(clean::start(name, 80))).unwrap_or_default();
    match known_zone(&named) {
        Some(from) => exact(from),
        None => Some(Moment::Floating(civil, named)),
    }
}

/// A zone by its name in the time zone database, also behind a prefix (`/freeassociation.sourceforge.net/Europe/Berlin`), or by the name
/// Windows gives it. The letter's own definition of a zone is not believed.
fn known_zone(name: &str) -> Option<TimeZone> {
    if name.is_empty() {
        return None;
    }
    let last_two = name.rsplitn(3, '/').take(2).collect::<Vec<_>>();
    let tail = if last_two.len() == 2 { format!("{}/{}", last_two[1], last_two[0]) } else { name.to_owned() };
    let iana = WINDOWS.iter().find(|(windows, _)| windows.eq_ignore_ascii_case(name)).map_or(tail.as_str(), |(_, iana)| iana);
    let safe = iana.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
    TimeZone::get(iana).ok().filter(|_| safe)
}

/// The zones of Windows that European and American offices meet (CLDR's table).
const WINDOWS: [(&str, &str); 26] = [
    ("UTC", "Etc/UTC"),
    ("GMT Standard Time", "Europe/London"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Romance Standard Time", "Europe/Paris"),
    ("E. Europe Standard Time", "Europe/Chisinau"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("FLE Standard Time", "Europe/Kiev"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("South Africa Standard Time", "Africa/Johannesburg"),
    ("Arabian Standard Time", "Asia/Dubai"),
    ("India Standard Time", "Asia/Kolkata"),
    ("China Standard Time", "Asia/Shanghai"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("E. Australia Standard Time", "Australia/Brisbane"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("Eastern Standard Time", "America/New_York"),
    ("Central Standard Time", "America/Chicago"),
    ("Mountain Standard Time", "America/Denver"),
    ("Pacific Standard Time", "America/Los_Angeles"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(calendar: &str) -> Vec<Invitation> {
        let zone = TimeZone::get("Europe/London").expect("a zone");
        of(
            format!("Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n{calendar}\r\nEND:VCALENDAR\r\n")
                .as_bytes(),
            &zone,
        )
    }

    fn event(lines: &str) -> Invitation {
        read(&format!("METHOD:REQUEST\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT")).remove(0)
    }

    // An invitation is readable without a calendar.
    #[test]
    fn an_invitation_is_told_in_words() {
        let invitation = event(
            "SUMMARY:Annual review\\, part 2\r\nDTSTART;TZID=\"W. Europe Standard Time\":20260601T100000\r\nDTEND;TZID=Europe/Berlin:20260601T113000\r\n\
             LOCATION:Room\r\n  4\r\nORGANIZER;CN=\"Bell; Ada\":mailto:ada@office.example\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=Zoe:MAILTO:zoe@client.example\r\n\
             ATTENDEE:mailto:max@client.example\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=5\r\nDESCRIPTION:Bring\\nthe papers\r\n\
             BEGIN:VALARM\r\nSUMMARY:not me\r\nEND:VALARM",
        );
        assert_eq!(
            invitation,
            Invitation {
                what: "Invitation".into(),
                summary: "Annual review, part 2".into(),
                when: "Mon 1 Jun 2026, 09:00–10:30 BST".into(),
                repeats: "Every 2 weeks, 5 times".into(),
                place: "Room 4".into(),
                organiser: "Bell; Ada <ada@office.example>".into(),
                attendees: vec![
                    ("Zoe <zoe@client.example>".into(), "accepted".into()),
                    ("max@client.example".into(), "has not answered".into())
                ],
                more_attendees: 0,
                text: "Bring\nthe papers".into(),
            }
        );
    }

    #[test]
    fn times_are_told_in_the_offices_zone_or_as_they_stand() {
        for (lines, told) in [
            ("DTSTART:20260601T100000Z\r\nDURATION:PT45M", "Mon 1 Jun 2026, 11:00–11:45 BST"),
            ("DTSTART:20260601T233000Z\r\nDTEND:20260602T223000Z", "Tue 2 Jun 2026, 00:30–23:30 BST"),
            ("DTSTART;VALUE=DATE:20260601\r\nDTEND;VALUE=DATE:20260604", "Mon 1 Jun 2026 to Wed 3 Jun 2026, all day"),
            ("DTSTART;VALUE=DATE:20260601", "Mon 1 Jun 2026, all day"),
            ("DTSTART:20260601T100000", "Mon 1 Jun 2026, 10:00 (local time)"),
            ("DTSTART;TZID=Mars/Olympus:20260601T100000", "Mon 1 Jun 2026, 10:00 (in the time of “Mars/Olympus”)"),
            ("DTSTART;TZID=../../etc/passwd:20260601T100000", "Mon 1 Jun 2026, 10:00 (in the time of “../../etc/passwd”)"),
            ("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260601T100000", "Mon 1 Jun 2026, 09:00 BST"),
            ("DTSTART:99999999T999999Z", "99999999T999999Z"),
            ("DTSTART:next week", "next week"),
            ("SUMMARY:x", ""),
        ] {
            assert_eq!(event(lines).when, told, "{lines}");
        }
    }

    #[test]
    fn a_hostile_calendar_ends_soon() {
        assert!(read(&"BEGIN:X\r\n".repeat(100_000)).is_empty());
        assert!(read(&"BEGIN:VEVENT\r\nEND:VEVENT\r\n".repeat(10_000)).len() <= 10);
        let crowd = event(&"ATTENDEE:mailto:a@x.example\r\n".repeat(10_000));
        assert_eq!((crowd.attendees.len(), crowd.more_attendees), (50, 9_950));
        let long = event(&format!("SUMMARY:{}\r\nDESCRIPTION:{}\\", "a".repeat(100_000), "é".repeat(100_000)));
        assert!(long.summary.chars().count() <= 401 && long.text.chars().count() <= 2_001);
        event("RRULE:FREQ=WEEKLY;INTERVAL=99999999999;UNTIL=x\r\nDTSTART:20260601T1000é0Z\r\nDURATION:P99999999999999Y");
        event("DTSTART:20260601T100000Z\r\nDURATION:P9999Y\r\nATTENDEE;CN=\"<script>alert(1)</script>\":x");
    }
}
