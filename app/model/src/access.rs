//! How people come in: links that work once, the second factor, sessions.

use crate::{CostCentre, CostCentreId, FieldErrors, LinkId, Role, UserCard, UserId, looks_like_address};
use serde::{Deserialize, Serialize};

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkPurpose {
    /// Somebody new comes and chooses name and password.
    Invitation,
    /// Somebody sets a new password.
    Reset,
}

impl LinkPurpose {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// Reads what [`LinkPurpose::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Invitation, Self::Reset].into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// A link that still works, as those who manage people see it: without the link itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCard {
    /// Id.
    pub id: LinkId,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whose.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Who made it.
    pub made_by: String,
    /// When it stops to work, ms.
    pub expires_at: i64,
}

/// A link just made. It is told once, to whoever made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whose password it renews; an invitation is nobody's yet.
    pub user: Option<UserId>,
    /// For whom.
    pub name: String,
    /// The whole link.
    pub address: String,
    /// When it stops to work, ms.
    pub expires_at: i64,
}

/// People, links and what is new, for the page of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleView {
    /// Everybody.
    pub users: Vec<UserCard>,
    /// Of these, who has a second factor.
    pub with_factor: Vec<UserId>,
    /// Cost centres.
    pub centres: Vec<CostCentre>,
    /// Links that still work.
    pub links: Vec<LinkCard>,
    /// A link made a moment ago in this session.
    pub fresh: Option<FreshLink>,
    /// Everybody must have a second factor.
    pub factor_required: bool,
}

/// What whoever opens a link is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The name that was given.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
}

/// Whom to invite.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteForm {
    /// Full name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
}

impl InviteForm {
    /// The rules, the same in browser and server.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if self.name.trim().is_empty() {
            errors.add("name", "Enter the full name");
        }
        if !looks_like_address(&self.email) {
            errors.add("email", "Enter an e-mail address, like name@example.com");
        }
        errors
    }
}

/// The second factor of the viewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorView {
    /// Where it stands.
    pub state: FactorState,
    /// The office asks everybody for one.
    pub required: bool,
    /// Recovery codes made a moment ago in this session: told once.
    pub fresh_codes: Vec<String>,
}

/// Where a second factor stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FactorState {
    /// There is none.
    Off,
    /// Begun, and not confirmed by a code yet.
    Begun(Enrolment),
    /// Asked for at every sign-in.
    On {
        /// Since when, ms.
        since: i64,
        /// Recovery codes not used yet.
        codes_left: i64,
    },
}

/// What the program on the telephone needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The secret, in groups of four, to be typed.
    pub secret: String,
    /// The same as a picture to be photographed: dark squares as an SVG path.
    pub picture: String,
    /// Squares along each side of it.
    pub size: i64,
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCard {
    /// Names it without telling anything of its token.
    pub handle: String,
    /// "Firefox on Windows".
    pub device: String,
    /// Network address.
    pub address: String,
    /// Start, ms.
    pub started: i64,
    /// Last use, to the minute, ms.
    pub seen: i64,
    /// The one that asks.
    pub current: bool,
}

/// A sign-in, or a try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInRow {
    /// When, ms.
    pub at: i64,
    /// It went well.
    pub good: bool,
    /// What happened.
    pub what: String,
    /// From where, if that was noted.
    pub detail: String,
}

/// Sessions of somebody, and how they came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsView {
    /// Open ones, the newest first.
    pub open: Vec<SessionCard>,
    /// Sign-ins and tries, the newest first.
    pub history: Vec<SignInRow>,
}

/// A person, for those who manage people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Who, and what he or she may do.
    pub card: UserCard,
    /// Has a second factor that is asked for.
    pub factor: bool,
    /// Sessions and sign-ins.
    pub sessions: SessionsView,
    /// Cost centres of the office.
    pub centres: Vec<CostCentre>,
    /// A link made a moment ago in this session.
    pub fresh: Option<FreshLink>,
}

/// A cost centre and everybody who might belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CentreView {
    /// Which.
    pub centre: CostCentre,
    /// Everybody: id, name, role, and whether he or she belongs to it.
    pub people: Vec<(UserId, String, Role, bool)>,
}

/// Which entries of the audit trail are asked for, as the address bar has them; empty = all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFilter {
    /// Who: a user's e-mail address, `console` or `scheduler`.
    #[serde(default)]
    pub who: String,
    /// Kind of deed: the word before the dot.
    #[serde(default)]
    pub group: String,
    /// About what: `client:7`.
    #[serde(default)]
    pub subject: String,
    /// First day, `YYYY-MM-DD` in the office's time.
    #[serde(default)]
    pub from: String,
    /// Last day.
    #[serde(default)]
    pub until: String,
}

/// Kinds of deeds that can be filtered for, and their words. The kind is the word before the dot of an action.
pub const EVENT_GROUPS: &[(&str, &str)] = &[
    ("action", "Actions"),
    ("session", "Sign-ins"),
    ("user", "People"),
    ("cost_centre", "Cost centres"),
    ("account", "Email accounts"),
    ("client", "Clients"),
    ("clients", "Lists of clients"),
    ("contact", "Contacts"),
    ("contacts", "Lists of contacts"),
    ("contact_type", "Contact types"),
    ("letter", "Letters"),
    ("letters", "Reading letters again"),
    ("draft", "Drafts"),
    ("text", "Document texts"),
    ("history", "Histories taken away"),
    ("filter", "Saved filters"),
    ("filing", "Filing by hand"),
    ("import", "Letters not imported"),
    ("queue", "Queues"),
    ("archive", "Letters from files"),
    ("ledger", "Statements of the ledger"),
    ("copies", "Stored copies"),
    ("token", "Tokens of other systems"),
    ("webhook", "Webhooks"),
    ("audit", "The trail itself"),
    ("office", "The office"),
];

/// Somebody comes by a link: full name (of an invited person) and password.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ComeInForm {
    /// Full name; ignored by a link for a new password.
    #[serde(default)]
    pub name: String,
    /// The password.
    pub password: String,
    /// The password again.
    pub password_repeat: String,
}

/// Never tells a password.
impl std::fmt::Debug for ComeInForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ComeInForm").finish_non_exhaustive()
    }
}

/// The cost centres of a person, by name, for lists.
pub fn names_of(centres: &[CostCentre], ids: &[CostCentreId]) -> Vec<String> {
    centres.iter().filter(|centre| ids.contains(&centre.id)).map(|centre| centre.name.clone()).collect()
}
