//! On whose files a letter of a list is: in a search its clients, in a history the others (S12).

use super::icon::Icon;
use crate::text;
use leptos::prelude::*;
use model::{ClientId, HistoryRow, OnFileOf};

/// Clients named in a row; the others are counted.
const NAMED: usize = 4;

/// "Margaret Hale", "Also on: Sam Hartley".
pub fn on_files(row: &HistoryRow, history_of: Option<ClientId>) -> AnyView {
    if row.clients.is_empty() {
        return ().into_any();
    }
    let words = match history_of {
        Some(_) => view! { "Also on: " }.into_any(),
        None => view! { {Icon::Clients.draw()}<span class="visually-hidden">"On file of "</span> }.into_any(),
    };
    let shown = row.clients.len().min(NAMED);
    let names = row
        .clients
        .iter()
        .take(NAMED)
        .enumerate()
        .map(|(at, client)| {
            let between = if at + 1 == shown { "" } else { ", " };
            view! { <a href=format!("/clients/{}", client.id)>{client.name.clone()}</a>{between} }
        })
        .collect_view();
    let more = row.clients.len() - shown;
    let more = (more > 0).then(|| format!(" and {}", text::count(more as i64, "other", "others")));
    view! { <span class="on-files">{words}{names}{more}</span> }.into_any()
}

/// Why it is on the others' files: "On Sam Hartley's file: …".
pub fn whys(clients: &[OnFileOf]) -> Vec<String> {
    clients
        .iter()
        .take(NAMED)
        .map(|client| {
            let why: Vec<String> = client.why.iter().map(text::why).collect();
            format!("Also on {}: {}", client.name, why.join("; "))
        })
        .collect()
}
