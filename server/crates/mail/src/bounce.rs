//! Reports that a letter did not arrive (RFC 3464), and those of servers that write them in their own way.

use crate::{body, clean, field, field::Field, mime, mime::Part};
use model::{Bounce, BouncedRecipient};

/// People listed.
const MOST: usize = 100;
/// Characters of a server's own words.
const WORDS: usize = 600;

/// The report in a letter, if it is one.
pub fn of(raw: &[u8]) -> Option<Bounce> {
    std::panic::catch_unwind(|| {
        let raw = mime::with_line_feeds(raw);
        let tree = mime::parse(&raw, 0);
        let root = &tree.root;
        let subject = root.field("subject").map(Field::text).unwrap_or_default();
        let text = body::words(root).text;
        crate::undelivered::is_bounce(root, &subject, &text).then(|| report(root, &text))
    })
    .ok()
    .flatten()
}

fn report(root: &Part<'_>, text: &str) -> Bounce {
    let mut leaves = Vec::new();
    root.leaves(&mut leaves);
    let mut recipients: Vec<BouncedRecipient> = Vec::new();
    for leaf in leaves.iter().filter(|leaf| leaf.kind.media.ends_with("delivery-status")) {
        recipients.extend(groups(leaf.octets()).iter().filter_map(|group| recipient(group)));
    }
    if recipients.is_empty() {
        recipients = by_other_means(root, text);
    }
    recipients.truncate(MOST);
    let mut about = about(&leaves);
    if about.is_empty() {
        about = quoted_about(text);
    }
    Bounce { recipients, about, letter: None }
}

/// Servers that return the letter as words put its headers into the text: the last Message-ID there is its.
fn quoted_about(text: &str) -> String {
    let named = clean::start(text, 64 << 10).lines().rev().find_map(|line| {
        let (name, value) = line.trim_start_matches(['>', ' ', '|']).split_once(':')?;
        name.eq_ignore_ascii_case("message-id").then(|| value.trim())
    });
    let inner = named.and_then(|value| value.strip_prefix('<')?.split_once('>')).map_or("", |(inside, _)| inside);
    let good = inner.contains('@') && inner.len() < 500 && !inner.contains(char::is_whitespace);
    if good { inner.to_owned() } else { String::new() }
}

/// Groups of fields with empty lines between them: the first is about the letter, each other about one person.
fn groups(octets: &[u8]) -> Vec<Vec<(String, String)>> {
    let text = clean::text(&String::from_utf8_lossy(&octets[..octets.len().min(256 << 10)]));
    let mut groups: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for line in text.lines() {
        if line.trim().is_empty() {
            if groups.last().is_some_and(|group| !group.is_empty()) {
                groups.push(Vec::new());
            }
            continue;
        }
        let Some(group) = groups.last_mut() else { break };
        match (line.starts_with([' ', '\t']), line.split_once(':')) {
            (true, _) => {
                if let Some((_, value)) = group.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            }
            (false, Some((name, value))) => group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned())),
            _ => {}
        }
        if groups.len() > MOST + 1 {
            break;
        }
    }
    groups
}

fn recipient(group: &[(String, String)]) -> Option<BouncedRecipient> {
    let value = |name: &str| group.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    // "rfc822; ada@example.com": the type of address stands before it.
    let typed = |text: &str| clean::line(text.split_once(';').map_or(text, |(_, rest)| rest).trim().trim_matches(['<', '>']));
    let address = value("original-recipient").or(value("final-recipient")).map(typed)?;
    let status = value("status").map(|text| text.split_whitespace().next().unwrap_or_default().to_owned()).unwrap_or_default();
    let diagnostic = value("diagnostic-code").map(typed).unwrap_or_default();
    let action = value("action").map(|text| text.to_ascii_lowercase()).unwrap_or_default();
    Some(made(address, &action, status, &diagnostic))
}

fn made(address: String, action: &str, status: String, diagnostic: &str) -> BouncedRecipient {
    BouncedRecipient {
        address: clean::start(&address, 320).to_owned(),
        action: clean::line(clean::start(action, 40)),
        meaning: meaning(&status, action).to_owned(),
        status: clean::line(clean::start(&status, 20)),
        diagnostic: clean::line(clean::start(diagnostic, WORDS)),
    }
}

/// Reports without the standard's part: a header that names the addresses, else addresses and a code among the first words.
fn by_other_means(root: &Part<'_>, text: &str) -> Vec<BouncedRecipient> {
    let start = clean::start(text, 8 << 10);
    let status = code(start).unwrap_or_default();
    let line = start.lines().find(|line| code(line).is_some()).unwrap_or_default();
    let named = root.field("x-failed-recipients").map(Field::text).unwrap_or_default();
    let mut addresses: Vec<String> = named.split([',', ' ']).filter(|word| word.contains('@')).map(str::to_owned).collect();
    if addresses.is_empty() {
        // Only in brackets: a report also names helpers and postmasters.
        addresses = start
            .split('<')
            .skip(1)
            .filter_map(|rest| rest.split_once('>'))
            .map(|(inside, _)| inside.trim_start_matches("mailto:").to_owned())
            .filter(|inside| inside.contains('@') && !inside.contains(char::is_whitespace) && inside.len() < 320)
            .collect();
    }
    addresses.dedup();
    addresses.into_iter().take(MOST).map(|address| made(clean::line(&address), "", status.clone(), line)).collect()
}

/// The first extended status code (RFC 3463) among words.
fn code(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find_map(|word| {
        let word = word.trim_matches('.');
        let parts: Vec<&str> = word.split('.').collect();
        let good = parts.len() == 3 && matches!(parts[0], "4" | "5") && parts[1..].iter().all(|part| (1..=3).contains(&part.len()));
        good.then(|| word.to_owned())
    })
}

/// What a status code means, in words (RFC 3463).
fn meaning(status: &str, action: &str) -> &'static str {
    let mut parts = status.split('.');
    let (class, subject, detail) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match (class, subject, detail) {
        (_, "1", "1") => "There is no such mailbox.",
        (_, "1", "2") => "There is no such mail domain.",
        (_, "1", "3") => "The address is not written correctly.",
        (_, "1", "10") => "The domain takes no mail.",
        (_, "1", _) => "Something is wrong with the address.",
        (_, "2", "1") => "The mailbox is closed.",
        (_, "2", "2") => "The mailbox is full.",
        (_, "2", "3") | (_, "3", "4") => "The letter is too large.",
        (_, "2", _) => "The mailbox takes no letters.",
        (_, "4", "7") => "It could not be delivered within the time allowed.",
        (_, "3" | "4", _) => "The other mail server could not be reached or could not go on.",
        (_, "6", _) => "The other mail server cannot handle this kind of letter.",
        (_, "7", _) => "The other mail server refused it by its rules.",
        ("4", _, _) => "It is delayed; the mail server goes on trying.",
        ("5", _, _) => "It was refused for good.",
        _ if action == "delayed" => "It is delayed; the mail server goes on trying.",
        _ => "",
    }
}

/// Message-ID of the letter that came back: in the part that returns it, or its headers.
fn about(leaves: &[&Part<'_>]) -> String {
    leaves
        .iter()
        .rev()
        .filter(|leaf| leaf.is_letter() || matches!(leaf.kind.media.as_str(), "text/rfc822-headers" | "message/global-headers"))
        .find_map(|leaf| {
            let head = field::split(leaf.octets());
            let text = head.fields.iter().find(|field| field.is("message-id"))?.raw_text();
            let id = text.trim_matches(['<', '>', ' ']).to_owned();
            (!id.is_empty()).then_some(id)
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::of;

    const REPORT: &str = "From: MAILER-DAEMON@example.com\r\nContent-Type: multipart/report; boundary=b; report-type=delivery-status\r\n\r\n\
        --b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n\
        Final-Recipient: rfc822; zoe@client.example\r\nAction: failed\r\nStatus: 5.1.1 (bad)\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n User unknown\r\n\r\n\
        Original-Recipient: rfc822;<max@client.example>\r\nFinal-Recipient: rfc822; other@client.example\r\nAction: delayed\r\nStatus: 4.4.7\r\n\
        --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <1@office.example>\r\nSubject: Hello\r\n\r\nx\r\n--b--\r\n";

    // RFC 3464: whom it did not reach, why, and which letter.
    #[test]
    fn a_report_says_whom_it_did_not_reach_and_why() {
        let bounce = of(REPORT.as_bytes()).expect("a bounce");
        let told: Vec<_> =
            bounce.recipients.iter().map(|r| (r.address.as_str(), r.action.as_str(), r.status.as_str(), r.diagnostic.as_str())).collect();
        assert_eq!(
            told,
            [("zoe@client.example", "failed", "5.1.1", "550 5.1.1 User unknown"), ("max@client.example", "delayed", "4.4.7", "")]
        );
        assert_eq!((bounce.recipients[0].meaning.as_str(), bounce.about.as_str()), ("There is no such mailbox.", "1@office.example"));
    }

    #[test]
    fn servers_that_write_in_their_own_way_are_understood_too() {
        let named = of(b"X-Failed-Recipients: a@x.example, b@x.example\r\n\r\nrefused: 5.2.2 mailbox full").expect("a bounce");
        assert_eq!(named.recipients.len(), 2);
        assert_eq!((named.recipients[1].status.as_str(), named.recipients[1].meaning.as_str()), ("5.2.2", "The mailbox is full."));
        let words = of(b"Return-Path: <>\r\nFrom: Mail Delivery System <x@example.com>\r\n\r\nto <zoe@client.example>: 550 5.7.1 no")
            .expect("a bounce");
        assert_eq!(
            (words.recipients[0].address.as_str(), words.recipients[0].diagnostic.as_str()),
            ("zoe@client.example", "to <zoe@client.example>: 550 5.7.1 no")
        );
        let quoted = of(b"Return-Path: <>\r\nFrom: MAILER-DAEMON@x.example\r\nSubject: failure notice\r\n\r\nHi. This is the qmail-send program.\r\n<a@b.example>:\r\nno mailbox here. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <7@office.example>\r\nSubject: x\r\n")
            .expect("a bounce");
        assert_eq!(quoted.about, "7@office.example");
        assert!(of(b"From: ada@example.com\r\n\r\n5.1.1").is_none());
        let many = format!("X-Failed-Recipients: {}\r\n\r\nx", "a@x.example, b@x.example, ".repeat(20_000));
        assert!(of(many.as_bytes()).is_some_and(|bounce| bounce.recipients.len() <= 100));
    }
}
