use super::*;

fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
    let sum = data.iter().fold(0_u16, |sum, octet| sum.wrapping_add(u16::from(*octet)));
    [&[level][..], &id.to_le_bytes(), &(data.len() as u32).to_le_bytes(), data, &sum.to_le_bytes()].concat()
}

fn property(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
    let mut out = [&kind.to_le_bytes()[..], &id.to_le_bytes(), &1_u32.to_le_bytes(), &(value.len() as u32).to_le_bytes(), value].concat();
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

fn properties(list: &[Vec<u8>]) -> Vec<u8> {
    [&(list.len() as u32).to_le_bytes()[..], &list.concat()].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

fn stream(attributes: &[Vec<u8>]) -> Vec<u8> {
    [&SIGNATURE[..], &[1, 0], &attributes.concat()].concat()
}

/// Read as it comes, in pieces of so many octets.
fn skimmed(raw: &[u8], piece: usize) -> Vec<Found> {
    let mut skim = Skim::default();
    raw.chunks(piece).for_each(|octets| skim.push(octets));
    skim.files()
}

/// Whether a file lies in the `winmail.dat`.
fn is_within(found: &Found, raw: &[u8]) -> bool {
    match &found.content {
        Content::Span { from, length } => from + length <= raw.len() as u64,
        Content::Made(octets) => octets.len() <= WORDS,
    }
}

fn winmail() -> Vec<u8> {
    let named = [
        [&[0x03, 0x00, 0x05, 0x80][..], &[7; 16], &[0, 0, 0, 0], &[1, 2, 3, 4], &[9, 0, 0, 0]].concat(),
        [&[0x1f, 0x00, 0x06, 0x80][..], &[7; 16], &[1, 0, 0, 0], &[6, 0, 0, 0], b"a\0b\0c\0\0\0", &[1, 0, 0, 0], &[2, 0, 0, 0], b"x\0\0\0"]
            .concat(),
        property(0x001f, ATTACH_LONG_NAME, &utf16("Zimmerliste für März.pdf")),
        property(0x001e, ATTACH_TYPE, b"application/pdf\0"),
    ];
    let inner = stream(&[
        attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
        attribute(2, ATTACHMENT_TITLE, b"inner.txt\0"),
        attribute(2, ATTACHMENT_DATA, b"deep"),
    ]);
    stream(&[
        attribute(1, CODE_PAGE, &[0xe4, 4, 0, 0, 0, 0, 0, 0]),
        attribute(1, MESSAGE_PROPERTIES, &properties(&[property(0x0102, HTML, b"<p>Dear all</p>")])),
        attribute(1, BODY, b"Dear all\0"),
        attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
        attribute(2, ATTACHMENT_TITLE, b"ZIMMER~1.PDF\0"),
        attribute(2, ATTACHMENT_DATA, b"%PDF-1.7"),
        attribute(2, ATTACHMENT_PROPERTIES, &properties(&named)),
        attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
        attribute(2, ATTACHMENT_TITLE, b"../Stra\xdfe.xls\0"),
        attribute(2, ATTACHMENT_DATA, b"sheet"),
        attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
        attribute(2, ATTACHMENT_PROPERTIES, &properties(&[property(0x000d, ATTACH_DATA, &[&[1; 16][..], &inner].concat())])),
    ])
}

fn letter(file: &[u8]) -> Vec<u8> {
    use base64::Engine;
    let packed = base64::engine::general_purpose::STANDARD.encode(file);
    format!(
        "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{packed}\r\n--b\r\nContent-Type: application/pdf; name=own.pdf\r\n\r\n%PDF\r\n--b--\r\n"
    )
    .into_bytes()
}

// P20: what Outlook hid is listed behind the letter's own files, and opened like them.
#[test]
fn the_contents_of_a_winmail_dat_are_files_of_the_letter() {
    let raw = letter(&winmail());
    let read = crate::read(&raw).letter.expect("readable");
    let listed: Vec<_> = read.attachments.iter().map(|info| (info.name.as_str(), info.kind.as_str(), info.size)).collect();
    let whole = winmail().len() as i64;
    assert_eq!(
        listed,
        [
            ("winmail.dat", "application/ms-tnef", whole),
            ("own.pdf", "application/pdf", 4),
            ("Zimmerliste für März.pdf", "application/pdf", 8),
            ("Straße.xls", "application/vnd.ms-excel", 5),
            ("inner.txt", "text/plain", 4),
            ("message.txt", "text/plain", 8),
            ("message.html", "text/html", 15),
        ]
    );
    for (index, octets) in [(2, &b"%PDF-1.7"[..]), (3, b"sheet"), (4, b"deep"), (5, b"Dear all"), (6, b"<p>Dear all</p>")] {
        let opened = crate::attachment::open(&raw, index).expect("there");
        assert_eq!((opened.bytes.as_slice(), &opened.info), (octets, &read.attachments[index]));
    }
    assert!(crate::attachment::open(&raw, 7).is_none());
    let named = String::from_utf8_lossy(&raw).replace("application/ms-tnef", "application/octet-stream").into_bytes();
    assert_eq!(crate::read(&named).letter.expect("readable").attachments.len(), 7, "its name is enough");
    assert!(crate::show::file_text(&raw, 5).expect("a text").contains("Dear all"));
}

// RELIABILITY §3.4, R10 (Roundcube's winmail.dat: two denials of service): 10,000 broken ones, each read in one pass.
#[test]
fn nothing_in_a_winmail_dat_can_break_the_reader() {
    let whole = winmail();
    assert!(files(b"").is_empty() && files(&SIGNATURE).is_empty() && files(b"PK\x03\x04").is_empty());
    let mut state = 0x7ef0_2026_u64;
    let mut dice = |sides: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % sides.max(1)
    };
    for round in 0..10_000 {
        let mut raw = whole.clone();
        for _ in 0..1 + dice(6) {
            let at = dice(raw.len());
            match dice(6) {
                0 => raw[at] = dice(256) as u8,
                1 => raw.truncate(at.max(8)),
                2 => raw[at] = 0xff,
                3 => {
                    let end = (at + dice(40)).min(raw.len());
                    raw.drain(at..end);
                }
                4 => {
                    let end = (at + dice(200)).min(raw.len());
                    let copy = raw[at..end].to_vec();
                    raw.splice(at..at, copy);
                }
                _ => raw.splice(at..at, [0xff, 0xff, 0xff, 0x7f]).for_each(drop),
            }
            if raw.len() < 8 {
                break;
            }
        }
        let found = files(&raw);
        assert!(found.len() <= FILES, "round {round}");
        assert_eq!(skimmed(&raw, 1 + dice(raw.len())), found, "round {round}: in pieces it reads the same");
        for one in &found {
            assert_eq!(safe_name(&one.name), one.name, "round {round}");
            assert!(one.kind.is_ascii() && is_within(one, &raw), "round {round}");
        }
    }
    // Counts that say there is no end of it: the octets are the end.
    let endless = [&u32::MAX.to_le_bytes()[..], &[0x01, 0x10, 0, 0x10], &u32::MAX.to_le_bytes()].concat();
    assert!(files(&stream(&[attribute(1, MESSAGE_PROPERTIES, &endless)])).is_empty());
    let empty = properties(&vec![property(0x0102, 0x0001, &[0; 4]); 2 * PROPERTIES]);
    let mut reader = Reader::default();
    reader.stream(&stream(&vec![attribute(1, MESSAGE_PROPERTIES, &empty); 3]), 0, 0);
    assert!(reader.found.is_empty() && reader.properties <= PROPERTIES + 3, "{} were looked at", reader.properties);
    let many: Vec<Vec<u8>> =
        (0..100_000).flat_map(|_| [attribute(2, ATTACHMENT_BEGINS, b""), attribute(2, ATTACHMENT_DATA, b"x")]).collect();
    assert_eq!(files(&stream(&many)).len(), FILES);
    let mut deep = stream(&[attribute(2, ATTACHMENT_BEGINS, b""), attribute(2, ATTACHMENT_DATA, b"x")]);
    for _ in 0..1_000 {
        deep = stream(&[attribute(2, ATTACHMENT_BEGINS, b""), attribute(2, ATTACHMENT_DATA, &[&[1; 16][..], &deep].concat())]);
    }
    assert_eq!(files(&deep).len(), 1, "what is nested deeper is one file");
}

// P20: most of Outlook's own letters have their words packed in its own form alone.
#[test]
fn words_that_only_outlooks_own_form_holds_are_listed_as_text() {
    let rtf = b"{\\rtf1\\ansi Dear all,\\par the rooms are \\b booked\\b0 .}";
    let size = (rtf.len() as u32).to_le_bytes();
    let packed = [&size[..], &size, b"MELA", &[0; 4], rtf].concat();
    let words = |more: &[Vec<u8>]| {
        let list = [&[property(0x0102, RTF_COMPRESSED, &packed)][..], more].concat();
        stream(&[attribute(1, MESSAGE_PROPERTIES, &properties(&list))])
    };
    let raw = letter(&words(&[]));
    let listed = crate::read(&raw).letter.expect("readable").attachments;
    assert_eq!((listed.len(), listed[2].name.as_str(), listed[2].size), (3, "message.txt", 31));
    assert_eq!(crate::attachment::open(&raw, 2).expect("there").bytes, b"Dear all,\nthe rooms are booked.");
    assert!(crate::show::file_text(&raw, 2).expect("a text").contains("the rooms are booked."));
    let other = files(&words(&[property(0x0102, HTML, b"<p>Dear all</p>")]));
    assert_eq!(other.iter().map(|found| found.name.as_str()).collect::<Vec<_>>(), ["message.html"], "said once");
}

// P20, I12: what is in the winmail.dat of a letter too large to be held is listed and opened all the same.
#[test]
fn the_contents_of_a_large_letters_winmail_dat_are_files_of_the_letter_too() {
    let large: Vec<u8> = (0..3_000_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let inner = stream(&[
        attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
        attribute(2, ATTACHMENT_TITLE, b"inner.txt\0"),
        attribute(2, ATTACHMENT_DATA, b"deep"),
    ]);
    let packed = stream(&[
        attribute(1, BODY, b"Dear all\0"),
        attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
        attribute(2, ATTACHMENT_TITLE, b"film.mov\0"),
        attribute(2, ATTACHMENT_DATA, &large),
        attribute(2, ATTACHMENT_PROPERTIES, &properties(&[property(0x001f, ATTACH_LONG_NAME, &utf16("Film im März.mov"))])),
        attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
        attribute(2, ATTACHMENT_PROPERTIES, &properties(&[property(0x000d, ATTACH_DATA, &[&[1; 16][..], &inner].concat())])),
    ]);
    let raw = letter(&packed);
    let source = |at: u64, into: &mut [u8]| {
        let rest = raw.get(usize::try_from(at).expect("small")..).unwrap_or_default();
        let got = rest.len().min(into.len());
        into[..got].copy_from_slice(&rest[..got]);
        Ok(got)
    };
    let held = crate::large::Held { run: 64 << 10, base64: 16 << 10, most: 64 << 10 };
    let read = crate::large::Large::look(source, held).expect("read");
    assert!(read.held().len() < 1 << 20, "only its beginning is held");
    let whole = crate::read(&raw).letter.expect("readable").attachments;
    let listed = read.read().expect("read").letter.expect("readable").attachments;
    assert_eq!(listed, whole);
    assert_eq!(listed[2..].iter().map(|info| info.name.as_str()).collect::<Vec<_>>(), ["Film im März.mov", "inner.txt", "message.txt"]);
    for (index, octets) in [(2, &large[..]), (3, b"deep"), (4, b"Dear all")] {
        let mut got = Vec::new();
        let info = read.file(index, &mut |piece| {
            got.extend_from_slice(piece);
            Ok(())
        });
        assert_eq!((info.expect("read").as_ref(), got.as_slice() == octets), (Some(&listed[index]), true));
    }
}
