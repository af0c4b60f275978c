//! Letters passed on, and those that wait for an answer.

use super::*;

pub fn forwarded() -> Forwarded {
    Forwarded {
        outbox: 1,
        account: "Office".into(),
        to: "post@tour.example".into(),
        is_inline: false,
        note: "Please book.".into(),
        by: "Ada Bell".into(),
        at: NOW - DAY,
        state: OutboxState::Sent,
    }
}

#[async_trait]
impl PassingDesk for Office {
    async fn forward_view(&self, letter: MessageId, account: Option<AccountId>) -> Answer<ForwardView> {
        self.busy()?;
        let stuck = letter.0 == 103;
        Ok(ForwardView {
            letter,
            subject: "Rates <2027>".into(),
            from: "Cy Agent <cy@agent.example>".into(),
            date: NOW - DAY,
            size: 48_000,
            accounts: vec![(AccountId(1), "Office".into()), (AccountId(2), "Bookings".into())],
            account: account.or(Some(AccountId(1))),
            approved: if stuck { vec![] } else { vec![Forward { id: 4, address: "post@tour.example".into(), name: "Tour desk".into() }] },
            sender: Some(("The front desk".into(), "desk@office.example".into())),
            reply_to: "cy@agent.example".into(),
            refused: if stuck { vec!["This is a report that a letter came back.".into()] } else { vec![] },
            approve_at: stuck.then_some(AccountId(1)),
            as_letter: letter.0 != 101,
            before: vec![forwarded()],
            key: "abc".into(),
        })
    }
    async fn forward_letter(&self, _: MessageId, _: AccountId, form: PassOnForm) -> Answer<i64> {
        form.check().into_result()?;
        Ok(1)
    }
    async fn unanswered(&self, days: i64, _: Option<String>) -> Answer<UnansweredPage> {
        let row = |id: i64, name: &str, is_contact| Unanswered {
            party: ClientId(id),
            name: name.into(),
            is_contact,
            letter: MessageId(100 + id),
            subject: "May we <b>meet</b>?".into(),
            from: Mailbox { name: "Jo Hartley".into(), address: "jo.hartley@example.com".into() },
            date: NOW - 6 * DAY,
            days: 4,
        };
        let rows = if self.is_busy() { vec![row(1, "Jo and Sam Hartley", false), row(2, "Blue Coaches", true)] } else { vec![] };
        let aside = SetAside {
            party: ClientId(3),
            name: "Miriam Okafor".into(),
            letter: MessageId(110),
            subject: "Thank you".into(),
            by: "Ada Bell".into(),
            at: NOW,
        };
        let aside = if self.is_busy() { vec![aside] } else { vec![] };
        Ok(UnansweredPage { days: if days == 0 { 2 } else { days }, next: self.is_busy().then(|| "5.1".into()), rows, aside })
    }
    async fn set_aside(&self, _: ClientId, _: MessageId) -> Answer<()> {
        Ok(())
    }
    async fn wait_again(&self, _: ClientId) -> Answer<()> {
        Ok(())
    }
}
