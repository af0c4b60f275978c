//! `/sign-in/code`: the second step of a sign-in.

use crate::api::access::SecondStep;
use crate::ui::layout::Plain;
use crate::ui::*;
use leptos::prelude::*;

/// The code of the program, or a recovery code.
#[component]
pub fn SignInCodePage() -> impl IntoView {
    let step = ServerAction::<SecondStep>::new();
    let problem = problem_of(step);
    let next = query("next");
    view! {
        <Plain>
            <div class="door">
                <ErrorSummary problem=problem/>
                <PageHead title="Enter your code" lead="Your password is right. Now the code that the program on your telephone shows." problem=problem/>
                <PostForm action=step>
                    <input type="hidden" name="next" value=move || next.get()/>
                    <Field id="code" label="Code" hint="Six digits; or one of your recovery codes." autocomplete="one-time-code"/>
                    <Submit label="Sign in"/>
                </PostForm>
                <p class="quiet">"Telephone and recovery codes lost? An administrator can take the second factor away. "<a href="/sign-in">"Begin again"</a></p>
            </div>
        </Plain>
    }
}
