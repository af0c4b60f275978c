//! A form that was refused and is too long for the browser to carry back to its page.

use super::{Office, Session};
use std::sync::Arc;

impl Office {
    /// What the session's last refused form held.
    pub fn refused_form(&self, session: &Session) -> Option<Arc<str>> {
        self.drafts.refused(&session.token_hash, self.now())
    }

    /// Keeps it for the page that shows it next.
    pub fn keep_refused_form(&self, session: &Session, form: String) {
        self.drafts.keep_refused(&session.token_hash, Some(form.into()), self.now());
    }

    /// The page has shown it.
    pub fn forget_refused_form(&self, session: &Session) {
        self.drafts.keep_refused(&session.token_hash, None, self.now());
    }
}
