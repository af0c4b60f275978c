//! A letter with formatting: cleaned, kept, sent as both, and gone on with as plain text; by its pages, without script.

use crate::browser::Browser;
use crate::compose::{begin, office, save, value};
use model::*;

/// Posts the letter as the page at this address has it, with other words with formatting.
async fn save_rich(ada: &mut Browser, at: &str, html: &str, intent: &str) -> String {
    let page = ada.get(at).await.text;
    let csrf = ada.csrf().await;
    let (id, version) = (value(&page, "id"), value(&page, "version"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", &id),
        ("version", &version),
        ("form[to]", "zoe@example.com"),
        ("form[subject]", "About the kettle"),
        ("form[html]", html),
        ("intent", intent),
    ];
    ada.post("/api/compose/save", &fields).await.header("location").to_owned()
}

/// What stands in the place to write.
fn shown(page: &str) -> &str {
    let after = page.split("data-rich=").nth(1).unwrap_or_else(|| panic!("no place to write with formatting: {page}"));
    let inside = after.split_once('>').unwrap().1;
    inside.split("</div><textarea").next().unwrap()
}

// FC-20, S13: switched on, kept, looked at once more, and sent as plain text and HTML that say the same.
#[tokio::test]
async fn a_letter_with_formatting_leaves_as_both() {
    let (house, mut ada, client, _lab) = office().await;
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    assert!(ada.get(&at).await.text.contains("name=\"form[body]\""), "plain to begin with");
    assert_eq!(save(&mut ada, &at, "zoe@example.com", "Dear Zoe,\n\n> old\nAda", "rich", "").await, at);
    let page = ada.get(&at).await.text;
    assert_eq!(shown(&page), "<div>Dear Zoe,</div><div><br></div><blockquote><div>old</div></blockquote><div>Ada</div>");
    assert!(!page.contains("name=\"form[body]\""));

    // What blocks and what warns is found in formatted words too.
    let warned =
        save_rich(&mut ada, &at, "<p>Dear {<b>{ client.name }</b>}, the lease of <i>Ben</i> Hale is <u>attached</u>.</p>", "send").await;
    let page = ada.get(&warned).await.text;
    for words in ["nothing was put in for", "names Ben Hale, another client", "nothing is."] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let letter = "<div>Dear <b>Zoe</b>, see <a href=\"https://lease.example/1\">the lease</a>.</div><ul><li>one</li></ul><blockquote>old</blockquote>";
    assert_eq!(save_rich(&mut ada, &at, letter, "send").await, format!("{at}/sent"));
    let rows = house.office.store.outbox(postroom_store::Scope::Everything, OutboxFilter::All, None, 10).await.unwrap();
    let raw = house.office.store.outbox_bytes(rows[0].id).await.unwrap();
    let text = String::from_utf8_lossy(&raw);
    let order: Vec<_> = ["multipart/alternative", "text/plain", "text/html"].iter().map(|part| text.find(part).unwrap()).collect();
    assert!(order.is_sorted(), "{text}");
    let read = postroom_mail::read(&raw).letter.unwrap();
    assert_eq!(read.text.trim(), "Dear Zoe, see the lease <https://lease.example/1>.\n- one\n> old");
    let html = postroom_mail::show::html(&raw, false).document;
    assert!(html.contains("<b>Zoe</b>") && html.contains("<li>one</li>"), "{html}");

    // Taken back, it is as it was.
    let csrf = ada.csrf().await;
    let id = at.rsplit('/').next().unwrap().to_owned();
    ada.post("/api/compose/undo", &[("csrf", csrf.as_str()), ("id", id.as_str())]).await;
    assert_eq!(shown(&ada.get(&at).await.text), letter);
}

// FC-20: plain text is gone back to without loss, and asks before it drops anything; what was chosen holds for the next letter.
#[tokio::test]
async fn formatting_is_dropped_only_when_the_writer_says_so() {
    let (house, mut ada, client, _lab) = office().await;
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    save(&mut ada, &at, "zoe@example.com", "  Dear Zoe,\n\n> old\n>> older\n", "rich", "").await;
    let page = ada.get(&at).await.text;
    let words = shown(&page).to_owned();
    assert_eq!(save_rich(&mut ada, &at, &words, "plain").await, at, "nothing is lost, so nothing is asked");
    assert!(ada.get(&at).await.text.contains("\n  Dear Zoe,\n\n&gt; old\n&gt;&gt; older\n"));

    save(&mut ada, &at, "zoe@example.com", "Dear Zoe", "rich", "").await;
    let bold = "<div>Dear <b>Zoe</b></div>";
    assert_eq!(save_rich(&mut ada, &at, bold, "plain").await, format!("{at}?plain=1"));
    let page = ada.get(&format!("{at}?plain=1")).await.text;
    assert!(page.contains("Drop the formatting") && shown(&page) == bold, "{page}");
    assert_eq!(save_rich(&mut ada, &at, bold, "plain-anyway").await, at);
    assert!(ada.get(&at).await.text.contains("\nDear Zoe\n</textarea>"));

    save(&mut ada, &at, "zoe@example.com", "Dear Zoe", "rich", "").await;
    let newest = house.office.store.newest_letter().await.unwrap();
    let next = begin(&mut ada, &[("answers", &newest.to_string()), ("mode", "reply")]).await;
    let page = ada.get(&next).await.text;
    let answer = shown(&page);
    assert!(answer.contains("<div>Ada Lovelace</div><div>Adviser</div>") && answer.contains("wrote:</div><blockquote>"), "{answer}");
    // An emptied letter stays one with formatting, and does not leave.
    let empty = save_rich(&mut ada, &next, "<div><br></div>", "save").await;
    assert_eq!(shown(&ada.get(&empty).await.text), "<div><br></div>");
}

// RELIABILITY §3.3: whatever is posted, by the form, while typing, by a paste or in a form that is refused, what comes into our page was cleaned.
#[tokio::test]
async fn nothing_hostile_comes_into_the_page_to_write_on() {
    let (house, mut ada, client, _lab) = office().await;
    let hostile = "<div onclick=alert(1)>Dear<img src=x onerror=alert(1)><script>alert(1)</script></div></textarea><script>alert(2)</script>\
                   <form action=/evil><a href=\"javascript:alert(3)\">x</a>";
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    let harmless = |page: &str| {
        let shown = shown(page).to_owned();
        assert!(!["onclick", "<img", "<script", "<form", "javascript:"].iter().any(|part| shown.contains(part)), "{shown}");
        assert!(!page.contains("alert(1)") && !page.contains("alert(2)"), "{page}");
        assert!(shown.starts_with("<div>Dear"), "{shown}");
    };
    save_rich(&mut ada, &at, hostile, "save").await;
    harmless(&ada.get(&at).await.text);

    // A refused form comes back in a cookie: as cleaned.
    let page = ada.get(&at).await.text;
    let csrf = ada.csrf().await;
    let (id, version) = (value(&page, "id"), value(&page, "version"));
    save_rich(&mut ada, &at, "<div>elsewhere</div>", "save").await;
    let fields = [("csrf", csrf.as_str()), ("id", &id), ("version", &version), ("form[html]", hostile)];
    let refused = ada.post("/api/compose/save", &fields).await;
    let query = refused.header("location").split_once('?').unwrap().1.to_owned();
    let page = ada.get(&format!("{at}?{query}")).await.text;
    assert!(page.contains("saved in another window"), "{page}");
    harmless(&page);

    let cleaned: String = ada.call("/api/compose/clean", &[("html", hostile)]).await.json();
    assert_eq!(cleaned, "<div>Dear</div><div><a>x</a></div>");

    // Whatever has become of what is stored.
    let store = &house.office.store;
    let user = store.user_by_email("ada@example.com").await.unwrap().unwrap().id;
    let draft = store.draft(user, DraftId(id.parse().unwrap())).await.unwrap();
    let form = LetterForm { html: "<div>Dear</div><img src=x onerror=alert(1)>".into(), ..draft.form };
    store.keep_draft(user, draft.id, draft.version, &form, 1).await.unwrap();
    harmless(&ada.get(&at).await.text);
}

// FN-15: a text goes into a letter with formatting, and drops none of it.
#[tokio::test]
async fn a_text_is_put_in_before_formatted_words() {
    let (house, mut ada, client, _lab) = office().await;
    let text = DocumentText { name: "Reminder".into(), subject: "R".into(), body: "Dear {{ client.name }},\n\nthanks".into() };
    let text = house.office.keep_text(&house.console(), None, text).await.unwrap();
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    save(&mut ada, &at, "zoe@example.com", "x", "rich", "").await;
    save_rich(&mut ada, &at, "<div><b>bold</b></div>", "save").await;
    let page = ada.get(&at).await.text;
    let csrf = ada.csrf().await;
    let (id, version, text) = (value(&page, "id"), value(&page, "version"), text.to_string());
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", &id),
        ("version", &version),
        ("form[html]", "<div><b>bold</b></div>"),
        ("intent", "text"),
        ("text", &text),
    ];
    ada.post("/api/compose/save", &fields).await;
    let page = ada.get(&at).await.text;
    assert_eq!(shown(&page), "<div>Dear Zoe Ferrante,</div><div><br></div><div>thanks</div><div><b>bold</b></div>");
}

// FC-20: as long as the model lets a letter be, in an alphabet of which each letter is six octets on its way.
#[tokio::test]
async fn a_long_letter_is_kept_whatever_its_alphabet() {
    let (house, mut ada, client, _lab) = office().await;
    let at = begin(&mut ada, &[("client", &client.to_string()), ("mode", "new")]).await;
    let long = "ж".repeat(BODY_CHARS);
    assert_eq!(save(&mut ada, &at, "zoe@example.com", &long, "save", "").await, format!("{at}?done=saved"));
    let page = ada.get(&at).await.text;
    let (id, version) = (value(&page, "id"), value(&page, "version"));
    let fields = [("id", id.as_str()), ("version", &version), ("form[subject]", "Long"), ("form[body]", &long)];
    let kept = ada.call("/api/compose/autosave", &fields).await;
    assert_eq!(kept.status, http::StatusCode::OK, "{}", kept.text);
    let user = house.office.store.user_by_email("ada@example.com").await.unwrap().unwrap().id;
    let draft = house.office.store.draft(user, DraftId(id.parse().unwrap())).await.unwrap();
    assert_eq!((draft.form.subject.as_str(), draft.form.body.chars().count()), ("Long", BODY_CHARS));

    let pasted = format!("<p>{}</p>", "ж".repeat(RICH_OCTETS / 2 - 20));
    let cleaned = ada.call("/api/compose/clean", &[("html", &pasted)]).await;
    assert_eq!(cleaned.status, http::StatusCode::OK);
    assert!(cleaned.json::<String>().chars().count() > RICH_OCTETS / 2 - 20);

    // What is longer still comes back with what was typed, and with why.
    let refused = save(&mut ada, &at, "zoe@example.com", &format!("{long}!"), "send", "").await;
    let page = ada.get(&format!("{at}?{}", refused.split_once('?').unwrap().1)).await.text;
    assert!(page.contains("The letter is too long: attach it as a file") && page.contains(&format!("{long}!")));
}
