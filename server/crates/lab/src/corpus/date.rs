//! Dates as headers write them (RFC 5322 §3.3), reckoned without a clock.

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Tue, 05 Mar 2024 09:08:07 +0100` for seconds since 1970 UTC, seen `offset` minutes east of Greenwich.
pub(crate) fn header_date(seconds: i64, offset: i64) -> String {
    let (year, month, day, clock) = civil(seconds + offset * 60);
    let weekday = DAYS[(seconds + offset * 60).div_euclid(86_400).rem_euclid(7) as usize];
    format!("{weekday}, {day:02} {} {year} {clock} {}", MONTHS[month - 1], zone(offset))
}

/// `"05-Mar-2024 09:08:07 +0000"` for IMAP's INTERNALDATE, without the quotes.
pub(crate) fn internal_date(seconds: i64) -> String {
    let (year, month, day, clock) = civil(seconds);
    format!("{day:02}-{}-{year} {clock} +0000", MONTHS[month - 1])
}

fn zone(offset: i64) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", offset.abs() / 60, offset.abs() % 60)
}

/// `2024-03-05`.
pub(crate) fn day_of(seconds: i64) -> String {
    let (year, month, day, _) = civil(seconds);
    format!("{year}-{month:02}-{day:02}")
}

/// `20240305T090807Z`, as calendars write a moment.
pub(crate) fn calendar_moment(seconds: i64) -> String {
    let (year, month, day, clock) = civil(seconds);
    format!("{year}{month:02}{day:02}T{}Z", clock.replace(':', ""))
}

/// A day, its month and its year in the words of a language: "Tuesday 5 March", "March", "2024".
pub(crate) fn weekday_and_day(language: &str, seconds: i64) -> (String, String, String) {
    let (year, month, day, _) = civil(seconds);
    let weekday = seconds.div_euclid(86_400).rem_euclid(7) as usize;
    let (weekdays, months) = words(language);
    let words = |text: &'static str, at: usize| text.split(' ').nth(at).unwrap_or("").to_owned();
    let (weekday, name) = (words(weekdays, weekday), words(months, month - 1));
    let day = match language {
        "de" => format!("{weekday}, {day}. {name}"),
        "es" => format!("{weekday} {day} de {name}"),
        "ja" => format!("{month}月{day}日（{weekday}）"),
        _ => format!("{weekday} {day} {name}"),
    };
    (day, name, year.to_string())
}

/// Weekdays from Thursday (the first of 1970), and months.
fn words(language: &str) -> (&'static str, &'static str) {
    match language {
        "de" => (
            "Donnerstag Freitag Samstag Sonntag Montag Dienstag Mittwoch",
            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        ),
        "fr" => (
            "jeudi vendredi samedi dimanche lundi mardi mercredi",
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        ),
        "es" => (
            "jueves viernes sábado domingo lunes martes miércoles",
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        ),
        "pl" => (
            "czwartek piątek sobota niedziela poniedziałek wtorek środa",
            "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        ),
        "ja" => ("木 金 土 日 月 火 水", "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月"),
        _ => (
            "Thursday Friday Saturday Sunday Monday Tuesday Wednesday",
            "January February March April May June July August September October November December",
        ),
    }
}

/// Year, month, day and time of day (Howard Hinnant's days-to-civil).
fn civil(seconds: i64) -> (i64, usize, i64, String) {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as usize, day, format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_are_written_right() {
        assert_eq!(header_date(0, 0), "Thu, 01 Jan 1970 00:00:00 +0000");
        assert_eq!(header_date(1_709_622_487, 60), "Tue, 05 Mar 2024 08:08:07 +0100");
        assert_eq!(header_date(1_709_164_800, -330), "Wed, 28 Feb 2024 18:30:00 -0530");
        assert_eq!(internal_date(951_782_400), "29-Feb-2000 00:00:00 +0000");
        assert_eq!((day_of(951_782_400).as_str(), calendar_moment(951_782_400).as_str()), ("2000-02-29", "20000229T000000Z"));
        assert_eq!(weekday_and_day("en", 951_782_400).0, "Tuesday 29 February");
        assert_eq!(weekday_and_day("de", 951_782_400).0, "Dienstag, 29. Februar");
    }
}
