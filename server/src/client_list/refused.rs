//! Rows that are refused, as a list of their own: mended there, it is imported like any other.

use super::StringRecord;

/// A row that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Line number from 1, the header being 1.
    pub line: u64,
    /// What to do.
    pub sentence: String,
    /// The cells as written.
    pub record: StringRecord,
}

/// Refused rows in the columns they came in, and one more that says why; UTF-8 with the mark that spreadsheets look for.
pub fn refused_file(columns: &[String], delimiter: char, refused: &[Refused]) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new();
    out.delimiter(delimiter as u8).flexible(true).terminator(csv::Terminator::CRLF);
    let mut out = out.from_writer(b"\xef\xbb\xbf".to_vec());
    let mut write = |cells: Vec<&str>| out.write_record(cells).is_ok();
    let mut whole = write(columns.iter().map(String::as_str).chain(["reason"]).collect());
    for Refused { line, sentence, record } in refused {
        let reason = format!("Line {line}: {sentence}");
        let cells = (0..columns.len()).map(|at| record.get(at).unwrap_or(""));
        whole &= write(cells.chain([reason.as_str()]).chain(record.iter().skip(columns.len())).collect());
    }
    debug_assert!(whole, "memory takes every row");
    out.into_inner().unwrap_or_default()
}
