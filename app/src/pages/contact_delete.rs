//! `/contacts/:id/delete`: what deleting a contact does, said before it is done; `/contacts/:id/deleted`: what is left, and the way back.

use super::client_merge::days;
use crate::api::contacts::{DeleteContact, PutContactBack, ask_gone_contact, look_at_removal};
use crate::api::days::office_days;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// What would happen, and the button.
#[component]
pub fn DeleteContactPage() -> impl IntoView {
    let (id, step) = (param("id", ClientId(0)), query("step"));
    let delete = ServerAction::<DeleteContact>::new();
    let data = Resource::new(move || id.get(), look_at_removal);
    let problem = problem_of(delete);
    load(data, "the contact", move |(card, removal)| {
        let changed = step.get_untracked() == "changed";
        let (name, file) = (card.name.clone(), format!("/contacts/{}", card.id));
        view! {
            <nav class="crumbs" aria-label="You are here"><a href="/contacts">"Contacts"</a><a href=file.clone()>{name.clone()}</a></nav>
            <ErrorSummary problem=problem/>
            <PageHead title=format!("Delete {name}") lead="For a contact who is not needed any more. No letter is deleted, and the contact can be put back: it stands under Contacts, below the list, among the deleted ones." problem=problem/>
            {changed.then(|| view! { <Banner tone="warn"><p>"Something has changed meanwhile. Look again at what would happen."</p></Banner> })}
            {effect(&card, &removal)}
            <PostForm action=delete>
                <input type="hidden" name="id" value=card.id.to_string()/>
                <input type="hidden" name="seen" value=removal.mark()/>
                <div class="cluster">
                    <Submit label=format!("Delete {name}") variant="danger"/>
                    <a class="button" data-variant="quiet" href=file.clone()>"Cancel"</a>
                    <a href=format!("{file}/merge")>"Rather merge it with another contact"</a>
                </div>
            </PostForm>
        }
        .into_any()
    })
}

fn effect(card: &ContactCard, removal: &ContactRemoval) -> AnyView {
    let letters = |n: i64| text::count(n, "letter", "letters");
    let are = |n: i64| if n == 1 { "is" } else { "are" };
    let ContactRemoval { letters: all, alone, by_hand, replies, planned, waiting, .. } = removal;
    let mut lines = vec![match all {
        0 => "Its history has no letters.".to_owned(),
        n => format!(
            "{} {} in its history. They stay in Postroom, and in the histories of everybody else who has them.",
            letters(*n),
            are(*n)
        ),
    }];
    if *alone > 0 {
        lines.push(format!(
            "{} {} in no other history: only people who may open the e-mail account will see {} then.",
            letters(*alone),
            are(*alone),
            if *alone == 1 { "it" } else { "them" }
        ));
    }
    if *by_hand > 0 {
        lines.push(format!(
            "{} by hand about it {} set aside until it is put back.",
            text::count(*by_hand, "decision", "decisions"),
            are(*by_hand)
        ));
    }
    if *replies > 0 {
        lines.push(format!("{} that became its replies keep saying so in Email Management.", letters(*replies)));
    }
    if !card.addresses.is_empty() {
        lines.push("New letters from its addresses come from nobody known: where replies are imported, they wait in the queue.".to_owned());
    }
    if *planned > 0 {
        let end = text::count(*planned, "planned letter ends", "planned letters end");
        lines.push(format!("{end} for good: put back, the contact has no letters planned."));
    }
    if *waiting > 0 {
        let given_up = text::count(*waiting, "letter whose day has come is given up", "letters whose days have come are given up");
        lines.push(format!("{given_up} for good."));
    }
    lines.push("A list that still names it adds it anew.".to_owned());
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let addresses = card
        .addresses
        .iter()
        .map(|address| view! { <li>{address.address.clone()}<span class="quiet">{days(address)}</span></li> })
        .collect_view();
    view! {
        <section class="panel effect" id="effect"><h2>"What would happen"</h2><ul>{lines}</ul></section>
        {(!card.addresses.is_empty()).then(|| view! { <section class="panel"><h2>"Addresses that go off the file"</h2><ul>{addresses}</ul></section> })}
    }
    .into_any()
}

/// A contact that was deleted.
#[component]
pub fn DeletedContactPage() -> impl IntoView {
    let id = param("id", ClientId(0));
    let back = ServerAction::<PutContactBack>::new();
    let data = Resource::new(move || id.get(), ask_gone_contact);
    let may_edit = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::ClientsEdit));
    let problem = problem_of(back);
    view! {
        <Done words=vec![("deleted", "The contact is deleted.")]/>
        {load(data, "the contact", move |gone: GoneContact| {
            let company = if gone.company.is_empty() { String::new() } else { format!(" · {}", gone.company) };
            let replies = (gone.replies > 0).then(|| {
                let letters = text::count(gone.replies, "letter", "letters");
                view! { <p>{format!("{letters} became its replies, and Email Management keeps saying so.")}</p> }
            });
            view! {
                <nav class="crumbs" aria-label="You are here"><a href="/contacts">"Contacts"</a></nav>
                <ErrorSummary problem=problem/>
                <PageHead title=gone.name.clone() lead=format!("A contact that was deleted on {}{company}", day_words(&office_days().day_of(gone.at))) problem=problem/>
                <section class="panel">
                    <p>"Its letters are still here: in the accounts they came to, and in the histories of everybody else who has them."</p>
                    {replies}
                    <p>"It can be found again under "<a href="/contacts#deleted">"Contacts, below the list"</a>"."</p>
                    {may_edit.then(|| view! { <PlainButton action=back label="Put the contact back" with=vec![("id", gone.id.to_string())]/> })}
                </section>
            }
            .into_any()
        })}
    }
}
