//! How Postroom itself fares.

use super::*;

#[async_trait]
impl OperationDesk for Office {
    async fn operation(&self) -> Answer<Operation> {
        self.busy()?;
        let row = |name: &str, ago: i64, error: Option<&str>| LoopRow {
            name: name.into(),
            does: "Does what it does".into(),
            last: (ago > 0).then_some(NOW - ago),
            took: 12,
            next: (ago > 0).then_some(NOW + 5000 - ago),
            late: name == "Statements",
            error: error.map(str::to_owned),
        };
        Ok(Operation {
            at: NOW,
            started_at: NOW - 3 * DAY,
            version: "0.1.0".into(),
            advice: vec![Advice {
                what: "“Ben” is switched off: its server refused the password.".into(),
                todo: "The account's page says why, and has the next step.".into(),
                link: Some(("Open the account".into(), "/accounts/3".into())),
            }],
            loops: vec![
                row("Schedule", 2000, None),
                row("Index", 3000, Some("the disk is full")),
                row("Statements", 9_000_000, None),
                row("Sessions", 0, None),
            ],
            collecting: 1,
            places: 4,
            leases: vec![LeaseRow {
                account: AccountId(2),
                name: "Sales".into(),
                holder: "This process".into(),
                ours: true,
                until: NOW + 40_000,
            }],
            queues: vec![QueueRow {
                name: "Letters to be indexed".into(),
                waiting: 1200,
                means: "They are in their histories already".into(),
            }],
            database: DatabaseFacts { kind: "SQLite".into(), version: "3.50.4".into(), schema: 10, octets: 48_000_000, round_trip: 140 },
            room: Room {
                free: Some(41_000_000_000),
                whole: Some(252_000_000_000),
                letters: 1_400_000_000,
                folder: 1_460_000_000,
                memory: Some(61_000_000),
            },
            troubles: vec![TroubleRow {
                area: "Pages and chores".into(),
                what: "A use case failed (reference K7-22)".into(),
                todo: "If somebody was shown this reference, the log tells the cause under it.".into(),
                times: 2,
                last: NOW - 60_000,
            }],
        })
    }
}
