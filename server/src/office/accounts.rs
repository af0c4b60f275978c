//! Accounts: who sees which, who may change it, and the deeds that need no mail server.
//!
//! Settings are for those who manage every account and for the owner; the private letters of an account are for its owner and
//! those it is shared with alone (O28), so managing does not include sharing somebody else's account.

use super::{Office, Principal, trouble::problem_of};
use model::{
    AccountCard, AccountDetail, AccountForm, AccountId, FolderId, LedgerRow, Outcome, Page, Permission, Problem, SightingRow, UserId,
};
use postroom_store::{AccountRecord, AccountState};
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
        let shared_with = self.store.account_shares(id).await.map_err(problem_of)?;
        let readable =
            who.user().is_some_and(|user| record.settings.owner == Some(user) || shared_with.iter().any(|(with, _)| *with == user));
        Ok(AccountDetail {
            // Server, user name and pin are for those who look after the account, not for those it is shared with.
            form: if card.may_manage { self.stored_form(&record).await? } else { AccountForm::default() },
            folders,
            ledger,
            tested: record.settings.tested,
            sign_in: if card.may_manage { self.person_sign_in(&record).await? } else { None },
            hands_off: record.hands_off.clone(),
            shared_with,
            readable,
            joins: self.joins_to_answer(who, Some(id)).await?,
            copies_unchosen: card.may_manage && self.copies_unchosen(&record).await?,
            removed: if card.may_manage { self.store.removed_letters(id).await.map_err(problem_of)? } else { 0 },
            diagnosis,
            card,
        })
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
