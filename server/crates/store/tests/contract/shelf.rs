//! Stores for tests: one on each database, letters to put into them, and a way to tamper behind the store's back.

use model::{AccountId, AddressRole, FolderId, Preset, Security};
use postroom_store::{ArrivedLetter, NewAccount, NewEvent, NewLetter, SeenFolder, Store};
use secrecy::SecretString;
use sha2::{Digest, Sha256};

pub const NOW: i64 = 1_790_000_000_000;

pub struct Shelf {
    pub name: &'static str,
    pub url: String,
    pub folder: tempfile::TempDir,
    pub store: Store,
}

/// A fresh store on SQLite, and one on PostgreSQL where a server is named.
pub async fn shelves() -> Vec<Shelf> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("postroom.db").display());
    let mut shelves = vec![shelf("SQLite", url, folder).await];
    match postroom_lab::postgres::fresh_database() {
        Ok(url) => shelves.push(shelf("PostgreSQL", url, tempfile::tempdir().unwrap()).await),
        Err(why) => println!("skipped on PostgreSQL: {why}"),
    }
    shelves
}

async fn shelf(name: &'static str, url: String, folder: tempfile::TempDir) -> Shelf {
    let store = Store::open(&url, folder.path()).await.unwrap();
    Shelf { name, url, folder, store }
}

impl Shelf {
    /// Runs SQL that the store would never run.
    pub async fn tamper(&self, sql: &'static str) {
        if self.url.starts_with("sqlite:") {
            let pool = sqlx::SqlitePool::connect(&self.url).await.unwrap();
            sqlx::query(sql).execute(&pool).await.unwrap();
            pool.close().await;
        } else {
            let pool = sqlx::PgPool::connect(&self.url).await.unwrap();
            sqlx::query(sql).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }

    /// An account with one selected folder.
    pub async fn mailbox(&self, name: &str) -> (AccountId, FolderId) {
        let account = self.store.add_account(&account(name), &event("account.added")).await.unwrap();
        self.store.keep_folders(account, &[folder("INBOX")]).await.unwrap();
        let folder = self.store.folders(account).await.unwrap()[0].id;
        (account, folder)
    }
}

pub fn event(action: &str) -> NewEvent {
    NewEvent { at: NOW, principal: "console".into(), action: action.into(), subject: String::new(), detail: "because".into() }
}

pub fn folder(name: &str) -> SeenFolder {
    SeenFolder { raw_name: name.into(), name: name.into(), role: None, selectable: true, letters: Some(3), select_by_default: true }
}

pub fn account(name: &str) -> NewAccount {
    NewAccount {
        name: name.into(),
        description: "The front desk".into(),
        protocol: model::Protocol::Imap,
        preset: Preset::Custom,
        address: "desk@office.example".into(),
        server: "mail.office.example".into(),
        port: 993,
        security: Security::Tls,
        user_name: "desk".into(),
        secret: Some(SecretString::from("hunter2 hunter2")),
        timeout_seconds: 60,
        connection_limit: Some(2),
        pinned_fingerprint: None,
        allow_clear_text: false,
        owner: None,
        reach_anywhere: false,
        tested: true,
    }
}

/// A key of a Message-ID: odd, as the reader makes them.
pub fn key(message_id: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(message_id.as_bytes()).into();
    i64::from_be_bytes(digest[..8].try_into().unwrap()) | 1
}

/// A letter as the reader would hand it over.
pub fn letter(uid: i64, from: &str, to: &str, subject: &str, date: i64) -> ArrivedLetter {
    let raw = format!("From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\n\r\nDear {to}, about {subject}.\r\n").into_bytes();
    let digest: [u8; 32] = Sha256::digest(&raw).into();
    let people = vec![(AddressRole::From, from.to_owned(), "Ada".to_owned()), (AddressRole::To, to.to_owned(), String::new())];
    let letter = NewLetter {
        identity: digest,
        identity_version: 1,
        parser_version: 1,
        message_id: format!("{subject}@example.org"),
        message_key: key(&format!("{subject}@example.org")),
        refers: Vec::new(),
        subject: subject.into(),
        preview: format!("about {subject}"),
        date,
        date_header: String::new(),
        received_at: None,
        date_looks_wrong: false,
        people,
        attachments: 0,
        files: String::new(),
        has_html: false,
        remote_content: false,
        is_bounce: false,
        is_automatic: false,
        unreadable: None,
        remarks: vec!["one".into()],
        text: format!("about {subject} and more"),
    };
    ArrivedLetter { uid, digest, raw: raw.into(), letter }
}
