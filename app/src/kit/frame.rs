//! The frame in which a letter's text lives, the same wherever it is opened.

/// What the frame may do: open a link in a new window, and nothing else. No script, no form, no way out (RELIABILITY 3.3, layer 2).
pub const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox";
