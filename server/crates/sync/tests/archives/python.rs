//! Real files of another program: Python's mailbox module writes them and reads them, and both of us must see the same octets.

use crate::{archive, import, octets, office::offices};
use std::{collections::BTreeMap, path::Path, process::Command};

const WRITE: &str = r#"
import mailbox, sys, base64
folder = sys.argv[1]
bodies = [
    "plain text\n", "From the beginning\n\nFrom here on\n>From there\n>>From twice\n", "no end", "\n\n\nblank lines\n\n\n",
    "From MAILER-DAEMON Sat Mar 14 09:12:00 2026\nSubject: not a letter\n\ninner\n", "", "umlaut: \u00fc\u00df\n",
    "From a@b Sat Mar 14 09:12:00 2026\n\nX: y\n", ("long " * 400 + "\n") * 200,
]
boxes = [mailbox.mbox(folder + "/python.mbox"), mailbox.Maildir(folder + "/Maildir")]
for n in range(60):
    raw = f"From: a{n}@b.example\nTo: c@d.example\nSubject: letter {n}\nMessage-ID: <{n}@b.example>\nDate: Sat, 14 Mar 2026 09:{n:02}:00 +0000\n"
    raw += "Content-Type: text/plain; charset=utf-8\n"
    if n % 5 == 4:
        raw += f"Content-Length: {n * 7}\n"
    raw = (raw + "\n" + bodies[n % len(bodies)]).encode()
    for box in boxes:
        box.add(raw)
for box in boxes:
    box.flush()
    box.close()
"#;

/// Octets of every letter, in order, in base64.
const READ: &str = r#"
import mailbox, sys, base64
box = mailbox.mbox(sys.argv[1]) if sys.argv[1].endswith(".mbox") else mailbox.Maildir(sys.argv[1])
for key in sorted(box.keys()):
    print(base64.b64encode(box.get_bytes(key)).decode())
"#;

fn python(script: &str, at: &Path) -> Option<String> {
    let Ok(output) = Command::new("python3").arg("-c").arg(script).arg(at).output() else {
        println!("skipped: Python is not installed (package python3)");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn base64(text: &str) -> Vec<u8> {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut octets = Vec::new();
    for four in text.as_bytes().chunks(4) {
        let bits = four.iter().fold(0_u32, |bits, sign| bits << 6 | SIGNS.iter().position(|known| known == sign).unwrap_or(0) as u32);
        let pads = four.iter().filter(|sign| **sign == b'=').count();
        octets.extend_from_slice(&bits.to_be_bytes()[1..4 - pads]);
    }
    octets
}

fn unquoted(text: &str) -> String {
    let bare = |line: &str| line.trim_start_matches('>').starts_with("From ") && line.starts_with('>');
    text.split_inclusive('\n').map(|line| if bare(line) { &line[1..] } else { line }).collect()
}

#[tokio::test]
async fn an_mbox_and_a_maildir_of_python_are_read_octet_by_octet() {
    for office in offices().await {
        let folder = tempfile::tempdir().unwrap();
        if python(WRITE, folder.path()).is_none() {
            return;
        }
        for name in ["python.mbox", "Maildir"] {
            let file = folder.path().join(name);
            let account = archive(&office, name).await;
            let report = import(&office, account, &file).await;
            let expected: Vec<Vec<u8>> = python(READ, &file).unwrap().lines().map(base64).collect();
            assert_eq!((report.ledger.server, report.ledger.missing), (60, 0), "{name} on {}", office.name);
            let held: BTreeMap<i64, Vec<u8>> = octets(&office, &report).await;
            if name == "python.mbox" {
                for (at, expected) in expected.iter().enumerate() {
                    let ours = &held[&(at as i64 + 1)];
                    // Python leaves the quoting of an mbox on, of which one `>` is taken off here.
                    let expected = unquoted(&String::from_utf8_lossy(expected));
                    assert_eq!(String::from_utf8_lossy(ours), expected, "letter {at} of {name} on {}", office.name);
                }
            } else {
                // Held already: the first copy's octets stand for both, so letters are compared by what they are.
                let identity = |raw: &Vec<u8>| postroom_mail::read(raw).identity.digest;
                let mut ours: Vec<_> = held.values().map(identity).collect();
                let mut theirs: Vec<_> = expected.iter().map(identity).collect();
                ours.sort_unstable();
                theirs.sort_unstable();
                let differ = ours.iter().filter(|one| !theirs.contains(one)).count();
                assert_eq!(differ, 0, "{name} on {}", office.name);
            }
        }
    }
}
