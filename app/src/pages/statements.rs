//! `/accounts/:id/statements`: what the ledger said day by day (S1); each statement is a page made to be printed.

use crate::api::health::{AskStatement, list_statements, open_statement};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The statements of an account.
#[component]
pub fn StatementsPage() -> impl IntoView {
    let id = param("id", AccountId(0));
    let cursor = query("cursor");
    let ask = ServerAction::<AskStatement>::new();
    let data = Resource::new(
        move || (id.get(), cursor.get()),
        |(id, cursor)| async move { list_statements(id, (!cursor.is_empty()).then_some(cursor)).await },
    );
    view! {
        <ErrorSummary problem=problem_of(ask)/>
        {load(data, "the statements", move |shown| {
            let id = id.get_untracked();
            let path = format!("/accounts/{id}/statements");
            let first = (!cursor.get_untracked().is_empty()).then(|| path.clone());
            let next = shown.page.next.as_deref().map(|next| with_query(&path, &[("cursor", next)]));
            let may_ask = shown.may_ask;
            let body = if shown.page.rows.is_empty() {
                view! { <Empty icon=Icon::Audit title="No statement yet" why="Once a day each mailbox that is collected gets a statement of its ledger: every folder's numbers at one moment, kept for ever."/> }.into_any()
            } else {
                table(id, shown.page.rows)
            };
            view! {
                <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a><a href=format!("/accounts/{id}?tab=ledger")>{shown.account.clone()}</a></nav>
                <PageHead title=format!("Statements of {}", shown.account) lead="What the ledger said, once a day. Statements are kept for ever, and the audit trail holds the digest of each.">
                    {may_ask.then(|| view! { <PlainButton action=ask label="Draw one up now" with=vec![("id", id.to_string())]/> })}
                </PageHead>
                {body}
                <Older next=next first=first label="Earlier statements" back="Latest statements"/>
            }
            .into_any()
        })}
    }
}

fn table(id: AccountId, rows: Vec<StatementCard>) -> AnyView {
    let lines = rows.into_iter().map(|row| line(id, row)).collect_view();
    view! {
        <table class="table" data-cards="true">
            <caption class="visually-hidden">"Statements, the latest first"</caption>
            <thead><tr>
                <th scope="col">"Statement"</th><th scope="col">"Drawn up"</th><th scope="col" class="number">"On the server"</th>
                <th scope="col" class="number">"Missing"</th><th scope="col">"Digest"</th>
            </tr></thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}

/// "Of 14 March 2026", or "Number 3".
fn title(card: &StatementCard) -> String {
    match &card.day {
        Some(day) => format!("Of {}", day_words(day)),
        None => format!("Number {}", card.id),
    }
}

fn asker(card: &StatementCard) -> String {
    if card.asked_by == "scheduler" { "by Postroom itself".to_owned() } else { format!("for {}", card.asked_by) }
}

fn line(id: AccountId, row: StatementCard) -> AnyView {
    let tone = if row.sums.missing == 0 { "good" } else { "warn" };
    let seal = if row.sealed {
        let short: String = row.digest.chars().take(12).collect();
        view! { <code>{short}"…"</code> }.into_any()
    } else {
        view! { <Tag text="Altered" tone="bad" icon=Icon::Cross/> }.into_any()
    };
    view! {
        <tr class="row-link">
            <th scope="row" data-label="Statement"><a href=format!("/accounts/{id}/statements/{}", row.id)>{title(&row)}</a></th>
            <td data-label="Drawn up"><When at=row.at/><span class="quiet block">{asker(&row)}</span></td>
            <td data-label="On the server" class="number">{text::number(row.sums.server)}</td>
            <td data-label="Missing" class="number"><Tag text=text::number(row.sums.missing) tone=tone/></td>
            <td data-label="Digest">{seal}</td>
        </tr>
    }
    .into_any()
}

/// One statement.
#[component]
pub fn StatementPage() -> impl IntoView {
    let (id, number) = (param("id", AccountId(0)), param("statement", StatementId(0)));
    let data = Resource::new(move || (id.get(), number.get()), |(id, number)| async move { open_statement(id, number).await });
    load(data, "the statement", move |shown| {
        let id = id.get_untracked();
        view! {
            <nav class="crumbs" aria-label="You are here">
                <a href="/accounts">"Email accounts"</a><a href=format!("/accounts/{id}?tab=ledger")>{shown.account.clone()}</a>
                <a href=format!("/accounts/{id}/statements")>"Statements"</a>
            </nav>
            {sheet(shown)}
        }
        .into_any()
    })
}

fn sheet(shown: Statement) -> AnyView {
    let Statement { account, address, card, lines } = shown;
    let sums = card.sums;
    let verdict = if sums.missing == 0 {
        view! { <Banner tone="good"><p>{format!("Complete: all {} on the server were accounted for.", text::count(sums.server, "letter", "letters"))}</p></Banner> }.into_any()
    } else {
        view! { <Banner tone="warn"><p>{format!("{} still to come at this moment.", text::count(sums.missing, "letter was", "letters were"))}</p></Banner> }
            .into_any()
    };
    let seal = if card.sealed {
        view! { <p>{format!("Entry {} of the audit trail holds this digest. ", card.event)}"Whoever changed a figure of this statement later would have to break the sealed chain of that trail; "<code>"postroom verify"</code>" would name the place."</p> }.into_any()
    } else {
        view! { <Banner tone="bad"><p>{format!("This statement is not the one that entry {} of the audit trail tells of. It was altered after it was drawn up.", card.event)}</p></Banner> }
            .into_any()
    };
    let labels = ["On the server", "Filed", "Elsewhere", "Excluded", "Errored", "Missing"];
    let heads = labels.map(|label| view! { <th scope="col" class="number">{label}</th> }).collect_view();
    let cells = move |sums: LedgerSums| {
        [sums.server, sums.filed, sums.elsewhere, sums.excluded, sums.errored, sums.missing]
            .into_iter()
            .zip(labels)
            .map(|(n, label)| view! { <td class="number" data-label=label>{text::number(n)}</td> })
            .collect_view()
    };
    let rows = lines
        .into_iter()
        .map(|row| {
            let counted = row.counted_at.map(|at| view! { <span class="quiet block">"Counted on "<When at=at/></span> });
            view! { <tr><th scope="row" data-label="Folder">{row.folder}{counted}</th>{cells(row.sums)}</tr> }
        })
        .collect_view();
    view! {
        <PageHead title=format!("Statement of {account}") lead=title(&card)/>
        <article class="panel sheet">
            <dl class="facts">
                <div><dt>"Mailbox"</dt><dd>{account}", "{address}</dd></div>
                <div><dt>"Drawn up"</dt><dd><When at=card.at/>" "{asker(&card)}</dd></div>
                <div><dt>"Statement"</dt><dd>{card.id.to_string()}</dd></div>
            </dl>
            {verdict}
            <table class="table ledger" data-cards="true">
                <caption class="visually-hidden">"Ledger, folder by folder"</caption>
                <thead><tr><th scope="col">"Folder"</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row" data-label="Folder">"All folders"</th>{cells(sums)}</tr></tfoot>
            </table>
            <p class="quiet">"Every letter that the mail server counts is filed (new to Postroom), held already from elsewhere, excluded by a named rule, errored (kept but unreadable, or refused by the server), or missing."</p>
            <h2>"Digest"</h2>
            <p class="evidence">"SHA-256 "{card.digest.clone()}</p>
            {seal}
        </article>
        <p class="no-print quiet">"Print this page with your browser: it leaves out everything around the sheet."</p>
    }
    .into_any()
}
