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
    async fn statements(&self, id: AccountId, _: Option<String>) -> Answer<Statements> {
        let rows = (1..4).map(statement_card).collect();
        Ok(Statements { account: account_card(id.0).name, may_ask: true, page: Page { rows, next: None } })
    }
    async fn statement(&self, id: AccountId, number: StatementId) -> Answer<Statement> {
        let line = |n, folder: &str, missing| LedgerRow {
            folder_id: FolderId(n),
            account: "Office".into(),
            folder: folder.into(),
            sums: sums(6240, missing),
            counted_at: Some(NOW),
        };
        let card = account_card(id.0);
        Ok(Statement {
            account: card.name,
            address: card.address,
            card: statement_card(number.0),
            lines: vec![line(1, "INBOX", 0), line(2, "Gesendete Objekte", 0)],
        })
    }
    async fn ask_statement(&self, _: AccountId) -> Answer<StatementId> {
        Ok(StatementId(2))
    }
    async fn certificate(&self, id: AccountId) -> Answer<Certificate> {
        let card = account_card(id.0);
        let commands = [("UID FETCH BODY.PEEK[]", 240), ("EXAMINE", 24), ("LOGIN", 12)];
        let commands = commands.into_iter().map(|(verb, times)| (verb.to_owned(), times)).collect();
        let added = Added { sessions: 3, commands: vec![("APPEND".to_owned(), 3)], copies: 2, drafts: 1 };
        let record = HandsOff { sessions: 12, commands, added };
        Ok(Certificate { account: card.name, address: card.address, writes: record.writes(), record, until: Some(NOW), at: NOW })
    }
    async fn checklist(&self, client: Option<ClientId>, address: String) -> Answer<Checklist> {
        self.busy()?;
        let check = |finding, sentence: &str, mend| Check { finding, sentence: sentence.into(), mend };
        let similar = Mend::Open("Change the file".into(), "/clients/1/edit".into());
        let about = vec![
            check(Finding::Bad, "No letter that you may see carries jo.hartley@example.com.", None),
            check(Finding::Note, "Did you mean jo.hartly@example.com? 14 letters carry it.", Some(similar)),
        ];
        let asked = client.is_some() || !address.is_empty();
        Ok(Checklist {
            client: client.map(|id| (id, client_card(id.0).name)),
            about: if asked { about } else { vec![] },
            mailboxes: vec![
                check(Finding::Good, "All 4 mailboxes are switched on.", None),
                check(Finding::Bad, "“Ben” is paused.", Some(Mend::Resume(AccountId(3)))),
            ],
        })
    }
}

fn statement_card(n: i64) -> StatementCard {
    StatementCard {
        id: StatementId(n),
        day: (n != 2).then(|| "2026-03-14".to_owned()),
        at: NOW - n * DAY,
        asked_by: if n == 2 { "ada@office.example".into() } else { "scheduler".into() },
        sums: sums(12_480, 0),
        digest: "5f2b".repeat(16),
        event: 80 + n,
        sealed: n != 3,
    }
}
