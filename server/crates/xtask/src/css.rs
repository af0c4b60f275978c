//! Joins the style sheets into one file by following `@import`, so that a page asks once and nobody installs a bundler.

use anyhow::{Context, Result, bail};

/// Joins a sheet with all it imports, in order; `read` answers the text of a sheet by its path.
///
/// Understands `@import "a.css"`, `@import url("a.css")`, each with `layer`, `layer(name)`, `supports(…)` and media
/// queries behind it. An import with an address elsewhere is refused: the office's pages load nothing from strangers.
pub fn join(path: &str, read: &dyn Fn(&str) -> Result<String>) -> Result<String> {
    follow(path, read, &mut Vec::new())
}

fn follow(path: &str, read: &dyn Fn(&str) -> Result<String>, open: &mut Vec<String>) -> Result<String> {
    if open.iter().any(|other| other == path) {
        bail!("{path} imports itself by way of {}", open.join(" → "));
    }
    open.push(path.to_owned());
    let text = read(path).with_context(|| format!("Reading the style sheet {path}"))?;
    let mut joined = String::new();
    for line in text.lines() {
        match line.trim_start().strip_prefix("@import") {
            Some(import) => joined.push_str(&imported(path, import, read, open)?),
            None => joined.push_str(line),
        }
        joined.push('\n');
    }
    open.pop();
    Ok(joined)
}

fn imported(path: &str, import: &str, read: &dyn Fn(&str) -> Result<String>, open: &mut Vec<String>) -> Result<String> {
    let statement = import.split(';').next().unwrap_or_default().trim();
    let (name, conditions) = target(statement).with_context(|| format!("{path}: `@import{import}` is not understood"))?;
    if name.contains("://") || name.starts_with("//") {
        bail!("{path}: `{name}` stands elsewhere; copy it into style/");
    }
    let mut body = follow(&beside(path, name), read, open)?;
    let mut rest = conditions.trim();
    let mut layer = None;
    if let Some(after) = rest.strip_prefix("layer(") {
        let (inside, behind) = after.split_once(')').with_context(|| format!("{path}: `layer(` is not closed"))?;
        (layer, rest) = (Some(inside.trim()), behind.trim());
    } else if let Some(behind) = rest.strip_prefix("layer") {
        (layer, rest) = (Some(""), behind.trim());
    }
    if !rest.is_empty() {
        let rule = if rest.starts_with("supports") { "@" } else { "@media " };
        body = format!("{rule}{rest} {{\n{body}}}\n");
    }
    if let Some(layer) = layer {
        let gap = if layer.is_empty() { "" } else { " " };
        body = format!("@layer{gap}{layer} {{\n{body}}}\n");
    }
    Ok(body)
}

/// The quoted name and what stands behind it.
fn target(statement: &str) -> Option<(&str, &str)> {
    let (inside, is_url) = statement.strip_prefix("url(").map_or((statement, false), |inside| (inside.trim_start(), true));
    let quote = inside.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, behind) = inside[1..].split_once(quote)?;
    let behind = if is_url { behind.trim_start().strip_prefix(')')? } else { behind };
    Some((name, behind))
}

/// A name seen from the sheet that imports it.
fn beside(path: &str, name: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::join;
    use anyhow::{Result, bail};

    fn sheets(path: &str) -> Result<String> {
        Ok(match path {
            "main.css" => {
                "@layer tokens, base;\n@import \"tokens.css\" layer(tokens);\n@import url('parts/list.css') layer(base) screen;\nhtml {}\n"
            }
            "tokens.css" => ":root {}\n",
            "parts/list.css" => "@import \"../row.css\";\n.list {}\n",
            "row.css" => ".row {}\n",
            "loop.css" => "@import \"./loop.css\";\n",
            "stranger.css" => "@import \"https://example.com/a.css\";\n",
            other => bail!("no {other}"),
        }
        .to_owned())
    }

    #[test]
    fn imports_are_joined_in_order_within_their_layers() {
        let joined: String = join("main.css", &sheets).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(joined, "@layer tokens, base; @layer tokens { :root {} } @layer base { @media screen { .row {} .list {} } } html {}");
    }

    #[test]
    fn a_sheet_that_imports_itself_is_refused() {
        assert!(join("loop.css", &sheets).is_err());
    }

    #[test]
    fn a_sheet_from_elsewhere_is_refused() {
        assert!(join("stranger.css", &sheets).unwrap_err().to_string().contains("elsewhere"));
    }
}
