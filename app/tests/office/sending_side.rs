//! The sending side of an account.

use super::*;

#[async_trait]
impl SendingSideDesk for Office {
    async fn sending_side(&self, id: Option<AccountId>) -> Answer<SendingView> {
        self.busy()?;
        let code = SendAs {
            id: SendAsId(1),
            kind: SendAsKind::From,
            address: "office@office.example".into(),
            owner: SendAsOwner::Account(AccountId(1)),
            sent_at: Some(NOW),
            code_until: Some(NOW),
            proven_at: None,
        };
        Ok(SendingView {
            copies_unchosen: false,
            account: id,
            name: "Office".into(),
            only_sends: id.is_none(),
            graph: false,
            copies: id.is_some(),
            not_yet: false,
            form: SendingForm::default(),
            unsaved: false,
            diagnosis: None,
            stored: id.is_some(),
            has_password: true,
            proven_at: None,
            stopped: String::new(),
            person: None,
            system: Some("Desk".into()),
            code: Some(code),
            may_change: true,
            administrator: true,
        })
    }
    async fn save_sending(&self, id: Option<AccountId>, form: SendingForm) -> Answer<AccountId> {
        form.check(id.is_none(), false, false).into_result()?;
        Ok(AccountId(1))
    }
    async fn test_sending(&self, _: AccountId) -> Answer<SendingTest> {
        Ok(SendingTest::Proven)
    }
    async fn mend_sending(&self, _: AccountId, _: Rung) -> Answer<SendingTest> {
        Ok(SendingTest::Failed)
    }
    async fn remove_sending(&self, _: AccountId) -> Answer<()> {
        Ok(())
    }
}
