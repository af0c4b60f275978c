//! `/demo`: what the demo office is, what to try in it, and how to leave it. In a real office there is no such page.

use crate::ui::demo::{DemoHere, role_words};
use crate::ui::form::csrf;
use crate::ui::load::not_found;
use crate::ui::*;
use leptos::prelude::*;
use model::DemoOffice;

/// About the demo.
#[component]
pub fn DemoPage() -> impl IntoView {
    match use_context::<DemoHere>().and_then(|demo| demo.0) {
        Some(demo) => about(&demo),
        None => not_found(),
    }
}

fn about(demo: &DemoOffice) -> AnyView {
    let doors = demo.doors.iter().map(|door| {
        view! { <dt>{door.name.clone()}" ("{role_words(door.role)}")"</dt><dd>{door.email.clone()}", password "<code>{door.word.clone()}</code></dd> }
    });
    let mailbox = &demo.mailbox;
    view! {
        <PageHead title="This is a demo office" lead="Bell & Carter, a firm of financial planners, with forty clients and some three thousand letters. Everybody and everything in it is made up."/>
        <section class="stack">
            <h2>"Sign in as"</h2>
            <dl class="facts">{doors.collect_view()}</dl>
        </section>
        <section class="stack">
            <h2>"Things to try"</h2>
            <ul>
                <li><a href="/clients?words=hale">"Find Margaret and Thomas Hale"</a>" and the last letter they were sent with an attachment."</li>
                <li><a href="/clients?words=pemberton">"Open the Pembertons' trust"</a>": why is one letter on two clients' files?"</li>
                <li><a href="/accounts">"Look at the accounts"</a>": one server refuses the password, another does not hand out three letters. What does the ledger say?"</li>
                <li><a href="/search?q=guaranteed+annuity">"Search for "<q>"guaranteed annuity"</q></a>"."</li>
                <li>"Wait half a minute: a new letter arrives, all by itself."</li>
            </ul>
        </section>
        <section class="stack">
            <h2>"A mailbox to connect"</h2>
            <p>"The demo's mail server holds one more mailbox, which nobody has connected yet. Try it, with a wrong port or password if you like: the doctor says what to mend."</p>
            <dl class="facts">
                <dt>"Address and user name"</dt><dd><code>{mailbox.address.clone()}</code></dd>
                <dt>"Server and port"</dt><dd><code>{mailbox.server.clone()}</code>", "<code>{mailbox.port.to_string()}</code></dd>
                <dt>"Password"</dt><dd><code>{mailbox.word.clone()}</code></dd>
            </dl>
            <p><a class="button" data-variant="secondary" href="/accounts/new">"Connect a mailbox"</a></p>
        </section>
        <section class="stack">
            <h2>"Leave the demo"</h2>
            <p>"Everything in the demo is wiped and its server stops. Your own office, if there is one, lies in another folder and is not touched."</p>
            <form method="post" action="/demo/leave" class="form-inline">
                {csrf()}
                <input type="hidden" name="confirm" value="yes"/>
                <button type="submit" class="button" data-variant="danger">"Wipe the demo and leave"</button>
            </form>
        </section>
    }
    .into_any()
}
