//! What stands around a letter: files, clients, where it was seen, variants, headers.

use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// Files of the letter, to download. Those shown inside the text come last.
pub fn files(id: MessageId, attachments: &[AttachmentInfo]) -> AnyView {
    if attachments.is_empty() {
        return ().into_any();
    }
    let line = |file: &AttachmentInfo| {
        let name = if file.name.is_empty() { format!("File {}", file.index + 1) } else { file.name.clone() };
        let preview = preview(id, file, &name);
        view! {
            <li>
                <a download=true href=format!("/messages/{id}/files/{}", file.index)>{Icon::File.draw()}<span class="file-name">{name}</span></a>
                <span class="quiet">{text::size(file.size)}{file.inline.then_some(" · shown in the letter")}</span>
                {preview}
            </li>
        }
        .into_any()
    };
    let (inline, apart): (Vec<_>, Vec<_>) = attachments.iter().partition(|file| file.inline);
    let lines = apart.into_iter().chain(inline).map(line).collect_view();
    let heading = text::count(attachments.len() as i64, "file", "files");
    view! { <section class="files-box" aria-label="Files"><h2>{heading}</h2><ul>{lines}</ul></section> }.into_any()
}

/// A look at a file without saving it: a picture drawn anew by the server, or the beginning of a text in a frame that can do nothing.
/// Nothing is asked for before somebody opens it.
fn preview(id: MessageId, file: &AttachmentInfo, name: &str) -> AnyView {
    let address = format!("/messages/{id}/files/{}/preview", file.index);
    let shown = match file.preview() {
        None => return ().into_any(),
        Some(PreviewKind::Picture) => {
            view! { <img class="file-picture" loading="lazy" src=address alt=format!("Preview of {name}")/> }.into_any()
        }
        Some(PreviewKind::Text) => {
            // Built by hand: the macro knows no `loading` on a frame.
            leptos::html::iframe()
                .class("file-text")
                .sandbox("")
                .src(address)
                .title(format!("Preview of {name}"))
                .attr("loading", "lazy")
                .attr("referrerpolicy", "no-referrer")
                .into_any()
        }
    };
    view! { <details class="file-preview"><summary>"Preview"<span class="visually-hidden">{format!(" of {name}")}</span></summary>{shown}</details> }.into_any()
}

/// A letter on nobody's file: whoever may edit clients can put the address it came from, or went to, on one.
fn put_on_file(letter: &LetterView) -> AnyView {
    let may = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::ClientsEdit));
    let role = if letter.direction == Direction::Sent { AddressRole::To } else { AddressRole::From };
    let other = letter.people.iter().find(|(of, mailbox)| *of == role && !mailbox.address.is_empty()).map(|(_, mailbox)| mailbox);
    let Some(other) = other.filter(|_| may) else { return ().into_any() };
    let known = with_query("/clients", &[("add", &other.address)]);
    let fresh = with_query("/clients/new", &[("address", &other.address), ("name", &other.name)]);
    view! {
        <p>{format!("Add {} to ", other.address)}<a href=known>"a client on file"</a>" or to "<a href=fresh>"a new client"</a>"."</p>
    }
    .into_any()
}

/// Clients whose history it is in, and why.
pub fn clients(letter: &LetterView) -> AnyView {
    let list = if letter.clients.is_empty() {
        view! {
            <p class="quiet">"None of the clients you may open. Only the account's owner, and people it is shared with, see this letter."</p>
            {put_on_file(letter)}
        }
        .into_any()
    } else {
        let lines = letter
            .clients
            .iter()
            .map(|client| {
                let of = client.history();
                let reasons = client.why.iter().map(|why| view! { <li>{text::why(why, of.party())}</li> }).collect_view();
                view! { <li><a href=of.page()>{client.name.clone()}</a><ul class="quiet">{reasons}</ul></li> }
            })
            .collect_view();
        view! { <ul class="plain-list">{lines}</ul> }.into_any()
    };
    let may_file = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::ClientsEdit));
    let by_hand = may_file.then(|| view! { <p><a href=format!("/messages/{}/file", letter.id)>"File it by hand, or keep it off"</a></p> });
    let only = (letter.clients.len() == 1).then(|| letter.clients[0].history());
    let quoted = letter.facts.quoted.iter().map(|quoted| quoted_words(quoted, letter.id, only)).collect_view();
    view! { <section class="panel"><h2>"In the history of"</h2>{list}{quoted}{by_hand}</section> }.into_any()
}

/// Account and folder; somebody else's private mailbox has no folder to name.
fn place(account: &str, folder: &str) -> String {
    if folder.is_empty() { account.to_owned() } else { format!("{account}: {folder}") }
}

/// Every place where the letter was seen (S11).
pub fn sightings(letter: &LetterView) -> AnyView {
    let lines = letter
        .sightings
        .iter()
        .map(|seen| {
            let gone = seen.gone_at.map(|at| view! { <span class="quiet">" · no longer on the server since "<When at=at/></span> });
            let labels = labels(&seen.labels);
            view! { <li>{Icon::Folder.draw()}<div>{place(&seen.account, &seen.folder)}<span class="quiet">" · first seen "<When at=seen.seen_at/></span>{gone}{labels}</div></li> }
        })
        .collect_view();
    view! { <section class="panel"><h2>{format!("Seen in {}", text::count(letter.sightings.len() as i64, "place", "places"))}</h2><ul class="icon-list">{lines}</ul></section> }
        .into_any()
}

/// Labels of a letter at Google, each leading to the letters that carry it (P11).
fn labels(names: &[String]) -> Option<AnyView> {
    if names.is_empty() {
        return None;
    }
    // A quotation mark cannot stand within a question's quotation marks: what is before it finds the label too.
    let found = |name: &str| with_query("/search", &[("q", &format!("in:\"{}\"", name.split('"').next().unwrap_or_default().trim()))]);
    let chips = names.iter().map(|name| view! { <li><a href=found(name)>{name.clone()}</a></li> }).collect_view();
    Some(view! { <span class="visually-hidden">"Labels:"</span><ul class="chips small" aria-label="Labels">{chips}</ul> }.into_any())
}

/// Copies that are not the same byte for byte, though they are one letter (S11).
pub fn copies(letter: &LetterView) -> AnyView {
    if letter.facts.copies.len() < 2 {
        return ().into_any();
    }
    let id = letter.id;
    let first = letter.facts.copies[0].id;
    let lines = letter
        .facts
        .copies
        .iter()
        .map(|copy| {
            let compare = (copy.id != first)
                .then(|| view! { " · "<a href=format!("/messages/{id}/compare?copy={}", copy.id)>"Compare with the first"</a> });
            view! { <li>{copy.places.join("; ")}<span class="quiet">{format!(" · {} · SHA-256 {}…", text::size(copy.size), copy.digest)}</span>{compare}</li> }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>{format!("{} copies", letter.facts.copies.len())}</h2>
            <p class="quiet">"The same letter, with other marks of its way. The first is shown."</p>
            <ul class="plain-list">{lines}</ul>
        </section>
    }
    .into_any()
}

/// Other letters that claim to be this one (P7).
pub fn variants(letter: &LetterView) -> AnyView {
    if letter.variants.is_empty() {
        return ().into_any();
    }
    let here = letter.id;
    let lines = letter
        .variants
        .iter()
        .map(|(id, subject, date)| {
            let compare = format!("/messages/{here}/compare?with={id}");
            view! { <li><a href=format!("/messages/{id}")>{text::subject(subject)}</a><span class="quiet">" · "<When at=*date/></span>" · "<a href=compare>"Side by side"</a></li> }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"Variants"</h2>
            <p class="quiet">"These letters carry the same identity as this one but other words. Each is kept on its own."</p>
            <ul class="plain-list">{lines}</ul>
        </section>
    }
    .into_any()
}

/// Dates, size, and all headers as written.
pub fn details(letter: &LetterView, headers: Vec<(String, String)>) -> AnyView {
    let lines = headers.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view();
    let arrived = letter.arrived.map(|at| view! { <div><dt>"Arrived"</dt><dd><When at=at/></dd></div> });
    view! {
        <details class="panel">
            <summary>"Details and all headers"</summary>
            <dl class="facts">
                <div><dt>"Date as written"</dt><dd>{if letter.date_header.is_empty() { "none".to_owned() } else { letter.date_header.clone() }}</dd></div>
                {arrived}
                <div><dt>"Identity"</dt><dd>{if letter.message_id.is_empty() { "none".to_owned() } else { letter.message_id.clone() }}</dd></div>
                <div><dt>"Size"</dt><dd>{text::size(letter.size)}</dd></div>
            </dl>
            <h3>"Headers"</h3>
            <dl class="facts headers">{lines}</dl>
        </details>
    }
    .into_any()
}
