//! Whose last word waits for an answer (S19). Headers decide, nothing is guessed; days are the office's own, and weekends are none.

use super::{Office, Principal, compose::person, trouble::problem_of};
use jiff::{Timestamp, ToSpan, civil::Date, civil::Weekday, tz::TimeZone};
use model::{ClientId, MessageId, Problem, UNANSWERED_DAYS, UnansweredPage};

/// Rows a page.
const PAGE: i64 = 50;
/// What was set aside and can be taken back on the page.
const ASIDE: i64 = 20;
/// A word older than three years waits for nobody any more.
const LONG_AGO: i64 = 3 * 366 * 86_400_000;

impl Office {
    /// A page of the list, the oldest first.
    pub async fn unanswered(&self, who: &Principal, days: i64, cursor: Option<&str>) -> Result<UnansweredPage, Problem> {
        let scope = who.scope()?;
        let days = if UNANSWERED_DAYS.contains(&days) { days } else { UNANSWERED_DAYS[1] };
        let (zone, now) = (self.time_zone(), self.now());
        let until = working_days_ago(now, days, &zone);
        let after = super::letters::read_cursor(cursor)?;
        let mut rows = self.store.unanswered(scope, now - LONG_AGO, until, after, PAGE + 1).await.map_err(problem_of)?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        for row in &mut rows {
            row.days = working_days_between(row.date, now, &zone);
        }
        let next = rows.last().filter(|_| more).map(|row| format!("{}.{}", row.date, row.party));
        let aside = self.store.aside(scope, ASIDE).await.map_err(problem_of)?;
        Ok(UnansweredPage { days, rows, next, aside })
    }

    /// Says that a letter needs no answer.
    pub async fn set_aside(&self, who: &Principal, party: ClientId, letter: MessageId) -> Result<(), Problem> {
        let user = person(who)?;
        let event = self.event(who, "letter.needs_no_answer", format!("letter:{letter}"), "");
        self.store.set_aside(who.scope()?, party, letter, Some(user), &event).await.map_err(problem_of)
    }

    /// Takes that back.
    pub async fn wait_again(&self, who: &Principal, party: ClientId) -> Result<(), Problem> {
        person(who)?;
        let event = self.event(who, "letter.waits_again", format!("client:{party}"), "");
        self.store.wait_again(who.scope()?, party, &event).await.map_err(problem_of)
    }
}

fn day(moment: i64, zone: &TimeZone) -> Option<Date> {
    Some(Timestamp::from_millisecond(moment).ok()?.to_zoned(zone.clone()).date())
}

fn is_working(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The first moment after the latest day that is so many working days ago: a letter of before is as old.
fn working_days_ago(now: i64, days: i64, zone: &TimeZone) -> i64 {
    let Some(mut at) = day(now, zone) else { return now };
    let mut left = days;
    while left > 0 {
        left -= i64::from(is_working(at));
        let Ok(before) = at.checked_sub(1.day()) else { return i64::MIN };
        at = before;
    }
    let after = at.checked_add(1.day()).ok().and_then(|after| after.to_zoned(zone.clone()).ok());
    after.map_or(now, |after| after.timestamp().as_millisecond())
}

/// Working days after the one a moment falls on, until today, today counted.
fn working_days_between(moment: i64, now: i64, zone: &TimeZone) -> i64 {
    let (Some(mut at), Some(today)) = (day(moment, zone), day(now, zone)) else { return 0 };
    let mut days = 0;
    while at < today {
        let Ok(next) = at.checked_add(1.day()) else { break };
        at = next;
        days += i64::from(is_working(at));
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str, zone: &TimeZone) -> i64 {
        text.parse::<jiff::civil::DateTime>().unwrap().to_zoned(zone.clone()).unwrap().timestamp().as_millisecond()
    }

    // S19: days of the office's own time zone, weekends out.
    #[test]
    fn weekends_do_not_count_and_days_are_the_offices_own() {
        for zone in [TimeZone::UTC, TimeZone::get("Pacific/Auckland").unwrap_or(TimeZone::UTC)] {
            let at = |text: &str| moment(text, &zone);
            // 2026-03-02 is a Monday.
            for (written, now, days) in [
                ("2026-03-02T09:00", "2026-03-02T17:00", 0),
                ("2026-03-02T23:59", "2026-03-03T00:00", 1),
                ("2026-03-06T09:00", "2026-03-08T17:00", 0),
                ("2026-03-06T09:00", "2026-03-09T08:00", 1),
                ("2026-03-07T09:00", "2026-03-09T08:00", 1),
                ("2026-03-02T09:00", "2026-03-09T08:00", 5),
                ("2026-03-02T09:00", "2026-03-16T08:00", 10),
                ("2026-03-10T09:00", "2026-03-02T08:00", 0),
            ] {
                assert_eq!(working_days_between(at(written), at(now), &zone), days, "{written} {now}");
                for asked in [1, 2, 5, 10] {
                    let old = at(written) < working_days_ago(at(now), asked, &zone);
                    assert_eq!(old, days >= asked, "{written} {now} {asked}: the list and the number agree");
                }
            }
        }
    }
}
