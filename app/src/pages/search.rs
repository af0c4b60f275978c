//! `/search?q=`: everything the viewer may see that has the words. Question, order and page stand in the address.

use super::search_narrower::{chosen, narrower_chips};
use crate::api::search::search;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{BEST_AMONG, Matches, SearchOrder, SearchResults};
use serde::{Deserialize, Serialize};

/// What is asked, as it stands in the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub words: String,
    pub order: SearchOrder,
    pub cursor: String,
    pub typing: bool,
}

/// Results with the words marked.
#[component]
pub fn SearchPage() -> impl IntoView {
    let (words, sort, cursor, typing, open) = (query("q"), query("sort"), query("cursor"), query("typing"), query("open"));
    let asked = Memo::new(move |_| Asked {
        words: words.get(),
        order: SearchOrder::parse(&sort.get()),
        cursor: cursor.get(),
        typing: !typing.get().is_empty(),
    });
    let data = Resource::new(
        move || (asked.get(), open.get()),
        |(asked, open)| async move {
            if asked.words.trim().is_empty() {
                return Ok((asked, SearchResults::none(Vec::new(), 0), Opened::default()));
            }
            let cursor = (!asked.cursor.is_empty()).then(|| asked.cursor.clone());
            let results = search(asked.words.clone(), asked.order, cursor, asked.typing).await?;
            let opened = Opened::asked(&open, &results.page.rows).await;
            Ok((asked, results, opened))
        },
    );
    view! {
        <PageHead title="Search letters"/>
        {help()}
        // Stays while answers come and go as one types: readers announce what changes in it.
        <p class="visually-hidden" role="status" id="answers-told"></p>
        <div id="search-answers">{load(data, "results", |(asked, results, opened)| show(asked, results, opened))}</div>
    }
}

/// An address with the same question.
pub(super) fn address(asked: &Asked, order: SearchOrder, cursor: &str) -> String {
    let typing = if asked.typing { "1" } else { "" };
    with_query("/search", &[("q", &asked.words), ("sort", order.as_str()), ("cursor", cursor), ("typing", typing)])
}

fn show(asked: Asked, results: SearchResults, opened: Opened) -> AnyView {
    let SearchResults { page, matches, remarks, behind, until, narrower, counted } = results;
    let is_asked = !asked.words.trim().is_empty();
    let nothing = page.rows.is_empty() && page.next.is_none();
    let found = is_asked.then(|| {
        let words = if nothing { "Nothing found".to_owned() } else { found_words(matches, &asked) };
        view! { <p class="quiet found" data-told="">{words}</p> }
    });
    let list = if !is_asked {
        view! { <Empty icon=Icon::Search title="What are you looking for?" why="Type words of a letter, a name or an address into the box at the top of the page."/> }.into_any()
    } else if nothing {
        let why = if remarks.is_empty() {
            "No letter you may open has all of this. Try fewer words, or the beginning of one with a star: pens*"
        } else {
            "No letter you may open has all of this. See the remarks above, or try fewer words."
        };
        view! { <Empty icon=Icon::Search title="Nothing found" why=why/> }.into_any()
    } else {
        let next = page.next.as_ref().map(|next| address(&asked, asked.order, next));
        let first = (!asked.cursor.is_empty()).then(|| address(&asked, asked.order, ""));
        let (label, back) = match asked.order {
            SearchOrder::Newest => ("Older letters", "Newest letters"),
            SearchOrder::Best => ("More letters", "Best letters"),
        };
        view! {
            {match asked.order {
                SearchOrder::Newest => view! { <LetterList rows=page.rows opened=opened/> }.into_any(),
                SearchOrder::Best => letter_rows(page.rows, opened),
            }}
            {until.map(|moment| view! {
                <p class="quiet">"Searched back to "<When at=moment/>". Few letters have all of this: “Older letters” goes on from there."</p>
            })}
            <Older next=next first=first label=label back=back/>
        }
        .into_any()
    };
    view! {
        {remarks_view(remarks)}
        {behind_view(behind)}
        <div class="search-head">
            {found}
            {(is_asked && !nothing).then(|| orders(&asked))}
        </div>
        {is_asked.then(|| chosen(&asked))}
        {narrower_chips(&asked, narrower, counted, matches)}
        {list}
    }
    .into_any()
}

/// "12 letters with “pension”, newest first".
fn found_words(matches: Option<Matches>, asked: &Asked) -> String {
    let order = match (asked.order, matches) {
        (SearchOrder::Newest, _) => "newest first".to_owned(),
        (SearchOrder::Best, Some(Matches::MoreThan(_))) => format!("the best of the newest {} first", text::number(BEST_AMONG as i64)),
        (SearchOrder::Best, _) => "best first".to_owned(),
    };
    let count = match matches {
        Some(Matches::Exactly(n)) => text::count(n, "letter", "letters"),
        Some(Matches::MoreThan(0)) | None => "Letters".to_owned(),
        Some(Matches::MoreThan(n)) => format!("More than {}", text::count(n, "letter", "letters")),
    };
    format!("{count} with “{}”, {order}", asked.words.trim())
}

fn orders(asked: &Asked) -> AnyView {
    let link = |order: SearchOrder, words: &'static str| {
        let current = (asked.order == order).then_some("true");
        view! { <a href=address(asked, order, "") aria-current=current>{words}</a> }
    };
    view! {
        <nav class="chips" aria-label="Order">{link(SearchOrder::Newest, "Newest first")}{link(SearchOrder::Best, "Best first")}</nav>
    }
    .into_any()
}

fn remarks_view(remarks: Vec<String>) -> AnyView {
    if remarks.is_empty() {
        return ().into_any();
    }
    view! { <Banner tone="info">{remarks.into_iter().map(|remark| view! { <p>{remark}</p> }).collect_view()}</Banner> }.into_any()
}

fn behind_view(behind: i64) -> AnyView {
    let who = match behind {
        0 => return ().into_any(),
        1 => "1 letter is".to_owned(),
        n if n < 0 => "Some letters are".to_owned(),
        n => format!("{} letters are", text::number(n)),
    };
    view! { <Banner tone="warn"><p>{format!("{who} not searchable yet. They follow within minutes.")}</p></Banner> }.into_any()
}

/// What can be asked, as links that ask it.
fn help() -> AnyView {
    let rows = [
        ("pension transfer", "letters that have both words"),
        ("\"annual review\"", "the words in this order"),
        ("pens*", "words that begin so"),
        ("pension -newsletter", "letters without a word"),
        ("from:hale", "a name or address of the sender; the beginning is enough"),
        ("to:office", "a name or address of a recipient"),
        ("subject:renewal", "words in the subject"),
        ("client:hale", "letters in a client's history, by name or code"),
        ("has:attachment", "letters with files"),
        ("filename:policy", "by the name of a file"),
        ("after:2026-01 before:2026-03-15", "by day, month or year"),
        ("in:sent", "by folder, label or account"),
        ("is:received", "letters that came in; is:sent are those that went out"),
    ];
    let rows = rows
        .into_iter()
        .map(|(example, means)| {
            view! { <li><a href=with_query("/search", &[("q", example)])><code>{example}</code></a>" "{means}</li> }
        })
        .collect_view();
    view! {
        <details class="help">
            <summary>"How to search"</summary>
            <ul>{rows}</ul>
            <p class="quiet">"Subject, text, names, addresses and file names are searched; capitals and accents make no difference. You only see letters that you may open."</p>
        </details>
    }
    .into_any()
}
