//! A person signs in at the provider of his or her own mailbox (RFC 6749 §4.1, RFC 7636): out to the provider, and back.

use crate::AccountId;
use serde::{Deserialize, Serialize};

/// How a person's sign-in stands, on the account's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSignIn {
    /// Microsoft or Google.
    pub provider: String,
    /// Somebody has signed in.
    pub done: bool,
    /// The provider takes the sign-in no more.
    pub again: bool,
}

/// On the way out: where the browser is to go. Not on the way when `url` is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInTrip {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The mailbox whose person must sign in.
    pub mailbox: String,
    /// Microsoft or Google; empty where nobody signs in.
    pub provider: String,
    /// Where the person says yes, with everything that belongs to it.
    pub url: String,
    /// Where the provider sends the browser back to: must be registered there.
    pub redirect: String,
    /// The person is asked for sending, too.
    #[serde(default)]
    pub sends: bool,
}

/// Back from the provider, nothing finished yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInReturn {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The mailbox whose person must have signed in.
    pub mailbox: String,
    /// Microsoft or Google.
    pub provider: String,
    /// Why the provider said no, in words; `None` when it said yes.
    pub refusal: Option<String>,
}
