//! Sign-in, sign-out, first run: who asks.

use super::OfficeDesk;
use crate::office::sign_in::FirstStep;
use crate::tokens;
use app::desk::{Answer, Entered, SessionCookie, SessionDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl SessionDesk for OfficeDesk {
    fn viewer(&self) -> Option<Viewer> {
        let viewer = self.visit.viewer().cloned()?;
        Some(Viewer { csrf: tokens::veil(&viewer.csrf), ..viewer })
    }
    async fn needs_set_up(&self) -> Answer<bool> {
        Ok(!self.office.is_set_up().await?)
    }
    async fn set_up(&self, token: String, form: UserForm) -> Answer<SessionCookie> {
        Ok(self.started(self.office.set_up(&self.visit, &token, form).await?))
    }
    async fn sign_in(&self, email: String, password: String) -> Answer<Entered> {
        Ok(match self.office.sign_in(&self.visit, &email, password).await? {
            FirstStep::In(cookies) => Entered::In(self.started(cookies)),
            FirstStep::Code(cookie) => Entered::Code(SessionCookie(cookie)),
        })
    }
    async fn sign_out(&self) -> Answer<SessionCookie> {
        self.office.sign_out(self.session()?).await.map(SessionCookie)
    }
    async fn change_password(&self, current: String, password: String, repeat: String) -> Answer<SessionCookie> {
        Ok(self.started(self.office.change_password(&self.visit, self.session()?, current, password, &repeat).await?))
    }
    async fn sign_out_everywhere(&self) -> Answer<SessionCookie> {
        self.office.sign_out_everywhere(self.session()?).await.map(SessionCookie)
    }
}
