use super::*;
use crate::imap_client::quoted;

fn dovecot(store: Store) -> Option<Dovecot> {
    if let Err(reason) = Dovecot::available() {
        eprintln!("skipped: {reason}");
        return None;
    }
    Some(Dovecot::start(DovecotOptions { store, ..DovecotOptions::default() }).unwrap())
}

#[test]
fn a_delivered_letter_is_served_and_every_command_is_recorded() {
    // TP-02, P10, S10: the judge itself works
    let Some(mut server) = dovecot(Store::Maildir) else { return };
    server.add_user("ben", "other").unwrap();
    let raw = b"Subject: Rente\r\n\r\nGuten Tag\r\n";
    server.deliver("ada", "INBOX", raw, &["\\Seen"]).unwrap();
    server.deliver("ada", "Entwürfe/Münze", raw, &["\\Flagged", "\\Seen"]).unwrap();
    server.deliver("ben", "INBOX", raw, &[]).unwrap();
    server.make_folder("ada", "Réclamations").unwrap();

    let mut client = LabClient::connect_tls(server.imaps_port(), server.authority().client_config().unwrap(), "localhost").unwrap();
    client.login("ada", "secret").unwrap();
    let folders = client.folders().unwrap();
    assert!(folders.contains(&"Entwürfe/Münze".to_owned()) && folders.contains(&"Réclamations".to_owned()), "{folders:?}");
    assert!(client.command(&format!("EXAMINE {}", quoted("Entw&APw-rfe/M&APw-nze"))).unwrap().is_ok());
    let fetched = client.command("UID FETCH 1:* (UID BODY.PEEK[])").unwrap();
    assert!(fetched.untagged[0].windows(raw.len()).any(|window| window == raw));

    let before = server.flags_snapshot("ada").unwrap();
    assert_eq!(before.len(), 2);
    assert_eq!(before[0].2, ["\\Flagged", "\\Seen"]);
    assert_eq!(server.flags_snapshot("ben").unwrap(), [("INBOX".to_owned(), 1, vec![])]);

    let commands = server.commands();
    assert!(commands.iter().any(|line| line.contains("UID FETCH 1:* (UID BODY.PEEK[])")), "{commands:?}");
    assert!(!commands.iter().any(|line| line.contains("FLAGS")), "our own look at the flags is not a client's command: {commands:?}");
    assert!(server.logins() >= 3);
}

#[test]
fn clear_text_can_be_upgraded_and_a_wrong_password_is_refused() {
    let Some(server) = dovecot(Store::Maildir) else { return };
    let mut client = LabClient::connect(server.imap_port()).unwrap();
    client.start_tls(server.authority().client_config().unwrap(), "127.0.0.1").unwrap();
    let refused = client.command("LOGIN ada wrong").unwrap();
    assert_eq!(refused.status, "NO", "{refused:?}");
    assert!(refused.text.contains("AUTHENTICATIONFAILED"));
    client.login("ada", "secret").unwrap();
}

#[test]
fn sdbox_serves_delivered_letters_too() {
    let Some(server) = dovecot(Store::Sdbox) else { return };
    server.deliver("ada", "受信", b"Subject: x\r\n\r\ny\r\n", &["\\Seen"]).unwrap();
    assert_eq!(server.flags_snapshot("ada").unwrap(), [("受信".to_owned(), 1, vec!["\\Seen".to_owned()])]);
}

#[test]
fn a_corpus_is_delivered_whole_with_its_dates() {
    let Some(server) = dovecot(Store::Maildir) else { return };
    let truths = server.deliver_corpus("ada", crate::corpus::Corpus::small(4, 300)).unwrap();
    assert_eq!(truths.len(), 300);
    assert_eq!(server.flags_snapshot("ada").unwrap().len(), 300);
    let mut client = server.session("ada").unwrap();
    assert!(client.command("EXAMINE INBOX").unwrap().is_ok());
    let dated = client.command("UID FETCH 1 INTERNALDATE").unwrap().lines().remove(0);
    assert!(dated.contains("-Jan-2021 "), "{dated}");
}
