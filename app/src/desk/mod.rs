//! The port between pages and office: what a page may ask for. Object-safe, one method an intent.
//!
//! A `Desk` is made for one request and already knows who asks, so no method takes a viewer. Each method
//! checks the permission and the scope itself: pages rendered on the server call it without passing the
//! HTTP layer. Must never name a database or a mail library: `app` is rebuilt often and must stay quick.

mod access;
mod accounts;
mod actions;
mod archives;
mod audit;
mod clients;
mod compose;
mod contacts;
mod days;
mod delegated;
mod demo;
mod health;
mod history;
mod join;
mod letters;
mod life;
mod management;
mod merge;
mod operation;
mod outbox;
mod palette;
mod passing;
mod people;
mod reply_import;
mod reread;
mod search;
mod senders;
mod sending;
mod sending_side;
mod session;
mod start;
mod systems;

use async_trait::async_trait;
use model::*;

pub use access::AccessDesk;
pub use accounts::AccountsDesk;
pub use actions::ActionsDesk;
pub use archives::ArchivesDesk;
pub use audit::AuditDesk;
pub use clients::ClientsDesk;
pub use compose::ComposeDesk;
pub use contacts::ContactsDesk;
pub use days::{DaysDesk, UtcDays};
pub use delegated::DelegatedDesk;
pub use demo::DemoDesk;
pub use health::HealthDesk;
pub use history::HistoryDesk;
pub use join::JoinDesk;
pub use letters::LettersDesk;
pub use life::LifeDesk;
pub use management::ManagementDesk;
pub use merge::MergeDesk;
pub use operation::OperationDesk;
pub use outbox::OutboxDesk;
pub use palette::PaletteDesk;
pub use passing::PassingDesk;
pub use people::PeopleDesk;
pub use reply_import::ReplyImportDesk;
pub use reread::RereadDesk;
pub use search::SearchDesk;
pub use senders::SendersDesk;
pub use sending::SendingDesk;
pub use sending_side::SendingSideDesk;
pub use session::SessionDesk;
pub use start::StartDesk;
pub use systems::SystemsDesk;

/// What the office answers, or why not.
pub type Answer<T> = Result<T, Problem>;

/// What a right password leads to.
pub enum Entered {
    /// A session.
    In(SessionCookie),
    /// The second step.
    Code(SessionCookie),
}

/// A `Set-Cookie` header value that starts or ends a session.
pub struct SessionCookie(pub String);

/// Everything a page may ask of the office: a trait a noun, so that each grows in its own file.
pub trait Desk:
    SessionDesk
    + PeopleDesk
    + AccountsDesk
    + ClientsDesk
    + ContactsDesk
    + ReplyImportDesk
    + ManagementDesk
    + MergeDesk
    + HistoryDesk
    + LettersDesk
    + SearchDesk
    + AuditDesk
    + AccessDesk
    + DemoDesk
    + DaysDesk
    + PaletteDesk
    + HealthDesk
    + StartDesk
    + OperationDesk
    + ArchivesDesk
    + ActionsDesk
    + LifeDesk
    + DelegatedDesk
    + JoinDesk
    + ComposeDesk
    + SendingDesk
    + SendersDesk
    + SendingSideDesk
    + OutboxDesk
    + PassingDesk
    + RereadDesk
    + SystemsDesk
{
}

impl<
    T: SessionDesk
        + PeopleDesk
        + AccountsDesk
        + ClientsDesk
        + ContactsDesk
        + ReplyImportDesk
        + ManagementDesk
        + MergeDesk
        + HistoryDesk
        + LettersDesk
        + SearchDesk
        + AuditDesk
        + AccessDesk
        + DemoDesk
        + DaysDesk
        + PaletteDesk
        + HealthDesk
        + StartDesk
        + OperationDesk
        + ArchivesDesk
        + ActionsDesk
        + LifeDesk
        + DelegatedDesk
        + JoinDesk
        + ComposeDesk
        + SendingDesk
        + SendersDesk
        + SendingSideDesk
        + OutboxDesk
        + PassingDesk
        + RereadDesk
        + SystemsDesk,
> Desk for T
{
}
