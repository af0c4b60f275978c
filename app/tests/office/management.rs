//! Email Management.

use super::*;

fn id() -> Managed {
    Managed { account: AccountId(1), letter: MessageId(100) }
}

fn row() -> ManagedRow {
    ManagedRow {
        id: id(),
        account: "Office".into(),
        from: Mailbox { name: "Kay".into(), address: "kay@kiwi.example".into() },
        subject: "Booking 12".into(),
        date: NOW - DAY,
        size: 4096,
        at: NOW - DAY,
        outcome: ImportOutcome::Queued,
        cause: ImportCause::Unknown,
        why: "Nobody here has the address kay@kiwi.example.".into(),
        outdated: true,
        party: None,
        answers: Some((MessageId(2), AnswersBy::OwnLetter)),
        queue: Some((1, "Email Management".into())),
        waits: true,
        assigned: Some("Bob".into()),
        mine: false,
        closed: None,
    }
}

/// What became of a letter in two accounts.
pub fn outcomes() -> Vec<ManagedRow> {
    let imported = ManagedRow {
        account: "Bookings".into(),
        outcome: ImportOutcome::Imported,
        cause: ImportCause::Contact,
        why: "Its sender is the agent Kiwi Tours.".into(),
        outdated: false,
        party: Some((ClientId(9), "Kiwi Tours".into())),
        queue: None,
        waits: false,
        assigned: None,
        ..row()
    };
    vec![row(), imported]
}

#[async_trait]
impl ManagementDesk for Office {
    async fn management(&self, _: ManagementFilter, _: Option<String>) -> Answer<ManagementPage> {
        let rows = if self.is_busy() { vec![row()] } else { Vec::new() };
        let count = rows.len() as i64;
        Ok(ManagementPage {
            queues: vec![QueueCount { id: 1, name: "Email Management".into(), waiting: count }],
            states: ManagedState::ALL.iter().map(|state| (*state, count)).collect(),
            causes: rows.iter().map(|row| (row.cause, 1)).collect(),
            any_account: self.is_busy(),
            waiting: count,
            unfetched: rows
                .iter()
                .map(|_| Unfetched {
                    account: AccountId(1),
                    name: "Office".into(),
                    letters: 2,
                    reason: "The server does not hand it over".into(),
                })
                .collect(),
            rows,
            next: None,
            pending: count,
        })
    }
    async fn letters_waiting(&self) -> Answer<Waiting> {
        Ok(Waiting { managed: i64::from(self.is_busy()), outbox: 0, actions: 0 })
    }
    async fn managed_letter(&self, _: Managed) -> Answer<ManagedLetter> {
        self.busy()?;
        Ok(ManagedLetter {
            row: row(),
            looking: vec!["Bob".into()],
            waiting: 3,
            before: None,
            after: Some(id()),
            neighbours: vec![(ClientId(3), "Kim of Kiwi".into())],
        })
    }
    async fn managed_deed(&self, ids: Vec<Managed>, _: ManagedDeed, _: String) -> Answer<DeedDone> {
        Ok(DeedDone { done: ids, settled: 0, passed: 0 })
    }
    async fn import_rehearsal(&self, _: AccountId) -> Answer<ImportRehearsal> {
        self.busy()?;
        Ok(ImportRehearsal {
            account: "Office".into(),
            letters: 500,
            sums: ImportSums { imported: 120, waiting: 4, done: 30, left_out: 900, pending: 0 },
            causes: vec![(ImportCause::Contact, 300), (ImportCause::Unknown, 200)],
            examples: vec![Rehearsed {
                letter: MessageId(100),
                from: row().from,
                subject: "Booking 12".into(),
                date: NOW - DAY,
                cause: ImportCause::Unknown,
                why: row().why,
            }],
        })
    }
}
