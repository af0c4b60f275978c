//! Senders, and proven addresses.

use super::sending::row;
use super::*;

fn view(set_up: bool) -> SenderView {
    SenderView {
        user: UserId(1),
        user_name: "Ada".into(),
        sender: set_up.then(|| Sender { name: "Ada".into(), address: "ada@office.example".into(), may_send: true, ..Sender::default() }),
        proposal: ("Ada".into(), "ada@office.example".into()),
        labels: (1..=6).map(|n| format!("Field {n}")).collect(),
        hindrances: if set_up { Vec::new() } else { vec!["Confirm it under Send Mail As.".into()] },
        through: vec![row("North")],
        may_change: true,
        may_allow: true,
    }
}

fn address(id: i64, code: bool, proven: bool) -> SendAs {
    SendAs {
        id: SendAsId(id),
        kind: SendAsKind::ReplyTo,
        address: format!("answers{id}@office.example"),
        owner: SendAsOwner::User(UserId(1)),
        sent_at: code.then_some(NOW),
        code_until: code.then_some(NOW),
        proven_at: proven.then_some(NOW),
    }
}

#[async_trait]
impl SendersDesk for Office {
    async fn senders(&self) -> Answer<Vec<SenderView>> {
        self.busy()?;
        Ok(vec![view(true), view(false)])
    }
    async fn sender(&self, _: UserId) -> Answer<SenderView> {
        self.busy()?;
        Ok(view(self.is_busy()))
    }
    async fn save_sender(&self, _: UserId, form: Sender) -> Answer<()> {
        form.check().into_result()
    }
    async fn send_as(&self) -> Answer<SendAsView> {
        self.busy()?;
        let rows = [address(1, true, false), address(2, false, true), address(3, false, false)];
        let rows = if self.is_busy() { rows.map(|row| (row, "You".to_owned())).to_vec() } else { Vec::new() };
        Ok(SendAsView { rows, accounts: vec![(AccountId(1), "Office".into())] })
    }
    async fn send_as_one(&self, id: SendAsId) -> Answer<SendAs> {
        self.busy()?;
        Ok(address(id.0, true, false))
    }
    async fn add_send_as(&self, _: SendAsKind, _: String, _: Option<AccountId>) -> Answer<SendAsId> {
        Ok(SendAsId(1))
    }
    async fn send_code(&self, _: SendAsId) -> Answer<()> {
        Ok(())
    }
    async fn verify_send_as(&self, _: SendAsId, code: String) -> Answer<()> {
        if code == "4K7P-X2MN" { Ok(()) } else { Err(Problem::field("code", "The code is not right. 4 tries are left")) }
    }
    async fn remove_send_as(&self, _: SendAsId) -> Answer<()> {
        Ok(())
    }
}
