//! People, cost centres and what each may do.

use super::*;

/// People, cost centres and what each may do.
#[async_trait]
pub trait PeopleDesk: Send + Sync {
    /// Users (`Users.Manage`).
    async fn users(&self) -> Answer<Vec<UserCard>>;
    /// Adds a user (`Users.Manage`).
    async fn add_user(&self, form: UserForm, role: Role) -> Answer<UserId>;
    /// Changes role, keys, cost centres; disabling ends all the user's sessions (`Users.Manage`).
    async fn change_user(
        &self,
        id: UserId,
        role: Role,
        disabled: bool,
        granted: Vec<Permission>,
        cost_centres: Vec<CostCentreId>,
    ) -> Answer<()>;
    /// Cost centres, for every signed-in user (names only matter to forms and filters).
    async fn cost_centres(&self) -> Answer<Vec<CostCentre>>;
    /// Adds a cost centre (`Users.Manage`).
    async fn add_cost_centre(&self, name: String) -> Answer<CostCentreId>;
}
