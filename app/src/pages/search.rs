//! `/search?q=`: everything the viewer may see that has the words.

use crate::api::letters::search;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{Page, SearchResults};

/// Results, newest first, with the words marked.
#[component]
pub fn SearchPage() -> impl IntoView {
    let (words, cursor) = (query("q"), query("cursor"));
    let data = Resource::new(
        move || (words.get(), cursor.get()),
        |(words, cursor)| async move {
            if words.trim().is_empty() {
                return Ok(SearchResults { page: Page::empty(), remarks: Vec::new(), behind: 0 });
            }
            search(words, (!cursor.is_empty()).then_some(cursor)).await
        },
    );
    view! {
        <PageHead title="Search letters"/>
        {help()}
        {load(data, "results", move |results| show(results, &words.get_untracked(), &cursor.get_untracked()))}
    }
}

fn show(results: SearchResults, words: &str, cursor: &str) -> AnyView {
    let SearchResults { page, remarks, behind } = results;
    let remarks = remarks.into_iter().map(|remark| view! { <Banner tone="info"><p>{remark}</p></Banner> }).collect_view();
    let behind = (behind > 0).then(|| {
        view! { <Banner tone="warn"><p>{format!("{} not searchable yet. They follow within minutes.", if behind == 1 { "1 letter is".to_owned() } else { format!("{} letters are", text::number(behind)) })}</p></Banner> }
    });
    let list = if words.trim().is_empty() {
        view! { <Empty icon=Icon::Search title="What are you looking for?" why="Type words of a letter, a name or an address into the box at the top of the page."/> }.into_any()
    } else if page.rows.is_empty() {
        view! { <Empty icon=Icon::Search title="Nothing found" why="No letter you may open has all these words. Try fewer words, or the beginning of one with a star: pens*"/> }.into_any()
    } else {
        let next = page.next.clone().map(|next| with_query("/search", &[("q", words), ("cursor", &next)]));
        let first = (!cursor.is_empty()).then(|| with_query("/search", &[("q", words)]));
        view! {
            <p class="quiet" role="status">{format!("Letters with “{words}”, newest first")}</p>
            <LetterList rows=page.rows/>
            <Older next=next first=first/>
        }
        .into_any()
    };
    view! { {remarks}{behind}{list} }.into_any()
}

fn help() -> AnyView {
    view! {
        <details class="help">
            <summary>"How to search"</summary>
            <ul>
                <li><code>"pension transfer"</code>" letters that have both words"</li>
                <li><code>"\"annual review\""</code>" the words in this order"</li>
                <li><code>"pens*"</code>" words that begin so"</li>
                <li><code>"-newsletter"</code>" letters without the word"</li>
                <li><code>"from:hale to:office"</code>" part of a name or address of the sender, of a recipient"</li>
                <li><code>"subject:renewal"</code>" words in the subject; "<code>"client:hale"</code>" letters in a client's history"</li>
                <li><code>"has:attachment filename:policy"</code>" with files, by their name"</li>
                <li><code>"after:2026-01-31 before:2026-03-01"</code>" by day; "<code>"in:sent"</code>" by folder"</li>
            </ul>
            <p class="quiet">"Subject, text, names and addresses are searched. You only see letters that you may open."</p>
        </details>
    }
    .into_any()
}
