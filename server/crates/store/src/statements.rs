//! Statements of an account's ledger (S1): what it said at one moment, kept for ever. The digest of each stands in the audit trail,
//! so that whoever changes a figure later has to break the chain as well.

use crate::{
    NewEvent, Store, StoreError,
    audit::{append_event, hex},
    db::{read, write},
};
use model::{AccountId, LedgerRow, StatementId};
use sha2::{Digest, Sha256};

const AT_ONCE: i64 = 500;

/// A statement as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRecord {
    /// Id.
    pub id: StatementId,
    /// The account.
    pub account: AccountId,
    /// The office's day, when it is the daily one.
    pub day: Option<String>,
    /// The moment, ms.
    pub at: i64,
    /// Who asked for it: a person's address, `console` or `scheduler`.
    pub asked_by: String,
    /// Each folder's numbers.
    pub lines: Vec<LedgerRow>,
    /// SHA-256 over all of the above, hexadecimal.
    pub digest: String,
    /// The entry of the audit trail that holds the digest.
    pub event: i64,
    /// That entry holds this very digest.
    pub sealed: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    account_id: i64,
    day: Option<String>,
    at: i64,
    asked_by: String,
    lines: String,
    event_seq: i64,
    action: Option<String>,
    detail: Option<String>,
}

impl Row {
    fn digest(&self) -> String {
        digest_of(self.account_id, self.day.as_deref(), self.at, &self.asked_by, &self.lines)
    }

    fn sealed(&self, digest: &str) -> bool {
        self.action.as_deref() == Some(ACTION) && self.detail.as_deref().is_some_and(|detail| detail.contains(digest))
    }
}

impl TryFrom<Row> for StatementRecord {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let digest = row.digest();
        Ok(Self {
            id: StatementId(row.id),
            account: AccountId(row.account_id),
            sealed: row.sealed(&digest),
            lines: serde_json::from_str(&row.lines)
                .map_err(|_| StoreError::Inconsistent(format!("statement.lines of statement {} cannot be read", row.id)))?,
            day: row.day,
            at: row.at,
            asked_by: row.asked_by,
            digest,
            event: row.event_seq,
        })
    }
}

/// The action of the entry that seals a statement.
const ACTION: &str = "ledger.stated";

fn digest_of(account: i64, day: Option<&str>, at: i64, asked_by: &str, lines: &str) -> String {
    let text = format!("ledger statement 1\n{account}\n{}\n{at}\n{asked_by}\n{lines}", day.unwrap_or("-"));
    hex(&Sha256::digest(text.as_bytes()))
}

macro_rules! select_statement {
    ($rest:literal) => {
        concat!(
            "select s.id, s.account_id, s.day, s.at, s.asked_by, s.lines, s.event_seq, e.action, e.detail
             from statement s left join event e on e.seq = s.event_seq ",
            $rest
        )
    };
}

impl Store {
    /// Keeps what the ledger of an account says now, asked for by `who` at `at`, and seals it in the audit trail. For a `day` there is one
    /// statement: `None` when it is there already.
    pub async fn keep_statement(
        &self,
        account: AccountId,
        day: Option<&str>,
        at: i64,
        who: &str,
    ) -> Result<Option<StatementId>, StoreError> {
        let lines = self.ledger(Some(account)).await?;
        let lines = serde_json::to_string(&lines).map_err(|error| StoreError::Inconsistent(error.to_string()))?;
        let kept = write!(self, c => {
            let id: Option<i64> = sqlx::query_scalar(
                "insert into statement (account_id, day, at, asked_by, lines, event_seq) values ($1, $2, $3, $4, $5, 0)
                 on conflict (account_id, day) do nothing returning id")
                .bind(account.0).bind(day).bind(at).bind(who).bind(&lines).fetch_optional(&mut *c).await?;
            let Some(id) = id else { return Ok(None) };
            let digest = digest_of(account.0, day, at, who, &lines);
            let head = append_event!(&self.keys, c, &NewEvent {
                at,
                principal: who.to_owned(),
                action: ACTION.into(),
                subject: format!("account:{account}"),
                detail: format!("Statement {id}, SHA-256 {digest}"),
            });
            sqlx::query("update statement set event_seq = $2 where id = $1").bind(id).bind(head.0).execute(&mut *c).await?;
            Ok(Some((id, head)))
        })?;
        let Some((id, head)) = kept else { return Ok(None) };
        self.heads.publish(head.0, &head.1)?;
        Ok(Some(StatementId(id)))
    }

    /// Accounts that have their statement of a day.
    pub async fn accounts_stated(&self, day: &str) -> Result<Vec<AccountId>, StoreError> {
        let ids: Vec<i64> =
            read!(self, c => sqlx::query_scalar("select account_id from statement where day = $1").bind(day).fetch_all(c).await)?;
        Ok(ids.into_iter().map(AccountId).collect())
    }

    /// Statements of an account made before (moment, id), the newest first.
    pub async fn statements(&self, account: AccountId, before: Option<(i64, i64)>, limit: i64) -> Result<Vec<StatementRecord>, StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, 0));
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_statement!(
            "where s.account_id = $1 and (s.at < $2 or (s.at = $2 and s.id < $3)) order by s.at desc, s.id desc limit $4"))
            .bind(account.0).bind(at).bind(id).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// One statement of an account.
    pub async fn statement(&self, account: AccountId, id: StatementId) -> Result<StatementRecord, StoreError> {
        let row: Row = read!(self, c => sqlx::query_as(select_statement!("where s.account_id = $1 and s.id = $2"))
            .bind(account.0).bind(id.0).fetch_one(c).await)?;
        row.try_into()
    }

    /// Names the statements that are not what the audit trail says of them.
    pub(crate) async fn find_altered_statements(&self, findings: &mut Vec<String>) -> Result<(), StoreError> {
        let mut last = 0;
        loop {
            let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_statement!("where s.id > $1 order by s.id limit $2"))
                .bind(last).bind(AT_ONCE).fetch_all(c).await)?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                last = row.id;
                if !row.sealed(&row.digest()) {
                    findings.push(format!(
                        "Statement {} of account {} is not the one that event {} tells of.",
                        row.id, row.account_id, row.event_seq
                    ));
                }
            }
        }
    }
}
