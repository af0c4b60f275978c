//! Details of the audit trail in words. The trail itself stays as it was written: moments and numbers are what its chain holds; names and
//! days are put in when it is shown.

use super::days;
use jiff::tz::TimeZone;
use model::{EventRow, period_words};
use std::collections::HashMap;

/// Names for the numbers in details.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub users: HashMap<i64, String>,
    pub centres: HashMap<i64, String>,
}

/// A detail in words, when it holds more than words.
pub(super) fn said(event: &EventRow, names: &Names, zone: &TimeZone) -> Option<String> {
    let detail = event.detail.as_str();
    let said = match event.action.as_str() {
        "client.added" | "client.changed" => client(detail, event.action == "client.changed", names, zone),
        "account.shared" => people(detail.strip_prefix("With users ").or_else(|| detail.strip_prefix("With user "))?, "Read by", names),
        "cost_centre.members_changed" => people(detail.strip_prefix("Users ")?, "Belong to it:", names),
        _ => return None,
    };
    Some(said).filter(|said| said != detail)
}

fn people(ids: &str, words: &str, names: &Names) -> String {
    let named: Vec<String> = ids
        .split_whitespace()
        .map(|id| id.parse().ok().and_then(|id: i64| names.users.get(&id).cloned()).unwrap_or_else(|| format!("user {id}")))
        .collect();
    if named.is_empty() { "Nobody any more".to_owned() } else { format!("{words} {}", named.join(", ")) }
}

/// "H1001: partner's address 2: old@example.com → new@example.com; cost centre: none → Families".
fn client(detail: &str, changed: bool, names: &Names, zone: &TimeZone) -> String {
    let Some((code, rest)) = detail.split_once(": ") else {
        return if changed { format!("{detail}: nothing was different") } else { detail.to_owned() };
    };
    let parts: Vec<String> =
        rest.split("; ").map(|part| place(part, zone).or_else(|| centre(part, names)).unwrap_or_else(|| part.to_owned())).collect();
    format!("{code}: {}", parts.join("; "))
}

/// A slot of the file: "self1 a@example.com added".
fn place(part: &str, zone: &TimeZone) -> Option<String> {
    let (slot, rest) = part.split_once(' ')?;
    let whose = match slot.split_at_checked(slot.len().checked_sub(1)?)? {
        ("self", number) => format!("address {number}"),
        ("partner", number) => format!("partner's address {number}"),
        _ => return None,
    };
    if let Some((was, is)) = rest.split_once(" became ") {
        return Some(format!("{whose}: {} → {}", period(was, zone), period(is, zone)));
    }
    if let Some(new) = rest.strip_suffix(" added") {
        return Some(format!("{whose} added: {}", period(new, zone)));
    }
    Some(format!("{whose} taken off: {}", period(rest.strip_suffix(" removed")?, zone)))
}

/// "a@example.com [1734825600000..]" with days instead of moments. The end is the first moment that does not count any more.
fn period(entry: &str, zone: &TimeZone) -> String {
    let Some((address, span)) = entry.strip_suffix(']').and_then(|entry| entry.split_once(" [")) else { return entry.to_owned() };
    let Some((from, to)) = span.split_once("..") else { return entry.to_owned() };
    let moment = |text: &str| text.parse::<i64>().ok();
    let words = period_words(moment(from).map(|from| days::day_of(from, zone)), moment(to).map(|to| days::last_day_before(to, zone)));
    format!("{address}{}", words.into_iter().flatten().collect::<String>())
}

/// "cost centre none became 2".
fn centre(part: &str, names: &Names) -> Option<String> {
    let (was, is) = part.strip_prefix("cost centre ")?.split_once(" became ")?;
    let name = |word: &str| match word.parse::<i64>() {
        Ok(id) => names.centres.get(&id).cloned().unwrap_or_else(|| format!("number {id}")),
        Err(_) => word.to_owned(),
    };
    Some(format!("cost centre: {} → {}", name(was), name(is)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(action: &str, detail: &str) -> Option<String> {
        let names = Names {
            users: HashMap::from([(1, "Ada".to_owned()), (2, "Ben".to_owned())]),
            centres: HashMap::from([(2, "Families".to_owned())]),
        };
        let event = EventRow {
            seq: 1,
            at: 0,
            principal: "console".into(),
            action: action.into(),
            subject: "client:7".into(),
            detail: detail.into(),
            about: None,
            said: None,
        };
        said(&event, &names, &TimeZone::UTC)
    }

    #[test]
    fn a_changed_client_says_what_became_of_what() {
        let detail = "K1: name “A; B” became “C”; cost centre none became 2; self1 a@x.example became b@x.example [86400000..172800000]; partner2 p@x.example removed; self3 c@x.example added";
        assert_eq!(
            shown("client.changed", detail).unwrap(),
            "K1: name “A; B” became “C”; cost centre: none → Families; address 1: a@x.example → b@x.example from 2 January 1970 until 2 January 1970; partner's address 2 taken off: p@x.example; address 3 added: c@x.example"
        );
        assert_eq!(shown("client.changed", "K1").unwrap(), "K1: nothing was different");
        assert_eq!(shown("client.changed", "K1 by a list: code was K0"), None);
    }

    #[test]
    fn people_are_named_and_what_is_not_known_stays() {
        assert_eq!(shown("account.shared", "With users 1 2 9").unwrap(), "Read by Ada, Ben, user 9");
        assert_eq!(shown("cost_centre.members_changed", "Users ").unwrap(), "Nobody any more");
        assert_eq!(shown("letter.filed", "Filed to client 1: a call"), None);
    }
}
