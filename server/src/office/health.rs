//! How accounts fare: collections on record.

use super::letters::read_cursor;
use super::{Office, Principal, days, trouble::problem_of};
use jiff::tz::TimeZone;
use model::{AccountId, CollectedDay, CollectionHistory, Page, Problem};
use postroom_store::CollectedHour;

/// Collections a page.
const PAGE: i64 = 50;
/// Days of the chart.
const DAYS: i64 = 30;
const DAY: i64 = 86_400_000;

impl Office {
    /// An account's collections, newest first, and what the last thirty days brought (FP-32, FP-33).
    pub async fn collections(&self, who: &Principal, id: AccountId, cursor: Option<&str>) -> Result<CollectionHistory, Problem> {
        let record = self.visible_account(who, id).await?;
        let (now, zone) = (self.now(), self.time_zone());
        let hours = self.store.collected_hours(id, now - (DAYS + 1) * DAY).await.map_err(problem_of)?;
        let mut rows = self.store.collections(id, read_cursor(cursor)?, PAGE + 1).await.map_err(problem_of)?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| format!("{}.{}", row.ended_at, row.id));
        Ok(CollectionHistory { account: record.settings.name, days: by_day(&hours, now, &zone), page: Page { rows, next } })
    }
}

/// The last days of the office up to now, each with what its hours brought.
fn by_day(hours: &[CollectedHour], now: i64, zone: &TimeZone) -> Vec<CollectedDay> {
    let mut days: Vec<CollectedDay> = Vec::new();
    // Steps of half a day never jump over one, whatever the clocks do.
    for step in (0..DAYS * 2).rev() {
        let day = days::day_of(now - step * DAY / 2, zone);
        if days.last().is_none_or(|last| last.day != day) {
            days.push(CollectedDay { day, ..CollectedDay::default() });
        }
    }
    let surplus = days.len().saturating_sub(DAYS as usize);
    days.drain(..surplus);
    for hour in hours {
        let day = days::day_of(hour.hour, zone);
        if let Some(found) = days.iter_mut().find(|known| known.day == day) {
            found.collections += hour.collections;
            found.letters += hour.letters;
            found.failed += hour.failed;
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_the_last_thirty_days_stands_once_even_when_the_clocks_change() {
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let now = days::start_of("2026-04-10", &zone).unwrap() + 60_000;
        let hour = |hour| CollectedHour { hour, collections: 4, letters: 3, failed: 1 };
        let days = by_day(&[hour(now - 40 * DAY), hour(now - DAY), hour(now - DAY - 3_600_000)], now, &zone);
        assert_eq!((days.len(), days[0].day.as_str(), days[29].day.as_str()), (30, "2026-03-12", "2026-04-10"));
        assert!(days.windows(2).all(|pair| pair[0].day < pair[1].day));
        let told: Vec<(&str, i64)> = days.iter().filter(|day| day.collections > 0).map(|day| (day.day.as_str(), day.letters)).collect();
        assert_eq!(told, [("2026-04-08", 3), ("2026-04-09", 3)]);
    }
}
