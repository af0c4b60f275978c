//! How people come in: invitations, new passwords, the second factor, sessions, cost centres one by one.

use super::*;

/// How people come in.
#[async_trait]
pub trait AccessDesk: Send + Sync {
    /// People, links and what is new (`Users.Manage`).
    async fn people(&self) -> Answer<PeopleView>;
    /// One person (`Users.Manage`).
    async fn person(&self, id: UserId) -> Answer<PersonView>;
    /// Invites somebody; the link is told once (`Users.Manage`).
    async fn invite(&self, form: InviteForm, role: Role, cost_centres: Vec<CostCentreId>) -> Answer<()>;
    /// Makes a link for a new password; told once (`Users.Manage`).
    async fn make_reset(&self, id: UserId) -> Answer<()>;
    /// Takes a link back (`Users.Manage`).
    async fn revoke_link(&self, id: LinkId) -> Answer<()>;
    /// What was told once is noted.
    async fn forget_fresh(&self) -> Answer<()>;
    /// What whoever opens a link is shown; `None` when it does not work.
    async fn look_at_link(&self, token: String) -> Answer<Option<LinkView>>;
    /// Comes in by a link; no session when a new password was set.
    async fn come_in(&self, token: String, form: ComeInForm) -> Answer<Option<SessionCookie>>;
    /// One's own second factor.
    async fn factor(&self) -> Answer<FactorView>;
    /// Begins to set it up.
    async fn begin_factor(&self) -> Answer<()>;
    /// Confirms it by a code.
    async fn confirm_factor(&self, code: String) -> Answer<()>;
    /// Makes new recovery codes.
    async fn renew_codes(&self, code: String) -> Answer<()>;
    /// Turns it off.
    async fn drop_factor(&self, code: String) -> Answer<()>;
    /// Takes somebody's away (`Users.Manage`).
    async fn reset_factor(&self, id: UserId) -> Answer<()>;
    /// Requires one of everybody (administrators).
    async fn require_factor(&self, required: bool) -> Answer<()>;
    /// The second step of a sign-in: cookies that start the session and forget the step.
    async fn second_step(&self, code: String) -> Answer<Vec<SessionCookie>>;
    /// One's own sessions.
    async fn own_sessions(&self) -> Answer<SessionsView>;
    /// Ends a session: one's own, or somebody's (`Users.Manage`).
    async fn end_session(&self, user: UserId, handle: String) -> Answer<()>;
    /// One cost centre (`Users.Manage`).
    async fn cost_centre(&self, id: CostCentreId) -> Answer<CentreView>;
    /// Renames it (`Users.Manage`).
    async fn rename_cost_centre(&self, id: CostCentreId, name: String) -> Answer<()>;
    /// Says who belongs to it (`Users.Manage`).
    async fn set_members(&self, id: CostCentreId, members: Vec<UserId>) -> Answer<()>;
}
