//! Letters that claim the same Message-ID stand under one row of a history (S11, P7): under the newest of them that the history has.

use crate::{
    Scope, Store, StoreError,
    db::read,
    history::{Place, id_list},
};
use model::{ClientId, HistoryFilter, HistoryRow};
use std::collections::BTreeMap;

/// A Message-ID that more letters claim is some program's habit and tells nothing: they keep their own rows.
const MOST: i64 = 20;
/// Rows looked through at once when many are folded away.
const AT_ONCE: usize = 1_000;

impl Store {
    /// [`Store::history`] with variants folded under their newest: `folded` holds the others that are in this history, and `variants` counts
    /// them.
    ///
    /// # Errors
    /// As [`Store::history`].
    pub async fn history_folded(
        &self,
        scope: Scope,
        client: ClientId,
        filter: &HistoryFilter,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        let mut rows: Vec<HistoryRow> = Vec::new();
        let (mut before, mut wanted) = (before, limit);
        loop {
            let page = self.history(scope, client, filter, before, wanted).await?;
            let whole = page.len() < wanted;
            before = page.last().map(|row| (row.date, row.id.0));
            rows.extend(self.fold(scope, client, filter, page).await?);
            if whole || rows.len() >= limit {
                rows.truncate(limit);
                return Ok(rows);
            }
            wanted = (wanted * 4).min(AT_ONCE);
        }
    }

    async fn fold(
        &self,
        scope: Scope,
        client: ClientId,
        filter: &HistoryFilter,
        mut rows: Vec<HistoryRow>,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        let claimed = |row: &HistoryRow| !row.hidden && (1..=MOST).contains(&row.variants);
        let ids: Vec<i64> = rows.iter().filter(|row| claimed(row)).map(|row| row.id.0).collect();
        let siblings = self.siblings(&ids).await?;
        let (mut newer, mut under) = (Vec::new(), BTreeMap::new());
        if !siblings.is_empty() {
            let rules = self.rules(scope, client, filter).await?;
            let mut others: Vec<i64> = siblings.iter().map(|(_, other)| *other).collect();
            others.sort_unstable();
            others.dedup();
            let members = self.members(scope, &rules, filter, &others).await?;
            let mut places: BTreeMap<i64, Vec<Place>> = BTreeMap::new();
            for (of, other) in siblings {
                if let Some((date, _)) = members.get(&other) {
                    places.entry(of).or_default().push((*date, other));
                }
            }
            for row in &rows {
                let Some(mut others) = places.remove(&row.id.0) else { continue };
                if others.iter().any(|place| *place > (row.date, row.id.0)) {
                    newer.push(row.id);
                    continue;
                }
                others.sort_unstable_by(|a, b| b.cmp(a));
                under.insert(row.id, others.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
            }
            let whys = members.into_iter().map(|(id, (_, why))| (id, why)).collect();
            for row in &mut rows {
                if let Some(ids) = under.remove(&row.id) {
                    row.folded = self.rows_in(scope, &rules, filter, &ids, &whys).await?;
                }
            }
        }
        rows.retain(|row| !newer.contains(&row.id));
        for row in &mut rows {
            row.variants = row.folded.len() as i64;
        }
        Ok(rows)
    }

    /// For each of these letters, the others that claim its Message-ID.
    async fn siblings(&self, ids: &[i64]) -> Result<Vec<(i64, i64)>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "select a.id, v.id from message a join message v on v.message_key = a.message_key and v.message_id = a.message_id and v.id <> a.id
             where v.message_key <> 0 and a.id in ({})",
            id_list(ids)
        );
        Ok(read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).persistent(false).fetch_all(c).await)?)
    }
}
