//! A link just made: told once, to be handed on.

use crate::api::access::ForgetFresh;
use crate::ui::*;
use leptos::prelude::*;
use model::{FreshLink, LinkPurpose};

/// The link, to be copied; and the button that puts it away.
pub fn fresh_link(link: FreshLink, forget: ServerAction<ForgetFresh>) -> AnyView {
    let (title, words) = match link.purpose {
        LinkPurpose::Invitation => (
            format!("The invitation for {}", link.name),
            "Send it to nobody else: whoever opens it first chooses the password. It works once, for seven days.",
        ),
        LinkPurpose::Reset => (
            format!("The link for {}’s new password", link.name),
            "Send it to nobody else: whoever opens it first sets the password. It works once, for a day; then every session of this person ends.",
        ),
    };
    view! {
        <section class="panel fresh" id="fresh" aria-labelledby="fresh-title">
            <h2 id="fresh-title">{title}</h2>
            <div class="field">
                <label for="fresh-link">"Link"</label>
                <p class="hint" id="fresh-link-hint">"Copy it now. It is shown for a few minutes in this session and cannot be shown again."</p>
                <input id="fresh-link" type="text" readonly=true value=link.address aria-describedby="fresh-link-hint" spellcheck="false"/>
            </div>
            <p>{words}</p>
            <div class="cluster">
                <CopyButton of="fresh-link" label="Copy the link"/>
                <PlainButton action=forget label="I have copied it"/>
            </div>
        </section>
    }
    .into_any()
}
