//! Lists of clients: uploaded, their columns explained, looked at, imported.
//!
//! Must never: change a client outside the scope of the one who asks, or delete anything because a list does not name it.

use super::clients::change_of;
use super::drafts::{ImportDone, ListMapping, UploadedList};
use super::{Office, Principal, Session, trouble::problem_of};
use crate::client_list::{self, ClientList, ListRow, Mapping, Meaning, Refused, Sheet, refused_file};
use model::{
    CostCentre, CostCentreId, FieldErrors, ImportColumn, ImportPosted, ImportPreview, ImportReport, ImportState, Permission, Problem,
};
use postroom_store::{ClientChange, MergedRow, Scope, StoreError};
use std::sync::Arc;

/// Refused rows told of on a page; all are in the file.
const TOLD: usize = 200;

/// A report, and all the rows that are refused.
pub(super) type Imported = (ImportReport, Vec<Refused>);

impl Office {
    /// Keeps an uploaded list in the session.
    pub async fn keep_upload(&self, who: &Principal, session: &Session, file: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        who.need(Permission::ClientsEdit)?;
        self.keep_list(session, file, bytes, |sheet| ListMapping::Clients(sheet.detected())).await
    }

    /// Keeps a list of either kind in the session.
    pub(super) async fn keep_list(
        &self,
        session: &Session,
        file: &str,
        bytes: Vec<u8>,
        detected: fn(&Sheet) -> ListMapping,
    ) -> Result<(), Problem> {
        let sheet = open(bytes).await?;
        let mapping = detected(&sheet);
        let upload = UploadedList { file: postroom_mail::attachment::safe_name(file), sheet: Arc::new(sheet), mapping };
        self.drafts.keep_upload(&session.token_hash, Some(upload), self.now());
        self.drafts.keep_refusal(&session.token_hash, None, self.now());
        Ok(())
    }

    /// Keeps why an upload was refused, for the page that is shown next.
    pub fn keep_refusal(&self, session: &Session, problem: Problem) {
        self.drafts.keep_refusal(&session.token_hash, Some(problem), self.now());
    }

    /// Why the last upload was not taken.
    pub fn refusal_of(&self, session: &Session) -> Option<Problem> {
        self.drafts.refusal(&session.token_hash, self.now())
    }

    /// What importing the uploaded list would do; with `refused`, why the last upload was not taken.
    pub async fn import_state(&self, who: &Principal, session: &Session, refused: bool) -> Result<ImportState, Problem> {
        who.need(Permission::ClientsEdit)?;
        let mut state = self.state_of_import(session, refused);
        if let Some((upload, mapping)) = self.uploaded_clients(session) {
            let missing = mapping.check(&upload.sheet.columns);
            let report = if missing.0.is_empty() { Some(self.import_sheet(who, &upload.sheet, &mapping, true).await?.0) } else { None };
            state.preview = Some(preview(&upload, &mapping, missing, report));
        }
        Ok(state)
    }

    /// Why the last upload was not taken, and what the last import did.
    pub(super) fn state_of_import(&self, session: &Session, refused: bool) -> ImportState {
        let refusal = refused.then(|| {
            let kept = self.drafts.refusal(&session.token_hash, self.now());
            kept.unwrap_or_else(|| Problem::field("file", "The list was not taken. Choose it again"))
        });
        let done = self.drafts.imported(&session.token_hash, self.now()).map(|done| done.report);
        ImportState { refusal, preview: None, done }
    }

    fn uploaded_clients(&self, session: &Session) -> Option<(UploadedList, Mapping)> {
        let upload = self.drafts.upload(&session.token_hash, self.now())?;
        match upload.mapping.clone() {
            ListMapping::Clients(mapping) => Some((upload, mapping)),
            ListMapping::Contacts(_) => None,
        }
    }

    /// A list is imported: it goes, what it did stays.
    pub(super) fn keep_done(&self, session: &Session, sheet: &Sheet, report: ImportReport, refused: &[Refused]) {
        let refused = refused_file(&sheet.columns, sheet.delimiter, refused);
        self.drafts.keep_upload(&session.token_hash, None, self.now());
        self.drafts.keep_imported(&session.token_hash, ImportDone { report, refused: Arc::new(refused) }, self.now());
    }

    /// Takes what each column stands for; imports the list if what that does was `seen`, else it is shown first.
    pub async fn import_upload(
        &self,
        who: &Principal,
        session: &Session,
        columns: &[String],
        look: bool,
        seen: &str,
    ) -> Result<ImportPosted, Problem> {
        who.need(Permission::ClientsEdit)?;
        let (upload, _) = self.uploaded_clients(session).ok_or_else(list_is_gone)?;
        let mapping = Mapping::chosen(columns, upload.sheet.columns.len()).ok_or_else(list_is_gone)?;
        let kept = UploadedList { mapping: ListMapping::Clients(mapping.clone()), ..upload.clone() };
        self.drafts.keep_upload(&session.token_hash, Some(kept), self.now());
        mapping.check(&upload.sheet.columns).into_result()?;
        if look || mapping.words().join(",") != seen {
            return Ok(ImportPosted::Look);
        }
        let (report, refused) = self.import_sheet(who, &upload.sheet, &mapping, false).await?;
        self.keep_done(session, &upload.sheet, report.clone(), &refused);
        Ok(ImportPosted::Done(report))
    }

    /// The rows that are refused, as a list: of the uploaded one (of clients or contacts) or, when it is imported, of that.
    pub async fn refused_rows(&self, who: &Principal, session: &Session) -> Result<Vec<u8>, Problem> {
        who.need(Permission::ClientsEdit)?;
        if let Some(upload) = self.drafts.upload(&session.token_hash, self.now()) {
            let sheet = &upload.sheet;
            let refused = match &upload.mapping {
                ListMapping::Clients(mapping) if mapping.check(&sheet.columns).0.is_empty() => {
                    Some(self.import_sheet(who, sheet, mapping, true).await?.1)
                }
                ListMapping::Contacts(mapping) if mapping.check(&sheet.columns).0.is_empty() => {
                    Some(self.import_contact_sheet(who, sheet, mapping, true).await?.1)
                }
                _ => None,
            };
            if let Some(refused) = refused {
                return Ok(refused_file(&sheet.columns, sheet.delimiter, &refused));
            }
        }
        let done = self.drafts.imported(&session.token_hash, self.now());
        done.map(|done| done.refused.as_ref().clone()).ok_or(Problem::NotFound)
    }

    /// Imports a file whose columns are named as we name them.
    pub async fn import_file(&self, who: &Principal, bytes: Vec<u8>, dry_run: bool) -> Result<ImportReport, Problem> {
        who.need(Permission::ClientsEdit)?;
        let sheet = open(bytes).await?;
        let mapping: Mapping = sheet.detected();
        if let Some((_, sentence)) = mapping.check(&sheet.columns).0.first() {
            let like = "The first line should look like: code,name,self1,self2,self3,partner1,partner2,partner3";
            return Err(Problem::field("file", &format!("{sentence}. {like}")));
        }
        Ok(self.import_sheet(who, &Arc::new(sheet), &mapping, dry_run).await?.0)
    }

    async fn import_sheet(&self, who: &Principal, sheet: &Arc<Sheet>, mapping: &Mapping, dry_run: bool) -> Result<Imported, Problem> {
        let (list, columns) = (sheet.clone(), mapping.clone());
        let list = tokio::task::spawn_blocking(move || list.read(&columns)).await.map_err(|error| super::trouble::unexpected(&error))?;
        let ClientList { rows, mut refused } = list;
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let own = self.own_cost_centres(who).await?;
        let (mut changes, mut lines) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for row in rows {
            match self.row_change(who, &row, &centres, own.as_deref()).await? {
                Ok(change) => {
                    changes.push(change);
                    lines.push(row.line);
                }
                Err((field, sentence)) => {
                    let sentence = sheet.sentence(mapping, &row.record, &field, &sentence);
                    refused.push(Refused { line: row.line, sentence, record: row.record });
                }
            }
        }
        refused.sort_by_key(|refused| refused.line);
        let event = self.event(who, "clients.imported", "", format!("{} rows, {} refused", changes.len(), refused.len()));
        let outcome = self.store.import_clients(&changes, dry_run, &event).await.map_err(problem_of)?;
        let told = refused.iter().take(TOLD).map(|refused| (refused.line, refused.sentence.clone())).collect();
        let merged = outcome.merged.iter().take(TOLD).map(|row| merged_words(row, &changes, &lines)).collect();
        let report = ImportReport {
            added: outcome.added,
            updated: outcome.updated,
            unchanged: outcome.unchanged,
            refused: told,
            more_refused: refused.len().saturating_sub(TOLD) as i64,
            merged,
            dry_run,
        };
        Ok((report, refused))
    }

    /// A row as a change, or the field for which it is refused and what to do.
    pub(super) async fn row_change(
        &self,
        who: &Principal,
        row: &ListRow,
        centres: &[CostCentre],
        own: Option<&[CostCentreId]>,
    ) -> Result<Result<ClientChange, (String, String)>, Problem> {
        let refuse = |field: &str, sentence: &str| Ok(Err((field.to_owned(), sentence.to_owned())));
        let mut form = row.form.clone();
        if let Some(name) = &row.cost_centre {
            let Some(centre) = centres.iter().find(|centre| centre.name.eq_ignore_ascii_case(name)) else {
                return refuse("cost_centre", "There is no cost centre of this name. Add it under Settings, or correct the name");
            };
            form.cost_centre = Some(centre.id);
        }
        if let Some(own) = own {
            let known = match self.store.client_by_code(Scope::Everything, &form.code).await {
                Ok(_) => true,
                Err(StoreError::NotFound) => false,
                Err(error) => return Err(problem_of(error)),
            };
            if known && self.store.client_by_code(who.scope()?, &form.code).await.is_err() {
                return refuse("code", "This code belongs to a client of another cost centre");
            }
            if form.cost_centre.is_none() && !known {
                form.cost_centre = own.first().copied().filter(|_| own.len() == 1);
            }
            let foreign = form.cost_centre.map_or(!known, |centre| !own.contains(&centre));
            if foreign {
                return refuse("cost_centre", "Name one of your own cost centres");
            }
        }
        let mut errors = FieldErrors::default();
        let change = change_of(&form, &self.time_zone(), &mut errors);
        Ok(match errors.0.into_iter().next() {
            Some(error) => Err(error),
            None => Ok(change),
        })
    }
}

/// What a row by the code of a client that is gone does.
pub(super) fn merged_words(row: &MergedRow, changes: &[ClientChange], lines: &[u64]) -> (u64, String) {
    let code = changes.get(row.row).map_or("", |change| change.code.as_str());
    let mut words = format!("{code} was merged into {} ({}).", row.code, row.name);
    let list = |addresses: &[String]| addresses.join(", ");
    if !row.added.is_empty() {
        words.push_str(&format!(" Added to its addresses: {}.", list(&row.added)));
    }
    if !row.left_off.is_empty() {
        words.push_str(&format!(" No room for: {}. Put it on file by hand if it is needed.", list(&row.left_off)));
    }
    if row.added.is_empty() && row.left_off.is_empty() {
        words.push_str(" Nothing is new.");
    }
    (lines.get(row.row).copied().unwrap_or(0), words)
}

/// What a list at hand would do, and what its columns stand for.
pub(super) fn preview<C: Meaning>(
    upload: &UploadedList,
    mapping: &client_list::Mapping<C>,
    missing: FieldErrors,
    report: Option<ImportReport>,
) -> ImportPreview {
    let sheet = &upload.sheet;
    let samples = |at: usize| sheet.shown.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty()).cloned().collect();
    let words = mapping.words();
    let columns = sheet.columns.iter().zip(&words).enumerate();
    ImportPreview {
        file: upload.file.clone(),
        delimiter: sheet.delimiter,
        encoding: sheet.encoding.to_owned(),
        columns: columns
            .map(|(at, (name, word))| ImportColumn { name: name.clone(), stands_for: word.clone(), samples: samples(at) })
            .collect(),
        missing: missing.0.into_iter().map(|(_, sentence)| sentence).collect(),
        report,
        seen: words.join(","),
    }
}

/// The list that was uploaded is forgotten, or another one is at hand.
pub(super) fn list_is_gone() -> Problem {
    Problem::Conflict("The uploaded list is no longer here. Upload it again.".into())
}

async fn open(bytes: Vec<u8>) -> Result<Sheet, Problem> {
    let read = tokio::task::spawn_blocking(move || Sheet::open(&bytes)).await.map_err(|error| super::trouble::unexpected(&error))?;
    read.map_err(|unusable| Problem::field("file", &unusable.0))
}
