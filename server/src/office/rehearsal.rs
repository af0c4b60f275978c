//! Rehearsals (S9): what collecting would do, before anything is stored.

use super::{Office, Principal, Session, folders, trouble::problem_of};
use model::{AccountId, Problem, Rehearsal};
use postroom_store::Scope;

impl Office {
    /// Asks the server and matches headers against clients; nothing is stored but, in the session, the answer.
    pub async fn rehearse(&self, who: &Principal, session: &Session, id: AccountId) -> Result<Rehearsal, Problem> {
        let record = self.managed_account(who, id).await?;
        if !record.settings.tested {
            return Err(Problem::Conflict("Test the connection first.".into()));
        }
        let mut rehearsal = self.engine.rehearse(id).await.map_err(|error| folders::told(&error))?;
        rehearsal.clients_on_file = self.store.client_count(Scope::Everything).await.map_err(problem_of)?;
        self.drafts.keep_rehearsal(&session.token_hash, id, rehearsal.clone(), self.now());
        self.record(who, "account.rehearsed", format!("account:{id}"), format!("{} letters", rehearsal.letters)).await?;
        Ok(rehearsal)
    }

    /// The last rehearsal of this session.
    pub async fn last_rehearsal(&self, who: &Principal, session: &Session, id: AccountId) -> Result<Option<Rehearsal>, Problem> {
        self.managed_account(who, id).await?;
        Ok(self.drafts.rehearsal(&session.token_hash, id, self.now()))
    }
}
