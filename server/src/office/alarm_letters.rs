//! Letters that tell of what needs a person: an account that was disabled because its server refuses it (IT-15).
//!
//! Must never: tell twice of the same thing (each letter has a key), leave through the account it tells of, or name a letter's subject.

use super::notices::{Notice, account_of_office};
use super::{Office, Principal, trouble::problem_of};
use model::{Origin, Problem, Role, UserCard};
use postroom_store::{AccountRecord, AccountState};

impl Office {
    /// Tells whoever answers for an account that it was disabled: its owner, of an account of the office the administrators. Where nothing
    /// can send yet, it is told as soon as something can.
    pub async fn tell_of_disabled(&self) -> Result<(), Problem> {
        let records = self.store.accounts().await.map_err(problem_of)?;
        let disabled: Vec<AccountRecord> =
            records.into_iter().filter(|record| record.state == AccountState::Disabled && record.removing.is_none()).collect();
        if disabled.is_empty() {
            return Ok(());
        }
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let users = self.store.users().await.map_err(problem_of)?;
        for record in disabled {
            let Some(since) = record.disabled_at else { continue };
            for user in users.iter().filter(|user| answers_for(user, &record)) {
                let Some((account, trace)) = account_of_office(&book, &user.cost_centres, Some(record.id)) else { continue };
                let notice = Notice {
                    account,
                    trace,
                    to: &user.email,
                    subject: &format!("{} is no longer collected", record.settings.name),
                    text: words(&record),
                    origin: Origin::Notice,
                    form_key: Some(format!("disabled:{}:{since}:{}", record.id, user.id)),
                };
                self.send_notice(&Principal::Console, notice).await?;
            }
        }
        Ok(())
    }
}

fn answers_for(user: &UserCard, record: &AccountRecord) -> bool {
    let owner = record.settings.owner;
    !user.disabled && owner.map_or(user.role == Role::Administrator, |owner| owner == user.id)
}

fn words(record: &AccountRecord) -> String {
    let said = record.error_text.as_deref().unwrap_or("The server refused to let us in.");
    format!(
        "Postroom no longer collects the account {name} ({address}): its server refused the password or secret more than once.\n\n{said}\n\n\
         Open Postroom, Accounts, {name}, and enter the new password or secret there. Nothing is lost meanwhile: the letters wait on the server \
         and are collected afterwards.\n",
        name = record.settings.name,
        address = record.settings.address,
    )
}
