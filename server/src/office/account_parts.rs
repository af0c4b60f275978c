//! What an account's form holds beyond the account's own row: deletion on the server (POP3), the application (Microsoft, Google).

use super::account_form::form_of;
use super::{Office, Principal, trouble::problem_of};
use model::{AccountForm, AccountId, Problem, Protocol, civil::day_text};
use postroom_store::AccountRecord;

impl Office {
    /// The stored settings as one form, whatever the protocol.
    pub(crate) async fn stored_form(&self, record: &AccountRecord) -> Result<AccountForm, Problem> {
        let mut form = form_of(record);
        if form.protocol == Protocol::Pop3 {
            let days = self.store.delete_after_days(record.id).await.map_err(problem_of)?;
            form.delete_after_days = days.map(|days| days.to_string()).unwrap_or_default();
        }
        if let Some(application) = self.store.application(record.id).await.map_err(problem_of)? {
            form.tenant = application.tenant;
            form.client_id = application.client_id;
            form.sign_in_server = application.sign_in_server;
            form.consent_server = application.consent_server;
            form.delegated = application.delegated;
            form.secret_expires = application.secret_expires_at.map(day_text).unwrap_or_default();
        }
        Ok(form)
    }

    /// Keeps the parts of a saved form that stand beside the account's row.
    pub(super) async fn save_parts(&self, who: &Principal, id: AccountId, form: &AccountForm) -> Result<(), Problem> {
        if form.protocol == Protocol::Pop3 {
            self.save_deletion(who, id, form).await?;
        }
        if form.by_application() {
            self.save_application(who, id, form).await?;
        }
        Ok(())
    }
}
