//! The doctor's report: every rung with a mark, evidence, a sentence, and where possible one button that mends it (S7).

use crate::Trouble;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use leptos::server_fn::{Http, ServerFn, codec::PostUrl};
use model::*;
use std::sync::Arc;

/// The button that mends a rung.
pub type Mending = Arc<dyn Fn(Fix, Rung) -> AnyView + Send + Sync>;

/// Buttons that ask this server function, of this account; it takes `id` and `rung`.
pub fn mended_by<S, O>(action: ServerAction<S>, id: Option<AccountId>) -> Mending
where
    S: ServerFn<Protocol = Http<PostUrl, O>, Error = Trouble> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
    O: 'static,
{
    Arc::new(move |offer, rung| {
        let mut with = vec![("rung", wire(rung))];
        with.extend(id.map(|id| ("id", id.to_string())));
        view! { <PlainButton action=action label=offer.label variant="primary" with=with/> }.into_any()
    })
}

/// The report, unless the form has a problem: what was typed since is not what was tested then.
pub fn report_unless(problem: Signal<Option<Problem>>, diagnosis: Diagnosis, id: Option<AccountId>, fix: Mending) -> impl IntoView {
    move || problem.with(Option::is_none).then(|| report(&diagnosis, id, &fix))
}

/// The ladder. Its buttons change what is typed and test again.
fn report(diagnosis: &Diagnosis, id: Option<AccountId>, fix: &Mending) -> AnyView {
    let (tone, title) = if diagnosis.passed() { ("good", "The connection works") } else { ("bad", "The connection does not work yet") };
    let rungs = diagnosis.rungs.iter().map(|rung| rung_line(rung, fix)).collect_view();
    let copy = support_text(diagnosis);
    let sentence = diagnosis.sentence.clone();
    view! {
        <section class="panel report" id="report" aria-labelledby="report-title" tabindex="-1">
            <h2 id="report-title">{title}</h2>
            <div role="status"><Banner tone=tone><p>{sentence}</p></Banner></div>
            <ol class="rungs">{rungs}</ol>
            <details>
                <summary>"Copy for support"</summary>
                <p class="hint">"What was said, without passwords, letters or addresses."</p>
                <Area id="support" label="For your technical support" text=copy/>
                <div class="cluster">
                    <CopyButton of="support" label="Copy the text"/>
                    {id.map(|id| view! { <a href=format!("/accounts/{id}/support.txt")>"Open the whole support file"</a> })}
                </div>
            </details>
        </section>
    }
    .into_any()
}

fn rung_line(rung: &RungResult, fix: &Mending) -> AnyView {
    let (mark, words, tone, icon) = match rung.outcome {
        RungOutcome::Passed => ("✓", "Passed", "good", Icon::Tick),
        RungOutcome::Warned => ("!", "To know", "warn", Icon::Warning),
        RungOutcome::Failed => ("✗", "Failed", "bad", Icon::Cross),
    };
    let button = rung.fix.clone().map(|offer| fix(offer, rung.rung));
    view! {
        <li class="rung" data-tone=tone>
            <span class="rung-mark" data-tone=tone data-mark=mark>{icon.draw()}</span>
            <div>
                <p class="rung-name"><strong>{text::rung(rung.rung)}</strong><span class="rung-words">{words}</span></p>
                <p>{rung.sentence.clone()}</p>
                {(!rung.evidence.is_empty()).then(|| view! { <p class="evidence">{rung.evidence.clone()}</p> })}
                {button}
            </div>
        </li>
    }
    .into_any()
}

/// A rung as it stands in a form: the word `serde` reads.
fn wire(rung: Rung) -> String {
    serde_json::to_string(&rung).unwrap_or_default().trim_matches('"').to_owned()
}

fn support_text(diagnosis: &Diagnosis) -> String {
    let mut lines = vec![format!("Verdict: {}", diagnosis.verdict.as_str()), diagnosis.sentence.clone(), String::new()];
    lines.extend(
        diagnosis.rungs.iter().map(|rung| format!("{:?} {}: {} {}", rung.outcome, text::rung(rung.rung), rung.sentence, rung.evidence)),
    );
    lines.push(String::new());
    lines.extend(diagnosis.transcript.iter().cloned());
    lines.join("\n")
}
