//! The ways to what is on record about an account.

use leptos::prelude::*;
use model::AccountId;

/// Pages beside an account's ledger.
pub fn record_links(id: AccountId) -> AnyView {
    let link = |path: &str, words: &'static str| view! { <li><a href=format!("/accounts/{id}/{path}")>{words}</a></li> };
    view! { <nav class="record-links" aria-label="On record"><ul>{link("collections", "Collections, day by day")}{link("statements", "Statements")}{link("hands-off", "Hands-off certificate")}</ul></nav> }.into_any()
}
