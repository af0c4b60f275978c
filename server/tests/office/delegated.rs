//! A person signs in at the provider of a mailbox: begun on the account's page, said yes to at the lab's token server, finished by a button.

use crate::accounts::{detail, letter};
use crate::browser::{Browser, Came, House};
use http::StatusCode;
use model::{AccountHealth, AccountId, Permission, Role, Verdict};
use postroom_connect::ExposeSecret as _;
use postroom_lab::graph::{GraphFault, GraphLab, GraphLabOptions};
use postroom_sync::CollectionReport;
use tokio_util::sync::CancellationToken;

const SECRET: &str = "Xy~8Q~lab-secret-value";
/// As the test's browser sees the office.
const BACK: &str = "http://127.0.0.1:3000/accounts/signed-in";

/// The form of the page, for a person's own mailbox.
async fn post(browser: &mut Browser, lab: &GraphLab, id: Option<AccountId>, intent: &str, change: &[(&str, &str)]) -> Came {
    let options = GraphLabOptions::default();
    let (port, base, id) = (lab.port().to_string(), lab.base(), id.map(|id| id.to_string()).unwrap_or_default());
    let mut fields = vec![
        ("form[protocol]", "graph"),
        ("form[preset]", "microsoft365"),
        ("form[delegated]", "true"),
        ("form[name]", "Own"),
        ("form[address]", options.user.as_str()),
        ("form[tenant]", options.tenant.as_str()),
        ("form[client_id]", options.client_id.as_str()),
        ("form[password]", SECRET),
        ("form[password_repeat]", SECRET),
        ("form[sign_in_server]", base.as_str()),
        ("form[server]", "127.0.0.1"),
        ("form[port]", port.as_str()),
        ("form[pinned_fingerprint]", lab.fingerprint()),
        ("form[central]", "false"),
        ("intent", intent),
    ];
    if !id.is_empty() {
        fields.push(("id", id.as_str()));
    }
    for (name, value) in change {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    browser.call("/api/accounts/form", &fields).await
}

pub async fn saved(browser: &mut Browser, lab: &GraphLab, change: &[(&str, &str)]) -> AccountId {
    let saved = post(browser, lab, None, "save", change).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    saved.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap()
}

/// Presses the button without script and takes the address off the page that follows.
pub async fn begin(browser: &mut Browser, id: AccountId) -> String {
    let csrf = browser.csrf().await;
    let begun = browser.post("/api/accounts/sign-in/begin", &[("csrf", &csrf), ("id", &id.to_string())]).await;
    assert_eq!(begun.header("location"), format!("/accounts/{id}/sign-in"), "{}", begun.text);
    let page = browser.get(begun.header("location")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (_, rest) = page.text.split_once("http-equiv=\"refresh\"").or(page.text.split_once("0;url=")).expect(&page.text);
    let (_, rest) = page.text.split_once("0;url=").unwrap_or(("", rest));
    let url = rest.split('"').next().unwrap().replace("&amp;", "&");
    assert!(page.text.contains(BACK), "the address to be registered is shown");
    url
}

fn state_of(url: &str) -> String {
    url.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap().to_owned()
}

/// A person who says yes: what comes back.
pub fn yes(lab: &GraphLab, url: &str) -> (String, String) {
    (state_of(url), lab.browser_says_yes(url).unwrap())
}

pub async fn finish(browser: &mut Browser, state: &str, code: &str) -> Came {
    let csrf = browser.csrf().await;
    browser.post("/api/accounts/sign-in/finish", &[("csrf", &csrf), ("state", state), ("code", code)]).await
}

async fn collect(house: &House, id: AccountId) -> CollectionReport {
    house.office.engine.collect_account(id, &CancellationToken::new()).await.unwrap()
}

async fn actions(house: &House) -> Vec<String> {
    house.office.store.events(None, 200).await.unwrap().into_iter().map(|event| event.action).collect()
}

// FC-13, O15, O21, O25: begun, said yes to, finished by a button, collected; the renewed permission is kept; when it is taken back the
// account says "Sign in again", and one sign-in mends it.
#[tokio::test]
async fn a_persons_own_mailbox_is_signed_in_collected_and_signed_in_again() {
    for house in House::everywhere_with_ada().await {
        let lab = GraphLab::start(GraphLabOptions::default()).unwrap();
        lab.deliver("Posteingang", letter("zoe@example.com", "ada@contoso.example", "Pension", "Please find the pension offer."));
        let mut ada = house.signed_in("ada@example.com").await;
        let id = saved(&mut ada, &lab, &[]).await;
        let tested = post(&mut ada, &lab, Some(id), "test", &[("form[password]", ""), ("form[password_repeat]", "")]).await;
        assert_eq!(tested.status, StatusCode::OK, "{}", tested.text);
        let page = ada.get(&format!("/accounts/{id}?tab=server")).await;
        assert!(page.text.contains("Sign in at Microsoft") && page.text.contains("Nobody has signed in"), "{}", page.text);
        assert_eq!(lab.tokens_given(), 0);

        let url = begin(&mut ada, id).await;
        assert!(url.contains("code_challenge_method=S256") && url.contains("Mail.Read%20offline_access"), "{url}");
        assert!(!url.contains("Write") && !url.contains("Send") && !url.contains("secret"), "{url}");
        let (state, code) = yes(&lab, &url);
        let back = ada.get(&format!("/accounts/signed-in?code={code}&state={state}&session_state=x")).await;
        assert!(back.text.contains("Finish connecting") && back.text.contains("ada@contoso.example"), "{}", back.text);
        assert_eq!((back.header("referrer-policy"), back.header("cache-control")), ("same-origin", "no-store"));
        let stored = house.office.store.application(id).await.unwrap().unwrap();
        assert!(!stored.has_refresh && lab.tokens_given() == 0, "coming back changes nothing");

        let done = finish(&mut ada, &state, &code).await;
        assert_eq!(done.header("location"), format!("/accounts/{id}?tab=server&done=signed-in"), "{}", done.text);
        let account = detail(&mut ada, id).await;
        assert!(account.tested && account.sign_in.as_ref().is_some_and(|state| state.done && !state.again), "{:?}", account.sign_in);
        assert!(actions(&house).await.iter().any(|action| action == "account.signed_in"));

        let first = house.office.store.refresh_token(id).await.unwrap();
        let folders = ada.call("/api/accounts/download-folders", &[("id", &id.to_string())]).await;
        assert_eq!(folders.status, StatusCode::OK, "{}", folders.text);
        let enabled = ada.call("/api/accounts/enable", &[("id", &id.to_string())]).await;
        assert_eq!(enabled.status, StatusCode::OK, "{}", enabled.text);
        let report = collect(&house, id).await;
        assert_eq!((report.error, report.filed, report.ledger.missing), (None, 1, 0));
        let second = house.office.store.refresh_token(id).await.unwrap();
        assert_ne!(first.expose_secret(), second.expose_secret(), "the lab takes each once: the new one is kept");

        // The person takes the permission back.
        lab.revoke();
        lab.expire_tokens();
        for _ in 0..4 {
            assert!(collect(&house, id).await.error.is_some());
            house.clock.advance(2 * 60 * 60 * 1000);
        }
        let mut ada = house.signed_in("ada@example.com").await;
        let account = detail(&mut ada, id).await;
        assert_eq!(account.card.health, AccountHealth::NeedsPassword, "{:?}", account.card);
        let page = ada.get(&format!("/accounts/{id}")).await;
        assert!(page.text.contains("Sign in again at Microsoft"), "{}", page.text);
        lab.deliver("Posteingang", letter("zoe@example.com", "ada@contoso.example", "Later", "Of the gap."));
        let url = begin(&mut ada, id).await;
        let (state, code) = yes(&lab, &url);
        let done = finish(&mut ada, &state, &code).await;
        assert!(done.header("location").ends_with("done=signed-in"), "{}", done.text);
        let report = collect(&house, id).await;
        assert_eq!((report.error, report.filed, report.ledger.missing), (None, 1, 0), "the letters of the gap");
        assert!(!detail(&mut ada, id).await.sign_in.unwrap().again);
    }
}

// DESIGN §10: a state is its session's and its account's own, works once, and its code goes where it was begun for.
#[tokio::test]
async fn a_sign_in_is_finished_once_and_only_where_it_was_begun() {
    let (house, lab) = (House::with_ada().await, GraphLab::start(GraphLabOptions::default()).unwrap());
    house.add_user("ben@example.com", Role::Staff, &[Permission::AccountsManage]).await;
    let mut ada = house.signed_in("ada@example.com").await;
    let mut ben = house.signed_in("ben@example.com").await;
    let mut elsewhere = house.signed_in("ada@example.com").await;
    let id = saved(&mut ada, &lab, &[]).await;
    let url = begin(&mut ada, id).await;
    let (state, code) = yes(&lab, &url);
    for other in [&mut ben, &mut elsewhere] {
        let page = other.get(&format!("/accounts/signed-in?code={code}&state={state}")).await;
        assert!(page.text.contains("cannot be finished") && !page.text.contains("Finish connecting"), "{}", page.text);
        let refused = finish(other, &state, &code).await;
        assert!(refused.header("location").contains("__err="), "{}", refused.text);
        let refused = other.call("/api/accounts/sign-in/finish", &[("state", &state), ("code", &code)]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    }
    let made_up = ada.call("/api/accounts/sign-in/finish", &[("state", "made-up"), ("code", &code)]).await;
    assert_eq!(made_up.status, StatusCode::CONFLICT, "{}", made_up.text);
    assert_eq!(lab.tokens_given(), 0, "no code was sent anywhere");
    let good = finish(&mut ada, &state, &code).await;
    assert!(good.header("location").ends_with("done=signed-in"), "{}", good.text);
    let kept = house.office.store.refresh_token(id).await.unwrap();
    let again = ada.call("/api/accounts/sign-in/finish", &[("state", &state), ("code", &code)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
    assert_eq!(house.office.store.refresh_token(id).await.unwrap().expose_secret(), kept.expose_secret());

    // The account was pointed to another token server in between: the code stays here.
    let thief = GraphLab::start(GraphLabOptions::default()).unwrap();
    let url = begin(&mut ada, id).await;
    let (state, code) = yes(&lab, &url);
    let base = thief.base();
    let moved = post(&mut ben, &lab, Some(id), "save", &[("form[sign_in_server]", &base)]).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text);
    let refused = ada.call("/api/accounts/sign-in/finish", &[("state", &state), ("code", &code)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(thief.heard().is_empty());

    // Ten minutes later it is over.
    let url = begin(&mut ada, id).await;
    house.clock.advance(10 * 60 * 1000);
    let page = ada.get(&format!("/accounts/signed-in?code=c&state={}", state_of(&url))).await;
    assert!(page.text.contains("cannot be finished"), "{}", page.text);
}

// O21: somebody else's mailbox is not taken for this one; what was there before stays.
#[tokio::test]
async fn whoever_signs_in_as_somebody_else_is_told_as_whom() {
    let (house, lab) = (House::with_ada().await, GraphLab::start(GraphLabOptions::default()).unwrap());
    let mut ada = house.signed_in("ada@example.com").await;
    let id = saved(&mut ada, &lab, &[]).await;
    lab.set_person("bob@contoso.example");
    for before in [false, true] {
        let url = begin(&mut ada, id).await;
        let (state, code) = yes(&lab, &url);
        let done = finish(&mut ada, &state, &code).await;
        assert_eq!(done.header("location"), format!("/accounts/{id}?tab=server#report"), "{}", done.text);
        let page = ada.get(&format!("/accounts/{id}?tab=server")).await;
        assert!(page.text.contains("You signed in as bob@contoso.example, but this account is for ada@contoso.example"), "{}", page.text);
        let account = detail(&mut ada, id).await;
        assert_eq!((account.tested, account.sign_in.map(|state| state.done)), (before, Some(before)));
        if !before {
            lab.set_person("ada@contoso.example");
            let url = begin(&mut ada, id).await;
            let (state, code) = yes(&lab, &url);
            finish(&mut ada, &state, &code).await;
            lab.set_person("bob@contoso.example");
        }
    }
    assert!(actions(&house).await.iter().any(|action| action == "account.sign_in_refused"));
    assert!(house.office.store.refresh_token(id).await.is_ok());
}

// A provider that says no is told in words; the words of a stranger's link are not shown at all.
#[tokio::test]
async fn a_refusal_of_the_provider_is_told_in_words() {
    let (house, lab) = (House::with_ada().await, GraphLab::start(GraphLabOptions::default()).unwrap());
    let mut ada = house.signed_in("ada@example.com").await;
    let id = saved(&mut ada, &lab, &[]).await;
    let state = state_of(&begin(&mut ada, id).await);
    for (error, description, words) in [
        ("access_denied", "AADSTS65004:+User+declined+to+consent", "did not agree. Begin again"),
        ("access_denied", "the+user+cancelled", "said no"),
        ("consent_required", "AADSTS65001:+x", "Grant admin consent"),
        ("invalid_request", "AADSTS50011:+The+redirect+URI", "redirect URI of the kind Web"),
        ("odd", "%3Cb%3Ewords%3C/b%3E", "odd"),
    ] {
        let page = ada.get(&format!("/accounts/signed-in?error={error}&error_description={description}&state={state}")).await;
        assert!(page.text.contains(words) && page.text.contains("Begin again"), "{error}: {}", page.text);
        assert!(!page.text.contains("<b>words") && !page.text.contains("Finish connecting"), "{error}");
        let page = ada.get(&format!("/accounts/signed-in?error={error}&error_description={description}&state=other")).await;
        assert!(page.text.contains("cannot be finished") && !page.text.contains(words), "{error}: {}", page.text);
    }
    // The code is refused: the report says why.
    lab.set_fault_times(GraphFault::TokenRefused("invalid_client", 7_000_215), 1);
    let url = begin(&mut ada, id).await;
    let (state, code) = yes(&lab, &url);
    finish(&mut ada, &state, &code).await;
    let account = detail(&mut ada, id).await;
    let diagnosis = account.diagnosis.unwrap();
    assert!(diagnosis.verdict == Verdict::Authentication && diagnosis.sentence.contains("column Value"), "{diagnosis:?}");
    assert!(!account.sign_in.unwrap().done);
}

// A public client has no secret: none is asked for, and none is sent.
#[tokio::test]
async fn a_public_client_goes_without_a_secret() {
    let options = GraphLabOptions { secret: String::new(), ..GraphLabOptions::default() };
    let (house, lab) = (House::with_ada().await, GraphLab::start(options).unwrap());
    let mut ada = house.signed_in("ada@example.com").await;
    let none = [("form[password]", ""), ("form[password_repeat]", "")];
    let refused = post(&mut ada, &lab, None, "save", &[none[0], none[1], ("form[delegated]", "false")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let tested = post(&mut ada, &lab, None, "test", &none).await;
    assert_eq!(tested.status, StatusCode::OK, "{}", tested.text);
    let id = saved(&mut ada, &lab, &none).await;
    let url = begin(&mut ada, id).await;
    let (state, code) = yes(&lab, &url);
    let done = finish(&mut ada, &state, &code).await;
    assert!(done.header("location").ends_with("done=signed-in"), "{}", done.text);
    let folders = ada.call("/api/accounts/download-folders", &[("id", &id.to_string())]).await;
    assert_eq!(folders.status, StatusCode::OK, "{}", folders.text);
    let tested = post(&mut ada, &lab, Some(id), "test", &none).await;
    assert_eq!(tested.status, StatusCode::OK, "{}", tested.text);
    assert!(detail(&mut ada, id).await.tested, "tested with what the person agreed to");
}
