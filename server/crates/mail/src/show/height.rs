//! How tall a letter will be, as a step of a ladder the style sheet knows: the frame cannot be asked (it may run nothing),
//! and the page's policy allows no height of its own. An estimate: where it is wrong, the frame scrolls.

use crate::{
    body,
    body::Wish,
    html::{Token, Tokens, attributes, facts, strip_prefix_ignoring_case},
    limits, mime,
    mime::Part,
};
use model::{FrameHeight, FrameHeights};

/// Heights in rem. `style/letter.css` has a rule for each (a test compares).
pub const STEPS: [u16; 16] = [8, 11, 14, 18, 23, 29, 36, 45, 56, 70, 88, 110, 138, 172, 215, 270];

/// Characters of a line, at a desk and on a phone.
const LINE: [usize; 2] = [112, 40];
/// Room for pictures across, px.
const ACROSS: [f32; 2] = [900.0, 320.0];
/// Height of a line, and of the space around the text, in rem.
const LINE_REM: f32 = 1.5;
const AROUND_REM: f32 = 2.5;
/// A picture of unknown size, and the tallest that is believed, px.
const SOME_PICTURE: f32 = 160.0;
const TALLEST: f32 = 2_000.0;

/// Heights of a letter in each of its forms.
pub(crate) fn of(root: &Part<'_>, text: &str) -> FrameHeights {
    let mut page = String::new();
    let (mut own, mut remote, mut held) = ([0.0; 2], [0.0; 2], 0);
    let mut has_html = false;
    for part in body::pieces(root, Wish::Html) {
        let decoded = body::text(part);
        if !body::is_html(part) {
            page.push_str(&decoded.text);
            continue;
        }
        has_html = true;
        let source = crate::clean::start(&decoded.text, limits::HTML_OCTETS);
        page.push_str(&facts(source, true).text);
        for picture in Tokens::new(source).filter_map(picture).take(limits::PICTURES) {
            if picture.remote {
                held += 1;
                add(&mut remote, &picture);
            } else {
                add(&mut own, &picture);
            }
        }
    }
    let plain = lines(text);
    if !has_html {
        let height = frame(plain, [0.0; 2]);
        return FrameHeights { text: height, html: height, pictures: height };
    }
    let words = lines(&page);
    let held = [px_of_lines(held) / 2.0; 2];
    FrameHeights {
        text: frame(plain, [0.0; 2]),
        html: frame(words, [own[0] + held[0], own[1] + held[1]]),
        pictures: frame(words, [own[0] + remote[0], own[1] + remote[1]]),
    }
}

/// Heights of octets shown as text.
pub(crate) fn of_text(raw: &[u8]) -> FrameHeights {
    let height = frame(lines(&String::from_utf8_lossy(&raw[..raw.len().min(limits::TEXT_OCTETS)])), [0.0; 2]);
    FrameHeights { text: height, html: height, pictures: height }
}

struct Picture {
    remote: bool,
    width: Option<f32>,
    height: Option<f32>,
}

fn picture(token: Token<'_>) -> Option<Picture> {
    let Token::Open { name, attributes: text } = token else { return None };
    if name != "img" {
        return None;
    }
    let list = attributes(text);
    let value = |wanted: &str| list.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim());
    let px = |wanted: &str| value(wanted).and_then(|value| value.trim_end_matches("px").parse::<f32>().ok()).filter(|px| *px >= 0.0);
    let source = value("src")?;
    let own = ["cid:", "data:"].iter().any(|start| strip_prefix_ignoring_case(source, start).is_some());
    Some(Picture { remote: !own, width: px("width"), height: px("height") })
}

fn add(sum: &mut [f32; 2], picture: &Picture) {
    for (sum, across) in sum.iter_mut().zip(ACROSS) {
        let height = picture.height.unwrap_or(SOME_PICTURE);
        // A picture wider than the frame is drawn smaller, with its shape kept.
        let shrink = picture.width.filter(|width| *width > across).map_or(1.0, |width| across / width);
        *sum += (height * shrink).min(TALLEST);
    }
}

/// Lines as they will be broken at a desk and on a phone.
fn lines(text: &str) -> [usize; 2] {
    let mut sum = [0; 2];
    for line in text.trim_end().split('\n') {
        let characters = line.chars().count();
        for (sum, width) in sum.iter_mut().zip(LINE) {
            *sum += characters.div_ceil(width).max(1);
        }
    }
    sum
}

fn px_of_lines(lines: usize) -> f32 {
    lines as f32 * LINE_REM * 16.0
}

fn frame(lines: [usize; 2], pictures: [f32; 2]) -> FrameHeight {
    let step = |at: usize| {
        let rem = AROUND_REM + (px_of_lines(lines[at]) + pictures[at]) / 16.0;
        let found = STEPS.iter().position(|step| f32::from(*step) >= rem).unwrap_or(STEPS.len() - 1);
        u8::try_from(found).unwrap_or(u8::MAX)
    };
    FrameHeight { wide: step(0), narrow: step(1) }
}

/// Heights of a letter by its octets.
pub fn heights(raw: &[u8]) -> FrameHeights {
    std::panic::catch_unwind(|| {
        let raw = mime::with_line_feeds(raw);
        let tree = mime::parse(&raw, 0);
        let words = body::words(&tree.root);
        of(&tree.root, &words.text)
    })
    .unwrap_or_else(|_| of_text(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(page: &str) -> (u8, u8) {
        let heights = heights(format!("Content-Type: text/html\n\n{page}").as_bytes());
        (heights.html.wide, heights.html.narrow)
    }

    #[test]
    fn longer_letters_get_taller_frames_and_narrow_ones_taller_still() {
        let short = steps("<p>Hello</p>");
        assert_eq!(short, (0, 0));
        let long = steps(&"<p>A sentence that is long enough to be broken on a telephone and not at a desk.</p>".repeat(20));
        assert!(long.0 > short.0 && long.1 > long.0, "{long:?}");
        let endless = steps(&"<p>word</p>".repeat(100_000));
        assert_eq!(endless, (15, 15));
    }

    #[test]
    fn pictures_count_as_tall_as_they_say_or_as_they_will_be_drawn() {
        let (wide, narrow) = steps("<img src=cid:a width=1800 height=1800>");
        assert!(STEPS[usize::from(wide)] >= 56 && STEPS[usize::from(narrow)] <= 29, "{wide} {narrow}");
        let raw = b"Content-Type: text/html\n\n<img src=https://x.example/a.png height=900>";
        let heights = heights(raw);
        assert!(heights.pictures.wide > heights.html.wide);
        assert_eq!(heights.text.wide, 0);
    }

    #[test]
    fn the_style_sheet_knows_every_step() {
        let sheet = include_str!("../../../../../style/letter.css");
        for (at, rem) in STEPS.iter().enumerate() {
            for side in ["wide", "narrow"] {
                let rule = format!("iframe[data-{side}=\"{at}\"] {{ block-size: {rem}rem; }}");
                assert!(sheet.contains(&rule), "{rule}");
            }
        }
    }
}
