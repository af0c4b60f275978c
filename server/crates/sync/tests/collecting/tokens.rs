//! IMAP with a token in the place of a password (XOAUTH2), against a real Dovecot that asks the lab's token server about each token:
//! expired, for something else, taken back, changed at each use.

use crate::graph::{account_of, application_of};
use crate::office::{Office, event, offices};
use model::{AccountId, Protocol, Verdict};
use postroom_connect::{ExposeSecret, SecretString};
use postroom_lab::{
    dovecot::{Dovecot, DovecotOptions},
    graph::{GraphLab, GraphLabOptions},
};
use postroom_store::{NewAccount, SignedIn};

/// A Dovecot that takes tokens which the lab calls good and which permit IMAP.
fn dovecot(lab: &GraphLab, folder: &std::path::Path) -> Dovecot {
    let file = folder.join("oauth2.conf");
    let settings = format!(
        "introspection_mode = post\nintrospection_url = http://127.0.0.1:{}/introspect\nusername_attribute = username\nactive_attribute = active\nactive_value = true\nscope = IMAP.AccessAsUser.All\n",
        lab.neighbour_port()
    );
    std::fs::write(&file, settings).unwrap();
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    // Refusals on purpose are no attack: nobody is made to wait for them (anvil's penalty).
    let extra = format!(
        "service anvil {{\n  unix_listener anvil-auth-penalty {{\n    mode = 0\n  }}\n}}\nauth_mechanisms = plain login xoauth2 oauthbearer\npassdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {}\n}}\n",
        file.display()
    );
    Dovecot::start(DovecotOptions { users: vec![("ada@contoso.example".into(), "never used".into())], extra, ..DovecotOptions::default() })
        .unwrap()
}

async fn connect(office: &Office, lab: &GraphLab, server: &Dovecot) -> AccountId {
    let new = NewAccount {
        protocol: Protocol::Imap,
        server: "localhost".into(),
        port: server.imaps_port(),
        timeout_seconds: 10,
        pinned_fingerprint: Some(server.fingerprint().to_owned()),
        ..account_of(lab, "Token")
    };
    let id = office.store.add_account(&new, &event("account.added")).await.unwrap();
    office.store.keep_application(id, &application_of(lab, true), &event("account.application")).await.unwrap();
    id
}

fn raw(n: usize) -> Vec<u8> {
    format!(
        "From: cy@client.example\r\nTo: ada@contoso.example\r\nSubject: Letter {n}\r\nMessage-ID: <{n}@token.example>\r\n\r\nWords {n}.\r\n"
    )
    .into_bytes()
}

// O6: a token opens the mailbox, is renewed when it ends, and whoever takes it back is told from a server that is out of order.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_a_real_dovecot() {
    if let Err(why) = Dovecot::available() {
        println!("skipped: {why}");
        return;
    }
    for office in offices().await {
        let folder = tempfile::tempdir().unwrap();
        let imap = vec!["IMAP.AccessAsUser.All".to_owned()];
        let lab = GraphLab::start(GraphLabOptions { permissions: imap, ..GraphLabOptions::default() }).unwrap();
        let server = dovecot(&lab, folder.path());
        let office = office.trusting(lab.authority().ca_der.clone());
        let id = connect(&office, &lab, &server).await;
        // Nobody has signed in yet: said so, and nothing was asked.
        let (verdict, words) = office.collect(id).await.error.unwrap();
        assert!(verdict == Verdict::Authentication && words.contains("Sign in again"), "{words}");
        let first = lab.signed_in();
        office
            .store
            .keep_refresh_token(
                id,
                &SecretString::from(first.clone()),
                1,
                Some(SignedIn { event: &event("account.signed_in"), sends: false }),
            )
            .await
            .unwrap();
        server.deliver("ada@contoso.example", "INBOX", &raw(1), &[]).unwrap();
        office.engine.download_folders(id).await.unwrap();
        let report = office.collect(id).await;
        assert_eq!((report.error, report.filed, report.ledger.missing), (None, 1, 0), "{}: {}", office.name, server.log());
        assert_ne!(office.store.refresh_token(id).await.unwrap().expose_secret(), first, "the new refresh token is kept");
        // Expired at the mailbox before its time: renewed once, within the same run.
        lab.expire_tokens();
        server.deliver("ada@contoso.example", "INBOX", &raw(2), &[]).unwrap();
        let report = office.collect(id).await;
        assert_eq!((report.error, report.filed), (None, 1), "{}", office.name);
        // For something else.
        lab.set_permissions(&["Calendars.Read"]);
        lab.expire_tokens();
        let (verdict, words) = office.collect(id).await.error.unwrap();
        assert!(verdict == Verdict::Authentication && words.contains("does not accept the token"), "{words}");
        // Taken back: the next refresh says so.
        lab.set_permissions(&["IMAP.AccessAsUser.All"]);
        lab.revoke();
        let (verdict, words) = office.collect(id).await.error.unwrap();
        assert!(verdict == Verdict::Authentication && words.contains("Sign in again"), "{words}");
        // Signed in again: what came meanwhile is here.
        office
            .store
            .keep_refresh_token(
                id,
                &SecretString::from(lab.signed_in()),
                1,
                Some(SignedIn { event: &event("account.signed_in"), sends: false }),
            )
            .await
            .unwrap();
        office.engine.forget_token(id);
        server.deliver("ada@contoso.example", "INBOX", &raw(3), &[]).unwrap();
        let report = office.collect(id).await;
        assert_eq!((report.error, report.filed, report.ledger.missing), (None, 1, 0), "{}", office.name);
    }
}
