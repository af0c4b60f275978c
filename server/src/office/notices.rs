//! Letters that Postroom itself writes: a code that proves an address.

use super::{Office, Principal};
use model::{Problem, SendAs};

impl Office {
    /// Sends a code.
    pub(super) async fn send_code_letter(&self, _who: &Principal, _row: &SendAs, _code: &str) -> Result<(), Problem> {
        Err(Problem::Conflict("No account can send yet.".into()))
    }
}
