//! What servers state about where a letter came from (RFC 8601, RFC 7208, RFC 8617): told as stated by them, never judged here.
//!
//! Anybody can write such a header. Only the topmost one, standing where the receiving server puts it and carrying that server's
//! name, was written by somebody the office has a reason to believe; it is marked, all others are not.

use crate::{clean, field, field::Field, mime};
use model::{Claim, Testimony};

/// Headers told at most.
const MOST: usize = 20;
/// Claims of one header.
const CLAIMS: usize = 30;
/// Octets of one header that are looked at.
const OCTETS: usize = 8 << 10;

/// The statements of a letter, topmost first. `own` are hosts of the mailbox it was seen in: its server and its address's domain.
pub fn of(raw: &[u8], own: &[String]) -> Vec<Testimony> {
    std::panic::catch_unwind(|| {
        let raw = mime::with_line_feeds(raw);
        statements(&field::split(&raw).fields, own)
    })
    .unwrap_or_default()
}

fn statements(fields: &[Field<'_>], own: &[String]) -> Vec<Testimony> {
    let mut list: Vec<Testimony> = Vec::new();
    let receivers: Vec<(usize, String)> = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.is("received"))
        .filter_map(|(at, field)| Some((at, receiver(&field.raw_text())?)))
        .collect();
    let mut topmost = true;
    for (at, field) in fields.iter().enumerate() {
        let text = field.raw_text();
        let text = clean::start(&text, OCTETS);
        let statement = if field.is("authentication-results") {
            let (by, claims) = results(text);
            let believed = topmost && is_own_receiver(&by, at, &receivers, own);
            topmost = false;
            Some((by, believed, claims))
        } else if field.is("received-spf") {
            let (by, claims) = received_spf(text);
            Some((by, false, claims))
        } else if field.is("arc-authentication-results") {
            let inner = text.split_once(';').map_or("", |(_, rest)| rest);
            let (by, claims) = results(inner);
            Some((by, false, claims))
        } else {
            None
        };
        if let Some((by, by_own_receiver, claims)) = statement {
            list.push(Testimony { header: field.name.to_owned(), by, by_own_receiver, claims });
            if list.len() >= MOST {
                break;
            }
        }
    }
    list
}

/// Whether the header at this place, signed with this name, comes from the server that took the letter in: every `Received` above it
/// was written by servers of that name's domain, and that domain is the first receiver's or the mailbox's own.
fn is_own_receiver(by: &str, at: usize, receivers: &[(usize, String)], own: &[String]) -> bool {
    let organisation = organisation(by);
    if organisation.is_empty() {
        return false;
    }
    let is_ours = |host: &str| self::organisation(host) == organisation;
    let above_are_its_own = receivers.iter().take_while(|(place, _)| *place < at).all(|(_, host)| is_ours(host));
    let first_is_its_own = receivers.first().is_some_and(|(_, host)| is_ours(host));
    above_are_its_own && (first_is_its_own || own.iter().any(|host| is_ours(host)))
}

/// The host after `by` in a `Received`; `None` when it is no name (some servers only write a number there).
fn receiver(text: &str) -> Option<String> {
    let mut words = without_comments(text);
    words.make_ascii_lowercase();
    let mut words = words.split_whitespace();
    words.find(|word| *word == "by")?;
    let host = words.next()?.trim_end_matches([';', '.']);
    (host.contains('.') && host.chars().any(|c| c.is_ascii_alphabetic()) && !host.contains([':', '['])).then(|| host.to_owned())
}

/// The domain somebody registered, as near as can be told without a list: the last two labels, or three under `co.uk` and its like.
fn organisation(host: &str) -> String {
    let host = host.trim_matches(['.', ' ']).to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let take = match labels.as_slice() {
        [.., second, last] if last.len() == 2 && second.len() <= 3 && labels.len() > 2 => 3,
        _ => 2,
    };
    if labels.len() < 2 { String::new() } else { labels[labels.len().saturating_sub(take)..].join(".") }
}

/// `host; method=result (why) property=value …; method=…`
fn results(text: &str) -> (String, Vec<Claim>) {
    let text = without_comments(text);
    let mut pieces = text.split(';').map(str::trim);
    let by = pieces.next().unwrap_or_default().split_whitespace().next().unwrap_or_default();
    let claims = pieces.filter_map(claim).take(CLAIMS).collect();
    (clean::line(clean::start(by, 200)), claims)
}

fn claim(piece: &str) -> Option<Claim> {
    let mut words = piece.split_whitespace();
    let (method, result) = words.next()?.split_once('=')?;
    let method = method.split('/').next().unwrap_or(method);
    let about: Vec<&str> = words.filter(|word| word.contains('=') && !word.starts_with("reason=")).take(8).collect();
    Some(Claim {
        method: clean::line(clean::start(method, 40)).to_ascii_lowercase(),
        result: clean::line(clean::start(result, 40)).to_ascii_lowercase(),
        about: clean::line(clean::start(&about.join(", "), 400)),
    })
}

/// `pass (host: domain of … designates …) client-ip=…; envelope-from=…; receiver=…`
fn received_spf(text: &str) -> (String, Vec<Claim>) {
    let bare = without_comments(text);
    let mut words = bare.split([' ', ';']).filter(|word| !word.is_empty());
    let result = words.next().unwrap_or_default().to_ascii_lowercase();
    let pairs: Vec<&str> = words.filter(|word| word.contains('=')).take(8).collect();
    let said = pairs.iter().find_map(|pair| pair.strip_prefix("receiver="));
    let inside = text.split_once('(').and_then(|(_, rest)| rest.split_once(':')).map(|(host, _)| host.trim());
    let by = said.or(inside.filter(|host| !host.contains(' '))).unwrap_or_default();
    let about: Vec<&str> = pairs.iter().copied().filter(|pair| !pair.starts_with("receiver=")).collect();
    let claim = Claim {
        method: "spf".to_owned(),
        result: clean::line(clean::start(&result, 40)),
        about: clean::line(clean::start(&about.join(", "), 400)),
    };
    (clean::line(clean::start(by, 200)), vec![claim])
}

/// Text without what stands in round brackets, quoted strings left as they are.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in text.chars() {
        if escaped {
            escaped = false;
            if depth == 0 {
                out.push(c);
            }
            continue;
        }
        match c {
            '\\' if quoted || depth > 0 => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                out.push(' ');
            }
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::of;

    const GMAIL: &str = "Delivered-To: ada@kontor.example\r\n\
        Received: by 2002:a05:6a10::1 with SMTP id x; Mon, 1 Jun 2026 10:00:00 +0000\r\n\
        ARC-Authentication-Results: i=1; mx.google.example; spf=pass smtp.mailfrom=zoe@client.example\r\n\
        Received: from mail.client.example (mail.client.example. [192.0.2.1]) by mx.google.example with ESMTPS; Mon, 1 Jun 2026 10:00:00 +0000\r\n\
        Received-SPF: pass (google.example: domain of zoe@client.example designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1;\r\n\
        Authentication-Results: mx.google.example;\r\n dkim=pass (a; \"b\" (c) ) header.i=@client.example header.s=s1;\r\n spf=pass smtp.mailfrom=zoe@client.example;\r\n dmarc=fail (p=REJECT) header.from=client.example\r\n\
        Authentication-Results: mx.bank.example; dmarc=pass header.from=bank.example\r\n\
        Received: from forged by mx.google.example; x\r\n\r\nx";

    // Told as stated, and by whom.
    #[test]
    fn only_the_receivers_own_topmost_statement_is_marked() {
        let found = of(GMAIL.as_bytes(), &[]);
        let told: Vec<(&str, &str, bool, usize)> =
            found.iter().map(|s| (s.header.as_str(), s.by.as_str(), s.by_own_receiver, s.claims.len())).collect();
        assert_eq!(
            told,
            [
                ("ARC-Authentication-Results", "mx.google.example", false, 1),
                ("Received-SPF", "google.example", false, 1),
                ("Authentication-Results", "mx.google.example", true, 3),
                ("Authentication-Results", "mx.bank.example", false, 1),
            ]
        );
        let claims: Vec<String> = found[2].claims.iter().map(|c| format!("{} {} {}", c.method, c.result, c.about)).collect();
        assert_eq!(
            claims,
            [
                "dkim pass header.i=@client.example, header.s=s1",
                "spf pass smtp.mailfrom=zoe@client.example",
                "dmarc fail header.from=client.example"
            ]
        );
    }

    #[test]
    fn a_statement_that_a_sender_could_have_written_is_not_believed() {
        for (head, why) in [
            ("Received: from a by mx.kontor.example; x\r\nAuthentication-Results: mx.evil.example; dmarc=pass", "another name"),
            (
                "Received: from a by mx.kontor.example; x\r\nReceived: from b by relay.evil.example; x\r\nAuthentication-Results: mx.kontor.example; dmarc=pass",
                "below a stranger's line",
            ),
            ("Authentication-Results: mx.kontor.example; dmarc=pass", "nobody received it"),
            ("Authentication-Results: ; dmarc=pass", "no name"),
            ("Received: from a by mx.kontor.example; x\r\nAuthentication-Results: example; dmarc=pass", "no domain"),
        ] {
            assert!(of(format!("{head}\r\n\r\nx").as_bytes(), &[]).iter().all(|statement| !statement.by_own_receiver), "{why}");
        }
        // What the mailbox's own server says of a letter handed in without a trace counts.
        let raw = b"Authentication-Results: mx.kontor.example; dmarc=pass\r\n\r\nx";
        assert!(of(raw, &["imap.kontor.example".to_owned()])[0].by_own_receiver);
    }

    #[test]
    fn nonsense_is_survived() {
        for head in [
            "Authentication-Results:",
            "Authentication-Results: ((((",
            "Received-SPF: (",
            "ARC-Authentication-Results: i=1",
            "Authentication-Results: a.b; =; ==; x=; \"",
            "Received: by",
        ] {
            of(format!("{head}\r\n\r\n").as_bytes(), &[]);
        }
        let long = format!("Authentication-Results: a.example; {}\r\n\r\n", "dkim=pass header.d=x; ".repeat(100_000));
        assert!(of(long.as_bytes(), &[]).iter().all(|statement| statement.claims.len() <= 30));
    }
}
