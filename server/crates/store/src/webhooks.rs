//! Addresses of other systems that are told what happens, and what there is to tell them.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{CostCentreId, WebhookCard, WebhookEvent, WebhookId};
use secrecy::SecretString;

/// Letters before the mark that are looked at again: one may be committed after one with a higher number.
const AGAIN: i64 = 500;
/// Letters looked at in one go.
const LETTERS: i64 = 2_000;
/// Other things told in one go.
const ITEMS: i64 = 500;
/// Letters that were sent, or came back, longer ago are not told any more, ms.
const SENT_AGO: i64 = 2 * 24 * 3_600_000;
const BOUNCED_AGO: i64 = 14 * 24 * 3_600_000;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsItem {
    /// What.
    pub event: WebhookEvent,
    /// The same whenever it is found.
    pub event_id: String,
    /// When, ms; `None` = now.
    pub at: Option<i64>,
    /// The letter.
    pub letter: Option<i64>,
    /// Its number in the outbox.
    pub outbox: Option<i64>,
    /// The client: number and code.
    pub client: Option<(i64, String)>,
    /// The account.
    pub account: Option<i64>,
}

/// What a webhook is to be told, and how far was looked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// In the order in which it happened, as far as that is known.
    pub items: Vec<NewsItem>,
    /// Letters up to here were looked at.
    pub letter_mark: i64,
    /// The audit trail up to here was looked at.
    pub event_mark: i64,
}

impl News {
    /// Whether there is nothing to keep.
    pub fn is_old(&self, before: (i64, i64)) -> bool {
        self.items.is_empty() && (self.letter_mark, self.event_mark) == before
    }
}

/// A letter that left or came back: its number, when, the letter in the histories, the client and its code.
type SentRow = (i64, i64, Option<i64>, Option<i64>, Option<String>);

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    url: String,
    events: String,
    cost_centre_id: Option<i64>,
    is_on: i64,
    stopped: String,
    created_at: i64,
    created_by: String,
}

impl From<Row> for WebhookCard {
    fn from(row: Row) -> Self {
        Self {
            id: WebhookId(row.id),
            url: row.url,
            events: row.events.split_whitespace().filter_map(WebhookEvent::parse).collect(),
            cost_centre: row.cost_centre_id.map(CostCentreId),
            is_on: row.is_on != 0,
            stopped: row.stopped,
            created_at: row.created_at,
            created_by: row.created_by,
        }
    }
}

fn place(id: i64) -> String {
    format!("webhook:{id}:secret")
}

fn words(events: &[WebhookEvent]) -> String {
    events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(" ")
}

impl Store {
    /// Webhooks, by number.
    pub async fn webhooks(&self) -> Result<Vec<WebhookCard>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(
            "select id, url, events, cost_centre_id, is_on, stopped, created_at, created_by from webhook order by id").fetch_all(c).await)?;
        Ok(rows.into_iter().map(WebhookCard::from).collect())
    }

    /// Adds a webhook with its secret, with the event (whose subject becomes `webhook:N`). What happened before is not told.
    pub async fn add_webhook(
        &self,
        url: &str,
        events: &[WebhookEvent],
        centre: Option<CostCentreId>,
        secret: &SecretString,
        event: &NewEvent,
    ) -> Result<WebhookId, StoreError> {
        let (id, head) = write!(self, c => {
            let id: i64 = sqlx::query_scalar(
                "insert into webhook (url, events, cost_centre_id, is_on, created_at, created_by, letters_from, letter_mark, event_mark)
                 select $1, $2, $3, 1, $4, $5, m.newest, m.newest, h.seq
                 from (select coalesce(max(id), 0) as newest from message) m, audit_head h where h.id = 1 returning id")
                .bind(url).bind(words(events)).bind(centre.map(|id| id.0)).bind(event.at).bind(&event.principal).fetch_one(&mut *c).await?;
            let sealed = self.keys.seal(&place(id), secret)?;
            sqlx::query("update webhook set secret = $2 where id = $1").bind(id).bind(&sealed[..]).execute(&mut *c).await?;
            Ok((id, append_event!(&self.keys, c, &NewEvent { subject: format!("webhook:{id}"), ..event.clone() })))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(WebhookId(id))
    }

    /// Switches a webhook on or off, with the event. What happened while it was off is told when it is on again, as far as it is kept.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn switch_webhook(&self, id: WebhookId, on: bool, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query("update webhook set is_on = $2, stopped = '' where id = $1")
                .bind(id.0).bind(i64::from(on)).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Takes a webhook away with what it was told, with the event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_webhook(&self, id: WebhookId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query("delete from webhook_delivery where webhook_id = $1").bind(id.0).execute(&mut *c).await?;
            if sqlx::query("delete from webhook where id = $1").bind(id.0).execute(&mut *c).await?.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// What a webhook's messages are signed with.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Secret`] when this key does not open it.
    pub async fn webhook_secret(&self, id: WebhookId) -> Result<SecretString, StoreError> {
        let sealed: Option<Vec<u8>> =
            read!(self, c => sqlx::query_scalar("select secret from webhook where id = $1").bind(id.0).fetch_one(c).await)?;
        self.keys.open_sealed(&place(id.0), &sealed.ok_or(StoreError::NotFound)?)
    }

    /// How far letters and the audit trail were looked at for a webhook.
    pub async fn webhook_marks(&self, id: WebhookId) -> Result<(i64, i64), StoreError> {
        Ok(read!(self, c => sqlx::query_as("select letter_mark, event_mark from webhook where id = $1").bind(id.0).fetch_one(c).await)?)
    }

    /// What happened that a webhook was not told yet.
    pub async fn webhook_news(&self, hook: &WebhookCard, now: i64) -> Result<News, StoreError> {
        let (letter_mark, event_mark) = self.webhook_marks(hook.id).await?;
        let mut news = News { items: Vec::new(), letter_mark, event_mark };
        let newest = self.newest_letter().await?;
        if newest > letter_mark {
            news.letter_mark = newest.min(letter_mark + LETTERS);
            if hook.events.contains(&WebhookEvent::LetterFiled) {
                news.items = self.letters_filed(hook, letter_mark - AGAIN, news.letter_mark).await?;
            }
        }
        for (event, word) in [(WebhookEvent::LetterSent, "sent"), (WebhookEvent::LetterBounced, "bounced")] {
            if hook.events.contains(&event) {
                news.items.extend(self.outbox_news(hook, event, word, now).await?);
            }
        }
        let head: i64 = read!(self, c => sqlx::query_scalar("select seq from audit_head where id = 1").fetch_one(c).await)?;
        if head > event_mark {
            let until = head.min(event_mark + 10 * LETTERS);
            if hook.events.contains(&WebhookEvent::AccountAttention) {
                news.items.extend(self.accounts_in_need(event_mark, until).await?);
            }
            news.event_mark = until;
        }
        Ok(news)
    }

    /// Letters after one number and up to another that are in histories, each with its client.
    async fn letters_filed(&self, hook: &WebhookCard, after: i64, until: i64) -> Result<Vec<NewsItem>, StoreError> {
        let rows: Vec<(i64, i64, String)> = read!(self, c => sqlx::query_as(
            "select distinct m.id, p.id, p.code from message m join message_address ma on ma.message_id = m.id
             join party_address pa on pa.address_id = ma.address_id
               and (pa.valid_from is null or ma.date >= pa.valid_from) and (pa.valid_to is null or ma.date < pa.valid_to)
             join address ad on ad.id = pa.address_id and ad.is_own = 0
             join party p on p.id = pa.party_id and p.kind = 'client'
             where m.id > $1 and m.id <= $2 and m.id > (select letters_from from webhook where id = $3) and ($4 = -1 or p.cost_centre_id = $4)
               and not exists (select 1 from filing k where k.message_id = m.id and k.party_id = p.id and k.decision = 'keep_off')
             order by m.id, p.id")
            .bind(after).bind(until).bind(hook.id.0).bind(hook.cost_centre.map_or(-1, |id| id.0)).fetch_all(c).await)?;
        let item = |(letter, client, code): (i64, i64, String)| NewsItem {
            event: WebhookEvent::LetterFiled,
            event_id: format!("filed-{letter}-{client}"),
            at: None,
            letter: Some(letter),
            outbox: None,
            client: Some((client, code)),
            account: None,
        };
        Ok(rows.into_iter().map(item).collect())
    }

    /// Letters that left or came back and were not told; never those with codes.
    async fn outbox_news(&self, hook: &WebhookCard, event: WebhookEvent, word: &str, now: i64) -> Result<Vec<NewsItem>, StoreError> {
        let (column, ago) = if event == WebhookEvent::LetterSent { ("sent_at", SENT_AGO) } else { ("bounced_at", BOUNCED_AGO) };
        let sql = format!(
            "select o.id, o.{column}, o.filed_as, p.id, p.code from outbox o left join party p on p.id = o.party_id
             where o.{column} >= $1 and o.origin <> 'code' and ($2 = -1 or p.cost_centre_id = $2)
               and not exists (select 1 from webhook_delivery d where d.webhook_id = $3 and d.event_id = $4 || cast(o.id as text))
             order by o.{column}, o.id limit $5"
        );
        let since = hook.created_at.max(now - ago);
        let rows: Vec<SentRow> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(since).bind(hook.cost_centre.map_or(-1, |id| id.0)).bind(hook.id.0).bind(format!("{word}-")).bind(ITEMS)
            .fetch_all(c).await)?;
        let item = |(outbox, at, letter, client, code): SentRow| NewsItem {
            event,
            event_id: format!("{word}-{outbox}"),
            at: Some(at),
            letter,
            outbox: Some(outbox),
            client: client.zip(code),
            account: None,
        };
        Ok(rows.into_iter().map(item).collect())
    }

    /// Accounts that were switched off, or stopped to send, as the audit trail has it: its numbers have no gaps.
    async fn accounts_in_need(&self, after: i64, until: i64) -> Result<Vec<NewsItem>, StoreError> {
        let rows: Vec<(i64, i64, String)> = read!(self, c => sqlx::query_as(
            "select seq, at, subject from event where seq > $1 and seq <= $2 and action in ('account.disabled', 'account.sending_stopped') order by seq")
            .bind(after).bind(until).fetch_all(c).await)?;
        let item = |(seq, at, subject): (i64, i64, String)| {
            let account = subject.strip_prefix("account:").and_then(|id| id.parse().ok())?;
            Some(NewsItem {
                event: WebhookEvent::AccountAttention,
                event_id: format!("attention-{seq}"),
                at: Some(at),
                letter: None,
                outbox: None,
                client: None,
                account: Some(account),
            })
        };
        Ok(rows.into_iter().filter_map(item).collect())
    }
}
