//! Sign-in, sign-out, first run: who asks.

use super::*;

/// Sign-in, sign-out, first run: who asks.
#[async_trait]
pub trait SessionDesk: Send + Sync {
    /// Who asks; `None` when nobody is signed in.
    fn viewer(&self) -> Option<Viewer>;
    /// Nobody is set up yet: every page leads to `/setup`.
    async fn needs_set_up(&self) -> Answer<bool>;
    /// Makes the first administrator with the one-time token and signs him or her in.
    async fn set_up(&self, token: String, form: UserForm) -> Answer<SessionCookie>;
    /// Starts a session, or leads to the second step. Throttled; the same answer and time for unknown users.
    async fn sign_in(&self, email: String, password: String) -> Answer<Entered>;
    /// Ends this session.
    async fn sign_out(&self) -> Answer<SessionCookie>;
    /// Changes one's own password; every other session of the user ends.
    async fn change_password(&self, current: String, password: String, repeat: String) -> Answer<SessionCookie>;
    /// Ends every session of the user, this one too.
    async fn sign_out_everywhere(&self) -> Answer<SessionCookie>;
}
