//! `/sign-in`: the door.

use crate::api::session::{SignIn, who_asks};
use crate::ui::demo::demo_doors;
use crate::ui::layout::Plain;
use crate::ui::*;
use leptos::prelude::*;

/// Address and password; goes on to the page that was asked for.
#[component]
pub fn SignInPage() -> impl IntoView {
    let who = Resource::new(|| (), |()| who_asks());
    let sign_in = ServerAction::<SignIn>::new();
    let next = query("next");
    view! {
        <Plain>
            {load(who, "the sign-in page", move |session| {
                if session.needs_set_up { not_set_up() } else { form(sign_in, next) }
            })}
        </Plain>
    }
}

fn form(sign_in: ServerAction<SignIn>, next: Memo<String>) -> AnyView {
    let problem = problem_of(sign_in);
    view! {
        <div class="door">
            <Done words=vec![("signed-out", "You have signed out."), ("password", "The password is set. Sign in with it.")]/>
            <ErrorSummary problem=problem/>
            <PageHead title="Sign in" problem=problem/>
            <PostForm action=sign_in>
                <input type="hidden" name="next" value=move || next.get()/>
                <Field id="email" label="E-mail address" kind="email" autocomplete="username" inputmode="email"/>
                <Field id="password" label="Password" kind="password" autocomplete="current-password"/>
                <Submit label="Sign in"/>
            </PostForm>
            {demo_doors()}
            <p class="quiet">"Forgotten the password? An administrator of your office can make a link with which you set a new one."</p>
        </div>
    }
    .into_any()
}

/// What a visit without the link is told.
pub fn not_set_up() -> AnyView {
    view! {
        <div class="door">
            <PageHead title="Postroom is not set up yet" lead="The first administrator is made with a link that only works once."/>
            <p>"Postroom printed the link where it was started. Open it in this browser: it begins with "<code>"/setup?token="</code>"."</p>
            <p class="quiet">"This way nobody who merely finds this address can take the office over."</p>
        </div>
    }
    .into_any()
}
