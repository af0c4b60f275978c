//! One cost centre: its name and who belongs to it.

use super::{Office, Principal, trouble::problem_of};
use model::{CentreView, CostCentreId, Problem, Role, UserId};

impl Office {
    /// A cost centre and everybody who might belong to it.
    pub async fn cost_centre(&self, who: &Principal, id: CostCentreId) -> Result<CentreView, Problem> {
        self.manages_centre(who, id).await?;
        let centre = self.store.cost_centres().await.map_err(problem_of)?.into_iter().find(|centre| centre.id == id);
        let centre = centre.ok_or(Problem::NotFound)?;
        let users = self.store.users().await.map_err(problem_of)?;
        let people = users
            .into_iter()
            .filter(|user| !user.disabled || user.cost_centres.contains(&id))
            .map(|user| {
                let belongs = user.cost_centres.contains(&id);
                (user.id, user.name, user.role, belongs)
            })
            .collect();
        Ok(CentreView { centre, people })
    }

    /// Renames a cost centre.
    pub async fn rename_cost_centre(&self, who: &Principal, id: CostCentreId, name: &str) -> Result<(), Problem> {
        self.manages_centre(who, id).await?;
        let name = centre_name(name)?;
        let event = self.event(who, "cost_centre.renamed", format!("cost_centre:{id}"), name);
        self.store.rename_cost_centre(id, name, &event).await.map_err(problem_of)
    }

    /// Says who belongs to a cost centre.
    pub async fn set_members(&self, who: &Principal, id: CostCentreId, members: Vec<UserId>) -> Result<(), Problem> {
        self.manages_centre(who, id).await?;
        if !who.is_administrator() {
            let users = self.store.users().await.map_err(problem_of)?;
            let moved = users.iter().filter(|user| user.cost_centres.contains(&id) != members.contains(&user.id));
            if moved.into_iter().any(|user| user.role == Role::Administrator || who.user() == Some(user.id)) {
                return Err(Problem::Conflict("Only an administrator changes an administrator, or you.".into()));
            }
        }
        let names: Vec<String> = members.iter().map(ToString::to_string).collect();
        let event = self.event(who, "cost_centre.members_changed", format!("cost_centre:{id}"), format!("Users {}", names.join(" ")));
        self.store.set_members(id, &members, &event).await.map_err(problem_of)?;
        self.sessions_changed();
        Ok(())
    }
}

/// A name that fits on a line.
pub(super) fn centre_name(name: &str) -> Result<&str, Problem> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(Problem::field("name", "Enter a name of 60 characters or less"));
    }
    Ok(name)
}
