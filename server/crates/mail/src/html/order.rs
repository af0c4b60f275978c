//! A page rewritten so that it nests properly, holds only harmless elements and attributes, and is not too deep.
//!
//! Why, when a cleaner follows: HTML's own rules for pages that nest badly can make a page a thousand times larger in
//! memory than on the wire (formatting is opened again in every block), or very deep. A page in order cannot. Here also
//! stands what needs to know the link around a text: the true host. Safety does not rest on this: the cleaner judges
//! everything again.

use super::{elements, entities, is_remote, strip_prefix_ignoring_case, tokens};
use crate::{clean, limits, show::link, show::style};
use tokens::{Token, Tokens};

/// Octets of a link's text that are compared with where it leads.
const VISIBLE: usize = 20_000;

/// A page in order.
#[derive(Debug, Default)]
pub(crate) struct Ordered {
    pub page: String,
    /// Far too deep: better shown as text.
    pub too_deep: bool,
    /// Far too many elements: the rest is missing.
    pub cut: bool,
    /// Something from the network was left out.
    pub held_back: bool,
    /// The letter chose colours, which suppose a white sheet.
    pub colours: bool,
}

/// Which pictures may be shown.
pub(crate) trait Pictures {
    /// The name by which the cleaner knows the picture behind a `cid:` or `data:` address.
    fn own(&mut self, address: &str) -> Option<String>;
    /// Whether pictures may come from the network.
    fn remote(&self) -> bool;
}

/// Puts a page in order.
pub(crate) fn order(page: &str, pictures: &mut dyn Pictures) -> Ordered {
    let page = clean::text(clean::start(page, limits::HTML_OCTETS));
    let mut work = Work { done: Ordered::default(), open: Vec::new(), elements: 0, dropped: 0, links: Vec::new(), pictures };
    work.done.held_back = super::facts::style_loads(&page) && !work.pictures.remote();
    for token in Tokens::new(&page) {
        match token {
            Token::Text(text) => work.text(text),
            Token::Open { name, attributes } => work.open(&name, attributes),
            Token::Close { name } => {
                if let Some(name) = elements::stand_in(&name).filter(|name| !elements::is_void(name)) {
                    work.close(name);
                }
            }
        }
        if work.dropped > limits::HTML_TOO_DEEP {
            work.done.too_deep = true;
            break;
        }
        if work.elements > limits::HTML_ELEMENTS {
            work.done.cut = true;
            break;
        }
    }
    work.close_down_to(0);
    work.done
}

struct Work<'p> {
    done: Ordered,
    open: Vec<&'static str>,
    elements: usize,
    dropped: usize,
    /// Address and visible text of the open links, outermost first.
    links: Vec<(Option<String>, String)>,
    pictures: &'p mut dyn Pictures,
}

impl Work<'_> {
    fn text(&mut self, text: &str) {
        // Character references cost the cleaner about as much as elements.
        self.elements += text.bytes().filter(|b| matches!(b, b'&' | b'<')).count();
        if text.trim().is_empty() {
            if !self.in_table_outside_cells() {
                self.done.page.push_str(text);
            }
            return;
        }
        self.cell_if_needed();
        for (_, visible) in self.links.iter_mut().filter(|(_, visible)| visible.len() < VISIBLE) {
            visible.push_str(&entities(text));
        }
        push_escaped(&mut self.done.page, text);
    }

    fn open(&mut self, written: &str, attributes: &str) {
        if written == "body" {
            self.done.colours |=
                tokens::attributes(attributes).iter().any(|(name, _)| matches!(name.as_str(), "bgcolor" | "text" | "style"));
        }
        let Some(name) = elements::stand_in(written) else { return };
        if !self.make_room(name) {
            return;
        }
        if self.open.len() >= limits::HTML_DEPTH && !elements::is_void(name) {
            self.dropped += 1;
            return;
        }
        self.elements += 1;
        let start = self.done.page.len();
        self.done.page.push('<');
        self.done.page.push_str(name);
        let href = self.attributes(name, written, attributes);
        if name == "img" && !self.done.page[start..].contains(" src=") && !self.done.page[start..].contains(" class=") {
            self.done.page.truncate(start);
            return;
        }
        self.done.page.push('>');
        if !elements::is_void(name) {
            self.open.push(name);
        }
        if name == "a" {
            self.links.push((href, String::new()));
        }
    }

    /// Ends what the new element ends by standing there; false when it may not stand there at all.
    fn make_room(&mut self, name: &str) -> bool {
        match name {
            "tbody" | "caption" => return self.back_to(&["table"]),
            "tr" => return self.back_to(&["tbody", "table"]),
            "td" | "th" => {
                if !self.back_to(&["tr", "tbody", "table"]) {
                    return false;
                }
                if self.open.last() != Some(&"tr") {
                    self.push_plain("tr");
                }
                return true;
            }
            _ => {}
        }
        self.cell_if_needed();
        if elements::ends_paragraph(name) {
            self.close("p");
        }
        match name {
            "li" => self.close_item(&["li"], &["ul", "ol"]),
            "dd" | "dt" => self.close_item(&["dd", "dt"], &["dl"]),
            "a" => self.close("a"),
            _ => {}
        }
        true
    }

    /// Closes down to the nearest of these, which stays open; false when none is open inside the nearest table.
    fn back_to(&mut self, names: &[&str]) -> bool {
        let table = self.open.iter().rposition(|open| *open == "table");
        let Some(table) = table else { return false };
        let found = self.open.iter().rposition(|open| names.contains(open)).filter(|at| *at >= table);
        found.inspect(|at| self.close_down_to(at + 1)).is_some()
    }

    fn close_item(&mut self, items: &[&str], lists: &[&str]) {
        let inner = self.open.iter().rposition(|open| items.contains(open));
        let border = self.open.iter().rposition(|open| lists.contains(open) || elements::is_table_part(open) || *open == "table");
        if let Some(at) = inner.filter(|at| border.is_none_or(|border| *at > border)) {
            self.close_down_to(at);
        }
    }

    /// Closes the nearest open element of that name and all in it; nothing when there is none in this cell.
    fn close(&mut self, name: &str) {
        let found = self.open.iter().rposition(|open| *open == name);
        let border = self.open.iter().rposition(|open| match name {
            "table" => false,
            name if elements::is_table_part(name) => *open == "table",
            _ => *open == "table" || elements::is_table_part(open),
        });
        if let Some(at) = found.filter(|at| border.is_none_or(|border| *at > border)) {
            self.close_down_to(at);
        }
    }

    fn close_down_to(&mut self, length: usize) {
        while self.open.len() > length {
            let Some(name) = self.open.pop() else { break };
            self.done.page.push_str("</");
            self.done.page.push_str(name);
            self.done.page.push('>');
            if name == "a" {
                self.true_host();
            }
        }
    }

    /// After a link whose text names another host than it leads to: the true one.
    fn true_host(&mut self) {
        if let Some(host) = self.links.pop().and_then(|(href, visible)| link::host_to_tell(&href?, &visible)) {
            self.done.page.push_str("<span class=\"true-host\"> [");
            push_escaped(&mut self.done.page, &host);
            self.done.page.push_str("]</span>");
        }
    }

    fn in_table_outside_cells(&self) -> bool {
        matches!(self.open.last(), Some(&"table" | &"tbody" | &"tr"))
    }

    /// Content directly in a table gets a cell, since browsers would move it out of the table.
    fn cell_if_needed(&mut self) {
        if self.in_table_outside_cells() {
            if self.open.last() != Some(&"tr") {
                self.push_plain("tr");
            }
            self.push_plain("td");
        }
    }

    fn push_plain(&mut self, name: &'static str) {
        self.done.page.push('<');
        self.done.page.push_str(name);
        self.done.page.push('>');
        self.open.push(name);
    }

    /// Writes the attributes that may stay; answers where a link leads.
    fn attributes(&mut self, name: &str, written: &str, text: &str) -> Option<String> {
        let mut href = None;
        let mut css = String::new();
        for (key, value) in tokens::attributes(text) {
            let value = entities(value);
            match (name, key.as_str()) {
                (_, "style") => css.push_str(&style::clean(&value).unwrap_or_default()),
                (_, "color") if written == "font" => css.push_str(&style::clean(&format!("color:{value}")).unwrap_or_default()),
                ("a", "href") => {
                    let target = link::target(&value);
                    if let Some(target) = &target {
                        self.attribute("href", target);
                    }
                    href = target;
                }
                ("img", "src") => self.picture(&value),
                (_, "background") => self.done.held_back |= is_remote(&value) && !self.pictures.remote(),
                _ if is_kept(name, &key) => {
                    self.done.colours |= key == "bgcolor";
                    self.attribute(&key, &value);
                }
                _ => {}
            }
        }
        if text.contains("url(") && css_loads(text) && !self.pictures.remote() {
            self.done.held_back = true;
        }
        if !css.is_empty() {
            self.done.colours |= style::has_colour(&css);
            self.attribute("style", &css);
        }
        href
    }

    fn picture(&mut self, address: &str) {
        let address = address.trim();
        if strip_prefix_ignoring_case(address, "cid:").is_some() || strip_prefix_ignoring_case(address, "data:").is_some() {
            if let Some(own) = self.pictures.own(address) {
                self.attribute("src", &own);
            }
        } else if is_remote(address) {
            if self.pictures.remote() {
                let address = if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() };
                self.attribute("src", &address);
            } else {
                self.done.held_back = true;
                self.attribute("class", "held-back");
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let page = &mut self.done.page;
        page.push(' ');
        page.push_str(name);
        page.push_str("=\"");
        for c in value.chars() {
            match c {
                '"' => page.push_str("&quot;"),
                '&' => page.push_str("&amp;"),
                '<' => page.push_str("&lt;"),
                '>' => page.push_str("&gt;"),
                c => page.push(c),
            }
        }
        page.push('"');
    }
}

fn css_loads(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("http") || text.contains("//")
}

fn is_kept(element: &str, name: &str) -> bool {
    match name {
        "dir" | "lang" | "title" | "align" => true,
        "alt" => element == "img",
        "width" | "height" => matches!(element, "img" | "table" | "td" | "th"),
        "bgcolor" | "valign" => matches!(element, "table" | "tbody" | "tr" | "td" | "th"),
        "colspan" | "rowspan" => matches!(element, "td" | "th"),
        "border" | "cellpadding" | "cellspacing" => element == "table",
        "start" => element == "ol",
        _ => false,
    }
}

/// Text as written, but for what could open a tag.
fn push_escaped(page: &mut String, text: &str) {
    for (at, piece) in text.split('<').enumerate() {
        if at > 0 {
            page.push_str("&lt;");
        }
        page.push_str(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct None_;
    impl Pictures for None_ {
        fn own(&mut self, _: &str) -> Option<String> {
            None
        }
        fn remote(&self) -> bool {
            false
        }
    }

    fn page(html: &str) -> String {
        order(html, &mut None_).page
    }

    #[test]
    fn bad_nesting_is_put_in_order() {
        for (html, ordered) in [
            ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
            ("<p>a<p>b", "<p>a</p><p>b</p>"),
            ("<p><b>a<div>b</div>", "<p><b>a</b></p><div>b</div>"),
            ("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
            ("<table><td>a<td>b<tr><td>c</table>d", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d"),
            ("<table>loose<tr><td>a</table>", "<table><tr><td>loose</td></tr><tr><td>a</td></tr></table>"),
            ("<b><table><td></b>x</table>", "<b><table><tr><td>x</td></tr></table></b>"),
            ("<td>x</td>", "x"),
            ("</div></p>x", "x"),
            (
                "<a href=https://a.example>1<a href=https://b.example>2",
                "<a href=\"https://a.example\">1</a><a href=\"https://b.example\">2</a>",
            ),
            ("<font color=red>x</font>", "<span style=\"color:red;\">x</span>"),
            ("<form><input><button>x</button></form>", "<div>x</div>"),
            ("<div onclick=x() id=y class=z title='a\"b<'>t</div>", "<div title=\"a&quot;b&lt;\">t</div>"),
            ("<svg><script>x</script><b>y", "<b>y</b>"),
            ("1 < 2 &lt; 3", "1 &lt; 2 &lt; 3"),
        ] {
            assert_eq!(page(html), ordered, "{html}");
        }
    }

    #[test]
    fn depth_is_bounded_and_the_words_stay() {
        let ordered = order(&format!("{}x", "<div>".repeat(1_000)), &mut None_);
        assert!(!ordered.too_deep && ordered.page.contains('x'));
        assert_eq!(ordered.page.matches("<div>").count(), limits::HTML_DEPTH);
        assert!(order(&"<div>".repeat(1_000_000), &mut None_).too_deep);
    }
}
