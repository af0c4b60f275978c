//! Letters too large to be held: a slim form in memory, the rest wherever it lies.
//!
//! In the slim form long runs of lines that cannot matter to the letter's build are cut out: no line among them starts
//! with `--`, so none is a boundary, and none is a header, since headers are looked for in the first megabyte of a part
//! only and never among lines of base64. Everything that reads parts works on the slim form; what needs all octets of a
//! part (its identity, its size, the file itself) streams them through `Cuts`. The identity is the one that reading
//! the whole letter gives.

use crate::{attachment, body, identity, letter, letter::Reading, mime, mime::Part, stream::Decoder, transfer::Transfer};
use model::AttachmentInfo;
use std::{borrow::Cow, io};

/// How much of a large letter is held.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// Octets kept of a run of lines: more than headers may have, and than the largest picture shown.
    pub run: usize,
    /// Octets kept of a run of base64, once `most` is reached.
    pub base64: usize,
    /// Octets kept before runs of base64 are held short.
    pub most: usize,
}

impl Default for Held {
    fn default() -> Self {
        Self { run: 8 << 20, base64: 64 << 10, most: 24 << 20 }
    }
}

/// Octets read at once.
const BLOCK: usize = 256 << 10;

/// Reads octets from a place on, as many as there are room and octets for; 0 at the end.
type ReadAt<'s> = dyn Fn(u64, &mut [u8]) -> io::Result<usize> + Send + 's;

/// Octets left out of the slim form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Where in the slim form.
    at: usize,
    from: u64,
    length: u64,
}

/// A large letter, ready to be read.
pub struct Large<'s> {
    slim: Vec<u8>,
    cuts: Vec<Cut>,
    source: Box<ReadAt<'s>>,
}

impl std::fmt::Debug for Large<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Large").field("held", &self.slim.len()).field("cuts", &self.cuts.len()).finish_non_exhaustive()
    }
}

impl<'s> Large<'s> {
    /// Goes through the letter once.
    ///
    /// # Errors
    /// The source's.
    pub fn look(source: impl Fn(u64, &mut [u8]) -> io::Result<usize> + Send + 's, held: Held) -> io::Result<Self> {
        let source: Box<ReadAt<'s>> = Box::new(source);
        let mut slimmer = Slimmer { held, ..Slimmer::default() };
        slimmer.read(&source)?;
        let (slim, cuts) = if slimmer.returns && !slimmer.feeds {
            // Very old line ends: lines cannot be told while reading, so the letter is held after all.
            let mut whole = Vec::new();
            copy(&source, 0, None, &mut |part| whole.extend_from_slice(part))?;
            (whole, Vec::new())
        } else {
            (slimmer.slim, slimmer.cuts)
        };
        Ok(Self { slim, cuts, source })
    }

    /// The slim form: enough for [`crate::show`] and [`crate::headers`], and as raw octets the beginning of everything.
    pub fn held(&self) -> &[u8] {
        &self.slim
    }

    /// As [`crate::read`].
    ///
    /// # Errors
    /// The source's.
    pub fn read(&self) -> io::Result<Reading> {
        let read = std::panic::AssertUnwindSafe(|| letter::read_parts(&self.slim, &self.cuts()));
        std::panic::catch_unwind(read).unwrap_or_else(|_| {
            let identity = identity::of_pieces(&mut |each| copy(&self.source, 0, None, each))?;
            Ok(Reading { identity, letter: Err(letter::not_understood()) })
        })
    }

    /// As [`attachment::open`], the file handed over in pieces. `None`: there is no such file.
    ///
    /// # Errors
    /// The source's and those of `into`.
    pub fn file(&self, index: usize, into: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<Option<AttachmentInfo>> {
        let raw = mime::with_line_feeds(&self.slim);
        let tree = mime::parse(&raw, 0);
        let cuts = self.cuts();
        let files = body::files(&tree.root);
        if index >= crate::limits::ATTACHMENTS {
            return Ok(None);
        }
        let mut outcome = Ok(());
        let mut each = |octets: &[u8]| {
            if outcome.is_ok() {
                outcome = into(octets);
            }
        };
        let info = match files.get(index) {
            Some(part) => {
                let info = attachment::info(index, part, &body::words(&tree.root).cids, &cuts)?;
                cuts.decoded(part, &mut each)?;
                Some(info)
            }
            None => attachment::packed_file(&files, index, &cuts, &mut each)?,
        };
        outcome.map(|()| info)
    }

    fn cuts(&self) -> Cuts<'_> {
        Cuts { start: self.slim.as_ptr().addr(), length: self.slim.len(), list: &self.cuts, source: Some(&self.source) }
    }
}

/// What is missing from the slim form that parts borrow from, and where it is.
#[derive(Clone, Copy)]
pub(crate) struct Cuts<'s> {
    /// Address of the slim form: a part is a slice of it, or of something decoded from it.
    start: usize,
    length: usize,
    list: &'s [Cut],
    source: Option<&'s ReadAt<'s>>,
}

impl Cuts<'_> {
    /// Of a letter that is held whole.
    pub const NONE: Cuts<'static> = Cuts { start: 0, length: 0, list: &[], source: None };

    fn within(&self, octets: &[u8]) -> &[Cut] {
        let Some(from) = octets.as_ptr().addr().checked_sub(self.start).filter(|from| from + octets.len() <= self.length) else {
            return &[];
        };
        let first = self.list.partition_point(|cut| cut.at <= from);
        let end = self.list.partition_point(|cut| cut.at <= from + octets.len());
        &self.list[first..end.max(first)]
    }

    /// Whether nothing is missing from these octets.
    pub fn is_whole(&self, octets: &[u8]) -> bool {
        self.within(octets).is_empty()
    }

    /// All octets of a slice of the slim form, the missing ones too.
    fn all(&self, octets: &[u8], each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let from = octets.as_ptr().addr().wrapping_sub(self.start);
        let mut done = 0;
        for cut in self.within(octets) {
            let here = cut.at - from;
            octets[done..here].chunks(BLOCK).for_each(&mut *each);
            done = here;
            if let Some(source) = self.source {
                copy(source, cut.from, Some(cut.length), each)?;
            }
        }
        octets[done..].chunks(BLOCK).for_each(each);
        Ok(())
    }

    /// A part with its transfer encoding undone, in pieces.
    pub fn decoded(&self, part: &Part<'_>, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        if self.is_whole(part.raw) {
            each(part.octets());
            return Ok(());
        }
        let mut decoder = Decoder::new(part.kind.transfer);
        let mut out = Vec::new();
        self.all(part.raw, &mut |octets| {
            decoder.push(octets, &mut out);
            each(&out);
            out.clear();
        })?;
        decoder.end(&mut out);
        each(&out);
        Ok(())
    }

    /// The octets of a part that is a letter: as they stand, so that what is cut out of them stays known, or decoded.
    pub fn letter<'p>(&self, part: &'p Part<'_>) -> io::Result<Cow<'p, [u8]>> {
        if self.is_whole(part.raw) {
            return Ok(Cow::Borrowed(part.octets()));
        }
        if part.kind.transfer == Transfer::Plain {
            return Ok(Cow::Borrowed(part.raw));
        }
        let mut whole = Vec::new();
        self.decoded(part, &mut |octets| whole.extend_from_slice(octets))?;
        Ok(Cow::Owned(whole))
    }

    /// Octets of a part with its transfer encoding undone.
    pub fn size(&self, part: &Part<'_>) -> io::Result<u64> {
        let mut size = 0;
        self.decoded(part, &mut |octets| size += octets.len() as u64)?;
        Ok(size)
    }
}

/// Reads so many octets, or all that are left.
fn copy(source: &ReadAt<'_>, mut at: u64, length: Option<u64>, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let end = length.map_or(u64::MAX, |length| at + length);
    let mut block = vec![0; BLOCK];
    while at < end {
        let room = usize::try_from(end - at).unwrap_or(BLOCK).min(BLOCK);
        match source(at, &mut block[..room])? {
            0 if length.is_none() => return Ok(()),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            got => {
                each(&block[..got]);
                at += got as u64;
            }
        }
    }
    Ok(())
}

/// Makes the slim form, line by line; lines longer than a block come in fragments.
#[derive(Default)]
struct Slimmer {
    held: Held,
    slim: Vec<u8>,
    cuts: Vec<Cut>,
    returns: bool,
    feeds: bool,
    /// Octets kept of the run of lines at hand.
    run: usize,
    /// Lines and octets of the base64 at the end of it, kept or not.
    base64: (usize, usize),
    /// The run is being cut: where from, and the end of its last line.
    cutting: Option<(u64, &'static [u8])>,
    /// The line at hand is base64 so far.
    line_is_base64: bool,
}

impl Slimmer {
    fn read(&mut self, source: &ReadAt<'_>) -> io::Result<()> {
        let mut buffer = vec![0; BLOCK];
        let (mut filled, mut at, mut starts) = (0, 0_u64, true);
        loop {
            let got = source(at + filled as u64, &mut buffer[filled..])?;
            filled += got;
            let mut done = 0;
            while let Some(feed) = crate::field::line_feed(&buffer[done..filled]) {
                self.fragment(&buffer[done..done + feed + 1], at + done as u64, starts, true);
                done += feed + 1;
                starts = true;
            }
            if got == 0 {
                self.fragment(&buffer[done..filled], at + done as u64, starts, true);
                self.close(at + filled as u64);
                return Ok(());
            }
            if done == 0 && filled == buffer.len() {
                // A very long line. A return at its end may belong to a line feed that is still to come.
                done = filled - usize::from(buffer[filled - 1] == b'\r');
                self.fragment(&buffer[..done], at, starts, false);
                starts = false;
            }
            buffer.copy_within(done..filled, 0);
            at += done as u64;
            filled -= done;
        }
    }

    fn fragment(&mut self, octets: &[u8], at: u64, starts: bool, ends: bool) {
        if octets.is_empty() {
            return;
        }
        let end: &'static [u8] = if octets.ends_with(b"\r\n") {
            b"\r\n"
        } else if octets.ends_with(b"\n") {
            b"\n"
        } else {
            b""
        };
        let words = &octets[..octets.len() - end.len()];
        self.feeds |= !end.is_empty();
        self.returns |= octets.contains(&b'\r');
        if starts {
            self.line_is_base64 = !words.is_empty();
            if words.starts_with(b"--") {
                self.close(at);
                (self.run, self.base64) = (0, (0, 0));
            }
        }
        self.line_is_base64 &= words.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
        // Two lines of it are kept in any case: where somebody forgot the empty line, they are what ends the headers.
        let long = self.base64.0 > 2 && self.base64.1 > self.held.base64 && self.slim.len() > self.held.most;
        if self.line_is_base64 {
            self.base64 = (self.base64.0 + usize::from(starts), self.base64.1 + octets.len());
        } else {
            self.base64 = (0, 0);
            if self.cutting.is_some() && self.run <= self.held.run {
                self.close(at);
            }
        }
        if self.run > self.held.run || (long && self.line_is_base64) {
            self.cutting = Some((self.cutting.map_or(at, |(from, _)| from), if ends { end } else { b"" }));
        } else {
            self.slim.extend_from_slice(octets);
            self.run += octets.len();
        }
    }

    /// Ends a cut before the octet at this place; the last line end stays, it may belong to the boundary that follows.
    fn close(&mut self, at: u64) {
        if let Some((from, end)) = self.cutting.take() {
            let length = at - from - end.len() as u64;
            if length > 0 {
                self.cuts.push(Cut { at: self.slim.len(), from, length });
            }
            self.slim.extend_from_slice(end);
        }
    }
}
