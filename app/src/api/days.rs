//! Days as the office has them, for pages: not a call, since every page is drawn where the office is.

use super::office::desk;
use crate::desk::{DaysDesk, UtcDays};
use model::period_words;
use std::sync::Arc;

/// The days of the office that the page belongs to. Without an office (routes are being listed) those of UTC.
pub fn office_days() -> Arc<dyn DaysDesk> {
    match desk() {
        Ok(desk) => desk,
        Err(_) => Arc::new(UtcDays),
    }
}

/// " from 1 July 2026 until 31 December 2026": the days of a period that is kept as moments. The last one counts, so it lies before the end.
pub fn period(from: Option<i64>, to: Option<i64>, between: &str) -> String {
    let days = office_days();
    let words = period_words(from.map(|from| days.day_of(from)), to.map(|to| days.last_day_before(to)));
    words.into_iter().flatten().collect::<Vec<_>>().join(between)
}
