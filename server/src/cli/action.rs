//! `postroom action`: letters that are made on a date.

use super::{Out, office, out};
use crate::office::Principal;
use crate::settings::Shared;
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use model::{ActionCard, ActionState, ActionsFilter, DueRow, time_of_day, until_day};
use std::process::ExitCode;

/// Planned letters
#[derive(Subcommand, Debug)]
pub enum ActionCommand {
    /// What is due, coming, failed or done
    List(List),
    /// Do what is due now, also while no server runs; `outbox send` hands it over
    Run,
}

/// What is due, coming, failed or done
#[derive(Args, Debug)]
pub struct List {
    /// Which: due, coming, failed, done
    #[arg(long, default_value = "coming")]
    only: String,
    #[command(flatten)]
    out: Out,
}

impl ActionCommand {
    /// Carries it out.
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        let who = Principal::Console;
        match self {
            Self::List(list) => {
                let Some(filter) = ActionsFilter::parse(&list.only) else { bail!("--only takes due, coming, failed or done") };
                let mut cursor = None;
                loop {
                    let page = office.actions(&who, Some(filter), cursor.as_deref()).await?;
                    for row in &page.rows {
                        list.out.row(row, || day(row))?;
                    }
                    for card in &page.coming {
                        list.out.row(card, || plan(card))?;
                    }
                    cursor = page.next;
                    if cursor.is_none() {
                        break;
                    }
                }
            }
            Self::Run => {
                let letters = office.engine.do_actions(&*office).await?;
                let counts = office.actions(&who, Some(ActionsFilter::Failed), None).await?.counts;
                let of = |filter| counts.iter().find(|(known, _)| *known == filter).map_or(0, |(_, count)| *count);
                out::say(&format!(
                    "{letters} letters handed to the outbox; {} due, {} failed",
                    of(ActionsFilter::Due),
                    of(ActionsFilter::Failed)
                ))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn day(row: &DueRow) -> String {
    let became = row.outbox.map(|(id, state)| format!("letter {id}: {}", state.words())).unwrap_or_default();
    let why = if row.reason.is_empty() { became } else { row.reason.clone() };
    format!("{:>6}  {}  {}  {}: {}  {why}", row.action, row.day, row.state.as_str(), row.party.name, row.text_name)
}

fn plan(card: &ActionCard) -> String {
    let next = card.next.as_ref().map(|(day, _)| day.as_str()).unwrap_or("-");
    let paused = if card.state == ActionState::Paused { ", paused" } else { "" };
    let how = card.every.words().to_lowercase();
    format!(
        "{:>6}  {next} {}  {how}{}, {}{paused}  {}: {}",
        card.id,
        time_of_day(card.minute),
        until_day(card.last_day.as_deref()),
        card.mode.as_str(),
        card.party.name,
        card.text_name
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ActionId, ActionMode, ActionParty, ActionTo, ClientId, Every, UserId};

    // FC-29
    #[test]
    fn a_line_says_when_it_leaves_next_how_often_and_until_when() {
        let card = ActionCard {
            id: ActionId(7),
            party: ActionParty { id: ClientId(1), name: "Jo Hartley".into(), is_contact: false },
            text: None,
            text_name: "Reminder".into(),
            to: ActionTo::Myself,
            mode: ActionMode::Send,
            every: Every::Month,
            first_day: "2026-01-31".into(),
            last_day: Some("2026-12-31".into()),
            minute: 540,
            next: Some(("2026-04-30".into(), 0)),
            state: ActionState::Paused,
            note: String::new(),
            by: (UserId(1), "Ada Bell".into()),
        };
        let line = "     7  2026-04-30 09:00  every month until 2026-12-31, send, paused  Jo Hartley: Reminder";
        assert_eq!(plan(&card), line);
        let open = ActionCard { last_day: None, state: ActionState::Active, ..card };
        assert_eq!(plan(&open), line.replace(" until 2026-12-31", "").replace(", paused", ""));
    }
}
