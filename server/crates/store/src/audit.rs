//! The audit trail: an entry a deed, chained by HMAC, its head also kept outside the database (a cut tail shows only there).
//!
//! Must never: change or delete an entry; hold a secret, a subject line or a letter's words.

use crate::{Store, StoreError, db::read};
use std::{
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

/// A deed to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// When, ms.
    pub at: i64,
    /// Who: a user's e-mail address, `console` or `scheduler`.
    pub principal: String,
    /// What, dotted: `account.enabled`.
    pub action: String,
    /// About what: `account:7`, or empty.
    pub subject: String,
    /// More, in words; never a secret or a letter's words.
    pub detail: String,
}

/// Which entries are asked for; what is empty lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventQuery {
    /// Who.
    pub principal: String,
    /// Beginning of the action: `session.`.
    pub group: String,
    /// About what.
    pub subject: String,
    /// Not before, ms.
    pub from: Option<i64>,
    /// Before, ms.
    pub until: Option<i64>,
}

/// One deed, where several may be told.
impl AsRef<[NewEvent]> for NewEvent {
    fn as_ref(&self) -> &[NewEvent] {
        std::slice::from_ref(self)
    }
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct EventRecord {
    pub seq: i64,
    pub at: i64,
    pub principal: String,
    pub action: String,
    pub subject: String,
    pub detail: String,
    pub mac: Vec<u8>,
}

impl EventRecord {
    pub(crate) fn code(&self, keys: &crate::Keys, before: &[u8]) -> Vec<u8> {
        event_code(keys, before, self.seq, self.at, [&self.principal, &self.action, &self.subject, &self.detail])
    }
}

pub(crate) fn event_code(keys: &crate::Keys, before: &[u8], seq: i64, at: i64, texts: [&str; 4]) -> Vec<u8> {
    let [principal, action, subject, detail] = texts.map(str::as_bytes);
    keys.event_code(before, &[&seq.to_be_bytes(), &at.to_be_bytes(), principal, action, subject, detail])
}

/// The head outside the database: the newest entry's number and code.
pub(crate) struct Heads {
    path: PathBuf,
    newest: Mutex<i64>,
    /// Found to contradict the database when the store was opened: then it stays as it is, so that the finding does not heal itself.
    frozen: std::sync::atomic::AtomicBool,
}

impl Heads {
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let newest = read_head(path)?.map_or(0, |(seq, _)| seq);
        Ok(Self { path: path.to_owned(), newest: Mutex::new(newest), frozen: std::sync::atomic::AtomicBool::new(false) })
    }

    pub(crate) fn freeze(&self) {
        self.frozen.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    /// The head stands outside and follows the trail.
    pub(crate) fn is_kept(&self) -> bool {
        !self.frozen.load(std::sync::atomic::Ordering::Relaxed)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the head forward, never back; another process may have moved it meanwhile.
    pub(crate) fn publish(&self, seq: i64, mac: &[u8]) -> Result<(), StoreError> {
        let mut newest = self.newest.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if seq <= *newest || self.frozen.load(std::sync::atomic::Ordering::Relaxed) {
            return Ok(());
        }
        let mut file = std::fs::File::options().read(true).write(true).create(true).truncate(false).open(&self.path)?;
        file.lock()?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        if parse_head(&text).is_none_or(|(there, _)| there < seq) {
            postroom_brink::pass("audit head");
            file.seek(SeekFrom::Start(0))?;
            file.write_all(format!("{seq:020} {}\n", hex(mac)).as_bytes())?;
            file.sync_data()?;
        }
        *newest = seq;
        Ok(())
    }
}

pub(crate) fn read_head(path: &Path) -> Result<Option<(i64, String)>, StoreError> {
    match std::fs::read_to_string(path) {
        // Cut off between making and writing the file: as if it were not there.
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => {
            parse_head(&text).map(Some).ok_or_else(|| StoreError::Inconsistent("the audit head outside the database cannot be read".into()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn parse_head(text: &str) -> Option<(i64, String)> {
    let (seq, mac) = text.trim().split_once(' ')?;
    Some((seq.parse().ok()?, mac.to_owned()))
}

pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Takes the lock that every deed takes with its entry. A deed whose rows others lock too takes it first: two that lock the same rows in
/// another order would wait for each other.
pub(crate) const TAKE_TURN: &str = "update audit_head set seq = seq where id = 1";

/// Appends an entry inside the transaction at hand; evaluates to `(seq, mac)`, to be published after the commit.
macro_rules! append_event {
    ($keys:expr, $c:expr, $event:expr) => {{
        let event: &crate::NewEvent = $event;
        // Taking the number locks the row, so entries of two processes cannot interleave.
        let (seq, before): (i64, Vec<u8>) =
            sqlx::query_as("update audit_head set seq = seq + 1 where id = 1 returning seq, mac").fetch_one(&mut *$c).await?;
        let texts = [event.principal.as_str(), event.action.as_str(), event.subject.as_str(), event.detail.as_str()];
        let mac = crate::audit::event_code($keys, &before, seq, event.at, texts);
        sqlx::query("insert into event (seq, at, principal, action, subject, detail, mac) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(seq)
            .bind(event.at)
            .bind(texts[0])
            .bind(texts[1])
            .bind(texts[2])
            .bind(texts[3])
            .bind(&mac[..])
            .execute(&mut *$c)
            .await?;
        sqlx::query("update audit_head set mac = $1 where id = 1").bind(&mac[..]).execute(&mut *$c).await?;
        (seq, mac)
    }};
}
pub(crate) use append_event;

/// Entries in one statement: far below the 32,766 parameters that SQLite takes.
pub(crate) const AT_ONCE: usize = 1000;

/// Appends several entries inside the transaction at hand, in few statements; evaluates to the head, as [`append_event`] does.
macro_rules! append_events {
    ($keys:expr, $c:expr, $events:expr) => {{
        let events: &[crate::NewEvent] = $events;
        let (last, mut mac): (i64, Vec<u8>) = sqlx::query_as("update audit_head set seq = seq + $1 where id = 1 returning seq, mac")
            .bind(events.len() as i64)
            .fetch_one(&mut *$c)
            .await?;
        let numbered: Vec<(i64, &crate::NewEvent)> = (last - events.len() as i64 + 1..).zip(events).collect();
        for part in numbered.chunks(crate::audit::AT_ONCE) {
            let mut insert = sqlx::QueryBuilder::new("insert into event (seq, at, principal, action, subject, detail, mac) ");
            insert.push_values(part, |mut row, (seq, event)| {
                let texts = [event.principal.as_str(), event.action.as_str(), event.subject.as_str(), event.detail.as_str()];
                mac = crate::audit::event_code($keys, &mac, *seq, event.at, texts);
                row.push_bind(*seq).push_bind(event.at);
                for text in texts {
                    row.push_bind(text.to_owned());
                }
                row.push_bind(mac.clone());
            });
            insert.build().execute(&mut *$c).await?;
        }
        sqlx::query("update audit_head set mac = $1 where id = 1").bind(&mac[..]).execute(&mut *$c).await?;
        (last, mac)
    }};
}
pub(crate) use append_events;

impl Store {
    /// Records a deed that changes nothing else (a sign-in, a view, an export).
    pub async fn record(&self, event: &NewEvent) -> Result<(), StoreError> {
        self.record_all(std::slice::from_ref(event)).await
    }

    /// Records several deeds in one transaction (views are gathered for a second, so that reading stays fast).
    pub async fn record_all(&self, events: &[NewEvent]) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let (seq, mac) = crate::db::write!(self, c => {
            Ok(append_events!(&self.keys, c, events))
        })?;
        self.heads.publish(seq, &mac)
    }

    /// Entries before `before` (all when `None`), newest first.
    pub async fn events(&self, before: Option<i64>, limit: i64) -> Result<Vec<model::EventRow>, StoreError> {
        self.find_events(&EventQuery::default(), before, limit).await
    }

    /// Entries before `before` (all when `None`) that a query lets through, newest first.
    pub async fn find_events(&self, query: &EventQuery, before: Option<i64>, limit: i64) -> Result<Vec<model::EventRow>, StoreError> {
        let rows: Vec<EventRecord> = read!(self, c => sqlx::query_as(
            "select seq, at, principal, action, subject, detail, mac from event
             where seq < $1 and ($3 = '' or principal = $3) and ($4 = '' or subject = $4) and ($5 = '' or substr(action, 1, length($5)) = $5)
               and at >= $6 and at < $7 order by seq desc limit $2")
            .bind(before.unwrap_or(i64::MAX)).bind(limit).bind(&query.principal).bind(&query.subject).bind(&query.group)
            .bind(query.from.unwrap_or(i64::MIN)).bind(query.until.unwrap_or(i64::MAX)).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|r| model::EventRow {
                seq: r.seq,
                at: r.at,
                principal: r.principal,
                action: r.action,
                subject: r.subject,
                detail: r.detail,
                about: None,
                said: None,
            })
            .collect())
    }
}
