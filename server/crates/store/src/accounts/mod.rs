//! Accounts: settings, secrets, whose they are, and who collects them at the moment (leases).

mod application;
mod deletion;
mod find;
mod hands_off;
mod lease;
mod record;
mod save;

pub use application::{ApplicationRecord, SignedIn};
pub use lease::{Claim, CollectionEnd};
pub use record::{AccountRecord, AccountState, NewAccount, Removing};
pub(crate) use save::{mark_own_addresses, own_addresses};
