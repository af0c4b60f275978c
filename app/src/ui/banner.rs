//! Words at the top of a page: title, what was done, what went wrong; and what an empty list says.

use super::{icon::Icon, load::problem_words, query::query};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{FieldErrors, Problem};

/// The page's heading and title. With a problem the title begins with `Error: ` (GOV.UK).
#[component]
pub fn PageHead(
    /// Heading.
    #[prop(into)]
    title: String,
    /// A sentence below.
    #[prop(optional, into)]
    lead: Option<String>,
    /// The form's problem, if the page is a form.
    #[prop(optional, into)]
    problem: Option<Signal<Option<Problem>>>,
    /// Buttons and links of the page.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        {page_title(title.clone(), problem)}
        <div class="page-head">
            <div>
                <h1>{title}</h1>
                {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}

/// The title in the window's bar. The server reads it last, when the page's own signals are gone: then what was true at first counts.
pub fn page_title(title: String, problem: Option<Signal<Option<Problem>>>) -> AnyView {
    let Some(problem) = problem else { return view! { <Title text=title/> }.into_any() };
    let at_first = problem.get_untracked().is_some();
    let text = move || {
        let wrong = problem.try_get().map_or(at_first, |problem| problem.is_some());
        if wrong { format!("Error: {title}") } else { title.clone() }
    };
    view! { <Title text=text/> }.into_any()
}

/// Something to know.
#[component]
pub fn Banner(
    /// `good`, `info`, `warn`, `bad`.
    tone: &'static str,
    /// What.
    children: Children,
) -> impl IntoView {
    let icon = match tone {
        "good" => Icon::Tick,
        "bad" => Icon::Cross,
        "warn" => Icon::Warning,
        _ => Icon::Question,
    };
    view! { <div class="banner" data-tone=tone>{icon.draw()}<div>{children()}</div></div> }
}

/// "It is done", told by `?done=…` after a redirect, so that it is also told without JavaScript.
#[component]
pub fn Done(
    /// Codes and sentences.
    words: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let done = query("done");
    let sentence = move || words.iter().find(|(code, _)| *code == done.get()).map(|(_, words)| *words);
    view! {
        <div role="status" data-done="">
            {move || sentence().map(|words| view! { <div class="banner" data-tone="good">{Icon::Tick.draw()}<p>{words}</p></div> })}
        </div>
    }
}

/// "There is a problem", with a link to each field. It has the focus when the page is alive.
#[component]
pub fn ErrorSummary(
    /// Why the form was not carried out.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    move || {
        problem.get().map(|problem| {
            let lines = match &problem {
                Problem::Invalid(FieldErrors(fields)) if !fields.is_empty() => fields
                    .iter()
                    .map(|(field, sentence)| view! { <li><a href=format!("#{field}")>{sentence.clone()}</a></li> }.into_any())
                    .collect_view(),
                other => vec![view! { <li>{problem_words(other)}</li> }.into_any()].collect_view(),
            };
            view! {
                <div class="error-summary" role="alert" tabindex="-1" aria-labelledby="error-summary-title">
                    <h2 id="error-summary-title">"There is a problem"</h2>
                    <ul>{lines}</ul>
                </div>
            }
        })
    }
}

/// What a list says when nothing is in it: what it is, why it is empty, one thing to do.
#[component]
pub fn Empty(
    /// The drawing.
    icon: Icon,
    /// What this is.
    #[prop(into)]
    title: String,
    /// Why it is empty.
    #[prop(into)]
    why: String,
    /// It stands for the whole page.
    #[prop(optional)]
    whole_page: bool,
    /// One button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {icon.draw()}
            {if whole_page { view! { <h1>{title}</h1> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() }}
            <p>{why}</p>
            {children.map(|children| children())}
        </div>
    }
}
