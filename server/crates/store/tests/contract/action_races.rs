//! Planned letters while somebody else changes what they depend on.

use super::*;

// FC-29: what a person paused does not leave, even if its letter is being written, or was taken to be written, in that very moment.
#[tokio::test]
async fn a_letter_being_written_does_not_leave_when_its_action_is_paused_or_merged() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let stays = store.save_client(ALL, None, &client("B1", &[(Person::Myself, 1, "di@client.example")]), &event("x")).await.unwrap();
        let id = come(store, &desk, ActionMode::Send).await;
        let due = claim(store, NOW).await.unwrap();
        let look = store.merge_clients(ALL, stays, desk.client, &[], None, &event("x")).await.unwrap();
        store.merge_clients(ALL, stays, desk.client, &[], Some(&look.mark()), &event("client.merged")).await.unwrap();
        let gone = store.send_action(&due, &letter_of(&desk, &due), BOUNDS, &event("letter.queued")).await;
        assert!(matches!(gone, Err(StoreError::Conflict("action_is_dealt_with"))), "{}: {gone:?}", shelf.name);
        assert!(!store.fail_action(&due, "late", &event("action.failed")).await.unwrap(), "its lease is gone");

        // Taken in the moment of the pause.
        shelf.tamper("update action_occurrence set claimed_by = 'me', claimed_until = 9000000000000").await;
        let paused = store.send_action(&due, &letter_of(&desk, &due), BOUNDS, &event("letter.queued")).await;
        assert!(matches!(paused, Err(StoreError::Conflict("action_is_dealt_with"))), "{}: {paused:?}", shelf.name);
        assert_eq!(state(store, id).await, DueState::Due);
        assert!(store.outbox(ALL, OutboxFilter::All, None, 9).await.unwrap().is_empty(), "nothing of it stays");
    }
}

// FC-29: a form that is sent twice plans one letter.
#[tokio::test]
async fn the_same_form_plans_one_letter() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let (plan, next) = (plan(desk.text, ActionMode::Send), day("2026-09-21", NOW - 1));
        let mut made = Vec::new();
        for key in [Some("one"), Some("one"), Some("two"), None, None] {
            made.push(store.plan_action(ALL, desk.client, &plan, &next, desk.ann, key, &event("action.planned")).await.unwrap());
        }
        assert_eq!(made[0], made[1], "{}", shelf.name);
        made.dedup();
        assert_eq!(made.len(), 4);
        assert_eq!(store.actions_coming(ALL, (0, 0), 9).await.unwrap().len(), 4);
        let (first, second) = tokio::join!(
            store.plan_action(ALL, desk.client, &plan, &next, desk.ann, Some("three"), &event("action.planned")),
            store.plan_action(ALL, desk.client, &plan, &next, desk.ann, Some("three"), &event("action.planned")),
        );
        assert_eq!(first.unwrap(), second.unwrap(), "at the same moment");
        let told = store.events(None, 9).await.unwrap().into_iter().filter(|event| event.action == "action.planned").count();
        assert_eq!(told, 5, "each is told once");
    }
}
