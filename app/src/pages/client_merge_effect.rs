//! What merging two clients would do, said before it is done.

use super::client_merge::{Kind, days};
use crate::text;
use leptos::prelude::*;
use model::{ClientAddress, ClientCard, MergeEffect, Person};

/// People named; the rest is counted.
const NAMED: usize = 8;

/// Letters, decisions, readers.
pub(super) fn effect_panel(kind: Kind, stays: &ClientCard, goes: &ClientCard, effect: &MergeEffect) -> AnyView {
    let letters = |n: i64| text::count(n, "letter", "letters");
    let (one, other) = (&stays.name, &goes.name);
    let both = match effect.both {
        0 => "none is".to_owned(),
        n => text::count(n, "is", "are"),
    };
    let mut lines = vec![format!(
        "{one} has {}, {other} has {}; {both} in both. Afterwards {one} has {}.",
        letters(effect.stays),
        letters(effect.goes),
        letters(effect.after)
    )];
    lines.push(match effect.lost {
        0 => "Every letter that one of them has stays.".to_owned(),
        lost => format!(
            "{} are in neither history any more: they came only by addresses that are left off. No letter is deleted.",
            letters(lost)
        ),
    });
    if effect.moved.private > 0 {
        lines.push(format!(
            "{} that come in only private mailboxes have so far. Whoever may open {one} will be able to read them.",
            letters(effect.moved.private)
        ));
    }
    if effect.carried > 0 {
        lines.push(format!("{} by hand about {other} carried over.", text::count(effect.carried, "decision is", "decisions are")));
    }
    if effect.overruled > 0 {
        lines.push(format!(
            "{} off by hand from one of them will be in the history, since the other has it.",
            text::count(effect.overruled, "letter kept", "letters kept")
        ));
    }
    lines.push(planned(other, effect));
    lines.push(
        readers(&effect.gain, &format!("can read the letters of {other} from then on"))
            .unwrap_or_else(|| format!("Nobody gets to read letters of {other} who could not open that {} before.", kind.one())),
    );
    lines.extend(readers(&effect.lose, &format!("can open {other} now, but not {one}")));
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! { <section class="panel effect" id="effect" role="status"><h2>"What would happen"</h2><ul>{lines}</ul></section> }.into_any()
}

/// What becomes of letters that are planned for the one that goes.
fn planned(other: &str, effect: &MergeEffect) -> String {
    if effect.planned == 0 {
        return format!("No letters are planned for {other}.");
    }
    let carried = format!(
        "{} for {other} {} carried over.",
        text::count(effect.planned, "planned action", "planned actions"),
        if effect.planned == 1 { "is" } else { "are" }
    );
    match effect.paused {
        0 => carried,
        1 => format!("{carried} 1 that sends letters by itself is paused until somebody has looked whom they go to."),
        n => format!("{carried} {n} that send letters by themselves are paused until somebody has looked whom they go to."),
    }
}

fn readers(names: &[String], can: &str) -> Option<String> {
    let named = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| format!("{} {can}: {named}{more}.", text::count(names.len() as i64, "person", "people")))
}

/// The file afterwards, what becomes of the other's code, of the past, and whether there is a way back.
pub(super) fn after_panel(kind: Kind, stays: &ClientCard, goes: &ClientCard, file: &[ClientAddress]) -> AnyView {
    let of = |person: Person| {
        let lines = file
            .iter()
            .filter(|address| address.person == person)
            .map(|address| view! { <li><span class="slot">{address.slot}</span><span>{address.address.clone()}<span class="quiet">{days(address)}</span></span></li> })
            .collect_view();
        let title = match person {
            Person::Myself if kind.has_partner() => "Client",
            Person::Myself => "Addresses",
            Person::Partner => "Partner",
        };
        view! { <div class="person"><h3>{title}</h3><ul>{lines}</ul></div> }
    };
    let (one, other, code) = (stays.name.clone(), goes.name.clone(), goes.code.clone());
    let (kept, leads) = if kind.has_partner() {
        let leads = format!(
            "The code {code} and links to {other} lead to {one}. A list that still names {code} adds new addresses to {one} where there is room, and replaces nothing."
        );
        (format!("Name, code and cost centre are those of {one}."), leads)
    } else {
        let leads = format!(
            "Links to {other} lead to {one}. A list that still names {other} adds new addresses to {one} where there is room, and replaces nothing."
        );
        (format!("Name, company, side, contact type and cost centre are those of {one}."), leads)
    };
    view! {
        <section class="panel" id="after">
            <h2>"Afterwards"</h2>
            <div class="persons">{of(Person::Myself)}{kind.has_partner().then(|| of(Person::Partner))}</div>
            <ul>
                <li>{kept}</li>
                <li>{leads}</li>
                <li>{format!("The history of {one} as at a day before today stays what it was then, without the letters of {other}.")}</li>
                <li>{format!("You can undo it on the page of {one} as long as nobody has changed its addresses or filed letters there by hand.")}</li>
            </ul>
        </section>
    }
    .into_any()
}
