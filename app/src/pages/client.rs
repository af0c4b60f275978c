//! `/clients/:id`: History → Email, newest first, with why each letter is here (FP-06, FP-07, S2).

use super::action_list::{DayDeeds, of_party, plan_page};
use super::client_merged::merged_lines;
use super::client_shared::also_on_file;
use super::history_filter::{Chosen, filter_bar};
use super::saved_filters::saved_filters;
use crate::api::actions::actions_of;
use crate::api::contacts::lead_to_contact;
use crate::api::days::{office_days, period};
use crate::api::history::{DropFilter, SaveFilter, above_history};
use crate::api::merge::{UndoMerge, merged_clients};
use crate::api::systems::EmailSummary;
use crate::api::{clients::client, letters::history};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::*;

/// A client's file: who it is, and the correspondence.
#[component]
pub fn ClientPage() -> impl IntoView {
    let id = param("id", ClientId(0));
    let map = use_query_map();
    let chosen = Memo::new(move |_| map.with(Chosen::read));
    let (cursor, open) = (query("cursor"), query("open"));
    let (save, drop) = (ServerAction::<SaveFilter>::new(), ServerAction::<DropFilter>::new());
    let undo = ServerAction::<UndoMerge>::new();
    let deeds = DayDeeds::new();
    let done_to_day = deeds.problem();
    let problem = Signal::derive(move || {
        problem_of(undo).get().or_else(|| problem_of(save).get()).or_else(|| problem_of(drop).get()).or_else(|| done_to_day.get())
    });
    let data = Resource::new(
        move || (id.get(), chosen.get(), cursor.get(), open.get()),
        |(id, chosen, cursor, open)| async move {
            let (filter, cursor) = (chosen.filter(&*office_days()), (!cursor.is_empty()).then_some(cursor));
            lead_to_contact(id).await?;
            // First, since it leads on to the client that a merged one became.
            let (card, shared) = client(id).await?;
            Ok::<_, crate::Trouble>((card, shared, below_head(id, filter, cursor, &open).await?))
        },
    );
    let may = |permission| use_context::<Viewer>().is_some_and(|viewer| viewer.may(permission));
    let (may_edit, may_export) = (may(Permission::ClientsEdit), may(Permission::LettersExport));
    view! {
        <Done words=vec![
            ("saved", "The client is saved. The history follows the addresses at once."),
            ("filed", "The letter is filed here by hand. Everyone who may open this client can read it now."),
            ("kept-off", "The letter is kept off this client."),
            ("merged", "The two clients are one. Its history has the letters of both."),
            ("apart", "The merger is undone: both clients are as they were before it."),
            ("came-here", "The client you asked for was merged into this one."),
            ("undone", "Undone: the addresses decide about this letter again."),
            ("filter-saved", "The filters are saved. You find them above every client's history."),
            ("filter-deleted", "The saved filter is deleted."),
        ]/>
        {load(data, "the client and the letters", move |(card, shared, (merged, planned, shown))| {
            let id = card.id;
            let help = view! { <p class="help-line">{Icon::Question.draw()}<a href=format!("/accounts/checklist?client={id}")>"Is a letter not here?"</a></p> };
            view! {
                <ErrorSummary problem=problem/>
                {head(card, &shared, may_edit, of_party(planned, deeds))}
                {merged_lines(id, "client", merged, undo)}
                {correspondence(id, shown, (&chosen.get_untracked(), &cursor.get_untracked()), (save, drop), (may_edit, may_export), help.into_any())}
            }
            .into_any()
        })}
    }
}

/// Letters of a page, what stands above them, and which is open.
pub(super) type Shown = (Page<HistoryRow>, HistoryHead, Opened);

/// What the page of a client or a contact shows below its head: who was merged into it, what is planned, the letters. Asked together: the
/// page is there as soon as the slowest of them is answered.
pub(super) async fn below_head(
    id: ClientId,
    filter: HistoryFilter,
    cursor: Option<String>,
    open: &str,
) -> Result<(Vec<MergedClient>, PartyActions, Shown), crate::Trouble> {
    let (letters, head, merged, planned) =
        futures::join!(history(id, filter.clone(), cursor), above_history(id, filter), merged_clients(id), actions_of(id));
    let (letters, head, merged, planned) = (letters?, head?, merged?, planned?);
    let opened = Opened::asked(open, &letters.rows).await;
    Ok((merged, planned, (letters, head, opened)))
}

/// The correspondence of a client or a contact, narrowed down as `now` says, from `cursor` on; `help` stands below it.
pub(super) fn correspondence(
    id: ClientId,
    (letters, head, opened): Shown,
    (now, cursor): (&Chosen, &str),
    (save, drop): (ServerAction<SaveFilter>, ServerAction<DropFilter>),
    (may_edit, may_export): (bool, bool),
    help: AnyView,
) -> AnyView {
    let any = !letters.rows.is_empty();
    view! {
        <section aria-labelledby="history-title" class="history">
            <div class="history-head">
                <h2 id="history-title" class="section-title">"History"<span class="quiet">" Email"</span></h2>
                {any.then(|| count_line(id, &head, now))}
            </div>
            <div class="history-tools">
                {filter_bar(id, now.clone(), &head)}
                {ways(id, now, any, may_export && any)}
            </div>
            {saved_filters(id, &head.saved, &now.query(), save, drop)}
            {as_at(now)}
            {list(id, (letters, opened), &head, now, cursor, may_edit)}
            {help}
        </section>
    }
    .into_any()
}

fn head(card: ClientCard, shared: &[SharedAddress], may_edit: bool, planned: AnyView) -> AnyView {
    let persons = [Person::Myself, Person::Partner].map(|person| addresses(&card, shared, person));
    view! {
        <Title text=card.name.clone()/>
        <div class="client-head">
            <nav class="crumbs" aria-label="You are here"><a href="/clients">"Clients"</a></nav>
            <h1>{card.name.clone()}</h1>
            <p class="lead">{card.code.clone()}{card.cost_centre.clone().map(|centre| format!(" · {centre}"))}</p>
            <div class="actions">
                {may_edit.then(|| view! {
                    <a class="button" data-variant="quiet" href=format!("/clients/{}/merge", card.id)>"Merge"</a>
                    <a class="button" data-variant="secondary" href=format!("/clients/{}/edit", card.id)>"Change"</a>
                })}
                <a class="button" data-variant="secondary" href=plan_page(card.id)><span>"Plan"<span class="plan-what">" a letter"</span></span></a>
                <a class="button" data-variant="primary" href=format!("/compose?client={}", card.id)>"Write a letter"</a>
            </div>
            // Open at a desk; on a phone a line that opens, so that letters are seen first.
            <details class="file">
                <summary>{text::count(card.addresses.len() as i64, "address on file", "addresses on file")}</summary>
                <div class="persons">{persons.into_iter().collect_view()}</div>
            </details>
            {planned}
        </div>
    }
    .into_any()
}

fn addresses(card: &ClientCard, shared: &[SharedAddress], person: Person) -> AnyView {
    let mine: Vec<&ClientAddress> = card.addresses.iter().filter(|address| address.person == person).collect();
    let title = match person {
        Person::Myself => "Client",
        Person::Partner => "Partner",
    };
    if mine.is_empty() {
        return view! { <div class="person"><h2>{title}</h2><p class="quiet">"No address on file"</p></div> }.into_any();
    }
    let lines = mine
        .into_iter()
        .map(|address| view! { <li><span class="slot">{address.slot}</span><span>{address.address.clone()}<span class="quiet">{period(address.valid_from, address.valid_to, "")}</span>{also_on_file(shared, &address.address)}</span></li> })
        .collect_view();
    view! { <div class="person"><h2>{title}</h2><ul>{lines}</ul></div> }.into_any()
}

/// Where one goes on from here: asking for a letter that is missed, taking the history along.
fn ways(id: ClientId, chosen: &Chosen, has_letters: bool, may_export: bool) -> AnyView {
    let query = chosen.query();
    let file = if query.is_empty() { format!("/clients/{id}/history.mbox") } else { format!("/clients/{id}/history.mbox?{query}") };
    let words = if chosen.is_open() { "Download this history (.mbox)" } else { "Download these letters (.mbox)" };
    let sheet = Chosen { group: String::new(), ..chosen.clone() }.query();
    let sheet = if sheet.is_empty() { format!("/clients/{id}/print") } else { format!("/clients/{id}/print?{sheet}") };
    let summary = if query.is_empty() { format!("/clients/{id}/summary.pdf") } else { format!("/clients/{id}/summary.pdf?{query}") };
    let in_full = format!("{summary}{}letters=full", if query.is_empty() { "?" } else { "&" });
    let email = ServerAction::<EmailSummary>::new();
    let print = if chosen.is_open() { "Print this history" } else { "Print these letters" };
    view! {
        <a class="history-missing" href=format!("/clients/{id}/why-not")>"Is a letter missing? Ask why"</a>
        {has_letters.then(|| view! {
            <details class="history-ways">
                <summary>{if may_export { "Print, download" } else { "Print" }}</summary>
                <div class="cluster">
                    <a href=sheet>{print}</a>
                    {may_export.then(|| view! {
                        <a download=true href=summary>"Summary (PDF)"</a>
                        <a download=true href=in_full>"Summary with the letters in full (PDF)"</a>
                        <a download=true href=file>{words}</a>
                        <PlainButton action=email label="Email PDF" with=vec![("client", id.to_string())]/>
                    })}
                </div>
            </details>
        })}
    }
    .into_any()
}

/// What "as at" means, where it is chosen.
fn as_at(chosen: &Chosen) -> AnyView {
    if office_days().end_of(&chosen.as_at).is_none() {
        return ().into_any();
    }
    let day = format!("As at the end of {}, a day of the office. ", day_words(&chosen.as_at));
    view! {
        <Banner tone="info">
            <p><strong>{day}</strong>
                "The addresses on file and the decisions made by hand are those that stood then; the letters are all that are here today, however late they were collected. \
                What stood on file before Postroom kept its past counts as having always stood there. Letters that are not yours to open today are left out."</p>
        </Banner>
    }
    .into_any()
}

fn list(
    id: ClientId,
    (page, opened): (Page<HistoryRow>, Opened),
    head: &HistoryHead,
    chosen: &Chosen,
    cursor: &str,
    may_edit: bool,
) -> AnyView {
    if page.rows.is_empty() {
        return empty(id, head, chosen, may_edit);
    }
    let next = page.next.map(|next| chosen.address(id, &next));
    let first = (!cursor.is_empty()).then(|| chosen.address(id, ""));
    view! {
        <LetterList rows=page.rows of=Some(chosen.history_of(id)) may_file=may_edit opened=opened/>
        <Older next=next first=first/>
    }
    .into_any()
}

/// How many letters, and how many are kept off.
fn count_line(id: ClientId, head: &HistoryHead, chosen: &Chosen) -> AnyView {
    let count = counted(head);
    let words = if chosen.is_open() { count } else { format!("{count} with these filters") };
    let kept_off = (chosen.is_open() && head.kept_off > 0).then(|| {
        let href = Chosen { hand: "kept-off".to_owned(), ..chosen.open() }.address(id, "");
        view! { " · "<a href=href>{text::count(head.kept_off, "letter kept off by hand", "letters kept off by hand")}</a> }
    });
    view! { <p class="quiet" role="status">{words}{kept_off}</p> }.into_any()
}

/// "12 letters", "12 letters in 5 conversations".
fn counted(head: &HistoryHead) -> String {
    let letters = text::count(head.letters, "letter", "letters");
    match (head.conversations, head.more) {
        (None, false) => letters,
        (None, true) => format!("More than {letters}"),
        (Some(conversations), false) => format!("{letters} in {}", text::count(conversations, "conversation", "conversations")),
        (Some(conversations), true) => format!(
            "{} with the newest {letters}; older letters are not grouped: choose days to reach them",
            text::count(conversations, "conversation", "conversations")
        ),
    }
}

fn empty(id: ClientId, head: &HistoryHead, chosen: &Chosen, may_edit: bool) -> AnyView {
    if !chosen.is_open() {
        let clear = chosen.open().address(id, "");
        let why = if chosen.contact { "This contact may have other letters." } else { "This client may have other letters." };
        return view! {
            <Empty icon=Icon::Search title="Nothing matches these filters" why=why>
                <a class="button" data-variant="secondary" href=clear>"Clear filters"</a>
            </Empty>
        }
        .into_any();
    }
    let edit = format!("{}/edit", chosen.page(id));
    let kept_off = (head.kept_off > 0).then(|| {
        let href = Chosen { hand: "kept-off".to_owned(), ..chosen.open() }.address(id, "");
        view! { <a href=href>{text::count(head.kept_off, "letter was kept off by hand", "letters were kept off by hand")}</a> }
    });
    view! {
        <Empty icon=Icon::Mail title="No letters yet" why="No collected letter has one of the addresses above. Check the addresses, and that the accounts are up to date.">
            {kept_off}
            {if may_edit {
                view! { <a class="button" data-variant="secondary" href=edit>"Change the addresses"</a> }
            } else {
                view! { <a class="button" data-variant="secondary" href="/accounts".to_owned()>"See the e-mail accounts"</a> }
            }}
        </Empty>
    }
    .into_any()
}
