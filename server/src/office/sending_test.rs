//! What the outgoing side is tried with, and what a test shows: by Graph a token and what it permits, by SMTP the settings of the ladder.

use super::{Office, Principal, trouble::problem_of};
use model::{AccountId, Problem, Protocol, SendingSignIn, SendingTest, SendingTransport};
use postroom_connect::smtp::{SmtpSettings, SmtpSignIn};
use postroom_connect::{ConnectError, Reach};
use postroom_store::{AccountRecord, SendingSide};
use postroom_sync::{CollectError, Engine};
use std::time::Duration;

/// Longest wait for the answer to a whole letter; no letter is sent here.
const LAST_REPLY: Duration = Duration::from_secs(600);

impl Office {
    /// A token is asked for, and what it permits is read (FC-14, O21); whoever signed in for the mailbox sends from it.
    pub(super) async fn test_graph(&self, who: &Principal, record: &AccountRecord, side: &SendingSide) -> Result<SendingTest, Problem> {
        self.count_test(who).await?;
        let id = record.id;
        let told = |error: CollectError| match error {
            CollectError::Store(error) => problem_of(error),
            other => Problem::Conflict(other.text()),
        };
        let application = self.store.application(id).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        let token = match (Engine::permitted_to_send(&application), self.engine.keeper(record).await) {
            (Err(error), _) => Err(CollectError::Connect(error)),
            (Ok(()), Ok(keeper)) => keeper.token().await.map_err(CollectError::from),
            (Ok(()), Err(error)) => Err(error),
        };
        let found = match &token {
            Ok(_) => "a token was handed out".to_owned(),
            Err(error) => format!("{:?}", error.verdict()),
        };
        self.record(who, "account.tested", format!("account:{id}"), format!("Outgoing, Microsoft 365: {found}")).await?;
        let carried = postroom_connect::oauth::claims(&token.map_err(told)?);
        // An application that Exchange limits to mailboxes has no such word in its token.
        if carried.readable && !carried.permissions.is_empty() && !carried.sends_mail() {
            let sentence = format!(
                "The token does not permit sending; it carries {}. Give the application Mail.Send and grant admin consent.",
                carried.permissions.join(", ")
            );
            return Err(Problem::Conflict(sentence));
        }
        self.sends_again(who, side).await?;
        if !(record.settings.tested && record.settings.address == side.sender_address || who.is_administrator()) {
            return Ok(SendingTest::LetIn);
        }
        self.note_proven(who, side).await
    }

    /// A side that was stopped works again: what waits leaves.
    pub(super) async fn sends_again(&self, who: &Principal, side: &SendingSide) -> Result<(), Problem> {
        if side.stopped.is_empty() {
            return Ok(());
        }
        let event = self.event(who, "account.sending_started", format!("account:{}", side.account), "");
        self.store.start_sending(side.account, &event).await.map_err(problem_of)?;
        self.engine.wake_outbox();
        Ok(())
    }

    /// Proven, with what was tested: a later change of server or address is seen in the trail.
    pub(super) async fn note_proven(&self, who: &Principal, side: &SendingSide) -> Result<SendingTest, Problem> {
        let server = match side.transport {
            SendingTransport::Graph => "Microsoft 365".to_owned(),
            SendingTransport::Smtp => format!("{} port {}", side.server, side.port),
        };
        let id = AccountId(side.account);
        let event = self.event(who, "account.sending_proven", format!("account:{id}"), format!("{server}, from {}", side.sender_address));
        self.store.prove_sending(id.0, &event).await.map_err(problem_of)?;
        Ok(SendingTest::Proven)
    }

    /// What the ladder is climbed with, or why there is nothing to climb with.
    pub(super) async fn sending_settings(
        &self,
        who: &Principal,
        record: &AccountRecord,
        side: &SendingSide,
    ) -> Result<Result<SmtpSettings, ConnectError>, Problem> {
        let sign_in = match side.sign_in {
            SendingSignIn::None => SmtpSignIn::None,
            SendingSignIn::Own => {
                let secret = self.store.sending_secret(side.account).await.map_err(problem_of)?;
                SmtpSignIn::Password(side.user_name.clone(), secret)
            }
            SendingSignIn::Account if record.settings.protocol == Protocol::Smtp => SmtpSignIn::None,
            SendingSignIn::Account => match self.engine.sending_sign_in(record).await {
                Ok(sign_in) => sign_in,
                Err(CollectError::Connect(error)) => return Ok(Err(error)),
                Err(CollectError::Store(error)) => return Err(problem_of(error)),
                Err(other) => return Err(Problem::Conflict(other.text())),
            },
        };
        let hello = side.sender_address.rsplit_once('@').map_or_else(|| "localhost".to_owned(), |(_, domain)| domain.to_owned());
        Ok(Ok(SmtpSettings {
            server: side.server.clone(),
            port: side.port,
            security: side.security,
            sign_in,
            hello,
            timeout: Duration::from_secs(u64::from(side.timeout_seconds)),
            last_reply: LAST_REPLY,
            pinned_fingerprint: side.pinned_fingerprint.clone(),
            allow_clear_text: side.allow_clear_text,
            // Who asks decides, not who once tested the incoming side.
            reach: if who.is_administrator() { Reach::Anywhere } else { Reach::PublicMailPorts },
            extra_roots: self.settings.extra_roots.clone(),
        }))
    }
}
