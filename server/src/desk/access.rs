//! How people come in: invitations, new passwords, the second factor, sessions, cost centres one by one.

use super::OfficeDesk;
use app::desk::{AccessDesk, Answer, SessionCookie};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl AccessDesk for OfficeDesk {
    async fn people(&self) -> Answer<PeopleView> {
        self.office.people(&self.who, self.session()?).await
    }
    async fn person(&self, id: UserId) -> Answer<PersonView> {
        self.office.person(&self.who, self.session()?, id).await
    }
    async fn invite(&self, form: InviteForm, role: Role, cost_centres: Vec<CostCentreId>) -> Answer<()> {
        self.office.invite(&self.who, &self.visit, self.session()?, form, role, cost_centres).await
    }
    async fn make_reset(&self, id: UserId) -> Answer<()> {
        self.office.make_reset(&self.who, &self.visit, self.session()?, id).await
    }
    async fn revoke_link(&self, id: LinkId) -> Answer<()> {
        self.office.revoke_link(&self.who, id).await
    }
    async fn forget_fresh(&self) -> Answer<()> {
        self.office.forget_fresh(self.session()?);
        Ok(())
    }
    async fn look_at_link(&self, token: String) -> Answer<Option<LinkView>> {
        self.office.look_at_link(&token).await
    }
    async fn come_in(&self, token: String, form: ComeInForm) -> Answer<Option<SessionCookie>> {
        Ok(self.office.come_in(&self.visit, &token, form).await?.map(|cookies| self.started(cookies)))
    }
    async fn factor(&self) -> Answer<FactorView> {
        self.office.factor(self.session()?).await
    }
    async fn begin_factor(&self) -> Answer<()> {
        self.office.begin_factor(self.session()?).await
    }
    async fn confirm_factor(&self, code: String) -> Answer<()> {
        self.office.confirm_factor(self.session()?, &code).await
    }
    async fn renew_codes(&self, code: String) -> Answer<()> {
        self.office.renew_codes(self.session()?, &code).await
    }
    async fn drop_factor(&self, code: String) -> Answer<()> {
        self.office.drop_factor(self.session()?, &code).await
    }
    async fn reset_factor(&self, id: UserId) -> Answer<()> {
        self.office.reset_factor(&self.who, id).await
    }
    async fn require_factor(&self, required: bool) -> Answer<()> {
        self.office.require_factor(&self.who, required).await
    }
    async fn second_step(&self, code: String) -> Answer<Vec<SessionCookie>> {
        let cookies = self.office.second_step(&self.visit, &code).await?;
        Ok(vec![self.started(cookies), SessionCookie(self.office.forget_step())])
    }
    async fn own_sessions(&self) -> Answer<SessionsView> {
        let session = self.session()?;
        self.office.sessions(&self.who, Some(session), session.viewer.id).await
    }
    async fn end_session(&self, user: UserId, handle: String) -> Answer<()> {
        self.office.end_session_of(&self.who, user, &handle).await
    }
    async fn cost_centre(&self, id: CostCentreId) -> Answer<CentreView> {
        self.office.cost_centre(&self.who, id).await
    }
    async fn rename_cost_centre(&self, id: CostCentreId, name: String) -> Answer<()> {
        self.office.rename_cost_centre(&self.who, id, &name).await
    }
    async fn set_members(&self, id: CostCentreId, members: Vec<UserId>) -> Answer<()> {
        self.office.set_members(&self.who, id, members).await
    }
}
