//! What an archive holds: its kind is found by looking, and every letter of it gets a number that stays the same however often the
//! file is looked at. An mbox, a Maildir, a folder of letters, one letter, or a zip of any of these.
//!
//! Must never: write under a name that an archive tells, follow a link, or leave something out in silence that could be a letter.

use super::{
    folder,
    source::{LARGEST, NotTaken, Source, take},
    zipped::{self, Zip},
};
use crate::window::{LETTERS, OCTETS};
use postroom_mail::mbox_split;
use postroom_store::{Octets, Store, StoreError};
use sha2::{Digest, Sha256};
use std::{io, path::Path};

/// Letters of one archive.
pub(super) const MOST_LETTERS: usize = 5_000_000;
/// Letters of one that was uploaded: more keep an office busy for hours, with nobody at the console who sees it.
const MOST_UPLOADED: usize = 1_000_000;
/// Octets that tell what a file is.
pub(super) const TELLS: usize = 16 << 10;

/// An archive to be read.
#[derive(Debug, Clone)]
pub enum ArchiveFile {
    /// A file or a folder of this machine.
    Path(std::path::PathBuf),
    /// What somebody uploaded.
    Upload(Octets),
}

/// Why an archive cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It holds no letters that we can find: the sentence says what it is instead.
    #[error("{0}")]
    NotOne(String),
    /// It cannot be read from the disk.
    #[error("the file cannot be read: {0}")]
    File(#[from] io::Error),
    /// Our own store's side.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It was asked to end.
    #[error("the import was asked to end; it goes on where it stopped when the same file is imported again")]
    Stopped,
    /// Another process has the account's lease.
    #[error("another process imports into this account")]
    LostLease,
}

/// Where a letter lies.
pub(super) enum Part {
    /// In a file of many.
    Slice { source: usize, at: u64, quoted: bool },
    /// In a file of its own.
    Whole(Source),
    /// In a zip.
    Member { zip: usize, at: usize },
    /// Nowhere: this is why. `left_out` = it is no letter; else it may be one, and waits.
    Refused { left_out: bool, reason: String },
}

impl Part {
    /// Its kind, for a digest.
    pub(super) fn mark(&self) -> u8 {
        match self {
            Self::Slice { .. } => 1,
            Self::Whole(_) => 2,
            Self::Member { .. } => 3,
            Self::Refused { left_out: false, .. } => 4,
            Self::Refused { left_out: true, .. } => 5,
        }
    }
}

/// A letter of an archive; its number is its place in the list, from 1.
pub(super) struct Piece {
    pub part: Part,
    pub size: u64,
    pub arrival: Option<i64>,
}

/// Everything in an archive.
#[derive(Default)]
pub(super) struct Contents {
    pub digest: [u8; 32],
    pub sources: Vec<Source>,
    pub zips: Vec<Zip>,
    pub pieces: Vec<Piece>,
    /// It came by upload.
    pub uploaded: bool,
}

/// What can be told of an archive at once: whether it is one at all.
///
/// # Errors
/// [`ArchiveError::NotOne`] with a sentence, [`ArchiveError::File`].
pub fn glance_at_archive(file: &ArchiveFile, name: &str) -> Result<(), ArchiveError> {
    let source = match file {
        ArchiveFile::Path(path) if std::fs::metadata(path)?.is_dir() => return Ok(()),
        ArchiveFile::Path(path) => Source::Path(path.clone()),
        ArchiveFile::Upload(octets) => Source::Octets(octets.clone()),
    };
    match kind(&source.beginning(TELLS)?, name) {
        Kind::Packed(what) => Err(packed(what)),
        Kind::Other => Err(ArchiveError::NotOne(OTHER.to_owned())),
        Kind::Mbox | Kind::Letter | Kind::Zip => Ok(()),
    }
}

fn packed(what: &str) -> ArchiveError {
    ArchiveError::NotOne(format!("This is a {what} file. Unpack it first, then import what is in it."))
}

/// Looks an archive through: its digest, and where its letters lie.
pub(super) fn look_through(store: &Store, file: &ArchiveFile, name: &str) -> Result<Contents, ArchiveError> {
    let mut contents = Contents { uploaded: matches!(file, ArchiveFile::Upload(_)), ..Contents::default() };
    let source = match file {
        ArchiveFile::Path(path) if std::fs::metadata(path)?.is_dir() => {
            folder::look_through(&mut contents, path)?;
            return whole(contents);
        }
        ArchiveFile::Path(path) => Source::Path(path.clone()).opened()?,
        ArchiveFile::Upload(octets) => Source::Octets(octets.clone()),
    };
    let (digest, directory_entries) = digest(&source)?;
    contents.digest = digest;
    let beginning = source.beginning(TELLS)?;
    match kind(&beginning, name) {
        Kind::Mbox => contents.add_mbox(source)?,
        Kind::Letter => contents.add_letter(source, None)?,
        Kind::Zip => zipped::look_through(store, &mut contents, source, directory_entries, 0)?,
        Kind::Packed(what) => return Err(packed(what)),
        Kind::Other => return Err(ArchiveError::NotOne(OTHER.to_owned())),
    }
    whole(contents)
}

const OTHER: &str = "No letter was found in this file. It can be an mbox file, a Maildir folder, a letter (.eml), or a zip of these.";

fn whole(contents: Contents) -> Result<Contents, ArchiveError> {
    let letters = contents.pieces.iter().any(|piece| !matches!(piece.part, Part::Refused { left_out: true, .. }));
    if letters { Ok(contents) } else { Err(ArchiveError::NotOne(OTHER.to_owned())) }
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Mbox,
    Letter,
    Zip,
    /// By another program.
    Packed(&'static str),
    Other,
}

/// Decided by what the file begins with; its name only speaks for a letter that has no header worth the name.
pub(super) fn kind(beginning: &[u8], name: &str) -> Kind {
    const PACKED: [(&[u8], &str); 6] = [
        (b"\x1F\x8B", "gzip"),
        (b"BZh", "bzip2"),
        (b"\xFD7zXZ", "xz"),
        (b"7z\xBC\xAF", "7-Zip"),
        (b"Rar!", "RAR"),
        (b"!BDN", "Outlook data (.pst)"),
    ];
    if beginning.starts_with(b"PK\x03\x04") || beginning.starts_with(b"PK\x05\x06") {
        return Kind::Zip;
    }
    if let Some((_, what)) = PACKED.iter().find(|(magic, _)| beginning.starts_with(magic)) {
        return Kind::Packed(what);
    }
    if mbox_split::is_mbox(beginning) {
        return Kind::Mbox;
    }
    let named = name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("eml"));
    if named && !beginning.is_empty() || is_letter(beginning) { Kind::Letter } else { Kind::Other }
}

/// Headers that letters have and other files do not.
const HEADERS: [&str; 14] = [
    "received",
    "return-path",
    "from",
    "to",
    "date",
    "message-id",
    "subject",
    "mime-version",
    "delivered-to",
    "x-mozilla-status",
    "content-type",
    "reply-to",
    "dkim-signature",
    "sender",
];

fn is_letter(beginning: &[u8]) -> bool {
    let mut known = 0;
    for line in beginning.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else { break };
        let name = String::from_utf8_lossy(&line[..colon]).trim().to_ascii_lowercase();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            break;
        }
        known += usize::from(HEADERS.contains(&name.as_str()));
    }
    known >= 2
}

impl Contents {
    fn most(&self) -> usize {
        if self.uploaded { MOST_UPLOADED } else { MOST_LETTERS }
    }

    fn too_many(&self) -> ArchiveError {
        ArchiveError::NotOne(match self.uploaded {
            true => "This file holds more than 1,000,000 letters, which is too much for an upload. Import it on the server: postroom import FILE --account NAME".to_owned(),
            false => format!("This archive holds more than {MOST_LETTERS} letters. Import it in parts."),
        })
    }

    pub(super) fn add(&mut self, piece: Piece) -> Result<(), ArchiveError> {
        if self.pieces.len() >= self.most() {
            return Err(self.too_many());
        }
        self.pieces.push(piece);
        Ok(())
    }

    pub(super) fn add_mbox(&mut self, source: Source) -> Result<(), ArchiveError> {
        let of = self.sources.len();
        let open = source.opened()?;
        self.sources.push(source);
        let most = self.most();
        let (pieces, mut too_many) = (&mut self.pieces, false);
        mbox_split::split(&mut |at, into| open.read_at(at, into), &mut |entry| {
            too_many |= pieces.len() >= most;
            if !too_many {
                let part = Part::Slice { source: of, at: entry.at, quoted: entry.quoted };
                pieces.push(Piece { part, size: entry.length, arrival: entry.arrival });
            }
        })?;
        if too_many { Err(self.too_many()) } else { Ok(()) }
    }

    pub(super) fn add_letter(&mut self, source: Source, arrival: Option<i64>) -> Result<(), ArchiveError> {
        let size = source.length()?;
        self.add(Piece { part: Part::Whole(source), size, arrival })
    }

    pub(super) fn refuse(&mut self, left_out: bool, reason: String, size: u64) -> Result<(), ArchiveError> {
        self.add(Piece { part: Part::Refused { left_out, reason }, size, arrival: None })
    }

    /// Numbers of pieces to be read in one go, the last ones first: they are the newest in most archives.
    pub(super) fn windows(&self, wanted: impl Fn(i64) -> bool) -> Vec<Vec<u32>> {
        let (mut windows, mut current, mut octets) = (Vec::new(), Vec::new(), 0);
        for (at, piece) in self.pieces.iter().enumerate().rev() {
            let number = at as u32 + 1;
            if !wanted(i64::from(number)) {
                continue;
            }
            if !current.is_empty() && (octets + piece.size > OCTETS || current.len() == LETTERS) {
                windows.push(std::mem::take(&mut current));
                octets = 0;
            }
            octets += piece.size;
            current.push(number);
        }
        if !current.is_empty() {
            windows.push(current);
        }
        windows
    }

    /// Takes one letter out.
    pub(super) fn read(&self, store: &Store, piece: &Piece) -> Result<Octets, NotTaken> {
        const TOO_LARGE: &str = "This letter is larger than 256 MiB and was left in the archive";
        let path = match &piece.part {
            Part::Slice { source, .. } => self.sources[*source].path(),
            Part::Whole(source) => source.path(),
            Part::Member { .. } | Part::Refused { .. } => None,
        };
        let unreadable =
            |error: io::Error| NotTaken::File(path.map_or_else(|| error.to_string(), |path| format!("{}: {error}", told(path))));
        if piece.size > LARGEST {
            return Err(NotTaken::Letter(TOO_LARGE.to_owned()));
        }
        match &piece.part {
            Part::Slice { source, at, quoted } => {
                let mut reader = self.sources[*source].reader(*at, piece.size).map_err(unreadable)?;
                take(store, &mut reader, *quoted, LARGEST, TOO_LARGE)
            }
            Part::Whole(source) => {
                let mut reader = match source.reader(0, piece.size) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => match source.found_again() {
                        Some(renamed) => renamed.reader(0, piece.size),
                        None => Err(error),
                    },
                    reader => reader,
                }
                .map_err(unreadable)?;
                take(store, &mut reader, false, LARGEST, TOO_LARGE)
            }
            Part::Member { zip, at } => self.zips[*zip].take(store, *at, LARGEST, TOO_LARGE),
            Part::Refused { reason, .. } => Err(NotTaken::Letter(reason.clone())),
        }
    }
}

/// The digest of all octets, and how often the mark of a zip's directory entry stands among them: a zip cannot list more files than that.
fn digest(source: &Source) -> io::Result<([u8; 32], usize)> {
    const MARK: &[u8] = b"PK\x01\x02";
    let (mut digest, mut block, mut at, mut marks) = (Sha256::new(), vec![0; 1 << 20], 0_u64, 0);
    let mut kept = 0;
    loop {
        let got = source.read_at(at, &mut block[kept..])?;
        if got == 0 {
            return Ok((digest.finalize().into(), marks));
        }
        digest.update(&block[kept..kept + got]);
        let filled = kept + got;
        marks += block[..filled].windows(MARK.len()).filter(|four| *four == MARK).count();
        at += got as u64;
        kept = filled.min(MARK.len() - 1);
        block.copy_within(filled - kept..filled, 0);
    }
}

/// The second part of that answer, for a zip that came out of another one.
pub(super) fn directory_entries(source: &Source) -> io::Result<usize> {
    digest(source).map(|(_, entries)| entries)
}

/// A name as it may be told: one line, not too long.
pub(super) fn told(name: &Path) -> String {
    let name: String = name.to_string_lossy().chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    let length = name.chars().count();
    if length > 120 { format!("…{}", name.chars().skip(length - 119).collect::<String>()) } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_begins_with() {
        let cases: [(&[u8], &str, Kind); 9] = [
            (b"From a@b.example Sat Mar 14 09:12:00 2026\nSubject: x\n\n", "a.txt", Kind::Mbox),
            (b"From: a@b.example\r\nSubject: x\r\n\r\n", "", Kind::Letter),
            (b"Received: by x\n\tfor y\nDate: z\n\n", "INBOX", Kind::Letter),
            (b"no header at all", "broken.EML", Kind::Letter),
            (b"no header at all", "notes.txt", Kind::Other),
            (b"PK\x03\x04....", "mails.zip", Kind::Zip),
            (b"\x1F\x8B\x08", "a.mbox.gz", Kind::Packed("gzip")),
            (b"", "empty.eml", Kind::Other),
            (b"<html>\nFrom: x\nTo: y\n", "a.html", Kind::Other),
        ];
        for (beginning, name, expected) in cases {
            assert_eq!(kind(beginning, name), expected, "{name}");
        }
    }

    #[test]
    fn names_are_told_in_one_line() {
        assert_eq!(told(Path::new("a\nb")), "a?b");
        assert_eq!(told(Path::new(&"x".repeat(500))).chars().count(), 120);
    }

    // More letters than an upload may hold are refused in words, with the command that takes them.
    #[test]
    fn too_many_letters_are_refused_for_uploads() {
        let piece = || Piece { part: Part::Refused { left_out: true, reason: String::new() }, size: 1, arrival: None };
        let full = || (0..MOST_UPLOADED).map(|_| piece()).collect::<Vec<_>>();
        let mut uploaded = Contents { uploaded: true, pieces: full(), ..Contents::default() };
        let Err(ArchiveError::NotOne(words)) = uploaded.add(piece()) else { panic!("it was taken") };
        assert!(words.contains("1,000,000") && words.contains("postroom import FILE --account NAME"), "{words}");
        let letter = b"From a@b.example Sat Mar 14 09:12:00 2026\nSubject: x\n\n".to_vec();
        assert!(matches!(uploaded.add_mbox(Source::Octets(letter.into())), Err(ArchiveError::NotOne(_))));
        let mut local = Contents { pieces: full(), ..Contents::default() };
        assert!(local.add(piece()).is_ok());
    }

    // A letter of a Maildir that is read in another program while it is imported has another name by the time it is taken.
    #[tokio::test]
    async fn a_letter_that_is_renamed_meanwhile_is_found() {
        let data = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", data.path().join("postroom.db").display());
        let store = Store::open(&url, data.path()).await.unwrap();
        let maildir = tempfile::tempdir().unwrap();
        for place in ["cur", "new", "tmp"] {
            std::fs::create_dir(maildir.path().join(place)).unwrap();
        }
        let at = |name: &str| maildir.path().join(name);
        let letter = |n: u8| format!("From: a@b.example\nSubject: {n}\n\nWords\n").into_bytes();
        std::fs::write(at("new/1.a"), letter(1)).unwrap();
        std::fs::write(at("cur/2.a:2,"), letter(2)).unwrap();
        std::fs::write(at("cur/3.a:2,S"), letter(3)).unwrap();
        let contents = look_through(&store, &ArchiveFile::Path(maildir.path().to_owned()), "Maildir").unwrap();
        std::fs::rename(at("new/1.a"), at("cur/1.a:2,S")).unwrap();
        std::fs::rename(at("cur/2.a:2,"), at("cur/2.a:2,RS")).unwrap();
        std::fs::remove_file(at("cur/3.a:2,S")).unwrap();
        let taken: Vec<Option<Vec<u8>>> = contents
            .pieces
            .iter()
            .map(|piece| {
                let octets = contents.read(&store, piece).ok()?;
                let mut raw = vec![0; octets.length() as usize];
                octets.read_at(0, &mut raw).unwrap();
                Some(raw)
            })
            .collect();
        assert_eq!(taken, [Some(letter(1)), Some(letter(2)), None], "one that is gone is gone");
    }
}
