//! How accounts fare.

use super::*;

#[async_trait]
impl HealthDesk for Office {
    async fn collections(&self, id: AccountId, _: Option<String>) -> Answer<CollectionHistory> {
        self.busy()?;
        let row = |n: i64| CollectionRow {
            id: 100 - n,
            started_at: NOW - n * 900_000 - 4200,
            ended_at: NOW - n * 900_000,
            filed: n % 3,
            missing: 0,
            stopped: n == 3,
            error: (n == 2).then(|| "NO [UNAVAILABLE] Try again later".to_owned()),
            verdict: (n == 2).then_some(Verdict::Throttled),
        };
        let day = |n: i64| CollectedDay { day: format!("2026-02-{n:02}"), collections: 96, letters: n * 7 % 40, failed: i64::from(n == 9) };
        let account = if (1..=4).contains(&id.0) { account_card(id.0).name } else { return Err(Problem::NotFound) };
        Ok(CollectionHistory {
            account,
            days: (1..=28).map(day).collect(),
            page: Page { rows: (1..6).map(row).collect(), next: Some("1.2".into()) },
        })
    }
}
