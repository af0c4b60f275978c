//! How long a long list takes: `cargo test -p postroom-store --test contract ten_thousand -- --ignored --nocapture`.

use super::*;
use std::time::Instant;

fn list(name: &str, host: &str) -> Vec<ClientChange> {
    let file = |n| [(Person::Myself, 1, format!("client{n}@{host}")), (Person::Partner, 1, format!("partner{n}@{host}"))];
    (0..10_000)
        .map(|n| {
            let file = file(n);
            let addresses: Vec<(Person, i64, &str)> = file.iter().map(|(person, slot, address)| (*person, *slot, address.as_str())).collect();
            ClientChange { name: format!("{name} {n}"), ..client(&format!("K{n}"), &addresses) }
        })
        .collect()
}

#[tokio::test]
#[ignore = "a measurement"]
async fn ten_thousand_clients_new_and_changed() {
    for shelf in shelves().await {
        for (what, list) in [
            ("new", list("Client", "example.com")),
            ("names changed", list("Person", "example.com")),
            ("names and both addresses changed", list("Client", "example.org")),
            ("as before", list("Client", "example.org")),
        ] {
            let started = Instant::now();
            shelf.store.import_clients(&list, false, &event("clients.imported")).await.unwrap();
            println!("{}: ten thousand clients {what}: {:.1} s", shelf.name, started.elapsed().as_secs_f32());
        }
        assert!(shelf.store.verify(&mut |_, _| ()).await.unwrap().findings.is_empty());
    }
}
