//! A client on paper: details, accounts that hold letters, the list of letters, and the newest of them in full, as a PDF (FC-24).
//!
//! Must never: print a letter that the one who asks may not open, or let a summary leave unrecorded.

use super::{
    Office, Principal, days,
    trouble::{problem_of, unexpected},
};
use jiff::tz::TimeZone;
use model::{ClientCard, ClientId, Direction, HistoryFilter, HistoryRow, HistorySheet, Mailbox, Permission, Person, Problem};
use postroom_paper::{Letter, Sheet, Table};
use std::collections::HashMap;

/// Letters printed in full at most; of more the newest.
pub const IN_FULL: usize = 200;
/// Characters of one letter that are printed; the rest is named, not hidden.
const LETTER_CHARACTERS: usize = 30_000;
/// Recipients named in a line of the list.
const NAMED: usize = 3;

/// A summary, ready to be sent or saved.
pub struct Summary {
    /// A name for the file.
    pub name: String,
    /// The PDF.
    pub pdf: Vec<u8>,
}

impl Office {
    /// A client's summary with the filters of the history. `in_full` adds the letters' words.
    ///
    /// # Errors
    /// Without the permission to take letters away; of a client out of scope as if there were none.
    pub async fn client_summary(
        &self,
        who: &Principal,
        client: ClientId,
        filter: &HistoryFilter,
        in_full: bool,
    ) -> Result<Summary, Problem> {
        who.need(Permission::LettersExport)?;
        let (card, _) = self.client(who, client).await?;
        let history = self.history_sheet(who, client, filter).await?;
        let zone = self.time_zone();
        let texts = if in_full { self.texts_of(&history).await? } else { HashMap::new() };
        let accounts = self.history_head(who, client, filter).await?.accounts.into_iter().map(|(_, name)| name).collect();
        let (at, name) = (history.at, format!("{}.pdf", file_name(&card)));
        let sheet = Words { zone: &zone }.sheet(&card, accounts, &history, &texts, in_full);
        let pdf = tokio::task::spawn_blocking(move || postroom_paper::pdf(&sheet, at))
            .await
            .map_err(|error| unexpected(&error))?
            .map_err(|error| unexpected(&error))?;
        let detail = if in_full { format!("{} letters in full", texts.len()) } else { "The list of letters".to_owned() };
        self.record(who, "client.summary_printed", format!("client:{client}"), detail).await?;
        Ok(Summary { name, pdf })
    }

    /// Words of the newest letters of a sheet, by letter.
    async fn texts_of(&self, history: &HistorySheet) -> Result<HashMap<i64, String>, Problem> {
        let open: Vec<_> = history.lines.iter().filter(|(row, _)| !row.hidden).take(IN_FULL).map(|(row, _)| row.id).collect();
        let texts = self.store.texts(&open).await.map_err(problem_of)?;
        Ok(texts.into_iter().map(|text| (text.id.0, text.body)).collect())
    }
}

/// How moments are written.
struct Words<'z> {
    zone: &'z TimeZone,
}

impl Words<'_> {
    fn sheet(
        &self,
        card: &ClientCard,
        accounts: Vec<String>,
        history: &HistorySheet,
        texts: &HashMap<i64, String>,
        in_full: bool,
    ) -> Sheet {
        let open: Vec<&(HistoryRow, Vec<String>)> = history.lines.iter().filter(|(row, _)| !row.hidden).collect();
        let mut notes = vec![format!("As at {}.", days::written(history.at, self.zone))];
        if history.cut {
            notes.push(format!("The newest {} letters are listed: a sheet holds no more.", history.lines.len()));
        }
        if in_full && open.len() > texts.len() {
            notes.push(format!("The newest {} letters are printed in full.", texts.len()));
        }
        if open.len() < history.lines.len() {
            notes.push(format!("{} more are not for the one who made this sheet to open.", history.lines.len() - open.len()));
        }
        let mut facts = vec![("Code".to_owned(), card.code.clone())];
        facts.extend(card.cost_centre.clone().map(|centre| ("Cost centre".to_owned(), centre)));
        facts.extend(card.addresses.iter().map(|address| {
            let whose = if address.person == Person::Myself { "Address" } else { "Partner's address" };
            (whose.to_owned(), address.address.clone())
        }));
        if !accounts.is_empty() {
            facts.push(("Accounts".to_owned(), accounts.join(", ")));
        }
        let letters = Table {
            heading: "Letters".into(),
            columns: ["When", "Way", "From", "To", "Subject and files"].map(str::to_owned).to_vec(),
            widths: vec![5, 3, 6, 6, 10],
            rows: open.iter().map(|(row, files)| self.line(row, files)).collect(),
        };
        let in_full = open.iter().filter_map(|(row, files)| Some(self.letter(row, files, texts.get(&row.id.0)?))).collect();
        Sheet {
            title: card.name.clone(),
            office: "Postroom".into(),
            subtitle: String::new(),
            notes,
            facts,
            tables: vec![letters],
            letters: in_full,
        }
    }

    fn line(&self, row: &HistoryRow, files: &[String]) -> Vec<String> {
        let way = if row.direction == Direction::Sent { "sent" } else { "received" };
        let mut to: Vec<String> = row.to.iter().take(NAMED).map(short).collect();
        if row.to.len() > NAMED {
            to.push(format!("and {} more", row.to.len() - NAMED));
        }
        let mut subject = subject_of(row);
        if !files.is_empty() {
            subject.push_str(&format!(" ({})", files.join(", ")));
        }
        vec![days::written(row.date, self.zone), way.to_owned(), short(&row.from), to.join(", "), subject]
    }

    fn letter(&self, row: &HistoryRow, files: &[String], text: &str) -> Letter {
        let mut facts = vec![
            ("Date".to_owned(), days::written(row.date, self.zone)),
            ("From".to_owned(), whole(&row.from)),
            ("To".to_owned(), row.to.iter().map(whole).collect::<Vec<_>>().join(", ")),
        ];
        if !files.is_empty() {
            facts.push(("Files".to_owned(), files.join(", ")));
        }
        Letter { subject: subject_of(row), facts, text: shortened(text) }
    }
}

fn subject_of(row: &HistoryRow) -> String {
    if row.subject.trim().is_empty() { "(no subject)".to_owned() } else { row.subject.clone() }
}

fn short(mailbox: &Mailbox) -> String {
    if mailbox.name.is_empty() { mailbox.address.clone() } else { mailbox.name.clone() }
}

fn whole(mailbox: &Mailbox) -> String {
    if mailbox.name.is_empty() { mailbox.address.clone() } else { format!("{} <{}>", mailbox.name, mailbox.address) }
}

/// A letter's words as far as they are printed.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(LETTER_CHARACTERS) {
        Some((end, _)) => {
            let left = text[end..].chars().count();
            format!("{}\n\n[{left} more characters stand in Postroom]", &text[..end])
        }
        None => text.to_owned(),
    }
}

/// Letters and digits of a client's code; nothing that a file system or a header could take amiss.
fn file_name(card: &ClientCard) -> String {
    let plain: String = card.code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    format!("summary-{}", if plain.is_empty() { card.id.to_string() } else { plain })
}
