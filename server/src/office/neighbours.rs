//! The letters next to one in the list it was opened from: a history under its filters, a mailbox, or results.
//!
//! Both neighbours come from the list itself, asked again around the letter's place, so they are what one would have clicked there, and
//! the list's own rules of scope hold.

use super::letters::PAGE;
use super::search::Asked;
use super::{Office, Principal, trouble::problem_of};
use model::{HistoryFilter, HistoryRow, ListPlace, MessageId, Neighbour, Neighbours, Problem, SearchOrder};

/// A letter's place: date and id.
type Place = (i64, i64);

/// Rows asked for at once.
const SOME: usize = PAGE;
const DAY: i64 = 86_400_000;
/// Questions asked before the search for a newer neighbour gives up: each narrows or widens the time by a factor.
const QUESTIONS: usize = 80;

impl Office {
    /// The letters next to this one in a list.
    pub async fn neighbours(&self, who: &Principal, id: MessageId, list: &ListPlace) -> Result<Neighbours, Problem> {
        let scope = who.scope()?;
        if !self.store.may_see(scope, id).await.map_err(problem_of)? {
            return Err(Problem::NotFound);
        }
        let here = self.store.letter_rows(&[id]).await.map_err(problem_of)?.pop().ok_or(Problem::NotFound)?;
        let place = (here.date, here.id.0);
        let name = self.name_of_list(who, list).await?;
        if let ListPlace::Search { words, order, typing } = list {
            let asked = Asked { words, order: *order, cursor: None, typing: *typing };
            let (before, after) = self.beside_in_search(who, (here.date, id), asked).await?;
            let ids: Vec<MessageId> = [before, after].into_iter().flatten().collect();
            let rows = self.store.letter_rows(&ids).await.map_err(problem_of)?;
            let neighbour = |id: Option<MessageId>| {
                let row = rows.iter().find(|row| Some(row.id) == id)?;
                Some(Neighbour { id: row.id, subject: row.subject.clone() })
            };
            return Ok(Neighbours { list: name, newer: neighbour(before), older: neighbour(after), ranked: *order == SearchOrder::Best });
        }
        let older = self.rows_of_list(who, list, (None, None), Some(place), SOME).await?.into_iter().find(|row| !row.hidden);
        let newer = match list {
            ListPlace::Mailbox(account) => {
                let id = self.store.mailbox_newer(scope, *account, place).await.map_err(problem_of)?;
                self.store.letter_rows(&id.into_iter().collect::<Vec<_>>()).await.map_err(problem_of)?.pop()
            }
            ListPlace::History(..) => self.newer(who, list, place).await?,
            ListPlace::Search { .. } => None,
        };
        let neighbour = |row: HistoryRow| Neighbour { id: row.id, subject: row.subject };
        Ok(Neighbours { list: name, newer: newer.map(neighbour), older: older.map(neighbour), ranked: false })
    }

    async fn name_of_list(&self, who: &Principal, list: &ListPlace) -> Result<String, Problem> {
        let scope = who.scope()?;
        match list {
            ListPlace::History(client, _) => Ok(self.store.client(scope, *client).await.map_err(problem_of)?.name),
            ListPlace::Mailbox(account) => {
                let open = self.store.mailboxes(scope).await.map_err(problem_of)?;
                open.into_iter().find(|card| card.id == *account).map(|card| card.name).ok_or(Problem::NotFound)
            }
            ListPlace::Search { .. } => Ok("Search results".to_owned()),
        }
    }

    /// Rows of a list, newest first: from `time.0` on, before `time.1`, after `place` in its order.
    async fn rows_of_list(
        &self,
        who: &Principal,
        list: &ListPlace,
        time: (Option<i64>, Option<i64>),
        place: Option<Place>,
        limit: usize,
    ) -> Result<Vec<HistoryRow>, Problem> {
        let scope = who.scope()?;
        match list {
            ListPlace::History(client, filter) => {
                let before = [filter.before, time.1].into_iter().flatten().min();
                let filter = HistoryFilter { after: filter.after.max(time.0), before, ..filter.clone() };
                self.store.history(scope, *client, &filter, place, limit).await.map_err(problem_of)
            }
            ListPlace::Mailbox(account) => {
                self.store.mailbox(scope, *account, place, i64::try_from(limit).unwrap_or(i64::MAX)).await.map_err(problem_of)
            }
            // The order of results is the search's own.
            ListPlace::Search { .. } => Ok(Vec::new()),
        }
    }

    /// The next newer row. Lists only go from new to old, so the time after the letter is searched: a day, then ever more until something
    /// is found, then less until it is few enough to be read.
    async fn newer(&self, who: &Principal, list: &ListPlace, place: Place) -> Result<Option<HistoryRow>, Problem> {
        let (mut empty, mut full) = (0_i64, None::<i64>);
        let mut span = DAY;
        for _ in 0..QUESTIONS {
            let until = place.0.saturating_add(span);
            let rows = self.rows_of_list(who, list, (Some(place.0), Some(until)), None, SOME).await?;
            let all = rows.len() < SOME;
            let newer: Vec<HistoryRow> = rows.into_iter().filter(|row| (row.date, row.id.0) > place).collect();
            // Whoever sees the letter's own place among the rows has seen everything above it.
            if all || newer.len() < SOME {
                let open = newer.into_iter().rfind(|row| !row.hidden);
                if open.is_some() || until == i64::MAX {
                    return Ok(open);
                }
                empty = span;
                span = match full {
                    None => span.saturating_mul(16),
                    Some(full) if full - empty <= 1 => return self.newer_of_many(who, list, place, place.0.saturating_add(full)).await,
                    Some(full) => empty + (full - empty) / 2,
                };
            } else {
                full = Some(span);
                if span - empty <= 1 {
                    return self.newer_of_many(who, list, place, until).await;
                }
                span = empty + (span - empty) / 2;
            }
        }
        Ok(None)
    }

    /// Very many letters of one moment: read page by page down to the place.
    async fn newer_of_many(&self, who: &Principal, list: &ListPlace, place: Place, until: i64) -> Result<Option<HistoryRow>, Problem> {
        let mut last: Option<HistoryRow> = None;
        for _ in 0..QUESTIONS {
            let below = last.as_ref().map(|row| (row.date, row.id.0));
            let rows = self.rows_of_list(who, list, (Some(place.0), Some(until)), below, SOME).await?;
            let reached = rows.len() < SOME;
            for row in rows {
                if (row.date, row.id.0) <= place {
                    return Ok(last.filter(|row| !row.hidden));
                }
                last = Some(row);
            }
            if reached {
                break;
            }
        }
        Ok(last)
    }
}
