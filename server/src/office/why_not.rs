//! "Why is that letter not here?": candidates among the letters one may see, each compared with the client's file, and what else may
//! be the reason (S2).
//!
//! Must never: tell of a letter in somebody else's private mailbox, not even that there is one.

use super::{Office, Principal, trouble::problem_of};
use model::{ClientId, CollectedAccount, FolderRole, MessageId, MissedLetter, Problem, WhyNot};
use postroom_mail::words;
use postroom_store::{Clause, Field, SearchQuery};

/// Letters explained at once.
const SHOWN: usize = 20;
/// Folders named for each account.
const FOLDERS: usize = 12;

impl Office {
    /// Looks for the letter that is missed and explains what is found.
    pub async fn why_not(&self, who: &Principal, client: ClientId, missed: &MissedLetter) -> Result<WhyNot, Problem> {
        let scope = who.scope()?;
        self.store.client(scope, client).await.map_err(problem_of)?;
        let query = query_of(missed);
        let mut answer = WhyNot { behind: self.behind(who).await?, ..WhyNot::default() };
        answer.kept_off = self.store.filing_counts(client).await.map_err(problem_of)?.1;
        answer.accounts = self.collected_accounts(who).await?;
        let found = self.store.search(scope, &query, None, SHOWN + 1).await.map_err(problem_of)?;
        answer.more = found.places.len() > SHOWN || found.reached.is_some();
        let ids: Vec<MessageId> = found.letters().into_iter().take(SHOWN).collect();
        let rows = self.store.letter_rows(&ids).await.map_err(problem_of)?;
        let explained = self.store.explanations(scope, client, &ids).await.map_err(problem_of)?;
        for row in rows {
            if let Some(explanation) = explained.iter().find(|explanation| explanation.letter == row.id) {
                answer.letters.push((row, explanation.clone()));
            }
        }
        Ok(answer)
    }

    async fn collected_accounts(&self, who: &Principal) -> Result<Vec<CollectedAccount>, Problem> {
        let mut accounts = Vec::new();
        // What only sends, and files that were brought in, are late with nothing.
        for card in self.accounts(who).await?.into_iter().filter(|card| card.protocol.collects()) {
            let folders = self.store.folders(card.id).await.map_err(problem_of)?;
            // Where all mail is collected, the other folders only show it again, save for these two.
            let all = folders.iter().any(|folder| folder.selected && folder.role == Some(FolderRole::All));
            let left_out = folders
                .into_iter()
                .filter(|folder| folder.selectable && !folder.selected && !folder.gone)
                .filter(|folder| !all || matches!(folder.role, Some(FolderRole::Junk | FolderRole::Trash)))
                .take(FOLDERS)
                .map(|folder| (folder.name, folder.letters))
                .collect();
            accounts.push(CollectedAccount {
                id: card.id,
                name: card.name,
                collected: card.last_collection,
                health: card.health,
                missing: card.ledger.missing,
                excluded: card.ledger.excluded,
                left_out,
            });
        }
        Ok(accounts)
    }
}

/// Every word must stand where it is said to, by its beginning: people remember beginnings.
fn query_of(missed: &MissedLetter) -> SearchQuery {
    let demands = [(Field::Subject, &missed.subject), (Field::Sender, &missed.sender)];
    let clauses = demands
        .into_iter()
        .flat_map(|(field, text)| {
            let words: Vec<String> = words::fold(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
            words.into_iter().map(move |word| Clause { words: vec![word], prefix: true, field, negated: false })
        })
        .collect();
    SearchQuery { clauses, after: missed.after, before: missed.before, ..SearchQuery::default() }
}
