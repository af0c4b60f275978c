//! Letters are forwarded to approved addresses, and those that wait for an answer are worked through: by their pages, without script.

use crate::accounts::{connected, lab};
use crate::browser::{Browser, House, event};
use crate::letters::found;
use crate::sending::side;
use http::StatusCode;
use model::*;
use postroom_lab::{
    certs::LabAuthority,
    imap::{ImapLab, Tls},
    smtp::SmtpLab,
};
use postroom_store::{Scope, SendingSide};
use tokio_util::sync::CancellationToken;

const DESK: &str = "desk@kontor.example";
const TOUR: &str = "post@tour.example";

/// A letter that no server carries as it is.
const HOSTILE: &[u8] =
    b"From: Cy Agent <cy@agent.example>\r\nTo: <office@office.example>\r\nSubject: Rates 2027\r\nDate: Mon, 1 Jun 2026 10:00:00 +0000\r\n\
    Message-ID: <rates@agent>\r\nX-Evil: a\r\n\r\nStra\xdfe\nBcc: evil@x.example\r\n.\r\nFrom here\r\n";

/// A Postroom whose one account sends, and may pass letters on to one address.
async fn postroom(letters: &[&[u8]]) -> (House, Browser, AccountId, ImapLab) {
    let house = House::with_ada().await;
    let lab = lab();
    for raw in letters {
        lab.deliver("ada", "INBOX", raw.to_vec(), &[]);
    }
    let mut ada = house.signed_in("ada@example.com").await;
    let account = connected(&mut ada, &lab).await;
    ada.call("/api/accounts/enable", &[("id", &account.to_string())]).await;
    let stop = CancellationToken::new();
    house.office.engine.collect_account(account, &stop).await.unwrap();
    house.office.engine.index_waiting(&stop).await.unwrap();
    let side = side(account, "The desk", DESK);
    let store = &house.office.store;
    store.keep_sending_side(&side, None, &event("account.sends")).await.unwrap();
    store.prove_sending(account.0, &event("account.proven")).await.unwrap();
    let settings = ImportSettings { on: true, ..ImportSettings::default() };
    store.save_import_settings(account, &settings, &event("account.import")).await.unwrap();
    store.keep_forward(account, None, TOUR, "Tour\r\nBcc: evil@x.example", &event("account.forward")).await.unwrap();
    (house, ada, account, lab)
}

async fn forward(ada: &mut Browser, letter: MessageId, account: AccountId, to: &str, key: &str, how: &str) -> crate::browser::Came {
    let (letter, account) = (letter.to_string(), account.to_string());
    let fields = [
        ("letter", letter.as_str()),
        ("account", &account),
        ("form[to]", to),
        ("form[note]", "Please book.\r\nBcc: evil@x.example"),
        ("form[how]", how),
        ("form[key]", key),
    ];
    ada.call("/api/forward/send", &fields).await
}

async fn approved(house: &House, account: AccountId) -> String {
    house.office.store.import_settings(account).await.unwrap().forwards[0].id.to_string()
}

fn outbox_of(came: &crate::browser::Came) -> i64 {
    came.header("location").trim_start_matches("/outbox/").split('?').next().unwrap().parse().unwrap_or_else(|_| panic!("{came:?}"))
}

// TP-42, Q5, Q8: from our own address, answers to the sender, the original octet by octet, once, and only to where it may go.
#[tokio::test]
async fn a_letter_is_forwarded_octet_by_octet_to_an_approved_address_and_nowhere_else() {
    let (house, mut ada, account, _lab) = postroom(&[HOSTILE]).await;
    let store = &house.office.store;
    let rates = found(&mut ada, "rates").await[0].id;
    let plain = found(&mut ada, "fishing").await[0].id;
    let to = approved(&house, account).await;
    let page = ada.get(&format!("/messages/{rates}/forward?account={account}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["post@tour.example", "cy@agent.example", DESK, "as a file whose name ends in .eml"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(ada.get(&format!("/messages/{plain}/forward")).await.text.contains("as a letter within the letter"));
    assert!(ada.get(&format!("/messages/{rates}")).await.text.contains("Forward to an approved address"));

    let came = forward(&mut ada, rates, account, &to, "k1", "attached").await;
    let outbox = outbox_of(&came);
    assert_eq!(outbox_of(&forward(&mut ada, rates, account, &to, "k1", "attached").await), outbox, "a second click sends nothing");
    let raw = store.outbox_bytes(outbox).await.unwrap();
    let opened = postroom_mail::attachment::open(&raw, 0).unwrap();
    assert_eq!((opened.bytes.as_slice(), opened.info.name.as_str()), (HOSTILE, "Rates 2027.eml"));
    let read = postroom_mail::read(&raw).letter.unwrap();
    let of = |wanted| read.people.iter().filter(|(role, _)| *role == wanted).map(|(_, one)| one.address.clone()).collect::<Vec<_>>();
    assert_eq!(
        (of(AddressRole::From), of(AddressRole::ReplyTo), of(AddressRole::To)),
        (vec![DESK.to_owned()], vec!["cy@agent.example".to_owned()], vec![TOUR.to_owned()])
    );
    assert!(of(AddressRole::Bcc).is_empty() && of(AddressRole::Cc).is_empty() && !read.is_automatic);
    assert_eq!(read.subject, "Fwd: Rates 2027");
    assert!(read.text.starts_with("Please book.") && postroom_mail::not_passed_on(&raw).is_some());
    let letter = store.outbox_letter(Scope::Everything, outbox).await.unwrap();
    assert_eq!(letter.recipients.iter().map(|one| one.address.as_str()).collect::<Vec<_>>(), [TOUR]);

    // It shows on the letter's page and in the trail; quoted, its words stand below the note.
    let page = ada.get(&format!("/messages/{rates}")).await.text;
    assert!(page.contains(">Forwarded</h2>") && page.contains(&format!("/outbox/{outbox}")), "{page}");
    assert!(ada.get("/audit").await.text.contains("forwarded a letter to an approved address"));
    let quoted = outbox_of(&forward(&mut ada, plain, account, &to, "k2", "inline").await);
    let raw = store.outbox_bytes(quoted).await.unwrap();
    let read = postroom_mail::read(&raw).letter.unwrap();
    assert!(read.text.contains("Forwarded letter") && read.text.contains("On Sunday?"), "{}", read.text);
    assert_eq!(read.attachments.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["page.html"]);

    // Nowhere else: not by another number, not by an account that does not have it, not by the wizard.
    for (to, status) in
        [("", StatusCode::UNPROCESSABLE_ENTITY), ("0", StatusCode::UNPROCESSABLE_ENTITY), ("999", StatusCode::UNPROCESSABLE_ENTITY)]
    {
        assert_eq!(forward(&mut ada, rates, account, to, "k3", "attached").await.status, status, "{to:?}");
    }
    assert_eq!(forward(&mut ada, rates, AccountId(999), &to, "k4", "attached").await.status, StatusCode::NOT_FOUND);
    assert_eq!(forward(&mut ada, MessageId(999), account, &to, "k5", "attached").await.status, StatusCode::NOT_FOUND);
    let before = store.outbox(Scope::Everything, OutboxFilter::All, None, 99).await.unwrap().len();
    assert_eq!(before, 2);

    // W2: whoever may not see the letter learns nothing of it.
    house.add_user("ben@example.com", Role::Staff, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    assert_eq!(ben.get(&format!("/messages/{rates}/forward?account={account}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(forward(&mut ben, rates, account, &to, "k6", "attached").await.status, StatusCode::NOT_FOUND);
}

// TP-42: what somebody writes on with goes to approved addresses only too.
#[tokio::test]
async fn the_wizard_forwards_an_importing_accounts_letter_to_approved_addresses_only() {
    let (house, mut ada, _, _lab) = postroom(&[]).await;
    let store = &house.office.store;
    let user = store.user_by_email("ada@example.com").await.unwrap().unwrap().id;
    let sender = Sender { name: "Ada".into(), address: DESK.into(), may_send: true, ..Sender::default() };
    store.keep_sender(user, &sender, &event("sender.kept")).await.unwrap();
    let letter = found(&mut ada, "fishing").await[0].id;
    let csrf = ada.csrf().await;
    let fields = [("csrf", csrf.as_str()), ("answers", &letter.to_string()), ("mode", "forward")];
    let at = ada.post("/api/compose/begin", &fields).await.header("location").to_owned();
    let id: DraftId = at.trim_start_matches("/compose/").parse().unwrap();
    let who = postroom_server::office::Principal::Person(ada_viewer(&house).await);
    for (to, sent) in [("evil@x.example", false), (TOUR, true)] {
        let draft = store.draft(user, id).await.unwrap();
        let form = LetterForm { to: to.into(), ..draft.form };
        house.office.keep_letter(&who, id, draft.version, form).await.unwrap();
        let look = house.office.compose_view(&who, id, true).await.unwrap();
        let outcome = house.office.send_letter(&who, id, &look.mark).await;
        match outcome {
            Ok(SendOutcome::Held) => assert!(sent, "{to}"),
            Err(Problem::Conflict(why)) => assert!(!sent && why.contains("approved"), "{to}: {why}"),
            other => panic!("{to}: {other:?} {:?}", look.preflight),
        }
    }
    let went = store.forwards_of(letter).await.unwrap();
    assert_eq!(went.len(), 1);
    // Q7: it is marked, so no Postroom forwards it again; what carries such a mark, the wizard does not forward either.
    let raw = store.outbox_bytes(went[0].outbox).await.unwrap();
    assert_eq!(postroom_mail::not_passed_on(&raw), Some(postroom_mail::NotPassedOn::Forwarded));
    let (other, mut bea, account, _lab) = postroom(&[&raw]).await;
    let store = &other.office.store;
    let user = store.user_by_email("ada@example.com").await.unwrap().unwrap().id;
    store.keep_sender(user, &sender, &event("sender.kept")).await.unwrap();
    let came = found(&mut bea, "subject:Fwd").await[0].id;
    assert!(store.is_guarded(came).await.unwrap(), "{account}");
    let who = postroom_server::office::Principal::Person(ada_viewer(&other).await);
    let id = other.office.begin_letter(&who, None, Some(came), ComposeMode::Forward, None).await.unwrap();
    let draft = store.draft(user, id).await.unwrap();
    let form = LetterForm { to: TOUR.into(), ..draft.form };
    other.office.keep_letter(&who, id, draft.version, form).await.unwrap();
    let look = other.office.compose_view(&who, id, true).await.unwrap();
    let blocks = look.preflight.unwrap().blocks;
    assert!(blocks.iter().any(|(_, why)| why.starts_with("A Postroom forwarded this letter already.")), "{blocks:?}");
    assert_eq!(other.office.send_letter(&who, id, &look.mark).await.unwrap(), SendOutcome::Look);
}

async fn ada_viewer(house: &House) -> Viewer {
    let user = house.office.store.user_by_email("ada@example.com").await.unwrap().unwrap();
    Viewer {
        id: user.id,
        name: "Ada".into(),
        email: "ada@example.com".into(),
        role: Role::Administrator,
        granted: Vec::new(),
        csrf: String::new(),
        shortcuts: true,
    }
}

/// A Postroom with servers of its own: letters come by the one and leave by the other.
struct Served {
    house: House,
    ada: Browser,
    account: AccountId,
    mailbox: ImapLab,
    smtp: SmtpLab,
}

async fn served() -> Served {
    let (house, ada, account, mailbox) = postroom(&[]).await;
    let authority = LabAuthority::new().unwrap();
    let certificate = authority.good().unwrap();
    let smtp = SmtpLab::start_with(Tls::StartTls, authority, &certificate).unwrap();
    let store = &house.office.store;
    let side = SendingSide {
        port: smtp.port(),
        sign_in: SendingSignIn::Own,
        user_name: "ada".into(),
        pinned_fingerprint: Some(certificate.fingerprint.clone()),
        ..store.sending_side(account.0).await.unwrap().unwrap()
    };
    store.keep_sending_side(&side, Some(&"secret".to_owned().into()), &event("account.sends")).await.unwrap();
    store.prove_sending(account.0, &event("account.proven")).await.unwrap();
    Served { house, ada, account, mailbox, smtp }
}

impl Served {
    /// Forwards a letter; the one that arrived at the server, if it left.
    async fn forward(&mut self, letter: MessageId, how: &str) -> Result<Vec<u8>, String> {
        let (to, key) = (approved(&self.house, self.account).await, format!("{letter}{how}"));
        let came = forward(&mut self.ada, letter, self.account, &to, &key, how).await;
        if came.status != StatusCode::OK {
            return Err(came.text);
        }
        self.house.clock.advance(60_000);
        self.house.office.engine.send_due().await.unwrap();
        let letter = self.house.office.store.outbox_letter(Scope::Everything, outbox_of(&came)).await.unwrap();
        assert_eq!(letter.row.state, OutboxState::Sent, "{}", letter.row.reason);
        Ok(self.smtp.taken().pop().unwrap().raw)
    }

    /// A letter comes into the mailbox, as servers hand it on, and is collected.
    async fn receive(&mut self, raw: &[u8], words: &str) -> MessageId {
        let way = b"Received: from mx.one.example by mx.two.example; Mon, 1 Jun 2026 10:00:00 +0000\r\n";
        self.mailbox.deliver("ada", "INBOX", [&way[..], raw].concat(), &[]);
        let stop = CancellationToken::new();
        self.house.office.engine.collect_account(self.account, &stop).await.unwrap();
        self.house.office.engine.index_waiting(&stop).await.unwrap();
        self.house.office.engine.import_waiting(&stop).await.unwrap();
        found(&mut self.ada, words).await[0].id
    }
}

// Q7: what one Postroom forwarded, no other forwards on, nor does it come back: two with stores, outboxes and servers of their own that
// forward to each other stop after one letter each.
#[tokio::test]
async fn two_postrooms_that_forward_to_each_other_stop_after_one() {
    for how in ["attached", "inline"] {
        let (mut one, mut other) = (served().await, served().await);
        let letter = found(&mut one.ada, "fishing").await[0].id;
        let there = one.forward(letter, how).await.unwrap();
        let came = other.receive(&there, "subject:Fwd").await;
        for again in ["attached", "inline"] {
            let refused = other.forward(came, again).await.unwrap_err();
            assert!(refused.contains("A Postroom forwarded this letter already."), "{refused}");
        }
        let page = other.ada.get(&format!("/messages/{came}/forward?account={}", other.account)).await.text;
        assert!(page.contains("A Postroom forwarded this letter already."), "{page}");
        // The other way round it is the same.
        let letter = found(&mut other.ada, "fishing").await.last().unwrap().id;
        let back = other.forward(letter, how).await.unwrap();
        let came = one.receive(&back, "subject:Fwd").await;
        assert!(one.forward(came, how).await.is_err());
        for postroom in [&one, &other] {
            assert_eq!(postroom.smtp.taken().len(), 1, "one letter left, and no more");
            let outbox = postroom.house.office.store.outbox(Scope::Everything, OutboxFilter::All, None, 9).await.unwrap();
            assert_eq!(outbox.len(), 1);
        }
    }
}

// TP-42: who is refused for want of an approved address, and may approve one, is led to where that is done.
#[tokio::test]
async fn a_refused_forward_leads_to_the_accounts_import_tab() {
    let (house, mut ada, account, _lab) = postroom(&[]).await;
    let letter = found(&mut ada, "fishing").await[0].id;
    let forward = house.office.store.import_settings(account).await.unwrap().forwards[0].id;
    let fields = [("id", account.to_string()), ("forward", forward.to_string())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    ada.call("/api/reply-import/remove-forward", &fields).await;
    house.office.engine.import_waiting(&CancellationToken::new()).await.unwrap();
    for page in [format!("/messages/{letter}/forward?account={account}"), format!("/messages/{letter}/forward")] {
        let page = ada.get(&page).await.text;
        assert!(page.contains(&format!("href=\"/accounts/{account}/import\"")) && page.contains("Approve an address"), "{page}");
    }
}

// TP-37, TP-45: the letter's own page says what the import rules made of it, and leads to where that is dealt with.
#[tokio::test]
async fn a_letters_page_says_what_the_import_rules_made_of_it() {
    let (house, mut ada, account, _lab) = postroom(&[]).await;
    let letter = found(&mut ada, "fishing").await[0].id;
    assert!(!ada.get(&format!("/messages/{letter}")).await.text.contains("Replies of agents and suppliers"), "not looked at yet");
    house.office.engine.import_waiting(&CancellationToken::new()).await.unwrap();
    let page = ada.get(&format!("/messages/{letter}")).await.text;
    for words in [
        "Replies of agents and suppliers",
        "Waits in the queue Email Management.",
        "Nobody here has the address friend@private.example.",
        &format!("href=\"/management/{account}-{letter}\""),
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

// S19: the list is worked through by its buttons, with undo.
#[tokio::test]
async fn what_waits_for_an_answer_is_worked_through() {
    for house in House::everywhere_with_ada().await {
        let lab = lab();
        let asks = "From: <max@example.com>\r\nTo: <office@office.example>\r\nSubject: May we meet\r\nDate: Mon, 7 Sep 2026 10:00:00 +0000\r\nMessage-ID: <meet@lab>\r\n\r\nOn Monday?\r\n";
        lab.deliver("ada", "INBOX", asks.as_bytes().to_vec(), &[]);
        let mut ada = house.signed_in("ada@example.com").await;
        let list = b"code,name,self1\nK1,Zoe,zoe@example.com\nK2,Max Potter,max@example.com\n".to_vec();
        house.office.import_file(&house.console(), list, false).await.unwrap();
        let account = connected(&mut ada, &lab).await;
        ada.call("/api/accounts/enable", &[("id", &account.to_string())]).await;
        house.office.engine.collect_account(account, &CancellationToken::new()).await.unwrap();
        let page = ada.get("/unanswered?days=10").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("May we meet") && page.text.contains("Max Potter"), "{}", page.text);
        let rows = ada.ask("/api/unanswered/list", &serde_json::json!({ "days": 10 })).await.json::<UnansweredPage>().rows;
        let row = rows.iter().find(|row| row.name == "Max Potter").unwrap();
        assert_eq!((row.from.address.as_str(), row.is_contact), ("max@example.com", false));
        let (party, letter) = (row.party.to_string(), row.letter.to_string());
        let done = ada.call("/api/unanswered/aside", &[("party", &party), ("letter", &letter), ("days", "10")]).await;
        assert_eq!(done.header("location"), "/unanswered?days=10&done=aside");
        let page = ada.get("/unanswered?days=10&done=aside").await.text;
        assert!(page.contains("It needs no answer.") && page.contains("Undo") && !page.contains(&format!("answers={letter}")), "{page}");
        ada.call("/api/unanswered/again", &[("party", &party), ("days", "10")]).await;
        assert!(ada.get("/unanswered?days=10").await.text.contains(&format!("answers={letter}")));
    }
}
