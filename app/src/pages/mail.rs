//! `/mail` and `/mail/:account`: accounts at the left, letters at the right (IT-27).

use crate::Trouble;
use crate::api::letters::{mailbox, mailboxes};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use model::{AccountId, HistoryRow, MailboxCard, Page};

/// The accounts, and the letters of one of them.
#[component]
pub fn MailPage() -> impl IntoView {
    let account = param("account", AccountId(0));
    let (cursor, open) = (query("cursor"), query("open"));
    let data = Resource::new(
        move || (account.get(), cursor.get(), open.get()),
        |(account, cursor, open)| async move {
            let accounts = mailboxes().await?;
            let letters = if account.0 == 0 { None } else { Some(mailbox(account, (!cursor.is_empty()).then_some(cursor)).await?) };
            let opened = Opened::asked(&open, letters.as_ref().map_or(&[], |page| &page.rows)).await;
            Ok::<_, Trouble>((accounts, letters, opened))
        },
    );
    load(data, "mail", move |(accounts, letters, opened)| {
        show(accounts, letters.map(|page| (page, opened)), account.get_untracked(), &cursor.get_untracked())
    })
}

fn show(accounts: Vec<MailboxCard>, letters: Option<(Page<HistoryRow>, Opened)>, here: AccountId, cursor: &str) -> AnyView {
    if accounts.is_empty() {
        return view! {
            <PageHead title="Mail"/>
            <Empty icon=Icon::Mail title="No mailbox to read" why="Here you read the letters of your own mailbox and of those shared with you. None is connected yet.">
                <a class="button" data-variant="primary" href="/accounts">"See the e-mail accounts"</a>
            </Empty>
        }
        .into_any();
    }
    let name = accounts.iter().find(|account| account.id == here).map(|account| account.name.clone());
    let items = accounts
        .into_iter()
        .map(|account| {
            let letters = text::count(account.letters, "letter", "letters");
            let unread = match account.unread {
                0 => None,
                n if n >= 1000 => Some(" · 1,000 or more unread".to_owned()),
                n => Some(format!(" · {} unread", text::number(n))),
            };
            let unread = unread.map(|words| view! { <strong>{words}</strong> });
            view! { <li><A href=format!("/mail/{}", account.id)><span class="account-name">{account.name}</span><span class="quiet">{account.address}</span><span class="quiet">{letters}{unread}</span></A></li> }
        })
        .collect_view();
    let title = name.map_or_else(|| "Mail".to_owned(), |name| format!("Mail: {name}"));
    view! {
        <Title text=title.clone()/>
        <div class="two-panes">
            <nav class="pane" aria-label="Accounts"><h2>"Accounts"</h2><ul>{items}</ul></nav>
            <section aria-labelledby="mail-title"><h1 id="mail-title">{title}</h1>{right(letters, here, cursor)}</section>
        </div>
    }
    .into_any()
}

fn right(letters: Option<(Page<HistoryRow>, Opened)>, here: AccountId, cursor: &str) -> AnyView {
    match letters {
        None => view! { <Empty icon=Icon::Mail title="Choose an account" why="Its letters appear here, newest first."/> }.into_any(),
        Some((page, _)) if page.rows.is_empty() => view! {
            <Empty icon=Icon::Mail title="No letters" why="Nothing has been collected from this account yet, or its letters are not yours to open.">
                <a class="button" data-variant="secondary" href=format!("/accounts/{here}")>"See the account"</a>
            </Empty>
        }
        .into_any(),
        Some((page, opened)) => {
            let path = format!("/mail/{here}");
            let next = page.next.map(|next| with_query(&path, &[("cursor", &next)]));
            let first = (!cursor.is_empty()).then_some(path);
            view! { <LetterList rows=page.rows opened=opened/><Older next=next first=first/> }.into_any()
        }
    }
}
