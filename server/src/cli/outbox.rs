//! `postroom outbox`: letters on their way out.

use super::{Out, office, out};
use crate::office::Principal;
use crate::settings::Shared;
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use model::{OutboxFilter, OutboxLetter, OutboxRow};
use std::process::ExitCode;

/// Letters on their way out
#[derive(Subcommand, Debug)]
pub enum OutboxCommand {
    /// Letters, newest first
    List(List),
    /// One letter, its recipients and attempts, with the servers' words
    Show(Show),
    /// Say what became of an uncertain letter
    Settle(Settle),
    /// Hand over what is due now, also while no server runs
    Send,
}

/// Letters, newest first
#[derive(Args, Debug)]
pub struct List {
    /// Only these: attention, leaving, sent, bounced, unanswered, withdrawn
    #[arg(long, default_value = "")]
    only: String,
    /// Only letters before this number
    #[arg(long)]
    before: Option<i64>,
    #[command(flatten)]
    out: Out,
}

/// One letter
#[derive(Args, Debug)]
pub struct Show {
    /// Its number
    id: i64,
    #[command(flatten)]
    out: Out,
}

/// Say what became of a letter
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct What {
    /// It arrived: it is in the histories from now on
    #[arg(long)]
    arrived: bool,
    /// It did not arrive, and is not to be sent again
    #[arg(long)]
    given_up: bool,
    /// Send it again, under the Message-ID it has
    #[arg(long)]
    again: bool,
    /// Take it back, if it has not begun to leave
    #[arg(long)]
    take_back: bool,
}

/// Say what became of an uncertain letter
#[derive(Args, Debug)]
pub struct Settle {
    /// Its number
    id: i64,
    #[command(flatten)]
    what: What,
}

impl OutboxCommand {
    /// Carries it out.
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        let who = Principal::Console;
        match self {
            Self::List(list) => {
                let Some(filter) = OutboxFilter::parse(&list.only) else {
                    bail!("--only takes attention, leaving, sent, bounced, unanswered or withdrawn")
                };
                for row in office.outbox(&who, filter, list.before).await?.rows {
                    list.out.row(&row, || line(&row))?;
                }
            }
            Self::Show(show) => {
                let letter = office.outbox_letter(&who, show.id).await?;
                show.out.row(&letter, || told(&letter))?;
            }
            Self::Send => {
                let attempts = office.engine.send_due().await?;
                let page = office.outbox(&who, OutboxFilter::Attention, None).await?;
                out::say(&format!("{attempts} attempts; {} uncertain, {} waiting for four hours or more", page.uncertain, page.late))?;
            }
            Self::Settle(settle) => {
                let (id, what) = (settle.id, &settle.what);
                if what.again {
                    office.send_again(&who, id).await?;
                } else if what.take_back {
                    office.take_back(&who, id).await?;
                } else {
                    office.settle_outgoing(&who, id, what.arrived).await?;
                }
                out::say(&line(&office.outbox_letter(&who, id).await?.row))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn line(row: &OutboxRow) -> String {
    let mut words = vec![row.state.words().to_owned()];
    words.extend(row.seen_in_sent_at.map(|_| "copy seen".to_owned()));
    words.extend(row.bounced_at.map(|_| "came back".to_owned()));
    words.extend(row.answered_at.map(|_| "answered".to_owned()));
    words.extend((!row.stopped.is_empty() && !row.state.is_settled()).then(|| "its account is stopped".to_owned()));
    let to = row.recipients.join(", ");
    format!("{:>6}  {}  {}  {}  to {to}: {}", row.id, out::moment(Some(row.queued_at), ""), words.join(", "), row.account_name, row.subject)
}

fn told(letter: &OutboxLetter) -> String {
    let row = &letter.row;
    let mut lines = vec![line(row), format!("        <{}>, {} octets, by {}", letter.message_id, letter.size, letter.principal)];
    lines.extend([&row.reason, &letter.trace].into_iter().filter(|text| !text.is_empty()).map(|text| format!("        {text}")));
    for one in &letter.recipients {
        lines.push(format!("        {} {}: {} {}", one.role.as_str(), one.address, one.state.words(), one.reply));
    }
    for one in &letter.attempts {
        lines.push(format!("        {}. {}  {} at {}: {}", one.number, out::moment(Some(one.at), ""), one.outcome, one.stage, one.reply));
    }
    lines.join("\n")
}
