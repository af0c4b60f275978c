//! Letters on their way out: looked at, taken back, sent again, settled by a person. Each deed is an event.

use super::{Office, Principal, trouble::problem_of};
use model::{LATE_AFTER, Origin, OutboxFilter, OutboxLetter, OutboxPage, OutboxState, Problem};

/// Rows a page.
const PAGE: i64 = 50;

impl Office {
    /// A page of the outbox, newest first, with how many there are of each filter.
    pub async fn outbox(&self, who: &Principal, filter: OutboxFilter, before: Option<i64>) -> Result<OutboxPage, Problem> {
        let mut rows = self.store.outbox(who.scope()?, filter, before, PAGE + 1).await.map_err(problem_of)?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let before = rows.last().filter(|_| more).map(|row| row.id);
        let counts = self.store.outbox_counts(who.scope()?).await.map_err(problem_of)?;
        let (uncertain, late) = self.store.outbox_stuck(who.scope()?, self.now() - LATE_AFTER).await.map_err(problem_of)?;
        Ok(OutboxPage { rows, counts, before, uncertain, late })
    }

    /// One letter with its recipients and attempts.
    pub async fn outbox_letter(&self, who: &Principal, id: i64) -> Result<OutboxLetter, Problem> {
        self.store.outbox_letter(who.scope()?, id).await.map_err(problem_of)
    }

    /// Takes a letter back that has not begun to leave.
    pub async fn take_back(&self, who: &Principal, id: i64) -> Result<(), Problem> {
        let event = self.event(who, "letter.taken_back", format!("outbox:{id}"), "");
        self.store.withdraw(who.scope()?, id, &event).await.map_err(problem_of)
    }

    /// Sends a letter again, under the Message-ID it has.
    pub async fn send_again(&self, who: &Principal, id: i64) -> Result<(), Problem> {
        let letter = self.settled_by(who, id).await?;
        if letter.row.state == OutboxState::Withdrawn {
            return Err(Problem::Conflict("This letter was taken back. Write on from its draft.".into()));
        }
        if letter.origin == Origin::Code {
            return Err(Problem::Conflict("A code is not sent twice. Ask for a new one under Send Mail As.".into()));
        }
        let event = self.event(who, "letter.sent_again", format!("outbox:{id}"), "");
        self.store.send_again(who.scope()?, id, &event).await.map_err(problem_of)?;
        self.engine.wake_outbox();
        Ok(())
    }

    /// Tries anew to put a copy into the folder of sent letters that was given up.
    pub async fn copy_again(&self, who: &Principal, id: i64) -> Result<(), Problem> {
        let event = self.event(who, "letter.copied_again", format!("outbox:{id}"), "");
        self.store.append_again(who.scope()?, id, &event).await.map_err(problem_of)?;
        self.engine.wake_outbox();
        Ok(())
    }

    /// The letter, for whoever may say what becomes of it: its writer, and administrators. Seeing it is not enough to send it in its
    /// writer's name; anybody else's number is nobody's.
    async fn settled_by(&self, who: &Principal, id: i64) -> Result<OutboxLetter, Problem> {
        let letter = self.outbox_letter(who, id).await?;
        if letter.principal == who.name() || who.is_administrator() {
            return Ok(letter);
        }
        Err(Problem::Conflict(format!("Only {} or an administrator decides about this letter.", letter.principal)))
    }

    /// Settles an uncertain letter: it arrived, or it is given up.
    pub async fn settle_outgoing(&self, who: &Principal, id: i64, arrived: bool) -> Result<(), Problem> {
        self.settled_by(who, id).await?;
        let event = self.event(who, if arrived { "letter.said_sent" } else { "letter.given_up" }, format!("outbox:{id}"), "");
        if arrived {
            return self.engine.settle_as_sent(id, &event).await.map_err(problem_of);
        }
        self.store.give_up_outgoing(id, &event).await.map_err(problem_of)
    }
}
