//! The audit trail, shown and checked.

use super::{Office, Principal, trouble::problem_of};
use model::{EventRow, Page, Permission, Problem, Verification};

/// Entries a page.
const PAGE: i64 = 100;

impl Office {
    /// Entries, newest first.
    pub async fn events(&self, who: &Principal, cursor: Option<&str>) -> Result<Page<EventRow>, Problem> {
        who.need(Permission::AuditView)?;
        let before = cursor.filter(|text| !text.is_empty()).map(|text| text.parse::<i64>().map_err(|_| Problem::NotFound)).transpose()?;
        let mut rows = self.store.events(before, PAGE + 1).await.map_err(problem_of)?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.seq.to_string());
        Ok(Page { rows, next })
    }

    /// Checks the whole record: every entry and every stored letter.
    pub async fn verify(&self, who: &Principal) -> Result<Verification, Problem> {
        who.need(Permission::AuditView)?;
        self.write_views().await.map_err(problem_of)?;
        self.store.verify(&mut |_, _| {}).await.map_err(problem_of)
    }

    /// Records that a backup was written.
    pub async fn record_backup(&self, who: &Principal) -> Result<(), Problem> {
        who.need(Permission::AuditView)?;
        self.record(who, "office.backed_up", "", "").await
    }
}
