//! The small rich text that people write: bold, italics, underlining, lists, links, quotes. Nothing else survives, whatever was pasted.
//!
//! Must never: let anything through that was not judged by the cleaner. What comes out is put into our own page, where the writer goes on
//! with it.

use super::words;
use crate::html::{Token, Tokens, attributes, entities, facts, is_block};
use crate::{clean, limits, show};
use ammonia::{Builder, UrlRelative};
use std::collections::{HashMap, HashSet};

/// A letter with formatting in which nothing is written yet.
pub const BLANK: &str = "<div><br></div>";
/// Elements that are kept.
const KEPT: [&str; 13] = ["p", "div", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "a", "blockquote"];
/// Elements that say nothing which plain text cannot say.
const PLAIN: [&str; 4] = ["p", "div", "br", "blockquote"];
/// Elements within each other; a page that nests deeper is taken for its words.
const DEEPEST: usize = 100;
/// Quotes within quotes; marks beyond are words.
const QUOTES: usize = 20;

/// Rich text as it may be kept, shown in the editor, and sent; empty where there are no words.
pub fn rich(typed: &str) -> String {
    let page = clean::start(typed, limits::HTML_OCTETS);
    let cleaned = match in_lines(page) {
        Some(page) => judged(&page),
        None => judged(&as_rich(&facts(page, true).text)),
    };
    if words::as_text(&cleaned).trim().is_empty() { String::new() } else { cleaned }
}

/// What the cleaner leaves: the last word about every element and attribute.
fn judged(page: &str) -> String {
    let mut builder = Builder::empty();
    builder
        .add_tags(KEPT)
        .add_clean_content_tags(["script", "style", "title", "head"])
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .strip_comments(true);
    clean::text(&builder.clean(page).to_string())
}

/// The page with no more than the elements that are kept. Other blocks become lines and cells stand apart: their words would run into each
/// other where the cleaner takes their tags away. `None` where it nests too deep.
fn in_lines(page: &str) -> Option<String> {
    let mut out = String::with_capacity(page.len());
    let (mut depth, mut verbatim) = (0_usize, 0_usize);
    for token in Tokens::new(page) {
        match token {
            // Beside a tag that is left out, a sign that opens none could come to open one.
            Token::Text("<") => out.push_str("&lt;"),
            Token::Text(text) if verbatim > 0 => out.push_str(&text.replace("\r\n", "\n").replace('\n', "<br>")),
            Token::Text(text) => out.push_str(text),
            Token::Open { name, attributes: given } => {
                verbatim += usize::from(name == "pre");
                opened(&name, given, &mut out);
                depth += usize::from(nests(&name));
                if depth > DEEPEST {
                    return None;
                }
            }
            Token::Close { name } => {
                verbatim = verbatim.saturating_sub(usize::from(name == "pre"));
                depth = depth.saturating_sub(usize::from(nests(&name)));
                match name.as_str() {
                    "br" | "hr" => {}
                    name if KEPT.contains(&name) => out.push_str(&format!("</{name}>")),
                    name if is_block(name) => out.push_str("</div>"),
                    _ => {}
                }
            }
        }
    }
    Some(out)
}

/// Whether elements of this name stand within each other; paragraphs and items end where the next one begins.
fn nests(name: &str) -> bool {
    !matches!(name, "br" | "hr" | "p" | "li") && (KEPT.contains(&name) || is_block(name))
}

fn opened(name: &str, given: &str, out: &mut String) {
    match name {
        // Some writers wrap a whole page in bold that is none.
        "b" | "strong" | "i" | "em" if is_none(given) => {}
        "a" => {
            let href = attributes(given).into_iter().find(|(name, _)| name == "href").map(|(_, value)| entities(value).into_owned());
            out.push_str("<a href=\"");
            show::escape(href.unwrap_or_default().trim(), out);
            out.push_str("\">");
        }
        "td" | "th" => out.push(' '),
        "hr" => out.push_str("<br>"),
        name if KEPT.contains(&name) => out.push_str(&format!("<{name}>")),
        name if is_block(name) => out.push_str("<div>"),
        _ => {}
    }
}

/// Whether the element's own style takes its meaning away.
fn is_none(given: &str) -> bool {
    attributes(given).iter().any(|(name, value)| {
        let style: String = value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        name == "style" && ["font-weight:normal", "font-weight:400", "font-style:normal"].iter().any(|none| style.contains(none))
    })
}

/// Whether plain text says all that this says.
pub fn is_plain(rich: &str) -> bool {
    Tokens::new(rich).all(|token| !matches!(token, Token::Open { name, .. } if !PLAIN.contains(&name.as_str())))
}

/// Plain text as rich text, to go on with in the editor: a line each, what is quoted as a quote.
pub fn as_rich(text: &str) -> String {
    let mut page = String::with_capacity(text.len() + text.len() / 4);
    let mut depth: usize = 0;
    for line in clean::text(text).lines() {
        let (deep, words) = unquoted(line);
        page.push_str(&"</blockquote>".repeat(depth.saturating_sub(deep)));
        page.push_str(&"<blockquote>".repeat(deep.saturating_sub(depth)));
        depth = deep;
        page.push_str("<div>");
        if words.trim().is_empty() {
            page.push_str("<br>");
        } else {
            spaced(words.trim_end(), &mut page);
        }
        page.push_str("</div>");
    }
    page.push_str(&"</blockquote>".repeat(depth));
    page
}

/// How deep a line is quoted, and what it says.
fn unquoted(line: &str) -> (usize, &str) {
    let (mut depth, mut rest) = (0, line);
    while depth < QUOTES {
        let Some(after) = rest.strip_prefix('>').or_else(|| rest.strip_prefix(" >").filter(|_| depth > 0)) else { break };
        (depth, rest) = (depth + 1, after);
    }
    (depth, if depth > 0 { rest.strip_prefix(' ').unwrap_or(rest) } else { rest })
}

/// Words in which every blank counts: pages show several as one.
fn spaced(words: &str, page: &mut String) {
    let mut escaped = String::with_capacity(words.len());
    show::escape(words, &mut escaped);
    let mut after_blank = true;
    for c in escaped.chars() {
        match c {
            ' ' if after_blank => page.push_str("&nbsp;"),
            '\t' => page.push_str("&nbsp;&nbsp; "),
            c => page.push(c),
        }
        after_blank = matches!(c, ' ' | '\t');
    }
}

#[cfg(test)]
mod tests {
    use super::words::as_text;
    use super::*;

    // RELIABILITY §3.3: what is pasted is a stranger's.
    #[test]
    fn nothing_but_small_rich_text_survives() {
        for (typed, kept) in [
            ("<p>Dear <b>Ada</b>, <i>yes</i>, <u>no</u>.</p>", "<p>Dear <b>Ada</b>, <i>yes</i>, <u>no</u>.</p>"),
            ("<ul><li>one<li>two</ul>", "<ul><li>one</li><li>two</li></ul>"),
            ("<a href=\"https://x.example/\" onclick=\"x()\" style=\"color:red\">x</a>", "<a href=\"https://x.example/\">x</a>"),
            ("<script>alert(1)</script>a<style>b{}</style>", "a"),
            ("<img src=x onerror=alert(1)>a", "a"),
            ("<h1>Title</h1><h2>More</h2>", "<div>Title</div><div>More</div>"),
            ("<table><tr><td>one</td><td>two</td></tr><tr><td>three</table>", "<div><div> one two</div><div> three</div></div>"),
            ("<pre>one\n two</pre>", "<div>one<br> two</div>"),
            ("<b style=\"font-weight: normal\"><p>all <b>some</b></p></b>", "<p>all <b>some</b></p>"),
            ("<p><br></p>", ""),
            ("", ""),
        ] {
            let cleaned = rich(typed);
            assert_eq!(cleaned, kept, "{typed}");
            assert_eq!(rich(&cleaned), cleaned, "kept text stays: {kept}");
        }
    }

    // RELIABILITY §3.3: whatever is posted or pasted, nothing that runs, loads or hides reaches the page.
    #[test]
    fn hostile_pages_come_out_harmless() {
        let hostile = [
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=\" java\tscript:alert(1)\">x</a>",
            "<a href=\"&#106;avascript:alert(1)\">x</a>",
            "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
            "<a href=\"vbscript:x\">x</a><a href=\"//evil.example\">y</a><a href=\"/settings\">z</a>",
            "<a href='https://x.example/\"onmouseover=\"alert(1)'>x</a>",
            "<svg><script>alert(1)</script></svg>x<svg/onload=alert(1)>",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">x",
            "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>x",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">x",
            "<<x>script>alert(1)</<x>script>x",
            "<scr<script>ipt>alert(1)</scr</script>ipt>x",
            "<p style=\"background:url(https://evil.example)\" class=button id=main contenteditable=false>x</p>",
            "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe><object data=x></object><embed src=x>x",
            "<form action=/api/session/sign-out method=post><button name=intent value=send>x</button><input name=form[to]></form>",
            "<textarea>x</textarea><b>x</textarea><script>alert(1)</script>",
            "<base href=https://evil.example><meta http-equiv=refresh content=0><link rel=stylesheet href=x>x",
            "<details open ontoggle=alert(1)><summary>x</summary></details>",
            "<div><!-- --!><script>alert(1)</script> -->x</div><![CDATA[<script>alert(1)</script>]]>",
            "<template><script>alert(1)</script></template><video><source onerror=alert(1)></video>x",
            "<img src=`x`onerror=alert(1)>x<b/onclick=alert(1)>y</b>",
        ];
        for page in hostile {
            let cleaned = rich(page);
            let lower = cleaned.to_lowercase();
            for token in Tokens::new(&cleaned) {
                if let Token::Open { name, attributes: given } = token {
                    assert!(KEPT.contains(&name.as_str()), "{page}: {cleaned}");
                    for (attribute, value) in attributes(given) {
                        assert_eq!((name.as_str(), attribute.as_str()), ("a", "href"), "{page}: {cleaned}");
                        let good = ["http://", "https://", "mailto:", "tel:"].iter().any(|start| value.starts_with(start));
                        assert!(good, "{page}: {cleaned}");
                    }
                }
            }
            assert!(!lower.contains("<script") && !lower.contains("</textarea"), "{page}: {cleaned}");
            assert_eq!(rich(&cleaned), cleaned, "{page}");
        }
    }

    #[test]
    fn pages_that_nest_without_end_are_taken_for_their_words() {
        for n in [10, 100, 10_000, 150_000] {
            let page = format!("{}deep", "<blockquote>".repeat(n));
            let cleaned = rich(&page);
            assert!(cleaned.contains("deep"), "{n}");
            assert!(cleaned.matches("<blockquote>").count() <= DEEPEST, "{n}");
        }
        assert!(as_rich(&">".repeat(1000)).matches("<blockquote>").count() <= QUOTES);
    }

    // FC-20: to formatting and back, nothing that plain text says is lost.
    #[test]
    fn plain_text_goes_to_formatting_and_back_without_loss() {
        for text in [
            "Dear Ada,\n\nyes & <no>.\n\n\nBen\n",
            "\n\nAda Lovelace\nAdviser\n",
            "\n\nAda\n\nOn 3 May 2024, Ada wrote:\n> Dear Ben,\n>\n> yes.\n>> old\n>> older\n> Ada\nand on\n",
            "  indented   wide\n\tx\n",
            "- one\n- two\n1. three\n",
            "---------- Forwarded letter ----------\nFrom: Ada <ada@x.example>\n\nHello\n",
        ] {
            let page = as_rich(text);
            assert_eq!(as_text(&page), text.replace('\t', "   "), "{page}");
            assert_eq!(rich(&page), page, "the cleaner leaves it as it is");
            assert!(is_plain(&page), "{page}");
        }
        assert_eq!(as_text(&as_rich("> > x\n")), ">> x\n");
        assert_eq!(as_rich(""), "");
    }

    #[test]
    fn what_plain_text_cannot_say_is_known() {
        for (page, plain) in [
            ("<div>a<br></div><blockquote><p>b</p></blockquote>", true),
            ("<div><b>a</b></div>", false),
            ("<ul><li>a</li></ul>", false),
            ("<a href=\"https://x.example/\">x</a>", false),
            (BLANK, true),
        ] {
            assert_eq!(is_plain(page), plain, "{page}");
        }
    }
}
