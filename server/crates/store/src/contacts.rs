//! Contacts: agents and suppliers, parties as clients are; what only they have stands in `contact`. Their histories are those of `history`.
//!
//! A contact has up to three addresses, all of the person `self`; an address may stand on a contact's and on a client's file at once.

use crate::{
    NewClientAddress, NewEvent, Scope, Store, StoreError,
    audit::append_event,
    client_save::{Before, OnFile, difference, intern_address, on_file, write_addresses},
    clients::{Row, has_words, patterns},
    db::{read, write},
    fold::{fold, search_text},
    history::{centre_scope, client_scope},
};
use model::{ClientId, ContactCard, ContactFilter, ContactSide, ContactType, CostCentreId, GoneLine, Person};

/// A contact to be added or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactChange {
    /// Name.
    pub name: String,
    /// Company, or empty.
    pub company: String,
    /// Agent or supplier.
    pub side: ContactSide,
    /// Contact type.
    pub contact_type: i64,
    /// Cost centre; `None` = none.
    pub cost_centre: Option<CostCentreId>,
    /// Addresses on file, all of the person `self`.
    pub addresses: Vec<NewClientAddress>,
}

#[derive(sqlx::FromRow)]
struct Found {
    id: i64,
    name: String,
    company: String,
    side: String,
    contact_type_id: i64,
    type_name: String,
    cost_centre_id: Option<i64>,
    cost_centre: Option<String>,
}

/// What a contact is read from.
macro_rules! contact_columns {
    () => {
        "select p.id, p.name, k.company, k.side, k.contact_type_id, t.name as type_name, p.cost_centre_id, cc.name as cost_centre
         from party p join contact k on k.party_id = p.id join contact_type t on t.id = k.contact_type_id
         left join cost_centre cc on cc.id = p.cost_centre_id where p.kind = 'contact' and "
    };
}

/// Whether a contact `k` of the party `p` has the side `$3` (empty = any), the type `$4` (−1 = any) and the words `$5` to `$8`.
macro_rules! contact_demands {
    () => {
        concat!("($3 = '' or k.side = $3) and ($4 = -1 or k.contact_type_id = $4) and ", has_words!("$5", "$6", "$7", "$8"))
    };
}

/// Whether the contact `$3` in scope is gone: deleted, or merged into another.
const IS_GONE: &str = concat!(
    "select cast(case when exists (select 1 from client_merged g where g.party_id = p.id) then 1 else 0 end as bigint)
     from party p where p.kind = 'contact' and p.id = $3 and ",
    centre_scope!()
);

/// A contact as it stands, in the transaction at hand; evaluates to `Option<(Before, company, side, type's name and number)>`.
macro_rules! read_contact {
    ($c:expr, $id:expr) => {{
        let row: Option<(String, String, Option<i64>, String, String, String, i64)> = sqlx::query_as(
            "select p.code, p.name, p.cost_centre_id, k.company, k.side, t.name, k.contact_type_id from party p join contact k on k.party_id = p.id
             join contact_type t on t.id = k.contact_type_id where p.id = $1 and p.kind = 'contact'",
        )
        .bind($id)
        .fetch_optional(&mut *$c)
        .await?;
        let rows: Vec<(String, i64, String, Option<i64>, Option<i64>)> = sqlx::query_as(
            "select pa.person, pa.slot, a.address, pa.valid_from, pa.valid_to from party_address pa join address a on a.id = pa.address_id
             where pa.party_id = $1",
        )
        .bind($id)
        .fetch_all(&mut *$c)
        .await?;
        let addresses: OnFile = rows
            .into_iter()
            .filter_map(|(person, slot, address, from, to)| Some(((Person::parse(&person)?, slot), (address, from, to))))
            .collect();
        row.map(|(code, name, cost_centre, company, side, kind, kind_id)| {
            (Before { code, name, cost_centre, addresses }, company, side, kind, kind_id)
        })
    }};
}

/// Writes a contact that has been looked at; evaluates to its id. `$id` = `Option<i64>`.
macro_rules! write_contact {
    ($c:expr, $id:expr, $change:expr, $at:expr) => {{
        let change: &ContactChange = $change;
        let text = search_text(&change.company, &change.name, change.addresses.iter().map(|new| new.address.as_str()));
        let centre = change.cost_centre.map(|centre| centre.0);
        let id: i64 = match $id {
            Some(id) => {
                let id: i64 = id;
                sqlx::query(
                    "update party set name = $2, sort_name = $3, search_text = $4, cost_centre_id = $5 where id = $1 and kind = 'contact'",
                )
                .bind(id)
                .bind(&change.name)
                .bind(fold(&change.name))
                .bind(&text)
                .bind(centre)
                .execute(&mut *$c)
                .await?;
                sqlx::query("update contact set side = $2, contact_type_id = $3, company = $4 where party_id = $1")
                    .bind(id)
                    .bind(change.side.as_str())
                    .bind(change.contact_type)
                    .bind(&change.company)
                    .execute(&mut *$c)
                    .await?;
                id
            }
            None => {
                let id: i64 = sqlx::query_scalar(
                    "insert into party (kind, code, name, sort_name, search_text, cost_centre_id, created_at)
                     values ('contact', $1, $2, $3, $4, $5, $6) returning id",
                )
                .bind(crate::contacts::own_code()?)
                .bind(&change.name)
                .bind(fold(&change.name))
                .bind(&text)
                .bind(centre)
                .bind($at)
                .fetch_one(&mut *$c)
                .await?;
                sqlx::query("insert into contact (party_id, side, contact_type_id, company) values ($1, $2, $3, $4)")
                    .bind(id)
                    .bind(change.side.as_str())
                    .bind(change.contact_type)
                    .bind(&change.company)
                    .execute(&mut *$c)
                    .await?;
                id
            }
        };
        write_addresses!($c, id, &change.addresses);
        id
    }};
}
pub(crate) use {read_contact, write_contact};

/// No office gives its contacts codes, but every party has one.
pub(crate) fn own_code() -> Result<String, StoreError> {
    let mut octets = [0_u8; 12];
    getrandom::fill(&mut octets).map_err(|_| StoreError::Inconsistent("the system gives no random octets".into()))?;
    Ok(crate::audit::hex(&octets))
}

/// What is different, in words for the audit trail; empty when nothing is.
pub(crate) fn contact_difference(before: &(Before, String, String, String, i64), change: &ContactChange, kind: &str) -> String {
    let (was, company, side, old_kind, _) = before;
    let mut words = Vec::new();
    if side != change.side.as_str() {
        words.push(format!("{side} became {}", change.side.as_str()));
    }
    if old_kind != kind {
        words.push(format!("type “{old_kind}” became “{kind}”"));
    }
    if *company != change.company {
        words.push(format!("company “{company}” became “{}”", change.company));
    }
    let centre = change.cost_centre.map(|centre| centre.0);
    words.push(difference(was, &was.code, &change.name, centre, &on_file(&change.addresses)));
    words.retain(|part| !part.is_empty());
    words.join("; ")
}

impl Store {
    /// Contacts in scope with what is asked for, by name, after the contact where the last page ended.
    pub async fn contacts(
        &self,
        scope: Scope,
        filter: &ContactFilter,
        after: Option<ClientId>,
        limit: i64,
    ) -> Result<Vec<ContactCard>, StoreError> {
        let (user, all) = scope.binds();
        let sql = concat!(
            contact_columns!(),
            client_scope!(),
            " and ",
            contact_demands!(),
            " and (p.sort_name, p.id) > (coalesce((select sort_name from party where id = $9), ''), $9) order by p.sort_name, p.id limit $10"
        );
        let [one, two, three, four] = patterns(&filter.words);
        let (side, kind) = (filter.side.map_or("", ContactSide::as_str), filter.contact_type.unwrap_or(-1));
        let rows: Vec<Found> = read!(self, c => sqlx::query_as(sql).bind(user).bind(all).bind(side).bind(kind)
            .bind(&one).bind(&two).bind(&three).bind(&four).bind(after.map_or(0, |contact| contact.0)).bind(limit).fetch_all(c).await)?;
        self.contact_cards(rows).await
    }

    /// How many contacts in scope there are with what is asked for.
    pub async fn contacts_found(&self, scope: Scope, filter: &ContactFilter) -> Result<i64, StoreError> {
        let (user, all) = scope.binds();
        let sql = concat!(
            "select count(*) from party p join contact k on k.party_id = p.id where p.kind = 'contact' and ",
            client_scope!(),
            " and ",
            contact_demands!()
        );
        let [one, two, three, four] = patterns(&filter.words);
        let (side, kind) = (filter.side.map_or("", ContactSide::as_str), filter.contact_type.unwrap_or(-1));
        Ok(read!(self, c => sqlx::query_scalar(sql).bind(user).bind(all).bind(side).bind(kind)
            .bind(&one).bind(&two).bind(&three).bind(&four).fetch_one(c).await)?)
    }

    /// Deleted contacts in scope with what is asked for, the one deleted last first. They are found by the words that they had.
    pub async fn gone_contacts(&self, scope: Scope, filter: &ContactFilter, limit: i64) -> Result<Vec<GoneLine>, StoreError> {
        let (user, all) = scope.binds();
        let sql = concat!(
            "select p.id, p.name, k.company, g.at from client_merged g join party p on p.id = g.party_id join contact k on k.party_id = p.id
             where g.into_id is null and ",
            centre_scope!(),
            " and ",
            contact_demands!(),
            " order by g.at desc, p.id desc limit $9"
        );
        let [one, two, three, four] = patterns(&filter.words);
        let (side, kind) = (filter.side.map_or("", ContactSide::as_str), filter.contact_type.unwrap_or(-1));
        let rows: Vec<(i64, String, String, i64)> = read!(self, c => sqlx::query_as(sql).bind(user).bind(all).bind(side).bind(kind)
            .bind(&one).bind(&two).bind(&three).bind(&four).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name, company, at)| GoneLine { id: ClientId(id), name, company, at }).collect())
    }

    /// One contact in scope.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also for a client.
    pub async fn contact(&self, scope: Scope, id: ClientId) -> Result<ContactCard, StoreError> {
        let (user, all) = scope.binds();
        let row: Found = read!(self, c => sqlx::query_as(concat!(contact_columns!(), client_scope!(), " and p.id = $3"))
            .bind(user).bind(all).bind(id.0).fetch_one(c).await)?;
        self.contact_cards(vec![row]).await?.pop().ok_or(StoreError::NotFound)
    }

    /// Whether this party is a contact, whatever the viewer's scope (for choosing a page, never for showing).
    pub async fn is_contact(&self, id: ClientId) -> Result<bool, StoreError> {
        let found: Option<i64> =
            read!(self, c => sqlx::query_scalar("select party_id from contact where party_id = $1").bind(id.0).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// Whether a contact in scope is gone: deleted, or merged into another.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such contact in scope.
    pub async fn contact_is_gone(&self, scope: Scope, id: ClientId) -> Result<bool, StoreError> {
        let (user, all) = scope.binds();
        let gone: i64 = read!(self, c => sqlx::query_scalar(IS_GONE).bind(user).bind(all).bind(id.0).fetch_one(c).await)?;
        Ok(gone != 0)
    }

    /// Adds or changes a contact; its addresses become exactly these. What is different is added to the event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the contact to change is not in scope, or there is no such contact type; [`StoreError::Conflict`]
    /// `contact_is_gone` when it was deleted or merged meanwhile.
    pub async fn save_contact(
        &self,
        scope: Scope,
        id: Option<ClientId>,
        change: &ContactChange,
        event: &NewEvent,
    ) -> Result<ClientId, StoreError> {
        let (user, all) = scope.binds();
        let (id, head) = write!(self, c => {
            // Takes the lock that every deed takes: who deletes or merges it meanwhile waits, or has done so.
            sqlx::query("update audit_head set seq = seq where id = 1").execute(&mut *c).await?;
            if let Some(id) = id {
                let gone: i64 = sqlx::query_scalar(IS_GONE).bind(user).bind(all).bind(id.0).fetch_one(&mut *c).await?;
                if gone != 0 {
                    return Err(StoreError::Conflict("contact_is_gone"));
                }
            }
            let kind: Option<String> = sqlx::query_scalar("select name from contact_type where id = $1").bind(change.contact_type).fetch_optional(&mut *c).await?;
            let kind = kind.ok_or(StoreError::NotFound)?;
            let words = match id {
                Some(id) => contact_difference(&read_contact!(c, id.0).ok_or(StoreError::NotFound)?, change, &kind),
                None => {
                    let empty = Before {
                        code: String::new(),
                        name: change.name.clone(),
                        cost_centre: change.cost_centre.map(|centre| centre.0),
                        addresses: OnFile::new(),
                    };
                    contact_difference(&(empty, change.company.clone(), change.side.as_str().to_owned(), kind.clone(), change.contact_type), change, &kind)
                }
            };
            let id = write_contact!(c, id.map(|id| id.0), change, event.at);
            let parts: Vec<&str> = [event.detail.as_str(), words.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
            let head = append_event!(&self.keys, c, &NewEvent { subject: format!("contact:{id}"), detail: parts.join(": "), ..event.clone() });
            Ok((id, head))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(ClientId(id))
    }

    async fn contact_cards(&self, found: Vec<Found>) -> Result<Vec<ContactCard>, StoreError> {
        let rows = found.iter().map(|row| Row { id: row.id, code: String::new(), name: row.name.clone(), cost_centre: None }).collect();
        let files = self.cards(rows).await?;
        found
            .into_iter()
            .zip(files)
            .map(|(row, file)| {
                Ok(ContactCard {
                    id: ClientId(row.id),
                    name: row.name,
                    company: row.company,
                    side: side_of(&row.side)?,
                    contact_type: ContactType { id: row.contact_type_id, name: row.type_name },
                    cost_centre: row.cost_centre_id.map(CostCentreId).zip(row.cost_centre),
                    addresses: file.addresses,
                })
            })
            .collect()
    }
}

fn side_of(text: &str) -> Result<ContactSide, StoreError> {
    ContactSide::parse(text).ok_or_else(|| StoreError::Inconsistent("contact.side cannot be read".into()))
}
