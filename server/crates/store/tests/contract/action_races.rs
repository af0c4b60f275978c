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
        let planned = event("action.planned");
        let post = || store.plan_action(ALL, desk.client, &plan, &next, desk.ann, Some("three"), &planned);
        let (first, second) = tokio::join!(post(), post());
        assert_eq!(first.unwrap(), second.unwrap(), "at the same moment");
        let told = store.events(None, 9).await.unwrap().into_iter().filter(|event| event.action == "action.planned").count();
        assert_eq!(told, 5, "each is told once");
    }
}

/// Waits until somebody waits for somebody else's row; PostgreSQL only.
pub(crate) async fn until_somebody_waits(pool: &sqlx::PgPool) {
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let somebody = async {
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(pool).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), somebody).await.expect("it waits for its turn");
}

/// The stores where several write at once.
pub(crate) async fn where_several_write() -> impl Iterator<Item = Shelf> {
    shelves().await.into_iter().filter(|shelf| !shelf.url.starts_with("sqlite:"))
}

async fn agent_on_file(store: &Store) -> ClientId {
    let kind = store.contact_types().await.unwrap()[0].id;
    let agent = contacts::contact("Agent", model::ContactSide::Agent, kind, &["agent@h.example"]);
    store.save_contact(ALL, None, &agent, &event("contact.added")).await.unwrap()
}

// FC-29: an action that ends, or whose contact is deleted, in the very moment in which a day of it comes, gives that day up with the others.
#[tokio::test]
async fn a_day_that_comes_while_its_action_ends_is_given_up_with_it() {
    for shelf in where_several_write().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let pool = sqlx::PgPool::connect(&shelf.url).await.unwrap();
        let agent = agent_on_file(store).await;
        let desk = Desk { client: agent, ..desk };
        for removed in [false, true] {
            let id = planned(store, &desk, ActionMode::Send).await;
            // As another process raises it.
            let mut raising = pool.begin().await.unwrap();
            sqlx::query("update action set next_day = null, next_at = null where id = $1").bind(id.0).execute(&mut *raising).await.unwrap();
            sqlx::query("insert into action_occurrence (action_id, day, due_at, state) values ($1, '2026-09-21', $2, 'due')")
                .bind(id.0)
                .bind(NOW - 1)
                .execute(&mut *raising)
                .await
                .unwrap();
            let ending = async {
                if removed {
                    let told = store.remove_contact(ALL, agent, None, &event("contact.deleted")).await.unwrap();
                    store.remove_contact(ALL, agent, Some(&told.mark()), &event("contact.deleted")).await.unwrap();
                } else {
                    store.turn_action(ALL, id, ActionState::Ended, None, &event("action.ended")).await.unwrap();
                }
            };
            let raised = async {
                until_somebody_waits(&pool).await;
                raising.commit().await.unwrap();
            };
            tokio::join!(ending, raised);
            let due: i64 = sqlx::query_scalar("select count(*) from action_occurrence where action_id = $1 and state <> 'given_up'")
                .bind(id.0)
                .fetch_one(&pool)
                .await
                .unwrap();
            assert_eq!(due, 0, "removed: {removed}");
        }
    }
}

// FC-29: for a contact that is deleted in the very moment in which a letter is planned for it, none is planned.
#[tokio::test]
async fn nothing_is_planned_for_a_contact_that_is_being_deleted() {
    for shelf in where_several_write().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let pool = sqlx::PgPool::connect(&shelf.url).await.unwrap();
        let agent = agent_on_file(store).await;
        let plan = plan(desk.text, ActionMode::Send);
        // As another process deletes it.
        let mut deleting = pool.begin().await.unwrap();
        sqlx::query("update audit_head set seq = seq where id = 1").execute(&mut *deleting).await.unwrap();
        sqlx::query("insert into client_merged (party_id, into_id, at, deed) values ($1, null, $2, 1)")
            .bind(agent.0)
            .bind(NOW)
            .execute(&mut *deleting)
            .await
            .unwrap();
        let planning = async {
            let next = day("2026-09-21", NOW - 1);
            store.plan_action(ALL, agent, &plan, &next, desk.ann, None, &event("action.planned")).await
        };
        let deleted = async {
            until_somebody_waits(&pool).await;
            deleting.commit().await.unwrap();
        };
        let (planned, ()) = tokio::join!(planning, deleted);
        assert!(matches!(planned, Err(StoreError::NotFound)), "{planned:?}");
        assert!(store.actions_to_raise(NOW, 9).await.unwrap().is_empty());
    }
}

// Whoever deals with a day waits for its turn before it holds a row that others want as well: nobody waits for each other in a ring.
#[tokio::test]
async fn whoever_deals_with_a_day_waits_with_empty_hands() {
    for shelf in where_several_write().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let pool = sqlx::PgPool::connect(&shelf.url).await.unwrap();
        let first = come(store, &desk, ActionMode::Send).await;
        let due = claim(store, NOW).await.unwrap();
        come(store, &desk, ActionMode::Send).await;
        let other = claim(store, NOW).await.unwrap();
        let letter = letter_of(&desk, &other);
        let (edits, begun) = (come(store, &desk, ActionMode::Edit).await, come(store, &desk, ActionMode::Edit).await);
        let draft = opened(store, &desk, begun).await.unwrap();
        let written = come(store, &desk, ActionMode::Edit).await;
        let written = opened(store, &desk, written).await.unwrap();
        let papers = outgoing(desk.account, "written", &["cy@client.example"]).0;
        let outbox = store.send_draft(desk.ann, written, 1, &papers, &event("letter.queued")).await.unwrap().id;
        let lost = outgoing(desk.account, "lost", &["cy@client.example"]).0;
        let lost = store.enqueue(&lost, &event("letter.queued")).await.unwrap().id;
        shelf.tamper("update outbox set state = 'uncertain', append_state = 'failed' where subject = 'lost'").await;
        let plan = plan(desk.text, ActionMode::Send);
        let x = event("x");
        let deeds: Vec<std::pin::Pin<Box<dyn Future<Output = ()> + '_>>> = vec![
            Box::pin(async { assert!(store.fail_action(&due, "No address.", &x).await.unwrap()) }),
            Box::pin(async { store.try_action_again(ALL, due.id, &x).await.unwrap() }),
            Box::pin(async { assert_eq!(store.change_action(ALL, first, &plan, None, false, desk.ann, &x).await.unwrap(), 0) }),
            Box::pin(async { store.turn_action(ALL, first, ActionState::Paused, None, &x).await.unwrap() }),
            Box::pin(async { store.give_up_action(ALL, due.id, &x).await.unwrap() }),
            Box::pin(async { store.turn_action(ALL, first, ActionState::Ended, None, &x).await.unwrap() }),
            Box::pin(async { assert!(!store.send_action(&other, &letter, BOUNDS, &x).await.unwrap().already) }),
            Box::pin(async { assert!(opened(store, &desk, edits).await.is_ok()) }),
            Box::pin(async { store.discard_draft(desk.ann, draft, &x).await.unwrap() }),
            Box::pin(async { assert!(store.send_draft(desk.ann, written, 1, &papers, &x).await.unwrap().already) }),
            Box::pin(async { store.withdraw(ALL, outbox, &x).await.unwrap() }),
            Box::pin(async { store.send_again(ALL, outbox, &x).await.unwrap() }),
            Box::pin(async { store.withdraw(ALL, outbox, &x).await.unwrap() }),
            Box::pin(async { store.reopen_draft(desk.ann, written, NOW).await.unwrap() }),
            Box::pin(async { store.give_up_outgoing(lost, &x).await.unwrap() }),
            Box::pin(async { store.append_again(ALL, lost, &x).await.unwrap() }),
            Box::pin(async { assert!(store.reopen_outcomes(ALL, &[], &x).await.unwrap().is_empty()) }),
            Box::pin(async { assert!(matches!(store.remove_queue(99, &x).await, Err(StoreError::NotFound))) }),
            Box::pin(async { store.give_back_claims("me").await.unwrap() }),
        ];
        for (number, deed) in deeds.into_iter().enumerate() {
            let mut holding = pool.begin().await.unwrap();
            sqlx::query("update audit_head set seq = seq where id = 1").execute(&mut *holding).await.unwrap();
            let looked = async {
                until_somebody_waits(&pool).await;
                for rows in [
                    "select id from action for update nowait",
                    "select id from action_occurrence for update nowait",
                    "select id from draft for update nowait",
                    "select id from outbox for update nowait",
                ] {
                    let free = sqlx::query(rows).execute(&mut *holding).await;
                    assert!(free.is_ok(), "deed {number}: {rows}: {free:?}");
                }
                holding.rollback().await.unwrap();
            };
            tokio::join!(deed, looked);
        }
    }
}

// P31: what may leave is counted when it leaves: several processes may have taken a letter each while one more might.
#[tokio::test]
async fn letters_taken_at_the_same_moment_are_bounded_when_they_leave() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let bounds = ActionBounds { office: (NOW - HOUR, 1), ..BOUNDS };
        come(store, &desk, ActionMode::Send).await;
        let waits = come(store, &desk, ActionMode::Send).await;
        let first = store.claim_action("me", NOW, NOW + 60_000, bounds).await.unwrap().unwrap();
        let second = store.claim_action("other", NOW, NOW + 60_000, bounds).await.unwrap().unwrap();
        store.send_action(&first, &letter_of(&desk, &first), bounds, &event("letter.queued")).await.unwrap();
        let held = store.send_action(&second, &letter_of(&desk, &second), bounds, &event("letter.queued")).await;
        assert!(matches!(held, Err(StoreError::Conflict("actions_are_held"))), "{}: {held:?}", shelf.name);
        assert_eq!(state(store, waits).await, DueState::Due, "it leaves as soon as more may");
        let anew = claim(store, NOW).await.unwrap();
        assert_eq!((anew.action, anew.tries), (waits, 1), "waiting for others is no try that went wrong");
        assert_eq!(store.outbox(ALL, OutboxFilter::All, None, 9).await.unwrap().len(), 1);
    }
}

// FC-26: a letter that somebody has open outlives its day, however that was given up, and it is known that it did.
#[tokio::test]
async fn a_letter_that_is_open_knows_that_its_day_was_given_up() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            let id = come(store, &desk, ActionMode::Edit).await;
            let draft = opened(store, &desk, id).await.unwrap();
            assert_eq!(store.day_given_up(draft).await.unwrap(), None, "{}", shelf.name);
            ids.push((id, draft));
        }
        let row = store.days_of_action(ALL, ids[0].0).await.unwrap().remove(0);
        store.give_up_action(ALL, row.id, &event("action.given_up")).await.unwrap();
        let plan = plan(desk.text, ActionMode::Edit);
        store.change_action(ALL, ids[1].0, &plan, None, true, desk.ann, &event("action.changed")).await.unwrap();
        store.turn_action(ALL, ids[2].0, ActionState::Ended, None, &event("action.ended")).await.unwrap();
        for (id, draft) in ids {
            assert_eq!(store.day_given_up(draft).await.unwrap().as_deref(), Some("2026-09-21"), "{}: {id}", shelf.name);
            store.discard_draft(desk.ann, draft, &event("draft.discarded")).await.unwrap();
            assert_eq!(store.day_given_up(draft).await.unwrap(), None);
            assert_eq!(state(store, id).await, DueState::GivenUp);
        }
    }
}

// What was dealt with in years is not counted to its end for every page.
#[tokio::test]
async fn what_is_dealt_with_is_counted_up_to_a_bound() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        planned(store, &desk, ActionMode::Send).await;
        shelf
            .tamper(
                "with recursive n (i) as (select 1 union all select i + 1 from n where i < 1100)
                 insert into action_occurrence (action_id, day, due_at, state, settled_at) select (select min(id) from action), 'x' || i, i, 'done', i from n",
            )
            .await;
        let counts: Vec<i64> = store.action_counts(ALL).await.unwrap().into_iter().map(|(_, count)| count).collect();
        assert_eq!(counts, [0, 1, 0, model::DONE_COUNTED + 1], "{}", shelf.name);
        let rows = store.action_days(ALL, ActionsFilter::Done, None, 2).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.settled_at).collect::<Vec<_>>(), [Some(1100), Some(1099)], "the latest first");
    }
}

// FC-29: whoever sees few clients finds what was dealt with for them, however much there is of others.
#[tokio::test]
async fn what_is_dealt_with_is_listed_for_whoever_sees_few_clients() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let south = store.add_cost_centre("South", &event("x")).await.unwrap();
        let mut hers = client("H1", &[(Person::Myself, 1, "hers@client.example")]);
        hers.cost_centre = Some(south);
        let hers = store.save_client(ALL, None, &hers, &event("x")).await.unwrap();
        store.add_user("cleo@office.example", "Cleo", Role::Administrator, "hash", &event("x")).await.unwrap();
        store.change_user(desk.ann, Role::Staff, false, &[], &[south], &event("x")).await.unwrap();
        planned(store, &desk, ActionMode::Send).await;
        let mine = planned(store, &Desk { client: hers, ..desk }, ActionMode::Send).await;
        shelf
            .tamper(
                "with recursive n (i) as (select 1 union all select i + 1 from n where i < 1100)
                 insert into action_occurrence (action_id, day, due_at, state, settled_at)
                 select (select case when i < 4 then max(id) else min(id) end from action), 'x' || i, i, 'done', i from n",
            )
            .await;
        let rows = store.action_days(staff(desk.ann), ActionsFilter::Done, None, 2).await.unwrap();
        assert!(rows.iter().all(|row| row.action == mine));
        assert_eq!(rows.iter().map(|row| row.settled_at).collect::<Vec<_>>(), [Some(3), Some(2)], "{}", shelf.name);
        let rest = store.action_days(staff(desk.ann), ActionsFilter::Done, Some((2, rows[1].id.0)), 2).await.unwrap();
        assert_eq!(rest.iter().map(|row| row.settled_at).collect::<Vec<_>>(), [Some(1)]);
        let counts: Vec<i64> = store.action_counts(staff(desk.ann)).await.unwrap().into_iter().map(|(_, count)| count).collect();
        assert_eq!(counts, [0, 1, 0, 3], "{}", shelf.name);
    }
}

// FC-29, O25: rows that are also locked by whoever has the turn are locked in the turn: nobody is turned away by the database, and nothing is
// written to a client that was merged into another a moment ago.
#[tokio::test]
async fn rows_that_the_turn_covers_are_changed_in_the_turn() {
    for shelf in where_several_write().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let text = DocumentText { name: "Second".into(), subject: "Papers".into(), body: "Dear Cy".into() };
        let text = store.keep_document_text(None, &text, "Ann", &event("text.kept")).await.unwrap();
        planned(store, &Desk { text, ..desk }, ActionMode::Send).await;
        let pool = sqlx::PgPool::connect(&shelf.url).await.unwrap();
        for deed in ["dropped", "stopped", "proven", "saved"] {
            // As another process ends an action, sets a sending side going, or merges a client.
            let mut other = pool.begin().await.unwrap();
            sqlx::query("update audit_head set seq = seq where id = 1").execute(&mut *other).await.unwrap();
            let done = async {
                match deed {
                    "dropped" => store.drop_document_text(text, &event("text.dropped")).await,
                    "stopped" => store.stop_sending(desk.account, "535", &event("account.sending_stopped")).await,
                    "proven" => store.prove_sending(desk.account, &event("account.sending_proven")).await,
                    _ => {
                        let change = client("A1", &[(Person::Myself, 1, "cy@client.example")]);
                        store.save_client(ALL, Some(desk.client), &change, &event("client.changed")).await.map(|_| ())
                    }
                }
            };
            let goes_on = async {
                until_somebody_waits(&pool).await;
                for sql in ["update action set note = note", "update sending set stopped = stopped", "update client_code set code = code"] {
                    sqlx::query(sql).execute(&mut *other).await.unwrap();
                }
                if deed == "saved" {
                    sqlx::query("insert into client_merged (party_id, into_id, at, deed) values ($1, null, $2, 1)")
                        .bind(desk.client.0)
                        .bind(NOW)
                        .execute(&mut *other)
                        .await
                        .unwrap();
                }
                other.commit().await.unwrap();
            };
            let (done, ()) = tokio::join!(done, goes_on);
            match deed {
                "saved" => assert!(matches!(done, Err(StoreError::NotFound)), "{done:?}"),
                _ => done.unwrap(),
            }
        }
    }
}
