//! Letters that are broken the way real ones are (P18–P21, I5): each yields something readable.

#[path = "support/letters.rs"]
mod letters;

use postroom_mail::{Letter, attachment, headers, read, show};

fn letter(name: &str) -> Letter {
    let raw = std::fs::read(format!("{}/tests/corpus/{name}.eml", env!("CARGO_MANIFEST_DIR"))).expect("the letter is in the corpus");
    read(&raw).letter.expect("every letter of the corpus can be read")
}

fn raw(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/corpus/{name}.eml", env!("CARGO_MANIFEST_DIR"))).expect("the letter is in the corpus")
}

fn files(letter: &Letter) -> Vec<String> {
    letter.attachments.iter().map(|file| file.name.clone()).collect()
}

// P18, P19, I5
#[test]
fn subject_sender_and_words_are_found() {
    for (name, subject, from, words) in [
        ("plain", "Annual review", "ada@example.com", "see you on Friday."),
        ("empty", "", "", ""),
        ("only-nul", "", "", ""),
        ("no-header", "", "", "this letter has no header at all"),
        ("no-body", "no body", "ada@example.com", ""),
        ("missing-blank-line", "no blank line", "ada@example.com", "Dear Ben\nthe empty line was forgotten"),
        ("mbox-line", "from an mbox", "ada@example.com", "text"),
        ("lf-only", "Unix", "ada@example.com", "line one\nline two"),
        ("cr-only", "Old Mac", "ada@example.com", "line one\nline two"),
        ("latin1-header", "Grüße aus Köln", "joerg@example.com", "x"),
        ("utf8-header", "Grüße", "joerg@example.com", "x"),
        ("split-word", "Grüße and more", "ada@example.com", "x"),
        ("wrong-charset", "wrong charset", "ada@example.com", "café"),
        ("mislabelled-ascii", "says ascii", "ada@example.com", "café"),
        ("utf16-base64", "UTF-16", "ada@example.com", "Grüße"),
        ("iso-2022-jp", "こんにちは", "ada@example.com", "こんにちは"),
        ("broken-base64", "broken base64", "ada@example.com", "Hello Ben"),
        ("broken-qp", "broken qp", "ada@example.com", "100% = sure =ZZ café joined"),
        ("alternative", "three forms", "ada@example.com", "plain words"),
        ("alternative-empty-text", "empty text form", "ada@example.com", "only html has words"),
        ("cut-off", "cut off", "ada@example.com", "the words"),
        ("no-boundary-lines", "multipart without parts", "ada@example.com", "only words here"),
        ("no-boundary-param", "no boundary", "ada@example.com", "words"),
        ("same-boundary-nested", "boundary used twice", "ada@example.com", "inner"),
        ("prefix-boundary", "one boundary starts like the other", "ada@example.com", "inner words"),
        ("nul-in-text", "nul", "ada@example.com", "abc[31md"),
        ("folded-everywhere", "a b c", "ada@example.com", "x"),
        ("duplicate-headers", "first", "ada@example.com", "x"),
        ("html-only", "html only", "ada@example.com", "Schöne Grüße"),
        ("html-meta-charset", "charset in the page", "ada@example.com", "Привет"),
        ("bad-content-type", "bad type", "ada@example.com", "still words"),
        ("forwarded", "Fwd", "ada@example.com", "the words"),
        ("text-attachment", "text as a file", "ada@example.com", "the words"),
        ("idn", "idn", "a@xn--bcher-kva.example", "x"),
    ] {
        let letter = letter(name);
        let sender = letter.people.iter().find(|(role, _)| role.label() == "From").map(|(_, from)| from.address.as_str());
        assert_eq!((letter.subject.as_str(), sender.unwrap_or_default()), (subject, from), "{name}");
        assert!(letter.text.contains(words), "{name}: {:?}", letter.text);
    }
}

// P19, P20, P21
#[test]
fn files_are_found_and_named() {
    for (name, expected) in [
        ("plain", vec![]),
        ("names-2231", vec!["Übersicht 2024.pdf"]),
        ("names-2047", vec!["Übersicht.pdf", "Büro.doc"]),
        ("names-8bit", vec!["Übersicht.pdf", "Übersicht.pdf"]),
        ("names-hostile", vec!["index.html", "invoicefdp.exe", "document-3.pdf"]),
        ("inline-no-disposition", vec!["picture-1.png", "second.png", "picture-3.png"]),
        ("winmail", vec!["winmail.dat"]),
        ("alternative", vec!["appointment-1.ics"]),
        ("forwarded", vec!["Inner ä.eml"]),
        ("digest", vec!["one.eml", "two.eml"]),
        ("cut-off", vec!["a.pdf"]),
        ("bounce", vec!["report-1.txt", "report-2.txt"]),
        ("smime", vec!["smime.p7s"]),
        ("pgp", vec!["encrypted-1.asc", "file-2.bin"]),
        ("smime-opaque", vec!["encrypted-1.p7m"]),
        ("unknown-type", vec!["file-1.bin"]),
        ("text-attachment", vec!["notes.txt", "page.html"]),
        ("prefix-boundary", vec!["n.txt"]),
    ] {
        assert_eq!(files(&letter(name)), expected, "{name}");
    }
}

#[test]
fn listed_files_open_and_no_others() {
    for (name, raw) in letters::corpus() {
        let letter = read(&raw).letter.expect("readable");
        for info in &letter.attachments {
            let opened = attachment::open(&raw, info.index).expect("a listed file opens");
            assert_eq!(&opened.info, info, "{name}");
            assert_eq!(opened.bytes.len() as i64, info.size, "{name}");
        }
        assert_eq!(attachment::open(&raw, letter.attachments.len()), None, "{name}");
        assert_eq!(attachment::open(&raw, usize::MAX), None, "{name}");
    }
}

// P21
#[test]
fn pictures_of_the_text_are_inline_whatever_their_disposition() {
    let letter = letter("inline-no-disposition");
    assert_eq!(letter.attachments.iter().map(|file| file.inline).collect::<Vec<_>>(), [true, true, false]);
    let shown = show::html(&raw("inline-no-disposition"), false);
    assert_eq!(shown.document.matches("src=\"data:image/png;base64,iVBOR").count(), 2, "{}", shown.document);
    assert!(!shown.remote_held_back && !letter.remote_content);
}

#[test]
fn what_a_letter_is_can_be_told() {
    assert!(letter("bounce").is_bounce && letter("bounce").is_automatic);
    assert!(letter("list").is_automatic && !letter("list").is_bounce);
    assert!(!letter("plain").is_automatic && !letter("plain").is_bounce);
    assert!(letter("alternative").has_html && letter("alternative").remote_content);
    assert!(!letter("plain").has_html);
    assert_eq!(letter("plain").preview, "Dear Ben, see you on Friday.");
    assert_eq!(letter("duplicate-headers").message_id, "one");
    assert_eq!(letter("wrong-charset").remarks, ["The character set “x-office-1997” is unknown; some letters may look wrong."]);
    assert_eq!(letter("cut-off").remarks, ["The end mark is missing: the letter may have been cut off on its way."]);
}

// P24
#[test]
fn everybody_in_the_headers_is_found() {
    let addresses = |name| {
        letter(name)
            .people
            .into_iter()
            .map(|(role, mailbox)| format!("{}: {} {}", role.label(), mailbox.name, mailbox.address))
            .collect::<Vec<_>>()
    };
    assert_eq!(addresses("groups"), ["From:  a@example.com", "To:  ada@example.com", "To: B ben@example.com", "To:  cleo@example.com"]);
    assert_eq!(addresses("folded-everywhere"), ["From: Lovelace, Ada ada@example.com", "To:  ben@example.org", "To: C, D cd@example.org"]);
    assert_eq!(addresses("duplicate-headers"), ["From: Ada Lovelace ada@example.com", "To:  ben@example.org", "To:  cleo@example.net"]);
    assert_eq!(addresses("latin1-header"), ["From: Jörg joerg@example.com", "To:  ben@example.org"]);
}

// O9, P33
#[test]
fn dates_are_read_and_kept_as_written() {
    let odd = letter("odd-date");
    assert_eq!((odd.date, odd.received), (Some(1_714_731_300_000), Some(1_714_731_360_000)));
    assert_eq!(odd.date_header, "Fri, 3 May 24 10:15 GMT (summer)");
    let impossible = letter("impossible-date");
    assert_eq!((impossible.date, impossible.received), (None, Some(1_714_731_360_000)));
}

// Text columns of PostgreSQL hold no NUL.
#[test]
fn no_text_of_any_letter_holds_controls() {
    for (name, raw) in letters::corpus() {
        let letter = read(&raw).letter.expect("readable");
        let lines = [&letter.subject, &letter.message_id, &letter.date_header, &letter.preview];
        let people = letter.people.iter().flat_map(|(_, mailbox)| [&mailbox.name, &mailbox.address]);
        let files = letter.attachments.iter().flat_map(|file| [&file.name, &file.kind]);
        for text in lines.into_iter().chain(people).chain(files).chain(&letter.remarks).chain(&letter.references) {
            assert!(!text.chars().any(char::is_control), "{name}: {text:?}");
        }
        assert!(!letter.text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{name}: {:?}", letter.text);
        for (field, value) in headers::of(&raw) {
            assert!(!field.chars().chain(value.chars()).any(char::is_control), "{name}: {field}: {value:?}");
        }
    }
}
