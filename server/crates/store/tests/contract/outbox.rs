//! Letters on their way out.

use super::*;
use model::{Origin, OutboxFilter, OutboxState, RecipientRole, RecipientState, Security, SendingSignIn, SendingTransport, SentCopy};
use postroom_store::{AppendEnd, ArrivedLetter, OutboxClaim, OutboxEnd, Outgoing, OutgoingRecipient, Returned, SendingSide, Store};
use secrecy::SecretString;
use shelf::Shelf;

pub(crate) const MINUTE: i64 = 60_000;

pub(crate) fn side(account: i64) -> SendingSide {
    SendingSide {
        account,
        transport: SendingTransport::Smtp,
        server: "smtp.office.example".into(),
        port: 587,
        security: Security::StartTls,
        sign_in: SendingSignIn::Own,
        user_name: "desk".into(),
        has_secret: true,
        pinned_fingerprint: None,
        allow_clear_text: false,
        timeout_seconds: 60,
        sender_name: "The front desk".into(),
        sender_address: "desk@office.example".into(),
        sent_copy: SentCopy::Append,
        copies_chosen: true,
        proven_at: None,
        stopped: String::new(),
        stopped_at: None,
        retry_refusals: false,
        is_system: false,
    }
}

/// A letter to one client, and the same as the reader would read it.
pub(crate) fn outgoing(account: i64, subject: &str, to: &[&str]) -> (Outgoing, ArrivedLetter) {
    let arrived = letter(1, "desk@office.example", to[0], subject, NOW);
    let postroom_store::Octets::Held(raw) = &arrived.raw else { unreachable!("a short letter") };
    let recipients =
        to.iter().map(|to| OutgoingRecipient { role: RecipientRole::To, address: (*to).into(), name: String::new() }).collect();
    let outgoing = Outgoing {
        account,
        message_id: format!("<{subject}@example.org>"),
        raw: raw.to_vec(),
        sender: "desk@office.example".into(),
        subject: subject.into(),
        recipients,
        party: None,
        answers: None,
        by_user: None,
        origin: Origin::Person,
        cost_centre: None,
        trace: "the system account".into(),
        form_key: Some(format!("form-{subject}")),
        not_before: NOW,
    };
    (outgoing, arrived)
}

pub(crate) async fn desk(shelf: &Shelf) -> (i64, model::FolderId) {
    let (account, folder) = shelf.mailbox("Desk").await;
    shelf.store.keep_sending_side(&side(account.0), Some(&SecretString::from("letmeout")), &event("account.sends")).await.unwrap();
    (account.0, folder)
}

pub(crate) fn end(state: OutboxState, at: i64) -> OutboxEnd {
    OutboxEnd {
        at,
        state,
        next_at: None,
        stage: "answer".into(),
        reply: "250 2.0.0 taken".into(),
        reason: String::new(),
        recipients: Vec::new(),
        provider_id: String::new(),
    }
}

pub(crate) async fn claim(store: &Store, now: i64) -> Option<OutboxClaim> {
    store.claim_outgoing("me", None, now, now + MINUTE).await.unwrap()
}

pub(crate) async fn state(store: &Store, id: i64) -> OutboxState {
    store.outbox_letter(ALL, id).await.unwrap().row.state
}

// I11, TP-09, I8: a sending side is kept with its secret sealed; there is one system account.
#[tokio::test]
async fn a_sending_side_is_kept_and_its_secret_is_sealed() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = desk(&shelf).await;
        assert_eq!(store.sending_side(account).await.unwrap().unwrap(), side(account));
        assert_eq!(store.sending_secret(account).await.unwrap().expose_secret(), "letmeout");
        store.prove_sending(account, &event("account.proven")).await.unwrap();
        assert_eq!(store.sending_side(account).await.unwrap().unwrap().proven_at, Some(NOW));
        store.stop_sending(account, "535 no", &event("account.sending_stopped")).await.unwrap();
        store.stop_sending(account, "535 again", &event("account.sending_stopped")).await.unwrap();
        assert_eq!(store.sending_side(account).await.unwrap().unwrap().stopped, "535 no");
        assert_eq!(store.events(None, 50).await.unwrap().iter().filter(|event| event.action == "account.sending_stopped").count(), 1);
        store.start_sending(account, &event("account.sending_started")).await.unwrap();

        // Who was never asked where copies go is offered the choice; whoever saved has chosen.
        assert!(!store.copies_unchosen(account).await.unwrap());
        shelf.tamper("update sending set copies_chosen = 0, sent_copy = 'none'").await;
        assert!(store.copies_unchosen(account).await.unwrap() && !store.copies_unchosen(999).await.unwrap(), "{}", shelf.name);
        let unasked = store.sending_side(account).await.unwrap().unwrap();
        store.keep_sending_side(&SendingSide { port: 587, ..unasked }, None, &event("account.sends")).await.unwrap();
        assert!(store.copies_unchosen(account).await.unwrap(), "another port is no answer: {}", shelf.name);
        store.keep_sending_side(&SendingSide { sent_copy: SentCopy::None, ..side(account) }, None, &event("account.sends")).await.unwrap();
        assert!(!store.copies_unchosen(account).await.unwrap());

        let other = store.add_account(&super::account("Other"), &event("account.added")).await.unwrap();
        let system = SendingSide { is_system: true, sign_in: SendingSignIn::None, ..side(other.0) };
        store.keep_sending_side(&system, None, &event("account.sends")).await.unwrap();
        store.keep_sending_side(&SendingSide { is_system: true, ..side(account) }, None, &event("account.sends")).await.unwrap();
        let sides = store.sending_sides().await.unwrap();
        assert_eq!(sides.iter().map(|side| side.is_system).collect::<Vec<_>>(), [true, false]);
        assert_eq!(store.sending_secret(account).await.unwrap().expose_secret(), "letmeout");
        assert!(matches!(store.sending_secret(other.0).await, Err(StoreError::NotFound)));
        assert!(store.sending_side(999).await.unwrap().is_none());
    }
}

// DESIGN §9: the form key stops the double click; a letter that is held can be taken back, and leaves on time otherwise.
#[tokio::test]
async fn a_letter_is_handed_over_once_and_can_be_taken_back() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = desk(&shelf).await;
        let (mut new, _) = outgoing(account, "tax", &["cy@client.example"]);
        new.not_before = NOW + 15_000;
        let first = store.enqueue(&new, &event("letter.handed_over")).await.unwrap();
        let again = store.enqueue(&new, &event("letter.handed_over")).await.unwrap();
        assert_eq!((first.already, again.already, again.id), (false, true, first.id));
        assert!(matches!(
            store.enqueue(&Outgoing { form_key: None, ..new.clone() }, &event("x")).await,
            Err(StoreError::Conflict("message_id_taken"))
        ));
        assert!(matches!(
            store.enqueue(&Outgoing { recipients: Vec::new(), ..new.clone() }, &event("x")).await,
            Err(StoreError::Conflict("no_recipients"))
        ));
        let mute = store.add_account(&super::account("Mute"), &event("account.added")).await.unwrap();
        assert!(matches!(
            store.enqueue(&Outgoing { account: mute.0, form_key: None, message_id: "<m@x>".into(), ..new.clone() }, &event("x")).await,
            Err(StoreError::Conflict("account_does_not_send"))
        ));
        assert_eq!(store.outbox_bytes(first.id).await.unwrap(), new.raw);
        assert!(store.events(None, 9).await.unwrap().iter().any(|event| event.subject == format!("outbox:{}", first.id)));
        assert_eq!(state(store, first.id).await, OutboxState::Held);
        assert!(claim(store, NOW + 14_000).await.is_none(), "{}", shelf.name);
        store.withdraw(ALL, first.id, &event("letter.taken_back")).await.unwrap();
        assert_eq!(state(store, first.id).await, OutboxState::Withdrawn);
        assert!(claim(store, NOW + MINUTE).await.is_none());
        // A person sends it all the same: under the same Message-ID.
        store.send_again(ALL, first.id, &event("letter.sent_again")).await.unwrap();
        let claimed = claim(store, NOW + MINUTE).await.unwrap();
        assert_eq!((claimed.id, claimed.attempt, claimed.message_id.as_str()), (first.id, 1, "tax@example.org"));
        assert!(matches!(store.withdraw(ALL, first.id, &event("x")).await, Err(StoreError::Conflict("letter_is_leaving"))));
        assert!(matches!(store.send_again(ALL, first.id, &event("x")).await, Err(StoreError::Conflict("letter_is_on_its_way"))));
    }
}

// RELIABILITY §2: before its body a lost letter is tried again; after it, never by itself.
#[tokio::test]
async fn a_lease_that_ran_out_is_retried_before_the_body_and_uncertain_after_it() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = desk(&shelf).await;
        let id = store.enqueue(&outgoing(account, "tax", &["cy@client.example"]).0, &event("x")).await.unwrap().id;
        let first = claim(store, NOW).await.unwrap();
        assert!(claim(store, NOW + 1).await.is_none());
        assert!(store.renew_outgoing(&first, NOW + 2 * MINUTE).await.unwrap());
        assert!(claim(store, NOW + MINUTE + 1).await.is_none());
        let second = claim(store, NOW + 2 * MINUTE + 1).await.unwrap();
        assert_eq!((second.attempt, second.planned), (2, 2));
        // The first one wakes up: not an octet may follow.
        assert!(!store.begin_body(&first, &[], NOW + 2 * MINUTE + 2, NOW + 9 * MINUTE).await.unwrap());
        assert!(!store.renew_outgoing(&first, NOW + 9 * MINUTE).await.unwrap());
        let taken = [(0, RecipientState::Waiting, "250 fine".to_owned())];
        assert!(store.begin_body(&second, &taken, NOW + 2 * MINUTE + 2, NOW + 5 * MINUTE).await.unwrap());
        assert_eq!(state(store, id).await, OutboxState::Body);
        assert!(store.strand_outgoing(NOW + 4 * MINUTE).await.unwrap().is_empty());
        assert_eq!(store.outgoing_holders().await.unwrap(), ["me"]);
        store.break_outgoing("me").await.unwrap();
        assert_eq!(store.strand_outgoing(NOW + 4 * MINUTE).await.unwrap(), [id]);
        assert_eq!(state(store, id).await, OutboxState::Uncertain);
        assert!(claim(store, NOW + 999 * MINUTE).await.is_none(), "{}", shelf.name);
        assert_eq!(store.outbox_stuck(ALL, NOW).await.unwrap(), (1, 0));
        let letter = store.outbox_letter(ALL, id).await.unwrap();
        assert_eq!(letter.attempts.len(), 2);
        assert_eq!(letter.recipients[0].reply, "250 fine");
        // Not even the holder of before makes it due; its answer, come late, still counts.
        assert!(store.settle_outgoing(&second, &end(OutboxState::Refused, NOW + 6 * MINUTE), None).await.unwrap());
        assert_eq!(state(store, id).await, OutboxState::Refused);
        assert!(!store.settle_outgoing(&first, &end(OutboxState::Deferred, NOW + 6 * MINUTE), None).await.unwrap());
    }
}

// DESIGN §9: after definite acceptance the letter is in the client's history, in the same transaction; blind copies' histories too.
#[tokio::test]
async fn a_letter_that_was_taken_is_in_the_histories() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, folder) = desk(&shelf).await;
        let on_file =
            store.save_client(ALL, None, &client("C1", &[(Person::Myself, 1, "cy@client.example")]), &event("client.added")).await.unwrap();
        let party = store.save_client(ALL, None, &client("C2", &[]), &event("client.added")).await.unwrap();
        let (mut new, arrived) = outgoing(account, "tax", &["cy@client.example", "bo@client.example"]);
        new.party = Some(party.0);
        let ann = store.add_user("ann@x.example", "Ann", Role::Staff, "x", &event("user.added")).await.unwrap();
        new.by_user = Some(ann.0);
        let id = store.enqueue(&new, &event("x")).await.unwrap().id;
        let claimed = claim(store, NOW).await.unwrap();
        assert_eq!(claimed.recipients.len(), 2);
        assert!(store.begin_body(&claimed, &[], NOW, NOW + MINUTE).await.unwrap());
        let recipients = vec![(0, RecipientState::Accepted, "250 ok".to_owned()), (1, RecipientState::Deferred, "450 later".to_owned())];
        let later = OutboxEnd { next_at: Some(NOW + MINUTE), recipients, ..end(OutboxState::Deferred, NOW + 1) };
        assert!(store.settle_outgoing(&claimed, &later, Some(&arrived)).await.unwrap());
        let kept = store.outbox_letter(ALL, id).await.unwrap();
        let filed = kept.row.filed_as.unwrap();
        assert_eq!((kept.row.state, kept.row.append_state.as_str(), kept.row.attempts), (OutboxState::Deferred, "due", 1));
        assert!(store.read_by(ann, &[filed]).await.unwrap().contains(&filed), "O7: whoever wrote it has read it");
        for history in [on_file, party] {
            let rows = store.history(ALL, history, &HistoryFilter::default(), None, 10).await.unwrap();
            assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [filed], "{}", shelf.name);
        }
        assert_eq!(store.mailbox(ALL, model::AccountId(account), None, 10).await.unwrap().len(), 1);
        // The rest gets it later: only who has not taken it yet, from the bytes that are a copy now.
        assert_eq!(store.outbox_bytes(id).await.unwrap(), new.raw);
        let again = store.claim_outgoing("me", Some(account), NOW + MINUTE, NOW + 2 * MINUTE).await.unwrap().unwrap();
        assert_eq!(again.recipients.iter().map(|one| one.address.as_str()).collect::<Vec<_>>(), ["bo@client.example"]);
        let recipients = vec![(1, RecipientState::Accepted, "250 ok".to_owned())];
        assert!(
            store.settle_outgoing(&again, &OutboxEnd { recipients, ..end(OutboxState::Sent, NOW + MINUTE) }, Some(&arrived)).await.unwrap()
        );
        let due = store.claim_append(NOW + 10, NOW + 20).await.unwrap().unwrap();
        assert_eq!((due.id, due.account, due.message_id.as_str(), due.tries), (id, account, "tax@example.org", 1));
        // One at a time; a lease that ran out, or a try that failed, is not the end.
        assert_eq!(store.claim_append(NOW + 11, NOW + 20).await.unwrap(), None);
        store.settle_append(&due, &AppendEnd::Later(NOW + 30, "busy".into())).await.unwrap();
        assert_eq!(store.outbox_letter(ALL, id).await.unwrap().append_said, "busy");
        assert_eq!(store.claim_append(NOW + 29, NOW + 40).await.unwrap(), None);
        assert_eq!(store.claim_append(NOW + 30, NOW + 40).await.unwrap().unwrap().tries, 2);
        let due = store.claim_append(NOW + 41, NOW + 60).await.unwrap().unwrap();
        // Given up, it is told, and a person can have it tried again.
        assert_eq!((store.copy_given_up(ALL, filed).await.unwrap(), store.outbox_waiting(ALL, NOW).await.unwrap()), (None, 0));
        store.settle_append(&due, &AppendEnd::Failed("full".into())).await.unwrap();
        assert_eq!((store.copy_given_up(ALL, filed).await.unwrap(), store.outbox_waiting(ALL, NOW).await.unwrap()), (Some(id), 1));
        assert_eq!(store.outbox_waiting(ALL, NOW + 1).await.unwrap(), 0, "what is old is no news");
        assert!(matches!(store.append_again(ALL, 999, &event("x")).await, Err(StoreError::NotFound)));
        store.append_again(ALL, id, &event("letter.copied_again")).await.unwrap();
        assert!(matches!(store.append_again(ALL, id, &event("x")).await, Err(StoreError::Conflict("copy_is_not_given_up"))));
        let due = store.claim_append(NOW + 61, NOW + 80).await.unwrap().unwrap();
        assert_eq!(due.tries, 1, "the plan of tries begins anew");
        store.settle_append(&due, &AppendEnd::Done).await.unwrap();
        assert_eq!(store.claim_append(NOW + 90, NOW + 99).await.unwrap(), None);
        assert!(matches!(store.send_again(ALL, id, &event("x")).await, Err(StoreError::Conflict("letter_is_sent"))));
        // Its copy in Sent, collected: the same letter.
        let epoch = store.close_census(folder, &census(5, &[1]), NOW).await.unwrap();
        assert_eq!(store.save_import(folder, epoch, &[arrived], &[], NOW).await.unwrap().elsewhere, 1);
        assert_eq!(store.mailbox(ALL, model::AccountId(account), None, 10).await.unwrap().len(), 1);
        assert!(store.verify(&mut |_, _| ()).await.unwrap().findings.is_empty(), "{}", shelf.name);
        // Sent, but not to everybody.
        assert_eq!(store.outbox_waiting(ALL, NOW).await.unwrap(), 0);
        shelf.tamper("update outbox_recipient set state = 'refused'").await;
        assert_eq!((store.outbox_waiting(ALL, NOW).await.unwrap(), store.outbox_waiting(ALL, NOW + 1).await.unwrap()), (1, 0));
        shelf.tamper("update outbox set settled_by = 'ada'").await;
        assert_eq!(store.outbox_waiting(ALL, NOW).await.unwrap(), 0, "{}: somebody has dealt with it", shelf.name);
    }
}

/// Sends a letter to the point where its answer was lost.
async fn uncertain(store: &Store, account: i64, subject: &str, to: &[&str]) -> (i64, ArrivedLetter) {
    let (new, arrived) = outgoing(account, subject, to);
    let claimed = on_the_line(store, &new).await;
    assert!(store.settle_outgoing(&claimed, &end(OutboxState::Uncertain, NOW), None).await.unwrap());
    (claimed.id, arrived)
}

/// Sends a letter to the point where its body has begun.
pub(crate) async fn on_the_line(store: &Store, new: &Outgoing) -> OutboxClaim {
    store.enqueue(new, &event("x")).await.unwrap();
    let claimed = claim(store, NOW).await.unwrap();
    assert!(store.begin_body(&claimed, &[], NOW, NOW + MINUTE).await.unwrap());
    claimed
}

// Q2, DESIGN §9: a Sent copy settles an uncertain letter; without one a person does; and a copy that the provider wrote anew is the same letter.
#[tokio::test]
async fn an_uncertain_letter_is_settled_by_its_copy_or_by_a_person() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let account = store.add_account(&super::account("Desk"), &event("account.added")).await.unwrap();
        let mut sent = folder("Sent");
        sent.role = Some(model::FolderRole::Sent);
        store.keep_folders(account, &[sent]).await.unwrap();
        let sent = store.folders(account).await.unwrap()[0].id;
        let account = account.0;
        store.keep_sending_side(&side(account), None, &event("account.sends")).await.unwrap();

        let (by_copy, copy) = uncertain(store, account, "one", &["cy@client.example"]).await;
        let (by_hand, hand) = uncertain(store, account, "two", &["cy@client.example"]).await;
        let (lost, _) = uncertain(store, account, "three", &["cy@client.example"]).await;
        assert_eq!(store.join_sent_copies(NOW).await.unwrap(), (0, 0));
        let epoch = store.close_census(sent, &census(5, &[7]), NOW).await.unwrap();
        store.save_import(sent, epoch, &[ArrivedLetter { uid: 7, ..copy }], &[], NOW).await.unwrap();
        assert_eq!(store.join_sent_copies(NOW + 5).await.unwrap(), (1, 1), "{}", shelf.name);
        assert_eq!(store.join_sent_copies(NOW + 6).await.unwrap(), (0, 0));
        let row = store.outbox_letter(ALL, by_copy).await.unwrap();
        assert_eq!((row.row.state, row.row.seen_in_sent_at, row.settled_by.as_str()), (OutboxState::Sent, Some(NOW + 5), "copy"));
        assert_eq!(row.recipients[0].state, RecipientState::Accepted);
        assert!(row.row.filed_as.is_some());

        store.settle_as_sent(by_hand, &hand, &event("letter.settled")).await.unwrap();
        assert!(matches!(store.settle_as_sent(by_hand, &hand, &event("x")).await, Err(StoreError::Conflict("letter_is_not_uncertain"))));
        let ours = store.outbox_letter(ALL, by_hand).await.unwrap().row.filed_as.unwrap();
        store.give_up_outgoing(lost, &event("letter.given_up")).await.unwrap();
        assert_eq!((state(store, by_hand).await, state(store, lost).await), (OutboxState::Sent, OutboxState::Refused));

        // The provider's own writing of the second letter: another identity under the same Message-ID.
        let mut theirs = letter(8, "desk@office.example", "cy@client.example", "two, rewritten", NOW + 1);
        theirs.letter.message_id = hand.letter.message_id.clone();
        theirs.letter.message_key = hand.letter.message_key;
        let epoch = store.close_census(sent, &census(5, &[7, 8]), NOW).await.unwrap();
        store.save_import(sent, epoch, &[theirs], &[], NOW).await.unwrap();
        assert_eq!(store.mailbox(ALL, model::AccountId(account), None, 10).await.unwrap().len(), 3);
        assert_eq!(store.join_sent_copies(NOW + 7).await.unwrap(), (1, 0));
        let list = store.mailbox(ALL, model::AccountId(account), None, 10).await.unwrap();
        assert_eq!(list.len(), 2, "{}", shelf.name);
        assert_eq!(store.copies(ours).await.unwrap().len(), 2);
        assert!(store.newest_letter().await.unwrap() >= ours.0);
    }
}

// S14, S19: nobody answers codes, notices and letters that leave by themselves; who answers what was passed on answers somebody else.
#[tokio::test]
async fn only_letters_that_somebody_may_answer_are_unanswered() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = desk(&shelf).await;
        let letters = [
            ("written", Origin::Person),
            ("asked", Origin::Api),
            ("passed", Origin::Person),
            ("code", Origin::Code),
            ("told", Origin::Notice),
            ("planned", Origin::Action),
        ];
        for (at, (subject, origin)) in letters.into_iter().enumerate() {
            let (new, arrived) = outgoing(account, subject, &["cy@client.example"]);
            store.enqueue(&Outgoing { origin, ..new }, &event("x")).await.unwrap();
            let claimed = claim(store, NOW).await.unwrap();
            assert!(store.begin_body(&claimed, &[], NOW, NOW + MINUTE).await.unwrap());
            assert!(store.settle_outgoing(&claimed, &end(OutboxState::Sent, NOW + at as i64), Some(&arrived)).await.unwrap());
        }
        shelf
            .tamper(
                "insert into forward (outbox_id, account_id, message_id, address, is_inline, note, at)
                 select o.id, o.account_id, o.filed_as, 'cy@client.example', 0, '', 1 from outbox o where o.subject = 'passed'",
            )
            .await;
        let counts = store.outbox_counts(ALL).await.unwrap();
        let of = |filter| counts.iter().find(|(one, _)| *one == filter).unwrap().1;
        assert_eq!((of(OutboxFilter::Sent), of(OutboxFilter::Unanswered)), (6, 3), "{}", shelf.name);
        let rows = store.outbox(ALL, OutboxFilter::Unanswered, None, 10).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.subject.as_str()).collect::<Vec<_>>(), ["planned", "asked", "written"], "{}", shelf.name);
    }
}

// S14: reports are joined by Message-ID, else by recipient and time; answers by what they name.
#[tokio::test]
async fn what_comes_back_is_joined_to_what_left() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = desk(&shelf).await;
        let mut sent = Vec::new();
        for (at, subject) in ["one", "two", "three"].into_iter().enumerate() {
            let (new, arrived) = outgoing(account, subject, &["cy@client.example", "bo@client.example"]);
            let id = store.enqueue(&new, &event("x")).await.unwrap().id;
            let claimed = claim(store, NOW).await.unwrap();
            assert!(store.begin_body(&claimed, &[], NOW, NOW + MINUTE).await.unwrap());
            assert!(store.settle_outgoing(&claimed, &end(OutboxState::Sent, NOW + at as i64), Some(&arrived)).await.unwrap());
            sent.push(id);
        }
        let mut report = letter(5, "mailer-daemon@far.example", "desk@office.example", "undelivered", NOW + 9);
        report.letter.is_bounce = true;
        let mut answer = letter(6, "cy@client.example", "desk@office.example", "re: three", NOW + 9);
        answer.letter.refers = vec![shelf::key("three@example.org")];
        let stranger = letter(7, "di@far.example", "desk@office.example", "hello", NOW + 9);
        let before = store.newest_letter().await.unwrap();
        let epoch = store.close_census(inbox, &census(5, &[5, 6, 7]), NOW).await.unwrap();
        store.save_import(inbox, epoch, &[report, answer, stranger], &[], NOW).await.unwrap();
        let waiting = store.letters_to_join(before, 10).await.unwrap();
        assert_eq!(waiting.len(), 2, "{}", shelf.name);
        let report = waiting.iter().find(|(_, _, bounce)| *bounce).unwrap().0;
        let answer = waiting.iter().find(|(_, _, bounce)| !*bounce).unwrap().0;

        let words = |address: &str| vec![(address.to_owned(), "5.1.1 no such user".to_owned())];
        let named = Returned { message_ids: vec!["one@example.org".into()], recipients: words("bo@client.example") };
        assert_eq!(store.join_bounce(report, NOW + 9, &named).await.unwrap(), Some(sent[0]));
        let unnamed = Returned { message_ids: Vec::new(), recipients: words("cy@client.example") };
        assert_eq!(store.join_bounce(report, NOW + 9, &unnamed).await.unwrap(), Some(sent[2]));
        let foreign = Returned { message_ids: vec!["nobody@x".into()], recipients: words("cy@client.example") };
        assert_eq!(store.join_bounce(report, NOW + 9, &foreign).await.unwrap(), None);
        let one = store.outbox_letter(ALL, sent[0]).await.unwrap();
        assert_eq!((one.bounced_by, one.row.bounced_at), (Some(report), Some(NOW + 9)));
        assert_eq!(one.recipients.iter().map(|one| one.state).collect::<Vec<_>>(), [RecipientState::Waiting, RecipientState::Bounced]);

        assert_eq!(store.join_answer(answer, NOW + 9, &["three@example.org".into()]).await.unwrap(), 1);
        assert_eq!(store.join_answer(answer, NOW + 9, &["three@example.org".into()]).await.unwrap(), 0);
        assert_eq!(store.outbox_letter(ALL, sent[2]).await.unwrap().answered_by, Some(answer));

        let counts = store.outbox_counts(ALL).await.unwrap();
        let of = |filter| counts.iter().find(|(one, _)| *one == filter).unwrap().1;
        assert_eq!((of(OutboxFilter::All), of(OutboxFilter::Attention), of(OutboxFilter::Unanswered)), (3, 2, 1));
        assert_eq!(counts.iter().map(|(filter, _)| *filter).collect::<Vec<_>>(), OutboxFilter::ALL);
        for (filter, count) in &counts {
            assert_eq!(*count, store.outbox(ALL, *filter, None, 10).await.unwrap().len() as i64, "{filter:?}");
        }
        let bounced = store.outbox(ALL, OutboxFilter::Bounced, None, 10).await.unwrap();
        assert_eq!(bounced.iter().map(|row| row.id).collect::<Vec<_>>(), [sent[2], sent[0]]);
        assert_eq!(bounced[0].recipients, ["cy@client.example", "bo@client.example"]);
        assert_eq!(store.outbox(ALL, OutboxFilter::All, Some(sent[1]), 10).await.unwrap().len(), 1);

        // O28: whoever has no part in it sees none of it.
        let stranger = staff(UserId(999));
        assert!(store.outbox(stranger, OutboxFilter::All, None, 10).await.unwrap().is_empty());
        assert!(matches!(store.outbox_letter(stranger, sent[0]).await, Err(StoreError::NotFound)));
        assert!(matches!(store.withdraw(stranger, sent[0], &event("x")).await, Err(StoreError::NotFound)));
        assert!(matches!(store.send_again(stranger, sent[0], &event("x")).await, Err(StoreError::NotFound)));
        // Removing the account takes its letters on their way along.
        crate::removal::remove(store, model::AccountId(account)).await;
        assert!(store.outbox(ALL, OutboxFilter::All, None, 10).await.unwrap().is_empty());
    }
}

// A backup holds letters on their way; what waited then may have left since, so nothing leaves by itself after a restore.
#[tokio::test]
async fn nothing_leaves_by_itself_after_a_restore() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = desk(&shelf).await;
        let id = store.enqueue(&outgoing(account, "tax", &["cy@client.example"]).0, &event("x")).await.unwrap().id;
        let to = tempfile::tempdir().unwrap();
        store.backup(&to.path().join("b")).await.unwrap();
        for other in shelves().await {
            other.store.restore(&to.path().join("b")).await.unwrap();
            assert_eq!(state(&other.store, id).await, OutboxState::Uncertain);
            assert!(claim(&other.store, NOW + MINUTE).await.is_none());
            let (new, _) = outgoing(account, "next", &["cy@client.example"]);
            assert!(other.store.enqueue(&new, &event("x")).await.unwrap().id > id);
        }
    }
}
