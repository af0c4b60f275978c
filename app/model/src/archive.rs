//! Files of letters that are brought in.

use crate::{AccountId, Problem};
use serde::{Deserialize, Serialize};

/// What the import page shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ArchiveState {
    /// Why the last file was not taken.
    pub refusal: Option<Problem>,
    /// Archives that the viewer may add to.
    pub archives: Vec<(AccountId, String)>,
    /// The viewer may say whose letters they are.
    pub may_say_whose: bool,
    /// The viewer may make an archive of the whole office.
    pub may_be_central: bool,
}
