//! Clients: upload, import, scope.

use crate::accounts::{connected, lab};
use crate::browser::{Browser, House, event};
use http::StatusCode;
use model::{ClientDraft, ImportReport, ImportState, Permission, Role};

const LIST: &[u8] =
    b"code;name;self1;partner1\nK1;Zo\xeb;zoe@example.com;\nK2;Ben;ben@client.example;bea@client.example\n;Nobody;x@example.com;\n";

/// The columns of [`LIST`] as its page sends them.
const IMPORT: [(&str, &str); 6] = [
    ("columns[0]", "code"),
    ("columns[1]", "name"),
    ("columns[2]", "self1"),
    ("columns[3]", "partner1"),
    ("seen", "code,name,self1,partner1"),
    ("intent", "import"),
];

#[tokio::test]
async fn a_list_is_looked_at_before_it_is_imported_and_a_second_import_changes_nothing() {
    // FP-05
    for house in House::everywhere_with_ada().await {
        let mut ada = house.signed_in("ada@example.com").await;
        let csrf = ada.csrf().await;
        let came = ada.upload(&csrf, LIST).await;
        assert_eq!((came.status, came.header("location")), (StatusCode::SEE_OTHER, "/clients/import"), "{}", came.text);
        let state: ImportState = ada.ask("/api/clients/import-state", &serde_json::json!({ "refused": false })).await.json();
        let preview = state.preview.unwrap();
        let report = preview.report.unwrap();
        assert_eq!((preview.delimiter, preview.encoding.as_str(), report.added), (';', "Windows-1252", 2));
        assert_eq!(report.refused.len(), 1);
        assert_eq!(house.office.client_count(&house.console()).await, Ok(0), "a look changes nothing");
        let report: ImportReport = ada.call("/api/clients/import", &IMPORT).await.json();
        assert_eq!((report.added, report.dry_run), (2, false));
        let again = house.office.import_file(&house.console(), LIST.to_vec(), false).await.unwrap();
        assert_eq!((again.added, again.updated, again.unchanged), (0, 0, 2));
        assert_eq!(house.office.client_named(&house.console(), "K1").await.unwrap().name, "Zoë");
    }
}

#[tokio::test]
async fn a_client_of_another_cost_centre_cannot_be_seen_named_or_changed() {
    // DESIGN §10: another scope's id answers 404
    for house in House::everywhere_with_ada().await {
        let console = house.console();
        let north = house.office.add_cost_centre(&console, "North").await.unwrap();
        house.office.add_cost_centre(&console, "South").await.unwrap();
        let ben = house.add_user("ben@example.com", Role::Staff, &[Permission::ClientsEdit]).await;
        house
            .office
            .store
            .change_user(ben, Role::Staff, false, &[Permission::ClientsEdit], &[north], &event("user.changed"))
            .await
            .unwrap();
        let list = b"code,name,self1,cost_centre\nN1,Nora,nora@example.com,North\nS1,Sam,sam@example.com,South\n";
        house.office.import_file(&console, list.to_vec(), false).await.unwrap();
        let sam = house.office.client_named(&console, "S1").await.unwrap().id;
        let mut desk = house.signed_in("ben@example.com").await;
        assert_eq!(desk.get(&format!("/clients/{sam}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(desk.ask("/api/clients/get", &serde_json::json!({ "id": sam })).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            desk.ask(
                "/api/letters/history",
                &serde_json::json!({ "client": sam, "filter": model::HistoryFilter::default(), "cursor": null })
            )
            .await
            .status,
            StatusCode::NOT_FOUND
        );
        let (page, _, count): (model::Page<model::ClientLine>, i64, i64) =
            desk.ask("/api/clients/list", &serde_json::json!({ "words": "", "cursor": null })).await.json();
        assert_eq!((page.rows.len(), count), (1, 1));
        let csrf = desk.csrf().await;
        desk.upload(&csrf, b"code,name,self1\nS1,Hijacked,ben@example.com\nN2,New,new@example.com\n").await;
        let columns = [("columns[0]", "code"), ("columns[1]", "name"), ("columns[2]", "self1"), ("seen", "code,name,self1")];
        let report: ImportReport = desk.call("/api/clients/import", &columns).await.json();
        assert_eq!((report.added, report.updated, report.refused.len()), (1, 0, 1), "{report:?}");
        assert_eq!(house.office.client_named(&console, "S1").await.unwrap().name, "Sam");
        assert_eq!(house.office.client_named(&console, "N2").await.unwrap().cost_centre.as_deref(), Some("North"));
    }
}

#[tokio::test]
async fn ten_thousand_clients_are_imported_within_seconds() {
    let house = House::new().await;
    let mut list = String::from("code,name,self1,partner1\n");
    for n in 0..10_000 {
        list.push_str(&format!("K{n},Client {n},client{n}@example.com,partner{n}@example.com\n"));
    }
    let started = std::time::Instant::now();
    let report = house.office.import_file(&house.console(), list.into_bytes(), false).await.unwrap();
    assert_eq!(report.added, 10_000);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_refused_upload_is_told_on_the_import_page_with_what_to_do() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let csrf = ada.csrf().await;
    let large = vec![b'x'; 11 * 1024 * 1024];
    let cases: [(&str, &[u8], &str); 4] = [
        ("wrong", LIST, "The page was from another session. Choose the file again"),
        (&csrf, b"", "The file is empty. Choose another one"),
        (&csrf, b"\n\n", "Its first line must name the columns"),
        (&csrf, &large, "The file is larger than 10 MB"),
    ];
    for (token, file, sentence) in cases {
        let came = ada.upload(token, file).await;
        assert_eq!((came.status, came.header("location")), (StatusCode::SEE_OTHER, "/clients/import?refused=1"), "{sentence}");
        let page = ada.get("/clients/import?refused=1").await;
        assert!(page.text.contains(sentence), "{sentence}: {}", page.text);
        assert!(
            page.text.contains("There is a problem") && page.text.contains("href=\"#file\"") && page.text.contains("id=\"file-error\"")
        );
        assert!(page.text.contains("<title>Error: Import clients"));
    }
    assert!(!ada.get("/clients/import").await.text.contains("There is a problem"), "told once, not for ever");
    let none = ada.upload_named(&csrf, "", b"").await;
    assert_eq!(none.header("location"), "/clients/import?refused=1");
    assert!(ada.get("/clients/import?refused=1").await.text.contains("Choose a file"));
}

/// Posts columns as a browser without script does; answers where that leads.
async fn post(browser: &mut Browser, fields: &[(&str, String)]) -> String {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/api/clients/import", &fields).await.header("location").to_owned()
}

#[tokio::test]
async fn columns_are_assigned_by_hand_without_script_looked_at_and_then_imported() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let csrf = ada.csrf().await;
    ada.upload(&csrf, b"Kennung,Vorname,E-Mail,Bemerkung\nK1,Ada,ada@x.example,x\nK2,Ben,nowhere,y\n").await;
    let page = ada.get("/clients/import").await.text;
    for words in ["Choose the column that holds the client&#x27;s code", "What the column “Kennung” stands for", "ada@x.example · nowhere"]
    {
        assert!(page.contains(words) || page.contains(&words.replace("&#x27;", "'")), "{words}: {page}");
    }
    assert!(!page.contains("There is a problem") && !page.contains("What would happen"));
    let fields = |columns: [&'static str; 4], seen: &str, intent: &'static str| -> Vec<(&'static str, String)> {
        let names = ["columns[0]", "columns[1]", "columns[2]", "columns[3]"];
        let columns = names.into_iter().zip(columns.map(str::to_owned));
        columns.chain([("csrf", csrf.clone()), ("seen", seen.to_owned()), ("intent", intent.to_owned())]).collect()
    };
    let wrong = post(&mut ada, &fields(["code", "code", "self1", ""], "", "look")).await;
    let look = post(&mut ada, &fields(["code", "name", "partner1", ""], "", "import")).await;
    assert_eq!(look, "/clients/import?step=look", "nobody has seen what that does");
    let page = ada.get(&format!("/clients/import?{}", wrong.split_once('?').unwrap().1)).await.text;
    assert!(page.contains("The column “Kennung” stands for the same"), "{page}");
    assert!(page.contains("name=\"seen\" value=\"code,name,partner1,\""), "the choice is kept: {page}");
    assert!(page.contains("Line 3: ") && page.contains("E-Mail: Enter an e-mail address"), "{page}");
    let refused = ada.get("/clients/import/refused.csv").await;
    assert_eq!(refused.header("content-disposition"), "attachment; filename=\"refused-rows.csv\"");
    assert!(refused.text.contains("Kennung,Vorname,E-Mail,Bemerkung,reason\r\nK2,Ben,nowhere,y,\"Line 3: E-Mail: "), "{}", refused.text);
    let columns = fields(["code", "name", "partner1", ""], "code,name,partner1,", "import");
    assert_eq!(post(&mut ada, &columns).await, "/clients/import?done=imported");
    let page = ada.get("/clients/import?done=imported").await.text;
    assert!(page.contains("1 added, 0 changed, 0 as before, 1 refused.") && page.contains("Line 3: "), "{page}");
    assert!(ada.get("/clients/import/refused.csv").await.text.contains("K2,Ben,nowhere"), "also afterwards");
    let card = house.office.client_named(&house.console(), "K1").await.unwrap();
    assert_eq!((card.name.as_str(), card.addresses[0].person), ("Ada", model::Person::Partner));
    assert!(post(&mut ada, &columns).await.contains("__err"), "the list is imported once");
}

#[tokio::test]
async fn a_client_form_that_is_refused_comes_back_as_it_was_typed_without_script() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let csrf = ada.csrf().await;
    let mut fields = vec![("csrf", csrf.as_str()), ("form[name]", "Zoë <Half> Typed"), ("form[code]", ""), ("form[cost_centre]", "")];
    fields.push(("form[self_addresses][0][address]", "not an address"));
    fields.push(("form[partner_addresses][0][address]", "pat@client.example"));
    let came = ada.post("/api/clients/save", &fields).await;
    assert_eq!(came.status, StatusCode::FOUND);
    let query = came.header("location").split_once('?').unwrap().1.to_owned();
    assert!(!query.contains("Typed"), "nothing typed travels in the address: {query}");
    let page = ada.get(&format!("/clients/new?{query}")).await;
    for words in [
        "Zoë &lt;Half&gt; Typed",
        "not an address",
        "pat@client.example",
        "href=\"#code\"",
        "href=\"#self1\"",
        "id=\"code-error\"",
        "data-guard=\"unsaved\"",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!ada.get("/clients/new").await.text.contains("Typed"), "an empty form is empty");
    fields[2].1 = "K1";
    fields[4].1 = "zoe@client.example";
    let came = ada.post("/api/clients/save", &fields).await;
    assert!(came.header("location").ends_with("?done=saved"), "{}", came.header("location"));
}

#[tokio::test]
async fn a_shared_address_is_told_on_the_page_and_in_the_form() {
    // S12
    let house = House::with_ada().await;
    let list = b"code,name,self1,self2\nK1,Ada,ada@x.example,joint@x.example\nK2,Ben,ben@x.example,joint@x.example\n";
    house.office.import_file(&house.console(), list.to_vec(), false).await.unwrap();
    let mut ada = house.signed_in("ada@example.com").await;
    let (one, two) = (
        house.office.client_named(&house.console(), "k1").await.unwrap(),
        house.office.client_named(&house.console(), "K2").await.unwrap(),
    );
    let draft: ClientDraft =
        ada.ask("/api/clients/draft", &serde_json::json!({ "id": one.id, "typed": false, "look": false })).await.json();
    assert_eq!(draft.shared[0].others, [(two.id, "Ben".to_owned())]);
    for path in [format!("/clients/{}", one.id), format!("/clients/{}/edit", one.id)] {
        let page = ada.get(&path).await;
        assert_eq!(page.text.matches("Also on file for ").count(), 1, "{path}");
        assert!(page.text.contains(&format!("href=\"/clients/{}\"", two.id)), "{path}");
    }
}

#[test]
fn clients_and_the_index_fold_the_same_letters() {
    for text in [
        "Müller-Lüdenscheidt, Ærø!",
        "Łódź STRASSE Straße",
        "İstanbul ılık",
        "ΣΊΣΥΦΟΣ",
        "Привет МИР",
        "ﬁne №5 e\u{301}te\u{301} Þór ħ đ Đ ð Œuvre",
    ] {
        let folded = postroom_store::fold(text);
        assert_eq!(postroom_mail::words::fold(&folded), postroom_mail::words::fold(text), "{text}");
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        assert_eq!(words.join(" "), postroom_mail::words::fold(text), "{text}");
    }
}

#[tokio::test]
async fn an_edit_that_moves_letters_is_shown_first_and_saved_as_shown() {
    // S3, without script
    let house = House::with_ada().await;
    let lab = lab();
    let mut ada = house.signed_in("ada@example.com").await;
    let account = connected(&mut ada, &lab).await;
    ada.call("/api/accounts/enable", &[("id", &account.to_string())]).await;
    house.office.engine.collect_account(account, &tokio_util::sync::CancellationToken::new()).await.unwrap();
    let csrf = ada.csrf().await;
    let mut fields =
        vec![("csrf", csrf.as_str()), ("form[name]", "Zoe"), ("form[code]", "K1"), ("form[cost_centre]", ""), ("intent", "save")];
    fields.push(("form[self_addresses][0][address]", "zoe@example.com"));
    fields.push(("form[partner_addresses][0][address]", ""));
    let look = ada.post("/api/clients/save", &fields).await;
    assert_eq!(look.header("location"), "/clients/new?step=look");
    assert_eq!(house.office.client_count(&house.console()).await, Ok(0), "a look saves nothing");
    let page = ada.get("/clients/new?step=look").await;
    for words in
        ["2 letters</strong> (2023) come into this history", "value=\"zoe@example.com\"", "Save as shown", "data-guard=\"unsaved\""]
    {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let seen = page.text.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let changed = fields.iter().map(|(name, value)| (*name, if *value == "zoe@example.com" { "friend@private.example" } else { *value }));
    let changed: Vec<(&str, &str)> = changed.chain([("seen", seen.as_str())]).collect();
    assert_eq!(ada.post("/api/clients/save", &changed).await.header("location"), "/clients/new?step=look", "another effect is shown anew");
    fields.push(("seen", &seen));
    assert_eq!(ada.post("/api/clients/save", &fields).await.header("location"), "/clients/1?done=saved");
    assert!(!ada.get("/clients/new?step=look").await.text.contains("zoe@example.com"), "what is saved is typed no more");
    fields[4].1 = "look";
    fields.insert(1, ("id", "1"));
    assert_eq!(ada.post("/api/clients/save", &fields).await.header("location"), "/clients/1/edit?step=look");
    assert!(ada.get("/clients/1/edit?step=look").await.text.contains("The history stays as it is"));
}
