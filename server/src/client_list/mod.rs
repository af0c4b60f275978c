//! Lists of clients as spreadsheets write them: octets → a sheet of columns and rows → forms. Pure: no store, no clock.
//!
//! Must never: lose a row silently (each is a form or a refusal that names its line), or take an empty cell for an order to delete.

mod columns;
mod decode;
mod refused;

pub use columns::{Column, Mapping, Meaning, folded};
pub use csv::StringRecord;
pub use decode::{Decoded, decode};
pub use refused::{Refused, refused_file};

use model::{ClientForm, SLOTS, SlotForm};
use postroom_store::code_key;
use std::collections::HashMap;

/// Rows read at most; a longer list is split by the person who sends it.
const MOST_ROWS: usize = 200_000;
/// Columns of a list at most.
const MOST_COLUMNS: usize = 200;
/// Rows shown before importing.
const SHOWN: usize = 3;
/// Longest code, characters.
const LONGEST_CODE: usize = 60;
/// Why a row that is too wide is refused.
pub const TOO_WIDE: &str =
    "This line has more cells than the first line names. Put quotation marks around a cell that contains the delimiter.";
/// Longest name, characters.
const LONGEST_NAME: usize = 200;

/// A list as it came: text and columns, no meaning yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Delimiter found.
    pub delimiter: char,
    /// Encoding found, for people.
    pub encoding: &'static str,
    /// Column names as written; one without a name is named by its place.
    pub columns: Vec<String>,
    /// The first rows as written.
    pub shown: Vec<Vec<String>>,
    text: String,
}

/// A list, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientList {
    /// Good rows.
    pub rows: Vec<ListRow>,
    /// Rows refused.
    pub refused: Vec<Refused>,
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
    /// The cells as written.
    pub record: StringRecord,
}

/// The list as a whole cannot be used; a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub String);

impl Sheet {
    /// Reads octets as a sheet: encoding, delimiter, first line.
    ///
    /// # Errors
    /// [`Unusable`] when there is no first line that names columns, or the list is too long.
    pub fn open(bytes: &[u8]) -> Result<Self, Unusable> {
        let Decoded { text, encoding } = decode(bytes);
        // The reader counts a line too few after each CR LF, so all line ends become one kind.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut sheet = Self { delimiter: delimiter_of(&text), encoding, columns: Vec::new(), shown: Vec::new(), text };
        let mut columns = Vec::new();
        let mut shown = Vec::new();
        let mut rows = 0;
        for record in sheet.records() {
            match record {
                Ok(record) if columns.is_empty() => columns = record.iter().enumerate().map(|(at, name)| title(at, name)).collect(),
                Ok(record) if is_blank(&record) => {}
                Ok(record) => {
                    rows += 1;
                    if shown.len() < SHOWN {
                        shown.push(record.iter().map(|cell| cell.trim().to_owned()).collect());
                    }
                }
                Err(_) => rows += 1,
            }
        }
        if columns.is_empty() {
            return Err(Unusable("The list is empty. Its first line must name the columns: code,name,self1,…".into()));
        }
        if columns.len() > MOST_COLUMNS {
            return Err(Unusable("The first line names more than 200 columns. Remove those that are not needed.".into()));
        }
        if rows > MOST_ROWS {
            return Err(Unusable("The list has more than 200,000 rows. Split it and import the parts.".into()));
        }
        (sheet.columns, sheet.shown) = (columns, shown);
        Ok(sheet)
    }

    /// What its columns mean by their names.
    pub fn detected<C: Meaning>(&self) -> Mapping<C> {
        Mapping::detect(&self.columns)
    }

    /// Octets it takes in memory, about.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    /// Its rows below the first one: line and cells, or why a line cannot be read.
    pub fn lines(&self) -> impl Iterator<Item = Result<(u64, StringRecord), Refused>> {
        let rows = self.records().skip(1).filter(|record| !record.as_ref().is_ok_and(is_blank));
        rows.map(|record| match record {
            Ok(record) => Ok((record.position().map_or(0, csv::Position::line), record)),
            Err(error) => Err(Refused {
                line: error.position().map_or(0, csv::Position::line),
                sentence: "This line cannot be read. Check its quotation marks.".into(),
                record: StringRecord::new(),
            }),
        })
    }

    /// Its rows, as clients.
    pub fn read(&self, mapping: &Mapping) -> ClientList {
        let mut list = ClientList::default();
        let mut codes: HashMap<String, u64> = HashMap::new();
        for record in self.records().skip(1) {
            match record {
                Ok(record) if is_blank(&record) => {} // spreadsheets end lists with blank lines
                Ok(record) => match self.row_of(mapping, record, &codes) {
                    Ok(row) => {
                        codes.insert(code_key(&row.form.code), row.line);
                        list.rows.push(row);
                    }
                    Err(refused) => list.refused.push(refused),
                },
                Err(error) => list.refused.push(Refused {
                    line: error.position().map_or(0, csv::Position::line),
                    sentence: "This line cannot be read. Check its quotation marks.".into(),
                    record: StringRecord::new(),
                }),
            }
        }
        list
    }

    /// Whether a row has more cells than the first line names.
    pub fn is_too_wide(&self, record: &StringRecord) -> bool {
        record.iter().skip(self.columns.len()).any(|extra| !extra.trim().is_empty())
    }

    /// The sentence about a field of a row, by the name that the list has for it, with what it holds.
    pub fn sentence<C: Meaning>(&self, mapping: &Mapping<C>, record: &StringRecord, field: &str, sentence: &str) -> String {
        let title = mapping.title(field, &self.columns);
        let at = self.columns.iter().position(|column| column == title);
        let cell = at.and_then(|at| record.get(at)).unwrap_or("").trim();
        let sentence = sentence.trim_end_matches('.');
        match cell.chars().count() {
            0 => format!("{title}: {sentence}."),
            1..=80 => format!("{title}: {sentence}. The list has “{cell}”."),
            _ => format!("{title}: {sentence}. The list has “{}…”.", cell.chars().take(80).collect::<String>()),
        }
    }

    fn records(&self) -> impl Iterator<Item = Result<StringRecord, csv::Error>> {
        let mut reader = csv::ReaderBuilder::new();
        reader.has_headers(false).flexible(true).delimiter(self.delimiter as u8);
        let records = reader.from_reader(self.text.as_bytes()).into_records().enumerate();
        records.filter(|(at, record)| !is_separator_line(*at, record)).map(|(_, record)| record)
    }

    fn row_of(&self, mapping: &Mapping, record: StringRecord, codes: &HashMap<String, u64>) -> Result<ListRow, Refused> {
        let line = record.position().map_or(0, csv::Position::line);
        if self.is_too_wide(&record) {
            return Err(Refused { line, sentence: TOO_WIDE.into(), record });
        }
        let cell = |column: Column| mapping.place(column).and_then(|at| record.get(at)).unwrap_or("").trim();
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
        let cost_centre = Some(cell(Column::CostCentre)).filter(|name| !name.is_empty()).map(str::to_owned);
        let told = |field: &str, sentence: &str| self.sentence(mapping, &record, field, sentence);
        let mut sentences: Vec<String> = form.check().0.into_iter().map(|(field, sentence)| told(&field, &sentence)).collect();
        if form.code.chars().count() > LONGEST_CODE {
            sentences.push(told("code", "Use 60 characters or less"));
        }
        if form.name.chars().count() > LONGEST_NAME {
            sentences.push(told("name", "Use 200 characters or less"));
        }
        if let Some(first) = codes.get(&code_key(&form.code)).filter(|_| !form.code.is_empty()) {
            sentences.push(told("code", &format!("The same code stands in line {first}. Keep one of the two lines")));
        }
        match sentences.is_empty() {
            true => Ok(ListRow { line, form, cost_centre, record }),
            false => Err(Refused { line, sentence: sentences.join(" "), record }),
        }
    }
}

fn title(at: usize, name: &str) -> String {
    match name.trim() {
        "" => format!("Column {}", at + 1),
        name => name.to_owned(),
    }
}

fn is_blank(record: &StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

/// `sep=;` is a spreadsheet's note to itself, not a header.
fn is_separator_line(at: usize, record: &Result<StringRecord, csv::Error>) -> bool {
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
