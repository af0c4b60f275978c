//! `/messages/:id/file`: a letter is filed to a client by hand, or kept off, with a reason; or that is taken back.

use super::client_shared::find_field;
use crate::api::history::{FileLetter, UndoFiling, filing};
use crate::text;
use crate::ui::letters::{direction, filing_words};
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The letter, what was decided about it, and the form.
#[component]
pub fn FilingPage() -> impl IntoView {
    let id = param("id", MessageId(0));
    let (client, decision, words) = (query("client"), query("decision"), query("words"));
    let data = Resource::new(
        move || (id.get(), client.get(), words.get()),
        |(id, client, words)| async move { filing(id, client.parse().ok().map(ClientId), words).await },
    );
    let file = ServerAction::<FileLetter>::new();
    let undo = ServerAction::<UndoFiling>::new();
    load(data, "the letter", move |shown| {
        let id = id.get_untracked();
        let (letter, found) = (shown.letter.clone(), shown.found.clone());
        let form = letter.is_some().then(|| match &shown.client {
            Some(client) => decide(id, client, &decision.get_untracked(), &shown.decisions, file),
            None => choose(id, found, &words.get_untracked(), &decision.get_untracked()),
        });
        view! {
            <PageHead title="File by hand" lead="Addresses decide which letters are in a client's history. Here you make an exception for one letter." problem=problem_of(file)/>
            <ErrorSummary problem=problem_of(file)/>
            <ErrorSummary problem=problem_of(undo)/>
            {head(letter.as_ref())}
            {decided(id, &shown.decisions, undo)}
            {suggested(id, &shown.suggested, file)}
            {form}
        }
        .into_any()
    })
}

fn head(letter: Option<&HistoryRow>) -> AnyView {
    let Some(letter) = letter else {
        return view! { <Banner tone="info"><p>"This letter is not yours to open any more, because it was kept off. You can take that back."</p></Banner> }.into_any();
    };
    let to = letter.to.iter().map(text::short).collect::<Vec<_>>().join(", ");
    view! {
        <section class="panel" aria-labelledby="the-letter">
            <div class="cluster">{direction(letter.direction)}<When at=letter.date/></div>
            <h2 id="the-letter"><a href=format!("/messages/{}", letter.id)>{text::subject(&letter.subject)}</a></h2>
            <p class="people">{format!("{} → {to}", text::mailbox(&letter.from))}</p>
        </section>
    }
    .into_any()
}

/// What was decided so far, each to be taken back.
fn decided(id: MessageId, decisions: &[(ClientId, String, Filing)], undo: ServerAction<UndoFiling>) -> AnyView {
    if decisions.is_empty() {
        return ().into_any();
    }
    let lines = decisions
        .iter()
        .map(|(client, name, filing)| {
            let fields = vec![("client", client.to_string()), ("letter", id.to_string())];
            view! {
                <li class="decision">
                    <div><a href=format!("/clients/{client}")>{name.clone()}</a><p>{filing_words(filing)}</p></div>
                    <PlainButton action=undo label="Undo" with=fields/>
                </li>
            }
        })
        .collect_view();
    view! { <section class="panel"><h2>"Decided so far"</h2><ul class="plain-list">{lines}</ul></section> }.into_any()
}

/// Clients who wrote what this letter forwards: one click files it there (P30).
fn suggested(id: MessageId, suggested: &[(ClientId, String, String)], file: ServerAction<FileLetter>) -> AnyView {
    if suggested.is_empty() {
        return ().into_any();
    }
    let lines = suggested
        .iter()
        .map(|(client, name, address)| {
            let fields = vec![
                ("form[letter]", id.to_string()),
                ("form[client]", client.to_string()),
                ("form[decision]", Decision::Belongs.as_str().to_owned()),
                ("form[reason]", format!("Forwards a letter of {address}")),
            ];
            view! {
                <li class="decision">
                    <div><a href=format!("/clients/{client}")>{name.clone()}</a><p>{format!("{address} wrote the letter that this one forwards")}</p></div>
                    <PlainButton action=file label=format!("File to {name}") with=fields/>
                </li>
            }
        })
        .collect_view();
    view! { <section class="panel"><h2>"Suggested"</h2><ul class="plain-list">{lines}</ul></section> }.into_any()
}

/// No client yet: find one.
fn choose(id: MessageId, found: Vec<ClientCard>, words: &str, decision: &str) -> AnyView {
    let path = format!("/messages/{id}/file");
    let none = found.is_empty() && !words.is_empty();
    let (words, wanted) = (words.to_owned(), decision.to_owned());
    let links = found
        .into_iter()
        .map(|client| {
            let href = with_query(&path, &[("client", &client.id.to_string()), ("decision", decision)]);
            let addresses = client.addresses.iter().map(|address| address.address.as_str()).collect::<Vec<_>>().join(", ");
            view! { <li><a href=href>{client.name}</a><span class="quiet">{format!(" {} {addresses}", client.code)}</span></li> }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="choose-client">
            <h2 id="choose-client">"Which client?"</h2>
            <GetForm action=path class="form">
                {(!wanted.is_empty()).then(|| view! { <input type="hidden" name="decision" value=wanted/> })}
                {find_field("client", words)}
            </GetForm>
            {none.then(|| view! { <p role="status">"No client you may open has all these words."</p> })}
            <ul class="plain-list client-choice">{links}</ul>
        </section>
    }
    .into_any()
}

/// A client is chosen: what, and why.
fn decide(
    id: MessageId,
    client: &ClientCard,
    decision: &str,
    decisions: &[(ClientId, String, Filing)],
    file: ServerAction<FileLetter>,
) -> AnyView {
    let before = decisions.iter().find(|(known, _, _)| *known == client.id).map(|(_, _, filing)| filing);
    let first = Decision::parse(decision).or(before.map(|filing| filing.decision)).unwrap_or(Decision::Belongs);
    let chosen = first.as_str();
    let (to, name, code) = (client.id, client.name.clone(), client.code.clone());
    view! {
        <section class="panel" aria-labelledby="decide">
            <h2 id="decide">{name}</h2>
            <p class="quiet">{code}" · "<a href=format!("/messages/{id}/file")>"Choose another client"</a></p>
            <PostForm action=file>
                <input type="hidden" name="form[letter]" value=id.to_string()/>
                <input type="hidden" name="form[client]" value=to.to_string()/>
                <fieldset class="choices">
                    <legend>"What do you decide?"</legend>
                    <div class="choice-grid">
                        <Choice name="form[decision]" value="belongs" label="It belongs here" hint="Everyone who may open this client can then read it." chosen=chosen/>
                        <Choice name="form[decision]" value="keep_off" label="Keep it off" hint="It is in this history no more, whatever its addresses." chosen=chosen/>
                    </div>
                </fieldset>
                <Field id="reason" name="form[reason]" label="Why?" hint="A few words for colleagues; they stand beside the letter and in the audit trail."/>
                <div class="cluster">
                    <Submit label="Decide"/>
                    <a class="button" data-variant="quiet" href=format!("/clients/{to}")>"Cancel"</a>
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}
