//! Letters in a list: which way, who, subject, when, and why the letter is there (FP-06, S2).

use super::letter_clients::{on_files, whys};
use super::letter_open::{Opened, open_body, open_link};
use super::letters_under::{gathered_people, quoted, under};
use super::time::When;
use super::{icon::Icon, query::with_query, tag::Tag, time};
use crate::api::days::office_days;
use crate::text;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::{Decision, Direction, Filing, HistoryOf, HistoryRow};

/// Rows under month headings, newest first.
#[component]
pub fn LetterList(
    /// The rows, in order.
    rows: Vec<HistoryRow>,
    /// Whose history it is.
    #[prop(default = None)]
    of: Option<HistoryOf>,
    /// The viewer may file letters by hand.
    #[prop(default = false)]
    may_file: bool,
    /// The letter that is read in the list.
    #[prop(default = Opened::default())]
    opened: Opened,
) -> impl IntoView {
    let from = list_here();
    let letter_row = move |row| letter_row(row, of, may_file, &from, opened);
    let days = office_days();
    let mut months: Vec<(String, Vec<HistoryRow>)> = Vec::new();
    for row in rows {
        let month = time::month_text(&days.day_of(row.date));
        match months.last_mut() {
            Some((last, rows)) if *last == month => rows.push(row),
            _ => months.push((month, vec![row])),
        }
    }
    months
        .into_iter()
        .map(|(month, rows)| {
            view! {
                <section class="month">
                    <h2>{month}</h2>
                    <ul class="letters">{rows.into_iter().map(&letter_row).collect_view()}</ul>
                </section>
            }
        })
        .collect_view()
        .into_any()
}

/// Rows in the order given, without headings.
pub fn letter_rows(rows: Vec<HistoryRow>, opened: Opened) -> AnyView {
    let from = list_here();
    let rows = rows.into_iter().map(|row| letter_row(row, None, false, &from, opened)).collect_view();
    view! { <ul class="letters">{rows}</ul> }.into_any()
}

/// "Received" or "Sent", with its drawing.
pub fn direction(direction: Direction) -> AnyView {
    let (words, name, icon) = match direction {
        Direction::Received => ("Received", "received", Icon::Received),
        Direction::Sent => ("Sent", "sent", Icon::Sent),
    };
    view! { <span class="direction" data-direction=name>{icon.draw()}<span>{words}</span></span> }.into_any()
}

/// The address of the list that is shown, without its place in it: a letter opened from a list knows its neighbours and the way back.
fn list_here() -> String {
    let location = use_location();
    let path = location.pathname.get_untracked();
    if !["/clients/", "/contacts/", "/mail/", "/search"].iter().any(|start| path.starts_with(start)) {
        return String::new();
    }
    let query = location.search.get_untracked();
    let kept = |pair: &&str| !pair.is_empty() && !["cursor=", "done="].iter().any(|start| pair.starts_with(start));
    let kept: Vec<&str> = query.trim_start_matches('?').split('&').filter(kept).collect();
    if kept.is_empty() { path } else { format!("{path}?{}", kept.join("&")) }
}

fn letter_row(row: HistoryRow, of: Option<HistoryOf>, may_file: bool, from: &str, opened: Opened) -> AnyView {
    if row.hidden {
        return hidden_row(&row, of, may_file);
    }
    let to: Vec<String> = row.to.iter().map(text::short).collect();
    let people = match to.len() {
        _ if row.conversation.is_some() => row.conversation.as_ref().map(gathered_people).unwrap_or_default(),
        0 => text::short(&row.from),
        1 | 2 => format!("{} → {}", text::short(&row.from), to.join(", ")),
        n => format!("{} → {} and {} more", text::short(&row.from), to[0], n - 1),
    };
    // What the second line shows: the letter's first words, the words that were found, or nothing. Said here, since asking for it in the
    // style would cost each row of a long page a look at what is inside.
    let (shows, preview) = match (row.snippet.is_empty(), row.preview.is_empty()) {
        (false, _) => ("found", snippet(&row.snippet)),
        (true, false) => ("first", view! { <p class="preview">{row.preview.clone()}</p> }.into_any()),
        (true, true) => ("nothing", ().into_any()),
    };
    let id = row.id;
    let notes = notes(&row, of, may_file);
    let under = under(&row, of, from);
    let quoted = quoted(&row, of);
    view! {
        <li class="letter-row" id=format!("letter-{id}") data-unread=row.unread.then_some("true")>
            {direction(row.direction)}
            <div class="letter-main" data-shows=shows>
                <a class="letter-subject" href=with_query(&format!("/messages/{}", row.id), &[("from", from)])>{text::subject(&row.subject)}</a>
                {row.unread.then(|| view! { <span class="visually-hidden">"Not read yet"</span> })}
                <p class="people" title=people.clone()>{people.clone()}</p>
                {preview}
                <div class="letter-acts">{open_link(id, opened)}{on_files(&row, of.is_some())}{notes}</div>
                {quoted}
                {under}
            </div>
            <div class="letter-side">
                <When at=row.date/>
                {row.date_looks_wrong.then(|| view! { <Tag text="Date looks wrong" tone="warn"/> })}
                {(row.attachments > 0).then(|| view! { <span class="files">{Icon::File.draw()}{text::count(row.attachments, "file", "files")}</span> })}
            </div>
            {open_body(id, opened, from)}
        </li>
    }
    .into_any()
}

/// A letter that is not the viewer's to open: what was decided about it is all that is told.
fn hidden_row(row: &HistoryRow, of: Option<HistoryOf>, may_file: bool) -> AnyView {
    view! {
        <li class="letter-row">
            <span class="quiet">"Not open"</span>
            <div class="letter-main">
                <p class="quiet">"A letter that is not yours to open"</p>
                {notes(row, of, may_file)}
            </div>
            <div class="letter-side"><When at=row.date/></div>
        </li>
    }
    .into_any()
}

/// "Filed here by hand by Ben Cole on 14 Mar 2026, 09:12 UTC: …"
pub fn filing_words(filing: &Filing) -> String {
    let what = match filing.decision {
        Decision::Belongs => "Filed here by hand",
        Decision::KeepOff => "Kept off by hand",
    };
    let by = filing.by.as_deref().unwrap_or("the console");
    format!("{what} by {by} on {}: {}", time::utc_text(filing.at), filing.reason)
}

/// Why a letter is in the history of this "client" or "contact", line by line: the addresses, then what a person decided.
pub fn why_here(row: &HistoryRow, party: &str) -> Vec<String> {
    let by_address = row.why.iter().filter(|why| row.filing.is_none() || why.by_hand.is_none());
    by_address.map(|why| text::why(why, party)).chain(row.filing.as_ref().map(filing_words)).collect()
}

/// Why it is here, where else it was seen, its variants, and the way to decide otherwise.
fn notes(row: &HistoryRow, of: Option<HistoryOf>, may_file: bool) -> AnyView {
    let copies = (row.sightings > 1).then(|| format!("Seen in {} places", row.sightings));
    let variants = (row.variants > 0 && row.folded.is_empty()).then(|| text::count(row.variants, "variant", "variants"));
    let extra = [copies, variants].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let mut why = why_here(row, of.map_or("client", HistoryOf::party));
    if of.is_some() {
        why.extend(whys(&row.clients));
    }
    if why.is_empty() && extra.is_empty() {
        return ().into_any();
    }
    let kept_off = row.filing.as_ref().is_some_and(|filing| filing.decision == Decision::KeepOff);
    let question = if kept_off { "Why is this not here?" } else { "Why is this here?" };
    view! {
        <div class="letter-notes">
            {(!why.is_empty()).then(|| view! {
                <details>
                    <summary>{question}</summary>
                    <ul>{why.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                    {may_file.then(|| filing_links(row, of))}
                </details>
            })}
            {(!extra.is_empty()).then(|| view! { <span class="quiet">{Icon::Copies.draw()}{extra}</span> })}
        </div>
    }
    .into_any()
}

/// To the page on which a person decides otherwise.
fn filing_links(row: &HistoryRow, of: Option<HistoryOf>) -> AnyView {
    let page = format!("/messages/{}/file", row.id);
    let here = of.map(|of| match &row.filing {
        Some(_) => (format!("{page}?client={}", of.id), "Change or undo".to_owned()),
        None => (format!("{page}?client={}&decision=keep_off", of.id), format!("Keep it off this {}", of.party())),
    });
    let elsewhere = (!row.hidden).then(|| (page, "File it to another client".to_owned()));
    let links = here.into_iter().chain(elsewhere).map(|(href, words)| view! { <li><a href=href>{words}</a></li> }).collect_view();
    view! { <ul class="filing-links">{links}</ul> }.into_any()
}

/// The words found, between `\u{2}` and `\u{3}`, as marks. Everything else stays text: a letter can never write HTML here.
fn snippet(text: &str) -> AnyView {
    let parts = marks(text)
        .into_iter()
        .map(|(hit, words)| if hit { view! { <mark>{words}</mark> }.into_any() } else { view! { <span>{words}</span> }.into_any() })
        .collect_view();
    view! { <p class="preview">{parts}</p> }.into_any()
}

fn marks(text: &str) -> Vec<(bool, String)> {
    let mut parts = Vec::new();
    for (at, piece) in text.split('\u{2}').enumerate() {
        let (hit, rest) = if at == 0 { ("", piece) } else { piece.split_once('\u{3}').unwrap_or((piece, "")) };
        for (is_hit, words) in [(true, hit), (false, rest)] {
            if !words.is_empty() {
                parts.push((is_hit, words.replace('\u{3}', "")));
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_found_are_marked_and_nothing_else() {
        let found = marks("about the \u{2}pension\u{3} <b>plan</b>");
        assert_eq!(found, vec![(false, "about the ".into()), (true, "pension".into()), (false, " <b>plan</b>".into())]);
        assert_eq!(marks("\u{2}cut off"), vec![(true, "cut off".into())]);
        assert_eq!(marks(""), vec![]);
    }
}
