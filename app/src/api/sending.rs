//! Who sends, through what, and under which rules. Forms send texts: an empty choice is none.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// A cost centre's services.
#[server(prefix = "/api", endpoint = "services/list", input = Json)]
pub async fn services(centre: CostCentreId) -> Result<ServicesView, Trouble> {
    answer(desk()?.services(centre).await)
}

/// Adds a service, or changes the one with this id.
#[server(prefix = "/api", endpoint = "services/save")]
pub async fn save_service(
    centre: CostCentreId,
    #[server(default)] id: String,
    #[server(default)] name: String,
    #[server(default)] account: String,
    #[server(default)] is_default: bool,
) -> Result<(), Trouble> {
    let (id, account) = (id.parse().ok(), account.parse().ok());
    answer(desk()?.save_service(centre, id, name, account, is_default).await)?;
    go(&format!("/settings/cost-centres/{centre}/services?done=saved"));
    Ok(())
}

/// Takes a service away.
#[server(prefix = "/api", endpoint = "services/remove")]
pub async fn remove_service(centre: CostCentreId, id: ServiceId) -> Result<(), Trouble> {
    answer(desk()?.remove_service(centre, id).await)?;
    go(&format!("/settings/cost-centres/{centre}/services?done=removed"));
    Ok(())
}

/// Says which account somebody uses for a service; none = the service's own.
#[server(prefix = "/api", endpoint = "services/override")]
pub async fn override_service(
    centre: CostCentreId,
    #[server(default)] service: String,
    #[server(default)] user: String,
    #[server(default)] override_account: String,
) -> Result<(), Trouble> {
    let (service, user) = (service.parse().unwrap_or(ServiceId(0)), user.parse().unwrap_or(UserId(0)));
    answer(desk()?.override_service(centre, service, user, override_account.parse().ok()).await)?;
    go(&format!("/settings/cost-centres/{centre}/services?done=saved"));
    Ok(())
}

/// Web configurations.
#[server(prefix = "/api", endpoint = "web-configurations/list", input = Json)]
pub async fn web_configurations() -> Result<WebsView, Trouble> {
    answer(desk()?.web_configurations().await)
}

/// Makes one, or changes the one with this id.
#[server(prefix = "/api", endpoint = "web-configurations/save")]
pub async fn save_web_configuration(
    #[server(default)] id: String,
    #[server(default)] name: String,
    #[server(default)] centre: String,
    #[server(default)] service: String,
) -> Result<(), Trouble> {
    let (id, centre, service) = (id.parse().ok(), centre.parse().ok(), service.parse().ok());
    answer(desk()?.save_web_configuration(id, name, centre, service).await)?;
    go("/settings/web-configurations?done=saved");
    Ok(())
}

/// Takes one away.
#[server(prefix = "/api", endpoint = "web-configurations/remove")]
pub async fn remove_web_configuration(id: WebConfigurationId) -> Result<(), Trouble> {
    answer(desk()?.remove_web_configuration(id).await)?;
    go("/settings/web-configurations?done=removed");
    Ok(())
}

/// The rules of e-mail.
#[server(prefix = "/api", endpoint = "email-rules/get", input = Json)]
pub async fn look_at_email_rules() -> Result<EmailRules, Trouble> {
    answer(desk()?.email_rules().await)
}

/// Changes them.
#[server(prefix = "/api", endpoint = "email-rules/save")]
pub async fn save_email_rules(
    #[server(default)] default_email: String,
    #[server(default)] match_from: bool,
    #[server(default)] allow_cc: bool,
    #[server(default)] allow_bcc: bool,
    #[server(default)] allow_docx: bool,
    #[server(default)] recipients: String,
    #[server(default)] labels: Vec<String>,
) -> Result<(), Trouble> {
    let mut typed = labels.into_iter();
    let labels = std::array::from_fn(|_| typed.next().unwrap_or_default());
    let recipients = recipients.trim().parse().unwrap_or(0);
    let rules = EmailRules { default_email, match_from, allow_cc, allow_bcc, allow_docx, recipients, labels };
    answer(desk()?.save_email_rules(rules).await)?;
    go("/settings/email-rules?done=saved");
    Ok(())
}

/// Which account will send, and why.
#[server(prefix = "/api", endpoint = "which-account/get", input = Json)]
pub async fn which_account(asked: Asked) -> Result<LadderView, Trouble> {
    answer(desk()?.which_account(asked).await)
}

/// Looks whether unattended letters can leave.
#[server(prefix = "/api", endpoint = "which-account/look")]
pub async fn look_at_unattended() -> Result<(), Trouble> {
    answer(desk()?.look_at_unattended().await)?;
    go("/settings/which-account?done=looked#unattended");
    Ok(())
}
