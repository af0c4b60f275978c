//! Two kinds of pool, one macro to pick one, migrations and pragmas.

use crate::{Keys, SpoolWriter, StoreError, audit::Heads, fresh::Fresh, packs::Packs};
use sqlx::{
    PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

/// Which database, without its address (that may hold a password).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// Embedded.
    Sqlite,
    /// By URL.
    Postgres,
}

pub(crate) enum Db {
    /// One writer, several readers: SQLite lets one write at a time, and waiting for a pool is kinder than SQLITE_BUSY.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

/// The store: database, packs and keys.
pub struct Store {
    pub(crate) db: Db,
    pub(crate) packs: Packs,
    pub(crate) keys: Keys,
    pub(crate) heads: Heads,
    pub(crate) fresh: Fresh,
    pub(crate) data: PathBuf,
}

/// Runs the body with a connection for reading.
macro_rules! read {
    ($store:expr, $c:ident => $body:expr) => {
        match &$store.db {
            crate::db::Db::Sqlite { read, .. } => {
                let mut connection = read.acquire().await?;
                let $c = &mut *connection;
                $body
            }
            crate::db::Db::Postgres(pool) => {
                let mut connection = pool.acquire().await?;
                let $c = &mut *connection;
                $body
            }
        }
    };
}

/// Runs the body (a block ending in a `Result<_, StoreError>`) in one transaction: committed when `Ok`, rolled back when `Err`.
macro_rules! write {
    ($store:expr, $c:ident => $body:block) => {
        match &$store.db {
            crate::db::Db::Sqlite { write, .. } => {
                // IMMEDIATE: a transaction that reads first and writes later must not find another writer in between.
                let mut transaction = write.begin_with("begin immediate").await?;
                let outcome = {
                    let $c = &mut *transaction;
                    async { $body }.await
                };
                match outcome {
                    Ok(value) => {
                        postroom_brink::pass("commit");
                        transaction.commit().await?;
                        postroom_brink::pass("committed");
                        Ok(value)
                    }
                    Err(error) => {
                        transaction.rollback().await?;
                        Err::<_, crate::StoreError>(error)
                    }
                }
            }
            crate::db::Db::Postgres(pool) => {
                let mut transaction = pool.begin().await?;
                let outcome = {
                    let $c = &mut *transaction;
                    async { $body }.await
                };
                match outcome {
                    Ok(value) => {
                        postroom_brink::pass("commit");
                        transaction.commit().await?;
                        postroom_brink::pass("committed");
                        Ok(value)
                    }
                    Err(error) => {
                        transaction.rollback().await?;
                        Err::<_, crate::StoreError>(error)
                    }
                }
            }
        }
    };
}
pub(crate) use {read, write};

impl Store {
    /// Opens (and on the first run makes) the store: `url` is `sqlite:PATH` or `postgres://…`; `data` is the folder of packs, keys
    /// and the audit head. Runs the migrations.
    ///
    /// # Errors
    /// [`StoreError::Setup`] when the URL is neither, [`StoreError::Driver`] when the database does not answer.
    pub async fn open(url: &str, data: &Path) -> Result<Self, StoreError> {
        crate::private_folder(data)?;
        let keys = Keys::open(data)?;
        let db = connect(url).await?;
        match &db {
            Db::Sqlite { write, .. } => sqlx::migrate!("../../../migrations/sqlite").run(write).await?,
            Db::Postgres(pool) => sqlx::migrate!("../../../migrations/postgres").run(pool).await?,
        }
        let heads = Heads::open(&data.join("audit.head"))?;
        crate::spool::sweep(data)?;
        let store = Self { db, packs: Packs::open(&data.join("packs"))?, keys, heads, fresh: Fresh::default(), data: data.to_owned() };
        store.set_index().await?;
        store.compare_heads().await?;
        store.refold_clients().await?;
        store.note_where_sealing_began().await?;
        Ok(store)
    }

    /// A head outside that the database does not know means that events were cut off: it must not be written over.
    async fn compare_heads(&self) -> Result<(), StoreError> {
        let Some((seq, mac)) = crate::audit::read_head(self.heads.path())? else { return Ok(()) };
        let known: Option<Vec<u8>> =
            read!(self, c => sqlx::query_scalar("select mac from event where seq = $1").bind(seq).fetch_optional(c).await)?;
        if known.is_none_or(|known| crate::audit::hex(&known) != mac) {
            self.heads.freeze();
        }
        Ok(())
    }

    /// A file for octets too many to be held; it vanishes with its holder.
    ///
    /// # Errors
    /// The disk's.
    pub fn spool(&self) -> Result<SpoolWriter, StoreError> {
        SpoolWriter::new(&self.data)
    }

    /// Octets free on the disk of the data folder; `None` where the machine does not tell.
    pub fn free_octets(&self) -> Option<u64> {
        crate::spool::free(&self.data)
    }

    /// Which database this is.
    pub fn database(&self) -> Database {
        match self.db {
            Db::Sqlite { .. } => Database::Sqlite,
            Db::Postgres(_) => Database::Postgres,
        }
    }

    /// The folder of packs and keys.
    pub fn data_folder(&self) -> &Path {
        &self.data
    }

    /// Closes the pools; what is committed is durable already.
    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }

    /// Whether the database answers: for the health page.
    pub async fn ping(&self) -> Result<(), StoreError> {
        read!(self, c => sqlx::query_scalar::<_, i64>("select cast(1 as bigint)").fetch_one(c).await)?;
        Ok(())
    }

    /// A setting of the office, if it was ever made.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select value from setting where name = $1").bind(name).fetch_optional(c).await)?)
    }

    /// Makes or changes a setting.
    pub async fn set_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value")
                .bind(name).bind(value).execute(&mut *c).await?;
            Ok(())
        })
    }
}

async fn connect(url: &str) -> Result<Db, StoreError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: under WAL, NORMAL may lose the last commits when the power goes (RELIABILITY §0.9).
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(30))
            // Each connection has a cache of its own, and mapped pages count as memory too: the system's own cache does the rest. Only those
            // that read map the file: an import finds its pages in the cache, and would hold the whole map besides.
            .pragma("cache_size", "-16384")
            // An import touches the same pages in every commit: put off, each is copied back once and not every four megabytes.
            .pragma("wal_autocheckpoint", "8000")
            .pragma("journal_size_limit", "33554432")
            .pragma("temp_store", "memory");
        let write =
            SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(60)).connect_with(options.clone()).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(6)
            .acquire_timeout(Duration::from_secs(60))
            .connect_with(options.pragma("mmap_size", "33554432").pragma("query_only", "on"))
            .await?;
        return Ok(Db::Sqlite { read, write });
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let options = sqlx::postgres::PgConnectOptions::from_str(url)?.application_name("postroom");
        let pool = PgPoolOptions::new().max_connections(10).acquire_timeout(Duration::from_secs(30)).connect_with(options).await?;
        return Ok(Db::Postgres(pool));
    }
    Err(StoreError::Setup("The database's address must start with sqlite: or postgres://".into()))
}
