//! `/management`: letters that were not imported, in queues, by cause; what was imported and left out besides (TP-45). Filters stand in the
//! address; every deed says how many letters it reaches.

use super::management_told::told;
use crate::api::management::{DoManaged, list_management};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::*;

/// The page.
#[component]
pub fn ManagementListPage() -> impl IntoView {
    let map = use_query_map();
    let filter = Memo::new(move |_| map.with(read));
    let after = query("after");
    let action = ServerAction::<DoManaged>::new();
    let data = Resource::new(
        move || (filter.get(), after.get()),
        |(filter, after)| async move { list_management(filter, Some(after).filter(|after| !after.is_empty())).await },
    );
    load(data, "the letters", move |page| {
        let filter = filter.get_untracked();
        let here = address(&filter, "");
        let first = (!after.get_untracked().is_empty()).then(|| here.clone());
        let next = page.next.as_ref().map(|next| address(&filter, next));
        let body = if page.rows.is_empty() { empty(&page, &filter) } else { letters(&page, &filter, action, &here) };
        view! {
            <PageHead title="Email Management" lead="Letters of agents and suppliers that were not imported wait here until somebody decides."/>
            <ErrorSummary problem=problem_of(action)/>
            {told(action, &here)}
            <div class="managed" data-again="20">
                {unfetched(&page.unfetched)}
                {(page.pending > 0).then(|| view! { <p class="quiet" role="status">{format!("The rules have still to look at {}.", text::count(page.pending, "letter", "letters"))}</p> })}
                {(!never_used(&page)).then(|| view! {
                    {queues(&page, &filter)}
                    {states(&page, &filter)}
                    {causes(&page, &filter)}
                    {search(&filter)}
                })}
                {body}
                <Older next=next first=first label="More letters" back="First letters"/>
            </div>
        }
        .into_any()
    })
}

fn read(map: &ParamsMap) -> ManagementFilter {
    let get = |name: &str| map.get(name).unwrap_or_default();
    ManagementFilter {
        state: ManagedState::parse(&get("state")).unwrap_or_default(),
        queue: get("queue").parse().ok(),
        cause: ImportCause::parse(&get("cause")),
        words: get("words"),
    }
}

fn address(filter: &ManagementFilter, after: &str) -> String {
    let state = if filter.state == ManagedState::default() { "" } else { filter.state.as_str() };
    let queue = filter.queue.map(|queue| queue.to_string()).unwrap_or_default();
    let cause = filter.cause.map_or("", ImportCause::as_str);
    with_query("/management", &[("state", state), ("queue", &queue), ("cause", cause), ("words", &filter.words), ("after", after)])
}

/// A row of links, one of them the current.
fn links(label: &'static str, links: Vec<(String, String, bool)>) -> AnyView {
    let links = links
        .into_iter()
        .map(|(href, words, current)| view! { <li><a href=href aria-current=current.then_some("true")>{words}</a></li> })
        .collect_view();
    view! { <nav aria-label=label><ul class="chips" role="list">{links}</ul></nav> }.into_any()
}

fn counted(words: &str, count: i64) -> String {
    format!("{words} ({})", text::number(count))
}

fn queues(page: &ManagementPage, filter: &ManagementFilter) -> AnyView {
    if page.queues.len() < 2 {
        return ().into_any();
    }
    let to = |queue| address(&ManagementFilter { queue, cause: None, ..filter.clone() }, "");
    let mut all = vec![(to(None), counted("All queues", page.waiting), filter.queue.is_none())];
    all.extend(page.queues.iter().map(|queue| (to(Some(queue.id)), counted(&queue.name, queue.waiting), filter.queue == Some(queue.id))));
    links("Queues", all)
}

fn states(page: &ManagementPage, filter: &ManagementFilter) -> AnyView {
    let to = |state| address(&ManagementFilter { state, cause: None, ..filter.clone() }, "");
    links("States", page.states.iter().map(|(state, count)| (to(*state), counted(state.words(), *count), *state == filter.state)).collect())
}

fn causes(page: &ManagementPage, filter: &ManagementFilter) -> AnyView {
    if page.causes.is_empty() || page.causes.len() == 1 && filter.cause.is_none() {
        return ().into_any();
    }
    let to = |cause| address(&ManagementFilter { cause, ..filter.clone() }, "");
    let mut all = vec![(to(None), "Every cause".to_owned(), filter.cause.is_none())];
    all.extend(page.causes.iter().map(|(cause, count)| (to(Some(*cause)), counted(cause.words(), *count), filter.cause == Some(*cause))));
    links("Causes", all)
}

fn search(filter: &ManagementFilter) -> AnyView {
    let hidden = |name: &'static str, value: String| (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value/> });
    let state = if filter.state == ManagedState::default() { String::new() } else { filter.state.as_str().to_owned() };
    let queue = hidden("queue", filter.queue.map(|queue| queue.to_string()).unwrap_or_default());
    let cause = hidden("cause", filter.cause.map_or("", ImportCause::as_str).to_owned());
    let (state, words) = (hidden("state", state), filter.words.clone());
    view! {
        <GetForm action="/management" class="form-inline managed-search">
            {state}{queue}{cause}
            <label for="words">"Subject or sender"</label>
            <input id="words" name="words" type="search" value=words autocomplete="off"/>
            <button type="submit" class="button" data-variant="secondary">"Find"</button>
        </GetForm>
    }
    .into_any()
}

fn unfetched(accounts: &[Unfetched]) -> AnyView {
    if accounts.is_empty() {
        return ().into_any();
    }
    let lines = accounts
        .iter()
        .map(|one| {
            let words = format!("{} of {}", text::count(one.letters, "letter", "letters"), one.name);
            view! { <li><a href=format!("/accounts/{}", one.account)>{words}</a>{format!(": {}", one.reason)}</li> }
        })
        .collect_view();
    view! { <Banner tone="warn"><p><strong>"The mail server did not hand over:"</strong></p><ul>{lines}</ul></Banner> }.into_any()
}

/// No letter was ever here and none will come: filters would ask about nothing.
fn never_used(page: &ManagementPage) -> bool {
    !page.any_account && page.rows.is_empty() && page.states.iter().all(|(_, letters)| *letters == 0)
}

fn empty(page: &ManagementPage, filter: &ManagementFilter) -> AnyView {
    if never_used(page) {
        return unused();
    }
    if filter.queue.is_some() || filter.cause.is_some() || !filter.words.is_empty() {
        let why = "No letter fits all of this.";
        return view! { <Empty icon=Icon::Mail title="Nothing found" why=why><a class="button" data-variant="secondary" href="/management">"Show all that wait"</a></Empty> }
            .into_any();
    }
    let (title, why) = match filter.state {
        ManagedState::Waiting if !page.any_account => (
            "Nothing waits",
            "No account imports replies now, so no letter comes here. That begins when Import is ticked on an account's Import tab.",
        ),
        ManagedState::Waiting => (
            "Nothing waits",
            "All is well: every letter was imported, left out by a rule, or dealt with. One that cannot be imported comes here, with the reason and what to do about it.",
        ),
        ManagedState::Mine => ("You have taken no letter", "Take a letter, and colleagues see that you are at it."),
        ManagedState::Assigned => ("Nobody has taken a letter", "Who takes a letter is seen by colleagues."),
        ManagedState::Done => ("Nothing was dealt with yet", "What somebody files, forwards or discards stands here."),
        ManagedState::Imported => ("Nothing was imported yet", "Letters of contacts of the chosen types stand here."),
        ManagedState::LeftOut => ("Nothing was left out", "What a rule leaves out stands here, each with its reason."),
    };
    view! { <Empty icon=Icon::Mail title=title why=why/> }.into_any()
}

/// For who opens it before it is used: what comes here, and that nothing is wrong.
fn unused() -> AnyView {
    let viewer = use_context::<Viewer>();
    let may_manage = viewer.is_some_and(|viewer| viewer.may(Permission::AccountsManage) || viewer.may(Permission::AccountsOwn));
    let why = "Nothing is wrong: letters are collected and found with their clients without this page. It is for offices that import the replies of \
        agents and suppliers. Once an account does (Import is ticked on its Import tab), a letter that cannot be imported waits here until \
        somebody decides, with the reason.";
    view! {
        <Empty icon=Icon::Mail title="No letter comes here yet" why=why>
            {may_manage.then(|| view! { <a class="button" data-variant="secondary" href="/accounts">"See the e-mail accounts"</a> })}
        </Empty>
    }
    .into_any()
}

/// The words of a bulk button, with one letter, with several (`#`), and with none chosen.
fn bulk(deed: &'static str, key: &'static str, verb: &'static str, variant: &'static str) -> AnyView {
    view! {
        <button type="submit" class="button" data-variant=variant name="deed" value=deed data-bulk=key
            data-one=format!("{verb} 1 letter") data-many=format!("{verb} # letters") data-none=format!("{verb} chosen")>
            {format!("{verb} chosen")}
        </button>
    }
    .into_any()
}

fn letters(page: &ManagementPage, filter: &ManagementFilter, action: ServerAction<DoManaged>, here: &str) -> AnyView {
    let rows = page.rows.iter().map(|row| letter_row(row, filter, here)).collect_view();
    let buttons = match filter.state {
        state if state.is_open() => view! {
            {bulk("discard", "e", "Discard", "secondary")}
            {bulk("retry", "r", "Try again", "secondary")}
            {bulk("take", "t", "Take", "secondary")}
            {bulk("release", "", "Give back", "quiet")}
        }
        .into_any(),
        ManagedState::Done => bulk("reopen", "", "Take back", "secondary"),
        _ => ().into_any(),
    };
    let choosing = filter.state.is_open() || filter.state == ManagedState::Done;
    let here = here.to_owned();
    view! {
        <PostForm action=action class="managed-form">
            <input type="hidden" name="back" value=here/>
            {choosing.then(|| view! {
                <div class="cluster managed-deeds">
                    <label class="js-only"><input type="checkbox" id="ids" data-pick-all=""/>" All on this page"</label>
                    {buttons}
                </div>
            })}
            <ul class="letters">{rows}</ul>
        </PostForm>
    }
    .into_any()
}

fn letter_row(row: &ManagedRow, filter: &ManagementFilter, here: &str) -> AnyView {
    let subject = text::subject(&row.subject);
    let page = with_query(&format!("/management/{}", row.id), &[("from", here)]);
    let choosing = filter.state.is_open() || filter.state == ManagedState::Done;
    let box_label = format!("Choose {subject}");
    let file = row.waits.then(|| view! { <a class="read-here" data-key="f" href=format!("/messages/{}/file", row.id.letter)>"File"</a> });
    view! {
        <li class="letter-row managed-row" id=format!("letter-{}", row.id.letter)>
            {if choosing {
                view! { <label class="managed-pick"><input type="checkbox" name="ids[]" value=row.id.to_string() data-pick=""/><span class="visually-hidden">{box_label}</span></label> }.into_any()
            } else {
                view! { <span></span> }.into_any()
            }}
            <div class="letter-main" data-shows="first">
                <a class="letter-subject" href=page.clone()>{subject}</a>
                <p class="people">{text::mailbox(&row.from)}</p>
                <p class="managed-why">{row.why.clone()}</p>
                <div class="letter-acts"><a class="read-here" href=page>"Read here"</a>{file}{tags(row)}</div>
            </div>
            <div class="letter-side">
                <When at=row.date/>
                <span class="quiet">{row.account.clone()}</span>
            </div>
        </li>
    }
    .into_any()
}

/// What is to be seen at a glance: cause, who has it, what became of it.
pub fn tags(row: &ManagedRow) -> AnyView {
    let taken = match (&row.assigned, row.mine) {
        (Some(_), true) => Some("Taken by you".to_owned()),
        (Some(name), false) => Some(format!("Taken by {name}")),
        _ => None,
    };
    let tone = match row.outcome {
        ImportOutcome::Imported => "good",
        ImportOutcome::Queued if row.waits => "warn",
        _ => "quiet",
    };
    let closed = row.closed.as_ref().map(|closed| match &closed.by {
        Some(by) => format!("{} by {by}", closed.how.words()),
        None => closed.how.words().to_owned(),
    });
    view! {
        <Tag text=row.cause.words() tone=tone/>
        {taken.map(|words| view! { <Tag text=words tone="info" icon=Icon::Person/> })}
        {closed.map(|words| view! { <Tag text=words tone="good"/> })}
        {row.outdated.then(|| view! { <Tag text="Rules have changed since" tone="info"/> })}
    }
    .into_any()
}
