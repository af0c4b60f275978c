//! What other systems use: tokens of the JSON API, and webhooks.

use crate::{CostCentreId, FieldErrors, TokenId, WebConfigurationId, WebhookId};
use serde::{Deserialize, Serialize};

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ApiScope {
    /// Look at clients.
    ClientsRead,
    /// Add and change clients.
    ClientsWrite,
    /// Read histories and letters.
    LettersRead,
    /// Send letters, and see what became of them.
    LettersSend,
}

impl ApiScope {
    /// All.
    pub const ALL: [Self; 4] = [Self::ClientsRead, Self::ClientsWrite, Self::LettersRead, Self::LettersSend];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientsRead => "clients.read",
            Self::ClientsWrite => "clients.write",
            Self::LettersRead => "letters.read",
            Self::LettersSend => "letters.send",
        }
    }

    /// Reads what [`ApiScope::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// In words, for the one who ticks it.
    pub fn words(self) -> &'static str {
        match self {
            Self::ClientsRead => "Look at clients and their addresses",
            Self::ClientsWrite => "Add and change clients",
            Self::LettersRead => "Read histories and letters",
            Self::LettersSend => "Send letters, and see what became of them",
        }
    }
}

/// A token in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCard {
    /// Id.
    pub id: TokenId,
    /// Unique name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<ApiScope>,
    /// Whose clients; `None` = every client.
    pub cost_centre: Option<CostCentreId>,
    /// What its letters leave through (FC-31).
    pub web: Option<WebConfigurationId>,
    /// When it was made, ms.
    pub created_at: i64,
    /// By whom.
    pub created_by: String,
    /// When it was last used, ms.
    pub used_at: Option<i64>,
    /// When it stops to work, ms.
    pub expires_at: Option<i64>,
    /// When it was taken back, ms.
    pub revoked_at: Option<i64>,
}

impl TokenCard {
    /// Whether it works.
    pub fn works(&self, now: i64) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| now < at)
    }
}

/// A word that is shown once: a token, or the secret of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshWord {
    /// Whose.
    pub name: String,
    /// The word itself.
    pub word: String,
}

/// The page of tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokensView {
    /// Those that work first, then by name.
    pub tokens: Vec<TokenCard>,
    /// Cost centres to choose from.
    pub centres: Vec<(CostCentreId, String)>,
    /// Web configurations to choose from.
    pub webs: Vec<(WebConfigurationId, String)>,
    /// The one just made, until it is put away.
    pub fresh: Option<FreshWord>,
    /// The moment, ms.
    pub at: i64,
}

/// A token to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenForm {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// What it may do.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Whose clients; empty = every client.
    #[serde(default)]
    pub centre: String,
    /// What its letters leave through; empty = the ladder without one.
    #[serde(default)]
    pub web: String,
    /// For how many days it works; empty = until it is taken back.
    #[serde(default)]
    pub days: String,
}

impl TokenForm {
    /// What is ticked.
    pub fn chosen(&self) -> Vec<ApiScope> {
        ApiScope::ALL.into_iter().filter(|scope| self.scopes.iter().any(|typed| typed == scope.as_str())).collect()
    }

    /// The rules.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            errors.add("name", "Enter a name of 60 characters or less");
        }
        if self.chosen().is_empty() {
            errors.add("scopes", "Choose what the token may do");
        }
        let days = self.days.trim();
        if !days.is_empty() && days.parse().ok().is_none_or(|days: i64| !(1..=3650).contains(&days)) {
            errors.add("days", "Enter a number of days from 1 to 3650, or leave it empty");
        }
        errors
    }
}

/// What a webhook is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WebhookEvent {
    /// A letter came into a client's history.
    LetterFiled,
    /// A letter of the outbox was taken by the mail server.
    LetterSent,
    /// A letter that was sent came back.
    LetterBounced,
    /// An account was switched off, or does not send any more.
    AccountAttention,
    /// Somebody pressed *Send a test*.
    Test,
}

impl WebhookEvent {
    /// What can be chosen.
    pub const ALL: [Self; 4] = [Self::LetterFiled, Self::LetterSent, Self::LetterBounced, Self::AccountAttention];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LetterFiled => "letter.filed",
            Self::LetterSent => "letter.sent",
            Self::LetterBounced => "letter.bounced",
            Self::AccountAttention => "account.attention",
            Self::Test => "test",
        }
    }

    /// Reads what [`WebhookEvent::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Test]).find(|event| event.as_str() == text)
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::LetterFiled => "A letter came into a client’s history",
            Self::LetterSent => "A letter was sent",
            Self::LetterBounced => "A letter that was sent came back",
            Self::AccountAttention => "An account needs attention",
            Self::Test => "A test",
        }
    }
}

/// A webhook in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookCard {
    /// Id.
    pub id: WebhookId,
    /// Where it is told.
    pub url: String,
    /// What it is told.
    pub events: Vec<WebhookEvent>,
    /// About whose clients; `None` = about all.
    pub cost_centre: Option<CostCentreId>,
    /// It is told at all.
    pub is_on: bool,
    /// Why it was switched off by itself; empty = it was not.
    pub stopped: String,
    /// When it was made, ms.
    pub created_at: i64,
    /// By whom.
    pub created_by: String,
}

/// What became of telling something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is tried, or will be.
    Waiting,
    /// The other side has it.
    Delivered,
    /// It was tried long enough.
    GivenUp,
}

impl DeliveryState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }

    /// Reads what [`DeliveryState::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::GivenUp].into_iter().find(|state| state.as_str() == text)
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Delivered => "Delivered",
            Self::GivenUp => "Given up",
        }
    }
}

/// One thing told, or to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// Number.
    pub id: i64,
    /// To which webhook.
    pub webhook: WebhookId,
    /// The same for every try.
    pub event_id: String,
    /// What happened.
    pub kind: String,
    /// When, ms.
    pub at: i64,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried next, ms.
    pub next_at: Option<i64>,
    /// Where it is.
    pub state: DeliveryState,
    /// The other side's last status; 0 = there was no answer.
    pub status: i64,
    /// What it, or we, said.
    pub answer: String,
    /// When, ms.
    pub answered_at: Option<i64>,
}

/// The page of webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhooksView {
    /// By number.
    pub hooks: Vec<WebhookCard>,
    /// The newest deliveries.
    pub deliveries: Vec<DeliveryRow>,
    /// Cost centres to choose from.
    pub centres: Vec<(CostCentreId, String)>,
    /// The secret just made, until it is put away.
    pub fresh: Option<FreshWord>,
}

/// A webhook as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookForm {
    /// Where it is told.
    #[serde(default)]
    pub url: String,
    /// What it is told.
    #[serde(default)]
    pub events: Vec<String>,
    /// About whose clients; empty = about all.
    #[serde(default)]
    pub centre: String,
}

impl WebhookForm {
    /// What is ticked.
    pub fn chosen(&self) -> Vec<WebhookEvent> {
        WebhookEvent::ALL.into_iter().filter(|event| self.events.iter().any(|typed| typed == event.as_str())).collect()
    }

    /// The rules that need no network.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        let url = self.url.trim();
        let rest = url.strip_prefix("https://").unwrap_or("");
        let odd = |c: char| c.is_whitespace() || c.is_control() || !c.is_ascii();
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        if host.is_empty() || host.contains('@') || url.len() > 1000 || url.chars().any(odd) || url.contains('#') {
            errors.add("url", "Enter an address that begins with https://, like https://crm.example.com/postroom");
        }
        if self.chosen().is_empty() {
            errors.add("events", "Choose what the other system is told");
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_stored_are_read_again() {
        assert!(ApiScope::ALL.into_iter().all(|scope| ApiScope::parse(scope.as_str()) == Some(scope)));
        assert!(WebhookEvent::ALL.into_iter().all(|event| WebhookEvent::parse(event.as_str()) == Some(event)));
        assert_eq!(WebhookEvent::parse("test"), Some(WebhookEvent::Test));
    }

    #[test]
    fn a_webhook_is_told_over_https_alone() {
        // DESIGN §8: no password or letter goes in clear
        let of = |url: &str| WebhookForm { url: url.into(), events: vec!["letter.sent".into()], centre: String::new() }.check();
        for good in ["https://crm.example", "https://crm.example:8443/a?b=c", " https://crm.example/x "] {
            assert!(of(good).0.is_empty(), "{good}");
        }
        for bad in
            ["", "http://crm.example", "https://", "https:///x", "https://me:word@crm.example", "https://crm.example/\r\nX: y", "ftp://x"]
        {
            assert!(of(bad).of("url").is_some(), "{bad}");
        }
    }
}
