//! Two letters, or two copies of one, side by side (S11).

use super::letters::in_background;
use super::{Office, Principal, days, trouble::problem_of};
use model::{CompareWith, Comparison, MessageId, Problem};

impl Office {
    /// Compares a letter with another, both of which the viewer must be able to see, or with another copy of itself.
    pub async fn compare(&self, who: &Principal, id: MessageId, with: CompareWith) -> Result<Comparison, Problem> {
        let scope = who.scope()?;
        let record = self.store.letter(scope, id).await.map_err(problem_of)?;
        let left = self.raw(who, id).await?;
        let (right, sides) = match with {
            CompareWith::Letter(other) => {
                let theirs = self.store.letter(scope, other).await.map_err(problem_of)?;
                let sides = [&record, &theirs].map(|letter| format!("Letter of {}", days::written(letter.date, &self.time_zone())));
                (self.raw(who, other).await?, sides)
            }
            CompareWith::Copy(copy) => {
                let seen = self.store.copies_seen(scope, id).await.map_err(problem_of)?;
                let place = |copy: Option<&postroom_store::SeenCopy>| {
                    let (account, folder) = copy.and_then(|copy| copy.places.first()).cloned().unwrap_or_default();
                    if folder.is_empty() { format!("Copy in {account}") } else { format!("Copy in {account}: {folder}") }
                };
                let sides = [place(seen.first()), place(seen.iter().find(|known| known.id == copy))];
                (self.store.raw_copy(scope, id, copy).await.map_err(problem_of)?, sides)
            }
        };
        self.note_look(who, id, "letter.viewed").await;
        if let CompareWith::Letter(other) = with {
            self.note_look(who, other, "letter.viewed").await;
        }
        let compared = in_background(move || postroom_mail::compare::letters(&left, &right)).await?;
        let [first, second] = sides;
        Ok(Comparison {
            subject: record.subject,
            sides: (first, second),
            headers: compared.headers,
            text: compared.text,
            cut: compared.cut,
        })
    }
}
