//! How accounts fare.

use super::OfficeDesk;
use app::desk::{Answer, HealthDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl HealthDesk for OfficeDesk {
    async fn collections(&self, id: AccountId, cursor: Option<String>) -> Answer<CollectionHistory> {
        self.office.collections(&self.who, id, cursor.as_deref()).await
    }
    async fn statements(&self, id: AccountId, cursor: Option<String>) -> Answer<Statements> {
        self.office.statements(&self.who, id, cursor.as_deref()).await
    }
    async fn statement(&self, id: AccountId, number: StatementId) -> Answer<Statement> {
        self.office.statement(&self.who, id, number).await
    }
    async fn ask_statement(&self, id: AccountId) -> Answer<StatementId> {
        self.office.ask_statement(&self.who, id).await
    }
    async fn certificate(&self, id: AccountId) -> Answer<Certificate> {
        self.office.certificate(&self.who, id).await
    }
    async fn checklist(&self, client: Option<ClientId>, address: String) -> Answer<Checklist> {
        self.office.checklist(&self.who, client, &address).await
    }
}
