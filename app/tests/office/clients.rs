//! Clients: list, file, import.

use super::*;

#[async_trait]
impl ClientsDesk for Office {
    async fn clients(&self, words: String, _: Option<String>) -> Answer<Page<ClientCard>> {
        self.busy()?;
        Ok(if self.is_busy() && words != "nobody" {
            Page { rows: (1..=4).map(client_card).collect(), next: Some("5".into()) }
        } else {
            Page::empty()
        })
    }
    async fn client_count(&self) -> Answer<i64> {
        self.busy()?;
        Ok(if self.is_busy() { 4 } else { 0 })
    }
    async fn client(&self, id: ClientId) -> Answer<(ClientCard, ClientForm)> {
        self.busy()?;
        if !(1..=4).contains(&id.0) {
            return Err(Problem::NotFound);
        }
        let card = client_card(id.0);
        let slot = |address: &str| SlotForm { address: address.into(), ..SlotForm::default() };
        let form = ClientForm {
            code: card.code.clone(),
            name: card.name.clone(),
            cost_centre: Some(CostCentreId(1)),
            self_addresses: vec![slot("jo.hartley@example.com"), slot("jo@hartley-garden-design.example")],
            partner_addresses: vec![slot("sam.hartley@example.net")],
        };
        Ok((card, form))
    }
    async fn save_client(&self, id: Option<ClientId>, form: ClientForm) -> Answer<ClientId> {
        form.check().into_result()?;
        Ok(id.unwrap_or(ClientId(4)))
    }
    async fn import_preview(&self) -> Answer<Option<ImportPreview>> {
        self.busy()?;
        Ok(self.is_busy().then(|| ImportPreview {
            file: "clients.csv".into(),
            delimiter: ';',
            encoding: "windows-1252".into(),
            columns: ["code", "name", "self1", "partner1"].map(str::to_owned).to_vec(),
            rows: vec![["C-1", "Jo Hartley", "jo@example.com", "sam@example.net"].map(str::to_owned).to_vec()],
            report: ImportReport {
                added: 38,
                updated: 2,
                unchanged: 1,
                refused: vec![(7, "self1 is not an e-mail address".into())],
                dry_run: true,
            },
        }))
    }
    async fn import_clients(&self) -> Answer<ImportReport> {
        Ok(ImportReport { added: 38, updated: 2, unchanged: 1, refused: vec![], dry_run: false })
    }
}
