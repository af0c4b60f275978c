//! One's own mailbox at Microsoft by IMAP and by POP3: a token in the place of a password, against a real Dovecot that asks the lab about
//! each token.

use crate::accounts::detail;
use crate::browser::{Browser, Came, House};
use crate::delegated::{begin, finish, yes};
use crate::delegated_google::dovecot;
use http::StatusCode;
use model::{AccountId, Preset, Protocol, Verdict};
use postroom_lab::certs::LabAuthority;
use postroom_lab::dovecot::Dovecot;
use postroom_lab::graph::{GraphLab, GraphLabOptions};
use tokio_util::sync::CancellationToken;

const SECRET: &str = "Xy~8Q~lab-secret-value";

pub async fn post(browser: &mut Browser, lab: &GraphLab, protocol: Protocol, port: u16, change: &[(&str, &str)]) -> Came {
    let options = GraphLabOptions::default();
    let (port, base) = (port.to_string(), lab.base());
    let mut fields = vec![
        ("form[protocol]", protocol.as_str()),
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
        ("intent", "save"),
    ];
    for (name, value) in change {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    browser.call("/api/accounts/form", &fields).await
}

// FC-13 to FC-18, O6, O21: the form prints the set-up, asks for the one permission, signs in, opens the mailbox by XOAUTH2, collects, and
// says when the permission is taken back.
#[tokio::test(flavor = "multi_thread")]
async fn ones_own_mailbox_at_microsoft_is_signed_in_and_collected_by_imap_and_by_pop3() {
    if let Err(why) = Dovecot::available() {
        assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
        println!("skipped: {why}");
        return;
    }
    for (protocol, permission) in [(Protocol::Imap, "IMAP.AccessAsUser.All"), (Protocol::Pop3, "POP.AccessAsUser.All")] {
        let folder = tempfile::tempdir().unwrap();
        let certificate = LabAuthority::new().unwrap().good().unwrap();
        let options = GraphLabOptions { secret: SECRET.into(), certificate: Some(certificate.clone()), ..GraphLabOptions::default() };
        let lab = GraphLab::start(options).unwrap();
        let server = dovecot(&lab, certificate, folder.path());
        let port = match protocol {
            Protocol::Pop3 => match server.pop3_ports() {
                Ok((_, pop3s)) => pop3s,
                Err(why) => {
                    assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
                    println!("skipped: {why}");
                    return;
                }
            },
            _ => server.imaps_port(),
        };
        let house = House::with_ada().await;
        let mut ada = house.signed_in("ada@example.com").await;
        let page = ada.get(&format!("/accounts/new?preset=microsoft365&protocol={}", protocol.as_str())).await;
        assert!(page.text.contains(permission) && page.text.contains("/accounts/signed-in"), "{}", page.text);
        let refused = post(&mut ada, &lab, protocol, port, &[("form[tenant]", "nonsense")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        let saved = post(&mut ada, &lab, protocol, port, &[]).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
        let id: AccountId = saved.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();
        let kept = detail(&mut ada, id).await.form;
        assert_eq!((kept.protocol, kept.preset, kept.delegated), (protocol, Preset::Microsoft365, true));
        let page = ada.get(&format!("/accounts/{id}?tab=server")).await;
        assert!(page.text.contains("Nobody has signed in for ada@contoso.example yet") && page.text.contains(permission), "{}", page.text);

        let url = begin(&mut ada, id).await;
        assert!(url.contains(&format!("outlook.office.com%2F{permission}")) && url.contains("offline_access"), "{url}");
        let (state, code) = yes(&lab, &url);
        let done = finish(&mut ada, &state, &code).await;
        let report = detail(&mut ada, id).await.diagnosis;
        assert!(done.header("location").ends_with("done=signed-in"), "{report:?} {}", server.log());

        let raw = b"From: cy@client.example\r\nTo: ada@contoso.example\r\nSubject: One\r\nMessage-ID: <1@m.example>\r\n\r\nWords.\r\n";
        server.deliver("ada@contoso.example", "INBOX", raw, &[]).unwrap();
        let folders = ada.call("/api/accounts/download-folders", &[("id", &id.to_string())]).await;
        assert_eq!(folders.status, StatusCode::OK, "{}", folders.text);
        let collect = async || house.office.engine.collect_account(id, &CancellationToken::new()).await.unwrap();
        let collected = collect().await;
        assert_eq!((collected.error, collected.filed, collected.ledger.missing), (None, 1, 0), "{}", server.log());
        // Refused by the mailbox before its time: renewed once, within the same run.
        lab.expire_tokens();
        server.deliver("ada@contoso.example", "INBOX", &[b"X: 2\r\n", &raw[..]].concat(), &[]).unwrap();
        assert_eq!(collect().await.error, None, "{}", server.log());

        // Between the ways to sign in a saved account does not change: its other parts would stay behind.
        for (preset, other) in [("custom", protocol.as_str()), ("microsoft365", "graph")] {
            let change = [("form[preset]", preset), ("form[protocol]", other), ("id", &id.to_string())];
            let changed = post(&mut ada, &lab, protocol, port, &change).await;
            assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", changed.text);
        }

        lab.revoke();
        lab.expire_tokens();
        let (verdict, words) = collect().await.error.unwrap();
        assert!(verdict == Verdict::Authentication && words.contains("Sign in again"), "{words}");
        let page = ada.get(&format!("/accounts/{id}")).await;
        assert!(page.text.contains("Sign in again at Microsoft"), "{}", page.text);
    }
}

// Security: the password of a mailbox, typed before, is never sent along as the secret of an application.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailboxs_password_typed_before_is_no_applications_secret() {
    let lab = GraphLab::start(GraphLabOptions::default()).unwrap();
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let typed = [
        ("form[preset]", "custom"),
        ("form[delegated]", "false"),
        ("form[password]", "quite private"),
        ("form[password_repeat]", "quite private"),
        ("form[port]", "1"),
        ("intent", "test"),
    ];
    post(&mut ada, &lab, Protocol::Imap, 1, &typed).await;
    let silent = [("form[preset]", "google_application"), ("form[password]", ""), ("form[password_repeat]", "")];
    let refused = post(&mut ada, &lab, Protocol::Imap, 1, &silent).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(lab.heard().is_empty());
}
