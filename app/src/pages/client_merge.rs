//! `/clients/:id/merge`: two clients on file who are one. Choose the other, look at what happens, merge.

use super::client_merge_effect::{after_panel, effect_panel};
use super::client_shared::find_field;
use crate::api::days::period;
use crate::api::merge::{MergeClients, look_at_merge};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use model::*;

/// The steps; where one is, and every choice, stands in the address.
#[component]
pub fn MergePage() -> impl IntoView {
    let id = param("id", ClientId(0));
    let map = use_query_map();
    let (with, words) = (query("with"), query("words"));
    let chosen =
        Memo::new(move |_| map.with(|map| merge_keys().filter_map(|key| Some(MergePlace { to: map.get(&key)?, key })).collect::<Vec<_>>()));
    let data = Resource::new(
        move || (id.get(), with.get(), chosen.get(), words.get()),
        |(id, with, chosen, words)| async move {
            // What is no id is a client that nobody has.
            let goes = (!with.is_empty()).then(|| ClientId(with.parse().unwrap_or(0)));
            look_at_merge(id, goes, chosen.into_iter().filter(MergePlace::is_known).collect(), words).await
        },
    );
    let merge = ServerAction::<MergeClients>::new();
    let of_contacts = use_location().pathname.get_untracked().starts_with("/contacts/");
    load(data, if of_contacts { "the contacts" } else { "the clients" }, move |shown| {
        let MergeView { is_contact, stays, alike, found, preview } = shown;
        let kind = Kind { is_contact };
        let name = stays.name.clone();
        let title = match &preview {
            None => format!("Merge {name} with another {}", kind.one()),
            Some(preview) => format!("Merge {} into {name}", preview.goes.name),
        };
        let step = match preview {
            None => choose(kind, &stays, alike, found, &words.get_untracked()),
            Some(preview) => look(kind, &stays, preview, merge),
        };
        view! {
            <nav class="crumbs" aria-label="You are here"><a href=kind.list()>{kind.title()}</a><a href=kind.file(stays.id)>{name}</a></nav>
            <ErrorSummary problem=problem_of(merge)/>
            <PageHead title=title lead="For two files about the same people. One stays; the addresses, letters and decisions of the other move to it." problem=problem_of(merge)/>
            {step}
        }
        .into_any()
    })
}

/// Whether they are clients or contacts, in words and addresses.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    is_contact: bool,
}

impl Kind {
    pub fn one(self) -> &'static str {
        if self.is_contact { "contact" } else { "client" }
    }
    fn title(self) -> &'static str {
        if self.is_contact { "Contacts" } else { "Clients" }
    }
    fn list(self) -> &'static str {
        if self.is_contact { "/contacts" } else { "/clients" }
    }
    fn file(self, id: ClientId) -> String {
        format!("{}/{id}", self.list())
    }
    fn merge(self, id: ClientId) -> String {
        format!("{}/merge", self.file(id))
    }
    /// Contacts have neither partners nor codes.
    pub fn has_partner(self) -> bool {
        !self.is_contact
    }
    /// "Jo Hartley (C-1)"; a contact's company stands in the place of a code, if it has one.
    fn called(self, card: &ClientCard) -> String {
        if card.code.is_empty() { card.name.clone() } else { format!("{} ({})", card.name, card.code) }
    }
}

/// Step one: which client is the other?
fn choose(kind: Kind, stays: &ClientCard, alike: Vec<ClientCard>, found: Vec<ClientCard>, words: &str) -> AnyView {
    let path = kind.merge(stays.id);
    let none = found.is_empty() && !words.trim().is_empty();
    let words = words.to_owned();
    let one = kind.one();
    let sentence = format!("{} stays. The {one} you choose goes.", kind.called(stays));
    let offer = |cards: Vec<ClientCard>| {
        let path = path.clone();
        cards
            .into_iter()
            .map(|card| {
                let href = with_query(&path, &[("with", &card.id.to_string())]);
                let addresses = card.addresses.iter().map(|address| address.address.as_str()).collect::<Vec<_>>().join(", ");
                view! { <li><a href=href>{card.name}</a><span class="quiet">{format!(" {} {addresses}", card.code)}</span></li> }
            })
            .collect_view()
    };
    let (any_alike, alike, found) = (!alike.is_empty(), offer(alike), offer(found));
    view! {
        <section class="panel" aria-labelledby="choose-client">
            <h2 id="choose-client">{format!("Which {one} is the same?")}</h2>
            <p>{sentence}</p>
            <GetForm action=path.clone() class="form">
                {find_field(one, words)}
            </GetForm>
            {none.then(|| view! { <p role="status">{format!("No other {one} you may open has all these words.")}</p> })}
            <ul class="plain-list client-choice">{found}</ul>
            {any_alike.then(|| view! { <h3>{format!("{} with an address of this one", kind.title())}</h3><ul class="plain-list client-choice">{alike}</ul> })}
        </section>
    }
    .into_any()
}

/// Step two: what happens, and whose which address becomes.
fn look(kind: Kind, stays: &ClientCard, preview: MergePreview, merge: ServerAction<MergeClients>) -> AnyView {
    let MergePreview { goes, entries, crowded, file, effect, mark } = preview;
    let swap = format!("{}?with={}", kind.merge(goes.id), stays.id);
    let (back, again) = (kind.file(stays.id), kind.merge(stays.id));
    let addresses = (!entries.is_empty()).then(|| places(kind, stays, &goes, entries, &crowded));
    let sentence = format!("{} stays, {} goes. ", kind.called(stays), kind.called(&goes));
    let (keep, do_it) = (format!("Rather keep {}", goes.name), format!("Merge {} into {}", goes.name, stays.name));
    let after = effect.is_some().then(|| after_panel(kind, stays, &goes, &file));
    let can = effect.is_some();
    let effect = effect.map(|effect| effect_panel(kind, stays, &goes, &effect));
    let ids = [("stays", stays.id.to_string()), ("goes", goes.id.to_string()), ("seen", mark)];
    let hidden = ids.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <p>
            {sentence}
            <a href=swap>{keep}</a>" · "<a href=again>{format!("Choose another {}", kind.one())}</a>
        </p>
        <PostForm action=merge>
            {hidden}
            {addresses}
            {effect}
            {after}
            <div class="cluster">
                {can.then(|| view! { <Submit label=do_it name="intent" value="merge"/> })}
                <Submit label="Show again with these choices" variant="secondary" name="intent" value="look"/>
                <a class="button" data-variant="quiet" href=back>"Cancel"</a>
            </div>
        </PostForm>
    }
    .into_any()
}

fn places(kind: Kind, stays: &ClientCard, goes: &ClientCard, entries: Vec<MergeEntry>, crowded: &[(Person, i64)]) -> AnyView {
    let (stays, goes) = (stays.name.clone(), goes.name.clone());
    let rows = entries
        .into_iter()
        .enumerate()
        .map(|(at, entry)| {
            let file = if entry.stays { stays.clone() } else { goes.clone() };
            place(kind, at, entry, file)
        })
        .collect_view();
    let warnings = crowded
        .iter()
        .map(|(person, count)| {
            let (whose, other) = if *person == Person::Myself { ("the client", "the partner") } else { ("the partner", "the client") };
            let over = text::count(count - SLOTS, "address", "addresses");
            let sentence = if kind.has_partner() {
                format!("There is room for three addresses each, and {whose} would have {count}. Leave {over} off, or move {over} to {other}, and show it again.")
            } else {
                format!("There is room for three addresses, and the contact would have {count}. Leave {over} off, and show it again.")
            };
            view! { <p class="field-error">{sentence}</p> }
        })
        .collect_view();
    let wrong = (!crowded.is_empty()).then_some("true");
    view! {
        <fieldset class="panel" id="places" data-wrong=wrong>
            <legend>"The addresses of both"</legend>
            <p class="hint">"The same address of the same person becomes one; its days are joined. Letters of an address that is left off leave the history; none is deleted."</p>
            {warnings}
            <div class="merge-places">{rows}</div>
        </fieldset>
    }
    .into_any()
}

fn place(kind: Kind, at: usize, entry: MergeEntry, file: String) -> AnyView {
    let words = |word: &str, sentence: &str| (word.to_owned(), sentence.to_owned());
    let (options, hint) = if kind.has_partner() {
        let person = if entry.on_file.person == Person::Myself { "client" } else { "partner" };
        let options = vec![words("self", "The client"), words("partner", "The partner"), words("off", "Leave it off")];
        (options, format!("On the file of {file}: {person}{}", days(&entry.on_file)))
    } else {
        (vec![words("self", "Keep it"), words("off", "Leave it off")], format!("On the file of {file}{}", days(&entry.on_file)))
    };
    view! {
        <input type="hidden" name=format!("places[{at}][key]") value=entry.key.clone()/>
        <Select id=entry.key name=format!("places[{at}][to]") label=entry.on_file.address hint=hint options=options value=entry.to.map_or("off", Person::as_str)/>
    }
    .into_any()
}

/// ", from …, until …".
pub(super) fn days(address: &ClientAddress) -> String {
    let days = period(address.valid_from, address.valid_to, ",");
    if days.is_empty() { days } else { format!(",{days}") }
}
