//! A contact is deleted: addresses and decisions by hand go off its file, its row stays for what points to it. What stood before is kept by
//! the triggers of the past, so that it can be put back whenever that is wanted.

use crate::{
    NewClientAddress, NewEvent, Scope, Store, StoreError,
    audit::append_event,
    client_merge::{decisions_of, letters_of, write_decisions},
    client_save::{intern_address, other_codes, write_addresses, write_words},
    client_unmerge::{addresses_before, decisions_before},
    db::{read, write},
    history::centre_scope,
};
use model::{ClientId, ContactRemoval, GoneContact, Person};
use std::collections::BTreeMap;

/// Of these letters, those that are in no other history; by its own rule.
macro_rules! alone_of {
    ($c:expr, $party:expr, $letters:expr) => {{
        let letters: Vec<i64> = $letters;
        let mut alone = 0_i64;
        for part in letters.chunks(500) {
            let ids = part.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let sql = format!(
                "select count(*) from message m where m.id in ({ids})
                   and not exists (select 1 from message_address ma join address a on a.id = ma.address_id and a.is_own = 0
                     join party_address pa on pa.address_id = ma.address_id and pa.party_id <> $1
                       and (pa.valid_from is null or ma.date >= pa.valid_from) and (pa.valid_to is null or ma.date < pa.valid_to)
                     where ma.message_id = m.id and not exists (select 1 from filing k
                       where k.message_id = m.id and k.party_id = pa.party_id and k.decision = 'keep_off'))
                   and not exists (select 1 from filing k where k.message_id = m.id and k.party_id <> $1 and k.decision = 'belongs')"
            );
            let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind($party).fetch_one(&mut *$c).await?;
            alone += found;
        }
        alone
    }};
}

const REHEARSED: &str = "removal_rehearsed";

impl Store {
    /// Deletes a contact. Without `agreed` nothing is kept: the answer says what would happen. With it, it is done if
    /// [`ContactRemoval::mark`] still is what was agreed to.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for whoever is no contact in scope; [`StoreError::Conflict`] `removal_changed` when it would do something
    /// else than was agreed to.
    pub async fn remove_contact(
        &self,
        scope: Scope,
        id: ClientId,
        agreed: Option<&str>,
        event: &NewEvent,
    ) -> Result<ContactRemoval, StoreError> {
        let card = self.contact(scope, id).await?;
        let addresses: Vec<String> = card.addresses.iter().map(|on_file| on_file.address.clone()).collect();
        let party = id.0;
        let mut told = None;
        let outcome = write!(self, c => {
            // Takes the lock that every deed takes.
            let deed: i64 = sqlx::query_scalar("update audit_head set seq = seq where id = 1 returning seq + 1").fetch_one(&mut *c).await?;
            let gone: i64 = sqlx::query_scalar("select count(*) from client_merged where party_id = $1").bind(party).fetch_one(&mut *c).await?;
            if gone > 0 {
                return Err(StoreError::NotFound);
            }
            let letters = letters_of!(c, party);
            let alone = alone_of!(c, party, letters.keys().copied().collect());
            let by_hand: i64 = sqlx::query_scalar("select count(*) from filing where party_id = $1").bind(party).fetch_one(&mut *c).await?;
            let replies: i64 = sqlx::query_scalar("select count(*) from import_outcome where party_id = $1").bind(party).fetch_one(&mut *c).await?;
            let planned: i64 = sqlx::query_scalar(crate::actions::PLANNED_FOR).bind(party).fetch_one(&mut *c).await?;
            let waiting: i64 = sqlx::query_scalar(crate::actions::WAITING_FOR).bind(party).fetch_one(&mut *c).await?;
            let letters = letters.len() as i64;
            let removal = ContactRemoval { letters, alone, by_hand, replies, planned, waiting, addresses: addresses.clone() };
            let mark = removal.mark();
            let detail = format!("{}: {} taken off", card.name, if addresses.is_empty() { "no address".to_owned() } else { addresses.join(", ") });
            told = Some(removal);
            match agreed {
                None => return Err(StoreError::Conflict(REHEARSED)),
                Some(agreed) if agreed != mark => return Err(StoreError::Conflict("removal_changed")),
                Some(_) => {}
            }
            sqlx::query("delete from party_address where party_id = $1").bind(party).execute(&mut *c).await?;
            sqlx::query("delete from filing where party_id = $1").bind(party).execute(&mut *c).await?;
            // Nothing leaves on a date for whom there is not any more; put back, the contact gets its letters planned anew.
            sqlx::query(crate::actions::END_FOR).bind(party).execute(&mut *c).await?;
            sqlx::query(crate::actions::GIVE_UP_FOR).bind(party).bind(event.at).bind(&event.principal).execute(&mut *c).await?;
            sqlx::query("insert into client_merged (party_id, into_id, at, deed) values ($1, null, $2, $3)")
                .bind(party).bind(event.at).bind(deed).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, &NewEvent { subject: format!("contact:{party}"), detail, ..event.clone() }))
        });
        match outcome {
            Ok(head) => self.heads.publish(head.0, &head.1)?,
            Err(StoreError::Conflict(REHEARSED)) => {}
            Err(error) => return Err(error),
        }
        told.ok_or(StoreError::NotFound)
    }

    /// A contact in scope that was deleted.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was not.
    pub async fn gone_contact(&self, scope: Scope, id: ClientId) -> Result<GoneContact, StoreError> {
        let (user, all) = scope.binds();
        let (name, company, at): (String, String, i64) = read!(self, c => sqlx::query_as(concat!(
            "select p.name, k.company, g.at from client_merged g join party p on p.id = g.party_id join contact k on k.party_id = p.id
             where g.party_id = $3 and g.into_id is null and ", centre_scope!()))
            .bind(user).bind(all).bind(id.0).fetch_one(c).await)?;
        let replies: i64 =
            read!(self, c => sqlx::query_scalar("select count(*) from import_outcome where party_id = $1").bind(id.0).fetch_one(c).await)?;
        Ok(GoneContact { id, name, company, at, replies })
    }

    /// Puts a contact back that was deleted: its addresses and the decisions about it are as they were.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was not deleted, or is not in scope.
    pub async fn put_contact_back(&self, scope: Scope, id: ClientId, event: &NewEvent) -> Result<(), StoreError> {
        let (user, all) = scope.binds();
        let party = id.0;
        let head = write!(self, c => {
            sqlx::query("update audit_head set seq = seq where id = 1").execute(&mut *c).await?;
            let found: Option<(i64, String)> = sqlx::query_as(concat!(
                "select g.deed, p.name from client_merged g join party p on p.id = g.party_id
                 where g.party_id = $3 and g.into_id is null and ", centre_scope!()))
                .bind(user).bind(all).bind(party).fetch_optional(&mut *c).await?;
            let Some((deed, name)) = found else { return Err(StoreError::NotFound) };
            sqlx::query("delete from client_merged where party_id = $1").bind(party).execute(&mut *c).await?;
            let addresses = addresses_before!(c, party, deed);
            write_addresses!(c, party, &addresses);
            let then = decisions_before!(c, party, deed);
            let now = decisions_of!(c, party);
            write_decisions!(c, party, &now, &then);
            write_words!(c, party, &addresses);
            Ok(append_event!(&self.keys, c, &NewEvent { subject: format!("contact:{party}"), detail: name, ..event.clone() }))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
