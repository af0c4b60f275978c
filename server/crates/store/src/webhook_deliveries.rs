//! What webhooks are told: kept before it is tried, claimed by lease, settled by what the other side said. At least once: whoever gets
//! something twice knows it by its id.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{DeliveryRow, DeliveryState, WebhookId};

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// The same whenever it is found.
    pub event_id: String,
    /// What happened.
    pub kind: String,
    /// As it is sent, every time the same.
    pub body: String,
}

/// Something that this process tells now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryClaim {
    /// Number.
    pub id: i64,
    /// To which webhook.
    pub webhook: WebhookId,
    /// Where.
    pub url: String,
    /// The same for every try.
    pub event_id: String,
    /// What is sent.
    pub body: String,
    /// Which try this is, from 1.
    pub tries: i64,
    /// Who holds it.
    pub holder: String,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryEnd {
    /// When, ms.
    pub at: i64,
    /// Where it is now.
    pub state: DeliveryState,
    /// When it is tried again, ms.
    pub next_at: Option<i64>,
    /// The other side's status; 0 = there was no answer.
    pub status: i64,
    /// What it, or we, said.
    pub answer: String,
    /// The webhook is switched off, and why.
    pub stop: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    webhook_id: i64,
    event_id: String,
    kind: String,
    at: i64,
    tries: i64,
    next_at: Option<i64>,
    state: String,
    status: i64,
    answer: String,
    answered_at: Option<i64>,
}

type ClaimRow = (i64, i64, String, String, i64);

impl Store {
    /// Keeps what a webhook is to be told, and how far was looked. What it was told before is not told anew. Answers how much is new.
    pub async fn keep_webhook_news(&self, id: WebhookId, items: &[NewDelivery], marks: (i64, i64), now: i64) -> Result<u64, StoreError> {
        write!(self, c => {
            let mut new = 0;
            for item in items {
                new += sqlx::query(
                    "insert into webhook_delivery (webhook_id, event_id, kind, body, at, next_at, state) values ($1, $2, $3, $4, $5, $5, 'waiting')
                     on conflict do nothing")
                    .bind(id.0).bind(&item.event_id).bind(&item.kind).bind(&item.body).bind(now).execute(&mut *c).await?.rows_affected();
            }
            sqlx::query("update webhook set letter_mark = $2, event_mark = $3 where id = $1 and letter_mark <= $2 and event_mark <= $3")
                .bind(id.0).bind(marks.0).bind(marks.1).execute(&mut *c).await?;
            Ok(new)
        })
    }

    /// Keeps one thing to be told because a person asked for it, with the event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a webhook that is not there.
    pub async fn add_delivery(&self, id: WebhookId, item: &NewDelivery, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let known: Option<i64> = sqlx::query_scalar("select id from webhook where id = $1").bind(id.0).fetch_optional(&mut *c).await?;
            if known.is_none() {
                return Err(StoreError::NotFound);
            }
            sqlx::query("insert into webhook_delivery (webhook_id, event_id, kind, body, at, next_at, state) values ($1, $2, $3, $4, $5, $5, 'waiting')")
                .bind(id.0).bind(&item.event_id).bind(&item.kind).bind(&item.body).bind(event.at).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Tells something again, with the event: the id stays, and the plan of tries begins anew.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] `delivery_is_on_its_way`.
    pub async fn redeliver(&self, id: i64, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let known: Option<i64> = sqlx::query_scalar("select claimed_until from webhook_delivery where id = $1").bind(id).fetch_optional(&mut *c).await?;
            match known {
                None => return Err(StoreError::NotFound),
                Some(until) if until > event.at => return Err(StoreError::Conflict("delivery_is_on_its_way")),
                Some(_) => {}
            }
            sqlx::query("update webhook_delivery set state = 'waiting', tries = 0, next_at = $2 where id = $1")
                .bind(id).bind(event.at).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// The newest deliveries of all webhooks.
    pub async fn deliveries(&self, limit: i64) -> Result<Vec<DeliveryRow>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(
            "select id, webhook_id, event_id, kind, at, tries, next_at, state, status, answer, answered_at from webhook_delivery order by id desc limit $1")
            .bind(limit).fetch_all(c).await)?;
        rows.into_iter()
            .map(|row| {
                let state = DeliveryState::parse(&row.state)
                    .ok_or_else(|| StoreError::Inconsistent("webhook_delivery.state cannot be read".into()))?;
                Ok(DeliveryRow {
                    id: row.id,
                    webhook: WebhookId(row.webhook_id),
                    event_id: row.event_id,
                    kind: row.kind,
                    at: row.at,
                    tries: row.tries,
                    next_at: row.next_at,
                    state,
                    status: row.status,
                    answer: row.answer,
                    answered_at: row.answered_at,
                })
            })
            .collect()
    }

    /// Takes the lease on what has been due longest; the try is counted before it is made. Nothing is told to a webhook that is off.
    pub async fn claim_delivery(&self, holder: &str, now: i64, until: i64) -> Result<Option<DeliveryClaim>, StoreError> {
        let claimed: Option<(ClaimRow, String)> = write!(self, c => {
            let row: Option<ClaimRow> = sqlx::query_as(
                "update webhook_delivery set tries = tries + 1, claimed_by = $1, claimed_until = $3
                 where id = (select d.id from webhook_delivery d join webhook w on w.id = d.webhook_id
                     where d.next_at <= $2 and d.claimed_until < $2 and w.is_on = 1 order by d.next_at, d.id limit 1)
                   and claimed_until < $2 returning id, webhook_id, event_id, body, tries")
                .bind(holder).bind(now).bind(until).fetch_optional(&mut *c).await?;
            let Some(row) = row else { return Ok(None) };
            let url: String = sqlx::query_scalar("select url from webhook where id = $1").bind(row.1).fetch_one(&mut *c).await?;
            Ok(Some((row, url)))
        })?;
        Ok(claimed.map(|((id, webhook, event_id, body, tries), url)| DeliveryClaim {
            id,
            webhook: WebhookId(webhook),
            url,
            event_id,
            body,
            tries,
            holder: holder.to_owned(),
        }))
    }

    /// Keeps what came of a try; `false` = the lease was lost meanwhile. A webhook that is switched off by it says so in the trail.
    pub async fn settle_delivery(&self, claim: &DeliveryClaim, end: &DeliveryEnd) -> Result<bool, StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query(
                "update webhook_delivery set state = $4, next_at = $5, status = $6, answer = $7, answered_at = $8, claimed_until = 0
                 where id = $1 and claimed_by = $2 and tries = $3 and claimed_until > 0")
                .bind(claim.id).bind(&claim.holder).bind(claim.tries).bind(end.state.as_str()).bind(end.next_at).bind(end.status)
                .bind(&end.answer).bind(end.at).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Ok(None);
            }
            let Some(why) = &end.stop else { return Ok(Some(None)) };
            let stopped = sqlx::query("update webhook set is_on = 0, stopped = $2 where id = $1 and is_on = 1")
                .bind(claim.webhook.0).bind(why).execute(&mut *c).await?.rows_affected();
            if stopped == 0 {
                return Ok(Some(None));
            }
            let event = NewEvent {
                at: end.at,
                principal: "scheduler".into(),
                action: "webhook.stopped".into(),
                subject: format!("webhook:{}", claim.webhook),
                detail: why.clone(),
            };
            Ok(Some(Some(append_event!(&self.keys, c, &event))))
        })?;
        if let Some(Some((seq, mac))) = &head {
            self.heads.publish(*seq, mac)?;
        }
        Ok(head.is_some())
    }

    /// Whether a webhook took anything since this moment.
    pub async fn webhook_answered_since(&self, id: WebhookId, since: i64) -> Result<bool, StoreError> {
        let found: i64 = read!(self, c => sqlx::query_scalar(
            "select count(*) from webhook_delivery where webhook_id = $1 and state = 'delivered' and answered_at >= $2")
            .bind(id.0).bind(since).fetch_one(c).await)?;
        Ok(found > 0)
    }

    /// Ends every lease of this holder: it goes.
    pub async fn break_deliveries(&self, holder: &str) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update webhook_delivery set claimed_until = 0 where claimed_by = $1 and claimed_until > 0 and next_at is not null")
                .bind(holder).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Forgets what was settled before this moment. Answers how much.
    pub async fn forget_deliveries(&self, before: i64) -> Result<u64, StoreError> {
        write!(self, c => {
            Ok(sqlx::query("delete from webhook_delivery where at < $1 and next_at is null").bind(before).execute(&mut *c).await?.rows_affected())
        })
    }
}
