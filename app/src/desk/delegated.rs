//! A person signs in at the provider of a mailbox.

use super::*;

/// Out to the provider, and back (RFC 6749 §4.1).
#[async_trait]
pub trait DelegatedDesk: Send + Sync {
    /// Begins a sign-in for an account.
    async fn begin_sign_in(&self, id: AccountId) -> Answer<()>;
    /// Where the browser is to go.
    async fn sign_in_trip(&self, id: AccountId) -> Answer<SignInTrip>;
    /// What came back; `None` when this session began no such sign-in.
    async fn sign_in_return(&self, state: String, error: String, description: String) -> Answer<Option<SignInReturn>>;
    /// Finishes a sign-in; whether it was good is also in the account's report.
    async fn finish_sign_in(&self, state: String, code: String) -> Answer<(AccountId, bool)>;
}
