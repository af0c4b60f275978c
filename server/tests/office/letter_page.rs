//! The page of a letter: what is read from its bytes, previews, comparisons, marks; each within the viewer's scope.

use crate::accounts::{connected, lab};
use crate::browser::{Browser, House};
use http::StatusCode;
use model::{
    ClientId, CompareWith, Comparison, Direction, HistoryFilter, HistoryRow, LetterView, ListPlace, MailboxCard, MessageId, Neighbours,
    Page, Role,
};
use tokio_util::sync::CancellationToken;

/// A picture of one colour, the smallest PNG there is.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn hostile() -> Vec<u8> {
    format!(
        "Received: from evil by mx.office.example; Mon, 1 Jun 2026 10:00:00 +0000\r\n\
         Authentication-Results: mx.office.example; dkim=pass header.d=client.example; dmarc=fail header.from=<script>alert(1)</script>\r\n\
         From: \"<script>alert(2)</script>\" <zoe@example.com>\r\nTo: office@office.example\r\nSubject: Papers <img src=x onerror=alert(3)></title><meta http-equiv=refresh content=0>\r\n\
         Date: Mon, 1 Jun 2026 12:00:00 +0000\r\nMessage-ID: <hostile@lab>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/html\r\n\r\n<p onclick=x()>Hello<script>alert(4)</script></p>\r\n\
         --b\r\nContent-Type: image/png; name=\"a.png\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n{PNG}\r\n\
         --b\r\nContent-Type: image/svg+xml; name=\"a.svg\"\r\nContent-Disposition: attachment\r\n\r\n<svg onload=alert(5)></svg>\r\n\
         --b\r\nContent-Type: text/csv; charset=iso-8859-1; name=\"a.csv\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nM=FCller;<script>alert(6)</script>\r\n\
         --b\r\nContent-Type: image/png; name=\"page.png\"\r\nContent-Disposition: attachment\r\n\r\n<html><script>alert(7)</script></html>\r\n\
         --b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Review <script>alert(8)</script>\r\n\
         DTSTART:20260601T100000Z\r\nORGANIZER:mailto:zoe@example.com\r\nURL:javascript:alert(9)\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n"
    )
    .into_bytes()
}

fn bounce() -> Vec<u8> {
    b"Return-Path: <>\r\nFrom: MAILER-DAEMON@example.com\r\nTo: office@office.example\r\nSubject: Undelivered\r\nDate: Mon, 1 Jun 2026 13:00:00 +0000\r\n\
      Message-ID: <bounce@lab>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n\
      --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; max@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\
      --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <hostile@lab>\r\n--b--\r\n"
        .to_vec()
}

fn variant() -> Vec<u8> {
    b"From: zoe@example.com\r\nTo: office@office.example\r\nSubject: Papers, other\r\nDate: Mon, 1 Jun 2026 12:00:01 +0000\r\nMessage-ID: <hostile@lab>\r\n\r\nHello Ada"
        .to_vec()
}

/// Ada's mailbox with the letters above, newest first: bounce, variant, hostile, and the lab's three.
async fn opened(house: &House) -> (Browser, Vec<HistoryRow>) {
    let lab = lab();
    for raw in [hostile(), bounce(), variant()] {
        lab.deliver("ada", "INBOX", raw, &[]);
    }
    let mut ada = house.signed_in("ada@example.com").await;
    let id = connected(&mut ada, &lab).await;
    ada.call("/api/accounts/enable", &[("id", &id.to_string())]).await;
    let stop = CancellationToken::new();
    let report = house.office.engine.collect_account(id, &stop).await.unwrap();
    assert_eq!((report.filed, report.error), (6, None));
    let rows = mailbox(&mut ada).await;
    (ada, rows)
}

async fn mailboxes(browser: &mut Browser) -> Vec<MailboxCard> {
    browser.call("/api/letters/mailboxes", &[]).await.json()
}

async fn mailbox(browser: &mut Browser) -> Vec<HistoryRow> {
    let cards = mailboxes(browser).await;
    let question = serde_json::json!({ "account": cards[0].id, "cursor": null });
    browser.ask("/api/letters/mailbox", &question).await.json::<Page<HistoryRow>>().rows
}

fn called(rows: &[HistoryRow], subject: &str) -> MessageId {
    rows.iter().find(|row| row.subject.starts_with(subject)).unwrap().id
}

#[tokio::test]
async fn a_hostile_letter_is_told_in_words_and_runs_nothing() {
    // RELIABILITY §3.2, §3.3
    let house = House::with_ada().await;
    let (mut ada, rows) = opened(&house).await;
    let id = called(&rows, "Papers <img");
    let letter = ada.ask("/api/letters/get", &serde_json::json!({ "id": id })).await.json::<LetterView>();
    assert_eq!(letter.facts.statements[0].by, "mx.office.example");
    assert!(letter.facts.statements[0].by_own_receiver);
    assert_eq!(letter.facts.invitations[0].when, "Mon 1 Jun 2026, 10:00 UTC");
    assert!(letter.facts.bounce.is_none());
    assert_eq!(letter.variants.len(), 1);
    let page = ada.get(&format!("/messages/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for never in ["<script>alert", "<img src=x", "<meta http-equiv=refresh", "</title><meta", "javascript:alert"] {
        // The page hands its data to its program in a script of its own, where `<` is written as an escape.
        let found = page.text.find(never).map(|at| &page.text[at.saturating_sub(200)..(at + 200).min(page.text.len())]);
        assert_eq!(found, None, "{never}");
    }
    assert!(page.text.contains("Stated by mx.office.example, the server that received the letter"), "{}", page.text);
    let reported = ada.ask("/api/letters/get", &serde_json::json!({ "id": called(&rows, "Undelivered") })).await.json::<LetterView>();
    let bounce = reported.facts.bounce.unwrap();
    assert_eq!((bounce.recipients[0].address.as_str(), bounce.recipients[0].status.as_str()), ("max@example.com", "5.1.1"));
    assert!(bounce.letter.is_some_and(|(letter, _)| letter == id || letter == called(&rows, "Papers, other")));
}

#[tokio::test]
async fn previews_are_drawn_anew_or_plain_text_and_nothing_else() {
    // RELIABILITY §3.4
    let house = House::with_ada().await;
    let (mut ada, rows) = opened(&house).await;
    let id = called(&rows, "Papers <img");
    let picture = ada.get_as(&format!("/messages/{id}/files/0/preview"), "image").await;
    assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/png"));
    assert!(picture.header("content-security-policy").starts_with("sandbox; default-src 'none'"));
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    let table = ada.get_as(&format!("/messages/{id}/files/2/preview"), "iframe").await;
    assert!(table.text.contains("Müller;&lt;script&gt;") && !table.text.contains("<script"), "{}", table.text);
    assert!(table.header("content-security-policy").starts_with("sandbox allow-popups"));
    assert_eq!(ada.get_as(&format!("/messages/{id}/files/2/preview"), "document").await.status, StatusCode::FORBIDDEN);
    // A drawing, a page that calls itself a picture, and nothing.
    for n in [1, 3, 99] {
        let refused = ada.get_as(&format!("/messages/{id}/files/{n}/preview"), "image").await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{n}");
        assert!(refused.header("content-security-policy").starts_with("sandbox") && !refused.text.contains("alert("));
    }
}

#[tokio::test]
async fn variants_stand_side_by_side() {
    // S11, P7
    let house = House::with_ada().await;
    let (mut ada, rows) = opened(&house).await;
    let (id, other) = (called(&rows, "Papers <img"), called(&rows, "Papers, other"));
    let question = serde_json::json!({ "id": id, "with": CompareWith::Letter(other) });
    let compared = ada.ask("/api/letters/compare", &question).await.json::<Comparison>();
    assert!(compared.headers.iter().any(|row| row.name == "Subject" && row.differs));
    assert!(compared.headers.iter().any(|row| row.name == "Message-ID" && !row.differs));
    assert!(compared.text.iter().any(|row| row.differs));
    let page = ada.get(&format!("/messages/{id}/compare?with={other}")).await;
    assert!(page.status == StatusCode::OK && page.text.contains("<ins>") && !page.text.contains("<img src=x"), "{}", page.text);
}

#[tokio::test]
async fn a_letter_is_unread_until_it_is_opened_and_again_when_told_so() {
    // O7: the mark comes from the recorded view, not from the GET; the server's flags are never touched.
    for house in House::everywhere_with_ada().await {
        house.all_is_news().await;
        let (mut ada, rows) = opened(&house).await;
        assert!(rows.iter().all(|row| row.unread));
        let id = rows[0].id;
        ada.get(&format!("/messages/{id}")).await;
        let unread = |rows: Vec<HistoryRow>| rows.into_iter().filter(|row| row.unread).map(|row| row.id).collect::<Vec<_>>();
        assert!(!unread(mailbox(&mut ada).await).contains(&id), "at once, though the view is not written yet");
        house.office.write_views().await.unwrap();
        assert!(!unread(mailbox(&mut ada).await).contains(&id));
        let answer = ada.call("/api/letters/mark-unread", &[("id", &id.to_string()), ("back", "//evil.example")]).await;
        assert!(answer.status.is_success() || answer.status.is_redirection(), "{}", answer.status);
        assert!(!format!("{:?}", answer.headers).contains("evil"), "{:?}", answer.headers);
        assert!(unread(mailbox(&mut ada).await).contains(&id));
    }
}

#[tokio::test]
async fn the_next_and_the_letter_before_are_those_of_the_list() {
    // In a history under its filters, and in a mailbox.
    for house in House::everywhere_with_ada().await {
        house.office.import_file(&house.console(), b"code,name,self1\nK1,Zoe,zoe@example.com\n".to_vec(), false).await.unwrap();
        let (mut ada, rows) = opened(&house).await;
        let account = mailboxes(&mut ada).await[0].id;
        let question = serde_json::json!({ "client": 1, "filter": HistoryFilter::default(), "cursor": null });
        let history = ada.ask("/api/letters/history", &question).await.json::<Page<HistoryRow>>().rows;
        // A variant stands under its row, but one gets to it like to any other letter.
        let mut history: Vec<HistoryRow> = history.into_iter().flat_map(|row| [vec![row.clone()], row.folded].concat()).collect();
        history.sort_by_key(|row| std::cmp::Reverse((row.date, row.id.0)));
        let sent = HistoryFilter { direction: Some(Direction::Sent), ..HistoryFilter::default() };
        let question = serde_json::json!({ "client": 1, "filter": sent, "cursor": null });
        let only_sent = ada.ask("/api/letters/history", &question).await.json::<Page<HistoryRow>>().rows;
        assert!(history.len() == 4 && only_sent.len() == 1, "{}", history.len());
        for (list, rows) in [
            (ListPlace::Mailbox(account), &rows),
            (ListPlace::History(ClientId(1), HistoryFilter::default()), &history),
            (ListPlace::History(ClientId(1), sent), &only_sent),
        ] {
            for (at, row) in rows.iter().enumerate() {
                let question = serde_json::json!({ "id": row.id, "list": list });
                let found = ada.ask("/api/letters/neighbours", &question).await.json::<Neighbours>();
                let ids = (found.newer.map(|letter| letter.id), found.older.map(|letter| letter.id));
                let wanted = (at.checked_sub(1).map(|at| rows[at].id), rows.get(at + 1).map(|row| row.id));
                assert_eq!(ids, wanted, "{list:?} {at}");
            }
        }
        house.add_user("eve@example.com", Role::Administrator, &[]).await;
        let mut eve = house.signed_in("eve@example.com").await;
        for list in [ListPlace::Mailbox(account), ListPlace::History(ClientId(9), HistoryFilter::default())] {
            let question = serde_json::json!({ "id": history[0].id, "list": list });
            assert_eq!(eve.ask("/api/letters/neighbours", &question).await.status, StatusCode::NOT_FOUND, "{list:?}");
        }
    }
}

#[tokio::test]
async fn nothing_around_a_letter_is_told_to_who_may_not_see_it() {
    // W2, S6, O28
    let house = House::with_ada().await;
    let (_ada, rows) = opened(&house).await;
    house.add_user("eve@example.com", Role::Administrator, &[]).await;
    let mut eve = house.signed_in("eve@example.com").await;
    let (id, other) = (called(&rows, "Papers <img"), called(&rows, "Papers, other"));
    assert!(mailboxes(&mut eve).await.is_empty());
    for path in
        [format!("/messages/{id}/compare?with={other}"), format!("/messages/{id}/files/0/preview"), format!("/messages/{id}/body?print=1")]
    {
        assert_eq!(eve.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for with in [CompareWith::Letter(other), CompareWith::Copy(1)] {
        let question = serde_json::json!({ "id": id, "with": with });
        assert_eq!(eve.ask("/api/letters/compare", &question).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(eve.call("/api/letters/mark-unread", &[("id", &id.to_string())]).await.status, StatusCode::NOT_FOUND);
}
