//! The POP3 client against the lab's server: ways to sign in, lists, heads, letters, deletions, and the record.

use crate::pop3_matrix::settings;
use model::Security;
use postroom_connect::{ConnectError, PopReader, Retrieved, SecretString, connect_pop3};
use postroom_lab::{
    imap::Tls,
    pop3::{PopFault, PopLab},
};

fn lab(letters: &[&str]) -> PopLab {
    let lab = PopLab::start(Tls::Implicit).unwrap();
    for letter in letters {
        lab.deliver(*letter);
    }
    lab
}

async fn all(reader: &mut PopReader) -> Vec<(u32, Retrieved)> {
    let letters: Vec<(u32, u64)> = reader.letters().await.unwrap().1.iter().map(|letter| (letter.number, letter.size)).collect();
    let mut got = Vec::new();
    reader.retrieve(&letters, &mut |number, retrieved| got.push((number, retrieved))).await.unwrap();
    got
}

#[tokio::test]
async fn letters_come_octet_by_octet_in_the_order_asked_for() {
    let letters = ["Subject: a\r\n\r\n.\r\n..\r\n.x\r\n", "Subject: b\r\n\r\n", "Subject: c\r\n\r\nbare\n.\nline\r\n"];
    for capabilities in [&["USER", "UIDL", "TOP", "PIPELINING"][..], &["SASL PLAIN", "UIDL", "TOP"]] {
        let lab = lab(&letters);
        lab.set_capabilities(capabilities);
        let mut reader = connect_pop3(&settings(&lab, Security::Tls)).await.unwrap();
        let expected: Vec<(u32, Retrieved)> =
            (1..).zip(letters).map(|(number, letter)| (number, Retrieved::Letter(letter.as_bytes().to_vec()))).collect();
        assert_eq!(all(&mut reader).await, expected);
        let mut heads = Vec::new();
        reader.heads(&[2, 9], &mut |number, head| heads.push((number, head))).await.unwrap();
        assert_eq!(heads, [(2, Some(b"Subject: b\r\n\r\n".to_vec())), (9, None)]);
        reader.leave().await;
    }
}

#[tokio::test]
async fn what_is_deleted_goes_with_quit_and_not_before() {
    let lab = lab(&["Subject: a\r\n\r\n", "Subject: b\r\n\r\n", "Subject: c\r\n\r\n"]);
    let mut reader = connect_pop3(&settings(&lab, Security::Tls)).await.unwrap();
    assert_eq!(reader.delete(&[1, 9, 3]).await.unwrap(), [1, 3]);
    drop(reader);
    assert_eq!(lab.letters().len(), 3);
    let mut reader = connect_pop3(&settings(&lab, Security::Tls)).await.unwrap();
    reader.delete(&[1]).await.unwrap();
    let (record, outcome) = reader.quit().await;
    outcome.unwrap();
    assert_eq!(lab.letters().len(), 2);
    // S10: the one write stands in the record.
    assert!(record.commands.contains(&("DELE".to_owned(), 1)) && record.commands.contains(&("QUIT".to_owned(), 1)), "{record:?}");
}

// S10, IT-36: verbs are counted; user names, passwords and letters are not kept.
#[tokio::test]
async fn the_record_names_verbs_and_no_secret() {
    for capabilities in ["USER", "SASL PLAIN"] {
        let lab = lab(&["Subject: hush\r\n\r\n"]);
        lab.set_capabilities(&[capabilities, "UIDL"]);
        let mut reader = connect_pop3(&settings(&lab, Security::Tls)).await.unwrap();
        all(&mut reader).await;
        let record = reader.leave().await;
        let text = format!("{record:?}");
        for bad in ["ada", "secret", "AGFkYQBzZWNyZXQ", "hush"] {
            assert!(!text.contains(bad), "{bad} in {text}");
        }
        assert!(record.commands.contains(&("RETR".to_owned(), 1)), "{record:?}");
    }
}

#[tokio::test]
async fn a_token_signs_in_where_the_server_takes_it() {
    let lab = lab(&[]);
    lab.set_password(&"t".repeat(2_000));
    let with =
        |token: &str| postroom_connect::ImapSettings { password: SecretString::from(token), bearer: true, ..settings(&lab, Security::Tls) };
    let token = with(&"t".repeat(2_000));
    let reader = connect_pop3(&token).await.unwrap();
    assert!(!format!("{:?}", reader.leave().await).contains("tttt"));
    let wrong = connect_pop3(&with("other")).await;
    assert!(matches!(wrong, Err(ConnectError::SignIn { .. })), "{wrong:?}");
    lab.set_capabilities(&["USER", "SASL PLAIN"]);
    let unknown = connect_pop3(&token).await;
    assert!(matches!(unknown, Err(ConnectError::Permission { .. })), "{unknown:?}");
}

// I12: memory is bounded by what the server said.
#[tokio::test]
async fn a_letter_that_does_not_end_is_given_up() {
    let lab = lab(&["Subject: a\r\n\r\n"]);
    lab.deliver([b"Subject: long\r\n\r\n".to_vec(), b"x".repeat(3 << 20)].concat());
    lab.set_fault(PopFault::SizeLies(-(4 << 20)));
    let mut reader = connect_pop3(&settings(&lab, Security::Tls)).await.unwrap();
    let mut came = Vec::new();
    let outcome = reader.retrieve(&[(1, 20), (2, 20)], &mut |number, _| came.push(number)).await;
    assert!(matches!(outcome, Err(ConnectError::Protocol { .. })), "{outcome:?}");
    assert!(came == [1] && !reader.usable());
    let mut reader = connect_pop3(&settings(&lab, Security::Tls)).await.unwrap();
    let mut octets = 0;
    reader
        .retrieve_large((2, 0), &mut |part| {
            octets += part.len();
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(octets, 17 + (3 << 20) + 2);
}

// O2, W7: the last gate holds by itself; with an administrator's consent it opens.
#[tokio::test]
async fn clear_text_needs_consent() {
    let lab = PopLab::start(Tls::None).unwrap();
    let plain = settings(&lab, Security::None);
    assert!(matches!(connect_pop3(&plain).await, Err(ConnectError::Settings { .. })));
    assert!(lab.clear_text_received().is_empty());
    let allowed = postroom_connect::ImapSettings { allow_clear_text: true, ..plain };
    connect_pop3(&allowed).await.unwrap().leave().await;
    for security in [Security::Auto, Security::StartTls, Security::Tls] {
        let refused = connect_pop3(&postroom_connect::ImapSettings { security, ..allowed.clone() }).await;
        assert!(matches!(refused, Err(ConnectError::Certificate { .. })), "{refused:?}");
    }
}
