//! Other systems are told what happens: found, kept, told, tried again. At least once, under an id that stays the same.
//!
//! A message is signed as Standard Webhooks says: HMAC-SHA256 over `id.seconds.body`. Must never: hold a letter's words, a subject or an
//! address; only numbers, codes of clients and links.

use crate::{Engine, pulse::WEBHOOKS};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use model::{DeliveryState, WebhookEvent};
use postroom_connect::hook::{HookAddress, HookPolicy, tell};
use postroom_connect::{ConnectError, ExposeSecret};
use postroom_store::{DeliveryClaim, DeliveryEnd, NewDelivery, NewsItem, StoreError};
use sha2::Sha256;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// How often it is looked what there is to tell, when nobody wakes the loop.
const TICK: Duration = Duration::from_secs(5);
/// Longest silence of the other side.
const PATIENCE: Duration = Duration::from_secs(15);
/// A try takes less, ms.
const LEASE: i64 = 90_000;
/// Told in one go, before it is looked again.
const AT_ONCE: usize = 50;
/// From one try to the next, seconds (the plan of Standard Webhooks).
const PLAN: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Settled deliveries are kept so long, ms. Longer than anything is looked back for.
const KEPT: i64 = 30 * 24 * 3_600_000;
/// What was asked under an idempotency key is kept so long, ms.
const KEYS_KEPT: i64 = 7 * 24 * 3_600_000;
/// Old things are looked for so often, ms.
const SWEPT: i64 = 3_600_000;
/// A webhook that took nothing for so long is switched off when something is given up, ms.
const SILENT: i64 = 3 * 24 * 3_600_000;

/// A moment as RFC 3339 has it.
pub fn written_time(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at).unwrap_or_default().to_string()
}

impl Engine {
    /// There is something to tell: look at once.
    pub fn wake_webhooks(&self) {
        self.webhook_wake.notify_one();
    }

    pub(crate) async fn webhook_loop(self: Arc<Self>, stop: CancellationToken) {
        let mut swept = 0;
        while !stop.is_cancelled() {
            let began = self.clock.now();
            let told = tokio::select! {
                told = self.tell_webhooks() => told,
                // What was on the line is tried again: whoever has it already knows it by its id.
                () = stop.cancelled() => break,
            };
            if let Err(error) = &told {
                warn!(%error, "Webhooks could not be told: {error}");
            }
            if began > swept + SWEPT {
                swept = began;
                if let Err(error) = self.sweep_webhooks(began).await {
                    warn!(%error, "Old deliveries could not be deleted: {error}");
                }
            }
            self.beat(WEBHOOKS, began, told.err().map(|error| error.to_string()));
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.webhook_wake.notified() => {}
                () = tokio::time::sleep(TICK) => {}
            }
        }
        if let Err(error) = self.store().break_deliveries(&self.holder).await {
            warn!(%error, "Leases of deliveries could not be given back: {error}");
        }
    }

    async fn sweep_webhooks(&self, now: i64) -> Result<(), StoreError> {
        self.store().forget_deliveries(now - KEPT).await?;
        self.store().forget_api_requests(now - KEYS_KEPT).await?;
        Ok(())
    }

    /// Finds what happened, and tells what is due. Answers how many tries were made.
    ///
    /// # Errors
    /// The store's.
    pub async fn tell_webhooks(&self) -> Result<usize, StoreError> {
        self.gather_news().await?;
        let mut tries = 0;
        while tries < AT_ONCE {
            let now = self.clock.now();
            let Some(claim) = self.store().claim_delivery(&self.holder, now, now + LEASE).await? else { break };
            tries += 1;
            let end = self.try_delivery(&claim).await?;
            self.store().settle_delivery(&claim, &end).await?;
        }
        Ok(tries)
    }

    async fn gather_news(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        for hook in self.store().webhooks().await?.into_iter().filter(|hook| hook.is_on) {
            let before = self.store().webhook_marks(hook.id).await?;
            let news = self.store().webhook_news(&hook, now).await?;
            if news.is_old(before) {
                continue;
            }
            let items: Vec<NewDelivery> = news
                .items
                .iter()
                .map(|item| NewDelivery {
                    event_id: item.event_id.clone(),
                    kind: item.event.as_str().to_owned(),
                    body: body_of(item, item.at.unwrap_or(now)),
                })
                .collect();
            self.store().keep_webhook_news(hook.id, &items, (news.letter_mark, news.event_mark), now).await?;
        }
        Ok(())
    }

    async fn try_delivery(&self, claim: &DeliveryClaim) -> Result<DeliveryEnd, StoreError> {
        let secret = self.store().webhook_secret(claim.webhook).await?;
        let seconds = (self.clock.now() / 1000).to_string();
        let id = format!("msg_{}-{}", claim.webhook, claim.event_id);
        let signature = signature(secret.expose_secret(), &id, &seconds, &claim.body);
        let policy =
            HookPolicy { timeout: PATIENCE, extra_roots: self.settings.extra_roots.clone(), anywhere: self.settings.hooks_anywhere };
        let headers = [("webhook-id", id.as_str()), ("webhook-timestamp", seconds.as_str()), ("webhook-signature", signature.as_str())];
        let answer = match HookAddress::read(&claim.url) {
            Ok(at) => tell(&at, &policy, &headers, &claim.body).await,
            Err(error) => Err(error),
        };
        let now = self.clock.now();
        let silent = !self.store().webhook_answered_since(claim.webhook, now - SILENT).await?;
        Ok(judge(answer, claim.tries, now, silent))
    }
}

/// What an answer comes to.
fn judge(answer: Result<u16, ConnectError>, tries: i64, now: i64, silent: bool) -> DeliveryEnd {
    let (status, said) = match &answer {
        Ok(status) => (i64::from(*status), said(*status)),
        Err(error) => (0, error.sentence()),
    };
    let mut end = DeliveryEnd { at: now, state: DeliveryState::Delivered, next_at: None, status, answer: said, stop: None };
    if (200..300).contains(&status) {
        return end;
    }
    let wait = usize::try_from(tries - 1).ok().and_then(|tried| PLAN.get(tried)).filter(|_| status != 410);
    match wait {
        Some(seconds) => {
            end.state = DeliveryState::Waiting;
            end.next_at = Some(now + seconds * 1000);
        }
        None => {
            end.state = DeliveryState::GivenUp;
            if status == 410 {
                end.stop = Some("The other system answered that this address is gone for good (410).".to_owned());
            } else if silent {
                end.stop = Some("The other system took nothing for three days.".to_owned());
            }
        }
    }
    end
}

fn said(status: u16) -> String {
    match status {
        200..=299 => format!("Taken ({status})."),
        300..=399 => format!("It led elsewhere ({status}), where it is not followed."),
        401 | 403 => format!("It did not let us in ({status})."),
        404 => "There is nothing at this address (404).".to_owned(),
        410 => "This address is gone for good (410).".to_owned(),
        429 => "It asked us to come later (429).".to_owned(),
        500.. => format!("The other system failed ({status})."),
        _ => format!("It was refused ({status})."),
    }
}

/// What is sent: numbers, codes and links.
fn body_of(item: &NewsItem, at: i64) -> String {
    let mut data = serde_json::Map::new();
    if let Some(letter) = item.letter {
        data.insert("letter".into(), serde_json::json!({ "id": letter, "link": format!("/api/v1/letters/{letter}") }));
    }
    if let Some(outbox) = item.outbox {
        data.insert("outbox".into(), serde_json::json!({ "id": outbox, "link": format!("/api/v1/outbox/{outbox}") }));
    }
    if let Some((id, code)) = &item.client {
        data.insert("client".into(), serde_json::json!({ "id": id, "code": code }));
    }
    if let Some(account) = item.account {
        debug_assert_eq!(item.event, WebhookEvent::AccountAttention);
        data.insert("account".into(), serde_json::json!({ "id": account, "page": format!("/accounts/{account}") }));
    }
    serde_json::json!({ "type": item.event.as_str(), "timestamp": written_time(at), "data": data }).to_string()
}

/// `v1,` and the code over what is sent. A secret that is no base64 signs as it stands.
fn signature(secret: &str, id: &str, seconds: &str, body: &str) -> String {
    let word = secret.strip_prefix("whsec_").unwrap_or(secret);
    let key = STANDARD.decode(word).unwrap_or_else(|_| word.as_bytes().to_vec());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of the Standard Webhooks specification's reference libraries.
    #[test]
    fn a_message_is_signed_as_others_check_it() {
        let signed =
            signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_was_not_taken_is_tried_again_by_plan_and_given_up_at_its_end() {
        let end = judge(Ok(204), 1, 0, true);
        assert_eq!((end.state, end.next_at, end.stop), (DeliveryState::Delivered, None, None));
        let end = judge(Ok(503), 1, 1_000, true);
        assert_eq!((end.state, end.next_at, end.status), (DeliveryState::Waiting, Some(6_000), 503));
        let end = judge(Err(ConnectError::Refused { said: "no".to_owned() }), 2, 0, true);
        assert_eq!((end.state, end.next_at, end.status), (DeliveryState::Waiting, Some(300_000), 0));
        assert_eq!(judge(Ok(302), 9, 0, false).state, DeliveryState::Waiting);
        let end = judge(Ok(500), 10, 0, false);
        assert_eq!((end.state, end.stop.is_some()), (DeliveryState::GivenUp, false), "it answers otherwise");
        assert!(judge(Ok(500), 10, 0, true).stop.is_some());
        let end = judge(Ok(410), 1, 0, false);
        assert_eq!((end.state, end.stop.is_some()), (DeliveryState::GivenUp, true));
    }

    #[test]
    fn nothing_but_numbers_codes_and_links_is_told() {
        let item = NewsItem {
            event: WebhookEvent::LetterSent,
            event_id: "sent-3".into(),
            at: None,
            letter: Some(9),
            outbox: Some(3),
            client: Some((5, "H1001".into())),
            account: None,
        };
        let told = r#"{"data":{"client":{"code":"H1001","id":5},"letter":{"id":9,"link":"/api/v1/letters/9"},"outbox":{"id":3,"link":"/api/v1/outbox/3"}},"timestamp":"1970-01-01T00:00:01Z","type":"letter.sent"}"#;
        assert_eq!(body_of(&item, 1_000), told);
    }
}
