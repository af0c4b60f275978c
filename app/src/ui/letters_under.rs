//! What stands under a row of a history: the other letters of its conversation, or its variants (S11). Opened without JavaScript.

use super::letters::direction;
use super::time::When;
use super::{icon::Icon, query::with_query};
use crate::text;
use leptos::prelude::*;
use model::{Gathered, HistoryOf, HistoryRow, MessageId, Quoted};

/// People named in a row.
const NAMED: usize = 3;

/// "Jo Hartley, Ada Bell and 2 others · 5 letters".
pub fn gathered_people(conversation: &Gathered) -> String {
    let names: Vec<String> = conversation.people.iter().take(NAMED).map(text::short).collect();
    let more = conversation.people.len().saturating_sub(NAMED);
    let others = if more == 0 { String::new() } else { format!(" and {}", text::count(more as i64, "other", "others")) };
    format!("{}{others} · {}", names.join(", "), text::count(conversation.letters, "letter", "letters"))
}

/// The letters under a row of this history, folded away.
pub fn under(row: &HistoryRow, of: Option<HistoryOf>, from: &str) -> AnyView {
    let (id, party) = (row.id, of.map_or("client", HistoryOf::party));
    if let Some(conversation) = &row.conversation {
        let more = conversation.letters - 1 - conversation.others.len() as i64;
        let whole = (more > 0).then(|| {
            let href = with_query(&format!("/messages/{id}"), &[("from", from)]);
            let words = text::count(more, "older letter", "older letters");
            view! { <p class="quiet">{words}" of this conversation: "<a href=href>"open the newest one"</a>" and go on from there."</p> }
        });
        let new = conversation.others.iter().filter(|row| row.unread).count() as i64;
        let words = text::count(conversation.letters - 1, "earlier letter", "earlier letters");
        let words = if new > 0 { format!("{words}, {} unread", text::number(new)) } else { words };
        let lines = conversation.others.iter().map(|row| line(row, party, from, ().into_any())).collect_view();
        return view! { <details class="letters-under"><summary>{words}</summary><ul>{lines}</ul>{whole}</details> }.into_any();
    }
    if row.folded.is_empty() {
        return ().into_any();
    }
    let lines = row
        .folded
        .iter()
        .map(|other| {
            let compare = format!("/messages/{id}/compare?with={}", other.id);
            line(other, party, from, view! { " · "<a href=compare>"Side by side"</a> }.into_any())
        })
        .collect_view();
    let words = text::count(row.folded.len() as i64, "variant", "variants");
    view! {
        <details class="letters-under">
            <summary>{Icon::Copies.draw()}{words}</summary>
            <p class="quiet">"The same Message-ID, but other words: each is kept on its own."</p>
            <ul>{lines}</ul>
        </details>
    }
    .into_any()
}

/// Who wrote what a colleague forwards here, and where it may belong (P30).
pub fn quoted(row: &HistoryRow, of: Option<HistoryOf>) -> AnyView {
    let lines = row.quoted.iter().map(|quoted| quoted_words(quoted, row.id, of)).collect_view();
    (!row.quoted.is_empty()).then(|| view! { <div class="letter-quoted">{lines}</div> }).into_any()
}

/// "Forwards a letter of jo@example.com: file it to Jo Hartley". `of`: whose file a new address may be added to.
pub fn quoted_words(quoted: &Quoted, id: MessageId, of: Option<HistoryOf>) -> AnyView {
    let links = quoted
        .clients
        .iter()
        .map(|(to, name)| {
            let href = format!("/messages/{id}/file?client={to}&decision=belongs");
            view! { " "<a href=href>{format!("File it to {name}")}</a> }
        })
        .collect_view();
    let address = quoted.address.clone();
    let add = quoted.clients.is_empty().then(|| {
        let mine = of.map(|of| view! { " "<a href=format!("{}/edit", of.page())>{format!("Add the address to this {}", of.party())}</a> });
        view! { ", who is on no file of yours."{mine}" "<a href="/clients/new">"Add a client"</a> }
    });
    let stop = (!quoted.clients.is_empty()).then_some(".");
    view! { <p>"Forwards a letter of "<strong>{address}</strong>{stop}{links}{add}</p> }.into_any()
}

fn line(row: &HistoryRow, party: &str, from: &str, more: AnyView) -> AnyView {
    let href = with_query(&format!("/messages/{}", row.id), &[("from", from)]);
    let why = row.why.iter().map(|why| text::why(why, party)).collect::<Vec<_>>().join("; ");
    view! {
        <li class="letter-under" data-unread=row.unread.then_some("true")>
            {direction(row.direction)}
            <div>
                <a href=href title=(!why.is_empty()).then_some(why)>{text::subject(&row.subject)}</a>
                {row.unread.then(|| view! { <span class="visually-hidden">"Not read yet"</span> })}
                <span class="quiet">" · "{text::short(&row.from)}" · "<When at=row.date/>
                    {(row.attachments > 0).then(|| format!(" · {}", text::count(row.attachments, "file", "files")))}
                </span>
                {more}
            </div>
        </li>
    }
    .into_any()
}
