//! UID sets as commands write them (RFC 3501 `sequence-set`). Must never: ask for a UID nobody wanted a body of.

/// Longest set in one command; servers take 8,192 octets a line (RFC 7162 §4).
const LONGEST: usize = 7_000;

/// UIDs as sorted sets of ranges, each short enough for one command line; ranges are drawn across gaps in which `listed`
/// (sorted: what the server holds) has nothing.
pub(crate) fn sets(uids: &[u32], listed: &[u32]) -> Vec<String> {
    let mut wanted: Vec<u32> = uids.iter().copied().filter(|uid| *uid > 0).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut sets = Vec::new();
    let mut line = String::new();
    let mut at = 0;
    while at < wanted.len() {
        let first = wanted[at];
        while at + 1 < wanted.len() && follows(wanted[at], wanted[at + 1], listed) {
            at += 1;
        }
        let last = wanted[at];
        at += 1;
        if line.len() > LONGEST {
            sets.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(',');
        }
        line.push_str(&first.to_string());
        if last != first {
            line.push(':');
            line.push_str(&last.to_string());
        }
    }
    if !line.is_empty() {
        sets.push(line);
    }
    sets
}

/// Whether nothing lies between the two.
fn follows(one: u32, next: u32, listed: &[u32]) -> bool {
    if one + 1 == next {
        return true;
    }
    match listed.binary_search(&one) {
        Ok(at) => listed.get(at + 1) == Some(&next),
        Err(_) => false,
    }
}

/// Reads a set as ESEARCH answers it; `None` when it is malformed or holds more than `most` UIDs.
pub(crate) fn read(set: &str, most: usize) -> Option<Vec<u32>> {
    let mut uids = Vec::new();
    for part in set.split(',') {
        let (first, last) = match part.split_once(':') {
            Some((first, last)) => (first.parse::<u32>().ok()?, last.parse::<u32>().ok()?),
            None => {
                let one = part.parse::<u32>().ok()?;
                (one, one)
            }
        };
        let (first, last) = if first <= last { (first, last) } else { (last, first) };
        if (last - first) as usize >= most.saturating_sub(uids.len()) {
            return None;
        }
        uids.extend(first..=last);
    }
    Some(uids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_become_ranges() {
        assert_eq!(sets(&[5, 1, 2, 3, 9, 9], &[]), ["1:3,5,9"]);
        assert!(sets(&[], &[]).is_empty());
    }

    #[test]
    fn ranges_cross_gaps_only_where_nothing_is_listed() {
        assert_eq!(sets(&[1, 5, 9], &[1, 5, 7, 9]), ["1:5,9"]);
    }

    #[test]
    fn long_sets_are_cut_into_several_commands() {
        let odd: Vec<u32> = (0..5000).map(|n| n * 2 + 1_000_001).collect();
        let sets = sets(&odd, &[]);
        assert!(sets.len() > 1 && sets.iter().all(|set| set.len() < 8000));
    }

    #[test]
    fn a_set_that_claims_too_much_is_refused() {
        assert_eq!(read("1:3,7", 10), Some(vec![1, 2, 3, 7]));
        assert_eq!(read("1:4294967295", 1000), None);
        assert_eq!(read("1:*", 1000), None);
    }
}
