//! A demo office, as it presents itself. Its passwords are published on purpose: nothing in it is anybody's.

use crate::Role;
use serde::{Deserialize, Serialize};

/// What a demo office says of itself on every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoOffice {
    /// Who can sign in.
    pub doors: Vec<DemoDoor>,
    /// A mailbox that waits to be connected, to try that out.
    pub mailbox: DemoMailbox,
}

/// A published sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoDoor {
    /// Full name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// Role.
    pub role: Role,
    /// The published word that opens it.
    pub word: String,
}

/// A mailbox on the demo's own mail server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoMailbox {
    /// Its address, which is also the user name.
    pub address: String,
    /// Server.
    pub server: String,
    /// Port.
    pub port: u16,
    /// The published word that opens it.
    pub word: String,
}
