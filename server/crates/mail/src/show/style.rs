//! `style` attributes of strangers: a short list of properties, values without any way to load or cover something.
//!
//! Must never let through: `url(`, escapes, comments, variables, positions, anything that leaves the letter's box.

/// Properties that may stay.
const KEPT: [&str; 54] = [
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "clear",
    "color",
    "display",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "vertical-align",
    "white-space",
    "width",
];
/// Octets of one attribute looked at.
const LONGEST: usize = 4_000;

/// The harmless declarations of a `style` attribute, or `None` when none is left.
pub(crate) fn clean(css: &str) -> Option<String> {
    let css = crate::clean::start(css, LONGEST).to_ascii_lowercase();
    if css.contains(['\\', '@', '<', '{', '}']) || css.contains("/*") {
        return None;
    }
    let mut out = String::new();
    for declaration in css.split(';') {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let value = value.split('!').next().unwrap_or_default().trim();
        let name = match name.trim() {
            "background" => "background-color",
            name => name,
        };
        if KEPT.contains(&name) && is_harmless(name, value) {
            out.push_str(name);
            out.push(':');
            out.push_str(value);
            out.push(';');
        }
    }
    (!out.is_empty()).then_some(out)
}

fn is_harmless(name: &str, value: &str) -> bool {
    let letters =
        value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '#' | '.' | ',' | '%' | '-' | '+' | '(' | ')' | '\'' | '"'));
    let quotes = value.matches('"').count().is_multiple_of(2) && value.matches('\'').count().is_multiple_of(2);
    !value.is_empty() && value.len() < 200 && letters && quotes && only_colour_functions(value) && fits(name, value)
}

/// The only functions are colours: `rgb(…)`, `rgba(…)`, `hsl(…)`, `hsla(…)`.
fn only_colour_functions(value: &str) -> bool {
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('(') {
        let name: &str = before.rsplit([' ', ',']).next().unwrap_or_default();
        let Some((inside, tail)) = after.split_once(')') else { return false };
        if !matches!(name, "rgb" | "rgba" | "hsl" | "hsla")
            || inside.contains(['(', '"', '\''])
            || inside.chars().any(|c| c.is_ascii_alphabetic() && c != 'd' && c != 'e' && c != 'g')
        {
            return false;
        }
        rest = tail;
    }
    !rest.contains(')')
}

fn fits(name: &str, value: &str) -> bool {
    match name {
        "display" => matches!(
            value,
            "block" | "inline" | "inline-block" | "none" | "table" | "table-cell" | "table-row" | "table-row-group" | "list-item"
        ),
        // A picture as background is left out above (its parentheses); what remains must be one colour.
        "background-color" => !value.contains(' ') || value.contains('('),
        // Negative margins would cover what stands outside the letter's box.
        name if name.starts_with("margin") || name.starts_with("padding") => !value.contains('-'),
        _ => true,
    }
}

/// Whether declarations set colours.
pub(crate) fn has_colour(css: &str) -> bool {
    css.split(';').any(|declaration| declaration.split(':').next().is_some_and(|name| matches!(name, "color" | "background-color")))
}

#[cfg(test)]
mod tests {
    use super::*;

    // RELIABILITY §3.2: CSS url() in any case, escapes, var(), image-set, unclosed url(, @import, position.
    #[test]
    fn only_harmless_declarations_stay() {
        for (css, kept) in [
            ("color: #F00; font-family: 'Segoe UI', Arial", Some("color:#f00;font-family:'segoe ui', arial;")),
            ("background: RGB(1, 2, 3) !important", Some("background-color:rgb(1, 2, 3);")),
            ("background:url(https://example.com/x)", None),
            ("background:URL(//example.com/x", None),
            ("background-color:image-set('x' 1x)", None),
            ("background:u\\72l(x);color:red", None),
            ("color:var(--x)", None),
            ("color:/**/red", None),
            ("position:fixed;top:0;z-index:9", None),
            ("position:fixed !important;color:red", Some("color:red;")),
            ("margin:-100px", None),
            ("margin:10px auto", Some("margin:10px auto;")),
            ("width:calc(1px + 2px)", None),
            ("width:expression(alert(1))", None),
            ("behavior:x;-moz-binding:y", None),
            ("display:none", Some("display:none;")),
            ("display:contents", None),
            ("@import 'x'", None),
            ("font-family:'unclosed", None),
            ("color:rgb(1,2", None),
            ("", None),
            (";;:;", None),
        ] {
            assert_eq!(clean(css).as_deref(), kept, "{css}");
        }
    }
}
