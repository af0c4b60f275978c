//! Stored letters read again.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::RereadView;

/// What there is to read again.
#[server(prefix = "/api", endpoint = "reread/view", input = Json)]
pub async fn ask_reread() -> Result<RereadView, Trouble> {
    answer(desk()?.reread_view().await)
}

/// Looks what would change.
#[server(prefix = "/api", endpoint = "reread/begin")]
pub async fn begin_reread() -> Result<(), Trouble> {
    answer(desk()?.begin_reread().await)?;
    go("/settings/reread");
    Ok(())
}

/// Writes what was found.
#[server(prefix = "/api", endpoint = "reread/accept")]
pub async fn accept_reread() -> Result<(), Trouble> {
    answer(desk()?.accept_reread().await)?;
    go("/settings/reread");
    Ok(())
}

/// Leaves everything as it is.
#[server(prefix = "/api", endpoint = "reread/drop")]
pub async fn drop_reread() -> Result<(), Trouble> {
    answer(desk()?.drop_reread().await)?;
    go("/settings/reread");
    Ok(())
}
