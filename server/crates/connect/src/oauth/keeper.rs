//! One account's token: asked for once however many wait for it, renewed before it ends, and a changed refresh token kept before its
//! access token is used, so that no crash loses the only key.

use super::{Application, Grant, Tokens};
use crate::ConnectError;
use secrecy::{ExposeSecret, SecretString};
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};

/// Renewed this long before it ends.
const EARLY: Duration = Duration::from_secs(300);

/// Keeps a new refresh token for good; the words are the store's when it could not.
pub type Keep = Arc<dyn Fn(SecretString) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

struct Held {
    access: SecretString,
    until: Instant,
}

/// See the module.
pub struct Keeper {
    application: Application,
    keep: Keep,
    /// The one lock is what makes renewing single: whoever comes second finds the first one's token.
    held: Mutex<(Option<Held>, Grant)>,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("application", &self.application.client_id).finish_non_exhaustive()
    }
}

impl Keeper {
    /// A keeper that holds nothing yet.
    pub fn new(application: Application, grant: Grant, keep: Keep) -> Self {
        Self { application, keep, held: Mutex::new((None, grant)) }
    }

    /// For an application's own right: there is nothing to keep.
    pub fn of_application(application: Application) -> Self {
        Self::new(application, Grant::Application, Arc::new(|_| Box::pin(async { Ok(()) })))
    }

    /// A token that is good for a while.
    ///
    /// # Errors
    /// The token server's refusal; `Spool` when a new refresh token could not be kept.
    pub async fn token(&self) -> Result<SecretString, ConnectError> {
        let mut held = self.held.lock().await;
        if let Some(good) = held.0.as_ref().filter(|good| good.until > Instant::now()) {
            return Ok(good.access.clone());
        }
        self.renew(&mut held).await
    }

    /// Another token than this one, which the mailbox refused.
    ///
    /// # Errors
    /// As [`Keeper::token`].
    pub async fn other_than(&self, refused: &SecretString) -> Result<SecretString, ConnectError> {
        let mut held = self.held.lock().await;
        match &held.0 {
            Some(good) if good.access.expose_secret() != refused.expose_secret() => Ok(good.access.clone()),
            _ => self.renew(&mut held).await,
        }
    }

    async fn renew(&self, held: &mut (Option<Held>, Grant)) -> Result<SecretString, ConnectError> {
        held.0 = None;
        let Tokens { access, refresh, lasts } = self.application.tokens(&held.1).await?;
        if let Some(fresh) = refresh.filter(|_| !matches!(held.1, Grant::Application)) {
            let same = matches!(&held.1, Grant::Refresh(before) if before.expose_secret() == fresh.expose_secret());
            if !same {
                (self.keep)(fresh.clone()).await.map_err(|said| ConnectError::Spool { said })?;
                held.1 = Grant::Refresh(fresh);
            }
        }
        let good_for = if lasts > EARLY * 2 { lasts - EARLY } else { lasts / 2 };
        held.0 = Some(Held { access: access.clone(), until: Instant::now() + good_for });
        Ok(access)
    }
}
