//! The audit trail.

use super::*;

#[async_trait]
impl AuditDesk for Office {
    async fn events(&self, _: EventFilter, _: Option<String>) -> Answer<Page<EventRow>> {
        self.busy()?;
        let row = |seq| EventRow {
            seq,
            at: NOW - seq,
            principal: "Ada Bell".into(),
            action: "account.enabled".into(),
            subject: "account:1".into(),
            detail: String::new(),
            about: Some("Office".into()),
            said: (seq == 6).then(|| "address 1: old@example.com → new@example.com".into()),
        };
        Ok(Page { rows: (1..=6).rev().map(row).collect(), next: None })
    }
    async fn verify(&self) -> Answer<Verification> {
        self.busy()?;
        Ok(Verification { events: 1204, blobs: 12_480, findings: vec![] })
    }
}
