//! The letters next to one among the results of a search, in the order the results stand in.
//!
//! Both come from the search itself, asked again around the letter's place, so its own rules of scope hold.

use super::search::{Asked, BestFirst};
use super::{Office, Principal, trouble::problem_of};
use model::{MessageId, Problem, SearchOrder};
use postroom_store::{Scope, SearchQuery, date_at, letter_at, place_of};

/// Results asked for at once.
const SOME: usize = 50;
/// Seconds. Results stand in the order of seconds, so time is parted by whole ones.
const DAY: i64 = 86_400;
/// Questions asked before looking for a neighbour is given up.
const QUESTIONS: usize = 80;

impl Office {
    /// The results before and after a letter: newer and older, or better and less good.
    pub(super) async fn beside_in_search(
        &self,
        who: &Principal,
        (date, id): (i64, MessageId),
        asked: Asked<'_>,
    ) -> Result<(Option<MessageId>, Option<MessageId>), Problem> {
        let scope = who.scope()?;
        let mut query = postroom_mail::query::parse(asked.words, &self.time_zone(), asked.typing);
        if query.is_empty() {
            return Ok((None, None));
        }
        let wanted = self.resolved(scope, &mut query).await?;
        if asked.order == SearchOrder::Best {
            let BestFirst { letters, .. } = self.best_first(scope, &wanted, &query).await?;
            let Some(at) = letters.iter().position(|letter| *letter == id) else { return Ok((None, None)) };
            return Ok((at.checked_sub(1).map(|at| letters[at]), letters.get(at + 1).copied()));
        }
        let place = place_of(date, id);
        Ok((self.newer_result(scope, &wanted, place).await?.map(letter_at), self.older_result(scope, &wanted, place).await?.map(letter_at)))
    }

    async fn older_result(&self, scope: Scope, wanted: &SearchQuery, place: i64) -> Result<Option<i64>, Problem> {
        let mut below = place;
        for _ in 0..QUESTIONS {
            let hits = self.store.search(scope, wanted, Some(below), 1).await.map_err(problem_of)?;
            match (hits.places.first(), hits.reached) {
                (Some(found), _) => return Ok(Some(*found)),
                (None, Some(reached)) => below = reached,
                (None, None) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Results only go from new to old: the newest are looked at, then the time after the letter, a day and ever more until something is
    /// found, then less until it is few enough to be read.
    async fn newer_result(&self, scope: Scope, wanted: &SearchQuery, place: i64) -> Result<Option<i64>, Problem> {
        let newest = self.store.search(scope, wanted, None, SOME).await.map_err(problem_of)?;
        if newest.places.iter().any(|found| *found <= place) || (newest.places.len() < SOME && newest.reached.is_none()) {
            return Ok(newest.places.into_iter().rfind(|found| *found > place));
        }
        let start = date_at(place);
        let (mut empty, mut full, mut span) = (0_i64, None::<i64>, DAY);
        for _ in 0..QUESTIONS {
            let until = start.saturating_add(span.saturating_mul(1000));
            let part = SearchQuery {
                after: wanted.after.max(Some(start)),
                before: Some(wanted.before.map_or(until, |before| before.min(until))),
                ..wanted.clone()
            };
            let hits = self.store.search(scope, &part, None, SOME).await.map_err(problem_of)?;
            let whole = hits.places.len() < SOME && hits.reached.is_none();
            if whole || hits.places.iter().any(|found| *found <= place) {
                let next = hits.places.into_iter().rfind(|found| *found > place);
                if next.is_some() || until == i64::MAX {
                    return Ok(next);
                }
                empty = span;
                span = match full {
                    None => span.saturating_mul(16),
                    Some(full) if full - empty <= 1 => {
                        let until = start.saturating_add(full.saturating_mul(1000));
                        return self.newer_of_many_results(scope, wanted, place, until).await;
                    }
                    Some(full) => empty + (full - empty) / 2,
                };
            } else {
                full = Some(span);
                if span - empty <= 1 {
                    return self.newer_of_many_results(scope, wanted, place, until).await;
                }
                span = empty + (span - empty) / 2;
            }
        }
        Ok(None)
    }

    /// Very many results of one moment: gone through page by page down to the place.
    async fn newer_of_many_results(&self, scope: Scope, wanted: &SearchQuery, place: i64, until: i64) -> Result<Option<i64>, Problem> {
        let part = SearchQuery { before: Some(wanted.before.map_or(until, |before| before.min(until))), ..wanted.clone() };
        let (mut below, mut last) = (None, None);
        for _ in 0..QUESTIONS {
            let hits = self.store.search(scope, &part, below, SOME).await.map_err(problem_of)?;
            if let Some(at) = hits.places.iter().position(|found| *found <= place) {
                return Ok(if at == 0 { last } else { hits.places.get(at - 1).copied() });
            }
            last = hits.places.last().copied().or(last);
            below = match hits.reached {
                Some(reached) => Some(reached),
                None if hits.places.len() < SOME => return Ok(last),
                None => last,
            };
        }
        Ok(None)
    }
}
