use super::*;

const PLAIN: &str = "code,name,self1,self2,self3,partner1,partner2,partner3\nK1,Zoë Müller,zoe@example.com,,,jan@example.com,,\n";

/// A list by the names of its columns.
fn read(bytes: &[u8]) -> Result<ClientList, Unusable> {
    let sheet = Sheet::open(bytes)?;
    Ok(sheet.read(&sheet.detected()))
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff_u16);
    mark.into_iter().chain(text.encode_utf16()).flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn a_list_reads_the_same_in_every_encoding_and_with_every_delimiter() {
    // FP-05
    let want = read(PLAIN.as_bytes()).unwrap().rows;
    assert_eq!(want.len(), 1);
    assert_eq!(want[0].form.name, "Zoë Müller");
    assert_eq!(want[0].form.partner_addresses[0].address, "jan@example.com");
    let windows = encoding_rs::WINDOWS_1252.encode(PLAIN).0.into_owned();
    let with_mark = [b"\xef\xbb\xbf".as_slice(), PLAIN.as_bytes()].concat();
    for (bytes, encoding) in [
        (windows, "Windows-1252"),
        (with_mark, "UTF-8"),
        (utf16(PLAIN, false, true), "UTF-16"),
        (utf16(PLAIN, true, true), "UTF-16"),
        (utf16(PLAIN, false, false), "UTF-16"),
        (utf16(PLAIN, true, false), "UTF-16"),
    ] {
        assert_eq!(Sheet::open(&bytes).unwrap().encoding, encoding);
        assert_eq!(read(&bytes).unwrap().rows, want);
    }
    for delimiter in [';', '\t'] {
        let text = PLAIN.replace(',', &delimiter.to_string());
        assert_eq!(Sheet::open(text.as_bytes()).unwrap().delimiter, delimiter);
        assert_eq!(read(text.as_bytes()).unwrap().rows, want);
    }
}

#[test]
fn the_delimiter_is_not_fooled_by_quoted_names_and_a_spreadsheets_own_note_is_passed_over() {
    let text = b"sep=;\r\n\"code\";\"name, in full, as written\";name;self1\r\nK1;x;Ada, Ben, Cy;ada@example.com\r\n";
    assert_eq!(Sheet::open(text).unwrap().delimiter, ';');
    let list = read(text).unwrap();
    assert_eq!((list.rows[0].line, list.rows[0].form.name.as_str()), (3, "Ada, Ben, Cy"));
}

#[test]
fn column_names_come_in_any_case_and_order() {
    let list = read(b"SELF_1,Remarks,Client Name,Partner 2,Cost Centre,CODE\na@example.com,hello,Ada,b@example.com,North,K1\n").unwrap();
    let row = &list.rows[0];
    assert_eq!((row.form.code.as_str(), row.form.name.as_str(), row.cost_centre.as_deref()), ("K1", "Ada", Some("North")));
    assert_eq!(row.form.self_addresses[0].address, "a@example.com");
    assert_eq!(row.form.partner_addresses[1].address, "b@example.com");
}

#[test]
fn each_bad_row_is_refused_with_its_line_and_what_to_do_and_the_others_stand() {
    let text = "code,name,self1\nK1,Ada,ada@example.com\n,Ben,ben@example.com\nK3,\"Cy\nof two lines\",cy at example\nK1,Dee,\n\nK5,Eve,eve@example.com\n";
    let list = read(text.as_bytes()).unwrap();
    assert_eq!(list.rows.iter().map(|row| row.form.code.as_str()).collect::<Vec<_>>(), ["K1", "K5"]);
    assert_eq!(list.refused.iter().map(|refused| refused.line).collect::<Vec<_>>(), [3, 4, 6]);
    assert!(list.refused[0].sentence.starts_with("code: Enter"), "{:?}", list.refused);
    assert!(
        list.refused[1].sentence.contains("self1: Enter an e-mail address, like name@example.com. The list has “cy at example”."),
        "{:?}",
        list.refused
    );
    assert!(list.refused[2].sentence.contains("line 2"), "{:?}", list.refused);
}

#[test]
fn a_list_whose_columns_are_not_understood_says_which_are_missing() {
    assert!(Sheet::open(b"").unwrap_err().0.contains("empty"));
    let wrong = |header: &str| {
        let sheet = Sheet::open(header.as_bytes()).unwrap();
        sheet.detected::<Column>().check(&sheet.columns)
    };
    assert_eq!(wrong("kode,name").of("columns"), Some("Choose the column that holds the client's code"));
    assert!(wrong("code,name,Name").of("column2").unwrap().contains("“name”"));
    assert!(wrong("code,name").0.is_empty());
}

#[test]
fn columns_are_what_somebody_says_and_errors_speak_the_lists_own_words() {
    let sheet = Sheet::open("Kennung;Vorname;E-Mail;\nK1;Ada;ada@example.com;x\nK2;Ben;nowhere;\n".as_bytes()).unwrap();
    assert_eq!(sheet.columns, ["Kennung", "Vorname", "E-Mail", "Column 4"]);
    let words = ["code", "name", "partner2", ""].map(str::to_owned);
    let mapping = Mapping::chosen(&words, 4).unwrap();
    assert_eq!(mapping.words(), words);
    let list = sheet.read(&mapping);
    assert_eq!(list.rows[0].form.partner_addresses[1].address, "ada@example.com");
    assert_eq!(list.refused[0].sentence, "E-Mail: Enter an e-mail address, like name@example.com. The list has “nowhere”.");
    assert_eq!(Mapping::<Column>::chosen(&words, 3), None);
    assert_eq!(Mapping::<Column>::chosen(&["nonsense".to_owned()], 1), None);
}

#[test]
fn refused_rows_come_back_as_a_list_that_can_be_mended_and_imported() {
    let sheet = Sheet::open("code;name;self1\n;\"Ben; really\";ben@example.com\nK2;Cy;cy@example.com;more\n".as_bytes()).unwrap();
    let mapping = sheet.detected();
    let file = refused_file(&sheet.columns, ';', &sheet.read(&mapping).refused);
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.starts_with("\u{feff}code;name;self1;reason\r\n;\"Ben; really\";ben@example.com;Line 2: code: "), "{text}");
    let mended = text.replace("\n;", "\nK1;");
    let list = read(mended.as_bytes()).unwrap();
    assert_eq!((list.rows.len(), list.rows[0].form.name.as_str()), (1, "Ben; really"));
    assert_eq!(list.refused.len(), 1, "what is not mended is refused again");
}

#[test]
fn ten_thousand_rows_are_read_within_seconds() {
    let mut text = String::from("code,name,self1\n");
    for n in 0..10_000 {
        text.push_str(&format!("K{n},Client {n},client{n}@example.com\n"));
    }
    let started = std::time::Instant::now();
    assert_eq!(read(text.as_bytes()).unwrap().rows.len(), 10_000);
    assert!(started.elapsed().as_secs() < 3);
}

// R10: 10,000 seeded lists that no spreadsheet would write (more by `cargo xtask fuzz`): no panic, and no row that was not there.
#[test]
fn nonsense_is_refused_and_never_breaks_the_reader() {
    const PIECES: [&[u8]; 18] = [
        b"code,name,self1,partner1\n",
        b"code;name\r\n",
        b"code\tname\r",
        b"H1,Hale,a@b.example,\n",
        b"\"",
        b"\"\"",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r\n",
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xe4\xf6",
        b"H1",
        "M\u{fc}ller".as_bytes(),
        b"x@\xc3\xa4.example",
    ];
    let number = |variable: &str, usual: u64| std::env::var(variable).ok().map_or(usual, |text| text.parse().unwrap());
    let mut chance = postroom_lab::random::Dice::new(number("POSTROOM_SEED", 11));
    for round in 0..number("POSTROOM_FUZZ_INPUTS", 10_000) {
        let mut list = if chance.below(3) == 0 { Vec::new() } else { b"code,name,self1,partner1\n".to_vec() };
        for _ in 0..chance.below(24) {
            let piece: &&[u8] = chance.pick(&PIECES[..]);
            list.extend_from_slice(piece);
        }
        if chance.below(4) == 0 && !list.is_empty() {
            let at = chance.below(list.len());
            list[at] = chance.below(256) as u8;
        }
        let lines = 1 + list.iter().filter(|octet| b"\r\n".contains(octet)).count();
        if let Ok(read) = read(&list) {
            assert!(read.rows.len() + read.refused.len() <= lines, "round {round}: {:?}", String::from_utf8_lossy(&list));
            assert!(read.rows.iter().all(|row| !row.form.code.is_empty() && row.line as usize <= lines), "round {round}");
        }
    }
}
