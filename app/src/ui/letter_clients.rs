//! On whose files a letter of a list is: in a search its clients, in a history the others (S12).

use super::icon::Icon;
use crate::text;
use leptos::prelude::*;
use model::{HistoryRow, OnFileOf};

/// Clients named in a row; the others are counted.
const NAMED: usize = 4;

/// "Margaret Hale", "Also on: Sam Hartley".
pub fn on_files(row: &HistoryRow, in_history: bool) -> AnyView {
    if row.clients.is_empty() {
        return ().into_any();
    }
    let words = match in_history {
        true => view! { "Also on: " }.into_any(),
        false => view! { {Icon::Clients.draw()}<span class="visually-hidden">"On file of "</span> }.into_any(),
    };
    let shown = row.clients.len().min(NAMED);
    let names = row
        .clients
        .iter()
        .take(NAMED)
        .enumerate()
        .map(|(at, client)| {
            let between = if at + 1 == shown { "" } else { ", " };
            view! { <a href=client.history().page()>{client.name.clone()}</a>{between} }
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
            let why: Vec<String> = client.why.iter().map(|why| text::why(why, client.history().party())).collect();
            format!("Also on {}: {}", client.name, why.join("; "))
        })
        .collect()
}
