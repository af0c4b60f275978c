//! The life of an account after its set-up.

use super::*;
use model::Protocol;

#[async_trait]
impl LifeDesk for Office {
    async fn tasks(&self) -> Answer<Tasks> {
        self.busy()?;
        let task = |id: i64, schedule, error: Option<&str>| Task {
            id: AccountId(id),
            account: account_card(id).name,
            protocol: Protocol::Imap,
            schedule,
            health: account_card(id).health,
            last: Some(NOW - 60_000),
            filed: Some(3),
            error: error.map(str::to_owned),
            next: Some(NOW + 600_000),
            may_manage: id != 2,
        };
        let tasks = vec![
            task(1, Schedule::Usual, None),
            task(2, Schedule::Every(30), None),
            task(3, Schedule::At(vec![480, 750]), Some("Refused")),
        ];
        Ok(Tasks { tasks: if self.is_busy() { tasks } else { vec![] }, usual: 15, zone: "Europe/London".into() })
    }
    async fn schedule_account(&self, _: AccountId, _: String, _: String, _: String) -> Answer<()> {
        Ok(())
    }
    async fn removal(&self, id: AccountId) -> Answer<Removal> {
        self.busy()?;
        let card = if (1..=4).contains(&id.0) { account_card(id.0) } else { return Err(Problem::NotFound) };
        Ok(Removal { id, name: card.name, archive: false, letters: 4000, only_here: 1200, of_clients: 300, may_remove: true })
    }
    async fn delete_account(&self, _: AccountId, _: Option<Letters>) -> Answer<()> {
        Ok(())
    }
    async fn bring_back(&self, _: AccountId) -> Answer<()> {
        Ok(())
    }
}
