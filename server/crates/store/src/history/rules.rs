//! What decides a history: the addresses on file and the decisions made by hand, now or on another day.

use crate::{Scope, Store, StoreError, db::read, letters::account_is_named, reading::is_news};
use model::{AccountId, AddressRole, ByHand, ClientId, Decision, Direction, Filing, HistoryFilter, Person, Why};
use std::collections::BTreeMap;

/// A place on the client's file.
#[derive(sqlx::FromRow, Clone)]
pub(crate) struct OnFile {
    pub address_id: i64,
    pub address: String,
    pub person: String,
    pub slot: i64,
    pub valid_from: Option<i64>,
    pub valid_to: Option<i64>,
}

/// A decision made by hand, and what filters ask of its letter.
#[derive(sqlx::FromRow)]
pub(crate) struct HandRow {
    pub(super) message_id: i64,
    pub(super) date: i64,
    sent: i64,
    attachments: i64,
    in_account: i64,
    is_news: i64,
    decision: String,
    by_name: Option<String>,
    at: i64,
    reason: String,
}

/// What decides a history: the addresses on file and the decisions made by hand, of today or of another day.
pub(crate) struct Rules {
    pub on_file: Vec<OnFile>,
    pub by_hand: BTreeMap<i64, HandRow>,
    /// Whose marks "unread" means: −1 = nobody's, so that everything is.
    pub(super) reader: i64,
}

impl Store {
    /// What decides this history, with these filters.
    pub(crate) async fn rules(&self, scope: Scope, client: ClientId, filter: &HistoryFilter) -> Result<Rules, StoreError> {
        let (user, all) = scope.binds();
        let found: Option<i64> = read!(self, c => sqlx::query_scalar(
            concat!("select p.id from party p where p.id = $3 and ", client_scope!()))
            .bind(user).bind(all).bind(client.0).fetch_optional(c).await)?;
        if found.is_none() {
            return Err(StoreError::NotFound);
        }
        if let Some(account) = filter.account {
            let named: Option<i64> = read!(self, c => sqlx::query_scalar(concat!("select a.id from account a where a.id = $2 and ", account_is_named!()))
                .bind(user).bind(account.0).fetch_optional(c).await)?;
            if named.is_none() {
                return Err(StoreError::NotFound);
            }
        }
        let deed = match filter.as_at {
            Some(moment) => Some(self.deed_before(moment).await?),
            None => None,
        };
        let on_file = self.on_file(client, filter.person, deed).await?;
        Ok(Rules { on_file, by_hand: self.by_hand(client, filter.account, deed, user).await?, reader: user })
    }

    /// Addresses on file now, or when a deed of the past was done.
    pub(crate) async fn on_file(&self, client: ClientId, person: Option<Person>, deed: Option<i64>) -> Result<Vec<OnFile>, StoreError> {
        let all: Vec<OnFile> = match deed {
            None => read!(self, c => sqlx::query_as(
                "select pa.address_id, a.address, pa.person, pa.slot, pa.valid_from, pa.valid_to
                 from party_address pa join address a on a.id = pa.address_id and a.is_own = 0 where pa.party_id = $1
                 order by pa.person desc, pa.slot")
                .bind(client.0).fetch_all(c).await)?,
            Some(deed) => read!(self, c => sqlx::query_as(
                "select pa.address_id, a.address, pa.person, pa.slot, pa.valid_from, pa.valid_to
                 from party_address_past pa join address a on a.id = pa.address_id and a.is_own = 0
                 where pa.party_id = $1 and pa.since <= $2 and (pa.until is null or pa.until > $2) order by pa.person desc, pa.slot")
                .bind(client.0).bind(deed).fetch_all(c).await)?,
        };
        Ok(all.into_iter().filter(|entry| person.is_none_or(|person| entry.person == person.as_str())).collect())
    }

    /// Decisions made by hand about a client that stand now, or stood when a deed of the past was done.
    async fn by_hand(
        &self,
        client: ClientId,
        account: Option<AccountId>,
        deed: Option<i64>,
        reader: i64,
    ) -> Result<BTreeMap<i64, HandRow>, StoreError> {
        let (table, then) = match deed {
            None => ("filing", "$3 = $3"),
            Some(_) => ("filing_past", "k.since <= $3 and (k.until is null or k.until > $3)"),
        };
        let sql = format!(
            "select k.message_id, m.date, coalesce(f.is_own, 0) as sent, m.attachments, k.decision, u.name as by_name, k.at, k.reason,
                    cast(case when exists (select 1 from account_message am where am.account_id = $2 and am.date = m.date and am.message_id = m.id) then 1 else 0 end as bigint) as in_account,
                    cast(case when {news} then 1 else 0 end as bigint) as is_news
             from {table} k join message m on m.id = k.message_id left join address f on f.id = m.from_id
             left join app_user u on u.id = k.by_user where k.party_id = $1 and {then}",
            news = is_news!("$4")
        );
        let rows: Vec<HandRow> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(client.0).bind(account.map_or(-1, |account| account.0)).bind(deed.unwrap_or(0)).bind(reader).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| (row.message_id, row)).collect())
    }

    /// The last deed before a moment, by its number in the audit trail.
    async fn deed_before(&self, moment: i64) -> Result<i64, StoreError> {
        let seq: Option<i64> = read!(self, c => sqlx::query_scalar("select seq from event where at < $1 order by seq desc limit 1")
            .bind(moment).fetch_optional(c).await)?;
        Ok(seq.unwrap_or(0))
    }
}

impl OnFile {
    /// The time in which the address counts and letters are asked for.
    pub(super) fn period(&self, filter: &HistoryFilter) -> (i64, i64) {
        let from = self.valid_from.max(filter.after).unwrap_or(i64::MIN);
        let to = [self.valid_to, filter.before].into_iter().flatten().min().unwrap_or(i64::MAX);
        (from, to)
    }

    pub(super) fn why(&self, role: i64) -> Why {
        Why {
            role: AddressRole::from_code(role),
            address: self.address.clone(),
            person: Person::parse(&self.person),
            slot: Some(self.slot),
            by_hand: None,
        }
    }
}

impl HandRow {
    pub(super) fn belongs(&self) -> bool {
        self.decision == Decision::Belongs.as_str()
    }

    /// Whether the letter is in the history with these filters because of this decision. It is nobody's in particular of the two persons.
    pub(super) fn is_wanted(&self, filter: &HistoryFilter) -> bool {
        self.belongs() != (filter.by_hand == Some(ByHand::KeptOff))
            && filter.person.is_none()
            && filter.direction.is_none_or(|direction| (direction == Direction::Sent) == (self.sent != 0))
            && (!filter.with_files || self.attachments > 0)
            && (filter.account.is_none() || self.in_account != 0)
            && (!filter.unread || self.is_news != 0)
            && filter.before.is_none_or(|moment| self.date < moment)
            && filter.after.is_none_or(|moment| self.date >= moment)
    }

    pub(super) fn why(&self) -> Why {
        Why { role: None, address: String::new(), person: None, slot: None, by_hand: Some(self.reason.clone()) }
    }

    pub(super) fn filing(&self) -> Filing {
        Filing {
            decision: if self.belongs() { Decision::Belongs } else { Decision::KeepOff },
            by: self.by_name.clone(),
            at: self.at,
            reason: self.reason.clone(),
        }
    }
}
