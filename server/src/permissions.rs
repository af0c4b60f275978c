//! The permission table: every door of the server, who may pass it, and whether it changes anything.
//!
//! What is not in the table is refused. A test compares it with the routes that are registered, so that neither can grow alone.
//! The table is the first of two checks: the use cases in `office` check permission and scope again, since pages rendered on the
//! server call them without passing here.

use http::Method;
use model::{Permission, Role, Viewer};

/// Who may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everyone.
    Public,
    /// Everyone, as long as there is no user at all.
    SetUpOnly,
    /// Whoever is signed in.
    SignedIn,
    /// Administrators.
    Administrators,
    /// Whoever is signed in and holds one of these.
    Needs(&'static [Permission]),
}

/// What is behind the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page of the app.
    Page,
    /// A server function.
    Call,
    /// A route of our own: a file, a stream, an upload.
    File,
    /// A file of the site.
    Asset,
}

/// One door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Method; `GET` stands for `HEAD` too.
    pub method: Method,
    /// Path as axum writes it: `/messages/{id}`.
    pub path: &'static str,
    /// Who may pass.
    pub who: Who,
    /// What is behind it.
    pub kind: Kind,
    /// Something is different afterwards.
    pub changes: bool,
}

impl Rule {
    /// Whether a viewer may pass.
    pub fn lets_in(&self, viewer: Option<&Viewer>) -> bool {
        match (self.who, viewer) {
            (Who::Public | Who::SetUpOnly, _) => true,
            (Who::SignedIn, viewer) => viewer.is_some(),
            (Who::Administrators, viewer) => viewer.is_some_and(|viewer| viewer.role == Role::Administrator),
            (Who::Needs(one_of), Some(viewer)) => one_of.iter().any(|permission| viewer.may(*permission)),
            (Who::Needs(_), None) => false,
        }
    }
}

const ACCOUNTS: Who = Who::Needs(&[Permission::AccountsManage, Permission::AccountsOwn]);
const CLIENTS: Who = Who::Needs(&[Permission::ClientsEdit]);
const EXPORT: Who = Who::Needs(&[Permission::LettersExport]);
const USERS: Who = Who::Needs(&[Permission::UsersManage]);
const AUDIT: Who = Who::Needs(&[Permission::AuditView]);

const fn page(path: &'static str, who: Who) -> Rule {
    Rule { method: Method::GET, path, who, kind: Kind::Page, changes: false }
}

const fn ask(path: &'static str, who: Who) -> Rule {
    Rule { method: Method::POST, path, who, kind: Kind::Call, changes: false }
}

const fn deed(path: &'static str, who: Who) -> Rule {
    Rule { method: Method::POST, path, who, kind: Kind::Call, changes: true }
}

const fn file(path: &'static str, who: Who) -> Rule {
    Rule { method: Method::GET, path, who, kind: Kind::File, changes: false }
}

/// Every door there is.
pub static TABLE: &[Rule] = &[
    // --- pages
    page("/", Who::SignedIn),
    page("/setup", Who::SetUpOnly),
    page("/sign-in", Who::Public),
    page("/sign-in/code", Who::Public),
    page("/welcome", Who::Public),
    page("/compose", Who::SignedIn),
    page("/compose/{id}", Who::SignedIn),
    page("/compose/{id}/files", Who::SignedIn),
    page("/compose/{id}/sent", Who::SignedIn),
    page("/drafts", Who::SignedIn),
    page("/settings/texts", Who::SignedIn),
    page("/settings/texts/new", Who::Administrators),
    page("/settings/texts/{id}", Who::SignedIn),
    page("/clients", Who::SignedIn),
    page("/clients/new", CLIENTS),
    page("/clients/import", CLIENTS),
    page("/clients/{id}", Who::SignedIn),
    page("/clients/{id}/edit", CLIENTS),
    page("/clients/{id}/merge", CLIENTS),
    page("/clients/{id}/why-not", Who::SignedIn),
    page("/clients/{id}/print", Who::SignedIn),
    page("/contacts", Who::SignedIn),
    page("/contacts/new", CLIENTS),
    page("/contacts/import", CLIENTS),
    page("/contacts/{id}", Who::SignedIn),
    page("/contacts/{id}/edit", CLIENTS),
    page("/contacts/{id}/merge", CLIENTS),
    page("/contacts/{id}/delete", CLIENTS),
    page("/contacts/{id}/deleted", Who::SignedIn),
    page("/settings/contact-types", Who::Administrators),
    page("/settings/queues", Who::Administrators),
    page("/accounts/{id}/import", ACCOUNTS),
    page("/messages/{id}", Who::SignedIn),
    page("/messages/{id}/file", CLIENTS),
    page("/messages/{id}/compare", Who::SignedIn),
    page("/messages/{id}/forward", Who::SignedIn),
    page("/unanswered", Who::SignedIn),
    page("/mail", Who::SignedIn),
    page("/mail/{account}", Who::SignedIn),
    page("/search", Who::SignedIn),
    page("/demo", Who::SignedIn),
    page("/accounts", Who::SignedIn),
    page("/accounts/new", ACCOUNTS),
    page("/accounts/{id}", Who::SignedIn),
    page("/accounts/{id}/ledger", Who::SignedIn),
    page("/accounts/checklist", Who::SignedIn),
    page("/accounts/import", ACCOUNTS),
    page("/accounts/schedule", Who::SignedIn),
    page("/accounts/{id}/delete", ACCOUNTS),
    page("/accounts/{id}/sign-in", ACCOUNTS),
    page("/accounts/signed-in", ACCOUNTS),
    page("/accounts/{id}/collections", Who::SignedIn),
    page("/accounts/{id}/statements", Who::SignedIn),
    page("/accounts/{id}/statements/{statement}", Who::SignedIn),
    page("/accounts/{id}/hands-off", Who::SignedIn),
    page("/accounts/new/sending", ACCOUNTS),
    page("/accounts/{id}/sending", ACCOUNTS),
    page("/management", Who::SignedIn),
    page("/management/{id}", Who::SignedIn),
    page("/accounts/{id}/import/rehearsal", ACCOUNTS),
    page("/actions", Who::SignedIn),
    page("/actions/new", Who::SignedIn),
    page("/actions/{id}", Who::SignedIn),
    page("/actions/{id}/edit", Who::SignedIn),
    page("/actions/{id}/end", Who::SignedIn),
    page("/outbox", Who::SignedIn),
    page("/outbox/{id}", Who::SignedIn),
    page("/settings", Who::SignedIn),
    page("/settings/profile", Who::SignedIn),
    page("/settings/reread", Who::Administrators),
    page("/settings/second-factor", Who::SignedIn),
    page("/settings/people", USERS),
    page("/settings/people/{id}", USERS),
    page("/settings/cost-centres", USERS),
    page("/settings/cost-centres/{id}", USERS),
    page("/settings/cost-centres/{id}/services", USERS),
    page("/settings/senders", Who::SignedIn),
    page("/settings/senders/{id}", Who::SignedIn),
    page("/settings/send-as", Who::SignedIn),
    page("/settings/send-as/{id}", Who::SignedIn),
    page("/settings/email-rules", Who::Administrators),
    page("/settings/web-configurations", Who::Administrators),
    page("/settings/which-account", Who::Administrators),
    page("/settings/api-tokens", Who::Administrators),
    page("/settings/webhooks", Who::Administrators),
    page("/about", Who::SignedIn),
    page("/audit", AUDIT),
    page("/status", Who::Administrators),
    // --- sessions
    ask("/api/session/get", Who::Public),
    deed("/api/session/sign-in", Who::Public),
    deed("/api/session/set-up", Who::SetUpOnly),
    deed("/api/session/sign-out", Who::SignedIn),
    deed("/api/session/theme", Who::Public),
    deed("/api/session/second-step", Who::Public),
    ask("/api/session/list", Who::SignedIn),
    deed("/api/session/end", Who::SignedIn),
    // --- links and the second factor
    ask("/api/welcome/look", Who::Public),
    deed("/api/welcome/come-in", Who::Public),
    ask("/api/factor/get", Who::SignedIn),
    deed("/api/factor/begin", Who::SignedIn),
    deed("/api/factor/confirm", Who::SignedIn),
    deed("/api/factor/codes", Who::SignedIn),
    deed("/api/factor/drop", Who::SignedIn),
    ask("/api/start/get", Who::SignedIn),
    // --- people
    ask("/api/people/list", Who::SignedIn),
    deed("/api/people/add", USERS),
    deed("/api/people/change", USERS),
    deed("/api/people/change-password", Who::SignedIn),
    deed("/api/people/sign-out-everywhere", Who::SignedIn),
    ask("/api/people/all", USERS),
    ask("/api/people/get", USERS),
    deed("/api/people/invite", USERS),
    deed("/api/people/make-reset", USERS),
    deed("/api/people/revoke-link", USERS),
    deed("/api/people/noted", Who::SignedIn),
    deed("/api/people/reset-factor", USERS),
    deed("/api/people/require-factor", USERS),
    ask("/api/cost-centres/list", Who::SignedIn),
    ask("/api/cost-centres/get", USERS),
    deed("/api/cost-centres/rename", USERS),
    deed("/api/cost-centres/members", USERS),
    deed("/api/cost-centres/add", USERS),
    // --- who sends, through what
    ask("/api/services/list", USERS),
    deed("/api/services/save", USERS),
    deed("/api/services/remove", USERS),
    deed("/api/services/override", USERS),
    ask("/api/web-configurations/list", Who::Administrators),
    deed("/api/web-configurations/save", Who::Administrators),
    deed("/api/web-configurations/remove", Who::Administrators),
    ask("/api/email-rules/get", Who::SignedIn),
    deed("/api/email-rules/save", Who::Administrators),
    ask("/api/which-account/get", Who::Administrators),
    deed("/api/which-account/look", Who::Administrators),
    ask("/api/sending/get", ACCOUNTS),
    deed("/api/sending/save", ACCOUNTS),
    deed("/api/sending/test", ACCOUNTS),
    deed("/api/sending/fix", ACCOUNTS),
    deed("/api/sending/remove", ACCOUNTS),
    ask("/api/senders/list", Who::SignedIn),
    ask("/api/senders/get", Who::SignedIn),
    deed("/api/senders/save", Who::SignedIn),
    ask("/api/send-as/list", Who::SignedIn),
    ask("/api/send-as/get", Who::SignedIn),
    deed("/api/send-as/add", Who::SignedIn),
    deed("/api/send-as/send", Who::SignedIn),
    deed("/api/send-as/verify", Who::SignedIn),
    deed("/api/send-as/remove", Who::SignedIn),
    // --- accounts
    ask("/api/accounts/list", Who::SignedIn),
    ask("/api/accounts/get", Who::SignedIn),
    ask("/api/accounts/draft", ACCOUNTS),
    ask("/api/accounts/guess", ACCOUNTS),
    deed("/api/accounts/form", ACCOUNTS),
    deed("/api/accounts/fix", ACCOUNTS),
    deed("/api/accounts/drop-draft", ACCOUNTS),
    deed("/api/accounts/download-folders", ACCOUNTS),
    deed("/api/accounts/select-folders", ACCOUNTS),
    deed("/api/accounts/enable", ACCOUNTS),
    deed("/api/accounts/pause", ACCOUNTS),
    deed("/api/accounts/collect", ACCOUNTS),
    deed("/api/accounts/share", ACCOUNTS),
    ask("/api/accounts/sightings", Who::SignedIn),
    deed("/api/accounts/sign-in/begin", ACCOUNTS),
    ask("/api/accounts/sign-in/trip", ACCOUNTS),
    ask("/api/accounts/sign-in/look", ACCOUNTS),
    deed("/api/accounts/sign-in/finish", ACCOUNTS),
    ask("/api/health/collections", Who::SignedIn),
    ask("/api/health/statements", Who::SignedIn),
    ask("/api/health/statement", Who::SignedIn),
    deed("/api/health/ask-statement", ACCOUNTS),
    ask("/api/health/certificate", Who::SignedIn),
    ask("/api/health/checklist", Who::SignedIn),
    // --- joining an account
    ask("/api/join/offer", ACCOUNTS),
    deed("/api/join/ask", ACCOUNTS),
    ask("/api/join/mine", Who::SignedIn),
    deed("/api/join/answer", ACCOUNTS),
    // --- the life of accounts
    ask("/api/life/tasks", Who::SignedIn),
    deed("/api/life/schedule", ACCOUNTS),
    ask("/api/life/removal", ACCOUNTS),
    deed("/api/life/delete", ACCOUNTS),
    deed("/api/life/bring-back", Who::Needs(&[Permission::AccountsManage])),
    // --- archives
    ask("/api/archives/state", ACCOUNTS),
    // --- clients
    ask("/api/clients/list", Who::SignedIn),
    ask("/api/clients/get", Who::SignedIn),
    deed("/api/clients/save", CLIENTS),
    ask("/api/clients/draft", CLIENTS),
    ask("/api/clients/import-state", CLIENTS),
    deed("/api/clients/import", CLIENTS),
    ask("/api/clients/merge-view", CLIENTS),
    deed("/api/clients/merge", CLIENTS),
    deed("/api/clients/merge-undo", CLIENTS),
    ask("/api/clients/merged", Who::SignedIn),
    // --- contacts
    ask("/api/contacts/list", Who::SignedIn),
    ask("/api/contacts/get", Who::SignedIn),
    ask("/api/contacts/draft", CLIENTS),
    deed("/api/contacts/save", CLIENTS),
    ask("/api/contacts/removal", CLIENTS),
    deed("/api/contacts/delete", CLIENTS),
    ask("/api/contacts/gone", Who::SignedIn),
    deed("/api/contacts/put-back", CLIENTS),
    ask("/api/contacts/import-state", CLIENTS),
    deed("/api/contacts/import", CLIENTS),
    ask("/api/contacts/types", Who::Administrators),
    deed("/api/contacts/keep-type", Who::Administrators),
    deed("/api/contacts/remove-type", Who::Administrators),
    ask("/api/contacts/queues", Who::Administrators),
    deed("/api/contacts/keep-queue", Who::Administrators),
    deed("/api/contacts/remove-queue", Who::Administrators),
    ask("/api/reply-import/tab", ACCOUNTS),
    deed("/api/reply-import/save", ACCOUNTS),
    deed("/api/reply-import/keep-forward", ACCOUNTS),
    deed("/api/reply-import/remove-forward", ACCOUNTS),
    // --- letters
    ask("/api/letters/history", Who::SignedIn),
    ask("/api/letters/mailboxes", Who::SignedIn),
    ask("/api/history/head", Who::SignedIn),
    ask("/api/history/sheet", Who::SignedIn),
    ask("/api/history/why-not", Who::SignedIn),
    ask("/api/history/filing", CLIENTS),
    deed("/api/history/file", CLIENTS),
    deed("/api/history/undo", CLIENTS),
    deed("/api/history/save-filter", Who::SignedIn),
    deed("/api/history/drop-filter", Who::SignedIn),
    ask("/api/letters/mailbox", Who::SignedIn),
    ask("/api/letters/search", Who::SignedIn),
    ask("/api/letters/get", Who::SignedIn),
    ask("/api/letters/frame", Who::SignedIn),
    ask("/api/letters/headers", Who::SignedIn),
    ask("/api/letters/neighbours", Who::SignedIn),
    ask("/api/letters/compare", Who::SignedIn),
    deed("/api/letters/mark-unread", Who::SignedIn),
    // --- writing letters
    ask("/api/compose/start", Who::SignedIn),
    deed("/api/compose/begin", Who::SignedIn),
    ask("/api/compose/view", Who::SignedIn),
    deed("/api/compose/save", Who::SignedIn),
    deed("/api/compose/autosave", Who::SignedIn),
    ask("/api/compose/clean", Who::SignedIn),
    ask("/api/compose/sent", Who::SignedIn),
    deed("/api/compose/undo", Who::SignedIn),
    ask("/api/compose/drafts", Who::SignedIn),
    deed("/api/compose/discard", Who::SignedIn),
    deed("/api/compose/detach", Who::SignedIn),
    ask("/api/tokens/list", Who::Administrators),
    deed("/api/tokens/make", Who::Administrators),
    deed("/api/tokens/revoke", Who::Administrators),
    deed("/api/tokens/noted", Who::Administrators),
    ask("/api/webhooks/list", Who::Administrators),
    deed("/api/webhooks/add", Who::Administrators),
    deed("/api/webhooks/switch", Who::Administrators),
    deed("/api/webhooks/remove", Who::Administrators),
    deed("/api/webhooks/test", Who::Administrators),
    deed("/api/webhooks/redeliver", Who::Administrators),
    ask("/api/about/get", Who::SignedIn),
    deed("/api/about/email", Who::SignedIn),
    deed("/api/summary/email", EXPORT),
    deed("/api/summary/attach", EXPORT),
    ask("/api/texts/preview", Who::SignedIn),
    ask("/api/texts/list", Who::SignedIn),
    ask("/api/texts/view", Who::SignedIn),
    deed("/api/texts/save", Who::Administrators),
    deed("/api/texts/restore", Who::Administrators),
    deed("/api/texts/drop", Who::Administrators),
    // --- palette
    ask("/api/palette/find", Who::SignedIn),
    deed("/api/palette/shortcuts", Who::SignedIn),
    // --- what was not imported
    ask("/api/management/list", Who::SignedIn),
    ask("/api/management/letter", Who::SignedIn),
    ask("/api/management/now", Who::SignedIn),
    ask("/api/management/waiting", Who::SignedIn),
    ask("/api/management/rehearsal", ACCOUNTS),
    deed("/api/management/deed", Who::SignedIn),
    // --- letters on their way out
    ask("/api/actions/list", Who::SignedIn),
    ask("/api/actions/of", Who::SignedIn),
    ask("/api/actions/view", Who::SignedIn),
    ask("/api/actions/draft", Who::SignedIn),
    deed("/api/actions/save", Who::SignedIn),
    deed("/api/actions/turn", Who::SignedIn),
    deed("/api/actions/settle", Who::SignedIn),
    deed("/api/actions/open", Who::SignedIn),
    ask("/api/outbox/list", Who::SignedIn),
    ask("/api/outbox/letter", Who::SignedIn),
    deed("/api/outbox/take-back", Who::SignedIn),
    deed("/api/outbox/again", Who::SignedIn),
    deed("/api/outbox/copy-again", Who::SignedIn),
    deed("/api/outbox/settle", Who::SignedIn),
    // --- letters passed on, and those that wait for an answer
    ask("/api/forward/view", Who::SignedIn),
    deed("/api/forward/send", Who::SignedIn),
    ask("/api/unanswered/list", Who::SignedIn),
    deed("/api/unanswered/aside", Who::SignedIn),
    deed("/api/unanswered/again", Who::SignedIn),
    // --- stored letters read again
    ask("/api/reread/view", Who::Administrators),
    deed("/api/reread/begin", Who::Administrators),
    deed("/api/reread/accept", Who::Administrators),
    deed("/api/reread/drop", Who::Administrators),
    // --- audit trail
    ask("/api/audit/list", AUDIT),
    ask("/api/audit/verify", AUDIT),
    // --- how Postroom itself fares
    ask("/api/operation/get", Who::Administrators),
    // --- routes of our own
    file("/messages/{id}/body", Who::SignedIn),
    file("/messages/{id}/files/{n}", Who::SignedIn),
    file("/messages/{id}/files/{n}/preview", Who::SignedIn),
    file("/messages/{id}/original", Who::SignedIn),
    file("/messages/{id}/letter.eml", EXPORT),
    file("/clients/{id}/history.mbox", EXPORT),
    file("/clients/{id}/summary.pdf", EXPORT),
    file("/clients/import/refused.csv", CLIENTS),
    file("/accounts/{id}/support.txt", ACCOUNTS),
    file("/audit/trail.jsonl", AUDIT),
    file("/events/progress", Who::SignedIn),
    file("/health", Who::Public),
    // Its own token is asked for.
    file("/metrics", Who::Public),
    Rule { method: Method::POST, path: "/demo/leave", who: Who::SignedIn, kind: Kind::File, changes: true },
    Rule { method: Method::POST, path: "/upload/clients", who: CLIENTS, kind: Kind::File, changes: true },
    Rule { method: Method::POST, path: "/upload/contacts", who: CLIENTS, kind: Kind::File, changes: true },
    Rule { method: Method::POST, path: "/upload/archive", who: ACCOUNTS, kind: Kind::File, changes: true },
    Rule { method: Method::POST, path: "/upload/draft", who: Who::SignedIn, kind: Kind::File, changes: true },
    Rule { method: Method::GET, path: "/pkg/{*path}", who: Who::Public, kind: Kind::Asset, changes: false },
    Rule { method: Method::GET, path: "/favicon.svg", who: Who::Public, kind: Kind::Asset, changes: false },
];

/// What the table says about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// This door.
    Rule(&'static Rule),
    /// The path is a door, but not for this method.
    OtherMethod,
    /// There is no such door.
    Nothing,
}

/// Looks a request up. Plain words win over parameters (`/clients/new` over `/clients/{id}`), as in the router.
pub fn look_up(method: &Method, path: &str) -> Found {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let mut best: Option<(&'static Rule, usize)> = None;
    let mut other_method = false;
    for rule in TABLE {
        let Some(parameters) = matches(rule.path, path) else { continue };
        if rule.method != *method {
            other_method = true;
        } else if best.is_none_or(|(_, fewest)| parameters < fewest) {
            best = Some((rule, parameters));
        }
    }
    match best {
        Some((rule, _)) => Found::Rule(rule),
        None if other_method => Found::OtherMethod,
        None => Found::Nothing,
    }
}

/// How many parameters a pattern needs to fit a path; `None` when it does not fit.
fn matches(pattern: &str, path: &str) -> Option<usize> {
    let mut wanted = pattern.split('/');
    let mut given = path.split('/');
    let mut parameters = 0;
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(parameters),
            (Some(part), Some(rest)) if part.starts_with("{*") => return (!rest.is_empty()).then_some(parameters + 1),
            (Some(part), Some(word)) if part.starts_with('{') && !word.is_empty() => parameters += 1,
            (Some(part), Some(word)) if part == word => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(method: Method, path: &str) -> Option<&'static str> {
        match look_up(&method, path) {
            Found::Rule(rule) => Some(rule.path),
            _ => None,
        }
    }

    #[test]
    fn plain_words_win_over_parameters() {
        assert_eq!(path_of(Method::GET, "/clients/new"), Some("/clients/new"));
        assert_eq!(path_of(Method::GET, "/clients/7"), Some("/clients/{id}"));
        assert_eq!(path_of(Method::HEAD, "/pkg/a/b.js"), Some("/pkg/{*path}"));
    }

    #[test]
    fn what_is_not_in_the_table_is_not_found() {
        for path in ["/clients/", "//clients", "/clients/7/x", "/api", "/api/session/get/", "/pkg/", "/messages//body", "/.env"] {
            assert_eq!(look_up(&Method::GET, path), Found::Nothing, "{path}");
        }
        assert_eq!(look_up(&Method::GET, "/api/session/sign-in"), Found::OtherMethod);
        assert_eq!(look_up(&Method::POST, "/clients"), Found::OtherMethod);
    }

    #[test]
    fn nothing_that_changes_is_a_get_and_no_door_stands_twice() {
        // DESIGN §10: no GET changes state
        for (at, rule) in TABLE.iter().enumerate() {
            assert!(!(rule.changes && rule.method == Method::GET), "{}", rule.path);
            assert!(!TABLE[..at].iter().any(|other| (other.path, &other.method) == (rule.path, &rule.method)), "{}", rule.path);
        }
    }
}
