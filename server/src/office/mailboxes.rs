//! Mailboxes: the letters of one's own accounts and of those shared with one (IT-27, O28).

use super::letters::{PAGE, page_of, read_cursor};
use super::{Office, Principal, trouble::problem_of};
use model::{AccountId, HistoryRow, MailboxCard, Page, Problem};

impl Office {
    /// Mailboxes open to the viewer.
    pub async fn mailboxes(&self, who: &Principal) -> Result<Vec<MailboxCard>, Problem> {
        self.store.mailboxes(who.scope()?).await.map_err(problem_of)
    }

    /// Letters of one of them, newest first.
    pub async fn mailbox(&self, who: &Principal, account: AccountId, cursor: Option<&str>) -> Result<Page<HistoryRow>, Problem> {
        let rows = self.store.mailbox(who.scope()?, account, read_cursor(cursor)?, PAGE as i64 + 1).await.map_err(problem_of)?;
        self.page_with_marks(who, page_of(rows, PAGE)).await
    }
}
