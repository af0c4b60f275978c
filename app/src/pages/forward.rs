//! `/messages/:id/forward`: a letter is passed on to one of the addresses that its account approves (TP-42).

use crate::api::passing::{ForwardLetter, ask_forward};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The letter, to whom it may go, and the form.
#[component]
pub fn ForwardPage() -> impl IntoView {
    let (id, account) = (param("id", MessageId(0)), query("account"));
    let data = Resource::new(
        move || (id.get(), account.get()),
        |(id, account)| async move { ask_forward(id, account.parse().ok().map(AccountId)).await },
    );
    let forward = ServerAction::<ForwardLetter>::new();
    load(data, "the letter", move |shown| {
        let lead = "Letters of this account go only to the addresses that are approved for it.";
        let form = if shown.refused.is_empty() { form(&shown, forward) } else { refused(&shown) };
        view! {
            <nav class="crumbs" aria-label="You are here"><a href=format!("/messages/{}", shown.letter)>"The letter"</a></nav>
            <PageHead title="Forward" lead=lead problem=problem_of(forward)/>
            <ErrorSummary problem=problem_of(forward)/>
            {head(&shown)}
            {choice(&shown)}
            {form}
            {forwarded(&shown.before)}
        }
        .into_any()
    })
}

fn head(shown: &ForwardView) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="the-letter">
            <h2 id="the-letter"><a href=format!("/messages/{}", shown.letter)>{text::subject(&shown.subject)}</a></h2>
            <p class="people">{shown.from.clone()}" · "<When at=shown.date/>" · "{text::size(shown.size)}</p>
        </section>
    }
    .into_any()
}

/// By which account's rules, when several accounts have the letter.
fn choice(shown: &ForwardView) -> AnyView {
    if shown.accounts.len() < 2 {
        return ().into_any();
    }
    let path = format!("/messages/{}/forward", shown.letter);
    let links = shown
        .accounts
        .iter()
        .map(|(id, name)| {
            let href = with_query(&path, &[("account", &id.to_string())]);
            view! { <li><a href=href aria-current=(Some(*id) == shown.account).then_some("true")>{name.clone()}</a></li> }
        })
        .collect_view();
    view! { <nav aria-label="By the rules of which account"><ul class="chips">{links}</ul></nav> }.into_any()
}

fn refused(shown: &ForwardView) -> AnyView {
    let approve = shown
        .approve_at
        .map(|id| view! { <p><a href=format!("/accounts/{id}/import")>"Approve an address on the account’s Import tab"</a></p> });
    let lines = shown.refused.iter().map(|why| view! { <p>{why.clone()}</p> }).collect_view();
    view! { <Banner tone="warn"><p><strong>"This letter cannot be forwarded from here."</strong></p>{lines}{approve}</Banner> }.into_any()
}

fn form(shown: &ForwardView, forward: ServerAction<ForwardLetter>) -> AnyView {
    let account = shown.account.map(|id| id.to_string()).unwrap_or_default();
    let words = |one: &Forward| if one.name.is_empty() { one.address.clone() } else { format!("{} <{}>", one.name, one.address) };
    let mut options: Vec<(String, String)> = shown.approved.iter().map(|one| (one.id.to_string(), words(one))).collect();
    if options.len() > 1 {
        options.insert(0, (String::new(), "Choose an address".to_owned()));
    }
    let attached = if shown.as_letter {
        "Octet by octet as it came, as a letter within the letter."
    } else {
        "Octet by octet as it came, as a file whose name ends in .eml: it holds what mail servers might change on the way."
    };
    let (letter, key) = (shown.letter, shown.key.clone());
    let (name, address) = shown.sender.clone().unwrap_or_default();
    let sender = if name.is_empty() { address } else { format!("{name} <{address}>") };
    let answers = if shown.reply_to.is_empty() { "To the sender above".to_owned() } else { shown.reply_to.clone() };
    view! {
        <PostForm action=forward>
            <input type="hidden" name="letter" value=letter.to_string()/>
            <input type="hidden" name="account" value=account/>
            <input type="hidden" name="form[key]" value=key/>
            <Select id="to" name="form[to]" label="To" hint="Approved addresses of this account." options=options/>
            <TextArea id="note" name="form[note]" label="Note" hint="It stands above the letter. May be empty." value="" rows=5/>
            <fieldset class="choices">
                <legend>"How does the letter go along?"</legend>
                <div class="choice-grid">
                    <Choice name="form[how]" value="attached" label="Attached" hint=attached chosen="attached"/>
                    <Choice name="form[how]" value="inline" label="Quoted" hint="Its words below the note, its files attached." chosen="attached"/>
                </div>
            </fieldset>
            <dl class="facts">
                <div><dt>"From"</dt><dd>{sender}</dd></div>
                <div><dt>"Answers go to"</dt><dd>{answers}</dd></div>
            </dl>
            <div class="cluster">
                <Submit label="Forward"/>
                <a class="button" data-variant="quiet" href=format!("/messages/{letter}")>"Cancel"</a>
            </div>
        </PostForm>
    }
    .into_any()
}

/// To whom the letter was passed on; stands on its own page too.
pub fn forwarded(list: &[Forwarded]) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let lines = list
        .iter()
        .map(|one| {
            let how = if one.is_inline { "quoted" } else { "attached" };
            let note = (!one.note.is_empty()).then(|| view! { <p class="quiet">{format!("“{}”", one.note)}</p> });
            view! {
                <li>
                    <a href=format!("/outbox/{}", one.outbox)>{one.to.clone()}</a>
                    <span class="quiet">{format!(" · {} · {how} · {} · {} · ", one.state.words(), one.account, one.by)}<When at=one.at/></span>
                    {note}
                </li>
            }
        })
        .collect_view();
    view! { <section class="panel"><h2>"Forwarded"</h2><ul class="plain-list">{lines}</ul></section> }.into_any()
}
