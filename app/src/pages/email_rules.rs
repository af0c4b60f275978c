//! `/settings/email-rules`: what every letter must keep, whoever writes it (TP-31 to TP-35, O27).

use crate::api::sending::{SaveEmailRules, look_at_email_rules};
use crate::ui::*;
use leptos::prelude::*;
use model::EmailRules;

/// The rules.
#[component]
pub fn EmailRulesPage() -> impl IntoView {
    let save = ServerAction::<SaveEmailRules>::new();
    let data = Resource::new(|| (), |()| look_at_email_rules());
    let problem = problem_of(save);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("saved", "The rules are saved. They hold from the next letter on.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Rules of e-mail" lead="They hold for every letter that leaves, whatever a page or another system asks for." problem=problem/>
        {load(data, "the rules", move |rules: EmailRules| form(rules, save))}
    }
}

fn form(rules: EmailRules, save: ServerAction<SaveEmailRules>) -> AnyView {
    // Made inside the form: what was typed comes back to fields that know their form.
    let names = rules.labels.clone();
    let labels = move || {
        names
            .into_iter()
            .enumerate()
            .map(|(n, label)| view! { <Field id=format!("label{}", n + 1) name=format!("labels[{n}]") label=format!("Field {}", n + 1) value=label width="medium"/> })
            .collect_view()
    };
    view! {
        <section class="panel">
            <PostForm action=save guard="yes">
                <Field id="default_email" label="Default Email" hint="The address that the system account writes from when nobody writes. Empty: that account’s own." kind="email" value=rules.default_email.clone()/>
                <fieldset class="checks"><legend>"What a letter may have"</legend>
                    <Check id="match_from" name="match_from" label="Send and From Match" hint="The letter must come from the address of the account that sends. It wins over the permission Messaging.Email.UpdateFrom." checked=rules.match_from/>
                    <Check id="allow_cc" name="allow_cc" label="Allow CC" checked=rules.allow_cc/>
                    <Check id="allow_bcc" name="allow_bcc" label="Allow BCC" checked=rules.allow_bcc/>
                    <Check id="allow_docx" name="allow_docx" label="Allow Attachment of Docx" hint="Off: Word files are refused, with the advice to attach a PDF." checked=rules.allow_docx/>
                </fieldset>
                <Field id="recipients" label="Recipient limit" hint="At most so many in To, Cc and Bcc together. Letters to many are not sent from here." inputmode="numeric" width="short" value=rules.recipients.to_string()/>
                <fieldset class="form"><legend>"What the six fields of senders are called"</legend>
                    <p class="hint">"Like “Licence number” or “Booking link”. They can stand in texts."</p>
                    {labels()}
                </fieldset>
                <Submit label="Save the rules"/>
            </PostForm>
        </section>
    }
    .into_any()
}
