//! The elements a letter may be laid out with, and how they nest. All of them are the cleaner's defaults (ammonia),
//! less those that a letter does not need.

/// Elements that are kept.
pub(crate) const KEPT: [&str; 62] = [
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "tt",
    "u",
    "ul",
];

/// The element to use for one a letter names: itself, a stand-in, or none (its content stays).
pub(crate) fn stand_in(name: &str) -> Option<&'static str> {
    let name = match name {
        "font" | "var" | "time" | "acronym" | "big" | "nobr" | "label" => "span",
        "thead" | "tfoot" => "tbody",
        "main" | "section" | "nav" | "hgroup" | "address" | "form" | "fieldset" | "legend" => "div",
        "dir" | "menu" => "ul",
        "image" => "img",
        name => name,
    };
    KEPT.into_iter().find(|kept| *kept == name)
}

pub(crate) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img")
}

/// Table, and what stands directly in it.
pub(crate) fn is_table_part(name: &str) -> bool {
    matches!(name, "tbody" | "tr" | "td" | "th" | "caption")
}

/// Elements that end an open paragraph.
pub(crate) fn ends_paragraph(name: &str) -> bool {
    super::facts::is_block(name)
}
