//! The last look at a letter (S13): pure rules over the draft, the client and the office's rules. What blocks can be passed by nobody; what
//! warns can, and that somebody did is recorded.

use model::{ComposeMode, LetterForm, Preflight};
use postroom_mail::compose::{Person, Why, address};

/// What the rules look at.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// The letter.
    pub form: LetterForm,
    /// What it is to another.
    pub mode: ComposeMode,
    /// Names of its files.
    pub files: &'a [String],
    /// The client's name, and the addresses of its file that count now.
    pub client: Option<(&'a str, &'a [String])>,
    /// Other clients whose names stand in the words.
    pub named: &'a [String],
    /// Whom the letter answered had besides its sender and the office: their addresses.
    pub left_out: &'a [String],
    /// Why the account may not send it, or there is none.
    pub missing: &'a [String],
    /// Rules that it breaks.
    pub refusals: &'a [String],
}

/// Words that say something is enclosed, in letters in English.
const ENCLOSED: [&str; 9] =
    ["attached", "attachment", "attachments", "attach", "attaching", "enclosed", "enclosure", "enclosing", "enclose"];

/// Recipients of a field, and what in it is no address.
pub fn people(list: &str) -> (Vec<Person>, Vec<(String, Why)>) {
    let (mut people, mut odd) = (Vec::new(), Vec::new());
    for piece in pieces(list) {
        let (name, typed) = match piece.rsplit_once('<') {
            Some((name, rest)) => (name.trim().trim_matches('"').trim().to_owned(), rest.trim_end_matches('>').trim().to_owned()),
            None => (String::new(), piece.clone()),
        };
        match address(&typed) {
            Ok(address) => people.push(Person::new(name, address)),
            Err(why) => odd.push((piece, why)),
        }
    }
    (people, odd)
}

/// Cut at commas, semicolons and line ends, but not within quotation marks.
fn pieces(list: &str) -> Vec<String> {
    let (mut pieces, mut piece, mut quoted) = (Vec::new(), String::new(), false);
    for c in list.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                piece.push(c);
            }
            ',' | ';' | '\n' | '\r' if !quoted || matches!(c, '\n' | '\r') => pieces.push(std::mem::take(&mut piece)),
            c => piece.push(c),
        }
    }
    pieces.push(piece);
    pieces.into_iter().map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty()).collect()
}

/// Looks at a letter.
pub fn look(facts: &Facts<'_>) -> Preflight {
    let mut found = Preflight::default();
    recipients(facts, &mut found);
    let body = own_words(&facts.form.body);
    for (field, text) in [("subject", facts.form.subject.as_str()), ("body", body.as_str())] {
        if let Some(place) = placeholder(text) {
            let what = if field == "subject" { "The subject" } else { "The letter" };
            found
                .blocks
                .push((field.to_owned(), format!("{what} holds “{place}”, which nothing was put in for. Fill it in or take it out")));
        }
    }
    if facts.form.subject.trim().is_empty() && facts.form.body.trim().is_empty() && facts.files.is_empty() {
        found.blocks.push(("body".to_owned(), "The letter is empty".to_owned()));
    }
    found.blocks.extend(facts.missing.iter().chain(facts.refusals).map(|why| (field_of(why).to_owned(), why.clone())));
    words(facts, &mut found);
    found
}

/// For the audit trail: what somebody was warned about and said yes to. Whoever gets the letter in Bcc alone is not named in it.
pub fn passed_over(look: &Preflight, form: &LetterForm) -> String {
    if look.warnings.is_empty() {
        return String::new();
    }
    let addresses = |list: &str| people(list).0.into_iter().map(|one| one.address).collect::<Vec<_>>();
    let seen = [addresses(&form.to), addresses(&form.cc)].concat();
    let hidden: Vec<String> = addresses(&form.bcc).into_iter().filter(|address| !seen.contains(address)).collect();
    // A warning about a recipient begins with the address.
    let said = |warning: &String| {
        let rest = hidden.iter().find_map(|address| warning.strip_prefix(address.as_str()).filter(|rest| rest.starts_with(' ')));
        rest.map_or_else(|| warning.clone(), |rest| format!("A recipient in Bcc{rest}"))
    };
    let mut all: Vec<String> = look.warnings.iter().map(said).collect();
    all.dedup();
    format!("Sent all the same: {}", all.join(" "))
}

/// Beside which field a rule is said.
fn field_of(why: &str) -> &'static str {
    let starts = |word: &str| why.contains(word);
    if starts("Reply-To") {
        "reply_to"
    } else if starts("Allow CC") {
        "cc"
    } else if starts("Allow BCC") {
        "bcc"
    } else if starts("Docx") {
        "files"
    } else if starts("recipient") || starts("forwarded") {
        "to"
    } else {
        "from"
    }
}

fn recipients(facts: &Facts<'_>, found: &mut Preflight) {
    let mut all = Vec::new();
    for (field, list) in [("to", &facts.form.to), ("cc", &facts.form.cc), ("bcc", &facts.form.bcc)] {
        let (people, odd) = people(list);
        for (piece, why) in odd {
            let sentence = match why {
                Why::Foreign => format!("“{piece}” has letters before the @ that mail servers do not take"),
                _ => format!("“{piece}” is not an e-mail address"),
            };
            found.blocks.push((field.to_owned(), sentence));
        }
        all.extend(people);
    }
    if all.is_empty() && found.blocks.is_empty() && !facts.refusals.iter().any(|why| why.contains("no recipient")) {
        found.blocks.push(("to".to_owned(), "Enter at least one recipient".to_owned()));
    }
    if let Some((name, on_file)) = facts.client {
        for person in all.iter().filter(|person| !on_file.contains(&person.address)) {
            found.warnings.push(format!("{} is not on the file of {name}.", person.address));
        }
    }
    let gone: Vec<&String> = facts.left_out.iter().filter(|address| !all.iter().any(|person| person.address == **address)).collect();
    if facts.mode == ComposeMode::Reply && !gone.is_empty() {
        let others = if gone.len() == 1 { gone[0].clone() } else { format!("{} others", gone.len()) };
        found.warnings.push(format!("The letter that you answer also went to {others}; this answer goes to its sender alone."));
    }
}

fn words(facts: &Facts<'_>, found: &mut Preflight) {
    let own = own_words(&facts.form.body).to_lowercase();
    let mentions = own.split(|c: char| !c.is_alphanumeric()).any(|word| ENCLOSED.contains(&word));
    if mentions && facts.files.is_empty() {
        found.warnings.push("The letter speaks of something attached, and nothing is.".to_owned());
    }
    for name in facts.named {
        found.warnings.push(format!("The letter names {name}, another client."));
    }
}

/// What the writer wrote, above, between and below what is quoted; a forwarded letter is another's to its end.
pub fn own_words(body: &str) -> String {
    let own = body.split_inclusive('\n').take_while(|line| !line.starts_with("---------- Forwarded letter"));
    own.filter(|line| !line.starts_with('>')).collect()
}

/// What was to be filled in and was not: `{{ … }}`, `{% … %}`, `«…»`.
fn placeholder(text: &str) -> Option<String> {
    let short = |start: usize, close: &str| {
        let rest = &text[start..];
        let end = rest.find(close).map_or(rest.len(), |at| at + close.len());
        rest[..end].chars().take(40).filter(|c| !c.is_control()).collect::<String>()
    };
    [("{{", "}}"), ("{%", "%}"), ("«", "»"), ("}}", "}}"), ("%}", "%}")]
        .into_iter()
        .find_map(|(open, close)| text.find(open).map(|at| short(at, close)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> LetterForm {
        LetterForm { to: "Cy <cy@client.example>".into(), subject: "Lease".into(), body: "Dear Cy\n".into(), ..LetterForm::default() }
    }

    fn said(facts: &Facts<'_>) -> (Vec<String>, Vec<String>) {
        let found = look(facts);
        (found.blocks.into_iter().map(|(field, _)| field).collect(), found.warnings)
    }

    // S13, P27
    #[test]
    fn each_rule_is_said_and_nothing_else_is() {
        let on_file = ["cy@client.example".to_owned()];
        let other = ["Ada Hale".to_owned()];
        let left = ["dora@client.example".to_owned()];
        let files = ["lease.pdf".to_owned()];
        let unproven = ["The Reply-To address is not proven: confirm it under Send Mail As.".to_owned()];
        let none = ["There is no account that sends.".to_owned()];
        let client = Some(("Cy", &on_file[..]));
        let of = |change: fn(&mut LetterForm)| {
            let mut form = form();
            change(&mut form);
            Facts { form, client, ..Facts::default() }
        };
        let rows: Vec<(&str, Facts<'_>, &[&str], &[&str])> = vec![
            ("as it should be", of(|_| ()), &[], &[]),
            ("to nobody", of(|f| f.to.clear()), &["to"], &[]),
            ("to what is none", of(|f| f.to = "cy@client.example, cy".into()), &["to"], &[]),
            ("a line end", of(|f| f.cc = "cy@client.example\0".into()), &["cc"], &[]),
            ("a placeholder", of(|f| f.body = "Dear {{ client.name }}".into()), &["body"], &[]),
            ("one in the subject", of(|f| f.subject = "About {% x %}".into()), &["subject"], &[]),
            ("one of another program", of(|f| f.body = "Dear «Name»".into()), &["body"], &[]),
            ("one in what is quoted", of(|f| f.body = "Dear Cy\n> Dear {{ name }}".into()), &[], &[]),
            ("nothing at all", of(|f| (f.subject, f.body) = (String::new(), " ".into())), &["body"], &[]),
            ("an unproven Reply-To", Facts { refusals: &unproven, ..of(|_| ()) }, &["reply_to"], &[]),
            ("no account", Facts { missing: &none, ..of(|_| ()) }, &["from"], &[]),
            ("a stranger", of(|f| f.bcc = "eve@evil.example".into()), &[], &["not on the file"]),
            ("no client", Facts { client: None, ..of(|f| f.to = "eve@evil.example".into()) }, &[], &[]),
            ("nothing attached", of(|f| f.body = "The lease is ATTACHED.".into()), &[], &["attached"]),
            ("something attached", Facts { files: &files, ..of(|f| f.body = "The lease is attached.".into()) }, &[], &[]),
            ("unattached", of(|f| f.body = "He is unattached.".into()), &[], &[]),
            ("attached in what is quoted", of(|f| f.body = "Thanks\n> it is attached".into()), &[], &[]),
            ("another client", Facts { named: &other, ..of(|_| ()) }, &[], &["Ada Hale"]),
            ("an answer to one of two", Facts { mode: ComposeMode::Reply, left_out: &left, ..of(|_| ()) }, &[], &["dora@client.example"]),
            ("an answer to all", Facts { mode: ComposeMode::ReplyAll, left_out: &left, ..of(|_| ()) }, &[], &[]),
        ];
        for (name, facts, blocks, warnings) in rows {
            let (found, warned) = said(&facts);
            assert_eq!(found, blocks, "{name}");
            assert_eq!(warned.len(), warnings.len(), "{name}: {warned:?}");
            assert!(warnings.iter().zip(&warned).all(|(word, sentence)| sentence.contains(word)), "{name}: {warned:?}");
        }
    }

    // DESIGN §9: BCC never leaks, and the trail is read by others than the writer.
    #[test]
    fn the_trail_does_not_name_whom_bcc_hides() {
        let form = LetterForm {
            cc: "eve@evil.example".into(),
            bcc: "Dora <dora@hidden.example>, Eve@evil.example; flo@hidden.example".into(),
            body: "It is attached.".into(),
            ..form()
        };
        let on_file = ["cy@client.example".to_owned()];
        let look = look(&Facts { form: form.clone(), client: Some(("Cy", &on_file[..])), ..Facts::default() });
        assert!(look.warnings.iter().any(|warning| warning.starts_with("dora@hidden.example")), "the writer is told: {look:?}");
        let told = passed_over(&look, &form);
        assert!(!told.contains("hidden.example") && !told.to_lowercase().contains("dora"), "{told}");
        for words in ["Sent all the same: eve@evil.example is not", "A recipient in Bcc is not on the file of Cy.", "nothing is."] {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert_eq!(passed_over(&Preflight::default(), &form), "");
    }

    #[test]
    fn recipients_are_read_as_people_write_them() {
        let (found, odd) = people("cy@client.example; \"Hale, Ada\" <ada@hale.example>,\n Ben <BEN@Hale.example>, x");
        let found: Vec<(&str, &str)> = found.iter().map(|one| (one.name.as_str(), one.address.as_str())).collect();
        assert_eq!(found, [("", "cy@client.example"), ("Hale, Ada", "ada@hale.example"), ("Ben", "ben@hale.example")]);
        assert_eq!(odd, [("x".to_owned(), Why::NoAddress)]);
        assert!(people("").0.is_empty());
    }
}
