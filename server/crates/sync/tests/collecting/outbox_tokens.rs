//! Sending by SMTP with a token in the place of a password (XOAUTH2): permitted, renewed, refused, taken back; every letter leaves once.

use crate::graph::{account_of, application_of};
use crate::office::{NOW, Office, event, offices};
use crate::outbox::{hand_over_to, side};
use model::{AccountId, OutboxState, Protocol, SendingSignIn};
use postroom_connect::{ExposeSecret, SecretString};
use postroom_lab::{
    certs::LabAuthority,
    graph::{GraphLab, GraphLabOptions},
    imap::Tls,
    smtp::{SmtpFault, SmtpLab, SmtpStep},
};
use postroom_store::{ApplicationRecord, NewAccount, Scope, SendingSide, SignedIn};

/// A provider: who hands tokens out, and the server that takes them for sending.
fn provider() -> (GraphLab, SmtpLab) {
    let authority = LabAuthority::new().unwrap();
    let certificate = authority.good().unwrap();
    let options = GraphLabOptions { certificate: Some(certificate.clone()), ..GraphLabOptions::default() };
    let lab = GraphLab::start(options).unwrap();
    let smtp = SmtpLab::start_with(Tls::StartTls, authority, &certificate).unwrap();
    smtp.take_tokens(lab.judge_of_tokens("SMTP.Send"));
    (lab, smtp)
}

/// Ada's mailbox, read by IMAP and sending as it signs in; nobody has signed in yet.
async fn mailbox(office: &Office, lab: &GraphLab, smtp: &SmtpLab) -> AccountId {
    let new =
        NewAccount { protocol: Protocol::Imap, server: "localhost".into(), port: 993, pinned_fingerprint: None, ..account_of(lab, "Own") };
    let id = office.store.add_account(&new, &event("account.added")).await.unwrap();
    office.store.keep_application(id, &application_of(lab, true), &event("account.application")).await.unwrap();
    let side = SendingSide { sign_in: SendingSignIn::Account, user_name: String::new(), has_secret: false, ..side(id.0, smtp.port()) };
    office.store.keep_sending_side(&side, None, &event("account.sends")).await.unwrap();
    id
}

async fn sign_in(office: &Office, lab: &GraphLab, id: AccountId, sends: bool) {
    let event = event("account.signed_in");
    let signed_in = Some(SignedIn { event: &event, sends });
    office.store.keep_refresh_token(id, &SecretString::from(lab.signed_in()), NOW, signed_in).await.unwrap();
    office.engine.forget_token(id);
}

async fn start(office: &Office, id: AccountId) {
    office.store.start_sending(id.0, &event("account.sending_started")).await.unwrap();
}

async fn stopped(office: &Office, id: AccountId) -> String {
    office.store.sending_side(id.0).await.unwrap().unwrap().stopped
}

/// Sends what is due; how the letter stands then.
async fn sent(office: &Office, letter: i64) -> OutboxState {
    office.engine.send_due().await.unwrap();
    office.store.outbox_letter(Scope::Everything, letter).await.unwrap().row.state
}

// O6, O21, Q3: reading alone sends nothing and asks no server; permitted, a letter leaves by a token, which is renewed when it ends and
// whose refresh token is kept; taken back, letters wait until somebody has signed in again, and leave once.
#[tokio::test(flavor = "multi_thread")]
async fn letters_leave_by_the_sign_in_of_their_mailbox_and_wait_for_it() {
    use OutboxState::{Deferred, Sent};
    for office in offices().await {
        let (lab, smtp) = provider();
        let office = office.trusting(smtp.authority().ca_der.clone());
        let id = mailbox(&office, &lab, &smtp).await;
        sign_in(&office, &lab, id, false).await;
        let one = hand_over_to(&office, id.0, "one", "cy@client.example", NOW).await;
        assert_eq!(sent(&office, one).await, Deferred, "{}", office.name);
        assert!(stopped(&office, id).await.contains("Sign in once more to permit sending"), "{}", stopped(&office, id).await);
        assert_eq!((lab.tokens_given(), smtp.connections()), (0, 0), "nobody was asked for what is known to be refused");

        sign_in(&office, &lab, id, true).await;
        start(&office, id).await;
        let first = office.store.refresh_token(id).await.unwrap();
        assert_eq!(sent(&office, one).await, Sent, "{}", stopped(&office, id).await);
        assert_ne!(office.store.refresh_token(id).await.unwrap().expose_secret(), first.expose_secret(), "the lab takes each once");
        assert!(smtp.commands().iter().any(|line| line.starts_with("AUTH XOAUTH2 ")));
        let clear = String::from_utf8_lossy(&smtp.clear_text_received()).into_owned();
        assert!(!clear.contains("AUTH"), "{clear}");

        // Refused before its time: renewed once, and the letter leaves in the same attempt.
        lab.expire_tokens();
        let given = lab.tokens_given();
        let two = hand_over_to(&office, id.0, "two", "cy@client.example", NOW).await;
        assert_eq!((sent(&office, two).await, lab.tokens_given()), (Sent, given + 1), "{}", stopped(&office, id).await);

        // Taken back: the letter waits, and nothing is tried meanwhile.
        lab.revoke();
        lab.expire_tokens();
        let three = hand_over_to(&office, id.0, "three", "cy@client.example", NOW).await;
        assert_eq!(sent(&office, three).await, Deferred);
        assert!(stopped(&office, id).await.contains("Sign in again"), "{}", stopped(&office, id).await);
        let connections = smtp.connections();
        office.clock.advance(24 * 60 * 60_000);
        assert_eq!((sent(&office, three).await, smtp.connections()), (Deferred, connections));
        sign_in(&office, &lab, id, true).await;
        start(&office, id).await;
        assert_eq!(sent(&office, three).await, Sent, "{}", stopped(&office, id).await);
        let ids: Vec<String> = smtp.taken().iter().map(|taken| taken.message_id()).collect();
        assert_eq!(ids, ["one@office.example", "two@office.example", "three@office.example"], "{}", office.name);
    }
}

// Q3, O21: sending by SMTP that is switched off stops the account with the reason, and no token is asked for anew; a sender that is not
// permitted is the letter's own trouble.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_does_not_allow_is_told_and_loses_no_letter() {
    let office = offices().await.remove(0);
    let (lab, smtp) = provider();
    let office = office.trusting(smtp.authority().ca_der.clone());
    let id = mailbox(&office, &lab, &smtp).await;
    sign_in(&office, &lab, id, true).await;
    let off = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.";
    smtp.set_fault(SmtpFault::SayAt(SmtpStep::Auth, off.into()));
    let one = hand_over_to(&office, id.0, "one", "cy@client.example", NOW).await;
    assert_eq!(sent(&office, one).await, OutboxState::Deferred);
    assert!(stopped(&office, id).await.contains("whole organisation"), "{}", stopped(&office, id).await);
    assert_eq!(lab.tokens_given(), 1);
    smtp.clear_faults();
    start(&office, id).await;
    assert_eq!(sent(&office, one).await, OutboxState::Sent);

    let denied = "550 5.7.60 SMTP; Client does not have permissions to send as this sender";
    smtp.set_fault(SmtpFault::SayAt(SmtpStep::Letter, denied.into()));
    let two = hand_over_to(&office, id.0, "two", "cy@client.example", NOW).await;
    assert_eq!(sent(&office, two).await, OutboxState::Refused);
    let letter = office.store.outbox_letter(Scope::Everything, two).await.unwrap();
    assert!(letter.row.reason.contains("Send As") && stopped(&office, id).await.is_empty(), "{}", letter.row.reason);
}

// FC-13, FC-14, O21: by Graph, a person's sign-in that permits reading alone hands nothing in; one that permits sending does.
#[tokio::test(flavor = "multi_thread")]
async fn a_persons_mailbox_by_graph_sends_once_sending_is_permitted() {
    for office in offices().await {
        let lab = GraphLab::start(GraphLabOptions::default()).unwrap();
        let id = AccountId(crate::outbox_graph::sender(&office, &lab).await);
        let application = office.store.application(id).await.unwrap().unwrap();
        let delegated = ApplicationRecord { delegated: true, ..application };
        office.store.keep_application(id, &delegated, &event("account.application")).await.unwrap();
        let one = hand_over_to(&office, id.0, "one", "cy@client.example", NOW).await;
        assert_eq!(sent(&office, one).await, OutboxState::Deferred, "{}", office.name);
        assert!(stopped(&office, id).await.contains("Sign in again"), "nobody has signed in: {}", stopped(&office, id).await);
        sign_in(&office, &lab, id, false).await;
        start(&office, id).await;
        assert_eq!(sent(&office, one).await, OutboxState::Deferred);
        assert!(stopped(&office, id).await.contains("Sign in once more") && lab.sent().is_empty(), "{}", stopped(&office, id).await);
        sign_in(&office, &lab, id, true).await;
        start(&office, id).await;
        assert_eq!((sent(&office, one).await, lab.sent().len()), (OutboxState::Sent, 1), "{}", stopped(&office, id).await);
    }
}
