//! What comes before the mail: capabilities, STARTTLS, signing in.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Tls;
use super::command::Command;
use super::fault::Fault;
use super::session::Session;
use super::wire::{Closed, Outcome};

impl Session {
    /// What CAPABILITY says right now.
    pub(super) fn capabilities(&self) -> String {
        let encrypted = self.wire.encrypted;
        let lie = self.shared.strike(|fault| match fault {
            Fault::CapabilityLies(list) => Some(list.join(" ")),
            Fault::CapabilityBeforeTls(list) if !encrypted => Some(list.join(" ")),
            _ => None,
        });
        if let Some(lie) = lie {
            return lie;
        }
        let mut list = self.settings.capabilities.clone();
        if self.offers_start_tls() {
            list.push("STARTTLS".into());
        }
        if self.login_disabled() {
            list.retain(|capability| !capability.starts_with("AUTH="));
            list.push("LOGINDISABLED".into());
        }
        list.join(" ")
    }

    fn offers_start_tls(&self) -> bool {
        self.settings.tls == Tls::StartTls && !self.wire.encrypted && !self.shared.on(&Fault::StartTlsMissing)
    }

    fn login_disabled(&self) -> bool {
        !self.wire.encrypted && self.shared.on(&Fault::LoginDisabled)
    }

    pub(super) async fn start_tls(&mut self, command: &Command) -> Outcome {
        if let Some(text) = self.text_fault(|fault| matches!(fault, Fault::StartTlsRefused(_))) {
            return self.tagged(command, &format!("NO {text}")).await;
        }
        if !self.offers_start_tls() || self.user.is_some() {
            return self.tagged(command, "BAD STARTTLS is not possible now").await;
        }
        self.tagged(command, "OK Begin TLS").await?;
        if let Some(line) = self.text_fault(|fault| matches!(fault, Fault::StartTlsInjectedBytes(_))) {
            self.line(&line).await?;
        }
        self.wire.flush().await?;
        if let Some(line) = self.text_fault(|fault| matches!(fault, Fault::StartTlsInjectedLater(_))) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            self.line(&line).await?;
            self.wire.flush().await?;
        }
        if self.shared.on(&Fault::StartTlsCloses) {
            return Err(Closed);
        }
        let settings = self.settings.clone();
        self.wire.encrypt(&settings.acceptor).await
    }

    pub(super) async fn login(&mut self, command: &Command) -> Outcome {
        let (user, password) = (command.text(0), command.text(1));
        self.sign_in(command, &user, &password).await
    }

    /// AUTHENTICATE PLAIN, with or without the first answer in the same line (RFC 4959).
    pub(super) async fn authenticate(&mut self, command: &Command) -> Outcome {
        if !command.text(0).eq_ignore_ascii_case("PLAIN") {
            return self.tagged(command, "NO Only PLAIN is known").await;
        }
        let mut answer = command.text(1);
        if answer.is_empty() {
            self.line("+ ").await?;
            self.wire.flush().await?;
            answer = String::from_utf8_lossy(&self.wire.line().await?).trim().to_owned();
        }
        let decoded = STANDARD.decode(answer.as_bytes()).unwrap_or_default();
        let mut parts = decoded.split(|&octet| octet == 0).map(|part| String::from_utf8_lossy(part).into_owned());
        let (_, user, password) = (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        self.sign_in(command, &user, &password).await
    }

    async fn sign_in(&mut self, command: &Command, user: &str, password: &str) -> Outcome {
        if let Some(refusal) = self.refusal(user, password) {
            self.shared.lock().refused_logins += 1;
            return self.tagged(command, &refusal).await;
        }
        self.shared.lock().logins += 1;
        self.user = Some(user.to_owned());
        if let Some(text) = self.text_fault(|fault| matches!(fault, Fault::Alert(_))) {
            self.line(&format!("* OK [ALERT] {text}")).await?;
        }
        let capabilities = self.capabilities();
        self.tagged(command, &format!("OK [CAPABILITY {capabilities}] Welcome")).await
    }

    fn refusal(&self, user: &str, password: &str) -> Option<String> {
        if self.user.is_some() {
            return Some("BAD You are signed in already".into());
        }
        if self.login_disabled() {
            return Some("NO [PRIVACYREQUIRED] Encrypt first".into());
        }
        if let Some(text) = self.text_fault(|fault| matches!(fault, Fault::ThrottleLogin(_))) {
            return Some(format!("NO {text}"));
        }
        if let Some(text) = self.text_fault(|fault| matches!(fault, Fault::RefuseLogin(_))) {
            return Some(format!("NO [AUTHENTICATIONFAILED] {text}"));
        }
        let right = self.shared.lock().passwords.get(user).is_some_and(|known| known == password);
        (!right).then(|| "NO [AUTHENTICATIONFAILED] Authentication failed.".into())
    }

    pub(super) async fn enable(&mut self, command: &Command) -> Outcome {
        let wanted: Vec<String> = command.arguments.iter().map(|argument| argument.upper()).collect();
        if wanted.iter().any(|name| name == "CONDSTORE") && self.can("CONDSTORE") {
            self.condstore = true;
            self.line("* ENABLED CONDSTORE").await?;
        } else {
            self.line("* ENABLED").await?;
        }
        self.ok(command).await
    }

    pub(super) fn can(&self, capability: &str) -> bool {
        self.settings.capabilities.iter().any(|known| known.eq_ignore_ascii_case(capability))
    }
}
