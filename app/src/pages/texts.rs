//! `/settings/texts`: document texts (FN-15), and how a client would read one.

use crate::api::texts::{DropText, RestoreText, SaveText, one_text, texts};
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The list.
#[component]
pub fn TextsPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| texts());
    let may_change = use_context::<Viewer>().is_some_and(|viewer| viewer.role == Role::Administrator);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("deleted", "The text is deleted. Letters made from it stay as they are.")]/>
        <PageHead title="Document texts" lead="Texts that letters are made from, with the client's and the sender's details filled in."/>
        {may_change.then(|| view! { <p><a class="button" data-variant="primary" href="/settings/texts/new">"Add a text"</a></p> })}
        {load(data, "the texts", move |list| {
            if list.is_empty() {
                let why = if may_change { "Add one for what your office writes often." } else { "An administrator can add texts for what your office writes often." };
                return view! { <Empty icon=Icon::Mail title="No texts yet" why=why/> }.into_any();
            }
            let rows = list.into_iter().map(|(id, name)| view! { <li><a href=format!("/settings/texts/{id}")>{name}</a></li> }).collect_view();
            view! { <ul class="plain-list panel">{rows}</ul> }.into_any()
        })}
    }
}

/// A new text.
#[component]
pub fn NewTextPage() -> impl IntoView {
    page(Signal::stored(None))
}

/// A text.
#[component]
pub fn TextPage() -> impl IntoView {
    let id = param("id", TextId(0));
    page(Signal::derive(move || Some(id.get())))
}

fn page(id: Signal<Option<TextId>>) -> AnyView {
    let client = query("client");
    let (save, restore, drop) = (ServerAction::<SaveText>::new(), ServerAction::<RestoreText>::new(), ServerAction::<DropText>::new());
    let problem = Signal::derive(move || problem_of(save).get().or_else(|| problem_of(restore).get()).or_else(|| problem_of(drop).get()));
    let data = Resource::new(move || (id.get(), client.get().parse().ok().map(ClientId)), |(id, client)| one_text(id, client));
    load(data, "the text", move |view| {
        let title = if view.id.is_some() { view.text.name.clone() } else { "Add a text".to_owned() };
        view! {
            <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a><a href="/settings/texts">"Document texts"</a></nav>
            <Done words=vec![("saved", "The text is saved."), ("restored", "The earlier version is in use again.")]/>
            <ErrorSummary problem=problem/>
            <PageHead title=title problem=problem/>
            {if view.may_change { form(save, view.clone()) } else { ().into_any() }}
            {preview(&view)}
            {fields(&view)}
            {versions(&view, restore)}
            {view.id.filter(|_| view.may_change).map(|id| view! { <PlainButton action=drop label="Delete this text" variant="danger" with=vec![("id", id.to_string())]/> })}
        }
        .into_any()
    })
}

fn form(save: ServerAction<SaveText>, view: TextView) -> AnyView {
    let unknown = (!view.unknown.is_empty()).then(|| {
        let list = view.unknown.iter().map(|field| format!("“{field}”")).collect::<Vec<_>>().join(", ");
        view! { <Banner tone="warn"><p>{format!("There is no such field: {list}. Letters cannot be made from this text.")}</p></Banner> }
    });
    view! {
        {unknown}
        <PostForm action=save guard="yes">
            {view.id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> })}
            <div class="panel">
                <Field id="name" name="text[name]" label="Name" value=view.text.name.clone()/>
                <Field id="subject" name="text[subject]" label="Subject" hint="Used where a letter has none yet." value=view.text.subject.clone()/>
                <TextArea id="body" name="text[body]" label="Words" hint="Fields stand between double braces, like {{ client.name }}." value=view.text.body.clone() rows=14/>
            </div>
            <div class="cluster"><Submit label="Save"/><a class="button" data-variant="quiet" href="/settings/texts">"Cancel"</a></div>
        </PostForm>
    }
    .into_any()
}

fn preview(view: &TextView) -> AnyView {
    let Some(id) = view.id else { return ().into_any() };
    let options: Vec<(String, String)> = view.clients.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let chosen = view.client.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    let shown = match &view.preview {
        Some(Ok((subject, body))) => {
            view! { <p><strong>{subject.clone()}</strong></p><pre class="text-preview">{body.clone()}</pre> }.into_any()
        }
        Some(Err(why)) => {
            let why = why.clone();
            view! { <Banner tone="warn"><p>{why}</p></Banner> }.into_any()
        }
        None => view! { <p class="quiet">"There is no client to show it for yet."</p> }.into_any(),
    };
    view! {
        <section class="panel" aria-labelledby="preview-title">
            <h2 id="preview-title">"As a client reads it"</h2>
            {(!options.is_empty()).then(|| view! {
                <form method="get" action=format!("/settings/texts/{id}") class="form">
                    <Select id="client" label="Client" options=options value=chosen/>
                    <div><button type="submit" class="button" data-variant="secondary">"Show"</button></div>
                </form>
            })}
            {shown}
        </section>
    }
    .into_any()
}

fn fields(view: &TextView) -> AnyView {
    let rows = view
        .fields
        .iter()
        .map(|(name, means)| view! { <div><dt><code>{format!("{{{{ {name} }}}}")}</code></dt><dd>{means.clone()}</dd></div> })
        .collect_view();
    view! { <details class="panel"><summary>"Fields"</summary><dl class="facts">{rows}</dl></details> }.into_any()
}

fn versions(view: &TextView, restore: ServerAction<RestoreText>) -> AnyView {
    let Some(id) = view.id else { return ().into_any() };
    let may_change = view.may_change;
    let rows = view
        .versions
        .iter()
        .enumerate()
        .map(|(at, version)| {
            let with = vec![("id", id.to_string()), ("version", version.version.to_string())];
            let words = format!("Version {}", version.version);
            view! {
                <li>
                    <details>
                        <summary>{words.clone()}" · "{version.by.clone()}" · "<When at=version.at/>{(at == 0).then_some(" · in use")}</summary>
                        <p><strong>{version.subject.clone()}</strong></p>
                        <pre class="text-preview">{version.body.clone()}</pre>
                        {(at > 0 && may_change).then(|| view! { <PlainButton action=restore label="Use this version again" about=words with=with/> })}
                    </details>
                </li>
            }
        })
        .collect_view();
    view! { <section class="panel"><h2>"Versions"</h2><ul class="plain-list">{rows}</ul></section> }.into_any()
}
