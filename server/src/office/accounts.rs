//! Accounts: who sees which, their cards, and every deed that needs no mail server.
//!
//! Settings are for those who manage every account and for the owner; the private letters of an account are for its owner and
//! those it is shared with alone (O28), so managing does not include sharing somebody else's account.

use super::account_form::{self, PasswordFrom};
use super::account_words::{described, difference};
use super::drafts::TypedAccount;
use super::{Office, Principal, Session, trouble::problem_of};
use model::{
    AccountCard, AccountDetail, AccountDraft, AccountForm, AccountHealth, AccountId, FolderId, FolderRole, FolderRow, LedgerRow,
    LedgerSums, Outcome, Page, Permission, Problem, Progress, SightingRow, UserId,
};
use postroom_store::{AccountRecord, AccountState, Removing};
use std::collections::HashSet;

/// Sightings a page.
const PAGE: i64 = 50;
/// Permissions of which one is needed to work with accounts at all.
pub(crate) const EITHER: &[Permission] = &[Permission::AccountsManage, Permission::AccountsOwn];

impl Office {
    /// An account that the principal may see.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for one that does not exist and for one that is not his or hers to see.
    pub(crate) async fn visible_account(&self, who: &Principal, id: AccountId) -> Result<AccountRecord, Problem> {
        who.need_somebody()?;
        let record = self.store.account(id).await.map_err(problem_of)?;
        if who.may(Permission::AccountsManage) {
            return Ok(record);
        }
        match who.user() {
            Some(user) if self.store.account_is_open_to(id, user).await.map_err(problem_of)? => Ok(record),
            _ => Err(Problem::NotFound),
        }
    }

    /// An account that the principal may change.
    pub(crate) async fn managed_account(&self, who: &Principal, id: AccountId) -> Result<AccountRecord, Problem> {
        who.need_one_of(EITHER)?;
        let record = self.visible_account(who, id).await?;
        if record.removing.is_some() {
            return Err(Problem::Conflict("This account is being removed with its letters. Nothing can be done with it any more.".into()));
        }
        if may_manage(who, &record) { Ok(record) } else { Err(Problem::NotAllowed(Permission::AccountsManage.key().to_owned())) }
    }

    /// Accounts the principal may see (FP-29).
    pub async fn accounts(&self, who: &Principal) -> Result<Vec<AccountCard>, Problem> {
        let visible: HashSet<AccountId> = self.visible_accounts(who).await?.into_iter().collect();
        let records = self.store.accounts().await.map_err(problem_of)?;
        let ledger = self.store.ledger(None).await.map_err(problem_of)?;
        let silences = self.silences(&records).await?;
        let mut cards = Vec::new();
        for record in records.into_iter().filter(|record| visible.contains(&record.id)) {
            let rows: Vec<&LedgerRow> = ledger.iter().filter(|row| row.account == record.settings.name).collect();
            let folders = self.folder_rows(record.id).await?;
            let mut card = self.card(who, &record, &rows, &folders).await?;
            card.warnings.extend(silences.get(&record.id).cloned());
            cards.push(card);
        }
        Ok(cards)
    }

    /// Ids of the accounts that the principal may see.
    pub async fn visible_accounts(&self, who: &Principal) -> Result<Vec<AccountId>, Problem> {
        who.need_somebody()?;
        let open_to = match who.user() {
            _ if who.may(Permission::AccountsManage) => None,
            Some(user) => Some(user),
            None => return Ok(Vec::new()),
        };
        self.store.account_ids(open_to).await.map_err(problem_of)
    }

    /// One account.
    pub async fn account(&self, who: &Principal, id: AccountId) -> Result<AccountDetail, Problem> {
        let record = self.visible_account(who, id).await?;
        let ledger = self.store.ledger(Some(id)).await.map_err(problem_of)?;
        let folders = self.folder_rows(id).await?;
        let mut card = self.card(who, &record, &ledger.iter().collect::<Vec<_>>(), &folders).await?;
        card.warnings.extend(self.pop3_remarks(&record).await?);
        card.warnings.extend(self.silences(&self.store.accounts().await.map_err(problem_of)?).await?.get(&id).cloned());
        let mut diagnosis = record.diagnosis.clone();
        if !card.may_manage {
            diagnosis = None; // evidence about the office's network is for those who mend it
        }
        Ok(AccountDetail {
            // Server, user name and pin are for those who look after the account, not for those it is shared with.
            form: if card.may_manage { self.stored_form(&record).await? } else { AccountForm::default() },
            folders,
            ledger,
            tested: record.settings.tested,
            sign_in: if card.may_manage { self.person_sign_in(&record).await? } else { None },
            hands_off: record.hands_off.clone(),
            shared_with: self.store.account_shares(id).await.map_err(problem_of)?,
            joins: self.joins_to_answer(who, Some(id)).await?,
            copies_unchosen: card.may_manage && self.copies_unchosen(&record).await?,
            removed: if card.may_manage { self.store.removed_letters(id).await.map_err(problem_of)? } else { 0 },
            diagnosis,
            card,
        })
    }

    async fn card(
        &self,
        who: &Principal,
        record: &AccountRecord,
        ledger: &[&LedgerRow],
        folders: &[FolderRow],
    ) -> Result<AccountCard, Problem> {
        let mut sums = LedgerSums::default();
        for row in ledger {
            sums.add(&row.sums);
        }
        let owner = match record.settings.owner {
            Some(owner) => self.store.user(owner).await.map_err(problem_of)?.map(|user| user.name),
            None => None,
        };
        Ok(AccountCard {
            id: record.id,
            name: record.settings.name.clone(),
            description: record.settings.description.clone(),
            protocol: record.settings.protocol,
            address: record.settings.address.clone(),
            owner,
            health: self.health(record),
            last_collection: record.collected_at,
            // 0 = at once, 1 = under way: neither is a moment.
            next_collection: record.next_at.filter(|at| *at > 1),
            last_error: record.error_text.clone(),
            verdict: record.error_verdict,
            ledger: sums,
            warnings: [self.application_warnings(record).await?, warnings(record, folders)].concat(),
            may_manage: may_manage(who, record) && record.removing.is_none(),
            by_person: self.person_sign_in(record).await?.is_some(),
        })
    }

    pub(crate) fn health(&self, record: &AccountRecord) -> AccountHealth {
        if let Some(removing) = record.removing {
            return AccountHealth::Removing(self.engine.progress_of(record.id).unwrap_or_else(|| far(record.id, removing, self.now())));
        }
        if let Some(progress) = self.engine.progress_of(record.id) {
            return AccountHealth::Collecting(progress);
        }
        match record.state {
            // There is nothing to collect, so nothing is late.
            _ if record.settings.protocol == model::Protocol::Smtp => AccountHealth::UpToDate,
            AccountState::Draft => AccountHealth::Draft,
            AccountState::Paused => AccountHealth::Paused,
            AccountState::Disabled => AccountHealth::NeedsPassword,
            AccountState::Enabled if record.error_text.is_some() => AccountHealth::Failed,
            AccountState::Enabled if record.collected_at.is_none() => AccountHealth::Waiting,
            AccountState::Enabled => AccountHealth::UpToDate,
        }
    }

    /// What was last typed and tested in this session.
    pub async fn account_draft(&self, who: &Principal, session: &Session, id: Option<AccountId>) -> Result<Option<AccountDraft>, Problem> {
        who.need_one_of(EITHER)?;
        if let Some(id) = id {
            self.managed_account(who, id).await?;
        }
        let typed = self.drafts.account(&session.token_hash, id, self.now());
        let found = self.drafts.found(&session.token_hash, self.now()).filter(|_| id.is_none());
        Ok(typed.map(|typed| {
            let found = found.filter(|found| found.address == typed.form.address.trim());
            AccountDraft {
                has_password: typed.password.is_some(),
                form: typed.form,
                diagnosis: typed.diagnosis,
                found: found.map(|found| found.said).unwrap_or_default(),
            }
        }))
    }

    /// Saves what is typed. A new account is a draft (FP-24).
    pub async fn save_account(
        &self,
        who: &Principal,
        session: Option<&Session>,
        id: Option<AccountId>,
        form: AccountForm,
    ) -> Result<AccountId, Problem> {
        who.need_one_of(EITHER)?;
        let form = form.completed();
        let stored = match id {
            Some(id) => Some(self.managed_account(who, id).await?),
            None => None,
        };
        if let Some(session) = session {
            self.drafts.keep_twin(&session.token_hash, None, self.now());
        }
        let typed = session
            .and_then(|session| self.drafts.account(&session.token_hash, id, self.now()))
            .filter(|typed| typed.form.signs_in_like(&form));
        let password = account_form::password_for(&form, typed.as_ref(), stored.as_ref())?;
        self.secret_stays(&form, typed.as_ref().is_some_and(|typed| typed.password.is_some()), stored.as_ref()).await?;
        account_form::check(who, &form, stored.as_ref(), password.is_some(), false)?;
        if let (None, Some(session)) = (&stored, session) {
            self.refuse_twin(session, &form).await?;
        }
        let test = typed
            .filter(|typed| account_form::same_connection(&typed.form, &form) && typed.was_tested_with(&form.password))
            .and_then(|typed| typed.diagnosis);
        let unchanged = match &stored {
            Some(record) => account_form::same_connection(&self.stored_form(record).await?, &form),
            None => false,
        };
        let secret = match password {
            Some(PasswordFrom::Typed(secret)) => Some(secret),
            _ => None,
        };
        let tested = match &test {
            Some(diagnosis) => diagnosis.passed(),
            None => unchanged && secret.is_none() && stored.as_ref().is_some_and(|record| record.settings.tested),
        };
        if let Some(sentence) = form.sending_port().filter(|_| !tested) {
            return Err(Problem::field("port", &sentence));
        }
        let settings = account_form::settings_of(who, &form, stored.as_ref(), secret, tested);
        let saved = self.write_account(who, stored.as_ref(), &settings).await?;
        self.save_parts(who, saved, &form).await?;
        if let Some(diagnosis) = test {
            self.store.keep_diagnosis(saved, &diagnosis, tested).await.map_err(problem_of)?;
        }
        if let Some(session) = session {
            self.drafts.drop_account(&session.token_hash, id, self.now());
        }
        // A session that waits for new letters was opened with the settings of before.
        self.engine.forget_session(saved).await;
        if stored.as_ref().is_some_and(|record| record.state == AccountState::Enabled) {
            // Else nobody would wait for new letters until the next collection at its time.
            self.store.collect_soon(saved).await.map_err(problem_of)?;
        }
        self.engine.wake();
        Ok(saved)
    }

    async fn write_account(
        &self,
        who: &Principal,
        stored: Option<&AccountRecord>,
        settings: &postroom_store::NewAccount,
    ) -> Result<AccountId, Problem> {
        let subject = stored.map(|record| format!("account:{}", record.id)).unwrap_or_default();
        let events = self.account_events(who, stored, settings, &subject);
        match stored {
            Some(record) => {
                self.store.change_account(record.id, settings, &events).await.map_err(problem_of)?;
                Ok(record.id)
            }
            None => {
                let id = self.store.add_account(settings, &events).await.map_err(problem_of)?;
                // A central account has no owner; whoever typed its password may read it, everybody else only when it is shared (O28).
                if let (None, Some(user)) = (settings.owner, who.user()) {
                    let event = self.event(who, "account.shared", format!("account:{id}"), format!("With user {user}"));
                    self.store.share_account(id, &[user], &event).await.map_err(problem_of)?;
                }
                Ok(id)
            }
        }
    }

    /// The deed, and what was consented to with it: recorded in the transaction that carries it out, so that none is without its trace.
    fn account_events(
        &self,
        who: &Principal,
        stored: Option<&AccountRecord>,
        settings: &postroom_store::NewAccount,
        subject: &str,
    ) -> Vec<postroom_store::NewEvent> {
        let before = stored.map(|record| &record.settings);
        let action = if stored.is_some() { "account.changed" } else { "account.added" };
        let detail = before.map_or_else(|| described(settings), |before| difference(before, settings));
        let mut events = vec![self.event(who, action, subject, detail)];
        if settings.allow_clear_text && !before.is_some_and(|before| before.allow_clear_text) {
            events.push(self.event(who, "account.clear_text_allowed", subject, settings.server.clone()));
        }
        if settings.pinned_fingerprint.is_some()
            && before.and_then(|before| before.pinned_fingerprint.as_ref()) != settings.pinned_fingerprint.as_ref()
        {
            let fingerprint = settings.pinned_fingerprint.as_deref().unwrap_or_default();
            events.push(self.event(who, "account.certificate_pinned", subject, format!("{} with SHA-256 {fingerprint}", settings.server)));
        }
        events
    }

    /// Drops what was typed (TP-44).
    pub async fn drop_draft(&self, who: &Principal, session: &Session, id: Option<AccountId>) -> Result<(), Problem> {
        who.need_one_of(EITHER)?;
        if let Some(id) = id {
            self.managed_account(who, id).await?;
        }
        self.drafts.drop_account(&session.token_hash, id, self.now());
        Ok(())
    }

    /// Enables collection; needs a passed test and at least one folder (FP-24).
    pub async fn enable_account(&self, who: &Principal, id: AccountId) -> Result<(), Problem> {
        self.set_state(who, id, AccountState::Enabled, "account.enabled").await?;
        self.engine.wake();
        Ok(())
    }

    /// Pauses collection; nothing is forgotten.
    pub async fn pause_account(&self, who: &Principal, id: AccountId) -> Result<(), Problem> {
        self.set_state(who, id, AccountState::Paused, "account.paused").await?;
        self.engine.stop_collection(id);
        self.engine.forget_session(id).await;
        Ok(())
    }

    async fn set_state(&self, who: &Principal, id: AccountId, state: AccountState, action: &str) -> Result<(), Problem> {
        self.managed_account(who, id).await?;
        let event = self.event(who, action, format!("account:{id}"), "");
        self.store.set_account_state(id, state, &event).await.map_err(problem_of)
    }

    /// Collects at once.
    pub async fn collect_now(&self, who: &Principal, id: AccountId) -> Result<(), Problem> {
        let record = self.visible_account(who, id).await?;
        if record.removing.is_some() {
            return Err(Problem::Conflict("This account is being removed with its letters.".into()));
        }
        if record.settings.protocol == model::Protocol::Archive {
            return Err(Problem::Conflict("An archive is not collected: import a file into it.".into()));
        }
        if !record.settings.protocol.collects() {
            return Err(Problem::Conflict("Nothing is collected for this account.".into()));
        }
        if record.state != AccountState::Enabled {
            return Err(Problem::Conflict("This account is not collected at the moment. Enable it first.".into()));
        }
        self.store.collect_soon(id).await.map_err(problem_of)?;
        self.engine.wake();
        Ok(())
    }

    /// Who else sees the account's private letters: said by the owner, and for a central account by those who manage every account.
    pub async fn share_account(&self, who: &Principal, id: AccountId, users: Vec<UserId>) -> Result<(), Problem> {
        let record = self.managed_account(who, id).await?;
        if let (Some(owner), Some(user)) = (record.settings.owner, who.user())
            && owner != user
        {
            return Err(Problem::Conflict("Only the owner shares the private letters of an account.".into()));
        }
        let names: Vec<String> = users.iter().map(ToString::to_string).collect();
        let event = self.event(who, "account.shared", format!("account:{id}"), format!("With users {}", names.join(" ")));
        self.store.share_account(id, &users, &event).await.map_err(problem_of)?;
        self.sessions_changed();
        Ok(())
    }

    /// Folders of an account, for its page.
    pub(crate) async fn folder_rows(&self, id: AccountId) -> Result<Vec<FolderRow>, Problem> {
        let folders = self.store.folders(id).await.map_err(problem_of)?;
        Ok(folders
            .into_iter()
            .map(|folder| FolderRow {
                id: folder.id,
                name: folder.name,
                role: folder.role,
                letters: folder.letters,
                selected: folder.selected,
                selectable: folder.selectable,
                gone: folder.gone,
            })
            .collect())
    }

    /// Chooses the folders to collect.
    pub async fn select_folders(&self, who: &Principal, id: AccountId, folders: Vec<FolderId>) -> Result<(), Problem> {
        self.managed_account(who, id).await?;
        if folders.is_empty() {
            return Err(Problem::field("folders", "Choose at least one folder"));
        }
        let names: Vec<String> = folders.iter().map(ToString::to_string).collect();
        let event = self.event(who, "account.folders_selected", format!("account:{id}"), format!("Folders {}", names.join(" ")));
        self.store.select_folders(id, &folders, &event).await.map_err(problem_of)?;
        self.engine.wake();
        Ok(())
    }

    /// The letters behind a number of the ledger; `outcome` `None` = the missing ones.
    pub async fn sightings(
        &self,
        who: &Principal,
        folder: FolderId,
        outcome: Option<Outcome>,
        cursor: Option<&str>,
    ) -> Result<Page<SightingRow>, Problem> {
        let scope = who.scope()?;
        let (account, _) = self.store.folder(folder).await.map_err(problem_of)?;
        self.visible_account(who, account).await?;
        let at = cursor.filter(|text| !text.is_empty()).map(|text| text.parse::<i64>().map_err(|_| Problem::NotFound)).transpose()?;
        let mut rows = match outcome {
            Some(outcome) => self.store.sightings(scope, folder, outcome, at, PAGE + 1).await.map_err(problem_of)?,
            None => {
                let uids = self.store.missing_uids(folder, at, PAGE as usize + 1).await.map_err(problem_of)?;
                uids.into_iter().map(missing_letter).collect()
            }
        };
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.uid.to_string());
        Ok(Page { rows, next })
    }

    /// Keeps a typed form in the session.
    pub(crate) fn keep_typed(&self, session: &Session, id: Option<AccountId>, typed: TypedAccount) {
        self.drafts.keep_account(&session.token_hash, id, typed, self.now());
    }
}

/// How far a removal is that another process is at, or nobody for the moment.
fn far(account_id: AccountId, removing: Removing, now: i64) -> Progress {
    let Removing { letters, done, began_at } = removing;
    let seconds = (now - began_at).max(0) / 1000;
    let left = (letters - done).max(0);
    Progress {
        account_id,
        doing: "Removing".to_owned(),
        done,
        total: letters,
        bytes: 0,
        rate: if seconds > 0 { done / seconds } else { 0 },
        seconds_left: (done > 0 && seconds > 2).then(|| left.saturating_mul(seconds) / done),
        folders: Vec::new(),
        finished: false,
    }
}

/// A letter that the server lists and that is not here yet.
fn missing_letter(uid: i64) -> SightingRow {
    SightingRow {
        uid,
        outcome: Outcome::Errored,
        reason: "On the server, not fetched yet. The next collection asks for it again.".into(),
        message_id: None,
        subject: None,
        date: None,
        size: 0,
    }
}

pub(crate) fn may_manage(who: &Principal, record: &AccountRecord) -> bool {
    who.may(Permission::AccountsManage) || who.may(Permission::AccountsOwn) && who.user().is_some() && record.settings.owner == who.user()
}

/// What to know about an account although nothing failed (P3).
fn warnings(record: &AccountRecord, folders: &[FolderRow]) -> Vec<String> {
    let selected = |role: FolderRole| folders.iter().any(|folder| folder.selected && folder.role == Some(role));
    let mut sentences = Vec::new();
    if !record.settings.protocol.collects() {
        return sentences;
    }
    if record.settings.protocol == model::Protocol::Pop3 {
        sentences.push(super::pop3::ONE_SIDED.to_owned());
    } else if !folders.is_empty() && !selected(FolderRole::Sent) && !selected(FolderRole::All) {
        sentences.push("No folder for sent letters is selected, so letters that were sent are missing from the histories.".to_owned());
    }
    if matches!(record.settings.preset, model::Preset::Gmail | model::Preset::GoogleApplication) && !folders.is_empty() {
        let shown = folders.iter().filter(|folder| folder.selectable && !folder.gone);
        sentences.extend(postroom_connect::hidden_letters(shown.map(|folder| (folder.role, Some(folder.letters)))));
    }
    for folder in folders.iter().filter(|folder| folder.selected && folder.gone) {
        sentences.push(format!("The folder “{}” is selected, but no longer on the server.", folder.name));
    }
    if record.settings.allow_clear_text && record.settings.security == model::Security::None {
        sentences.push("The password travels without encryption, as an administrator allowed.".to_owned());
    }
    if record.settings.pinned_fingerprint.is_some() {
        sentences.push(
            "One certificate is accepted by its fingerprint. When the server renews it, this account stops until the new one is accepted."
                .to_owned(),
        );
    }
    sentences
}
