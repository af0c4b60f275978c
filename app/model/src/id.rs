//! Identities of rows. A type each, so that a client's id can never be asked for as a letter's.

use serde::{Deserialize, Serialize};
use std::{fmt, num::ParseIntError, str::FromStr};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    )+};
}

id! {
    /// An account: an endpoint with credentials and a unique name.
    AccountId,
    /// A letter that is made on a date.
    ActionId,
    /// A client (a party whom letters are about).
    ClientId,
    /// Raw bytes of a letter as seen somewhere; byte-identical copies are one.
    CopyId,
    /// A cost centre: the unit that clients and users belong to.
    CostCentreId,
    /// A letter being written.
    DraftId,
    /// A folder of an account.
    FolderId,
    /// A label that letters of an account carry.
    LabelId,
    /// A link that works once.
    LinkId,
    /// One letter, whoever's mailbox it was seen in.
    MessageId,
    /// A day of an action that has come.
    OccurrenceId,
    /// An address that letters may come from or be answered to.
    SendAsId,
    /// A cost centre's use of an account's sending side.
    ServiceId,
    /// A statement of an account's ledger.
    StatementId,
    /// A text that letters are made from.
    TextId,
    /// A token of the JSON API.
    TokenId,
    /// A person who signs in.
    UserId,
    /// What requests of another system pick.
    WebConfigurationId,
    /// An address of another system that is told what happens.
    WebhookId,
}
