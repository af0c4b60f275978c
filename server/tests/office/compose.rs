//! A letter is written, looked at once more, sent, and taken back: by its pages, without script.

use crate::accounts::{connected, lab};
use crate::browser::{Browser, House, event, ours};
use crate::sending::side;
use axum::body::Body;
use http::{StatusCode, header};
use model::*;

const AT: &str = "office@kontor.example";

/// An office whose one account sends, with a sender for Ada and a client.
pub async fn office() -> (House, Browser, ClientId, postroom_lab::imap::ImapLab) {
    let house = House::with_ada().await;
    let lab = lab();
    let mut ada = house.signed_in("ada@example.com").await;
    let account = connected(&mut ada, &lab).await;
    ada.call("/api/accounts/enable", &[("id", &account.to_string())]).await;
    house.office.engine.collect_account(account, &tokio_util::sync::CancellationToken::new()).await.unwrap();
    let store = &house.office.store;
    let side = side(account, "Kontor", AT);
    store.keep_sending_side(&side, None, &event("account.sends")).await.unwrap();
    store.prove_sending(account.0, &event("account.proven")).await.unwrap();
    let user = store.user_by_email("ada@example.com").await.unwrap().unwrap().id;
    let sender =
        Sender { name: "Ada Lovelace".into(), address: AT.into(), job_title: "Adviser".into(), may_send: true, ..Sender::default() };
    store.keep_sender(user, &sender, &event("sender.kept")).await.unwrap();
    let list = b"code,name,self1\nK1,Zoe Ferrante,zoe@example.com\nK2,Ben Hale,ben@hale.example\n";
    house.office.import_file(&house.console(), list.to_vec(), false).await.unwrap();
    let client = house.office.client_named(&house.console(), "K1").await.unwrap().id;
    (house, ada, client, lab)
}

pub async fn begin(ada: &mut Browser, fields: &[(&str, &str)]) -> String {
    let csrf = ada.csrf().await;
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend_from_slice(fields);
    let came = ada.post("/api/compose/begin", &all).await;
    came.header("location").to_owned()
}

pub fn value(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).unwrap_or_else(|| panic!("no {name}: {page}")).split('"').next().unwrap().to_owned()
}

/// Posts the letter as the page at this address has it, with other words.
pub async fn save(ada: &mut Browser, at: &str, to: &str, body: &str, intent: &str, anyway: &str) -> String {
    let page = ada.get(at).await.text;
    let csrf = ada.csrf().await;
    let (id, version, subject) = (value(&page, "id"), value(&page, "version"), "About the kettle");
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", &id),
        ("version", &version),
        ("form[to]", to),
        ("form[subject]", subject),
        ("form[body]", body),
        ("intent", intent),
        ("anyway", anyway),
    ];
    ada.post("/api/compose/save", &fields).await.header("location").to_owned()
}

// FC-20, S13, S17, DESIGN §9: step by step, to the outbox and back.
#[tokio::test]
async fn a_letter_is_written_warned_about_sent_and_taken_back() {
    let (house, mut ada, client, _lab) = office().await;
    let start = ada.get(&format!("/compose?client={client}")).await.text;
    for words in ["Step 1 of 2", "Zoe Ferrante", "Sends", "Ada Lovelace &lt;office@kontor.example&gt;"] {
        assert!(start.contains(words), "{words}: {start}");
    }
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    let page = ada.get(&at).await.text;
    assert!(page.contains("zoe@example.com") && page.contains("Ada Lovelace\nAdviser"), "{page}");

    // What blocks, blocks: said beside the field, and what was typed stays.
    let blocked = save(&mut ada, &at, "zoe@example.com, nobody", "Dear {{ client.name }}", "send", "").await;
    assert_eq!(blocked, format!("{at}?check=1"));
    let page = ada.get(&blocked).await.text;
    for words in ["There is a problem", "“nobody” is not an e-mail address", "nothing was put in for", "id=\"body-error\""] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // What warns, warns; the box says yes to exactly that.
    let words = "Dear Zoe, the lease of Ben Hale is attached.";
    let warned = save(&mut ada, &at, "zoe@example.com, eve@evil.example", words, "send", "").await;
    let page = ada.get(&warned).await.text;
    for words in ["eve@evil.example is not on the file of Zoe Ferrante.", "nothing is.", "names Ben Hale, another client"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let mark = page
        .split("id=\"anyway\"")
        .nth(1)
        .and_then(|rest| rest.split("value=\"").nth(1))
        .map(|rest| rest.split('"').next().unwrap().to_owned());
    let mark = mark.expect("a box to tick");
    let stale = save(&mut ada, &at, "zoe@example.com, mallory@evil.example", words, "send", &mark).await;
    assert_eq!(stale, format!("{at}?check=1"), "a yes to other warnings is none");
    let sent = save(&mut ada, &at, "zoe@example.com, eve@evil.example", words, "send", &mark).await;
    assert_eq!(sent, format!("{at}/sent"));
    let page = ada.get(&sent).await.text;
    assert!(page.contains("Leaves in 15 s") && page.contains("Undo") && page.contains("href=\"/outbox\""), "{page}");
    let trail = house.office.store.events(None, 20).await.unwrap();
    assert!(format!("{trail:?}").contains("Sent all the same: eve@evil.example is not on the file"), "{trail:?}");

    // It cannot be written on while it is on its way; taken back, it can, and it is sent anew under another key.
    assert!(ada.get(&at).await.text.contains("This letter is in the outbox"));
    let id = at.rsplit('/').next().unwrap().to_owned();
    let csrf = ada.csrf().await;
    let back = ada.post("/api/compose/undo", &[("csrf", csrf.as_str()), ("id", id.as_str())]).await;
    assert_eq!(back.header("location"), format!("{at}?done=undone"));
    assert!(ada.get(&at).await.text.contains("eve@evil.example"));
    let again = save(&mut ada, &at, "zoe@example.com", "Dear Zoe", "send", "").await;
    assert_eq!(again, format!("{at}/sent"));
    let rows = house.office.store.outbox(postroom_store::Scope::Everything, OutboxFilter::All, None, 10).await.unwrap();
    let states: Vec<OutboxState> = rows.iter().map(|row| row.state).collect();
    assert_eq!(states, [OutboxState::Held, OutboxState::Withdrawn]);
    let raw = house.office.store.outbox_bytes(rows[0].id).await.unwrap();
    let letter = postroom_mail::read(&raw).letter.unwrap();
    assert_eq!((letter.subject.as_str(), letter.text.trim()), ("About the kettle", "Dear Zoe"));
}

// FC-20: a second window is told, and nothing is overwritten silently; another's draft is none.
#[tokio::test]
async fn two_windows_never_overwrite_each_other_and_drafts_are_ones_own() {
    let (house, mut ada, client, _lab) = office().await;
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    // Whatever stands in a letter stays in its field.
    save(&mut ada, &at, "zoe@example.com", "</textarea><script>alert(1)</script> & &lt;", "save", "").await;
    let page = ada.get(&at).await.text;
    assert!(
        page.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &amp;lt;") && !page.contains("<script>alert"),
        "{page}"
    );
    let (id, version) = (value(&page, "id"), value(&page, "version"));
    let csrf = ada.csrf().await;
    let post = [
        ("csrf", csrf.as_str()),
        ("id", &id),
        ("version", &version),
        ("form[to]", "zoe@example.com"),
        ("form[subject]", "One"),
        ("form[body]", "one"),
    ];
    assert_eq!(ada.post("/api/compose/save", &post).await.header("location"), format!("{at}?done=saved"));
    let refused = ada.post("/api/compose/save", &post).await;
    let query = refused.header("location").split_once('?').unwrap().1.to_owned();
    let page = ada.get(&format!("{at}?{query}")).await.text;
    assert!(page.contains("saved in another window") && page.contains("What was saved in the other window"), "{page}");
    // The mark by which nothing is saved by itself from here, and leaving asks.
    assert!(page.contains("class=\"saved-elsewhere\"") && page.contains("data-guard=\"unsaved\""), "{page}");
    assert!(ada.get("/drafts").await.text.contains("One"));
    house.add_user("ben@example.com", Role::Administrator, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    assert_eq!(ben.get(&at).await.status, StatusCode::NOT_FOUND);
    assert!(!ben.get("/drafts").await.text.contains("One"));
    // What is refused for another reason tells of no other window.
    let own = begin(&mut ben, &[("client", &client.to_string()), ("mode", "new")]).await;
    let refused = save(&mut ben, &own, "zoe@example.com", "one", "mailbox", "").await;
    let page = ben.get(&format!("{own}?{}", refused.split_once('?').unwrap().1)).await.text;
    assert!(
        page.contains("no mailbox of your own") && !page.contains("in the other window") && !page.contains("saved-elsewhere"),
        "{page}"
    );
}

// FC-20: whoever signs in again in another window loses no word, nor what another window saved; a form of the old session does nothing.
#[tokio::test]
async fn a_letter_from_an_older_session_comes_back_with_its_words() {
    let (house, mut ada, client, _lab) = office().await;
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    let page = ada.get(&at).await.text;
    let (id, version, old) = (value(&page, "id"), value(&page, "version"), ada.csrf().await);
    let post = async |browser: &mut Browser, csrf: &str, version: &str, body: &str, intent: &str| {
        let letter = [("csrf", csrf), ("id", &id), ("version", version), ("form[to]", "zoe@example.com"), ("form[body]", body)];
        let fields: Vec<(&str, &str)> = letter.into_iter().chain([("intent", intent)]).collect();
        browser.post("/api/compose/save", &fields).await.header("location").to_owned()
    };
    let mut again = house.signed_in("ada@example.com").await;
    // Too long for a cookie, then short enough for one.
    for words in ["My last words, and so on.".repeat(400), "My last words.".to_owned()] {
        let back = post(&mut again, &old, &version, &words, "send").await;
        assert!(back.starts_with(&format!("{at}?__path=")), "{back}");
        let page = again.get(&back).await.text;
        assert!(page.contains("you have signed in again") && page.contains(&words), "{page}");
        assert!(page.contains("data-guard=\"unsaved\"") && value(&page, "version") == version, "{page}");
        assert!(!again.get(&at).await.text.contains("My last words"), "shown once, and not saved");
    }
    // What was saved there since is told, by the version that came back.
    let fresh = again.csrf().await;
    assert_eq!(post(&mut again, &fresh, &version, "saved there", "save").await, format!("{at}?done=saved"));
    let back = post(&mut again, &old, &version, "My last words.", "save").await;
    let page = again.get(&back).await.text;
    let refused = post(&mut again, &value(&page, "csrf"), &value(&page, "version"), "My last words.", "save").await;
    let page = again.get(&refused.replace("http://127.0.0.1:3000/?", &format!("{at}?"))).await.text;
    assert!(page.contains("saved in another window") && page.contains("saved there") && page.contains("My last words."), "{page}");
    // Nobody else's letter is found in this way.
    house.add_user("ben@example.com", Role::Administrator, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    let back = post(&mut ben, &old, &version, "My last words.", "save").await;
    assert_eq!(ben.get(&back).await.status, StatusCode::NOT_FOUND);
    assert!(!ben.cookies.contains_key("postroom_typed"), "and what was typed is forgotten");
}

// P32: an answer carries the thread, and goes to where answers are wanted.
#[tokio::test]
async fn an_answer_goes_on_with_the_conversation() {
    let (house, mut ada, _, _lab) = office().await;
    let newest = house.office.store.newest_letter().await.unwrap();
    let letter = house.office.letter(&house.console(), MessageId(newest)).await.unwrap();
    // One's own letter is answered to whom it went.
    let author = "zoe@example.com".to_owned();
    let at = begin(&mut ada, &[("answers", &newest.to_string()), ("mode", "reply")]).await;
    let page = ada.get(&at).await.text;
    assert!(page.contains(&author) && page.contains("wrote:\n&gt; Thank you."), "{page}");
    let sent = save(&mut ada, &at, &author, "Thank you.\n> yes", "send", "").await;
    assert_eq!(sent, format!("{at}/sent"));
    let rows = house.office.store.outbox(postroom_store::Scope::Everything, OutboxFilter::All, None, 10).await.unwrap();
    let raw = house.office.store.outbox_bytes(rows[0].id).await.unwrap();
    let answer = postroom_mail::read(&raw).letter.unwrap();
    assert_eq!(answer.in_reply_to, std::slice::from_ref(&letter.message_id));
    assert_eq!(answer.references.last(), Some(&letter.message_id));
    assert!(!answer.message_id.is_empty() && answer.message_id != letter.message_id);
}

// FN-15, P27: a text is kept in versions, shown for a client, put into a letter; strict about what is missing.
#[tokio::test]
async fn a_text_is_put_into_a_letter_with_its_fields_filled_in() {
    let (house, mut ada, client, _lab) = office().await;
    let csrf = ada.csrf().await;
    let post = async |ada: &mut Browser, body: &str| {
        let fields = [("csrf", csrf.as_str()), ("text[name]", "Reminder"), ("text[subject]", "To {{ client.name }}"), ("text[body]", body)];
        ada.post("/api/texts/save", &fields).await.header("location").to_owned()
    };
    let refused = post(&mut ada, "Dear {{ client.nmae }}").await;
    assert!(refused.contains("__err="), "{refused}");
    let at = post(&mut ada, "Dear {{ client.name }}, yours, {{ sender.job_title }}").await;
    let page = ada.get(&at).await.text;
    assert!(page.contains("As Ben Hale reads it") && page.contains("Dear Ben Hale, yours, Adviser"), "{page}");
    let draft = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    let page = ada.get(&draft).await.text;
    let (id, version) = (value(&page, "id"), value(&page, "version"));
    let text = house.office.store.document_texts().await.unwrap()[0].0.to_string();
    let fields =
        [("csrf", csrf.as_str()), ("id", &id), ("version", &version), ("form[to]", "zoe@example.com"), ("intent", "text"), ("text", &text)];
    ada.post("/api/compose/save", &fields).await;
    let page = ada.get(&draft).await.text;
    assert!(page.contains("Dear Zoe Ferrante, yours, Adviser") && page.contains("To Zoe Ferrante"), "{page}");
}

/// Posts files to the letter at this address; a form that is not whole lacks its end.
async fn upload(ada: &mut Browser, at: &str, files: &[(String, Vec<u8>)], whole: bool) -> String {
    let csrf = ada.csrf().await;
    let field = |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let mut body = (field("csrf", &csrf) + &field("id", at.rsplit('/').next().unwrap())).into_bytes();
    for (name, bytes) in files {
        body.extend_from_slice(format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    if whole {
        body.extend_from_slice(b"--b--\r\n");
    }
    let request = ours("/upload/draft").header(header::ACCEPT, "text/html").header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    ada.send(request.body(Body::from(body)).unwrap()).await.header("location").to_owned()
}

// FC-20: whether the line breaks, one is too many or all are too large: what is sent again is never attached twice.
#[tokio::test]
async fn files_are_attached_all_or_none() {
    let (_house, mut ada, client, _lab) = office().await;
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    let two = [("one.txt".to_owned(), b"1".to_vec()), ("two.txt".to_owned(), b"2".to_vec())];
    let many: Vec<(String, Vec<u8>)> = (0..=FILES).map(|n| (format!("{n}.txt"), b"x".to_vec())).collect();
    let half = vec![b'x'; FILES_OCTETS as usize / 2 + 1];
    let large = [("small.txt".to_owned(), b"s".to_vec()), ("a.txt".to_owned(), half.clone()), ("b.txt".to_owned(), half)];
    for (files, whole, why) in [
        (&two[..], false, "did not arrive whole"),
        (&many[..], true, "A letter takes 30 files at most"),
        (&large[..], true, "may have 20 MB at most"),
        (&two[..0], true, "Choose a file"),
    ] {
        let refused = upload(&mut ada, &at, files, whole).await;
        assert_eq!(refused, format!("{at}/files?refused=1"));
        let page = ada.get(&refused).await.text;
        assert!(page.contains(why) && page.contains("No file is attached yet."), "{why}: {page}");
    }
    assert_eq!(upload(&mut ada, &at, &two, true).await, format!("{at}/files?done=added"));
    let page = ada.get(&format!("{at}/files")).await.text;
    assert!(page.contains("one.txt") && page.contains("two.txt"), "{page}");
    let refused = upload(&mut ada, &at, &many[..FILES - 1], true).await;
    assert!(!ada.get(&refused).await.text.contains("0.txt"), "what is attached already counts");
}
