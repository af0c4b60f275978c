//! Clients: list, file, import.

use super::*;

#[async_trait]
impl ClientsDesk for Office {
    async fn clients(&self, words: String, _: ClientOrder, _: Option<String>) -> Answer<Page<ClientLine>> {
        self.busy()?;
        Ok(if self.is_busy() && words != "nobody" {
            Page {
                rows: (1..=4).map(|n| ClientLine { card: client_card(n), latest: (n < 4).then_some(NOW - n * DAY) }).collect(),
                next: Some("5".into()),
            }
        } else {
            Page::empty()
        })
    }
    async fn client_count(&self) -> Answer<i64> {
        self.busy()?;
        Ok(if self.is_busy() { 4 } else { 0 })
    }
    async fn clients_found(&self, words: String) -> Answer<i64> {
        self.busy()?;
        Ok(if self.is_busy() && words != "nobody" { 2 } else { 0 })
    }
    async fn client(&self, id: ClientId) -> Answer<(ClientCard, Vec<SharedAddress>)> {
        self.busy()?;
        if !(1..=4).contains(&id.0) {
            return Err(Problem::NotFound);
        }
        let shared = SharedAddress { address: "sam.hartley@example.net".into(), others: vec![(ClientId(2), "Miriam Okafor".into())] };
        Ok((client_card(id.0), vec![shared]))
    }
    async fn client_draft(&self, id: Option<ClientId>, typed: bool, look: bool) -> Answer<ClientDraft> {
        self.busy()?;
        let Some(id) = id else {
            let form = ClientForm { name: if typed { "Typed before".into() } else { String::new() }, ..ClientForm::default() };
            return Ok(ClientDraft { card: None, form, unsaved: typed, effect: None, shared: vec![] });
        };
        let (card, shared) = self.client(id).await?;
        let slot = |address: &str| SlotForm { address: address.into(), ..SlotForm::default() };
        let form = ClientForm {
            code: card.code.clone(),
            name: card.name.clone(),
            cost_centre: Some(CostCentreId(1)),
            self_addresses: vec![slot("jo.hartley@example.com"), slot("jo@hartley-garden-design.example")],
            partner_addresses: vec![slot("sam.hartley@example.net")],
        };
        let effect = look.then(|| AddressEffect {
            added: LetterSpan { letters: 143, first: Some(1_550_000_000_000), last: Some(1_710_000_000_000) },
            removed: LetterSpan { letters: 1, first: Some(1_710_000_000_000), last: Some(1_710_000_000_000) },
            private: 9,
            others: vec![(ClientId(2), "Miriam Okafor".into(), 2)],
        });
        Ok(ClientDraft { card: Some(card), form, unsaved: look, effect, shared })
    }
    async fn save_client(&self, id: Option<ClientId>, form: ClientForm, look: bool, _: String) -> Answer<ClientSaved> {
        form.check().into_result()?;
        Ok(if look { ClientSaved::Look } else { ClientSaved::Saved(id.unwrap_or(ClientId(4))) })
    }
    async fn import_state(&self, refused: bool) -> Answer<ImportState> {
        self.busy()?;
        let refusal = refused.then(|| Problem::field("file", "Choose a file"));
        let column = |name: &str, stands_for: &str, sample: &str| ImportColumn {
            name: name.into(),
            stands_for: stands_for.into(),
            samples: vec![sample.into()],
        };
        let report = |dry_run| ImportReport {
            added: 38,
            updated: 2,
            unchanged: 1,
            refused: vec![(7, "E-Mail: Enter an e-mail address, like name@example.com. The list has “nowhere”.".into())],
            merged: vec![(9, "C-9 was merged into C-1 (Jo Hartley). Nothing is new.".into())],
            more_refused: 3,
            dry_run,
        };
        let preview = self.is_busy().then(|| ImportPreview {
            file: "clients.csv".into(),
            delimiter: ';',
            encoding: "windows-1252".into(),
            columns: vec![
                column("Code", "code", "C-1"),
                column("Vorname", "name", "Jo Hartley"),
                column("E-Mail", "self1", "jo@example.com"),
            ],
            missing: vec![],
            report: Some(report(true)),
            seen: "code,name,self1".into(),
        });
        Ok(ImportState { refusal, preview, done: self.is_busy().then(|| report(false)) })
    }
    async fn import_clients(&self, columns: Vec<String>, look: bool, seen: String) -> Answer<ImportPosted> {
        let report = ImportReport { added: 38, ..ImportReport::default() };
        Ok(if look || columns.join(",") != seen { ImportPosted::Look } else { ImportPosted::Done(report) })
    }
}
