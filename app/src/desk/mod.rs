//! The port between pages and office: what a page may ask for. Object-safe, one method an intent.
//!
//! A `Desk` is made for one request and already knows who asks, so no method takes a viewer. Each method
//! checks the permission and the scope itself: pages rendered on the server call it without passing the
//! HTTP layer. Must never name a database or a mail library: `app` is rebuilt often and must stay quick.

mod accounts;
mod audit;
mod clients;
mod health;
mod letters;
mod people;
mod session;

use async_trait::async_trait;
use model::*;

pub use accounts::AccountsDesk;
pub use audit::AuditDesk;
pub use clients::ClientsDesk;
pub use health::HealthDesk;
pub use letters::LettersDesk;
pub use people::PeopleDesk;
pub use session::SessionDesk;

/// What the office answers, or why not.
pub type Answer<T> = Result<T, Problem>;

/// A `Set-Cookie` header value that starts or ends a session.
pub struct SessionCookie(pub String);

/// Everything a page may ask of the office: a trait a noun, so that each grows in its own file.
pub trait Desk: SessionDesk + PeopleDesk + AccountsDesk + HealthDesk + ClientsDesk + LettersDesk + AuditDesk {}

impl<T: SessionDesk + PeopleDesk + AccountsDesk + HealthDesk + ClientsDesk + LettersDesk + AuditDesk> Desk for T {}
