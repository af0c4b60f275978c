//! Contacts, their types, and the Import tab of an account, by their pages and without script.

use crate::accounts::{connected, lab};
use crate::browser::House;
use http::StatusCode;
use model::{ClientId, ContactSide, ImportSettings};

/// What a hidden field of a page holds.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).unwrap_or_else(|| panic!("no {name}: {page}")).split('"').next().unwrap().to_owned()
}

async fn post(browser: &mut crate::browser::Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let csrf = browser.csrf().await;
    let fields: Vec<(&str, &str)> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
    browser.post(path, &fields).await.header("location").to_owned()
}

/// Adds a contact as the form does: what it does to the history is looked at first where letters move. Answers its id.
async fn add(browser: &mut crate::browser::Browser, name: &str, side: &str, kind: i64, address: &str) -> ClientId {
    let (csrf, kind) = (browser.csrf().await, kind.to_string());
    let fields = [
        ("csrf", csrf.as_str()),
        ("form[name]", name),
        ("form[company]", "Seeblick GmbH"),
        ("form[side]", side),
        ("form[contact_type]", kind.as_str()),
        ("form[addresses][0][address]", address),
        ("form[addresses][1][address]", "second@seeblick.example"),
    ];
    let mut location = browser.post("/api/contacts/save", &fields).await.header("location").to_owned();
    if location == "/contacts/new?step=look" {
        let seen = hidden(&browser.get(&location).await.text, "seen");
        let agreed: Vec<(&str, &str)> = fields.into_iter().chain([("seen", seen.as_str())]).collect();
        location = browser.post("/api/contacts/save", &agreed).await.header("location").to_owned();
    }
    let id = location.trim_start_matches("/contacts/").split('?').next().unwrap().parse().unwrap_or_else(|_| panic!("{location}"));
    ClientId(id)
}

// A contact's page shows letters as a client's does, and everything that leads to the client's page leads there.
#[tokio::test]
async fn a_contact_has_a_history_of_its_own_page() {
    let house = House::with_ada().await;
    let lab = lab();
    let mut ada = house.signed_in("ada@example.com").await;
    let account = connected(&mut ada, &lab).await;
    ada.call("/api/accounts/enable", &[("id", &account.to_string())]).await;
    house.office.engine.collect_account(account, &tokio_util::sync::CancellationToken::new()).await.unwrap();
    let kind = house.office.store.contact_types().await.unwrap()[0].id;
    let id = add(&mut ada, "Zoe of Seeblick", "supplier", kind, "zoe@example.com").await;
    let page = ada.get(&format!("/contacts/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["Zoe of Seeblick", "Supplier · Accounts · Seeblick GmbH", "2 letters", "second@seeblick.example"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(page.text.contains(&format!("href=\"/contacts/{id}?direction=sent\"")) && !page.text.contains("Client and partner"));
    let filtered = ada.get(&format!("/contacts/{id}?from=1999-01-01&until=1999-01-02")).await.text;
    assert!(filtered.contains("This contact may have other letters."), "{filtered}");
    let moved = ada.get(&format!("/clients/{id}?direction=sent")).await;
    assert_eq!(moved.header("location"), format!("/contacts/{id}?direction=sent"));
    for path in ["print", "why-not"] {
        assert_eq!(ada.get(&format!("/clients/{id}/{path}")).await.status, StatusCode::OK, "{path}");
    }
    // S2: what is compared says whose addresses they are.
    let answer = ada.get(&format!("/clients/{id}/why-not?from=1990-01-01")).await.text;
    assert!(answer.contains("zoe@example.com is the contact's own address 1") && !answer.contains("the client's"), "{answer}");
    assert!(answer.contains(&format!("<a href=\"/contacts\">Contacts</a><a href=\"/contacts/{id}\">")), "{answer}");
    for page in [format!("/contacts/{id}"), format!("/clients/{id}/print")] {
        let page = ada.get(&page).await.text;
        assert!(page.contains("zoe@example.com is the contact's own address 1") && !page.contains("the client's"), "{page}");
        assert!(page.contains("<a href=\"/contacts\">Contacts</a>"), "{page}");
    }
    let console = house.console();
    let row = house.office.history(&console, id, &model::HistoryFilter::default(), None, 1).await.unwrap().rows.remove(0);
    // Opened from the contact's history, a letter leads back there.
    let letter = ada.get(&format!("/messages/{}?from=/contacts/{id}", row.id)).await.text;
    assert!(
        letter.contains("Back to Zoe of Seeblick") && letter.contains(&format!("href=\"/contacts/{id}#letter-{}\"", row.id)),
        "{letter}"
    );
    assert!(letter.contains("zoe@example.com is the contact's own address 1"), "{letter}");
    assert!(letter.contains(&format!("<a href=\"/contacts/{id}\">Zoe of Seeblick</a>")), "{letter}");
    assert_eq!(ada.get(&format!("/clients/{id}/edit")).await.status, StatusCode::NOT_FOUND);
    // It stands among contacts and not among clients; the palette finds it.
    assert!(ada.get("/contacts?side=supplier&words=seeblick").await.text.contains("Zoe of Seeblick"));
    assert!(ada.get("/contacts?side=agent").await.text.contains("No contact found"));
    assert!(!ada.get("/clients").await.text.contains("Zoe of Seeblick"));
    let found = house.office.find(&house.console(), "seeblick").await.unwrap();
    assert!(matches!(&found[..], [model::PaletteFind::Contact { .. }]), "{found:?}");
}

// TP-38 to TP-40, O24: what is in use says by what, and stays.
#[tokio::test]
async fn types_and_queues_say_what_uses_them() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let lab = lab();
    let account = connected(&mut ada, &lab).await;
    let store = &house.office.store;
    let csrf = ada.csrf().await;
    ada.post("/api/contacts/keep-queue", &[("csrf", &csrf), ("name", "Billing")]).await;
    ada.post("/api/contacts/keep-type", &[("csrf", &csrf), ("name", "Groups")]).await;
    let refused = ada.post("/api/contacts/keep-type", &[("csrf", &csrf), ("name", "groups")]).await;
    assert!(refused.header("location").contains("__err="));
    let queue = store.queues().await.unwrap().into_iter().find(|queue| queue.name == "Billing").unwrap().id;
    let kind = store.contact_types().await.unwrap().into_iter().find(|kind| kind.name == "Groups").unwrap().id;
    let (id, in_queue, of_kind) = (account.to_string(), queue.to_string(), kind.to_string());
    let form = [
        ("csrf", csrf.as_str()),
        ("id", id.as_str()),
        ("form[on]", "true"),
        ("form[queue]", in_queue.as_str()),
        ("form[agent][]", of_kind.as_str()),
        ("intent", "save"),
    ];
    let saved = ada.post("/api/reply-import/save", &form).await;
    assert_eq!(saved.header("location"), format!("/accounts/{account}/import?done=saved"));
    let settings = store.import_settings(account).await.unwrap();
    assert_eq!((settings.on, settings.queue, settings.rules), (true, Some(queue), 1));
    assert_eq!(settings.types, [(ContactSide::Agent, kind)]);
    assert!(settings.since > 0, "letters that are here already are left alone unless asked for");
    let console = house.console();
    let why = house.office.remove_queue(&console, queue).await.unwrap_err();
    assert!(format!("{why:?}").contains("is the error queue of"), "{why:?}");
    let why = house.office.remove_contact_type(&console, kind).await.unwrap_err();
    assert!(format!("{why:?}").contains("is imported by"), "{why:?}");
    let page = ada.get("/settings/queues").await.text;
    assert!(page.contains("Error queue of") && page.contains("Built in"), "{page}");
    assert!(ada.get("/settings/contact-types").await.text.contains("Imported by"));
    // Without a type nothing could be imported: said, and what was ticked stays.
    let form = [("csrf", csrf.as_str()), ("id", id.as_str()), ("form[on]", "true"), ("form[queue]", "")];
    assert!(ada.post("/api/reply-import/save", &form).await.header("location").contains("__err="));
    let events = store.events(None, 5).await.unwrap();
    let told = events.iter().find(|event| event.action == "account.import_changed").unwrap();
    assert!(
        told.detail.contains("import replies: no → yes; error queue: Email Management → Billing; agents: none → Groups"),
        "{}",
        told.detail
    );
}

// TP-41, TP-43: approved addresses; the next account.
#[tokio::test]
async fn addresses_to_forward_to_are_approved_one_by_one() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let lab = lab();
    let account = connected(&mut ada, &lab).await;
    let csrf = ada.csrf().await;
    let id = account.to_string();
    let add = |address: &'static str| {
        vec![("csrf", csrf.clone()), ("id", id.clone()), ("form[address]", address.to_owned()), ("form[name]", "Payables".to_owned())]
    };
    let mut post = async |path: &str, fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ada.post(path, &fields).await.header("location").to_owned()
    };
    assert!(post("/api/reply-import/keep-forward", add("Pay@Books.example")).await.ends_with("done=forward-added"));
    for wrong in ["pay@books.example", "nowhere"] {
        assert!(post("/api/reply-import/keep-forward", add(wrong)).await.contains("__err="), "{wrong}");
    }
    let own = house.office.store.accounts().await.unwrap()[0].settings.address.clone();
    let mut back = add("x");
    back[2].1 = own;
    assert!(post("/api/reply-import/keep-forward", back).await.contains("__err="), "letters would come back");
    let forwards = house.office.store.import_settings(account).await.unwrap().forwards;
    assert_eq!(forwards.iter().map(|forward| forward.address.as_str()).collect::<Vec<_>>(), ["pay@books.example"]);
    let mut change = add("till@books.example");
    change.push(("forward", forwards[0].id.to_string()));
    assert!(post("/api/reply-import/keep-forward", change).await.ends_with("done=forward-changed"));
    let another = vec![("csrf", csrf.clone()), ("id", id.clone()), ("intent", "another".to_owned())];
    assert_eq!(post("/api/reply-import/save", another).await, "/accounts/new?done=saved");
    let remove = vec![("csrf", csrf.clone()), ("id", id.clone()), ("forward", forwards[0].id.to_string())];
    assert!(post("/api/reply-import/remove-forward", remove).await.ends_with("done=forward-removed"));
    let settings: ImportSettings = house.office.store.import_settings(account).await.unwrap();
    assert!(settings.forwards.is_empty());
    let page = ada.get(&format!("/accounts/{account}/import?forward=new")).await.text;
    assert!(page.contains("Approve an address") && page.contains("id=\"forward-form\""), "{page}");
}

// A list of contacts: looked at, imported, imported again.
#[tokio::test]
async fn a_list_of_contacts_is_looked_at_and_imported() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let csrf = ada.csrf().await;
    let list = "name,company,side,type,e-mail\nSeeblick,Seeblick GmbH,supplier,Reservations,book@s.example; desk@s.example\nNobody,,friend,Sales,\n";
    let wrong = ada.upload_to("/upload/contacts", &csrf, "", b"").await;
    assert_eq!(wrong.header("location"), "/contacts/import?refused=1");
    assert!(ada.get("/contacts/import?refused=1").await.text.contains("Choose a file"));
    assert_eq!(ada.upload_to("/upload/contacts", &csrf, "contacts.csv", list.as_bytes()).await.header("location"), "/contacts/import");
    let page = ada.get("/contacts/import").await.text;
    assert!(page.contains("Import 1 contact") && page.contains("Write agent or supplier"), "{page}");
    assert!(page.contains("What the column “side” stands for"), "{page}");
    let refused = ada.get("/clients/import/refused.csv").await.text;
    assert!(refused.contains("Nobody,,friend,Sales,") && refused.contains("Line 3"), "{refused}");
    assert!(!ada.get("/clients/import").await.text.contains("contacts.csv"), "a list of contacts is none of clients");
    let columns = ["name", "company", "side", "type", "address"];
    let names: Vec<String> = (0..columns.len()).map(|at| format!("columns[{at}]")).collect();
    let chosen = |words: [&'static str; 5]| names.iter().map(String::as_str).zip(words).collect::<Vec<_>>();
    // What nobody has seen yet is shown first; a column that is needed is asked for.
    let mut fields = chosen(["name", "", "side", "type", "address"]);
    fields.push(("seen", "name,company,side,type,address"));
    assert_eq!(post(&mut ada, "/api/contacts/import", &fields).await, "/contacts/import?step=look");
    assert!(post(&mut ada, "/api/contacts/import", &chosen(["name", "", "side", "", "address"])).await.contains("__err="));
    assert!(ada.get("/contacts/import").await.text.contains("Choose the column that holds the contact type."));
    let mut fields = chosen(columns);
    fields.extend([("seen", "name,company,side,type,address"), ("intent", "import")]);
    assert_eq!(post(&mut ada, "/api/contacts/import", &fields).await, "/contacts/import?done=imported");
    assert!(ada.get("/contacts/import?done=imported").await.text.contains("1 added, 0 changed, 0 as before, 1 refused."));
    assert!(ada.get("/contacts").await.text.contains("book@s.example and 1 more"));
}

/// An office with a contact whose one address has two letters, and another without letters.
async fn with_letters() -> (House, crate::browser::Browser, ClientId, ClientId) {
    let house = House::with_ada().await;
    let lab = lab();
    let mut ada = house.signed_in("ada@example.com").await;
    let account = connected(&mut ada, &lab).await;
    ada.call("/api/accounts/enable", &[("id", &account.to_string())]).await;
    house.office.engine.collect_account(account, &tokio_util::sync::CancellationToken::new()).await.unwrap();
    let kind = house.office.store.contact_types().await.unwrap()[0].id;
    let zoe = add(&mut ada, "Zoe of Seeblick", "supplier", kind, "zoe@example.com").await;
    let desk = add(&mut ada, "Seeblick desk", "supplier", kind, "desk@seeblick.example").await;
    (house, ada, zoe, desk)
}

// S3: what an edit of a contact's addresses does to its history is said before it is saved.
#[tokio::test]
async fn an_edit_of_a_contacts_addresses_is_looked_at_first() {
    let (house, mut ada, zoe, _) = with_letters().await;
    let kind = house.office.store.contact_types().await.unwrap()[0].id.to_string();
    let id = zoe.to_string();
    let fields = |address: &'static str| {
        [
            ("id", id.as_str()),
            ("form[name]", "Zoe of Seeblick"),
            ("form[side]", "supplier"),
            ("form[contact_type]", kind.as_str()),
            ("form[addresses][0][address]", address),
            ("intent", "save"),
        ]
    };
    let look = format!("/contacts/{zoe}/edit?step=look");
    assert_eq!(post(&mut ada, "/api/contacts/save", &fields("elsewhere@seeblick.example")).await, look);
    let page = ada.get(&look).await.text;
    assert!(page.contains("2 letters</strong>") && page.contains("leave this history"), "{page}");
    assert!(page.contains("elsewhere@seeblick.example") && page.contains("Save as shown"), "as typed: {page}");
    assert!(ada.get(&format!("/contacts/{zoe}")).await.text.contains("2 letters"), "nothing is saved by a look");
    let seen = hidden(&page, "seen");
    let agreed: Vec<(&str, &str)> = fields("elsewhere@seeblick.example").into_iter().chain([("seen", seen.as_str())]).collect();
    assert_eq!(post(&mut ada, "/api/contacts/save", &agreed).await, format!("/contacts/{zoe}?done=saved"));
    assert!(ada.get(&format!("/contacts/{zoe}")).await.text.contains("No letters yet"));
    // What moves no letter is saved at once.
    assert_eq!(post(&mut ada, "/api/contacts/save", &fields("third@seeblick.example")).await, format!("/contacts/{zoe}?done=saved"));
}

// Two contacts are merged as shown, links lead on, and the merger can be undone; a client and a contact are never one.
#[tokio::test]
async fn two_contacts_are_merged_as_shown_and_taken_apart_again_without_script() {
    let (house, mut ada, zoe, desk) = with_letters().await;
    let page = ada.get(&format!("/contacts/{desk}/merge?words=zoe")).await.text;
    assert!(page.contains(&format!("href=\"/contacts/{desk}/merge?with={zoe}\"")), "{page}");
    let page = ada.get(&format!("/contacts/{desk}/merge?with={zoe}")).await.text;
    for words in ["Seeblick desk has 0 letters, Zoe of Seeblick has 2 letters", "Keep it", "company, side, contact type and cost centre"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("partner") && !page.contains("The client"), "{page}");
    let (goes, stays, seen) = (zoe.to_string(), desk.to_string(), hidden(&page, "seen"));
    let both = [("stays", stays.as_str()), ("goes", goes.as_str()), ("intent", "merge")];
    assert_eq!(post(&mut ada, "/api/clients/merge", &both).await, format!("/contacts/{desk}/merge?with={zoe}"), "shown first");
    let agreed: Vec<(&str, &str)> = both.into_iter().chain([("seen", seen.as_str())]).collect();
    assert_eq!(post(&mut ada, "/api/clients/merge", &agreed).await, format!("/contacts/{desk}?done=merged"));
    let page = ada.get(&format!("/contacts/{desk}?done=merged")).await.text;
    for words in ["2 letters", "Zoe of Seeblick (Seeblick GmbH) was merged into this contact on", "Undo the merger"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(ada.get(&format!("/contacts/{zoe}")).await.header("location"), format!("/contacts/{desk}?done=came-here"));
    assert!(!ada.get("/contacts").await.text.contains("Zoe of Seeblick"));
    let undo = [("client", stays.as_str()), ("gone", goes.as_str())];
    assert_eq!(post(&mut ada, "/api/clients/merge-undo", &undo).await, format!("/contacts/{desk}?done=apart"));
    assert!(ada.get(&format!("/contacts/{zoe}")).await.text.contains("2 letters"));
    let trail = ada.get("/audit").await.text;
    assert!(trail.contains("merged two contacts") && trail.contains("took a merger of two contacts back"), "{trail}");
    house.office.import_file(&house.console(), b"code,name,self1\nK1,Zoe,zoe@example.com\n".to_vec(), false).await.unwrap();
    let client = house.office.client_named(&house.console(), "K1").await.unwrap().id;
    assert_eq!(ada.get(&format!("/contacts/{zoe}/merge?with={client}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.get(&format!("/clients/{client}/merge?with={zoe}")).await.status, StatusCode::NOT_FOUND);
}

// What deleting a contact does is said first; its page says what became of it, and the way back.
#[tokio::test]
async fn a_contact_is_deleted_as_shown_and_put_back_without_script() {
    let (_house, mut ada, zoe, _) = with_letters().await;
    let page = ada.get(&format!("/contacts/{zoe}/delete")).await.text;
    for words in ["2 letters are in its history.", "2 letters are in no other history", "zoe@example.com", "Rather merge it"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let (id, seen) = (zoe.to_string(), hidden(&page, "seen"));
    let changed = post(&mut ada, "/api/contacts/delete", &[("id", &id), ("seen", "else")]).await;
    assert_eq!(changed, format!("/contacts/{zoe}/delete?step=changed"));
    assert!(ada.get(&changed).await.text.contains("Something has changed meanwhile."));
    let gone = post(&mut ada, "/api/contacts/delete", &[("id", &id), ("seen", &seen)]).await;
    assert_eq!(gone, format!("/contacts/{zoe}/deleted?done=deleted"));
    let page = ada.get(&gone).await.text;
    assert!(page.contains("A contact that was deleted on") && page.contains("Put the contact back"), "{page}");
    assert_eq!(ada.get(&format!("/contacts/{zoe}")).await.header("location"), format!("/contacts/{zoe}/deleted"));
    // It stands in the list of deleted ones, and is found there by its words.
    let there = format!("<a href=\"/contacts/{zoe}/deleted\">Zoe of Seeblick</a>");
    for list in ["/contacts", "/contacts?words=zoe"] {
        let page = ada.get(list).await.text;
        assert!(page.contains(&there) && !page.contains(&format!("href=\"/contacts/{zoe}\"")), "{list}: {page}");
    }
    assert!(!ada.get("/contacts?words=nobody").await.text.contains("deleted contact"));
    assert_eq!(post(&mut ada, "/api/contacts/put-back", &[("id", &id)]).await, format!("/contacts/{zoe}?done=put-back"));
    assert!(ada.get(&format!("/contacts/{zoe}")).await.text.contains("2 letters"));
    assert_eq!(ada.get(&format!("/contacts/{zoe}/deleted")).await.status, StatusCode::NOT_FOUND);
    let trail = ada.get("/audit").await.text;
    assert!(trail.contains("deleted a contact") && trail.contains("put a deleted contact back"), "{trail}");
}

// A form that was open while a colleague deleted the contact changes nothing, and says why.
#[tokio::test]
async fn saving_a_contact_that_was_deleted_meanwhile_says_so() {
    let house = House::with_ada().await;
    let (office, console) = (&house.office, house.console());
    let kind = office.store.contact_types().await.unwrap()[0].id;
    let form = model::ContactForm { name: "Desk".into(), side: "agent".into(), contact_type: Some(kind), ..model::ContactForm::default() };
    let id = office.save_contact(&console, None, form.clone()).await.unwrap();
    let (_, removal) = office.contact_removal(&console, id).await.unwrap();
    assert!(office.delete_contact(&console, id, &removal.mark()).await.unwrap());
    let why = office.save_contact(&console, Some(id), form.clone()).await.unwrap_err();
    assert!(matches!(&why, model::Problem::Conflict(words) if words.contains("was deleted, or merged into another one")), "{why:?}");
    let nobody = office.save_contact(&console, Some(ClientId(9_999)), form).await.unwrap_err();
    assert!(matches!(nobody, model::Problem::NotFound), "{nobody:?}");
}
