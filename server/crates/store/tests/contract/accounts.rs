//! Accounts, refusals, leases.

use super::*;

// TP-06, I8, I11, O2: the name never changes, clear text needs consent, the password comes back only through its own door.
#[tokio::test]
async fn accounts_keep_the_rules_of_the_office() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.add_account(&account("Desk"), &event("account.added")).await.unwrap();
        assert!(matches!(
            store.add_account(&account("Desk"), &event("account.added")).await,
            Err(StoreError::Conflict("account_name_taken"))
        ));
        // TP-06: a name is one whatever its case, for whoever types it again.
        assert!(matches!(
            store.add_account(&account("DESK"), &event("account.added")).await,
            Err(StoreError::Conflict("account_name_known"))
        ));
        assert_eq!(store.account_by_name("dEsk").await.unwrap().id, id);
        assert_eq!(store.account_secret(id).await.unwrap().expose_secret(), "hunter2 hunter2");
        let record = store.account_by_name("Desk").await.unwrap();
        assert_eq!(
            (record.id, record.state, record.has_secret, record.settings.connection_limit),
            (id, AccountState::Draft, true, Some(2))
        );

        let renamed = NewAccount { name: "Other".into(), ..account("Desk") };
        assert!(matches!(
            store.change_account(id, &renamed, &event("account.changed")).await,
            Err(StoreError::Conflict("account_name_never_changes"))
        ));
        let clear = NewAccount { security: model::Security::None, ..account("Desk") };
        assert!(matches!(
            store.change_account(id, &clear, &event("account.changed")).await,
            Err(StoreError::Conflict("clear_text_needs_consent"))
        ));
        let moved = NewAccount { server: "imap.office.example".into(), secret: None, ..account("Desk") };
        store.change_account(id, &moved, &event("account.changed")).await.unwrap();
        assert_eq!(store.account(id).await.unwrap().settings.server, "imap.office.example");
        assert_eq!(store.account_secret(id).await.unwrap().expose_secret(), "hunter2 hunter2");

        // FP-24: not enabled without a folder.
        assert!(matches!(
            store.set_account_state(id, AccountState::Enabled, &event("account.enabled")).await,
            Err(StoreError::Conflict("account_not_ready"))
        ));
        store.keep_folders(id, &[folder("INBOX")]).await.unwrap();
        store.set_account_state(id, AccountState::Enabled, &event("account.enabled")).await.unwrap();
        let report = Diagnosis { verdict: Verdict::Healthy, sentence: "Good".into(), rungs: vec![], transcript: vec![] };
        store.keep_diagnosis(id, &report, true).await.unwrap();
        assert_eq!(store.accounts().await.unwrap()[0].diagnosis, Some(report));

        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        assert!(!store.account_is_open_to(id, ada).await.unwrap());
        assert_eq!((store.account_ids(None).await.unwrap(), store.account_ids(Some(ada)).await.unwrap()), (vec![id], vec![]));
        store.share_account(id, &[ada], &event("account.shared")).await.unwrap();
        assert!(store.account_is_open_to(id, ada).await.unwrap());
        assert_eq!(store.account_ids(Some(ada)).await.unwrap(), vec![id]);
        assert_eq!(store.account_shares(id).await.unwrap(), vec![(ada, "Ada".to_owned())]);
    }
}

// O25, IT-14, IT-15, P37: two refusals a poll apart disable, nothing else does; a new password mends.
#[tokio::test]
async fn only_repeated_refusals_disable_an_account() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (id, _) = shelf.mailbox("Desk").await;
        store.set_account_state(id, AccountState::Enabled, &event("account.enabled")).await.unwrap();
        let poll = 900_000;
        let end = |at, verdict| CollectionEnd {
            at,
            error: Some(("no".into(), verdict)),
            next_at: at + poll,
            poll,
            hands_off: HandsOff { sessions: 1, commands: vec![("EXAMINE".into(), 2)], ..HandsOff::default() },
            run: Run::default(),
        };
        let mut at = NOW;
        for (verdict, wait, expected) in [
            (Verdict::Connection, poll, AccountState::Enabled),
            (Verdict::Authentication, poll, AccountState::Enabled),
            (Verdict::Authentication, 1000, AccountState::Enabled), // a retry a second later is the same refusal
            (Verdict::Certificate, poll, AccountState::Enabled),
            (Verdict::Authentication, poll, AccountState::Disabled),
        ] {
            at += wait;
            let claim = store.claim_due_account("me", at, at + 60_000).await.unwrap();
            let claim = match claim {
                Some(claim) => claim,
                None => store.claim_account(id, "me", at, at + 60_000).await.unwrap().unwrap(),
            };
            assert_eq!(store.end_collection(&claim, &end(at, verdict)).await.unwrap(), expected, "{} {verdict:?}", shelf.name);
        }
        assert!(store.claim_due_account("me", at + 10 * poll, at + 11 * poll).await.unwrap().is_none());
        let record = store.account(id).await.unwrap();
        assert_eq!(record.hands_off, HandsOff { sessions: 5, commands: vec![("EXAMINE".into(), 10)], ..HandsOff::default() });
        // S10: what adds letters of our own is counted beside what collects, and is no change of the mailbox's letters.
        let added = Added { sessions: 1, commands: vec![("EXAMINE".into(), 1), ("APPEND".into(), 1)], copies: 1, drafts: 0 };
        store.note_added(id, &added).await.unwrap();
        store.note_added(id, &Added { copies: 0, drafts: 1, ..added.clone() }).await.unwrap();
        let record = store.account(id).await.unwrap();
        assert_eq!((record.hands_off.sessions, record.hands_off.commands.len(), record.hands_off.writes()), (5, 1, 0));
        assert_eq!((record.hands_off.added.copies, record.hands_off.added.drafts, record.hands_off.added.sessions), (1, 1, 2));
        assert!(store.note_added(AccountId(9_999), &added).await.is_err());
        assert_eq!((record.error_verdict, record.error_text.as_deref()), (Some(Verdict::Authentication), Some("no")));
        store.change_account(id, &account("Desk"), &event("account.changed")).await.unwrap();
        assert_eq!(store.account(id).await.unwrap().state, AccountState::Enabled);
        store.collect_soon(id).await.unwrap();
        assert!(store.claim_due_account("me", at, at + 1).await.unwrap().is_some());
    }
}

// I2: one holder at a time; a lease runs out or is broken, never shared.
#[tokio::test]
async fn a_lease_has_one_holder() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (id, _) = shelf.mailbox("Desk").await;
        let mine = store.claim_account(id, "me", NOW, NOW + 100).await.unwrap().unwrap();
        assert!(store.claim_account(id, "you", NOW + 50, NOW + 150).await.unwrap().is_none());
        assert_eq!(store.claim_holder(id).await.unwrap(), Some(("me".to_owned(), NOW + 100)));
        assert!(store.renew_claim(&mine, NOW + 200).await.unwrap());
        let yours = store.claim_account(id, "you", NOW + 300, NOW + 400).await.unwrap().unwrap();
        assert!(!store.renew_claim(&mine, NOW + 500).await.unwrap());
        store.break_claim(&yours).await.unwrap();
        assert!(store.claim_account(id, "me", NOW + 301, NOW + 400).await.unwrap().is_some());
    }
}

// O2, O3: what was consented to is recorded with the deed, or neither is done.
#[tokio::test]
async fn a_consent_is_recorded_with_the_account_it_was_given_for() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.add_account(&account("Desk"), &[event("account.added"), event("account.clear_text_allowed")]).await.unwrap();
        store.change_account(id, &account("Desk"), &[event("account.changed"), event("account.certificate_pinned")]).await.unwrap();
        assert!(store.add_account(&account("Desk"), &[event("account.added"), event("account.clear_text_allowed")]).await.is_err());
        let events = store.events(None, 10).await.unwrap();
        let actions: Vec<&str> = events.iter().rev().map(|event| event.action.as_str()).collect();
        assert_eq!(actions, ["account.added", "account.clear_text_allowed", "account.changed", "account.certificate_pinned"]);
        assert!(events[2..].iter().all(|event| event.subject == format!("account:{id}")), "{events:?}");
    }
}
