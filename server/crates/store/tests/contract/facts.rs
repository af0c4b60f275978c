//! What the database says of itself, who holds a lease, what waits.

use super::*;

#[tokio::test]
async fn the_database_tells_what_it_is_and_how_large() {
    for shelf in shelves().await {
        let facts = shelf.store.self_facts().await.unwrap();
        assert_eq!(facts.database, shelf.store.database(), "{}", shelf.name);
        assert!(facts.version.starts_with(|first: char| first.is_ascii_digit()), "{}: {}", shelf.name, facts.version);
        assert!(facts.schema >= 10 && facts.octets > 100_000, "{}: {facts:?}", shelf.name);
        assert!(facts.round_trip.as_nanos() > 0);
    }
}

#[tokio::test]
async fn a_lease_is_listed_while_it_lasts() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (desk, _) = shelf.mailbox("Desk").await;
        let (other, _) = shelf.mailbox("Other").await;
        store.claim_account(desk, "7@here", NOW, NOW + 60_000).await.unwrap().unwrap();
        let claim = store.claim_account(other, "8@there", NOW, NOW + 5_000).await.unwrap().unwrap();
        let told: Vec<_> = store.leases(NOW).await.unwrap().into_iter().map(|lease| (lease.name, lease.holder, lease.until)).collect();
        let line = |name: &str, holder: &str, until| (name.to_owned(), holder.to_owned(), until);
        assert_eq!(told, [line("Other", "8@there", NOW + 5_000), line("Desk", "7@here", NOW + 60_000)], "{}", shelf.name);
        store.break_claim(&claim).await.unwrap();
        assert_eq!(store.leases(NOW).await.unwrap().len(), 1);
        assert!(store.leases(NOW + 60_000).await.unwrap().is_empty(), "one that ran out is nobody's");
    }
}

#[tokio::test]
async fn who_goes_gives_every_lease_back_and_no_other() {
    for shelf in shelves().await {
        let store = &shelf.store;
        for (name, holder) in [("Desk", "7@here"), ("Sales", "7@here"), ("Other", "8@there")] {
            let (id, _) = shelf.mailbox(name).await;
            store.claim_account(id, holder, NOW, NOW + 60_000).await.unwrap().unwrap();
        }
        store.give_back_claims("7@here").await.unwrap();
        let left: Vec<String> = store.leases(0).await.unwrap().into_iter().map(|lease| lease.holder).collect();
        assert_eq!(left, ["8@there"], "{}", shelf.name);
    }
}

#[tokio::test]
async fn what_waits_for_the_loops_is_counted() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, folder) = shelf.mailbox("Desk").await;
        assert_eq!(store.backlog(NOW).await.unwrap().index, 0, "{}", shelf.name);
        let one = letter(1, "ann@x.example", "desk@office.example", "One", NOW);
        store.save_import(folder, 1, &[one], &[], NOW).await.unwrap();
        let backlog = store.backlog(NOW).await.unwrap();
        assert_eq!((backlog.index, backlog.conversations), (1, 0), "collected letters have their conversation from the start");
    }
}
