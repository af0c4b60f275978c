//! Filing by hand: the few decisions that a letter belongs, or does not belong, to a client (FP-04: the exception, never a step).
//!
//! A letter filed by hand is seen by whoever may open the client (`visible!`); one that is kept off no longer for that client's sake.
//! Triggers keep what stood before, for histories as at a day.

use crate::{
    NewEvent, Scope, Store, StoreError,
    audit::{TAKE_TURN, append_event},
    db::{read, write},
    history::client_scope,
    letters::account_is_named,
};
use model::{AccountId, ClientId, Decision, Filing, MessageId, UserId};

/// A decision about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFiling {
    /// The client.
    pub client: ClientId,
    /// The letter.
    pub letter: MessageId,
    /// What is decided.
    pub decision: Decision,
    /// Whose decision; `None` = the console's.
    pub by: Option<UserId>,
    /// Why.
    pub reason: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    party_id: i64,
    name: String,
    decision: String,
    by_name: Option<String>,
    at: i64,
    reason: String,
}

impl Store {
    /// Files a letter to a client, or keeps it off; a decision made before gives way.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the letter is not the viewer's to see or the client not in scope.
    pub async fn file_letter(&self, scope: Scope, filing: &NewFiling, event: &NewEvent) -> Result<(), StoreError> {
        self.client(scope, filing.client).await?;
        if !self.may_see(scope, filing.letter).await? {
            return Err(StoreError::NotFound);
        }
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            sqlx::query(
                "insert into filing (message_id, party_id, decision, by_user, at, reason) values ($1, $2, $3, $4, $5, $6)
                 on conflict (message_id, party_id) do update set decision = excluded.decision, by_user = excluded.by_user,
                   at = excluded.at, reason = excluded.reason")
                .bind(filing.letter.0).bind(filing.client.0).bind(filing.decision.as_str()).bind(filing.by.map(|by| by.0)).bind(event.at).bind(&filing.reason)
                .execute(&mut *c).await?;
            if filing.decision == Decision::Belongs {
                // Where it waited for somebody, somebody has decided now.
                sqlx::query(
                    "update import_outcome set state = 'done', closed_how = 'filed', closed_reason = $2, closed_by = $3, closed_at = $4
                     where message_id = $1 and state = 'waiting'")
                    .bind(filing.letter.0).bind(&filing.reason).bind(filing.by.map(|by| by.0)).bind(event.at).execute(&mut *c).await?;
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Takes a decision back: the addresses decide again. The letter itself need not be visible, or nobody could take back
    /// having kept it off the only client that showed it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the client is not in scope or nothing was decided.
    pub async fn undo_filing(&self, scope: Scope, client: ClientId, letter: MessageId, event: &NewEvent) -> Result<(), StoreError> {
        self.client(scope, client).await?;
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let gone = sqlx::query("delete from filing where message_id = $1 and party_id = $2")
                .bind(letter.0).bind(client.0).execute(&mut *c).await?.rows_affected();
            if gone == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// What was decided by hand about a letter, for clients in scope.
    pub async fn filings_of(&self, scope: Scope, letter: MessageId) -> Result<Vec<(ClientId, String, Filing)>, StoreError> {
        let (user, all) = scope.binds();
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(concat!(
            "select p.id as party_id, p.name, k.decision, u.name as by_name, k.at, k.reason from filing k join party p on p.id = k.party_id
             left join app_user u on u.id = k.by_user where k.message_id = $3 and ", client_scope!(),
            " order by p.sort_name, p.id"))
            .bind(user).bind(all).bind(letter.0).fetch_all(c).await)?;
        rows.into_iter()
            .map(|row| {
                let decision = Decision::parse(&row.decision);
                let decision = decision.ok_or_else(|| StoreError::Inconsistent("filing.decision cannot be read".into()))?;
                Ok((ClientId(row.party_id), row.name, Filing { decision, by: row.by_name, at: row.at, reason: row.reason }))
            })
            .collect()
    }

    /// For each of these addresses: whether it is one of the office's own, and a client in scope on whose file it stands, a row for each.
    pub async fn whose(&self, scope: Scope, addresses: &[String]) -> Result<Vec<(String, bool, Option<(ClientId, String)>)>, StoreError> {
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let (user, all) = scope.binds();
        let marks = (3..addresses.len() + 3).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            concat!(
                "select a.address, a.is_own, c.id, c.name from address a left join (
                   select distinct pa.address_id, p.id, p.name from party_address pa join party p on p.id = pa.party_id
                   where p.kind = 'client' and ",
                client_scope!(),
                ") c on c.address_id = a.id where a.address in ({}) order by a.address, c.name, c.id"
            ),
            marks
        );
        let rows: Vec<(String, i64, Option<i64>, Option<String>)> = read!(self, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).persistent(false).bind(user).bind(all);
            for address in addresses {
                query = query.bind(address);
            }
            query.fetch_all(c).await
        })?;
        Ok(rows.into_iter().map(|(address, own, id, name)| (address, own != 0, id.map(ClientId).zip(name))).collect())
    }

    /// How many letters are filed to a client by hand, and how many kept off. The caller has checked the client's scope.
    pub async fn filing_counts(&self, client: ClientId) -> Result<(i64, i64), StoreError> {
        let rows: Vec<(String, i64)> = read!(self, c => sqlx::query_as("select decision, count(*) from filing where party_id = $1 group by decision")
                .bind(client.0).fetch_all(c).await)?;
        let of = |decision: Decision| rows.iter().find(|(name, _)| name == decision.as_str()).map_or(0, |(_, count)| *count);
        Ok((of(Decision::Belongs), of(Decision::KeepOff)))
    }

    /// Accounts whose names the viewer may know, by name: to filter by.
    pub async fn named_accounts(&self, scope: Scope) -> Result<Vec<(AccountId, String)>, StoreError> {
        let (user, _) = scope.binds();
        let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(concat!(
            "select a.id, a.name from account a where ", account_is_named!(), " order by lower(a.name), a.id"))
            .bind(user).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name)| (AccountId(id), name)).collect())
    }
}
