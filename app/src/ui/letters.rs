//! Letters in a list: which way, who, subject, when, and why the letter is there (FP-06, S2).

use super::time::When;
use super::{icon::Icon, tag::Tag, time};
use crate::text;
use leptos::prelude::*;
use model::{Direction, HistoryRow};

/// Rows under month headings, newest first.
#[component]
pub fn LetterList(
    /// The rows, in order.
    rows: Vec<HistoryRow>,
) -> impl IntoView {
    let mut months: Vec<(String, Vec<HistoryRow>)> = Vec::new();
    for row in rows {
        let month = time::month_text(row.date);
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
                    <ul class="letters">{rows.into_iter().map(letter_row).collect_view()}</ul>
                </section>
            }
        })
        .collect_view()
        .into_any()
}

/// Rows in the order given, without headings.
pub fn letter_rows(rows: Vec<HistoryRow>) -> AnyView {
    view! { <ul class="letters">{rows.into_iter().map(letter_row).collect_view()}</ul> }.into_any()
}

/// "Received" or "Sent", with its drawing.
pub fn direction(direction: Direction) -> AnyView {
    let (words, name, icon) = match direction {
        Direction::Received => ("Received", "received", Icon::Received),
        Direction::Sent => ("Sent", "sent", Icon::Sent),
    };
    view! { <span class="direction" data-direction=name>{icon.draw()}<span>{words}</span></span> }.into_any()
}

fn letter_row(row: HistoryRow) -> AnyView {
    let to: Vec<String> = row.to.iter().map(text::short).collect();
    let people = match to.len() {
        0 => text::short(&row.from),
        1 | 2 => format!("{} → {}", text::short(&row.from), to.join(", ")),
        n => format!("{} → {} and {} more", text::short(&row.from), to[0], n - 1),
    };
    let preview =
        if row.snippet.is_empty() { view! { <p class="preview">{row.preview.clone()}</p> }.into_any() } else { snippet(&row.snippet) };
    let notes = notes(&row);
    view! {
        <li class="letter-row">
            {direction(row.direction)}
            <div class="letter-main">
                <a class="letter-subject" href=format!("/messages/{}", row.id)>{text::subject(&row.subject)}</a>
                <p class="people">{people}</p>
                {preview}
                {notes}
            </div>
            <div class="letter-side">
                <When at=row.date/>
                {row.date_looks_wrong.then(|| view! { <Tag text="Date looks wrong" tone="warn"/> })}
                {(row.attachments > 0).then(|| view! { <span class="files">{Icon::File.draw()}{text::count(row.attachments, "file", "files")}</span> })}
            </div>
        </li>
    }
    .into_any()
}

/// Why it is here, where else it was seen, and its variants.
fn notes(row: &HistoryRow) -> AnyView {
    let copies = (row.sightings > 1).then(|| format!("Seen in {} places", row.sightings));
    let variants = (row.variants > 0).then(|| text::count(row.variants, "variant", "variants"));
    let extra = [copies, variants].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let why: Vec<String> = row.why.iter().map(text::why).collect();
    if why.is_empty() && extra.is_empty() {
        return ().into_any();
    }
    view! {
        <div class="letter-notes">
            {(!why.is_empty()).then(|| view! {
                <details>
                    <summary>"Why is this here?"</summary>
                    <ul>{why.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                </details>
            })}
            {(!extra.is_empty()).then(|| view! { <span class="quiet">{Icon::Copies.draw()}{extra}</span> })}
        </div>
    }
    .into_any()
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
