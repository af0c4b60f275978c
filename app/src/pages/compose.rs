//! `/compose/:id`: write, look once more, send (FC-20, S13). `/compose/:id/files`: its files.

use super::compose_start::crumbs;
use super::compose_words::{ask_plain, words};
use crate::api::compose::{Detach, DiscardLetter, SaveLetter, draft_in_hand};
use crate::api::systems::AttachSummary;
use crate::text;
use crate::ui::form::{csrf, typed};
use crate::ui::*;
use leptos::context::Provider;
use leptos::prelude::*;
use model::*;

/// The second step: write.
#[component]
pub fn ComposePage() -> impl IntoView {
    let id = param("id", DraftId(0));
    let (check, plain, refused_file) = (query("check"), query("plain"), query("refused"));
    let (save, discard) = (ServerAction::<SaveLetter>::new(), ServerAction::<DiscardLetter>::new());
    let data = Resource::new(
        move || (id.get(), check.get() == "1", refused_file.get() == "1"),
        |(id, check, refused)| draft_in_hand(id, check, refused),
    );
    load(data, "the letter", move |(view, refusal)| {
        if view.draft.outbox.is_some() {
            return gone(view.draft.id);
        }
        let id = view.draft.id;
        let blocks = view.preflight.clone().map(|look| look.blocks).filter(|blocks| !blocks.is_empty());
        let also = blocks.map(|blocks| Problem::Invalid(FieldErrors(blocks))).or(refusal);
        let asks = plain.get_untracked() == "1" && !view.draft.form.html.is_empty();
        let shown = also.clone();
        let refused = problem_of(save);
        let problem = Signal::derive(move || refused.get().or_else(|| problem_of(discard).get()).or_else(|| shown.clone()));
        let elsewhere = refused_with(save, SAVED_ELSEWHERE).then(|| saved_elsewhere(&view.draft));
        let lead = view.client.as_ref().map(|(_, name)| format!("In the history of {name}.")).unwrap_or_default();
        view! {
            {crumbs(view.client.clone())}
            <Done words=vec![("saved", "The draft is saved. You find it under Drafts."), ("undone", "The letter did not leave. It is a draft again.")]/>
            <ErrorSummary problem=problem/>
            <PageHead title=view.draft.mode.words() lead=lead problem=problem/>
            <p class="quiet">"Step 2 of 2: write. "{sent_by(&view.resolved)}</p>
            {elsewhere}
            {letter(save, also, asks, view)}
            {drop_zone(id)}
            <PlainButton action=discard label="Discard this draft" variant="quiet" leaves=true with=vec![("id", id.to_string())]/>
        }
        .into_any()
    })
}

fn gone(id: DraftId) -> AnyView {
    view! {
        <PageHead title="This letter is in the outbox"/>
        <p>"It was sent from here, so it cannot be written on."</p>
        <p><a class="button" data-variant="primary" href=format!("/compose/{id}/sent")>"See what became of it"</a></p>
    }
    .into_any()
}

fn sent_by(resolved: &Resolved) -> String {
    match (&resolved.account, &resolved.from) {
        (Some(_), Some(from)) => format!("It leaves through {} as {}.", resolved.account_name, from.address),
        (Some(_), None) => format!("It leaves through {}.", resolved.account_name),
        (None, _) => "No account sends it yet: it can be kept as a draft.".to_owned(),
    }
}

/// Whether the letter was not saved for this reason.
fn refused_with(save: ServerAction<SaveLetter>, reason: &str) -> bool {
    matches!(problem_of(save).get_untracked(), Some(Problem::Conflict(why)) if why == reason)
}

/// What another window saved, to compare with what was typed here.
fn saved_elsewhere(draft: &Draft) -> AnyView {
    view! {
        <details class="panel" open>
            <summary>"What was saved in the other window"</summary>
            <p><strong>{text::subject(&draft.form.subject)}</strong></p>
            <pre class="saved-elsewhere">{draft.form.body.clone()}</pre>
        </details>
    }
    .into_any()
}

fn letter(save: ServerAction<SaveLetter>, also: Option<Problem>, asks: bool, view: ComposeView) -> AnyView {
    let older = refused_with(save, OTHER_SESSION);
    let unsaved = older || refused_with(save, SAVED_ELSEWHERE);
    let draft = view.draft.clone();
    let form = draft.form.clone();
    let known = view.offered.clone();
    let offered = known.iter().map(|(address, name)| view! { <option value=address.clone()>{name.clone()}</option> }).collect_view();
    let hint = known.iter().map(|(address, _)| address.clone()).collect::<Vec<_>>().join(", ");
    let to_hint = if hint.is_empty() {
        "Addresses with commas between.".to_owned()
    } else {
        format!("Addresses with commas between. Known here: {hint}")
    };
    let (with_cc, with_bcc) = (view.allow_cc || !form.cc.is_empty(), view.allow_bcc || !form.bcc.is_empty());
    let more = !form.cc.is_empty() || !form.bcc.is_empty() || !form.reply_to.is_empty();
    let own = view.own_mailbox.clone().map(|name| {
        let label = format!("Save as draft in {name}");
        view! { <Submit label=label variant="quiet" name="intent" value="mailbox"/> }
    });
    view! {
        <PostForm action=save guard=if unsaved { "unsaved" } else { "yes" } also=also autosave=true>
            <input type="hidden" name="id" value=draft.id.to_string()/>
            // What was typed before somebody signed in again is no newer than it was: another window may have saved since.
            <input type="hidden" name="version" value=typed("version").filter(|_| older).unwrap_or_else(|| draft.version.to_string())/>
            <datalist id="known-addresses">{offered}</datalist>
            // Enter in a field saves; it never sends.
            <button type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true" name="intent" value="save">"Save as draft"</button>
            {view.preflight.clone().map(|look| warnings(look.warnings, view.mark.clone()))}
            {asks.then(|| ask_plain(draft.id))}
            <div class="panel">
                {senders(&view)}
                <Field id="to" name="form[to]" label="To" hint=to_hint value=form.to.clone() inputmode="email" list="known-addresses"/>
                <details open=more>
                    <summary>"Cc, Bcc, Reply-To"</summary>
                    {with_cc.then(|| view! { <Field id="cc" name="form[cc]" label="Cc" value=form.cc.clone() inputmode="email" list="known-addresses"/> })}
                    {with_bcc.then(|| view! { <Field id="bcc" name="form[bcc]" label="Bcc" hint="Nobody else sees these." value=form.bcc.clone() inputmode="email" list="known-addresses"/> })}
                    <Field id="reply_to" name="form[reply_to]" label="Reply-To" hint="Where answers go, if not to you: a proven address." value=form.reply_to.clone() inputmode="email"/>
                </details>
                <Field id="subject" name="form[subject]" label="Subject" value=form.subject.clone()/>
                {put_in(&view.texts)}
                {words(&form)}
                {files(&draft.files)}
            </div>
            <div class="cluster">
                <Submit label="Send" name="intent" value="send"/>
                <Submit label="Save as draft" variant="secondary" name="intent" value="save"/>
                {own}
                <p class="quiet autosave" role="status" data-autosave-state=""></p>
            </div>
        </PostForm>
    }
    .into_any()
}

fn senders(view: &ComposeView) -> AnyView {
    let chosen = view.draft.form.from.clone();
    let mut options: Vec<(String, String)> = view.senders.iter().map(|address| (address.clone(), address.clone())).collect();
    if let Some(usual) = options.first_mut() {
        usual.0 = String::new();
    }
    let known = chosen.is_empty() || options.iter().any(|(value, _)| *value == chosen);
    if !known {
        options.push((chosen.clone(), chosen.clone()));
    }
    if options.len() < 2 {
        return ().into_any();
    }
    view! { <Select id="from" name="form[from]" label="From" options=options value=chosen/> }.into_any()
}

/// What one should look at, and the box that says yes to exactly that.
fn warnings(warnings: Vec<String>, mark: String) -> AnyView {
    if warnings.is_empty() {
        return ().into_any();
    }
    view! {
        <Banner tone="warn">
            <h2>"Look once more"</h2>
            <ul>{warnings.into_iter().map(|why| view! { <li>{why}</li> }).collect_view()}</ul>
            <Check id="anyway" name="anyway" value=mark label="Send all the same" hint="That you chose this is recorded."/>
        </Banner>
    }
    .into_any()
}

fn put_in(texts: &[(TextId, String)]) -> AnyView {
    if texts.is_empty() {
        return ().into_any();
    }
    let mut options = vec![(String::new(), "Choose a text".to_owned())];
    options.extend(texts.iter().map(|(id, name)| (id.to_string(), name.clone())));
    view! {
        <details>
            <summary>"Put a text in"</summary>
            <Select id="text" label="Document text" hint="It is put at the beginning, with the client's and your own details filled in." options=options/>
            <Submit label="Put it in" variant="secondary" name="intent" value="text"/>
        </details>
    }
    .into_any()
}

fn files(files: &[DraftFile]) -> AnyView {
    let list =
        files.iter().map(|file| view! { <li>{file.name.clone()}" "<span class="quiet">{text::size(file.size)}</span></li> }).collect_view();
    let some = !files.is_empty();
    view! {
        <div class="field" id="files">
            <p class="label">"Files"</p>
            <p class="hint js-only">"They can also be dropped anywhere on this page."</p>
            <FieldError field="file"/>
            {some.then(|| view! { <ul class="plain-list">{list}</ul> })}
            <div><Submit label=if some { "Add or remove files" } else { "Attach files" } variant="secondary" name="intent" value="files"/></div>
        </div>
    }
    .into_any()
}

/// Files dropped on the page are sent by a form of their own, so that a file and the words never travel in one.
fn drop_zone(id: DraftId) -> AnyView {
    view! {
        <form class="drop js-only" method="post" action="/upload/draft" enctype="multipart/form-data" data-upload="" data-drop="" data-stay="files">
            {csrf()}
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="file" name="file" multiple=true hidden aria-label="Files"/>
            <p role="status" data-upload-told=""></p>
            {progress()}
        </form>
    }
    .into_any()
}

/// How much of a file is there.
fn progress() -> AnyView {
    view! {
        <div class="progress" data-upload-bar="" hidden>
            <p role="status"></p>
            <progress max="100" value="0" aria-label="File on its way"></progress>
            <div><button type="button" class="button" data-variant="secondary" data-upload-stop="">"Stop"</button></div>
        </div>
    }
    .into_any()
}

/// The files of a draft: a page of its own, so that a file and the words never travel in one form.
#[component]
pub fn ComposeFilesPage() -> impl IntoView {
    let id = param("id", DraftId(0));
    let refused = query("refused");
    let (detach, attach) = (ServerAction::<Detach>::new(), ServerAction::<AttachSummary>::new());
    let may_export = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::LettersExport));
    let data = Resource::new(move || (id.get(), !refused.get().is_empty()), |(id, refused)| draft_in_hand(id, false, refused));
    load(data, "the files", move |(view, refusal)| {
        let id = view.draft.id;
        let problem = Signal::derive(move || refusal.clone().or_else(|| problem_of(detach).get()).or_else(|| problem_of(attach).get()));
        let rows = view
            .draft
            .files
            .iter()
            .map(|file| {
                let with = vec![("id", id.to_string()), ("file", file.id.to_string())];
                view! {
                    <li class="cluster"><span>{file.name.clone()}" "<span class="quiet">{text::size(file.size)}</span></span>
                        <PlainButton action=detach label="Remove" variant="quiet" about=file.name.clone() with=with/></li>
                }
            })
            .collect_view();
        let none = view.draft.files.is_empty();
        view! {
            <nav class="crumbs" aria-label="You are here"><a href="/drafts">"Drafts"</a><a href=format!("/compose/{id}")>{text::subject(&view.draft.form.subject)}</a></nav>
            <Done words=vec![("added", "The file is attached."), ("removed", "The file is removed.")]/>
            <ErrorSummary problem=problem/>
            <PageHead title="Files of the letter" problem=problem/>
            {if none { view! { <p class="quiet">"No file is attached yet."</p> }.into_any() } else { view! { <ul class="plain-list panel">{rows}</ul> }.into_any() }}
            <Provider value=FormState { problem }>{upload(id)}</Provider>
            {view.client.clone().filter(|_| may_export).map(|(_, name)| view! {
                <div><PlainButton action=attach label="Attach the summary (PDF)" about=name with=vec![("id", id.to_string())]/></div>
            })}
            <p><a class="button" data-variant="primary" href=format!("/compose/{id}")>"Back to the letter"</a></p>
        }
        .into_any()
    })
}

fn upload(id: DraftId) -> AnyView {
    view! {
        <form class="form panel" method="post" action="/upload/draft" enctype="multipart/form-data" data-upload="" data-drop="">
            {csrf()}
            <input type="hidden" name="id" value=id.to_string()/>
            <div class="field">
                <label for="file">"Add a file"</label>
                <p class="hint" id="file-hint">{format!("All files of a letter together may have {FILES_MB} MB.")}<span class="js-only">" They can also be dropped anywhere on this page."</span></p>
                <FieldError field="file"/>
                <input id="file" name="file" type="file" multiple=true aria-describedby="file-hint"/>
            </div>
            <div><Submit label="Attach" variant="secondary"/></div>
            <p role="status" data-upload-told=""></p>
            {progress()}
        </form>
    }
    .into_any()
}
