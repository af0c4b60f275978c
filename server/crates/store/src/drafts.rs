//! Letters being written. A draft is its author's alone: for everybody else there is none of that id. What is typed is saved without an
//! entry in the audit trail; that a draft was begun, discarded or sent is one.

use crate::{
    NewEvent, Scope, Store, StoreError,
    audit::{TAKE_TURN, append_event},
    db::{read, write},
    fold::fold,
    history::client_scope,
};
use model::{ClientId, ComposeMode, Draft, DraftCard, DraftFile, DraftId, DraftKept, LetterForm, MessageId, ServiceId, UserId};
use sha2::{Digest, Sha256};

/// Drafts in the list, at most.
const LISTED: i64 = 200;

/// A draft about to be begun.
#[derive(Debug, Clone, Default)]
pub struct NewDraft {
    /// Whose history it is written from. The caller has checked the scope.
    pub client: Option<ClientId>,
    /// What it answers. The caller has checked the scope.
    pub answers: Option<MessageId>,
    /// What it is to that.
    pub mode: ComposeMode,
    /// Its own choice of a service.
    pub service: Option<ServiceId>,
    /// What stands in it at first.
    pub form: LetterForm,
}

/// A file about to be put to a draft.
#[derive(Debug, Clone)]
pub struct NewDraftFile {
    /// File name.
    pub name: String,
    /// Type.
    pub kind: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    party_id: Option<i64>,
    answers: Option<i64>,
    mode: String,
    service_id: Option<i64>,
    sender: String,
    reply_to: String,
    to_list: String,
    cc_list: String,
    bcc_list: String,
    subject: String,
    body: String,
    html: String,
    updated_at: i64,
    version: i64,
    outbox_id: Option<i64>,
}

impl Row {
    fn with(self, files: Vec<DraftFile>) -> Draft {
        Draft {
            id: DraftId(self.id),
            client: self.party_id.map(ClientId),
            answers: self.answers.map(MessageId),
            mode: ComposeMode::parse(&self.mode),
            service: self.service_id.map(ServiceId),
            form: LetterForm {
                from: self.sender,
                reply_to: self.reply_to,
                to: self.to_list,
                cc: self.cc_list,
                bcc: self.bcc_list,
                subject: self.subject,
                body: self.body,
                html: self.html,
            },
            updated_at: self.updated_at,
            version: self.version,
            outbox: self.outbox_id,
            files,
        }
    }
}

/// PostgreSQL's text holds no NUL.
pub(crate) fn text(typed: &str) -> String {
    typed.replace('\0', "")
}

/// Adds a draft in the transaction at hand; evaluates to its number.
macro_rules! insert_draft {
    ($c:expr, $user:expr, $new:expr, $at:expr) => {{
        use crate::drafts::text;
        let new: &crate::NewDraft = $new;
        let form = &new.form;
        let id: i64 = sqlx::query_scalar(
            "insert into draft (user_id, party_id, answers, mode, service_id, sender, reply_to, to_list, cc_list, bcc_list, subject, body, html, updated_at, version)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1) returning id",
        )
        .bind($user.0)
        .bind(new.client.map(|id| id.0))
        .bind(new.answers.map(|id| id.0))
        .bind(new.mode.as_str())
        .bind(new.service.map(|id| id.0))
        .bind(text(&form.from))
        .bind(text(&form.reply_to))
        .bind(text(&form.to))
        .bind(text(&form.cc))
        .bind(text(&form.bcc))
        .bind(text(&form.subject))
        .bind(text(&form.body))
        .bind(text(&form.html))
        .bind($at)
        .fetch_one(&mut *$c)
        .await?;
        id
    }};
}
pub(crate) use insert_draft;

/// A draft's letter is in the outbox under this number, and the day of an action that it was written for is done; in the transaction at hand.
macro_rules! settle_draft {
    ($c:expr, $user:expr, $draft:expr, $version:expr, $letter:expr) => {{
        let changed = sqlx::query("update draft set outbox_id = $4 where id = $1 and user_id = $2 and version = $3")
            .bind($draft.0)
            .bind($user.0)
            .bind($version)
            .bind($letter)
            .execute(&mut *$c)
            .await?
            .rows_affected();
        if changed == 0 {
            return Err(StoreError::Conflict("draft_changed"));
        }
        sqlx::query(
            "update action_occurrence set state = 'done', reason = '', outbox_id = $2, settled_at = (select x.queued_at from outbox x where x.id = $2),
               settled_by = (select x.principal from outbox x where x.id = $2) where draft_id = $1 and state in ('open', 'failed')",
        )
        .bind($draft.0)
        .bind($letter)
        .execute(&mut *$c)
        .await?;
    }};
}
pub(crate) use settle_draft;

impl Store {
    /// Begins a draft. Drafts whose letters have left long since go with it.
    pub async fn begin_draft(&self, user: UserId, new: &NewDraft, event: &NewEvent) -> Result<DraftId, StoreError> {
        let (id, head) = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            for gone in [
                "update action_occurrence set draft_id = null where draft_id in (select d.id from draft d join outbox o on o.id = d.outbox_id where d.user_id = $1 and o.state = 'sent')",
                "delete from draft_attachment where draft_id in (select d.id from draft d join outbox o on o.id = d.outbox_id where d.user_id = $1 and o.state = 'sent')",
                "delete from draft where user_id = $1 and outbox_id in (select o.id from outbox o where o.state = 'sent')",
            ] {
                sqlx::query(gone).bind(user.0).execute(&mut *c).await?;
            }
            let id = insert_draft!(c, user, new, event.at);
            Ok((DraftId(id), append_event!(&self.keys, c, &NewEvent { subject: format!("draft:{id}"), ..event.clone() })))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(id)
    }

    /// A draft of this person.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not his or hers.
    pub async fn draft(&self, user: UserId, id: DraftId) -> Result<Draft, StoreError> {
        let row: Option<Row> = read!(self, c => sqlx::query_as(
            "select id, party_id, answers, mode, service_id, sender, reply_to, to_list, cc_list, bcc_list, subject, body, html, updated_at, version, outbox_id
             from draft where id = $1 and user_id = $2").bind(id.0).bind(user.0).fetch_optional(c).await)?;
        let row = row.ok_or(StoreError::NotFound)?;
        let files: Vec<(i64, String, String, i64)> = read!(self, c => sqlx::query_as(
            "select id, name, kind, size from draft_attachment where draft_id = $1 order by id").bind(id.0).fetch_all(c).await)?;
        Ok(row.with(files.into_iter().map(|(id, name, kind, size)| DraftFile { id, name, kind, size }).collect()))
    }

    /// A person's drafts that have not been sent, the newest first; those whose letter was taken back or refused among them.
    pub async fn drafts(&self, user: UserId) -> Result<Vec<DraftCard>, StoreError> {
        type Listed = (i64, String, String, Option<i64>, Option<String>, i64, i64);
        let rows: Vec<Listed> = read!(self, c => sqlx::query_as(
            "select d.id, d.subject, d.to_list, d.party_id, p.name, d.updated_at, (select count(*) from draft_attachment f where f.draft_id = d.id)
             from draft d left join party p on p.id = d.party_id left join outbox o on o.id = d.outbox_id
             where d.user_id = $1 and (d.outbox_id is null or o.state in ('withdrawn', 'refused'))
             order by d.updated_at desc, d.id desc limit $2").bind(user.0).bind(LISTED).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, subject, to, party, name, updated_at, files)| DraftCard {
                id: DraftId(id),
                subject,
                to,
                client: party.map(ClientId).zip(name),
                updated_at,
                files,
            })
            .collect())
    }

    /// Saves what was typed over the version that the writer knows.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not this person's, [`StoreError::Conflict`] `draft_changed` when it was saved elsewhere since,
    /// `draft_is_sent` when its letter is in the outbox.
    pub async fn keep_draft(&self, user: UserId, id: DraftId, version: i64, form: &LetterForm, at: i64) -> Result<DraftKept, StoreError> {
        write!(self, c => {
            let known: Option<(i64, Option<i64>)> = sqlx::query_as("select version, outbox_id from draft where id = $1 and user_id = $2")
                .bind(id.0).bind(user.0).fetch_optional(&mut *c).await?;
            match known {
                None => return Err(StoreError::NotFound),
                Some((_, Some(_))) => return Err(StoreError::Conflict("draft_is_sent")),
                Some((now, None)) if now != version => return Err(StoreError::Conflict("draft_changed")),
                Some(_) => {}
            }
            let changed = sqlx::query(
                "update draft set sender = $3, reply_to = $4, to_list = $5, cc_list = $6, bcc_list = $7, subject = $8, body = $9, html = $10, updated_at = $11,
                   version = version + 1 where id = $1 and version = $2")
                .bind(id.0).bind(version).bind(text(&form.from)).bind(text(&form.reply_to)).bind(text(&form.to)).bind(text(&form.cc)).bind(text(&form.bcc))
                .bind(text(&form.subject)).bind(text(&form.body)).bind(text(&form.html)).bind(at)
                .execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::Conflict("draft_changed"));
            }
            Ok(DraftKept { version: version + 1, at })
        })
    }

    /// Adds files to a draft, all or none. What is typed in it stays as it is, and so does its version.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not this person's, [`StoreError::Conflict`] `draft_is_sent`.
    pub async fn add_draft_files(&self, user: UserId, id: DraftId, files: &[NewDraftFile]) -> Result<Vec<i64>, StoreError> {
        let mut packed: Vec<([u8; 32], Vec<u8>)> = Vec::new();
        for file in files {
            packed.push((Sha256::digest(&file.bytes).into(), zstd::bulk::compress(&file.bytes, 3)?));
        }
        write!(self, c => {
            let known: Option<Option<i64>> = sqlx::query_scalar("select outbox_id from draft where id = $1 and user_id = $2")
                .bind(id.0).bind(user.0).fetch_optional(&mut *c).await?;
            match known {
                None => return Err(StoreError::NotFound),
                Some(Some(_)) => return Err(StoreError::Conflict("draft_is_sent")),
                Some(None) => {}
            }
            let mut ids: Vec<i64> = Vec::new();
            for (file, (digest, packed)) in files.iter().zip(&packed) {
                let added: i64 = sqlx::query_scalar("insert into draft_attachment (draft_id, name, kind, size, digest, bytes) values ($1, $2, $3, $4, $5, $6) returning id")
                    .bind(id.0).bind(text(&file.name)).bind(text(&file.kind)).bind(file.bytes.len() as i64).bind(&digest[..]).bind(&packed[..])
                    .fetch_one(&mut *c).await?;
                ids.push(added);
            }
            Ok(ids)
        })
    }

    /// Takes a file out of a draft.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not this person's, or already in the outbox.
    pub async fn drop_draft_file(&self, user: UserId, id: DraftId, file: i64) -> Result<(), StoreError> {
        write!(self, c => {
            let gone = sqlx::query("delete from draft_attachment where id = $1 and draft_id = $2
                 and exists (select 1 from draft d where d.id = $2 and d.user_id = $3 and d.outbox_id is null)")
                .bind(file).bind(id.0).bind(user.0).execute(&mut *c).await?.rows_affected();
            if gone == 0 { Err(StoreError::NotFound) } else { Ok(()) }
        })
    }

    /// The files of a draft with what is in them, by id.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when stored bytes changed.
    pub async fn draft_file_bytes(&self, user: UserId, id: DraftId) -> Result<Vec<(DraftFile, Vec<u8>)>, StoreError> {
        type Stored = (i64, String, String, i64, Vec<u8>, Vec<u8>);
        let rows: Vec<Stored> = read!(self, c => sqlx::query_as(
            "select f.id, f.name, f.kind, f.size, f.digest, f.bytes from draft_attachment f join draft d on d.id = f.draft_id
             where f.draft_id = $1 and d.user_id = $2 order by f.id").bind(id.0).bind(user.0).fetch_all(c).await)?;
        rows.into_iter()
            .map(|(id, name, kind, size, digest, packed)| {
                let bytes = zstd::bulk::decompress(&packed, usize::try_from(size).unwrap_or_default())?;
                if Sha256::digest(&bytes)[..] != digest[..] {
                    return Err(StoreError::Inconsistent(format!("the bytes of file {id} of a draft changed")));
                }
                Ok((DraftFile { id, name, kind, size }, bytes))
            })
            .collect()
    }

    /// Throws a draft away, with the event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not this person's, or already in the outbox.
    pub async fn discard_draft(&self, user: UserId, id: DraftId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            // The day of an action that it was written for waits to be opened anew.
            sqlx::query("update action_occurrence set draft_id = null where draft_id in (select id from draft where id = $1 and user_id = $2 and outbox_id is null)")
                .bind(id.0).bind(user.0).execute(&mut *c).await?;
            sqlx::query("delete from draft_attachment where draft_id in (select id from draft where id = $1 and user_id = $2 and outbox_id is null)")
                .bind(id.0).bind(user.0).execute(&mut *c).await?;
            let gone = sqlx::query("delete from draft where id = $1 and user_id = $2 and outbox_id is null")
                .bind(id.0).bind(user.0).execute(&mut *c).await?.rows_affected();
            if gone == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Its letter was taken back or refused: it can be written on. Its version grows, so that it may be sent anew.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `letter_is_leaving` unless the letter was withdrawn or refused.
    pub async fn reopen_draft(&self, user: UserId, id: DraftId, at: i64) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            sqlx::query("update outbox set form_key = null where state in ('withdrawn', 'refused') and id in (select d.outbox_id from draft d where d.id = $1 and d.user_id = $2)")
                .bind(id.0).bind(user.0).execute(&mut *c).await?;
            let changed = sqlx::query(
                "update draft set outbox_id = null, version = version + 1, updated_at = $3 where id = $1 and user_id = $2
                   and outbox_id in (select o.id from outbox o where o.state in ('withdrawn', 'refused'))")
                .bind(id.0).bind(user.0).bind(at).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::Conflict("letter_is_leaving"));
            }
            sqlx::query(
                "update action_occurrence set state = 'open', outbox_id = null, settled_at = null, settled_by = '' where draft_id = $1 and state = 'done'")
                .bind(id.0).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Clients in scope whose whole name stands in these words, but not this one, by name. At most ten.
    pub async fn clients_named_in(
        &self,
        scope: Scope,
        words: &str,
        except: Option<ClientId>,
    ) -> Result<Vec<(ClientId, String)>, StoreError> {
        let (user, all) = scope.binds();
        let words = fold(words);
        let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(concat!(
            "select p.id, p.name from party p where p.kind = 'client' and p.id <> $3 and length(p.sort_name) >= 5 and $4 like '%' || p.sort_name || '%' and ",
            client_scope!(), " order by p.sort_name, p.id limit 50"))
            .bind(user).bind(all).bind(except.map_or(-1, |id| id.0)).bind(&words).fetch_all(c).await)?;
        let whole = |name: &str| stands_alone(&words, &fold(name));
        Ok(rows.into_iter().filter(|(_, name)| whole(name)).take(10).map(|(id, name)| (ClientId(id), name)).collect())
    }
}

/// Whether `name` stands in `words` without letters around it.
fn stands_alone(words: &str, name: &str) -> bool {
    let free = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    words.match_indices(name).any(|(at, _)| free(words[..at].chars().next_back()) && free(words[at + name.len()..].chars().next()))
}
