//! What Postroom says of itself, and texts as a client would read them.

use serde::{Deserialize, Serialize};

/// Help → About: names and values, none of them a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutView {
    /// Names and values.
    pub facts: Vec<(String, String)>,
}

/// A text as a client would read it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextPreview {
    /// Subject, filled in.
    pub subject: String,
    /// The words, filled in.
    pub body: String,
    /// Why it cannot be filled in; empty = it is.
    pub wrong: String,
    /// Fields that there are not.
    pub unknown: Vec<String>,
}
