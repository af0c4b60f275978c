//! The import rules at work (TP-37 to TP-40): after each collection they look at the new letters of accounts that import replies.
//!
//! The list of letters is written in the transaction that stores them, and a letter leaves it in the one that writes its outcome: a kill
//! loses none, and doing one twice changes nothing, so several nodes may be at it. Must never: answer a letter, or send anything (P31).

use crate::{Engine, pulse::IMPORTS};
use model::{AccountId, AnswersBy, Managed, MessageId, UserId};
use postroom_mail::{
    import_head::{self, ImportHead},
    import_rules::{Answered, ChosenType, Decided, Incoming, KnownContact, base_subject, decide},
};
use postroom_store::{ImportFacts, NewEvent, NewOutcome, Octets, Scope, StoreError};
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
    time::Duration,
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Letters of one commit.
const AT_ONCE: i64 = 100;
/// What is read of a letter: its head is at the beginning.
const HEAD: usize = 256 << 10;
/// How often it is looked, when nobody wakes it.
const TICK: Duration = Duration::from_secs(15);
/// A letter of the same subject is suggested for so long, ms.
const SUGGESTED: i64 = 120 * 24 * 3_600_000;
/// Letters of which one may be suggested.
const LOOKED_AT: i64 = 50;

impl Engine {
    /// There are letters to look at: at once.
    pub fn wake_imports(&self) {
        self.imports_wake.notify_one();
    }

    pub(crate) async fn imports_loop(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let began = self.clock.now();
            let looked = self.import_waiting(&stop).await;
            match &looked {
                Ok(0) => {}
                Ok(letters) => info!(letters, "The import rules looked at {letters} letters"),
                Err(error) => warn!(%error, "The import rules could not look at new letters: {error}"),
            }
            self.pulse.beat(
                IMPORTS,
                began,
                self.clock.now(),
                self.clock.now() + TICK.as_millis() as i64,
                looked.err().map(|error| error.to_string()),
            );
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.imports_wake.notified() => {}
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }

    /// Looks at every letter that waits for the rules, some at a time; answers how many those were. Ends early when `stop` says so: what is
    /// left goes on the next time.
    ///
    /// # Errors
    /// The store's.
    pub async fn import_waiting(&self, stop: &CancellationToken) -> Result<usize, StoreError> {
        self.store().fill_imports().await?;
        let (mut done, mut last) = (0, None);
        while !stop.is_cancelled() {
            let letters = self.store().letters_to_import(AT_ONCE).await?;
            let first = letters.first().map(|facts| facts.id);
            // What did not leave the list last time will not do so now.
            if letters.is_empty() || first == last {
                break;
            }
            last = first;
            let outcomes = self.outcomes_of(letters).await?;
            self.store().save_outcomes(&outcomes, self.clock.now(), None, None).await?;
            done += outcomes.len();
        }
        Ok(done)
    }

    /// Looks at letters again that wait for somebody; answers what became of each. Scope is the caller's.
    ///
    /// # Errors
    /// The store's.
    pub async fn import_again(&self, ids: &[Managed], by: Option<UserId>, event: &NewEvent) -> Result<Vec<NewOutcome>, StoreError> {
        let mut accounts: Vec<AccountId> = ids.iter().map(|id| id.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let mut outcomes = Vec::with_capacity(ids.len());
        for account in accounts {
            let letters: Vec<MessageId> = ids.iter().filter(|id| id.account == account).map(|id| id.letter).collect();
            let facts = self.store().import_facts(account, &letters).await?;
            outcomes.extend(self.outcomes_of(facts).await?);
        }
        self.store().save_outcomes(&outcomes, event.at, by, Some(event)).await?;
        Ok(outcomes)
    }

    /// What the rules would do to the newest letters of an account, with these types chosen (`None` = those of its settings). Changes nothing.
    ///
    /// # Errors
    /// The store's.
    pub async fn rehearse_imports(
        &self,
        account: AccountId,
        types: Option<&[ChosenType]>,
        letters: i64,
    ) -> Result<Vec<(ImportFacts, Decided)>, StoreError> {
        let chosen = match types {
            Some(types) => types.to_vec(),
            None => self.store().import_types(account).await?,
        };
        let ids = self.store().newest_of_account(account, letters).await?;
        let mut decided = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE as usize) {
            for facts in self.store().import_facts(account, some).await? {
                let incoming = self.incoming(&facts).await?;
                let made = decide(&incoming, &chosen);
                decided.push((facts, made));
            }
        }
        Ok(decided)
    }

    async fn outcomes_of(&self, letters: Vec<ImportFacts>) -> Result<Vec<NewOutcome>, StoreError> {
        let mut chosen: HashMap<AccountId, Vec<ChosenType>> = HashMap::new();
        let mut outcomes = Vec::with_capacity(letters.len());
        for facts in letters {
            let account = facts.id.account;
            let types = match chosen.entry(account) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.store().import_types(account).await?),
            };
            let incoming = self.incoming(&facts).await?;
            let Decided { cause, contact, answers, why } = decide(&incoming, types);
            outcomes.push(NewOutcome { id: facts.id, rules: facts.rules, cause, contact, answers, queue: facts.queue, why });
        }
        Ok(outcomes)
    }

    /// Everything that the rules look at.
    async fn incoming(&self, facts: &ImportFacts) -> Result<Incoming, StoreError> {
        let mut letter = Incoming {
            sender: facts.sender.clone(),
            is_own: facts.is_own,
            unreadable: facts.unreadable.clone(),
            size: facts.size,
            is_junk: facts.is_junk,
            ..Incoming::default()
        };
        let head = match self.store().octets(Scope::Everything, facts.id.letter).await {
            Ok(octets) => head_of(octets, facts.is_bounce).await?,
            // A copy that cannot be read is the verification's to report; the letter waits for somebody meanwhile.
            Err(error @ (StoreError::Inconsistent(_) | StoreError::NotFound | StoreError::File(_))) => {
                warn!(%error, "Letter {} could not be read for the import rules: {error}", facts.id.letter);
                letter.unreadable = Some("Its stored copy could not be read".to_owned());
                ImportHead::default()
            }
            Err(error) => return Err(error),
        };
        letter.machine = head.machine;
        let mut about = head.answers;
        about.extend(head.reported);
        if let Some((id, subject, ours)) = self.store().letter_named(&about, facts.id.letter).await? {
            let by = if ours { AnswersBy::OwnLetter } else { AnswersBy::References };
            letter.answers = Some(Answered { letter: id, by, subject });
        }
        let Some(sender) = facts.sender.as_deref().filter(|_| !facts.is_own) else { return Ok(letter) };
        for person in self.store().people_with(sender, facts.date).await? {
            match person.contact {
                Some((is_agent, type_id, type_name)) => {
                    letter.contacts.push(KnownContact { party: person.party, name: person.name, is_agent, type_id, type_name });
                }
                None if letter.client.is_none() => letter.client = Some(person.name),
                None => {}
            }
        }
        if letter.answers.is_none() && !letter.contacts.is_empty() {
            letter.answers = self.suggested(facts, sender).await?;
        }
        Ok(letter)
    }

    /// The newest letter to the same person under the same subject.
    async fn suggested(&self, facts: &ImportFacts, sender: &str) -> Result<Option<Answered>, StoreError> {
        let subject = base_subject(&facts.subject);
        if subject.is_empty() {
            return Ok(None);
        }
        let sent = self.store().letters_sent_to(sender, facts.date - SUGGESTED, facts.date, LOOKED_AT).await?;
        let same = sent.into_iter().find(|(id, other)| *id != facts.id.letter && base_subject(other) == subject);
        Ok(same.map(|(letter, subject)| Answered { letter, by: AnswersBy::Suggested, subject }))
    }
}

async fn head_of(octets: Octets, is_bounce: bool) -> Result<ImportHead, StoreError> {
    tokio::task::spawn_blocking(move || {
        let mut head = vec![0; usize::try_from(octets.length()).unwrap_or(HEAD).min(HEAD)];
        let got = octets.read_at(0, &mut head)?;
        head.truncate(got);
        Ok(import_head::of(&head, is_bounce))
    })
    .await
    .map_err(|_| StoreError::Inconsistent("reading a letter's head was cut off".into()))?
    .map_err(StoreError::File)
}
