//! How long a long list takes: `cargo test -p postroom-store --test contract ten_thousand -- --ignored --nocapture`.

use super::*;
use std::time::Instant;

fn list(name: &str, host: &str) -> Vec<ClientChange> {
    let file = |n| [(Person::Myself, 1, format!("client{n}@{host}")), (Person::Partner, 1, format!("partner{n}@{host}"))];
    (0..10_000)
        .map(|n| {
            let file = file(n);
            let addresses: Vec<(Person, i64, &str)> =
                file.iter().map(|(person, slot, address)| (*person, *slot, address.as_str())).collect();
            ClientChange { name: format!("{name} {n}"), ..client(&format!("K{n}"), &addresses) }
        })
        .collect()
}

#[tokio::test]
#[ignore = "a measurement: prints how long it takes and judges nothing; the head of this file has the command"]
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

/// A million letters and ten thousand clients of two addresses each, the fastest way a database can.
const OFFICE: [[&str; 5]; 2] = [
    [
        "insert into address (address) with recursive n (n) as (select 1 union all select n + 1 from n where n < 30000) select 'a' || n || '@x.example' from n",
        "insert into message (identity, identity_version, parser_version, message_id, message_key, subject, preview, date, date_header, date_looks_wrong, from_name, attachments, has_html, remote_content, is_bounce, is_automatic, remarks, size)
           with recursive n (n) as (select 1 union all select n + 1 from n where n < 250000) select cast('i' || n as blob), 1, 1, '', 0, 's', 'p', 1700000000000 + n * 1000, '', 0, '', 0, 0, 0, 0, 0, '', 9 from n",
        "insert into message_address (message_id, role, address_id, position, name, date)
           select m.id, r.value, 1 + (m.id * 7919 + r.value * 104729) % 30000, 0, '', m.date from message m, json_each('[1,4,5,6]') r",
        "insert into party (kind, code, name, sort_name, search_text, created_at)
           with recursive n (n) as (select 1 union all select n + 1 from n where n < 10000) select 'client', 'K' || n, 'Client ' || n, 'client ' || n, 'k' || n || ' client ' || n, 1 from n",
        "insert into party_address (party_id, person, slot, address_id) select p.id, s.value, 1, p.id * 2 + (s.value = 'self') from party p, json_each('[\"self\",\"partner\"]') s",
    ],
    [
        "insert into address (address) select 'a' || n || '@x.example' from generate_series(1, 30000) n",
        "insert into message (identity, identity_version, parser_version, message_id, message_key, subject, preview, date, date_header, date_looks_wrong, from_name, attachments, has_html, remote_content, is_bounce, is_automatic, remarks, size)
           select cast('i' || n as bytea), 1, 1, '', 0, 's', 'p', 1700000000000 + n * cast(1000 as bigint), '', 0, '', 0, 0, 0, 0, 0, '', 9 from generate_series(1, 250000) n",
        "insert into message_address (message_id, role, address_id, position, name, date)
           select m.id, r, 1 + (m.id * 7919 + r * 104729) % 30000, 0, '', m.date from message m, unnest(array[1, 4, 5, 6]) r",
        "insert into party (kind, code, name, sort_name, search_text, created_at)
           select 'client', 'K' || n, 'Client ' || n, 'client ' || n, 'k' || n || ' client ' || n, 1 from generate_series(1, 10000) n",
        "insert into party_address (party_id, person, slot, address_id) select p.id, s, 1, p.id * 2 + cast(s = 'self' as integer) from party p, unnest(array['self', 'partner']) s",
    ],
];

#[tokio::test]
#[ignore = "a measurement: prints how long it takes and judges nothing; the head of this file has the command"]
async fn clients_by_their_latest_letter_among_a_million() {
    for shelf in shelves().await {
        for statement in OFFICE[usize::from(shelf.store.database() == Database::Postgres)] {
            shelf.tamper(statement).await;
        }
        shelf.tamper("analyze").await;
        for turn in 0..3 {
            let started = Instant::now();
            let first = shelf.store.clients_by_latest(ALL, &[], None, 51).await.unwrap();
            let ordered = started.elapsed();
            let started = Instant::now();
            let rest = shelf.store.clients_by_latest(ALL, &[], Some(first[49].0.id), 51).await.unwrap();
            let second = started.elapsed();
            let started = Instant::now();
            let ids: Vec<ClientId> = first.iter().map(|(card, _)| card.id).collect();
            let dates = shelf.store.latest_letters(&ids).await.unwrap();
            println!(
                "{} turn {turn}: by latest {ordered:.0?}, second page {second:.0?}, dates of a page {:.1?}",
                shelf.name,
                started.elapsed()
            );
            assert_eq!((rest.len(), dates.len()), (51, 51));
        }
    }
}
