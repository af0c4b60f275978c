//! What an account needs next, in words, with the button that does it (FP-30, FP-33).

use crate::api::accounts::{CollectNow, EnableAccount};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountCard, AccountHealth, Protocol, Verdict};

/// The deeds that a list of accounts offers. Made once, above what is drawn again.
#[derive(Clone, Copy)]
pub struct Buttons {
    /// Collect at once.
    pub collect: ServerAction<CollectNow>,
    /// Collect again after a pause.
    pub resume: ServerAction<EnableAccount>,
}

/// Whether nothing goes on until a person does something.
pub fn needs_somebody(account: &AccountCard) -> bool {
    match account.health {
        AccountHealth::Draft | AccountHealth::NeedsPassword | AccountHealth::Paused => true,
        // A busy provider, or a network that is gone for a while, needs patience, not a person.
        AccountHealth::Failed => !matches!(account.verdict, Some(Verdict::Throttled)),
        AccountHealth::Removing(_) => false,
        AccountHealth::Waiting | AccountHealth::Collecting(_) | AccountHealth::UpToDate => no_sent(account) || is_quiet(account),
    }
}

fn no_sent(account: &AccountCard) -> bool {
    account.warnings.iter().any(|warning| warning.contains("sent letters"))
}

/// It usually receives, and no longer does (S15).
fn is_quiet(account: &AccountCard) -> bool {
    account.warnings.iter().any(|warning| warning.starts_with("Unusually quiet"))
}

/// Why it needs a person, or how it is, in a few words.
pub fn state_words(account: &AccountCard) -> String {
    let (words, _) = text::health(&account.health);
    match account.verdict {
        Some(verdict) if account.health == AccountHealth::Failed => format!("{words}. {}", text::verdict(verdict)),
        _ if no_sent(account) && !matches!(account.health, AccountHealth::Draft | AccountHealth::Paused) => {
            "no folder for sent letters is selected.".to_owned()
        }
        _ if is_quiet(account) => "unusually quiet: it usually receives, and no longer does.".to_owned(),
        _ => format!("{words}."),
    }
}

/// One sentence and at most one button.
pub fn next_step(account: &AccountCard, buttons: Buttons) -> AnyView {
    let id = account.id;
    let with = || vec![("id", id.to_string())];
    let link = |tab: &str, label: &'static str| {
        let href = format!("/accounts/{id}?tab={tab}");
        view! { <a class="button" data-variant="secondary" href=href aria-label=format!("{label}: {}", account.name)>{label}</a> }
            .into_any()
    };
    let again = || view! { <PlainButton action=buttons.collect label="Try again now" with=with()/> }.into_any();
    let import = || {
        view! { <a class="button" data-variant="secondary" href=with_query("/accounts/import", &[("account", &account.name)])>"Import files"</a> }.into_any()
    };
    let (words, deed) = match &account.health {
        _ if account.protocol == Protocol::Smtp => ("It only sends.", None),
        AccountHealth::Draft if account.protocol == Protocol::Archive => ("Nothing is in this archive yet.", Some(import())),
        AccountHealth::Failed if account.protocol == Protocol::Archive => ("Import the same file again to go on.", Some(import())),
        AccountHealth::Waiting | AccountHealth::UpToDate if account.protocol == Protocol::Archive && account.ledger.missing > 0 => {
            ("The import was interrupted. Import the same file again: it goes on where it stopped.", Some(import()))
        }
        AccountHealth::Waiting | AccountHealth::UpToDate if account.protocol == Protocol::Archive => ("Nothing to do.", None),
        AccountHealth::Draft => ("Finish connecting it: test, choose folders, start.", Some(link("server", "Go on"))),
        AccountHealth::NeedsPassword if account.by_person => {
            ("The provider no longer accepts the sign-in. Sign in again.", Some(link("server", "Sign in again")))
        }
        AccountHealth::NeedsPassword => ("The server refused the password. Type the new one.", Some(link("server", "Mend"))),
        AccountHealth::Paused => {
            ("Somebody paused it.", Some(view! { <PlainButton action=buttons.resume label="Collect again" with=with()/> }.into_any()))
        }
        AccountHealth::Failed => match account.verdict {
            Some(Verdict::Authentication) if account.by_person => ("Sign in again at the provider.", Some(link("server", "Sign in again"))),
            Some(Verdict::Authentication) => ("Check user name and password.", Some(link("server", "Mend"))),
            Some(Verdict::Certificate) => ("The server's certificate is not accepted. Test the connection.", Some(link("server", "Mend"))),
            Some(Verdict::Settings) => ("Check the settings.", Some(link("server", "Mend"))),
            Some(Verdict::Permission) => ("The provider must allow access. Test the connection.", Some(link("server", "Mend"))),
            Some(Verdict::Throttled) => ("Nothing to do: Postroom tries again by itself.", None),
            Some(Verdict::Connection | Verdict::Healthy) | None => {
                ("The server did not answer. Postroom tries again by itself; if it lasts, test the connection.", Some(again()))
            }
        },
        AccountHealth::Removing(_) => ("Nothing to do: it goes with its letters, and then it is gone.", None),
        _ if no_sent(account) => ("Choose the folder for sent letters as well.", Some(link("folders", "Choose folders"))),
        _ if is_quiet(account) => ("Unusually quiet. Look whether the mailbox still receives.", Some(link("ledger", "See why"))),
        AccountHealth::Waiting => ("Nothing to do: the first collection starts by itself.", None),
        AccountHealth::Collecting(_) => ("Nothing to do: letters are coming in.", None),
        AccountHealth::UpToDate if account.ledger.missing > 0 => ("The next collection asks for the missing letters again.", Some(again())),
        AccountHealth::UpToDate => ("Nothing to do.", None),
    };
    let deed = if account.may_manage { deed } else { None };
    let quiet = deed.is_none();
    view! { <p class:quiet=quiet>{words}</p>{deed} }.into_any()
}
