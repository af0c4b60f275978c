//! Two clients on file who are one, or two contacts: looked at, merged, taken apart again.
//!
//! Must never: merge what has not been shown as it then happens, or tell of a client whom the one who asks may not open.

use super::{Office, Principal, trouble::problem_of};
use model::{
    ClientCard, ClientId, ContactCard, ContactFilter, MergePlace, MergePreview, MergeView, Merged, MergedClient, Permission, Problem,
};
use postroom_store::StoreError;

/// Clients offered to choose from.
const OFFERED: i64 = 20;

impl Office {
    /// The page of a merger: whom to choose or, with `goes`, what merging that client into this one would do.
    pub async fn merge_view(
        &self,
        who: &Principal,
        stays: ClientId,
        goes: Option<ClientId>,
        chosen: &[MergePlace],
        words: &str,
    ) -> Result<MergeView, Problem> {
        who.need(Permission::ClientsEdit)?;
        let scope = who.scope()?;
        let card = self.store.client(scope, stays).await.map_err(problem_of)?;
        let is_contact = self.store.is_contact(stays).await.map_err(problem_of)?;
        let Some(goes) = goes else {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            let found = match (words.is_empty(), is_contact) {
                (true, _) => Vec::new(),
                (false, false) => self.store.clients(scope, &words, None, OFFERED + 1).await.map_err(problem_of)?,
                (false, true) => {
                    let filter = ContactFilter { words, ..ContactFilter::default() };
                    let found = self.store.contacts(scope, &filter, None, OFFERED + 1).await.map_err(problem_of)?;
                    found.into_iter().map(as_client).collect()
                }
            };
            let mut alike = Vec::new();
            let shared = self.store.shared_addresses(scope, stays).await.map_err(problem_of)?;
            let mut others: Vec<ClientId> = shared.iter().flat_map(|shared| shared.others.iter().map(|(id, _)| *id)).collect();
            others.sort_unstable_by_key(|id| id.0);
            others.dedup();
            for id in others.into_iter().take(OFFERED as usize) {
                if self.store.is_contact(id).await.map_err(problem_of)? == is_contact {
                    alike.push(self.store.client(scope, id).await.map_err(problem_of)?);
                }
            }
            let found = found.into_iter().filter(|found| found.id != stays).take(OFFERED as usize).collect();
            return Ok(MergeView { is_contact, stays: card, alike, found, preview: None });
        };
        let other = self.store.client(scope, goes).await.map_err(problem_of)?;
        let event = self.event(who, "client.merged", "", "");
        let plan = self.store.merge_clients(scope, stays, goes, chosen, None, &event).await.map_err(problem_of)?;
        let mark = plan.mark();
        let (file, crowded) = match plan.file {
            Ok(file) => (file, Vec::new()),
            Err(crowded) => (Vec::new(), crowded),
        };
        let preview = MergePreview { goes: other, entries: plan.entries, crowded, file, effect: plan.effect, mark };
        Ok(MergeView { is_contact, stays: card, alike: Vec::new(), found: Vec::new(), preview: Some(preview) })
    }

    /// Merges `goes` into `stays`, if that does what somebody has `seen`; else nothing is done yet.
    pub async fn merge_clients(
        &self,
        who: &Principal,
        stays: ClientId,
        goes: ClientId,
        chosen: &[MergePlace],
        look: bool,
        seen: &str,
    ) -> Result<Merged, Problem> {
        who.need(Permission::ClientsEdit)?;
        let scope = who.scope()?;
        let event = self.event(who, self.of_kind(stays, "contact.merged", "client.merged").await?, "", "");
        let agreed = if look { None } else { Some(seen) };
        match self.store.merge_clients(scope, stays, goes, chosen, agreed, &event).await {
            Ok(_) if look => Ok(Merged::Look),
            Ok(_) => Ok(Merged::Done),
            Err(StoreError::Conflict("merge_changed")) => Ok(Merged::Look),
            Err(error) => Err(problem_of(error)),
        }
    }

    /// Takes a merger back.
    pub async fn undo_merge(&self, who: &Principal, client: ClientId, gone: ClientId) -> Result<(), Problem> {
        who.need(Permission::ClientsEdit)?;
        let event = self.event(who, self.of_kind(client, "contact.merge_undone", "client.merge_undone").await?, "", "");
        self.store.undo_merge(who.scope()?, client, gone, &event).await.map_err(problem_of)
    }

    /// The word for a contact, or for a client.
    async fn of_kind(&self, id: ClientId, contact: &'static str, client: &'static str) -> Result<&'static str, Problem> {
        Ok(if self.store.is_contact(id).await.map_err(problem_of)? { contact } else { client })
    }

    /// Clients that were merged into this one. Only those who may edit clients are offered to take it back.
    pub async fn merged_clients(&self, who: &Principal, client: ClientId) -> Result<Vec<MergedClient>, Problem> {
        let may_edit = who.need(Permission::ClientsEdit).is_ok();
        let merged = self.store.merged_clients(who.scope()?, client).await.map_err(problem_of)?;
        Ok(merged.into_iter().map(|merged| MergedClient { can_undo: merged.can_undo && may_edit, ..merged }).collect())
    }

    /// Where a client went that is gone.
    pub async fn merged_into(&self, who: &Principal, gone: ClientId) -> Result<ClientId, Problem> {
        self.store.merged_into(who.scope()?, gone).await.map_err(problem_of)
    }
}

/// A contact where clients and contacts are treated alike; its company stands in for the code that it does not have.
fn as_client(card: ContactCard) -> ClientCard {
    let ContactCard { id, name, company, cost_centre, addresses, .. } = card;
    ClientCard { id, code: company, name, cost_centre: cost_centre.map(|(_, name)| name), addresses }
}
