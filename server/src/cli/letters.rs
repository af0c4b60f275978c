//! `postroom history`, `search` and `message`

use super::{Out, office, out};
use crate::office::Principal;
use crate::office::days::{end_of, rfc3339};
use crate::office::search::Asked;
use crate::settings::Shared;
use anyhow::{Context, Result};
use clap::Args;
use model::{Direction, HistoryFilter, HistoryRow, LetterView, Mailbox, Matches, MessageId, SearchOrder, Why};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Rows when no limit is given.
const ROWS: usize = 50;

/// A client's correspondence, newest first
#[derive(Args, Debug)]
pub struct History {
    /// The client's code, or its id
    client: String,
    /// At most so many letters
    #[arg(long, default_value_t = ROWS)]
    limit: usize,
    /// Only letters older than the one with this cursor (each row of --json has one)
    #[arg(long, value_name = "CURSOR", allow_hyphen_values = true)]
    before: Option<String>,
    /// With the addresses and decisions that stood at the end of this day (2026-03-31)
    #[arg(long, value_name = "DATE")]
    as_at: Option<String>,
    #[command(flatten)]
    out: Out,
}

/// Find letters
#[derive(Args, Debug)]
#[command(
    after_help = "QUERY: words, \"a phrase\", begin*, -without, from: to: subject: client: filename: in: (folder or account) is:sent has:attachment before:2026-01-31 after:2025-12"
)]
pub struct Search {
    /// What to look for
    query: String,
    /// At most so many letters
    #[arg(long, default_value_t = ROWS)]
    limit: usize,
    /// Best first, among the newest 500; else newest first
    #[arg(long)]
    best: bool,
    #[command(flatten)]
    out: Out,
}

/// One letter
#[derive(Args, Debug)]
pub struct Message {
    /// Its id, as in a history
    id: MessageId,
    /// The letter's bytes exactly as they came
    #[arg(long)]
    raw: bool,
    #[command(flatten)]
    out: Out,
}

impl History {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        let client = office.client_named(&Principal::Console, &self.client).await?;
        let as_at = match &self.as_at {
            Some(day) => {
                Some(end_of(day, &office.time_zone()).with_context(|| format!("--as-at: “{day}” is no day; write it like 2026-03-31"))?)
            }
            None => None,
        };
        let filter = HistoryFilter { as_at, ..HistoryFilter::default() };
        let page = office.history(&Principal::Console, client.id, &filter, self.before.as_deref(), self.limit).await?;
        for row in &page.rows {
            print(self.out, row)?;
        }
        if let (Some(next), false) = (page.next, self.out.json) {
            let as_at = self.as_at.map(|day| format!(" --as-at {day}")).unwrap_or_default();
            eprintln!("More: postroom history {}{as_at} --before {next}", self.client);
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Search {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        let order = if self.best { SearchOrder::Best } else { SearchOrder::Newest };
        let asked = Asked { words: &self.query, order, ..Asked::default() };
        let found = office.search(&Principal::Console, asked, self.limit).await?;
        for remark in &found.remarks {
            eprintln!("{remark}");
        }
        if found.behind > 0 {
            eprintln!("{} letters are stored but not searchable yet", found.behind);
        }
        for row in &found.page.rows {
            print(self.out, row)?;
        }
        match found.matches {
            Some(Matches::MoreThan(n)) => eprintln!("More than {n} letters found"),
            Some(Matches::Exactly(n)) if n > found.page.rows.len() as i64 => eprintln!("{n} letters found"),
            Some(Matches::Exactly(0)) => eprintln!("Nothing found"),
            _ => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Message {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        if self.raw {
            out::say_octets(&office.export_letter(&Principal::Console, self.id).await?)?;
        } else {
            let letter = office.letter(&Principal::Console, self.id).await?;
            let text = office.letter_text(&Principal::Console, self.id).await?;
            self.out.row(&letter, || told(&letter, &text))?;
        }
        office.write_views().await?;
        Ok(ExitCode::SUCCESS)
    }
}

fn print(out: Out, row: &HistoryRow) -> Result<()> {
    out.row(&as_json(row), || {
        let (arrow, other) = match row.direction {
            Direction::Received => ("←", mailbox(&row.from)),
            Direction::Sent => ("→", row.to.iter().map(mailbox).collect::<Vec<_>>().join(", ")),
        };
        format!("{}\t{}\t{arrow} {other}\t{}", row.id, rfc3339(row.date), row.subject)
    })
}

/// The contract for scripts.
fn as_json(row: &HistoryRow) -> Value {
    json!({
        "id": row.id,
        "date": rfc3339(row.date),
        "direction": row.direction,
        "from": row.from.address,
        "from_name": row.from.name,
        "to": row.to.iter().map(|mailbox| mailbox.address.as_str()).collect::<Vec<_>>(),
        "subject": row.subject,
        "why": row.why.iter().map(why).collect::<Vec<_>>(),
        "sightings": row.sightings,
        "variants": row.variants,
        "attachments": row.attachments,
        "cursor": format!("{}.{}", row.date, row.id),
    })
}

fn why(why: &Why) -> Value {
    json!({ "role": why.role, "address": why.address, "person": why.person, "slot": why.slot, "by_hand": why.by_hand })
}

fn mailbox(mailbox: &Mailbox) -> String {
    if mailbox.name.is_empty() { mailbox.address.clone() } else { format!("{} <{}>", mailbox.name, mailbox.address) }
}

fn told(letter: &LetterView, text: &str) -> String {
    let mut lines = vec![format!("Date: {}", rfc3339(letter.date))];
    lines.extend(letter.people.iter().map(|(role, person)| format!("{}: {}", role.label(), mailbox(person))));
    lines.push(format!("Subject: {}", letter.subject));
    lines.extend(letter.attachments.iter().map(|file| format!("File: {} ({} octets)", file.name, file.size)));
    lines.extend(letter.sightings.iter().map(|place| format!("Seen in: {} / {}", place.account, place.folder)));
    lines.extend(letter.unreadable.iter().map(|why| format!("Unreadable: {why}")));
    lines.extend(letter.remarks.iter().map(|remark| format!("Remark: {remark}")));
    format!("{}\n\n{text}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AddressRole, Person};

    #[test]
    fn a_history_row_keeps_its_contract_with_scripts() {
        let row = HistoryRow {
            id: MessageId(7),
            date: 1_700_000_000_000,
            date_looks_wrong: false,
            direction: Direction::Received,
            from: Mailbox { name: "Ada".into(), address: "ada@example.com".into() },
            to: vec![Mailbox { name: String::new(), address: "office@example.com".into() }],
            subject: "Hello".into(),
            preview: String::new(),
            attachments: 0,
            why: vec![Why {
                role: Some(AddressRole::ReplyTo),
                address: "ada@example.com".into(),
                person: Some(Person::Myself),
                slot: Some(2),
                by_hand: None,
            }],
            filing: None,
            hidden: false,
            sightings: 2,
            variants: 0,
            unread: false,
            snippet: String::new(),
            folded: vec![],
            conversation: None,
            quoted: vec![],
            clients: vec![],
        };
        let json = as_json(&row);
        assert_eq!(json["id"], 7);
        assert_eq!(json["date"], "2023-11-14T22:13:20Z");
        assert_eq!(json["direction"], "received");
        assert_eq!(json["to"], json!(["office@example.com"]));
        assert_eq!(
            json["why"][0],
            json!({ "role": "reply-to", "address": "ada@example.com", "person": "self", "slot": 2, "by_hand": null })
        );
        assert_eq!(json["sightings"], 2);
    }
}
