//! Tab Folders: what the server has, what is collected, and what collecting would do (FP-25, S9).

use super::account::Actions;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountDetail, AccountId, FolderRole, FolderRow, Rehearsal};

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
    let no_sent = !detail.folders.iter().any(|folder| folder.selected && matches!(folder.role, Some(FolderRole::Sent | FolderRole::All)));
    view! {
        <div class="cluster"><PlainButton action=actions.download label="Download folders again" with=with()/></div>
        {(chosen && no_sent).then(|| view! { <Banner tone="warn"><p>"No folder for sent letters is chosen: only one side of the correspondence would be on file."</p></Banner> })}
        {choose(id, &detail.folders, actions)}
        {chosen.then(|| rehearsal_part(id, rehearsal, actions))}
    }
    .into_any()
}

fn choose(id: AccountId, folders: &[FolderRow], actions: Actions) -> AnyView {
    let rows = folders
        .iter()
        .map(|folder| {
            let letters = text::count(folder.letters, "letter", "letters");
            let hint = match (folder.role, folder.gone) {
                (_, true) => format!("{letters} · no longer on the server"),
                (Some(role), _) => format!("{} · {letters}", text::role(role)),
                (None, _) => letters,
            };
            let disabled = !folder.selectable || folder.gone;
            view! {
                <Check id=format!("folder-{}", folder.id) name="folders[]" value=folder.id.to_string() label=folder.name.clone() hint=hint
                    checked=folder.selected disabled=disabled/>
            }
        })
        .collect_view();
    view! {
        <PostForm action=actions.select>
            <input type="hidden" name="id" value=id.to_string()/>
            <fieldset class="panel checks">
                <legend>"Folders to collect"</legend>
                <p class="hint">"Received and sent letters are both needed for a whole correspondence. Spam, deleted letters and drafts are usually left out."</p>
                {rows}
            </fieldset>
            <Submit label="Save the choice"/>
        </PostForm>
    }
    .into_any()
}

fn rehearsal_part(id: AccountId, rehearsal: Option<&Rehearsal>, actions: Actions) -> AnyView {
    let label = if rehearsal.is_some() { "Rehearse again" } else { "Rehearse" };
    view! {
        <section class="panel" id="rehearsal" aria-labelledby="rehearsal-title">
            <h2 id="rehearsal-title">"Rehearsal"</h2>
            <p>"See what collecting would bring before it begins. Only the heads of the newest letters are read; nothing is stored."</p>
            {rehearsal.map(result)}
            <PlainButton action=actions.rehearse label=label with=vec![("id", id.to_string())]/>
        </section>
    }
    .into_any()
}

fn result(rehearsal: &Rehearsal) -> AnyView {
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
