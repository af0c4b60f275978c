//! How people come in: invitations, new passwords, the second factor, sessions, cost centres one by one.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// People, links and what is new.
#[server(prefix = "/api", endpoint = "people/all")]
pub async fn people() -> Result<PeopleView, Trouble> {
    answer(desk()?.people().await)
}

/// One person.
#[server(prefix = "/api", endpoint = "people/get", input = Json)]
pub async fn person(id: UserId) -> Result<PersonView, Trouble> {
    answer(desk()?.person(id).await)
}

/// Invites somebody.
#[server(prefix = "/api", endpoint = "people/invite")]
pub async fn invite(form: InviteForm, role: Role, #[server(default)] cost_centres: Vec<CostCentreId>) -> Result<(), Trouble> {
    answer(desk()?.invite(form, role, cost_centres).await)?;
    go("/settings/people?done=invited#fresh");
    Ok(())
}

/// Makes a link for a new password.
#[server(prefix = "/api", endpoint = "people/make-reset")]
pub async fn make_reset(id: UserId) -> Result<(), Trouble> {
    answer(desk()?.make_reset(id).await)?;
    go(&format!("/settings/people/{id}?done=reset#fresh"));
    Ok(())
}

/// Takes a link back.
#[server(prefix = "/api", endpoint = "people/revoke-link")]
pub async fn revoke_link(id: LinkId) -> Result<(), Trouble> {
    answer(desk()?.revoke_link(id).await)?;
    go("/settings/people?done=revoked");
    Ok(())
}

/// What was told once is noted.
#[server(prefix = "/api", endpoint = "people/noted")]
pub async fn forget_fresh() -> Result<(), Trouble> {
    answer(desk()?.forget_fresh().await)?;
    Ok(())
}

/// What whoever opens a link is shown.
#[server(prefix = "/api", endpoint = "welcome/look", input = Json)]
pub async fn look_at_link(link: String) -> Result<Option<LinkView>, Trouble> {
    answer(desk()?.look_at_link(link).await)
}

/// Comes in by a link.
#[server(prefix = "/api", endpoint = "welcome/come-in")]
pub async fn come_in(link: String, form: ComeInForm) -> Result<(), Trouble> {
    match answer(desk()?.come_in(link, form).await)? {
        Some(cookie) => {
            keep_cookie(&cookie.0);
            go("/");
        }
        None => go("/sign-in?done=password"),
    }
    Ok(())
}

/// One's own second factor.
#[server(prefix = "/api", endpoint = "factor/get")]
pub async fn factor() -> Result<FactorView, Trouble> {
    answer(desk()?.factor().await)
}

/// Begins to set it up.
#[server(prefix = "/api", endpoint = "factor/begin")]
pub async fn begin_factor() -> Result<(), Trouble> {
    answer(desk()?.begin_factor().await)?;
    go("/settings/second-factor");
    Ok(())
}

/// Confirms it by a code.
#[server(prefix = "/api", endpoint = "factor/confirm")]
pub async fn confirm_factor(code: String) -> Result<(), Trouble> {
    answer(desk()?.confirm_factor(code).await)?;
    go("/settings/second-factor?done=on");
    Ok(())
}

/// Makes new recovery codes.
#[server(prefix = "/api", endpoint = "factor/codes")]
pub async fn renew_codes(code: String) -> Result<(), Trouble> {
    answer(desk()?.renew_codes(code).await)?;
    go("/settings/second-factor?done=codes");
    Ok(())
}

/// Turns it off.
#[server(prefix = "/api", endpoint = "factor/drop")]
pub async fn drop_factor(code: String) -> Result<(), Trouble> {
    answer(desk()?.drop_factor(code).await)?;
    go("/settings/second-factor?done=off");
    Ok(())
}

/// Takes somebody's away.
#[server(prefix = "/api", endpoint = "people/reset-factor")]
pub async fn reset_factor(id: UserId) -> Result<(), Trouble> {
    answer(desk()?.reset_factor(id).await)?;
    go(&format!("/settings/people/{id}?done=factor"));
    Ok(())
}

/// Requires one of everybody.
#[server(prefix = "/api", endpoint = "people/require-factor")]
pub async fn require_factor(#[server(default)] required: bool) -> Result<(), Trouble> {
    answer(desk()?.require_factor(required).await)?;
    go("/settings/people?done=saved");
    Ok(())
}

/// The second step of a sign-in.
#[server(prefix = "/api", endpoint = "session/second-step")]
pub async fn second_step(code: String, #[server(default)] next: String) -> Result<(), Trouble> {
    for cookie in answer(desk()?.second_step(code).await)? {
        keep_cookie(&cookie.0);
    }
    go(&next);
    Ok(())
}

/// One's own sessions.
#[server(prefix = "/api", endpoint = "session/list")]
pub async fn own_sessions() -> Result<SessionsView, Trouble> {
    answer(desk()?.own_sessions().await)
}

/// Ends a session; `user` is whose.
#[server(prefix = "/api", endpoint = "session/end")]
pub async fn end_session(user: UserId, handle: String, #[server(default)] from: String) -> Result<(), Trouble> {
    answer(desk()?.end_session(user, handle).await)?;
    let back = if from == "person" { format!("/settings/people/{user}") } else { "/settings/profile".to_owned() };
    go(&format!("{back}?done=ended"));
    Ok(())
}

/// One cost centre.
#[server(prefix = "/api", endpoint = "cost-centres/get", input = Json)]
pub async fn cost_centre(id: CostCentreId) -> Result<CentreView, Trouble> {
    answer(desk()?.cost_centre(id).await)
}

/// Renames it.
#[server(prefix = "/api", endpoint = "cost-centres/rename")]
pub async fn rename_cost_centre(id: CostCentreId, name: String) -> Result<(), Trouble> {
    answer(desk()?.rename_cost_centre(id, name).await)?;
    go(&format!("/settings/cost-centres/{id}?done=saved"));
    Ok(())
}

/// Says who belongs to it.
#[server(prefix = "/api", endpoint = "cost-centres/members")]
pub async fn set_members(id: CostCentreId, #[server(default)] members: Vec<UserId>) -> Result<(), Trouble> {
    answer(desk()?.set_members(id, members).await)?;
    go(&format!("/settings/cost-centres/{id}?done=saved"));
    Ok(())
}
