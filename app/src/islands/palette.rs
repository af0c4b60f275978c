//! The command palette: everything one can go to or do, by typing (WAI-ARIA APG: combobox with a list). Pages and actions are found here,
//! clients, accounts and letters by the server. Without JavaScript nothing of it shows.

use crate::api::accounts::CollectNow;
use crate::api::palette::find;
use crate::api::session::{SetTheme, SignOut};
use crate::kit::icon::Icon;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{PALETTE_LEAST, PaletteFind, Permission, Role, Viewer};

/// What choosing an entry does.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    /// Goes to an address.
    Go(String),
    /// Posts a form: where to, and its one field.
    Post(&'static str, &'static str, String),
}

/// A line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    kind: &'static str,
    title: String,
    detail: String,
    choice: Choice,
}

type Known = (&'static str, &'static str, &'static str, Option<Permission>);

/// Pages: title, other words for it, address, permission.
const PAGES: &[Known] = &[
    ("Your office", "home start first page", "/", None),
    ("Clients", "people history", "/clients", None),
    ("Contacts", "agents suppliers", "/contacts", None),
    ("Mail", "mailboxes inbox", "/mail", None),
    ("Outbox", "letters sent leaving undo", "/outbox", None),
    ("Actions", "planned letters due date schedule", "/actions", None),
    ("Email Management", "queues replies import errors", "/management", None),
    ("Unanswered", "letters waiting answer reply", "/unanswered", None),
    ("Search letters", "find", "/search", None),
    ("E-mail accounts", "mailboxes health ledger", "/accounts", None),
    ("Settings", "options", "/settings", None),
    ("Your profile", "password shortcuts sessions", "/settings/profile", None),
    ("People", "users permissions invite", "/settings/people", Some(Permission::UsersManage)),
    ("Cost centres", "teams", "/settings/cost-centres", Some(Permission::UsersManage)),
    ("Audit trail", "events record verify", "/audit", Some(Permission::AuditView)),
];

/// Pages for administrators alone.
const OF_ADMINISTRATORS: &[Known] = &[("Status", "health operation loops disk database errors", "/status", None)];

/// Actions that are pages.
const ACTIONS: &[Known] = &[
    ("Add a client", "new", "/clients/new", Some(Permission::ClientsEdit)),
    ("Add a contact", "new agent supplier", "/contacts/new", Some(Permission::ClientsEdit)),
    ("Import a list of clients", "csv upload", "/clients/import", Some(Permission::ClientsEdit)),
    ("Connect a mailbox", "add new account", "/accounts/new", Some(Permission::AccountsOwn)),
    ("Verify the audit trail", "check record", "/audit?verify=1", Some(Permission::AuditView)),
];

fn known(viewer: &Viewer) -> Vec<(Entry, &'static str)> {
    let may = |permission: &Option<Permission>| {
        permission.is_none_or(|permission| {
            viewer.may(permission) || (permission == Permission::AccountsOwn && viewer.may(Permission::AccountsManage))
        })
    };
    let list = |kind: &'static str, list: &'static [Known]| {
        list.iter().filter(move |(.., permission)| may(permission)).map(move |(title, other, path, _)| {
            (Entry { kind, title: (*title).to_owned(), detail: String::new(), choice: Choice::Go((*path).to_owned()) }, *other)
        })
    };
    let post = |title: &str, other: &'static str, url: &'static str, field: &'static str, value: &str| {
        (
            Entry { kind: "Action", title: title.to_owned(), detail: String::new(), choice: Choice::Post(url, field, value.to_owned()) },
            other,
        )
    };
    let mut known: Vec<_> = list("Page", PAGES).chain(list("Action", ACTIONS)).collect();
    if viewer.role == Role::Administrator {
        known.extend(list("Page", OF_ADMINISTRATORS));
    }
    known.extend([
        post("Change the look: light", "theme bright day", SetTheme::url(), "theme", "light"),
        post("Change the look: dark", "theme night", SetTheme::url(), "theme", "dark"),
        post("Change the look: as the system", "theme auto", SetTheme::url(), "theme", "auto"),
        post("Sign out", "log out leave", SignOut::url(), "bye", ""),
    ]);
    known
}

/// How well a title answers what was typed: 3 it begins so, 2 each word typed begins a word of it, 1 the letters typed are the first
/// letters of its words, 0 not. Letters strewn over a title answer nothing: they would stand before the client somebody means.
fn answers(typed: &str, title: &str, other: &str) -> u8 {
    let (typed, title) = (typed.trim().to_lowercase(), title.to_lowercase());
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if title.starts_with(&typed) {
        return 3;
    }
    if typed.split_whitespace().all(|part| words.iter().copied().chain(other.split(' ')).any(|word| word.starts_with(part))) {
        return 2;
    }
    let initials: String = words.iter().filter_map(|word| word.chars().next()).collect();
    u8::from(typed.chars().count() > 1 && initials.starts_with(&typed))
}

/// Whether what was found for words typed before still fits what is typed now: the answer to that is on its way.
fn still_answers(entry: &Entry, typed: &str) -> bool {
    let text = format!("{} {}", entry.title, entry.detail).to_lowercase();
    entry.kind == "Letter" || typed.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// Of what is known here, the best; all of it when nothing is typed yet.
fn matching(known: &[(Entry, &'static str)], typed: &str) -> Vec<Entry> {
    if typed.trim().is_empty() {
        return known.iter().map(|(entry, _)| entry.clone()).collect();
    }
    let scored: Vec<(u8, &Entry)> = known.iter().map(|(entry, other)| (answers(typed, &entry.title, other), entry)).collect();
    let best_first = (1..=3).rev().flat_map(|wanted| scored.iter().filter(move |(score, _)| *score == wanted));
    best_first.take(6).map(|(_, entry)| (*entry).clone()).collect()
}

fn entries(found: PaletteFind) -> Vec<Entry> {
    match found {
        PaletteFind::Client { id, name, code } => {
            vec![Entry { kind: "Client", title: name, detail: code, choice: Choice::Go(format!("/clients/{id}")) }]
        }
        PaletteFind::Contact { id, name, detail } => {
            vec![Entry { kind: "Contact", title: name, detail, choice: Choice::Go(format!("/contacts/{id}")) }]
        }
        PaletteFind::Letter { id, subject, from } => {
            vec![Entry {
                kind: "Letter",
                title: crate::text::subject(&subject),
                detail: from,
                choice: Choice::Go(format!("/messages/{id}")),
            }]
        }
        PaletteFind::Account { id, name, collects } => {
            let go = Entry { kind: "Account", title: name.clone(), detail: String::new(), choice: Choice::Go(format!("/accounts/{id}")) };
            let collect = collects.then(|| Entry {
                kind: "Action",
                title: format!("Collect now: {name}"),
                detail: String::new(),
                choice: Choice::Post(CollectNow::url(), "id", id.to_string()),
            });
            [Some(go), collect].into_iter().flatten().collect()
        }
    }
}

/// What the palette holds while it is open.
#[derive(Clone, Copy)]
struct State {
    known: StoredValue<Vec<(Entry, &'static str)>>,
    opened: RwSignal<bool>,
    typed: RwSignal<String>,
    found: RwSignal<Vec<Entry>>,
    at: RwSignal<usize>,
    post: RwSignal<(&'static str, &'static str, String)>,
}

impl State {
    fn new(viewer: &Viewer) -> Self {
        Self {
            known: StoredValue::new(known(viewer)),
            opened: RwSignal::new(false),
            typed: RwSignal::new(String::new()),
            found: RwSignal::new(Vec::new()),
            at: RwSignal::new(0),
            post: RwSignal::new(("", "", String::new())),
        }
    }

    /// Clients first: who types a client's name means the client. Then what is known here, then the rest that was found.
    fn list(self) -> Vec<Entry> {
        if !self.opened.get() {
            return Vec::new();
        }
        let typed = self.typed.get();
        let fitting = self.found.get().into_iter().filter(|entry| still_answers(entry, &typed));
        let (mut list, rest): (Vec<Entry>, Vec<Entry>) = fitting.partition(|entry| entry.kind == "Client");
        list.extend(self.known.with_value(|known| matching(known, &typed)));
        list.extend(rest);
        let words = typed.trim();
        if words.chars().count() >= PALETTE_LEAST {
            let title = format!("Search all letters for “{words}”");
            list.push(Entry { kind: "Search", title, detail: String::new(), choice: Choice::Go(search_for(words)) });
        }
        list
    }

    fn choose(self, entry: &Entry) {
        close();
        match &entry.choice {
            Choice::Go(path) => go(path),
            Choice::Post(url, field, value) => {
                self.post.set((url, field, value.clone()));
                submit_soon();
            }
        }
    }

    /// The arrows go round, Enter chooses; every other key is the field's own.
    fn key(self, event: &KeyboardEvent, list: Memo<Vec<Entry>>, at: Memo<usize>) {
        let (count, here) = (list.with(Vec::len), at.get_untracked());
        match event.key().as_str() {
            "ArrowDown" if count > 0 => self.at.set((here + 1) % count),
            "ArrowUp" if count > 0 => self.at.set((here + count - 1) % count),
            "Enter" if !event.is_composing() => {
                if let Some(entry) = list.with(|list| list.get(here).cloned()) {
                    self.choose(&entry);
                }
            }
            _ => return,
        }
        event.prevent_default();
    }

    fn type_in(self, words: String) {
        self.typed.set(words);
        self.at.set(0);
    }
}

/// The dialog, closed and empty until it is opened.
#[island]
pub fn Palette(
    /// Who asks: what one may not do is not offered.
    viewer: Viewer,
) -> impl IntoView {
    let state = State::new(&viewer);
    let list = Memo::new(move |_| state.list());
    let at = Memo::new(move |_| state.at.get().min(list.with(Vec::len).saturating_sub(1)));
    let any = move || list.with(|list| !list.is_empty());
    ask_while_typing(state.typed.read_only(), state.found.write_only());
    Effect::new(move |_| scroll_to(at.get()));
    view! {
        <dialog id="palette" class="dialog palette" aria-label="Go to or do" on:close=move |_| state.type_in(String::new())>
            <div class="palette-head">
                <input type="text" role="combobox" aria-expanded=move || if any() { "true" } else { "false" } aria-controls="palette-list"
                    aria-autocomplete="list" aria-label="Go to or do"
                    aria-activedescendant=move || any().then(|| format!("palette-{}", at.get()))
                    placeholder="Client, letter, page or action" autocomplete="off" spellcheck="false" autofocus=true
                    prop:value=move || state.typed.get() on:focus=move |_| state.opened.set(true)
                    on:keydown=move |event| state.key(&event, list, at)
                    on:input=move |event| state.type_in(event_target_value(&event))/>
                <form method="dialog"><button type="submit" class="palette-close" aria-label="Close">{Icon::Cross.draw()}</button></form>
            </div>
            <ul id="palette-list" role="listbox" aria-label="Found">{move || options(state, list.get(), at)}</ul>
            <p class="visually-hidden" role="status">{move || counted(list.with(Vec::len))}</p>
            <p class="quiet palette-help"><kbd>"↑"</kbd>" "<kbd>"↓"</kbd>" to choose, "<kbd>"Enter"</kbd>" to go, "<kbd>"Esc"</kbd>" to close"</p>
            {hidden_form(state, viewer.csrf)}
        </dialog>
    }
}

fn options(state: State, list: Vec<Entry>, at: Memo<usize>) -> AnyView {
    let option = |(n, entry): (usize, Entry)| {
        let chosen = entry.clone();
        view! {
            <li role="option" id=format!("palette-{n}") aria-selected=move || if at.get() == n { "true" } else { "false" }
                on:mousemove=move |_| if at.get_untracked() != n { state.at.set(n) }
                on:click=move |_| state.choose(&chosen)>
                <span class="palette-title">{entry.title}</span>
                <span class="palette-detail">{entry.detail}</span>
                <span class="palette-kind">{entry.kind}</span>
            </li>
        }
    };
    list.into_iter().enumerate().map(option).collect_view().into_any()
}

fn counted(entries: usize) -> String {
    if entries == 0 { "Nothing found".to_owned() } else { crate::text::count(entries as i64, "entry", "entries") }
}

/// What an action is sent with.
fn hidden_form(state: State, csrf: String) -> AnyView {
    let post = state.post;
    view! {
        <form id="palette-post" method="post" action=move || post.get().0 hidden=true>
            <input type="hidden" name="csrf" value=csrf/>
            <input type="hidden" name=move || post.get().1 value=move || post.get().2/>
        </form>
    }
    .into_any()
}

/// Asks the server a moment after the last key; an answer to an older question is dropped.
fn ask_while_typing(typed: ReadSignal<String>, set_found: WriteSignal<Vec<Entry>>) {
    const WAIT: std::time::Duration = std::time::Duration::from_millis(150);
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let words = typed.get();
        asked.update_value(|asked| *asked += 1);
        let mine = asked.get_value();
        if words.trim().chars().count() < PALETTE_LEAST {
            set_found.set(Vec::new());
            return;
        }
        let ask = move || {
            if asked.get_value() != mine {
                return;
            }
            leptos::task::spawn_local(async move {
                let found = find(words).await.unwrap_or_default();
                if asked.get_value() == mine {
                    set_found.set(found.into_iter().flat_map(entries).collect());
                }
            });
        };
        set_timeout(ask, WAIT);
    });
}

/// The address of a search.
fn search_for(words: &str) -> String {
    format!("/search?q={}", model::escaped(words, ""))
}

fn close() {
    #[cfg(feature = "hydrate")]
    crate::alive::dialogs::close("palette");
}

fn go(path: &str) {
    let _ = path;
    #[cfg(feature = "hydrate")]
    crate::alive::dom::visit(path);
}

/// Sends the hidden form when its fields stand.
fn submit_soon() {
    #[cfg(feature = "hydrate")]
    request_animation_frame(|| {
        use wasm_bindgen::JsCast;
        if let Some(form) = crate::alive::dom::first("#palette-post").and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
            let _ = form.submit();
        }
    });
}

/// Brings the chosen line into sight, and moves no more than that needs.
fn scroll_to(at: usize) {
    let _ = at;
    #[cfg(feature = "hydrate")]
    if let Some(option) = crate::alive::dom::first(&format!("#palette-{at}")) {
        let how = web_sys::ScrollIntoViewOptions::new();
        how.set_block(web_sys::ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&how);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Role, UserId};

    fn viewer(role: Role) -> Viewer {
        Viewer { id: UserId(1), name: String::new(), email: String::new(), role, granted: vec![], csrf: String::new(), shortcuts: true }
    }

    #[test]
    fn beginnings_find_a_page_and_letters_strewn_over_it_do_not() {
        let known = known(&viewer(Role::Administrator));
        let first = |typed: &str| matching(&known, typed).first().map(|entry| entry.title.clone());
        assert_eq!(first("add cl").as_deref(), Some("Add a client"));
        assert_eq!(first("aac").as_deref(), Some("Add a client"));
        assert_eq!(first("hale"), None, "not “c-ha-nge the l-ook”");
        assert_eq!(first("cost").as_deref(), Some("Cost centres"));
        assert_eq!(first("sign").as_deref(), Some("Sign out"));
        assert_eq!(first("password").as_deref(), Some("Your profile"));
        for page in ["Actions", "Outbox", "Email Management", "Unanswered"] {
            assert_eq!(first(&page.to_lowercase()).as_deref(), Some(page));
        }
        assert_eq!(first("planned").as_deref(), Some("Actions"));
        assert_eq!(first("xq"), None);
    }

    #[test]
    fn only_what_one_may_do_is_offered() {
        let titles: Vec<String> = known(&viewer(Role::Staff)).into_iter().map(|(entry, _)| entry.title).collect();
        assert!(titles.contains(&"Clients".to_owned()) && titles.contains(&"Sign out".to_owned()));
        for closed in ["Add a client", "People", "Audit trail", "Connect a mailbox"] {
            assert!(!titles.contains(&closed.to_owned()), "{closed}");
        }
    }
}
