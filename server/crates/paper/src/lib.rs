//! Sheets of paper: what an office prints, sends along or files, as a tagged PDF.
//!
//! Texts of letters reach the page as data, never as markup: nothing that a stranger wrote is ever read as an instruction. Must never:
//! read a file that a sheet names (there is none), reach the network, or ask for the time.

mod faces;
mod world;

use serde::Serialize;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};

/// A sheet: facts, tables, letters in full, in this order.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Sheet {
    /// What it is about: heading, title of the document.
    pub title: String,
    /// Whose it is: the office's name, at the foot of each page.
    pub office: String,
    /// A line below the heading.
    pub subtitle: String,
    /// Notes of a line each: filters, the moment it was made, what was left out.
    pub notes: Vec<String>,
    /// Names and values.
    pub facts: Vec<(String, String)>,
    /// Tables, one after the other.
    pub tables: Vec<Table>,
    /// Letters in full.
    pub letters: Vec<Letter>,
}

/// A table; its head is repeated on each page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Table {
    /// Heading above it.
    pub heading: String,
    /// Heads of its columns.
    pub columns: Vec<String>,
    /// How wide each column is, in parts of the page's width; as many as there are columns.
    pub widths: Vec<u32>,
    /// Rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// A letter in full.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Letter {
    /// Its subject, as a heading.
    pub subject: String,
    /// Names and values: when, from, to, files.
    pub facts: Vec<(String, String)>,
    /// Its words.
    pub text: String,
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// A row has more or fewer cells than its table has columns.
    #[error("table “{0}” has rows that do not fit its columns")]
    Uneven(String),
    /// The sheet could not be set; a fault of the template or of the library.
    #[error("the sheet could not be set: {0}")]
    NotSet(String),
}

/// Sets the sheet and writes it as a tagged PDF. `at` is the moment that stands in the document, UTC, ms.
/// Heavy (a second for some hundred letters): not for a thread that serves others.
///
/// # Errors
/// See [`PaperError`].
pub fn pdf(sheet: &Sheet, at: i64) -> Result<Vec<u8>, PaperError> {
    if let Some(table) = sheet.tables.iter().find(|table| !fits(table)) {
        return Err(PaperError::Uneven(table.heading.clone()));
    }
    let data = serde_json::to_string(sheet).map_err(|error| PaperError::NotSet(error.to_string()))?;
    let result = set(&world::Press::new(data), at);
    // What the library keeps for a next run of the same sheet is of no use here.
    typst::comemo::evict(0);
    result
}

fn fits(table: &Table) -> bool {
    let columns = table.columns.len();
    columns > 0 && table.widths.len() == columns && table.rows.iter().all(|row| row.len() == columns)
}

fn set(press: &world::Press, at: i64) -> Result<Vec<u8>, PaperError> {
    let words = |errors: Vec<String>| PaperError::NotSet(errors.join("; "));
    let document = typst::compile::<PagedDocument>(press)
        .output
        .map_err(|errors| words(errors.iter().map(|error| error.message.to_string()).collect()))?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("Postroom".to_owned())),
        timestamp: world::moment(at).map(Timestamp::new_utc),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| words(errors.iter().map(|error| error.message.to_string()).collect()))
}
