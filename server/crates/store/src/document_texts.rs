//! Document texts: what letters are made from. Every version is kept; the one in use is named by its number.

use crate::{
    NewEvent, Store, StoreError,
    audit::{TAKE_TURN, append_event},
    db::{read, write},
};
use model::{DocumentText, TextId, TextVersion};

impl Store {
    /// Texts by name.
    pub async fn document_texts(&self) -> Result<Vec<(TextId, String)>, StoreError> {
        let rows: Vec<(i64, String)> =
            read!(self, c => sqlx::query_as("select id, name from document_text order by lower(name), id").fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name)| (TextId(id), name)).collect())
    }

    /// A text as it is in use.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn document_text(&self, id: TextId) -> Result<DocumentText, StoreError> {
        let row: Option<(String, String, String)> = read!(self, c => sqlx::query_as(
            "select t.name, v.subject, v.body from document_text t join document_text_version v on v.text_id = t.id and v.version = t.version where t.id = $1")
            .bind(id.0).fetch_optional(c).await)?;
        let (name, subject, body) = row.ok_or(StoreError::NotFound)?;
        Ok(DocumentText { name, subject, body })
    }

    /// All its versions, the newest first.
    pub async fn document_text_versions(&self, id: TextId) -> Result<Vec<TextVersion>, StoreError> {
        let rows: Vec<(i64, String, String, String, i64)> = read!(self, c => sqlx::query_as(
            "select version, subject, body, by_name, at from document_text_version where text_id = $1 order by version desc")
            .bind(id.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(version, subject, body, by, at)| TextVersion { version, subject, body, by, at }).collect())
    }

    /// Adds a text, or a version of one, with the event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`] `document_text_name_taken`.
    pub async fn keep_document_text(
        &self,
        id: Option<TextId>,
        text: &DocumentText,
        by: &str,
        event: &NewEvent,
    ) -> Result<TextId, StoreError> {
        let (id, head) = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let (id, version): (i64, i64) = match id {
                None => {
                    let id: i64 = sqlx::query_scalar("insert into document_text (name, version) values ($1, 1) returning id")
                        .bind(&text.name).fetch_one(&mut *c).await?;
                    (id, 1)
                }
                Some(id) => {
                    let last: Option<i64> = sqlx::query_scalar("select max(version) from document_text_version where text_id = $1")
                        .bind(id.0).fetch_one(&mut *c).await?;
                    let version = last.ok_or(StoreError::NotFound)? + 1;
                    sqlx::query("update document_text set name = $2, version = $3 where id = $1")
                        .bind(id.0).bind(&text.name).bind(version).execute(&mut *c).await?;
                    (id.0, version)
                }
            };
            sqlx::query("insert into document_text_version (text_id, version, subject, body, by_name, at) values ($1, $2, $3, $4, $5, $6)")
                .bind(id).bind(version).bind(&text.subject).bind(&text.body).bind(by).bind(event.at).execute(&mut *c).await?;
            Ok((TextId(id), append_event!(&self.keys, c, event)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(id)
    }

    /// Deletes a text and its versions, with the event. Letters made from it stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn drop_document_text(&self, id: TextId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            // Actions that were to send it wait for a person when their day comes, and say which text it was.
            sqlx::query("update action set text_id = null, text_name = (select t.name from document_text t where t.id = $1) where text_id = $1")
                .bind(id.0).execute(&mut *c).await?;
            sqlx::query("delete from document_text_version where text_id = $1").bind(id.0).execute(&mut *c).await?;
            if sqlx::query("delete from document_text where id = $1").bind(id.0).execute(&mut *c).await?.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
