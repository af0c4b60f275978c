//! The first page.

use super::*;

#[async_trait]
impl StartDesk for Office {
    async fn start_page(&self) -> Answer<Start> {
        self.busy()?;
        if !self.is_busy() {
            return Ok(Start::default());
        }
        let news = (1..=3).map(|id| {
            let card = client_card(id);
            ClientNews { id: card.id, code: card.code, name: card.name, date: NOW - id * DAY }
        });
        let line = |id, name: &str, state| AccountLine { id: AccountId(id), name: name.into(), state, missing: 0, errored: 0 };
        let accounts = vec![line(1, "Office", AccountMood::Well), line(3, "Ben", AccountMood::Unwell)];
        Ok(Start {
            clients: 4,
            news: news.collect(),
            accounts,
            without_centre: false,
            sending: SendingStep::Done,
            put_away: false,
            joins: vec![super::join::join_request(JoinState::Open)],
        })
    }
    async fn put_away_last_step(&self) -> Answer<()> {
        self.busy()
    }
}
