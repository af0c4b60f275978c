//! `/settings/texts`: document texts (FN-15), and how a client would read one.

use crate::api::systems::preview_text;
use crate::api::texts::{DropText, RestoreText, SaveText, one_text, texts};
use crate::ui::*;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
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
    let (client, look) = (query("client"), query("look"));
    let (save, restore, drop) = (ServerAction::<SaveText>::new(), ServerAction::<RestoreText>::new(), ServerAction::<DropText>::new());
    let problem = Signal::derive(move || problem_of(save).get().or_else(|| problem_of(restore).get()).or_else(|| problem_of(drop).get()));
    let typed = typed_text();
    let data = Resource::new(
        move || {
            let typed = typed.clone().filter(|_| look.get() == "1");
            (id.get(), client.get().parse().ok().filter(|id| *id != 0).map(ClientId), typed)
        },
        |(id, client, typed)| async move {
            let mut view = one_text(id, client).await?;
            if let Some((subject, body)) = typed {
                let client = view.client.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
                let read = preview_text(subject, body, client).await?;
                view.unknown = read.unknown;
                view.preview = Some(if read.wrong.is_empty() { Ok((read.subject, read.body)) } else { Err(read.wrong) });
            }
            Ok(view)
        },
    );
    load(data, "the text", move |view| {
        let title = if view.id.is_some() { view.text.name.clone() } else { "Add a text".to_owned() };
        view! {
            <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a><a href="/settings/texts">"Document texts"</a></nav>
            <Done words=vec![("saved", "The text is saved."), ("restored", "The earlier version is in use again.")]/>
            <ErrorSummary problem=problem/>
            <PageHead title=title problem=problem/>
            {if view.may_change { form(save, view.clone()) } else { chooser(&view) }}
            {preview(&view)}
            {fields(&view)}
            {versions(&view, restore)}
            {view.id.filter(|_| view.may_change).map(|id| view! { <PlainButton action=drop label="Delete this text" variant="danger" with=vec![("id", id.to_string())]/> })}
        }
        .into_any()
    })
}

/// Subject and words as typed into the form that was only looked at.
fn typed_text() -> Option<(String, String)> {
    let typed = use_context::<std::sync::Arc<crate::Typed>>().filter(|typed| typed.path == SaveText::url())?;
    let of = |name: &str| typed.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default();
    Some((of("text[subject]"), of("text[body]")))
}

fn form(save: ServerAction<SaveText>, view: TextView) -> AnyView {
    let options: Vec<(String, String)> = view.clients.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let chosen = view.client.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    let unknown = (!view.unknown.is_empty()).then(|| {
        let list = view.unknown.iter().map(|field| format!("“{field}”")).collect::<Vec<_>>().join(", ");
        view! { <Banner tone="warn"><p>{format!("There is no such field: {list}. Letters cannot be made from this text.")}</p></Banner> }
    });
    view! {
        {unknown}
        <PostForm action=save guard="yes">
            {view.id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> })}
            <div class="panel" data-preview="">
                <Field id="name" name="text[name]" label="Name" value=view.text.name.clone()/>
                <Field id="subject" name="text[subject]" label="Subject" hint="Used where a letter has none yet." value=view.text.subject.clone()/>
                <TextArea id="body" name="text[body]" label="Words" hint="Fields stand between double braces, like {{ client.name }}." value=view.text.body.clone() rows=14/>
                {(!options.is_empty()).then(|| view! { <Select id="client" label="Show it for" options=options value=chosen/> })}
            </div>
            <div class="cluster"><Submit label="Save"/><Submit label="Preview" variant="secondary" name="look" value="true"/><a class="button" data-variant="quiet" href="/settings/texts">"Cancel"</a></div>
        </PostForm>
    }
    .into_any()
}

/// Another client, for whoever may not change the text.
fn chooser(view: &TextView) -> AnyView {
    let (Some(id), false) = (view.id, view.clients.is_empty()) else { return ().into_any() };
    let options: Vec<(String, String)> = view.clients.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let chosen = view.client.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    view! {
        <form method="get" action=format!("/settings/texts/{id}") class="form">
            <Select id="client" label="Show it for" options=options value=chosen/>
            <div><button type="submit" class="button" data-variant="secondary">"Show"</button></div>
        </form>
    }
    .into_any()
}

/// How the text reads. With JavaScript it follows while somebody types (`alive/preview.rs`).
fn preview(view: &TextView) -> AnyView {
    let (subject, body, wrong) = match &view.preview {
        Some(Ok((subject, body))) => (subject.clone(), body.clone(), String::new()),
        Some(Err(why)) => (String::new(), String::new(), why.clone()),
        None if view.client.is_none() => (String::new(), String::new(), "There is no client to show it for yet.".to_owned()),
        None => (String::new(), String::new(), "Nothing is written yet.".to_owned()),
    };
    let name = view.client.as_ref().map_or_else(|| "a client".to_owned(), |(_, name)| name.clone());
    view! {
        <section class="panel" id="preview" aria-labelledby="preview-title">
            <h2 id="preview-title">{format!("As {name} reads it")}</h2>
            <p class="preview-wrong" data-preview-wrong="" aria-live="polite">{wrong}</p>
            <p><strong data-preview-subject="">{subject}</strong></p>
            <pre class="text-preview" data-preview-body="">{body}</pre>
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
