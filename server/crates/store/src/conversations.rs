//! A history with one row for each conversation: its newest letter, the others under it. Filters decide about letters as ever; grouping
//! only puts together what they leave.

use crate::{
    Scope, Store, StoreError,
    history::{Place, Rules},
};
use model::{ByHand, ClientId, Gathered, HistoryFilter, HistoryRow, MessageId, Why};
use std::collections::{BTreeMap, HashMap};

/// Letters grouped: the newest, when a history has more.
const MOST: usize = 50_000;
/// Letters shown under a row.
const UNDER: usize = 20;
/// People named in a row.
const PEOPLE: usize = 12;

/// A history put together.
struct Groups {
    /// Letters of each conversation, newest first; conversations by their newest letter.
    list: Vec<Vec<Place>>,
    whys: BTreeMap<i64, Vec<Why>>,
    letters: usize,
    more: bool,
}

impl Store {
    /// Conversations of a history by their newest letter, newest first: up to `limit` older than `before` (date and id of such a letter).
    ///
    /// # Errors
    /// As [`Store::history`].
    pub async fn conversations(
        &self,
        scope: Scope,
        client: ClientId,
        filter: &HistoryFilter,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        let rules = self.rules(scope, client, filter).await?;
        let groups = self.groups(scope, &rules, filter).await?;
        let shown: Vec<&Vec<Place>> =
            groups.list.iter().filter(|places| before.is_none_or(|before| places[0] < before)).take(limit).collect();
        let ids: Vec<i64> = shown.iter().flat_map(|places| places.iter().take(UNDER + 1)).map(|(_, id)| *id).collect();
        let rows = self.rows_in(scope, &rules, filter, &ids, &groups.whys).await?;
        let mut rows: HashMap<i64, HistoryRow> = rows.into_iter().map(|row| (row.id.0, row)).collect();
        let mut heads = Vec::with_capacity(shown.len());
        for places in shown {
            let Some(mut head) = rows.remove(&places[0].1) else { continue };
            if places.len() > 1 {
                let others = places.iter().skip(1).filter_map(|(_, id)| rows.remove(id)).collect();
                head.conversation = Some(gathered(&head, others, places.len()));
            }
            heads.push(head);
        }
        Ok(heads)
    }

    /// How many conversations and letters a history has; `true` = there are older letters that were not counted.
    ///
    /// # Errors
    /// As [`Store::history`].
    pub async fn conversation_count(&self, scope: Scope, client: ClientId, filter: &HistoryFilter) -> Result<(i64, i64, bool), StoreError> {
        let rules = self.rules(scope, client, filter).await?;
        let groups = self.groups(scope, &rules, filter).await?;
        Ok((groups.list.len() as i64, groups.letters as i64, groups.more))
    }

    async fn groups(&self, scope: Scope, rules: &Rules, filter: &HistoryFilter) -> Result<Groups, StoreError> {
        let (mut places, whys, complete) = self.gather(rules, filter, None, MOST + 1).await?;
        let more = !complete || places.len() > MOST;
        places.truncate(MOST);
        let ids: Vec<i64> = places.iter().map(|(_, id)| *id).collect();
        let letters: Vec<MessageId> = ids.iter().map(|id| MessageId(*id)).collect();
        let mut threads = self.threads_of(&letters).await?;
        if filter.as_at.is_some() || filter.by_hand == Some(ByHand::KeptOff) {
            let seen = self.visible_ids(scope, &ids).await?;
            if filter.as_at.is_some() {
                // What was here that day may not be the viewer's to open today.
                places.retain(|(_, id)| seen.contains(id));
            }
            // Which of the letters that are nobody's to open answer each other is not told either.
            threads.retain(|id, _| seen.contains(&id.0));
        }
        let mut at: HashMap<i64, usize> = HashMap::new();
        let mut list: Vec<Vec<Place>> = Vec::new();
        for place in &places {
            let thread = threads.get(&MessageId(place.1)).copied().unwrap_or_else(|| crate::threads::alone(place.1));
            let group = *at.entry(thread).or_insert(list.len());
            match list.get_mut(group) {
                Some(group) => group.push(*place),
                None => list.push(vec![*place]),
            }
        }
        Ok(Groups { list, whys, letters: places.len(), more })
    }
}

fn gathered(head: &HistoryRow, others: Vec<HistoryRow>, letters: usize) -> Gathered {
    let mut people = vec![head.from.clone()];
    for row in &others {
        if people.len() < PEOPLE && !people.iter().any(|known| known.address == row.from.address) {
            people.push(row.from.clone());
        }
    }
    Gathered { letters: letters as i64, people, others }
}
