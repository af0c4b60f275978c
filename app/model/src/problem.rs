//! Everything that may go wrong on the way from a page to the office and back.
//!
//! A `Problem` may travel in an address bar (a form posted without JavaScript), so it holds field names
//! and fixed sentences, never what somebody typed.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why an intent was not carried out, in the words of the caller's next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Nobody is signed in, or the session ended: show the sign-in page.
    SignIn,
    /// Signed in, but this needs a permission; the key says which (`Accounts.Manage`).
    NotAllowed(String),
    /// No such thing, or not in this person's scope: both look the same on purpose.
    NotFound,
    /// The form needs mending; the page marks each field.
    Invalid(FieldErrors),
    /// Too many tries; come back after this many seconds.
    SlowDown(u32),
    /// It collides with the state of things ("The name is taken"); a full sentence for the page.
    Conflict(String),
    /// Our fault. The reference is in the log.
    Unexpected(String),
}

impl Problem {
    /// One field, one sentence.
    pub fn field(name: &str, sentence: &str) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(name, sentence);
        Self::Invalid(errors)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignIn => f.write_str("Sign in to go on."),
            Self::NotAllowed(key) if key == "administrator" => f.write_str("This is for administrators."),
            Self::NotAllowed(key) => write!(f, "You need the permission {key} for this. An administrator can grant it."),
            Self::NotFound => f.write_str("There is no such page, or it is not yours to open."),
            Self::Invalid(errors) => match errors.0.first() {
                Some((_, sentence)) => f.write_str(sentence),
                None => f.write_str("Check the form."),
            },
            Self::SlowDown(1) => write!(f, "Too many tries. Wait one second, then try again."),
            Self::SlowDown(seconds) => write!(f, "Too many tries. Wait {seconds} seconds, then try again."),
            Self::Conflict(sentence) => f.write_str(sentence),
            Self::Unexpected(reference) => {
                write!(f, "Postroom could not do this. Nothing was lost. Tell your administrator the reference {reference}.")
            }
        }
    }
}

impl std::error::Error for Problem {}

/// What to mend, field by field, in the order of the form (GOV.UK: the same words in the summary and beside the field).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(pub Vec<(String, String)>);

impl FieldErrors {
    /// Adds a sentence for a field.
    pub fn add(&mut self, field: &str, sentence: &str) {
        self.0.push((field.to_owned(), sentence.to_owned()));
    }

    /// The first sentence for a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, sentence)| sentence.as_str())
    }

    /// `Ok` when there is nothing to mend.
    pub fn into_result(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::Invalid(self)) }
    }
}
