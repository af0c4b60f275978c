//! Who sends, through what: sending sides of accounts, services of cost centres, senders, and addresses that were proven.

use crate::{AccountId, CostCentreId, FieldErrors, SendAsId, ServiceId, UserId, WebConfigurationId, looks_like_address};
use serde::{Deserialize, Serialize};

/// How many fields of its own an office has on each sender (FN-14).
pub const SENDER_FIELDS: usize = 6;

/// A cost centre's use of an account's sending side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Id.
    pub id: ServiceId,
    /// Whose.
    pub cost_centre: CostCentreId,
    /// Name, unique in the cost centre.
    pub name: String,
    /// The account that sends.
    pub account: AccountId,
    /// Letters of the cost centre leave through it unless they say otherwise.
    pub is_default: bool,
}

/// One person uses another account for a service (FC-12, O12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceOverride {
    /// The service.
    pub service: ServiceId,
    /// Who.
    pub user: UserId,
    /// The account used instead.
    pub account: AccountId,
}

/// What a request of another system picks (FC-31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebConfiguration {
    /// Id.
    pub id: WebConfigurationId,
    /// Unique name.
    pub name: String,
    /// Cost centre.
    pub cost_centre: CostCentreId,
    /// Service; `None` = the cost centre's default.
    pub service: Option<ServiceId>,
}

/// Who a person is on his or her letters (FN-10 to FN-16). Never inherited (FC-34).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Address.
    #[serde(default)]
    pub address: String,
    /// Job title, for texts.
    #[serde(default)]
    pub job_title: String,
    /// Telephone, for texts.
    #[serde(default)]
    pub telephone: String,
    /// The office's own six fields.
    #[serde(default)]
    pub fields: [String; SENDER_FIELDS],
    /// E-mail is allowed.
    #[serde(default)]
    pub may_send: bool,
}

impl Sender {
    /// The rules, the same in browser and server.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        let odd = |text: &str, most: usize| text.chars().count() > most || text.chars().any(char::is_control);
        if self.name.trim().is_empty() || odd(&self.name, 120) {
            errors.add("name", "Enter the name that stands on letters, on one line");
        }
        if !looks_like_address(&self.address) {
            errors.add("address", "Enter an e-mail address, like name@example.com");
        }
        if odd(&self.job_title, 120) {
            errors.add("job_title", "The job title must be one line of 120 characters or less");
        }
        if odd(&self.telephone, 60) {
            errors.add("telephone", "The telephone number must be one line of 60 characters or less");
        }
        for (n, field) in self.fields.iter().enumerate() {
            if odd(field, 300) {
                errors.add(&format!("field{}", n + 1), "This must be one line of 300 characters or less");
            }
        }
        errors
    }
}

/// What a proven address is used as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendAsKind {
    /// Answers go there.
    #[default]
    ReplyTo,
    /// Letters come from there.
    From,
}

impl SendAsKind {
    /// As stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReplyTo => "reply_to",
            Self::From => "from",
        }
    }

    /// Reads what [`SendAsKind::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ReplyTo, Self::From].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Whose address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendAsOwner {
    /// A person's.
    User(UserId),
    /// An account's.
    Account(AccountId),
}

/// An address that may be written under or answered to, once it is proven (IT-22 to IT-26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendAs {
    /// Id.
    pub id: SendAsId,
    /// What it is used as.
    pub kind: SendAsKind,
    /// The address, in its one spelling.
    pub address: String,
    /// Whose.
    pub owner: SendAsOwner,
    /// When a code was sent last, ms.
    pub sent_at: Option<i64>,
    /// Until when that code counts, ms; `None` = there is none.
    pub code_until: Option<i64>,
    /// When a right code proved it, ms.
    pub proven_at: Option<i64>,
}

/// An account's sending side, as far as choosing goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendingAccount {
    /// Id.
    pub id: AccountId,
    /// Name of the account.
    pub name: String,
    /// Name on unattended letters.
    pub sender_name: String,
    /// Address on unattended letters, and what the server lets through.
    pub sender_address: String,
    /// It has sent, or a code has proven it (IT-20, IT-21).
    pub proven: bool,
    /// Why nothing is sent through it now; empty = it sends.
    pub stopped: String,
    /// The system e-mail account (TP-08).
    pub is_system: bool,
    /// Whose; `None` = the office's.
    pub owner: Option<UserId>,
}

/// Everything that decides who sends, from one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendingBook {
    /// Cost centres: id and name.
    pub centres: Vec<(CostCentreId, String)>,
    /// People: id and name.
    pub people: Vec<(UserId, String)>,
    /// Sending sides.
    pub accounts: Vec<SendingAccount>,
    /// Services, by name.
    pub services: Vec<Service>,
    /// Overrides.
    pub overrides: Vec<ServiceOverride>,
    /// Web configurations, by name.
    pub webs: Vec<WebConfiguration>,
    /// Senders of people.
    pub senders: Vec<(UserId, Sender)>,
    /// The office's default address (TP-31); empty = the system account's own.
    pub default_email: String,
}

/// Rules of e-mail (TP-31 to TP-35, O27), and what the six fields of senders are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailRules {
    /// The address that the system account writes from when nobody writes; empty = the account's own.
    #[serde(default)]
    pub default_email: String,
    /// The address of the account that sends must be the one in From.
    #[serde(default)]
    pub match_from: bool,
    /// Cc may be used.
    #[serde(default)]
    pub allow_cc: bool,
    /// Bcc may be used.
    #[serde(default)]
    pub allow_bcc: bool,
    /// Word files may be attached.
    #[serde(default)]
    pub allow_docx: bool,
    /// At most so many recipients in To, Cc and Bcc together.
    #[serde(default)]
    pub recipients: i64,
    /// Labels of the six fields; empty = not used.
    #[serde(default)]
    pub labels: [String; SENDER_FIELDS],
}

impl Default for EmailRules {
    fn default() -> Self {
        Self {
            default_email: String::new(),
            match_from: false,
            allow_cc: true,
            allow_bcc: true,
            allow_docx: false,
            recipients: 20,
            labels: std::array::from_fn(|_| String::new()),
        }
    }
}

impl EmailRules {
    /// The rules of the rules, the same in browser and server.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if !self.default_email.trim().is_empty() && !looks_like_address(&self.default_email) {
            errors.add("default_email", "Enter an e-mail address, like office@example.com, or leave it empty");
        }
        if !(1..=500).contains(&self.recipients) {
            errors.add("recipients", "Enter a number from 1 to 500");
        }
        for (n, label) in self.labels.iter().enumerate() {
            if label.chars().count() > 40 || label.chars().any(char::is_control) {
                errors.add(&format!("label{}", n + 1), "A label must be one line of 40 characters or less");
            }
        }
        errors
    }

    /// What the field of this number (from 0) is called on forms.
    pub fn label(&self, n: usize) -> String {
        match self.labels.get(n).map(|label| label.trim()) {
            Some(label) if !label.is_empty() => label.to_owned(),
            _ => format!("Field {}", n + 1),
        }
    }
}

/// A cost centre's services, resolved (FC-34).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicesView {
    /// The cost centre.
    pub centre: CostCentreId,
    /// Its name.
    pub name: String,
    /// Services with what they come to.
    pub services: Vec<ServiceCard>,
    /// Accounts that can be chosen.
    pub accounts: Vec<SendingAccount>,
    /// People of the cost centre.
    pub people: Vec<(UserId, String)>,
    /// What each person's letters leave through, with its origin.
    pub resolved: Vec<ResolvedRow>,
}

/// A service as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCard {
    /// The service.
    pub service: Service,
    /// Name of its account.
    pub account_name: String,
    /// Why it cannot send now; empty = it can.
    pub hindered: String,
    /// Overrides: person, name, account, its name.
    pub overrides: Vec<(UserId, String, AccountId, String)>,
}

/// What somebody's letters leave through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedRow {
    /// Who; `None` = letters that nobody writes.
    pub user: Option<UserId>,
    /// Name.
    pub name: String,
    /// Account.
    pub account: String,
    /// The rung that it comes from.
    pub origin: String,
    /// In whose name.
    pub from: String,
    /// What is missing.
    pub missing: Vec<String>,
}

/// A person's sender, and what still hinders him or her (FN-16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderView {
    /// Who.
    pub user: UserId,
    /// Full name.
    pub user_name: String,
    /// The sender; `None` = not set up.
    pub sender: Option<Sender>,
    /// A proposal for the form: name and address of the person.
    pub proposal: (String, String),
    /// What the six fields are called.
    pub labels: Vec<String>,
    /// What still hinders: a sentence each, a cost centre each.
    pub hindrances: Vec<String>,
    /// What his or her letters leave through, a cost centre each.
    pub through: Vec<ResolvedRow>,
    /// The viewer may change it.
    pub may_change: bool,
    /// The viewer may say whether e-mail is allowed.
    pub may_allow: bool,
}

/// Web configurations and what they can pick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebsView {
    /// Web configurations, each with what it comes to.
    pub webs: Vec<(WebConfiguration, String)>,
    /// Cost centres.
    pub centres: Vec<(CostCentreId, String)>,
    /// Services.
    pub services: Vec<Service>,
}

/// Addresses that the viewer may be written under or answered to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendAsView {
    /// His or her own, and those of accounts that he or she looks after: with whose it is in words.
    pub rows: Vec<(SendAs, String)>,
    /// Accounts that can have addresses: id and name.
    pub accounts: Vec<(AccountId, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    // TP-33 to TP-35, O27
    #[test]
    fn rules_begin_as_the_office_expects() {
        let rules = EmailRules::default();
        assert_eq!((rules.allow_cc, rules.allow_bcc, rules.allow_docx, rules.match_from, rules.recipients), (true, true, false, false, 20));
        assert_eq!((rules.label(0), rules.label(5)), ("Field 1".into(), "Field 6".into()));
        assert!(EmailRules { recipients: 0, ..rules }.check().of("recipients").is_some());
    }
}
