//! Forms that post: plain forms, so they work before the page is alive and without JavaScript. A refusal leads back to the page, with the
//! problem in the address and what was typed in a cookie of a minute, or in the session's drafts if that is too long for one.
//!
//! Each carries the session's `csrf` token; the HTTP layer checks it, the server function never sees it.

use super::action::{Act, problem_of};
use crate::Trouble;
use leptos::context::Provider;
use leptos::prelude::*;
use leptos::server_fn::{Http, ServerFn, codec::PostUrl};
use model::{FieldErrors, Problem, Viewer};

/// What fields and buttons of a form look at.
pub type FormState = Act;

/// The sentence for one field, if the form in context has one.
pub fn sentence_for(field: String) -> Signal<Option<String>> {
    let state = use_context::<FormState>();
    Signal::derive(move || match state.map(|state| state.problem.get()) {
        Some(Some(Problem::Invalid(FieldErrors(fields)))) => {
            fields.into_iter().find(|(name, _)| *name == field).map(|(_, sentence)| sentence)
        }
        _ => None,
    })
}

/// What was typed into the form in context before it failed.
#[derive(Debug, Clone, Default)]
pub struct TypedForm(Option<std::sync::Arc<Vec<(String, String)>>>);

impl TypedForm {
    fn of(path: &str) -> Self {
        let typed = use_context::<std::sync::Arc<crate::Typed>>().filter(|typed| typed.path == path);
        Self(typed.map(|typed| std::sync::Arc::new(typed.fields.clone())))
    }
}

/// What was typed into a field of the form in context.
pub fn typed(name: &str) -> Option<String> {
    let fields = use_context::<TypedForm>()?.0?;
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// Whether a box of the form in context was ticked; `None` when nothing was typed.
pub fn ticked(name: &str, value: &str) -> Option<bool> {
    let fields = use_context::<TypedForm>()?.0?;
    Some(fields.iter().any(|(known, typed)| known == name && typed == value))
}

/// Which of several forms to one server function failed: the value of a field that tells them apart (`None` = that form has no such field).
pub fn failing(path: &str, field: &str) -> Option<Option<String>> {
    let typed = use_context::<std::sync::Arc<crate::Typed>>().filter(|typed| typed.path == path)?;
    Some(typed.fields.iter().find(|(known, _)| known == field).map(|(_, value)| value.clone()))
}

/// The hidden token of a plain form.
pub fn csrf() -> AnyView {
    let token = use_context::<Viewer>().map(|viewer| viewer.csrf);
    token.map(|token| view! { <input type="hidden" name="csrf" value=token/> }).into_any()
}

/// A form that posts to a server function. What was typed into it comes back when it fails.
#[component]
pub fn PostForm<S, O>(
    /// The server function.
    action: ServerAction<S>,
    /// Class of the form.
    #[prop(default = "form")]
    class: &'static str,
    /// Leaving with unsaved changes asks first; the value `unsaved` says that what it shows is not saved yet. See `alive/guard.rs`.
    #[prop(optional, into)]
    guard: Option<&'static str>,
    /// Whoever sends it means to lose what the other forms of the page hold.
    #[prop(optional)]
    leaves: bool,
    /// What else is wrong with what it shows.
    #[prop(default = None)]
    also: Option<Problem>,
    /// It is saved while somebody types. See `alive/autosave.rs`.
    #[prop(optional)]
    autosave: bool,
    /// Fields and buttons.
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Protocol = Http<PostUrl, O>, Error = Trouble> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let refused = problem_of(action);
    let state = Act { problem: Signal::derive(move || refused.get().or_else(|| also.clone())) };
    view! {
        <form method="post" action=S::url() novalidate=true class=class data-guard=guard data-autosave=autosave.then_some("") data-leaves=leaves.then_some("")>
            {csrf()}
            <Provider value=state><Provider value=TypedForm::of(S::url())>{children()}</Provider></Provider>
        </form>
    }
}

/// A form's button. While the form is under way it says so and takes no second click.
#[component]
pub fn Submit(
    /// Its words.
    #[prop(into)]
    label: String,
    /// `primary`, `secondary`, `danger`, `quiet`.
    #[prop(default = "primary")]
    variant: &'static str,
    /// Name of a value to send along.
    #[prop(optional)]
    name: Option<&'static str>,
    /// The value.
    #[prop(optional)]
    value: Option<&'static str>,
    /// What it is about, for whoever does not see beside what it stands.
    #[prop(into, optional)]
    about: String,
) -> impl IntoView {
    let about = (!about.is_empty()).then(|| view! { <span class="visually-hidden">{format!(": {about}")}</span> });
    view! { <button type="submit" class="button" data-variant=variant name=name value=value>{label}{about}</button> }
}

/// A whole small form with one button: one click, one intent.
#[component]
pub fn PlainButton<S, O>(
    /// The server function.
    action: ServerAction<S>,
    /// The button's words.
    #[prop(into)]
    label: String,
    /// `primary`, `secondary`, `danger`, `quiet`.
    #[prop(default = "secondary")]
    variant: &'static str,
    /// Hidden fields.
    #[prop(default = Vec::new())]
    with: Vec<(&'static str, String)>,
    /// Whoever presses it means to lose what the other forms of the page hold.
    #[prop(optional)]
    leaves: bool,
    /// As [`Submit`]'s.
    #[prop(into, optional)]
    about: String,
) -> impl IntoView
where
    S: ServerFn<Protocol = Http<PostUrl, O>, Error = Trouble> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
    O: 'static,
{
    view! {
        <PostForm action=action class="form-inline" leaves=leaves>
            {with.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
            <Submit label=label variant=variant about=about/>
        </PostForm>
    }
}
