//! From a conversation as written down to one that was had: choices made, places filled.

use super::cast::{Correspondent, PROVIDERS};
use crate::corpus::weekday_and_day;
use crate::random::Dice;

/// What the places of a conversation stand for. Chosen once, so that all its letters speak of the same things.
pub(super) struct Facts {
    words: Vec<(&'static str, String)>,
    pub provider: (&'static str, &'static str),
}

const TOWNS: [&str; 8] =
    ["Saltmouth", "Upper Wexley", "Harlow Bridge", "Port Ellis", "Thornbury Cross", "Marlow End", "Old Quay", "Fenwick"];
const TIMES: [&str; 8] = ["9:30", "10:00", "10:30", "11:15", "14:00", "15:30", "16:00", "17:00"];

impl Facts {
    pub fn choose(dice: &mut Dice, language: &'static str, moment: i64, adviser: &Correspondent) -> Self {
        let provider = *dice.pick(&PROVIDERS);
        let meeting = moment + (5 + dice.below(20) as i64) * 86_400;
        let (day, month, year) = weekday_and_day(language, meeting);
        let words = vec![
            ("adviser", adviser.given().to_owned()),
            ("provider", provider.0.to_owned()),
            ("policy", format!("{}{}-{:04}-{:02}", letter(dice), letter(dice), 1000 + dice.below(9000), 10 + dice.below(90))),
            ("amount", amount(dice, language)),
            ("amount2", amount(dice, language)),
            ("town", (*dice.pick(&TOWNS)).to_owned()),
            ("time", (*dice.pick(&TIMES)).to_owned()),
            ("day", day),
            ("month", month),
            ("year", year),
        ];
        Self { words, provider }
    }

    /// A text with its choices made and its places filled.
    pub fn fill(&self, dice: &mut Dice, text: &str, client: &Correspondent) -> String {
        let mut out = choose(dice, text);
        for (place, word) in &self.words {
            out = out.replace(&format!("[{place}]"), word);
        }
        out.replace("[given]", client.given()).replace("[name]", &client.name)
    }
}

fn letter(dice: &mut Dice) -> char {
    char::from(b'A' + dice.below(26) as u8)
}

fn amount(dice: &mut Dice, language: &str) -> String {
    let (thousands, rest) = (3 + dice.below(180), 10 * dice.below(100));
    match language {
        "de" => format!("{thousands}.{rest:03} €"),
        "fr" | "es" => format!("{thousands} {rest:03} €"),
        "pl" => format!("{thousands} {rest:03} zł"),
        "ja" => format!("{thousands}万円"),
        _ => format!("£{thousands},{rest:03}"),
    }
}

/// `{one|other}` becomes one of them. Choices may stand inside choices, places may not hold braces.
fn choose(dice: &mut Dice, text: &str) -> String {
    let mut out = text.to_owned();
    while let Some(end) = out.find('}') {
        let Some(start) = out[..end].rfind('{') else { return out };
        let options: Vec<&str> = out[start + 1..end].split('|').collect();
        let chosen = (*dice.pick(&options)).to_owned();
        out.replace_range(start..=end, &chosen);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_inside_choices_are_made_and_nothing_is_left_open() {
        let mut dice = Dice::new(1);
        for _ in 0..20 {
            let said = choose(&mut dice, "{a|b {c|d}} e");
            assert!(["a e", "b c e", "b d e"].contains(&said.as_str()), "{said}");
        }
    }
}
