//! What the office says and keeps about accounts by POP3: the one-sided history, and deleting on the server (O4, O8, O23).

use super::{Office, Principal, trouble::problem_of};
use model::{AccountForm, AccountId, Problem, Protocol};
use postroom_store::AccountRecord;

/// O23: said wherever the account is shown.
pub(super) const ONE_SIDED: &str = "Received mail only, so histories are one-sided: POP3 shows neither what was sent nor folders. Use IMAP where the provider offers it, or have a blind copy (Bcc) of whatever is sent go to this mailbox.";

impl Office {
    /// Keeps whether letters are deleted on the server; a change is an event (O8).
    pub(super) async fn save_deletion(&self, who: &Principal, id: AccountId, form: &AccountForm) -> Result<(), Problem> {
        let days = form.deletion();
        let (action, detail) = match days {
            Some(0) => ("account.deletion_on", "As soon as they are stored".to_owned()),
            Some(days) => ("account.deletion_on", format!("{days} days after they were stored")),
            None => ("account.deletion_off", String::new()),
        };
        let event = self.event(who, action, format!("account:{id}"), detail);
        self.store.set_delete_after_days(id, days, &event).await.map_err(problem_of)
    }

    /// What to know about a POP3 account beside what is known of every account.
    pub(super) async fn pop3_remarks(&self, record: &AccountRecord) -> Result<Vec<String>, Problem> {
        let mut remarks = Vec::new();
        if record.settings.protocol != Protocol::Pop3 {
            return Ok(remarks);
        }
        match self.store.delete_after_days(record.id).await.map_err(problem_of)? {
            None => {}
            Some(0) => remarks.push("Letters are deleted on the server as soon as they are stored here.".to_owned()),
            Some(1) => remarks.push("Letters are deleted on the server one day after they were stored here.".to_owned()),
            Some(days) => remarks.push(format!("Letters are deleted on the server {days} days after they were stored here.")),
        }
        let mut deleted = 0;
        for folder in self.store.folders(record.id).await.map_err(problem_of)? {
            deleted += self.store.deleted_by_us(folder.id).await.map_err(problem_of)?;
        }
        if deleted > 0 {
            remarks.push(format!(
                "The ledger counts what is still on the server. Letters deleted there by Postroom after they were stored: {deleted}."
            ));
        }
        let kept = self.store.kept_by_server(record.id).await.map_err(problem_of)?;
        if kept > 0 {
            remarks.push(format!(
                "The server was asked to delete letters that are stored here, and still lists them: {kept}. It is asked again once a day; \
                 whoever runs it may say why it keeps them."
            ));
        }
        if !matches!(record.settings.port, 110 | 995) {
            remarks.push(format!("Port {} is not a standard port of POP3 (110 and 995).", record.settings.port));
        }
        Ok(remarks)
    }
}
