//! Email Management (TP-45): what was not imported, and what people do about it. Each deed is an event for each letter.

use super::{Office, Principal, trouble::problem_of};
use model::{
    AccountId, ClientId, ClosedHow, ContactCard, ContactFilter, DEED_LETTERS, DeedDone, ImportCause, ImportOutcome, ImportRehearsal,
    Mailbox, Managed, ManagedDeed, ManagedLetter, ManagementFilter, ManagementPage, NEEDS_FOR, Problem, REASON_CHARACTERS, Rehearsed,
    UserId, Waiting,
};
use std::{collections::BTreeMap, time::Duration};

/// Rows a page.
const PAGE: i64 = 50;
/// Letters of a rehearsal.
const REHEARSED: i64 = 500;
/// Contacts of the same domain that are named.
const NEIGHBOURS: i64 = 5;
/// Whoever opens a letter counts as looking at it for so long, ms.
const LOOK_LASTS: i64 = 2 * 60_000;
/// Writing that down waits no longer for others who write.
const LOOK_WAITS: Duration = Duration::from_secs(1);
/// Examples shown of each cause.
const EXAMPLES: usize = 3;

impl Office {
    /// A page of letters with counts by queue, state and cause.
    pub async fn management(&self, who: &Principal, filter: ManagementFilter, after: Option<&str>) -> Result<ManagementPage, Problem> {
        let scope = who.scope()?;
        let after = after.and_then(place);
        let mut rows = self.store.managed(scope, &filter, after, PAGE + 1).await.map_err(problem_of)?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| format!("{}.{}.{}", row.at, row.id.letter, row.id.account));
        let (pending, any_account) = self.store.managed_pending(scope).await.map_err(problem_of)?;
        let queues = self.store.managed_queues(scope).await.map_err(problem_of)?;
        Ok(ManagementPage {
            waiting: queues.iter().map(|queue| queue.waiting).sum(),
            queues,
            states: self.store.managed_states(scope, filter.queue).await.map_err(problem_of)?,
            causes: self.store.managed_causes(scope, &filter).await.map_err(problem_of)?,
            rows,
            next,
            unfetched: self.store.unfetched(scope).await.map_err(problem_of)?,
            pending,
            any_account,
        })
    }

    /// How many letters wait for somebody: the badges.
    pub async fn letters_waiting(&self, who: &Principal) -> Result<Waiting, Problem> {
        let scope = who.scope()?;
        Ok(Waiting {
            managed: self.store.managed_waiting(scope).await.map_err(problem_of)?,
            outbox: self.store.outbox_waiting(scope, self.now() - NEEDS_FOR).await.map_err(problem_of)?,
            actions: self.store.actions_waiting(scope).await.map_err(problem_of)?,
        })
    }

    /// One letter, who else looks at it, and the ones beside it.
    pub async fn managed_letter(&self, who: &Principal, id: Managed) -> Result<ManagedLetter, Problem> {
        let scope = who.scope()?;
        let row = self.store.managed_one(scope, id).await.map_err(problem_of)?;
        let (before, after) = self.store.managed_beside(scope, id).await.map_err(problem_of)?;
        let queue = row.queue.as_ref().map(|(id, _)| *id);
        let queues = self.store.managed_queues(scope).await.map_err(problem_of)?;
        let waiting = queues.iter().filter(|one| Some(one.id) == queue).map(|one| one.waiting).sum();
        let looking = match who {
            Principal::Person(viewer) => self.lookers(viewer.id, id).await,
            _ => Vec::new(),
        };
        let neighbours = if row.waits { self.neighbours_of(who, &row.from.address).await? } else { Vec::new() };
        Ok(ManagedLetter { row, looking, waiting, before, after, neighbours })
    }

    /// Who else has a letter open, and that this user has it open too: good to know, and nothing that a page waits for or fails by. It is
    /// written down when it changes, and again when half of its time is over.
    async fn lookers(&self, who: UserId, id: Managed) -> Vec<String> {
        let now = self.now();
        let (others, own) = self.store.lookers(id, who, now).await.unwrap_or_else(|error| {
            tracing::debug!(%error, "Who else looks at a letter could not be read");
            (Vec::new(), None)
        });
        if own.is_none_or(|until| until - now <= LOOK_LASTS / 2) {
            match tokio::time::timeout(LOOK_WAITS, self.store.look_at(id, who, now, now + LOOK_LASTS)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "Who looks at a letter could not be written down"),
                Err(_) => tracing::debug!("Others write: who looks at a letter is written down another time"),
            }
        }
        others
    }

    /// Contacts of the same domain, as far as the viewer may open them.
    async fn neighbours_of(&self, who: &Principal, address: &str) -> Result<Vec<(ClientId, String)>, Problem> {
        let Some((_, domain)) = address.rsplit_once('@').filter(|(_, domain)| domain.contains('.')) else { return Ok(Vec::new()) };
        let filter = ContactFilter { words: vec![format!("@{domain}")], ..ContactFilter::default() };
        let found = self.store.contacts(who.scope()?, &filter, None, NEIGHBOURS).await.map_err(problem_of)?;
        let same = |card: &ContactCard| {
            card.addresses.iter().any(|on_file| on_file.address.rsplit_once('@').is_some_and(|(_, other)| other == domain))
        };
        Ok(found.into_iter().filter(same).map(|card| (card.id, card.name)).collect())
    }

    /// Does something about letters. Those that somebody else has taken, or dealt with, are passed over and counted.
    pub async fn managed_deed(&self, who: &Principal, ids: &[Managed], deed: ManagedDeed, reason: &str) -> Result<DeedDone, Problem> {
        let scope = who.scope()?;
        let reason = reason.trim();
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Err(Problem::field("ids", "Choose at least one letter"));
        }
        if ids.len() > DEED_LETTERS {
            return Err(Problem::field("ids", &format!("Choose at most {DEED_LETTERS} letters at once")));
        }
        if reason.chars().count() > REASON_CHARACTERS {
            return Err(Problem::field("reason", &format!("Enter a reason of at most {REASON_CHARACTERS} characters")));
        }
        // Another's letter is nobody's: not even passed over.
        for id in &ids {
            self.store.managed_one(scope, *id).await.map_err(problem_of)?;
        }
        let event = |action: &str, detail: &str| self.event(who, action, "", detail);
        let mut settled = 0;
        let done = match deed {
            ManagedDeed::Take => {
                let Some(user) = who.user() else { return Err(Problem::Conflict("The console cannot take letters.".into())) };
                self.store.take_outcomes(scope, &ids, user, &event("import.taken", "")).await
            }
            ManagedDeed::Release => self.store.release_outcomes(scope, &ids, &event("import.released", "")).await,
            ManagedDeed::Discard => {
                self.store.close_outcomes(scope, &ids, ClosedHow::Discarded, reason, who.user(), &event("import.discarded", reason)).await
            }
            ManagedDeed::Reopen => self.store.reopen_outcomes(scope, &ids, &event("import.reopened", "")).await,
            ManagedDeed::Retry => {
                let mine = self.store.managed_waiting_of(scope, &ids, who.user()).await.map_err(problem_of)?;
                let outcomes = self.engine.import_again(&mine, who.user(), &event("import.retried", "")).await.map_err(problem_of)?;
                settled = outcomes.iter().filter(|new| new.cause.outcome() != ImportOutcome::Queued).count() as i64;
                Ok(mine)
            }
        };
        let done = done.map_err(problem_of)?;
        let passed = (ids.len() - done.len()) as i64;
        Ok(DeedDone { done, settled, passed })
    }

    /// What the rules would do to the newest letters of an account. For whoever manages it; the letters shown are the viewer's to see.
    pub async fn import_rehearsal(&self, who: &Principal, account: AccountId) -> Result<ImportRehearsal, Problem> {
        let record = self.managed_account(who, account).await?;
        let scope = who.scope()?;
        let sums = self.store.import_sums(account).await.map_err(problem_of)?;
        let decided = self.engine.rehearse_imports(account, None, REHEARSED).await.map_err(problem_of)?;
        let mut causes: BTreeMap<ImportCause, i64> = BTreeMap::new();
        let mut examples: Vec<Rehearsed> = Vec::new();
        let letters = decided.len() as i64;
        for (facts, made) in decided {
            *causes.entry(made.cause).or_default() += 1;
            let shown = examples.iter().filter(|one| one.cause == made.cause).count();
            if shown < EXAMPLES && self.store.may_see(scope, facts.id.letter).await.map_err(problem_of)? {
                examples.push(Rehearsed {
                    letter: facts.id.letter,
                    from: Mailbox { name: facts.sender_name, address: facts.sender.unwrap_or_default() },
                    subject: facts.subject,
                    date: facts.date,
                    cause: made.cause,
                    why: made.why,
                });
            }
        }
        examples.sort_by_key(|one| one.cause);
        Ok(ImportRehearsal { account: record.settings.name, letters, causes: causes.into_iter().collect(), examples, sums })
    }
}

/// Reads `at.letter.account`.
fn place(text: &str) -> Option<(i64, i64, i64)> {
    let mut parts = text.split('.').map(str::parse);
    match (parts.next()?, parts.next()?, parts.next()?, parts.next()) {
        (Ok(at), Ok(letter), Ok(account), None) => Some((at, letter, account)),
        _ => None,
    }
}
