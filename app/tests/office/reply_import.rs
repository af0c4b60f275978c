//! The Import tab of an account.

use super::*;

#[async_trait]
impl ReplyImportDesk for Office {
    async fn import_tab(&self, _: AccountId) -> Answer<ImportTab> {
        self.busy()?;
        let kind = |id, name: &str| ContactType { id, name: name.into() };
        Ok(ImportTab {
            account: "Office".into(),
            settings: ImportSettings {
                on: true,
                queue: Some(2),
                since: NOW,
                rules: 3,
                types: vec![(ContactSide::Supplier, 1)],
                forwards: vec![Forward { id: 5, address: "pay@office.example".into(), name: "Accounts payable".into() }],
            },
            types: vec![kind(2, "Accounts"), kind(1, "Reservations")],
            queues: vec![Queue { id: 1, name: "Email Management".into() }, Queue { id: 2, name: "Billing".into() }],
        })
    }
    async fn save_import(&self, _: AccountId, _: ImportForm) -> Answer<()> {
        Ok(())
    }
    async fn keep_forward(&self, _: AccountId, _: Option<i64>, form: ForwardForm) -> Answer<()> {
        form.check().into_result()
    }
    async fn remove_forward(&self, _: AccountId, _: i64) -> Answer<()> {
        Ok(())
    }
}
