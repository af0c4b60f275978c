//! What Postroom remembers: the only SQL, on SQLite and PostgreSQL, and the packs that hold the letters' bytes.
//!
//! Must never: speak to a network other than the database's, parse a letter, decide who may do what (it is *told*
//! the scope), or hand out a transaction. A method does one whole thing in one transaction.
//!
//! To add a statement: write it once, with `$1`; put it beside its method; give the method a test in
//! `tests/contract.rs` (a test fails when a public method has none). What cannot be one text goes to `dialect.rs`, as a pair.

mod accounts;
mod actions;
mod actions_due;
mod api_tokens;
mod archives;
mod arrivals;
mod audit;
mod backup;
mod backup_tables;
mod choices;
mod client_effect;
mod client_fold;
mod client_import;
mod client_latest;
mod client_merge;
mod client_save;
mod client_unmerge;
mod clients;
mod code_copies;
mod collections;
mod contact_list;
mod contact_removal;
mod contacts;
mod conversations;
mod db;
mod dialect;
mod document_texts;
mod drafts;
mod error;
mod factors;
mod facts;
mod filing;
mod fold;
mod forwards;
mod fresh;
mod history;
mod import;
mod import_facts;
mod import_outcomes;
mod import_rows;
mod import_settings;
#[cfg(test)]
mod import_tests;
mod index;
mod joins;
mod keys;
mod labels;
mod ledger;
mod letters;
mod links;
mod lookers;
mod mailboxes;
mod management;
mod named_kinds;
mod newest;
mod on_file_of;
mod outbox;
mod outbox_append;
mod outbox_joins;
mod outbox_leave;
mod outbox_list;
mod packs;
mod people;
mod private;
mod ranges;
mod reading;
mod remote_cursor;
mod remote_ids;
mod removal;
mod removal_steps;
mod reread;
mod runs;
mod saved_filters;
mod seals;
mod search;
mod send_as;
mod senders;
mod sending;
mod sending_book;
mod sending_end;
mod services;
mod sessions;
mod sign_in_trips;
mod similar;
mod spool;
mod statements;
mod sums;
mod threads;
mod unanswered;
mod uploads;
mod variants;
mod verify;
mod webhook_deliveries;
mod webhooks;
mod why_not;

pub use accounts::{AccountRecord, AccountState, ApplicationRecord, Claim, CollectionEnd, NewAccount, Removing, SignedIn};
pub use actions::ActionDay;
pub use actions_due::{ActionBounds, ActionToRaise, DueAction};
pub use api_tokens::{ApiClaim, NewToken};
pub use archives::ArchiveFolder;
pub use audit::{EventQuery, NewEvent};
pub use backup::BackupReport;
pub use client_import::{ListOutcome, MergedRow};
pub use client_merge::MergePlan;
pub use client_save::{ClientChange, NewClientAddress};
pub use collections::{Census, FolderRecord, SeenFolder};
pub use contact_list::ContactListOutcome;
pub use contacts::ContactChange;
pub use db::{Database, Store};
pub use drafts::{NewDraft, NewDraftFile};
pub use error::StoreError;
pub use factors::FactorRecord;
pub use facts::{Backlog, Lease, StoreFacts};
pub use filing::NewFiling;
pub use fold::{code_key, fold};
pub use forwards::Forwarding;
pub use import::{ArrivedLetter, ImportCount, Known, NewLetter, Refusal};
pub use import_facts::{ImportFacts, ImportPerson, NamedLetter};
pub use import_outcomes::NewOutcome;
pub use index::{IndexEntry, IndexRow};
pub use keys::Keys;
pub use labels::LabelMark;
pub use letters::{CopyRow, LetterRecord};
pub use links::{LinkRecord, NewLink};
pub use on_file_of::LetterTraits;
pub use outbox::{Enqueued, Outgoing, OutgoingRecipient};
pub use outbox_append::{AppendClaim, AppendEnd};
pub use outbox_joins::Returned;
pub use outbox_leave::{OutboxClaim, OutboxEnd};
pub use people::UserRecord;
pub use private::private_folder;
pub use reading::{Look, SeenCopy};
pub use remote_ids::Deletable;
pub use removal_steps::{RemovalJob, RemovalStep};
pub use reread::StoredReading;
pub use runs::{CollectedHour, Run};
pub use seals::UnsealedCopy;
pub use search::{Clause, Field, Hits, LetterText, SearchQuery, Within, date_at, letter_at, place_of};
pub use send_as::CodeTry;
pub use sending::SendingSide;
pub use sessions::{OpenSession, SessionRecord};
pub use sign_in_trips::Trip;
pub use spool::{Octets, Spool, SpoolWriter};
pub use statements::StatementRecord;
pub use threads::{Threading, digest_of as refers_digest};
pub use uploads::Upload;
pub use webhook_deliveries::{DeliveryClaim, DeliveryEnd, NewDelivery};
pub use webhooks::{News, NewsItem};
pub use why_not::{FileEntry, LetterFacts, explain};

/// Whose eyes a query has: the data scope that every reading method takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The console and Postroom itself: everything.
    Everything,
    /// A signed-in person: clients of his or her cost centres (all of them for an administrator, or when no cost
    /// centre is set up), and the letters of accounts owned by or shared with him or her.
    User {
        /// Who.
        id: model::UserId,
        /// Sees every client.
        administrator: bool,
    },
    /// A token of the JSON API: clients of its cost centre (every client, if it names none) and their letters; nobody's mailbox.
    Token(model::TokenId),
}

impl Scope {
    /// The two values every scoped statement binds: user (−1 = everything, −10 − id = a token) and "sees all clients".
    pub(crate) fn binds(self) -> (i64, i64) {
        match self {
            Self::Everything => (-1, 1),
            Self::User { id, administrator } => (id.0, i64::from(administrator)),
            // Below every number that means somebody or nobody; `client_scope` reads it back.
            Self::Token(id) => (-10 - id.0, 0),
        }
    }
}
