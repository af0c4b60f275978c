//! What belongs to a client's history besides its letters.

use super::*;

#[async_trait]
impl HistoryDesk for Office {
    async fn history_head(&self, _: ClientId, filter: HistoryFilter) -> Answer<HistoryHead> {
        self.busy()?;
        let empty = filter.with_files && filter.person.is_some();
        Ok(HistoryHead {
            letters: if empty { 0 } else { 1234 },
            more: false,
            conversations: filter.by_conversation.then_some(340),
            accounts: vec![(AccountId(1), "Office".into())],
            filed: 1,
            kept_off: 2,
            saved: vec![SavedFilter { id: 1, name: "Sent with files".into(), query: "direction=sent&files=1".into() }],
        })
    }
    async fn history_sheet(&self, _: ClientId, filter: HistoryFilter) -> Answer<HistorySheet> {
        self.busy()?;
        let rows = (0..12).map(history_row).filter(|row| filter.direction.is_none_or(|direction| direction == row.direction));
        let lines = rows.map(|row| (if row.attachments > 0 { vec!["annual review <2026>.pdf".into()] } else { vec![] }, row));
        Ok(HistorySheet { lines: lines.map(|(files, row)| (row, files)).collect(), cut: !filter.with_files, at: NOW })
    }
    async fn why_not(&self, _: ClientId, missed: MissedLetter) -> Answer<WhyNot> {
        self.busy()?;
        let step = |role, address: &str, found| AddressStep { role, address: address.into(), found: vec![found] };
        let row = HistoryRow { why: vec![], filing: None, ..history_row(2) };
        let explanation = Explanation {
            letter: row.id,
            steps: vec![
                step(AddressRole::From, "jo@old.example", AddressFinding::TakenOff { at: Some(NOW) }),
                step(
                    AddressRole::Cc,
                    "sam.hartley@example.net",
                    AddressFinding::OutsideDays { person: Person::Partner, slot: 1, from: Some(NOW), to: None },
                ),
                step(AddressRole::To, "ada@office.example", AddressFinding::Own),
                step(AddressRole::To, "desk@office.example", AddressFinding::Office),
            ],
            filing: None,
            rule: Rule::OutsideDays,
        };
        Ok(WhyNot {
            letters: if missed.sender == "nobody" { vec![] } else { vec![(row, explanation)] },
            more: false,
            accounts: vec![
                CollectedAccount {
                    id: AccountId(1),
                    name: "Office".into(),
                    collected: Some(NOW),
                    health: AccountHealth::UpToDate,
                    missing: 3,
                    excluded: 2,
                    left_out: vec![("Spam".into(), 1200)],
                },
                CollectedAccount {
                    id: AccountId(2),
                    name: "Begun".into(),
                    collected: None,
                    health: AccountHealth::Draft,
                    missing: 0,
                    excluded: 0,
                    left_out: vec![],
                },
            ],
            behind: 4,
            kept_off: 2,
        })
    }
    async fn filing(&self, letter: MessageId, client: Option<ClientId>, words: String) -> Answer<FilingView> {
        self.busy()?;
        if !(100..200).contains(&letter.0) {
            return Err(Problem::NotFound);
        }
        Ok(FilingView {
            letter: Some(HistoryRow { why: vec![], ..history_row(letter.0 - 100) }),
            client: client.map(|client| client_card(client.0)),
            found: if words.is_empty() { vec![] } else { vec![client_card(1), client_card(2)] },
            decisions: history_row(3).filing.into_iter().map(|filing| (ClientId(1), client_card(1).name, filing)).collect(),
            suggested: vec![(ClientId(2), client_card(2).name, "miriam@okafor.example".into())],
        })
    }
    async fn file_letter(&self, form: FilingForm) -> Answer<ClientId> {
        self.busy()?;
        form.check().into_result()?;
        form.client.ok_or(Problem::NotFound)
    }
    async fn undo_filing(&self, _: ClientId, _: MessageId) -> Answer<()> {
        self.busy()
    }
    async fn save_filter(&self, name: String, _: String) -> Answer<()> {
        self.busy()?;
        if name.is_empty() { Err(Problem::field("filter-name", "Give the filter a name")) } else { Ok(()) }
    }
    async fn drop_filter(&self, _: i64) -> Answer<()> {
        self.busy()
    }
}
