//! `/accounts`: View → Email Accounts as a calm dashboard: one verdict over all, then each account with its state, its numbers and
//! its next step (FP-29 to FP-34).

use super::account_joins::asked;
use super::next_step::{Buttons, needs_somebody, next_step, state_words};
use crate::api::accounts::{CollectNow, EnableAccount, accounts};
use crate::api::join::my_joins;
use crate::islands::{LiveBar, LiveState};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountCard, AccountHealth, Permission, Viewer};

/// Every account the viewer may see.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let buttons = Buttons { collect: ServerAction::<CollectNow>::new(), resume: ServerAction::<EnableAccount>::new() };
    let data = Resource::new(|| (), |()| async { Ok::<_, crate::Trouble>((accounts().await?, my_joins().await?)) });
    let may_add = use_context::<Viewer>().is_some_and(|v| v.may(Permission::AccountsManage) || v.may(Permission::AccountsOwn));
    let problem = Signal::derive(move || problem_of(buttons.collect).get().or_else(|| problem_of(buttons.resume).get()));
    view! {
        <Done words=vec![
            ("removed", "The account is deleted with the letters that only it held. A large one takes a while: it stands here until it is gone."),
            ("asked", "Your request is on its way."),
        ]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Email accounts" lead="Mailboxes that Postroom collects from, and whether everything is here." problem=problem>
            <a class="button no-js" data-variant="secondary" href="/accounts">"Refresh"</a>
            {may_add.then(|| view! { <a class="button" data-variant="secondary" href="/accounts/import">"Import files"</a> })}
            {may_add.then(|| view! { <a class="button" data-variant="primary" href="/accounts/new">{Icon::Plus.draw()}"Connect a mailbox"</a> })}
        </PageHead>
        {load(data, "accounts", move |(accounts, joins)| view! {
            {asked(joins)}
            {if accounts.is_empty() { empty(may_add) } else { list(accounts, buttons) }}
        }.into_any())}
        <p class="help-line">{Icon::Clock.draw()}<a href="/accounts/schedule">"Schedule: when each account is collected"</a></p>
        <p class="help-line">{Icon::Question.draw()}<a href="/accounts/checklist">"No letters appear for a client?"</a></p>
    }
}

fn empty(may_add: bool) -> AnyView {
    view! {
        <Empty icon=Icon::Accounts title="No accounts yet" why="An account is a mailbox that Postroom collects letters from. Collecting never changes anything in the mailbox.">
            {may_add.then(|| view! { <a class="button" data-variant="primary" href="/accounts/new">"Connect a mailbox"</a> })}
        </Empty>
    }
    .into_any()
}

fn list(accounts: Vec<AccountCard>, buttons: Buttons) -> AnyView {
    let overall = overall(&accounts);
    let rows = accounts.into_iter().map(|account| row(account, buttons)).collect_view();
    view! {
        {overall}
        <table class="table accounts" data-cards="true">
            <caption class="visually-hidden">"Email accounts"</caption>
            <thead><tr>
                <th scope="col">"State"</th><th scope="col">"Account"</th><th scope="col">"Last collection"</th>
                <th scope="col" class="number">"Letters"</th><th scope="col" class="number">"Missing"</th><th scope="col">"Next step"</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="quiet">"Missing: the mail server counts a letter that Postroom has not got yet. Errored: a letter that cannot be read, or that the mail server does not hand out."</p>
    }
    .into_any()
}

/// The one sentence that a person came for.
fn overall(accounts: &[AccountCard]) -> AnyView {
    let all = accounts.len() as i64;
    let waiting: Vec<&AccountCard> = accounts.iter().filter(|account| needs_somebody(account)).collect();
    let missing: i64 = accounts.iter().map(|account| account.ledger.missing).sum();
    let last = accounts.iter().filter_map(|account| account.last_collection).max();
    let last = last.map(|at| view! { <p>"Last collection: "<Ago at=at/></p> });
    if waiting.is_empty() {
        let (words, tone, icon) = calm(accounts, missing);
        return view! { <section class="overall" data-tone=tone aria-label="Overall">{icon.draw()}<div><h2>{words}</h2>{last}</div></section> }
            .into_any();
    }
    let n = waiting.len() as i64;
    let words =
        if all == 1 { "The account needs you.".to_owned() } else { format!("{n} of {all} {} you.", if n == 1 { "needs" } else { "need" }) };
    let names = waiting
        .iter()
        .map(|account| view! { <li><a href=format!("/accounts/{}", account.id)>{account.name.clone()}</a>": "{state_words(account)}</li> })
        .collect_view();
    view! {
        <section class="overall" data-tone="warn" aria-label="Overall">{Icon::Warning.draw()}<div><h2>{words}</h2><ul class="plain-list">{names}</ul>{last}</div></section>
    }
    .into_any()
}

/// What is said when nobody is needed. Healthy and complete is only what was collected and lacks nothing.
fn calm(accounts: &[AccountCard], missing: i64) -> (String, &'static str, Icon) {
    let all = accounts.len() as i64;
    let failed = accounts.iter().filter(|account| account.health == AccountHealth::Failed).count() as i64;
    if failed > 0 {
        return (format!("{failed} of {all} failed lately. Postroom tries again by itself."), "info", Icon::Clock);
    }
    if missing > 0 {
        return (format!("All is well; {} still to come.", text::count(missing, "letter is", "letters are")), "info", Icon::Clock);
    }
    if accounts.iter().any(|account| account.last_collection.is_none()) {
        return ("All is well; a first collection is still to come.".to_owned(), "info", Icon::Clock);
    }
    let errored: i64 = accounts.iter().map(|account| account.ledger.errored).sum();
    if errored > 0 {
        return (format!("Every account is up to date. {}", text::errored(errored)), "warn", Icon::Warning);
    }
    let words =
        if all == 1 { "The account is healthy and complete.".to_owned() } else { format!("All {all} accounts are healthy and complete.") };
    (words, "good", Icon::Tick)
}

fn row(account: AccountCard, buttons: Buttons) -> AnyView {
    let id = account.id;
    let href = format!("/accounts/{id}");
    let warnings = account
        .warnings
        .iter()
        .map(|warning| view! { <p class="warning">{Icon::Warning.draw()}<span>{warning.clone()}</span></p> })
        .collect_view();
    let missing_tone = if account.ledger.missing == 0 { "good" } else { "warn" };
    let errored = (account.ledger.errored > 0).then(|| {
        let words = format!("{} errored", text::number(account.ledger.errored));
        view! { " "<a href=format!("/accounts/{id}?tab=ledger") class="above"><Tag text=words tone="warn"/></a> }
    });
    let owner = account.owner.clone().map_or_else(|| "Account of the office".to_owned(), |owner| format!("Account of {owner}"));
    view! {
        <tr class="row-link">
            <td data-label="State"><LiveState account=id health=account.health.clone()/></td>
            <th scope="row" data-label="Account">
                <a href=href>{account.name.clone()}</a>
                <span class="quiet block">{account.address.clone()}" · "{owner}</span>
                {(!account.description.is_empty()).then(|| view! { <span class="quiet block">{account.description.clone()}</span> })}
                {warnings}
                <LiveBar account=id health=account.health.clone()/>
            </th>
            <td data-label="Last collection">{last(&account)}</td>
            <td data-label="Letters" class="number">{text::number(account.ledger.server - account.ledger.missing)}</td>
            <td data-label="Missing" class="number"><a href=format!("/accounts/{id}?tab=ledger") class="above"><Tag text=text::number(account.ledger.missing) tone=missing_tone/></a>{errored}</td>
            <td data-label="Next step"><div class="next-step above">{next_step(&account, buttons)}</div></td>
        </tr>
    }
    .into_any()
}

/// When last collected, and behind the arrow the error's own text (FP-32, FP-33).
pub fn last(account: &AccountCard) -> AnyView {
    let when = match account.last_collection {
        Some(at) => view! { <Ago at=at/> }.into_any(),
        None => view! { <span>"Never"</span> }.into_any(),
    };
    let next = account.next_collection.map(|at| view! { <span class="quiet block">"Next: "<When at=at/></span> });
    let error = account.last_error.clone().map(|error| {
        let verdict = account.verdict.map(text::verdict);
        view! {
            <details class="error-text above">
                <summary>{Icon::Arrow.draw()}"Error text"</summary>
                {verdict.map(|verdict| view! { <p>{verdict}</p> })}
                <pre>{error}</pre>
            </details>
        }
    });
    view! { <div class="last">{when}{next}{error}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AccountId, LedgerSums};

    #[test]
    fn healthy_and_complete_is_said_only_of_what_was_collected_and_lacks_nothing() {
        // FP-29, FP-30
        let card = |health, last_collection| AccountCard {
            id: AccountId(1),
            name: "Office".into(),
            protocol: model::Protocol::Imap,
            description: String::new(),
            address: String::new(),
            owner: None,
            health,
            last_collection,
            next_collection: None,
            last_error: None,
            verdict: None,
            ledger: LedgerSums::default(),
            warnings: vec![],
            may_manage: true,
            by_person: false,
        };
        let good = card(AccountHealth::UpToDate, Some(1));
        assert_eq!(calm(&[good.clone(), good.clone()], 0).0, "All 2 accounts are healthy and complete.");
        assert_eq!(
            calm(&[good.clone(), card(AccountHealth::Failed, Some(1))], 0).0,
            "1 of 2 failed lately. Postroom tries again by itself."
        );
        assert_eq!(calm(std::slice::from_ref(&good), 3).0, "All is well; 3 letters are still to come.");
        let mut damaged = good.clone();
        damaged.ledger.errored = 3;
        let (words, tone, _) = calm(&[good.clone(), damaged], 0);
        assert_eq!(
            (words.as_str(), tone),
            ("Every account is up to date. 3 letters could not be read, or the mail server does not hand them out.", "warn")
        );
        assert_eq!(calm(&[good, card(AccountHealth::Waiting, None)], 0).0, "All is well; a first collection is still to come.");
    }
}
