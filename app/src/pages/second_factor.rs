//! `/settings/second-factor`: a code from the telephone besides the password.

use crate::api::access::{BeginFactor, ConfirmFactor, DropFactor, ForgetFresh, RenewCodes, factor};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{Enrolment, FactorState, FactorView};

/// Setting it up, recovery codes, turning it off.
#[component]
pub fn SecondFactorPage() -> impl IntoView {
    let (begin, confirm) = (ServerAction::<BeginFactor>::new(), ServerAction::<ConfirmFactor>::new());
    let (renew, turn_off, forget) =
        (ServerAction::<RenewCodes>::new(), ServerAction::<DropFactor>::new(), ServerAction::<ForgetFresh>::new());
    let data = Resource::new(|| (), |()| factor());
    let problem = Signal::derive(move || {
        let others = || problem_of(renew).get().or_else(|| problem_of(turn_off).get());
        problem_of(begin).get().or_else(|| problem_of(confirm).get()).or_else(others)
    });
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a><a href="/settings/profile">"Your profile"</a></nav>
        <Done words=vec![
            ("on", "The second factor is on. Keep the recovery codes below in a safe place."),
            ("codes", "There are new recovery codes. The ones before no longer work."),
            ("off", "The second factor is off."),
        ]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Second factor" lead="A code from a program on your telephone, besides the password. Whoever learns your password still cannot sign in as you." problem=problem/>
        {load(data, "the second factor", move |view: FactorView| {
            let FactorView { state, required, fresh_codes } = view;
            let codes = (!fresh_codes.is_empty()).then(|| recovery_codes(fresh_codes, forget));
            let rest = match state {
                FactorState::Off => off(begin, required),
                FactorState::Begun(enrolment) => begun(enrolment, begin, confirm),
                FactorState::On { since, codes_left } => on(since, codes_left, required, renew, turn_off),
            };
            view! { {codes}{rest} }.into_any()
        })}
    }
}

fn off(begin: ServerAction<BeginFactor>, required: bool) -> AnyView {
    view! {
        {required.then(|| view! { <Banner tone="warn"><p>"Your office requires a second factor. Set it up now; then everything else is open again."</p></Banner> })}
        <section class="panel">
            <h2>"It is off"</h2>
            <p>"You need a program that shows codes: the password manager of your telephone can do it, or an authenticator of your choice."</p>
            <PlainButton action=begin label="Set it up" variant="primary"/>
        </section>
    }
    .into_any()
}

fn begun(enrolment: Enrolment, begin: ServerAction<BeginFactor>, confirm: ServerAction<ConfirmFactor>) -> AnyView {
    let Enrolment { secret, picture, size } = enrolment;
    let view_box = format!("-4 -4 {0} {0}", size + 8);
    view! {
        <section class="panel">
            <h2>"1. Show this to the program"</h2>
            <p>"Let the program on your telephone photograph the picture, or type the letters below into it."</p>
            <svg class="qr" viewBox=view_box role="img" aria-label="QR code for the program on your telephone; the letters below say the same"><path d=picture/></svg>
            <dl class="facts"><div><dt>"Letters"</dt><dd><code class="secret">{secret}</code></dd></div></dl>
        </section>
        <section class="panel">
            <h2>"2. Type what it shows"</h2>
            <PostForm action=confirm>
                <Field id="code" label="Six digits" hint="They change every half minute." inputmode="numeric" autocomplete="one-time-code" width="short"/>
                <Submit label="Turn the second factor on"/>
            </PostForm>
        </section>
        <section class="panel">
            <h2>"Something went wrong?"</h2>
            <PlainButton action=begin label="Begin again with a new picture"/>
        </section>
    }
    .into_any()
}

fn on(since: i64, codes_left: i64, required: bool, renew: ServerAction<RenewCodes>, turn_off: ServerAction<DropFactor>) -> AnyView {
    let few = codes_left < 3;
    view! {
        <section class="panel">
            <h2>"It is on"</h2>
            <dl class="facts">
                <div><dt>"Since"</dt><dd><When at=since/></dd></div>
                <div><dt>"Recovery codes left"</dt><dd>{text::number(codes_left)}</dd></div>
            </dl>
            {few.then(|| view! { <Banner tone="warn"><p>"Few recovery codes are left. Make new ones, so that a lost telephone does not keep you out."</p></Banner> })}
        </section>
        <section class="panel">
            <h2>"New recovery codes"</h2>
            <PostForm action=renew>
                <Field id="code" label="Code of your program" inputmode="numeric" autocomplete="one-time-code" width="medium"/>
                <Submit label="Make new recovery codes" variant="secondary"/>
            </PostForm>
        </section>
        {if required {
            view! { <p class="quiet">"Your office requires a second factor, so it cannot be turned off. To move to another telephone, ask an administrator to take it away; then set it up anew."</p> }.into_any()
        } else {
            view! {
                <section class="panel">
                    <h2>"Turn it off"</h2>
                    <PostForm action=turn_off>
                        <Field id="off-code" name="code" label="Code of your program, or a recovery code" autocomplete="one-time-code" width="medium"/>
                        <Submit label="Turn the second factor off" variant="danger"/>
                    </PostForm>
                </section>
            }
            .into_any()
        }}
    }
    .into_any()
}

fn recovery_codes(codes: Vec<String>, forget: ServerAction<ForgetFresh>) -> AnyView {
    let lines = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view();
    view! {
        <section class="panel fresh" id="fresh" aria-labelledby="codes-title">
            <h2 id="codes-title">"Your recovery codes"</h2>
            <p>"Each lets you in once when the telephone is not at hand. Write them down or print this page: they are shown for a few minutes and cannot be shown again."</p>
            <ul class="codes">{lines}</ul>
            <PlainButton action=forget label="I have kept them"/>
        </section>
    }
    .into_any()
}
