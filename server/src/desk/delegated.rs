//! A person signs in at the provider of a mailbox.

use super::OfficeDesk;
use app::desk::{Answer, DelegatedDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl DelegatedDesk for OfficeDesk {
    async fn begin_sign_in(&self, id: AccountId) -> Answer<()> {
        self.office.begin_sign_in(&self.who, self.session()?, &self.visit.origin, id).await
    }
    async fn sign_in_trip(&self, id: AccountId) -> Answer<SignInTrip> {
        self.office.sign_in_trip(&self.who, self.session()?, id).await
    }
    async fn sign_in_return(&self, state: String, error: String, description: String) -> Answer<Option<SignInReturn>> {
        self.office.sign_in_return(&self.who, self.session()?, &state, &error, &description).await
    }
    async fn finish_sign_in(&self, state: String, code: String) -> Answer<(AccountId, bool)> {
        self.office.finish_sign_in(&self.who, self.session()?, &state, code).await
    }
}
