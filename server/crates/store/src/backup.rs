//! Backups: every table as lines of JSON from one moment, the packs, and the audit head. The same files restore on either database.
//!
//! The key file is never part of a backup: without it the letters can be read and the history served, but no stored
//! password opens and the audit trail cannot be checked. Must never: restore over something.

use crate::{
    Store, StoreError,
    audit::hex,
    backup_tables::{Column, Table, tables},
    db::Db,
    dialect, packs,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::StreamExt;
use serde_json::Value;
use sqlx::Row as _;
use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
};

/// What a backup or a restore moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BackupReport {
    /// Rows of all tables.
    pub rows: i64,
    /// Octets of packs.
    pub octets: u64,
}

const MARK: &str = "postroom-backup-1";

/// Rows of a table as JSON arrays, a page at a time so that memory stays flat; evaluates to their number.
macro_rules! dump_table {
    ($c:expr, $out:expr, $table:expr, $columns:expr) => {{
        let names = $columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let mut rows = 0_i64;
        let sql = format!("select {names} from {}", $table);
        let mut stream = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch(&mut *$c);
        while let Some(row) = stream.next().await {
            let row = row?;
            let mut cells = Vec::with_capacity($columns.len());
            for (at, (_, kind)) in $columns.iter().enumerate() {
                cells.push(match kind {
                    'i' => row.try_get::<Option<i64>, _>(at)?.map_or(Value::Null, Value::from),
                    't' => row.try_get::<Option<String>, _>(at)?.map_or(Value::Null, Value::from),
                    _ => row.try_get::<Option<Vec<u8>>, _>(at)?.map_or(Value::Null, |octets| Value::from(STANDARD.encode(octets))),
                });
            }
            serde_json::to_writer(&mut $out, &Value::Array(cells)).map_err(std::io::Error::from)?;
            $out.write_all(b"\n")?;
            rows += 1;
        }
        rows
    }};
}

/// Dumps all tables in one snapshot; evaluates to the number of rows.
macro_rules! dump_all {
    ($pool:expr, $database:expr, $out:expr) => {{
        let mut connection = $pool.acquire().await?;
        sqlx::query(dialect::begin_snapshot($database)).execute(&mut *connection).await?;
        let mut rows = 0;
        let dumped: Result<(), StoreError> = async {
            for (table, columns) in tables() {
                writeln!($out, "{}", serde_json::json!({ "table": table }))?;
                rows += dump_table!(&mut *connection, $out, table, columns);
            }
            Ok(())
        }
        .await;
        sqlx::query("rollback").execute(&mut *connection).await?;
        dumped?;
        rows
    }};
}

impl Store {
    /// Writes a backup into an empty or new folder, while everything goes on. Rows first, packs after: a pack is never shortened, so
    /// every row's bytes are in it.
    ///
    /// # Errors
    /// [`StoreError::Setup`] when the folder is not empty.
    pub async fn backup(&self, folder: &Path) -> Result<BackupReport, StoreError> {
        crate::private_folder(folder)?;
        if std::fs::read_dir(folder)?.next().is_some() {
            return Err(StoreError::Setup(format!("{} is not empty: name a new folder for the backup", folder.display())));
        }
        let mut out = zstd::Encoder::new(BufWriter::new(File::create(folder.join("rows.jsonl.zst"))?), 3)?;
        let (schema, version) = (self.self_facts().await?.schema, env!("CARGO_PKG_VERSION"));
        writeln!(out, "{}", serde_json::json!({ "mark": MARK, "schema": schema, "version": version }))?;
        let rows: i64 = match &self.db {
            Db::Sqlite { read, .. } => dump_all!(read, self.database(), out),
            Db::Postgres(pool) => dump_all!(pool, self.database(), out),
        };
        writeln!(out, "{}", serde_json::json!({ "end": rows }))?;
        out.finish()?.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        let (from, to) = (self.packs.folder().to_owned(), folder.join("packs"));
        let octets = tokio::task::spawn_blocking(move || packs::copy_all(&from, &to))
            .await
            .map_err(|_| StoreError::Inconsistent("copying the packs was cut off".into()))??;
        Ok(BackupReport { rows, octets })
    }

    /// Restores a backup into this store, which must be new. The index is made anew by the indexer.
    ///
    /// # Errors
    /// [`StoreError::Setup`] when the store holds something already or the folder holds no whole backup.
    pub async fn restore(&self, folder: &Path) -> Result<BackupReport, StoreError> {
        let held: i64 = crate::db::read!(self, c => sqlx::query_scalar(
            "select (select count(*) from app_user) + (select count(*) from account) + (select count(*) from message) + (select count(*) from party)")
            .fetch_one(c).await)?;
        if held > 0 {
            return Err(StoreError::Setup("This store is in use. Restore into a new data folder and an empty database".into()));
        }
        // Before anything is copied: a backup that does not fit leaves nothing behind.
        let lines = self.open_rows(folder).await?;
        let (from, to) = (folder.join("packs"), self.packs.folder().to_owned());
        let octets = tokio::task::spawn_blocking(move || packs::copy_all(&from, &to))
            .await
            .map_err(|_| StoreError::Inconsistent("copying the packs was cut off".into()))??;
        let rows = self.restore_rows(lines).await?;
        Ok(BackupReport { rows, octets })
    }

    /// The lines of a backup behind its first one, which must be of this version.
    async fn open_rows(&self, folder: &Path) -> Result<Lines, StoreError> {
        let file = File::open(folder.join("rows.jsonl.zst")).map_err(|_| broken("rows.jsonl.zst is missing"))?;
        let mut lines = BufReader::new(zstd::Decoder::new(file)?).lines();
        let first = next_line(&mut lines)?;
        if first["mark"] != MARK {
            return Err(broken("its first line is another program's"));
        }
        let schema = self.self_facts().await?.schema;
        if first["schema"] != schema {
            return Err(StoreError::Setup(made_by_another(&first, schema)));
        }
        Ok(lines)
    }

    async fn restore_rows(&self, mut lines: Lines) -> Result<i64, StoreError> {
        crate::db::write!(self, c => {
            // What a new store begins with gives way.
            for table in ["audit_head", "contact_type", "queue"] {
                sqlx::query(sqlx::AssertSqlSafe(format!("delete from {table}"))).execute(&mut *c).await?;
            }
            let mut rows = 0_i64;
            let mut table: Option<&Table> = None;
            let mut insert = String::new();
            loop {
                let line = next_line(&mut lines)?;
                if let Some(name) = line["table"].as_str() {
                    table = Some(tables().find(|(known, _)| *known == name).ok_or_else(|| broken("it has an unknown table"))?);
                    insert = table.map(|(name, columns)| insert_text(name, columns)).unwrap_or_default();
                    continue;
                }
                if let Some(end) = line["end"].as_i64() {
                    if end != rows {
                        return Err(broken("rows are missing"));
                    }
                    break;
                }
                let (_, columns) = table.ok_or_else(|| broken("a row stands outside a table"))?;
                let cells = line.as_array().filter(|cells| cells.len() == columns.len()).ok_or_else(|| broken("a row has another shape"))?;
                let mut query = sqlx::query(sqlx::AssertSqlSafe(insert.clone()));
                for ((_, kind), cell) in columns.iter().zip(cells) {
                    query = match kind {
                        'i' => query.bind(cell.as_i64()),
                        't' => query.bind(cell.as_str().map(str::to_owned)),
                        _ => query.bind(cell.as_str().map(|text| STANDARD.decode(text)).transpose().map_err(|_| broken("octets cannot be read"))?),
                    };
                }
                query.execute(&mut *c).await?;
                rows += 1;
            }
            // What waited then may have left since: nobody knows, so it does not leave by itself.
            sqlx::query("update outbox set state = 'uncertain', next_at = null, reason = 'Restored from a backup: it may have left since'
                 where state in ('held', 'queued', 'sending', 'body', 'deferred')").execute(&mut *c).await?;
            for sql in crate::actions::AFTER_RESTORE {
                sqlx::query(*sql).execute(&mut *c).await?;
            }
            sqlx::query("insert into search_todo (message_id) select id from message").execute(&mut *c).await?;
            sqlx::query("insert into thread_todo (message_id) select id from message").execute(&mut *c).await?;
            for sql in crate::mailboxes::REBUILD {
                sqlx::query(sql).execute(&mut *c).await?;
            }
            sqlx::query("delete from ledger_sum").execute(&mut *c).await?;
            sqlx::query(crate::sums::RECOUNT_ALL).execute(&mut *c).await?;
            for sql in dialect::after_restore(self.database()) {
                sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *c).await?;
            }
            // Before the commit: whoever is killed in between restores once more, and never has a trail without its head.
            let head: (i64, Vec<u8>) = sqlx::query_as("select seq, mac from audit_head where id = 1").fetch_one(&mut *c).await?;
            if head.0 > 0 {
                let new = self.heads.path().with_extension("new");
                std::fs::write(&new, format!("{:020} {}\n", head.0, hex(&head.1)))?;
                File::open(&new)?.sync_all()?;
                std::fs::rename(&new, self.heads.path())?;
                postroom_brink::pass("restored head");
            }
            Ok(rows)
        })
    }
}

type Lines = std::io::Lines<BufReader<zstd::Decoder<'static, BufReader<File>>>>;

fn next_line(lines: &mut Lines) -> Result<Value, StoreError> {
    let line = lines.next().ok_or_else(|| broken("its end is missing"))??;
    serde_json::from_str(&line).map_err(|_| broken("a line cannot be read"))
}

fn broken(why: &str) -> StoreError {
    StoreError::Setup(format!("This is not a whole backup: {why}"))
}

/// Rows are restored as they were: what a later version makes of old ones, its migrations do.
fn made_by_another(first: &Value, schema: i64) -> String {
    let version = first["version"].as_str().unwrap_or("an earlier version");
    let theirs = first["schema"].as_i64().map_or_else(String::new, |schema| format!(", schema {schema}"));
    format!(
        "This backup was made by another version of Postroom ({version}{theirs}; this is {}, schema {schema}). Restore it with that version: \
         when a later one is started on the restored folder, it brings it up to date",
        env!("CARGO_PKG_VERSION")
    )
}

fn insert_text(table: &str, columns: &[Column]) -> String {
    let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let marks = (1..=columns.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    format!("insert into {table} ({names}) values ({marks})")
}
