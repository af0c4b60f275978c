//! `/management/:id`: one letter that was not imported (or was): why, the letter in isolation, and what can be done. After a deed the next
//! letter of the queue follows.

use super::letter::letter_frame;
use super::letter_imports::answers_words;
use super::letter_parts::files;
use super::management::tags;
use super::management_told::told;
use crate::api::letters::letter;
use crate::api::management::{DoManaged, open_managed};
use crate::kit::managed::now;
use crate::text;
use crate::ui::form::typed;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The page.
#[component]
pub fn ManagedLetterPage() -> impl IntoView {
    let id = param("id", String::new());
    let (shown_as, pictures, from) = (query("as"), query("pictures"), query("from"));
    let action = ServerAction::<DoManaged>::new();
    let data = Resource::new(
        move || id.get(),
        |id| async move {
            let managed = open_managed(id).await?;
            let whole = letter(managed.row.id.letter).await?;
            Ok::<_, crate::Trouble>((managed, whole))
        },
    );
    load(data, "the letter", move |(managed, letter)| {
        let from = Some(from.get_untracked()).filter(|from| from.starts_with("/management")).unwrap_or_else(|| "/management".to_owned());
        let row = &managed.row;
        let here = address(row.id, &from);
        let frame = letter_frame(&letter, &shown_as.get_untracked(), &pictures.get_untracked(), &here);
        view! {
            <article class="letter managed-letter" data-managed=row.id.to_string() data-now=now(&managed)>
                {steps(&managed, &from)}
                <ErrorSummary problem=problem_of(action)/>
                {told(action, &here)}
                <PageHead title=text::subject(&row.subject) lead=format!("{} to {}", text::mailbox(&row.from), row.account)/>
                {looking(&managed.looking)}
                {why(row)}
                {deeds(&managed, action, &from)}
                {files(row.id.letter, &letter.attachments)}
                {frame}
                <p class="letter-more"><a href=format!("/messages/{}", row.id.letter)>"Everything about this letter: headers, copies, clients"</a></p>
            </article>
        }
        .into_any()
    })
}

fn address(id: Managed, from: &str) -> String {
    let from = if from == "/management" { "" } else { from };
    with_query(&format!("/management/{id}"), &[("from", from)])
}

fn steps(managed: &ManagedLetter, from: &str) -> AnyView {
    let keys = use_context::<Viewer>().is_some_and(|viewer| viewer.shortcuts);
    let step = |to: Option<Managed>, words: &'static str, key: &'static str, rel: &'static str| {
        to.map(|to| view! { <a href=address(to, from) rel=rel aria-keyshortcuts=keys.then_some(key) data-step=key>{words}<span class="visually-hidden">" letter"</span></a> })
    };
    let count = managed.row.waits.then(|| view! { <span class="quiet">{format!("{} waiting", text::number(managed.waiting))}</span> });
    view! {
        <nav class="letter-steps" aria-label="Queue">
            <a class="step-back" href=format!("{from}#letter-{}", managed.row.id.letter)>"Back to Email Management"</a>
            {count}
            {step(managed.before, "Previous", "p", "prev")}
            {step(managed.after, "Next", "n", "next")}
        </nav>
    }
    .into_any()
}

fn looking(names: &[String]) -> AnyView {
    if names.is_empty() {
        return ().into_any();
    }
    let words = match names {
        [one] => format!("{one} looks at this letter too."),
        several => format!("{} look at this letter too.", several.join(", ")),
    };
    view! { <div role="status"><Banner tone="info"><p>{words}</p></Banner></div> }.into_any()
}

fn why(row: &ManagedRow) -> AnyView {
    let advice = if row.waits { row.cause.advice() } else { "" };
    let answers = row.answers.map(|(letter, by)| {
        view! { <p>{answers_words(by)}<a href=format!("/messages/{letter}")>"read that letter"</a></p> }
    });
    let party = row.party.as_ref().map(|(id, name)| view! { <p>"It is with "<a href=format!("/contacts/{id}")>{name.clone()}</a>"."</p> });
    let closed = row.closed.as_ref().map(|closed| {
        let reason = if closed.reason.is_empty() { String::new() } else { format!(": {}", closed.reason) };
        let by = closed.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        view! { <p>{format!("{}{by}{reason}", closed.how.words())}" "<When at=closed.at/></p> }
    });
    let queue =
        row.queue.as_ref().filter(|_| row.waits).map(|(_, name)| view! { <p class="quiet">{format!("It waits in the queue {name}.")}</p> });
    view! {
        <section class="panel managed-reason" aria-label="Why it is here">
            <div class="cluster">{tags(row)}<When at=row.date/><span class="quiet">{text::size(row.size)}</span></div>
            <p><strong>{row.why.clone()}</strong></p>
            {(!advice.is_empty()).then(|| view! { <p>{advice}</p> })}
            {row.outdated.then(|| view! { <p>"The rules have changed since: trying again may come to something else."</p> })}
            {party}{answers}{closed}{queue}
        </section>
    }
    .into_any()
}

/// Contacts that could have the sender's address, and a new one.
fn contacts_to_be(managed: &ManagedLetter) -> AnyView {
    let (sender, name) = (&managed.row.from.address, &managed.row.from.name);
    let known = managed
        .neighbours
        .iter()
        .map(|(contact, name)| {
            let href = with_query(&format!("/contacts/{contact}/edit"), &[("address", sender)]);
            view! { <li><a href=href>{format!("Add the address to {name}")}</a></li> }
        })
        .collect_view();
    let new = with_query("/contacts/new", &[("address", sender), ("name", name)]);
    view! { {known}<li><a href=new>"New contact with this address"</a></li> }.into_any()
}

fn deeds(managed: &ManagedLetter, action: ServerAction<DoManaged>, from: &str) -> AnyView {
    let row = &managed.row;
    let (id, letter) = (row.id, row.id.letter);
    let here = address(id, from);
    // What is dealt with makes room for the next.
    let next = managed.after.or(managed.before).map_or_else(|| from.to_owned(), |next| address(next, from));
    let with = |deed: &str, back: &str| vec![("ids[]", id.to_string()), ("deed", deed.to_owned()), ("back", back.to_owned())];
    if !row.waits {
        return match row.outcome {
            ImportOutcome::Queued if row.closed.is_some() => {
                view! { <div class="cluster buttons"><PlainButton action=action label="Take it back into the queue" with=with("reopen", &here)/></div> }.into_any()
            }
            _ => ().into_any(),
        };
    }
    let elsewhere = row.assigned.as_ref().filter(|_| !row.mine);
    if let Some(name) = elsewhere {
        let words = format!("{name} has taken this letter.");
        return view! {
            <Banner tone="info"><p>{words}</p></Banner>
            <div class="cluster buttons"><PlainButton action=action label=format!("Take it from {name}") with=with("release", &here)/></div>
        }
        .into_any();
    }
    view! {
        <div class="cluster buttons managed-buttons">
            <a class="button" data-variant="primary" data-key="f" href=format!("/messages/{letter}/file")>"File to"</a>
            <span data-key="r"><PlainButton action=action label="Try again" with=with("retry", &here)/></span>
            <a class="button" data-variant="secondary" href=format!("/messages/{letter}/forward?account={}", id.account)>"Forward"</a>
            <a class="button" data-variant="secondary" href=format!("/compose?answers={letter}&mode=reply")>"Reply"</a>
            {if row.mine {
                view! { <PlainButton action=action label="Give back" with=with("release", &here)/> }.into_any()
            } else {
                view! { <span data-key="t"><PlainButton action=action label="Take" with=with("take", &here)/></span> }.into_any()
            }}
        </div>
        <PostForm action=action class="form-inline managed-discard">
            <input type="hidden" name="ids[]" value=id.to_string()/>
            <input type="hidden" name="deed" value="discard"/>
            <input type="hidden" name="back" value=next/>
            <label for="reason">"Reason (if it helps somebody)"</label>
            <input id="reason" name="reason" value=typed("reason") maxlength=REASON_CHARACTERS.to_string() autocomplete="off"/>
            <span data-key="e"><Submit label="Discard" variant="secondary"/></span>
        </PostForm>
        <ul class="filing-links">{(!row.from.address.is_empty()).then(|| contacts_to_be(managed))}</ul>
    }
    .into_any()
}
