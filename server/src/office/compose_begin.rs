//! The letter wizard (FC-20): how a letter would be sent, and what stands in it at first.
//!
//! Must never: change anything because a page was looked at; put somebody's address into a letter whose client the writer may not open.

use super::compose::person;
use super::{Office, Principal, letters::in_background, trouble::problem_of};
use model::*;
use postroom_mail::compose as mail;
use postroom_store::{NewDraft, NewDraftFile, Octets};

/// Files of a letter that is passed on are taken along up to this many octets.
const FORWARDED: i64 = FILES_OCTETS;

impl Office {
    /// The first step: how the letter would be sent.
    pub async fn compose_start(
        &self,
        who: &Principal,
        client: Option<ClientId>,
        answers: Option<MessageId>,
        mode: ComposeMode,
        choice: Option<ServiceId>,
    ) -> Result<ComposeStart, Problem> {
        person(who)?;
        let scope = who.scope()?;
        let (client, answered) = self.about(who, client, answers).await?;
        let answers = match &answered {
            Some(id) => Some((*id, self.store.letter(scope, *id).await.map_err(problem_of)?.subject)),
            None => None,
        };
        let services = self.services_for(who).await?;
        if choice.is_some_and(|chosen| !services.iter().any(|(id, _)| *id == chosen)) {
            return Err(Problem::NotFound);
        }
        let resolved = self.way_out(who, client.as_ref(), choice).await?;
        let client = client.map(|card| (card.id, card.name));
        let mode = if answers.is_none() { ComposeMode::New } else { mode };
        Ok(ComposeStart { client, answers, mode, choice, services, resolved })
    }

    /// Begins the draft.
    pub async fn begin_letter(
        &self,
        who: &Principal,
        client: Option<ClientId>,
        answers: Option<MessageId>,
        mode: ComposeMode,
        choice: Option<ServiceId>,
    ) -> Result<DraftId, Problem> {
        let user = person(who)?;
        let start = self.compose_start(who, client, answers, mode, choice).await?;
        let (client, answers) = (start.client.as_ref().map(|(id, _)| *id), start.answers.as_ref().map(|(id, _)| *id));
        let form = self.as_begun(user, self.first_words(who, user, &start).await?).await?;
        let new = NewDraft { client, answers, mode: start.mode, service: choice, form };
        let id = self.store.begin_draft(user, &new, &self.event(who, "draft.begun", "", start.mode.as_str())).await.map_err(problem_of)?;
        if let (ComposeMode::Forward, Some(letter)) = (start.mode, answers) {
            self.take_files_along(who, user, id, letter).await?;
        }
        Ok(id)
    }

    /// What a letter is about: the client and the letter asked for; of a letter that is in one client's history, that client.
    async fn about(
        &self,
        who: &Principal,
        client: Option<ClientId>,
        answers: Option<MessageId>,
    ) -> Result<(Option<ClientCard>, Option<MessageId>), Problem> {
        let scope = who.scope()?;
        let mut client = client;
        if let Some(letter) = answers {
            let record = self.store.letter(scope, letter).await.map_err(problem_of)?;
            if client.is_none() && record.clients.len() == 1 {
                client = record.clients.first().map(|client| client.id);
            }
        }
        let card = match client {
            Some(id) => Some(self.store.client(scope, id).await.map_err(problem_of)?),
            None => None,
        };
        Ok((card, answers))
    }

    /// What stands in a letter at first: recipients and quote of an answer, the client's first address, the signature.
    async fn first_words(&self, who: &Principal, user: UserId, start: &ComposeStart) -> Result<LetterForm, Problem> {
        let sender = self.store.sender(user).await.map_err(problem_of)?;
        let signature = sender.as_ref().map(signature).unwrap_or_default();
        let Some((letter, _)) = start.answers else {
            let mut to = String::new();
            if let Some((id, _)) = &start.client {
                let card = self.store.client(who.scope()?, *id).await.map_err(problem_of)?;
                to = self.on_file_now(&card).into_iter().next().unwrap_or_default();
            }
            return Ok(LetterForm { to, body: format!("\n\n{signature}"), ..LetterForm::default() });
        };
        let record = self.store.letter(who.scope()?, letter).await.map_err(problem_of)?;
        let opened = self.open(who, letter).await?;
        let text = in_background(move || opened.read().map(|letter| letter.text).unwrap_or_default()).await?;
        let of = |role: AddressRole| record.people.iter().filter(move |(at, _)| *at == role).map(|(_, one)| one.clone());
        let when = super::days::written(record.date, &self.time_zone());
        if start.mode == ComposeMode::Forward {
            let names = |role| of(role).map(|one| written(&one)).collect::<Vec<_>>().join(", ");
            let facts = [
                ("From", names(AddressRole::From)),
                ("Date", when),
                ("Subject", record.subject.clone()),
                ("To", names(AddressRole::To)),
                ("Cc", names(AddressRole::Cc)),
            ];
            let body = format!("\n\n{signature}\n{}", mail::forwarded(&text, &facts));
            return Ok(LetterForm { subject: mail::subject_of_forward(&record.subject), body, ..LetterForm::default() });
        }
        let (to, cc) = self.answered_people(who, &record, start.mode).await?;
        let from = of(AddressRole::From).next();
        let author = from.map(|one| if one.name.is_empty() { one.address } else { one.name }).unwrap_or_else(|| "somebody".to_owned());
        let quote = mail::quoted(&text, &format!("On {when}, {author} wrote:"));
        Ok(LetterForm {
            to: list(&to),
            cc: list(&cc),
            subject: mail::subject_of_answer(&record.subject),
            body: format!("\n\n{signature}\n{quote}"),
            ..LetterForm::default()
        })
    }

    /// To whom an answer goes: to where answers are wanted, or, of a letter of our own, to whom it went.
    pub(super) async fn answered_people(
        &self,
        who: &Principal,
        record: &postroom_store::LetterRecord,
        mode: ComposeMode,
    ) -> Result<(Vec<Mailbox>, Vec<Mailbox>), Problem> {
        let of =
            |role: AddressRole| record.people.iter().filter(move |(at, _)| *at == role).map(|(_, one)| one.clone()).collect::<Vec<_>>();
        let mut to = of(AddressRole::ReplyTo);
        if to.is_empty() {
            to = of(AddressRole::From);
        }
        if record.direction == Direction::Sent {
            to = of(AddressRole::To);
        }
        if mode != ComposeMode::ReplyAll {
            return Ok((to, Vec::new()));
        }
        let mut cc: Vec<Mailbox> = Vec::new();
        for one in of(AddressRole::To).into_iter().chain(of(AddressRole::Cc)) {
            if !to.iter().chain(&cc).any(|known| known.address == one.address) {
                cc.push(one);
            }
        }
        let own = self.own_among(who, &cc).await?;
        cc.retain(|one| !own.contains(&one.address));
        Ok((to, cc))
    }

    /// Which of these addresses are the office's own.
    async fn own_among(&self, who: &Principal, people: &[Mailbox]) -> Result<Vec<String>, Problem> {
        let addresses: Vec<String> = people.iter().map(|one| one.address.clone()).collect();
        let whose = self.store.whose(who.scope()?, &addresses).await.map_err(problem_of)?;
        Ok(whose.into_iter().filter(|(_, own, _)| *own).map(|(address, ..)| address).collect())
    }

    /// Files of a letter that is passed on, as far as a letter takes them.
    async fn take_files_along(&self, who: &Principal, user: UserId, id: DraftId, letter: MessageId) -> Result<(), Problem> {
        let opened = self.open(who, letter).await?;
        let listed = in_background(move || opened.read().map(|letter| letter.attachments).unwrap_or_default()).await?;
        let mut room = FORWARDED;
        for info in listed.into_iter().filter(|info| !info.inline).take(FILES) {
            if info.size > room {
                continue;
            }
            room -= info.size;
            if let (info, Octets::Held(bytes)) = self.open_file(self.open(who, letter).await?, info.index).await? {
                let file = NewDraftFile { name: info.name, kind: info.kind, bytes: bytes.to_vec() };
                self.store.add_draft_files(user, id, &[file]).await.map_err(problem_of)?;
            }
        }
        Ok(())
    }
}

fn written(one: &Mailbox) -> String {
    if one.name.is_empty() { one.address.clone() } else { format!("{} <{}>", one.name, one.address) }
}

/// Recipients as they are typed: names that would be cut apart are put between quotation marks.
pub(super) fn list(people: &[Mailbox]) -> String {
    let one = |one: &Mailbox| {
        let name: String = one.name.chars().filter(|c| !matches!(c, '"' | '<' | '>')).collect();
        match name.trim() {
            "" => one.address.clone(),
            name if name.contains([',', ';']) => format!("\"{name}\" <{}>", one.address),
            name => format!("{name} <{}>", one.address),
        }
    };
    people.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What stands under one's letters.
pub(super) fn signature(sender: &Sender) -> String {
    let lines: Vec<&str> =
        [sender.name.trim(), sender.job_title.trim(), sender.telephone.trim()].into_iter().filter(|line| !line.is_empty()).collect();
    if lines.is_empty() { String::new() } else { format!("{}\n", lines.join("\n")) }
}
