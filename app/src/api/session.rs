//! Sessions: who asks, sign in, set up, sign out, and the look of the pages.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use model::{UserForm, Viewer};
use serde::{Deserialize, Serialize};

/// Who asks, and whether there is an office at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// `None` when nobody is signed in.
    pub viewer: Option<Viewer>,
    /// Nobody is set up yet.
    pub needs_set_up: bool,
}

/// Who asks. Open to everyone: it tells nothing but oneself.
#[server(prefix = "/api", endpoint = "session/get")]
pub async fn who_asks() -> Result<Session, Trouble> {
    let desk = desk()?;
    let needs_set_up = answer(desk.needs_set_up().await)?;
    Ok(Session { viewer: desk.viewer(), needs_set_up })
}

/// Starts a session and goes on to the page that was asked for.
#[server(prefix = "/api", endpoint = "session/sign-in")]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Result<(), Trouble> {
    match answer(desk()?.sign_in(email, password).await)? {
        crate::desk::Entered::In(cookie) => {
            keep_cookie(&cookie.0);
            go(&next);
        }
        crate::desk::Entered::Code(cookie) => {
            keep_cookie(&cookie.0);
            go(&format!("/sign-in/code?next={}", model::escaped(&next, "/")));
        }
    }
    Ok(())
}

/// Makes the first administrator.
#[server(prefix = "/api", endpoint = "session/set-up")]
pub async fn set_up(token: String, form: UserForm) -> Result<(), Trouble> {
    let cookie = answer(desk()?.set_up(token, form).await)?;
    keep_cookie(&cookie.0);
    go("/");
    Ok(())
}

/// Ends this session.
#[server(prefix = "/api", endpoint = "session/sign-out")]
pub async fn sign_out() -> Result<(), Trouble> {
    let cookie = answer(desk()?.sign_out().await)?;
    keep_cookie(&cookie.0);
    go("/sign-in?done=signed-out");
    Ok(())
}

/// Remembers light or dark in this browser; anything else follows the system. Returns to the page it came from.
#[server(prefix = "/api", endpoint = "session/theme")]
pub async fn set_theme(theme: String) -> Result<(), Trouble> {
    let theme = if matches!(theme.as_str(), "light" | "dark") { theme } else { "auto".to_owned() };
    keep_cookie(&format!("theme={theme}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"));
    Ok(())
}

/// Who asks, as the server knows it while drawing. Nobody signed in is sent to the door; in a browser nobody is known.
pub fn viewer_now() -> Option<Viewer> {
    #[cfg(feature = "ssr")]
    {
        let viewer = desk().ok()?.viewer();
        if viewer.is_none() {
            let _ = answer::<()>(Err(model::Problem::SignIn));
        }
        viewer
    }
    #[cfg(not(feature = "ssr"))]
    None
}

/// Who asks, without sending anybody to the door: for what is drawn where no page is.
pub fn viewer_if_any() -> Option<Viewer> {
    #[cfg(feature = "ssr")]
    return desk().ok()?.viewer();
    #[cfg(not(feature = "ssr"))]
    None
}
