//! What saving a client's or contact's addresses would do to the history, said before it is done (S3).

use crate::api::days::office_days;
use crate::text;
use crate::ui::Submit;
use leptos::prelude::*;
use model::{AddressEffect, LetterSpan};

/// The panel above the form, where the page begins: with the button that saves, so that nobody takes a preview for a save. `kind` =
/// "client" or "contact".
pub fn effect_panel(effect: &AddressEffect, kind: &'static str) -> AnyView {
    let added = span(&effect.added, "comes into", "come into");
    let removed = span(&effect.removed, "leaves", "leave");
    let nothing = !effect.moves_letters();
    let private = (effect.private > 0).then(|| {
        let letters = text::count(effect.private, "letter", "letters");
        let readers = format!(" of these only private mailboxes have so far. Whoever may open this {kind} will be able to read them.");
        view! { <li><strong>{letters}</strong>{readers}</li> }
    });
    let others = effect
        .others
        .iter()
        .map(|(id, name, letters)| {
            let letters = text::count(*letters, "letter", "letters");
            view! { <li>{letters}" of these also belong to "<a href=format!("/clients/{id}")>{name.clone()}</a></li> }
        })
        .collect_view();
    view! {
        <section class="panel effect" id="effect" tabindex="-1" aria-labelledby="effect-title">
            <h2 id="effect-title">"Not saved yet: what saving would do"</h2>
            {nothing.then(|| view! { <p>"The history stays as it is: no letter comes in, none leaves."</p> })}
            <ul>{added}{removed}{private}{others}</ul>
            <p class="hint">"No letter is ever deleted: taking an address off the file only takes its letters out of this history."</p>
            <Submit label="Save as shown" name="intent" value="save"/>
        </section>
    }
    .into_any()
}

/// "143 letters (2019 to 2024) come into this history"; nothing when there are none.
fn span(span: &LetterSpan, one: &str, many: &str) -> Option<AnyView> {
    let (first, last) = (span.first?, span.last?);
    let letters = text::count(span.letters, "letter", "letters");
    let verb = if span.letters == 1 { one } else { many };
    let (first, last) = (year(first), year(last));
    let years = if first == last { first } else { format!("{first} to {last}") };
    Some(view! { <li><strong>{letters}</strong>{format!(" ({years}) {verb} this history")}</li> }.into_any())
}

fn year(moment: i64) -> String {
    office_days().day_of(moment).split([' ', '-']).find(|part| part.len() == 4).unwrap_or_default().to_owned()
}
