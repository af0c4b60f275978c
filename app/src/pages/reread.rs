//! `/settings/reread`: stored letters are read again by a newer reader; what would change is shown first (S16). For administrators.

use crate::api::reread::{AcceptReread, BeginReread, DropReread, ask_reread};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// What their former reader saw is not on record, so what it saw too much of does not show.
const EARLIER: &str = "For letters filed by an earlier version only what is added shows, not what goes.";

/// What there is to read again, and what came of it.
#[component]
pub fn RereadPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| ask_reread());
    let begin = ServerAction::<BeginReread>::new();
    let (accept, forget) = (ServerAction::<AcceptReread>::new(), ServerAction::<DropReread>::new());
    view! {
        <PageHead title="Read again" lead="Postroom keeps each letter as it came. When it learns to read letters better, those that are stored can be read again."/>
        <ErrorSummary problem=problem_of(begin)/>
        <ErrorSummary problem=problem_of(accept)/>
        <ErrorSummary problem=problem_of(forget)/>
        {load(data, "what would change", move |shown| {
            let older = match shown.older {
                0 => "Every letter was read by it.".to_owned(),
                older => format!("{} read by an earlier one.", text::count(older, "letter was", "letters were")),
            };
            let state = shown.job.as_ref().map(|job| job.state);
            let buttons = match state {
                Some(RereadState::Looking | RereadState::Accepting) => view! {
                    {(state == Some(RereadState::Looking)).then(|| view! { <PlainButton action=forget label="Stop and drop it" variant="quiet"/> })}
                    <a class="button" data-variant="secondary" href="/settings/reread">"Refresh"</a>
                    <p class="hint">"It goes on by itself, also when Postroom was stopped meanwhile."</p>
                }.into_any(),
                Some(RereadState::Ready) => view! {
                    {shown.job.as_ref().filter(|job| job.changed > 0 || shown.older > 0).map(|_| view! { <PlainButton action=accept label="Accept what was found" variant="primary"/> })}
                    <PlainButton action=forget label="Drop it"/>
                }.into_any(),
                _ => view! { <PlainButton action=begin label="Look what would change" variant="primary"/> }.into_any(),
            };
            view! {
                <p>{format!("Letters are read by version {} of the reader. {older}", shown.parser)}</p>
                <p class="hint">{EARLIER}</p>
                {shown.job.as_ref().map(progress)}
                <div class="cluster buttons">{buttons}</div>
                {found(&shown)}
                {troubles(&shown)}
            }
            .into_any()
        })}
    }
}

fn progress(job: &RereadJob) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="reread-state">
            <h2 id="reread-state">{job.state.words()}</h2>
            <dl class="facts">
                <div><dt>"Letters read"</dt><dd>{text::number(job.looked)}</dd></div>
                <div><dt>"Read otherwise now"</dt><dd>{text::number(job.changed)}</dd></div>
                <div><dt>"Begun"</dt><dd><When at=job.began_at/>{format!(" by {}", job.principal)}</dd></div>
            </dl>
        </section>
    }
    .into_any()
}

fn found(shown: &RereadView) -> AnyView {
    if shown.counts.is_empty() {
        return ().into_any();
    }
    let counts = shown
        .counts
        .iter()
        .map(|(what, letters)| view! { <li>{format!("{}: {what}", text::count(*letters, "letter", "letters"))}</li> })
        .collect_view();
    let rows = shown
        .examples
        .iter()
        .map(|one| {
            view! {
                <tr>
                    <td data-label="Letter"><a href=format!("/messages/{}", one.letter)>{format!("Letter {}", one.letter)}</a></td>
                    <td data-label="What changes">{one.what.clone()}</td>
                    <td data-label="How">{one.figures.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="reread-found">
            <h2 id="reread-found">"What would change"</h2>
            <ul>{counts}</ul>
            <table class="table" data-cards="true">
                <caption class="visually-hidden">"Examples"</caption>
                <thead><tr><th scope="col">"Letter"</th><th scope="col">"What changes"</th><th scope="col">"How"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn troubles(shown: &RereadView) -> AnyView {
    if shown.troubles.is_empty() {
        return ().into_any();
    }
    let rows = shown
        .troubles
        .iter()
        .map(|one| {
            let next = if one.tries < RereadTrouble::TRIES { " It is tried again." } else { "" };
            view! {
                <tr>
                    <td data-label="Letter"><a href=format!("/messages/{}", one.letter)>{format!("Letter {}", one.letter)}</a></td>
                    <td data-label="Why">{format!("{}{next}", one.why.words())}</td>
                </tr>
            }
        })
        .collect_view();
    let lead = format!(
        "{} could not be read again. After {} tries a letter stays as it is; it is tried anew when you look the next time.",
        text::count(shown.failed, "letter", "letters"),
        RereadTrouble::TRIES
    );
    view! {
        <section aria-labelledby="reread-troubles">
            <h2 id="reread-troubles">"Could not be read again"</h2>
            <p>{lead}</p>
            <table class="table" data-cards="true">
                <caption class="visually-hidden">"Letters that could not be read again"</caption>
                <thead><tr><th scope="col">"Letter"</th><th scope="col">"Why"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
