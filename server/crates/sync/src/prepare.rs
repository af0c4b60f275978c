//! From raw bytes to a letter that can be saved. Pure and heavy: runs on the threads for it.

use crate::readers::on_reader;
use postroom_mail::{
    Reading,
    large::{Held, Large},
};
use postroom_store::{ArrivedLetter, NewLetter, Octets, StoreError};
use sha2::{Digest, Sha256};
use std::io;

/// The header is kept whole in the original; this much of it is looked up.
const MESSAGE_ID_CHARACTERS: usize = 500;
const SUBJECT_CHARACTERS: usize = 2000;

/// A fetched letter before it is read.
pub(crate) struct Raw {
    pub uid: u32,
    pub octets: Octets,
    /// When the server got it, ms.
    pub arrival: Option<i64>,
}

/// Reads all letters of a window.
pub(crate) async fn prepare(raws: Vec<Raw>, now: i64) -> Result<Vec<ArrivedLetter>, StoreError> {
    on_reader(move || raws.into_iter().map(|raw| prepare_one(raw, now)).collect::<Result<_, _>>())
        .await
        .map_err(|_| StoreError::Inconsistent("reading letters was cut off".into()))?
        .map_err(StoreError::File)
}

fn read(octets: &Octets) -> io::Result<([u8; 32], Reading)> {
    match octets {
        Octets::Held(raw) => Ok((Sha256::digest(raw.as_slice()).into(), postroom_mail::read(raw))),
        Octets::Spooled(spool) => Ok((spool.digest(), Large::look(|at, into| spool.read_at(at, into), Held::default())?.read()?)),
    }
}

/// Digest of these octets, and identity of the letter in them with the version of its rule.
pub(crate) async fn identity_of(octets: Octets) -> Result<([u8; 32], [u8; 32], i64), StoreError> {
    let reading = move || read(&octets).map(|(digest, reading)| (digest, reading.identity.digest, reading.identity.version));
    on_reader(reading).await.map_err(|_| StoreError::Inconsistent("reading a letter was cut off".into()))?.map_err(StoreError::File)
}

/// Reads a stored letter again.
pub(crate) async fn read_again(raw: Raw, now: i64) -> Result<NewLetter, StoreError> {
    let mut letters = prepare(vec![raw], now).await?;
    letters.pop().map(|arrived| arrived.letter).ok_or_else(|| StoreError::Inconsistent("reading a letter brought none".into()))
}

fn prepare_one(raw: Raw, now: i64) -> io::Result<ArrivedLetter> {
    let (digest, reading) = read(&raw.octets)?;
    let arrival = raw.arrival.unwrap_or(now);
    let (identity, identity_version) = (reading.identity.digest, reading.identity.version);
    let letter = match reading.letter {
        Ok(letter) => readable(letter, identity, identity_version, arrival),
        Err(unreadable) => NewLetter { unreadable: Some(unreadable.0), ..empty(identity, identity_version, arrival) },
    };
    Ok(ArrivedLetter { uid: i64::from(raw.uid), digest, raw: raw.octets, letter })
}

fn readable(letter: postroom_mail::Letter, identity: [u8; 32], identity_version: i64, arrival: i64) -> NewLetter {
    let (date, date_looks_wrong) = postroom_mail::sort_date(letter.date, letter.received, arrival);
    let files: Vec<&str> = letter.attachments.iter().filter(|file| !file.inline).map(|file| file.name.as_str()).collect();
    NewLetter {
        message_key: message_key(&letter.message_id),
        refers: postroom_mail::thread::refers(&letter).iter().map(|id| message_key(id)).collect(),
        message_id: cut(&letter.message_id, MESSAGE_ID_CHARACTERS),
        subject: cut(&letter.subject, SUBJECT_CHARACTERS),
        date,
        date_looks_wrong,
        attachments: files.len() as i64,
        files: files.join("\n"),
        date_header: cut(&letter.date_header, MESSAGE_ID_CHARACTERS),
        received_at: letter.received,
        people: letter.people.into_iter().map(|(role, mailbox)| (role, mailbox.address, mailbox.name)).collect(),
        preview: letter.preview,
        has_html: letter.has_html,
        remote_content: letter.remote_content,
        is_bounce: letter.is_bounce,
        is_automatic: letter.is_automatic,
        remarks: letter.remarks,
        text: letter.text,
        ..empty(identity, identity_version, arrival)
    }
}

fn empty(identity: [u8; 32], identity_version: i64, arrival: i64) -> NewLetter {
    NewLetter {
        identity,
        identity_version,
        parser_version: postroom_mail::PARSER_VERSION,
        message_id: String::new(),
        message_key: 0,
        refers: Vec::new(),
        subject: String::new(),
        preview: String::new(),
        date: arrival,
        date_header: String::new(),
        received_at: None,
        date_looks_wrong: true,
        people: Vec::new(),
        attachments: 0,
        files: String::new(),
        has_html: false,
        remote_content: false,
        is_bounce: false,
        is_automatic: false,
        unreadable: None,
        remarks: Vec::new(),
        text: String::new(),
    }
}

/// A key of the whole Message-ID, however long (P8); 0 = there is none.
pub fn message_key(message_id: &str) -> i64 {
    if message_id.is_empty() {
        return 0;
    }
    let digest = Sha256::digest(message_id.as_bytes());
    let first: [u8; 8] = digest[..8].try_into().expect("a SHA-256 has 32 octets");
    i64::from_be_bytes(first) | 1
}

fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}
