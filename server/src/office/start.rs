//! The first page: clients with news, and how the accounts are.

use super::{Office, Principal, trouble::problem_of};
use model::{
    AccountCard, AccountHealth, AccountLine, AccountMood, Permission, Problem, SendAs, SendAsKind, SendAsOwner, SendingAccount,
    SendingBook, SendingStep, Start, UserId,
};

/// Letters looked at to find clients with news.
const LETTERS: i64 = 300;
/// Clients shown.
const CLIENTS: i64 = 8;
/// The choice that holds which step of sending a person put away.
const PUT_AWAY: &str = "sending_step_put_away";

impl Office {
    /// What the first page shows.
    pub async fn start_page(&self, who: &Principal) -> Result<Start, Problem> {
        let scope = who.scope()?;
        let news = self.store.clients_with_news(scope, LETTERS, CLIENTS).await.map_err(problem_of)?;
        let clients = self.store.client_count(scope).await.map_err(problem_of)?;
        let cards = self.accounts(who).await?;
        let sending = self.sending_step(who, &cards).await?;
        let accounts = cards.into_iter().map(line).collect();
        let without_centre = self.own_cost_centres(who).await?.is_some_and(|own| own.is_empty());
        let joins = self.joins_to_answer(who, None).await?;
        let put_away = match who.user() {
            Some(user) => self.store.choice(user, PUT_AWAY).await.map_err(problem_of)?.as_deref() == Some(sending.key()),
            None => false,
        };
        Ok(Start { clients, news, accounts, without_centre, joins, sending, put_away })
    }

    /// Puts away what is left of sending: an office may want to read only. When something else is left, that is told again.
    pub async fn put_away_last_step(&self, who: &Principal) -> Result<(), Problem> {
        let user = who.user().ok_or(Problem::SignIn)?;
        let step = self.sending_step(who, &self.accounts(who).await?).await?;
        let event = self.event(who, "user.choice", format!("user:{user}"), "Put away what is left of sending".to_owned());
        self.store.set_choice(user, PUT_AWAY, step.key(), &event).await.map_err(problem_of)
    }

    /// What is left of sending, for those who could do it: nobody else is asked to.
    async fn sending_step(&self, who: &Principal, cards: &[AccountCard]) -> Result<SendingStep, Problem> {
        if !who.may(Permission::AccountsManage) {
            return Ok(SendingStep::Done);
        }
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let confirmed = self.store.send_as_list().await.map_err(problem_of)?;
        Ok(sending_step(&book, &confirmed, who.user(), cards))
    }
}

fn line(card: AccountCard) -> AccountLine {
    let state = match card.health {
        AccountHealth::Draft => AccountMood::Draft,
        AccountHealth::Paused => AccountMood::Paused,
        AccountHealth::NeedsPassword if card.may_manage => AccountMood::NeedsPassword,
        AccountHealth::Failed | AccountHealth::NeedsPassword => AccountMood::Unwell,
        AccountHealth::Waiting | AccountHealth::Collecting(_) | AccountHealth::Removing(_) | AccountHealth::UpToDate => AccountMood::Well,
    };
    AccountLine { id: card.id, name: card.name, state, missing: card.ledger.missing, errored: card.ledger.errored }
}

/// The first thing that is missing: an outgoing side, its proof, that letters leave through it, and who writes them.
fn sending_step(book: &SendingBook, confirmed: &[SendAs], user: Option<UserId>, cards: &[AccountCard]) -> SendingStep {
    let is_named = |side: &SendingAccount| side.is_system || book.services.iter().any(|service| service.account == side.id);
    // One person's own account sends for that person alone, unless it is named for others.
    let sides = || book.accounts.iter().filter(|side| side.owner.is_none() || is_named(side));
    let sends = |side: &&SendingAccount| side.proven && side.stopped.is_empty();
    if !sides().filter(sends).any(is_named) {
        // One that letters leave through is mended before another is named in its place.
        let named = || sides().find(|side| is_named(side));
        return match (named(), sides().find(sends), sides().next()) {
            (Some(side), ..) | (None, None, Some(side)) => SendingStep::NotProven(side.id),
            (None, Some(side), _) => SendingStep::NotNamed(side.id),
            (None, None, None) => {
                let mailbox = cards.iter().find(|card| card.protocol.collects() && card.owner.is_none() && card.may_manage);
                mailbox.map_or(SendingStep::NoMailbox, |card| SendingStep::NotSetUp(card.id))
            }
        };
    }
    let Some(user) = user else { return SendingStep::Done };
    let sender = book.senders.iter().find(|(id, sender)| *id == user && !sender.address.is_empty());
    let Some((_, sender)) = sender else { return SendingStep::NoSender(user) };
    let by_account = book.accounts.iter().any(|side| side.proven && side.sender_address == sender.address);
    let by_code = confirmed.iter().any(|one| {
        one.kind == SendAsKind::From && one.proven_at.is_some() && one.owner == SendAsOwner::User(user) && one.address == sender.address
    });
    if by_account || by_code { SendingStep::Done } else { SendingStep::NotConfirmed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AccountId, Sender};

    // DESIGN §9, O11: a letter can be answered once an account sends, letters leave through it, and the writer's address is proven.
    #[test]
    fn what_is_left_of_sending_is_told_one_thing_at_a_time() {
        let ada = UserId(7);
        let mut book = SendingBook::default();
        let step = |book: &SendingBook| sending_step(book, &[], Some(ada), &[]);
        assert_eq!(step(&book), SendingStep::NoMailbox);
        let side = SendingAccount {
            id: AccountId(3),
            name: "Office".into(),
            sender_name: String::new(),
            sender_address: "office@kontor.example".into(),
            proven: false,
            stopped: String::new(),
            is_system: false,
            owner: None,
        };
        book.accounts.push(SendingAccount { owner: Some(ada), proven: true, ..side.clone() });
        assert_eq!(step(&book), SendingStep::NoMailbox, "one person's own account is not the office's");
        book.accounts = vec![side];
        assert_eq!(step(&book), SendingStep::NotProven(AccountId(3)));
        book.accounts[0].proven = true;
        assert_eq!(step(&book), SendingStep::NotNamed(AccountId(3)));
        book.accounts[0].is_system = true;
        assert_eq!(step(&book), SendingStep::NoSender(ada));
        assert_eq!(sending_step(&book, &[], None, &[]), SendingStep::Done, "the console writes nothing");
        book.senders.push((ada, Sender { address: "ada@kontor.example".into(), ..Sender::default() }));
        assert_eq!(step(&book), SendingStep::NotConfirmed);
        book.senders[0].1.address = "office@kontor.example".into();
        assert_eq!(step(&book), SendingStep::Done);
        book.accounts[0].stopped = "The server refuses the password.".into();
        assert_eq!(step(&book), SendingStep::NotProven(AccountId(3)));
        let spare = SendingAccount { id: AccountId(4), is_system: false, stopped: String::new(), ..book.accounts[0].clone() };
        book.accounts.push(spare);
        assert_eq!(step(&book), SendingStep::NotProven(AccountId(3)), "what is stopped is mended, not replaced");
    }
}
