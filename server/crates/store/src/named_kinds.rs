//! Contact types and queues: short lists of names that the office keeps. A name is taken whatever its capitals; what is in use stays.

use crate::{
    NewEvent, Store, StoreError,
    audit::{TAKE_TURN, append_event},
    db::{read, write},
    fold::fold,
};
use model::{BUILT_IN_QUEUE, ContactType, InUse, Queue};
use std::collections::BTreeMap;

/// Refuses a name that another row has; rows of `$list` are (id, name).
macro_rules! refuse_taken {
    ($c:expr, $list:literal, $id:expr, $name:expr, $taken:literal) => {{
        let id: Option<i64> = $id;
        let others: Vec<(i64, String)> = sqlx::query_as($list).fetch_all(&mut *$c).await?;
        if others.iter().any(|(other, name)| Some(*other) != id && fold(name) == fold($name)) {
            return Err(StoreError::Conflict($taken));
        }
    }};
}

fn in_use(rows: Vec<(i64, String, i64)>, accounts: Vec<(i64, String)>, built_in: Option<i64>) -> Vec<InUse> {
    let mut by_id: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (id, name) in accounts {
        by_id.entry(id).or_default().push(name);
    }
    rows.into_iter()
        .map(|(id, name, count)| InUse {
            id,
            name,
            count,
            accounts: by_id.remove(&id).unwrap_or_default(),
            is_built_in: Some(id) == built_in,
        })
        .collect()
}

/// A removed type for the audit trail, with what became of contacts that are gone.
fn told_of_gone(detail: &str, gone: i64, name: &str) -> String {
    let who = if gone == 1 { "1 deleted or merged contact has".to_owned() } else { format!("{gone} deleted or merged contacts have") };
    let told = format!("{who} the type “{name}” now");
    if detail.is_empty() { told } else { format!("{detail}: {told}") }
}

impl Store {
    /// Contact types by name.
    pub async fn contact_types(&self) -> Result<Vec<ContactType>, StoreError> {
        let rows: Vec<(i64, String)> =
            read!(self, c => sqlx::query_as("select id, name from contact_type order by lower(name), id").fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name)| ContactType { id, name }).collect())
    }

    /// Contact types by name, with how many contacts have each (those that are gone do not count) and which accounts import it.
    pub async fn contact_types_in_use(&self) -> Result<Vec<InUse>, StoreError> {
        let rows: Vec<(i64, String, i64)> = read!(self, c => sqlx::query_as(
            "select t.id, t.name, (select count(*) from contact k where k.contact_type_id = t.id
                 and not exists (select 1 from client_merged gone where gone.party_id = k.party_id)) from contact_type t order by lower(t.name), t.id")
            .fetch_all(c).await)?;
        let accounts: Vec<(i64, String)> = read!(self, c => sqlx::query_as(
            "select distinct i.contact_type_id, a.name from account_import_type i join account a on a.id = i.account_id order by i.contact_type_id, a.name")
            .fetch_all(c).await)?;
        Ok(in_use(rows, accounts, None))
    }

    /// Adds a contact type, or gives one another name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `contact_type_name_taken`; [`StoreError::NotFound`].
    pub async fn keep_contact_type(&self, id: Option<i64>, name: &str, event: &NewEvent) -> Result<i64, StoreError> {
        let (id, head) = write!(self, c => {
            refuse_taken!(c, "select id, name from contact_type", id, name, "contact_type_name_taken");
            let kept: Option<i64> = match id {
                Some(id) => sqlx::query_scalar("update contact_type set name = $2 where id = $1 returning id").bind(id).bind(name).fetch_optional(&mut *c).await?,
                None => sqlx::query_scalar("insert into contact_type (name) values ($1) returning id").bind(name).fetch_optional(&mut *c).await?,
            };
            Ok((kept.ok_or(StoreError::NotFound)?, append_event!(&self.keys, c, event)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(id)
    }

    /// Takes a contact type away. Contacts that are gone get the first of the others, since they may be put back.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `contact_type_in_use` while a contact has it or an account imports it, `contact_type_is_last` while one that
    /// is gone has it and there is no other; [`StoreError::NotFound`].
    pub async fn remove_contact_type(&self, id: i64, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            // Takes the lock that every deed takes: nobody is deleted or put back meanwhile.
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let used: i64 = sqlx::query_scalar(
                "select (select count(*) from contact k where k.contact_type_id = $1
                           and not exists (select 1 from client_merged gone where gone.party_id = k.party_id))
                      + (select count(*) from account_import_type where contact_type_id = $1)")
                .bind(id).fetch_one(&mut *c).await?;
            if used > 0 {
                return Err(StoreError::Conflict("contact_type_in_use"));
            }
            let mut event = event.clone();
            let gone: i64 = sqlx::query_scalar("select count(*) from contact where contact_type_id = $1").bind(id).fetch_one(&mut *c).await?;
            if gone > 0 {
                let other: Option<(i64, String)> = sqlx::query_as("select id, name from contact_type where id <> $1 order by lower(name), id limit 1")
                    .bind(id).fetch_optional(&mut *c).await?;
                let (other, name) = other.ok_or(StoreError::Conflict("contact_type_is_last"))?;
                sqlx::query("update contact set contact_type_id = $2 where contact_type_id = $1").bind(id).bind(other).execute(&mut *c).await?;
                event.detail = told_of_gone(&event.detail, gone, &name);
            }
            // What the rules once made of a letter stays; the type it had then has no name any more.
            sqlx::query("update import_outcome set contact_type_id = null where contact_type_id = $1").bind(id).execute(&mut *c).await?;
            if sqlx::query("delete from contact_type where id = $1").bind(id).execute(&mut *c).await?.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, &event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Queues: the built-in one, then the others by name (TP-38).
    pub async fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(
            "select id, name from queue order by case when id = $1 then 0 else 1 end, lower(name), id").bind(BUILT_IN_QUEUE).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name)| Queue { id, name }).collect())
    }

    /// Queues in the same order, with how many letters wait in each and which accounts use it.
    pub async fn queues_in_use(&self) -> Result<Vec<InUse>, StoreError> {
        let rows: Vec<(i64, String, i64)> = read!(self, c => sqlx::query_as(
            "select q.id, q.name, (select count(*) from import_outcome o where o.queue_id = q.id and o.state = 'waiting')
             from queue q order by case when q.id = $1 then 0 else 1 end, lower(q.name), q.id").bind(BUILT_IN_QUEUE).fetch_all(c).await)?;
        let accounts: Vec<(i64, String)> = read!(self, c => sqlx::query_as(
            "select i.queue_id, a.name from account_import i join account a on a.id = i.account_id where i.queue_id is not null order by i.queue_id, a.name")
            .fetch_all(c).await)?;
        Ok(in_use(rows, accounts, Some(BUILT_IN_QUEUE)))
    }

    /// Adds a queue, or gives one another name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `queue_name_taken`; [`StoreError::NotFound`].
    pub async fn keep_queue(&self, id: Option<i64>, name: &str, event: &NewEvent) -> Result<i64, StoreError> {
        let (id, head) = write!(self, c => {
            refuse_taken!(c, "select id, name from queue", id, name, "queue_name_taken");
            let kept: Option<i64> = match id {
                Some(id) => sqlx::query_scalar("update queue set name = $2 where id = $1 returning id").bind(id).bind(name).fetch_optional(&mut *c).await?,
                None => sqlx::query_scalar("insert into queue (name) values ($1) returning id").bind(name).fetch_optional(&mut *c).await?,
            };
            Ok((kept.ok_or(StoreError::NotFound)?, append_event!(&self.keys, c, event)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(id)
    }

    /// Takes a queue away; what was closed in it is counted to the built-in one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `queue_is_built_in`, or `queue_in_use` while an account names it or a letter waits in it;
    /// [`StoreError::NotFound`].
    pub async fn remove_queue(&self, id: i64, event: &NewEvent) -> Result<(), StoreError> {
        if id == BUILT_IN_QUEUE {
            return Err(StoreError::Conflict("queue_is_built_in"));
        }
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let used: i64 = sqlx::query_scalar(
                "select (select count(*) from account_import where queue_id = $1)
                      + (select count(*) from import_outcome where queue_id = $1 and state = 'waiting')")
                .bind(id).fetch_one(&mut *c).await?;
            if used > 0 {
                return Err(StoreError::Conflict("queue_in_use"));
            }
            sqlx::query("update import_outcome set queue_id = $2 where queue_id = $1").bind(id).bind(BUILT_IN_QUEUE).execute(&mut *c).await?;
            if sqlx::query("delete from queue where id = $1").bind(id).execute(&mut *c).await?.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
