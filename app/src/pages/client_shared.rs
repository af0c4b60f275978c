//! What several pages say of clients: "also on file for …" (S12), and the field that finds one to choose.

use leptos::prelude::*;
use model::SharedAddress;

/// The other clients of an address whom the viewer may open; nothing when there is none.
pub fn also_on_file(shared: &[SharedAddress], address: &str) -> AnyView {
    let Some(found) = shared.iter().find(|shared| shared.address == address) else { return ().into_any() };
    let last = found.others.len().saturating_sub(1);
    let names = found
        .others
        .iter()
        .enumerate()
        .map(|(at, (id, name))| {
            let between = if at == last { "" } else { ", " };
            view! { <a href=format!("/clients/{id}")>{name.clone()}</a>{between} }
        })
        .collect_view();
    view! { <span class="also">"Also on file for "{names}</span> }.into_any()
}

/// The field of a form that finds a client (or a contact) to choose.
pub fn find_field(one: &'static str, words: String) -> AnyView {
    let hint = if one == "client" { "Part of a code, a name or an address" } else { "Part of a name, a company or an address" };
    view! {
        <div class="field">
            <label for="words">{format!("Find a {one}")}</label>
            <p class="hint" id="words-hint">{hint}</p>
            <div class="with-button">
                <input id="words" name="words" type="search" value=words autocomplete="off" aria-describedby="words-hint"/>
                <button type="submit" class="button" data-variant="secondary">"Find"</button>
            </div>
        </div>
    }
    .into_any()
}
