//! `/accounts/:id/collections`: the collections of an account on record, as a small chart and as a table (FP-32, FP-33).

use crate::api::health::collections;
use crate::text;
use crate::ui::time::length_text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// Height of the chart's bars.
const HIGH: i64 = 90;
/// Width of a day.
const WIDE: i64 = 20;

/// Collections of one account.
#[component]
pub fn CollectionsPage() -> impl IntoView {
    let id = param("id", AccountId(0));
    let cursor = query("cursor");
    let data = Resource::new(
        move || (id.get(), cursor.get()),
        |(id, cursor)| async move { collections(id, (!cursor.is_empty()).then_some(cursor)).await },
    );
    load(data, "the collections", move |history| {
        let id = id.get_untracked();
        let path = format!("/accounts/{id}/collections");
        let first = (!cursor.get_untracked().is_empty()).then(|| path.clone());
        let next = history.page.next.as_deref().map(|next| with_query(&path, &[("cursor", next)]));
        let body = if history.page.rows.is_empty() && first.is_none() {
            view! { <Empty icon=Icon::Clock title="No collection yet" why="Each collection leaves a line here: when it ran, how long, what it brought and what went wrong."/> }.into_any()
        } else {
            view! {
                {first.is_none().then(|| chart(&history.days))}
                {table(history.page.rows)}
                <Older next=next first=first label="Earlier collections" back="Latest collections"/>
                <p class="quiet">"Collections stay on record for 90 days."</p>
            }
            .into_any()
        };
        view! {
            <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a><a href=format!("/accounts/{id}?tab=ledger")>{history.account.clone()}</a></nav>
            <PageHead title=format!("Collections of {}", history.account) lead="When Postroom looked into the mailbox, and what came of it."/>
            {body}
        }
        .into_any()
    })
}

/// What the chart says, for those who do not see it.
fn in_words(days: &[CollectedDay]) -> String {
    let letters: i64 = days.iter().map(|day| day.letters).sum();
    let failed = days.iter().filter(|day| day.failed > 0).count() as i64;
    let most = days.iter().max_by_key(|day| day.letters).filter(|day| day.letters > 0);
    let most = most.map(|day| format!(", most of them on {} ({})", day_words(&day.day), text::number(day.letters))).unwrap_or_default();
    let failed = if failed == 0 {
        "No collection failed.".to_owned()
    } else {
        format!("Collections failed on {}.", text::count(failed, "day", "days"))
    };
    format!("In the last {} days {} came in{most}. {failed}", days.len(), text::count(letters, "new letter", "new letters"))
}

/// A bar a day; a cross above the days on which a collection failed.
fn chart(days: &[CollectedDay]) -> AnyView {
    let most = days.iter().map(|day| day.letters).max().unwrap_or(0).max(1);
    let width = WIDE * days.len() as i64;
    let bars = days
        .iter()
        .zip(0..)
        .map(|(day, at)| {
            let x = at * WIDE;
            // A day that brought anything at all shows it.
            let high = if day.letters > 0 { (day.letters * HIGH / most).max(3) } else { 0 };
            let y = 16 + HIGH - high;
            let (mark_x, mark_y) = (x + WIDE / 2, 8);
            let told = format!(
                "{}: {}, {}{}",
                day_words(&day.day),
                text::count(day.letters, "letter", "letters"),
                text::count(day.collections, "collection", "collections"),
                if day.failed > 0 { format!(", {} failed", day.failed) } else { String::new() }
            );
            let cross = (day.failed > 0).then(|| {
                let path = format!("M{} {}l8 8m0 -8l-8 8", mark_x - 4, mark_y - 4);
                view! { <path class="chart-failed" d=path/> }
            });
            view! {
                <g>
                    <title>{told}</title>
                    <rect class="chart-day" x=x.to_string() y="0" width=WIDE.to_string() height=(HIGH + 17).to_string()/>
                    <rect class="chart-bar" x=(x + 3).to_string() y=y.to_string() width=(WIDE - 6).to_string() height=high.to_string() rx="2"/>
                    {cross}
                </g>
            }
        })
        .collect_view();
    let base = (HIGH + 16).to_string();
    let ends = days.first().zip(days.last()).map(|(first, last)| view! { <div class="chart-ends quiet"><span>{day_words(&first.day)}</span><span>{day_words(&last.day)}</span></div> });
    let told = in_words(days);
    view! {
        <figure class="panel chart" aria-labelledby="chart-words">
            <figcaption id="chart-words">{told.clone()}</figcaption>
            <svg viewBox=format!("0 0 {width} {}", HIGH + 18) role="img" aria-label=told preserveAspectRatio="none">
                {bars}
                <line class="chart-base" x1="0" x2=width.to_string() y1=base.clone() y2=base/>
            </svg>
            {ends}
        </figure>
    }
    .into_any()
}

fn table(rows: Vec<CollectionRow>) -> AnyView {
    let lines = rows.into_iter().map(line).collect_view();
    view! {
        <table class="table" data-cards="true">
            <caption class="visually-hidden">"Collections, the latest first"</caption>
            <thead><tr>
                <th scope="col">"Ended"</th><th scope="col">"Outcome"</th><th scope="col" class="number">"Took"</th>
                <th scope="col" class="number">"New letters"</th><th scope="col" class="number">"Missing"</th>
            </tr></thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}

fn line(row: CollectionRow) -> AnyView {
    let (word, tone, icon) = match &row.error {
        Some(_) => ("Failed", "bad", Icon::Cross),
        None if row.stopped => ("Stopped", "quiet", Icon::Clock),
        None => ("Went well", "good", Icon::Tick),
    };
    let error = row.error.clone().map(|error| {
        let verdict = row.verdict.map(text::verdict);
        view! {
            <details class="error-text">
                <summary>{Icon::Arrow.draw()}"Error text"</summary>
                {verdict.map(|verdict| view! { <p>{verdict}</p> })}
                <pre>{error}</pre>
            </details>
        }
    });
    let took = length_text(((row.ended_at - row.started_at).max(0) + 999) / 1000);
    view! {
        <tr>
            <th scope="row" data-label="Ended"><When at=row.ended_at/></th>
            <td data-label="Outcome"><div class="last"><Tag text=word tone=tone icon=icon/>{error}</div></td>
            <td data-label="Took" class="number">{took}</td>
            <td data-label="New letters" class="number">{text::number(row.filed)}</td>
            <td data-label="Missing" class="number">{text::number(row.missing)}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_is_told_in_words() {
        let day = |day: &str, letters, failed| CollectedDay { day: day.to_owned(), collections: 3, letters, failed };
        let told = in_words(&[day("2026-03-01", 0, 0), day("2026-03-02", 1200, 2), day("2026-03-03", 4, 0)]);
        assert_eq!(
            told,
            "In the last 3 days 1,204 new letters came in, most of them on 2 March 2026 (1,200). Collections failed on 1 day."
        );
    }
}
