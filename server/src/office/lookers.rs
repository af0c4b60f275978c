//! Who looks at which letter of Email Management now: two people who work on one letter see each other. Kept in memory for a few minutes;
//! what counts (who has taken a letter, who has dealt with it) stands in the store.

use model::{Managed, UserId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A look counts for so long, ms.
const LASTS: i64 = 2 * 60_000;

/// Who, by name, and until when it counts.
type Look = (UserId, String, i64);

/// The looks of this process.
#[derive(Debug, Default)]
pub struct Lookers(Mutex<HashMap<Managed, Vec<Look>>>);

impl Lookers {
    /// Somebody looks at a letter; answers who else does, by name.
    pub fn look(&self, id: Managed, who: UserId, name: &str, now: i64) -> Vec<String> {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looks.retain(|_, here| {
            // Whoever opens one letter has left the other.
            here.retain(|(user, _, until)| *until > now && *user != who);
            !here.is_empty()
        });
        let here = looks.entry(id).or_default();
        let mut others: Vec<String> = here.iter().map(|(_, name, _)| name.clone()).collect();
        others.sort();
        here.push((who, name.to_owned(), now + LASTS));
        others
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AccountId, MessageId};

    #[test]
    fn two_who_look_at_one_letter_see_each_other_until_one_goes_on() {
        let lookers = Lookers::default();
        let letter = |id| Managed { account: AccountId(1), letter: MessageId(id) };
        assert!(lookers.look(letter(1), UserId(1), "Ann", 0).is_empty());
        assert_eq!(lookers.look(letter(1), UserId(2), "Bob", 10), ["Ann"]);
        assert_eq!(lookers.look(letter(1), UserId(1), "Ann", 20), ["Bob"]);
        assert!(lookers.look(letter(2), UserId(2), "Bob", 30).is_empty());
        assert!(lookers.look(letter(1), UserId(1), "Ann", 40).is_empty());
        // A look is forgotten by itself.
        assert!(lookers.look(letter(1), UserId(3), "Cy", LASTS + 50).is_empty());
    }
}
