//! Fields of a rendered page: what stands in no form is typed, and never arrives.

/// Fields with a name that stand outside of every form and name none (`form="…"`), or one that the page has not.
pub fn strays(page: &str) -> Vec<String> {
    let (mut strays, mut inside, mut rest) = (Vec::new(), false, page);
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = from(rest, "-->");
            continue;
        }
        let tag = &rest[..length_of(rest)];
        rest = &rest[tag.len()..];
        let name = tag[1..].split(|c: char| c.is_ascii_whitespace() || c == '>').next().unwrap();
        match name {
            "form" => inside = true,
            "/form" => inside = false,
            "input" | "select" | "textarea" | "button" if !inside && tag.contains(" name=") && !is_claimed(page, tag) => {
                strays.push(tag.to_owned());
            }
            _ => {}
        }
        // What stands in these is no markup.
        if matches!(name, "script" | "style" | "textarea" | "title") {
            rest = from(rest, &format!("</{name}"));
        }
    }
    strays
}

/// A form elsewhere on the page sends it.
fn is_claimed(page: &str, tag: &str) -> bool {
    let form = tag.split_once(" form=\"").and_then(|(_, rest)| rest.split_once('"'));
    form.is_some_and(|(form, _)| page.split("<form").skip(1).any(|other| other[..length_of(other)].contains(&format!(" id=\"{form}\""))))
}

fn from<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end).map_or("", |at| &text[at..])
}

/// To the end of a tag; not to what a value has between quotation marks.
fn length_of(tag: &str) -> usize {
    let mut quoted = None;
    for (at, c) in tag.char_indices() {
        match quoted {
            Some(mark) if mark == c => quoted = None,
            None if c == '"' || c == '\'' => quoted = Some(c),
            None if c == '>' => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

#[test]
fn a_field_outside_of_every_form_is_found() {
    let page = "<script>var x = '<input name=\"no\">';</script><!-- it's <input name=\"no\"> --><input id=\"nameless\">\
                <form id=\"one\" title=\"a > b\"><input name=\"yes\"><textarea name=\"words\"></form><input name=\"no\"></textarea></form>\
                <input name=\"yes\" form=\"one\"><select name=\"stray\"></select><button name=\"lost\" form=\"two\">";
    assert_eq!(strays(page), ["<select name=\"stray\">", "<button name=\"lost\" form=\"two\">"]);
}
