//! The first page: clients with news, and how the accounts are.

use super::{Office, Principal, trouble::problem_of};
use model::{AccountCard, AccountHealth, AccountLine, AccountMood, Problem, Start};

/// Letters looked at to find clients with news.
const LETTERS: i64 = 300;
/// Clients shown.
const CLIENTS: i64 = 8;

impl Office {
    /// What the first page shows.
    pub async fn start_page(&self, who: &Principal) -> Result<Start, Problem> {
        let scope = who.scope()?;
        let news = self.store.clients_with_news(scope, LETTERS, CLIENTS).await.map_err(problem_of)?;
        let clients = self.store.client_count(scope).await.map_err(problem_of)?;
        let accounts = self.accounts(who).await?.into_iter().map(line).collect();
        let without_centre = self.own_cost_centres(who).await?.is_some_and(|own| own.is_empty());
        let joins = self.joins_to_answer(who, None).await?;
        Ok(Start { clients, news, accounts, without_centre, joins })
    }
}

fn line(card: AccountCard) -> AccountLine {
    let state = match card.health {
        AccountHealth::Draft => AccountMood::Draft,
        AccountHealth::Paused => AccountMood::Paused,
        AccountHealth::NeedsPassword if card.may_manage => AccountMood::NeedsPassword,
        AccountHealth::Failed | AccountHealth::NeedsPassword => AccountMood::Unwell,
        AccountHealth::Waiting | AccountHealth::Collecting(_) | AccountHealth::Removing(_) | AccountHealth::UpToDate => AccountMood::Well,
    };
    AccountLine { id: card.id, name: card.name, state, missing: card.ledger.missing, errored: card.ledger.errored }
}
