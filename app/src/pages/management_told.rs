//! What was done to letters of Email Management, told after the redirect, with the way back where there is one.

use crate::api::management::DoManaged;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;

/// Told by `?done=…&n=…`: so it is told without JavaScript too.
pub fn told(action: ServerAction<DoManaged>, back: &str) -> AnyView {
    let get = |name: &'static str| query(name).get_untracked();
    let (done, undo) = (get("done"), get("undo"));
    let number = |name: &'static str| get(name).parse::<i64>().unwrap_or(0);
    let (n, settled, passed) = (number("n"), number("settled"), number("passed"));
    let words = words(&done, n, settled, passed);
    let tone = if n == 0 { "warn" } else { "good" };
    let back = back.to_owned();
    let undo = (!undo.is_empty()).then(|| {
        let mut with: Vec<(&'static str, String)> = undo.split(',').map(|id| ("ids[]", id.to_owned())).collect();
        with.push(("deed", "reopen".to_owned()));
        with.push(("back", back));
        view! { <PlainButton action=action label="Undo" with=with/> }
    });
    view! {
        <div role="status" data-done="">
            {(!words.is_empty()).then(|| view! {
                <div class="banner told" data-tone=tone>{if n == 0 { Icon::Warning.draw() } else { Icon::Tick.draw() }}<p>{words}</p>{undo}</div>
            })}
        </div>
    }
    .into_any()
}

fn words(done: &str, n: i64, settled: i64, passed: i64) -> String {
    let letters = text::count(n, "letter", "letters");
    let mut words = match done {
        _ if n == 0 && passed == 0 => return String::new(),
        _ if n == 0 => String::new(),
        "take" => format!("You have taken {letters}."),
        "release" => format!("{letters} can be taken by anybody again."),
        "discard" => format!("{letters} discarded."),
        "reopen" => format!("{letters} in the queue again."),
        "retry" => match (settled, n - settled) {
            (0, _) => format!("The rules looked at {letters} again, with the same outcome."),
            (_, 0) => format!("The rules looked at {letters} again: none waits any more."),
            (settled, rest) => {
                format!(
                    "The rules looked at {letters} again: {} settled, {} on.",
                    text::number(settled),
                    text::count(rest, "waits", "wait")
                )
            }
        },
        _ => return String::new(),
    };
    if passed > 0 {
        if !words.is_empty() {
            words.push(' ');
        }
        let others = text::count(passed, "letter was", "letters were");
        words.push_str(&format!("{others} passed over: somebody else has taken or dealt with it in the meantime."));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn what_was_done_says_its_number_and_what_was_not() {
        assert_eq!(words("discard", 12, 0, 0), "12 letters discarded.");
        assert_eq!(words("retry", 3, 0, 0), "The rules looked at 3 letters again, with the same outcome.");
        assert_eq!(words("retry", 1, 1, 0), "The rules looked at 1 letter again: none waits any more.");
        assert!(words("take", 0, 0, 2).starts_with("2 letters were passed over"));
        assert_eq!(words("", 0, 0, 0), "");
        assert_eq!(words("<script>", 1, 0, 0), "");
    }
}
