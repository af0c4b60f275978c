//! Tab Folders: what the server has, what is collected, and what collecting would do (FP-25, S9).

use super::account::Actions;
use super::account_pop3::one_folder;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountDetail, AccountHealth, FolderRole, FolderRow, Protocol, Rehearsal};

/// Folders to choose, and the rehearsal.
pub fn folders_tab(detail: &AccountDetail, rehearsal: Option<&Rehearsal>, actions: Actions) -> AnyView {
    let id = detail.card.id;
    if !detail.tested && detail.folders.is_empty() {
        return view! {
            <Empty icon=Icon::Folder title="Test the connection first" why="The folders come from the mail server. As soon as a test has passed on the saved settings, they can be downloaded here.">
                <a class="button" data-variant="primary" href=format!("/accounts/{id}?tab=server")>"Go to the server settings"</a>
            </Empty>
        }
        .into_any();
    }
    let with = move || vec![("id", id.to_string())];
    if detail.folders.is_empty() {
        return view! {
            <Empty icon=Icon::Folder title="No folders yet" why="Ask the mail server which folders the mailbox has. Nothing is collected by asking.">
                <PlainButton action=actions.download label="Download folders" variant="primary" with=with()/>
            </Empty>
        }
        .into_any();
    }
    let chosen = detail.folders.iter().any(|folder| folder.selected);
    let pop3 = detail.form.protocol == Protocol::Pop3;
    let no_sent =
        !pop3 && !detail.folders.iter().any(|folder| folder.selected && matches!(folder.role, Some(FolderRole::Sent | FolderRole::All)));
    view! {
        <div class="cluster"><PlainButton action=actions.download label="Download folders again" with=with()/></div>
        {(chosen && no_sent).then(|| view! { <Banner tone="warn"><p>"No folder for sent letters is chosen: only one side of the correspondence would be on file."</p></Banner> })}
        {choose(detail, rehearsal.is_some(), actions)}
        {rehearsal.map(rehearsal_part)}
    }
    .into_any()
}

/// One form, several buttons: whatever comes next, the choice on the page goes along and is saved.
fn choose(detail: &AccountDetail, rehearsed: bool, actions: Actions) -> AnyView {
    let id = detail.card.id;
    let off = matches!(detail.card.health, AccountHealth::Draft | AccountHealth::Paused | AccountHealth::NeedsPassword);
    let start = (off && detail.tested).then(|| view! { <Submit label="Start collecting" name="intent" value="start"/> });
    let rehearse = if rehearsed { "Rehearse again" } else { "Rehearse" };
    let rehearse = detail.tested.then(|| view! { <Submit label=rehearse variant="secondary" name="intent" value="rehearse"/> });
    let folders = detail.folders.clone();
    let all = detail.folders.iter().find(|folder| folder.role == Some(FolderRole::All) && !folder.gone);
    let sum = if detail.form.protocol == Protocol::Pop3 {
        one_folder().to_owned()
    } else if let Some(all) = all {
        format!(
            "{} {} holds every letter, received and sent; the others only show it again, and their names are kept as labels. Spam and deleted letters are not part of it.",
            summed_up(&detail.folders),
            all.name
        )
    } else {
        format!(
            "{} Received and sent letters are both needed for a whole correspondence. Spam, deleted letters and drafts are usually left out.",
            summed_up(&detail.folders)
        )
    };
    view! {
        <PostForm action=actions.select guard="yes">
            <input type="hidden" name="id" value=id.to_string()/>
            <fieldset class="panel checks" id="folders" tabindex="-1">
                <legend>"Folders to collect"</legend>
                <p class="hint">{sum}</p>
                <FieldError field="folders"/>
                {folders.iter().map(folder_box).collect_view()}
            </fieldset>
            <p class="hint">"A rehearsal shows what collecting would bring before it begins: the heads of the newest letters are read, nothing is stored. Every button saves the choice."</p>
            <div class="cluster buttons">
                {start}
                {rehearse}
                <Submit label="Save the choice" variant=if off { "secondary" } else { "primary" } name="intent" value="save"/>
            </div>
        </PostForm>
    }
    .into_any()
}

/// The doctor counts folders that can be opened; the list shows the others too, so it says how many of each there are.
fn summed_up(folders: &[FolderRow]) -> String {
    let there = folders.iter().filter(|folder| !folder.gone).count() as i64;
    let holders = folders.iter().filter(|folder| !folder.gone && !folder.selectable).count() as i64;
    let all = text::count(there, "folder", "folders");
    match holders {
        0 => format!("The mailbox has {all}."),
        1 => format!("The mailbox has {all}: {} can hold letters, 1 only holds other folders.", there - 1),
        _ => format!("The mailbox has {all}: {} can hold letters, {holders} only hold other folders.", there - holders),
    }
}

fn folder_box(folder: &FolderRow) -> AnyView {
    let letters = text::count(folder.letters, "letter", "letters");
    let hint = match folder.role {
        _ if folder.gone => format!("{letters} · no longer on the server"),
        _ if !folder.selectable => "Only holds other folders, no letters".to_owned(),
        Some(role) => format!("{} · {letters}", text::role(role)),
        None => letters,
    };
    let disabled = !folder.selectable || folder.gone;
    view! {
        <Check id=format!("folder-{}", folder.id) name="folders[]" value=folder.id.to_string() label=folder.name.clone() hint=hint
            checked=folder.selected disabled=disabled/>
    }
    .into_any()
}

fn rehearsal_part(rehearsal: &Rehearsal) -> AnyView {
    view! {
        <section class="panel" id="rehearsal" aria-labelledby="rehearsal-title" tabindex="-1">
            <h2 id="rehearsal-title">"Rehearsal"</h2>
            {(rehearsal.clients_on_file == 0).then(no_clients)}
            {result(rehearsal)}
        </section>
    }
    .into_any()
}

/// "0 match" says nothing where nothing could match.
fn no_clients() -> AnyView {
    view! {
        <Banner tone="info">
            <p>"There are no clients yet, so no letter can match one. "<a href="/clients/import">"Import the clients"</a>", then rehearse again; or start collecting now: letters find their clients whenever those are added."</p>
        </Banner>
    }
    .into_any()
}

/// A service that shows no heads: what it can count is told, and no number that nobody counted.
fn counted_alone(rehearsal: &Rehearsal) -> AnyView {
    let rows = rehearsal.folders.iter().map(|(name, letters, _)| {
        view! { <tr><th scope="row" data-label="Folder">{name.clone()}</th><td class="number" data-label="Letters">{text::number(*letters)}</td></tr> }
    });
    view! {
        <p>{format!("Collecting would bring {}.", text::count(rehearsal.letters, "letter", "letters"))}</p>
        <p class="quiet">"This service hands letters out only whole, so how many of them match a client is not known before they are collected."</p>
        <table class="table" data-cards="true"><caption class="visually-hidden">"Rehearsal, folder by folder"</caption>
            <thead><tr><th scope="col">"Folder"</th><th scope="col" class="number">"Letters"</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn result(rehearsal: &Rehearsal) -> AnyView {
    if rehearsal.read == 0 && rehearsal.letters > 0 {
        return counted_alone(rehearsal);
    }
    let rows = rehearsal
        .folders
        .iter()
        .map(|(name, letters, matching)| {
            view! { <tr><th scope="row" data-label="Folder">{name.clone()}</th><td class="number" data-label="Letters">{text::number(*letters)}</td><td class="number" data-label="Match a client">{text::number(*matching)}</td></tr> }
        })
        .collect_view();
    let read = format!("{} of {} were looked at.", text::number(rehearsal.read), text::count(rehearsal.letters, "letter", "letters"));
    let number = |label: &'static str, n: i64| view! { <div><dt>{label}</dt><dd>{text::number(n)}</dd></div> };
    view! {
        <dl class="numbers">
            {number("Letters", rehearsal.letters)}{number("Match a client", rehearsal.matching)}{number("Clients", rehearsal.clients)}{number("Odd", rehearsal.odd)}
        </dl>
        <p class="quiet">{read}{(rehearsal.odd > 0).then_some(" Odd letters have no usable date or address; they are kept all the same.")}</p>
        <table class="table" data-cards="true"><caption class="visually-hidden">"Rehearsal, folder by folder"</caption>
            <thead><tr><th scope="col">"Folder"</th><th scope="col" class="number">"Letters"</th><th scope="col" class="number">"Match a client"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
