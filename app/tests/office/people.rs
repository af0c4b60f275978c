//! People, cost centres and what each may do.

use super::*;

#[async_trait]
impl PeopleDesk for Office {
    async fn users(&self) -> Answer<Vec<UserCard>> {
        self.busy()?;
        let user = |id, name: &str, role, disabled| UserCard {
            id: UserId(id),
            name: name.into(),
            email: format!("{}@office.example", name.to_lowercase()),
            role,
            disabled,
            granted: vec![Permission::ClientsEdit],
            cost_centres: vec![CostCentreId(1)],
            last_sign_in: Some(NOW),
        };
        Ok(vec![user(1, "Ada", Role::Administrator, false), user(2, "Ben", Role::Staff, false), user(3, "Cleo", Role::Staff, true)])
    }
    async fn add_user(&self, form: UserForm, _role: Role) -> Answer<UserId> {
        form.check().into_result()?;
        Ok(UserId(9))
    }
    async fn change_user(&self, _: UserId, _: Role, _: bool, _: Vec<Permission>, _: Vec<CostCentreId>) -> Answer<()> {
        Ok(())
    }
    async fn cost_centres(&self) -> Answer<Vec<CostCentre>> {
        self.busy()?;
        Ok(vec![CostCentre { id: CostCentreId(1), name: "North".into(), clients: 4, users: 2 }])
    }
    async fn add_cost_centre(&self, _name: String) -> Answer<CostCentreId> {
        Ok(CostCentreId(2))
    }
}
