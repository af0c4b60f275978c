//! "Also on file for …": an address that several clients share says so wherever it stands (S12).

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
