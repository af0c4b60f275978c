//! Collections by POP3 that delete what they stored: every letter is here once, and none is gone that is not here (R2, O8).

use crate::harness::{Office, dovecot, kill_collections, number};

const LETTERS: usize = 300;
/// A tenth of what `cargo xtask torture` does.
const KILLS: u64 = 16;

fn raw(life: usize, n: usize) -> Vec<u8> {
    format!(
        "From: cy{n}@client.example\r\nTo: ada@office.example\r\nSubject: Letter {n}\r\nMessage-ID: <{life}.{n}@lab.example>\r\n\r\nWords of letter {n}.\r\n"
    )
    .into_bytes()
}

#[test]
fn kills_lose_nothing_that_was_deleted_on_the_server() {
    let Some(server) = dovecot() else { return };
    let port = match server.pop3_ports() {
        Ok((_, port)) => port,
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
            println!("skipped: {why}");
            return;
        }
    };
    let account = format!(
        "name = 'Office'\nprotocol = 'pop3'\naddress = 'ada@office.example'\nserver = '127.0.0.1'\nport = {port}\nsecurity = 'tls'\n\
         user_name = 'ada'\npassword = 'secret'\npinned_fingerprint = '{}'\ndelete_after_days = 0\n",
        server.fingerprint()
    );
    let mut fresh = |database: Option<&str>, life: usize| {
        for n in 0..LETTERS {
            server.deliver("ada", "INBOX", &raw(life, n), &[]).unwrap();
        }
        Office::new(database).with_account(&account)
    };
    kill_collections(number("POSTROOM_KILLS", 3 * KILLS) / 3, &mut fresh, &mut |office, life, what| {
        // What the last collection deleted is seen to be gone by the next one.
        office.run(&["collect"]);
        let sums = office.sums();
        assert_eq!((sums[0].1, sums[5].1), (0, 0), "{what}: {sums:?}");
        office.holds(&(0..LETTERS).map(|n| raw(life, n)).collect::<Vec<_>>(), what);
        let found = office.run(&["search", "from:client", "--limit", "1000", "--json"]).lines().count();
        assert_eq!(found, LETTERS, "{what}: nothing twice");
    });
}
