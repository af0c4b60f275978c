//! Letters of our own, made from a seed: the shapes of real office mail without anybody's mail.
//!
//! The same options give the same bytes on every run. Each letter comes with its truth (who it is about, what is odd about it), so a test
//! can judge an import without parsing mail a second time. Must never hold words of real letters.
//!
//! To add an oddity: 1. a variant of [`Oddity`]; 2. its share in `oddity::choose`; 3. its shape in `oddity` or `letter`.

mod attachment;
mod charset;
mod date;
mod letter;
mod oddity;
mod people;
mod words;

use std::collections::VecDeque;

use crate::random::Dice;

pub use attachment::AttachmentTruth;
pub(crate) use charset::{base64_lines, quoted_printable};
pub(crate) use date::{calendar_moment, day_of, header_date, internal_date, weekday_and_day};
pub use oddity::Oddity;
pub use people::{OFFICE_ADDRESS, PEOPLE, Person, client_code, clients_csv, person};

/// The folders letters lie in, with their share in percent. Names as a person reads them, parted by `/`.
pub const FOLDERS: [(&str, usize); 7] =
    [("INBOX", 45), ("Archive/2023", 15), ("Entwürfe/Münze", 5), ("受信", 8), ("Clients & Partners", 7), ("Sent", 15), ("Отправленные", 5)];

/// One letter in one folder.
#[derive(Debug, Clone)]
pub struct CorpusLetter {
    /// Where it lies.
    pub folder: String,
    /// Its bytes, CRLF line ends (unless its oddity is about them).
    pub raw: Vec<u8>,
    /// IMAP system flags.
    pub flags: Vec<&'static str>,
    /// What a right import must find.
    pub truth: Truth,
}

/// What is so about a letter, known because we wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// Its place in the corpus, from 0.
    pub number: u64,
    /// Equal for letters that are the same message: the number of the first of them.
    pub message: u64,
    /// True when its bytes equal those of letter `message`.
    pub exact_copy: bool,
    /// Without angle brackets; none when the letter has none.
    pub message_id: Option<String>,
    /// What the reader should see; none where the oddity leaves it open.
    pub subject: Option<String>,
    /// Lower-case address of the sender.
    pub from: String,
    /// Lower-case addresses.
    pub to: Vec<String>,
    /// Lower-case addresses.
    pub cc: Vec<String>,
    /// The date in the header, milliseconds since 1970 UTC; none when absent or unreadable.
    pub date_ms: Option<i64>,
    /// When the server got it, milliseconds since 1970 UTC: always sane, unlike the header.
    pub received_ms: i64,
    /// Codes of the clients of [`clients_csv`] whose history holds this letter, whatever number of clients was asked for there.
    pub clients: Vec<String>,
    /// A word that stands in this message's text and in no other's (unreadable where the oddity is `BadBase64` or `NoBoundary`).
    pub marker: String,
    /// The charset of the text as labelled (`utf-8` for most broken shapes, whatever they claim).
    pub charset: &'static str,
    /// What is attached, in order.
    pub attachments: Vec<AttachmentTruth>,
    /// What is out of the ordinary.
    pub oddity: Option<Oddity>,
}

/// What letters to make.
#[derive(Debug, Clone)]
pub struct CorpusOptions {
    /// The same seed gives the same letters.
    pub seed: u64,
    /// How many letters.
    pub count: usize,
    /// The mean size in KiB (the median is 9 kB, or less when the mean is small).
    pub mean_kib: usize,
    /// Whether the letter in the middle has 12 MB.
    pub large: bool,
}

/// A stream of letters; see [`CorpusOptions`].
#[derive(Debug, Clone)]
pub struct Corpus {
    options: CorpusOptions,
    next: u64,
    dice: Dice,
    /// Letters that may be answered, or whose Message-ID may be taken again.
    recent: VecDeque<letter::Seen>,
    /// Letters that may turn up in another folder.
    copyable: VecDeque<CorpusLetter>,
}

impl Corpus {
    /// `count` letters of realistic size (mean about 70 KiB).
    pub fn new(seed: u64, count: usize) -> Self {
        Self::with(CorpusOptions { seed, count, mean_kib: 70, large: false })
    }

    /// `count` small letters (mean about 4 KiB): what most tests want.
    pub fn small(seed: u64, count: usize) -> Self {
        Self::with(CorpusOptions { seed, count, mean_kib: 4, large: false })
    }

    /// Letters by all options.
    pub fn with(options: CorpusOptions) -> Self {
        let dice = Dice::new(options.seed ^ 0x504F_5354_524F_4F4D);
        Self { options, next: 0, dice, recent: VecDeque::new(), copyable: VecDeque::new() }
    }

    /// Another mean size in KiB.
    #[must_use]
    pub fn mean_kib(mut self, mean_kib: usize) -> Self {
        self.options.mean_kib = mean_kib;
        self
    }

    /// Makes the letter in the middle one of 12 MB.
    #[must_use]
    pub fn with_large(mut self) -> Self {
        self.options.large = true;
        self
    }

    fn make(&mut self) -> CorpusLetter {
        let number = self.next;
        let large = self.options.large && number == self.options.count as u64 / 2;
        if !large && !self.copyable.is_empty() && self.dice.chance(30) {
            return self.copy_of_an_earlier_one(number);
        }
        let target = if large { 12_000_000 } else { self.target_size() };
        let (made, seen) = letter::write(&mut self.dice, self.options.seed, number, target, large, &self.recent);
        remember(&mut self.recent, seen, 200);
        if made.raw.len() < 60_000 {
            remember(&mut self.copyable, made.clone(), 64);
        }
        made
    }

    /// The same message in another folder: byte for byte, or as a list server or a forwarding rule brings it, with other trace lines.
    fn copy_of_an_earlier_one(&mut self, number: u64) -> CorpusLetter {
        let index = self.dice.below(self.copyable.len());
        let mut copy = self.copyable[index].clone();
        let others: Vec<&str> = FOLDERS.iter().map(|(name, _)| *name).filter(|name| *name != copy.folder).collect();
        copy.folder = (*self.dice.pick(&others)).to_owned();
        copy.truth.number = number;
        copy.truth.exact_copy = true;
        if self.dice.chance(300) && copy.truth.oddity.is_none() {
            let mut raw = format!("Received: from relay{number}.example by mx.kontor.example with ESMTPS id R{number:08}\r\n").into_bytes();
            raw.extend_from_slice(&copy.raw);
            copy.raw = raw;
            copy.truth.exact_copy = false;
        }
        copy
    }

    /// Log-normal: half of the letters small, a few very large.
    fn target_size(&mut self) -> usize {
        let mean = self.options.mean_kib.max(1) as f64 * 1024.0;
        let median = (mean * 0.6).min(9_000.0);
        let deviation = (2.0 * (mean / median).ln()).sqrt();
        ((median * (deviation * self.dice.normal()).exp()) as usize).clamp(400, 4_000_000)
    }
}

fn remember<T>(list: &mut VecDeque<T>, item: T, limit: usize) {
    if list.len() == limit {
        list.pop_front();
    }
    list.push_back(item);
}

impl Iterator for Corpus {
    type Item = CorpusLetter;

    fn next(&mut self) -> Option<CorpusLetter> {
        if self.next >= self.options.count as u64 {
            return None;
        }
        let letter = self.make();
        self.next += 1;
        Some(letter)
    }
}

#[cfg(test)]
mod tests;
