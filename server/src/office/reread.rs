//! Stored letters are read again after the reader has changed (S16): shown first, then accepted or dropped. For administrators.

use super::{Office, Principal, trouble::problem_of};
use model::{Problem, RereadView};
use postroom_mail::PARSER_VERSION;
use tokio_util::sync::CancellationToken;

/// Examples shown.
const EXAMPLES: i64 = 50;

impl Office {
    /// The page.
    pub async fn reread_view(&self, who: &Principal) -> Result<RereadView, Problem> {
        who.need_administrator()?;
        let (counts, examples) = self.store.reread_found(EXAMPLES).await.map_err(problem_of)?;
        let (failed, troubles) = self.store.reread_troubles(EXAMPLES).await.map_err(problem_of)?;
        Ok(RereadView {
            parser: PARSER_VERSION,
            older: self.store.read_before(PARSER_VERSION).await.map_err(problem_of)?,
            job: self.store.reread_job().await.map_err(problem_of)?,
            counts,
            examples,
            failed,
            troubles,
        })
    }

    /// Begins to look: nothing is changed by it.
    pub async fn begin_reread(&self, who: &Principal) -> Result<(), Problem> {
        who.need_administrator()?;
        self.store.begin_reread(PARSER_VERSION, &self.event(who, "letters.reread_begun", "", "")).await.map_err(problem_of)?;
        self.engine.wake_reread();
        Ok(())
    }

    /// What was found is written.
    pub async fn accept_reread(&self, who: &Principal) -> Result<(), Problem> {
        who.need_administrator()?;
        let changed = self.store.reread_job().await.map_err(problem_of)?.map_or(0, |job| job.changed);
        let event = self.event(who, "letters.reread_accepted", "", format!("{changed} letters"));
        self.store.accept_reread(&event).await.map_err(problem_of)?;
        self.engine.wake_reread();
        Ok(())
    }

    /// Everything stays as it is.
    pub async fn drop_reread(&self, who: &Principal) -> Result<(), Problem> {
        who.need_administrator()?;
        self.store.drop_reread(&self.event(who, "letters.reread_dropped", "", "")).await.map_err(problem_of)
    }

    /// Carries it on until it is through: for the command line and tests.
    pub async fn finish_reread(&self, who: &Principal) -> Result<(), Problem> {
        who.need_administrator()?;
        // Nobody waits between the tries of a letter here; they are few.
        while !self.engine.carry_reread_on(&CancellationToken::new()).await.map_err(problem_of)? {}
        Ok(())
    }
}
