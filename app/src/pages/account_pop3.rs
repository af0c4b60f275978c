//! What is different about an account by POP3: the one-sided history, and deleting on the server (IT-11, IT-12, IT-30, O8, O23).

use crate::ui::*;
use leptos::prelude::*;
use model::AccountForm;

/// What POP3 cannot do, before anybody is disappointed.
pub fn one_sided() -> AnyView {
    view! {
        <Banner tone="info">
            <p><strong>"POP3 brings received mail only, so the history is one-sided."</strong>" It shows neither sent letters nor folders, and cannot choose by folder, date or status: everything in the inbox is collected."</p>
            <p>"What helps: use IMAP where the provider offers it; or have the mail program send a blind copy (Bcc) of every letter to this mailbox."</p>
            <p>"Letters stay on the server unless you enter a number of days below. They stay unread, too, where the server can show a letter without retrieving it; nearly all can."</p>
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
