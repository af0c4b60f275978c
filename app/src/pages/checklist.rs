//! `/accounts/checklist?client=&address=`: "No letter appears?", a list that runs its own checks (FP-34).

use crate::api::accounts::{CollectNow, EnableAccount};
use crate::api::health::run_checklist;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The deeds that mend something.
#[derive(Clone, Copy)]
struct Deeds {
    collect: ServerAction<CollectNow>,
    resume: ServerAction<EnableAccount>,
}

/// The checks, run as the page is asked for.
#[component]
pub fn ChecklistPage() -> impl IntoView {
    let (client, address) = (query("client"), query("address"));
    let deeds = Deeds { collect: ServerAction::new(), resume: ServerAction::new() };
    let problem = Signal::derive(move || problem_of(deeds.collect).get().or_else(|| problem_of(deeds.resume).get()));
    let data = Resource::new(
        move || (client.get(), address.get()),
        |(client, address)| async move { run_checklist(client.parse().ok().map(ClientId), address).await },
    );
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a></nav>
        <ErrorSummary problem=problem/>
        <PageHead title="No letter appears?" lead="Postroom goes through what usually keeps letters away, and says what mends it."/>
        {load(data, "the checks", move |list| page(list, client.get_untracked(), address.get_untracked(), deeds))}
    }
}

fn page(list: Checklist, client: String, address: String, deeds: Deeds) -> AnyView {
    let Checklist { client: about_client, about, mailboxes } = &list;
    let bad = list.bad();
    let verdict = if bad == 0 {
        view! { <section class="overall" data-tone="good" aria-label="Overall">{Icon::Tick.draw()}<div><h2>"Nothing was found that keeps letters away."</h2></div></section> }.into_any()
    } else {
        let words = format!("{} letters away.", text::count(bad, "thing may keep", "things may keep"));
        view! { <section class="overall" data-tone="warn" aria-label="Overall">{Icon::Warning.draw()}<div><h2>{words}</h2></div></section> }
            .into_any()
    };
    let whose = match about_client {
        Some((id, name)) => view! { <h2 id="about"><a href=format!("/clients/{id}")>{name.clone()}</a></h2> }.into_any(),
        None => view! { <h2 id="about">"The address"</h2> }.into_any(),
    };
    let lines = |checks: &[Check]| checks.iter().cloned().map(|check| line(check, deeds)).collect_view();
    let (about_lines, mailbox_lines) = (lines(about), lines(mailboxes));
    let asked = !about.is_empty();
    view! {
        <GetForm action="/accounts/checklist" class="form checklist-form">
            {(!client.is_empty()).then(|| view! { <input type="hidden" name="client" value=client/> })}
            <div class="field">
                <label for="address">"Address of whose letters do not appear"</label>
                <input id="address" name="address" type="email" inputmode="email" autocomplete="off" value=address/>
            </div>
            <button type="submit" class="button" data-variant="secondary">"Check"</button>
        </GetForm>
        {verdict}
        {asked.then(|| view! { <section class="panel" aria-labelledby="about">{whose}<ul class="checks-run">{about_lines}</ul></section> })}
        <section class="panel" aria-labelledby="mailboxes"><h2 id="mailboxes">"The mailboxes"</h2><ul class="checks-run">{mailbox_lines}</ul></section>
        <p class="quiet">"Still not there? A letter that was deleted from the mailbox before Postroom could collect it cannot appear. Nor can one in a mailbox that is not connected, or in somebody's private mailbox, unless it carries an address on a client's file."</p>
    }
    .into_any()
}

fn line(check: Check, deeds: Deeds) -> AnyView {
    let (icon, tone, word) = match check.finding {
        Finding::Good => (Icon::Tick, "good", "In order: "),
        Finding::Note => (Icon::Question, "warn", "To know: "),
        Finding::Bad => (Icon::Cross, "bad", "To mend: "),
    };
    let mend = match check.mend {
        Some(Mend::Open(words, href)) => view! { <a class="button" data-variant="secondary" href=href>{words}</a> }.into_any(),
        Some(Mend::Collect(id)) => {
            view! { <PlainButton action=deeds.collect label="Collect now" with=vec![("id", id.to_string())]/> }.into_any()
        }
        Some(Mend::Resume(id)) => {
            view! { <PlainButton action=deeds.resume label="Collect again" with=vec![("id", id.to_string())]/> }.into_any()
        }
        None => ().into_any(),
    };
    view! {
        <li data-tone=tone>
            <span class="rung-mark" data-tone=tone>{icon.draw()}</span>
            <p><span class="visually-hidden">{word}</span>{check.sentence}</p>
            {mend}
        </li>
    }
    .into_any()
}
