//! "No letter appears?" (FP-34): the questions somebody would ask, asked by the machine, each answered in a sentence with what mends it.
//!
//! Must never: count or name letters, clients or accounts beyond the viewer's scope.

use super::{Office, Principal, accounts::may_manage, days, trouble::problem_of};
use model::{
    AccountHealth, AccountId, Check, Checklist, ClientCard, ClientId, Finding, FolderRole, HistoryFilter, LedgerSums, Mend, Permission,
    Problem, day_words,
};
use postroom_store::{AccountRecord, Scope};

/// Addresses that are almost the same, named at most.
const ALIKE: usize = 3;
/// A mailbox that was not collected for so long is late, ms.
const LATE: i64 = 2 * 3_600_000;

impl Office {
    /// Runs the checks for a client, for an address, for both, or for the mailboxes alone.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a client that is not in scope.
    pub async fn checklist(&self, who: &Principal, client: Option<ClientId>, address: &str) -> Result<Checklist, Problem> {
        let scope = who.scope()?;
        let mut list = Checklist::default();
        let card = match client {
            Some(id) => Some(self.store.client(scope, id).await.map_err(problem_of)?),
            None => None,
        };
        let typed = address.trim();
        let canonical = postroom_mail::address::canonical(typed);
        match (&card, &canonical) {
            _ if !typed.is_empty() && canonical.is_none() => {
                list.about.push(bad(format!("“{typed}” is no complete e-mail address, so nothing can be looked up for it."), None));
            }
            (Some(card), Some(address)) => self.check_address_of(who, scope, card, address, &mut list.about).await?,
            (Some(card), None) => self.check_client(who, scope, card, &mut list.about).await?,
            (None, Some(address)) => self.check_address(who, scope, address, &mut list.about).await?,
            (None, None) => {}
        }
        list.client = card.map(|card| (card.id, card.name));
        self.check_mailboxes(who, &mut list.mailboxes).await?;
        Ok(list)
    }

    async fn check_client(&self, who: &Principal, scope: Scope, card: &ClientCard, about: &mut Vec<Check>) -> Result<(), Problem> {
        if card.addresses.is_empty() {
            let sentence = format!("No address is on the file of {}, so no letter can belong there.", card.name);
            about.push(bad(sentence, edit(who, card, "Add an address")));
            return Ok(());
        }
        let newest = self.store.history(scope, card.id, &HistoryFilter::default(), None, 1).await.map_err(problem_of)?;
        about.push(match newest.first() {
            Some(row) => good(format!("The newest letter on file is of {}.", days::written(row.date, &self.time_zone()))),
            None => bad(
                "No letter carries an address on the client's file, as far as you may see.".into(),
                edit(who, card, "Check the addresses"),
            ),
        });
        for address in &card.addresses {
            self.check_slot(who, scope, card, &address.address, about).await?;
        }
        Ok(())
    }

    async fn check_address_of(
        &self,
        who: &Principal,
        scope: Scope,
        card: &ClientCard,
        address: &str,
        about: &mut Vec<Check>,
    ) -> Result<(), Problem> {
        if card.addresses.iter().any(|on_file| on_file.address == address) {
            about.push(good(format!("{address} is on the file of {}.", card.name)));
        } else {
            about.push(bad(format!("{address} is not on the file of {}.", card.name), edit(who, card, "Add the address")));
        }
        self.check_slot(who, scope, card, address, about).await
    }

    /// What may be wrong with one address: the office's own, outside its dates, no letter, misspelled.
    async fn check_slot(
        &self,
        who: &Principal,
        scope: Scope,
        card: &ClientCard,
        address: &str,
        about: &mut Vec<Check>,
    ) -> Result<(), Problem> {
        if self.is_own(address).await? {
            let sentence = format!("{address} is an address of the office itself: it never makes a letter a client's.");
            about.push(bad(sentence, edit(who, card, "Change the file")));
            return Ok(());
        }
        let (now, zone) = (self.now(), self.time_zone());
        for on_file in card.addresses.iter().filter(|on_file| on_file.address == address) {
            if let Some(to) = on_file.valid_to {
                let sentence =
                    format!("{address} counts until {}: later letters are left out.", day_words(&days::last_day_before(to, &zone)));
                about.push(if to <= now {
                    bad(sentence, edit(who, card, "Change the dates"))
                } else {
                    note(sentence, edit(who, card, "Change the dates"))
                });
            }
            if let Some(from) = on_file.valid_from {
                let sentence = format!("{address} counts from {} on: earlier letters are left out.", day_words(&days::day_of(from, &zone)));
                about.push(if from > now {
                    bad(sentence, edit(who, card, "Change the dates"))
                } else {
                    note(sentence, edit(who, card, "Change the dates"))
                });
            }
        }
        self.check_letters(scope, address, about).await?;
        self.check_spelling(who, scope, Some(card), address, about).await
    }

    async fn check_address(&self, who: &Principal, scope: Scope, address: &str, about: &mut Vec<Check>) -> Result<(), Problem> {
        if self.is_own(address).await? {
            about.push(bad(format!("{address} is an address of the office itself: it never makes a letter a client's."), None));
            return Ok(());
        }
        let on_file = self.store.addresses_on_file().await.map_err(problem_of)?;
        let mut known = false;
        for id in on_file.get(address).into_iter().flatten() {
            if let Ok(card) = self.store.client(scope, *id).await {
                known = true;
                let mend = Mend::Open("Open the client".into(), format!("/clients/{id}"));
                about.push(Check { mend: Some(mend), ..good(format!("{address} is on the file of {}.", card.name)) });
            }
        }
        if !known {
            let sentence = format!("{address} is on the file of no client that you may open.");
            about.push(bad(sentence, Some(Mend::Open("Find the client".into(), "/clients".into()))));
        }
        self.check_letters(scope, address, about).await?;
        self.check_spelling(who, scope, None, address, about).await
    }

    async fn check_letters(&self, scope: Scope, address: &str, about: &mut Vec<Check>) -> Result<(), Problem> {
        let (letters, newest) = self.store.letters_with(scope, address).await.map_err(problem_of)?;
        about.push(match newest {
            Some(newest) => {
                let newest = days::written(newest, &self.time_zone());
                let mend = Mend::Open("Show them".into(), format!("/search?q=%22{}%22", model::escaped(address, "")));
                Check { mend: Some(mend), ..good(format!("{} {address}; the newest is of {newest}.", carry(letters))) }
            }
            None => bad(format!("No letter that you may see carries {address}. Is it spelled as the letters have it?"), None),
        });
        Ok(())
    }

    async fn check_spelling(
        &self,
        who: &Principal,
        scope: Scope,
        card: Option<&ClientCard>,
        address: &str,
        about: &mut Vec<Check>,
    ) -> Result<(), Problem> {
        for (other, letters) in self.store.similar_addresses(scope, address, ALIKE).await.map_err(problem_of)? {
            // Two addresses on one file are both meant.
            if card.is_some_and(|card| card.addresses.iter().any(|on_file| on_file.address == other)) {
                continue;
            }
            let mend = match card {
                Some(card) => edit(who, card, "Change the file"),
                None => Some(Mend::Open("Check this one".into(), format!("/accounts/checklist?address={}", model::escaped(&other, "")))),
            };
            about.push(note(format!("Did you mean {other}? {} it, and it is almost the same as {address}.", carry(letters)), mend));
        }
        Ok(())
    }

    async fn is_own(&self, address: &str) -> Result<bool, Problem> {
        let accounts = self.store.accounts().await.map_err(problem_of)?;
        Ok(accounts.iter().any(|record| record.settings.tested && record.settings.address == address))
    }

    async fn check_mailboxes(&self, who: &Principal, checks: &mut Vec<Check>) -> Result<(), Problem> {
        let visible = self.visible_accounts(who).await?;
        let mut records = self.store.accounts().await.map_err(problem_of)?;
        records.retain(|record| visible.contains(&record.id));
        if records.is_empty() {
            let may_add = who.may(Permission::AccountsManage) || who.may(Permission::AccountsOwn);
            let mend = may_add.then(|| Mend::Open("Connect a mailbox".into(), "/accounts/new".into()));
            checks.push(bad("No mailbox is connected that you may look at.".into(), mend));
            return Ok(());
        }
        let all = records.len();
        let mailboxes = if all == 1 { "The mailbox".to_owned() } else { format!("All {all} mailboxes") };
        let verb = if all == 1 { "is" } else { "are" };

        let off: Vec<Check> = records.iter().filter_map(|record| self.off(who, record)).collect();
        settle(checks, off, format!("{mailboxes} {verb} switched on."));
        let late: Vec<Check> = records.iter().filter_map(|record| self.late(who, record)).collect();
        settle(checks, late, format!("{mailboxes} {} collected lately, without an error.", if all == 1 { "was" } else { "were" }));
        let (mut no_sent, mut missing) = (Vec::new(), Vec::new());
        for record in &records {
            no_sent.extend(self.no_sent(who, record).await?);
            missing.extend(self.incomplete(record).await?);
        }
        settle(
            checks,
            no_sent,
            format!("The folder for sent letters is collected {}.", if all == 1 { "as well" } else { "in every mailbox" }),
        );
        settle(checks, missing, format!("{mailboxes} {verb} complete: no letter is missing or waits because of an error."));
        Ok(())
    }

    fn off(&self, who: &Principal, record: &AccountRecord) -> Option<Check> {
        let name = &record.settings.name;
        let (sentence, mend) = match self.health(record) {
            AccountHealth::Draft => {
                (format!("“{name}” is a draft: nothing is collected from it yet."), page(record.id, "server", "Finish it"))
            }
            AccountHealth::Paused => (format!("“{name}” is paused."), Mend::Resume(record.id)),
            AccountHealth::NeedsPassword => (
                format!("“{name}” is switched off, since the server refused its password."),
                page(record.id, "server", "Type the password"),
            ),
            _ => return None,
        };
        Some(bad(sentence, may_manage(who, record).then_some(mend)))
    }

    fn late(&self, who: &Principal, record: &AccountRecord) -> Option<Check> {
        // An archive is not collected, so it is never late.
        if !record.settings.protocol.collects() {
            return None;
        }
        let name = &record.settings.name;
        let (sentence, mend) = match self.health(record) {
            AccountHealth::Failed => (
                format!("The last collection of “{name}” failed. Its page shows the error text and what to do."),
                page(record.id, "ledger", "Show the error"),
            ),
            AccountHealth::Waiting => (format!("“{name}” waits for its first collection."), Mend::Collect(record.id)),
            AccountHealth::UpToDate => {
                let at = record.collected_at.filter(|at| self.now() - at > LATE)?;
                (format!("“{name}” was last collected on {}.", days::written(at, &self.time_zone())), Mend::Collect(record.id))
            }
            _ => return None,
        };
        let open = matches!(mend, Mend::Open(..));
        Some(bad(sentence, (open || may_manage(who, record)).then_some(mend)))
    }

    async fn no_sent(&self, who: &Principal, record: &AccountRecord) -> Result<Option<Check>, Problem> {
        if !record.settings.protocol.collects() {
            return Ok(None);
        }
        let folders = self.store.folders(record.id).await.map_err(problem_of)?;
        let collected =
            folders.iter().any(|folder| folder.selected && !folder.gone && matches!(folder.role, Some(FolderRole::Sent | FolderRole::All)));
        if collected || folders.is_empty() {
            return Ok(None);
        }
        let sentence =
            format!("The folder for sent letters of “{}” is not collected: letters that went out are not here.", record.settings.name);
        Ok(Some(bad(sentence, may_manage(who, record).then(|| page(record.id, "folders", "Choose folders")))))
    }

    async fn incomplete(&self, record: &AccountRecord) -> Result<Vec<Check>, Problem> {
        let mut sums = LedgerSums::default();
        for row in self.store.ledger(Some(record.id)).await.map_err(problem_of)? {
            sums.add(&row.sums);
        }
        let (name, ledger) = (&record.settings.name, || Some(page(record.id, "ledger", "Open the ledger")));
        let mut checks = Vec::new();
        if sums.missing > 0 {
            checks.push(bad(format!("{} of “{name}” still missing.", counted(sums.missing, "letter is", "letters are")), ledger()));
        }
        if sums.errored > 0 {
            let sentence = format!(
                "{} of “{name}” kept but could not be read, or the server does not hand them out.",
                counted(sums.errored, "letter is", "letters are")
            );
            checks.push(note(sentence, ledger()));
        }
        Ok(checks)
    }
}

fn good(sentence: String) -> Check {
    Check { finding: Finding::Good, sentence, mend: None }
}

fn note(sentence: String, mend: Option<Mend>) -> Check {
    Check { finding: Finding::Note, sentence, mend }
}

fn bad(sentence: String, mend: Option<Mend>) -> Check {
    Check { finding: Finding::Bad, sentence, mend }
}

/// What was found, or the one good sentence when nothing was.
fn settle(checks: &mut Vec<Check>, found: Vec<Check>, fine: String) {
    if found.is_empty() {
        checks.push(good(fine));
    }
    checks.extend(found);
}

fn page(id: AccountId, tab: &str, words: &str) -> Mend {
    Mend::Open(words.to_owned(), format!("/accounts/{id}?tab={tab}"))
}

fn edit(who: &Principal, card: &ClientCard, words: &str) -> Option<Mend> {
    who.may(Permission::ClientsEdit).then(|| Mend::Open(words.to_owned(), format!("/clients/{}/edit", card.id)))
}

fn carry(letters: i64) -> String {
    match letters {
        1 => "1 letter carries".to_owned(),
        1000.. => "1,000 letters or more carry".to_owned(),
        letters => format!("{letters} letters carry"),
    }
}

fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
