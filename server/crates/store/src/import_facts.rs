//! What the import rules ask of the store about a letter (TP-37 to TP-40): which letters wait for them, whose address the sender's is, which
//! letter it answers.

use crate::{
    Store, StoreError,
    db::{read, write},
    outbox::key_of,
};
use model::{AccountId, Managed, MessageId};
use sqlx::QueryBuilder;

/// What is stored of a letter that the rules look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFacts {
    /// The letter and the account.
    pub id: Managed,
    /// Its date, ms.
    pub date: i64,
    /// Its subject.
    pub subject: String,
    /// The sender's address, in its one spelling.
    pub sender: Option<String>,
    /// The sender's name.
    pub sender_name: String,
    /// The sender is the office.
    pub is_own: bool,
    /// A report that a letter did not arrive.
    pub is_bounce: bool,
    /// Why it could not be read.
    pub unreadable: Option<String>,
    /// Octets.
    pub size: i64,
    /// The account has it among unwanted mail only.
    pub is_junk: bool,
    /// Number of the account's rules.
    pub rules: i64,
    /// Where it waits, if it has to.
    pub queue: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    account_id: i64,
    message_id: i64,
    date: i64,
    subject: String,
    sender: Option<String>,
    from_name: String,
    is_own: i64,
    is_bounce: i64,
    unreadable: Option<String>,
    size: i64,
    is_junk: i64,
    rules: i64,
    queue_id: i64,
}

impl From<Row> for ImportFacts {
    fn from(row: Row) -> Self {
        Self {
            id: Managed { account: AccountId(row.account_id), letter: MessageId(row.message_id) },
            date: row.date,
            subject: row.subject,
            sender: row.sender,
            sender_name: row.from_name,
            is_own: row.is_own != 0,
            is_bounce: row.is_bounce != 0,
            unreadable: row.unreadable,
            size: row.size,
            is_junk: row.is_junk != 0,
            rules: row.rules,
            queue: row.queue_id,
        }
    }
}

/// The facts of letters; what follows says of which, with the account as `t.account_id` and the letter as `m`.
macro_rules! select_facts {
    ($rest:literal) => {
        concat!(
            "select t.account_id, m.id as message_id, m.date, m.subject, x.address as sender, m.from_name, coalesce(x.is_own, 0) as is_own, m.is_bounce,
               m.unreadable, m.size, coalesce(i.rules, 0) as rules, coalesce(i.queue_id, 1) as queue_id,
               cast(case when exists (select 1 from sighting s join folder f on f.id = s.folder_id
                       where s.message_id = m.id and f.account_id = t.account_id and f.role = 'junk')
                     and not exists (select 1 from sighting s join folder f on f.id = s.folder_id
                       where s.message_id = m.id and f.account_id = t.account_id and coalesce(f.role, '') <> 'junk') then 1 else 0 end as bigint) as is_junk
             from ",
            $rest
        )
    };
}

/// Somebody on whose file an address stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPerson {
    /// The party.
    pub party: i64,
    /// Its name.
    pub name: String,
    /// Of a contact: whether it is an agent (else a supplier), its type, the type's name. `None` = a client.
    pub contact: Option<(bool, i64, String)>,
}

/// Party, its sort name and name; side, type and type's name of a contact.
type PersonRow = (i64, String, String, Option<String>, Option<i64>, Option<String>);

/// A letter that is stored here: number, subject, whether the office sent it.
pub type NamedLetter = (MessageId, String, bool);

/// Puts letters that are new to an importing account on the list of the rules; run before they are listed in the account.
macro_rules! queue_for_import {
    ($c:expr, $folder:expr, $messages:expr, $now:expr) => {{
        let importing: Option<i64> = sqlx::query_scalar(
            "select i.account_id from folder f join account_import i on i.account_id = f.account_id where f.id = $1",
        )
        .bind($folder.0)
        .fetch_optional(&mut *$c)
        .await?;
        if let Some(account) = importing {
            for some in $messages.chunks(AT_ONCE) {
                let mut insert = QueryBuilder::new("insert into import_todo (account_id, message_id, at) select i.account_id, m.id, ");
                insert.push_bind($now).push(" from message m, account_import i where i.account_id = ").push_bind(account);
                insert.push(
                    " and not exists (select 1 from account_message w where w.account_id = i.account_id and w.date = m.date and w.message_id = m.id)
                      and m.id in (",
                );
                let mut list = insert.separated(", ");
                for message in some {
                    list.push_bind(*message);
                }
                insert.push(") on conflict do nothing");
                insert.build().execute(&mut *$c).await?;
            }
        }
    }};
}
pub(crate) use queue_for_import;

impl Store {
    /// Brings in letters that are here already, where the settings of an account ask for it, and forgets those that they leave alone.
    /// Answers how many were brought in.
    pub async fn fill_imports(&self) -> Result<i64, StoreError> {
        let due: Vec<(i64, i64)> = read!(self, c => sqlx::query_as(
            "select account_id, since from account_import where is_on = 1 and (filled_since is null or filled_since > since) order by account_id")
            .fetch_all(c).await)?;
        let mut brought = 0;
        for (account, since) in due {
            brought += write!(self, c => {
                let brought = sqlx::query(
                    "insert into import_todo (account_id, message_id, at)
                     select f.account_id, s.message_id, min(s.seen_at) from folder f join sighting s on s.folder_id = f.id
                     where f.account_id = $1 and s.message_id is not null
                       and not exists (select 1 from import_outcome o where o.account_id = f.account_id and o.message_id = s.message_id)
                     group by f.account_id, s.message_id having min(s.seen_at) >= $2 on conflict do nothing")
                    .bind(account).bind(since).execute(&mut *c).await?.rows_affected() as i64;
                sqlx::query("update account_import set filled_since = $2 where account_id = $1").bind(account).bind(since).execute(&mut *c).await?;
                Ok(brought)
            })?;
        }
        let late: Option<i64> = read!(self, c => sqlx::query_scalar(
            "select t.account_id from import_todo t join account_import i on i.account_id = t.account_id where t.at < i.since limit 1").fetch_optional(c).await)?;
        if late.is_some() {
            write!(self, c => {
                sqlx::query("delete from import_todo where at < (select i.since from account_import i where i.account_id = import_todo.account_id)")
                    .execute(&mut *c).await?;
                Ok(())
            })?;
        }
        Ok(brought)
    }

    /// Up to so many letters of importing accounts that the rules have not looked at yet, the newest first.
    pub async fn letters_to_import(&self, limit: i64) -> Result<Vec<ImportFacts>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_facts!(
            "import_todo t join account_import i on i.account_id = t.account_id and i.is_on = 1 and t.at >= i.since join message m on m.id = t.message_id
             left join address x on x.id = m.from_id order by t.message_id desc, t.account_id limit $1"))
            .bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The facts of letters that the account has. Scope is the caller's.
    pub async fn import_facts(&self, account: AccountId, letters: &[MessageId]) -> Result<Vec<ImportFacts>, StoreError> {
        if letters.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<Row> = read!(self, c => {
            let mut select = QueryBuilder::new(select_facts!(
                "account_message t join message m on m.id = t.message_id and m.date = t.date left join account_import i on i.account_id = t.account_id
                 left join address x on x.id = m.from_id where t.account_id = "));
            select.push_bind(account.0).push(" and m.id in (");
            let mut list = select.separated(", ");
            for letter in letters {
                list.push_bind(letter.0);
            }
            select.push(") order by m.date desc, m.id desc");
            select.build_query_as().fetch_all(c).await
        })?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The newest letters of an account: for a rehearsal. Scope is the caller's.
    pub async fn newest_of_account(&self, account: AccountId, limit: i64) -> Result<Vec<MessageId>, StoreError> {
        let ids: Vec<i64> = read!(self, c => sqlx::query_scalar(
            "select message_id from account_message where account_id = $1 order by date desc, message_id desc limit $2")
            .bind(account.0).bind(limit).fetch_all(c).await)?;
        Ok(ids.into_iter().map(MessageId).collect())
    }

    /// The types an account imports from: an agent's (else a supplier's), and its number.
    pub async fn import_types(&self, account: AccountId) -> Result<Vec<(bool, i64)>, StoreError> {
        let rows: Vec<(String, i64)> = read!(self, c => sqlx::query_as(
            "select side, contact_type_id from account_import_type where account_id = $1 order by side, contact_type_id")
            .bind(account.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(side, id)| (side == "agent", id)).collect())
    }

    /// Clients and contacts on whose file an address stood on a day, by name. The office's own addresses are nobody's.
    pub async fn people_with(&self, address: &str, date: i64) -> Result<Vec<ImportPerson>, StoreError> {
        let rows: Vec<PersonRow> = read!(self, c => sqlx::query_as(
            "select distinct p.id, p.sort_name, p.name, k.side, k.contact_type_id, t.name from address a
             join party_address pa on pa.address_id = a.id and (pa.valid_from is null or $2 >= pa.valid_from) and (pa.valid_to is null or $2 < pa.valid_to)
             join party p on p.id = pa.party_id left join contact k on k.party_id = p.id left join contact_type t on t.id = k.contact_type_id
             where a.address = $1 and a.is_own = 0 and (p.kind = 'client' or k.party_id is not null)
               and not exists (select 1 from client_merged gone where gone.party_id = p.id) order by p.sort_name, p.id")
            .bind(address).bind(date).fetch_all(c).await)?;
        let person = |(party, _, name, side, kind, kind_name): PersonRow| ImportPerson {
            party,
            name,
            contact: side.zip(kind).map(|(side, kind)| (side == "agent", kind, kind_name.unwrap_or_default())),
        };
        Ok(rows.into_iter().map(person).collect())
    }

    /// The letter that the first of these Message-IDs names, of those that are here; one that the office sent goes before all others.
    pub async fn letter_named(&self, message_ids: &[String], not: MessageId) -> Result<Option<NamedLetter>, StoreError> {
        let mut other = None;
        for id in message_ids {
            let key = key_of(id);
            let found: Option<(i64, String, i64)> = read!(self, c => sqlx::query_as(
                "select m.id, m.subject, cast(case when coalesce(f.is_own, 0) = 1 or exists (select 1 from outbox o where o.filed_as = m.id) then 1 else 0 end as bigint)
                 from message m left join address f on f.id = m.from_id where m.message_key = $1 and m.message_key <> 0 and m.message_id = $2 and m.id <> $3
                 order by 3 desc, m.id limit 1")
                .bind(key).bind(id).bind(not.0).fetch_optional(c).await)?;
            // A provider may have given our letter another name than we did.
            let found = match found {
                Some(found) => Some(found),
                None => read!(self, c => sqlx::query_as(
                    "select m.id, m.subject, cast(1 as bigint) from outbox o join message m on m.id = o.filed_as
                     where (o.message_key = $1 and o.message_id = $2 or o.provider_id <> '' and o.provider_id = $2) and m.id <> $3 order by o.id limit 1")
                    .bind(key).bind(id).bind(not.0).fetch_optional(c).await)?,
            };
            match found {
                Some((id, subject, ours)) if ours != 0 => return Ok(Some((MessageId(id), subject, true))),
                Some((id, subject, _)) if other.is_none() => other = Some((MessageId(id), subject, false)),
                _ => {}
            }
        }
        Ok(other)
    }

    /// The newest letters that the office sent to an address before a moment, but not before another: number and subject.
    pub async fn letters_sent_to(
        &self,
        address: &str,
        after: i64,
        before: i64,
        limit: i64,
    ) -> Result<Vec<(MessageId, String)>, StoreError> {
        let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(
            "select m.id, m.subject from address a join message_address ma on ma.address_id = a.id and ma.date > $2 and ma.date <= $3
             join message m on m.id = ma.message_id join address f on f.id = m.from_id and f.is_own = 1
             where a.address = $1 and ma.role <> $4 order by ma.date desc, m.id desc limit $5")
            .bind(address).bind(after).bind(before).bind(model::AddressRole::From.code()).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, subject)| (MessageId(id), subject)).collect())
    }
}
