//! `/settings/api-tokens`: systems that may ask, and what each may do.

use crate::api::systems::{ForgetWord, MakeToken, RevokeToken, tokens};
use crate::ui::*;
use leptos::prelude::*;
use model::{ApiScope, FreshWord, TokenCard, TokensView};

/// The list, and the form.
#[component]
pub fn ApiTokensPage() -> impl IntoView {
    let (make, revoke, forget) = (ServerAction::<MakeToken>::new(), ServerAction::<RevokeToken>::new(), ServerAction::<ForgetWord>::new());
    let data = Resource::new(|| (), |()| tokens());
    let problem = Signal::derive(move || problem_of(make).get().or_else(|| problem_of(revoke).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("made", "The token is made. Copy it now."), ("revoked", "The token is taken back. It never works again.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="API tokens" lead="A token lets another system put clients on file, read their letters and send. It stands for that system in the audit trail." problem=problem/>
        {load(data, "the tokens", move |view: TokensView| {
            view! {
                {view.fresh.clone().map(|word| fresh_word(word, "The token", "Whoever has it may do what it may. Give it to that system alone.", forget, false))}
                {list(&view, revoke)}
                {form(&view, make)}
                <p class="quiet">"What a system may ask, and how, is described at "<a href="/api/v1/openapi.json">"/api/v1/openapi.json"</a>" (OpenAPI)."</p>
            }
            .into_any()
        })}
    }
}

/// A word that is told once, to be copied; and the button that puts it away.
pub fn fresh_word(word: FreshWord, what: &'static str, words: &'static str, forget: ServerAction<ForgetWord>, hooks: bool) -> AnyView {
    view! {
        <section class="panel fresh" id="fresh" aria-labelledby="fresh-title">
            <h2 id="fresh-title">{format!("{what} of {}", word.name)}</h2>
            <div class="field">
                <label for="fresh-word">{what}</label>
                <p class="hint" id="fresh-word-hint">"Copy it now. It is shown for a few minutes in this session and cannot be shown again."</p>
                <input id="fresh-word" type="text" readonly=true value=word.word aria-describedby="fresh-word-hint" spellcheck="false"/>
            </div>
            <p>{words}</p>
            <div class="cluster">
                <CopyButton of="fresh-word" label="Copy"/>
                <PlainButton action=forget label="I have copied it" with=vec![("hooks", hooks.to_string())]/>
            </div>
        </section>
    }
    .into_any()
}

fn list(view: &TokensView, revoke: ServerAction<RevokeToken>) -> AnyView {
    if view.tokens.is_empty() {
        return view! { <Empty icon=Icon::Settings title="No tokens" why="No other system may ask for anything yet."/> }.into_any();
    }
    let rows = view.tokens.iter().cloned().map(|token| row(view, token, revoke)).collect_view();
    view! {
        <table class="table" data-cards="true"><caption class="visually-hidden">"Tokens"</caption>
            <thead><tr><th scope="col">"Name"</th><th scope="col">"May"</th><th scope="col">"Clients"</th><th scope="col">"Used"</th><th scope="col">"State"</th><th scope="col">"What to do"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(view: &TokensView, token: TokenCard, revoke: ServerAction<RevokeToken>) -> AnyView {
    let centre = match token.cost_centre {
        Some(id) => view.centres.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone()).unwrap_or_default(),
        None => "Every client".to_owned(),
    };
    let web = token.web.map(|id| {
        let name = view.webs.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
        let words = name.map_or_else(|| "Its web configuration is gone: it cannot send".to_owned(), |name| format!("Sends through {name}"));
        view! { <span class="quiet block">{words}</span> }
    });
    let works = token.works(view.at);
    let state = if token.revoked_at.is_some() {
        view! { <Tag text="Taken back" tone="bad" icon=Icon::Cross/> }.into_any()
    } else if !works {
        view! { <Tag text="Expired" tone="warn" icon=Icon::Warning/> }.into_any()
    } else {
        view! { <span class="reasons"><Tag text="Works" tone="good" icon=Icon::Tick/>{token.expires_at.map(|at| view! { <span class="quiet">"Until "<When at=at/></span> })}</span> }.into_any()
    };
    let may = token.scopes.iter().map(|scope| view! { <li>{scope.words()}</li> }).collect_view();
    let (with, name) = (vec![("id", token.id.to_string())], token.name.clone());
    view! {
        <tr>
            <th scope="row" data-label="Name">{token.name}<span class="quiet block">"By "{token.created_by}", "<When at=token.created_at/></span></th>
            <td data-label="May"><ul class="plain">{may}</ul></td>
            <td data-label="Clients">{centre}{web}</td>
            <td data-label="Used">{match token.used_at {
                Some(at) => view! { <When at=at/> }.into_any(),
                None => "Never".into_any(),
            }}</td>
            <td data-label="State">{state}</td>
            <td data-label="What to do">{token.revoked_at.is_none().then(|| view! { <PlainButton action=revoke label="Take back" variant="quiet" about=name with=with/> })}</td>
        </tr>
    }
    .into_any()
}

fn form(view: &TokensView, make: ServerAction<MakeToken>) -> AnyView {
    // Made inside the form: what was ticked comes back to boxes that know their form.
    let boxes = || {
        ApiScope::ALL
        .into_iter()
        .enumerate()
        .map(|(n, scope)| view! { <Check id=format!("scope-{n}") name="scopes[]" value=scope.as_str() label=scope.words() hint=scope.as_str()/> })
        .collect_view()
    };
    let mut centres = vec![(String::new(), "Every client".to_owned())];
    centres.extend(view.centres.iter().map(|(id, name)| (id.to_string(), name.clone())));
    let mut webs = vec![(String::new(), "As for letters that nobody writes".to_owned())];
    webs.extend(view.webs.iter().map(|(id, name)| (id.to_string(), name.clone())));
    view! {
        <section class="panel" aria-labelledby="make-title">
            <h2 id="make-title">"Make a token"</h2>
            <PostForm action=make guard="yes">
                <Field id="name" label="Name" hint="Of the system that uses it, like “CRM”. It stands in the audit trail." width="medium"/>
                <fieldset class="checks" id="scopes"><legend>"What it may do"</legend>
                    <FieldError field="scopes"/>
                    {boxes()}
                </fieldset>
                <Select id="centre" label="Whose clients" hint="Clients of other cost centres do not exist for it." options=centres/>
                <Select id="web" label="What its letters leave through" hint="A web configuration picks cost centre and service." options=webs/>
                <Field id="days" label="Works for so many days" hint="Empty: until somebody takes it back." inputmode="numeric" width="short"/>
                <Submit label="Make the token"/>
            </PostForm>
        </section>
    }
    .into_any()
}
