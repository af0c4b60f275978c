//! `/accounts/new/sending` and `/accounts/:id/sending`: the sending side of an account (TP-23 to TP-29, IT-16 to IT-21).

use super::account_fields::{clear_text_field, pinned_field, server_fields, sign_in_fields, timeout_field};
use super::doctor::{mended_by, report_unless};
use crate::api::delegated::BeginSignIn;
use crate::api::senders::SendCode;
use crate::api::sending_side::{MendSending, RemoveSending, SaveSending, TestSending, look_at_sending};
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountId, SendingForm, SendingPerson, SendingView};

/// A new account that only sends.
#[component]
pub fn NewSendingPage() -> impl IntoView {
    page(Signal::derive(|| None))
}

/// The sending side of an account that is there.
#[component]
pub fn SendingPage() -> impl IntoView {
    let id = param("id", AccountId(0));
    page(Signal::derive(move || Some(id.get())))
}

fn page(id: Signal<Option<AccountId>>) -> AnyView {
    let (save, remove) = (ServerAction::<SaveSending>::new(), ServerAction::<RemoveSending>::new());
    let (code, test) = (ServerAction::<SendCode>::new(), ServerAction::<TestSending>::new());
    let (fix, begin) = (ServerAction::<MendSending>::new(), ServerAction::<BeginSignIn>::new());
    let data = Resource::new(move || id.get(), look_at_sending);
    let problem = Signal::derive(move || {
        problem_of(save)
            .get()
            .or_else(|| problem_of(test).get())
            .or_else(|| problem_of(fix).get())
            .or_else(|| problem_of(code).get())
            .or_else(|| problem_of(begin).get())
            .or_else(|| problem_of(remove).get())
    });
    view! {
        <nav class="crumbs" aria-label="You are here">
            <a href="/accounts">"Email accounts"</a>
            {move || id.get().map(|id| view! { <a href=format!("/accounts/{id}")>"This account"</a> })}
        </nav>
        <Done words=vec![("saved", "The outgoing side is saved."), ("proven", "The server let us in. The account may send."), ("let-in", "The server let us in. That the sender’s address is yours is still to be proven by a code."), ("removed", "Letters leave through the system e-mail account from now on.")]/>
        <ErrorSummary problem=problem/>
        {load(data, "the outgoing side", move |view: SendingView| {
            let title = if view.account.is_none() { "Add an account that only sends".to_owned() } else { format!("Outgoing: {}", view.name) };
            view! {
                <PageHead title=title lead="Ask your e-mail provider for these settings." problem=problem/>
                {view.account.is_none().then(chooser)}
                {if view.not_yet {
                    not_yet(&view)
                } else {
                    view! {
                        {state(&view, code, test, begin)}
                        {view.copies_unchosen.then(copies_unchosen)}
                        {view.diagnosis.clone().map(|diagnosis| report_unless(problem_of(save), diagnosis, view.account, mended_by(fix, view.account)))}
                        {view.unsaved.then(|| view! { <Banner tone="warn"><p>"What a button above changed is filled in below and not saved yet."</p></Banner> })}
                        {form(&view, save)}
                        {system_instead(&view, remove)}
                    }
                    .into_any()
                }}
            }
            .into_any()
        })}
    }
    .into_any()
}

/// The ways in of new accounts, with this one.
fn chooser() -> AnyView {
    view! {
        <nav class="tabs" aria-label="What kind of account">
            <ul>
                <li><a href="/accounts/new?protocol=imap">"IMAP"</a></li>
                <li><a href="/accounts/new?protocol=pop3">"POP3"</a></li>
                <li><a href="/accounts/new?protocol=graph">"Microsoft 365"</a></li>
                <li><a href="/accounts/new/sending" aria-current="page">"SMTP (sending only)"</a></li>
            </ul>
        </nav>
    }
    .into_any()
}

/// IT-16.
fn not_yet(view: &SendingView) -> AnyView {
    let href = view.account.map(|id| format!("/accounts/{id}?tab=server")).unwrap_or_default();
    view! {
        <Empty icon=Icon::Accounts title="First the incoming side" why="The outgoing side can be set up as soon as the test of the incoming side has passed.">
            <a class="button" data-variant="primary" href=href>"Test the incoming side"</a>
        </Empty>
    }
    .into_any()
}

/// Whose sign-in at the provider letters leave by, and what is missing for it.
fn person_state(
    view: &SendingView,
    person: &SendingPerson,
    test: ServerAction<TestSending>,
    begin: ServerAction<BeginSignIn>,
) -> Option<AnyView> {
    let provider = &person.provider;
    if !view.stored {
        let after = if person.may_send { "" } else { " Afterwards sign in once more, to permit it." };
        let words = format!(
            "Letters can leave by the sign-in at {provider}, without a password: enter the sender’s name below and save.{after} Until something is set up here, they leave through the system e-mail account, if there is one."
        );
        return Some(view! { <Banner tone="info"><p>{words}</p></Banner> }.into_any());
    }
    if person.may_send {
        return None;
    }
    let with = view.account.map(|id| vec![("id", id.to_string())]).unwrap_or_default();
    let tried = view! { <PlainButton action=test label="Test connection" with=with.clone()/> };
    let button = view! { <PlainButton action=begin label=format!("Sign in at {provider}") variant="primary" with=with/> };
    let why = (!view.stopped.is_empty()).then(|| {
        let why = view.stopped.clone();
        view! { <p><strong>"Nothing is sent through it now."</strong></p><p>{why}</p> }
    });
    let words = format!(
        "Sign in once more at {provider} to permit sending: so far nobody has, or reading alone was agreed to. Collecting goes on as it is. Letters that are to leave by this account wait, and none is lost."
    );
    Some(view! { <Banner tone="warn"><p><strong>"It may not send yet."</strong></p>{why}<p>{words}</p>{button}{tried}</Banner> }.into_any())
}

/// Whether it sends, and how to prove it (IT-20, IT-21).
fn state(view: &SendingView, code: ServerAction<SendCode>, test: ServerAction<TestSending>, begin: ServerAction<BeginSignIn>) -> AnyView {
    if let Some(first) = view.person.as_ref().and_then(|person| person_state(view, person, test, begin)) {
        return first;
    }
    let with = view.account.map(|id| vec![("id", id.to_string())]).unwrap_or_default();
    let tried = view! { <PlainButton action=test label="Test connection" with=with/> }.into_any();
    if !view.stored {
        let words = (!view.only_sends).then(|| {
            view! { <Banner tone="info"><p>"Nothing is set up here yet: letters leave through the system e-mail account, if there is one."</p></Banner> }
        });
        return view! { {words} }.into_any();
    }
    if !view.stopped.is_empty() {
        let why = view.stopped.clone();
        let again = view.person.as_ref().map(|person| {
            let (label, with) = (format!("Sign in again at {}", person.provider), view.account.map(|id| vec![("id", id.to_string())]));
            view! { <p>"If the provider no longer accepts the sign-in, sign in again. Letters wait meanwhile; none is lost."</p><PlainButton action=begin label=label variant="primary" with=with.unwrap_or_default()/> }
        });
        return view! { <Banner tone="bad"><p><strong>"Nothing is sent through it now."</strong></p><p>{why}</p><p>"Mend the settings below and save: it starts again."</p>{again}{tried}</Banner> }.into_any();
    }
    if view.proven_at.is_some() {
        return view! { <Banner tone="good"><p>"This account has proven that it sends."</p>{tried}</Banner> }.into_any();
    }
    let prove = view.code.clone().map(|row| {
        let waits = row.code_until.is_some();
        let (with, page) = (vec![("id", row.id.to_string())], format!("/settings/send-as/{}", row.id));
        view! {
            <p>{format!("A letter to {} brings a code; with it the account may send.", row.address)}</p>
            <div class="cluster">
                <PlainButton action=code label="Send the code" variant="primary" with=with/>
                {waits.then(|| view! { <a class="button" data-variant="secondary" href=page>"Enter the code"</a> })}
            </div>
        }
    });
    view! { <Banner tone="warn"><p><strong>"It has not proven yet that it sends."</strong></p><p>"Test the connection as it is saved: nothing is sent by that."</p>{tried}{prove}</Banner> }.into_any()
}

/// The form below shows what is usual; nothing is so before it is saved.
fn copies_unchosen() -> AnyView {
    view! {
        <Banner tone="info">
            <p>"So far, letters sent through this account leave no copy in its mailbox. Below, the usual choice is filled in: save to have copies from now on, or choose otherwise."</p>
        </Banner>
    }
    .into_any()
}

fn copies_field(kept: String) -> AnyView {
    let hint = "So that other mail programs show the letter too. A server that keeps one by itself would keep a second.";
    let options = [
        ("append", "Postroom puts a copy into Sent"),
        ("server", "The server keeps a copy by itself"),
        ("none", "No copy: the letter is in the histories here"),
    ];
    let options: Vec<_> = options.iter().map(|(kept, words)| ((*kept).to_owned(), (*words).to_owned())).collect();
    view! { <Select id="sent_copy" name="form[sent_copy]" label="Copy of sent letters" hint=hint options=options value=kept/> }.into_any()
}

fn form(view: &SendingView, save: ServerAction<SaveSending>) -> AnyView {
    let typed = view.form.clone();
    let (new, graph, administrator) = (view.account.is_none(), view.graph, view.administrator);
    let (collects, has_password, may_system) = (!view.only_sends, view.has_password, view.may_change);
    let copies = view.copies;
    let provider = view.person.as_ref().map(|person| person.provider.clone());
    let id = view.account.map(|id| id.to_string()).unwrap_or_default();
    let system = view.system.clone().map_or_else(
        || "Letters without a service of their own leave through it.".to_owned(),
        |name| format!("There is one only: “{name}” is it now, and would no longer be."),
    );
    // Fields are made within the form: outside it they know neither what was typed nor what is wrong with it.
    view! {
        <PostForm action=save guard="yes">
            <input type="hidden" name="id" value=id/>
            {new.then(|| name_panel(&typed))}
            {(!graph).then(|| server_panel(&typed, collects, has_password, administrator, provider))}
            <section class="panel">
                <h2>"Sender"</h2>
                {graph.then(|| view! { <p class="quiet">"Microsoft 365 sends through Graph, with the sign-in of this account, and keeps a copy in Sent Items. Its application needs the permission Mail.Send."</p> })}
                <Field id="sender_name" name="form[sender_name]" label="Sender’s name" hint="On letters that nobody writes." value=typed.sender_name.clone()/>
                <Field id="sender_address" name="form[sender_address]" label="Sender’s address" hint="Empty: the user name, if that is an address." kind="email" value=typed.sender_address.clone()/>
                {copies.then(|| copies_field(typed.sent_copy.clone()))}
                {may_system.then(|| view! { <Check id="is_system" name="form[is_system]" label="System e-mail account" hint=system checked=typed.is_system/> })}
            </section>
            <Submit label="Save"/>
        </PostForm>
    }
    .into_any()
}

fn name_panel(typed: &SendingForm) -> AnyView {
    view! {
        <section class="panel">
            <h2>"Account"</h2>
            <Field id="name" name="form[name]" label="Name" hint="Unique; it never changes once saved." value=typed.name.clone()/>
            <Field id="description" name="form[description]" label="Description (optional)" value=typed.description.clone()/>
        </section>
    }
    .into_any()
}

fn server_panel(typed: &SendingForm, collects: bool, has_password: bool, administrator: bool, provider: Option<String>) -> AnyView {
    let incoming = provider
        .map_or_else(|| "As the incoming side does".to_owned(), |name| format!("By the sign-in at {name}, as the incoming side does"));
    let ways = [
        ("account", incoming),
        ("own", "With the user name and password below".to_owned()),
        ("none", "The server asks for none".to_owned()),
    ];
    let ways = ways.into_iter().filter(|(way, _)| collects || *way != "account").map(|(way, words)| (way.to_owned(), words)).collect();
    let sign_in = if typed.sign_in.is_empty() { "own".to_owned() } else { typed.sign_in.clone() };
    let password_hint = if has_password { "Leave it empty to keep the one that is stored." } else { "If the server asks for one." };
    let pinned = typed.pinned_fingerprint.clone();
    let may_pin = administrator || !pinned.is_empty();
    let clear = typed.allow_clear_text;
    view! {
        <section class="panel">
            <h2>"Mail server"</h2>
            {server_fields((typed.server.as_str(), "A name like smtp.example.com"), (typed.port.as_str(), "Empty: 587, or 465 with TLS."), typed.security)}
            {administrator.then(|| clear_text_field(clear))}
            <Select id="sign_in" name="form[sign_in]" label="How it signs in" options=ways value=sign_in/>
            <div class="own-sign-in">{sign_in_fields(&typed.user_name, "If any", password_hint)}</div>
            {timeout_field(&typed.timeout_minutes)}
            {may_pin.then(|| pinned_field(&pinned))}
        </section>
    }
    .into_any()
}

/// IT-18: the system's own server instead of one of its own.
fn system_instead(view: &SendingView, remove: ServerAction<RemoveSending>) -> AnyView {
    let with = view.account.filter(|_| view.stored && !view.only_sends).map(|id| vec![("id", id.to_string())]);
    with.map(|with| view! {
        <section class="panel">
            <h2>"Or the system’s own server"</h2>
            <p>"The outgoing side of this account is taken away, with the services that use it. Letters leave through the system e-mail account."</p>
            <PlainButton action=remove label="Use the system’s own instead" variant="danger" with=with/>
        </section>
    })
    .into_any()
}
