//! How people come in: one-time links, the second factor, sessions; cost centres one by one; the trail filtered.

use super::*;
use model::{LinkPurpose, UserId};
use postroom_store::{EventQuery, NewLink};
use secrecy::SecretString;

fn link(purpose: LinkPurpose, user: Option<UserId>, email: &str) -> NewLink {
    NewLink {
        purpose,
        user,
        email: email.into(),
        name: "Dora".into(),
        role: Role::Staff,
        cost_centres: vec![],
        made_by: "ada@office.example".into(),
        made_at: NOW,
        expires_at: NOW + 1000,
    }
}

// RELIABILITY §4.2: a link works once, until it expires or is taken back; the newest replaces the ones before.
#[tokio::test]
async fn a_link_works_once() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let north = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        let invitation = NewLink { cost_centres: vec![north], ..link(LinkPurpose::Invitation, None, "dora@office.example") };
        store.add_link(b"old", &invitation, &event("user.invited")).await.unwrap();
        store.add_link(b"new", &invitation, &event("user.invited")).await.unwrap();
        assert!(store.link(b"old", NOW).await.unwrap().is_none(), "replaced");
        assert!(store.link(b"new", NOW + 1000).await.unwrap().is_none(), "expired");
        assert_eq!(store.links(NOW).await.unwrap().len(), 1);
        let known = store.add_link(b"ada", &link(LinkPurpose::Invitation, None, "ada@office.example"), &event("user.invited")).await;
        assert!(matches!(known, Err(StoreError::Conflict("user_email_taken"))));

        let joined = event("user.joined");
        assert!(matches!(store.accept_reset(b"new", "hash", &joined).await, Err(StoreError::NotFound)), "another purpose");
        let dora = store.accept_invitation(b"new", "Dora D.", "hash", &joined).await.unwrap();
        let card = store.users().await.unwrap().into_iter().find(|card| card.id == dora).unwrap();
        assert_eq!((card.name.as_str(), card.cost_centres), ("Dora D.", vec![north]));
        assert!(matches!(store.accept_invitation(b"new", "Eve", "hash", &joined).await, Err(StoreError::NotFound)), "used");

        let reset = link(LinkPurpose::Reset, Some(ada), "ada@office.example");
        let id = store.add_link(b"reset", &reset, &event("user.reset_link_made")).await.unwrap();
        store.revoke_link(id, &event("user.link_revoked")).await.unwrap();
        assert!(matches!(store.revoke_link(id, &event("user.link_revoked")).await, Err(StoreError::NotFound)));
        assert!(matches!(store.accept_reset(b"reset", "hash", &joined).await, Err(StoreError::NotFound)), "taken back");
        store.add_link(b"again", &reset, &event("user.reset_link_made")).await.unwrap();
        store.start_session(b"one", ada, NOW, "192.0.2.1", "Browser").await.unwrap();
        assert_eq!(store.accept_reset(b"again", "other", &event("user.password_reset")).await.unwrap(), ada);
        assert!(store.session(b"one").await.unwrap().is_none());
        assert_eq!(store.user(ada).await.unwrap().unwrap().password_hash, "other");
        let last = &store.events(None, 1).await.unwrap()[0];
        assert_eq!((last.principal.as_str(), last.subject.as_str()), ("ada@office.example", "user:1"));
    }
}

// W4, I8: the secret is sealed, no code is taken twice, wrong ones are counted before they are looked at.
#[tokio::test]
async fn a_second_factor_takes_each_code_once() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        assert!(store.factor(ada).await.unwrap().is_none());
        store.begin_factor(ada, &SecretString::from("FIRST"), NOW).await.unwrap();
        store.begin_factor(ada, &SecretString::from("SECOND"), NOW).await.unwrap();
        assert_eq!(store.factor(ada).await.unwrap().unwrap().secret.expose_secret(), "SECOND");
        assert!(store.users_with_factor().await.unwrap().is_empty() && !store.take_step(ada, 5).await.unwrap(), "not confirmed yet");
        store.confirm_factor(ada, 7, &[b"a".to_vec(), b"b".to_vec()], &event("user.second_factor_on")).await.unwrap();
        assert_eq!(store.users_with_factor().await.unwrap(), [ada]);
        assert!(matches!(store.begin_factor(ada, &SecretString::from("THIRD"), NOW).await, Err(StoreError::Conflict("factor_is_on"))));

        assert!(!store.take_step(ada, 7).await.unwrap(), "the code of the confirmation");
        for n in 1..=6 {
            assert_eq!(store.count_code(ada, NOW + n, NOW - 100).await.unwrap(), n);
        }
        let record = store.factor(ada).await.unwrap().unwrap();
        assert_eq!(
            (record.failures, record.failed_at, record.codes_left),
            (6, NOW + 5, 2),
            "what comes after the fifth does not make it longer"
        );
        assert_eq!(store.count_code(ada, NOW + 200, NOW + 100).await.unwrap(), 1, "forgotten");
        assert!(store.take_step(ada, 8).await.unwrap() && !store.take_step(ada, 8).await.unwrap());
        assert_eq!(store.factor(ada).await.unwrap().unwrap().failures, 0);

        let used = event("session.recovery_code_used");
        assert!(store.take_recovery_code(ada, b"a", &used).await.unwrap() && !store.take_recovery_code(ada, b"a", &used).await.unwrap());
        store.renew_recovery_codes(ada, &[b"c".to_vec()], &event("user.recovery_codes_made")).await.unwrap();
        assert!(!store.take_recovery_code(ada, b"b", &used).await.unwrap());
        assert_eq!(store.factor(ada).await.unwrap().unwrap().codes_left, 1);
        store.drop_factor(ada, &event("user.second_factor_off")).await.unwrap();
        assert!(store.factor(ada).await.unwrap().is_none());

        store.begin_step(b"step", ada, NOW, NOW - 10).await.unwrap();
        assert_eq!(store.step(b"step", NOW).await.unwrap(), Some(ada));
        assert_eq!(store.step(b"step", NOW + 1).await.unwrap(), None);
        store.end_step(b"step").await.unwrap();
        assert_eq!(store.step(b"step", NOW).await.unwrap(), None);
    }
}

#[tokio::test]
async fn sessions_members_and_the_trail_can_be_looked_through() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        store.start_session(b"one", ada, NOW, "192.0.2.1", "Browser").await.unwrap();
        store.start_session(b"two", ada, NOW + 5, "192.0.2.2", "Other").await.unwrap();
        let open = store.sessions_of(ada).await.unwrap();
        assert_eq!(open.iter().map(|session| session.agent.as_str()).collect::<Vec<_>>(), ["Other", "Browser"]);
        assert!(store.sessions_of(ben).await.unwrap().is_empty());

        let north = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        let south = store.add_cost_centre("South", &event("cost_centre.added")).await.unwrap();
        store.rename_cost_centre(north, "Far North", &event("cost_centre.renamed")).await.unwrap();
        assert!(matches!(
            store.rename_cost_centre(south, "Far North", &event("cost_centre.renamed")).await,
            Err(StoreError::Conflict("cost_centre_name_taken"))
        ));
        store.set_members(north, &[ada, ben], &event("cost_centre.members_changed")).await.unwrap();
        store.set_members(north, &[ben], &event("cost_centre.members_changed")).await.unwrap();
        let centres = store.cost_centres().await.unwrap();
        assert_eq!(centres.iter().map(|centre| (centre.name.as_str(), centre.users)).collect::<Vec<_>>(), [("Far North", 1), ("South", 0)]);

        let find = |query: EventQuery| async move { store.find_events(&query, None, 10).await.unwrap().len() };
        assert_eq!(find(EventQuery { group: "cost_centre.".into(), ..EventQuery::default() }).await, 5);
        assert_eq!(find(EventQuery { subject: format!("user:{ben}"), ..EventQuery::default() }).await, 1);
        assert_eq!(find(EventQuery { principal: "nobody".into(), ..EventQuery::default() }).await, 0);
        assert_eq!(find(EventQuery { from: Some(NOW + 1), ..EventQuery::default() }).await, 0);
        assert_eq!(find(EventQuery { until: Some(NOW), ..EventQuery::default() }).await, 0);
        assert_eq!(find(EventQuery { from: Some(NOW), until: Some(NOW + 1), ..EventQuery::default() }).await, 7);
    }
}
