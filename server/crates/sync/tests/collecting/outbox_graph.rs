//! Sending through Microsoft 365 by Graph: every answer, lost answers, blind copies, and what comes of them.

use crate::{
    graph::connect,
    office::{NOW, Office, event, offices},
};
use model::{Origin, OutboxState, RecipientRole, Security, SendingSignIn, SendingTransport, SentCopy};
use postroom_lab::graph::{GraphFault, GraphLab, GraphLabOptions};
use postroom_store::{Outgoing, OutgoingRecipient, Scope, SendingSide};

const ALL: Scope = Scope::Everything;

pub fn lab() -> GraphLab {
    GraphLab::start(GraphLabOptions { permissions: vec!["Mail.Read".into(), "Mail.Send".into()], ..GraphLabOptions::default() }).unwrap()
}

pub async fn sender(office: &Office, lab: &GraphLab) -> i64 {
    let account = connect(office, lab, "Graph").await.0;
    let side = SendingSide {
        account,
        transport: SendingTransport::Graph,
        server: String::new(),
        port: 443,
        security: Security::Tls,
        sign_in: SendingSignIn::Account,
        user_name: String::new(),
        has_secret: false,
        pinned_fingerprint: None,
        allow_clear_text: false,
        timeout_seconds: 5,
        sender_name: "Ada".into(),
        sender_address: "ada@contoso.example".into(),
        sent_copy: SentCopy::Server,
        copies_chosen: true,
        proven_at: None,
        stopped: String::new(),
        stopped_at: None,
        retry_refusals: false,
        is_system: false,
    };
    office.store.keep_sending_side(&side, None, &event("account.sends")).await.unwrap();
    account
}

fn letter(account: i64, name: &str, at: i64) -> Outgoing {
    let raw = format!(
        "Message-ID: <{name}@contoso.example>\r\nFrom: Ada <ada@contoso.example>\r\nTo: Cy <cy@client.example>\r\nCc: di@client.example\r\nSubject: {name}\r\nDate: Tue, 1 Sep 2026 10:00:00 +0000\r\n\r\n.dot\r\n.\r\nend {name}\r\n"
    );
    let to = |address: &str, role| OutgoingRecipient { role, address: address.into(), name: String::new() };
    Outgoing {
        account,
        message_id: format!("<{name}@contoso.example>"),
        raw: raw.into_bytes(),
        sender: "ada@contoso.example".into(),
        subject: name.into(),
        recipients: vec![
            to("cy@client.example", RecipientRole::To),
            to("di@client.example", RecipientRole::Cc),
            to("bo@client.example", RecipientRole::Bcc),
        ],
        party: None,
        answers: None,
        by_user: None,
        origin: Origin::Person,
        cost_centre: None,
        trace: String::new(),
        form_key: None,
        not_before: at,
    }
}

async fn hand_over(office: &Office, outgoing: &Outgoing, at: i64) -> i64 {
    let handed = postroom_store::NewEvent { at, ..event("letter.handed_over") };
    office.store.enqueue(outgoing, &handed).await.unwrap().id
}

// FC-13, FC-14, W7: every answer leads to the right state; nothing leaves twice; a blind copy is told nobody.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_graph_leads_to_the_right_state() {
    use OutboxState::{Deferred, Refused, Sent, Uncertain};
    let rows = [
        (None, Sent, false, 1),
        (Some(GraphFault::SendRefused(400, "ErrorMimeContentInvalid")), Refused, false, 0),
        (Some(GraphFault::SendRefused(401, "InvalidAuthenticationToken")), Deferred, true, 0),
        (Some(GraphFault::SendRefused(403, "ErrorAccessDenied")), Deferred, true, 0),
        (Some(GraphFault::SendRefused(403, "ErrorSendAsDenied")), Refused, false, 0),
        (Some(GraphFault::SendRefused(404, "ErrorInvalidUser")), Deferred, true, 0),
        (Some(GraphFault::SendRefused(413, "RequestEntityTooLarge")), Refused, false, 0),
        (Some(GraphFault::SendThrottled(0)), Deferred, false, 0),
        (Some(GraphFault::SendRefused(503, "serviceNotAvailable")), Deferred, false, 0),
        (Some(GraphFault::SendRefused(500, "InternalServerError")), Uncertain, false, 0),
        (Some(GraphFault::SendRefused(504, "GatewayTimeout")), Uncertain, false, 0),
        (Some(GraphFault::SendLost), Uncertain, false, 0),
        (Some(GraphFault::SendKeptButSilent), Uncertain, false, 1),
        (Some(GraphFault::SendKeptButLate), Uncertain, false, 1),
        (Some(GraphFault::TokenRefused("invalid_client", 7_000_215)), Sent, false, 1),
        (Some(GraphFault::NotHttp), Uncertain, false, 0),
        (Some(GraphFault::Redirects), Deferred, false, 0),
    ];
    for office in offices().await {
        let lab = lab();
        let account = sender(&office, &lab).await;
        let mut now = NOW;
        for (number, (fault, state, stopped, kept)) in rows.iter().enumerate() {
            let name = format!("row{number}");
            let id = hand_over(&office, &letter(account, &name, now), now).await;
            fault.iter().for_each(|fault| lab.set_fault(fault.clone()));
            office.engine.send_due().await.unwrap();
            lab.clear_faults();
            let kept_now =
                || lab.sent().into_iter().filter(|sent| sent.message_id() == format!("{name}@contoso.example")).collect::<Vec<_>>();
            let found = office.store.outbox_letter(ALL, id).await.unwrap();
            let is_stopped = !office.store.sending_side(account).await.unwrap().unwrap().stopped.is_empty();
            assert_eq!(
                (found.row.state, is_stopped, kept_now().len()),
                (*state, *stopped, *kept),
                "{}: {fault:?}: {} {}",
                office.name,
                found.row.reply,
                found.row.reason
            );
            if is_stopped {
                office.store.start_sending(account, &event("account.sending_started")).await.unwrap();
            }
            for _ in 0..2 {
                now += 61 * 60_000;
                office.clock.advance(61 * 60_000);
                office.engine.send_due().await.unwrap();
            }
            let found = office.store.outbox_letter(ALL, id).await.unwrap();
            let end = if *state == Deferred { Sent } else { *state };
            assert_eq!(found.row.state, end, "{fault:?}: {} {}", found.row.reply, found.row.reason);
            assert!(kept_now().len() <= 1, "{fault:?} left twice");
            for sent in kept_now() {
                assert_eq!(sent.recipients, ["bo@client.example", "cy@client.example", "di@client.example"]);
                let text = String::from_utf8(sent.delivered).unwrap();
                assert!(!text.to_ascii_lowercase().contains("bcc") && !text.contains("bo@client.example"), "{text}");
                assert!(text.ends_with(&format!("\r\n\r\n.dot\r\n.\r\nend {name}\r\n")), "{text:?}");
            }
        }
        for heard in lab.heard().iter().filter(|heard| heard.method == "POST" && heard.path.starts_with("/v1.0/")) {
            assert!(heard.path.starts_with("/v1.0/users/ada%40contoso.example/sendMail"), "{heard:?}");
        }
    }
}

// DESIGN §9: an answer that was lost is settled by the copy in Sent Items, which the provider wrote anew; it is one letter with ours.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_in_sent_items_settles_what_nobody_knew() {
    for office in offices().await {
        let lab = lab();
        let account = sender(&office, &lab).await;
        let certain = hand_over(&office, &letter(account, "certain", NOW), NOW).await;
        office.engine.send_due().await.unwrap();
        lab.set_fault(GraphFault::SendKeptButSilent);
        let uncertain = hand_over(&office, &letter(account, "uncertain", NOW), NOW).await;
        office.engine.send_due().await.unwrap();
        lab.clear_faults();
        assert_eq!(office.store.outbox_letter(ALL, uncertain).await.unwrap().row.state, OutboxState::Uncertain);
        office.collect(model::AccountId(account)).await;
        office.engine.send_due().await.unwrap();
        assert_eq!(lab.sent().len(), 2);
        for id in [certain, uncertain] {
            let found = office.store.outbox_letter(ALL, id).await.unwrap();
            assert_eq!(found.row.state, OutboxState::Sent, "{}", office.name);
            assert!(found.row.filed_as.is_some() && found.row.seen_in_sent_at.is_some());
        }
        // One letter each, although the copy is not ours octet by octet.
        assert_eq!(office.store.mailbox(ALL, model::AccountId(account), None, 50).await.unwrap().len(), 2, "{}", office.name);
    }
}

// A letter that some have already cannot be handed in for the others alone: Graph reads the recipients from its headers.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_a_letter_a_second_time_because_another_did_not() {
    let office = offices().await.remove(0);
    let lab = lab();
    let account = sender(&office, &lab).await;
    let id = hand_over(&office, &letter(account, "bounced", NOW), NOW).await;
    office.engine.send_due().await.unwrap();
    let returned = postroom_store::Returned {
        message_ids: vec!["bounced@contoso.example".into()],
        recipients: vec![("cy@client.example".into(), "5.1.1 no".into())],
    };
    let filed = office.store.outbox_letter(ALL, id).await.unwrap().row.filed_as.unwrap();
    office.store.join_bounce(filed, NOW + 1, &returned).await.unwrap();
    office.store.send_again(ALL, id, &event("letter.sent_again")).await.unwrap();
    office.engine.send_due().await.unwrap();
    let found = office.store.outbox_letter(ALL, id).await.unwrap();
    assert_eq!(lab.sent().len(), 1);
    assert!(found.row.reason.contains("some have it already"), "{:?} {}", found.row.state, found.row.reason);
}
