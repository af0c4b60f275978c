//! Letters on their way out.

use super::*;

fn row() -> OutboxRow {
    OutboxRow {
        id: 1,
        account: AccountId(1),
        account_name: "Office".into(),
        state: OutboxState::Uncertain,
        sender: "desk@office.example".into(),
        recipients: vec!["cy@client.example".into()],
        subject: "Your tax return".into(),
        queued_at: NOW - DAY,
        next_at: None,
        sent_at: None,
        attempts: 1,
        reply: String::new(),
        reason: "The connection was lost before the server's last answer".into(),
        seen_in_sent_at: None,
        bounced_at: None,
        answered_at: None,
        filed_as: None,
        append_state: "failed".into(),
        stopped: String::new(),
    }
}

#[async_trait]
impl OutboxDesk for Office {
    async fn outbox(&self, _: OutboxFilter, _: Option<i64>) -> Answer<OutboxPage> {
        let rows = if self.is_busy() { vec![row()] } else { Vec::new() };
        let counts = OutboxFilter::ALL.iter().map(|filter| (*filter, rows.len() as i64)).collect();
        let uncertain = rows.len() as i64;
        Ok(OutboxPage { rows, counts, before: None, uncertain, late: 2 * uncertain })
    }
    async fn outbox_letter(&self, _: i64) -> Answer<OutboxLetter> {
        self.busy()?;
        Ok(OutboxLetter {
            row: row(),
            message_id: "1@office.example".into(),
            size: 4096,
            origin: Origin::Person,
            principal: "ada@office.example".into(),
            trace: "The default of the cost centre".into(),
            settled_by: String::new(),
            recipients: vec![OutboxRecipient {
                position: 0,
                role: RecipientRole::To,
                address: "cy@client.example".into(),
                name: "Cy".into(),
                state: RecipientState::Waiting,
                reply: "250 2.1.5 ok".into(),
            }],
            attempts: vec![OutboxAttempt {
                number: 1,
                at: NOW - DAY,
                stage: "letter".into(),
                outcome: "uncertain".into(),
                reply: String::new(),
            }],
            bounced_by: None,
            answered_by: None,
            append_said: "The mailbox is full".into(),
        })
    }
    async fn take_back(&self, _: i64) -> Answer<()> {
        Ok(())
    }
    async fn send_again(&self, _: i64) -> Answer<()> {
        Ok(())
    }
    async fn copy_again(&self, _: i64) -> Answer<()> {
        Ok(())
    }
    async fn settle_outgoing(&self, _: i64, _: bool) -> Answer<()> {
        Ok(())
    }
}
