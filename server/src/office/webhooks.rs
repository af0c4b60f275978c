//! Webhooks: other systems are told what happens (administrators).
//!
//! Must never: tell a secret a second time, or put a letter's words into what is told.

use super::{Office, Principal, Session, trouble::problem_of};
use crate::tokens;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{FreshWord, Problem, WebhookEvent, WebhookForm, WebhookId, WebhooksView};
use postroom_store::NewDelivery;
use secrecy::SecretString;

/// What every secret begins with (Standard Webhooks).
pub const BEGINS: &str = "whsec_";
/// Deliveries on the page.
const SHOWN: i64 = 50;
/// Webhooks at most: each costs a look at everything that happens.
const MOST: usize = 20;

impl Office {
    /// The page.
    pub async fn webhooks(&self, who: &Principal, session: Option<&Session>) -> Result<WebhooksView, Problem> {
        who.need_administrator()?;
        Ok(WebhooksView {
            hooks: self.store.webhooks().await.map_err(problem_of)?,
            deliveries: self.store.deliveries(SHOWN).await.map_err(problem_of)?,
            centres: self.store.cost_centres().await.map_err(problem_of)?.into_iter().map(|centre| (centre.id, centre.name)).collect(),
            fresh: session
                .and_then(|session| self.fresh.word(&session.token_hash, self.now()))
                .filter(|word| word.word.starts_with(BEGINS)),
        })
    }

    /// Adds one; its secret is told once, to the session that made it. Answers the secret.
    pub async fn add_webhook(&self, who: &Principal, session: Option<&Session>, form: &WebhookForm) -> Result<String, Problem> {
        who.need_administrator()?;
        let mut errors = form.check();
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let centre = centres.iter().map(|centre| centre.id).find(|id| id.to_string() == form.centre);
        if !form.centre.is_empty() && centre.is_none() {
            errors.add("centre", "Choose a cost centre of the list");
        }
        if self.store.webhooks().await.map_err(problem_of)?.len() >= MOST {
            errors.add("url", "There are 20 webhooks already. Take one away first");
        }
        let url = form.url.trim();
        if errors.0.is_empty() && postroom_connect::hook::HookAddress::read(url).is_err() {
            errors.add("url", "Enter an address that begins with https://, like https://crm.example.com/postroom");
        }
        errors.into_result()?;
        let word = format!("{BEGINS}{}", STANDARD.encode(tokens::random_bytes::<32>()));
        let host = url.trim_start_matches("https://").split(['/', '?']).next().unwrap_or_default().to_owned();
        let event = self.event(who, "webhook.added", "", host.clone());
        let secret = SecretString::from(word.clone());
        self.store.add_webhook(url, &form.chosen(), centre, &secret, &event).await.map_err(problem_of)?;
        if let Some(session) = session {
            self.fresh.keep_word(&session.token_hash, FreshWord { name: host, word: word.clone() }, self.now());
        }
        Ok(word)
    }

    /// Switches one on or off.
    pub async fn switch_webhook(&self, who: &Principal, id: WebhookId, on: bool) -> Result<(), Problem> {
        who.need_administrator()?;
        let event = self.event(who, "webhook.switched", format!("webhook:{id}"), if on { "on" } else { "off" });
        self.store.switch_webhook(id, on, &event).await.map_err(problem_of)?;
        self.engine.wake_webhooks();
        Ok(())
    }

    /// Takes one away.
    pub async fn remove_webhook(&self, who: &Principal, id: WebhookId) -> Result<(), Problem> {
        who.need_administrator()?;
        let event = self.event(who, "webhook.removed", format!("webhook:{id}"), "");
        self.store.remove_webhook(id, &event).await.map_err(problem_of)
    }

    /// Tells one a test.
    pub async fn test_webhook(&self, who: &Principal, id: WebhookId) -> Result<(), Problem> {
        who.need_administrator()?;
        let body =
            serde_json::json!({ "type": WebhookEvent::Test.as_str(), "timestamp": postroom_sync::written_time(self.now()), "data": {} });
        let item = NewDelivery {
            event_id: format!("test-{}", tokens::new_reference()),
            kind: WebhookEvent::Test.as_str().to_owned(),
            body: body.to_string(),
        };
        let event = self.event(who, "webhook.tested", format!("webhook:{id}"), "");
        self.store.add_delivery(id, &item, &event).await.map_err(problem_of)?;
        self.engine.wake_webhooks();
        Ok(())
    }

    /// Tells something again.
    pub async fn redeliver(&self, who: &Principal, id: i64) -> Result<(), Problem> {
        who.need_administrator()?;
        let event = self.event(who, "webhook.redelivered", "", format!("Delivery {id}"));
        self.store.redeliver(id, &event).await.map_err(problem_of)?;
        self.engine.wake_webhooks();
        Ok(())
    }
}
