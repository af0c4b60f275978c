//! `/actions/new` and `/actions/:id/edit`: which text, to whom, when, how often, and what happens then.

use crate::api::actions::{SaveAction, draft_action};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// A letter for a client or a contact.
#[component]
pub fn NewActionPage() -> impl IntoView {
    page(Signal::stored(None))
}

/// A letter that is planned.
#[component]
pub fn EditActionPage() -> impl IntoView {
    let id = param("id", ActionId(0));
    page(Signal::derive(move || Some(id.get())))
}

fn page(id: Signal<Option<ActionId>>) -> AnyView {
    let client = query("client");
    if id.get_untracked().is_none() && client.get_untracked().parse::<i64>().is_err() {
        return nobody_yet();
    }
    let save = ServerAction::<SaveAction>::new();
    let problem = problem_of(save);
    let data = Resource::new(
        move || (id.get(), client.get().parse().ok().map(ClientId)),
        |(id, party)| async move { draft_action(id, party).await },
    );
    load(data, "the form", move |draft| {
        let party = draft.party.clone();
        let (list, words) = if party.is_contact { ("/contacts", "Contacts") } else { ("/clients", "Clients") };
        let title = if draft.id.is_some() { "Change a planned letter" } else { "Plan a letter" };
        view! {
            <nav class="crumbs" aria-label="You are here"><a href=list>{words}</a><a href=party.page()>{party.name.clone()}</a></nav>
            <ErrorSummary problem=problem/>
            <PageHead title=title lead=format!("To {}.", party.name) problem=problem/>
            {form(save, draft)}
        }
        .into_any()
    })
}

/// A letter is planned from the page of the one whom it is to.
fn nobody_yet() -> AnyView {
    view! {
        <PageHead title="Plan a letter"/>
        <Empty icon=Icon::Person title="To whom?" why="Open the client or the contact, and press “Plan a letter” there.">
            <a class="button" data-variant="primary" href="/clients">"Clients"</a>
            <a class="button" data-variant="secondary" href="/contacts">"Contacts"</a>
        </Empty>
    }
    .into_any()
}

fn form(save: ServerAction<SaveAction>, draft: ActionDraft) -> AnyView {
    if draft.texts.is_empty() {
        return view! {
            <Empty icon=Icon::Mail title="There is no text yet" why="A planned letter is made from a document text.">
                <a class="button" data-variant="secondary" href="/settings/texts">"Document texts"</a>
            </Empty>
        }
        .into_any();
    }
    let ActionDraft { id, party, form, texts, missing, zone, waiting } = draft;
    let day_hint = day_hint(&form.every, waiting);
    let mut options = vec![(String::new(), "Choose one".to_owned())];
    options.extend(texts.into_iter().map(|(id, name)| (id.to_string(), name)));
    let whom: Vec<(String, String)> = ActionTo::ALL.iter().map(|to| (to.as_str().to_owned(), to.words().to_owned())).collect();
    let often: Vec<(String, String)> = Every::ALL.iter().map(|every| (every.as_str().to_owned(), every.words().to_owned())).collect();
    let back = id.map_or_else(|| party.page(), |id| format!("/actions/{id}"));
    let label = if id.is_some() { "Save" } else { "Plan it" };
    let lines = missing.iter().cloned().map(|why| view! { <li>{why}</li> }).collect_view();
    view! {
        <PostForm action=save guard="yes">
            {id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> })}
            <input type="hidden" name="party" value=party.id.to_string()/>
            <input type="hidden" name="form[key]" value=form.key/>
            <div class="panel">
                <Select id="text" name="form[text]" label="Text" options=options value=form.text/>
                {(!party.is_contact).then(|| view! { <Select id="to" name="form[to]" label="To" hint="It goes to the first address on file that counts on the day." options=whom value=form.to/> })}
                <Field id="day" name="form[day]" label="Day" hint=day_hint kind="date" value=form.day width="medium"/>
                <Field id="time" name="form[time]" label="Time" hint=format!("In the office’s time ({zone}). A time of today that has passed means at once.") kind="time" value=form.time width="short"/>
                <Select id="every" name="form[every]" label="How often" options=often value=form.every/>
                <Field id="last" name="form[last]" label="Last day" hint="Nothing leaves after it. Leave it empty for a letter that goes on until somebody ends it; a letter that is sent once has none." kind="date" value=form.last width="medium"/>
                <fieldset class="choices" id="mode"><legend>"What happens on the day"</legend><FieldError field="mode"/>
                    <Choice name="form[mode]" value="edit" label="It waits to be opened for edit" hint="It stands among the actions that are due. One click opens it filled in, and you send it." chosen=form.mode.clone()/>
                    <Choice name="form[mode]" value="send" label="It leaves by itself" hint="From the account of the cost centre, in the office’s name, marked as an automatic letter. If anything is wrong with it, it waits for you instead." chosen=form.mode/>
                </fieldset>
                {(!missing.is_empty()).then(|| view! { <Banner tone="warn"><p><strong>"Letters cannot leave by themselves here yet."</strong></p><ul>{lines}</ul></Banner> })}
            </div>
            <div class="cluster"><Submit label=label/><a class="button" data-variant="quiet" href=back>"Cancel"</a></div>
        </PostForm>
    }
    .into_any()
}

/// What a day means; and what goes with another one, before it is chosen.
fn day_hint(every: &str, waiting: i64) -> String {
    let mut hint =
        "The first one, if it is sent again and again. A 29th, 30th or 31st is the last day of months that are shorter.".to_owned();
    if waiting > 0 && every == Every::Once.as_str() {
        let given_up = text::count(waiting, "letter that waits is given up", "letters that wait are given up");
        hint.push_str(" With another day, ");
        hint.push_str(&given_up);
        hint.push('.');
    }
    hint
}
