//! Lists of contacts: uploaded, their columns explained, looked at, imported. The upload is kept in the session as a list of clients is.
//!
//! Must never: change a contact outside the scope of the one who asks, or delete anything because a list does not name it.

use super::client_import::{Imported, list_is_gone, preview};
use super::drafts::{ListMapping, UploadedList};
use super::{Office, Principal, Session, trouble::problem_of};
use crate::client_list::{Refused, Sheet};
use crate::contact_list::{self, ContactRow, Mapping};
use model::{ContactFilter, FieldErrors, ImportPosted, ImportReport, ImportState, Permission, Problem};
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
        self.keep_list(session, file, bytes, |sheet| ListMapping::Contacts(sheet.detected())).await
    }

    /// The list at hand and what importing it would do; with `refused`, why the last upload was not taken.
    pub async fn contact_import(&self, who: &Principal, session: &Session, refused: bool) -> Result<ImportState, Problem> {
        who.need(Permission::ClientsEdit)?;
        let mut state = self.state_of_import(session, refused);
        if let Some((upload, mapping)) = self.uploaded_contacts(session) {
            let missing = mapping.check(&upload.sheet.columns);
            let report =
                if missing.0.is_empty() { Some(self.import_contact_sheet(who, &upload.sheet, &mapping, true).await?.0) } else { None };
            state.preview = Some(preview(&upload, &mapping, missing, report));
        }
        Ok(state)
    }

    /// Takes what each column stands for; imports the list if what that does was `seen`, else it is shown first.
    pub async fn import_contacts(
        &self,
        who: &Principal,
        session: &Session,
        columns: &[String],
        look: bool,
        seen: &str,
    ) -> Result<ImportPosted, Problem> {
        who.need(Permission::ClientsEdit)?;
        let (upload, _) = self.uploaded_contacts(session).ok_or_else(list_is_gone)?;
        let mapping = Mapping::chosen(columns, upload.sheet.columns.len()).ok_or_else(list_is_gone)?;
        let kept = UploadedList { mapping: ListMapping::Contacts(mapping.clone()), ..upload.clone() };
        self.drafts.keep_upload(&session.token_hash, Some(kept), self.now());
        mapping.check(&upload.sheet.columns).into_result()?;
        if look || mapping.words().join(",") != seen {
            return Ok(ImportPosted::Look);
        }
        let (report, refused) = self.import_contact_sheet(who, &upload.sheet, &mapping, false).await?;
        self.keep_done(session, &upload.sheet, report.clone(), &refused);
        Ok(ImportPosted::Done(report))
    }

    fn uploaded_contacts(&self, session: &Session) -> Option<(UploadedList, Mapping)> {
        let upload = self.drafts.upload(&session.token_hash, self.now())?;
        match upload.mapping.clone() {
            ListMapping::Contacts(mapping) => Some((upload, mapping)),
            ListMapping::Clients(_) => None,
        }
    }

    pub(super) async fn import_contact_sheet(
        &self,
        who: &Principal,
        sheet: &Arc<Sheet>,
        mapping: &Mapping,
        dry_run: bool,
    ) -> Result<Imported, Problem> {
        let types = self.store.contact_types().await.map_err(problem_of)?;
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let own = self.own_cost_centres(who).await?;
        let foreign = if own.is_some() { self.foreign_contacts(who).await? } else { HashSet::new() };
        let (list, meaning) = (sheet.clone(), mapping.clone());
        let read = tokio::task::spawn_blocking(move || contact_list::read(&list, &meaning, &types, &centres)).await;
        let (rows, mut refused) = read.map_err(|error| super::trouble::unexpected(&error))?;
        let (mut changes, mut lines) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for ContactRow { line, mut form, record } in rows {
            let mut refuse = |field: &str, sentence: &str| {
                let sentence = sheet.sentence(mapping, &record, field, sentence);
                refused.push(Refused { line, sentence, record: record.clone() });
            };
            if let Some(own) = &own {
                form.cost_centre = form.cost_centre.or(own.first().copied().filter(|_| own.len() == 1));
                if !form.cost_centre.is_some_and(|centre| own.contains(&centre)) {
                    refuse("cost_centre", "Name one of your own cost centres");
                    continue;
                }
                if foreign.contains(&key_of(&form.name, &form.company, &form.side)) {
                    refuse("name", "This contact belongs to another cost centre");
                    continue;
                }
            }
            let mut errors = FieldErrors::default();
            match self.contact_change(&form, &mut errors) {
                Some(change) if errors.0.is_empty() => {
                    changes.push(change);
                    lines.push(line);
                }
                _ => match errors.0.first() {
                    Some((field, sentence)) => refuse(if field.starts_with("self") { "address" } else { field }, sentence),
                    None => refuse("name", "This line cannot be read"),
                },
            }
        }
        refused.sort_by_key(|refused| refused.line);
        let event = self.event(who, "contacts.imported", "", format!("{} rows, {} refused", changes.len(), refused.len()));
        let outcome = self.store.import_contacts(&changes, dry_run, &event).await.map_err(problem_of)?;
        let left_off = outcome.left_off.iter().take(TOLD).map(|(row, address)| {
            (lines.get(*row).copied().unwrap_or(0), format!("No room for {address}: the contact has three addresses already."))
        });
        let report = ImportReport {
            added: outcome.added,
            updated: outcome.updated,
            unchanged: outcome.unchanged,
            refused: refused.iter().take(TOLD).map(|refused| (refused.line, refused.sentence.clone())).collect(),
            more_refused: refused.len().saturating_sub(TOLD) as i64,
            merged: left_off.collect(),
            dry_run,
        };
        Ok((report, refused))
    }

    /// Contacts that are on file for cost centres of others.
    async fn foreign_contacts(&self, who: &Principal) -> Result<HashSet<String>, Problem> {
        let all = ContactFilter::default();
        let mine = self.store.contacts(who.scope()?, &all, None, ALL).await.map_err(problem_of)?;
        let mine: HashSet<_> = mine.into_iter().map(|card| card.id).collect();
        let everybodys = self.store.contacts(Scope::Everything, &all, None, ALL).await.map_err(problem_of)?;
        let others = everybodys.into_iter().filter(|card| !mine.contains(&card.id));
        let mut keys: HashSet<String> = others.map(|card| key_of(&card.name, &card.company, card.side.as_str())).collect();
        // By the name of one that was merged, a list would reach where it went.
        let merged = self.store.merged_contact_names().await.map_err(problem_of)?;
        let elsewhere = merged.into_iter().filter(|(.., stays)| !mine.contains(stays));
        keys.extend(elsewhere.map(|(name, company, side, _)| key_of(&name, &company, side.as_str())));
        Ok(keys)
    }
}

/// As lists tell contacts apart.
fn key_of(name: &str, company: &str, side: &str) -> String {
    format!("{}\n{}\n{side}", fold(name), fold(company))
}
