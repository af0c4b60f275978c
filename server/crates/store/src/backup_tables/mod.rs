//! What a backup holds: every table with its columns, in the order in which they can be filled.
//!
//! To add a table: its line in the part it belongs to, after those it points to; the test of the schema names what is missing.

mod accounts;
mod imports;
mod letters;
mod outgoing;
mod people;
mod planned;
mod services;

/// A column: `i` whole number, `t` text, `b` octets.
pub(crate) type Column = (&'static str, char);

/// A table and its columns.
pub(crate) type Table = (&'static str, &'static [Column]);

/// The parts in the order in which they can be filled: what points to a table stands in a later part, or further down in the same one.
const PARTS: &[&[Table]] =
    &[people::TABLES, accounts::TABLES, letters::TABLES, outgoing::TABLES, imports::TABLES, planned::TABLES, services::TABLES];

/// Tables in the order in which they can be filled. The index is not among them: it is made anew from the letters.
pub(crate) fn tables() -> impl Iterator<Item = &'static Table> {
    PARTS.iter().copied().flatten()
}
