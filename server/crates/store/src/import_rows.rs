//! The rows of an import, a kind after the other, each in few statements: inside the transaction of whoever saves letters.
//!
//! Where another process makes the same row at the same moment, one row is made and both know it.

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

/// Copies by digest, sealed; evaluates to what is held now of those just inserted.
macro_rules! insert_copies {
    ($keys:expr, $c:expr, $copies:expr, $messages:expr) => {{
        let mut held: HashMap<[u8; 32], Known> = HashMap::new();
        for some in $copies.chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into copy (digest, message_id, size, pack, at, stored, seal) ");
            insert.push_values(some, |mut row, (arrived, place)| {
                row.push_bind(&arrived.digest[..]).push_bind($messages.get(&arrived.letter.identity).map(|filed| filed.id));
                row.push_bind(size_of(arrived)).push_bind(&place.pack).push_bind(place.at as i64).push_bind(place.stored as i64);
                row.push_bind($keys.copy_code(&arrived.digest, size_of(arrived)));
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
    ($keys:expr, $c:expr, $sorted:expr, $known:expr) => {{
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
        let mut held = insert_copies!($keys, $c, $sorted.copies, messages);
        held.extend($known.iter().map(|(digest, known)| (*digest, *known)));
        (held, fresh, threading, entries)
    }};
}
pub(crate) use {file_letters, insert_copies, insert_letters, insert_people, insert_sightings, insert_texts, intern_addresses};
