//! A signed-in POP3 session. Must never: delete what it was not told to, or go on where answers can no longer be told apart.
//!
//! Letters are asked for by `TOP` with more lines than any has, not by `RETR`: servers with IMAP beside POP3 (Dovecot) mark as read what is
//! retrieved, but not what is looked at. `TOP` is optional (RFC 1939 §7) and not every server's gives the whole letter, so the first one of
//! a session proves it by its length as listed; otherwise it is `RETR`.

use super::{PopCapabilities, line::Line};
use crate::{ConnectError, Later, Record, lore};
use std::{collections::VecDeque, io, time::Duration};
use tokio::time::timeout;

/// Lines that `TOP` is asked for: all of them.
const EVERY_LINE: u32 = i32::MAX as u32;
/// Letters asked for before the first of them has come, where the server allows it.
const AHEAD: usize = 16;
/// Commands on their way at once: heads and deletions.
const SMALL_AHEAD: usize = 100;
/// A letter may be longer than the server said by this much before it is taken for another kind of trouble.
const SLACK: u64 = 1 << 20;
/// Heads longer than this are cut: they only tell letters apart.
const LONGEST_HEAD: usize = 256 * 1024;
/// Letters that a session can list: more than any mailbox holds.
const MOST_LETTERS: u32 = 5_000_000;
const FAREWELL: Duration = Duration::from_secs(2);

/// A letter as listed by this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopLetter {
    /// Its number: means something in this session only (P35).
    pub number: u32,
    /// Octets as the server says.
    pub size: u64,
    /// The server's name for it, if it gave a usable one.
    pub name: Option<String>,
}

/// What became of a letter that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retrieved {
    /// The letter, octet by octet.
    Letter(Vec<u8>),
    /// The server refuses this one; its words.
    Refused(String),
}

/// See the module.
#[derive(Debug)]
pub struct PopReader {
    line: Line,
    can: PopCapabilities,
    listed_capabilities: bool,
    /// TOP was refused although it was offered, or not offered and refused.
    no_top: bool,
    whole: Whole,
}

/// How whole letters are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    /// By `TOP`, if the first letter shows that it brings all of it.
    Unproven,
    Top,
    Retr,
}

impl PopReader {
    pub(super) fn start(line: Line, can: PopCapabilities, listed_capabilities: bool) -> Self {
        let no_top = listed_capabilities && !can.top;
        let whole = if can.top { Whole::Unproven } else { Whole::Retr };
        Self { line, can, listed_capabilities, no_top, whole }
    }

    /// What the server said that it can do.
    pub fn can(&self) -> &PopCapabilities {
        &self.can
    }

    /// It answered the question what it can do.
    pub fn tells_capabilities(&self) -> bool {
        self.listed_capabilities
    }

    /// Heads can be asked for, as far as is known.
    pub fn shows_heads(&self) -> bool {
        !self.no_top
    }

    /// Letters are asked for by `RETR` from now on, although servers may mark them as read by it.
    pub fn retrieve_plainly(&mut self) {
        self.whole = Whole::Retr;
    }

    /// `TOP` did not bring what was listed, so the next session had better not ask by it.
    pub fn must_retrieve_plainly(&self) -> bool {
        self.whole == Whole::Retr && self.can.top
    }

    /// Whole letters are asked for by `TOP`, as the letters so far showed that it brings them.
    pub fn retrieves_by_top(&self) -> bool {
        self.whole == Whole::Top
    }

    fn asks_for(&self, number: u32) -> String {
        if self.whole == Whole::Retr { format!("RETR {number}") } else { format!("TOP {number} {EVERY_LINE}") }
    }

    /// Whether the connection is still of use.
    pub fn usable(&self) -> bool {
        self.line.usable
    }

    /// What this session said so far.
    pub fn record(&self) -> Record {
        self.line.tap.record()
    }

    /// Letters and octets, as the server counts them.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn stat(&mut self) -> Result<(u32, u64), ConnectError> {
        let said = self.line.ask("STAT").await?;
        if said.status != "OK" {
            return Err(lore::refusal(&said.text));
        }
        let mut numbers = said.text.split(' ');
        let count = numbers.next().and_then(|count| count.parse().ok()).filter(|count| *count <= MOST_LETTERS);
        let count = count.ok_or_else(|| self.line.odd("a count of letters that is no number"))?;
        Ok((count, numbers.next().and_then(|octets| octets.parse().ok()).unwrap_or(0)))
    }

    /// Every letter with its size and name, in the server's order; and the server's own count of them.
    ///
    /// # Errors
    /// `Refused` when the server will not list; see [`ConnectError`].
    pub async fn letters(&mut self) -> Result<(u32, Vec<PopLetter>), ConnectError> {
        let (count, _) = self.stat().await?;
        let mut letters: Vec<PopLetter> = Vec::new();
        let said = self.line.ask("LIST").await?;
        if said.status != "OK" {
            return Err(lore::refusal(&said.text));
        }
        self.line
            .list(&mut |line| {
                let mut words = line.split_ascii_whitespace();
                let number = words.next().and_then(|number| number.parse().ok());
                if let Some(number) = number.filter(|number| (1..=MOST_LETTERS).contains(number) && letters.len() < MOST_LETTERS as usize) {
                    let size = words.next().and_then(|size| size.parse().ok()).unwrap_or(0);
                    letters.push(PopLetter { number, size, name: None });
                }
            })
            .await?;
        letters.sort_by_key(|letter| letter.number);
        letters.dedup_by_key(|letter| letter.number);
        let said = self.line.ask("UIDL").await?;
        if said.status == "OK" {
            let mut unlisted = Vec::new();
            self.line
                .list(&mut |line| {
                    let mut words = line.splitn(2, [' ', '\t']);
                    let number = words.next().and_then(|number| number.parse::<u32>().ok());
                    let Some(number) = number.filter(|number| (1..=MOST_LETTERS).contains(number)) else { return };
                    let name = words.next().and_then(usable_name);
                    match letters.binary_search_by_key(&number, |letter| letter.number) {
                        Ok(at) => letters[at].name = name,
                        Err(_) if unlisted.len() < MOST_LETTERS as usize => unlisted.push(PopLetter { number, size: 0, name }),
                        Err(_) => {}
                    }
                })
                .await?;
            // Named, but without a size: a letter all the same.
            letters.append(&mut unlisted);
            letters.sort_by_key(|letter| letter.number);
            letters.dedup_by_key(|letter| letter.number);
        } else if let later @ ConnectError::Later { .. } = lore::refusal(&said.text) {
            return Err(later);
        }
        Ok((count, letters))
    }

    /// The heads of letters, for telling them apart; `None` for a letter whose head the server does not show.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn heads(&mut self, numbers: &[u32], each: &mut (dyn FnMut(u32, Option<Vec<u8>>) + Send)) -> Result<(), ConnectError> {
        let ahead = if self.can.pipelining { SMALL_AHEAD } else { 1 };
        let mut waiting = VecDeque::new();
        let mut left = numbers.iter();
        loop {
            while waiting.len() < ahead
                && let Some(number) = left.next()
            {
                self.line.say(&format!("TOP {number} 0"), &format!("TOP {number} 0"));
                waiting.push_back(*number);
            }
            let Some(number) = waiting.pop_front() else { return Ok(()) };
            self.line.flush().await?;
            let said = self.line.status().await?;
            if said.status != "OK" {
                if let error @ ConnectError::Later { .. } = lore::refusal(&said.text) {
                    self.line.usable &= waiting.is_empty();
                    return Err(error);
                }
                self.no_top |= !self.can.top;
                each(number, None);
                continue;
            }
            let mut head = Vec::new();
            self.line
                .content(&mut |part| {
                    head.extend_from_slice(&part[..part.len().min(LONGEST_HEAD.saturating_sub(head.len()))]);
                    Ok(())
                })
                .await?;
            each(number, Some(head));
        }
    }

    /// Retrieves letters (number, octets as listed), each handed on as it comes, in the order asked for.
    ///
    /// # Errors
    /// `Protocol` or `Later`: what was not handed on did not come, and the first of it is to blame; the connection is of no more use.
    pub async fn retrieve(&mut self, letters: &[(u32, u64)], each: &mut (dyn FnMut(u32, Retrieved) + Send)) -> Result<(), ConnectError> {
        let mut waiting = VecDeque::new();
        let mut left: VecDeque<(u32, u64)> = letters.iter().copied().collect();
        loop {
            let ahead = if self.can.pipelining && self.whole != Whole::Unproven { AHEAD } else { 1 };
            while waiting.len() < ahead
                && let Some(letter) = left.pop_front()
            {
                let command = self.asks_for(letter.0);
                self.line.say(&command, &command);
                waiting.push_back(letter);
            }
            let Some((number, size)) = waiting.pop_front() else { return Ok(()) };
            self.line.flush().await?;
            let said = self.line.status().await?;
            if said.status != "OK" {
                if self.whole == Whole::Unproven && !matches!(lore::refusal(&said.text), ConnectError::Later { .. }) {
                    self.whole = Whole::Retr;
                    left.push_front((number, size));
                    continue;
                }
                match lore::refusal(&said.text) {
                    ConnectError::Later { why, said, wait } => {
                        self.line.usable = false;
                        return Err(ConnectError::Later { why, said, wait });
                    }
                    _ => each(number, Retrieved::Refused(said.text)),
                }
                continue;
            }
            let mut raw = Vec::with_capacity(usize::try_from(size.min(SLACK)).unwrap_or_default());
            let most = size + SLACK;
            let outcome = self
                .line
                .content(&mut |part| {
                    if (raw.len() + part.len()) as u64 > most {
                        return Err(io::Error::other("longer than the server said"));
                    }
                    raw.extend_from_slice(part);
                    Ok(())
                })
                .await;
            match outcome {
                Err(ConnectError::Spool { said }) => return Err(self.line.odd(&said)),
                outcome => outcome?,
            }
            if !self.is_whole(raw.len() as u64, size)? {
                left.push_front((number, size));
                continue;
            }
            each(number, Retrieved::Letter(raw));
        }
    }

    /// Whether what came is the letter; `false` = ask for it again. The first letter decides how the others are asked for; where a later
    /// one differs, those on their way may, too.
    fn is_whole(&mut self, came: u64, listed: u64) -> Result<bool, ConnectError> {
        let whole = came == listed && listed > 0;
        match (self.whole, whole) {
            (Whole::Retr, _) | (Whole::Top, true) => Ok(true),
            (Whole::Unproven, true) => {
                self.whole = Whole::Top;
                Ok(true)
            }
            (Whole::Unproven, false) => {
                self.whole = Whole::Retr;
                Ok(false)
            }
            (Whole::Top, false) => {
                self.whole = Whole::Retr;
                Err(self.line.odd("a letter of another length than was listed"))
            }
        }
    }

    /// Retrieves one letter (octets as listed) part by part, so that memory is bounded however long it is. Where `TOP` is refused for it, `RETR`
    /// is asked: better marked as read on the server than missing here.
    ///
    /// # Errors
    /// `Refused` when the server will not hand it out, `Spool` when `into` fails; see [`ConnectError`].
    pub async fn retrieve_large(
        &mut self,
        (number, size): (u32, u64),
        into: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send),
    ) -> Result<(), ConnectError> {
        // What came cannot be taken back, so nothing is tried out on it.
        let mut proven = self.whole == Whole::Top;
        let command = if proven { self.asks_for(number) } else { format!("RETR {number}") };
        let mut said = self.line.ask(&command).await?;
        if proven && said.status != "OK" && !matches!(lore::refusal(&said.text), ConnectError::Later { .. }) {
            proven = false;
            said = self.line.ask(&format!("RETR {number}")).await?;
        }
        if said.status != "OK" {
            return Err(lore::refusal(&said.text));
        }
        let mut came = 0;
        self.line
            .content(&mut |part| {
                came += part.len() as u64;
                into(part)
            })
            .await?;
        if proven { self.is_whole(came, size).map(|_| ()) } else { Ok(()) }
    }

    /// Asks the server to delete letters when this session ends with [`PopReader::quit`]; answers those that it will. A refusal is no
    /// trouble: the letter stays.
    ///
    /// # Errors
    /// See [`ConnectError`]: then nothing is deleted.
    pub async fn delete(&mut self, numbers: &[u32]) -> Result<Vec<u32>, ConnectError> {
        let ahead = if self.can.pipelining { SMALL_AHEAD } else { 1 };
        let mut marked = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(ahead) {
            for number in some {
                self.line.say(&format!("DELE {number}"), &format!("DELE {number}"));
            }
            postroom_brink::pass("dele");
            self.line.flush().await?;
            for number in some {
                if self.line.status().await?.status == "OK" {
                    marked.push(*number);
                }
            }
        }
        Ok(marked)
    }

    /// Ends the session; only now are letters deleted that the server was asked to delete.
    ///
    /// # Errors
    /// `Refused` when the server could not delete all of them; see [`ConnectError`].
    pub async fn quit(mut self) -> (Record, Result<(), ConnectError>) {
        postroom_brink::pass("quit");
        let outcome = match self.line.ask("QUIT").await {
            Ok(said) if said.status == "OK" => Ok(()),
            Ok(said) => Err(lore::refusal(&said.text)),
            Err(error) => Err(error),
        };
        (self.record(), outcome)
    }

    /// Leaves politely; a server that does not answer is left all the same.
    pub async fn leave(mut self) -> Record {
        if self.line.usable {
            let _ = timeout(FAREWELL, self.line.ask("QUIT")).await.unwrap_or(Err(ConnectError::later(Later::TimedOut)));
        }
        self.record()
    }
}

/// 1 to 70 visible characters (RFC 1939 §7); some servers write longer ones.
fn usable_name(name: &str) -> Option<String> {
    let name = name.trim();
    (!name.is_empty() && name.len() <= 500 && name.bytes().all(|b| (0x21..0x7f).contains(&b))).then(|| name.to_owned())
}
