//! Saving what a collection fetched: raw bytes first, then copies, letters, addresses and sightings in one transaction.
//!
//! Running it twice on the same letters changes nothing: a copy is known by its digest, a letter by its identity, a
//! sighting by folder, UIDVALIDITY and UID.

use crate::{
    Store, StoreError,
    db::{read, write},
    packs::Place,
};
use model::{AddressRole, FolderId, MessageId, Outcome};
use std::{collections::HashMap, sync::Arc};

/// A letter as read, ready to be filed. Texts hold no NUL.
#[derive(Debug, Clone)]
pub struct NewLetter {
    /// Identity digest and the version of its rule (DESIGN §6).
    pub identity: [u8; 32],
    /// Version of the identity rule.
    pub identity_version: i64,
    /// Version of the reader.
    pub parser_version: i64,
    /// Message-ID, cut to 500 characters.
    pub message_id: String,
    /// Hash of the whole Message-ID, 0 = none.
    pub message_key: i64,
    /// Subject.
    pub subject: String,
    /// First words.
    pub preview: String,
    /// Sort date, ms (O9).
    pub date: i64,
    /// Date header as written.
    pub date_header: String,
    /// Received header's date, ms.
    pub received_at: Option<i64>,
    /// The Date header is missing or implausible.
    pub date_looks_wrong: bool,
    /// Addresses by header, canonical, with display names.
    pub people: Vec<(AddressRole, String, String)>,
    /// Files attached.
    pub attachments: i64,
    /// Their names, one a line.
    pub files: String,
    /// There is an HTML part.
    pub has_html: bool,
    /// It asks for pictures from the network.
    pub remote_content: bool,
    /// A bounce.
    pub is_bounce: bool,
    /// Sent by a machine.
    pub is_automatic: bool,
    /// Why it could not be read.
    pub unreadable: Option<String>,
    /// Remarks of the reader.
    pub remarks: Vec<String>,
    /// Text for search and snippets.
    pub text: String,
}

/// A fetched letter of one folder.
#[derive(Debug, Clone)]
pub struct ArrivedLetter {
    /// UID.
    pub uid: i64,
    /// SHA-256 of the raw bytes.
    pub digest: [u8; 32],
    /// The raw bytes.
    pub raw: Arc<[u8]>,
    /// The letter.
    pub letter: NewLetter,
}

/// A letter that was left out or refused: no bytes.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// UID.
    pub uid: i64,
    /// [`Outcome::Excluded`] or [`Outcome::Errored`].
    pub outcome: Outcome,
    /// The rule or the server's words.
    pub reason: String,
    /// Octets, as far as known.
    pub size: i64,
}

/// What saving did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCount {
    /// New letters.
    pub filed: i64,
    /// Letters already held.
    pub elsewhere: i64,
    /// Letters that wait in a queue.
    pub errored: i64,
}

/// A copy that is held already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The copy.
    pub copy: i64,
    /// Its letter.
    pub message: MessageId,
}

/// Number of rows in one statement: PostgreSQL takes 65,535 parameters, SQLite 32,766.
const DIGESTS_AT_ONCE: usize = 500;

/// Inserts a letter with its people and text; evaluates to its id.
macro_rules! insert_letter {
    ($c:expr, $letter:expr, $size:expr, $addresses:expr) => {{
        let letter: &NewLetter = $letter;
        for (_, address, _) in &letter.people {
            if !$addresses.contains_key(address) {
                let found: Option<i64> =
                    sqlx::query_scalar("select id from address where address = $1").bind(address).fetch_optional(&mut *$c).await?;
                let id: i64 = match found {
                    Some(id) => id,
                    None => {
                        sqlx::query_scalar(
                            "insert into address (address) values ($1) on conflict (address) do update set address = excluded.address returning id")
                            .bind(address).fetch_one(&mut *$c).await?
                    }
                };
                $addresses.insert(address.clone(), id);
            }
        }
        let from = letter.people.iter().find(|(role, _, _)| *role == AddressRole::From);
        let id: i64 = sqlx::query_scalar(
            "insert into message (identity, identity_version, parser_version, message_id, message_key, subject, preview, date, date_header,
               received_at, date_looks_wrong, from_id, from_name, attachments, has_html, remote_content, is_bounce, is_automatic,
               unreadable, remarks, size)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
             on conflict (identity) do update set identity_version = excluded.identity_version returning id")
            .bind(&letter.identity[..]).bind(letter.identity_version).bind(letter.parser_version).bind(&letter.message_id)
            .bind(letter.message_key).bind(&letter.subject).bind(&letter.preview).bind(letter.date).bind(&letter.date_header)
            .bind(letter.received_at).bind(i64::from(letter.date_looks_wrong))
            .bind(from.and_then(|(_, address, _)| $addresses.get(address).copied())).bind(from.map_or("", |(_, _, name)| name.as_str()))
            .bind(letter.attachments).bind(i64::from(letter.has_html)).bind(i64::from(letter.remote_content))
            .bind(i64::from(letter.is_bounce)).bind(i64::from(letter.is_automatic)).bind(&letter.unreadable)
            .bind(letter.remarks.join("\n")).bind($size)
            .fetch_one(&mut *$c).await?;
        for (position, (role, address, name)) in letter.people.iter().enumerate() {
            sqlx::query(
                "insert into message_address (message_id, role, address_id, position, name, date) values ($1, $2, $3, $4, $5, $6) on conflict do nothing")
                .bind(id).bind(role.code()).bind($addresses.get(address).copied()).bind(position as i64).bind(name).bind(letter.date)
                .execute(&mut *$c).await?;
        }
        let text = zstd::bulk::compress(letter.text.as_bytes(), 1)?;
        sqlx::query("insert into message_text (message_id, body, files) values ($1, $2, $3) on conflict do nothing")
            .bind(id).bind(text).bind(&letter.files).execute(&mut *$c).await?;
        sqlx::query("insert into search_todo (message_id) values ($1) on conflict do nothing").bind(id).execute(&mut *$c).await?;
        id
    }};
}

impl Store {
    /// Which of these copies are held already.
    pub async fn known_copies(&self, digests: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Known>, StoreError> {
        let mut known = HashMap::new();
        for part in digests.chunks(DIGESTS_AT_ONCE) {
            let marks = (1..=part.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
            let sql = format!("select digest, id, message_id from copy where digest in ({marks})");
            let rows: Vec<(Vec<u8>, i64, i64)> = read!(self, c => {
                let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
                for digest in part {
                    query = query.bind(&digest[..]);
                }
                query.fetch_all(c).await
            })?;
            for (digest, copy, message) in rows {
                if let Ok(digest) = digest.try_into() {
                    known.insert(digest, Known { copy, message: MessageId(message) });
                }
            }
        }
        Ok(known)
    }

    /// Saves a window of one folder. The bytes are on disk before the rows; the rows are one transaction.
    pub async fn save_import(
        &self,
        folder: FolderId,
        uid_validity: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        let digests: Vec<[u8; 32]> = letters.iter().map(|letter| letter.digest).collect();
        let known = self.known_copies(&digests).await?;
        let mut fresh: Vec<&ArrivedLetter> = Vec::new();
        for letter in letters {
            if !known.contains_key(&letter.digest) && !fresh.iter().any(|other| other.digest == letter.digest) {
                fresh.push(letter);
            }
        }
        let places = self.packs.append(fresh.iter().map(|letter| Arc::clone(&letter.raw)).collect()).await?;
        let mut held: HashMap<[u8; 32], Known> = known;
        let mut place_of: HashMap<[u8; 32], Place> = fresh.iter().map(|letter| letter.digest).zip(places).collect();

        write!(self, c => {
            let mut count = ImportCount::default();
            let mut addresses: HashMap<String, i64> = HashMap::new();
            for arrived in letters {
                let letter = &arrived.letter;
                let mut is_new = false;
                let copy = match held.get(&arrived.digest) {
                    Some(known) => *known,
                    None => {
                        let place = place_of.remove(&arrived.digest)
                            .ok_or_else(|| StoreError::Inconsistent("a copy has no place in a pack".into()))?;
                        let found: Option<i64> = sqlx::query_scalar("select id from message where identity = $1")
                            .bind(&letter.identity[..]).fetch_optional(&mut *c).await?;
                        let message = match found {
                            Some(id) => id,
                            None => {
                                is_new = true;
                                insert_letter!(c, letter, arrived.raw.len() as i64, addresses)
                            }
                        };
                        // Another process may have stored the same bytes a moment ago: its row wins.
                        let (copy, message): (i64, i64) = sqlx::query_as(
                            "insert into copy (digest, message_id, size, pack, at, stored) values ($1, $2, $3, $4, $5, $6)
                             on conflict (digest) do update set size = excluded.size returning id, message_id")
                            .bind(&arrived.digest[..]).bind(message).bind(arrived.raw.len() as i64).bind(&place.pack)
                            .bind(place.at as i64).bind(place.stored as i64).fetch_one(&mut *c).await?;
                        let known = Known { copy, message: MessageId(message) };
                        held.insert(arrived.digest, known);
                        known
                    }
                };
                let outcome = if letter.unreadable.is_some() {
                    count.errored += 1;
                    Outcome::Errored
                } else if is_new {
                    count.filed += 1;
                    Outcome::Filed
                } else {
                    count.elsewhere += 1;
                    Outcome::Elsewhere
                };
                let reason = letter.unreadable.as_deref().unwrap_or("");
                sqlx::query(
                    "insert into sighting (folder_id, uid_validity, uid, copy_id, message_id, outcome, reason, size, seen_at)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                     on conflict (folder_id, uid_validity, uid) do update set copy_id = excluded.copy_id, message_id = excluded.message_id,
                       outcome = excluded.outcome, reason = excluded.reason, size = excluded.size
                     where sighting.copy_id is null")
                    .bind(folder.0).bind(uid_validity).bind(arrived.uid).bind(copy.copy).bind(copy.message.0).bind(outcome.as_str())
                    .bind(reason).bind(arrived.raw.len() as i64).bind(now).execute(&mut *c).await?;
            }
            for refusal in refusals {
                sqlx::query(
                    "insert into sighting (folder_id, uid_validity, uid, outcome, reason, size, seen_at) values ($1, $2, $3, $4, $5, $6, $7)
                     on conflict (folder_id, uid_validity, uid) do update set attempts = sighting.attempts + 1, reason = excluded.reason,
                       outcome = excluded.outcome where sighting.copy_id is null")
                    .bind(folder.0).bind(uid_validity).bind(refusal.uid).bind(refusal.outcome.as_str()).bind(&refusal.reason)
                    .bind(refusal.size).bind(now).execute(&mut *c).await?;
                if refusal.outcome == Outcome::Errored {
                    count.errored += 1;
                }
            }
            Ok(count)
        })
    }
}
