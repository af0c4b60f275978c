//! How many letters a history has, without reading them.

use super::{id_list, rules::Rules};
use crate::{Scope, Store, StoreError, db::read, letters::visible, reading::is_news};
use model::{ClientId, Direction, HistoryFilter};

impl Store {
    /// How many letters a history has, counted up to `most`; `true` = there are more.
    ///
    /// # Errors
    /// As [`Store::history`].
    pub async fn history_count(
        &self,
        scope: Scope,
        client: ClientId,
        filter: &HistoryFilter,
        most: i64,
    ) -> Result<(i64, bool), StoreError> {
        let rules = self.rules(scope, client, filter).await?;
        let wanted = rules.by_hand.values().filter(|row| row.is_wanted(filter));
        let mut by_hand: Vec<i64> = wanted.map(|row| row.message_id).collect();
        if filter.as_at.is_some() {
            by_hand = self.visible_ids(scope, &by_hand).await?.into_iter().collect();
        }
        let found = if filter.by_hand.is_some() || rules.on_file.is_empty() {
            0
        } else {
            self.count_by_address(scope, &rules, filter, most + 1).await?
        };
        let count = found + by_hand.len() as i64;
        Ok((count.min(most), count > most))
    }

    /// Letters that addresses bring, without those that a decision keeps off or brings; counted up to `most`.
    async fn count_by_address(&self, scope: Scope, rules: &Rules, filter: &HistoryFilter, most: i64) -> Result<i64, StoreError> {
        let (user, all) = scope.binds();
        let mut binds = if filter.as_at.is_some() { vec![user, all] } else { Vec::new() };
        let mut mark = |value: i64| {
            binds.push(value);
            format!("${}", binds.len())
        };
        let own = filter.direction.map(|direction| mark(i64::from(direction == Direction::Sent)));
        let account = filter.account.map(|account| mark(account.0));
        let reader = filter.unread.then(|| mark(rules.reader));
        let mut parts = Vec::new();
        // One address may stand in two headers of a letter; a union of several counts it once anyway.
        let once = if rules.on_file.len() == 1 { "distinct " } else { "" };
        for entry in &rules.on_file {
            let (from, to) = entry.period(filter);
            let (address, from, to) = (mark(entry.address_id), mark(from), mark(to));
            parts.push(format!("select {once}ma.message_id as id from message_address ma where ma.address_id = {address} and ma.date >= {from} and ma.date < {to}"));
        }
        let mut demands = Vec::new();
        // What a decision brings is counted by itself; a letter filed by hand whose decision these filters do not ask for is as any other.
        let decided: Vec<i64> =
            rules.by_hand.iter().filter(|(_, row)| !row.belongs() || row.is_wanted(filter)).map(|(id, _)| *id).collect();
        if !decided.is_empty() {
            demands.push(format!("h.id not in ({})", id_list(&decided)));
        }
        if let Some(own) = own {
            demands.push(format!("coalesce((select f.is_own from address f where f.id = m.from_id), 0) = {own}"));
        }
        if filter.with_files {
            demands.push("m.attachments > 0".to_owned());
        }
        if let Some(account) = account {
            demands.push(format!(
                "exists (select 1 from account_message am where am.account_id = {account} and am.date = m.date and am.message_id = m.id)"
            ));
        }
        if let Some(reader) = reader {
            demands.push(is_news!("READER").replace("READER", &reader));
        }
        if filter.as_at.is_some() {
            demands.push(visible!().to_owned());
        }
        let join = if filter.is_about_letters() { "join message m on m.id = h.id" } else { "" };
        let only = if demands.is_empty() { String::new() } else { format!("where {}", demands.join(" and ")) };
        let most = mark(most);
        let sql = format!("select count(*) from (select h.id from ({}) h {join} {only} limit {most}) counted", parts.join(" union "));
        Ok(read!(self, c => {
            let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql));
            for value in binds {
                query = query.bind(value);
            }
            query.fetch_one(c).await
        })?)
    }
}
