//! The letters of actions: written when nobody is at the screen, or opened by a person who looks at them first (FC-26).
//!
//! Must never: let a letter leave that the last look says anything about, or one for whose planner the party is not open any more.

use super::api_send::{SentLetter, form_of};
use super::{Office, Principal, compose::person, compose_begin::signature, trouble::problem_of};
use model::*;
use postroom_store::{DueAction, NewDraft};
use postroom_sync::{ActionLetter, ActionWriter};

impl ActionWriter for Office {
    async fn write_action(&self, due: &DueAction) -> Result<ActionLetter, String> {
        match self.written_action(due).await {
            Ok(letter) => Ok(letter),
            Err(Problem::Unexpected(reference)) => Err(reference),
            Err(problem) => Ok(ActionLetter::Waits(problem.to_string())),
        }
    }
}

impl Office {
    /// Writes the letter of a day, or says why it waits for a person.
    async fn written_action(&self, due: &DueAction) -> Result<ActionLetter, Problem> {
        let waits = |reason: String| Ok(ActionLetter::Waits(reason));
        let planner = match self.planner(due.by).await? {
            Ok(planner) => planner,
            Err(reason) => return waits(reason),
        };
        let client = match self.store.client(planner.scope()?, due.party).await.map_err(problem_of) {
            Ok(client) => client,
            Err(Problem::NotFound) => return waits(format!("{} may not open this party any more. {TAKES_OVER}", name_of(&planner))),
            Err(other) => return Err(other),
        };
        let Some(text) = due.text else { return waits(format!("The text “{}” was deleted. Choose another one.", due.text_name)) };
        let text = self.store.document_text(text).await.map_err(problem_of)?;
        let resolved = self.by_itself(&client).await?;
        let (Some(account), Some(from)) = (resolved.account, resolved.from.clone()) else {
            return waits(format!("No letter can leave by itself: {}", super::actions::hindrances(&resolved).join(" ")));
        };
        let (subject, words) = match self.filled_as(sender_of(&resolved), &text, Some(&client)) {
            Ok(filled) => filled,
            Err(why) => return waits(format!("The text “{}” cannot be filled in: {why}", text.name)),
        };
        let to = self.recipients(&client, due.to);
        let wanted = if due.to == ActionTo::Both { 2 } else { 1 };
        if to.len() < wanted && !(wanted == 2 && to.len() == 1 && shares_an_address(&client, self.now())) {
            return waits(format!("{} has no address on file that counts today.", missing_person(due.to, &client, &to)));
        }
        let letter = SentLetter { to, subject: Some(subject), text: words, automatic: true, ..SentLetter::default() };
        let form = form_of(&letter, None);
        form.check().into_result()?;
        let look = self.last_look(&planner, &form, &letter, Some(&client), None, (account, &from.address)).await?;
        if !look.is_clear() {
            let said: Vec<String> = look.blocks.into_iter().map(|(_, why)| ended(why)).chain(look.warnings).collect();
            return waits(said.join(" "));
        }
        let key = format!("action:{}:{}", due.action, due.day);
        let letter = self.outgoing_of((Origin::Action, key), Some(client.id), letter, form, None, &resolved, &from).await?;
        Ok(ActionLetter::Leaves(Box::new(letter)))
    }

    /// Who answers for an action, as long as he or she may write letters.
    async fn planner(&self, id: UserId) -> Result<Result<Principal, String>, Problem> {
        let users = self.store.users().await.map_err(problem_of)?;
        let Some(card) = users.into_iter().find(|card| card.id == id) else { return Err(Problem::NotFound) };
        if card.disabled {
            return Ok(Err(format!("{}, who planned it, cannot sign in any more. {TAKES_OVER}", card.name)));
        }
        let sender = self.store.sender(id).await.map_err(problem_of)?;
        if sender.is_some_and(|sender| !sender.may_send) {
            return Ok(Err(format!("E-mail is switched off for {}, who planned it. {TAKES_OVER}", card.name)));
        }
        let UserCard { id, name, email, role, granted, .. } = card;
        Ok(Ok(Principal::Person(Viewer { id, name, email, role, granted, csrf: String::new(), shortcuts: false })))
    }

    /// Opens a day's letter in the wizard, filled in as far as it can be; one's own that is open already is gone on with.
    pub async fn open_action(&self, who: &Principal, id: OccurrenceId) -> Result<DraftId, Problem> {
        let user = person(who)?;
        let scope = who.scope()?;
        let day = self.store.action_day(scope, id).await.map_err(problem_of)?;
        match &day.draft {
            Some((draft, writer, _)) if *writer == user => return Ok(*draft),
            Some((_, _, name)) => return Err(Problem::Conflict(format!("{name} has opened this letter already and is writing it."))),
            None => {}
        }
        let action = self.store.action(scope, day.action).await.map_err(problem_of)?;
        let client = self.store.client(scope, action.party.id).await.map_err(problem_of)?;
        let text = match action.text {
            Some(text) => self.store.document_text(text).await.map_err(problem_of)?,
            None => DocumentText::default(),
        };
        // What cannot be filled in stands there as it is: the last look names it, and nothing unresolved leaves.
        let (subject, words) = self.filled(who, &text, Some(&client)).await?.unwrap_or((text.subject.clone(), text.body.clone()));
        let sender = self.store.sender(user).await.map_err(problem_of)?;
        let signed = sender.as_ref().map(signature).unwrap_or_default();
        let body = format!("{}\n\n\n{signed}", words.trim_end());
        let form = LetterForm { to: self.recipients(&client, action.to).join(", "), subject, body, ..LetterForm::default() };
        let form = self.as_begun(user, form).await?;
        let new = NewDraft { client: Some(client.id), form, ..NewDraft::default() };
        let event = self.event(who, "action.opened", format!("action:{}", day.action), day.day);
        self.store.open_action(scope, id, user, &new, &event).await.map_err(problem_of)
    }
}

/// What to do when the planner cannot answer for it any more.
const TAKES_OVER: &str = "Whoever changes the action takes it over.";

/// Who stands on a letter that nobody writes: what the account says of itself.
pub(super) fn sender_of(resolved: &Resolved) -> Sender {
    let Some(from) = &resolved.from else { return Sender::default() };
    Sender { name: from.name.clone(), address: from.address.clone(), ..Sender::default() }
}

fn name_of(who: &Principal) -> String {
    match who {
        Principal::Person(viewer) => format!("{}, who planned it,", viewer.name),
        other => other.name(),
    }
}

/// Client and partner have the same first address: one letter reaches both.
fn shares_an_address(client: &ClientCard, now: i64) -> bool {
    let partner = client.first_address(Person::Partner, now);
    partner.is_some() && client.first_address(Person::Myself, now) == partner
}

fn missing_person(to: ActionTo, client: &ClientCard, found: &[String]) -> String {
    let partner = match to {
        ActionTo::Myself => false,
        ActionTo::Partner => true,
        // Of both, the one whose address was not found.
        ActionTo::Both => client.addresses.iter().any(|one| one.person == Person::Myself && found.contains(&one.address)),
    };
    if partner { format!("The partner of {}", client.name) } else { client.name.clone() }
}

/// A sentence with its full stop.
fn ended(sentence: String) -> String {
    if sentence.ends_with(['.', '?', '!']) { sentence } else { format!("{sentence}.") }
}
