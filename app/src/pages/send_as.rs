//! `/settings/send-as`: addresses that letters come from or are answered to, proven by a code. The code's dialog is a page of its own
//! without JavaScript.

use crate::api::senders::{AddSendAs, RemoveSendAs, SendCode, VerifySendAs, list_send_as, look_at_send_as};
use crate::ui::*;
use leptos::prelude::*;
use model::{FieldErrors, Problem, SendAs, SendAsId, SendAsKind, SendAsView};

/// The list.
#[component]
pub fn SendAsPage() -> impl IntoView {
    let (add, verify) = (ServerAction::<AddSendAs>::new(), ServerAction::<VerifySendAs>::new());
    let (send, remove) = (ServerAction::<SendCode>::new(), ServerAction::<RemoveSendAs>::new());
    let data = Resource::new(|| (), |()| list_send_as());
    // The code's field is in a closed dialog: its sentence stands alone.
    let wrong_code = Signal::derive(move || match problem_of(verify).get() {
        Some(Problem::Invalid(FieldErrors(fields))) => fields.first().map(|(_, sentence)| Problem::Conflict(format!("{sentence}."))),
        other => other,
    });
    let problem = Signal::derive(move || {
        problem_of(add).get().or_else(|| wrong_code.get()).or_else(|| problem_of(send).get()).or_else(|| problem_of(remove).get())
    });
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("proven", "The address is proven. Letters can use it from now on."), ("removed", "The address is taken away.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Send Mail As" lead="Addresses that your letters may come from, and that answers may go to. Each is proven once, by a code that a letter brings there." problem=problem/>
        {load(data, "the addresses", move |view: SendAsView| {
            view! { {list(&view, verify, send, remove)} {form(view, add)} }.into_any()
        })}
    }
}

fn kind_word(kind: SendAsKind) -> &'static str {
    match kind {
        SendAsKind::ReplyTo => "Answers go there",
        SendAsKind::From => "Letters come from there",
    }
}

fn list(
    view: &SendAsView,
    verify: ServerAction<VerifySendAs>,
    send: ServerAction<SendCode>,
    remove: ServerAction<RemoveSendAs>,
) -> AnyView {
    if view.rows.is_empty() {
        return view! { <Empty icon=Icon::Sent title="No addresses yet" why="Your letters come from your sender’s address, and answers go there. Add another address below."/> }.into_any();
    }
    let rows = view.rows.iter().cloned().map(|(row, whose)| line(row, whose, verify, send, remove)).collect_view();
    view! {
        <table class="table" data-cards="true"><caption class="visually-hidden">"Addresses"</caption>
            <thead><tr><th scope="col">"Address"</th><th scope="col">"Used for"</th><th scope="col">"Whose"</th><th scope="col">"State"</th><th scope="col">"What to do"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn line(
    row: SendAs,
    whose: String,
    verify: ServerAction<VerifySendAs>,
    send: ServerAction<SendCode>,
    remove: ServerAction<RemoveSendAs>,
) -> AnyView {
    let (id, address) = (row.id, row.address.clone());
    let state = match (row.proven_at, row.sent_at) {
        (Some(at), _) => view! { <span class="cluster"><Tag text="Proven" tone="good" icon=Icon::Tick/><When at=at/></span> }.into_any(),
        (None, Some(at)) => view! { <span class="cluster"><Tag text="Waits for its code" tone="warn" icon=Icon::Clock/><span class="quiet">"Sent "<Ago at=at/></span></span> }.into_any(),
        (None, None) => view! { <Tag text="Not proven" tone="warn" icon=Icon::Warning/> }.into_any(),
    };
    let with = || vec![("id", id.to_string())];
    let dialog = format!("verify-{id}");
    let (labelled, title) = (format!("{dialog}-title"), format!("{dialog}-title"));
    let deeds = match (row.proven_at, row.code_until) {
        (Some(_), _) => ().into_any(),
        (None, None) => view! { <PlainButton action=send label="Send a code" about=address.clone() with=with()/> }.into_any(),
        (None, Some(_)) => view! {
            <a class="button" data-variant="primary" href=format!("/settings/send-as/{id}") data-opens=dialog.clone()>{Icon::Tick.draw()}"Verify"<span class="visually-hidden">{format!(": {address}")}</span></a>
            <dialog class="dialog" id=dialog aria-labelledby=labelled><div class="dialog-body">
                <h2 id=title>"Enter the code"</h2>
                {code_form(id, &address, format!("code-{id}"), verify)}
                <form method="dialog"><button type="submit" class="button" data-variant="quiet">"Close"</button></form>
            </div></dialog>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row" data-label="Address">{address.clone()}</th>
            <td data-label="Used for">{kind_word(row.kind)}</td>
            <td data-label="Whose">{whose}</td>
            <td data-label="State">{state}</td>
            <td data-label="What to do"><div class="cluster">{deeds}<PlainButton action=remove label="Take away" variant="quiet" about=address with=with()/></div></td>
        </tr>
    }
    .into_any()
}

fn code_form(id: SendAsId, address: &str, field: String, verify: ServerAction<VerifySendAs>) -> AnyView {
    view! {
        <p>{format!("A letter with a code went to {address}. It counts for ten minutes.")}</p>
        <PostForm action=verify>
            <input type="hidden" name="id" value=id.to_string()/>
            <Field id=field name="code" label="Code" hint="Like 4K7P-X2MN. Capitals do not matter." autocomplete="one-time-code" width="medium"/>
            <Submit label="Verify the address"/>
        </PostForm>
    }
    .into_any()
}

fn form(view: SendAsView, add: ServerAction<AddSendAs>) -> AnyView {
    let mut whose = vec![(String::new(), "Your own letters".to_owned())];
    whose.extend(view.accounts.into_iter().map(|(id, name)| (id.to_string(), format!("Letters through {name}"))));
    let several = whose.len() > 1;
    view! {
        <section class="panel">
            <h2>"Add an address"</h2>
            <PostForm action=add>
                <Field id="address" label="E-mail address" kind="email" autocomplete="email"/>
                <fieldset class="choices" id="kind"><legend>"What is it used for?"</legend>
                    <Choice name="kind" value="reply_to" label="Answers go there" hint="Reply-To: whoever answers writes to it." chosen="reply_to"/>
                    <Choice name="kind" value="from" label="Letters come from there" hint="From: an address of your own, or, with the permission Messaging.Email.UpdateFrom, of a group or a list." chosen="reply_to"/>
                </fieldset>
                {several.then(|| view! { <Select id="account" label="For" options=whose/> })}
                <Submit label="Add it and send the code"/>
            </PostForm>
        </section>
    }
    .into_any()
}

/// `/settings/send-as/:id`: the code of one address.
#[component]
pub fn VerifyPage() -> impl IntoView {
    let id = param("id", SendAsId(0));
    let (verify, send) = (ServerAction::<VerifySendAs>::new(), ServerAction::<SendCode>::new());
    let data = Resource::new(move || id.get(), look_at_send_as);
    let problem = Signal::derive(move || problem_of(verify).get().or_else(|| problem_of(send).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a><a href="/settings/send-as">"Send Mail As"</a></nav>
        <Done words=vec![("sent", "The code is on its way.")]/>
        <ErrorSummary problem=problem/>
        {load(data, "the address", move |row: SendAs| {
            let again = vec![("id", row.id.to_string())];
            let proven = row.proven_at.is_some();
            view! {
                <PageHead title=format!("Verify {}", row.address) lead=kind_word(row.kind) problem=problem/>
                {if proven {
                    view! { <Banner tone="good"><p>"This address is proven. "<a href="/settings/send-as">"Back to the list"</a></p></Banner> }.into_any()
                } else {
                    view! {
                        <section class="panel"><h2>"Enter the code"</h2>{code_form(row.id, &row.address, "code".into(), verify)}</section>
                        <section class="panel"><h2>"Nothing has come?"</h2>
                            <p>"Look among unwanted letters, and check the address. A new code ends the one before."</p>
                            <PlainButton action=send label="Send a new code" with=again/>
                        </section>
                    }.into_any()
                }}
            }
            .into_any()
        })}
    }
}
