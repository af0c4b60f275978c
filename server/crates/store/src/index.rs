//! Keeping the index that searching needs. It follows the import with a list of what is not indexed yet.

use crate::{
    Database, Store, StoreError,
    db::{read, write},
    dialect,
    search::place_of,
};
use futures::TryStreamExt;
use model::{AddressRole, MessageId};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// What is indexed of a letter; as read from the store the texts are as written, as given back they are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// The letter.
    pub message: MessageId,
    /// Its sort date, ms.
    pub date: i64,
    /// Subject.
    pub subject: String,
    /// Names and addresses of From, Sender, Reply-To.
    pub senders: String,
    /// Names and addresses of To, Cc, Bcc.
    pub recipients: String,
    /// File names.
    pub files: String,
    /// Text.
    pub body: String,
    /// Ids of its addresses.
    pub addresses: Vec<i64>,
}

/// An entry as the index of one kind of database takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRow {
    message: MessageId,
    place: i64,
    /// The columns of each table of the index.
    tables: Vec<Vec<String>>,
}

impl IndexRow {
    /// The row of an entry whose texts are folded. Heavy and without waits: no work for the threads that answer people.
    pub fn new(database: Database, entry: IndexEntry) -> Self {
        Self { message: entry.message, place: place_of(entry.date, entry.message), tables: dialect::index_columns(database, entry) }
    }
}

/// Rows in one statement.
const AT_ONCE: usize = 200;
/// Octets of text that are indexed in one go: memory stays bounded, however long letters are.
const HELD: usize = 8 << 20;

macro_rules! delete_ids {
    ($c:expr, $start:expr, $ids:expr) => {{
        let mut delete = QueryBuilder::new($start);
        let mut list = delete.separated(", ");
        for id in $ids {
            list.push_bind(*id);
        }
        delete.push(")");
        delete.build().execute(&mut *$c).await?;
    }};
}

impl Store {
    /// Up to `limit` letters that are not searchable yet, newest first; fewer when their texts are long.
    pub async fn index_waiting(&self, limit: i64) -> Result<Vec<IndexEntry>, StoreError> {
        let fresh = self.fresh_waiting(limit).await?;
        if !fresh.is_empty() {
            return Ok(fresh);
        }
        let mut unpacker = Unpacker::new()?;
        let rows: Vec<(i64, i64, String, String, String)> = read!(self, c => {
            let mut found = sqlx::query_as::<_, (i64, i64, String, Vec<u8>, String)>(
                "select m.id, m.date, m.subject, t.body, t.files from search_todo d join message m on m.id = d.message_id
                 join message_text t on t.message_id = d.message_id order by d.message_id desc limit $1").bind(limit).fetch(c);
            let (mut rows, mut octets) = (Vec::new(), 0);
            while octets < HELD && let Some((id, date, subject, body, files)) = found.try_next().await? {
                let body = unpacker.unpack(&body)?;
                octets += body.len();
                rows.push((id, date, subject, body, files));
            }
            Ok::<_, StoreError>(rows)
        })?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let people: Vec<(i64, i64, i64, String, String)> = read!(self, c => {
            let mut query = QueryBuilder::new(
                "select ma.message_id, ma.role, ma.address_id, ma.name, a.address from message_address ma join address a on a.id = ma.address_id
                 where ma.message_id in (");
            let mut list = query.separated(", ");
            for (id, ..) in &rows {
                list.push_bind(*id);
            }
            query.push(") order by ma.message_id, ma.role, ma.position");
            query.build_query_as().fetch_all(c).await
        })?;
        let mut of_letter: HashMap<i64, (String, String, Vec<i64>)> = HashMap::new();
        for (id, role, address_id, name, address) in people {
            let (senders, recipients, ids) = of_letter.entry(id).or_default();
            let text = if is_sender(AddressRole::from_code(role)) { senders } else { recipients };
            text.push_str(&format!("{name} {address}\n"));
            if !ids.contains(&address_id) {
                ids.push(address_id);
            }
        }
        rows.into_iter()
            .map(|(id, date, subject, body, files)| {
                let (senders, recipients, addresses) = of_letter.remove(&id).unwrap_or_default();
                Ok(IndexEntry { message: MessageId(id), date, subject, senders, recipients, files, body, addresses })
            })
            .collect()
    }

    /// Puts folded texts into the index and takes them off the waiting list, in one transaction.
    pub async fn save_index(&self, rows: &[IndexRow]) -> Result<(), StoreError> {
        let database = self.database();
        let (before, after) = dialect::as_index_column(database);
        // In the order of their places: FTS5 writes what it has gathered as a piece of its own as soon as a row stands before the last one.
        let mut rows: Vec<&IndexRow> = rows.iter().collect();
        rows.sort_unstable_by_key(|row| row.place);
        write!(self, c => {
            for part in rows.chunks(AT_ONCE) {
                for start in dialect::index_delete(database) {
                    delete_ids!(c, *start, part.iter().map(|row| &row.place));
                }
            }
            for part in rows.chunks(AT_ONCE) {
                for (at, start) in dialect::index_insert(database).iter().enumerate() {
                    let mut insert = QueryBuilder::new(*start);
                    insert.push_values(part, |mut values, row| {
                        values.push_bind(row.place);
                        for column in &row.tables[at] {
                            values.push(before).push_bind_unseparated(column).push_unseparated(after);
                        }
                    });
                    insert.build().execute(&mut *c).await?;
                }
            }
            for part in rows.chunks(AT_ONCE) {
                delete_ids!(c, "delete from search_todo where message_id in (", part.iter().map(|row| &row.message.0));
            }
            Ok(())
        })
    }

    /// Settings of the index that are no part of its table.
    pub(crate) async fn set_index(&self) -> Result<(), StoreError> {
        for (asked, changed) in dialect::index_memory(self.database()) {
            let set: i64 = read!(self, c => sqlx::query_scalar(*asked).fetch_one(c).await)?;
            if set == 0 {
                write!(self, c => {
                    sqlx::query(*changed).execute(&mut *c).await?;
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    /// Makes the index quick again after much was put in.
    pub async fn tidy_index(&self) -> Result<(), StoreError> {
        if let Some(sql) = dialect::tidy_index(self.database()) {
            write!(self, c => {
                sqlx::query(sql).execute(&mut *c).await?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// How many letters are not searchable yet.
    pub async fn index_behind(&self) -> Result<i64, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select count(*) from search_todo").fetch_one(c).await)?)
    }
}

/// Whether a header names who wrote the letter; the others name who got it.
pub(crate) fn is_sender(role: Option<AddressRole>) -> bool {
    matches!(role, Some(AddressRole::From | AddressRole::Sender | AddressRole::ReplyTo))
}

/// Unpacks stored texts, one after the other.
pub(crate) struct Unpacker(zstd::bulk::Decompressor<'static>);

impl Unpacker {
    pub(crate) fn new() -> Result<Self, StoreError> {
        Ok(Self(zstd::bulk::Decompressor::new()?))
    }

    pub(crate) fn unpack(&mut self, body: &[u8]) -> Result<String, StoreError> {
        let length = zstd::zstd_safe::get_frame_content_size(body).ok().flatten().and_then(|length| usize::try_from(length).ok());
        let bytes = match length.filter(|length| *length <= HELD) {
            Some(length) => self.0.decompress(body, length)?,
            None => zstd::stream::decode_all(body)?,
        };
        String::from_utf8(bytes).map_err(|_| StoreError::Inconsistent("message_text.body is not text".into()))
    }
}
