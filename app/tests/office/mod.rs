//! A made-up office for looking at pages: a few clients, letters and accounts, all in memory.
#![allow(dead_code, reason = "each test binary uses a part of it")]

mod facts;

use app::desk::*;
use async_trait::async_trait;
use facts::*;
use model::*;

/// Which office the pages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// Nobody is set up.
    New,
    /// Set up, but nothing in it.
    Bare,
    /// Set up, nobody signed in.
    Door,
    /// In use.
    Busy,
}

/// The desk of the made-up office.
pub struct Office(pub Scene);

impl Office {
    fn busy(&self) -> Answer<()> {
        if self.0 == Scene::Busy || self.0 == Scene::Bare { Ok(()) } else { Err(Problem::SignIn) }
    }

    fn is_busy(&self) -> bool {
        self.0 == Scene::Busy
    }
}

#[async_trait]
impl Desk for Office {
    fn viewer(&self) -> Option<Viewer> {
        matches!(self.0, Scene::Busy | Scene::Bare).then(ada)
    }
    async fn needs_set_up(&self) -> Answer<bool> {
        Ok(self.0 == Scene::New)
    }
    async fn set_up(&self, _token: String, form: UserForm) -> Answer<SessionCookie> {
        form.check().into_result()?;
        Ok(SessionCookie("session=new; Path=/; HttpOnly".into()))
    }
    async fn sign_in(&self, _email: String, password: String) -> Answer<SessionCookie> {
        if password == "right" {
            Ok(SessionCookie("session=ada; Path=/; HttpOnly".into()))
        } else {
            Err(Problem::field("password", "The address or the password is not right"))
        }
    }
    async fn sign_out(&self) -> Answer<SessionCookie> {
        Ok(SessionCookie("session=; Max-Age=0".into()))
    }
    async fn change_password(&self, _current: String, password: String, repeat: String) -> Answer<SessionCookie> {
        let mut errors = FieldErrors::default();
        check_new_password(&password, &repeat, &mut errors);
        errors.into_result()?;
        Ok(SessionCookie("session=ada2; Path=/".into()))
    }
    async fn sign_out_everywhere(&self) -> Answer<SessionCookie> {
        self.sign_out().await
    }
    async fn users(&self) -> Answer<Vec<UserCard>> {
        self.busy()?;
        let user = |id, name: &str, role, disabled| UserCard {
            id: UserId(id),
            name: name.into(),
            email: format!("{}@office.example", name.to_lowercase()),
            role,
            disabled,
            granted: vec![Permission::ClientsEdit],
            cost_centres: vec![CostCentreId(1)],
            last_sign_in: Some(NOW),
        };
        Ok(vec![user(1, "Ada", Role::Administrator, false), user(2, "Ben", Role::Staff, false), user(3, "Cleo", Role::Staff, true)])
    }
    async fn add_user(&self, form: UserForm, _role: Role) -> Answer<UserId> {
        form.check().into_result()?;
        Ok(UserId(9))
    }
    async fn change_user(&self, _: UserId, _: Role, _: bool, _: Vec<Permission>, _: Vec<CostCentreId>) -> Answer<()> {
        Ok(())
    }
    async fn cost_centres(&self) -> Answer<Vec<CostCentre>> {
        self.busy()?;
        Ok(vec![CostCentre { id: CostCentreId(1), name: "North".into(), clients: 4, users: 2 }])
    }
    async fn add_cost_centre(&self, _name: String) -> Answer<CostCentreId> {
        Ok(CostCentreId(2))
    }
    async fn accounts(&self) -> Answer<Vec<AccountCard>> {
        self.busy()?;
        Ok(if self.is_busy() { (1..=4).map(account_card).collect() } else { vec![] })
    }
    async fn account(&self, id: AccountId) -> Answer<AccountDetail> {
        self.busy()?;
        if !(1..=4).contains(&id.0) {
            return Err(Problem::NotFound);
        }
        let card = account_card(id.0);
        let folder = |n, name: &str, role, selected| FolderRow {
            id: FolderId(n),
            name: name.into(),
            role,
            letters: 4000,
            selected,
            selectable: true,
            gone: false,
        };
        let row = |n, folder: &str, sums| LedgerRow {
            folder_id: FolderId(n),
            account: card.name.clone(),
            folder: folder.into(),
            sums,
            counted_at: Some(NOW),
        };
        Ok(AccountDetail {
            form: AccountForm { name: card.name.clone(), address: card.address.clone(), ..form() },
            folders: vec![
                folder(1, "INBOX", Some(FolderRole::Inbox), true),
                folder(2, "Gesendete Objekte", Some(FolderRole::Sent), true),
                folder(3, "Spam", Some(FolderRole::Junk), false),
            ],
            ledger: vec![row(1, "INBOX", sums(9000, 0)), row(2, "Gesendete Objekte", sums(3480, card.ledger.missing))],
            diagnosis: (id.0 == 4).then(diagnosis),
            tested: true,
            hands_off: HandsOff { sessions: 12, commands: vec![("FETCH".into(), 240), ("EXAMINE".into(), 24)] },
            shared_with: vec![(UserId(2), "Ben".into())],
            card,
        })
    }
    async fn guess(&self, address: String) -> Answer<Guess> {
        let gmail = address.ends_with("@gmail.com");
        Ok(Guess {
            preset: if gmail { Preset::Gmail } else { Preset::Custom },
            provider: if gmail { "Google".into() } else { String::new() },
            server: if gmail { "imap.gmail.com".into() } else { String::new() },
            port: 993,
            security: Security::Tls,
            notes: if gmail { vec!["Google needs an app password; the account's own will be refused.".into()] } else { vec![] },
        })
    }
    async fn account_draft(&self, id: Option<AccountId>) -> Answer<Option<AccountDraft>> {
        self.busy()?;
        Ok((id.is_none() && self.is_busy()).then(|| AccountDraft { form: form(), has_password: true, diagnosis: Some(diagnosis()) }))
    }
    async fn test_account(&self, _: Option<AccountId>, form: AccountForm) -> Answer<Diagnosis> {
        form.check(true).into_result()?;
        Ok(diagnosis())
    }
    async fn apply_fix(&self, _: Option<AccountId>, rung: Rung) -> Answer<Diagnosis> {
        if rung == Rung::Port { Ok(diagnosis()) } else { Err(Problem::NotFound) }
    }
    async fn save_account(&self, id: Option<AccountId>, form: AccountForm) -> Answer<AccountId> {
        form.check(id.is_some()).into_result()?;
        Ok(id.unwrap_or(AccountId(4)))
    }
    async fn drop_draft(&self, _: Option<AccountId>) -> Answer<()> {
        Ok(())
    }
    async fn download_folders(&self, _: AccountId) -> Answer<Vec<FolderRow>> {
        Ok(vec![])
    }
    async fn select_folders(&self, _: AccountId, folders: Vec<FolderId>) -> Answer<()> {
        if folders.is_empty() { Err(Problem::Conflict("Choose at least one folder.".into())) } else { Ok(()) }
    }
    async fn rehearse(&self, id: AccountId) -> Answer<Rehearsal> {
        self.last_rehearsal(id).await.map(Option::unwrap_or_default)
    }
    async fn last_rehearsal(&self, _: AccountId) -> Answer<Option<Rehearsal>> {
        Ok(Some(Rehearsal {
            letters: 12_480,
            read: 2000,
            matching: 410,
            clients: 4,
            odd: 3,
            folders: vec![("INBOX".into(), 9000, 300), ("Gesendete Objekte".into(), 3480, 110)],
        }))
    }
    async fn enable_account(&self, _: AccountId) -> Answer<()> {
        Ok(())
    }
    async fn pause_account(&self, _: AccountId) -> Answer<()> {
        Ok(())
    }
    async fn collect_now(&self, _: AccountId) -> Answer<()> {
        Ok(())
    }
    async fn share_account(&self, _: AccountId, _: Vec<UserId>) -> Answer<()> {
        Ok(())
    }
    async fn sightings(&self, _: FolderId, outcome: Option<Outcome>, _: Option<String>) -> Answer<Page<SightingRow>> {
        self.busy()?;
        let row = |n| SightingRow {
            uid: n,
            outcome: outcome.unwrap_or(Outcome::Filed),
            reason: "Draft".into(),
            message_id: Some(MessageId(100 + n)),
            subject: Some("Change of address".into()),
            date: Some(NOW),
            size: 24_000,
        };
        Ok(Page { rows: (1..4).map(row).collect(), next: Some("4".into()) })
    }
    async fn clients(&self, words: String, _: Option<String>) -> Answer<Page<ClientCard>> {
        self.busy()?;
        Ok(if self.is_busy() && words != "nobody" {
            Page { rows: (1..=4).map(client_card).collect(), next: Some("5".into()) }
        } else {
            Page::empty()
        })
    }
    async fn client_count(&self) -> Answer<i64> {
        self.busy()?;
        Ok(if self.is_busy() { 4 } else { 0 })
    }
    async fn client(&self, id: ClientId) -> Answer<(ClientCard, ClientForm)> {
        self.busy()?;
        if !(1..=4).contains(&id.0) {
            return Err(Problem::NotFound);
        }
        let card = client_card(id.0);
        let slot = |address: &str| SlotForm { address: address.into(), ..SlotForm::default() };
        let form = ClientForm {
            code: card.code.clone(),
            name: card.name.clone(),
            cost_centre: Some(CostCentreId(1)),
            self_addresses: vec![slot("jo.hartley@example.com"), slot("jo@hartley-garden-design.example")],
            partner_addresses: vec![slot("sam.hartley@example.net")],
        };
        Ok((card, form))
    }
    async fn save_client(&self, id: Option<ClientId>, form: ClientForm) -> Answer<ClientId> {
        form.check().into_result()?;
        Ok(id.unwrap_or(ClientId(4)))
    }
    async fn import_preview(&self) -> Answer<Option<ImportPreview>> {
        self.busy()?;
        Ok(self.is_busy().then(|| ImportPreview {
            file: "clients.csv".into(),
            delimiter: ';',
            encoding: "windows-1252".into(),
            columns: ["code", "name", "self1", "partner1"].map(str::to_owned).to_vec(),
            rows: vec![["C-1", "Jo Hartley", "jo@example.com", "sam@example.net"].map(str::to_owned).to_vec()],
            report: ImportReport {
                added: 38,
                updated: 2,
                unchanged: 1,
                refused: vec![(7, "self1 is not an e-mail address".into())],
                dry_run: true,
            },
        }))
    }
    async fn import_clients(&self) -> Answer<ImportReport> {
        Ok(ImportReport { added: 38, updated: 2, unchanged: 1, refused: vec![], dry_run: false })
    }
    async fn history(&self, _: ClientId, filter: HistoryFilter, _: Option<String>) -> Answer<Page<HistoryRow>> {
        self.busy()?;
        let rows = (0..12).map(history_row).filter(|row| filter.direction.is_none_or(|direction| direction == row.direction)).collect();
        Ok(if filter.with_files && filter.person.is_some() { Page::empty() } else { Page { rows, next: Some("next".into()) } })
    }
    async fn mailbox(&self, _: AccountId, _: Option<String>) -> Answer<Page<HistoryRow>> {
        self.busy()?;
        Ok(Page { rows: (0..8).map(|n| HistoryRow { why: vec![], ..history_row(n) }).collect(), next: None })
    }
    async fn search(&self, query: String, _: Option<String>) -> Answer<SearchResults> {
        self.busy()?;
        let row = HistoryRow { snippet: format!("about the \u{2}{query}\u{3} and <b>bold</b> words"), why: vec![], ..history_row(1) };
        Ok(SearchResults { page: Page { rows: vec![row], next: None }, remarks: vec!["The sign ( was left out.".into()], behind: 120 })
    }
    async fn letter(&self, id: MessageId) -> Answer<LetterView> {
        self.busy()?;
        if !(100..200).contains(&id.0) {
            return Err(Problem::NotFound);
        }
        let row = history_row(id.0 - 100);
        Ok(LetterView {
            id,
            subject: row.subject,
            date: row.date,
            date_header: "Sat, 14 Mar 2026 09:12:00 +0000".into(),
            arrived: Some(NOW),
            date_looks_wrong: row.date_looks_wrong,
            direction: row.direction,
            people: vec![
                (AddressRole::From, row.from.clone()),
                (AddressRole::ReplyTo, mailbox("Somebody else", "elsewhere@example.org")),
                (AddressRole::To, mailbox("Ada Bell", "ada@office.example")),
                (AddressRole::Cc, mailbox("", "sam.hartley@example.net")),
            ],
            message_id: "<2026-03-14@example.com>".into(),
            attachments: vec![
                AttachmentInfo {
                    index: 0,
                    name: "annual review 2026.pdf".into(),
                    kind: "application/pdf".into(),
                    size: 340_120,
                    inline: false,
                },
                AttachmentInfo { index: 1, name: "logo.png".into(), kind: "image/png".into(), size: 9_120, inline: true },
            ],
            has_html: true,
            remote_content: true,
            sightings: vec![
                SightingView { account: "Office".into(), folder: "INBOX".into(), seen_at: NOW, gone_at: None },
                SightingView { account: "Ada".into(), folder: "Archiv".into(), seen_at: NOW, gone_at: Some(NOW + DAY) },
            ],
            variants: vec![(MessageId(150), "Your annual review".into(), NOW)],
            clients: vec![(ClientId(1), "Jo and Sam Hartley".into(), row.why)],
            unreadable: (id.0 == 199).then(|| "the parts are nested deeper than 100".into()),
            size: 412_000,
            remarks: vec![],
            may_export: true,
        })
    }
    async fn letter_headers(&self, _: MessageId) -> Answer<Vec<(String, String)>> {
        Ok(vec![
            ("Received".into(), "from mx.example.com by mail.office.example; Sat, 14 Mar 2026 09:12:03 +0000".into()),
            ("X-Mailer".into(), "Example 1.0".into()),
        ])
    }
    async fn events(&self, _: Option<String>) -> Answer<Page<EventRow>> {
        self.busy()?;
        let row = |seq| EventRow {
            seq,
            at: NOW - seq,
            principal: "Ada Bell".into(),
            action: "account.enabled".into(),
            subject: "account:1".into(),
            detail: String::new(),
        };
        Ok(Page { rows: (1..=6).rev().map(row).collect(), next: None })
    }
    async fn verify(&self) -> Answer<Verification> {
        self.busy()?;
        Ok(Verification { events: 1204, blobs: 12_480, findings: vec![] })
    }
}
