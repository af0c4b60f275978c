//! Lists of clients as spreadsheets write them: octets → columns and rows → forms. Pure: no store, no clock.
//!
//! Must never: lose a row silently (each is a form or a refusal that names its line), or take an empty cell for an order to delete.

mod columns;
mod decode;

pub use columns::Column;
pub use decode::{Decoded, decode};

use columns::Columns;
use model::{ClientForm, SLOTS, SlotForm};
use postroom_store::code_key;
use std::collections::HashMap;

/// Rows read at most; a longer list is split by the person who sends it.
const MOST_ROWS: usize = 200_000;
/// Rows shown before importing.
const SHOWN: usize = 5;
/// Longest code, characters.
const LONGEST_CODE: usize = 60;
/// Longest name, characters.
const LONGEST_NAME: usize = 200;

/// A list, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientList {
    /// Delimiter found.
    pub delimiter: char,
    /// Encoding found, for people.
    pub encoding: &'static str,
    /// Column names as written.
    pub columns: Vec<String>,
    /// The first rows as written.
    pub shown: Vec<Vec<String>>,
    /// Good rows.
    pub rows: Vec<ListRow>,
    /// Rows refused: line number from 1, and what to do.
    pub refused: Vec<(u64, String)>,
}

/// One good row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// Code, name and addresses; empty address = the list says nothing about this slot.
    pub form: ClientForm,
    /// Cost centre's name, when the list has one.
    pub cost_centre: Option<String>,
}

/// The list as a whole cannot be used; a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub String);

/// Reads a list.
///
/// # Errors
/// [`Unusable`] when there is no header line with the columns `code` and `name`, or the list is too long.
pub fn read(bytes: &[u8]) -> Result<ClientList, Unusable> {
    let Decoded { text, encoding } = decode(bytes);
    // The reader counts a line too few after each CR LF, so all line ends become one kind.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let delimiter = delimiter_of(&text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter as u8).from_reader(text.as_bytes());
    let mut records = reader.records().enumerate().filter(|(at, record)| !is_separator_line(*at, record));
    let header = match records.next() {
        Some((_, Ok(record))) => record,
        _ => return Err(Unusable("The list is empty. Its first line must name the columns: code,name,self1,…".into())),
    };
    let columns = Columns::of(&header)?;
    let mut list = ClientList {
        delimiter,
        encoding,
        columns: header.iter().map(|name| name.trim().to_owned()).collect(),
        shown: Vec::new(),
        rows: Vec::new(),
        refused: Vec::new(),
    };
    let mut codes: HashMap<String, u64> = HashMap::new();
    for (_, record) in records {
        if list.rows.len() + list.refused.len() >= MOST_ROWS {
            return Err(Unusable("The list has more than 200,000 rows. Split it and import the parts.".into()));
        }
        match record {
            Ok(record) => list.take(&columns, &record, &mut codes),
            Err(error) => list
                .refused
                .push((error.position().map_or(0, csv::Position::line), "This line cannot be read. Check its quotation marks.".into())),
        }
    }
    Ok(list)
}

impl ClientList {
    fn take(&mut self, columns: &Columns, record: &csv::StringRecord, codes: &mut HashMap<String, u64>) {
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            return; // spreadsheets end lists with blank lines
        }
        if self.shown.len() < SHOWN {
            self.shown.push(record.iter().map(|cell| cell.trim().to_owned()).collect());
        }
        match row_of(columns, record, line, codes) {
            Ok(row) => {
                codes.insert(code_key(&row.form.code), line);
                self.rows.push(row);
            }
            Err(sentence) => self.refused.push((line, sentence)),
        }
    }
}

fn row_of(columns: &Columns, record: &csv::StringRecord, line: u64, codes: &HashMap<String, u64>) -> Result<ListRow, String> {
    let cell = |column: Column| columns.place(column).and_then(|at| record.get(at)).unwrap_or("").trim();
    if record.len() > columns.width() && record.iter().skip(columns.width()).any(|extra| !extra.trim().is_empty()) {
        return Err(
            "This line has more cells than the first line names. Put quotation marks around a cell that contains the delimiter.".into()
        );
    }
    let slots = |column: fn(usize) -> Column| {
        (1..=SLOTS as usize).map(|slot| SlotForm { address: cell(column(slot)).to_owned(), ..SlotForm::default() }).collect()
    };
    let form = ClientForm {
        code: cell(Column::Code).to_owned(),
        name: cell(Column::Name).to_owned(),
        cost_centre: None,
        self_addresses: slots(Column::Myself),
        partner_addresses: slots(Column::Partner),
    };
    let mut sentences: Vec<String> = form.check().0.into_iter().map(|(field, sentence)| format!("{field}: {sentence}.")).collect();
    if form.code.chars().count() > LONGEST_CODE {
        sentences.push("code: Use 60 characters or less.".into());
    }
    if form.name.chars().count() > LONGEST_NAME {
        sentences.push("name: Use 200 characters or less.".into());
    }
    if let Some(first) = codes.get(&code_key(&form.code)) {
        sentences.push(format!("code: The same code stands in line {first}. Keep one of the two lines."));
    }
    if !sentences.is_empty() {
        return Err(sentences.join(" "));
    }
    let cost_centre = Some(cell(Column::CostCentre)).filter(|name| !name.is_empty()).map(str::to_owned);
    Ok(ListRow { line, form, cost_centre })
}

/// `sep=;` is a spreadsheet's note to itself, not a header.
fn is_separator_line(at: usize, record: &Result<csv::StringRecord, csv::Error>) -> bool {
    at == 0 && record.as_ref().is_ok_and(|record| record.get(0).is_some_and(|cell| cell.trim().to_lowercase().starts_with("sep=")))
}

/// The delimiter that stands most often in the first line outside quotation marks.
fn delimiter_of(text: &str) -> char {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    if let Some(named) = first.trim().to_lowercase().strip_prefix("sep=").and_then(|rest| rest.chars().next()).filter(char::is_ascii) {
        return named;
    }
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    for c in first.chars() {
        if c == '"' {
            quoted = !quoted;
        } else if let Some(count) = counts.iter_mut().find(|(delimiter, _)| *delimiter == c && !quoted) {
            count.1 += 1;
        }
    }
    // The first of equals wins: a comma unless something else stands more often.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests;
