//! Accounts that sign in by a token: whose application it is, and one keeper for each, so that everything that needs a token at the
//! same time asks for it once.

use crate::{CollectError, Engine};
use model::Protocol;
use postroom_connect::{
    ConnectError, ImapSettings, Reach, SecretString, WebSettings,
    graph::{Mailbox, Outlet, Whose},
    oauth::{Application, Grant, Keep, Keeper},
    smtp::SmtpSignIn,
};
use postroom_store::{AccountRecord, ApplicationRecord, StoreError};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};

/// What whoever signed in must do before letters leave.
const SIGN_IN_TO_SEND: &str = "Whoever signed in at Microsoft permitted reading alone. Sign in once more to permit sending: the button is on the account's page, under Outgoing.";

/// What is asked for, by what is spoken with the mailbox, who says yes, and whether sending is permitted, too.
/// <https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth>
fn scope(account: &AccountRecord, record: &ApplicationRecord) -> String {
    let settings = &account.settings;
    // More than what was agreed to is never asked for: a renewal would be refused, and collecting would end.
    let persons = |server: &str, reading: &str, sending: &str| {
        let sending = if record.sends { format!("https://{server}/{sending} ") } else { String::new() };
        format!("https://{server}/{reading} {sending}offline_access")
    };
    match (settings.protocol, record.tenant.is_empty(), record.delegated) {
        (Protocol::Graph, _, false) => format!("https://{}/.default", settings.server),
        (Protocol::Graph, _, true) => persons(&settings.server, "Mail.Read", "Mail.Send"),
        (_, true, _) => "https://mail.google.com/".to_owned(),
        (_, false, false) => "https://outlook.office365.com/.default".to_owned(),
        (Protocol::Pop3, false, true) => persons("outlook.office.com", "POP.AccessAsUser.All", "SMTP.Send"),
        (_, false, true) => persons("outlook.office.com", "IMAP.AccessAsUser.All", "SMTP.Send"),
    }
}

fn not_permitted(sentence: &str) -> ConnectError {
    ConnectError::Permission { sentence: sentence.to_owned(), said: String::new() }
}

fn person_must_sign_in() -> CollectError {
    ConnectError::SignIn { said: "interaction_required: nobody has signed in for this mailbox yet".to_owned() }.into()
}

impl Engine {
    /// A web server as an account reaches it.
    fn web(&self, account: &AccountRecord, server: &str, port: Option<u16>) -> Result<WebSettings, ConnectError> {
        let settings = &account.settings;
        let reach = if settings.reach_anywhere { Reach::Anywhere } else { Reach::PublicMailPorts };
        let mut web = WebSettings::read(server, Duration::from_secs(u64::from(settings.timeout_seconds)), reach)?;
        web.port = port.unwrap_or(web.port);
        web.extra_roots = self.settings.extra_roots.clone();
        // The one certificate that an administrator accepted is that of the mailbox's server.
        web.pinned_fingerprint = settings.pinned_fingerprint.clone().filter(|_| server.starts_with(&settings.server));
        Ok(web)
    }

    /// The application of an account with this secret.
    ///
    /// # Errors
    /// `Settings` when a server's name is none.
    pub fn application_with(
        &self,
        account: &AccountRecord,
        record: &ApplicationRecord,
        secret: SecretString,
    ) -> Result<Application, ConnectError> {
        Ok(Application {
            web: self.web(account, &record.sign_in_server, None)?,
            tenant: record.tenant.clone(),
            client_id: record.client_id.clone(),
            secret,
            scope: scope(account, record),
        })
    }

    /// Who holds the account's token.
    ///
    /// # Errors
    /// The store's; `SignIn` when a person has to sign in first.
    pub async fn keeper(&self, account: &AccountRecord) -> Result<Arc<Keeper>, CollectError> {
        let record = self.store().application(account.id).await?.ok_or(StoreError::NotFound)?;
        let secret = match self.store().account_secret(account.id).await {
            // A public client has none; nobody signs in by an application's own right without.
            Err(StoreError::NotFound) if record.delegated => SecretString::from(""),
            other => other?,
        };
        let grant = match record.delegated {
            false => Grant::Application,
            true => match self.store().refresh_token(account.id).await {
                Ok(token) => Grant::Refresh(token),
                Err(StoreError::NotFound) => return Err(person_must_sign_in()),
                Err(error) => return Err(error.into()),
            },
        };
        let application = self.application_with(account, &record, secret)?;
        let key = key_of(&application, &grant);
        let mut keepers = self.keepers.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((known, keeper)) = keepers.get(&account.id)
            // A renewed refresh token is the keeper's own doing.
            && *known == key
        {
            return Ok(Arc::clone(keeper));
        }
        let keeper = Arc::new(Keeper::new(application, grant, self.keep(account)));
        keepers.insert(account.id, (key, Arc::clone(&keeper)));
        Ok(keeper)
    }

    /// Keeps a renewed refresh token before anything is done with what came with it. The keeper that made it is found by it again.
    fn keep(&self, account: &AccountRecord) -> Keep {
        let (store, clock, id) = (Arc::clone(self.store()), Arc::clone(&self.clock), account.id);
        Arc::new(move |token: SecretString| {
            let (store, clock) = (Arc::clone(&store), Arc::clone(&clock));
            Box::pin(async move { store.keep_refresh_token(id, &token, clock.now(), None).await.map_err(|error| error.to_string()) })
        })
    }

    /// The mailbox of an account at Microsoft 365.
    ///
    /// # Errors
    /// As [`Engine::keeper`].
    pub async fn mailbox(&self, account: &AccountRecord) -> Result<Mailbox, CollectError> {
        let keeper = self.keeper(account).await?;
        Ok(self.mailbox_with(account, keeper)?)
    }

    /// Where letters of an account at Microsoft 365 are handed in; the same one as long as nothing about it changes, so that a wait that
    /// the service asked for holds for the next letter too.
    ///
    /// # Errors
    /// As [`Engine::keeper`].
    pub async fn outlet(&self, account: &AccountRecord) -> Result<Arc<Outlet>, CollectError> {
        let keeper = self.keeper(account).await?;
        let web = self.web(account, &account.settings.server, Some(account.settings.port))?;
        let whose = Whose::User(account.settings.user_name.clone());
        let mut outlets = self.outlets.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(known) = outlets.get(&account.id).filter(|known| known.is_for(&web, &whose, &keeper)) {
            return Ok(Arc::clone(known));
        }
        let outlet = Arc::new(Outlet::new(web, &whose, keeper));
        outlets.insert(account.id, Arc::clone(&outlet));
        Ok(outlet)
    }

    /// The same with a keeper at hand. The mailbox is asked for by its name even where its own person signed in: with somebody else's
    /// token Graph then refuses, and nobody's letters come into another's account.
    ///
    /// # Errors
    /// `Settings` when the server's name is none.
    pub fn mailbox_with(&self, account: &AccountRecord, keeper: Arc<Keeper>) -> Result<Mailbox, ConnectError> {
        let web = self.web(account, &account.settings.server, Some(account.settings.port))?;
        Ok(Mailbox::new(web, &Whose::User(account.settings.user_name.clone()), keeper))
    }
}

/// A digest of what decides whose token it is. The refresh token is left out for the keeper's own renewals, and is part of it only by
/// being there: a person who signs in again makes a keeper that begins with the new one.
fn key_of(application: &Application, grant: &Grant) -> [u8; 32] {
    let mut digest = Sha256::new();
    let by = match grant {
        Grant::Refresh(_) => "person",
        _ => "application",
    };
    let at = format!("{}:{}", application.web.host, application.web.port);
    for part in [at.as_str(), &application.tenant, &application.client_id, application.secret.expose_secret(), &application.scope, by] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().into()
}

impl Engine {
    /// How to connect to an account's server; where it signs in by an application, with a token that is good for a while, and never with
    /// the application's secret.
    ///
    /// # Errors
    /// As [`Engine::connection`] and [`Engine::keeper`].
    pub async fn signed_connection(&self, account: &AccountRecord) -> Result<ImapSettings, CollectError> {
        if self.store().application(account.id).await?.is_none() {
            return Ok(self.connection(account).await?);
        }
        let token = self.keeper(account).await?.token().await?;
        Ok(ImapSettings { bearer: true, ..self.connection_with(account, token) })
    }

    /// With what an account signs in at the server by which it sends, where it does so as its incoming side does.
    ///
    /// # Errors
    /// As [`Engine::signed_connection`]; `Permission` where the sign-in at the provider does not permit it.
    pub async fn sending_sign_in(&self, account: &AccountRecord) -> Result<SmtpSignIn, CollectError> {
        let Some(application) = self.store().application(account.id).await? else {
            let collecting = self.connection(account).await?;
            return Ok(SmtpSignIn::Password(collecting.user_name, collecting.password));
        };
        if account.settings.protocol == Protocol::Graph {
            let sentence = "The sign-in by Microsoft Graph opens no mail server. Choose a user name and password of its own.";
            return Err(not_permitted(sentence).into());
        }
        Self::permitted_to_send(&application)?;
        let token = self.keeper(account).await?.token().await?;
        Ok(SmtpSignIn::Token(account.settings.user_name.clone(), token))
    }

    /// Before a token is used to send: said without asking a server, so that nothing is refused there again and again. Where nobody has
    /// signed in at all, [`Engine::keeper`] says so.
    ///
    /// # Errors
    /// `Permission` where a person has permitted reading alone.
    pub fn permitted_to_send(application: &ApplicationRecord) -> Result<(), ConnectError> {
        let reading_alone = application.has_refresh && !application.may_send();
        if reading_alone { Err(not_permitted(SIGN_IN_TO_SEND)) } else { Ok(()) }
    }

    /// Another token than the one that the server refused.
    ///
    /// # Errors
    /// As [`Engine::keeper`].
    pub async fn other_token(&self, id: model::AccountId, refused: &SecretString) -> Result<SecretString, CollectError> {
        let account = self.store().account(id).await?;
        Ok(self.keeper(&account).await?.other_than(refused).await?)
    }

    /// Forgets an account's token: a person has signed in anew, or its settings were changed.
    pub fn forget_token(&self, id: model::AccountId) {
        self.keepers.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&id);
    }
}
