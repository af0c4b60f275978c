//! On which days an action is due: counted from its first day in the office's time zone, so that a 31st is the last day of short months and
//! a 31st again after them.

use jiff::{Span, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use model::Every;
use postroom_store::ActionDay;

/// More days than an office has.
const MOST: i32 = 20_000;

/// The days of an action.
#[derive(Debug, Clone)]
pub struct Series {
    first: Date,
    last: Option<Date>,
    every: Every,
    minute: i64,
    zone: TimeZone,
}

impl Series {
    /// Of an action as it is stored; `None` when the first day (`YYYY-MM-DD`) is none.
    pub fn new(first_day: &str, every: Every, minute: i64, zone: &TimeZone) -> Option<Self> {
        Some(Self { first: day(first_day)?, last: None, every, minute, zone: zone.clone() })
    }

    /// The same, with no day after this one (`YYYY-MM-DD`), if one is named; `None` when it is no day.
    pub fn until(self, last_day: Option<&str>) -> Option<Self> {
        let last = match last_day {
            Some(last_day) => Some(day(last_day)?),
            None => None,
        };
        Some(Self { last, ..self })
    }

    /// The first day that is this one or a later one.
    pub fn on_or_after(&self, day: &str) -> Option<ActionDay> {
        let day: Date = day.parse().ok()?;
        self.days().find(|due| *due >= day).and_then(|due| self.moment(due))
    }

    /// The first day whose moment lies after this one.
    pub fn after(&self, now: i64) -> Option<ActionDay> {
        self.days().filter_map(|due| self.moment(due)).find(|(_, at)| *at > now)
    }

    /// The last day whose moment has come.
    pub fn last_until(&self, now: i64) -> Option<ActionDay> {
        self.days().map_while(|due| self.moment(due)).take_while(|(_, at)| *at <= now).last()
    }

    fn days(&self) -> impl Iterator<Item = Date> + '_ {
        let most = if self.every == Every::Once { 1 } else { MOST };
        let days = (0..most).map_while(|n| self.first.checked_add(self.step(n)).ok());
        days.take_while(|day| self.last.is_none_or(|last| *day <= last))
    }

    fn step(&self, n: i32) -> Span {
        match self.every {
            Every::Once => 0.days(),
            Every::Week => n.weeks(),
            Every::Month => n.months(),
            Every::Quarter => (3 * n).months(),
            Every::Year => n.years(),
        }
    }

    /// A time that the clocks leave out on a day is the moment they jump to; of one that comes twice, the first counts.
    fn moment(&self, day: Date) -> Option<ActionDay> {
        let (hour, minute) = (i8::try_from(self.minute / 60).ok()?, i8::try_from(self.minute % 60).ok()?);
        let at = day.at(hour, minute, 0, 0).to_zoned(self.zone.clone()).ok()?.timestamp().as_millisecond();
        Some((day.to_string(), at))
    }
}

/// A day as it is stored.
fn day(text: &str) -> Option<Date> {
    let day: Date = text.parse().ok()?;
    (day.to_string() == text && (1900..=2999).contains(&day.year())).then_some(day)
}

/// The day of a moment.
pub fn day_of(moment: i64, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(moment).map(|moment| moment.to_zoned(zone.clone()).date().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").expect("it is in the table")
    }

    fn series(first: &str, every: Every) -> Series {
        Series::new(first, every, 540, &berlin()).expect("a day")
    }

    fn some(series: &Series, n: usize) -> Vec<String> {
        series.days().take(n).map(|day| day.to_string()).collect()
    }

    // FC-29: month ends are settled; the series remembers its first day.
    #[test]
    fn a_thirty_first_is_the_last_day_of_short_months_and_itself_again() {
        let months = some(&series("2027-10-31", Every::Month), 6);
        assert_eq!(months, ["2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]);
        assert_eq!(some(&series("2026-11-30", Every::Quarter), 3), ["2026-11-30", "2027-02-28", "2027-05-30"]);
        assert_eq!(some(&series("2028-02-29", Every::Year), 5), ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]);
        assert_eq!(some(&series("2026-12-28", Every::Week), 2), ["2026-12-28", "2027-01-04"]);
        assert_eq!(some(&series("2026-12-28", Every::Once), 2), ["2026-12-28"]);
    }

    #[test]
    fn the_offices_time_zone_decides_the_moment_in_summer_and_winter() {
        // 9 in Berlin is 7 UTC in summer and 8 in winter.
        let months = series("2026-10-20", Every::Month);
        assert_eq!(months.on_or_after("2026-10-20"), Some(("2026-10-20".into(), 1_792_479_600_000)));
        assert_eq!(months.on_or_after("2026-10-21"), Some(("2026-11-20".into(), 1_795_161_600_000)));
        // At two in the night of 28 March 2027 the clocks jump to three.
        let night = Series::new("2027-03-28", Every::Once, 150, &berlin()).expect("a day");
        assert_eq!(night.on_or_after("2027-03-28"), Some(("2027-03-28".into(), 1_806_197_400_000)));
    }

    // Days missed are one day.
    #[test]
    fn of_days_that_were_missed_the_last_one_counts() {
        let weeks = series("2026-11-02", Every::Week);
        let day = |day: Option<ActionDay>| day.map(|(day, _)| day);
        let at = |day: &str| weeks.on_or_after(day).expect("a day").1;
        assert_eq!(day(weeks.last_until(at("2026-11-23") - 1)), Some("2026-11-16".into()));
        assert_eq!(day(weeks.last_until(at("2026-11-23"))), Some("2026-11-23".into()));
        assert_eq!(day(weeks.after(at("2026-11-23"))), Some("2026-11-30".into()));
        assert_eq!(day(weeks.last_until(at("2026-11-02") - 1)), None);
        assert_eq!(series("2026-11-02", Every::Once).after(at("2026-11-02")), None);
    }

    // FC-29: nothing comes after the last day, itself included among the days.
    #[test]
    fn a_series_ends_with_its_last_day() {
        let until = |last: &str| some(&series("2026-10-31", Every::Month).until(Some(last)).expect("a day"), 9);
        assert_eq!(until("2026-12-31"), ["2026-10-31", "2026-11-30", "2026-12-31"]);
        assert_eq!(until("2026-12-30"), ["2026-10-31", "2026-11-30"]);
        assert!(until("2026-10-30").is_empty());
        let last = series("2026-10-31", Every::Month).until(Some("2026-11-30")).expect("a day");
        assert_eq!(last.after(last.on_or_after("2026-11-30").expect("a day").1), None);
        assert!(series("2026-10-31", Every::Month).until(None).is_some_and(|series| series.days().count() > 100));
        assert!(series("2026-10-31", Every::Month).until(Some("2026-02-30")).is_none());
    }

    #[test]
    fn what_is_no_day_has_no_series() {
        for bad in ["", "2026-02-30", "31.1.2026", "20260131", "0026-01-01"] {
            assert!(Series::new(bad, Every::Once, 540, &berlin()).is_none(), "{bad}");
        }
    }
}
