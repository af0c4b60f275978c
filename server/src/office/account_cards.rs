//! How an account fares, as its card tells it.

use super::accounts::may_manage;
use super::{Office, Principal, trouble::problem_of};
use model::{AccountCard, AccountHealth, AccountId, FolderRole, FolderRow, LedgerRow, LedgerSums, Problem, Progress};
use postroom_store::{AccountRecord, AccountState, Removing};

impl Office {
    /// An account as it stands in lists, with what to know about it.
    pub(super) async fn card(
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

    /// Whether it collects, and what keeps it from it.
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
