//! What stands around a letter, and who has read it: its copies, letters by their Message-ID, the marks of readers (O7).

use crate::{
    NewEvent, Scope, Store, StoreError,
    audit::append_event,
    db::read,
    letters::{account_is_named, visible},
};
use model::{AccountId, MessageId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the letter `m` is news to a reader (a placeholder like `$4`; −1 = nobody's marks, so that everything is). A mark decides; without
/// one, what is dated before the reader came counts as read: nobody has to open the years before.
macro_rules! is_news {
    ($reader:literal) => {
        concat!(
            "coalesce((select r.unread from letter_read r where r.user_id = ",
            $reader,
            " and r.message_id = m.id), case when m.date < (select came.created_at from app_user came where came.id = ",
            $reader,
            ") then 0 else 1 end) = 1"
        )
    };
}
pub(crate) use is_news;

/// A copy of a letter, and where it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenCopy {
    /// Id.
    pub id: i64,
    /// SHA-256 of the bytes.
    pub digest: Vec<u8>,
    /// Octets.
    pub size: i64,
    /// Account and folder of each place; a private mailbox of somebody else is only called that.
    pub places: Vec<(String, String)>,
}

/// Somebody looked at a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Who.
    pub user: UserId,
    /// At what.
    pub letter: MessageId,
    /// When, ms.
    pub at: i64,
}

impl Store {
    /// A letter's copies with the places they were seen in, if the viewer may see it.
    pub async fn copies_seen(&self, scope: Scope, id: MessageId) -> Result<Vec<SeenCopy>, StoreError> {
        let (user, _) = scope.binds();
        if !self.may_see(scope, id).await? {
            return Err(StoreError::NotFound);
        }
        let rows: Vec<(i64, String, String)> = read!(self, c => sqlx::query_as(concat!(
            "select s.copy_id, case when ", account_is_named!(), " then a.name else 'A private mailbox' end,
                    case when ", account_is_named!(), " then f.name else '' end
             from sighting s join folder f on f.id = s.folder_id join account a on a.id = f.account_id
             where s.message_id = $2 and s.copy_id is not null order by s.copy_id, 2, 3, s.uid"))
            .bind(user).bind(id.0).fetch_all(c).await)?;
        let copies = self.copies(id).await?;
        Ok(copies
            .into_iter()
            .map(|copy| {
                let mut places: Vec<(String, String)> =
                    rows.iter().filter(|(of, ..)| *of == copy.id).map(|(_, account, folder)| (account.clone(), folder.clone())).collect();
                places.dedup();
                SeenCopy { id: copy.id, digest: copy.digest, size: copy.size, places }
            })
            .collect())
    }

    /// The bytes of one copy of a letter, if the viewer may see the letter.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, or when it is no copy of that letter.
    pub async fn raw_copy(&self, scope: Scope, id: MessageId, copy: i64) -> Result<Vec<u8>, StoreError> {
        let wanted = self.copies_seen(scope, id).await?.into_iter().find(|known| known.id == copy).ok_or(StoreError::NotFound)?;
        let digest: [u8; 32] = wanted.digest.try_into().map_err(|_| StoreError::Inconsistent("copy.digest has another length".into()))?;
        self.copy_bytes(&digest).await
    }

    /// Letters with this Message-ID that the viewer may see, oldest first: id and subject.
    pub async fn letters_called(&self, scope: Scope, key: i64, header: &str) -> Result<Vec<(MessageId, String)>, StoreError> {
        let (user, all) = scope.binds();
        let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(concat!(
            "select m.id, m.subject from message m where m.message_key = $3 and m.message_key <> 0 and m.message_id = $4 and ", visible!(),
            " order by m.date, m.id limit 20"))
            .bind(user).bind(all).bind(key).bind(header).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, subject)| (MessageId(id), subject)).collect())
    }

    /// Letters of the same conversation that the viewer may see, oldest first: those known to belong to the letter's thread, and those
    /// named by `named` (keys and Message-IDs that the letter refers to). Of a very long one, the nearest in time.
    pub async fn conversation(&self, scope: Scope, id: MessageId, named: &[(i64, String)]) -> Result<Vec<MessageId>, StoreError> {
        let (user, all) = scope.binds();
        let marks = (4..named.len() + 4).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let by_name = if named.is_empty() {
            String::new()
        } else {
            format!(" union select v.id from message v where v.message_key in ({marks}) and v.message_key <> 0")
        };
        let sql = format!(
            "select m.id, m.message_key, m.message_id, m.date from message m where m.id in (
               select o.message_id from message_thread t join message_thread o on o.thread = t.thread where t.message_id = $3{by_name})
             and {} order by abs(cast(m.date as double precision) - (select h.date from message h where h.id = $3)), m.id limit 200",
            visible!()
        );
        let mut rows: Vec<(i64, i64, String, i64)> = read!(self, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user).bind(all).bind(id.0);
            for (key, _) in named {
                query = query.bind(key);
            }
            query.fetch_all(c).await
        })?;
        rows.sort_by_key(|(id, _, _, date)| (*date, *id));
        // A key is a hash: what only shares it is not meant.
        let meant = |key: i64, header: &str| !named.iter().any(|(k, _)| *k == key) || named.iter().any(|(k, h)| *k == key && h == header);
        Ok(rows.into_iter().filter(|(_, key, header, _)| meant(*key, header)).map(|(id, ..)| MessageId(id)).collect())
    }

    /// Servers and addresses of the accounts a letter was seen in, for judging who received it. Never shown; scope is the caller's.
    pub async fn receivers_of(&self, id: MessageId) -> Result<Vec<(String, String)>, StoreError> {
        Ok(read!(self, c => sqlx::query_as(
            "select distinct a.server, a.address from sighting s join folder f on f.id = s.folder_id join account a on a.id = f.account_id
             where s.message_id = $1 order by 1, 2 limit 50")
            .bind(id.0).fetch_all(c).await)?)
    }

    /// Names of the files of letters, for those that have some. Scope is the caller's: ids come from a scoped query.
    pub async fn file_names(&self, ids: &[MessageId]) -> Result<BTreeMap<MessageId, Vec<String>>, StoreError> {
        let mut names = BTreeMap::new();
        for part in ids.chunks(crate::history::AT_ONCE) {
            let ids: Vec<i64> = part.iter().map(|id| id.0).collect();
            let sql = format!(
                "select message_id, files from message_text where files <> '' and message_id in ({})",
                crate::history::id_list(&ids)
            );
            let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).persistent(false).fetch_all(c).await)?;
            names.extend(rows.into_iter().map(|(id, files)| (MessageId(id), files.lines().map(str::to_owned).collect())));
        }
        Ok(names)
    }

    /// The next newer letter of an account than this place, if the account is open to the viewer.
    pub async fn mailbox_newer(&self, scope: Scope, account: AccountId, than: (i64, i64)) -> Result<Option<MessageId>, StoreError> {
        let (user, _) = scope.binds();
        let id: Option<i64> = read!(self, c => sqlx::query_scalar(concat!(
            "select l.message_id from account_message l join account a on a.id = l.account_id
             where l.account_id = $2 and (l.date, l.message_id) > ($3, $4) and ", crate::mailboxes::account_is_open!(),
            " order by l.date, l.message_id limit 1"))
            .bind(user).bind(account.0).bind(than.0).bind(than.1).fetch_optional(c).await)?;
        Ok(id.map(MessageId))
    }

    /// Records views, and marks what was seen as read: one transaction, so the mark is never there without the entry.
    pub async fn record_looks(&self, events: &[NewEvent], looks: &[Look]) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let (seq, mac) = crate::db::write!(self, c => {
            let mut head = (0, Vec::new());
            for event in events {
                head = append_event!(&self.keys, c, event);
            }
            for look in looks {
                sqlx::query("insert into letter_read (user_id, message_id, at) values ($1, $2, $3)
                     on conflict (user_id, message_id) do update set unread = 0, at = excluded.at where letter_read.unread = 1")
                    .bind(look.user.0).bind(look.letter.0).bind(look.at).execute(&mut *c).await?;
            }
            Ok(head)
        })?;
        self.heads.publish(seq, &mac)
    }

    /// Marks a letter that somebody may see as unread, for him or her alone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope.
    pub async fn mark_unread(&self, scope: Scope, user: UserId, id: MessageId, event: &NewEvent) -> Result<(), StoreError> {
        if !self.may_see(scope, id).await? {
            return Err(StoreError::NotFound);
        }
        let (seq, mac) = crate::db::write!(self, c => {
            sqlx::query("insert into letter_read (user_id, message_id, at, unread) values ($1, $2, $3, 1)
                 on conflict (user_id, message_id) do update set unread = 1, at = excluded.at")
                .bind(user.0).bind(id.0).bind(event.at).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(seq, &mac)
    }

    /// Which of these letters somebody has read, or need not have. Scope is the caller's: ids come from a scoped query.
    pub async fn read_by(&self, user: UserId, ids: &[MessageId]) -> Result<BTreeSet<MessageId>, StoreError> {
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let marks = (2..=ids.len() + 1).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let sql = format!(concat!("select m.id from message m where m.id in ({}) and not (", is_news!("$1"), ")"), marks);
        let found: Vec<i64> = read!(self, c => {
            let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(user.0);
            for id in ids {
                query = query.bind(id.0);
            }
            query.fetch_all(c).await
        })?;
        Ok(found.into_iter().map(MessageId).collect())
    }
}
