//! Above the results of a search: what narrows them, as links that put an operator before the question, and what can be taken away again.

use super::search::{Asked, address};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{Matches, NarrowBy, Narrower, operators};

/// The operators of the question, each to be taken away by itself.
pub(super) fn chosen(asked: &Asked) -> AnyView {
    let chips = operators(&asked.words)
        .into_iter()
        .map(|(piece, rest)| {
            let href = address(&Asked { words: rest, ..asked.clone() }, asked.order, "");
            view! { <li><a href=href><span class="visually-hidden">"Take away: "</span>{piece}{Icon::Cross.draw()}</a></li> }
        })
        .collect::<Vec<_>>();
    if chips.is_empty() {
        return ().into_any();
    }
    view! { <nav class="chosen" aria-label="Narrowed by"><ul class="chips small">{chips}</ul></nav> }.into_any()
}

/// What splits the results, with how many letters each leaves.
pub(super) fn narrower_chips(asked: &Asked, narrower: Vec<Narrower>, counted: i64, matches: Option<Matches>) -> AnyView {
    if narrower.is_empty() {
        return ().into_any();
    }
    let kinds = [
        (NarrowBy::Client, "Client"),
        (NarrowBy::Sender, "Sender"),
        (NarrowBy::Year, "Year"),
        (NarrowBy::Direction, "Direction"),
        (NarrowBy::Files, "Files"),
    ];
    let groups = kinds
        .into_iter()
        .filter_map(|(by, label)| {
            let chips: Vec<_> = narrower.iter().filter(|way| way.by == by).map(|way| chip(asked, way)).collect();
            let id = format!("narrow-{}", label.to_lowercase());
            (!chips.is_empty())
                .then(|| view! { <div><span class="quiet" id=id.clone()>{label}</span><ul class="chips small" aria-labelledby=id>{chips}</ul></div> })
        })
        .collect_view();
    let whole = matches == Some(Matches::Exactly(counted));
    let note = (!whole).then(|| {
        let which = if asked.order == model::SearchOrder::Best { "best" } else { "newest" };
        view! { <p class="quiet">{format!("Numbers are those of the {which} {}.", text::count(counted, "letter", "letters"))}</p> }
    });
    view! { <nav class="narrow" aria-label="Narrow the results">{groups}{note}</nav> }.into_any()
}

/// The operator stands before the question, whose last word may still be typed.
fn chip(asked: &Asked, way: &Narrower) -> AnyView {
    let words = format!("{} {}", way.term, asked.words.trim());
    let href = address(&Asked { words, ..asked.clone() }, asked.order, "");
    view! { <li><a href=href>{way.words.clone()}" "<span class="quiet">{text::number(way.letters)}<span class="visually-hidden">{if way.letters == 1 { " letter" } else { " letters" }}</span></span></a></li> }.into_any()
}
