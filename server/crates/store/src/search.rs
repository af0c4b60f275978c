//! Searching, and keeping the index that searching needs. The index follows the import with a list of what is not indexed yet.

use crate::{
    Scope, Store, StoreError,
    db::{read, write},
    dialect,
    history::client_scope,
    letters::{account_is_named, visible},
};
use model::{AddressRole, MessageId};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// One demand on the words of a letter. Words are folded by `postroom_mail::words`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clause {
    /// One word, or a phrase.
    pub words: Vec<String>,
    /// The last word may go on.
    pub prefix: bool,
    /// Only in the subject.
    pub subject_only: bool,
    /// Only in file names.
    pub files_only: bool,
    /// Letters that have it are left out.
    pub negated: bool,
}

/// A question, understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Demands on words.
    pub clauses: Vec<Clause>,
    /// Written by (part of an address or name), each must hold.
    pub from: Vec<String>,
    /// Addressed to (part of an address or name), each must hold.
    pub to: Vec<String>,
    /// In the history of a client whose code or name has this.
    pub client: Vec<String>,
    /// Seen in a folder whose name has this.
    pub in_folder: Vec<String>,
    /// Has files.
    pub has_attachment: bool,
    /// Before this moment, ms.
    pub before: Option<i64>,
    /// From this moment on, ms.
    pub after: Option<i64>,
}

/// What is indexed of a letter; as read from the store the texts are as written, as given back they are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// The letter.
    pub message: MessageId,
    /// Subject.
    pub subject: String,
    /// Names and addresses.
    pub people: String,
    /// File names.
    pub files: String,
    /// Text.
    pub body: String,
}

enum Bind {
    Number(i64),
    Text(String),
}

/// A `where` clause being built: its text and its parameters, `$1` and `$2` being the scope.
struct Where {
    sql: String,
    binds: Vec<Bind>,
}

impl Where {
    fn mark(&mut self, bind: Bind) -> usize {
        self.binds.push(bind);
        self.binds.len() + 2
    }

    fn and(&mut self, sql: &str) {
        self.sql.push_str(" and ");
        self.sql.push_str(sql);
    }

    fn people(&mut self, words: &[String], roles: [AddressRole; 3]) {
        let [a, b, c] = roles.map(AddressRole::code);
        for word in words {
            let n = self.mark(Bind::Text(like(word)));
            self.and(&format!(
                "exists (select 1 from message_address w join address x on x.id = w.address_id where w.message_id = m.id
                   and w.role in ({a}, {b}, {c}) and (x.address like ${n} escape '!' or lower(w.name) like ${n} escape '!'))"
            ));
        }
    }
}

/// A pattern that finds the text anywhere.
pub(crate) fn like(text: &str) -> String {
    let escaped = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

/// Rows in one statement.
const AT_ONCE: usize = 200;

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
    /// Letters in scope that answer the question, newest first, older than the cursor (date, id).
    pub async fn search(
        &self,
        scope: Scope,
        query: &SearchQuery,
        before: Option<(i64, i64)>,
        limit: i64,
    ) -> Result<Vec<(MessageId, i64)>, StoreError> {
        let database = self.database();
        let wanted: Vec<&Clause> = query.clauses.iter().filter(|clause| !clause.negated && !clause.words.is_empty()).collect();
        let mut rest = Where { sql: String::new(), binds: Vec::new() };
        let source = if wanted.is_empty() {
            "message m where true".to_owned()
        } else {
            rest.mark(Bind::Text(dialect::match_text(database, &wanted)));
            dialect::search_source(database).to_owned()
        };
        for clause in query.clauses.iter().filter(|clause| clause.negated && !clause.words.is_empty()) {
            let n = rest.mark(Bind::Text(dialect::match_text(database, &[clause])));
            rest.and(&format!("m.id not in ({})", dialect::search_ids(database, n)));
        }
        rest.people(&query.from, [AddressRole::From, AddressRole::Sender, AddressRole::ReplyTo]);
        rest.people(&query.to, [AddressRole::To, AddressRole::Cc, AddressRole::Bcc]);
        for word in &query.client {
            let n = rest.mark(Bind::Text(like(&crate::fold(word))));
            rest.and(&format!(
                concat!(
                    "exists (select 1 from message_address w join party_address pa on pa.address_id = w.address_id
                   and (pa.valid_from is null or w.date >= pa.valid_from) and (pa.valid_to is null or w.date < pa.valid_to)
                   join party p on p.id = pa.party_id where w.message_id = m.id and p.kind = 'client' and ",
                    client_scope!(),
                    "
                   and p.search_text like ${n} escape '!')"
                ),
                n = n
            ));
        }
        for word in &query.in_folder {
            let n = rest.mark(Bind::Text(like(word)));
            rest.and(&format!(
                concat!(
                    "exists (select 1 from sighting w join folder x on x.id = w.folder_id join account a on a.id = x.account_id
                   where w.message_id = m.id and lower(x.name) like ${n} escape '!' and ",
                    account_is_named!(),
                    ")"
                ),
                n = n
            ));
        }
        if query.has_attachment {
            rest.and("m.attachments > 0");
        }
        for (moment, sign) in [(query.before, "<"), (query.after, ">=")] {
            if let Some(moment) = moment {
                let n = rest.mark(Bind::Number(moment));
                rest.and(&format!("m.date {sign} ${n}"));
            }
        }
        if let Some((date, id)) = before {
            let (d, i) = (rest.mark(Bind::Number(date)), rest.mark(Bind::Number(id)));
            rest.and(&format!("(m.date, m.id) < (${d}, ${i})"));
        }
        let n = rest.mark(Bind::Number(limit));
        let sql = format!("select m.id, m.date from {source}{} and {} order by m.date desc, m.id desc limit ${n}", rest.sql, visible!());
        let (user, all) = scope.binds();
        let rows: Vec<(i64, i64)> = read!(self, c => {
            let mut statement = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user).bind(all);
            for bind in rest.binds {
                statement = match bind {
                    Bind::Number(number) => statement.bind(number),
                    Bind::Text(text) => statement.bind(text),
                };
            }
            statement.fetch_all(c).await
        })?;
        Ok(rows.into_iter().map(|(id, date)| (MessageId(id), date)).collect())
    }

    /// Texts of letters, for snippets: id, subject and body.
    pub async fn texts(&self, ids: &[MessageId]) -> Result<Vec<(MessageId, String)>, StoreError> {
        let mut texts = Vec::with_capacity(ids.len());
        for id in ids {
            let body: Option<Vec<u8>> = read!(self, c => sqlx::query_scalar("select body from message_text where message_id = $1")
                .bind(id.0).fetch_optional(c).await)?;
            if let Some(body) = body {
                texts.push((*id, unpack(&body)?));
            }
        }
        Ok(texts)
    }

    /// Up to `limit` letters that are not searchable yet, newest first.
    pub async fn index_waiting(&self, limit: i64) -> Result<Vec<IndexEntry>, StoreError> {
        let rows: Vec<(i64, String, Vec<u8>, String)> = read!(self, c => sqlx::query_as(
            "select m.id, m.subject, t.body, t.files from search_todo d join message m on m.id = d.message_id
             join message_text t on t.message_id = d.message_id order by d.message_id desc limit $1")
            .bind(limit).fetch_all(c).await)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let people: Vec<(i64, String, String)> = read!(self, c => {
            let mut query = QueryBuilder::new(
                "select ma.message_id, ma.name, a.address from message_address ma join address a on a.id = ma.address_id where ma.message_id in (");
            let mut list = query.separated(", ");
            for (id, ..) in &rows {
                list.push_bind(*id);
            }
            query.push(") order by ma.message_id, ma.role, ma.position");
            query.build_query_as().fetch_all(c).await
        })?;
        let mut of_letter: HashMap<i64, String> = HashMap::new();
        for (id, name, address) in people {
            let text = of_letter.entry(id).or_default();
            text.push_str(&name);
            text.push(' ');
            text.push_str(&address);
            text.push('\n');
        }
        rows.into_iter()
            .map(|(id, subject, body, files)| {
                let people = of_letter.remove(&id).unwrap_or_default();
                Ok(IndexEntry { message: MessageId(id), subject, people, files, body: unpack(&body)? })
            })
            .collect()
    }

    /// Puts folded texts into the index and takes them off the waiting list, in one transaction.
    pub async fn save_index(&self, entries: &[IndexEntry]) -> Result<(), StoreError> {
        let database = self.database();
        let ids: Vec<i64> = entries.iter().map(|entry| entry.message.0).collect();
        write!(self, c => {
            for part in ids.chunks(AT_ONCE) {
                delete_ids!(c, dialect::index_delete(database), part);
            }
            match database {
                crate::Database::Sqlite => {
                    for entry in entries {
                        sqlx::query("insert into search (rowid, subject, people, files, body) values ($1, $2, $3, $4, $5)")
                            .bind(entry.message.0).bind(&entry.subject).bind(&entry.people).bind(&entry.files).bind(&entry.body)
                            .execute(&mut *c).await?;
                    }
                }
                crate::Database::Postgres => {
                    for part in entries.chunks(AT_ONCE) {
                        let mut insert = QueryBuilder::new("insert into search (message_id, words) ");
                        insert.push_values(part, |mut row, entry| {
                            row.push_bind(entry.message.0).push("cast(").push_bind_unseparated(dialect::vector_text(entry)).push_unseparated(" as tsvector)");
                        });
                        insert.build().execute(&mut *c).await?;
                    }
                }
            }
            for part in ids.chunks(AT_ONCE) {
                delete_ids!(c, "delete from search_todo where message_id in (", part);
            }
            Ok(())
        })
    }

    /// How many letters are not searchable yet.
    pub async fn index_behind(&self) -> Result<i64, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select count(*) from search_todo").fetch_one(c).await)?)
    }
}

fn unpack(body: &[u8]) -> Result<String, StoreError> {
    let bytes = zstd::stream::decode_all(body)?;
    String::from_utf8(bytes).map_err(|_| StoreError::Inconsistent("message_text.body is not text".into()))
}
