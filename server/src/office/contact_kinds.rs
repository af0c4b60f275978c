//! Contact types and queues: short lists that administrators keep (TP-38 to TP-40, O24).

use super::{Office, Principal, trouble::problem_of};
use model::{InUse, Problem};

/// Longest name, characters.
const LONGEST: usize = 60;

fn name_of(typed: &str) -> Result<String, Problem> {
    let name = postroom_mail::clean::line(typed.trim());
    if name.is_empty() {
        return Err(Problem::field("name", "Enter a name"));
    }
    if name.chars().count() > LONGEST {
        return Err(Problem::field("name", "Use 60 characters or fewer"));
    }
    Ok(name)
}

/// "Desk, Sales", "Desk and 4 more".
fn some_of(names: &[String]) -> String {
    match names {
        [] | [_] | [_, _] | [_, _, _] => names.join(", "),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

impl Office {
    /// Contact types with what uses them.
    pub async fn contact_types(&self, who: &Principal) -> Result<Vec<InUse>, Problem> {
        who.need_administrator()?;
        self.store.contact_types_in_use().await.map_err(problem_of)
    }

    /// Adds a contact type, or gives one another name.
    pub async fn keep_contact_type(&self, who: &Principal, id: Option<i64>, name: &str) -> Result<(), Problem> {
        who.need_administrator()?;
        let name = name_of(name)?;
        let action = if id.is_some() { "contact_type.renamed" } else { "contact_type.added" };
        let event = self.event(who, action, id.map(|id| format!("contact_type:{id}")).unwrap_or_default(), name.as_str());
        self.store.keep_contact_type(id, &name, &event).await.map(|_| ()).map_err(problem_of)
    }

    /// Takes a contact type away; what uses it is said.
    pub async fn remove_contact_type(&self, who: &Principal, id: i64) -> Result<(), Problem> {
        let kinds = self.contact_types(who).await?;
        let kind = kinds.into_iter().find(|kind| kind.id == id).ok_or(Problem::NotFound)?;
        if !kind.accounts.is_empty() {
            let accounts = some_of(&kind.accounts);
            return Err(Problem::Conflict(format!("“{}” is imported by {accounts}. Untick it there first.", kind.name)));
        }
        if kind.count > 0 {
            return Err(Problem::Conflict(format!("There are contacts of the type “{}”. Give them another type first.", kind.name)));
        }
        let event = self.event(who, "contact_type.removed", format!("contact_type:{id}"), kind.name.as_str());
        self.store.remove_contact_type(id, &event).await.map_err(problem_of)
    }

    /// Queues with what uses them, the built-in one first.
    pub async fn queues(&self, who: &Principal) -> Result<Vec<InUse>, Problem> {
        who.need_administrator()?;
        self.store.queues_in_use().await.map_err(problem_of)
    }

    /// Adds a queue, or gives one another name.
    pub async fn keep_queue(&self, who: &Principal, id: Option<i64>, name: &str) -> Result<(), Problem> {
        who.need_administrator()?;
        let name = name_of(name)?;
        let action = if id.is_some() { "queue.renamed" } else { "queue.added" };
        let event = self.event(who, action, id.map(|id| format!("queue:{id}")).unwrap_or_default(), name.as_str());
        self.store.keep_queue(id, &name, &event).await.map(|_| ()).map_err(problem_of)
    }

    /// Takes a queue away; what uses it is said.
    pub async fn remove_queue(&self, who: &Principal, id: i64) -> Result<(), Problem> {
        let queues = self.queues(who).await?;
        let queue = queues.into_iter().find(|queue| queue.id == id).ok_or(Problem::NotFound)?;
        if !queue.accounts.is_empty() {
            let accounts = some_of(&queue.accounts);
            return Err(Problem::Conflict(format!("“{}” is the error queue of {accounts}. Choose another one there first.", queue.name)));
        }
        if queue.count > 0 {
            return Err(Problem::Conflict(format!("Letters still wait in “{}”. Work them off first.", queue.name)));
        }
        let event = self.event(who, "queue.removed", format!("queue:{id}"), queue.name.as_str());
        self.store.remove_queue(id, &event).await.map_err(problem_of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_accounts_are_named_and_many_counted() {
        let names = |n: usize| (1..=n).map(|n| format!("A{n}")).collect::<Vec<_>>();
        assert_eq!(some_of(&names(3)), "A1, A2, A3");
        assert_eq!(some_of(&names(5)), "A1 and 4 more");
    }
}
