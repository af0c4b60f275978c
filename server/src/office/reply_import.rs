//! The Import tab of an account: whose replies are imported, where errors wait, and to whom letters may be forwarded (TP-37 to TP-42).
//!
//! Must never: change an account that the one who asks does not manage, or approve an address from which letters would come back here.

use super::account_words::import_difference;
use super::{Office, Principal, trouble::problem_of};
use model::{AccountId, ForwardForm, ImportForm, ImportSettings, ImportTab, Problem};
use postroom_mail::{address::canonical, clean};
use postroom_store::AccountRecord;

/// Approved addresses an account.
const FORWARDS: usize = 50;

impl Office {
    /// An account that imports, managed by the one who asks.
    async fn importing(&self, who: &Principal, id: AccountId) -> Result<AccountRecord, Problem> {
        let record = self.managed_account(who, id).await?;
        if record.settings.protocol.collects() { Ok(record) } else { Err(Problem::NotFound) }
    }

    /// The tab.
    pub async fn import_tab(&self, who: &Principal, id: AccountId) -> Result<ImportTab, Problem> {
        let record = self.importing(who, id).await?;
        Ok(ImportTab {
            account: record.settings.name,
            settings: self.store.import_settings(id).await.map_err(problem_of)?,
            types: self.store.contact_types().await.map_err(problem_of)?,
            queues: self.store.queues().await.map_err(problem_of)?,
        })
    }

    /// Saves whose replies are imported, and where errors wait.
    pub async fn save_import(&self, who: &Principal, id: AccountId, form: &ImportForm) -> Result<(), Problem> {
        let ImportTab { settings: before, types, queues, .. } = self.import_tab(who, id).await?;
        let queue = match form.queue.trim() {
            "" => None,
            typed => {
                let known = typed.parse().ok().filter(|id| queues.iter().any(|queue| queue.id == *id));
                Some(known.ok_or_else(|| Problem::field("queue", "Choose a queue of the list"))?)
            }
        };
        let chosen = form.types();
        if chosen.iter().any(|(_, id)| !types.iter().any(|kind| kind.id == *id)) {
            return Err(Problem::Conflict("One of the contact types is no longer there. Look at the list again.".into()));
        }
        if form.on && chosen.is_empty() {
            return Err(Problem::field("types", "Choose at least one type of agents or suppliers, or untick Import"));
        }
        // What came while nothing was imported is left alone, unless that is asked for.
        let since = match (form.here_already, before.on && before.since > 0) {
            (true, _) => 0,
            (false, true) => before.since,
            (false, false) => self.now(),
        };
        let new = ImportSettings { on: form.on, queue, since, types: chosen, rules: before.rules, forwards: Vec::new() };
        let words = import_difference(&before, &new, &types, &queues);
        let event = self.event(who, "account.import_changed", format!("account:{id}"), words);
        self.store.save_import_settings(id, &new, &event).await.map_err(problem_of)?;
        self.engine.wake_imports();
        Ok(())
    }

    /// Approves an address that letters of the account may be forwarded to, or changes one.
    pub async fn keep_forward(&self, who: &Principal, id: AccountId, forward: Option<i64>, form: &ForwardForm) -> Result<(), Problem> {
        self.importing(who, id).await?;
        let mut errors = form.check();
        let address = canonical(&form.address);
        let records = self.store.accounts().await.map_err(problem_of)?;
        if address.is_some() && records.iter().any(|record| canonical(&record.settings.address) == address) {
            errors.add("address", "This is an account of this office: letters forwarded to it would come back here");
        }
        if address.is_none() && errors.of("address").is_none() {
            errors.add("address", "Enter an e-mail address, like name@example.com");
        }
        errors.into_result()?;
        let (address, name) = (address.unwrap_or_default(), clean::line(form.name.trim()));
        let forwards = self.store.import_settings(id).await.map_err(problem_of)?.forwards;
        let (action, words) = match forward {
            None if forwards.len() >= FORWARDS => {
                return Err(Problem::field("address", "An account has at most 50 approved addresses. Remove one first"));
            }
            None => ("account.forward_added", format!("{address} ({name})")),
            Some(forward) => {
                let was = forwards.into_iter().find(|known| known.id == forward).ok_or(Problem::NotFound)?;
                ("account.forward_changed", format!("{} ({}) → {address} ({name})", was.address, was.name))
            }
        };
        let event = self.event(who, action, format!("account:{id}"), words);
        self.store.keep_forward(id, forward, &address, &name, &event).await.map(|_| ()).map_err(problem_of)
    }

    /// Takes such an address away.
    pub async fn remove_forward(&self, who: &Principal, id: AccountId, forward: i64) -> Result<(), Problem> {
        self.importing(who, id).await?;
        let forwards = self.store.import_settings(id).await.map_err(problem_of)?.forwards;
        let was = forwards.into_iter().find(|known| known.id == forward).ok_or(Problem::NotFound)?;
        let event = self.event(who, "account.forward_removed", format!("account:{id}"), format!("{} ({})", was.address, was.name));
        self.store.remove_forward(id, forward, &event).await.map_err(problem_of)
    }
}
