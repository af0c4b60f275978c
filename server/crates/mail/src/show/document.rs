//! The frame's document around a letter: nothing but a style, and the letter.

/// Which sheet a letter is written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sheet {
    /// Follows the reader's light or dark choice.
    Any,
    /// The letter sets colours of its own and supposes white paper.
    White,
}

const STYLE: &str = "\
html{color-scheme:light dark}\
body{margin:0;padding:1rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere;background:Canvas;color:CanvasText}\
.white{color-scheme:light;background:#fff;color:#1b1b1b}\
.plain{white-space:pre-wrap}\
.quoted{color:#5c6670}\
@media (prefers-color-scheme:dark){.quoted{color:#a7b0b9}}\
a{color:LinkText}\
img{max-width:100%;height:auto}\
table{max-width:100%}\
pre{white-space:pre-wrap}\
blockquote{margin:0 0 0 .25rem;padding-left:.75rem;border-left:2px solid #8a949e}\
img.held-back{display:inline-block;min-width:1rem;min-height:1rem;padding:.125rem .375rem;border:1px dashed #8a949e;font-size:.875rem}\
.true-host{font-weight:bold;color:#b3261e;background:#fff}\
.envelope{margin:0 0 1.5rem;padding:0 0 1rem;border-bottom:1px solid #8a949e}\
.envelope h1{margin:0 0 .75rem;font-size:1.375rem;line-height:1.25}\
.envelope dl{margin:0}\
.envelope dl div{display:flex;gap:.75rem}\
.envelope dt{flex:0 0 5rem;font-weight:600}\
.envelope dd{margin:0}\
@media print{body{padding:0}a{color:inherit}.held-back{display:none}}\
.note{border:1px solid #8a949e;padding:.5rem .75rem;margin:0 0 1rem}";

/// A full document; `inside` must be clean.
pub(crate) fn around(inside: &str, sheet: Sheet) -> String {
    let class = if sheet == Sheet::White { " class=\"white\"" } else { "" };
    format!(
        "<!doctype html>\n<html{class}><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title></title><style>{STYLE}</style></head><body{class}>{inside}</body></html>\n"
    )
}

/// What stands above a letter that is printed or read alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// Subject.
    pub subject: String,
    /// "From" and who, "Date" and when: in their order.
    pub lines: Vec<(String, String)>,
}

/// The document with a heading at its top, and its title.
pub(crate) fn headed(document: &str, heading: &Heading) -> String {
    let Some((before, rest)) = document.split_once("<title></title>") else { return document.to_owned() };
    let Some((style, rest)) = rest.split_once("<body") else { return document.to_owned() };
    let Some((attributes, inside)) = rest.split_once('>') else { return document.to_owned() };
    let mut page = String::with_capacity(document.len() + 1_024);
    page.push_str(before);
    page.push_str("<title>");
    escape(&heading.subject, &mut page);
    page.push_str("</title>");
    page.push_str(style);
    page.push_str(&format!("<body{attributes}><header class=\"envelope\"><h1>"));
    escape(&heading.subject, &mut page);
    page.push_str("</h1><dl>");
    for (name, value) in &heading.lines {
        page.push_str("<div><dt>");
        escape(name, &mut page);
        page.push_str("</dt><dd>");
        escape(value, &mut page);
        page.push_str("</dd></div>");
    }
    page.push_str("</dl></header>");
    page.push_str(inside);
    page
}

/// Escapes text for element content and quoted attributes.
pub(crate) fn escape(text: &str, page: &mut String) {
    for c in text.chars() {
        match c {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            c => page.push(c),
        }
    }
}
