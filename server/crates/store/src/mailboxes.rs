//! Mailboxes: the letters of one account, and how many there are in each that is open to the viewer (IT-27).

use crate::{Scope, Store, StoreError, db::read, reading::is_news};
use model::{AccountId, HistoryRow, MailboxCard, MessageId};

/// Whether the account `a` is open to the viewer (`$1`): his or her own, or shared. Managing accounts opens no letters (O28).
macro_rules! account_is_open {
    () => {
        "($1 = -1 or a.owner_id = $1 or exists (select 1 from account_share sh where sh.account_id = a.id and sh.user_id = $1))"
    };
}
pub(crate) use account_is_open;

/// Puts letters into the account's own list and counts those that are new there. To be run in the transaction that saves the sightings.
macro_rules! list_in_account {
    ($c:expr, $folder:expr, $messages:expr) => {{
        let mut listed = 0;
        for some in $messages.chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new(
                "insert into account_message (account_id, date, message_id)
                 select f.account_id, m.date, m.id from folder f, message m where f.id = ",
            );
            insert.push_bind($folder.0).push(" and m.id in (");
            let mut list = insert.separated(", ");
            for message in some {
                list.push_bind(*message);
            }
            insert.push(") on conflict do nothing");
            listed += insert.build().execute(&mut *$c).await?.rows_affected() as i64;
        }
        if listed > 0 {
            sqlx::query(
                "insert into account_letters (account_id, letters) select account_id, $2 from folder where id = $1
                 on conflict (account_id) do update set letters = account_letters.letters + excluded.letters",
            )
            .bind($folder.0)
            .bind(listed)
            .execute(&mut *$c)
            .await?;
        }
    }};
}
pub(crate) use list_in_account;

/// What fills the two tables from the sightings, after a restore.
pub(crate) const REBUILD: [&str; 2] = [
    "insert into account_message (account_id, date, message_id)
     select f.account_id, m.date, m.id from sighting s join folder f on f.id = s.folder_id join message m on m.id = s.message_id
     union select o.account_id, m.date, m.id from outbox o join message m on m.id = o.filed_as",
    "insert into account_letters (account_id, letters) select account_id, count(*) from account_message group by account_id",
];

impl Store {
    /// Mailboxes open to the viewer, by name, with the number of letters in each.
    pub async fn mailboxes(&self, scope: Scope) -> Result<Vec<MailboxCard>, StoreError> {
        let (user, _) = scope.binds();
        let rows: Vec<(i64, String, String, i64, i64)> = read!(self, c => sqlx::query_as(concat!(
            "select a.id, a.name, a.address, coalesce(l.letters, 0),
               (select count(*) from (select 1 as one from account_message w join message m on m.id = w.message_id
                  where w.account_id = a.id and w.date >= coalesce((select came.created_at from app_user came where came.id = $1), 9223372036854775807)
                    and ", is_news!("$1"), " limit 1000) recent)
             + (select count(*) from letter_read marked join message m on m.id = marked.message_id
                  join account_message w on w.account_id = a.id and w.date = m.date and w.message_id = m.id
                  where marked.user_id = $1 and marked.unread = 1 and m.date < (select came.created_at from app_user came where came.id = $1))
             from account a left join account_letters l on l.account_id = a.id
             where ", account_is_open!(), " order by a.name, a.id"))
            .bind(user).fetch_all(c).await)?;
        let card = |(id, name, address, letters, unread): (i64, String, String, i64, i64)| MailboxCard {
            id: AccountId(id),
            name,
            address,
            letters,
            unread,
        };
        Ok(rows.into_iter().map(card).collect())
    }

    /// Letters of an account (that are still on its server or were), newest first, older than `before`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the account is not open to the viewer.
    pub async fn mailbox(
        &self,
        scope: Scope,
        account: AccountId,
        before: Option<(i64, i64)>,
        limit: i64,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        let (user, _) = scope.binds();
        let open: Option<i64> = read!(self, c => sqlx::query_scalar(
            concat!("select a.id from account a where a.id = $2 and ", account_is_open!()))
            .bind(user).bind(account.0).fetch_optional(c).await)?;
        if open.is_none() {
            return Err(StoreError::NotFound);
        }
        let (date, id) = before.unwrap_or((i64::MAX, i64::MAX));
        let ids: Vec<i64> = read!(self, c => sqlx::query_scalar(
            "select message_id from account_message where account_id = $1 and (date, message_id) < ($2, $3)
             order by date desc, message_id desc limit $4")
            .bind(account.0).bind(date).bind(id).bind(limit).fetch_all(c).await)?;
        self.letter_rows(&ids.into_iter().map(MessageId).collect::<Vec<_>>()).await
    }
}
