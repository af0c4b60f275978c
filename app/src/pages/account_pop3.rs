//! What is different about an account by POP3: the chooser, the one-sided history, and deleting on the server (IT-11, IT-12, IT-30, O8, O23).

use crate::ui::*;
use leptos::prelude::*;
use model::{AccountForm, Protocol};

/// Which protocols can be chosen for a new account: links, since the fields that follow are drawn by the server.
pub fn protocol_chooser(chosen: Protocol, address: &str) -> AnyView {
    let choice = |protocol: Protocol, words: &'static str| {
        let mut with = vec![("protocol", protocol.as_str())];
        if !address.is_empty() {
            with.push(("address", address));
        }
        view! { <li><a href=with_query("/accounts/new", &with) aria-current=(chosen == protocol).then_some("page")>{words}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label="How letters are collected">
            <ul>{choice(Protocol::Imap, "IMAP")}{choice(Protocol::Pop3, "POP3")}</ul>
        </nav>
    }
    .into_any()
}

/// What POP3 cannot do, before anybody is disappointed.
pub fn one_sided() -> AnyView {
    view! {
        <Banner tone="info">
            <p><strong>"POP3 brings received mail only, so the history is one-sided."</strong>" It shows neither sent letters nor folders, and cannot choose by folder, date or status: everything in the inbox is collected."</p>
            <p>"What helps: use IMAP where the provider offers it; or have the mail program send a blind copy (Bcc) of every letter to this mailbox."</p>
        </Banner>
    }
    .into_any()
}

/// Deleting on the server.
pub fn deletion_fields(form: &AccountForm) -> AnyView {
    view! {
        <section class="panel">
            <h2>"Letters on the server"</h2>
            <Field id="delete_after_days" name="form[delete_after_days]" label="Delete on the server after so many days (optional)" inputmode="numeric" width="short"
                value=form.delete_after_days.clone()
                hint="Empty means never. 0 means as soon as a letter is stored."/>
            <p class="hint">"A letter is only deleted after Postroom stored it, read it back and wrote that down. How a server deletes differs: ask the provider before you set this. Other programs and phones that read the mailbox lose the letter, too."</p>
        </section>
    }
    .into_any()
}

/// The folders of a mailbox that has one.
pub fn one_folder() -> &'static str {
    "POP3 shows one folder, the inbox; sent letters and other folders need IMAP."
}
