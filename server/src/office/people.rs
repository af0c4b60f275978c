//! Users and cost centres.

use super::{Office, Principal, Session, sign_in::canonical, trouble::problem_of};
use model::{
    CostCentre, CostCentreId, FieldErrors, PeopleView, Permission, PersonView, Problem, Role, SessionsView, UserCard, UserForm, UserId,
};

impl Office {
    /// Everything the page of people shows.
    pub async fn people(&self, who: &Principal, session: &Session) -> Result<PeopleView, Problem> {
        who.need(Permission::UsersManage)?;
        Ok(PeopleView {
            users: self.users(who).await?,
            with_factor: self.store.users_with_factor().await.map_err(problem_of)?,
            centres: self.store.cost_centres().await.map_err(problem_of)?,
            links: self.link_cards().await?,
            fresh: self.fresh.link(&session.token_hash, self.now()),
            factor_required: self.factor_is_required().await?,
        })
    }

    /// One person, with sessions and sign-ins.
    pub async fn person(&self, who: &Principal, session: &Session, id: UserId) -> Result<PersonView, Problem> {
        who.need(Permission::UsersManage)?;
        let card = self.users(who).await?.into_iter().find(|card| card.id == id).ok_or(Problem::NotFound)?;
        let sessions = match self.sessions(who, Some(session), id).await {
            // An administrator's sessions are for administrators; the rest of the page is not.
            Err(Problem::NotFound) => SessionsView { open: Vec::new(), history: Vec::new() },
            found => found?,
        };
        Ok(PersonView {
            factor: self.has_factor(id).await?,
            sessions,
            centres: self.store.cost_centres().await.map_err(problem_of)?,
            // An invitation, or somebody else's link, is told on the page of people.
            fresh: self.fresh.link(&session.token_hash, self.now()).filter(|link| link.user == Some(id)),
            card,
        })
    }

    /// Users with everything about them for those who manage them; for those who share accounts, names alone.
    pub async fn users(&self, who: &Principal) -> Result<Vec<UserCard>, Problem> {
        who.need_one_of(&[Permission::UsersManage, Permission::AccountsManage, Permission::AccountsOwn])?;
        let mut users = self.store.users().await.map_err(problem_of)?;
        if !who.may(Permission::UsersManage) {
            for user in &mut users {
                user.granted.clear();
                user.cost_centres.clear();
                user.last_sign_in = None;
            }
        }
        Ok(users)
    }

    /// Adds a user.
    pub async fn add_user(&self, who: &Principal, form: UserForm, role: Role) -> Result<UserId, Problem> {
        who.need(Permission::UsersManage)?;
        if role == Role::Administrator && !who.is_administrator() {
            return Err(Problem::field("role", "Only an administrator makes another one"));
        }
        form.check().into_result()?;
        let email = canonical(&form.email);
        let hash = self.hash(form.password).await?;
        let event = self.event(who, "user.added", "", format!("{email} as {}", role.as_str()));
        self.store.add_user(&email, form.name.trim(), role, &hash, &event).await.map_err(problem_of)
    }

    /// Gives a user a new password (a forgotten one); every session of the user ends.
    pub async fn reset_password(&self, who: &Principal, email: &str, password: String) -> Result<(), Problem> {
        who.need(Permission::UsersManage)?;
        let mut errors = FieldErrors::default();
        model::check_new_password(&password, &password, &mut errors);
        errors.into_result()?;
        let user = self.store.user_by_email(&canonical(email)).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        if !who.is_administrator() {
            return Err(Problem::field("password", "Only an administrator gives somebody a new password"));
        }
        let hash = self.hash(password).await?;
        let event = self.event(who, "user.password_reset", format!("user:{}", user.id), "");
        self.store.set_password(user.id, &hash, &event).await.map_err(problem_of)?;
        self.sessions_changed();
        Ok(())
    }

    /// Changes role, keys, cost centres; disabling ends all the user's sessions. Nobody grants what he or she does not hold.
    pub async fn change_user(
        &self,
        who: &Principal,
        id: UserId,
        role: Role,
        disabled: bool,
        granted: Vec<Permission>,
        cost_centres: Vec<CostCentreId>,
    ) -> Result<(), Problem> {
        who.need(Permission::UsersManage)?;
        let before = self.store.user(id).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        let held = self
            .store
            .users()
            .await
            .map_err(problem_of)?
            .into_iter()
            .find(|user| user.id == id)
            .map_or_else(Vec::new, |user| user.cost_centres);
        if !who.is_administrator() {
            if before.role == Role::Administrator || role == Role::Administrator {
                return Err(Problem::field("role", "Only an administrator changes an administrator"));
            }
            let own = self.own_cost_centres(who).await?;
            let beyond_own = |centre: &CostCentreId| own.as_ref().is_some_and(|own| !own.contains(centre)) && !held.contains(centre);
            if who.user() == Some(id) || cost_centres.iter().any(beyond_own) {
                return Err(Problem::field("cost_centres", "Only an administrator gives cost centres that are not yours, or changes you"));
            }
            if let Some(beyond) = granted.iter().find(|key| !who.may(**key) && !before.granted.contains(key)) {
                return Err(Problem::NotAllowed(beyond.key().to_owned()));
            }
        }
        let known = self.store.cost_centres().await.map_err(problem_of)?;
        let was = Access { role: before.role, disabled: before.disabled, granted: &before.granted, centres: &held };
        let is = Access { role, disabled, granted: &granted, centres: &cost_centres };
        let event = self.event(who, "user.changed", format!("user:{id}"), difference(&was, &is, &known));
        self.store.change_user(id, role, disabled, &granted, &cost_centres, &event).await.map_err(problem_of)?;
        self.sessions_changed();
        Ok(())
    }

    /// Cost centres, for forms and filters: one's own; all for administrators and those who manage people.
    pub async fn cost_centres(&self, who: &Principal) -> Result<Vec<CostCentre>, Problem> {
        who.need_somebody()?;
        let mut centres = self.store.cost_centres().await.map_err(problem_of)?;
        if !who.may(Permission::UsersManage)
            && let Some(own) = self.own_cost_centres(who).await?
        {
            centres.retain(|centre| own.contains(&centre.id));
        }
        Ok(centres)
    }

    /// Adds a cost centre.
    pub async fn add_cost_centre(&self, who: &Principal, name: &str) -> Result<CostCentreId, Problem> {
        who.need(Permission::UsersManage)?;
        let name = super::centres::centre_name(name)?;
        let event = self.event(who, "cost_centre.added", "", name);
        self.store.add_cost_centre(name, &event).await.map_err(problem_of)
    }
}

/// What somebody may do.
struct Access<'a> {
    role: Role,
    disabled: bool,
    granted: &'a [Permission],
    centres: &'a [CostCentreId],
}

/// What is different, in words for the audit trail.
fn difference(was: &Access<'_>, is: &Access<'_>, known: &[CostCentre]) -> String {
    let mut words = Vec::new();
    if was.role != is.role {
        words.push(format!("role: {} → {}", was.role.as_str(), is.role.as_str()));
    }
    match (was.disabled, is.disabled) {
        (false, true) => words.push("disabled".to_owned()),
        (true, false) => words.push("no longer disabled".to_owned()),
        _ => {}
    }
    let keys = |of: &[Permission], not: &[Permission]| {
        of.iter().filter(|key| !not.contains(key)).map(|key| key.key()).collect::<Vec<_>>().join(", ")
    };
    let centres = |of: &[CostCentreId], not: &[CostCentreId]| {
        let apart: Vec<CostCentreId> = of.iter().filter(|centre| !not.contains(centre)).copied().collect();
        model::names_of(known, &apart).join(", ")
    };
    let lists = [
        ("granted", keys(is.granted, was.granted)),
        ("no longer granted", keys(was.granted, is.granted)),
        ("cost centres given", centres(is.centres, was.centres)),
        ("cost centres taken", centres(was.centres, is.centres)),
    ];
    words.extend(lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(what, list)| format!("{what}: {list}")));
    if words.is_empty() { "nothing was different".to_owned() } else { words.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trail_says_what_somebody_may_do_now_and_could_not_before() {
        let centre = |id: i64, name: &str| CostCentre { id: CostCentreId(id), name: name.into(), clients: 0, users: 0 };
        let known = [centre(1, "North"), centre(2, "South")];
        let was = Access { role: Role::Staff, disabled: false, granted: &[Permission::AuditView], centres: &[CostCentreId(1)] };
        let is = Access { role: Role::Administrator, disabled: true, granted: &[Permission::ClientsEdit], centres: &[CostCentreId(2)] };
        assert_eq!(
            difference(&was, &is, &known),
            "role: staff → administrator; disabled; granted: Clients.Edit; no longer granted: Audit.View; cost centres given: South; cost centres taken: North"
        );
        assert_eq!(difference(&was, &was, &known), "nothing was different");
    }
}
