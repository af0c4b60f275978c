//! Lists of contacts: uploaded, looked at, imported. The upload is kept in the session as a list of clients is; columns are known by name.
//!
//! Must never: change a contact outside the scope of the one who asks, or delete anything because a list does not name it.

use super::drafts::{ImportDone, UploadedList};
use super::{Office, Principal, Session, trouble::problem_of};
use crate::client_list::{Refused, Sheet};
use crate::contact_list::{self, Columns};
use model::{ContactFilter, ContactImport, FieldErrors, ImportReport, Permission, Problem};
use postroom_store::{Scope, fold};
use std::collections::HashSet;
use std::sync::Arc;

/// Rows that are told of on the page.
const TOLD: usize = 200;
/// Contacts compared with, when somebody is held to cost centres.
const ALL: i64 = 1_000_000;

impl Office {
    /// Keeps an uploaded list of contacts in the session.
    pub async fn keep_contact_upload(&self, who: &Principal, session: &Session, file: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        who.need(Permission::ClientsEdit)?;
        let read = tokio::task::spawn_blocking(move || Sheet::open(&bytes)).await.map_err(|error| super::trouble::unexpected(&error))?;
        let sheet = read.map_err(|unusable| Problem::field("file", &unusable.0))?;
        let mapping = sheet.detected();
        let upload = UploadedList { file: postroom_mail::attachment::safe_name(file), sheet: Arc::new(sheet), mapping, of_contacts: true };
        self.drafts.keep_upload(&session.token_hash, Some(upload), self.now());
        self.drafts.keep_refusal(&session.token_hash, None, self.now());
        Ok(())
    }

    /// The list at hand and what importing it would do; with `refused`, why the last upload was not taken; with `done`, what the last
    /// import did.
    pub async fn contact_import(&self, who: &Principal, session: &Session, refused: bool, done: bool) -> Result<ContactImport, Problem> {
        who.need(Permission::ClientsEdit)?;
        let refusal = refused.then(|| {
            let kept = self.drafts.refusal(&session.token_hash, self.now());
            kept.unwrap_or_else(|| Problem::field("file", "The list was not taken. Choose it again"))
        });
        if done {
            let report = self.drafts.imported(&session.token_hash, self.now()).map(|done| done.report);
            return Ok(ContactImport { refusal, report, ..ContactImport::default() });
        }
        let Some(upload) = self.uploaded_contacts(session) else { return Ok(ContactImport { refusal, ..ContactImport::default() }) };
        let missing = Columns::detect(&upload.sheet.columns).missing();
        let report = if missing.is_empty() { Some(self.import_contact_sheet(who, &upload, true).await?) } else { None };
        Ok(ContactImport { refusal, file: upload.file, missing, report })
    }

    /// Imports the uploaded list.
    pub async fn import_contacts(&self, who: &Principal, session: &Session) -> Result<(), Problem> {
        who.need(Permission::ClientsEdit)?;
        let gone = || Problem::Conflict("The uploaded list is no longer here. Upload it again.".into());
        let upload = self.uploaded_contacts(session).ok_or_else(gone)?;
        if let Some(sentence) = Columns::detect(&upload.sheet.columns).missing().first() {
            return Err(Problem::field("file", sentence));
        }
        let report = self.import_contact_sheet(who, &upload, false).await?;
        self.drafts.keep_upload(&session.token_hash, None, self.now());
        self.drafts.keep_imported(&session.token_hash, ImportDone { report, refused: Arc::new(Vec::new()) }, self.now());
        Ok(())
    }

    fn uploaded_contacts(&self, session: &Session) -> Option<UploadedList> {
        self.drafts.upload(&session.token_hash, self.now()).filter(|upload| upload.of_contacts)
    }

    async fn import_contact_sheet(&self, who: &Principal, upload: &UploadedList, dry_run: bool) -> Result<ImportReport, Problem> {
        let types = self.store.contact_types().await.map_err(problem_of)?;
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let own = self.own_cost_centres(who).await?;
        let foreign = if own.is_some() { self.foreign_contacts(who).await? } else { HashSet::new() };
        let sheet = upload.sheet.clone();
        let read = tokio::task::spawn_blocking(move || contact_list::read(&sheet, &types, &centres)).await;
        let (rows, mut refused) = read.map_err(|error| super::trouble::unexpected(&error))?;
        let (mut changes, mut lines) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for row in rows {
            let mut refuse = |sentence: &str| {
                refused.push(Refused { line: row.line, sentence: sentence.to_owned(), record: crate::client_list::StringRecord::new() });
            };
            let mut form = row.form;
            if let Some(own) = &own {
                form.cost_centre = form.cost_centre.or(own.first().copied().filter(|_| own.len() == 1));
                if !form.cost_centre.is_some_and(|centre| own.contains(&centre)) {
                    refuse("cost centre: Name one of your own cost centres.");
                    continue;
                }
                if foreign.contains(&key_of(&form.name, &form.company, &form.side)) {
                    refuse("name: This contact belongs to another cost centre.");
                    continue;
                }
            }
            let mut errors = FieldErrors::default();
            match self.contact_change(&form, &mut errors) {
                Some(change) if errors.0.is_empty() => {
                    changes.push(change);
                    lines.push(row.line);
                }
                _ => refuse(errors.0.first().map_or("This line cannot be read.", |(_, sentence)| sentence.as_str())),
            }
        }
        refused.sort_by_key(|refused| refused.line);
        let event = self.event(who, "contacts.imported", "", format!("{} rows, {} refused", changes.len(), refused.len()));
        let outcome = self.store.import_contacts(&changes, dry_run, &event).await.map_err(problem_of)?;
        let left_off = outcome.left_off.iter().take(TOLD).map(|(row, address)| {
            (lines.get(*row).copied().unwrap_or(0), format!("No room for {address}: the contact has three addresses already."))
        });
        Ok(ImportReport {
            added: outcome.added,
            updated: outcome.updated,
            unchanged: outcome.unchanged,
            refused: refused.iter().take(TOLD).map(|refused| (refused.line, refused.sentence.clone())).collect(),
            more_refused: refused.len().saturating_sub(TOLD) as i64,
            merged: left_off.collect(),
            dry_run,
        })
    }

    /// Contacts that are on file for cost centres of others.
    async fn foreign_contacts(&self, who: &Principal) -> Result<HashSet<String>, Problem> {
        let all = ContactFilter::default();
        let mine = self.store.contacts(who.scope()?, &all, None, ALL).await.map_err(problem_of)?;
        let mine: HashSet<_> = mine.into_iter().map(|card| card.id).collect();
        let everybodys = self.store.contacts(Scope::Everything, &all, None, ALL).await.map_err(problem_of)?;
        let others = everybodys.into_iter().filter(|card| !mine.contains(&card.id));
        Ok(others.map(|card| key_of(&card.name, &card.company, card.side.as_str())).collect())
    }
}

/// As lists tell contacts apart.
fn key_of(name: &str, company: &str, side: &str) -> String {
    format!("{}\n{}\n{side}", fold(name), fold(company))
}
