//! Keyboard shortcuts: one table that both the listener and the map of keys (`?`) read.

#[cfg(feature = "ssr")]
use leptos::prelude::*;

/// What a shortcut does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Puts the cursor into the field with this id.
    Focus(&'static str),
    /// Opens the dialog with this id.
    Open(&'static str),
    /// Goes to a page.
    Go(&'static str),
    /// Follows the link that this selector finds.
    Follow(&'static str),
    /// Moves and reads in a list of letters.
    InList,
}

/// A shortcut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortcut {
    /// `/`, `g c` (one after the other), `Ctrl K`.
    pub keys: &'static str,
    /// What it does, in words.
    pub words: &'static str,
    /// What it does.
    pub does: Does,
    /// Only on pages whose path begins so; empty = everywhere.
    pub on: &'static str,
}

const fn everywhere(keys: &'static str, words: &'static str, does: Does) -> Shortcut {
    Shortcut { keys, words, does, on: "" }
}

const fn list(keys: &'static str, words: &'static str) -> Shortcut {
    everywhere(keys, words, Does::InList)
}

/// Every shortcut there is.
pub const SHORTCUTS: &[Shortcut] = &[
    everywhere("Ctrl K", "Go to a client, a letter, a page, or do something", Does::Open("palette")),
    everywhere("/", "Search letters", Does::Focus("search")),
    everywhere("?", "Show these shortcuts", Does::Open("keys")),
    everywhere("g h", "Go to the first page", Does::Go("/")),
    everywhere("g c", "Go to clients", Does::Go("/clients")),
    everywhere("g m", "Go to mail", Does::Go("/mail")),
    everywhere("g e", "Go to Email Management", Does::Go("/management")),
    everywhere("g a", "Go to accounts", Does::Go("/accounts")),
    everywhere("g s", "Go to settings", Does::Go("/settings")),
    list("j", "In a list: the next letter"),
    list("k", "In a list: the letter before"),
    list("o", "In a list: read the letter here, or close it"),
    list("u", "In a list: close the letter"),
    Shortcut { keys: "x", words: "In Email Management: choose the letter", does: Does::InList, on: "/management" },
    Shortcut { keys: "e", words: "In Email Management: discard", does: Does::InList, on: "/management" },
    Shortcut { keys: "f", words: "In Email Management: file", does: Does::InList, on: "/management" },
    Shortcut { keys: "r", words: "In Email Management: try again", does: Does::InList, on: "/management" },
    Shortcut { keys: "t", words: "In Email Management: take", does: Does::InList, on: "/management" },
    Shortcut { keys: "u", words: "Back to Email Management", does: Does::Follow("a.step-back"), on: "/management/" },
    Shortcut { keys: "p", words: "The letter before in the queue", does: Does::Follow("a[data-step=p]"), on: "/management/" },
    Shortcut { keys: "n", words: "The next letter of the queue", does: Does::Follow("a[data-step=n]"), on: "/management/" },
    Shortcut { keys: "u", words: "Back to the list", does: Does::Follow("a.step-back"), on: "/messages/" },
    Shortcut { keys: "p", words: "The newer letter of the list", does: Does::Follow("a[data-step=p]"), on: "/messages/" },
    Shortcut { keys: "n", words: "The older letter of the list", does: Does::Follow("a[data-step=n]"), on: "/messages/" },
];

/// What a key pressed without Ctrl does, after another key or none. `on` = the path of the page.
#[cfg(any(test, feature = "hydrate"))]
pub fn single(before: Option<&str>, key: &str, on: &str) -> Option<Does> {
    let keys = before.map_or_else(|| key.to_owned(), |before| format!("{before} {key}"));
    let known = SHORTCUTS.iter().filter(|shortcut| shortcut.keys == keys && on.starts_with(shortcut.on));
    // What a page has of its own goes before what is everywhere.
    known.max_by_key(|shortcut| shortcut.on.len()).map(|shortcut| shortcut.does)
}

/// Whether a key begins a shortcut of two.
#[cfg(any(test, feature = "hydrate"))]
pub fn begins(key: &str) -> bool {
    SHORTCUTS.iter().any(|shortcut| shortcut.keys.len() > 2 && shortcut.keys.split_once(' ').is_some_and(|(first, _)| first == key))
}

/// The first key of a shortcut of two, while it waits for the second.
#[cfg(any(test, feature = "hydrate"))]
#[derive(Debug, Default)]
pub struct FirstKey {
    key: Option<String>,
    turns: u64,
}

#[cfg(any(test, feature = "hydrate"))]
impl FirstKey {
    /// Nothing waits.
    pub const fn none() -> Self {
        Self { key: None, turns: 0 }
    }

    /// A first key was pressed; the number is its turn.
    pub fn begin(&mut self, key: &str) -> u64 {
        self.key = Some(key.to_owned());
        self.turns += 1;
        self.turns
    }

    /// The key that waited, if one did.
    pub fn take(&mut self) -> Option<String> {
        self.key.take()
    }

    /// The time of a turn is over: a key pressed since then goes on waiting.
    pub fn give_up(&mut self, turn: u64) {
        if turn == self.turns {
            self.key = None;
        }
    }
}

/// The map of keys: a dialog that `?` opens.
#[cfg(feature = "ssr")]
pub fn key_map(on: bool) -> AnyView {
    let rows =
        SHORTCUTS.iter().map(|shortcut| view! { <div><dt>{keys_view(shortcut.keys)}</dt><dd>{shortcut.words}</dd></div> }).collect_view();
    let state = if on {
        "Single keys do nothing while you type. You can turn all shortcuts off in "
    } else {
        "Shortcuts are turned off. You can turn them on in "
    };
    view! {
        <dialog id="keys" class="dialog" aria-labelledby="keys-title">
            <div class="dialog-body">
                <h2 id="keys-title">"Keyboard shortcuts"</h2>
                <dl class="keys">{rows}</dl>
                <p class="quiet">{state}<a href="/settings/profile#shortcuts">"your profile"</a>"."</p>
                <form method="dialog"><button type="submit" class="button" data-variant="secondary">"Close"</button></form>
            </div>
        </dialog>
    }
    .into_any()
}

#[cfg(feature = "ssr")]
fn keys_view(keys: &'static str) -> AnyView {
    let parts = keys.split(' ').map(|key| view! { <kbd>{key}</kbd>" " }).collect_view();
    view! { {parts} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_waits_its_own_time_not_what_is_left_of_another_ones() {
        let mut waiting = FirstKey::none();
        let first = waiting.begin("g");
        assert_eq!(waiting.take().as_deref(), Some("g"));
        let second = waiting.begin("g");
        waiting.give_up(first);
        assert_eq!(waiting.take().as_deref(), Some("g"), "the first one's time was over, not the second one's");
        let third = waiting.begin("g");
        waiting.give_up(second);
        waiting.give_up(third);
        assert_eq!(waiting.take(), None);
    }

    #[test]
    fn a_key_is_one_thing_and_a_pair_begins_with_no_key_of_its_own() {
        for (at, one) in SHORTCUTS.iter().enumerate() {
            assert!(!SHORTCUTS[..at].iter().any(|other| other.keys == one.keys && other.on == one.on), "{}", one.keys);
            assert!(!begins(one.keys), "{} would wait for a second key", one.keys);
        }
        assert_eq!(single(None, "/", "/clients"), Some(Does::Focus("search")));
        assert_eq!(single(Some("g"), "c", "/"), Some(Does::Go("/clients")));
        assert_eq!(single(None, "c", "/"), None);
        assert_eq!(single(None, "n", "/clients/3"), None);
        assert_eq!(single(None, "u", "/clients/3"), Some(Does::InList));
        assert_eq!(single(None, "u", "/messages/3"), Some(Does::Follow("a.step-back")));
        assert!(begins("g") && !begins("/"));
    }
}
