//! What the command palette finds, and what a person chose for his or her own pages.
//!
//! Must never: find what a list or a search of the same viewer would not show.

use super::search::Asked;
use super::{Office, Principal, trouble::problem_of};
use model::{AccountHealth, ContactFilter, PALETTE_LEAST, PaletteFind, Problem};

/// Of each kind.
const SOME: usize = 5;
/// Longest text looked at, in characters.
const LONGEST: usize = 100;

impl Office {
    /// Clients, contacts, accounts and letters that have the words; a few of each.
    pub async fn find(&self, who: &Principal, words: &str) -> Result<Vec<PaletteFind>, Problem> {
        let scope = who.scope()?;
        let words: String = words.trim().chars().take(LONGEST).collect();
        if words.chars().count() < PALETTE_LEAST {
            return Ok(Vec::new());
        }
        let parts: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let clients = self.store.clients(scope, &parts, None, SOME as i64).await.map_err(problem_of)?;
        let mut found: Vec<PaletteFind> =
            clients.into_iter().map(|client| PaletteFind::Client { id: client.id, name: client.name, code: client.code }).collect();
        let agents = ContactFilter { words: parts.clone(), ..ContactFilter::default() };
        let contacts = self.store.contacts(scope, &agents, None, SOME as i64).await.map_err(problem_of)?;
        found.extend(contacts.into_iter().map(|contact| PaletteFind::Contact {
            id: contact.id,
            detail: contact.line(),
            name: contact.name,
        }));
        let has = |text: &str| parts.iter().all(|part| text.to_lowercase().contains(part.as_str()));
        let accounts = self.accounts(who).await?;
        found.extend(accounts.into_iter().filter(|account| has(&format!("{} {}", account.name, account.address))).take(SOME).map(
            |account| PaletteFind::Account {
                id: account.id,
                name: account.name,
                collects: matches!(account.health, AccountHealth::UpToDate | AccountHealth::Failed | AccountHealth::Waiting),
            },
        ));
        let letters = self.search(who, Asked { words: &words, typing: true, ..Asked::default() }, SOME).await?;
        found.extend(letters.page.rows.into_iter().map(|row| {
            let from = if row.from.name.is_empty() { row.from.address } else { row.from.name };
            PaletteFind::Letter { id: row.id, subject: row.subject, from }
        }));
        Ok(found)
    }

    /// Turns the shortcuts of the person on or off (WCAG 2.1.4).
    pub async fn set_shortcuts(&self, who: &Principal, on: bool) -> Result<(), Problem> {
        let user = who.user().ok_or(Problem::SignIn)?;
        let value = if on { "on" } else { "off" };
        let event = self.event(who, "user.choice", format!("user:{user}"), format!("Shortcuts {value}"));
        self.store.set_choice(user, "shortcuts", value, &event).await.map_err(problem_of)
    }
}
