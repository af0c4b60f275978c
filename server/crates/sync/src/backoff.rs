//! When to try again, as a table.

use model::Verdict;

const MINUTE: i64 = 60_000;

/// Waits after a collection, ms: the poll when it went well or a person must act first; else 1 minute the first time and the poll
/// from then on, never less than the server asked for.
///
/// A server that drops every connection is so asked at most once a minute (R12).
pub(crate) fn wait(verdict: Option<Verdict>, failed_before: bool, asked: Option<i64>, poll: i64) -> i64 {
    let wait = match verdict {
        None => poll,
        Some(Verdict::Throttled) => poll.max(5 * MINUTE),
        Some(Verdict::Connection) if !failed_before => MINUTE,
        Some(_) => poll,
    };
    wait.max(asked.unwrap_or(0)).min(24 * 60 * MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    // O25, P15, R12
    #[test]
    fn the_next_try_follows_the_kind_of_trouble() {
        let poll = 15 * MINUTE;
        for (verdict, before, asked, expected) in [
            (None, true, None, poll),
            (Some(Verdict::Connection), false, None, MINUTE),
            (Some(Verdict::Connection), true, None, poll),
            (Some(Verdict::Throttled), false, None, poll),
            (Some(Verdict::Throttled), false, Some(60 * MINUTE), 60 * MINUTE),
            (Some(Verdict::Authentication), false, None, poll),
            (Some(Verdict::Throttled), false, Some(i64::MAX), 24 * 60 * MINUTE),
        ] {
            assert_eq!(wait(verdict, before, asked, poll), expected, "{verdict:?} {before} {asked:?}");
        }
    }
}
