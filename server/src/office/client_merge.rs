//! Two clients on file who are one: looked at, merged, taken apart again.
//!
//! Must never: merge what has not been shown as it then happens, or tell of a client whom the one who asks may not open.

use super::{Office, Principal, trouble::problem_of};
use model::{ClientId, MergePlace, MergePreview, MergeView, Merged, MergedClient, Permission, Problem};
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
        if self.store.is_contact(stays).await.map_err(problem_of)? {
            return Err(Problem::NotFound);
        }
        let Some(goes) = goes else {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            let found = if words.is_empty() {
                Vec::new()
            } else {
                self.store.clients(scope, &words, None, OFFERED + 1).await.map_err(problem_of)?
            };
            let mut alike = Vec::new();
            let shared = self.store.shared_addresses(scope, stays).await.map_err(problem_of)?;
            let mut others: Vec<ClientId> = shared.iter().flat_map(|shared| shared.others.iter().map(|(id, _)| *id)).collect();
            others.sort_unstable_by_key(|id| id.0);
            others.dedup();
            for id in others.into_iter().take(OFFERED as usize) {
                if !self.store.is_contact(id).await.map_err(problem_of)? {
                    alike.push(self.store.client(scope, id).await.map_err(problem_of)?);
                }
            }
            let found = found.into_iter().filter(|found| found.id != stays).take(OFFERED as usize).collect();
            return Ok(MergeView { stays: card, alike, found, preview: None });
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
        Ok(MergeView { stays: card, alike: Vec::new(), found: Vec::new(), preview: Some(preview) })
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
        let event = self.event(who, "client.merged", "", "");
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
        let event = self.event(who, "client.merge_undone", "", "");
        self.store.undo_merge(who.scope()?, client, gone, &event).await.map_err(problem_of)
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
