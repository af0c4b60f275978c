//! Letters of an mbox without the quoting of their lines.

/// Takes the quoting of an mbox off, piece by piece: `>From ` at the beginning of a line is `From `, `>>From ` is `>From `.
#[derive(Debug)]
pub struct Unquote {
    /// At the beginning of a line: so many `>`, and so much of `From ` behind them.
    start: Option<(u64, usize)>,
}

const FROM: &[u8] = b"From ";

impl Default for Unquote {
    fn default() -> Self {
        Self { start: Some((0, 0)) }
    }
}

impl Unquote {
    /// Passes a piece on.
    pub fn feed(&mut self, mut piece: &[u8], out: &mut Vec<u8>) {
        while let Some(&octet) = piece.first() {
            match &mut self.start {
                None => {
                    let line = piece.iter().position(|b| *b == b'\n').map(|end| end + 1);
                    let (passed, rest) = piece.split_at(line.unwrap_or(piece.len()));
                    out.extend_from_slice(passed);
                    piece = rest;
                    if line.is_some() {
                        self.start = Some((0, 0));
                    }
                    continue;
                }
                Some((marks, 0)) if octet == b'>' => *marks += 1,
                Some((marks, matched)) if *marks > 0 && octet == FROM[*matched] => {
                    *matched += 1;
                    if *matched == FROM.len() {
                        let marks = *marks - 1;
                        self.start = None;
                        write_marks(marks, out);
                        out.extend_from_slice(FROM);
                    }
                }
                Some(_) => {
                    self.flush(out);
                    continue;
                }
            }
            piece = &piece[1..];
        }
    }

    /// Passes on what was held back at the end.
    pub fn flush(&mut self, out: &mut Vec<u8>) {
        if let Some((marks, matched)) = self.start.take() {
            write_marks(marks, out);
            out.extend_from_slice(&FROM[..matched]);
        }
    }
}

fn write_marks(marks: u64, out: &mut Vec<u8>) {
    out.resize(out.len() + usize::try_from(marks).unwrap_or(0), b'>');
}
