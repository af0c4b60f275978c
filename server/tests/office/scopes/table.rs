//! What each server function does with another scope's ids. **A new server function needs one line here**, else a test fails:
//!
//! - `names(path, question)`: the question names an id; whoever may not see the thing behind it is answered 404.
//! - `lists(path, question)`: no id; answers what the asking person may see, and nothing changes when others get more.
//! - `refuses(path, question)`: another's id among one's own things is refused (a 4xx of any kind).
//! - `office(path, why)`: belongs to the whole office or to nobody; its permission alone decides. Say why.
//!
//! The question is written as JSON whatever the function reads (it is tried as JSON and as a form), with ids of `w.bob`'s, and
//! `w.ann`'s where her own are needed. A thing with an id that `Side` does not have yet: give it a field in `world.rs`.
//! A line may be followed by `.wordless()` (its answer holds no word of Bob's even for Bob) or `.tells_of_colleagues()`.
//! Addresses need no line; those with an id in their query stand in [`ADDRESSES`].

use super::world::World;
use serde_json::{Value, json};

/// What must come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Must {
    NotFound,
    ListOwn,
    Refuse,
    Office,
}

/// A line of the table.
pub struct Line {
    pub path: &'static str,
    pub must: Must,
    pub question: fn(&World) -> Value,
    /// Bob's own answer holds one of his words: else the line proves nothing.
    pub tells: bool,
    pub colleagues: bool,
}

impl Line {
    const fn wordless(mut self) -> Self {
        self.tells = false;
        self
    }

    const fn tells_of_colleagues(mut self) -> Self {
        self.colleagues = true;
        self
    }
}

const fn line(path: &'static str, must: Must, question: fn(&World) -> Value) -> Line {
    Line { path, must, question, tells: true, colleagues: false }
}

const fn names(path: &'static str, question: fn(&World) -> Value) -> Line {
    line(path, Must::NotFound, question)
}

const fn lists(path: &'static str, question: fn(&World) -> Value) -> Line {
    line(path, Must::ListOwn, question)
}

const fn refuses(path: &'static str, question: fn(&World) -> Value) -> Line {
    line(path, Must::Refuse, question)
}

const fn office(path: &'static str, _why: &'static str) -> Line {
    line(path, Must::Office, |_| Value::Null)
}

fn client_form(centre: Value) -> Value {
    let slot = json!({ "address": "new@north.example", "valid_from": "", "valid_to": "" });
    // A form has no empty lists: one empty slot stands for the partner.
    let empty = json!({ "address": "", "valid_from": "", "valid_to": "" });
    json!({ "code": "N9", "name": "Nine", "cost_centre": centre, "self_addresses": [slot], "partner_addresses": [empty] })
}

fn contact_form(centre: Value) -> Value {
    let slot = json!({ "address": "new@north.example", "valid_from": "", "valid_to": "" });
    json!({ "name": "Nine", "company": "", "side": "agent", "contact_type": 1, "cost_centre": centre, "addresses": [slot] })
}

fn account_form() -> Value {
    let fields =
        ["server", "port", "user_name", "password", "password_repeat", "timeout_minutes", "connection_limit", "pinned_fingerprint"];
    let mut form = json!({
        "preset": "custom", "name": "x", "description": "", "address": "x@north.example", "security": "tls",
        "allow_clear_text": false, "central": false
    });
    for field in fields {
        form[field] = json!("");
    }
    form["server"] = json!("mail.north.example");
    form
}

fn letter_form() -> Value {
    json!({ "from": "", "reply_to": "", "to": "x@north.example", "cc": "", "bcc": "", "subject": "x", "body": "x", "html": "" })
}

fn action_form(w: &World) -> Value {
    json!({ "text": w.text.to_string(), "to": "self", "day": "2099-01-31", "time": "09:00", "every": "once", "mode": "edit" })
}

fn filing_form(letter: model::MessageId, client: model::ClientId) -> Value {
    json!({ "letter": letter, "client": client, "decision": "belongs", "reason": "because" })
}

/// Every server function.
pub static LINES: &[Line] = &[
    // --- sessions
    lists("/api/start/get", |_| json!({})),
    office("/api/start/put-away", "one's own choice"),
    lists("/api/session/get", |_| json!({})).tells_of_colleagues().wordless(),
    office("/api/session/sign-in", "nobody is signed in yet"),
    office("/api/session/set-up", "there is no office yet"),
    office("/api/session/sign-out", "one's own session, which the cookie names"),
    office("/api/session/theme", "kept in a cookie"),
    office("/api/session/second-step", "the sign-in that a cookie names"),
    office("/api/session/list", "one's own sessions"),
    names("/api/session/end", |w| json!({ "user": w.bob.user, "handle": "0011223344556677" })),
    // --- links and the second factor
    office("/api/welcome/look", "a link of 128 random bits names it"),
    office("/api/welcome/come-in", "a link of 128 random bits names it"),
    lists("/api/factor/get", |_| json!({})).wordless(),
    office("/api/factor/begin", "one's own second factor"),
    office("/api/factor/confirm", "one's own second factor"),
    office("/api/factor/codes", "one's own second factor"),
    office("/api/factor/drop", "one's own second factor"),
    // --- people
    lists("/api/people/list", |_| json!({})).tells_of_colleagues().wordless(),
    office("/api/people/add", "people are the whole office's"),
    office("/api/people/change", "people are the whole office's"),
    office("/api/people/change-password", "one's own password"),
    office("/api/people/sign-out-everywhere", "one's own sessions"),
    office("/api/people/all", "people are the whole office's"),
    office("/api/people/get", "people are the whole office's"),
    office("/api/people/invite", "people are the whole office's; cost centres are checked (see the tests of invitations)"),
    office("/api/people/make-reset", "people are the whole office's"),
    office("/api/people/revoke-link", "people are the whole office's"),
    office("/api/people/noted", "one's own session"),
    office("/api/people/reset-factor", "people are the whole office's"),
    office("/api/people/require-factor", "administrators decide"),
    lists("/api/cost-centres/list", |_| json!({})),
    names("/api/cost-centres/get", |w| json!({ "id": w.bob.centre })),
    names("/api/cost-centres/rename", |w| json!({ "id": w.bob.centre, "name": "Mine" })),
    names("/api/cost-centres/members", |w| json!({ "id": w.bob.centre, "members": [w.ann.user] })),
    office("/api/cost-centres/add", "cost centres are the whole office's"),
    // --- who sends, through what
    names("/api/services/list", |w| json!({ "centre": w.bob.centre })),
    names("/api/services/save", |w| json!({ "centre": w.bob.centre, "name": "Mine", "account": "1" })),
    names("/api/services/remove", |w| json!({ "centre": w.bob.centre, "id": 1 })),
    names("/api/services/override", |w| json!({ "centre": w.bob.centre, "service": "1", "user": w.ann.user.to_string() })),
    office("/api/tokens/list", "administrators alone"),
    office("/api/tokens/make", "administrators alone"),
    office("/api/tokens/revoke", "administrators alone"),
    office("/api/tokens/noted", "one's own session"),
    office("/api/webhooks/list", "administrators alone"),
    office("/api/webhooks/add", "administrators alone"),
    office("/api/webhooks/switch", "administrators alone"),
    office("/api/webhooks/remove", "administrators alone"),
    office("/api/webhooks/test", "administrators alone"),
    office("/api/webhooks/redeliver", "administrators alone"),
    office("/api/about/get", "facts about the program; an administrator's add the database's"),
    office("/api/about/email", "begins a letter of one's own"),
    names("/api/summary/email", |w| json!({ "client": w.bob.client })),
    names("/api/summary/attach", |w| json!({ "id": w.bob.draft })),
    names("/api/texts/preview", |w| json!({ "subject": "x", "body": "{{ client.name }}", "client": w.bob.client.to_string() })),
    office("/api/web-configurations/list", "administrators alone"),
    office("/api/web-configurations/save", "administrators alone"),
    office("/api/web-configurations/remove", "administrators alone"),
    lists("/api/email-rules/get", |_| json!({})).wordless(),
    office("/api/email-rules/save", "administrators alone"),
    office("/api/which-account/get", "administrators alone"),
    office("/api/which-account/look", "administrators alone"),
    names("/api/sending/get", |w| json!({ "id": w.bob.account })),
    names(
        "/api/sending/save",
        |w| json!({ "id": w.bob.account.to_string(), "form": { "server": "smtp.north.example", "sender_name": "x" } }),
    ),
    names("/api/sending/test", |w| json!({ "id": w.bob.account })),
    names("/api/sending/fix", |w| json!({ "id": w.bob.account, "rung": "port" })),
    names("/api/sending/remove", |w| json!({ "id": w.bob.account })),
    lists("/api/senders/list", |_| json!({})),
    names("/api/senders/get", |w| json!({ "id": w.bob.user })),
    names("/api/senders/save", |w| json!({ "id": w.bob.user, "form": { "name": "x", "address": "x@north.example" } })),
    lists("/api/send-as/list", |_| json!({})),
    names("/api/send-as/get", |w| json!({ "id": w.bob.send_as })),
    names("/api/send-as/add", |w| json!({ "kind": "from", "address": "x@north.example", "account": w.bob.account.to_string() })),
    names("/api/send-as/send", |w| json!({ "id": w.bob.send_as })),
    names("/api/send-as/verify", |w| json!({ "id": w.bob.send_as, "code": "AAAA-AAAA" })),
    names("/api/send-as/remove", |w| json!({ "id": w.bob.send_as })),
    // --- accounts
    lists("/api/accounts/list", |_| json!({})),
    names("/api/accounts/get", |w| json!({ "id": w.bob.account })),
    lists("/api/accounts/draft", |_| json!({})).wordless(),
    office("/api/accounts/guess", "what is known of a provider"),
    names("/api/accounts/form", |w| json!({ "id": w.bob.account, "form": account_form(), "intent": "save" })),
    names("/api/accounts/form", |w| json!({ "id": w.bob.account, "form": account_form(), "intent": "test" })),
    names("/api/accounts/fix", |w| json!({ "id": w.bob.account, "rung": "port" })),
    names("/api/accounts/drop-draft", |w| json!({ "id": w.bob.account })),
    names("/api/accounts/download-folders", |w| json!({ "id": w.bob.account })),
    names("/api/accounts/select-folders", |w| json!({ "id": w.bob.account, "folders": [w.bob.folder] })),
    names("/api/accounts/select-folders", |w| json!({ "id": w.ann.account, "folders": [w.bob.folder] })),
    names("/api/accounts/enable", |w| json!({ "id": w.bob.account })),
    names("/api/accounts/pause", |w| json!({ "id": w.bob.account })),
    names("/api/accounts/collect", |w| json!({ "id": w.bob.account })),
    names("/api/accounts/share", |w| json!({ "id": w.bob.account, "users": [w.ann.user] })),
    names("/api/accounts/sightings", |w| json!({ "folder": w.bob.folder, "outcome": "filed", "cursor": null })),
    names("/api/accounts/sightings", |w| json!({ "folder": w.bob.folder, "outcome": null, "cursor": null })).wordless(),
    names("/api/accounts/sign-in/begin", |w| json!({ "id": w.bob.account })),
    names("/api/accounts/sign-in/trip", |w| json!({ "id": w.bob.account })).wordless(),
    office("/api/accounts/sign-in/look", "a state of 128 random bits names it, for the session that began it (see the tests of delegated)"),
    office("/api/accounts/sign-in/finish", "the same"),
    // --- how accounts fare
    names("/api/health/collections", |w| json!({ "id": w.bob.account, "cursor": null })),
    names("/api/health/statements", |w| json!({ "id": w.bob.account, "cursor": null })),
    names("/api/health/statement", |w| json!({ "id": w.bob.account, "number": w.bob.statement })),
    names("/api/health/ask-statement", |w| json!({ "id": w.bob.account })),
    names("/api/health/certificate", |w| json!({ "id": w.bob.account })),
    names("/api/health/checklist", |w| json!({ "client": w.bob.client, "address": "" })),
    lists("/api/health/checklist", |_| json!({ "client": null, "address": "amelia@north.example" })),
    // --- joining an account
    lists("/api/join/offer", |_| json!({})).wordless(),
    refuses("/api/join/ask", |_| json!({})),
    lists("/api/join/mine", |_| json!({})).wordless(),
    names("/api/join/answer", |w| json!({ "id": w.bob.account, "user": w.ann.user, "share": true })),
    // --- the life of accounts
    lists("/api/life/tasks", |_| json!({})),
    names("/api/life/schedule", |w| json!({ "id": w.bob.account, "kind": "usual", "minutes": "", "times": "" })),
    names("/api/life/removal", |w| json!({ "id": w.bob.account })),
    names("/api/life/delete", |w| json!({ "id": w.bob.account, "letters": "keep" })),
    office("/api/life/bring-back", "only those who manage every account"),
    // --- archives
    lists("/api/archives/state", |_| json!({ "refused": false })).wordless(),
    // --- clients
    lists("/api/clients/list", |_| json!({ "words": "", "cursor": null })),
    lists("/api/clients/list", |_| json!({ "words": "south", "cursor": null })),
    names("/api/clients/list", |w| json!({ "words": "", "cursor": w.bob.client.to_string() })).wordless(),
    names("/api/clients/get", |w| json!({ "id": w.bob.client })),
    names("/api/clients/save", |w| json!({ "id": w.bob.client, "form": client_form(json!(w.ann.centre)) })),
    refuses("/api/clients/save", |w| json!({ "id": w.ann.client, "form": client_form(json!(w.bob.centre)) })),
    names("/api/clients/draft", |w| json!({ "id": w.bob.client, "typed": false, "look": false })),
    lists("/api/clients/import-state", |_| json!({ "refused": false })).wordless(),
    office("/api/clients/import", "what this session uploaded; its rows are judged by scope (see the tests of clients)"),
    names("/api/clients/merge-view", |w| json!({ "stays": w.bob.client, "goes": null, "chosen": [], "words": "" })),
    refuses("/api/clients/merge-view", |w| json!({ "stays": w.ann.client, "goes": w.bob.client, "chosen": [], "words": "" })),
    refuses("/api/clients/merge", |w| json!({ "stays": w.ann.client, "goes": w.bob.client, "intent": "merge", "seen": "" })),
    names("/api/clients/merge", |w| json!({ "stays": w.bob.client, "goes": w.ann.client, "intent": "look" })),
    names("/api/clients/merge-undo", |w| json!({ "client": w.bob.client, "gone": w.ann.client })),
    refuses("/api/clients/merge-undo", |w| json!({ "client": w.ann.client, "gone": w.bob.client })),
    names("/api/clients/merged", |w| json!({ "client": w.bob.client })).wordless(),
    // --- contacts
    lists("/api/contacts/list", |_| json!({ "words": "", "side": "", "contact_type": null, "cursor": null })),
    names("/api/contacts/list", |w| json!({ "words": "", "side": "", "contact_type": null, "cursor": w.bob.contact.to_string() }))
        .wordless(),
    names("/api/contacts/get", |w| json!({ "id": w.bob.contact })),
    names("/api/contacts/draft", |w| json!({ "id": w.bob.contact })),
    names("/api/contacts/save", |w| json!({ "id": w.bob.contact, "form": contact_form(json!(w.ann.centre)) })),
    refuses("/api/contacts/save", |w| json!({ "id": w.ann.contact, "form": contact_form(json!(w.bob.centre)) })),
    names("/api/contacts/removal", |w| json!({ "id": w.bob.contact })),
    names("/api/contacts/delete", |w| json!({ "id": w.bob.contact, "seen": "" })),
    names("/api/contacts/gone", |w| json!({ "id": w.bob.gone_contact })),
    names("/api/contacts/put-back", |w| json!({ "id": w.bob.gone_contact })),
    names("/api/clients/merge-view", |w| json!({ "stays": w.bob.contact, "goes": null, "chosen": [], "words": "" })),
    lists("/api/contacts/import-state", |_| json!({ "refused": false })).wordless(),
    office("/api/contacts/import", "what this session uploaded; its rows are judged by scope"),
    office("/api/contacts/types", "administrators alone"),
    office("/api/contacts/keep-type", "administrators alone"),
    office("/api/contacts/remove-type", "administrators alone"),
    office("/api/contacts/queues", "administrators alone"),
    office("/api/contacts/keep-queue", "administrators alone"),
    office("/api/contacts/remove-queue", "administrators alone"),
    names("/api/reply-import/tab", |w| json!({ "id": w.bob.account })),
    names("/api/reply-import/save", |w| json!({ "id": w.bob.account, "form": { "queue": "" }, "intent": "save" })),
    names("/api/reply-import/keep-forward", |w| json!({ "id": w.bob.account, "form": { "address": "x@north.example", "name": "x" } })),
    names("/api/reply-import/remove-forward", |w| json!({ "id": w.bob.account, "forward": 1 })),
    // --- letters
    names("/api/letters/history", |w| json!({ "client": w.bob.client, "filter": model::HistoryFilter::default(), "cursor": null })),
    lists("/api/letters/mailboxes", |_| json!({})),
    names("/api/letters/mailbox", |w| json!({ "account": w.bob.account, "cursor": null })),
    lists("/api/letters/search", |_| json!({ "query": "kettle", "cursor": null })),
    lists("/api/letters/search", |_| json!({ "query": "fishing", "cursor": null })),
    // --- palette
    lists("/api/palette/find", |_| json!({ "words": "kettle" })),
    lists("/api/palette/find", |_| json!({ "words": "xqsecret" })),
    office("/api/palette/shortcuts", "one's own choice"),
    names("/api/letters/get", |w| json!({ "id": w.bob.letter })),
    names("/api/letters/get", |w| json!({ "id": w.bob.private })),
    names("/api/letters/frame", |w| json!({ "id": w.bob.letter })).wordless(),
    names("/api/letters/headers", |w| json!({ "id": w.bob.letter })),
    names("/api/letters/neighbours", |w| json!({ "id": w.bob.letter, "list": model::ListPlace::Mailbox(w.bob.account) })).wordless(),
    refuses("/api/letters/neighbours", |w| json!({ "id": w.ann.letter, "list": model::ListPlace::Mailbox(w.bob.account) })),
    names(
        "/api/letters/neighbours",
        |w| json!({ "id": w.bob.letter, "list": model::ListPlace::History(w.bob.client, model::HistoryFilter::default()) }),
    )
    .wordless(),
    names("/api/letters/compare", |w| json!({ "id": w.bob.letter, "with": model::CompareWith::Letter(w.bob.private) })),
    refuses("/api/letters/compare", |w| json!({ "id": w.ann.letter, "with": model::CompareWith::Letter(w.bob.letter) })),
    names("/api/letters/mark-unread", |w| json!({ "id": w.bob.letter, "back": "" })).wordless(),
    // --- histories
    names("/api/history/sheet", |w| json!({ "client": w.bob.client, "filter": model::HistoryFilter::default() })),
    names("/api/history/head", |w| json!({ "client": w.bob.client, "filter": model::HistoryFilter::default() })),
    names(
        "/api/history/why-not",
        |w| json!({ "client": w.bob.client, "missed": { "sender": "@", "subject": "", "after": null, "before": null } }),
    ),
    names("/api/history/filing", |w| json!({ "letter": w.bob.letter, "client": null, "words": "" })),
    names("/api/history/filing", |w| json!({ "letter": w.bob.private, "client": null, "words": "" })),
    names("/api/history/file", |w| json!({ "form": filing_form(w.bob.letter, w.ann.client) })),
    names("/api/history/file", |w| json!({ "form": filing_form(w.ann.letter, w.bob.client) })),
    names("/api/history/undo", |w| json!({ "client": w.bob.client, "letter": w.bob.letter })),
    office("/api/history/save-filter", "one's own filters"),
    office("/api/history/drop-filter", "one's own filters; another's is answered 404 (see the contract of the store)"),
    // --- writing letters
    names("/api/compose/start", |w| json!({ "client": w.bob.client, "answers": null, "mode": "new", "choice": null })),
    names("/api/compose/start", |w| json!({ "client": null, "answers": w.bob.letter, "mode": "reply", "choice": null })),
    names("/api/compose/begin", |w| json!({ "client": w.bob.client, "mode": "new" })),
    names("/api/compose/begin", |w| json!({ "answers": w.bob.letter, "mode": "reply" })),
    names("/api/compose/view", |w| json!({ "id": w.bob.draft, "check": true, "refused": false })),
    names("/api/compose/save", |w| json!({ "id": w.bob.draft, "version": 1, "form": letter_form(), "intent": "send" })),
    names("/api/compose/autosave", |w| json!({ "id": w.bob.draft, "version": 1, "form": letter_form() })).wordless(),
    office("/api/compose/clean", "cleans what it is given: nothing of anybody's is in its answer"),
    names("/api/compose/sent", |w| json!({ "id": w.bob.draft })),
    names("/api/compose/undo", |w| json!({ "id": w.bob.draft })).wordless(),
    lists("/api/compose/drafts", |_| json!({})),
    names("/api/compose/discard", |w| json!({ "id": w.bob.draft })),
    names("/api/compose/detach", |w| json!({ "id": w.bob.draft, "file": 1 })),
    lists("/api/texts/list", |_| json!({})).wordless(),
    names("/api/texts/view", |w| json!({ "id": null, "client": w.bob.client })),
    office("/api/texts/save", "administrators decide"),
    office("/api/texts/restore", "administrators decide"),
    office("/api/texts/drop", "administrators decide"),
    // --- how Postroom itself fares
    office("/api/operation/get", "administrators alone, of the whole office"),
    // --- what was not imported
    lists("/api/management/list", |_| json!({})),
    lists("/api/management/waiting", |_| json!({})).wordless(),
    names("/api/management/letter", |w| json!({ "id": w.bob.managed.to_string() })),
    names("/api/management/now", |w| json!({ "id": w.bob.managed.to_string() })).wordless(),
    names("/api/management/deed", |w| json!({ "ids": [w.bob.managed.to_string()], "deed": "take", "reason": "", "back": "" })).wordless(),
    names("/api/management/rehearsal", |w| json!({ "account": w.bob.account })),
    // --- letters on their way out
    lists("/api/outbox/list", |_| json!({})),
    names("/api/outbox/letter", |w| json!({ "id": w.bob.outgoing })),
    names("/api/outbox/take-back", |w| json!({ "id": w.bob.outgoing })),
    names("/api/outbox/again", |w| json!({ "id": w.bob.outgoing })),
    names("/api/outbox/copy-again", |w| json!({ "id": w.bob.outgoing })),
    names("/api/outbox/settle", |w| json!({ "id": w.bob.outgoing, "arrived": true })),
    // --- letters that are made on a date
    lists("/api/actions/list", |_| json!({})),
    names("/api/actions/of", |w| json!({ "party": w.bob.client })),
    names("/api/actions/view", |w| json!({ "id": w.bob.action })),
    names("/api/actions/draft", |w| json!({ "id": w.bob.action, "party": null })),
    names("/api/actions/draft", |w| json!({ "id": null, "party": w.bob.client })),
    names("/api/actions/save", |w| json!({ "id": w.bob.action, "party": w.ann.client, "form": action_form(w) })),
    names("/api/actions/save", |w| json!({ "party": w.bob.client, "form": action_form(w) })),
    names("/api/actions/turn", |w| json!({ "id": w.bob.action, "to": "paused" })),
    names("/api/actions/settle", |w| json!({ "id": w.bob.occurrence, "again": false, "list": "" })),
    names("/api/actions/open", |w| json!({ "id": w.bob.occurrence })),
    // --- letters passed on, and those that wait for an answer
    names("/api/forward/view", |w| json!({ "letter": w.bob.letter })),
    names("/api/forward/view", |w| json!({ "letter": w.bob.private })),
    refuses("/api/forward/view", |w| json!({ "letter": w.ann.letter, "account": w.bob.account })),
    names("/api/forward/send", |w| json!({ "letter": w.bob.letter, "account": w.bob.account, "form": { "to": "1" } })),
    refuses("/api/forward/send", |w| json!({ "letter": w.ann.letter, "account": w.bob.account, "form": { "to": "1" } })),
    lists("/api/unanswered/list", |_| json!({ "days": 1 })),
    names("/api/unanswered/aside", |w| json!({ "party": w.bob.client, "letter": w.bob.letter, "days": 1 })),
    refuses("/api/unanswered/aside", |w| json!({ "party": w.ann.client, "letter": w.bob.private, "days": 1 })),
    names("/api/unanswered/again", |w| json!({ "party": w.bob.client, "days": 1 })),
    // --- stored letters read again
    office("/api/reread/view", "administrators alone; figures without a letter's words"),
    office("/api/reread/begin", "administrators alone"),
    office("/api/reread/accept", "administrators alone"),
    office("/api/reread/drop", "administrators alone"),
    // --- audit trail
    office("/api/audit/list", "the trail is the whole office's"),
    office("/api/audit/verify", "the record is the whole office's"),
];

/// What the first word of an address with `{id}` names.
pub fn id_of(path: &str, w: &World) -> String {
    match path.split('/').nth(1) {
        Some("clients") => w.bob.client.to_string(),
        Some("contacts") if path.ends_with("/deleted") => w.bob.gone_contact.to_string(),
        Some("contacts") => w.bob.contact.to_string(),
        Some("messages") => w.bob.letter.to_string(),
        Some("compose") => w.bob.draft.to_string(),
        Some("settings") if path.contains("/texts/") => w.text.to_string(),
        Some("accounts" | "mail") => w.bob.account.to_string(),
        Some("settings") if path.contains("/senders/") => w.bob.user.to_string(),
        Some("settings") if path.contains("/send-as/") => w.bob.send_as.to_string(),
        Some("actions") => w.bob.action.to_string(),
        Some("outbox") => w.bob.outgoing.to_string(),
        Some("management") => w.bob.managed.to_string(),
        Some("settings") if path.contains("/people/") => w.bob.user.to_string(),
        Some("settings") if path.contains("/cost-centres/") => w.bob.centre.to_string(),
        _ => panic!("scopes/table.rs: `id_of` does not know what {path} names. Add its noun there (and to `Side`, if it is a new one)"),
    }
}

/// What an address needs besides, to show anything even to Bob.
pub fn query_of(path: &str, w: &World) -> String {
    match path {
        "/messages/{id}/compare" => format!("?with={}", w.bob.private),
        "/accounts/{id}/ledger" => format!("?folder={}&outcome=filed", w.bob.folder),
        _ => String::new(),
    }
}

/// Addresses whose query names something of Bob's. 404 is expected, or an answer without a word of his.
pub static ADDRESSES: &[fn(&World) -> String] = &[
    |w| format!("/accounts/{}/ledger?folder={}&outcome=filed", w.ann.account, w.bob.folder),
    |w| format!("/accounts/{}/statements/{}", w.ann.account, w.bob.statement),
    |w| format!("/accounts/checklist?client={}", w.bob.client),
    |w| format!("/clients?cursor={}", w.bob.client),
    |w| format!("/contacts?cursor={}", w.bob.contact),
    |w| format!("/clients/{}", w.bob.contact),
    |w| format!("/messages/{}/compare?with={}", w.ann.letter, w.bob.letter),
    |w| format!("/messages/{}?from=/clients/{}", w.ann.letter, w.bob.client),
    |w| format!("/messages/{}?from=/mail/{}", w.ann.letter, w.bob.account),
    |w| format!("/messages/{}/body?as=html", w.bob.private),
    |w| format!("/messages/{}/original", w.bob.private),
    |w| format!("/compose?client={}", w.bob.client),
    |w| format!("/actions/new?client={}", w.bob.client),
    |w| format!("/compose?answers={}&mode=reply", w.bob.letter),
    |w| format!("/compose/{}", w.bob.draft),
    |_| "/search?q=kettle".to_owned(),
    |_| "/search?q=fishing".to_owned(),
    |_| "/clients?words=south".to_owned(),
];
