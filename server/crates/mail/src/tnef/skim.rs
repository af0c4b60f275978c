//! A `winmail.dat` too large to be held: it is gone through once, in pieces, and what is long in it is only noted.
//!
//! Must never: hold more of it than [`HELD`] octets and what stands around them.

use super::{ATTACHMENT_DATA, Data, Found, Reader, SIGNATURE};

/// Octets held of all attributes together.
const HELD: usize = 8 << 20;
/// Octets of a file that is held with its name and words: larger ones are files, not letters within.
const FILE: u64 = 256 << 10;
/// Attributes noted.
const ATTRIBUTES: usize = 20_000;

/// One attribute: its number, where its octets lie, and those of them that are held.
struct Noted {
    number: u32,
    from: u64,
    length: u64,
    held: Vec<u8>,
}

enum At {
    /// The signature and the key behind it.
    Start,
    /// Level, number and length of an attribute.
    Head,
    /// Its octets: so many are still to come, kept or not.
    Data(Noted, u64, bool),
    /// Its checksum.
    Sum(Noted),
    /// What follows is not understood.
    End,
}

/// Goes through the file as its pieces come.
pub(crate) struct Skim {
    at: At,
    place: u64,
    /// Octets of what is read at hand: a signature, a head or a checksum.
    few: Vec<u8>,
    held: usize,
    noted: Vec<Noted>,
}

impl Default for Skim {
    fn default() -> Self {
        Self { at: At::Start, place: 0, few: Vec::new(), held: 0, noted: Vec::new() }
    }
}

impl Skim {
    /// The next octets.
    pub fn push(&mut self, mut octets: &[u8]) {
        while !octets.is_empty() {
            let taken = match &mut self.at {
                At::End => return,
                At::Data(noted, left, keep) => {
                    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(octets.len());
                    if *keep {
                        noted.held.extend_from_slice(&octets[..taken]);
                    }
                    *left -= taken as u64;
                    taken
                }
                At::Start | At::Head | At::Sum(_) => {
                    let wanted = self.wanted();
                    let taken = (wanted - self.few.len()).min(octets.len());
                    self.few.extend_from_slice(&octets[..taken]);
                    taken
                }
            };
            self.place += taken as u64;
            octets = &octets[taken..];
            self.go_on();
        }
    }

    fn wanted(&self) -> usize {
        match self.at {
            At::Start => SIGNATURE.len() + 2,
            At::Head => 9,
            _ => 2,
        }
    }

    /// What is complete is understood.
    fn go_on(&mut self) {
        if let At::Data(_, left, _) = &self.at {
            if *left > 0 {
                return;
            }
        } else if self.few.len() < self.wanted() {
            return;
        }
        let few = std::mem::take(&mut self.few);
        self.at = match std::mem::replace(&mut self.at, At::End) {
            At::Start if few.starts_with(&SIGNATURE) => At::Head,
            At::Head if matches!(few[0], 1 | 2) && self.noted.len() < ATTRIBUTES => self.begin(&few),
            At::Data(noted, ..) => At::Sum(noted),
            At::Sum(noted) => {
                self.noted.push(noted);
                At::Head
            }
            _ => At::End,
        };
    }

    fn begin(&mut self, few: &[u8]) -> At {
        let number = u32::from_le_bytes([few[1], few[2], few[3], few[4]]);
        let length = u64::from(u32::from_le_bytes([few[5], few[6], few[7], few[8]]));
        let most = if number == ATTACHMENT_DATA { FILE } else { HELD as u64 };
        let keep = length <= most && self.held as u64 + length <= HELD as u64;
        if keep {
            self.held += usize::try_from(length).unwrap_or(HELD);
        }
        let noted = Noted { number, from: self.place, length, held: Vec::new() };
        if length == 0 { At::Sum(noted) } else { At::Data(noted, length, keep) }
    }

    /// What is in it, as far as it was understood.
    pub fn files(&self) -> Vec<Found> {
        let mut reader = Reader::default();
        let mut attributes =
            self.noted.iter().map(|noted| (noted.number, Data { from: noted.from, length: noted.length, held: &noted.held }));
        reader.attributes(&mut attributes, 0);
        reader.found
    }
}
