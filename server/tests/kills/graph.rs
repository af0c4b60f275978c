//! Collections of a mailbox at Microsoft 365, where letters are moved and deleted between the kills: what the server has is here once.

use crate::harness::{Office, kill_collections, number};
use postroom_lab::graph::{GraphLab, GraphLabOptions};

const LETTERS: usize = 240;
/// A tenth of what `cargo xtask torture` does.
const KILLS: u64 = 16;

fn raw(n: usize) -> Vec<u8> {
    format!(
        "From: cy{n}@client.example\r\nTo: ada@contoso.example\r\nSubject: Letter {n}\r\nMessage-ID: <{n}@lab.example>\r\n\r\nWords of letter {n}.\r\n"
    )
    .into_bytes()
}

#[test]
fn kills_lose_nothing_of_a_mailbox_at_microsoft_365() {
    let options = GraphLabOptions { page: 25, ..GraphLabOptions::default() };
    let folders: Vec<String> = ["Posteingang", "Gesendete Elemente"].map(str::to_owned).to_vec();
    let lab = GraphLab::start(options.clone()).unwrap();
    let mut sent = LETTERS;
    let mut ids: Vec<String> = (0..LETTERS).map(|n| lab.deliver(&folders[n % 2], raw(n))).collect();
    let account = format!(
        "name = 'Contoso'\nprotocol = 'graph'\naddress = '{}'\ntenant = '{}'\nclient_id = '{}'\npassword = '{}'\nsign_in_server = '{}'\n\
         server = '127.0.0.1'\nport = {}\npinned_fingerprint = '{}'\nfolders = 'all'\n",
        options.user,
        options.tenant,
        options.client_id,
        options.secret,
        lab.base(),
        lab.port(),
        lab.fingerprint()
    );
    let mut fresh = |database: Option<&str>, life: usize| {
        // Between the lives the mailbox changes, too: a letter wanders, one goes, and as many come.
        let at = life % ids.len();
        lab.relocate(&ids[at], &folders[life % 2]);
        if life > 0 {
            let gone = ids.remove((at + 7) % ids.len());
            assert!(lab.delete(&gone));
            ids.push(lab.deliver(&folders[0], raw(sent)));
            sent += 1;
        }
        Office::new(database).with_account(&account)
    };
    kill_collections(number("POSTROOM_KILLS", 3 * KILLS) / 3, &mut fresh, &mut |office, _, what| {
        let sums = office.sums();
        assert_eq!((sums[0].1, sums[1].1, sums[4].1, sums[5].1), (LETTERS as i64, LETTERS as i64, 0, 0), "{what}: {sums:?}");
        let there: Vec<Vec<u8>> = folders.iter().flat_map(|folder| lab.letters(folder)).map(|(_, raw)| raw).collect();
        office.holds(&there, what);
        let found = office.run(&["search", "from:client", "--limit", "1000", "--json"]).lines().count();
        assert_eq!(found, LETTERS, "{what}: nothing twice");
    });
    assert!(lab.most_at_once() <= 4, "never more than four requests at once");
}
