//! Letters leave by what a person signed in with at the provider, without a password of their own: permitted by one more sign-in, tested,
//! and set going again by it.

use crate::browser::{Browser, House, event};
use crate::delegated::{begin, finish, saved, yes};
use crate::{delegated_google, delegated_microsoft_mail};
use http::StatusCode;
use model::{AccountId, Protocol, SendingTransport, SendingView};
use postroom_lab::certs::LabAuthority;
use postroom_lab::dovecot::Dovecot;
use postroom_lab::graph::{GraphLab, GraphLabOptions};
use postroom_lab::imap::Tls;
use postroom_lab::smtp::{SmtpFault, SmtpLab, SmtpStep};
use serde_json::json;

/// A provider with a token server, a mailbox and a server for sending; one certificate for all.
struct Provider {
    lab: GraphLab,
    mailbox: Dovecot,
    smtp: SmtpLab,
    _folder: tempfile::TempDir,
}

impl Provider {
    /// `None` where there is no Dovecot.
    fn start(options: GraphLabOptions, permission: &str) -> Option<Self> {
        if let Err(why) = Dovecot::available() {
            assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
            println!("skipped: {why}");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let authority = LabAuthority::new().unwrap();
        let certificate = authority.good().unwrap();
        let lab = GraphLab::start(GraphLabOptions { certificate: Some(certificate.clone()), ..options }).unwrap();
        let smtp = SmtpLab::start_with(Tls::StartTls, authority, &certificate).unwrap();
        smtp.take_tokens(lab.judge_of_tokens(permission));
        let mailbox = delegated_google::dovecot(&lab, certificate, folder.path());
        Some(Self { lab, mailbox, smtp, _folder: folder })
    }

    /// Saves the outgoing side as its page would, with no password.
    async fn save_sending(&self, browser: &mut Browser, id: AccountId, security: &str) -> crate::browser::Came {
        let (id, port) = (id.to_string(), self.smtp.port().to_string());
        let fields = [
            ("id", id.as_str()),
            ("form[server]", "127.0.0.1"),
            ("form[port]", port.as_str()),
            ("form[security]", security),
            ("form[allow_clear_text]", "true"),
            ("form[sign_in]", "account"),
            ("form[timeout_minutes]", "0.1"),
            ("form[pinned_fingerprint]", self.lab.fingerprint()),
            ("form[sender_name]", "Ada"),
            ("form[sender_address]", "ada@contoso.example"),
        ];
        browser.call("/api/sending/save", &fields).await
    }
}

fn id_of(location: &str) -> AccountId {
    location.split(['/', '?']).nth(2).unwrap().parse().unwrap()
}

async fn sign_in(browser: &mut Browser, lab: &GraphLab, id: AccountId) -> String {
    let url = begin(browser, id).await;
    let (state, code) = yes(lab, &url);
    let done = finish(browser, &state, &code).await;
    assert!(done.header("location").ends_with("done=signed-in"), "{} {}", done.header("location"), done.text);
    url
}

async fn view(browser: &mut Browser, id: AccountId) -> SendingView {
    browser.ask("/api/sending/get", &json!({ "id": id })).await.json()
}

async fn test(browser: &mut Browser, id: AccountId) -> String {
    let tested = browser.call("/api/sending/test", &[("id", &id.to_string())]).await;
    assert_eq!(tested.status, StatusCode::OK, "{}", tested.text);
    tested.header("location").to_owned()
}

// O6, O21, IT-20, FC-13: signed in to be read; to send, the person is asked once more, and only then; the test says what is wrong; what
// was stopped goes on with the next sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_at_microsoft_sends_by_its_sign_in_once_its_person_permits_it() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let Some(provider) = Provider::start(GraphLabOptions::default(), "SMTP.Send") else { return };
        let port = match protocol {
            Protocol::Pop3 => match provider.mailbox.pop3_ports() {
                Ok((_, pop3s)) => pop3s,
                Err(_) => return,
            },
            _ => provider.mailbox.imaps_port(),
        };
        let lab = &provider.lab;
        let house = House::with_ada().await;
        let mut ada = house.signed_in("ada@example.com").await;
        let made = delegated_microsoft_mail::post(&mut ada, lab, protocol, port, &[]).await;
        let id = id_of(made.header("location"));
        let url = sign_in(&mut ada, lab, id).await;
        assert!(url.contains("AccessAsUser.All") && !url.contains("Send"), "{url}");

        let page = ada.get(&format!("/accounts/{id}/sending")).await.text;
        assert!(page.contains("Letters can leave by the sign-in at Microsoft"), "{page}");
        let clear = provider.save_sending(&mut ada, id, "none").await;
        assert!(clear.status == StatusCode::UNPROCESSABLE_ENTITY && clear.text.contains("never travels unencrypted"), "{}", clear.text);
        let kept = provider.save_sending(&mut ada, id, "starttls").await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
        let page = ada.get(&format!("/accounts/{id}/sending")).await.text;
        assert!(page.contains("It may not send yet") && page.contains("Sign in once more at Microsoft"), "{page}");
        assert!(test(&mut ada, id).await.ends_with("#report"));
        let page = ada.get(&format!("/accounts/{id}/sending")).await.text;
        assert!(page.contains("Sign in once more to permit sending"), "{page}");
        assert_eq!(provider.smtp.connections(), 0, "nothing was tried that is known to be refused");
        // What stopped it is told beside what is missing, and it can be tested.
        house.office.store.stop_sending(id.0, "The server is closed.", &event("account.sending_stopped")).await.unwrap();
        let page = ada.get(&format!("/accounts/{id}/sending")).await.text;
        for told in ["It may not send yet", "The server is closed.", "Test connection"] {
            assert!(page.contains(told), "{told}: {page}");
        }

        begin(&mut ada, id).await;
        let trip = ada.get(&format!("/accounts/{id}/sign-in")).await.text;
        assert!(trip.contains("may read the mailbox and send from it"), "{trip}");
        let url = sign_in(&mut ada, lab, id).await;
        assert!(url.contains("AccessAsUser.All%20https%3A%2F%2Foutlook.office.com%2FSMTP.Send%20offline_access"), "{url}");
        assert!(view(&mut ada, id).await.person.is_some_and(|person| person.may_send && person.provider == "Microsoft"));
        assert!(test(&mut ada, id).await.ends_with("?done=proven"), "{:?}", view(&mut ada, id).await.diagnosis);
        // Refused before its time: renewed once, as when a letter leaves.
        lab.expire_tokens();
        assert!(test(&mut ada, id).await.ends_with("?done=proven"), "{:?}", view(&mut ada, id).await.diagnosis);

        let off = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.";
        provider.smtp.set_fault(SmtpFault::SayAt(SmtpStep::Auth, off.into()));
        assert!(test(&mut ada, id).await.ends_with("#report"));
        assert!(ada.get(&format!("/accounts/{id}/sending")).await.text.contains("whole organisation"));
        provider.smtp.clear_faults();

        // Taken back: the test says so, and the next sign-in sets going again what was stopped.
        lab.revoke();
        lab.expire_tokens();
        assert!(test(&mut ada, id).await.ends_with("#report"));
        house.office.store.stop_sending(id.0, "Sign in again.", &event("account.sending_stopped")).await.unwrap();
        let page = ada.get(&format!("/accounts/{id}/sending")).await.text;
        assert!(page.contains("Sign in again at Microsoft") && page.contains("Nothing is sent through it now"), "{page}");
        sign_in(&mut ada, lab, id).await;
        assert!(view(&mut ada, id).await.stopped.is_empty());
        assert!(test(&mut ada, id).await.ends_with("?done=proven"));
        assert!(provider.smtp.taken().is_empty(), "no letter was sent by a test");
    }
}

// O6, O21: Google has one permission for reading and sending: who has signed in may send, without another sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_at_google_sends_by_the_sign_in_it_is_read_with() {
    let options =
        GraphLabOptions { client_id: "1-a.apps.googleusercontent.com".into(), secret: "GOCSPX-lab".into(), ..GraphLabOptions::default() };
    let Some(provider) = Provider::start(options, "") else { return };
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let made = delegated_google::save(&mut ada, &provider.lab, &provider.mailbox, &[]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let id = id_of(made.header("location"));
    sign_in(&mut ada, &provider.lab, id).await;
    let page = ada.get(&format!("/accounts/{id}/sending")).await.text;
    assert!(page.contains("Letters can leave by the sign-in at Google") && !page.contains("sign in once more"), "{page}");
    assert_eq!(provider.save_sending(&mut ada, id, "starttls").await.status, StatusCode::OK);
    assert!(test(&mut ada, id).await.ends_with("?done=proven"), "{:?}", view(&mut ada, id).await.diagnosis);
    assert_eq!((provider.smtp.logins(), provider.smtp.taken().len()), (1, 0));
}

// FC-13, FC-14, O21: by Graph the same: reading alone until the person has permitted sending.
#[tokio::test]
async fn a_persons_mailbox_by_graph_sends_once_its_person_permits_it() {
    let (house, lab) = (House::with_ada().await, GraphLab::start(GraphLabOptions::default()).unwrap());
    let mut ada = house.signed_in("ada@example.com").await;
    let id = saved(&mut ada, &lab, &[]).await;
    sign_in(&mut ada, &lab, id).await;
    let first = view(&mut ada, id).await;
    assert!(first.graph && first.person.is_some_and(|person| !person.may_send));
    let text = id.to_string();
    let fields = [("id", text.as_str()), ("form[sender_name]", "Ada"), ("form[sender_address]", "ada@contoso.example")];
    let kept = ada.call("/api/sending/save", &fields).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
    let refused = ada.call("/api/sending/test", &[("id", &text)]).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.text.contains("Sign in once more"), "{}", refused.text);
    let url = sign_in(&mut ada, &lab, id).await;
    assert!(url.contains("Mail.Read%20") && url.contains("Mail.Send%20offline_access"), "{url}");
    assert!(test(&mut ada, id).await.ends_with("?done=proven"));
    let side = house.office.store.sending_side(id.0).await.unwrap().unwrap();
    assert_eq!(side.transport, SendingTransport::Graph);
}
