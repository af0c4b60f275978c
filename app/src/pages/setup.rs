//! `/setup?token=…`: the first administrator.

use crate::api::session::{SetUp, who_asks};
use crate::ui::layout::Plain;
use crate::ui::*;
use leptos::prelude::*;

/// Name, address and password of the first administrator.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let who = Resource::new(|| (), |()| who_asks());
    let set_up = ServerAction::<SetUp>::new();
    let token = query("token");
    view! {
        <Plain>
            {load(who, "the set-up page", move |session| match (session.needs_set_up, token.get_untracked().is_empty()) {
                (false, _) => done(),
                (true, true) => super::sign_in::not_set_up(),
                (true, false) => form(set_up, token),
            })}
        </Plain>
    }
}

fn form(set_up: ServerAction<SetUp>, token: Memo<String>) -> AnyView {
    let problem = problem_of(set_up);
    view! {
        <div class="door">
            <ErrorSummary problem=problem/>
            <p class="step">"Step 1 of 4"</p>
            <PageHead title="Set up Postroom" lead="Begin with yourself: you will be the administrator. The mailbox, its folders and your clients come next." problem=problem/>
            <PostForm action=set_up>
                <input type="hidden" name="token" value=move || token.get()/>
                <Field id="name" name="form[name]" label="Full name" autocomplete="name"/>
                <Field id="email" name="form[email]" label="E-mail address" kind="email" hint="You sign in with it." autocomplete="username" inputmode="email"/>
                <Field id="password" name="form[password]" label="Password" kind="password" hint="12 characters or more. A few words in a row are easy to remember and hard to guess." autocomplete="new-password"/>
                <Field id="password_repeat" name="form[password_repeat]" label="Password again" kind="password" autocomplete="new-password"/>
                <Submit label="Set up and sign in"/>
            </PostForm>
        </div>
    }
    .into_any()
}

fn done() -> AnyView {
    view! {
        <div class="door">
            <PageHead title="Postroom is set up" lead="The link has been used; it works only once."/>
            <p><a class="button" data-variant="primary" href="/sign-in">"Sign in"</a></p>
        </div>
    }
    .into_any()
}
