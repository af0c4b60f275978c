//! The full-text index follows the import with a list of its own: letters are durable and in their histories before they are searchable.

use crate::Engine;
use postroom_mail::{query, words};
use postroom_store::{Clause, IndexEntry, SearchQuery, StoreError};

/// Letters of one commit.
const AT_ONCE: i64 = 200;

impl Engine {
    /// Indexes what waits, and answers how many letters that were. Ends early when `stop` says so.
    ///
    /// # Errors
    /// The store's.
    pub async fn index_waiting(&self, stop: &tokio_util::sync::CancellationToken) -> Result<usize, StoreError> {
        let mut done = 0;
        while !stop.is_cancelled() {
            let entries = self.store().index_waiting(AT_ONCE).await?;
            if entries.is_empty() {
                break;
            }
            done += entries.len();
            let folded = tokio::task::spawn_blocking(move || entries.into_iter().map(fold).collect::<Vec<_>>())
                .await
                .map_err(|_| StoreError::Inconsistent("folding words was cut off".into()))?;
            self.store().save_index(&folded).await?;
        }
        Ok(done)
    }

    /// Indexes what `work` brings, while it brings it. What is left at its end is left to [`Engine::index_waiting`].
    pub async fn index_beside<T>(&self, stop: &tokio_util::sync::CancellationToken, work: impl Future<Output = T>) -> T {
        let follow = async {
            loop {
                self.index_wake.notified().await;
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

fn fold(entry: IndexEntry) -> IndexEntry {
    IndexEntry {
        message: entry.message,
        subject: words::fold(&entry.subject),
        people: words::fold(&entry.people),
        files: words::fold(&entry.files),
        body: words::fold(&entry.body),
    }
}

/// The question in the store's words, from the question as understood.
pub fn search_query(query: &query::Query) -> SearchQuery {
    let mut clauses: Vec<Clause> = Vec::new();
    clauses.extend(query.terms.iter().map(clause));
    clauses.extend(query.without.iter().map(|term| Clause { negated: true, ..clause(term) }));
    clauses.extend(query.subject.iter().map(|term| Clause { subject_only: true, ..clause(term) }));
    for name in &query.filename {
        let words: Vec<String> = words::fold(name).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        clauses.push(Clause { words, prefix: true, files_only: true, ..Clause::default() });
    }
    SearchQuery {
        clauses,
        from: query.from.clone(),
        to: query.to.clone(),
        client: query.client.clone(),
        in_folder: query.in_folder.clone(),
        has_attachment: query.has_attachment,
        before: query.before,
        after: query.after,
    }
}

fn clause(term: &query::Term) -> Clause {
    match term {
        query::Term::Word(word) => Clause { words: vec![word.clone()], ..Clause::default() },
        query::Term::Prefix(word) => Clause { words: vec![word.clone()], prefix: true, ..Clause::default() },
        query::Term::Phrase(words) => Clause { words: words.clone(), ..Clause::default() },
    }
}
