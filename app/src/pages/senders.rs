//! `/settings/senders`: who people are on their letters, and what still hinders each from sending.

use crate::api::senders::{SaveSender, look_at_sender, senders};
use crate::ui::*;
use leptos::prelude::*;
use model::{SenderView, UserId};

/// Everybody whose sender one may see.
#[component]
pub fn SendersPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| senders());
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <PageHead title="Senders" lead="The name and address that stand on each person’s letters, and what texts say of him or her. They are never taken from a cost centre."/>
        {load(data, "the senders", |views: Vec<SenderView>| {
            let rows = views.into_iter().map(row).collect_view();
            view! {
                <table class="table" data-cards="true"><caption class="visually-hidden">"Senders"</caption>
                    <thead><tr><th scope="col">"Person"</th><th scope="col">"Name on letters"</th><th scope="col">"Address"</th><th scope="col">"Job title"</th><th scope="col">"State"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }
            .into_any()
        })}
    }
}

fn row(view: SenderView) -> AnyView {
    let ready = view.hindrances.is_empty();
    let sender = view.sender.unwrap_or_default();
    let or_none = |text: String| if text.is_empty() { "Not set".to_owned() } else { text };
    view! {
        <tr>
            <th scope="row" data-label="Person"><a href=format!("/settings/senders/{}", view.user)>{view.user_name}</a></th>
            <td data-label="Name on letters">{or_none(sender.name)}</td>
            <td data-label="Address">{or_none(sender.address)}</td>
            <td data-label="Job title">{or_none(sender.job_title)}</td>
            <td data-label="State">{if ready {
                view! { <Tag text="Can send" tone="good" icon=Icon::Tick/> }.into_any()
            } else {
                view! { <Tag text="Cannot send yet" tone="warn" icon=Icon::Warning/> }.into_any()
            }}</td>
        </tr>
    }
    .into_any()
}

/// One person's sender, and the last page of its set-up: what still hinders.
#[component]
pub fn SenderPage() -> impl IntoView {
    let id = param("id", UserId(0));
    let save = ServerAction::<SaveSender>::new();
    let data = Resource::new(move || id.get(), look_at_sender);
    let problem = problem_of(save);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a><a href="/settings/senders">"Senders"</a></nav>
        <Done words=vec![("saved", "The sender is saved. Below stands what still hinders, if anything does.")]/>
        <ErrorSummary problem=problem/>
        {load(data, "the sender", move |view: SenderView| {
            let (name, rows) = (view.user_name.clone(), view.through.clone());
            view! {
                <PageHead title=format!("Sender: {name}") problem=problem/>
                {check(&view)}
                {form(view, save)}
                {super::services::resolved(rows)}
            }
            .into_any()
        })}
    }
}

/// FN-16.
fn check(view: &SenderView) -> AnyView {
    let name = view.user_name.clone();
    if view.hindrances.is_empty() {
        return view! { <div id="check"><Banner tone="good"><p><strong>{format!("{name} can send.")}</strong></p></Banner></div> }
            .into_any();
    }
    let unproven = view.hindrances.iter().any(|sentence| sentence.contains("Send Mail As"));
    let lines = view.hindrances.iter().cloned().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
    view! {
        <div id="check">
            <Banner tone="warn">
                <p><strong>{format!("{name} cannot send yet.")}</strong></p>
                <ul>{lines}</ul>
                {unproven.then(|| view! { <p><a href="/settings/send-as">"Open Send Mail As"</a></p> })}
            </Banner>
        </div>
    }
    .into_any()
}

fn form(view: SenderView, save: ServerAction<SaveSender>) -> AnyView {
    let set_up = view.sender.is_some();
    let mut sender = view.sender.unwrap_or_default();
    if !set_up {
        (sender.name, sender.address) = view.proposal;
        sender.may_send = true;
    }
    // Made inside the form: what was typed comes back to fields that know their form.
    let fields = view.labels.into_iter().zip(sender.fields).enumerate();
    let own = move || {
        fields
            .map(|(n, (label, value))| view! { <Field id=format!("field{}", n + 1) name=format!("own[{n}]") label=label value=value/> })
            .collect_view()
    };
    view! {
        <section class="panel">
            <h2>"On letters"</h2>
            {(!set_up).then(|| view! { <p class="quiet">"A proposal: nothing is set up until it is saved."</p> })}
            <PostForm action=save guard="yes">
                <input type="hidden" name="id" value=view.user.to_string()/>
                <Field id="name" name="form[name]" label="Sender’s name" value=sender.name autocomplete="name"/>
                <Field id="address" name="form[address]" label="Sender’s address" hint="It is proven by the account that sends, or by a code under Send Mail As." kind="email" value=sender.address autocomplete="email"/>
                <Field id="job_title" name="form[job_title]" label="Job title" value=sender.job_title autocomplete="organization-title"/>
                <Field id="telephone" name="form[telephone]" label="Telephone number" value=sender.telephone autocomplete="tel" width="medium"/>
                <fieldset class="form"><legend>"The office’s own fields"</legend>
                    <p class="hint">"For texts. An administrator names them under Rules of e-mail."</p>
                    {own()}
                </fieldset>
                {view.may_allow.then(|| view! { <Check id="may_send" name="form[may_send]" label="E-mail is allowed" hint="Without it this person writes no letters here." checked=sender.may_send/> })}
                <Submit label="Save and check"/>
            </PostForm>
        </section>
    }
    .into_any()
}
