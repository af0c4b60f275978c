//! Invitations and new passwords by a link that works once.
//!
//! Must never: keep or record the word in a link, tell it a second time, or let a link for a new password go around the second factor.

use super::sign_in::{SignedIn, canonical};
use super::{Office, Principal, Session, trouble::problem_of};
use crate::http::Visit;
use crate::tokens;
use model::{
    ComeInForm, CostCentreId, FieldErrors, FreshLink, InviteForm, LinkCard, LinkId, LinkPurpose, LinkView, Permission, Problem, Role,
    UserId, check_new_password,
};
use postroom_store::{NewLink, StoreError};

/// An invitation works this long, ms (7 days).
const INVITED: i64 = 7 * 24 * 60 * 60 * 1000;
/// A link for a new password works this long, ms (a day).
const RESET: i64 = 24 * 60 * 60 * 1000;

const SPENT: &str = "This link does not work any more: it was used, taken back, or is too old. Ask whoever sent it for a new one.";

impl Office {
    /// Makes an invitation; the link is told once, to the session that made it.
    pub async fn invite(
        &self,
        who: &Principal,
        visit: &Visit,
        session: &Session,
        form: InviteForm,
        role: Role,
        cost_centres: Vec<CostCentreId>,
    ) -> Result<(), Problem> {
        who.need(Permission::UsersManage)?;
        let mut errors = form.check();
        if role == Role::Administrator && !who.is_administrator() {
            errors.add("role", "Only an administrator makes another one");
        }
        if let Some(own) = self.own_cost_centres(who).await?
            && cost_centres.iter().any(|centre| !own.contains(centre))
        {
            errors.add("cost_centres", "Only an administrator gives cost centres that are not yours");
        }
        errors.into_result()?;
        let link = NewLink {
            purpose: LinkPurpose::Invitation,
            user: None,
            email: canonical(&form.email),
            name: form.name.trim().to_owned(),
            role,
            cost_centres,
            made_by: who.name(),
            made_at: self.now(),
            expires_at: self.now() + INVITED,
        };
        let event = self.event(who, "user.invited", "", format!("{} as {}", link.email, role.as_str()));
        self.make_link(visit, session, link, &event).await
    }

    /// Makes a link by which somebody sets a new password; his or her sessions end at once. An administrator's alone: with the link one
    /// could sign in as that person, and read what is only his or hers.
    pub async fn make_reset(&self, who: &Principal, visit: &Visit, session: &Session, id: UserId) -> Result<(), Problem> {
        who.need(Permission::UsersManage)?;
        let user = self.store.user(id).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        if !who.is_administrator() {
            return Err(Problem::Conflict("Only an administrator makes a link for a new password.".into()));
        }
        let link = NewLink {
            purpose: LinkPurpose::Reset,
            user: Some(id),
            email: user.email,
            name: user.name,
            role: user.role,
            cost_centres: Vec::new(),
            made_by: who.name(),
            made_at: self.now(),
            expires_at: self.now() + RESET,
        };
        let event = self.event(who, "user.reset_link_made", format!("user:{id}"), "");
        self.make_link(visit, session, link, &event).await
    }

    async fn make_link(&self, visit: &Visit, session: &Session, link: NewLink, event: &postroom_store::NewEvent) -> Result<(), Problem> {
        let token = tokens::new_link_token();
        self.store.add_link(&tokens::digest(&token), &link, event).await.map_err(problem_of)?;
        let address = format!("{}/welcome?link={token}", visit.origin);
        let fresh = FreshLink { purpose: link.purpose, user: link.user, name: link.name, address, expires_at: link.expires_at };
        self.fresh.keep_link(&session.token_hash, fresh, self.now());
        Ok(())
    }

    /// Links that still work.
    pub(crate) async fn link_cards(&self) -> Result<Vec<LinkCard>, Problem> {
        let records = self.store.links(self.now()).await.map_err(problem_of)?;
        Ok(records
            .into_iter()
            .map(|record| LinkCard {
                id: record.id,
                purpose: record.link.purpose,
                name: record.link.name,
                email: record.link.email,
                role: record.link.role,
                made_by: record.link.made_by,
                expires_at: record.link.expires_at,
            })
            .collect())
    }

    /// Takes a link back.
    pub async fn revoke_link(&self, who: &Principal, id: LinkId) -> Result<(), Problem> {
        who.need(Permission::UsersManage)?;
        let card = self.link_cards().await?.into_iter().find(|card| card.id == id).ok_or(Problem::NotFound)?;
        let event = self.event(who, "user.link_revoked", "", format!("{} of {}", card.purpose.as_str(), card.email));
        self.store.revoke_link(id, &event).await.map_err(problem_of)
    }

    /// What is told once is noted.
    pub fn forget_fresh(&self, session: &Session) {
        self.fresh.forget(&session.token_hash);
    }

    /// What whoever opens a link is shown; `None` when it does not work (any more).
    pub async fn look_at_link(&self, token: &str) -> Result<Option<LinkView>, Problem> {
        let found = self.store.link(&tokens::digest(token), self.now()).await.map_err(problem_of)?;
        Ok(found.map(|found| LinkView { purpose: found.link.purpose, name: found.link.name, email: found.link.email }))
    }

    /// Somebody comes by a link. An invited person is signed in; whoever set a new password signs in with it, second factor and all.
    pub async fn come_in(&self, visit: &Visit, token: &str, form: ComeInForm) -> Result<Option<SignedIn>, Problem> {
        let spent = || Problem::Conflict(SPENT.into());
        let hash = tokens::digest(token);
        let found = self.store.link(&hash, self.now()).await.map_err(problem_of)?.ok_or_else(spent)?;
        let mut errors = FieldErrors::default();
        let invited = found.link.purpose == LinkPurpose::Invitation;
        if invited && form.name.trim().is_empty() {
            errors.add("name", "Enter your full name");
        }
        check_new_password(&form.password, &form.password_repeat, &mut errors);
        errors.into_result()?;
        let password = self.hash(form.password).await?;
        let nobody = Principal::Nobody;
        let gone = |error| if matches!(error, StoreError::NotFound) { spent() } else { problem_of(error) };
        if invited {
            let event = self.event(&nobody, "user.joined", "", format!("Invited by {}", found.link.made_by));
            let id = self.store.accept_invitation(&hash, form.name.trim(), &password, &event).await.map_err(gone)?;
            return self.start(visit, id).await.map(Some);
        }
        let event = self.event(&nobody, "user.password_reset", "", format!("By a link of {}", found.link.made_by));
        self.store.accept_reset(&hash, &password, &event).await.map_err(gone)?;
        self.sessions_changed();
        Ok(None)
    }
}
