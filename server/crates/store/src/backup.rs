//! Backups: every table as lines of JSON from one moment, the packs, and the audit head. The same files restore on either database.
//!
//! The key file is never part of a backup: without it the letters can be read and the history served, but no stored
//! password opens and the audit trail cannot be checked. Must never: restore over something.

use crate::{Store, StoreError, audit::hex, db::Db, dialect, packs};
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

/// A column: `i` whole number, `t` text, `b` octets.
type Column = (&'static str, char);

/// Tables in the order in which they can be filled. The index is not among them: it is made anew from the letters.
const TABLES: &[(&str, &[Column])] = &[
    ("setting", &[("name", 't'), ("value", 't')]),
    ("cost_centre", &[("id", 'i'), ("name", 't')]),
    (
        "app_user",
        &[
            ("id", 'i'),
            ("email", 't'),
            ("name", 't'),
            ("role", 't'),
            ("password_hash", 't'),
            ("disabled", 'i'),
            ("created_at", 'i'),
            ("last_sign_in", 'i'),
        ],
    ),
    ("user_cost_centre", &[("user_id", 'i'), ("cost_centre_id", 'i')]),
    ("user_permission", &[("user_id", 'i'), ("permission", 't')]),
    (
        "one_time_link",
        &[
            ("id", 'i'),
            ("purpose", 't'),
            ("token_hash", 'b'),
            ("user_id", 'i'),
            ("email", 't'),
            ("name", 't'),
            ("role", 't'),
            ("cost_centres", 't'),
            ("made_by", 't'),
            ("made_at", 'i'),
            ("expires_at", 'i'),
            ("used_at", 'i'),
            ("revoked_at", 'i'),
        ],
    ),
    (
        "user_factor",
        &[
            ("user_id", 'i'),
            ("secret", 'b'),
            ("made_at", 'i'),
            ("confirmed_at", 'i'),
            ("last_step", 'i'),
            ("failures", 'i'),
            ("failed_at", 'i'),
        ],
    ),
    ("recovery_code", &[("user_id", 'i'), ("code_hash", 'b'), ("used_at", 'i')]),
    ("address", &[("id", 'i'), ("address", 't'), ("is_own", 'i')]),
    (
        "sender",
        &[
            ("user_id", 'i'),
            ("name", 't'),
            ("address", 't'),
            ("job_title", 't'),
            ("telephone", 't'),
            ("field1", 't'),
            ("field2", 't'),
            ("field3", 't'),
            ("field4", 't'),
            ("field5", 't'),
            ("field6", 't'),
            ("may_send", 'i'),
        ],
    ),
    (
        "account",
        &[
            ("id", 'i'),
            ("name", 't'),
            ("description", 't'),
            ("protocol", 't'),
            ("preset", 't'),
            ("address", 't'),
            ("server", 't'),
            ("port", 'i'),
            ("security", 't'),
            ("user_name", 't'),
            ("secret", 'b'),
            ("timeout_seconds", 'i'),
            ("connection_limit", 'i'),
            ("pinned_fingerprint", 't'),
            ("allow_clear_text", 'i'),
            ("reach_anywhere", 'i'),
            ("owner_id", 'i'),
            ("state", 't'),
            ("tested", 'i'),
            ("refusals", 'i'),
            ("refused_at", 'i'),
            ("disabled_at", 'i'),
            ("collected_at", 'i'),
            ("next_at", 'i'),
            ("error_text", 't'),
            ("error_verdict", 't'),
            ("diagnosis", 't'),
            ("hands_off", 't'),
            ("created_at", 'i'),
            ("delete_after_days", 'i'),
            ("schedule", 't'),
        ],
    ),
    (
        "application",
        &[
            ("account_id", 'i'),
            ("sign_in_server", 't'),
            ("tenant", 't'),
            ("client_id", 't'),
            ("delegated", 'i'),
            ("secret_expires_at", 'i'),
            ("refresh", 'b'),
            ("refreshed_at", 'i'),
            ("consent_server", 't'),
        ],
    ),
    ("account_share", &[("account_id", 'i'), ("user_id", 'i')]),
    ("account_name", &[("folded", 't'), ("account_id", 'i')]),
    (
        "folder",
        &[
            ("id", 'i'),
            ("account_id", 'i'),
            ("raw_name", 't'),
            ("name", 't'),
            ("role", 't'),
            ("selectable", 'i'),
            ("selected", 'i'),
            ("gone", 'i'),
            ("letters", 'i'),
            ("uid_validity", 'i'),
            ("epoch", 'i'),
            ("uid_next", 'i'),
            ("modseq", 'i'),
            ("counted", 'i'),
            ("counted_at", 'i'),
            ("census_at", 'i'),
            ("missing", 't'),
        ],
    ),
    ("remote_listing", &[("folder_id", 'i'), ("epoch", 'i'), ("link", 't')]),
    ("remote_cursor", &[("folder_id", 'i'), ("epoch", 'i'), ("link", 't')]),
    (
        "remote_id",
        &[("folder_id", 'i'), ("epoch", 'i'), ("uid", 'i'), ("name", 't'), ("delete_asked_at", 'i'), ("delete_answered_at", 'i')],
    ),
    (
        "collection",
        &[
            ("id", 'i'),
            ("account_id", 'i'),
            ("started_at", 'i'),
            ("ended_at", 'i'),
            ("filed", 'i'),
            ("missing", 'i'),
            ("stopped", 'i'),
            ("error_text", 't'),
            ("error_verdict", 't'),
        ],
    ),
    ("statement", &[("id", 'i'), ("account_id", 'i'), ("day", 't'), ("at", 'i'), ("asked_by", 't'), ("lines", 't'), ("event_seq", 'i')]),
    (
        "message",
        &[
            ("id", 'i'),
            ("identity", 'b'),
            ("identity_version", 'i'),
            ("parser_version", 'i'),
            ("message_id", 't'),
            ("message_key", 'i'),
            ("subject", 't'),
            ("preview", 't'),
            ("date", 'i'),
            ("date_header", 't'),
            ("received_at", 'i'),
            ("date_looks_wrong", 'i'),
            ("from_id", 'i'),
            ("from_name", 't'),
            ("attachments", 'i'),
            ("has_html", 'i'),
            ("remote_content", 'i'),
            ("is_bounce", 'i'),
            ("is_automatic", 'i'),
            ("unreadable", 't'),
            ("remarks", 't'),
            ("size", 'i'),
        ],
    ),
    ("message_address", &[("message_id", 'i'), ("role", 'i'), ("address_id", 'i'), ("position", 'i'), ("name", 't'), ("date", 'i')]),
    ("message_text", &[("message_id", 'i'), ("body", 'b'), ("files", 't')]),
    ("copy", &[("id", 'i'), ("digest", 'b'), ("message_id", 'i'), ("size", 'i'), ("pack", 't'), ("at", 'i'), ("stored", 'i')]),
    (
        "sighting",
        &[
            ("folder_id", 'i'),
            ("epoch", 'i'),
            ("uid", 'i'),
            ("copy_id", 'i'),
            ("message_id", 'i'),
            ("outcome", 't'),
            ("reason", 't'),
            ("attempts", 'i'),
            ("size", 'i'),
            ("seen_at", 'i'),
            ("gone_at", 'i'),
        ],
    ),
    (
        "party",
        &[
            ("id", 'i'),
            ("kind", 't'),
            ("code", 't'),
            ("name", 't'),
            ("sort_name", 't'),
            ("search_text", 't'),
            ("cost_centre_id", 'i'),
            ("created_at", 'i'),
        ],
    ),
    ("client_code", &[("code_key", 't'), ("code", 't'), ("party_id", 'i')]),
    ("client_merged", &[("party_id", 'i'), ("into_id", 'i'), ("at", 'i'), ("deed", 'i')]),
    // The past before the present: filling the tables of the present must not begin it anew.
    (
        "party_address_past",
        &[
            ("party_id", 'i'),
            ("person", 't'),
            ("slot", 'i'),
            ("address_id", 'i'),
            ("valid_from", 'i'),
            ("valid_to", 'i'),
            ("since", 'i'),
            ("until", 'i'),
        ],
    ),
    (
        "filing_past",
        &[
            ("message_id", 'i'),
            ("party_id", 'i'),
            ("decision", 't'),
            ("by_user", 'i'),
            ("at", 'i'),
            ("reason", 't'),
            ("since", 'i'),
            ("until", 'i'),
        ],
    ),
    ("party_address", &[("party_id", 'i'), ("person", 't'), ("slot", 'i'), ("address_id", 'i'), ("valid_from", 'i'), ("valid_to", 'i')]),
    ("filing", &[("message_id", 'i'), ("party_id", 'i'), ("decision", 't'), ("by_user", 'i'), ("at", 'i'), ("reason", 't')]),
    (
        "sending",
        &[
            ("account_id", 'i'),
            ("transport", 't'),
            ("server", 't'),
            ("port", 'i'),
            ("security", 't'),
            ("sign_in", 't'),
            ("user_name", 't'),
            ("secret", 'b'),
            ("pinned_fingerprint", 't'),
            ("allow_clear_text", 'i'),
            ("timeout_seconds", 'i'),
            ("sender_name", 't'),
            ("sender_address", 't'),
            ("sent_copy", 't'),
            ("proven_at", 'i'),
            ("stopped", 't'),
            ("stopped_at", 'i'),
            ("retry_refusals", 'i'),
            ("is_system", 'i'),
        ],
    ),
    (
        "outbox",
        &[
            ("id", 'i'),
            ("account_id", 'i'),
            ("message_id", 't'),
            ("message_key", 'i'),
            ("digest", 'b'),
            ("size", 'i'),
            ("raw", 'b'),
            ("sender", 't'),
            ("subject", 't'),
            ("party_id", 'i'),
            ("answers", 'i'),
            ("by_user", 'i'),
            ("principal", 't'),
            ("origin", 't'),
            ("cost_centre_id", 'i'),
            ("trace", 't'),
            ("form_key", 't'),
            ("state", 't'),
            ("reply", 't'),
            ("reason", 't'),
            ("attempts", 'i'),
            ("queued_at", 'i'),
            ("tried_from", 'i'),
            ("next_at", 'i'),
            ("sent_at", 'i'),
            ("settled_at", 'i'),
            ("settled_by", 't'),
            ("provider_id", 't'),
            ("filed_as", 'i'),
            ("seen_in_sent_at", 'i'),
            ("append_state", 't'),
            ("append_tries", 'i'),
            ("append_next_at", 'i'),
            ("append_said", 't'),
            ("bounced_at", 'i'),
            ("bounced_by", 'i'),
            ("answered_at", 'i'),
            ("answered_by", 'i'),
        ],
    ),
    (
        "outbox_recipient",
        &[
            ("outbox_id", 'i'),
            ("position", 'i'),
            ("role", 't'),
            ("address", 't'),
            ("name", 't'),
            ("state", 't'),
            ("reply", 't'),
            ("at", 'i'),
        ],
    ),
    (
        "reread",
        &[
            ("id", 'i'),
            ("parser", 'i'),
            ("state", 't'),
            ("next", 'i'),
            ("last", 'i'),
            ("looked", 'i'),
            ("changed", 'i'),
            ("began_at", 'i'),
            ("principal", 't'),
        ],
    ),
    ("reread_change", &[("message_id", 'i'), ("what", 't'), ("figures", 't')]),
    ("unanswered_aside", &[("party_id", 'i'), ("message_id", 'i'), ("by_user", 'i'), ("at", 'i')]),
    ("outbox_attempt", &[("outbox_id", 'i'), ("number", 'i'), ("at", 'i'), ("stage", 't'), ("outcome", 't'), ("reply", 't')]),
    (
        "draft",
        &[
            ("id", 'i'),
            ("user_id", 'i'),
            ("party_id", 'i'),
            ("answers", 'i'),
            ("mode", 't'),
            ("service_id", 'i'),
            ("sender", 't'),
            ("reply_to", 't'),
            ("to_list", 't'),
            ("cc_list", 't'),
            ("bcc_list", 't'),
            ("subject", 't'),
            ("body", 't'),
            ("html", 't'),
            ("updated_at", 'i'),
            ("version", 'i'),
            ("outbox_id", 'i'),
        ],
    ),
    ("draft_attachment", &[("id", 'i'), ("draft_id", 'i'), ("name", 't'), ("kind", 't'), ("size", 'i'), ("digest", 'b'), ("bytes", 'b')]),
    ("contact_type", &[("id", 'i'), ("name", 't')]),
    ("contact", &[("party_id", 'i'), ("side", 't'), ("contact_type_id", 'i'), ("company", 't')]),
    ("queue", &[("id", 'i'), ("name", 't')]),
    ("account_import", &[("account_id", 'i'), ("is_on", 'i'), ("queue_id", 'i'), ("since", 'i'), ("rules", 'i'), ("filled_since", 'i')]),
    ("account_import_type", &[("account_id", 'i'), ("side", 't'), ("contact_type_id", 'i')]),
    ("account_forward", &[("id", 'i'), ("account_id", 'i'), ("address", 't'), ("name", 't')]),
    (
        "import_outcome",
        &[
            ("account_id", 'i'),
            ("message_id", 'i'),
            ("at", 'i'),
            ("rules", 'i'),
            ("outcome", 't'),
            ("cause", 't'),
            ("party_id", 'i'),
            ("contact_type_id", 'i'),
            ("answers", 'i'),
            ("answers_by", 't'),
            ("queue_id", 'i'),
            ("state", 't'),
            ("assigned_to", 'i'),
            ("closed_by", 'i'),
            ("closed_at", 'i'),
            ("closed_how", 't'),
            ("closed_reason", 't'),
            ("why", 't'),
        ],
    ),
    ("import_todo", &[("account_id", 'i'), ("message_id", 'i'), ("at", 'i')]),
    (
        "forward",
        &[
            ("outbox_id", 'i'),
            ("account_id", 'i'),
            ("message_id", 'i'),
            ("address", 't'),
            ("is_inline", 'i'),
            ("note", 't'),
            ("by_user", 'i'),
            ("at", 'i'),
        ],
    ),
    ("document_text", &[("id", 'i'), ("name", 't'), ("version", 'i')]),
    ("document_text_version", &[("text_id", 'i'), ("version", 'i'), ("subject", 't'), ("body", 't'), ("by_name", 't'), ("at", 'i')]),
    ("letter_read", &[("user_id", 'i'), ("message_id", 'i'), ("at", 'i'), ("unread", 'i')]),
    ("saved_filter", &[("id", 'i'), ("user_id", 'i'), ("name", 't'), ("query", 't')]),
    ("removed_mailbox", &[("id", 'i'), ("name", 't'), ("server", 't'), ("user_name", 't'), ("address", 't'), ("at", 'i')]),
    (
        "removal",
        &[
            ("account_id", 'i'),
            ("mailbox_id", 'i'),
            ("letters", 'i'),
            ("done", 'i'),
            ("removed", 'i'),
            ("began_at", 'i'),
            ("principal", 't'),
            ("detail", 't'),
        ],
    ),
    ("tombstone", &[("mailbox_id", 'i'), ("identity", 'b')]),
    ("join_request", &[("account_id", 'i'), ("user_id", 'i'), ("asked_at", 'i'), ("answer", 't'), ("answered_at", 'i')]),
    ("service", &[("id", 'i'), ("cost_centre_id", 'i'), ("name", 't'), ("account_id", 'i'), ("is_default", 'i')]),
    ("service_override", &[("service_id", 'i'), ("user_id", 'i'), ("account_id", 'i')]),
    ("web_configuration", &[("id", 'i'), ("name", 't'), ("cost_centre_id", 'i'), ("service_id", 'i')]),
    (
        "send_as",
        &[
            ("id", 'i'),
            ("kind", 't'),
            ("address", 't'),
            ("user_id", 'i'),
            ("account_id", 'i'),
            ("code_hash", 'b'),
            ("code_expires_at", 'i'),
            ("code_tries", 'i'),
            ("sent_at", 'i'),
            ("proven_at", 'i'),
        ],
    ),
    (
        "api_token",
        &[
            ("id", 'i'),
            ("name", 't'),
            ("token_hash", 'b'),
            ("scopes", 't'),
            ("cost_centre_id", 'i'),
            ("web_configuration_id", 'i'),
            ("created_at", 'i'),
            ("created_by", 't'),
            ("used_at", 'i'),
            ("expires_at", 'i'),
            ("revoked_at", 'i'),
        ],
    ),
    ("api_request", &[("token_id", 'i'), ("idempotency_key", 't'), ("request_hash", 'b'), ("letter", 'i'), ("at", 'i')]),
    (
        "webhook",
        &[
            ("id", 'i'),
            ("url", 't'),
            ("secret", 'b'),
            ("events", 't'),
            ("cost_centre_id", 'i'),
            ("is_on", 'i'),
            ("stopped", 't'),
            ("created_at", 'i'),
            ("created_by", 't'),
            ("letters_from", 'i'),
            ("letter_mark", 'i'),
            ("event_mark", 'i'),
        ],
    ),
    (
        "webhook_delivery",
        &[
            ("id", 'i'),
            ("webhook_id", 'i'),
            ("event_id", 't'),
            ("kind", 't'),
            ("body", 't'),
            ("at", 'i'),
            ("tries", 'i'),
            ("next_at", 'i'),
            ("state", 't'),
            ("status", 'i'),
            ("answer", 't'),
            ("answered_at", 'i'),
        ],
    ),
    ("user_choice", &[("user_id", 'i'), ("name", 't'), ("value", 't')]),
    ("event", &[("seq", 'i'), ("at", 'i'), ("principal", 't'), ("action", 't'), ("subject", 't'), ("detail", 't'), ("mac", 'b')]),
    ("audit_head", &[("id", 'i'), ("seq", 'i'), ("mac", 'b')]),
];

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
            for (table, columns) in TABLES {
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
        writeln!(out, "{}", serde_json::json!({ "mark": MARK }))?;
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
        let (from, to) = (folder.join("packs"), self.packs.folder().to_owned());
        let octets = tokio::task::spawn_blocking(move || packs::copy_all(&from, &to))
            .await
            .map_err(|_| StoreError::Inconsistent("copying the packs was cut off".into()))??;
        let rows = self.restore_rows(folder).await?;
        Ok(BackupReport { rows, octets })
    }

    async fn restore_rows(&self, folder: &Path) -> Result<i64, StoreError> {
        let broken = |why: &str| StoreError::Setup(format!("This is not a whole backup: {why}"));
        let file = File::open(folder.join("rows.jsonl.zst")).map_err(|_| broken("rows.jsonl.zst is missing"))?;
        let mut lines = BufReader::new(zstd::Decoder::new(file)?).lines();
        let mut next = || -> Result<Value, StoreError> {
            let line = lines.next().ok_or_else(|| broken("its end is missing"))??;
            serde_json::from_str(&line).map_err(|_| broken("a line cannot be read"))
        };
        if next()?["mark"] != MARK {
            return Err(broken("it was not made by this version or an earlier one"));
        }
        crate::db::write!(self, c => {
            // What a new store begins with gives way.
            for table in ["audit_head", "contact_type", "queue"] {
                sqlx::query(sqlx::AssertSqlSafe(format!("delete from {table}"))).execute(&mut *c).await?;
            }
            let mut rows = 0_i64;
            let mut table: Option<&(&str, &[Column])> = None;
            let mut insert = String::new();
            loop {
                let line = next()?;
                if let Some(name) = line["table"].as_str() {
                    table = Some(TABLES.iter().find(|(known, _)| *known == name).ok_or_else(|| broken("it has an unknown table"))?);
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

fn insert_text(table: &str, columns: &[Column]) -> String {
    let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let marks = (1..=columns.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    format!("insert into {table} ({names}) values ({marks})")
}
