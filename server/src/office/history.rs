//! A client's correspondence: the page, its count and filters, and what is filed by hand.
//!
//! Must never: file a letter that the one who asks may not read, or to a client he or she may not open.

use super::letters::{page_of, read_cursor};
use super::{Office, Principal, trouble::problem_of};
use model::{
    ClientId, Decision, Filing, FilingForm, FilingView, HistoryFilter, HistoryHead, HistoryRow, MessageId, Page, Permission, Problem,
    SavedFilter,
};
use postroom_store::NewFiling;

/// Letters counted; what is beyond is "more than".
const MOST_COUNTED: i64 = 50_000;
/// Clients offered to file a letter to.
const OFFERED: i64 = 12;
/// Characters of a saved filter's name and of its address.
const NAME_CHARACTERS: usize = 60;
const QUERY_CHARACTERS: usize = 500;
/// Filters one person may keep.
const FILTERS: usize = 30;

impl Office {
    /// A client's correspondence, letter by letter, newest first (FP-06, FP-07).
    pub async fn history(
        &self,
        who: &Principal,
        client: ClientId,
        filter: &HistoryFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<HistoryRow>, Problem> {
        let scope = who.scope()?;
        let before = read_cursor(cursor)?;
        let rows = self.store.history(scope, client, filter, before, limit + 1).await.map_err(problem_of)?;
        Ok(page_of(rows, limit))
    }

    /// What stands above a history: how many letters, and what to filter by.
    pub async fn history_head(&self, who: &Principal, client: ClientId, filter: &HistoryFilter) -> Result<HistoryHead, Problem> {
        let scope = who.scope()?;
        self.write_marks(filter).await?;
        let (conversations, letters, more) = if filter.by_conversation {
            let (conversations, letters, more) = self.store.conversation_count(scope, client, filter).await.map_err(problem_of)?;
            (Some(conversations), letters, more)
        } else {
            let (letters, more) = self.store.history_count(scope, client, filter, MOST_COUNTED).await.map_err(problem_of)?;
            (None, letters, more)
        };
        let (filed, kept_off) = self.store.filing_counts(client).await.map_err(problem_of)?;
        let accounts = self.store.named_accounts(scope).await.map_err(problem_of)?;
        let saved = match who.user() {
            Some(user) => self.store.saved_filters(user).await.map_err(problem_of)?,
            None => Vec::new(),
        };
        Ok(HistoryHead { letters, more, conversations, accounts, filed, kept_off, saved })
    }

    /// What the page for filing a letter by hand shows. A letter that is not the viewer's to open any more is shown only if a decision
    /// about a client in scope is what hides it, and then only that decision.
    pub async fn filing(&self, who: &Principal, id: MessageId, client: Option<ClientId>, words: &str) -> Result<FilingView, Problem> {
        who.need(Permission::ClientsEdit)?;
        let scope = who.scope()?;
        let decisions = self.store.filings_of(scope, id).await.map_err(problem_of)?;
        let letter = if self.store.may_see(scope, id).await.map_err(problem_of)? {
            self.store.letter_rows(&[id]).await.map_err(problem_of)?.pop()
        } else {
            None
        };
        if letter.is_none() && decisions.is_empty() {
            return Err(Problem::NotFound);
        }
        let client = match client {
            Some(client) => Some(self.store.client(scope, client).await.map_err(problem_of)?),
            None => None,
        };
        let suggested = if letter.is_some() && client.is_none() { self.quoted_clients(who, id, &decisions).await? } else { Vec::new() };
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let found =
            if words.is_empty() { Vec::new() } else { self.store.clients(scope, &words, None, OFFERED).await.map_err(problem_of)? };
        Ok(FilingView { letter, client, found, decisions, suggested })
    }

    /// Clients in scope who wrote what a forwarded letter quotes, and are not in its headers (P30).
    async fn quoted_clients(
        &self,
        who: &Principal,
        id: MessageId,
        decisions: &[(ClientId, String, Filing)],
    ) -> Result<Vec<(ClientId, String, String)>, Problem> {
        let scope = who.scope()?;
        let raw = self.raw(who, id).await?;
        let read = tokio::task::spawn_blocking(move || postroom_mail::read(&raw).letter);
        let Ok(letter) = read.await.map_err(|error| super::trouble::unexpected(&error))? else { return Ok(Vec::new()) };
        let mut suggested: Vec<(ClientId, String, String)> = Vec::new();
        for address in postroom_mail::forwarded::quoted_senders(&letter.subject, &letter.text) {
            if letter.people.iter().any(|(_, mailbox)| mailbox.address == address) {
                continue;
            }
            for card in self.store.clients(scope, std::slice::from_ref(&address), None, OFFERED).await.map_err(problem_of)? {
                let known =
                    suggested.iter().any(|(client, _, _)| *client == card.id) || decisions.iter().any(|(client, _, _)| *client == card.id);
                if !known && card.addresses.iter().any(|entry| entry.address == address) {
                    suggested.push((card.id, card.name, address.clone()));
                }
            }
        }
        Ok(suggested)
    }

    /// Files a letter to a client by hand, or keeps it off.
    pub async fn file_letter(&self, who: &Principal, form: &FilingForm) -> Result<ClientId, Problem> {
        who.need(Permission::ClientsEdit)?;
        let errors = form.check();
        let Some(client) = form.client.filter(|_| errors.0.is_empty()) else { return Err(Problem::Invalid(errors)) };
        let reason = postroom_mail::clean::line(form.reason.trim());
        let (action, words) = match form.decision {
            Decision::Belongs => ("letter.filed", "Filed to"),
            Decision::KeepOff => ("letter.kept_off", "Kept off"),
        };
        let event = self.event(who, action, format!("letter:{}", form.letter), format!("{words} client {client}: {reason}"));
        let filing = NewFiling { client, letter: form.letter, decision: form.decision, by: who.user(), reason };
        self.store.file_letter(who.scope()?, &filing, &event).await.map_err(problem_of)?;
        Ok(client)
    }

    /// Takes such a decision back: the addresses decide again.
    pub async fn undo_filing(&self, who: &Principal, client: ClientId, letter: MessageId) -> Result<(), Problem> {
        who.need(Permission::ClientsEdit)?;
        let event = self.event(who, "filing.undone", format!("letter:{letter}"), format!("Client {client}"));
        self.store.undo_filing(who.scope()?, client, letter, &event).await.map_err(problem_of)
    }

    /// Keeps the filters of a history under a name; the same name again means these.
    pub async fn save_filter(&self, who: &Principal, name: &str, query: &str) -> Result<(), Problem> {
        let user = who.user().ok_or(Problem::SignIn)?;
        let name = postroom_mail::clean::line(name.trim());
        if name.is_empty() {
            return Err(Problem::field("filter-name", "Give the filter a name"));
        }
        if name.chars().count() > NAME_CHARACTERS {
            return Err(Problem::field("filter-name", "Use 60 characters or fewer"));
        }
        let plain = query.bytes().all(|b| (0x21..0x7f).contains(&b) && !matches!(b, b'#' | b'?' | b'"' | b'<' | b'>'));
        if query.is_empty() || query.len() > QUERY_CHARACTERS || !plain {
            return Err(Problem::field("filter-name", "Choose some filters first"));
        }
        let kept = self.store.saved_filters(user).await.map_err(problem_of)?;
        if kept.len() >= FILTERS && !kept.iter().any(|filter| filter.name == name) {
            return Err(Problem::field("filter-name", "You have 30 saved filters. Delete one first"));
        }
        let event = self.event(who, "filter.saved", "", name.as_str());
        self.store.save_filter(user, &SavedFilter { id: 0, name: name.clone(), query: query.to_owned() }, &event).await.map_err(problem_of)
    }

    /// Deletes one of one's own saved filters.
    pub async fn drop_filter(&self, who: &Principal, id: i64) -> Result<(), Problem> {
        let user = who.user().ok_or(Problem::SignIn)?;
        let event = self.event(who, "filter.deleted", "", "");
        self.store.drop_filter(user, id, &event).await.map_err(problem_of)
    }
}
