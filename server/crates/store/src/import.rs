//! Saving what a collection fetched: raw bytes first, then copies, letters, addresses and sightings in one transaction.
//!
//! Running it twice on the same letters changes nothing: a copy is known by its digest, a letter by its identity, a
//! sighting by folder, epoch and UID.

use crate::{
    Store, StoreError,
    db::{read, write},
    dialect,
    fresh::{FreshEntry, entry_of},
    import_facts::queue_for_import,
    mailboxes::list_in_account,
    packs::{Place, Syncing},
    spool::Octets,
    sums::{add_to_sums, outcomes_of},
    threads::{Threading, join_threads},
};
use model::{AddressRole, FolderId, MessageId, Outcome};
use sqlx::QueryBuilder;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    /// Keys of the Message-IDs it refers to; they and its own decide its conversation.
    pub refers: Vec<i64>,
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
    pub raw: Octets,
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

/// A letter's row: its date is the first copy's, for every address on it, whatever a later copy says.
#[derive(Clone, Copy)]
pub(crate) struct Filed {
    pub id: i64,
    pub date: i64,
}

pub(crate) fn by_identity((identity, id, date): (Vec<u8>, i64, i64)) -> Option<([u8; 32], Filed)> {
    Some((identity.try_into().ok()?, Filed { id, date }))
}

/// An import is tried so often when the database chose it to give way to another one.
pub(crate) const TRIES: usize = 5;

/// Rows in one statement: far below the 32,766 parameters that SQLite takes.
pub(crate) const AT_ONCE: usize = 400;

/// A window sorted out: what must be inserted, in an order that is the same for every process, so that two imports of the same
/// letters wait for each other and never lock each other out.
pub(crate) struct Sorted<'a> {
    /// First arrival of each copy that is not held yet, by digest.
    pub copies: Vec<(&'a ArrivedLetter, Place)>,
    /// First arrival of each letter among those, by identity.
    pub letters: Vec<&'a ArrivedLetter>,
}

/// Addresses of people by their spelling, made if new; evaluates to a map to ids.
macro_rules! intern_addresses {
    ($c:expr, $letters:expr) => {{
        let wanted: BTreeSet<&str> = $letters.flat_map(|arrived| &arrived.letter.people).map(|(_, address, _)| address.as_str()).collect();
        let wanted: Vec<&str> = wanted.into_iter().collect();
        let mut ids: HashMap<String, i64> = HashMap::with_capacity(wanted.len());
        for part in wanted.chunks(AT_ONCE) {
            let mut select = QueryBuilder::new("select address, id from address where address in (");
            let mut list = select.separated(", ");
            for address in part {
                list.push_bind(*address);
            }
            select.push(")");
            let found: Vec<(String, i64)> = select.build_query_as().fetch_all(&mut *$c).await?;
            ids.extend(found);
            let fresh: Vec<&str> = part.iter().copied().filter(|address| !ids.contains_key(*address)).collect();
            if fresh.is_empty() {
                continue;
            }
            let mut insert = QueryBuilder::new("insert into address (address) ");
            insert.push_values(&fresh, |mut row, address| {
                row.push_bind(*address);
            });
            // The update changes nothing; it makes the row come back when another process made it a moment ago.
            insert.push(" on conflict (address) do update set address = excluded.address returning address, id");
            let made: Vec<(String, i64)> = insert.build_query_as().fetch_all(&mut *$c).await?;
            ids.extend(made);
        }
        ids
    }};
}

/// Letters by identity, made if new, with their text and place in the index's list; evaluates to id and date by identity and the set
/// of ids that are new. A letter that another process makes at the same moment is that one's: exactly one import files it.
macro_rules! insert_letters {
    ($c:expr, $letters:expr, $addresses:expr) => {{
        let mut ids: HashMap<[u8; 32], Filed> = HashMap::new();
        let mut fresh_ids: HashSet<i64> = HashSet::new();
        for part in $letters.chunks(AT_ONCE) {
            let mut select = QueryBuilder::new("select identity, id, date from message where identity in (");
            let mut list = select.separated(", ");
            for arrived in part {
                list.push_bind(&arrived.letter.identity[..]);
            }
            select.push(")");
            let found: Vec<(Vec<u8>, i64, i64)> = select.build_query_as().fetch_all(&mut *$c).await?;
            ids.extend(found.into_iter().filter_map(by_identity));
            let fresh: Vec<&ArrivedLetter> = part.iter().copied().filter(|arrived| !ids.contains_key(&arrived.letter.identity)).collect();
            for some in fresh.chunks(AT_ONCE / 4) {
                let mut insert = QueryBuilder::new(
                    "insert into message (identity, identity_version, parser_version, message_id, message_key, subject, preview, date, date_header,
                       received_at, date_looks_wrong, from_id, from_name, attachments, has_html, remote_content, is_bounce, is_automatic,
                       unreadable, remarks, size) ",
                );
                insert.push_values(some, |mut row, arrived| {
                    let letter = &arrived.letter;
                    let from = letter.people.iter().find(|(role, _, _)| *role == AddressRole::From);
                    row.push_bind(&letter.identity[..]).push_bind(letter.identity_version).push_bind(letter.parser_version);
                    row.push_bind(&letter.message_id).push_bind(letter.message_key).push_bind(&letter.subject).push_bind(&letter.preview);
                    row.push_bind(letter.date).push_bind(&letter.date_header).push_bind(letter.received_at);
                    row.push_bind(i64::from(letter.date_looks_wrong));
                    row.push_bind(from.and_then(|(_, address, _)| $addresses.get(address).copied()));
                    row.push_bind(from.map_or("", |(_, _, name)| name.as_str())).push_bind(letter.attachments);
                    row.push_bind(i64::from(letter.has_html)).push_bind(i64::from(letter.remote_content));
                    row.push_bind(i64::from(letter.is_bounce)).push_bind(i64::from(letter.is_automatic));
                    row.push_bind(&letter.unreadable).push_bind(letter.remarks.join("\n")).push_bind(size_of(arrived));
                });
                insert.push(" on conflict (identity) do nothing returning identity, id, date");
                let made: Vec<(Vec<u8>, i64, i64)> = insert.build_query_as().fetch_all(&mut *$c).await?;
                fresh_ids.extend(made.iter().map(|(_, id, _)| *id));
                ids.extend(made.into_iter().filter_map(by_identity));
            }
            let mine: Vec<&ArrivedLetter> = fresh.iter().copied().filter(|arrived| ids.contains_key(&arrived.letter.identity)).collect();
            if mine.len() < fresh.len() {
                let mut select = QueryBuilder::new("select identity, id, date from message where identity in (");
                let mut list = select.separated(", ");
                for arrived in fresh.iter().filter(|arrived| !ids.contains_key(&arrived.letter.identity)) {
                    list.push_bind(&arrived.letter.identity[..]);
                }
                select.push(")");
                let others: Vec<(Vec<u8>, i64, i64)> = select.build_query_as().fetch_all(&mut *$c).await?;
                ids.extend(others.into_iter().filter_map(by_identity));
            }
            insert_texts!($c, mine, ids);
        }
        (ids, fresh_ids)
    }};
}

macro_rules! insert_people {
    ($c:expr, $copies:expr, $ids:expr, $addresses:expr, $fresh:expr) => {{
        let mut rows = Vec::new();
        for (arrived, _) in $copies {
            let Some(filed) = $ids.get(&arrived.letter.identity) else { continue };
            let mut seen = HashSet::new();
            for (position, (role, address, name)) in arrived.letter.people.iter().enumerate() {
                // The first mention in a header counts.
                if let (Some(address), true) = ($addresses.get(address), seen.insert((*role, address))) {
                    rows.push((filed.id, role.code(), *address, position as i64, name, filed.date));
                }
            }
        }
        for some in rows.chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into message_address (message_id, role, address_id, position, name, date) ");
            insert.push_values(some, |mut row, (id, role, address, position, name, date)| {
                row.push_bind(*id).push_bind(*role).push_bind(*address).push_bind(*position).push_bind(name.as_str()).push_bind(*date);
            });
            insert.push(" on conflict do nothing");
            insert.build().execute(&mut *$c).await?;
        }
        // A letter held already may have gained people: it is indexed anew.
        let again: BTreeSet<i64> = rows.iter().map(|(id, ..)| *id).filter(|id| !$fresh.contains(id)).collect();
        for some in again.into_iter().collect::<Vec<_>>().chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into search_todo (message_id) ");
            insert.push_values(some, |mut row, id| {
                row.push_bind(*id);
            });
            insert.push(" on conflict do nothing");
            insert.build().execute(&mut *$c).await?;
        }
    }};
}

macro_rules! insert_texts {
    ($c:expr, $fresh:expr, $ids:expr) => {{
        let mut compressor = zstd::bulk::Compressor::new(1)?;
        let mut rows = Vec::with_capacity($fresh.len());
        for arrived in &$fresh {
            if let Some(filed) = $ids.get(&arrived.letter.identity) {
                rows.push((filed.id, compressor.compress(arrived.letter.text.as_bytes())?, &arrived.letter.files));
            }
        }
        for some in rows.chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into message_text (message_id, body, files) ");
            insert.push_values(some, |mut row, (id, body, files)| {
                row.push_bind(*id).push_bind(&body[..]).push_bind(files.as_str());
            });
            insert.push(" on conflict do nothing");
            insert.build().execute(&mut *$c).await?;
            let mut insert = QueryBuilder::new("insert into search_todo (message_id) ");
            insert.push_values(some, |mut row, (id, _, _)| {
                row.push_bind(*id);
            });
            insert.push(" on conflict do nothing");
            insert.build().execute(&mut *$c).await?;
        }
    }};
}

/// Copies by digest; evaluates to what is held now of those just inserted.
macro_rules! insert_copies {
    ($c:expr, $copies:expr, $messages:expr) => {{
        let mut held: HashMap<[u8; 32], Known> = HashMap::new();
        for some in $copies.chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into copy (digest, message_id, size, pack, at, stored) ");
            insert.push_values(some, |mut row, (arrived, place)| {
                row.push_bind(&arrived.digest[..]).push_bind($messages.get(&arrived.letter.identity).map(|filed| filed.id));
                row.push_bind(size_of(arrived)).push_bind(&place.pack).push_bind(place.at as i64).push_bind(place.stored as i64);
            });
            // Another process may have stored the same bytes a moment ago: its row wins.
            insert.push(" on conflict (digest) do update set size = excluded.size returning digest, id, message_id");
            let made: Vec<(Vec<u8>, i64, i64)> = insert.build_query_as().fetch_all(&mut *$c).await?;
            for (digest, copy, message) in made {
                let digest = digest.try_into().map_err(|_| StoreError::Inconsistent("copy.digest has another length".into()))?;
                held.insert(digest, Known { copy, message: MessageId(message) });
            }
        }
        held
    }};
}

macro_rules! insert_sightings {
    ($c:expr, $folder:expr, $epoch:expr, $seen:expr, $refusals:expr, $now:expr) => {{
        for some in $seen.chunks(AT_ONCE) {
            let mut insert =
                QueryBuilder::new("insert into sighting (folder_id, epoch, uid, copy_id, message_id, outcome, reason, size, seen_at) ");
            insert.push_values(some, |mut row, (arrived, known, outcome)| {
                let known: &Known = known;
                let outcome: &Outcome = outcome;
                row.push_bind($folder.0).push_bind($epoch).push_bind(arrived.uid).push_bind(known.copy).push_bind(known.message.0);
                row.push_bind(outcome.as_str()).push_bind(arrived.letter.unreadable.as_deref().unwrap_or(""));
                row.push_bind(size_of(arrived)).push_bind($now);
            });
            insert.push(
                " on conflict (folder_id, epoch, uid) do update set copy_id = excluded.copy_id, message_id = excluded.message_id,
                    outcome = excluded.outcome, reason = excluded.reason, size = excluded.size where sighting.copy_id is null",
            );
            insert.build().execute(&mut *$c).await?;
        }
        for some in $refusals.chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into sighting (folder_id, epoch, uid, outcome, reason, size, seen_at) ");
            insert.push_values(some, |mut row, refusal| {
                row.push_bind($folder.0).push_bind($epoch).push_bind(refusal.uid).push_bind(refusal.outcome.as_str());
                row.push_bind(&refusal.reason).push_bind(refusal.size).push_bind($now);
            });
            insert.push(
                " on conflict (folder_id, epoch, uid) do update set attempts = sighting.attempts + 1, reason = excluded.reason,
                    outcome = excluded.outcome, seen_at = excluded.seen_at where sighting.copy_id is null",
            );
            insert.build().execute(&mut *$c).await?;
        }
    }};
}

/// Files what a window sorted out brings: letters, people and copies; evaluates to what is held, the ids of letters that are new, what decides
/// their conversations, and what the index will ask for.
macro_rules! file_letters {
    ($c:expr, $sorted:expr, $known:expr) => {{
        let addresses = intern_addresses!($c, $sorted.copies.iter().map(|(arrived, _)| *arrived));
        let (messages, fresh) = insert_letters!($c, $sorted.letters, addresses);
        // Every copy's, not only a new letter's: the copy in Sent names the Bcc that the recipient's does not (P24).
        insert_people!($c, &$sorted.copies, messages, addresses, fresh);
        let threading = threading_of(&$sorted.letters, &messages, &fresh);
        let entries: Vec<FreshEntry> = $sorted
            .letters
            .iter()
            .filter_map(|arrived| Some((messages.get(&arrived.letter.identity)?, &arrived.letter)))
            .filter(|(filed, _)| fresh.contains(&filed.id))
            .map(|(filed, letter)| entry_of(filed.id, filed.date, letter, &addresses))
            .collect();
        let mut held = insert_copies!($c, $sorted.copies, messages);
        held.extend($known.iter().map(|(digest, known)| (*digest, *known)));
        (held, fresh, threading, entries)
    }};
}
pub(crate) use {file_letters, insert_copies, insert_letters, insert_people, insert_texts, intern_addresses};

impl Store {
    /// Which of these copies are held already.
    pub async fn known_copies(&self, digests: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Known>, StoreError> {
        let mut known = HashMap::new();
        for part in digests.chunks(AT_ONCE) {
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

    /// Saves a window of one folder (each UID once). The bytes are on disk before the rows; the rows are one transaction.
    pub async fn save_import(
        &self,
        folder: FolderId,
        epoch: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        let stones = self.under_stones(folder, letters).await?;
        if !stones.is_empty() {
            let left_out: HashSet<i64> = stones.iter().map(|refusal| refusal.uid).collect();
            let rest: Vec<ArrivedLetter> = letters.iter().filter(|letter| !left_out.contains(&letter.uid)).cloned().collect();
            let refusals: Vec<Refusal> = refusals.iter().cloned().chain(stones).collect();
            return self.save_window(folder, epoch, &rest, &refusals, now).await;
        }
        self.save_window(folder, epoch, letters, refusals, now).await
    }

    async fn save_window(
        &self,
        folder: FolderId,
        epoch: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        let digests: Vec<[u8; 32]> = letters.iter().map(|letter| letter.digest).collect();
        let known = self.known_copies(&digests).await?;
        self.save_window_knowing(folder, epoch, letters, refusals, &known, now).await
    }

    /// Saves a window with what was known before its transaction: that may be out of date by then.
    pub(crate) async fn save_window_knowing(
        &self,
        folder: FolderId,
        epoch: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        known: &HashMap<[u8; 32], Known>,
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        match self.save_knowing(folder, epoch, letters, refusals, known, now).await {
            // What was held a moment ago went with a removal beside us: once more, with what is held now.
            Err(StoreError::Driver(error)) if dialect::leads_nowhere(&error) => {
                let digests: Vec<[u8; 32]> = letters.iter().map(|letter| letter.digest).collect();
                let known = self.known_copies(&digests).await?;
                self.save_knowing(folder, epoch, letters, refusals, &known, now).await
            }
            outcome => outcome,
        }
    }

    async fn save_knowing(
        &self,
        folder: FolderId,
        epoch: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        known: &HashMap<[u8; 32], Known>,
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        let (sorted, mut syncing) = self.sort_out(letters, known).await?;
        let mut tries = 1;
        loop {
            match self.save_sorted(folder, epoch, letters, refusals, known, &sorted, &mut syncing, now).await {
                Err(StoreError::Driver(error)) if tries < TRIES && dialect::gave_way(&error) => tries += 1,
                outcome => return outcome,
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the one caller just above has them all at hand")]
    async fn save_sorted(
        &self,
        folder: FolderId,
        epoch: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        known: &HashMap<[u8; 32], Known>,
        sorted: &Sorted<'_>,
        syncing: &mut Syncing,
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        write!(self, c => {
            let (held, mut fresh, threading, entries) = file_letters!(c, sorted, known);
            let seen = outcomes(letters, &held, &mut fresh)?;
            let uids: Vec<i64> = seen.iter().map(|(arrived, _, _)| arrived.uid).chain(refusals.iter().map(|refusal| refusal.uid)).collect();
            let before = outcomes_of!(c, folder, epoch, uids);
            insert_sightings!(c, folder, epoch, seen, refusals, now);
            let here: Vec<i64> = seen.iter().map(|(_, known, _)| known.message.0).collect::<BTreeSet<i64>>().into_iter().collect();
            queue_for_import!(c, folder, here, now);
            list_in_account!(c, folder, here);
            let after = outcomes_of!(c, folder, epoch, uids);
            add_to_sums!(c, folder, epoch, before, after);
            let mut count = ImportCount::default();
            for outcome in seen.iter().map(|(_, _, outcome)| *outcome).chain(refusals.iter().map(|refusal| refusal.outcome)) {
                match outcome {
                    Outcome::Filed => count.filed += 1,
                    Outcome::Elsewhere => count.elsewhere += 1,
                    Outcome::Errored => count.errored += 1,
                    Outcome::Excluded => {}
                }
            }
            // No row may point at bytes that a power cut could take away.
            syncing.wait().await?;
            // Last, since on PostgreSQL others wait from here to the commit.
            join_threads!(c, self.database(), &threading);
            Ok((count, entries))
        })
        .map(|(count, entries)| {
            self.fresh.keep(entries);
            count
        })
    }

    /// Puts the bytes of new copies on disk and sorts what is to be inserted.
    pub(crate) async fn sort_out<'a>(
        &self,
        letters: &'a [ArrivedLetter],
        known: &HashMap<[u8; 32], Known>,
    ) -> Result<(Sorted<'a>, Syncing), StoreError> {
        let mut fresh: BTreeMap<[u8; 32], &ArrivedLetter> = BTreeMap::new();
        for arrived in letters.iter().filter(|arrived| !known.contains_key(&arrived.digest)) {
            fresh.entry(arrived.digest).or_insert(arrived);
        }
        let (places, syncing) = self.packs.append(fresh.values().map(|arrived| arrived.raw.clone()).collect()).await?;
        let copies: Vec<(&ArrivedLetter, Place)> = fresh.into_values().zip(places).collect();
        let by_identity: BTreeMap<[u8; 32], &ArrivedLetter> =
            copies.iter().map(|(arrived, _)| (arrived.letter.identity, *arrived)).collect();
        Ok((Sorted { letters: by_identity.into_values().collect(), copies }, syncing))
    }
}

/// What decides the conversations of the letters that are new.
pub(crate) fn threading_of(letters: &[&ArrivedLetter], messages: &HashMap<[u8; 32], Filed>, fresh: &HashSet<i64>) -> Vec<Threading> {
    let new = letters.iter().filter_map(|arrived| Some((messages.get(&arrived.letter.identity)?.id, &arrived.letter)));
    new.filter(|(id, _)| fresh.contains(id))
        .map(|(id, letter)| Threading { message: MessageId(id), key: letter.message_key, refers: letter.refers.clone() })
        .collect()
}

pub(crate) fn size_of(arrived: &ArrivedLetter) -> i64 {
    i64::try_from(arrived.raw.length()).unwrap_or(i64::MAX)
}

/// What became of each letter: the first arrival of a new message is *filed*, the others were held already.
fn outcomes<'a>(
    letters: &'a [ArrivedLetter],
    held: &HashMap<[u8; 32], Known>,
    fresh: &mut HashSet<i64>,
) -> Result<Vec<(&'a ArrivedLetter, Known, Outcome)>, StoreError> {
    letters
        .iter()
        .map(|arrived| {
            let known = *held.get(&arrived.digest).ok_or_else(|| StoreError::Inconsistent("a copy was not stored".into()))?;
            let outcome = if arrived.letter.unreadable.is_some() {
                Outcome::Errored
            } else if fresh.remove(&known.message.0) {
                Outcome::Filed
            } else {
                Outcome::Elsewhere
            };
            Ok((arrived, known, outcome))
        })
        .collect()
}
