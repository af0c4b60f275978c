//! `/accounts/:id/import/rehearsal`: what the import rules would do to the newest letters of an account, before they do anything.

use crate::api::management::rehearse_import;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The page.
#[component]
pub fn ImportRehearsalPage() -> impl IntoView {
    let id = param("id", AccountId(0));
    let data = Resource::new(move || id.get(), rehearse_import);
    load(data, "the rehearsal", move |found| {
        let id = id.get_untracked();
        view! {
            <nav class="crumbs" aria-label="You are here"><a href=format!("/accounts/{id}/import")>{found.account.clone()}</a></nav>
            <PageHead title="Rehearsal of the import" lead=format!("What the saved rules would do to the newest {} of this account. Nothing is changed.", text::count(found.letters, "letter", "letters"))/>
            {so_far(&found.sums)}
            {rehearsal(&found)}
        }
        .into_any()
    })
}

/// What became of letters already; counted on their own, beside the ledger.
pub fn so_far(sums: &ImportSums) -> AnyView {
    if *sums == ImportSums::default() {
        return ().into_any();
    }
    let words = format!(
        "So far: {} imported, {} waiting, {} dealt with by somebody, {} left out.",
        text::number(sums.imported),
        text::number(sums.waiting),
        text::number(sums.done),
        text::number(sums.left_out)
    );
    view! { <p>{words}" "<a href="/management">"Open Email Management"</a></p> }.into_any()
}

/// Outcomes with their numbers, and an example of each cause.
pub fn rehearsal(found: &ImportRehearsal) -> AnyView {
    if found.letters == 0 {
        return view! { <Empty icon=Icon::Mail title="No letters yet" why="The account has to be collected before its letters can be tried."/> }.into_any();
    }
    let sum = |outcome| found.causes.iter().filter(|(cause, _)| cause.outcome() == outcome).map(|(_, count)| *count).sum::<i64>();
    let sums =
        [("Imported", ImportOutcome::Imported), ("Waiting for somebody", ImportOutcome::Queued), ("Left out", ImportOutcome::LeftOut)]
            .map(|(words, outcome)| view! { <div><dt>{words}</dt><dd>{text::number(sum(outcome))}</dd></div> })
            .collect_view();
    let rows = found
        .causes
        .iter()
        .map(|(cause, count)| {
            let examples = found
                .examples
                .iter()
                .filter(|one| one.cause == *cause)
                .map(|one| {
                    view! { <li><a href=format!("/messages/{}", one.letter)>{text::subject(&one.subject)}</a>{format!(" {}. {}", text::mailbox(&one.from), one.why)}</li> }
                })
                .collect_view();
            let becomes = match cause.outcome() {
                ImportOutcome::Imported => "Imported",
                ImportOutcome::Queued => "Waits",
                ImportOutcome::LeftOut => "Left out",
            };
            view! {
                <tr>
                    <th scope="row">{cause.words()}</th>
                    <td data-label="Becomes">{becomes}</td>
                    <td data-label="Letters" class="number">{text::number(*count)}</td>
                    <td data-label="Such as"><ul class="plain-list">{examples}</ul></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <dl class="facts">{sums}</dl>
        <table class="table" data-cards="true">
            <caption class="visually-hidden">"Letters by cause"</caption>
            <thead><tr><th scope="col">"Cause"</th><th scope="col">"Becomes"</th><th scope="col" class="number">"Letters"</th><th scope="col">"Such as"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
