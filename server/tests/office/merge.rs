//! Two clients become one, by its pages, without script.

use crate::accounts::{connected, lab};
use crate::browser::House;
use http::StatusCode;
use model::{ClientId, Permission, Role};

async fn two(house: &House) -> (ClientId, ClientId) {
    let list = b"code,name,self1,self2\nK1,Zoe Ferrante,zoe@example.com,joint@x.example\nK2,Zoe Ferante,zoe@old.example,joint@x.example\n";
    house.office.import_file(&house.console(), list.to_vec(), false).await.unwrap();
    let console = house.console();
    (house.office.client_named(&console, "K1").await.unwrap().id, house.office.client_named(&console, "K2").await.unwrap().id)
}

fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).unwrap_or_else(|| panic!("no {name}: {page}")).split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn two_clients_are_merged_as_shown_and_taken_apart_again_without_script() {
    let house = House::with_ada().await;
    let lab = lab();
    let mut ada = house.signed_in("ada@example.com").await;
    let account = connected(&mut ada, &lab).await;
    ada.call("/api/accounts/enable", &[("id", &account.to_string())]).await;
    house.office.engine.collect_account(account, &tokio_util::sync::CancellationToken::new()).await.unwrap();
    let (one, other) = two(&house).await;
    let csrf = ada.csrf().await;
    let page = ada.get(&format!("/clients/{other}/merge")).await.text;
    assert!(
        page.contains("Clients with an address of this one") && page.contains(&format!("href=\"/clients/{other}/merge?with={one}\"")),
        "{page}"
    );
    let page = ada.get(&format!("/clients/{other}/merge?words=ferrante")).await.text;
    assert!(page.contains(&format!("href=\"/clients/{other}/merge?with={one}\"")), "{page}");
    let page = ada.get(&format!("/clients/{other}/merge?with={one}")).await.text;
    for words in [
        "Zoe Ferante has 0 letters, Zoe Ferrante has 2 letters; none is in both. Afterwards Zoe Ferante has 2 letters.",
        "Rather keep Zoe Ferrante",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let (goes, stays) = (one.to_string(), other.to_string());
    let fields = |to: &'static str, seen: &'static str| {
        vec![
            ("csrf", csrf.clone()),
            ("stays", stays.clone()),
            ("goes", goes.clone()),
            ("places[0][key]", "goes_self1".to_owned()),
            ("places[0][to]", to.to_owned()),
            ("intent", "merge".to_owned()),
            ("seen", seen.to_owned()),
        ]
    };
    let post = async |browser: &mut crate::browser::Browser, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/api/clients/merge", &fields).await.header("location").to_owned()
    };
    let look = post(&mut ada, &fields("off", "")).await;
    assert_eq!(look, format!("/clients/{stays}/merge?with={goes}&goes_self1=off"), "what nobody has seen is shown first");
    let page = ada.get(&look).await.text;
    assert!(page.contains("2 letters are in neither history any more"), "{page}");
    let page = ada.get(&format!("/clients/{stays}/merge?with={goes}&goes_self1=partner")).await.text;
    let mut agreed = fields("partner", "");
    agreed[6].1 = hidden(&page, "seen");
    assert_eq!(post(&mut ada, &agreed).await, format!("/clients/{stays}?done=merged"));
    let page = ada.get(&format!("/clients/{stays}?done=merged")).await.text;
    for words in
        ["2 letters", "Zoe Ferrante (K1) was merged into this client on", "Undo the merger", "zoe@example.com is the partner's address 1"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let gone = ada.get(&format!("/clients/{goes}")).await;
    assert_eq!((gone.status, gone.header("location")), (StatusCode::FOUND, format!("/clients/{stays}?done=came-here").as_str()));
    let edit = ada.get(&format!("/clients/{goes}/edit")).await;
    assert_eq!((edit.status, edit.header("location")), (StatusCode::FOUND, format!("/clients/{stays}/edit").as_str()));
    let report = house.office.import_file(&house.console(), b"code,name,self1\nK1,Zoe,zoe@new.example\n".to_vec(), true).await.unwrap();
    assert_eq!(report.merged, [(2, "K1 was merged into K2 (Zoe Ferante). Added to its addresses: zoe@new.example.".to_owned())]);
    let undo = [("csrf", csrf.as_str()), ("client", stays.as_str()), ("gone", goes.as_str())];
    assert_eq!(ada.post("/api/clients/merge-undo", &undo).await.header("location"), format!("/clients/{stays}?done=apart"));
    assert_eq!(ada.get(&format!("/clients/{goes}")).await.status, StatusCode::OK);
    let trail = ada.get("/audit?group=client").await.text;
    assert!(trail.contains("merged two clients") && trail.contains("took a merger of two clients back"), "{trail}");
}

#[tokio::test]
async fn only_who_may_edit_clients_merges_them() {
    let house = House::with_ada().await;
    house.add_user("ben@example.com", Role::Staff, &[Permission::LettersExport]).await;
    let (one, other) = two(&house).await;
    let mut ben = house.signed_in("ben@example.com").await;
    assert_eq!(ben.get(&format!("/clients/{one}/merge")).await.status, StatusCode::FORBIDDEN);
    assert!(!ben.get(&format!("/clients/{one}")).await.text.contains("/merge"));
    let fields = [("stays", one.to_string()), ("goes", other.to_string()), ("intent", "merge".into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(ben.call("/api/clients/merge", &fields).await.status, StatusCode::FORBIDDEN);
}
