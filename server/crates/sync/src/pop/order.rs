//! Which letters of a POP3 list may be others than those we hold by their names: the newest, and those that changed their place among the
//! others. Where the newest stand is for the server to choose: most put them last, some first.

use crate::folder::{ENOUGH_TRIES, asked_again_before};
use std::{cmp::Reverse, collections::HashMap};

/// Known letters at the newer end of the list whose heads are looked at again, and those out of their order: not more than these in one
/// census.
const NEWEST_LOOKED_AT: usize = 5;
const LOOKED_AT: usize = 50;

/// What is remembered of a folder between two censuses.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remembered {
    /// Our numbers in the order in which the letters were listed, without those that are in doubt still.
    pub listed: Vec<i64>,
    /// Letters whose heads the server did not show.
    pub hidden: Hidden,
}

/// How often in vain the heads of letters were asked for, and when last, ms; by our numbers. Older than a day it does not count any more.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hidden(HashMap<i64, (i64, i64)>);

impl Hidden {
    /// What of it still counts.
    pub fn forget_old(&mut self, now: i64) {
        self.0.retain(|_, (_, at)| *at > asked_again_before(now));
    }

    /// Letters that are not listed any more do not matter.
    pub fn keep_listed(&mut self, uids: &[i64]) {
        let listed: std::collections::HashSet<i64> = uids.iter().copied().collect();
        self.0.retain(|uid, _| listed.contains(uid));
    }

    /// Once more in vain; answers whether that was enough.
    pub fn note(&mut self, uid: i64, now: i64) -> bool {
        let entry = self.0.entry(uid).or_default();
        *entry = (entry.0 + 1, now);
        self.enough(uid)
    }

    /// Asked for in vain within the last day.
    pub fn holds(&self, uid: i64) -> bool {
        self.0.contains_key(&uid)
    }

    /// Not to be asked for again for a day.
    pub fn give_up(&mut self, uid: i64, now: i64) {
        self.0.insert(uid, (ENOUGH_TRIES, now));
    }

    fn tries(&self, uid: i64) -> i64 {
        self.0.get(&uid).map_or(0, |(tries, _)| *tries)
    }

    fn enough(&self, uid: i64) -> bool {
        self.tries(uid) >= ENOUGH_TRIES
    }
}

/// Places of letters whose name may have been given again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Doubtful {
    /// Their heads are looked at now, in this order: those first that nobody asked for in vain.
    pub now: Vec<usize>,
    /// There is no time for them in this census: they stay in doubt.
    pub later: Vec<usize>,
}

/// Letters whose name may have been given again, of those at `held` that we hold and know by name and octets alone. `uids` are our numbers of
/// all letters as they are listed now, `before` as they were at the census before, without those that stayed in doubt; nothing where nobody
/// remembers that. Letters of `hidden` give way to the others, and are left alone once that was enough.
pub(super) fn doubtful(held: &[usize], uids: &[i64], before: &[i64], hidden: &Hidden) -> Doubtful {
    let known: HashMap<i64, i64> = before.iter().copied().zip(0..).collect();
    // Numbers tell the order in which letters came as long as nothing better does; they fall where the newest stand first.
    let rank = |at: &usize| if before.is_empty() { uids[*at] } else { known.get(&uids[*at]).copied().unwrap_or(i64::MAX) };
    let ranks: Vec<i64> = held.iter().map(rank).collect();
    let mut steady = in_place(&ranks);
    if before.is_empty() {
        let falling = in_place(&ranks.iter().map(|rank| -rank).collect::<Vec<_>>());
        if count(&falling) > count(&steady) {
            steady = falling;
        }
    }
    let newest = newest(held, uids);
    let stayed = |nth: &usize| !before.is_empty() && !known.contains_key(&uids[held[*nth]]);
    let in_doubt = |nth: &usize| newest.contains(nth) || !steady[*nth] || stayed(nth);
    let mut found: Vec<usize> = (0..held.len()).filter(|nth| in_doubt(nth) && !hidden.enough(uids[held[*nth]])).collect();
    let tries = |nth: &usize| hidden.tries(uids[held[*nth]]);
    found.sort_by_key(|nth| (!newest.contains(nth), tries(nth), Reverse(uids[held[*nth]])));
    let later = found.split_off(found.len().min(LOOKED_AT));
    // A letter that ends the connection is asked for behind all that did not.
    found.sort_by_key(|nth| (tries(nth), *nth));
    let places = |some: Vec<usize>| -> Vec<usize> { some.into_iter().map(|nth| held[nth]).collect() };
    Doubtful { now: places(found), later: places(later) }
}

/// The newer end of the list: where the letter stands that came last.
fn newest(held: &[usize], uids: &[i64]) -> std::ops::Range<usize> {
    let first = (0..held.len()).min_by_key(|nth| uids[held[*nth]]);
    let last = (0..held.len()).max_by_key(|nth| uids[held[*nth]]);
    if last < first { 0..NEWEST_LOOKED_AT.min(held.len()) } else { held.len().saturating_sub(NEWEST_LOOKED_AT)..held.len() }
}

fn count(steady: &[bool]) -> usize {
    steady.iter().filter(|steady| **steady).count()
}

/// Whether each keeps its place among the others: it stands in every longest row that rises.
fn in_place(ranks: &[i64]) -> Vec<bool> {
    let before = rising(ranks.iter().copied());
    let mut after = rising(ranks.iter().rev().map(|rank| -rank));
    after.reverse();
    let longest = before.iter().max().copied().unwrap_or(0);
    let through = |at: usize| before[at] + after[at] == longest;
    let mut same = vec![0_usize; longest + 1];
    for at in (0..ranks.len()).filter(|at| through(*at)) {
        same[before[at]] += 1;
    }
    (0..ranks.len()).map(|at| through(at) && same[before[at]] == 1).collect()
}

/// How many can stand before each in a row that rises up to it.
fn rising(ranks: impl Iterator<Item = i64>) -> Vec<usize> {
    let mut ends: Vec<i64> = Vec::new();
    let place = |rank: i64| {
        let place = ends.partition_point(|end| *end < rank);
        match ends.get_mut(place) {
            Some(end) => *end = rank,
            None => ends.push(rank),
        }
        place
    };
    ranks.map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(uids: &[i64], before: &[i64]) -> Vec<usize> {
        doubtful(&(0..uids.len()).collect::<Vec<_>>(), uids, before, &Hidden::default()).now
    }

    // P35
    #[test]
    fn the_newest_and_those_out_of_their_order_are_looked_at_again() {
        assert_eq!(all(&[1, 2, 3, 4, 5, 6, 7, 8, 9], &[]), [4, 5, 6, 7, 8]);
        // One letter far from where it stood; of two that changed places nobody can say which.
        assert_eq!(all(&[1, 2, 4, 5, 3, 6, 7, 8, 9, 10, 11], &[]), [4, 6, 7, 8, 9, 10]);
        assert_eq!(all(&[1, 9, 3, 10, 11, 12, 13, 14, 15], &[]), [1, 2, 4, 5, 6, 7, 8]);
        // What came just now is fetched anyway.
        assert_eq!(doubtful(&[0, 1, 2, 3, 4, 5, 6, 7], &[1, 2, 3, 4, 5, 6, 7, 8, 16], &[], &Hidden::default()).now, [3, 4, 5, 6, 7]);
        assert!(all(&[], &[]).is_empty());
    }

    // P35: each letter that comes stands before all others there, and that makes none of them another.
    #[test]
    fn where_the_newest_stand_first_the_newest_are_looked_at() {
        let first: Vec<i64> = (1..=400).collect();
        let mut list: Vec<i64> = first.clone();
        list.insert(0, 401);
        let held: Vec<usize> = (1..=400).collect();
        assert_eq!(doubtful(&held, &list, &first, &Hidden::default()).now.len(), 5);
        let before = list.clone();
        list.insert(0, 402);
        let held: Vec<usize> = (1..=401).collect();
        assert_eq!(
            doubtful(&held, &list, &before, &Hidden::default()).now,
            [1, 2, 3, 4, 5],
            "the letters that came last, as far as we hold them"
        );
        // A name given again goes to the newer end too.
        let before = list.clone();
        let moved = list.remove(300);
        list.insert(0, moved);
        assert_eq!(all(&list, &before), [0, 1, 2, 3, 4]);
        // Further in, it is found as well.
        let moved = list.remove(0);
        list.insert(20, moved);
        assert_eq!(all(&list, &before), [0, 1, 2, 3, 4, 20]);
        // After a start nobody remembers: what came since the first census is doubted once, the newest of it first.
        let found = all(&before, &[]);
        assert_eq!(found, [0, 1, 2, 3, 4]);
        let grown: Vec<i64> = (101..=200).rev().chain(1..=100).collect();
        assert_eq!(all(&grown, &[]).len(), LOOKED_AT);
    }

    // P35
    #[test]
    fn what_was_doubted_and_not_looked_at_stays_in_doubt() {
        let grown: Vec<i64> = (101..=200).rev().chain(1..=100).collect();
        let held: Vec<usize> = (0..grown.len()).collect();
        let first = doubtful(&held, &grown, &[], &Hidden::default());
        assert_eq!((first.now.len(), first.later.len()), (LOOKED_AT, 50));
        let seen: Vec<i64> = grown.iter().enumerate().filter(|(at, _)| !first.later.contains(at)).map(|(_, uid)| *uid).collect();
        let second = doubtful(&held, &grown, &seen, &Hidden::default());
        assert!(
            second.later.iter().all(|at| first.later.contains(at)) && second.later.len() == 5,
            "five places go to the newest: {second:?}"
        );
        // The very last one of the list is in doubt as well, although it breaks no order.
        assert!(all(&[9, 1, 2, 3, 4, 5, 6, 7, 8], &[9, 1, 2, 3, 4, 5, 6, 7]).contains(&8));
    }

    // P35: letters whose heads the server never shows cost no other its look.
    #[test]
    fn heads_that_are_not_shown_give_way_to_the_others() {
        let grown: Vec<i64> = (101..=200).rev().chain(1..=100).collect();
        let held: Vec<usize> = (0..grown.len()).collect();
        let mut hidden = Hidden::default();
        let first = doubtful(&held, &grown, &[], &hidden);
        for at in &first.now {
            assert!(!hidden.note(grown[*at], 1));
        }
        let second = doubtful(&held, &grown, &[], &hidden);
        assert_eq!(second.now.iter().filter(|at| first.now.contains(at)).count(), 5, "the newest alone are asked for twice");
        assert!(first.now.contains(second.now.last().unwrap()), "and behind the others: {second:?}");
        for at in &first.now {
            hidden.note(grown[*at], 2);
            assert!(hidden.note(grown[*at], 3));
        }
        let third = doubtful(&held, &grown, &[], &hidden);
        assert!(!third.now.iter().chain(&third.later).any(|at| first.now.contains(at)), "what was asked for often enough is left alone");
        hidden.forget_old(3 + 24 * 60 * 60 * 1000);
        assert_eq!(doubtful(&held, &grown, &[], &hidden), first, "for a day");
    }
}
