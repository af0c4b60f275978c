//! Contacts: agents and suppliers.

use super::*;

fn card(n: i64) -> ContactCard {
    let (name, side) = if n == 11 { ("Hotel Seeblick", ContactSide::Supplier) } else { ("Adria Tours", ContactSide::Agent) };
    let address = |slot: i64, address: &str| ClientAddress {
        person: Person::Myself,
        slot,
        address: address.into(),
        valid_from: None,
        valid_to: None,
    };
    ContactCard {
        id: ClientId(n),
        name: name.into(),
        company: "Seeblick GmbH".into(),
        side,
        contact_type: ContactType { id: 1, name: "Reservations".into() },
        cost_centre: None,
        addresses: vec![address(1, "book@seeblick.example"), address(2, "desk@seeblick.example")],
    }
}

fn types() -> Vec<ContactType> {
    vec![ContactType { id: 2, name: "Accounts".into() }, ContactType { id: 1, name: "Reservations".into() }]
}

#[async_trait]
impl ContactsDesk for Office {
    async fn contacts(&self, words: String, _: String, _: Option<i64>, _: Option<String>) -> Answer<ContactList> {
        self.busy()?;
        let rows = if self.is_busy() && words != "nobody" { vec![card(12), card(11)] } else { vec![] };
        Ok(ContactList { found: rows.len() as i64, total: if self.is_busy() { 2 } else { 0 }, rows, next: None, types: types() })
    }
    async fn contact(&self, id: ClientId) -> Answer<(ContactCard, Vec<SharedAddress>)> {
        self.busy()?;
        if !(11..=12).contains(&id.0) {
            return Err(Problem::NotFound);
        }
        let shared = SharedAddress { address: "book@seeblick.example".into(), others: vec![(ClientId(2), "Miriam Okafor".into())] };
        Ok((card(id.0), vec![shared]))
    }
    async fn is_contact(&self, id: ClientId) -> Answer<bool> {
        Ok((11..=12).contains(&id.0))
    }
    async fn contact_draft(&self, id: Option<ClientId>) -> Answer<ContactDraft> {
        self.busy()?;
        let Some(id) = id else {
            return Ok(ContactDraft { card: None, form: ContactForm::default(), types: types() });
        };
        let (card, _) = self.contact(id).await?;
        let slot = |address: &ClientAddress| SlotForm { address: address.address.clone(), ..SlotForm::default() };
        let form = ContactForm {
            name: card.name.clone(),
            company: card.company.clone(),
            side: card.side.as_str().into(),
            contact_type: Some(1),
            cost_centre: None,
            addresses: card.addresses.iter().map(slot).collect(),
        };
        Ok(ContactDraft { card: Some(card), form, types: types() })
    }
    async fn save_contact(&self, id: Option<ClientId>, form: ContactForm) -> Answer<ClientId> {
        form.check().into_result()?;
        Ok(id.unwrap_or(ClientId(11)))
    }
    async fn contact_import(&self, refused: bool, done: bool) -> Answer<ContactImport> {
        self.busy()?;
        let report =
            ImportReport { added: 5, refused: vec![(3, "type: There is no contact type of this name.".into())], ..ImportReport::default() };
        Ok(ContactImport {
            refusal: refused.then(|| Problem::field("file", "Choose a file")),
            file: if done { String::new() } else { "contacts.csv".into() },
            missing: vec![],
            report: Some(report),
        })
    }
    async fn import_contacts(&self) -> Answer<()> {
        Ok(())
    }
    async fn contact_types(&self) -> Answer<Vec<InUse>> {
        self.busy()?;
        let row = |id, name: &str, count| InUse { id, name: name.into(), count, accounts: vec![], is_built_in: false };
        Ok(vec![row(2, "Accounts", 0), row(1, "Reservations", 2)])
    }
    async fn keep_contact_type(&self, _: Option<i64>, name: String) -> Answer<()> {
        if name.is_empty() { Err(Problem::field("name", "Enter a name")) } else { Ok(()) }
    }
    async fn remove_contact_type(&self, _: i64) -> Answer<()> {
        Ok(())
    }
    async fn queues(&self) -> Answer<Vec<InUse>> {
        self.busy()?;
        let row = |id, name: &str, accounts: &[&str]| InUse {
            id,
            name: name.into(),
            count: 0,
            accounts: accounts.iter().map(|name| (*name).to_owned()).collect(),
            is_built_in: id == BUILT_IN_QUEUE,
        };
        Ok(vec![row(1, "Email Management", &[]), row(2, "Billing", &["Office"])])
    }
    async fn keep_queue(&self, _: Option<i64>, name: String) -> Answer<()> {
        if name.is_empty() { Err(Problem::field("name", "Enter a name")) } else { Ok(()) }
    }
    async fn remove_queue(&self, _: i64) -> Answer<()> {
        Ok(())
    }
}
