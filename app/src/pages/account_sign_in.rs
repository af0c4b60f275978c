//! A person signs in at the provider of a mailbox: the invitation on the account's page, the way out, and the way back. Nothing changes by
//! coming back: a button finishes it, so that no address that somebody was led to connects anything.

use crate::api::delegated::{BeginSignIn, FinishSignIn, look_at_return, look_at_trip};
use crate::ui::*;
use leptos::prelude::*;
use leptos_meta::Meta;
use model::{AccountDetail, AccountId, PersonSignIn, SignInReturn, SignInTrip};

/// On the account's page: what is missing, and the button for it. Nothing while the sign-in holds and the account is collected.
pub fn invitation(detail: &AccountDetail, state: &PersonSignIn, begin: ServerAction<BeginSignIn>) -> Option<AnyView> {
    let (id, provider) = (detail.card.id, &state.provider);
    let (tone, label, words) = match (state.done, state.again) {
        (false, _) => (
            "info",
            format!("Sign in at {provider}"),
            format!(
                "Nobody has signed in for {} yet. {provider} asks for the password itself; Postroom never sees it.",
                detail.card.address
            ),
        ),
        (true, true) => (
            "bad",
            format!("Sign in again at {provider}"),
            format!(
                "Sign in again: {provider} no longer accepts the sign-in for {}. Nothing that came since is lost.",
                detail.card.address
            ),
        ),
        (true, false) if !detail.tested => (
            "info",
            format!("Sign in again at {provider}"),
            "The settings have changed since the sign-in. Test the connection, or sign in again.".to_owned(),
        ),
        (true, false) => return None,
    };
    let button = view! { <PlainButton action=begin label=label variant="primary" with=vec![("id", id.to_string())]/> };
    Some(view! { <Banner tone=tone><p>{words}</p>{button}</Banner> }.into_any())
}

fn crumbs(id: AccountId, name: String) -> AnyView {
    view! { <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a><a href=format!("/accounts/{id}?tab=server")>{name}</a></nav> }
        .into_any()
}

/// `/accounts/:id/sign-in`: on the way out. A page of its own, since a form may not lead to another server.
#[component]
pub fn SignInTripPage() -> impl IntoView {
    let id = param("id", AccountId(0));
    let begin = ServerAction::<BeginSignIn>::new();
    let data = Resource::new(move || id.get(), look_at_trip);
    let problem = problem_of(begin);
    view! {
        <ErrorSummary problem=problem/>
        {load(data, "the sign-in", move |trip: SignInTrip| {
            if trip.provider.is_empty() {
                return view! {
                    {crumbs(trip.account, trip.name)}
                    <PageHead title="Nobody signs in for this account"/>
                    <p>"It signs in by itself, as its settings say."</p>
                }
                .into_any();
            }
            let title = format!("Sign in at {}", trip.provider);
            let under_way = !trip.url.is_empty();
            view! {
                {crumbs(trip.account, trip.name.clone())}
                <PageHead title=title problem=problem/>
                {if under_way { on_the_way(trip) } else { not_begun(&trip, begin) }}
            }
            .into_any()
        })}
    }
}

fn on_the_way(trip: SignInTrip) -> AnyView {
    let host = trip.url.trim_start_matches("https://").split('/').next().unwrap_or("").to_owned();
    let agree = if trip.sends {
        " and agree that Postroom may read the mailbox and send from it."
    } else {
        " and agree that Postroom may read the mailbox."
    };
    view! {
        <Meta http_equiv="refresh" content=format!("0;url={}", trip.url)/>
        <p>"Going to "<strong>{host}</strong>". Sign in there as "<strong>{trip.mailbox}</strong>{agree}</p>
        <p><a class="button" data-variant="primary" href=trip.url rel="noreferrer">{format!("Go on to {}", trip.provider)}</a></p>
        <p class="hint">"You come back to "<code>{trip.redirect}</code>". If the page there says that the address is wrong, it must be registered for the application, letter by letter."</p>
    }
    .into_any()
}

fn not_begun(trip: &SignInTrip, begin: ServerAction<BeginSignIn>) -> AnyView {
    let label = format!("Sign in at {}", trip.provider);
    view! {
        <p>"No sign-in is under way for "<strong>{trip.mailbox.clone()}</strong>". One lasts ten minutes, in the browser in which it was begun."</p>
        <PlainButton action=begin label=label variant="primary" with=vec![("id", trip.account.to_string())]/>
    }
    .into_any()
}

/// `/accounts/signed-in`: back from the provider.
#[component]
pub fn SignedInPage() -> impl IntoView {
    let (begin, finish) = (ServerAction::<BeginSignIn>::new(), ServerAction::<FinishSignIn>::new());
    let (state, code, error, description) = (query("state"), query("code"), query("error"), query("error_description"));
    let data = Resource::new(
        move || (state.get(), error.get(), description.get()),
        |(state, error, description)| look_at_return(state, error, description),
    );
    let problem = Signal::derive(move || problem_of(finish).get().or_else(|| problem_of(begin).get()));
    view! {
        <ErrorSummary problem=problem/>
        {load(data, "the sign-in", move |back: Option<SignInReturn>| match back {
            None => unknown(),
            Some(back) => returned(back, state.get_untracked(), code.get_untracked(), begin, finish),
        })}
    }
}

fn returned(
    back: SignInReturn,
    state: String,
    code: String,
    begin: ServerAction<BeginSignIn>,
    finish: ServerAction<FinishSignIn>,
) -> AnyView {
    let SignInReturn { account, name, mailbox, provider, refusal } = back;
    let again = move |words: String| {
        view! {
            <Banner tone="bad"><p>{words}</p></Banner>
            <div class="cluster">
                <PlainButton action=begin label="Begin again" variant="primary" with=vec![("id", account.to_string())]/>
                <a class="button" data-variant="secondary" href=format!("/accounts/{account}?tab=server")>"Back to the account"</a>
            </div>
        }
        .into_any()
    };
    let (title, rest) = match refusal {
        Some(words) => (format!("{provider} did not agree"), again(words)),
        None if code.is_empty() => (format!("{provider} sent nothing"), again("You came back without a permission. Begin again.".to_owned())),
        None => (
            format!("Back from {provider}"),
            view! {
                <p>"One step is left: Postroom takes the permission, opens "<strong>{mailbox}</strong>" with it, and keeps it if that is the mailbox you signed in for."</p>
                <PlainButton action=finish label="Finish connecting" variant="primary" with=vec![("state", state), ("code", code)]/>
            }
            .into_any(),
        ),
    };
    view! {
        {crumbs(account, name)}
        <PageHead title=title/>
        {rest}
    }
    .into_any()
}

/// What this session did not begin, finished already, or began too long ago.
fn unknown() -> AnyView {
    view! {
        <PageHead title="This sign-in cannot be finished"/>
        <p>"It was finished before, was begun in another browser, or is older than ten minutes. Nothing was changed."</p>
        <p><a class="button" data-variant="primary" href="/accounts">"Email accounts"</a></p>
    }
    .into_any()
}
