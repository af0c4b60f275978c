//! `/accounts/:id/delete`: an account ends, and a person says what becomes of its letters (P36).

use crate::api::life::{DeleteAccount, look_at_removal};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountId, Removal};

/// What would happen, and the choice.
#[component]
pub fn DeletePage() -> impl IntoView {
    let id = param("id", AccountId(0));
    let delete = ServerAction::<DeleteAccount>::new();
    let data = Resource::new(move || id.get(), look_at_removal);
    let problem = problem_of(delete);
    load(data, "the account", move |removal| show(removal, delete, problem))
}

fn show(removal: Removal, delete: ServerAction<DeleteAccount>, problem: Signal<Option<model::Problem>>) -> AnyView {
    let Removal { id, name, archive, letters, only_here, of_clients, may_remove } = removal;
    let back = format!("/accounts/{id}");
    let lost = match (only_here, of_clients) {
        (0, _) => "Every letter of it is held by another account too, so none would be removed.".to_owned(),
        (n, 0) => format!(
            "{} would be removed: no other account holds them. None of them is in a client's history.",
            text::count(n, "letter", "letters")
        ),
        (n, m) => format!(
            "{} would be removed: no other account holds them. {} in the histories of clients and would vanish from there.",
            text::count(n, "letter", "letters"),
            text::count(m, "of them is", "of them are")
        ),
    };
    let tone = if of_clients > 0 { "warn" } else { "info" };
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a><a href=back.clone()>{name.clone()}</a></nav>
        <ErrorSummary problem=problem/>
        <PageHead title=format!("Delete “{name}”") lead="Nothing is changed in the mailbox itself." problem=problem/>
        <p>{format!("{} here.", text::count(letters, "letter of this account is", "letters of this account are"))}</p>
        {may_remove.then(|| view! { <Banner tone=tone><p>{lost}</p></Banner> })}
        <PostForm action=delete>
            <input type="hidden" name="id" value=id.to_string()/>
            <fieldset class="choices" id="letters">
                <legend>"What becomes of its letters?"</legend>
                <FieldError field="letters"/>
                {(!archive).then(|| view! { <Choice name="letters" value="keep" label="Keep them" hint="The account becomes an archive: its letters stay in every history, its password is forgotten, nothing is collected any more." chosen=""/> })}
                {may_remove.then(|| view! { <Choice name="letters" value="remove" label="Remove those that only it holds" hint="They leave every history and every search, together with the account's ledger and statements. The audit trail keeps that it was done. The same mailbox, connected again, does not bring them back unless you ask for it." chosen=""/> })}
            </fieldset>
            {(!may_remove).then(|| view! { <p class="quiet">"Somebody who manages every account can remove letters."</p> })}
            <div class="cluster"><Submit label="Delete the account" variant="danger"/><a class="button" data-variant="quiet" href=back>"Cancel"</a></div>
        </PostForm>
    }
    .into_any()
}
