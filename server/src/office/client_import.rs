//! Lists of clients: uploaded, looked at, imported.
//!
//! Must never: change a client outside the scope of the one who asks, or delete anything because a list does not name it.

use super::clients::change_of;
use super::drafts::UploadedList;
use super::{Office, Principal, Session, trouble::problem_of};
use crate::client_list::{self, ClientList, ListRow};
use model::{CostCentre, CostCentreId, FieldErrors, ImportPreview, ImportReport, ImportState, Permission, Problem};
use postroom_store::{ClientChange, Scope, StoreError};
use std::sync::Arc;

/// Refused rows told of; more would not be read.
const TOLD: usize = 1000;

impl Office {
    /// Keeps an uploaded list in the session.
    pub async fn keep_upload(&self, who: &Principal, session: &Session, file: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        who.need(Permission::ClientsEdit)?;
        let list = read_list(bytes).await?;
        let upload = UploadedList { file: postroom_mail::attachment::safe_name(file), list: Arc::new(list) };
        self.drafts.keep_upload(&session.token_hash, Some(upload), self.now());
        self.drafts.keep_refusal(&session.token_hash, None, self.now());
        Ok(())
    }

    /// Keeps why an upload was refused, for the page that is shown next.
    pub fn keep_refusal(&self, session: &Session, problem: Problem) {
        self.drafts.keep_refusal(&session.token_hash, Some(problem), self.now());
    }

    /// What importing the uploaded list would do; with `refused`, why the last upload was not taken.
    pub async fn import_state(&self, who: &Principal, session: &Session, refused: bool) -> Result<ImportState, Problem> {
        who.need(Permission::ClientsEdit)?;
        let refusal = refused.then(|| {
            let kept = self.drafts.refusal(&session.token_hash, self.now());
            kept.unwrap_or_else(|| Problem::field("file", "The list was not taken. Choose it again"))
        });
        let Some(upload) = self.drafts.upload(&session.token_hash, self.now()) else { return Ok(ImportState { refusal, preview: None }) };
        let report = self.import_list(who, &upload.list, true).await?;
        let preview = ImportPreview {
            file: upload.file,
            delimiter: upload.list.delimiter,
            encoding: upload.list.encoding.to_owned(),
            columns: upload.list.columns.clone(),
            rows: upload.list.shown.clone(),
            report,
        };
        Ok(ImportState { refusal, preview: Some(preview) })
    }

    /// Imports the uploaded list.
    pub async fn import_upload(&self, who: &Principal, session: &Session) -> Result<ImportReport, Problem> {
        who.need(Permission::ClientsEdit)?;
        let upload = self.drafts.upload(&session.token_hash, self.now());
        let upload = upload.ok_or_else(|| Problem::Conflict("The uploaded list is no longer here. Upload it again.".into()))?;
        let report = self.import_list(who, &upload.list, false).await?;
        self.drafts.keep_upload(&session.token_hash, None, self.now());
        Ok(report)
    }

    /// Imports a file.
    pub async fn import_file(&self, who: &Principal, bytes: Vec<u8>, dry_run: bool) -> Result<ImportReport, Problem> {
        who.need(Permission::ClientsEdit)?;
        let list = read_list(bytes).await?;
        self.import_list(who, &list, dry_run).await
    }

    async fn import_list(&self, who: &Principal, list: &ClientList, dry_run: bool) -> Result<ImportReport, Problem> {
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let own = self.own_cost_centres(who).await?;
        let mut refused = list.refused.clone();
        let mut changes = Vec::with_capacity(list.rows.len());
        for row in &list.rows {
            match self.row_change(who, row, &centres, own.as_deref()).await? {
                Ok(change) => changes.push(change),
                Err(sentence) => refused.push((row.line, sentence)),
            }
        }
        let event = self.event(who, "clients.imported", "", format!("{} rows, {} refused", changes.len(), refused.len()));
        let (added, updated, unchanged) = self.store.import_clients(&changes, dry_run, &event).await.map_err(problem_of)?;
        refused.sort_by_key(|(line, _)| *line);
        refused.truncate(TOLD);
        Ok(ImportReport { added, updated, unchanged, refused, dry_run })
    }

    /// A row as a change, or why it is refused.
    async fn row_change(
        &self,
        who: &Principal,
        row: &ListRow,
        centres: &[CostCentre],
        own: Option<&[CostCentreId]>,
    ) -> Result<Result<ClientChange, String>, Problem> {
        let mut form = row.form.clone();
        if let Some(name) = &row.cost_centre {
            let Some(centre) = centres.iter().find(|centre| centre.name.eq_ignore_ascii_case(name)) else {
                return Ok(Err(format!("cost_centre: There is no cost centre “{name}”. Add it under Settings, or correct the name.")));
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
                return Ok(Err("code: This code belongs to a client of another cost centre.".into()));
            }
            if form.cost_centre.is_none() && !known {
                form.cost_centre = own.first().copied().filter(|_| own.len() == 1);
            }
            let foreign = form.cost_centre.map_or(!known, |centre| !own.contains(&centre));
            if foreign {
                return Ok(Err("cost_centre: Name one of your own cost centres.".into()));
            }
        }
        let mut errors = FieldErrors::default();
        let change = change_of(&form, &self.time_zone(), &mut errors);
        Ok(match errors.0.first() {
            Some((field, sentence)) => Err(format!("{field}: {sentence}.")),
            None => Ok(change),
        })
    }
}

async fn read_list(bytes: Vec<u8>) -> Result<ClientList, Problem> {
    let read = tokio::task::spawn_blocking(move || client_list::read(&bytes)).await.map_err(|error| super::trouble::unexpected(&error))?;
    read.map_err(|unusable| Problem::field("file", &unusable.0))
}
