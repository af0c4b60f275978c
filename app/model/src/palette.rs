//! What the command palette finds on the server.

use crate::{AccountId, ClientId, MessageId};
use serde::{Deserialize, Serialize};

/// Something to go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaletteFind {
    /// A client the viewer may open.
    Client {
        /// Id.
        id: ClientId,
        /// Name.
        name: String,
        /// Code.
        code: String,
    },
    /// A contact the viewer may open.
    Contact {
        /// Id.
        id: ClientId,
        /// Name.
        name: String,
        /// Side, type and company.
        detail: String,
    },
    /// A letter the viewer may open.
    Letter {
        /// Id.
        id: MessageId,
        /// Subject.
        subject: String,
        /// Who wrote it.
        from: String,
    },
    /// An account the viewer may see.
    Account {
        /// Id.
        id: AccountId,
        /// Name.
        name: String,
        /// It can be collected now.
        collects: bool,
    },
}

/// Fewest characters the server is asked for.
pub const PALETTE_LEAST: usize = 2;
