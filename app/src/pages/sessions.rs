//! Open sessions and sign-ins, as the pages of a person show them.

use crate::api::access::EndSession;
use crate::ui::*;
use leptos::prelude::*;
use model::{SessionCard, SignInRow, UserId};

/// Open sessions, each with a button that ends it. `from`: the page to come back to.
pub fn open_sessions(sessions: Vec<SessionCard>, end: ServerAction<EndSession>, user: UserId, from: &'static str) -> AnyView {
    if sessions.is_empty() {
        return view! { <section class="panel"><h2>"Open sessions"</h2><p class="quiet">"None."</p></section> }.into_any();
    }
    let rows = sessions
        .into_iter()
        .map(|session| {
            let label = format!("End the session with {}", session.device);
            let fields = vec![("user", user.to_string()), ("handle", session.handle), ("from", from.to_owned())];
            view! {
                <tr>
                    <th scope="row" data-label="Device">{session.device}{session.current.then(|| view! { " "<Tag text="This one" tone="info"/> })}</th>
                    <td data-label="Address">{session.address}</td>
                    <td data-label="Since" class="nowrap"><When at=session.started/></td>
                    <td data-label="Last used" class="nowrap"><Ago at=session.seen/></td>
                    <td data-label="">
                        {if session.current { view! { <span class="quiet">"Sign out to end it"</span> }.into_any() } else { view! { <PlainButton action=end label=label with=fields/> }.into_any() }}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"Open sessions"</h2>
            <table class="table" data-cards="true"><caption class="visually-hidden">"Open sessions"</caption>
                <thead><tr><th scope="col">"Device"</th><th scope="col">"Address"</th><th scope="col">"Since"</th><th scope="col">"Last used"</th><th scope="col"><span class="visually-hidden">"End"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// Sign-ins and tries.
pub fn history(rows: Vec<SignInRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <section class="panel"><h2>"Sign-ins"</h2><p class="quiet">"None yet."</p></section> }.into_any();
    }
    let rows = rows
        .into_iter()
        .map(|row| {
            let (tone, icon) = if row.good { ("good", Icon::Tick) } else { ("bad", Icon::Cross) };
            view! {
                <tr>
                    <td data-label="When" class="nowrap"><When at=row.at/></td>
                    <td data-label="What"><Tag text=row.what tone=tone icon=icon/></td>
                    <td data-label="More">{if row.detail.is_empty() { "–".to_owned() } else { row.detail }}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"Sign-ins"</h2>
            <table class="table" data-cards="true"><caption class="visually-hidden">"Sign-ins and tries"</caption>
                <thead><tr><th scope="col">"When"</th><th scope="col">"What"</th><th scope="col">"More"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
