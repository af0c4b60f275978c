//! Sets of UIDs as ranges, `1:4,9`: what is missing of a large folder is a few runs of numbers, not a million of them.

/// More ranges than this are not kept: the lowest stay.
const MOST: usize = 20_000;

/// Ascending ranges, both ends included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ranges(Vec<(i64, i64)>);

impl Ranges {
    /// Adds a number that is larger than all before.
    pub(crate) fn push(&mut self, uid: i64) {
        let room = self.0.len() < MOST;
        match self.0.last_mut() {
            Some((_, last)) if *last + 1 == uid => *last = uid,
            _ if room => self.0.push((uid, uid)),
            _ => {}
        }
    }

    pub(crate) fn to_text(&self) -> String {
        let parts: Vec<String> =
            self.0.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first}:{last}") }).collect();
        parts.join(",")
    }

    /// Reads what [`Ranges::to_text`] writes, and lists of single numbers in any order, as they were kept before.
    pub(crate) fn parse(text: &str) -> Self {
        let mut ranges: Vec<(i64, i64)> = text
            .split(',')
            .filter_map(|part| {
                let (first, last) = part.split_once(':').unwrap_or((part, part));
                Some((first.parse().ok()?, last.parse().ok()?))
            })
            .collect();
        ranges.sort_unstable();
        Self(ranges)
    }

    /// The numbers above `above`, ascending, one by one.
    pub(crate) fn above(&self, above: i64) -> impl Iterator<Item = i64> + '_ {
        let from = self.0.partition_point(|(_, last)| *last <= above);
        self.0[from..].iter().flat_map(move |(first, last)| (*first).max(above.saturating_add(1))..=*last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_numbers_are_kept_short_and_read_from_anywhere() {
        let mut ranges = Ranges::default();
        [1, 2, 3, 7, 9, 10].into_iter().for_each(|uid| ranges.push(uid));
        assert_eq!(ranges.to_text(), "1:3,7,9:10");
        assert_eq!(Ranges::parse("1:3,7,9:10"), ranges);
        assert_eq!(ranges.above(2).collect::<Vec<_>>(), [3, 7, 9, 10]);
        assert_eq!(ranges.above(0).take(2).collect::<Vec<_>>(), [1, 2]);
        assert!(ranges.above(i64::MAX).next().is_none() && Ranges::parse("").above(0).next().is_none());
        // As lists were kept before: single numbers, the highest first.
        assert_eq!(Ranges::parse("10,9,4").above(4).collect::<Vec<_>>(), [9, 10]);
    }
}
