//! `/welcome?link=…`: somebody comes by a link that works once.

use crate::api::access::{ComeIn, look_at_link};
use crate::ui::layout::Plain;
use crate::ui::*;
use leptos::prelude::*;
use model::{LinkPurpose, LinkView};

/// Name and password of an invited person, or a new password.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let come_in = ServerAction::<ComeIn>::new();
    let link = query("link");
    let data = Resource::new(move || link.get(), look_at_link);
    view! {
        <Plain>
            {load(data, "the link", move |found| match found {
                Some(view) => form(view, link, come_in),
                None => spent(),
            })}
        </Plain>
    }
}

fn form(view: LinkView, link: Memo<String>, come_in: ServerAction<ComeIn>) -> AnyView {
    let problem = problem_of(come_in);
    let invited = view.purpose == LinkPurpose::Invitation;
    let (title, lead, button) = if invited {
        ("Welcome to Postroom", "Choose how you are called and a password of your own.", "Begin")
    } else {
        ("Set a new password", "Every session of yours ends with it. Then sign in with the new password.", "Set the password")
    };
    view! {
        <div class="door">
            <ErrorSummary problem=problem/>
            <PageHead title=title lead=lead problem=problem/>
            <PostForm action=come_in>
                <input type="hidden" name="link" value=move || link.get()/>
                <Field id="email" name="email" label="E-mail address" kind="email" value=view.email readonly=true hint="You sign in with it." autocomplete="username"/>
                {invited.then(|| view! { <Field id="name" name="form[name]" label="Full name" value=view.name autocomplete="name"/> })}
                <Field id="password" name="form[password]" label="Password" kind="password" hint="12 characters or more. A few words in a row are easy to remember and hard to guess." autocomplete="new-password"/>
                <Field id="password_repeat" name="form[password_repeat]" label="Password again" kind="password" autocomplete="new-password"/>
                <Submit label=button/>
            </PostForm>
        </div>
    }
    .into_any()
}

fn spent() -> AnyView {
    view! {
        <div class="door">
            <PageHead title="This link does not work any more" lead="It was used, taken back, or is too old."/>
            <p>"Ask whoever sent it to you for a new one. If you have a password already, sign in with it."</p>
            <p><a class="button" data-variant="primary" href="/sign-in">"Sign in"</a></p>
        </div>
    }
    .into_any()
}
