//! Statements of the ledger (S1) and the certificate of what was said to a mail server (S10).

use super::letters::read_cursor;
use super::{Office, Principal, accounts::may_manage, days, trouble::problem_of};
use model::{AccountId, Certificate, LedgerSums, Page, Problem, Statement, StatementCard, StatementId, Statements};
use postroom_store::{AccountState, StatementRecord, StoreError};

/// Statements a page.
const PAGE: i64 = 50;

impl Office {
    /// Draws up the day's statement of every account that was collected at least once and has none yet. Runs again and again through the day,
    /// so that a day on which the program started late has its statement too.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keep_daily_statements(&self) -> Result<(), StoreError> {
        let now = self.now();
        let day = days::day_of(now, &self.time_zone());
        let stated = self.store.accounts_stated(&day).await?;
        for record in self.store.accounts().await? {
            let counted = record.collected_at.is_some() && record.state != AccountState::Draft;
            if counted && !stated.contains(&record.id) {
                self.store.keep_statement(record.id, Some(&day), now, "scheduler").await?;
            }
        }
        Ok(())
    }

    /// Statements of an account, newest first.
    pub async fn statements(&self, who: &Principal, id: AccountId, cursor: Option<&str>) -> Result<Statements, Problem> {
        let record = self.visible_account(who, id).await?;
        let mut rows = self.store.statements(id, read_cursor(cursor)?, PAGE + 1).await.map_err(problem_of)?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| format!("{}.{}", row.at, row.id));
        Ok(Statements {
            may_ask: may_manage(who, &record),
            account: record.settings.name,
            page: Page { rows: rows.iter().map(card_of).collect(), next },
        })
    }

    /// One statement of an account.
    pub async fn statement(&self, who: &Principal, id: AccountId, statement: StatementId) -> Result<Statement, Problem> {
        let record = self.visible_account(who, id).await?;
        let kept = self.store.statement(id, statement).await.map_err(problem_of)?;
        Ok(Statement { account: record.settings.name, address: record.settings.address, card: card_of(&kept), lines: kept.lines })
    }

    /// Draws up a statement of this moment.
    pub async fn ask_statement(&self, who: &Principal, id: AccountId) -> Result<StatementId, Problem> {
        self.managed_account(who, id).await?;
        let kept = self.store.keep_statement(id, None, self.now(), &who.name()).await.map_err(problem_of)?;
        kept.ok_or(Problem::NotFound)
    }

    /// What was said to the account's mail server so far.
    pub async fn certificate(&self, who: &Principal, id: AccountId) -> Result<Certificate, Problem> {
        let record = self.visible_account(who, id).await?;
        Ok(Certificate {
            writes: record.hands_off.writes(),
            record: record.hands_off,
            until: record.collected_at,
            at: self.now(),
            account: record.settings.name,
            address: record.settings.address,
        })
    }
}

fn card_of(kept: &StatementRecord) -> StatementCard {
    let mut sums = LedgerSums::default();
    kept.lines.iter().for_each(|line| sums.add(&line.sums));
    StatementCard {
        id: kept.id,
        day: kept.day.clone(),
        at: kept.at,
        asked_by: kept.asked_by.clone(),
        sums,
        digest: kept.digest.clone(),
        event: kept.event,
        sealed: kept.sealed,
    }
}
