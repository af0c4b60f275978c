//! `/messages/:id/compare`: two letters with one identity, or two copies of one letter, side by side (S11).

use crate::api::letters::compare;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// A letter beside another, what differs marked.
#[component]
pub fn ComparePage() -> impl IntoView {
    let id = param("id", MessageId(0));
    let (with, copy) = (query("with"), query("copy"));
    let data = Resource::new(
        move || (id.get(), with.get(), copy.get()),
        |(id, with, copy)| async move {
            let with = match copy.parse() {
                Ok(copy) => CompareWith::Copy(copy),
                // What is no number is a letter that nobody has.
                Err(_) => CompareWith::Letter(MessageId(with.parse().unwrap_or(0))),
            };
            compare(id, with).await.map(|comparison| (id, with, comparison))
        },
    );
    load(data, "the comparison", |(id, with, comparison)| show(id, with, comparison))
}

fn show(id: MessageId, with: CompareWith, comparison: Comparison) -> AnyView {
    let subject = text::subject(&comparison.subject);
    let changed = comparison.headers.iter().chain(&comparison.text).filter(|row| row.differs).count();
    let lead = match changed {
        0 => "No header and no line of the text differs.".to_owned(),
        n => format!(
            "{} of headers and text. Words that differ are marked.",
            text::count(i64::try_from(n).unwrap_or(i64::MAX), "difference", "differences")
        ),
    };
    let (first, second) = comparison.sides;
    let other = match with {
        CompareWith::Letter(other) => Some(other),
        CompareWith::Copy(_) => None,
    };
    let (same, different): (Vec<DiffRow>, Vec<DiffRow>) = comparison.headers.into_iter().partition(|row| !row.differs);
    let same_headers = (!same.is_empty()).then(|| {
        let names = same.iter().map(|row| row.name.clone()).collect::<Vec<_>>().join(", ");
        view! { <p class="quiet">{format!("The same in both: {names}.")}</p> }
    });
    view! {
        <nav class="crumbs" aria-label="You are here"><a href=format!("/messages/{id}")>{subject}</a></nav>
        <PageHead title="Side by side" lead=lead/>
        {comparison.cut.then(|| view! { <Banner tone="info"><p>"These letters are long: only their beginnings are compared."</p></Banner> })}
        <section class="compare" aria-label="Headers">
            <h2>"Headers"</h2>
            {same_headers}
            {table(different, &first, &second, id, other, true)}
        </section>
        <section class="compare" aria-label="Text">
            <h2>"Text"</h2>
            {table(comparison.text, &first, &second, id, other, false)}
        </section>
    }
    .into_any()
}

fn table(rows: Vec<DiffRow>, first: &str, second: &str, id: MessageId, other: Option<MessageId>, named: bool) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="quiet">"Nothing differs."</p> }.into_any();
    }
    let side = |words: &str, letter: Option<MessageId>| match letter {
        Some(letter) => view! { <a href=format!("/messages/{letter}")>{words.to_owned()}</a> }.into_any(),
        None => view! { <span>{words.to_owned()}</span> }.into_any(),
    };
    let lines = rows
        .into_iter()
        .map(|row| {
            let folded = !named && row.left.is_empty() && row.right.is_empty() && !row.name.is_empty();
            if folded {
                return view! { <tr class="folded"><td colspan="2">{row.name}</td></tr> }.into_any();
            }
            let cell = |words: Vec<DiffWords>, class: &'static str| {
                let name = named.then(|| view! { <strong class="diff-name">{row.name.clone()}</strong> });
                let empty = words.is_empty() && row.differs;
                view! { <td class=class>{name}{if empty { view! { <span class="quiet">"not there"</span> }.into_any() } else { runs(words, class) }}</td> }
            };
            view! { <tr>{cell(row.left.clone(), "left")}{cell(row.right.clone(), "right")}</tr> }.into_any()
        })
        .collect_view();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=if named { "Headers that differ" } else { "Text side by side" }>
            <table class="diff">
                <thead><tr><th scope="col">{side(first, Some(id))}</th><th scope="col">{side(second, other)}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Words as they stand; those that differ are marked for eyes and for readers alike.
fn runs(words: Vec<DiffWords>, side: &'static str) -> AnyView {
    words
        .into_iter()
        .map(|run| match (run.differ, side) {
            (false, _) => view! { <span>{run.words}</span> }.into_any(),
            (true, "left") => view! { <del>{run.words}</del> }.into_any(),
            (true, _) => view! { <ins>{run.words}</ins> }.into_any(),
        })
        .collect_view()
        .into_any()
}
