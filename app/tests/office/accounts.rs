//! E-mail accounts: set-up, doctor, folders, collection, ledger.

use super::*;

#[async_trait]
impl AccountsDesk for Office {
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
                FolderRow { selectable: false, ..folder(4, "Projects", None, false) },
            ],
            ledger: vec![row(1, "INBOX", sums(9000, 0)), row(2, "Gesendete Objekte", sums(3480, card.ledger.missing))],
            diagnosis: (id.0 == 4).then(diagnosis),
            tested: true,
            sign_in: None,
            hands_off: HandsOff { sessions: 12, commands: vec![("FETCH".into(), 240), ("EXAMINE".into(), 24)], ..HandsOff::default() },
            shared_with: vec![(UserId(2), "Ben".into())],
            copies_unchosen: true,
            readable: id.0 == 1,
            removed: 0,
            joins: if id.0 == 1 { vec![super::join::join_request(JoinState::Open)] } else { vec![] },
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
        Ok((id.is_none() && self.is_busy()).then(|| AccountDraft {
            form: form(),
            has_password: true,
            diagnosis: Some(diagnosis()),
            found: vec![],
        }))
    }
    async fn test_account(&self, _: Option<AccountId>, form: AccountForm) -> Answer<Diagnosis> {
        form.check(true).into_result()?;
        Ok(diagnosis())
    }
    async fn apply_fix(&self, _: Option<AccountId>, rung: Rung) -> Answer<Diagnosis> {
        if rung == Rung::Port { Ok(diagnosis()) } else { Err(Problem::NotFound) }
    }
    async fn find_settings(&self, form: AccountForm) -> Answer<()> {
        if form.address.is_empty() {
            Err(Problem::field("address", "Enter the mailbox's e-mail address, like name@example.com"))
        } else {
            Ok(())
        }
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
        if folders.is_empty() { Err(Problem::field("folders", "Choose at least one folder")) } else { Ok(()) }
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
            clients_on_file: 4,
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
}
