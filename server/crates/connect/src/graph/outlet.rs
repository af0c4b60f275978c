//! Letters handed in by Graph, as they are (MIME): `sendMail`, and drafts put into the mailbox.
//!
//! - <https://learn.microsoft.com/en-us/graph/api/user-sendmail>: 202 says that it was accepted; a copy lies in Sent Items
//! - <https://learn.microsoft.com/en-us/graph/outlook-send-mime-message>: base64 in a body of the kind `text/plain`
//!
//! In two steps, as by SMTP: [`Outlet::ready`] → [`ReadyToHandIn::send`]. In between the caller writes down that the letter begins; whoever
//! cannot drops what he holds, and nothing left.
//!
//! Must never: read a mailbox, hand a letter in twice, or take silence for a refusal.

use super::{Whose, gate::Gate, lore};
use crate::{
    ConnectError, WebSettings,
    oauth::Keeper,
    web::{Answer, Line, Web},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use std::{sync::Arc, time::Duration};

/// What became of something that was handed in.
#[derive(Debug, Clone)]
pub enum HandedIn {
    /// The service took it. Its words.
    Taken(String),
    /// It did not, and may later.
    Later {
        /// Its words.
        said: String,
        /// How long it asks to wait.
        wait: Option<Duration>,
    },
    /// It will not take this one.
    Refused {
        /// Its words.
        said: String,
        /// Ours.
        sentence: String,
    },
    /// It takes none from this account until somebody looks at it.
    NotAllowed(ConnectError),
    /// Nobody knows whether it took it.
    Lost(ConnectError),
}

/// Where letters of a mailbox are handed in, and nothing else can be done.
#[derive(Debug)]
pub struct Outlet {
    web: Web,
    root: String,
    keeper: Arc<Keeper>,
    gate: Gate,
}

impl Outlet {
    /// An outlet; nothing is asked yet.
    pub fn new(web: WebSettings, whose: &Whose, keeper: Arc<Keeper>) -> Self {
        Self { web: Web::new(web), root: whose.root(), keeper, gate: Gate::default() }
    }

    /// Whether it was made for this.
    pub fn is_for(&self, web: &WebSettings, whose: &Whose, keeper: &Arc<Keeper>) -> bool {
        self.web.settings() == web && self.root == whose.root() && Arc::ptr_eq(&self.keeper, keeper)
    }

    /// Waits for its turn and for what the service asked to wait, gets a token and a line. Not an octet of a letter is sent.
    ///
    /// # Errors
    /// The token server's, the network's; `Later` with the wait that is left when that is long.
    pub async fn ready(&self) -> Result<ReadyToHandIn<'_>, ConnectError> {
        let place = self.gate.place().await;
        let token = self.keeper.token().await?;
        self.gate.pass().await?;
        let line = self.web.fresh_line().await?;
        Ok(ReadyToHandIn { outlet: self, line, token, _place: place })
    }
}

/// See [`Outlet::ready`].
pub struct ReadyToHandIn<'o> {
    outlet: &'o Outlet,
    line: Line,
    token: SecretString,
    _place: Option<tokio::sync::SemaphorePermit<'o>>,
}

impl std::fmt::Debug for ReadyToHandIn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadyToHandIn").finish_non_exhaustive()
    }
}

impl ReadyToHandIn<'_> {
    /// Sends a letter to those who stand in its headers.
    pub async fn send(self, mime: &[u8]) -> HandedIn {
        self.hand_in("sendMail", mime, false).await
    }

    /// Puts a letter among the drafts of the mailbox.
    pub async fn keep_draft(self, mime: &[u8]) -> HandedIn {
        self.hand_in("messages", mime, true).await
    }

    async fn hand_in(self, action: &str, mime: &[u8], draft: bool) -> HandedIn {
        let Self { outlet, line, token, _place } = self;
        let body = STANDARD.encode(mime);
        let path = format!("{}/{action}", outlet.root);
        let outcome = match outlet.once(line, &path, &token, body.as_bytes()).await {
            // Another token than the one that was refused, once: 401 says that nothing was done.
            Ok(answer) if answer.status == 401 => {
                let again = async {
                    let token = outlet.keeper.other_than(&token).await?;
                    let line = outlet.web.fresh_line().await?;
                    Ok((token, line))
                };
                match again.await {
                    Ok((token, line)) => outlet.once(line, &path, &token, body.as_bytes()).await,
                    Err(error) => return HandedIn::NotAllowed(error),
                }
            }
            outcome => outcome,
        };
        match outcome {
            Ok(answer) => {
                let meaning = lore::handed_in(&answer, draft);
                if let HandedIn::Later { wait, .. } = &meaning {
                    outlet.gate.close(*wait, 1);
                }
                meaning
            }
            Err(error) => HandedIn::Lost(error),
        }
    }
}

impl Outlet {
    async fn once(&self, line: Line, path: &str, token: &SecretString, body: &[u8]) -> Result<Answer, ConnectError> {
        let bearer = format!("Bearer {}", token.expose_secret());
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "text/plain"), ("Accept", "application/json")];
        self.web.hand_in(line, path, &headers, body).await
    }
}
