//! `/outbox`: letters on their way out, and what became of each; filters in the address.

use crate::api::outbox::{CopyAgain, SendAgain, SettleOutgoing, TakeBack, list_outbox, open_outgoing};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The list.
#[component]
pub fn OutboxListPage() -> impl IntoView {
    let (only, before) = (query("only"), query("before"));
    let data = Resource::new(
        move || (only.get(), before.get()),
        |(only, before)| async move { list_outbox(OutboxFilter::parse(&only).unwrap_or_default(), before.parse().ok()).await },
    );
    view! {
        <PageHead title="Outbox" lead="Letters on their way out. A letter leaves once; where nobody knows whether it arrived, it waits for its copy or for you."/>
        {load(data, "the outbox", move |page| {
            let only = OutboxFilter::parse(&only.get_untracked()).unwrap_or_default();
            let first = (!before.get_untracked().is_empty()).then(|| with_query("/outbox", &[("only", only.as_str())]));
            let next = page.before.map(|before| with_query("/outbox", &[("only", only.as_str()), ("before", &before.to_string())]));
            let body = if page.rows.is_empty() {
                view! { <Empty icon=Icon::Mail title="No letters here" why="What you send stands here from the moment you send it."/> }.into_any()
            } else {
                table(page.rows)
            };
            view! {
                {stuck(page.uncertain, page.late)}
                {filters(only, &page.counts)}
                {body}
                <Older next=next first=first label="Earlier letters" back="Latest letters"/>
            }
            .into_any()
        })}
    }
}

/// What is stuck, said before anything else.
fn stuck(uncertain: i64, late: i64) -> AnyView {
    if uncertain + late == 0 {
        return ().into_any();
    }
    let uncertain = (uncertain > 0).then(|| {
        let words = format!(
            "Nobody knows of {} whether it arrived: look for the copy, or ask, and say so here.",
            text::count(uncertain, "letter", "letters")
        );
        view! { <p>{words}</p> }
    });
    let late = (late > 0).then(|| {
        let words = format!(
            "{} waited for four hours or more. The answers of their servers say why.",
            text::count(late, "letter has", "letters have")
        );
        view! { <p>{words}</p> }
    });
    let href = with_query("/outbox", &[("only", OutboxFilter::Attention.as_str())]);
    view! { <Banner tone="warn"><p><strong>"Something is stuck."</strong></p>{uncertain}{late}<p><a href=href>"Letters that need attention"</a></p></Banner> }
        .into_any()
}

fn filters(only: OutboxFilter, counts: &[(OutboxFilter, i64)]) -> AnyView {
    let links = counts
        .iter()
        .map(|(filter, count)| {
            let href = with_query("/outbox", &[("only", filter.as_str())]);
            let current = (*filter == only).then_some("page");
            view! { <li><a href=href aria-current=current>{format!("{} ({})", filter.words(), text::number(*count))}</a></li> }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label="Which letters"><ul>{links}</ul></nav> }.into_any()
}

/// What became of it, in words.
fn state(row: &OutboxRow) -> String {
    let mut words = row.state.words().to_owned();
    if row.bounced_at.is_some() {
        words.push_str(", came back");
    }
    if row.answered_at.is_some() {
        words.push_str(", answered");
    }
    if row.append_state == "failed" {
        words.push_str(", no copy in its mailbox");
    }
    if !row.stopped.is_empty() && !row.state.is_settled() {
        words.push_str("; its account is stopped");
    }
    words
}

fn table(rows: Vec<OutboxRow>) -> AnyView {
    let lines = rows
        .into_iter()
        .map(|row| {
            let subject = if row.subject.is_empty() { "(no subject)".to_owned() } else { row.subject.clone() };
            view! {
                <tr>
                    <td data-label="Subject"><a href=format!("/outbox/{}", row.id)>{subject}</a></td>
                    <td data-label="To">{row.recipients.join(", ")}</td>
                    <td data-label="State">{state(&row)}</td>
                    <td data-label="By">{row.account_name.clone()}</td>
                    <td data-label="Handed over" class="nowrap"><When at=row.queued_at/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table" data-cards="true">
            <caption class="visually-hidden">"Letters on their way out, the latest first"</caption>
            <thead><tr>
                <th scope="col">"Subject"</th><th scope="col">"To"</th><th scope="col">"State"</th><th scope="col">"By"</th><th scope="col">"Handed over"</th>
            </tr></thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}

/// What stands in the way of the copy in its mailbox, and what to do about it.
fn copied(letter: &OutboxLetter, again: ServerAction<CopyAgain>) -> AnyView {
    let said = (!letter.append_said.is_empty()).then(|| view! { <p class="quiet">{format!("Said last: {}", letter.append_said)}</p> });
    let with = vec![("id", letter.row.id.to_string())];
    match letter.row.append_state.as_str() {
        "failed" => view! {
            <Banner tone="warn">
                <p><strong>"The letter left, but no copy of it is in its mailbox."</strong></p>
                <p>"Other mail programs do not show it among sent letters. See that the mailbox has a folder for sent letters and room in it, and that its account here signs in; then try again."</p>
                {said}
                <PlainButton action=again label="Put the copy in again" with=with/>
            </Banner>
        }
        .into_any(),
        "due" if !letter.append_said.is_empty() => {
            view! { <p>"Its copy is not in the mailbox yet; that is tried again by itself."</p>{said} }.into_any()
        }
        _ => ().into_any(),
    }
}

/// One letter.
#[component]
pub fn OutgoingPage() -> impl IntoView {
    let id = param("id", 0_i64);
    let (back, again, settle) = (ServerAction::<TakeBack>::new(), ServerAction::<SendAgain>::new(), ServerAction::<SettleOutgoing>::new());
    let copy = ServerAction::<CopyAgain>::new();
    let data = Resource::new(move || id.get(), open_outgoing);
    view! {
        <Done words=vec![
            ("forwarded", "The letter is forwarded in a moment. Until then it can be stopped here."),
            ("copy", "The copy is put into the mailbox in a moment."),
        ]/>
        <ErrorSummary problem=problem_of(copy)/>
        <ErrorSummary problem=problem_of(back)/>
        <ErrorSummary problem=problem_of(again)/>
        <ErrorSummary problem=problem_of(settle)/>
        {load(data, "the letter", move |letter| {
            let row = &letter.row;
            let title = if row.subject.is_empty() { "(no subject)".to_owned() } else { row.subject.clone() };
            let with = || vec![("id", row.id.to_string())];
            let said = |arrived: bool| vec![("id", row.id.to_string()), ("arrived", arrived.to_string())];
            use OutboxState::{Deferred, Held, Queued, Refused, Uncertain};
            let uncertain = row.state == Uncertain;
            let buttons = view! {
                <div class="cluster buttons">
                    {matches!(row.state, Held | Queued | Deferred).then(|| view! { <PlainButton action=back label="Stop" with=with()/> })}
                    {uncertain.then(|| view! { <PlainButton action=settle label="It arrived" variant="primary" with=said(true)/> })}
                    {uncertain.then(|| view! { <PlainButton action=settle label="Give it up" with=said(false)/> })}
                    {matches!(row.state, Uncertain | Refused).then(|| view! { <PlainButton action=again label="Send again" with=with()/> })}
                </div>
            };
            let filed = row.filed_as.map(|id| view! { <p><a href=format!("/messages/{id}")>"Open the letter"</a></p> });
            let bounced = letter.bounced_by.map(|id| view! { <p>"It came back: "<a href=format!("/messages/{id}")>"the report"</a></p> });
            let answered = letter.answered_by.map(|id| view! { <p>"It was answered: "<a href=format!("/messages/{id}")>"the answer"</a></p> });
            let next = row.next_at.filter(|_| row.state == Deferred).map(|at| view! { <p>"It is tried again "<When at=at/>"."</p> });
            view! {
                <nav class="crumbs" aria-label="You are here"><a href="/outbox">"Outbox"</a></nav>
                <PageHead title=title lead=format!("{}. From {} by {}.", state(row), row.sender, row.account_name)>{buttons}</PageHead>
                {(!row.reason.is_empty()).then(|| view! { <p>{row.reason.clone()}</p> })}
                {copied(&letter, copy)}
                {next}{filed}{bounced}{answered}
                {uncertain.then(|| view! { <p>"Look in the mailbox's folder of sent letters, or ask the recipient. Sending it again may bring it twice."</p> })}
                {recipients(&letter)}
                {attempts(&letter)}
                {(!letter.trace.is_empty()).then(|| view! { <p class="quiet">{format!("Chosen: {}", letter.trace)}</p> })}
            }
            .into_any()
        })}
    }
}

fn recipients(letter: &OutboxLetter) -> AnyView {
    let rows = letter
        .recipients
        .iter()
        .map(|one| {
            view! {
                <tr>
                    <td data-label="Recipient">{one.address.clone()}</td>
                    <td data-label="As">{one.role.as_str()}</td>
                    <td data-label="State">{one.state.words()}</td>
                    <td data-label="The server's words">{one.reply.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <h2>"Recipients"</h2>
        <table class="table" data-cards="true">
            <thead><tr><th scope="col">"Recipient"</th><th scope="col">"As"</th><th scope="col">"State"</th><th scope="col">"The server's words"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn attempts(letter: &OutboxLetter) -> AnyView {
    let rows = letter
        .attempts
        .iter()
        .map(|one| {
            view! {
                <tr>
                    <td data-label="Attempt" class="number">{text::number(one.number)}</td>
                    <td data-label="When" class="nowrap"><When at=one.at/></td>
                    <td data-label="Ended at">{one.stage.clone()}</td>
                    <td data-label="Outcome">{OutboxState::parse(&one.outcome).map_or("Not known yet", OutboxState::words)}</td>
                    <td data-label="The server's words">{one.reply.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <h2>"Attempts"</h2>
        <table class="table" data-cards="true">
            <thead><tr><th scope="col" class="number">"Attempt"</th><th scope="col">"When"</th><th scope="col">"Ended at"</th><th scope="col">"Outcome"</th><th scope="col">"The server's words"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
