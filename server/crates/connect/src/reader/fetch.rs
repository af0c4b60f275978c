//! Sizes, letters, headers, flags and labels. A body counts only with its UID in the same answer, and only if it was asked for
//! (RELIABILITY §1.2); a UID that is no longer there is no error.

use super::Reader;
use crate::{ConnectError, date::internal_date, labels, uidset};
use async_imap::imap_proto::{AttributeValue, MessageSection, RequestId, Response, SectionPath};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

/// Letters above this size (octets) are to be fetched in windows: the parser holds a whole literal.
pub const LARGE_LETTER: u64 = 8 * 1024 * 1024;
/// One window (octets).
pub const WINDOW: u64 = 1024 * 1024;
/// So many windows of a large letter are on their way at once.
const PARTS: usize = 4;

/// A letter before it is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteLetter {
    /// UID.
    pub uid: u32,
    /// Octets as the server says; 0 when it does not.
    pub size: u64,
    /// When it arrived, ms.
    pub internal_date: Option<i64>,
    /// Carries `\Draft`.
    pub draft: bool,
}

/// A letter, octet by octet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// UID.
    pub uid: u32,
    /// When it arrived, ms.
    pub internal_date: Option<i64>,
    /// The letter.
    pub raw: Vec<u8>,
}

/// A letter's address headers, for the rehearsal (S9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteHeaders {
    /// UID.
    pub uid: u32,
    /// When it arrived, ms.
    pub internal_date: Option<i64>,
    /// The header lines asked for, raw.
    pub raw: Vec<u8>,
}

/// A letter's flags, for the hands-off check (S10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterFlags {
    /// UID.
    pub uid: u32,
    /// Flags, sorted.
    pub flags: Vec<String>,
}

/// The labels of a letter at Google (P11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterLabels {
    /// UID.
    pub uid: u32,
    /// Names for people, sorted.
    pub labels: Vec<String>,
}

/// Whose labels are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Labelled<'a> {
    /// Those of these letters.
    These(&'a [u32]),
    /// Those of all letters of the folder that changed after this change count (RFC 7162 §3.1.4.1).
    ChangedSince(u64),
}

/// One FETCH answer, taken apart.
#[derive(Default)]
pub(super) struct Parts<'a> {
    pub uid: Option<u32>,
    size: Option<u64>,
    pub date: Option<i64>,
    flags: Option<Vec<String>>,
    labels: Option<Vec<String>>,
    pub body: Option<&'a [u8]>,
    header: Option<&'a [u8]>,
    window: Option<(u64, &'a [u8])>,
}

impl Parts<'_> {
    /// A letter's size and what goes with it.
    pub(super) fn measured(self) -> Option<RemoteLetter> {
        let draft = self.flags.is_some_and(|flags| flags.iter().any(|flag| flag.eq_ignore_ascii_case("\\Draft")));
        Some(RemoteLetter { uid: self.uid?, size: self.size?, internal_date: self.date, draft })
    }
}

pub(super) fn parts<'a>(answer: &'a Response<'_>) -> Option<Parts<'a>> {
    let Response::Fetch(_, attributes) = answer else { return None };
    let mut parts = Parts::default();
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(uid) => parts.uid = Some(*uid),
            AttributeValue::Rfc822Size(size) => parts.size = Some(u64::from(*size)),
            AttributeValue::InternalDate(text) => parts.date = internal_date(text),
            AttributeValue::Flags(flags) => parts.flags = Some(flags.iter().map(ToString::to_string).collect()),
            AttributeValue::GmailLabels(words) => parts.labels = Some(labels::names(words.iter().map(|word| &**word))),
            AttributeValue::BodySection { section: None, index: None, data: Some(data) } => parts.body = Some(data),
            AttributeValue::BodySection { section: None, index: Some(from), data: Some(data) } => {
                parts.window = Some((u64::from(*from), data))
            }
            AttributeValue::BodySection { section: Some(SectionPath::Full(MessageSection::Header)), data: Some(data), .. } => {
                parts.header = Some(data);
            }
            _ => {}
        }
    }
    Some(parts)
}

impl Reader {
    /// Sizes, dates and draft marks of letters, in ranges. What is gone is left out.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn sizes(&mut self, uids: &[u32]) -> Result<Vec<RemoteLetter>, ConnectError> {
        let mut wanted: HashSet<u32> = uids.iter().copied().collect();
        let mut letters = Vec::with_capacity(wanted.len());
        for set in uidset::sets(uids, &self.listed) {
            self.run(&format!("UID FETCH {set} (UID RFC822.SIZE INTERNALDATE FLAGS)"), &mut |answer| {
                if let Some(letter) = parts(answer).and_then(Parts::measured)
                    && wanted.remove(&letter.uid)
                {
                    letters.push(letter);
                }
            })
            .await?;
        }
        Ok(letters)
    }

    /// Fetches one large letter window by window, so that memory is bounded by the window. `false`: it is no longer there, and
    /// whatever was handed on is to be thrown away.
    ///
    /// # Errors
    /// `Spool` when `into` fails; see [`ConnectError`].
    pub async fn fetch_large(
        &mut self,
        uid: u32,
        size: u64,
        into: &mut (dyn FnMut(&[u8]) -> std::io::Result<()> + Send),
    ) -> Result<bool, ConnectError> {
        self.forget();
        let mut at: u64 = 0;
        // Parts that were asked for, in order; the next ones are on their way while one is written down.
        let mut coming: VecDeque<(u64, RequestId)> = VecDeque::new();
        // Servers may answer several at a time (Dovecot does): what comes before its turn is held.
        let mut held: HashMap<u64, Vec<u8>> = HashMap::new();
        loop {
            let mut next = coming.back().map_or(at, |(from, _)| from + WINDOW);
            while coming.is_empty() || (coming.len() < PARTS && next < size) {
                let id = self.send(&format!("UID FETCH {uid} (UID BODY.PEEK[]<{next}.{WINDOW}>)")).await?;
                coming.push_back((next, id));
                next += WINDOW;
            }
            let Some((_, id)) = coming.pop_front() else { return Ok(false) };
            let mut written = held.remove(&at).map(|part| into(&part).map(|()| part.len() as u64));
            let outcome = self
                .finish(&id, &mut |answer| {
                    let Some(Parts { uid: Some(got), window, body, .. }) = parts(answer) else { return };
                    if let Some((from, part)) = window.filter(|(from, _)| got == uid && *from != at) {
                        if coming.iter().any(|(asked, _)| *asked == from) && part.len() as u64 <= WINDOW {
                            held.insert(from, part.to_vec());
                        }
                        return;
                    }
                    // Some servers leave the origin out where it is 0.
                    let part = window.filter(|(from, _)| *from == at).map(|(_, data)| data).or(body.filter(|_| at == 0));
                    if got == uid && written.is_none() {
                        let part = part.unwrap_or_default();
                        written = Some(into(part).map(|()| part.len() as u64));
                    }
                })
                .await;
            let part = match (outcome, written) {
                (Ok(()), Some(Ok(part))) => part,
                (outcome, written) => {
                    self.drop_answers(coming.into_iter().map(|(_, id)| id));
                    outcome?;
                    return match written {
                        Some(Err(error)) => Err(ConnectError::Spool { said: crate::error::one_line(&error.to_string()) }),
                        _ => Ok(false),
                    };
                }
            };
            at += part;
            // Sizes are sometimes told wrong: the end is where nothing more comes.
            let whole = part == 0 || part > WINDOW || (part < WINDOW && at >= size);
            if whole || part != WINDOW {
                self.drop_answers(coming.drain(..).map(|(_, id)| id));
                held.clear();
            }
            if whole {
                return if at == 0 && size > 0 { Err(self.odd("a letter without its content")) } else { Ok(true) };
            }
        }
    }

    /// Address headers, date and subject of letters, for the rehearsal; nothing else is transferred.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn headers(&mut self, uids: &[u32], each: &mut (dyn FnMut(RemoteHeaders) + Send)) -> Result<(), ConnectError> {
        const ASKED: &str = "(UID INTERNALDATE BODY.PEEK[HEADER.FIELDS (FROM TO CC BCC REPLY-TO SENDER DATE MESSAGE-ID SUBJECT)])";
        let mut wanted: HashSet<u32> = uids.iter().copied().collect();
        for set in uidset::sets(uids, &self.listed) {
            self.run(&format!("UID FETCH {set} {ASKED}"), &mut |answer| {
                let Some(Parts { uid: Some(uid), date, header: Some(header), .. }) = parts(answer) else { return };
                if wanted.remove(&uid) {
                    each(RemoteHeaders { uid, internal_date: date, raw: header.to_vec() });
                }
            })
            .await?;
        }
        Ok(())
    }

    /// Flags of every letter in the opened folder, by UID (S10: the same before and after).
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn flags(&mut self) -> Result<Vec<LetterFlags>, ConnectError> {
        let mut all = Vec::new();
        if self.exists == 0 {
            return Ok(all);
        }
        self.run("UID FETCH 1:* (UID FLAGS)", &mut |answer| {
            if let Some(Parts { uid: Some(uid), flags: Some(mut flags), .. }) = parts(answer) {
                flags.sort_unstable();
                all.push(LetterFlags { uid, flags });
            }
        })
        .await?;
        all.sort_by_key(|letter| letter.uid);
        all.dedup_by_key(|letter| letter.uid);
        Ok(all)
    }

    /// Labels of letters in the opened folder, where [`crate::Capabilities::gmail`] says that there are any.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn labels(&mut self, of: Labelled<'_>) -> Result<Vec<LetterLabels>, ConnectError> {
        let commands: Vec<String> = match of {
            Labelled::These(uids) => {
                uidset::sets(uids, &self.listed).into_iter().map(|set| format!("UID FETCH {set} (UID X-GM-LABELS)")).collect()
            }
            Labelled::ChangedSince(count) => vec![format!("UID FETCH 1:* (UID X-GM-LABELS) (CHANGEDSINCE {count})")],
        };
        let mut found: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for command in commands {
            self.run(&command, &mut |answer| {
                if let Some(Parts { uid: Some(uid), labels: Some(labels), .. }) = parts(answer) {
                    found.insert(uid, labels);
                }
            })
            .await?;
        }
        Ok(found.into_iter().map(|(uid, labels)| LetterLabels { uid, labels }).collect())
    }
}
