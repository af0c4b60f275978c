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
        let gone = GoneLine { id: ClientId(13), name: "Old Harbour".into(), company: "Harbour BV".into(), at: 1_710_000_000_000 };
        let gone = if self.is_busy() { vec![gone] } else { vec![] };
        Ok(ContactList { found: rows.len() as i64, total: if self.is_busy() { 2 } else { 0 }, rows, next: None, types: types(), gone })
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
    async fn contact_draft(&self, id: Option<ClientId>, _: bool, look: bool) -> Answer<ContactDraft> {
        self.busy()?;
        let (mut card_on_file, mut form) = (None, ContactForm::default());
        if let Some(id) = id {
            let (card, _) = self.contact(id).await?;
            let slot = |address: &ClientAddress| SlotForm { address: address.address.clone(), ..SlotForm::default() };
            form = ContactForm {
                name: card.name.clone(),
                company: card.company.clone(),
                side: card.side.as_str().into(),
                contact_type: Some(1),
                cost_centre: None,
                addresses: card.addresses.iter().map(slot).collect(),
            };
            card_on_file = Some(card);
        }
        let added = LetterSpan { letters: 43, first: Some(1_710_000_000_000), last: Some(1_710_000_000_000) };
        let effect = look.then(|| AddressEffect { added, private: 3, ..AddressEffect::default() });
        Ok(ContactDraft { card: card_on_file, form, types: types(), unsaved: look, effect, shared: vec![] })
    }
    async fn save_contact(&self, id: Option<ClientId>, form: ContactForm, look: bool, _: String) -> Answer<ClientSaved> {
        form.check().into_result()?;
        Ok(if look { ClientSaved::Look } else { ClientSaved::Saved(id.unwrap_or(ClientId(11))) })
    }
    async fn contact_removal(&self, id: ClientId) -> Answer<(ContactCard, ContactRemoval)> {
        self.busy()?;
        let (card, _) = self.contact(id).await?;
        let addresses = card.addresses.iter().map(|address| address.address.clone()).collect();
        // One of them has letters planned.
        let (planned, waiting) = if id.0 == 11 { (2, 1) } else { (0, 0) };
        Ok((card, ContactRemoval { letters: 43, alone: 1, by_hand: 2, replies: 12, planned, waiting, addresses }))
    }
    async fn delete_contact(&self, _: ClientId, seen: String) -> Answer<bool> {
        Ok(seen.starts_with("43."))
    }
    async fn gone_contact(&self, id: ClientId) -> Answer<GoneContact> {
        self.busy()?;
        match id.0 {
            13 => Ok(GoneContact { id, name: "Old Harbour".into(), company: "Harbour BV".into(), at: 1_710_000_000_000, replies: 1 }),
            _ => Err(Problem::NotFound),
        }
    }
    async fn put_contact_back(&self, _: ClientId) -> Answer<()> {
        Ok(())
    }
    async fn contact_import(&self, refused: bool) -> Answer<ImportState> {
        self.busy()?;
        let report =
            ImportReport { added: 5, refused: vec![(3, "Type: There is no contact type of this name.".into())], ..ImportReport::default() };
        let column =
            |name: &str, stands_for: &str| ImportColumn { name: name.into(), stands_for: stands_for.into(), samples: vec!["x".into()] };
        let preview = ImportPreview {
            file: "contacts.csv".into(),
            delimiter: ';',
            encoding: "UTF-8".into(),
            columns: vec![column("Name", "name"), column("Seite", "side"), column("Type", "type")],
            missing: vec![],
            report: Some(report.clone()),
            seen: "name,side,type".into(),
        };
        let refusal = refused.then(|| Problem::field("file", "Choose a file"));
        Ok(ImportState { refusal, preview: Some(preview), done: Some(report) })
    }
    async fn import_contacts(&self, columns: Vec<String>, look: bool, seen: String) -> Answer<ImportPosted> {
        if look || columns.join(",") != seen { Ok(ImportPosted::Look) } else { Ok(ImportPosted::Done(ImportReport::default())) }
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
