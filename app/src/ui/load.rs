//! Asking and showing: the loading and the failed state of every page.

use super::{banner::Empty, icon::Icon};
use crate::Trouble;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::Problem;
use serde::{Serialize, de::DeserializeOwned};

/// Shows what a resource brings; says what is loading; shows why it cannot be shown.
pub fn load<T>(
    data: Resource<Result<T, Trouble>>,
    what: &'static str,
    show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    view! {
        <Transition fallback=move || view! { <p class="loading" role="status">"Loading "{what}" …"</p> }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(value) => show(value),
                        Err(trouble) => trouble_view(&trouble.0),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// A problem in one sentence, and who can help.
pub fn problem_words(problem: &Problem) -> String {
    match problem {
        Problem::Unexpected(what) if what == "no answer from the server" => {
            "Postroom does not answer. Check your connection, then try again.".to_owned()
        }
        other => other.to_string(),
    }
}

/// A page that cannot be shown, and what to do about it.
pub fn trouble_view(problem: &Problem) -> AnyView {
    let words = problem_words(problem);
    match problem {
        Problem::SignIn => {
            let here = use_location().pathname.get_untracked();
            view! {
                <Title text="Sign in to go on"/>
                <Empty whole_page=true icon=Icon::Person title="Your session has ended" why="Sign in again to go on where you were.">
                    <a class="button" data-variant="primary" href=format!("/sign-in?next={here}")>"Sign in"</a>
                </Empty>
            }
            .into_any()
        }
        Problem::NotFound => not_found(),
        Problem::NotAllowed(_) => view! {
            <Title text="Not allowed"/>
            <Empty whole_page=true icon=Icon::Audit title="This is not open to you" why=words>
                <a class="button" data-variant="secondary" href="/clients">"Go to clients"</a>
            </Empty>
        }
        .into_any(),
        _ => view! {
            <Title text="Error"/>
            <div role="alert">
                <Empty whole_page=true icon=Icon::Warning title="This could not be shown" why=words>
                    <a class="button" data-variant="secondary" href="">"Try again"</a>
                </Empty>
            </div>
        }
        .into_any(),
    }
}

/// No such page, or not one's own to open: both look the same on purpose.
pub fn not_found() -> AnyView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Page not found"/>
        <div class="not-found">
            <Empty whole_page=true icon=Icon::Question title="Page not found" why="There is no such page, or it is not yours to open. Check the address, or start from the clients.">
                <a class="button" data-variant="primary" href="/clients">"Go to clients"</a>
            </Empty>
        </div>
    }
    .into_any()
}
