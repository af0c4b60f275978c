//! Joining a mailbox that the office collects already.

use super::*;

pub fn join_request(state: JoinState) -> JoinRequest {
    JoinRequest {
        account: AccountId(1),
        account_name: "Office".into(),
        user: UserId(2),
        user_name: "Ben".into(),
        asked_at: NOW - DAY,
        state,
        may_answer: true,
    }
}

#[async_trait]
impl JoinDesk for Office {
    async fn join_offer(&self) -> Answer<Option<JoinOffer>> {
        Ok(self.is_busy().then(|| JoinOffer { name: "Office".into(), owner: Some("Ada".into()), open: None, asked: None }))
    }
    async fn ask_to_join(&self) -> Answer<()> {
        Ok(())
    }
    async fn my_joins(&self) -> Answer<Vec<JoinRequest>> {
        self.busy()?;
        Ok(if self.is_busy() { vec![join_request(JoinState::Open), join_request(JoinState::Declined)] } else { vec![] })
    }
    async fn answer_join(&self, _: AccountId, _: UserId, _: bool) -> Answer<()> {
        Ok(())
    }
}
