//! The lines of a file that is read in blocks: however long they are, only their beginnings are held.

use std::io;

/// Octets read at once.
pub(super) const BLOCK: usize = 256 << 10;
/// Octets of a line that are looked at.
pub(super) const LOOKED_AT: usize = 512;

/// Where a line lies in the file, its end among it.
pub(super) struct Line {
    pub(super) at: u64,
    pub(super) end: u64,
}

/// A file line by line.
pub(super) struct Lines<'s> {
    read_at: &'s mut dyn FnMut(u64, &mut [u8]) -> io::Result<usize>,
    block: Vec<u8>,
    /// Where the block lies in the file.
    at: u64,
    filled: usize,
    /// Where the next line begins.
    pub(super) place: u64,
}

impl<'s> Lines<'s> {
    pub(super) fn new(read_at: &'s mut dyn FnMut(u64, &mut [u8]) -> io::Result<usize>) -> Self {
        Self { read_at, block: vec![0; BLOCK], at: 0, filled: 0, place: 0 }
    }

    /// The next line: where it lies; its first octets without the line end go into `text`.
    pub(super) fn next(&mut self, text: &mut Vec<u8>) -> io::Result<Option<Line>> {
        let start = self.place;
        let mut searched = start;
        loop {
            let from = usize::try_from(searched - self.at).unwrap_or(usize::MAX);
            if let Some(found) = self.block[..self.filled].get(from..).and_then(|rest| rest.iter().position(|b| *b == b'\n')) {
                self.place = searched + found as u64 + 1;
                break;
            }
            searched = searched.max(self.at + self.filled as u64);
            // The line's beginning stays in the block as long as it is looked at; the rest of a long line is passed over.
            if !self.refill(start, searched)? {
                self.place = searched;
                break;
            }
        }
        if self.place == start {
            return Ok(None);
        }
        let length = usize::try_from(self.place - start).unwrap_or(LOOKED_AT).min(LOOKED_AT);
        if self.at > start || start + length as u64 > self.at + self.filled as u64 {
            self.load(start)?;
        }
        let from = usize::try_from(start - self.at).unwrap_or(0);
        let to = (from + length).min(self.filled);
        text.clear();
        text.extend_from_slice(chomp(&self.block[from..to]));
        Ok(Some(Line { at: start, end: self.place }))
    }

    /// More octets behind `searched`; false at the end.
    fn refill(&mut self, start: u64, searched: u64) -> io::Result<bool> {
        let keep = if searched - start < (BLOCK / 2) as u64 { start } else { searched };
        self.load(keep)?;
        Ok(self.at + self.filled as u64 > searched)
    }

    fn load(&mut self, at: u64) -> io::Result<()> {
        self.at = at;
        self.filled = 0;
        while self.filled < self.block.len() {
            let got = (self.read_at)(at + self.filled as u64, &mut self.block[self.filled..])?;
            if got == 0 {
                break;
            }
            self.filled += got;
        }
        Ok(())
    }

    /// The first octets of what lies at a place, without going there.
    pub(super) fn peek(&mut self, at: u64) -> io::Result<Vec<u8>> {
        let mut some = vec![0; LOOKED_AT];
        let mut filled = 0;
        while filled < some.len() {
            let got = (self.read_at)(at + filled as u64, &mut some[filled..])?;
            if got == 0 {
                break;
            }
            filled += got;
        }
        some.truncate(filled);
        if let Some(end) = some.iter().position(|b| *b == b'\n') {
            some.truncate(end + 1);
        }
        Ok(some)
    }
}

/// A line without its end.
pub(super) fn chomp(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
