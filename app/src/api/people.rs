//! Users, cost centres, and one's own password.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use model::{CostCentre, CostCentreId, Permission, Role, UserCard, UserForm, UserId};

/// Every user.
#[server(prefix = "/api", endpoint = "people/list")]
pub async fn users() -> Result<Vec<UserCard>, Trouble> {
    answer(desk()?.users().await)
}

/// Adds a user.
#[server(prefix = "/api", endpoint = "people/add")]
pub async fn add_user(form: UserForm, role: Role) -> Result<(), Trouble> {
    answer(desk()?.add_user(form, role).await)?;
    go("/settings/people?done=added");
    Ok(())
}

/// Changes what a user may do and see.
#[server(prefix = "/api", endpoint = "people/change")]
pub async fn change_user(
    id: UserId,
    role: Role,
    #[server(default)] disabled: bool,
    #[server(default)] granted: Vec<Permission>,
    #[server(default)] cost_centres: Vec<CostCentreId>,
) -> Result<(), Trouble> {
    answer(desk()?.change_user(id, role, disabled, granted, cost_centres).await)?;
    go(&format!("/settings/people/{id}?done=saved"));
    Ok(())
}

/// Changes one's own password.
#[server(prefix = "/api", endpoint = "people/change-password")]
pub async fn change_password(current: String, password: String, password_repeat: String) -> Result<(), Trouble> {
    let cookie = answer(desk()?.change_password(current, password, password_repeat).await)?;
    keep_cookie(&cookie.0);
    go("/settings/profile?done=password");
    Ok(())
}

/// Ends every session of one's own.
#[server(prefix = "/api", endpoint = "people/sign-out-everywhere")]
pub async fn sign_out_everywhere() -> Result<(), Trouble> {
    let cookie = answer(desk()?.sign_out_everywhere().await)?;
    keep_cookie(&cookie.0);
    go("/sign-in?done=signed-out");
    Ok(())
}

/// Cost centres.
#[server(prefix = "/api", endpoint = "cost-centres/list")]
pub async fn cost_centres() -> Result<Vec<CostCentre>, Trouble> {
    answer(desk()?.cost_centres().await)
}

/// Adds a cost centre.
#[server(prefix = "/api", endpoint = "cost-centres/add")]
pub async fn add_cost_centre(name: String) -> Result<(), Trouble> {
    answer(desk()?.add_cost_centre(name).await)?;
    go("/settings/cost-centres?done=added");
    Ok(())
}
