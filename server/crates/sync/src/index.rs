//! The full-text index follows the import with a list of its own: letters are durable and in their histories before they are searchable.

use crate::{Engine, pulse::INDEX, readers::on_reader};
use postroom_mail::{query, words};
use postroom_store::{Clause, Field, IndexEntry, IndexRow, SearchQuery, StoreError};
use std::time::Duration;
use tokio::time::Instant;

/// Letters of one commit.
const AT_ONCE: i64 = 800;
/// While letters keep coming, the index takes them in steps of this length: each commit is a piece of the index of its own, and pieces
/// are merged again and again until they are few.
const STEP: Duration = Duration::from_secs(1);

impl Engine {
    /// Indexes what waits, and answers how many letters that were; then conversations that are not known yet. Ends early when `stop` says so.
    ///
    /// # Errors
    /// The store's.
    pub async fn index_waiting(&self, stop: &tokio_util::sync::CancellationToken) -> Result<usize, StoreError> {
        let mut done = 0;
        while !stop.is_cancelled() {
            let began = self.clock.now();
            let entries = self.store().index_waiting(AT_ONCE).await?;
            if entries.is_empty() {
                if done > 0 {
                    self.store().tidy_index().await?;
                }
                break;
            }
            done += entries.len();
            let database = self.store().database();
            let rows = on_reader(move || entries.into_iter().map(|entry| IndexRow::new(database, folded(entry))).collect::<Vec<_>>())
                .await
                .map_err(|_| StoreError::Inconsistent("folding words was cut off".into()))?;
            self.store().save_index(&rows).await?;
            // Alive, however much still waits.
            self.beat(INDEX, began, None);
        }
        self.thread_waiting(stop).await?;
        Ok(done)
    }

    /// Waits until letters wait for the index and it is time to take them, which is at once when it was idle; `last` is when that was
    /// the last time. Answers when it is.
    pub(crate) async fn index_turn(&self, last: Option<Instant>) -> Instant {
        self.index_wake.notified().await;
        let step = async {
            if let Some(last) = last {
                tokio::time::sleep_until(last + STEP).await;
            }
        };
        let many = async {
            while !self.store().many_are_fresh() {
                self.index_wake.notified().await;
            }
        };
        tokio::select! { () = step => {}, () = many => {} }
        Instant::now()
    }

    /// Indexes what `work` brings, while it brings it. What is left at its end is left to [`Engine::index_waiting`].
    pub async fn index_beside<T>(&self, stop: &tokio_util::sync::CancellationToken, work: impl Future<Output = T>) -> T {
        let follow = async {
            let mut last = None;
            loop {
                last = Some(self.index_turn(last).await);
                if let Err(error) = self.index_waiting(stop).await {
                    tracing::warn!(%error, "The index could not follow: {error}");
                }
            }
        };
        tokio::select! {
            outcome = work => outcome,
            () = follow => unreachable!("it follows until the work is done"),
        }
    }
}

/// An entry with its words as they are indexed.
pub fn folded(entry: IndexEntry) -> IndexEntry {
    IndexEntry {
        message: entry.message,
        subject: words::fold(&entry.subject),
        senders: words::fold(&entry.senders),
        recipients: words::fold(&entry.recipients),
        files: words::fold(&entry.files),
        body: words::fold(&entry.body),
        ..entry
    }
}

/// The words of a question for the store. Clients and folders are named there; whoever knows the viewer finds them.
pub fn search_query(query: &query::Query) -> SearchQuery {
    let in_field =
        |terms: &[query::Term], field: Field| -> Vec<Clause> { terms.iter().map(|term| Clause { field, ..clause(term) }).collect() };
    let mut clauses = in_field(&query.terms, Field::Anywhere);
    clauses.extend(query.without.iter().map(|term| Clause { negated: true, ..clause(term) }));
    clauses.extend(in_field(&query.subject, Field::Subject));
    clauses.extend(in_field(&query.from, Field::Sender));
    clauses.extend(in_field(&query.to, Field::Recipient));
    clauses.extend(in_field(&query.filename, Field::File));
    SearchQuery {
        clauses,
        has_attachment: query.has_attachment,
        directions: query.direction.clone(),
        before: query.before,
        after: query.after,
        ..SearchQuery::default()
    }
}

fn clause(term: &query::Term) -> Clause {
    let (words, prefix) = match term {
        query::Term::Word(word) => (vec![word.clone()], false),
        query::Term::Prefix(word) => (vec![word.clone()], true),
        query::Term::Phrase(words) => (words.clone(), false),
        query::Term::PhrasePrefix(words) => (words.clone(), true),
    };
    Clause { words, prefix, ..Clause::default() }
}
