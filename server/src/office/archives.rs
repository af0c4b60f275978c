//! Archives: files of letters that somebody has, brought into an account that has no server. The account is made when it is first named;
//! its files are its folders, its letters as private as those of any other account (O28).

use super::accounts::{EITHER, may_manage};
use super::{Office, Principal, Session, trouble::problem_of, trouble::unexpected};
use model::{AccountId, ArchiveState, FieldErrors, Permission, Preset, Problem, Protocol, Security};
use postroom_store::{AccountRecord, NewAccount, NewEvent, Octets, StoreError, Upload};
use postroom_sync::{ArchiveError, ArchiveFile, ArchiveReport};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Characters of an account's name, as in its form.
const NAME: usize = 60;

/// Which archive account, and what is said of it if it is new.
#[derive(Debug, Clone, Default)]
pub struct ArchiveAccount {
    /// Its name.
    pub name: String,
    /// The address whose letters these are: it decides which of them were sent. Only an administrator says so.
    pub address: String,
    /// Of the office; otherwise of the person who imports.
    pub central: bool,
}

impl Office {
    /// The archive account of this name, made if there is none.
    ///
    /// # Errors
    /// [`Problem::Invalid`] where the name is another account's, or one that is not the principal's to fill.
    pub async fn archive_account(&self, who: &Principal, wanted: &ArchiveAccount) -> Result<AccountId, Problem> {
        who.need_one_of(EITHER)?;
        let name = wanted.name.split_whitespace().collect::<Vec<_>>().join(" ");
        match self.store.account_by_name(&name).await {
            Ok(record) => self.fillable(who, &record).await,
            Err(StoreError::NotFound) => self.add_archive(who, &name, wanted).await,
            Err(error) => Err(problem_of(error)),
        }
    }

    async fn fillable(&self, who: &Principal, record: &AccountRecord) -> Result<AccountId, Problem> {
        let taken = || Problem::field("account", "Another account has this name. Choose a different one");
        match self.managed_account(who, record.id).await {
            Ok(record) if record.settings.protocol == Protocol::Archive => Ok(record.id),
            // Whoever may not see an account learns of its name what the form of any new account tells: that it is taken.
            Ok(_) | Err(Problem::NotFound | Problem::NotAllowed(_)) => Err(taken()),
            Err(problem) => Err(problem),
        }
    }

    async fn add_archive(&self, who: &Principal, name: &str, wanted: &ArchiveAccount) -> Result<AccountId, Problem> {
        let mut errors = FieldErrors::default();
        if name.is_empty() {
            errors.add("account", "Enter a name for the archive");
        } else if name.chars().count() > NAME || name.chars().any(char::is_control) {
            errors.add("account", "The name must be one line of 60 characters or less");
        }
        let typed = wanted.address.trim();
        if !typed.is_empty() && !model::looks_like_address(typed) {
            errors.add("address", "Enter an e-mail address, like name@example.com, or leave it empty");
        } else if !typed.is_empty() && !who.is_administrator() {
            errors.add("address", "Only an administrator says whose letters these are");
        }
        if wanted.central && !who.may(Permission::AccountsManage) {
            errors.add("central", "Only those who manage every account add a central one");
        }
        errors.into_result()?;
        let address = postroom_mail::address::canonical(typed).unwrap_or_default();
        let settings = NewAccount {
            name: name.to_owned(),
            description: "Imported from files".into(),
            protocol: Protocol::Archive,
            preset: Preset::Custom,
            // An address of the office's own decides the direction of letters, as if the mailbox had been opened.
            tested: !address.is_empty(),
            address,
            server: String::new(),
            port: 1,
            security: Security::Tls,
            user_name: String::new(),
            secret: None,
            timeout_seconds: 60,
            connection_limit: None,
            pinned_fingerprint: None,
            allow_clear_text: false,
            owner: if wanted.central { None } else { who.user() },
            reach_anywhere: false,
        };
        let event = self.event(who, "account.added", "", "An archive");
        let id = self.store.add_account(&settings, &[event]).await.map_err(|error| match problem_of(error) {
            Problem::Invalid(errors) if errors.of("name").is_some() => {
                Problem::field("account", "Another account has this name. Choose a different one")
            }
            problem => problem,
        })?;
        if let (None, Some(user)) = (settings.owner, who.user()) {
            let event = self.event(who, "account.shared", format!("account:{id}"), format!("With user {user}"));
            self.store.share_account(id, &[user], &event).await.map_err(problem_of)?;
        }
        Ok(id)
    }

    /// What the import page shows.
    pub async fn archive_state(&self, who: &Principal, session: &Session, refused: bool) -> Result<ArchiveState, Problem> {
        who.need_one_of(EITHER)?;
        let refusal = refused.then(|| self.drafts.refusal(&session.token_hash, self.now())).flatten();
        let records = self.store.accounts().await.map_err(problem_of)?;
        let archives = records
            .into_iter()
            .filter(|record| record.settings.protocol == Protocol::Archive && may_manage(who, record))
            .map(|record| (record.id, record.settings.name))
            .collect();
        let (may_say_whose, may_be_central) = (who.is_administrator(), who.may(Permission::AccountsManage));
        Ok(ArchiveState { refusal, archives, may_say_whose, may_be_central })
    }

    fn archive_event(&self, who: &Principal, account: AccountId, name: &str) -> NewEvent {
        self.event(who, "archive.imported", format!("account:{account}"), name.to_owned())
    }

    /// Imports a file into an archive account, and waits until it is through.
    ///
    /// # Errors
    /// What the import ended with, in words.
    pub async fn import_archive(
        &self,
        who: &Principal,
        account: AccountId,
        name: &str,
        file: ArchiveFile,
        stop: &CancellationToken,
    ) -> Result<ArchiveReport, Problem> {
        self.managed_account(who, account).await?;
        let event = self.archive_event(who, account, name);
        self.engine.import_archive(account, name, file, &event, stop).await.map_err(|error| refusal(&error))
    }

    /// Takes an uploaded file: what can be told at a glance is answered, the import itself goes on by itself and shows on the account's page.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for a file without letters, and while as many others are being imported as may be.
    pub async fn take_archive(
        self: Arc<Self>,
        who: &Principal,
        wanted: &ArchiveAccount,
        file: &str,
        octets: Octets,
        stop: CancellationToken,
    ) -> Result<AccountId, Problem> {
        who.need_one_of(EITHER)?;
        let name = postroom_mail::attachment::safe_name(file);
        let glance = (name.clone(), ArchiveFile::Upload(octets));
        let (name, file) = tokio::task::spawn_blocking(move || postroom_sync::glance_at_archive(&glance.1, &glance.0).map(|()| glance))
            .await
            .map_err(|error| unexpected(&error))?
            .map_err(|error| refusal(&error))?;
        // Before the account is made: what is refused leaves nothing behind.
        let mut place = self.imports.place()?;
        let account = self.archive_account(who, wanted).await?;
        place.take(account)?;
        let event = self.archive_event(who, account, &name);
        let (file, kept) = self.keep_archive(account, name.clone(), event.principal.clone(), file).await;
        // It is on the page at once, even while it waits for another import.
        let office = Arc::clone(&self);
        tokio::spawn(async move {
            let _place = place;
            office.import_kept(account, &name, file, kept, &event, &stop).await;
        });
        Ok(account)
    }

    /// Keeps an uploaded file until its import is through. Where the disk cannot, it is imported all the same, but not after a restart.
    async fn keep_archive(&self, account: AccountId, name: String, principal: String, file: ArchiveFile) -> (ArchiveFile, Option<Upload>) {
        let ArchiveFile::Upload(octets) = &file else { return (file, None) };
        let (store, octets) = (Arc::clone(&self.store), octets.clone());
        let kept = tokio::task::spawn_blocking(move || store.keep_upload(account, &name, &principal, &octets)).await;
        let kept = kept.map_err(|error| error.to_string()).and_then(|kept| kept.map_err(|error| error.to_string()));
        if let Err(error) = &kept {
            tracing::warn!(account.id = %account, %error, "An uploaded file cannot be kept: after a restart it must be uploaded again");
        }
        (file, kept.ok())
    }

    /// Imports an uploaded file. It goes when the import is through, or can never be.
    async fn import_kept(
        &self,
        account: AccountId,
        name: &str,
        file: ArchiveFile,
        kept: Option<Upload>,
        event: &NewEvent,
        stop: &CancellationToken,
    ) {
        let outcome = self.engine.import_archive(account, name, file, event, stop).await;
        if let Err(error) = &outcome {
            tracing::warn!(account.id = %account, "Importing an archive into account {account} ended early");
            tracing::debug!(%error, "Importing an archive ended early");
        }
        let goes_on = match &outcome {
            Err(ArchiveError::Stopped | ArchiveError::LostLease) => true,
            Err(ArchiveError::Store(error)) => !matches!(error, StoreError::NotFound),
            _ => false,
        };
        if let Some(upload) = kept.filter(|_| !goes_on)
            && let Err(error) = self.store.end_upload(&upload)
        {
            tracing::warn!(account.id = %account, %error, "An uploaded file that was imported could not be removed");
        }
    }

    /// Goes on with the uploaded files whose imports were not through when Postroom ended, one after the other.
    pub async fn resume_uploads(&self, stop: &CancellationToken) {
        let store = Arc::clone(&self.store);
        let uploads = match tokio::task::spawn_blocking(move || store.uploads()).await {
            Ok(Ok(uploads)) => uploads,
            Ok(Err(error)) => return tracing::warn!(%error, "Uploaded files could not be looked for"),
            Err(error) => return tracing::warn!(%error, "Uploaded files could not be looked for"),
        };
        for upload in uploads {
            let (account, name) = (upload.account, upload.name.clone());
            let mut event = self.archive_event(&Principal::Console, account, &name);
            event.principal.clone_from(&upload.principal);
            let file = ArchiveFile::Upload(upload.octets.clone());
            self.import_kept(account, &name, file, Some(upload), &event, stop).await;
        }
    }
}

/// What an import ended with, for the form.
fn refusal(error: &ArchiveError) -> Problem {
    match error {
        ArchiveError::NotOne(sentence) => Problem::field("file", sentence),
        ArchiveError::File(error) => Problem::field("file", &format!("The file cannot be read: {error}")),
        ArchiveError::Stopped | ArchiveError::LostLease => Problem::Conflict(capital(&error.to_string())),
        ArchiveError::Store(error) => unexpected(error),
    }
}

fn capital(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), characters.as_str()))
}
