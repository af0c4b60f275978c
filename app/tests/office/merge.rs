//! Two clients on file who are one.

use super::*;

fn as_client(card: ContactCard) -> ClientCard {
    ClientCard { id: card.id, code: card.company, name: card.name, cost_centre: None, addresses: card.addresses }
}

#[async_trait]
impl MergeDesk for Office {
    async fn merge_view(&self, stays: ClientId, goes: Option<ClientId>, chosen: Vec<MergePlace>, _: String) -> Answer<MergeView> {
        let is_contact = self.is_contact(stays).await?;
        let file = async |id: ClientId| match is_contact {
            true => self.contact(id).await.map(|(card, _)| as_client(card)),
            false => self.client(id).await.map(|(card, _)| card),
        };
        let card = file(stays).await?;
        let Some(goes) = goes else {
            let (alike, found) =
                if is_contact { (vec![], vec![file(ClientId(12)).await?]) } else { (vec![client_card(2)], vec![client_card(3)]) };
            return Ok(MergeView { is_contact, stays: card, alike, found, preview: None });
        };
        let other = file(goes).await?;
        let entries = merge_entries(&card.addresses, &other.addresses, &chosen);
        let (file, crowded) = match joined_file(&entries) {
            Ok(file) => (file, vec![]),
            Err(crowded) => (vec![], crowded),
        };
        let effect = crowded.is_empty().then(|| MergeEffect {
            stays: 120,
            goes: 43,
            both: 5,
            after: 158,
            carried: 2,
            planned: 3,
            paused: 1,
            gain: vec!["Ben Cole".into()],
            ..MergeEffect::default()
        });
        let preview = MergePreview { goes: other, entries, crowded, file, effect, mark: "seen-it".into() };
        Ok(MergeView { is_contact, stays: card, alike: vec![], found: vec![], preview: Some(preview) })
    }
    async fn merge_clients(&self, _: ClientId, _: ClientId, _: Vec<MergePlace>, look: bool, seen: String) -> Answer<Merged> {
        Ok(if look || seen != "seen-it" { Merged::Look } else { Merged::Done })
    }
    async fn undo_merge(&self, _: ClientId, _: ClientId) -> Answer<()> {
        Ok(())
    }
    async fn merged_clients(&self, client: ClientId) -> Answer<Vec<MergedClient>> {
        let gone = MergedClient { id: ClientId(9), code: "C-9".into(), name: "Jo Hartly".into(), at: 1_710_000_000_000, can_undo: true };
        Ok(if client.0 == 1 { vec![gone] } else { vec![] })
    }
    async fn merged_into(&self, gone: ClientId) -> Answer<ClientId> {
        if gone.0 == 9 {
            Ok(ClientId(1))
        } else if gone.0 == 14 {
            Ok(ClientId(11))
        } else {
            Err(Problem::NotFound)
        }
    }
}
