//! `/messages/:id`: one letter. Its text lives in a frame that can do nothing (RELIABILITY 3.3, layer 2).

use super::{forward::forwarded, letter_facts, letter_imports::imports, letter_parts::*, letter_steps};
use crate::api::letters::{MarkUnread, letter, letter_headers, letters_beside};
use crate::kit::frame::SANDBOX;
use crate::text;
use crate::ui::letters::direction;
use crate::ui::*;
use leptos::prelude::*;
use leptos_meta::Title;
use model::*;

/// One letter with everything there is to know about it.
#[component]
pub fn LetterPage() -> impl IntoView {
    let id = param("id", MessageId(0));
    let (shown_as, pictures, from) = (query("as"), query("pictures"), query("from"));
    let mark_unread = ServerAction::<MarkUnread>::new();
    let data = Resource::new(
        move || (id.get(), from.get()),
        |(id, from)| async move {
            let whole = (letter(id).await?, letter_headers(id).await?);
            let steps = match letter_steps::place(&from) {
                // A list that is no more, or not one's own, is no reason not to show the letter.
                Some(list) => letters_beside(id, list).await.ok(),
                None => None,
            };
            Ok::<_, crate::Trouble>((whole.0, whole.1, steps, from))
        },
    );
    load(data, "the letter", move |(letter, headers, steps, from)| {
        let id = letter.id;
        let (has_html, remote, heights) = (letter.has_html, letter.remote_content, letter.heights);
        let unreadable = letter.unreadable.clone();
        let body = if unreadable.is_some() {
            raw(id, heights.text).into_any()
        } else {
            {
                let from = from.clone();
                (move || body(id, has_html, remote, heights, &from, &shown_as.get(), &pictures.get())).into_any()
            }
        };
        view! {
            <Title text=text::subject(&letter.subject)/>
            <article class="letter">
                {letter_steps::bar(&from, id, steps)}
                {top(&letter, mark_unread, &from)}
                {unreadable.map(|why| view! {
                    <Banner tone="warn"><p><strong>"This letter could not be read. "</strong>{why}</p><p>"It is kept exactly as it came, and shown raw below."</p></Banner>
                })}
                {letter_facts::no_copy(letter.facts.no_copy)}
                {letter_facts::bounce(letter.facts.bounce.as_ref())}
                {letter_facts::invitations(&letter.facts.invitations)}
                {files(id, &letter.attachments)}
                {body}
                <div class="letter-more">
                    {letter_steps::conversation(&letter, &from)}
                    {clients(&letter)}
                    {sightings(&letter)}
                    {imports(&letter.facts.imports)}
                    {forwarded(&letter.facts.forwarded)}
                    {copies(&letter)}
                    {variants(&letter)}
                    {letter_facts::statements(&letter.facts.statements)}
                    {details(&letter, headers)}
                </div>
            </article>
        }
        .into_any()
    })
}

fn top(letter: &LetterView, mark_unread: ServerAction<MarkUnread>, from: &str) -> AnyView {
    let id = letter.id;
    let people = AddressRole::ALL
        .into_iter()
        .filter_map(|role| {
            let boxes: Vec<&Mailbox> = letter.people.iter().filter(|(r, _)| *r == role).map(|(_, mailbox)| mailbox).collect();
            // Sender and Reply-To only matter when they say something else than From.
            let same_as_from = matches!(role, AddressRole::Sender | AddressRole::ReplyTo)
                && boxes.iter().all(|b| letter.people.iter().any(|(r, from)| *r == AddressRole::From && from.address == b.address));
            (!boxes.is_empty() && !same_as_from).then(|| person_line(role, &boxes))
        })
        .collect_view();
    view! {
        <header class="letter-head">
            <div class="cluster">{direction(letter.direction)}<When at=letter.date/>
                {letter.date_looks_wrong.then(|| view! { <Tag text="Date looks wrong" tone="warn" icon=Icon::Warning/> })}
            </div>
            <h1>{text::subject(&letter.subject)}</h1>
            <dl class="facts">{people}</dl>
            {letter.date_looks_wrong.then(|| {
                let written = if letter.date_header.is_empty() { "no date".to_owned() } else { format!("“{}”", letter.date_header) };
                view! { <p class="quiet">{format!("The letter itself says {written}; it is sorted by when it arrived.")}</p> }
            })}
            {letter.remarks.iter().map(|remark| view! { <p class="quiet">{remark.clone()}</p> }).collect_view()}
            <div class="cluster">
                <a class="button" data-variant="secondary" target="_blank" href=format!("/messages/{id}/original")>"Original"</a>
                {answers(letter, from)}
                {letter.facts.forwards.first().map(|(account, _)| {
                    let href = format!("/messages/{id}/forward?account={account}");
                    view! { <a class="button" data-variant="secondary" href=href>"Forward to an approved address"</a> }
                })}
                {letter.may_export.then(|| view! {
                    <a class="button" data-variant="secondary" download=true href=format!("/messages/{id}/letter.eml")>{Icon::Download.draw()}"Download"</a>
                })}
                <PlainButton action=mark_unread label="Mark as unread" with=vec![("id", id.to_string()), ("back", from.to_owned())]/>
            </div>
        </header>
    }
    .into_any()
}

/// The ways to answer: links, since nothing is begun by looking.
fn answers(letter: &LetterView, from: &str) -> AnyView {
    if letter.unreadable.is_some() {
        return ().into_any();
    }
    let client = letter_steps::history_in(from.split('?').next().unwrap_or_default());
    let client = client.map(|id| format!("&client={id}")).unwrap_or_default();
    [ComposeMode::Reply, ComposeMode::ReplyAll, ComposeMode::Forward]
        .map(|mode| {
            let href = format!("/compose?answers={}&mode={}{client}", letter.id, mode.as_str());
            view! { <a class="button" data-variant="secondary" href=href>{mode.words()}</a> }
        })
        .collect_view()
        .into_any()
}

fn person_line(role: AddressRole, boxes: &[&Mailbox]) -> AnyView {
    let words = boxes.iter().map(|mailbox| text::mailbox(mailbox)).collect::<Vec<_>>().join(", ");
    view! { <div><dt>{role.label()}</dt><dd>{words}</dd></div> }.into_any()
}

/// The letter in its frame for another page of ours, at that page's address: nothing else of the letter's page.
pub(super) fn letter_frame(letter: &LetterView, shown_as: &str, pictures: &str, page: &str) -> AnyView {
    let (id, heights) = (letter.id, letter.heights);
    match &letter.unreadable {
        Some(_) => raw(id, heights.text),
        None => framed(id, letter.has_html, letter.remote_content, heights, page, shown_as, pictures),
    }
}

/// The frame. It may open links in new windows, and nothing else: no scripts, no forms, no way out.
fn body(id: MessageId, has_html: bool, remote: bool, heights: FrameHeights, from: &str, shown_as: &str, pictures: &str) -> AnyView {
    framed(id, has_html, remote, heights, &with_query(&format!("/messages/{id}"), &[("from", from)]), shown_as, pictures)
}

/// The frame on the page at an address of ours.
fn framed(id: MessageId, has_html: bool, remote: bool, heights: FrameHeights, page: &str, shown_as: &str, pictures: &str) -> AnyView {
    let as_text = !has_html || shown_as == "text";
    let with_pictures = !as_text && pictures == "1";
    let (source, height) = match (as_text, with_pictures) {
        (true, _) => (format!("/messages/{id}/body?as=text"), heights.text),
        (false, true) => (format!("/messages/{id}/body?as=html&pictures=1"), heights.pictures),
        (false, false) => (format!("/messages/{id}/body?as=html"), heights.html),
    };
    let alone = format!("{source}&print=1");
    let page = page.to_owned();
    let joint = if page.contains('?') { '&' } else { '?' };
    let (plain, pictures) = (format!("{page}{joint}as=text"), format!("{page}{joint}pictures=1"));
    let switch = has_html.then(|| {
        view! {
            <ul class="chips" aria-label="Show the letter as">
                <li><a href=page.clone() aria-current=(!as_text).then_some("true")>"As designed"</a></li>
                <li><a href=plain aria-current=as_text.then_some("true")>"Plain text"</a></li>
            </ul>
        }
    });
    let offer = (remote && !as_text).then(|| {
        if with_pictures {
            view! { <p class="pictures">"Pictures from the network are shown for this letter. "<a href=page.clone()>"Hide them"</a></p> }.into_any()
        } else {
            view! {
                <p class="pictures">{Icon::Warning.draw()}"Pictures from the network are not shown: loading them would tell the sender that the letter was opened. "
                    <a href=pictures>"Show pictures for this letter"</a></p>
            }
            .into_any()
        }
    });
    view! {
        <section class="letter-body" aria-label="The letter">
            <div class="letter-ways">
                {switch}
                <a rel="noopener" target="_blank" href=alone>"Open alone, to read or print"<span class="visually-hidden">" (in a new tab)"</span></a>
            </div>
            {offer}
            <iframe data-wide=height.wide.to_string() data-narrow=height.narrow.to_string() sandbox=SANDBOX src=source title="The letter's text" referrerpolicy="no-referrer"></iframe>
            <p class="print-only">"To print the letter itself, open it alone."</p>
        </section>
    }
    .into_any()
}

fn raw(id: MessageId, height: FrameHeight) -> AnyView {
    view! {
        <section class="letter-body" aria-label="The letter">
            <iframe data-wide=height.wide.to_string() data-narrow=height.narrow.to_string() sandbox="" src=format!("/messages/{id}/body?as=text") title="The letter's text" referrerpolicy="no-referrer"></iframe>
        </section>
    }
    .into_any()
}
