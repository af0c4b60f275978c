//! Words of a letter in Outlook's own form: RTF (MS-OXRTFEX), packed (MS-OXRTFCP).
//!
//! Must never: panic, write more than [`MOST`] octets, or follow what stands in the file anywhere. Formatting is passed over: what a person
//! would read is what is answered.

use crate::charset;

/// Octets unpacked, and of text.
const MOST: usize = 4 << 20;
/// Depth of groups; what is nested deeper is passed over.
const DEPTH: usize = 200;
/// The dictionary at first.
const KNOWN: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Octets of the dictionary.
const WINDOW: usize = 4_096;
const PACKED: u32 = 0x7546_5a4c;
const PLAIN: u32 = 0x414c_454d;

/// The words of a packed body; `None` when it is none.
pub(crate) fn compressed_text(octets: &[u8]) -> Option<String> {
    let word = |at: usize| octets.get(at..at + 4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]));
    let (size, form) = (usize::try_from(word(4)?).ok()?.min(MOST), word(8)?);
    let body = octets.get(16..)?;
    let rtf = match form {
        PACKED => unpacked(body, size),
        PLAIN => body[..body.len().min(size)].to_vec(),
        _ => return None,
    };
    rtf.starts_with(b"{\\rtf").then(|| text(&rtf))
}

fn unpacked(packed: &[u8], size: usize) -> Vec<u8> {
    let mut window = [0_u8; WINDOW];
    window[..KNOWN.len()].copy_from_slice(KNOWN);
    let (mut place, mut out) = (KNOWN.len(), Vec::with_capacity(size.min(64 << 10)));
    let mut octets = packed.iter().copied();
    'all: while out.len() < size {
        let Some(control) = octets.next() else { break };
        for bit in 0..8 {
            let Some(first) = octets.next() else { break 'all };
            if control & (1 << bit) == 0 {
                out.push(first);
                window[place] = first;
                place = (place + 1) % WINDOW;
                continue;
            }
            let Some(second) = octets.next() else { break 'all };
            let reference = usize::from(u16::from_be_bytes([first, second]));
            let (from, length) = (reference >> 4, (reference & 0x0f) + 2);
            // A reference to the place that is written next is the end.
            if from == place {
                break 'all;
            }
            for step in 0..length {
                let octet = window[(from + step) % WINDOW];
                out.push(octet);
                window[place] = octet;
                place = (place + 1) % WINDOW;
            }
        }
    }
    out.truncate(size);
    out
}

/// Groups whose words are no words of the letter.
const PASSED_OVER: [&[u8]; 14] = [
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"info",
    b"pict",
    b"object",
    b"header",
    b"footer",
    b"headerl",
    b"headerr",
    b"footerl",
    b"footerr",
    b"fldinst",
    b"listtable",
];

/// What counts within a group.
#[derive(Clone, Copy)]
struct Group {
    hidden: bool,
    /// Characters that stand for one that is written as a number, for programs that do not know it.
    stand_ins: usize,
}

struct Words {
    out: String,
    /// Octets in the document's code page, to be read together.
    raw: Vec<u8>,
    page: Option<String>,
    /// Stand-ins still to be passed over.
    skip: usize,
    /// The first half of a character beyond 16 bits.
    half: Option<u16>,
}

impl Words {
    fn octet(&mut self, octet: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.out.len() + self.raw.len() < MOST {
            self.raw.push(octet);
        }
    }

    fn flush(&mut self) {
        if !self.raw.is_empty() {
            let raw = std::mem::take(&mut self.raw);
            self.out.push_str(&charset::decode(self.page.as_deref().or(Some("windows-1252")), &raw).text);
        }
    }

    fn put(&mut self, text: &str) {
        self.flush();
        if self.out.len() < MOST {
            self.out.push_str(text);
        }
    }

    fn number(&mut self, number: i32) {
        let unit = (number & 0xffff) as u16;
        let units: Vec<u16> = self.half.take().into_iter().chain([unit]).collect();
        if units.len() == 1 && (0xd800..0xdc00).contains(&unit) {
            self.half = Some(unit);
            return;
        }
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
        self.put(&text);
    }
}

/// What a person would read.
fn text(rtf: &[u8]) -> String {
    let mut words = Words { out: String::new(), raw: Vec::new(), page: None, skip: 0, half: None };
    let mut groups = vec![Group { hidden: false, stand_ins: 1 }];
    let mut deeper = 0_usize;
    let mut at = 0;
    while let Some(octet) = rtf.get(at).copied() {
        at += 1;
        let group = groups.last().copied().unwrap_or(Group { hidden: false, stand_ins: 1 });
        match octet {
            b'{' if groups.len() < DEPTH => groups.push(group),
            b'{' => deeper += 1,
            b'}' if deeper > 0 => deeper -= 1,
            b'}' => {
                groups.pop();
                words.skip = 0;
                if groups.is_empty() {
                    break;
                }
            }
            b'\\' => at = control(rtf, at, &mut groups, deeper > 0, &mut words),
            b'\r' | b'\n' => {}
            _ if group.hidden || deeper > 0 => {}
            _ => words.octet(octet),
        }
    }
    words.flush();
    words.out
}

/// Behind a backslash: a word, perhaps with a number, or one character. Answers where it ends.
fn control(rtf: &[u8], at: usize, groups: &mut [Group], deeper: bool, words: &mut Words) -> usize {
    let Some(group) = groups.last_mut() else { return at };
    let hidden = group.hidden || deeper;
    let Some(first) = rtf.get(at).copied() else { return at };
    if !first.is_ascii_alphabetic() {
        match first {
            b'\'' => {
                let hex =
                    rtf.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
                if let Some(octet) = hex.filter(|_| !hidden) {
                    words.octet(octet);
                }
                return (at + 3).min(rtf.len());
            }
            b'*' => group.hidden = true,
            b'~' if !hidden => words.put("\u{a0}"),
            b'_' if !hidden => words.put("-"),
            b'\\' | b'{' | b'}' if !hidden => words.octet(first),
            _ => {}
        }
        return at + 1;
    }
    let end = at + rtf[at..].iter().take(32).take_while(|octet| octet.is_ascii_alphabetic()).count();
    let word = &rtf[at..end];
    let digits =
        rtf[end..].iter().take(10).enumerate().take_while(|(n, octet)| octet.is_ascii_digit() || (*n == 0 && **octet == b'-')).count();
    let number: Option<i32> = std::str::from_utf8(&rtf[end..end + digits]).ok().and_then(|text| text.parse().ok());
    let mut end = end + digits;
    // One blank ends a word and belongs to it.
    end += usize::from(rtf.get(end) == Some(&b' '));
    if PASSED_OVER.contains(&word) {
        group.hidden = true;
    }
    match (word, number) {
        (b"ansicpg", Some(page)) => words.page = Some(format!("windows-{page}")).filter(|_| matches!(page, 874 | 1250..=1258)),
        (b"uc", Some(many)) => group.stand_ins = usize::try_from(many).unwrap_or(1).min(16),
        (b"bin", Some(many)) => return end.saturating_add(usize::try_from(many).unwrap_or(0)).min(rtf.len()),
        _ if hidden || group.hidden => {}
        (b"u", Some(number)) => {
            words.number(number);
            words.skip = group.stand_ins;
        }
        (b"par" | b"line" | b"row" | b"sect" | b"page", _) => words.put("\n"),
        (b"tab" | b"cell", _) => words.put("\t"),
        (b"emdash", _) => words.put("\u{2014}"),
        (b"endash", _) => words.put("\u{2013}"),
        (b"bullet", _) => words.put("\u{2022}"),
        (b"lquote", _) => words.put("\u{2018}"),
        (b"rquote", _) => words.put("\u{2019}"),
        (b"ldblquote", _) => words.put("\u{201c}"),
        (b"rdblquote", _) => words.put("\u{201d}"),
        _ => {}
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two examples of MS-OXRTFCP §4.
    const HELLO: &[u8] = &[
        0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31,
        0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80,
        0x0f, 0xa0,
    ];
    const CROSSING: &[u8] = &[
        0x1a, 0, 0, 0, 0x1c, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51, 0x41, 0x00, 0x04, 0x20, 0x57, 0x58, 0x59, 0x5a, 0x0d,
        0x6e, 0x7d, 0x01, 0x0e, 0xb0,
    ];

    // P20
    #[test]
    fn packed_words_are_read_as_the_format_says() {
        assert_eq!(KNOWN.len(), 207);
        assert_eq!(unpacked(&HELLO[16..], 0x2b), b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(unpacked(&CROSSING[16..], 0x1c), b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
        assert_eq!(compressed_text(HELLO).as_deref(), Some("hello world"));
        let plain = [&[0x20, 0, 0, 0, 0x0c, 0, 0, 0, 0x4d, 0x45, 0x4c, 0x41, 0, 0, 0, 0][..], b"{\\rtf1 a\\'e4}"].concat();
        assert_eq!(compressed_text(&plain).as_deref(), Some("aä"));
        assert_eq!(compressed_text(b"{\\rtf1 not packed}"), None);
    }

    #[test]
    fn formatting_is_passed_over_and_words_stay() {
        for (rtf, words) in [
            (
                &b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\generator X;}Dear all,\\par\\par see \\b you\\b0 .\\tab x}"[..],
                "Dear all,\n\nsee you.\tx",
            ),
            (b"{\\rtf1\\ansi\\ansicpg1250 \\'9e\\u8364 ?uro \\{a\\\\b\\}\\~c}", "ž€uro {a\\b}\u{a0}c"),
            (b"{\\rtf1\\uc2\\u-10179??\\u-8704??x}", "\u{1f600}x"),
            // Letters that were HTML: its marks are hidden, the words between are not.
            (
                b"{\\rtf1\\fromhtml1{\\*\\htmltag84 <p>}\\htmlrtf {\\htmlrtf0 Hello{\\*\\htmltag92 </p>}\\htmlrtf\\par}\\htmlrtf0 you}",
                "Hello\nyou",
            ),
            (b"{\\rtf1 a{\\pict\\bin4 }}{}b}c}", "ac"),
        ] {
            assert_eq!(text(rtf), words, "{}", String::from_utf8_lossy(rtf));
        }
    }

    // RELIABILITY §3.4
    #[test]
    fn nothing_in_packed_words_can_break_the_reader() {
        let mut state = 0x0057_2026_u64;
        let mut dice = |sides: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % sides
        };
        for _ in 0..5_000 {
            let mut raw = if dice(2) == 0 { HELLO.to_vec() } else { CROSSING.to_vec() };
            for _ in 0..1 + dice(5) {
                let at = dice(raw.len());
                raw[at] = dice(256) as u8;
            }
            assert!(compressed_text(&raw).is_none_or(|text| text.len() <= MOST));
        }
        for _ in 0..5_000 {
            let pieces: [&[u8]; 14] =
                [b"{", b"}", b"\\", b"\\'", b"\\u", b"-", b"9", b"\\uc", b"\\bin", b"99999999", b" ", b"\\par", b"\\*", b"\xe4"];
            let raw: Vec<u8> = (0..dice(60)).flat_map(|_| pieces[dice(pieces.len())].to_vec()).collect();
            text(&[b"{\\rtf1 ", &raw[..]].concat());
        }
        let deep = [b"{\\rtf1 a".to_vec(), b"{".repeat(100_000), b"b".to_vec(), b"}".repeat(100_000), b"c}".to_vec()].concat();
        assert_eq!(text(&deep), "ac");
        // Octets that say there is no end of it: no more is unpacked than is read, and that is read once.
        let long =
            [&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x4c, 0x5a, 0x46, 0x75, 0, 0, 0, 0][..], &[0xff, 0, 0x0f].repeat(3_000_000)].concat();
        assert!(unpacked(&long[16..], MOST).len() <= MOST);
        assert!(compressed_text(&long).is_none_or(|text| text.len() <= MOST));
    }
}
