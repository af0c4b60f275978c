//! `/accounts/new`: a new account. What was typed comes back from the server's memory, so nothing is lost without JavaScript.

use super::account_form::{Typed, account_form, with_guess};
use super::account_joins;
use super::doctor::{mended_by, report_unless};
use crate::Trouble;
use crate::api::accounts::{ApplyFix, DropDraft, PostAccount, guess_settings, new_draft};
use crate::api::join::{AskToJoin, look_at_join_offer};
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountDraft, AccountForm, Diagnosis, Preset, Protocol};
use serde::{Deserialize, Serialize};

/// The form, and below it the doctor's report.
#[component]
pub fn NewAccountPage() -> impl IntoView {
    let (post, fix, leave) = (ServerAction::<PostAccount>::new(), ServerAction::<ApplyFix>::new(), ServerAction::<DropDraft>::new());
    let ask = ServerAction::<AskToJoin>::new();
    let (address, protocol, preset) = (query("address"), query("protocol"), query("preset"));
    let data = Resource::new(
        move || (address.get(), protocol.get(), preset.get()),
        |(address, protocol, preset)| async move {
            let (draft, offer) = (new_draft().await?, look_at_join_offer().await?);
            let guess = if address.is_empty() { None } else { Some(guess_settings(address.clone()).await?) };
            let way = Way::asked(&preset, &protocol);
            Ok::<_, Trouble>((draft, guess, address, way, offer))
        },
    );
    let problem = Signal::derive(move || problem_of(post).get().or_else(|| problem_of(fix).get()).or_else(|| problem_of(ask).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a></nav>
        <Done words=vec![
            ("saved", "The account is saved. Here is an empty form for the next one."),
            ("searched", "The search is done. Look over what it says below; nothing is saved yet."),
        ]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Connect a mailbox" lead="Postroom only reads: unread letters stay unread, and nothing in the mailbox is changed unless you ask for it." problem=problem/>
        {load(data, "the form", move |(draft, guess, address, way, offer)| {
            let unsaved = draft.is_some();
            let found = draft.as_ref().map(|draft| draft.found.clone()).unwrap_or_default();
            let (mut form, has_password, diagnosis) = speaking(draft, way);
            if !address.is_empty() {
                form.address = address;
            }
            if let Some(guess) = guess.as_ref().filter(|_| form.protocol == Protocol::Imap && !form.by_application()) {
                form = with_guess(form, guess);
            }
            let notes = guess.map(|guess| guess.notes).unwrap_or_default();
            view! {
                {protocol_chooser(&form)}
                {offer.filter(|_| problem.get_untracked().is_some()).map(|offer| account_joins::offer(offer, ask))}
                {problem.get_untracked().is_none().then(|| said(found))}
                {diagnosis.map(|diagnosis| report_unless(problem_of(post), diagnosis, None, mended_by(fix, None)))}
                {account_form(post, leave, Typed { id: None, form, has_password, notes, unsaved })}
            }
            .into_any()
        })}
    }
}

/// What a search for settings said: who knew it, then what to know.
fn said(found: Vec<String>) -> Option<AnyView> {
    let mut sentences = found.into_iter();
    let first = sentences.next()?;
    let rest = sentences.map(|sentence| view! { <p>{sentence}</p> }).collect_view();
    Some(view! { <Banner tone="info"><p><strong>{first}</strong></p>{rest}</Banner> }.into_any())
}

/// Whose fields are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Way {
    By(Protocol),
    /// IMAP, by an application of the office's own at Google.
    Google,
    /// One's own mailbox at Microsoft by IMAP or POP3.
    Microsoft(Protocol),
}

impl Way {
    /// What the address bar asks for.
    fn asked(preset: &str, protocol: &str) -> Option<Self> {
        let protocol = Protocol::parse(protocol);
        match (Preset::parse(preset), protocol) {
            (Some(Preset::GoogleApplication), _) => Some(Self::Google),
            (Some(Preset::Microsoft365), Some(Protocol::Imap | Protocol::Pop3)) => protocol.map(Self::Microsoft),
            _ => protocol.map(Self::By),
        }
    }

    fn of(form: &AccountForm) -> Self {
        match form.protocol {
            _ if form.at_google() => Self::Google,
            protocol if form.at_microsoft() => Self::Microsoft(protocol),
            protocol => Self::By(protocol),
        }
    }

    fn by_application(self) -> bool {
        matches!(self, Self::Google | Self::Microsoft(_) | Self::By(Protocol::Graph))
    }

    fn empty_form(self, address: String) -> AccountForm {
        match self {
            Self::By(protocol) => AccountForm { protocol, address, ..AccountForm::default() },
            Self::Google => AccountForm { preset: Preset::GoogleApplication, address, ..AccountForm::default() }.completed(),
            Self::Microsoft(protocol) => {
                AccountForm { preset: Preset::Microsoft365, protocol, address, ..AccountForm::default() }.completed()
            }
        }
    }
}

/// What was typed, with the fields of the way whose link was followed last. Between a mailbox's password and an application's secret
/// nothing is carried over: neither may reach the other's server.
fn speaking(draft: Option<AccountDraft>, way: Option<Way>) -> (AccountForm, bool, Option<Diagnosis>) {
    let (form, has_password, diagnosis) = draft.map(|draft| (draft.form, draft.has_password, draft.diagnosis)).unwrap_or_default();
    let before = Way::of(&form);
    match way {
        Some(way) if way != before && (way.by_application() || before.by_application()) => (way.empty_form(form.address), false, None),
        Some(Way::By(protocol)) => (AccountForm { protocol, ..form }, has_password, diagnosis),
        _ => (form, has_password, diagnosis),
    }
}

/// Which ways in there are: links, since the fields that follow are drawn by the server.
fn protocol_chooser(form: &AccountForm) -> AnyView {
    let chosen = match Way::of(form) {
        // The page of Microsoft 365 leads there.
        Way::Microsoft(_) => Way::By(Protocol::Graph),
        way => way,
    };
    let choice = |way: Way, words: &'static str| {
        let mut with = match way {
            Way::By(protocol) => vec![("protocol", protocol.as_str())],
            Way::Google => vec![("preset", Preset::GoogleApplication.as_str())],
            Way::Microsoft(protocol) => vec![("preset", Preset::Microsoft365.as_str()), ("protocol", protocol.as_str())],
        };
        if !form.address.is_empty() {
            with.push(("address", &form.address));
        }
        view! { <li><a href=with_query("/accounts/new", &with) aria-current=(chosen == way).then_some("page")>{words}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label="How letters are collected">
            <ul>
                {choice(Way::By(Protocol::Imap), "IMAP")}
                {choice(Way::By(Protocol::Pop3), "POP3")}
                {choice(Way::By(Protocol::Graph), "Microsoft 365")}
                {choice(Way::Google, "Google")}
                <li><a href="/accounts/new/sending">"SMTP (sending only)"</a></li>
            </ul>
        </nav>
    }
    .into_any()
}
