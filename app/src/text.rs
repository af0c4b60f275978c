//! Sentences used on more than one page. Office words: client, letter, mailbox.

use model::*;

/// "1 letter", "2 letters", "12,000 letters".
pub fn count(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// 12,345.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

/// "340 KB", as people read sizes.
pub fn size(octets: i64) -> String {
    match octets {
        n if n < 1000 => format!("{n} B"),
        n if n < 1_000_000 => format!("{} KB", (n + 500) / 1000),
        n => tenths(n, 1_000_000, "MB"),
    }
}

/// "3.4 MB": by whole numbers, for the page code would otherwise carry all of the printing of fractions (5 kB of it).
pub fn tenths(n: i64, unit: i64, name: &str) -> String {
    let tenths = (n + unit / 20) / (unit / 10);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// Why a letter is in a history: "To: jo@example.com is the partner's address 2" (S2). `party` = "client" or "contact".
pub fn why(why: &Why, party: &str) -> String {
    let whose = match (why.person, why.slot) {
        (Some(Person::Myself), Some(slot)) => format!("the {party}'s own address {slot}"),
        (Some(Person::Partner), Some(slot)) => format!("the partner's address {slot}"),
        (Some(Person::Myself), None) => format!("the {party}'s own address"),
        (Some(Person::Partner), None) => "the partner's address".to_owned(),
        (None, _) => format!("an address on the {party}'s file"),
    };
    match (&why.role, &why.by_hand) {
        (_, Some(reason)) if reason.is_empty() => "Filed here by hand".to_owned(),
        (_, Some(reason)) => format!("Filed here by hand: {reason}"),
        (Some(role), None) => format!("{}: {} is {whose}", role.label(), why.address),
        (None, None) => format!("{} is {whose}", why.address),
    }
}

/// A mailbox in one line: the name and, if it says something else, the address.
pub fn mailbox(mailbox: &Mailbox) -> String {
    match (mailbox.name.trim(), mailbox.address.as_str()) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) if name.eq_ignore_ascii_case(address) => address.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    }
}

/// The short name of a mailbox, for lists.
pub fn short(mailbox: &Mailbox) -> String {
    if mailbox.name.trim().is_empty() { mailbox.address.clone() } else { mailbox.name.trim().to_owned() }
}

/// A subject, or that there is none.
pub fn subject(text: &str) -> String {
    if text.trim().is_empty() { "(no subject)".to_owned() } else { text.to_owned() }
}

/// That letters are accounted for and still not whole here.
pub fn errored(n: i64) -> String {
    format!("{} could not be read, or the mail server does not hand them out.", count(n, "letter", "letters"))
}

/// What an account is doing: the word, its tone.
pub fn health(health: &AccountHealth) -> (String, &'static str) {
    match health {
        AccountHealth::Draft => ("Draft, not collecting yet".to_owned(), "quiet"),
        AccountHealth::Waiting => ("Waiting for its first collection".to_owned(), "info"),
        AccountHealth::Collecting(p) if p.total > 0 => (format!("Collecting {} of {}", number(p.done), number(p.total)), "info"),
        AccountHealth::Collecting(_) => ("Collecting".to_owned(), "info"),
        AccountHealth::Removing(p) if p.total > 0 => (format!("Removing {} of {}", number(p.done), number(p.total)), "warn"),
        AccountHealth::Removing(_) => ("Removing".to_owned(), "warn"),
        AccountHealth::UpToDate => ("Up to date".to_owned(), "good"),
        AccountHealth::Failed => ("Failed".to_owned(), "bad"),
        AccountHealth::NeedsPassword => ("Needs its password".to_owned(), "bad"),
        AccountHealth::Paused => ("Paused".to_owned(), "warn"),
    }
}

/// Whose turn it is.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Healthy => "Everything works.",
        Verdict::Settings => "The settings need mending.",
        Verdict::Connection => "The mail server could not be reached.",
        Verdict::Authentication => "The mail server refused the user name or password.",
        Verdict::Certificate => "The connection could not be made safe.",
        Verdict::Throttled => "The provider asks to slow down. Postroom tries again by itself.",
        Verdict::Permission => "Signed in, but the provider does not allow something.",
    }
}

/// What a rung of the doctor's ladder looks at.
pub fn rung(rung: Rung) -> &'static str {
    match rung {
        Rung::Settings => "Settings",
        Rung::Name => "Server's name",
        Rung::Address => "Address",
        Rung::Port => "Port",
        Rung::Greeting => "Greeting",
        Rung::Encryption => "Encryption",
        Rung::Certificate => "Certificate",
        Rung::SignIn => "Sign-in",
        Rung::Capability => "Abilities",
        Rung::Folders => "Folders",
    }
}

/// What a folder is for.
pub fn role(role: FolderRole) -> &'static str {
    match role {
        FolderRole::Inbox => "Received letters",
        FolderRole::Sent => "Sent letters",
        FolderRole::Archive => "Archive",
        FolderRole::All => "All letters",
        FolderRole::Drafts => "Drafts",
        FolderRole::Junk => "Spam",
        FolderRole::Trash => "Deleted letters",
        FolderRole::Flagged => "Flagged letters",
    }
}

/// The words for a column of the ledger, and what it counts.
pub fn outcome(outcome: Option<Outcome>) -> (&'static str, &'static str) {
    match outcome {
        Some(Outcome::Filed) => ("Filed", "Letters that were new to Postroom when they were seen here."),
        Some(Outcome::Elsewhere) => ("Elsewhere", "Letters that Postroom already had from another place."),
        Some(Outcome::Excluded) => ("Excluded", "Letters left out by a rule, which is named."),
        Some(Outcome::Errored) => ("Errored", "Letters that are kept but could not be read, or that the server refuses to hand out."),
        None => ("Missing", "Letters the server counts and Postroom has not accounted for yet."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes_read_well() {
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(999), "999");
        assert_eq!(count(1, "letter", "letters"), "1 letter");
        assert_eq!(size(340_200), "340 KB");
        assert_eq!(size(2_460_000), "2.5 MB");
    }

    #[test]
    fn why_names_header_address_person_and_slot() {
        // S2
        let partner = Why {
            role: Some(AddressRole::To),
            address: "jo@example.com".to_owned(),
            person: Some(Person::Partner),
            slot: Some(2),
            by_hand: None,
        };
        assert_eq!(why(&partner, "client"), "To: jo@example.com is the partner's address 2");
        let own = Why { person: Some(Person::Myself), ..partner };
        assert_eq!(why(&own, "client"), "To: jo@example.com is the client's own address 2");
        assert_eq!(why(&own, "contact"), "To: jo@example.com is the contact's own address 2");
    }
}
