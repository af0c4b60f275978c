//! People, cost centres and what each may do.

use super::OfficeDesk;
use app::desk::{Answer, PeopleDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl PeopleDesk for OfficeDesk {
    async fn users(&self) -> Answer<Vec<UserCard>> {
        self.office.users(&self.who).await
    }
    async fn add_user(&self, form: UserForm, role: Role) -> Answer<UserId> {
        self.office.add_user(&self.who, form, role).await
    }
    async fn change_user(
        &self,
        id: UserId,
        role: Role,
        disabled: bool,
        granted: Vec<Permission>,
        cost_centres: Vec<CostCentreId>,
    ) -> Answer<()> {
        self.office.change_user(&self.who, id, role, disabled, granted, cost_centres).await
    }
    async fn cost_centres(&self) -> Answer<Vec<CostCentre>> {
        self.office.cost_centres(&self.who).await
    }
    async fn add_cost_centre(&self, name: String) -> Answer<CostCentreId> {
        self.office.add_cost_centre(&self.who, &name).await
    }
}
