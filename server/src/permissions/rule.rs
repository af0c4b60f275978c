//! One door: who may pass it, and whether it changes anything.

use http::Method;
use model::{Permission, Role, Viewer};

/// Who may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everyone.
    Public,
    /// Everyone, as long as there is no user at all.
    SetUpOnly,
    /// Whoever is signed in.
    SignedIn,
    /// Administrators.
    Administrators,
    /// Whoever is signed in and holds one of these.
    Needs(&'static [Permission]),
}

/// What is behind the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page of the app.
    Page,
    /// A server function.
    Call,
    /// A route of our own: a file, a stream, an upload.
    File,
    /// A file of the site.
    Asset,
}

/// One door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Method; `GET` stands for `HEAD` too.
    pub method: Method,
    /// Path as axum writes it: `/messages/{id}`.
    pub path: &'static str,
    /// Who may pass.
    pub who: Who,
    /// What is behind it.
    pub kind: Kind,
    /// Something is different afterwards.
    pub changes: bool,
}

impl Rule {
    /// Whether a viewer may pass.
    pub fn lets_in(&self, viewer: Option<&Viewer>) -> bool {
        match (self.who, viewer) {
            (Who::Public | Who::SetUpOnly, _) => true,
            (Who::SignedIn, viewer) => viewer.is_some(),
            (Who::Administrators, viewer) => viewer.is_some_and(|viewer| viewer.role == Role::Administrator),
            (Who::Needs(one_of), Some(viewer)) => one_of.iter().any(|permission| viewer.may(*permission)),
            (Who::Needs(_), None) => false,
        }
    }
}

/// A page of the app.
pub(super) const fn page(path: &'static str, who: Who) -> Rule {
    Rule { method: Method::GET, path, who, kind: Kind::Page, changes: false }
}

/// A server function that only answers.
pub(super) const fn ask(path: &'static str, who: Who) -> Rule {
    Rule { method: Method::POST, path, who, kind: Kind::Call, changes: false }
}

/// A server function that changes something.
pub(super) const fn deed(path: &'static str, who: Who) -> Rule {
    Rule { method: Method::POST, path, who, kind: Kind::Call, changes: true }
}

/// A route of our own that only answers.
pub(super) const fn file(path: &'static str, who: Who) -> Rule {
    Rule { method: Method::GET, path, who, kind: Kind::File, changes: false }
}
