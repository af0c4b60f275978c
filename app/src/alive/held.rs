//! Seconds that a letter is still held (`data-held`): the title counts down, and at the end the page is asked for anew.

use super::dom::{after, first, visit, window};

pub fn watch() {
    let Some(held) = first("[data-held]") else { return };
    let seconds = held.get_attribute("data-held").and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    if seconds > 0 {
        count(seconds);
    }
}

fn count(seconds: i64) {
    after(1_000, move || {
        // The page may have been left meanwhile.
        let (Some(_), Some(title)) = (first("[data-held]"), first("main h1")) else { return };
        let left = seconds - 1;
        title.set_text_content(Some(&format!("Leaves in {left} s")));
        if left > 0 {
            count(left);
        } else if let Ok(address) = window().location().href() {
            visit(&address);
        }
    });
}
