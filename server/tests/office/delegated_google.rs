//! A mailbox at Google by an application of the office's own: IMAP with a token, against a real Dovecot that asks the lab about each token.

use crate::accounts::detail;
use crate::browser::{Browser, Came, House};
use crate::delegated::{begin, finish, yes};
use http::StatusCode;
use model::{AccountId, Verdict};
use postroom_lab::certs::{LabAuthority, LabCertificate};
use postroom_lab::dovecot::{Dovecot, DovecotOptions};
use postroom_lab::graph::{GraphLab, GraphLabOptions};
use tokio_util::sync::CancellationToken;

const CLIENT: &str = "1-a.apps.googleusercontent.com";

/// A Dovecot that takes tokens which the lab calls good.
pub fn dovecot(lab: &GraphLab, certificate: LabCertificate, folder: &std::path::Path) -> Dovecot {
    use std::os::unix::fs::PermissionsExt as _;
    let file = folder.join("oauth2.conf");
    let settings = format!(
        "introspection_mode = post\nintrospection_url = http://127.0.0.1:{}/introspect\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n",
        lab.neighbour_port()
    );
    std::fs::write(&file, settings).unwrap();
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    // Refusals on purpose are no attack: nobody is made to wait for them (anvil's penalty).
    let extra = format!(
        "service anvil {{\n  unix_listener anvil-auth-penalty {{\n    mode = 0\n  }}\n}}\nauth_mechanisms = plain login xoauth2 oauthbearer\npassdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {}\n}}\n",
        file.display()
    );
    let users = vec![("ada@contoso.example".into(), "never used".into())];
    Dovecot::start(DovecotOptions { users, extra, certificate: Some(certificate), ..DovecotOptions::default() }).unwrap()
}

pub async fn save(browser: &mut Browser, lab: &GraphLab, server: &Dovecot, change: &[(&str, &str)]) -> Came {
    let (port, base) = (server.imaps_port().to_string(), lab.base());
    let mut fields = vec![
        ("form[protocol]", "imap"),
        ("form[preset]", "google_application"),
        ("form[delegated]", "true"),
        ("form[name]", "Google"),
        ("form[address]", "ada@contoso.example"),
        ("form[client_id]", CLIENT),
        ("form[password]", "GOCSPX-lab"),
        ("form[password_repeat]", "GOCSPX-lab"),
        ("form[consent_server]", base.as_str()),
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

// FP-10 to FP-13, O6, O21: Google's addresses and its one permission; signed in, opened by XOAUTH2, collected; taken back later.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_at_google_is_signed_in_and_collected() {
    if let Err(why) = Dovecot::available() {
        println!("skipped: {why}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let authority = LabAuthority::new().unwrap();
    let certificate = authority.good().unwrap();
    let options = GraphLabOptions {
        client_id: CLIENT.into(),
        secret: "GOCSPX-lab".into(),
        certificate: Some(certificate.clone()),
        ..GraphLabOptions::default()
    };
    let lab = GraphLab::start(options).unwrap();
    let server = dovecot(&lab, certificate, folder.path());
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let page = ada.get("/accounts/new?preset=google_application").await;
    assert!(page.text.contains("Authorized redirect URI") && page.text.contains("/accounts/signed-in"), "{}", page.text);
    let refused = save(&mut ada, &lab, &server, &[("form[consent_server]", "evil.example/x?")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let saved = save(&mut ada, &lab, &server, &[]).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let id: AccountId = saved.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();

    let url = begin(&mut ada, id).await;
    assert!(url.contains("/o/oauth2/v2/auth?") && url.contains("scope=https%3A%2F%2Fmail.google.com%2F&"), "{url}");
    assert!(url.contains("access_type=offline") && url.contains("prompt=consent"), "{url}");
    let (state, code) = yes(&lab, &url);
    let done = finish(&mut ada, &state, &code).await;
    let report = detail(&mut ada, id).await.diagnosis;
    assert!(done.header("location").ends_with("done=signed-in"), "{report:?} {}", server.log());

    let raw = b"From: cy@client.example\r\nTo: ada@contoso.example\r\nSubject: One\r\nMessage-ID: <1@g.example>\r\n\r\nWords.\r\n";
    server.deliver("ada@contoso.example", "INBOX", raw, &[]).unwrap();
    let folders = ada.call("/api/accounts/download-folders", &[("id", &id.to_string())]).await;
    assert_eq!(folders.status, StatusCode::OK, "{}", folders.text);
    let collected = house.office.engine.collect_account(id, &CancellationToken::new()).await.unwrap();
    assert_eq!((collected.error, collected.filed, collected.ledger.missing), (None, 1, 0), "{}", server.log());

    // Between a password and an application a saved account does not change: its row would stay behind.
    let changed = save(&mut ada, &lab, &server, &[("form[preset]", "custom"), ("id", &id.to_string())]).await;
    assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", changed.text);

    lab.revoke();
    lab.expire_tokens();
    let (verdict, words) = house.office.engine.collect_account(id, &CancellationToken::new()).await.unwrap().error.unwrap();
    assert!(verdict == Verdict::Authentication && words.contains("Sign in again"), "{words}");
    let page = ada.get(&format!("/accounts/{id}")).await;
    assert!(page.text.contains("Sign in again at Google"), "{}", page.text);
}
