//! Manners of the browser tests: what the README says of them holds.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::{Path, PathBuf};

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "ts") {
            found.push(path);
        }
    }
}

/// The selector of a call that takes one, if it names a class: `.row`, `ul.letters > li`, `[class=…]`.
fn class_in(call: &str) -> Option<&str> {
    let selector = call.strip_prefix(['\'', '"', '`'])?.split(['\'', '"', '`']).next()?;
    // A point that is escaped belongs to a name.
    let selector = selector.split_once(r"\\.").map_or(selector, |(before, _)| before);
    let named = selector.as_bytes().windows(2).any(|pair| pair[0] == b'.' && pair[1].is_ascii_alphabetic());
    (named || selector.contains("[class")).then_some(selector)
}

#[test]
fn journeys_find_things_by_what_people_see_and_never_by_class() {
    let end2end = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../end2end");
    let mut files = Vec::new();
    for folder in ["journeys", "lib", "axe", "hostile", "shots"] {
        scripts(&end2end.join(folder), &mut files);
    }
    assert!(files.len() > 40, "the browser tests moved");
    let mut wrong = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for call in ["locator(", "querySelector(", "querySelectorAll(", "getElementsByClassName("] {
            for rest in text.split(call).skip(1) {
                if let Some(selector) = class_in(rest) {
                    wrong.push(format!("{}: {selector}", file.file_name().unwrap().display()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_class_is_told_from_a_role() {
    assert_eq!(class_in("'.letter-row')"), Some(".letter-row"));
    assert_eq!(class_in("'details.user > summary').click()"), Some("details.user > summary"));
    assert_eq!(class_in("'#invite')"), None);
    assert_eq!(class_in(r"'#grant-Clients\\.Edit')"), None);
    assert_eq!(class_in("'..')"), None);
    assert_eq!(class_in("wanted)"), None);
}
