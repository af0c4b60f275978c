//! How people come in.

use super::*;

fn sessions() -> SessionsView {
    let open = SessionCard {
        handle: "a1".into(),
        device: "Firefox on Windows".into(),
        address: "192.0.2.7".into(),
        started: NOW,
        seen: NOW,
        current: true,
    };
    let other = SessionCard { handle: "b2".into(), device: "Safari on iPhone".into(), current: false, ..open.clone() };
    let row = SignInRow { at: NOW, good: true, what: "Signed in".into(), detail: "From 192.0.2.7".into() };
    let refused = SignInRow { good: false, what: "Wrong password".into(), ..row.clone() };
    SessionsView { open: vec![open, other], history: vec![row, refused] }
}

fn fresh() -> FreshLink {
    FreshLink {
        purpose: LinkPurpose::Invitation,
        user: None,
        name: "Dora".into(),
        address: "https://post.example/welcome?link=abc".into(),
        expires_at: NOW,
    }
}

#[async_trait]
impl AccessDesk for Office {
    async fn people(&self) -> Answer<PeopleView> {
        let link = LinkCard {
            id: LinkId(1),
            purpose: LinkPurpose::Invitation,
            name: "Dora".into(),
            email: "dora@office.example".into(),
            role: Role::Staff,
            made_by: "ada@office.example".into(),
            expires_at: NOW,
        };
        Ok(PeopleView {
            users: self.users().await?,
            with_factor: vec![UserId(1)],
            centres: self.cost_centres().await?,
            links: vec![link],
            fresh: Some(fresh()),
            factor_required: false,
        })
    }
    async fn person(&self, id: UserId) -> Answer<PersonView> {
        let card = self.users().await?.into_iter().find(|card| card.id == id).ok_or(Problem::NotFound)?;
        Ok(PersonView { card, factor: true, sessions: sessions(), centres: self.cost_centres().await?, fresh: None })
    }
    async fn invite(&self, form: InviteForm, _: Role, _: Vec<CostCentreId>) -> Answer<()> {
        form.check().into_result()
    }
    async fn make_reset(&self, _: UserId) -> Answer<()> {
        Ok(())
    }
    async fn revoke_link(&self, _: LinkId) -> Answer<()> {
        Ok(())
    }
    async fn forget_fresh(&self) -> Answer<()> {
        Ok(())
    }
    async fn look_at_link(&self, token: String) -> Answer<Option<LinkView>> {
        let purpose = if token == "reset" { LinkPurpose::Reset } else { LinkPurpose::Invitation };
        Ok((token != "spent").then(|| LinkView { purpose, name: "Dora".into(), email: "dora@office.example".into() }))
    }
    async fn come_in(&self, token: String, form: ComeInForm) -> Answer<Option<SessionCookie>> {
        let mut errors = FieldErrors::default();
        check_new_password(&form.password, &form.password_repeat, &mut errors);
        errors.into_result()?;
        Ok((token != "reset").then(|| SessionCookie("session=dora; Path=/; HttpOnly".into())))
    }
    async fn factor(&self) -> Answer<FactorView> {
        self.busy()?;
        let picture = "M0 0h7v1h-7z".to_owned();
        let state = if self.is_busy() {
            FactorState::Begun(Enrolment { secret: "ABCD EFGH".into(), picture, size: 33 })
        } else {
            FactorState::On { since: NOW, codes_left: 9 }
        };
        Ok(FactorView { state, required: false, fresh_codes: vec!["abcd-efgh-ijkl-mnop".into()] })
    }
    async fn begin_factor(&self) -> Answer<()> {
        Ok(())
    }
    async fn confirm_factor(&self, code: String) -> Answer<()> {
        if code == "123456" { Ok(()) } else { Err(Problem::field("code", "This code is not right")) }
    }
    async fn renew_codes(&self, code: String) -> Answer<()> {
        self.confirm_factor(code).await
    }
    async fn drop_factor(&self, code: String) -> Answer<()> {
        self.confirm_factor(code).await
    }
    async fn reset_factor(&self, _: UserId) -> Answer<()> {
        Ok(())
    }
    async fn require_factor(&self, _: bool) -> Answer<()> {
        Ok(())
    }
    async fn second_step(&self, code: String) -> Answer<Vec<SessionCookie>> {
        self.confirm_factor(code).await?;
        Ok(vec![SessionCookie("session=ada; Path=/; HttpOnly".into())])
    }
    async fn own_sessions(&self) -> Answer<SessionsView> {
        self.busy()?;
        Ok(sessions())
    }
    async fn end_session(&self, _: UserId, _: String) -> Answer<()> {
        Ok(())
    }
    async fn cost_centre(&self, id: CostCentreId) -> Answer<CentreView> {
        let centre = self.cost_centres().await?.into_iter().find(|centre| centre.id == id).ok_or(Problem::NotFound)?;
        Ok(CentreView {
            centre,
            people: vec![(UserId(1), "Ada".into(), Role::Administrator, false), (UserId(2), "Ben".into(), Role::Staff, true)],
        })
    }
    async fn rename_cost_centre(&self, _: CostCentreId, _: String) -> Answer<()> {
        Ok(())
    }
    async fn set_members(&self, _: CostCentreId, _: Vec<UserId>) -> Answer<()> {
        Ok(())
    }
}
