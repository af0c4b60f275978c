//! Sheets as other programs see them: qpdf says whether a PDF is whole, pdftotext whether its words can be read out (FC-24).
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

use postroom_paper::{Letter, PaperError, Sheet, Table, pdf};
use std::{path::Path, process::Command};

const AT: i64 = 1_790_000_000_000;

fn sheet(letters: usize) -> Sheet {
    let words = "Dear Ada,\nthank you for the figures of last year.\n\nWe shall look at them on Monday and write again.\n".repeat(12);
    Sheet {
        title: "Müller & Søn".into(),
        office: "Postroom".into(),
        notes: vec!["As at 14 Mar 2026, 09:12 GMT.".into()],
        facts: vec![("Code".into(), "M-1".into()), ("Address".into(), "ada@client.example".into())],
        tables: vec![Table {
            heading: "Letters".into(),
            columns: vec!["When".into(), "Subject".into()],
            widths: vec![1, 3],
            rows: (0..letters).map(|number| vec![format!("{number} Mar 2026"), format!("Figures, part {number}")]).collect(),
        }],
        letters: (0..letters)
            .map(|number| Letter {
                subject: format!("Figures, part {number}"),
                facts: vec![("From".into(), "Ada <ada@client.example>".into())],
                text: format!("marker{number}\n{words}"),
            })
            .collect(),
        ..Sheet::default()
    }
}

/// The words that a reader gets out of a PDF which qpdf finds nothing wrong with; `None` where the programs are missing.
fn read(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sheet.pdf");
    std::fs::write(&file, pdf).unwrap();
    let checked = run("qpdf", &["--check"], &file, &[])?;
    assert!(checked.contains("No syntax or stream encoding errors found"), "{checked}");
    run("pdftotext", &["-layout"], &file, &["-"])
}

fn run(program: &str, before: &[&str], file: &Path, after: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(program).args(before).arg(file).args(after).output() else {
        assert!(std::env::var_os("POSTROOM_TEST_STRICT").is_none(), "{program} is missing");
        println!("skipped: {program} is not installed");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{program}: {said}{}", String::from_utf8_lossy(&output.stderr));
    Some(said)
}

#[test]
fn two_hundred_letters_become_one_whole_pdf_whose_words_can_be_read_out() {
    let pdf = pdf(&sheet(200), AT).unwrap();
    let tagged = pdf.windows(15).any(|octets| octets == b"/StructTreeRoot");
    assert!(tagged, "a reader for the blind finds headings and tables");
    let Some(words) = read(&pdf) else { return };
    for wanted in ["Müller & Søn", "M-1", "Figures, part 199", "marker0\n", "marker199\n", "thank you for the figures", "Page 1 of"] {
        assert!(words.contains(wanted), "{wanted}");
    }
    assert!(words.matches("When").count() > 2, "the table's head stands on each of its pages");
}

// What strangers wrote is set as it stands.
#[test]
fn words_of_letters_are_never_instructions() {
    let hostile = "#panic(\"no\") #import \"x\" $x$ *bold* _it_ `raw` <label> @ref \\ #sys.inputs.sheet // gone /* gone */ = Heading";
    let mut sheet = sheet(1);
    sheet.title = hostile.into();
    sheet.subtitle = hostile.into();
    sheet.notes = vec![hostile.into()];
    sheet.facts = vec![(hostile.into(), hostile.into())];
    sheet.tables[0].rows = vec![vec![hostile.into(), hostile.into()]];
    sheet.letters[0] = Letter { subject: hostile.into(), facts: vec![("From".into(), hostile.into())], text: hostile.into() };
    let Some(words) = read(&pdf(&sheet, AT).unwrap()) else { return };
    for kept in ["#panic(", "*bold*", "$x$", "_it_", "`raw`", "<label>", "@ref", "#sys.inputs.sheet", "// gone", "/* gone */", "= Heading"]
    {
        assert!(words.matches(kept).count() >= 4, "{kept} in {words}");
    }
}

#[test]
fn strange_letters_still_make_a_whole_pdf() {
    let long = "x".repeat(20_000);
    for text in ["", "\u{0}\u{7}\u{1b}[31m", "世界 שלום مرحبا ελληνικά русский 👩‍👩‍👧", "\u{202e}gpj.exe\u{202c}", "\r\n\r\n\r\n", &long]
    {
        let mut sheet = sheet(1);
        sheet.letters[0].text = text.to_owned();
        sheet.letters[0].subject = text.chars().take(300).collect();
        let pdf = pdf(&sheet, AT).unwrap();
        let Some(words) = read(&pdf) else { return };
        assert!(words.contains("M-1"), "{text:?}");
    }
}

#[test]
fn a_sheet_without_letters_says_so_and_one_that_does_not_fit_is_refused() {
    let empty = pdf(&sheet(0), AT).unwrap();
    if let Some(words) = read(&empty) {
        assert!(words.contains("None."), "{words}");
    }
    let mut uneven = sheet(1);
    uneven.tables[0].rows[0].pop();
    assert!(matches!(pdf(&uneven, AT), Err(PaperError::Uneven(table)) if table == "Letters"));
}

#[test]
fn the_same_sheet_is_the_same_file() {
    assert_eq!(pdf(&sheet(3), AT).unwrap(), pdf(&sheet(3), AT).unwrap());
}
