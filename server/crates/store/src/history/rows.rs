//! Letters as rows of a list.

use crate::{Store, StoreError, db::read};
use model::{Direction, HistoryRow, Mailbox, MessageId};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    date: i64,
    date_looks_wrong: i64,
    from_address: Option<String>,
    from_is_own: i64,
    from_name: String,
    subject: String,
    preview: String,
    attachments: i64,
    sightings: i64,
    variants: i64,
}

impl Store {
    /// Rows for these letters, in the order given. Scope is the caller's: ids come from a scoped query.
    pub async fn letter_rows(&self, ids: &[MessageId]) -> Result<Vec<HistoryRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let marks = (1..=ids.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let rows_sql = format!(
            "select m.id, m.date, m.date_looks_wrong, f.address as from_address, coalesce(f.is_own, 0) as from_is_own, m.from_name, m.subject,
                    m.preview, m.attachments, (select count(*) from sighting s where s.message_id = m.id) as sightings,
                    (select count(*) from message v where v.message_key <> 0 and v.message_key = m.message_key
                       and v.message_id = m.message_id and v.id <> m.id) as variants
             from message m left join address f on f.id = m.from_id where m.id in ({marks})"
        );
        let people_sql = format!(
            "select ma.message_id, ma.name, a.address from message_address ma join address a on a.id = ma.address_id
             where ma.role in (4, 5) and ma.message_id in ({marks}) order by ma.message_id, ma.role, ma.position"
        );
        let rows: Vec<Row> = read!(self, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(rows_sql));
            for id in ids {
                query = query.bind(id.0);
            }
            query.fetch_all(c).await
        })?;
        let people: Vec<(i64, String, String)> = read!(self, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(people_sql));
            for id in ids {
                query = query.bind(id.0);
            }
            query.fetch_all(c).await
        })?;
        let mut to: BTreeMap<i64, Vec<Mailbox>> = BTreeMap::new();
        for (id, name, address) in people {
            to.entry(id).or_default().push(Mailbox { name, address });
        }
        let mut found: BTreeMap<i64, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(ids.iter().filter_map(|id| found.remove(&id.0)).map(|row| history_row(row, &mut to)).collect())
    }
}

fn history_row(row: Row, to: &mut BTreeMap<i64, Vec<Mailbox>>) -> HistoryRow {
    HistoryRow {
        id: MessageId(row.id),
        date: row.date,
        date_looks_wrong: row.date_looks_wrong != 0,
        direction: if row.from_is_own != 0 { Direction::Sent } else { Direction::Received },
        from: Mailbox { name: row.from_name, address: row.from_address.unwrap_or_default() },
        to: to.remove(&row.id).unwrap_or_default(),
        subject: row.subject,
        preview: row.preview,
        attachments: row.attachments,
        why: Vec::new(),
        filing: None,
        hidden: false,
        sightings: row.sightings,
        variants: row.variants,
        unread: false,
        snippet: String::new(),
        folded: Vec::new(),
        conversation: None,
        quoted: Vec::new(),
        clients: Vec::new(),
    }
}
