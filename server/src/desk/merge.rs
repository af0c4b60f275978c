//! Two clients on file who are one.

use super::OfficeDesk;
use app::desk::{Answer, MergeDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl MergeDesk for OfficeDesk {
    async fn merge_view(&self, stays: ClientId, goes: Option<ClientId>, chosen: Vec<MergePlace>, words: String) -> Answer<MergeView> {
        self.office.merge_view(&self.who, stays, goes, &chosen, &words).await
    }
    async fn merge_clients(&self, stays: ClientId, goes: ClientId, chosen: Vec<MergePlace>, look: bool, seen: String) -> Answer<Merged> {
        self.office.merge_clients(&self.who, stays, goes, &chosen, look, &seen).await
    }
    async fn undo_merge(&self, client: ClientId, gone: ClientId) -> Answer<()> {
        self.office.undo_merge(&self.who, client, gone).await
    }
    async fn merged_clients(&self, client: ClientId) -> Answer<Vec<MergedClient>> {
        self.office.merged_clients(&self.who, client).await
    }
    async fn merged_into(&self, gone: ClientId) -> Answer<ClientId> {
        self.office.merged_into(&self.who, gone).await
    }
}
