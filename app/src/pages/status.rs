//! `/status`: how Postroom itself fares, for administrators. What needs somebody stands first; below it the evidence. The page asks
//! again by itself while it is looked at.

use crate::api::operation::how_it_fares;
use crate::text;
use crate::ui::time::length_text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// Seconds from one look to the next.
const AGAIN: &str = "10";

/// Everything of one moment.
#[component]
pub fn StatusPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| how_it_fares());
    view! {
        <PageHead title="Status" lead="How Postroom itself fares: what runs, what waits, and how much room there is.">
            <a class="button no-js" data-variant="secondary" href="/status">"Refresh"</a>
        </PageHead>
        {load(data, "the status", whole)}
    }
}

fn whole(now: Operation) -> AnyView {
    let up = length_text((now.at - now.started_at).max(0) / 1000);
    let troubles = now.troubles.clone();
    view! {
        <div class="status" data-again=AGAIN>
            {overall(&now)}
            {loops(now.loops)}
            {leases(now.leases, now.collecting, now.places)}
            {queues(now.queues)}
            <div class="status-pair">
                {database(&now.database)}
                {room(&now.room, &now.database)}
                <section class="panel" aria-labelledby="program">
                    <h2 id="program">"Program"</h2>
                    <dl class="facts">
                        {fact("Version", now.version.clone())}
                        {fact("Running for", up)}
                        <div><dt>"Started"</dt><dd><When at=now.started_at/></dd></div>
                        <div><dt>"Looked at"</dt><dd><When at=now.at/></dd></div>
                    </dl>
                </section>
            </div>
            {trouble_list(troubles)}
        </div>
    }
    .into_any()
}

fn fact(name: &'static str, value: String) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

/// One sentence, or what somebody should do.
fn overall(now: &Operation) -> AnyView {
    if now.advice.is_empty() {
        return view! { <section class="overall" data-tone="good" aria-label="Overall">{Icon::Tick.draw()}<div><h2>"Everything runs as it should."</h2></div></section> }
            .into_any();
    }
    let lines = now
        .advice
        .iter()
        .map(|advice| {
            let link = advice.link.clone().map(|(words, to)| view! { " "<a href=to>{words}</a> });
            view! { <li><strong>{advice.what.clone()}</strong>" "{advice.todo.clone()}{link}</li> }
        })
        .collect_view();
    let words = text::count(now.advice.len() as i64, "thing to look at", "things to look at");
    view! {
        <section class="overall" data-tone="warn" aria-label="Overall">{Icon::Warning.draw()}<div><h2>{words}</h2><ul class="plain-list">{lines}</ul></div></section>
    }
    .into_any()
}

fn loops(rows: Vec<LoopRow>) -> AnyView {
    let lines = rows
        .into_iter()
        .map(|row| {
            let (word, tone, icon) = match (&row.error, row.late, row.last) {
                (Some(_), ..) => ("Failed", "bad", Icon::Cross),
                (None, true, _) => ("Late", "warn", Icon::Warning),
                (None, false, None) => ("Not yet", "quiet", Icon::Clock),
                (None, false, Some(_)) => ("Runs", "good", Icon::Tick),
            };
            let moment = |at: Option<i64>| match at {
                Some(at) => view! { <When at=at/> }.into_any(),
                None => "–".into_any(),
            };
            let error = row.error.clone().map(|error| view! { <span class="block">{error}</span> });
            view! {
                <tr>
                    <th scope="row" data-label="Loop">{row.name.clone()}<span class="quiet block">{row.does.clone()}</span></th>
                    <td data-label="State"><div class="last"><Tag text=word tone=tone icon=icon/>{error}</div></td>
                    <td data-label="Last ran">{row.last.map_or_else(|| "–".into_any(), |at| view! { <Ago at=at/> }.into_any())}</td>
                    <td data-label="Took" class="number">{if row.last.is_some() { took(row.took) } else { "–".to_owned() }}</td>
                    <td data-label="Runs again">{moment(row.next)}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = view! { <th scope="col">"Loop"</th><th scope="col">"State"</th><th scope="col">"Last ran"</th><th scope="col" class="number">"Took"</th><th scope="col">"Runs again"</th> }.into_any();
    table_of(("loops", "What runs by itself"), "What runs by itself", heads, lines.into_any(), None)
}

/// A part of the page that is a table: its id and heading, what the table is, and a sentence below it.
fn table_of(
    (id, title): (&'static str, &'static str),
    caption: &'static str,
    heads: AnyView,
    lines: AnyView,
    below: Option<String>,
) -> AnyView {
    view! {
        <section aria-labelledby=id>
            <h2 id=id>{title}</h2>
            <table class="table" data-cards="true">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{lines}</tbody>
            </table>
            {below.map(|below| view! { <p class="quiet">{below}</p> })}
        </section>
    }
    .into_any()
}

/// "12 ms", "3 s".
fn took(ms: i64) -> String {
    if ms < 1000 { format!("{ms} ms") } else { length_text(ms / 1000) }
}

fn leases(rows: Vec<LeaseRow>, collecting: i64, places: i64) -> AnyView {
    let told = format!("{collecting} of {places} places for collections are taken in this process.");
    if rows.is_empty() {
        return view! { <section aria-labelledby="leases"><h2 id="leases">"Who collects what"</h2><p class="quiet">"Nothing is being collected at the moment. "{told}</p></section> }.into_any();
    }
    let lines = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row" data-label="Account"><a href=format!("/accounts/{}", row.account)>{row.name}</a></th>
                    <td data-label="Held by">{row.holder}</td>
                    <td data-label="Until"><When at=row.until/></td>
                </tr>
            }
        })
        .collect_view();
    let heads =
        view! { <th scope="col">"Account"</th><th scope="col">"Held by"</th><th scope="col">"Until, if not prolonged"</th> }.into_any();
    table_of(("leases", "Who collects what"), "Leases on accounts", heads, lines.into_any(), Some(told))
}

fn queues(rows: Vec<QueueRow>) -> AnyView {
    let lines = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row" data-label="Waiting">{row.name}<span class="quiet block">{row.means}</span></th>
                    <td data-label="How many" class="number">{text::number(row.waiting)}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = view! { <th scope="col">"Waiting"</th><th scope="col" class="number">"How many"</th> }.into_any();
    table_of(("queues", "What waits"), "What waits", heads, lines.into_any(), None)
}

fn database(facts: &DatabaseFacts) -> AnyView {
    let trip =
        if facts.round_trip < 1000 { "less than 1 ms".to_owned() } else { format!("{} ms", text::number((facts.round_trip + 500) / 1000)) };
    view! {
        <section class="panel" aria-labelledby="database">
            <h2 id="database">"Database"</h2>
            <dl class="facts">
                {fact("Kind", format!("{} {}", facts.kind, facts.version))}
                {fact("Schema", format!("Version {}", facts.schema))}
                {fact("Size", octets(facts.octets))}
                {fact("Answers in", trip)}
            </dl>
        </section>
    }
    .into_any()
}

fn room(room: &Room, database: &DatabaseFacts) -> AnyView {
    let free = match (room.free, room.whole) {
        (Some(free), Some(whole)) => format!("{} of {}", octets(free), octets(whole)),
        _ => "This machine does not tell".to_owned(),
    };
    let outside = (database.kind != "SQLite").then(|| view! { <p class="quiet">"The database lies outside the data folder."</p> });
    view! {
        <section class="panel" aria-labelledby="room">
            <h2 id="room">"Room"</h2>
            <dl class="facts">
                {fact("Free on disk", free)}
                {fact("Data folder", octets(room.folder))}
                {fact("Letters in it", octets(room.letters))}
                {fact("Memory", room.memory.map_or_else(|| "This machine does not tell".to_owned(), octets))}
            </dl>
            {outside}
        </section>
    }
    .into_any()
}

/// Sizes of disks need one word more than those of letters.
fn octets(octets: i64) -> String {
    if octets < 1_000_000_000 { text::size(octets) } else { text::tenths(octets, 1_000_000_000, "GB") }
}

fn trouble_list(rows: Vec<TroubleRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <section aria-labelledby="troubles"><h2 id="troubles">"What went wrong"</h2><p class="quiet">"Nothing since the start."</p></section> }.into_any();
    }
    let lines = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <td data-label="Last time"><Ago at=row.last/></td>
                    <td data-label="Where" class="nowrap">{row.area}</td>
                    <th scope="row" data-label="What">{row.what}<span class="quiet block">{row.todo}</span></th>
                    <td data-label="Times" class="number">{text::number(row.times)}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = view! { <th scope="col">"Last time"</th><th scope="col">"Where"</th><th scope="col">"What"</th><th scope="col" class="number">"Times"</th> }.into_any();
    table_of(
        ("troubles", "What went wrong"),
        "Warnings and errors since the start, the latest first",
        heads,
        lines.into_any(),
        Some("Since the start of this process. The log on the machine has every line.".to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_lengths_read_as_people_say_them() {
        assert_eq!((octets(41_250_000_000), octets(61_000_000)), ("41.3 GB".to_owned(), "61.0 MB".to_owned()));
        assert_eq!((took(12), took(3400)), ("12 ms".to_owned(), "3 s".to_owned()));
    }
}
