//! An office for tests: a store on each database, an engine, and what tests do with them.

use model::{AccountId, HistoryFilter, Person, Preset, Security};
use postroom_connect::SecretString;
use postroom_lab::dovecot::Dovecot;
use postroom_store::{ClientChange, NewAccount, NewClientAddress, NewEvent, Scope, Store};
use postroom_sync::{CollectionReport, Engine, EngineSettings, StillClock};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, sync::Arc};
use tokio_util::sync::CancellationToken;

pub const NOW: i64 = 1_790_000_000_000;

pub struct Office {
    pub name: &'static str,
    url: String,
    pub store: Arc<Store>,
    pub engine: Arc<Engine>,
    pub clock: StillClock,
    _folder: tempfile::TempDir,
}

/// An office on SQLite, and one on PostgreSQL where a server is named.
pub async fn offices() -> Vec<Office> {
    let mut offices = vec![];
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("postroom.db").display());
    offices.push(Office::open("SQLite", &url, folder).await);
    match postroom_lab::postgres::fresh_database() {
        Ok(url) => offices.push(Office::open("PostgreSQL", &url, tempfile::tempdir().unwrap()).await),
        Err(why) => println!("skipped on PostgreSQL: {why}"),
    }
    offices
}

impl Office {
    async fn open(name: &'static str, url: &str, folder: tempfile::TempDir) -> Self {
        let store = Arc::new(Store::open(url, folder.path()).await.unwrap());
        let clock = StillClock::at(NOW);
        let engine = Arc::new(Engine::new(Arc::clone(&store), Arc::new(clock.clone()), EngineSettings::default()));
        Self { name, url: url.to_owned(), store, engine, clock, _folder: folder }
    }

    /// The same office with an engine that trusts one authority more.
    pub fn trusting(self, authority: Vec<u8>) -> Self {
        let settings = EngineSettings { extra_roots: vec![postroom_connect::CertificateDer::from(authority)], ..EngineSettings::default() };
        let engine = Arc::new(Engine::new(Arc::clone(&self.store), Arc::new(self.clock.clone()), settings));
        Self { engine, ..self }
    }

    pub async fn connect_account(&self, server: &Dovecot, name: &str) -> AccountId {
        self.connect(name, server.imaps_port(), server.fingerprint(), 60).await
    }

    /// An account of ada's over TLS, with every folder selected.
    pub async fn connect(&self, name: &str, port: u16, fingerprint: &str, timeout_seconds: u32) -> AccountId {
        let new = NewAccount {
            name: name.into(),
            description: String::new(),
            protocol: model::Protocol::Imap,
            preset: Preset::Custom,
            address: "ada@office.example".into(),
            server: "127.0.0.1".into(),
            port,
            security: Security::Tls,
            user_name: "ada".into(),
            secret: Some(SecretString::from("secret")),
            timeout_seconds,
            connection_limit: None,
            pinned_fingerprint: Some(fingerprint.to_owned()),
            allow_clear_text: false,
            owner: None,
            reach_anywhere: true,
            tested: true,
        };
        let id = self.store.add_account(&new, &event("account.added")).await.unwrap();
        self.engine.download_folders(id).await.unwrap();
        let all: Vec<_> =
            self.store.folders(id).await.unwrap().into_iter().filter(|folder| folder.selectable).map(|folder| folder.id).collect();
        self.store.select_folders(id, &all, &event("account.folders")).await.unwrap();
        id
    }

    /// A letter stands alone, as if an earlier reader had found nothing that it refers to.
    pub async fn forget_references(&self, letter: model::MessageId) {
        let alone = format!(
            "update message_thread set thread = message_id * 2, refers = {} where message_id = {letter}",
            postroom_store::refers_digest(&[])
        );
        if self.url.starts_with("sqlite:") {
            let pool = sqlx::SqlitePool::connect(&self.url).await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(alone)).execute(&pool).await.unwrap();
            pool.close().await;
        } else {
            let pool = sqlx::PgPool::connect(&self.url).await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(alone)).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }

    /// Runs SQL on SQLite that the store would never run.
    pub async fn tamper(&self, sql: &'static str) {
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", self._folder.path().join("postroom.db").display())).await.unwrap();
        sqlx::query(sql).execute(&pool).await.unwrap();
        pool.close().await;
    }

    /// Turns every stored octet into another one.
    pub fn spoil_packs(&self) {
        for file in std::fs::read_dir(self._folder.path().join("packs")).unwrap() {
            let path = file.unwrap().path();
            let spoilt: Vec<u8> = std::fs::read(&path).unwrap().into_iter().map(|octet| !octet).collect();
            std::fs::write(path, spoilt).unwrap();
        }
    }

    pub async fn collect(&self, account: AccountId) -> CollectionReport {
        let stop = CancellationToken::new();
        let report = self.engine.collect_account(account, &stop).await.unwrap();
        self.engine.index_waiting(&stop).await.unwrap();
        report
    }

    pub fn digest(&self, raw: &[u8]) -> [u8; 32] {
        Sha256::digest(raw).into()
    }

    pub async fn import_clients(&self, csv: &str) {
        let mut lines = csv.lines();
        assert_eq!(lines.next(), Some("code,name,self1,self2,self3,partner1,partner2,partner3"));
        let list: Vec<ClientChange> = lines
            .map(|line| {
                let cells: Vec<&str> = line.split(',').collect();
                let addresses = cells[2..8]
                    .iter()
                    .enumerate()
                    .filter(|(_, cell)| !cell.is_empty())
                    .map(|(at, cell)| NewClientAddress {
                        person: if at < 3 { Person::Myself } else { Person::Partner },
                        slot: at as i64 % 3 + 1,
                        address: postroom_mail::address::canonical(cell).unwrap(),
                        valid_from: None,
                        valid_to: None,
                    })
                    .collect();
                ClientChange { code: cells[0].into(), name: cells[1].into(), cost_centre: None, addresses }
            })
            .collect();
        let added = self.store.import_clients(&list, false, &event("clients.imported")).await.unwrap().added;
        assert_eq!(added as usize, list.len());
    }

    /// Every client's history, whole, in order, as Message-IDs.
    pub async fn histories(&self) -> BTreeMap<String, Vec<String>> {
        let mut all = BTreeMap::new();
        for card in self.store.clients(Scope::Everything, &[], None, 1000).await.unwrap() {
            let mut ids = Vec::new();
            let mut before = None;
            loop {
                let page = self.store.history(Scope::Everything, card.id, &HistoryFilter::default(), before, 7).await.unwrap();
                let Some(last) = page.last() else { break };
                before = Some((last.date, last.id.0));
                for row in &page {
                    ids.push(self.store.letter(Scope::Everything, row.id).await.unwrap().message_id);
                }
            }
            all.insert(card.code, ids);
        }
        all
    }

    pub async fn with_address_added_and_removed(&self, code: &str, address: &str) {
        let card = self.store.client_by_code(Scope::Everything, code).await.unwrap();
        let change = |addresses| ClientChange { code: card.code.clone(), name: card.name.clone(), cost_centre: None, addresses };
        let mut addresses: Vec<NewClientAddress> = card
            .addresses
            .iter()
            .map(|on_file| NewClientAddress {
                person: on_file.person,
                slot: on_file.slot,
                address: on_file.address.clone(),
                valid_from: on_file.valid_from,
                valid_to: on_file.valid_to,
            })
            .collect();
        let plain = change(addresses.clone());
        addresses.retain(|old| !(old.person == Person::Partner && old.slot == 3));
        addresses.push(NewClientAddress { person: Person::Partner, slot: 3, address: address.into(), valid_from: None, valid_to: None });
        let before = self.store.history(Scope::Everything, card.id, &HistoryFilter::default(), None, 1000).await.unwrap().len();
        self.store.save_client(Scope::Everything, Some(card.id), &change(addresses), &event("client.changed")).await.unwrap();
        let between = self.store.history(Scope::Everything, card.id, &HistoryFilter::default(), None, 1000).await.unwrap().len();
        assert!(between > before, "an added address brings its letters at once");
        self.store.save_client(Scope::Everything, Some(card.id), &plain, &event("client.changed")).await.unwrap();
    }

    pub async fn search(&self, question: &str) -> Vec<model::MessageId> {
        let query = postroom_sync::search_query(&postroom_mail::query::parse(question, &postroom_mail::query::TimeZone::UTC, false));
        self.store.search(Scope::Everything, &query, None, 100).await.unwrap().letters()
    }
}

pub fn event(action: &str) -> NewEvent {
    NewEvent { at: NOW, principal: "console".into(), action: action.into(), subject: String::new(), detail: String::new() }
}

/// Deletes the newest letter of the inbox on the server.
pub fn expunge_newest(server: &Dovecot) {
    let mut client = server.session("ada").unwrap();
    assert!(client.command("SELECT INBOX").unwrap().is_ok());
    assert!(client.command("STORE * +FLAGS.SILENT (\\Deleted)").unwrap().is_ok());
    assert!(client.command("EXPUNGE").unwrap().is_ok());
}
