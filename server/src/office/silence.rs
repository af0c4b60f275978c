//! The silence alarm (S15): a mailbox that usually receives and no longer does, although its collections succeed. Decided from its own past
//! alone: how many letters each weekday brings, and the longest silence it ever had in those weeks.

use super::{Office, trouble::problem_of};
use jiff::{Timestamp, tz::TimeZone};
use model::{AccountId, Problem};
use postroom_store::{AccountRecord, AccountState};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// What a mailbox is used to is seen in so much time before its last letter.
const PAST: i64 = 8 * 7 * DAY;
/// What is known of a mailbox in less time says nothing of its weekdays.
const KNOWN_FOR: i64 = 3 * 7 * DAY;
/// So many letters at least, to know a habit.
const LETTERS: i64 = 20;
/// So many letters should have come by now.
const OVERDUE: f64 = 4.0;
/// Nights, weekends and holidays are silences too: this one must be longer than any of them by so much.
const LONGER: f64 = 1.25;
/// Looked at again after this long.
const FRESH: i64 = 10 * 60_000;

/// Sentences by account.
type Silences = Arc<HashMap<AccountId, String>>;

/// What was found last, and when.
#[derive(Default)]
pub struct Silence(Mutex<Option<(i64, Silences)>>);

impl Office {
    /// Mailboxes that are silent although they should not be, with a sentence each.
    pub(crate) async fn silences(&self, records: &[AccountRecord]) -> Result<Silences, Problem> {
        let now = self.now();
        let known = self.silence.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, found)) = known.filter(|(at, _)| (0..FRESH).contains(&(now - at))) {
            return Ok(found);
        }
        let mut arrivals: HashMap<AccountId, Vec<(i64, i64)>> = HashMap::new();
        for (account, hour, letters) in self.store.arrivals(now - 3 * PAST).await.map_err(problem_of)? {
            arrivals.entry(account).or_default().push((hour, letters));
        }
        let zone = self.time_zone();
        let mut found = HashMap::new();
        for record in records {
            let collects = record.state == AccountState::Enabled && record.error_text.is_none() && record.settings.protocol.collects();
            let Some(hours) = arrivals.get(&record.id).filter(|_| collects) else { continue };
            if let Some((last, usual)) = overdue(hours, now, &zone) {
                let hours = (now - last) / HOUR;
                let silent = if hours < 72 { format!("{hours} hours") } else { format!("{} days", hours / 24) };
                found.insert(
                    record.id,
                    format!(
                        "Unusually quiet: no letter has come for {silent}, although collecting works. On such days about {usual:.0} usually come. \
                         Look whether the mailbox still receives: it may be full, or its letters may be forwarded elsewhere."
                    ),
                );
            }
        }
        let found = Arc::new(found);
        *self.silence.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&found)));
        Ok(found)
    }
}

/// When the last letter came and how many a day should have, if it is too long ago. `hours`: letters by hour, ascending.
fn overdue(hours: &[(i64, i64)], now: i64, zone: &TimeZone) -> Option<(i64, f64)> {
    let last = hours.last()?.0;
    let hours = &hours[hours.partition_point(|(hour, _)| *hour < last - PAST)..];
    let first = hours.first()?.0;
    if last - first < KNOWN_FOR || hours.iter().map(|(_, letters)| letters).sum::<i64>() < LETTERS {
        return None;
    }
    let longest = hours.windows(2).map(|pair| pair[1].0 - pair[0].0).max().unwrap_or(0);
    let silent = now - last - HOUR;
    if (silent as f64) < longest as f64 * LONGER {
        return None;
    }
    let usual = usual_by_weekday(hours, first, last, zone);
    let mut expected = 0.0;
    let mut at = last + HOUR;
    while at < now {
        expected += usual[weekday(at, zone)] / 24.0;
        at += HOUR;
    }
    let a_day = expected / (silent as f64 / DAY as f64).max(1.0 / 24.0);
    (expected >= OVERDUE).then_some((last + HOUR, a_day))
}

/// Letters that each weekday brings: the middle one of its days, so that neither a holiday nor a flood counts.
fn usual_by_weekday(hours: &[(i64, i64)], first: i64, last: i64, zone: &TimeZone) -> [f64; 7] {
    let mut days: BTreeMap<String, (usize, i64)> = BTreeMap::new();
    // Steps of half a day never jump over one, whatever the clocks do.
    let mut at = first;
    while at <= last {
        days.entry(super::days::day_of(at, zone)).or_insert_with(|| (weekday(at, zone), 0));
        at += DAY / 2;
    }
    for (hour, letters) in hours {
        if let Some((_, count)) = days.get_mut(&super::days::day_of(*hour, zone)) {
            *count += letters;
        }
    }
    std::array::from_fn(|weekday| {
        let mut counts: Vec<i64> = days.values().filter(|(of, _)| *of == weekday).map(|(_, count)| *count).collect();
        counts.sort_unstable();
        counts.get(counts.len().saturating_sub(1) / 2).map_or(0.0, |middle| *middle as f64)
    })
}

fn weekday(at: i64, zone: &TimeZone) -> usize {
    let moment = Timestamp::from_millisecond(at).map(|moment| moment.to_zoned(zone.clone()).weekday().to_monday_zero_offset());
    moment.ok().and_then(|day| usize::try_from(day).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday, 5 January 2026, 00:00 UTC.
    const MONDAY: i64 = 1_767_571_200_000;

    /// Letters at nine, twelve and four on working days, for so many days.
    fn working_days(days: i64) -> Vec<(i64, i64)> {
        let days = (0..days).filter(|day| day % 7 < 5);
        days.flat_map(|day| [9, 12, 16].map(|hour| (MONDAY + day * DAY + hour * HOUR, 2))).collect()
    }

    fn silent_at(hours: &[(i64, i64)], day: i64, hour: i64) -> bool {
        overdue(hours, MONDAY + day * DAY + hour * HOUR, &TimeZone::UTC).is_some()
    }

    #[test]
    fn a_silence_is_told_as_long_as_it_lasts() {
        let hours = working_days(40);
        for day in [45, 60, 90] {
            assert!(silent_at(&hours, day, 12), "day {day}");
        }
    }

    #[test]
    fn a_weekend_is_no_alarm_and_two_silent_working_days_behind_it_are_one() {
        let hours = working_days(40); // the last one is a Friday
        assert!(!silent_at(&hours, 41, 23), "Sunday night");
        assert!(!silent_at(&hours, 42, 12), "Monday noon: not longer than weekends are");
        assert!(silent_at(&hours, 43, 18), "Tuesday evening");
    }

    #[test]
    fn a_mailbox_that_is_always_quiet_or_hardly_known_gives_no_alarm() {
        assert!(!silent_at(&working_days(12), 30, 0), "known for less than three weeks");
        let monthly: Vec<(i64, i64)> = (0..3).map(|month| (MONDAY + month * 20 * DAY, 10)).collect();
        assert!(!silent_at(&monthly, 60, 0));
    }

    #[test]
    fn a_mailbox_that_never_rests_is_missed_within_hours() {
        let hours: Vec<(i64, i64)> = (0..30 * 24).map(|hour| (MONDAY + hour * HOUR, 2)).collect();
        assert!(!silent_at(&hours, 30, 1));
        assert!(silent_at(&hours, 30, 8));
        assert!(overdue(&hours, MONDAY + 31 * DAY, &TimeZone::UTC).is_some_and(|(_, a_day)| (a_day - 48.0).abs() < 1.0));
    }
}
