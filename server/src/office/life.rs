//! The life of an account after its set-up: when it is collected, and how it ends.

use super::accounts::may_manage;
use super::{Office, Principal, trouble::problem_of, trouble::unexpected};
use model::{AccountId, FieldErrors, Letters, Permission, Problem, Removal, Schedule, Task, Tasks};
use postroom_sync::CollectError;
use tokio_util::sync::CancellationToken;

/// Steps of a removal that a person waits for: an account of some thousand letters is gone when the page comes back, a larger one goes on
/// in the background.
const STEPS_AT_ONCE: usize = 10;

impl Office {
    /// What deleting an account would do.
    pub async fn removal(&self, who: &Principal, id: AccountId) -> Result<Removal, Problem> {
        let record = self.managed_account(who, id).await?;
        let (letters, only_here, of_clients) = self.store.removal_effect(id).await.map_err(problem_of)?;
        let archive = !record.settings.protocol.collects();
        let may_remove = who.may(Permission::AccountsManage);
        Ok(Removal { id, name: record.settings.name, archive, letters, only_here, of_clients, may_remove })
    }

    /// Deletes an account. Letters are part of the office's record, so only those who manage every account remove them.
    pub async fn delete_account(&self, who: &Principal, id: AccountId, letters: Option<Letters>) -> Result<(), Problem> {
        let record = self.managed_account(who, id).await?;
        let archive = !record.settings.protocol.collects();
        let letters = letters.ok_or_else(|| Problem::field("letters", "Choose what becomes of its letters"))?;
        if letters == Letters::Keep && archive {
            return Err(Problem::Conflict("It is an archive already: its letters are kept and nothing is collected.".into()));
        }
        if letters == Letters::Remove && !who.may(Permission::AccountsManage) {
            return Err(Problem::NotAllowed(Permission::AccountsManage.key().to_owned()));
        }
        // Whatever runs ends after its window, and nothing begins until it is done.
        let claim = self.engine.quiet(id).await.map_err(|error| match error {
            CollectError::Store(error) => problem_of(error),
            CollectError::Busy => Problem::Conflict("This account is at work and does not end in time. Try again in a minute.".into()),
            error => unexpected(&error),
        })?;
        let name = record.settings.name.clone();
        let done = match letters {
            Letters::Keep => {
                let event = self.event(who, "account.archived", format!("account:{id}"), name);
                self.store.archive_account(id, &event).await
            }
            Letters::Remove => {
                let (_, only_here, of_clients) = self.store.removal_effect(id).await.map_err(problem_of)?;
                let detail = format!("{name}: {only_here} letters that no other account holds, {of_clients} of them of clients");
                let event = self.event(who, "account.removal_begun", format!("account:{id}"), detail.clone());
                self.store.begin_removal(id, &detail, &event).await
            }
        };
        self.engine.go_on(&claim).await.map_err(problem_of)?;
        done.map_err(problem_of)?;
        self.sessions_changed();
        if letters == Letters::Remove {
            let stop = CancellationToken::new();
            // It has begun: trouble from here on is the loop's, which tries again.
            match self.engine.carry_removal_on(id, STEPS_AT_ONCE, &stop).await {
                Ok(true) => {}
                Ok(false) => self.engine.wake_removal(),
                Err(error) => tracing::warn!(account.id = %id, %error, "The removal of account {id} goes on in the background: {error}"),
            }
        }
        Ok(())
    }

    /// Letters of this mailbox that were removed earlier come back with the next collection (P36).
    pub async fn bring_back(&self, who: &Principal, id: AccountId) -> Result<(), Problem> {
        who.need(Permission::AccountsManage)?;
        self.managed_account(who, id).await?;
        let event = self.event(who, "account.letters_brought_back", format!("account:{id}"), "");
        self.store.bring_back(id, &event).await.map_err(problem_of)?;
        self.engine.wake();
        Ok(())
    }

    /// The schedule: one task an account that the principal may see (TP-46).
    pub async fn tasks(&self, who: &Principal) -> Result<Tasks, Problem> {
        let visible = self.visible_accounts(who).await?;
        let records = self.store.accounts().await.map_err(problem_of)?;
        let mut tasks = Vec::new();
        for record in records.into_iter().filter(|record| visible.contains(&record.id) && record.settings.protocol.collects()) {
            let last = self.store.collections(record.id, None, 1).await.map_err(problem_of)?.into_iter().next();
            tasks.push(Task {
                id: record.id,
                account: record.settings.name.clone(),
                protocol: record.settings.protocol,
                schedule: record.schedule.clone(),
                health: self.health(&record),
                last: last.as_ref().map(|run| run.ended_at),
                filed: last.as_ref().map(|run| run.filed),
                error: last.and_then(|run| run.error),
                next: record.next_at.filter(|at| *at > 1),
                may_manage: may_manage(who, &record) && record.removing.is_none(),
            });
        }
        let zone = model::zone_words(self.time_zone().iana_name().unwrap_or("the server's own"));
        Ok(Tasks { tasks, usual: self.engine.usual_minutes(), zone })
    }

    /// Says when an account is collected. `kind`: `usual`, `every`, `at`.
    pub async fn schedule_account(&self, who: &Principal, id: AccountId, kind: &str, minutes: &str, times: &str) -> Result<(), Problem> {
        let record = self.managed_account(who, id).await?;
        if !record.settings.protocol.collects() {
            return Err(Problem::Conflict("This account is not collected.".into()));
        }
        let mut errors = FieldErrors::default();
        let schedule = match kind {
            "every" => Schedule::every(minutes).or_else(|| {
                errors.add("minutes", "The minutes must be a number from 1 to 1440");
                None
            }),
            "at" => Schedule::at(times).or_else(|| {
                errors.add("times", "Enter times of day like 08:00, 12:30");
                None
            }),
            "usual" => Some(Schedule::Usual),
            _ => {
                errors.add("kind", "Choose when it is collected");
                None
            }
        };
        errors.into_result()?;
        let schedule = schedule.unwrap_or_default();
        let words = schedule.words(self.engine.usual_minutes(), record.settings.protocol);
        let event = self.event(who, "account.scheduled", format!("account:{id}"), words);
        let next = self.engine.next_run(&schedule, self.now());
        self.store.set_schedule(id, &schedule.stored(), next, &event).await.map_err(problem_of)?;
        if schedule != Schedule::Usual {
            self.engine.forget_session(id).await;
        }
        Ok(())
    }
}
