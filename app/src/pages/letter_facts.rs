//! What is read from a letter's bytes, told in words: an appointment, a bounce, what servers state about where it came from.
//!
//! Must never: turn a server's statement into a judgement of ours. Who states it stands beside it, always.

use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// An appointment the letter brings.
pub fn invitations(list: &[Invitation]) -> AnyView {
    list.iter().map(invitation).collect_view().into_any()
}

fn invitation(invitation: &Invitation) -> AnyView {
    let line =
        |name: &'static str, value: &str| (!value.is_empty()).then(|| view! { <div><dt>{name}</dt><dd>{value.to_owned()}</dd></div> });
    let people = (!invitation.attendees.is_empty()).then(|| {
        let lines = invitation
            .attendees
            .iter()
            .map(|(who, answer)| view! { <li>{who.clone()}<span class="quiet">" · "{answer.clone()}</span></li> })
            .collect_view();
        let more =
            (invitation.more_attendees > 0).then(|| view! { <li class="quiet">{format!("and {} more", invitation.more_attendees)}</li> });
        view! { <div><dt>"Invited"</dt><dd><ul class="plain-list">{lines}{more}</ul></dd></div> }
    });
    let summary = if invitation.summary.is_empty() { "(no title)".to_owned() } else { invitation.summary.clone() };
    view! {
        <section class="panel invitation" aria-label="Appointment">
            <p class="quiet">{Icon::Clock.draw()}" "{invitation.what.clone()}</p>
            <h2>{summary}</h2>
            <dl class="facts">
                {line("When", &invitation.when)}
                {line("Repeats", &invitation.repeats)}
                {line("Where", &invitation.place)}
                {line("From", &invitation.organiser)}
                {people}
            </dl>
            {(!invitation.text.is_empty()).then(|| view! { <details><summary>"Its text"</summary><p class="pre">{invitation.text.clone()}</p></details> })}
        </section>
    }
    .into_any()
}

/// A letter of ours whose copy could not be put into its mailbox.
pub fn no_copy(outbox: Option<i64>) -> AnyView {
    let href = outbox.map(|id| format!("/outbox/{id}"));
    href.map(|href| {
        view! { <Banner tone="warn"><p>"No copy of this letter is in its mailbox among sent letters. "<a href=href>"What to do about it"</a></p></Banner> }
    })
    .into_any()
}

/// Whom a letter of ours did not reach, and why.
pub fn bounce(bounce: Option<&Bounce>) -> AnyView {
    let Some(bounce) = bounce else { return ().into_any() };
    let people = bounce.recipients.iter().map(recipient).collect_view();
    let none = bounce.recipients.is_empty().then(|| view! { <p>"The report does not say whom it did not reach. Its text may."</p> });
    let original = match (&bounce.letter, bounce.about.is_empty()) {
        (Some((id, subject)), _) => {
            view! { <p>"The letter: "<a href=format!("/messages/{id}")>{text::subject(subject)}</a></p> }.into_any()
        }
        (None, true) => view! { <p>"The report does not say which letter it is about."</p> }.into_any(),
        (None, false) => view! { <p>"The letter it is about is not here, or not yours to open."</p> }.into_any(),
    };
    let delayed = !bounce.recipients.is_empty() && bounce.recipients.iter().all(|person| person.action == "delayed");
    let title = if delayed { "A letter is delayed" } else { "A letter did not arrive" };
    view! {
        <Banner tone="warn">
            <p><strong>{title}</strong></p>
            <ul class="plain-list bounced">{people}</ul>
            {none}
            {original}
        </Banner>
    }
    .into_any()
}

fn recipient(person: &BouncedRecipient) -> AnyView {
    let code = (!person.status.is_empty()).then(|| format!(" (code {})", person.status));
    let meaning = if person.meaning.is_empty() { person.action.clone() } else { person.meaning.clone() };
    let words =
        (!person.diagnostic.is_empty()).then(|| view! { <p class="quiet">"The mail server wrote: “"{person.diagnostic.clone()}"”"</p> });
    view! { <li><strong>{person.address.clone()}</strong>": "{meaning}{code}{words}</li> }.into_any()
}

/// What servers state about where the letter came from.
pub fn statements(list: &[Testimony]) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let (own, others): (Vec<&Testimony>, Vec<&Testimony>) = list.iter().partition(|statement| statement.by_own_receiver);
    let own_view = match own.first() {
        Some(statement) => statement_view(statement, true),
        None => view! {
            <p class="quiet">"The server that received this letter states nothing in a way that can be told from a forgery."</p>
        }
        .into_any(),
    };
    let others = (!others.is_empty()).then(|| {
        let lines = others.into_iter().map(|statement| statement_view(statement, false)).collect_view();
        view! {
            <details>
                <summary>"Stated by others"</summary>
                <p class="quiet">"Anybody on the letter's way, its sender too, could have written these. They prove nothing."</p>
                {lines}
            </details>
        }
    });
    view! { <section class="panel"><h2>"Where it says it came from"</h2>{own_view}{others}</section> }.into_any()
}

fn statement_view(statement: &Testimony, own: bool) -> AnyView {
    let by = if statement.by.is_empty() { "somebody without a name".to_owned() } else { statement.by.clone() };
    let who = if own {
        format!("Stated by {by}, the server that received the letter:")
    } else {
        format!("{}, stated by {by}:", statement.header)
    };
    let claims = statement
        .claims
        .iter()
        .map(|claim| {
            let tone = match (own, claim.result.as_str()) {
                (true, "pass") => "good",
                (true, "fail" | "softfail" | "permerror") => "bad",
                (true, "temperror") => "warn",
                _ => "quiet",
            };
            let about = (!claim.about.is_empty()).then(|| view! { <span class="quiet">{claim.about.clone()}</span> });
            view! { <li><Tag text=format!("{} {}", claim.method.to_uppercase(), claim.result) tone=tone/>" "{about}</li> }
        })
        .collect_view();
    view! { <div class="statement"><p>{who}</p><ul class="plain-list">{claims}</ul></div> }.into_any()
}
