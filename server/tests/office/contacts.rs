//! Contacts, their types, and the Import tab of an account, by their pages and without script.

use crate::accounts::{connected, lab};
use crate::browser::House;
use http::StatusCode;
use model::{ClientId, ContactSide, ImportSettings};

/// Adds a contact as the form does; answers its id.
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
    let location = browser.post("/api/contacts/save", &fields).await.header("location").to_owned();
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
    for path in ["edit", "merge"] {
        assert_eq!(ada.get(&format!("/clients/{id}/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
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
    assert!(!ada.get("/clients/import").await.text.contains("contacts.csv"), "a list of contacts is none of clients");
    let done = ada.post("/api/contacts/import", &[("csrf", &csrf)]).await;
    assert_eq!(done.header("location"), "/contacts/import?done=imported");
    assert!(ada.get("/contacts/import?done=imported").await.text.contains("1 added, 0 changed, 0 as before, 1 refused."));
    assert!(ada.get("/contacts").await.text.contains("book@s.example and 1 more"));
}
