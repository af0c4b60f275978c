//! *Send*: the last look, the bytes, the outbox; and *Undo*.
//!
//! Must never: let a letter leave that the last look blocks, or whose warnings nobody has said yes to; write a letter twice because a button
//! was pressed twice.

use super::{Office, Principal, compose::mark_of, compose::person, letters::in_background, preflight, trouble::problem_of};
use model::*;
use postroom_mail::compose as mail;
use postroom_store::{Outgoing, OutgoingRecipient};

/// Longer than the page says, so that a click in the last second counts too.
const HELD: i64 = (UNDO_SECONDS + 5) * 1000;

impl Office {
    /// Sends a saved draft: it leaves in a moment, or something stands in the way. `anyway` = the mark of the warnings that the writer has
    /// said yes to.
    pub async fn send_letter(&self, who: &Principal, id: DraftId, anyway: &str) -> Result<SendOutcome, Problem> {
        let user = person(who)?;
        let draft = self.store.draft(user, id).await.map_err(problem_of)?;
        if draft.outbox.is_some() {
            return Ok(SendOutcome::Held);
        }
        let client = self.client_of(who, &draft).await?;
        let resolved = self.way_out(who, client.as_ref(), draft.service).await?;
        let look = self.preflight(who, user, &draft, client.as_ref(), &resolved).await?;
        let account = match resolved.account {
            Some(account) if look.blocks.is_empty() && (look.warnings.is_empty() || anyway == mark_of(&look)) => account,
            _ => return Ok(SendOutcome::Look),
        };
        let letter = self.letter_of(who, user, &draft, &resolved).await?;
        let (message_id, subject) = (letter.message_id.clone(), letter.subject.clone());
        // What stands in the way of a letter that passes another on, the last look has said; here it gets the mark.
        let written = match self.why_not_passed_on(who, &draft).await? {
            Some(_) => self.write_marked(letter, None).await?,
            None => in_background(move || mail::write(&letter)).await?.map_err(|error| Problem::Conflict(error.to_string()))?,
        };
        let outgoing = Outgoing {
            account: account.0,
            message_id,
            raw: written.raw,
            sender: written.envelope.sender,
            subject,
            recipients: written.envelope.recipients.into_iter().map(recipient).collect(),
            party: client.as_ref().map(|card| card.id.0),
            answers: draft.answers.filter(|_| matches!(draft.mode, ComposeMode::Reply | ComposeMode::ReplyAll)).map(|id| id.0),
            by_user: Some(user.0),
            origin: Origin::Person,
            cost_centre: resolved.cost_centre.map(|id| id.0),
            trace: resolved.trace(),
            // One letter a draft, however often the button is pressed; a draft that is written on after Undo begins anew.
            form_key: Some(format!("draft:{id}")),
            not_before: self.now() + HELD,
        };
        let event = self.event(who, "letter.queued", "", preflight::passed_over(&look, &draft.form));
        self.store.send_draft(user, id, draft.version, &outgoing, &event).await.map_err(problem_of)?;
        Ok(SendOutcome::Held)
    }

    /// What became of a letter that was just sent.
    pub async fn sent_letter(&self, who: &Principal, id: DraftId) -> Result<SentView, Problem> {
        let draft = self.store.draft(person(who)?, id).await.map_err(problem_of)?;
        let client = self.client_of(who, &draft).await?.map(|card| (card.id, card.name));
        let Some(outbox) = draft.outbox else {
            let (subject, to) = (draft.form.subject.clone(), draft.form.to.clone());
            return Ok(SentView {
                id,
                outbox: None,
                subject,
                recipients: vec![to],
                state: "Not sent yet".to_owned(),
                held: false,
                seconds: 0,
                client,
            });
        };
        let letter = self.store.outbox_letter(who.scope()?, outbox).await.map_err(problem_of)?;
        let left = letter.row.next_at.map_or(0, |at| (at - self.now() - (HELD - UNDO_SECONDS * 1000)).max(0));
        Ok(SentView {
            id,
            outbox: Some(outbox),
            subject: letter.row.subject,
            recipients: letter.row.recipients,
            state: letter.row.state.words().to_owned(),
            held: letter.row.state == OutboxState::Held,
            seconds: (left + 999) / 1000,
            client,
        })
    }

    /// Takes a letter back while it is held, and opens its draft again; one that was refused or taken back already is only opened.
    pub async fn undo_letter(&self, who: &Principal, id: DraftId) -> Result<(), Problem> {
        let user = person(who)?;
        let draft = self.store.draft(user, id).await.map_err(problem_of)?;
        let Some(outbox) = draft.outbox else { return Ok(()) };
        let state = self.store.outbox_letter(who.scope()?, outbox).await.map_err(problem_of)?.row.state;
        if matches!(state, OutboxState::Held | OutboxState::Queued | OutboxState::Deferred) {
            let event = self.event(who, "letter.taken_back", format!("outbox:{outbox}"), "");
            self.store.withdraw(who.scope()?, outbox, &event).await.map_err(problem_of)?;
        }
        self.store.reopen_draft(user, id, self.now()).await.map_err(problem_of)
    }

    /// The letter, ready to be written.
    pub(super) async fn letter_of(
        &self,
        who: &Principal,
        user: UserId,
        draft: &Draft,
        resolved: &Resolved,
    ) -> Result<mail::Draft, Problem> {
        let form = &draft.form;
        let from = self.sender_address(draft, resolved);
        let name = resolved.from.as_ref().map(|from| from.name.clone()).unwrap_or_default();
        let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain).to_owned();
        let (in_reply_to, references) = self.thread_of(who, draft).await?;
        let files = self.store.draft_file_bytes(user, draft.id).await.map_err(problem_of)?;
        let attachments =
            files.into_iter().map(|(file, bytes)| mail::Attachment { name: file.name, kind: file.kind, bytes, content_id: None }).collect();
        let reply_to = Some(form.reply_to.trim()).filter(|address| !address.is_empty()).map(|address| mail::Person::new("", address));
        let unique = crate::tokens::hex(&crate::tokens::random_bytes::<12>());
        let domain = mail::address(&format!("x@{domain}")).ok().and_then(|x| x.rsplit_once('@').map(|(_, domain)| domain.to_owned()));
        Ok(mail::Draft {
            from: mail::Person::new(name, from),
            reply_to,
            to: preflight::people(&form.to).0,
            cc: preflight::people(&form.cc).0,
            bcc: preflight::people(&form.bcc).0,
            subject: form.subject.trim().to_owned(),
            // Where nothing is written there is nothing to format.
            html: if form.body.trim().is_empty() { String::new() } else { form.html.clone() },
            text: form.body.clone(),
            attachments,
            in_reply_to,
            references,
            message_id: format!("{unique}.{}@{}", self.now(), domain.as_deref().unwrap_or("localhost")),
            date: self.now(),
            automatic: false,
        })
    }

    async fn thread_of(&self, who: &Principal, draft: &Draft) -> Result<(Option<String>, Vec<String>), Problem> {
        let (Some(letter), ComposeMode::Reply | ComposeMode::ReplyAll) = (draft.answers, draft.mode) else { return Ok((None, Vec::new())) };
        match self.thread_after(who, letter).await {
            Err(Problem::NotFound) => Ok((None, Vec::new())),
            thread => thread,
        }
    }

    /// The Message-IDs of the conversation that an answer to a letter goes on with: the letter's own, and all in their order (P32).
    pub(super) async fn thread_after(&self, who: &Principal, letter: MessageId) -> Result<(Option<String>, Vec<String>), Problem> {
        let opened = self.open(who, letter).await?;
        let Some(read) = in_background(move || opened.read()).await? else { return Ok((None, Vec::new())) };
        let mut references = if read.references.is_empty() { read.in_reply_to } else { read.references };
        let own = Some(read.message_id).filter(|id| !id.is_empty());
        references.extend(own.clone());
        Ok((own, references))
    }
}

pub(super) fn recipient((role, one): (AddressRole, Mailbox)) -> OutgoingRecipient {
    let role = match role {
        AddressRole::Cc => RecipientRole::Cc,
        AddressRole::Bcc => RecipientRole::Bcc,
        _ => RecipientRole::To,
    };
    OutgoingRecipient { role, address: one.address, name: one.name }
}
