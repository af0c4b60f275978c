use super::*;

const PLAIN: &str = "code,name,self1,self2,self3,partner1,partner2,partner3\nK1,Zoë Müller,zoe@example.com,,,jan@example.com,,\n";

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
        let list = read(&bytes).unwrap();
        assert_eq!((list.encoding, &list.rows), (encoding, &want));
    }
    for delimiter in [';', '\t'] {
        let list = read(PLAIN.replace(',', &delimiter.to_string()).as_bytes()).unwrap();
        assert_eq!((list.delimiter, &list.rows), (delimiter, &want));
    }
}

#[test]
fn the_delimiter_is_not_fooled_by_quoted_names_and_a_spreadsheets_own_note_is_passed_over() {
    let list = read(b"sep=;\r\n\"code\";\"name, in full, as written\";name;self1\r\nK1;x;Ada, Ben, Cy;ada@example.com\r\n").unwrap();
    assert_eq!(list.delimiter, ';');
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
    assert_eq!(list.refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 6]);
    assert!(list.refused[0].1.contains("code"), "{:?}", list.refused);
    assert!(list.refused[1].1.contains("self1"), "{:?}", list.refused);
    assert!(list.refused[2].1.contains("line 2"), "{:?}", list.refused);
}

#[test]
fn a_list_without_its_columns_says_which_one_is_missing() {
    assert!(read(b"").unwrap_err().0.contains("empty"));
    assert!(read(b"kode,name\n1,2\n").unwrap_err().0.contains("“code”"));
    assert!(read(b"code,name,Name\n1,2,3\n").unwrap_err().0.contains("Two columns"));
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
