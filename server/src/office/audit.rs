//! The audit trail, shown, filtered, checked and taken away.

use super::audit_words::{Names, said};
use super::{Office, Principal, days, trouble::problem_of};
use model::{ClientId, EventFilter, EventRow, Page, Permission, Problem, Sealing, Verification};
use postroom_store::EventQuery;
use std::collections::HashMap;

/// Entries a page.
const PAGE: i64 = 100;
/// Entries read at once for an export.
const AT_ONCE: i64 = 1000;

impl Office {
    /// Entries, newest first.
    pub async fn events(&self, who: &Principal, cursor: Option<&str>) -> Result<Page<EventRow>, Problem> {
        self.find_events(who, &EventFilter::default(), cursor).await
    }

    /// Entries that a filter lets through, newest first, with names for what they are about.
    pub async fn find_events(&self, who: &Principal, filter: &EventFilter, cursor: Option<&str>) -> Result<Page<EventRow>, Problem> {
        who.need(Permission::AuditView)?;
        let before = cursor.filter(|text| !text.is_empty()).map(|text| text.parse::<i64>().map_err(|_| Problem::NotFound)).transpose()?;
        let mut rows = self.store.find_events(&self.event_query(filter), before, PAGE + 1).await.map_err(problem_of)?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.seq.to_string());
        self.name_subjects(who, &mut rows).await?;
        Ok(Page { rows, next })
    }

    /// All entries that a filter lets through, oldest last, as JSON lines. That they left is an entry too.
    pub async fn export_events(&self, who: &Principal, filter: &EventFilter) -> Result<Vec<u8>, Problem> {
        who.need(Permission::AuditView)?;
        let query = self.event_query(filter);
        let (mut out, mut before, mut count) = (Vec::new(), None, 0_i64);
        loop {
            let rows = self.store.find_events(&query, before, AT_ONCE).await.map_err(problem_of)?;
            let Some(last) = rows.last().map(|row| row.seq) else { break };
            for row in &rows {
                serde_json::to_writer(&mut out, row).map_err(|error| super::trouble::unexpected(&error))?;
                out.push(b'\n');
            }
            count += rows.len() as i64;
            before = Some(last);
        }
        self.record(who, "audit.exported", "", format!("{count} entries")).await?;
        Ok(out)
    }

    /// Days are the office's own; what is no day filters nothing.
    fn event_query(&self, filter: &EventFilter) -> EventQuery {
        let zone = self.time_zone();
        let word = filter.group.trim();
        EventQuery {
            principal: filter.who.trim().to_owned(),
            group: if word.is_empty() { String::new() } else { format!("{word}.") },
            subject: filter.subject.trim().to_owned(),
            from: days::start_of(&filter.from, &zone),
            until: days::end_of(&filter.until, &zone),
        }
    }

    /// "Ada Lovelace" for `user:1`. Clients are named only to those who may open them.
    async fn name_subjects(&self, who: &Principal, rows: &mut [EventRow]) -> Result<(), Problem> {
        let scope = who.scope()?;
        let mut names: HashMap<String, Option<String>> = HashMap::new();
        let users = self.store.users().await.map_err(problem_of)?;
        let mut numbers = Names { users: users.iter().map(|user| (user.id.0, user.name.clone())).collect(), ..Names::default() };
        names.extend(users.into_iter().map(|user| (format!("user:{}", user.id), Some(user.name))));
        let accounts = self.store.accounts().await.map_err(problem_of)?;
        names.extend(accounts.into_iter().map(|account| (format!("account:{}", account.id), Some(account.settings.name))));
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        numbers.centres = centres.iter().map(|centre| (centre.id.0, centre.name.clone())).collect();
        let zone = self.time_zone();
        names.extend(centres.into_iter().map(|centre| (format!("cost_centre:{}", centre.id), Some(centre.name))));
        for row in rows {
            if !names.contains_key(&row.subject) {
                let party = row.subject.strip_prefix("client:").or_else(|| row.subject.strip_prefix("contact:"));
                let id = party.and_then(|id| id.parse().ok());
                let name = match id {
                    Some(id) => self.store.client(scope, ClientId(id)).await.ok().map(|card| card.name),
                    None => None,
                };
                names.insert(row.subject.clone(), name);
            }
            row.about = names.get(&row.subject).cloned().flatten();
            row.said = said(row, &numbers, &zone);
        }
        Ok(())
    }

    /// Checks the whole record: every entry and every stored letter.
    pub async fn verify(&self, who: &Principal) -> Result<Verification, Problem> {
        who.need(Permission::AuditView)?;
        self.write_views().await.map_err(problem_of)?;
        self.store.verify(&mut |_, _| {}).await.map_err(problem_of)
    }

    /// Seals copies of letters that an earlier version stored without a seal, if they are what was filed.
    pub async fn seal_copies(&self, who: &Principal) -> Result<Sealing, Problem> {
        who.need_administrator()?;
        self.engine.seal_copies(&self.event(who, "copies.sealed", "", "")).await.map_err(problem_of)
    }

    /// Records that a backup was written.
    pub async fn record_backup(&self, who: &Principal) -> Result<(), Problem> {
        who.need(Permission::AuditView)?;
        self.record(who, "office.backed_up", "", "").await
    }
}
