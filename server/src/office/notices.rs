//! Letters that Postroom itself writes: a code that proves an address, an account that was disabled. They say that no machine may answer
//! them (RFC 3834).

use super::ladder::{account_name, resolve};
use super::send_as::grouped;
use super::{Office, Principal, trouble::problem_of, trouble::unexpected};
use model::{AccountId, AddressRole, Asked, CostCentreId, Origin, Problem, RecipientRole, SendAs, SendAsOwner, SendingBook};
use postroom_mail::compose::{Draft, Person, write};
use postroom_store::{Outgoing, OutgoingRecipient};

/// A letter of Postroom's own.
pub(super) struct Notice<'a> {
    /// Through what it leaves.
    pub account: AccountId,
    /// Why through this.
    pub trace: String,
    /// To whom.
    pub to: &'a str,
    /// Its subject.
    pub subject: &'a str,
    /// Its words.
    pub text: String,
    /// What it is for.
    pub origin: Origin,
    /// What makes it one: a second letter of the same key is not made.
    pub form_key: Option<String>,
}

impl Office {
    /// Sends a code to the address that it is to prove. The letter belongs to nobody: whoever asked for it must open that mailbox.
    pub(super) async fn send_code_letter(&self, who: &Principal, row: &SendAs, code: &str) -> Result<(), Problem> {
        let text = format!(
            "Somebody asked Postroom to use {address} for letters.\n\nThe code is {code}\n\nIt counts for ten minutes. Type it under Settings, Send Mail As.\n\
             If you know nothing of this, do nothing: without the code the address is not used.\n",
            address = row.address,
            code = grouped(code),
        );
        let (account, trace) = self.account_for_code(who, row).await?;
        let notice =
            Notice { account, trace, to: &row.address, subject: "A code from Postroom", text, origin: Origin::Code, form_key: None };
        self.send_notice(who, notice).await
    }

    /// Through what a code leaves: an account of the office's, so that who asked does not read it in a folder of sent letters of his or her
    /// own. Only the sender's own address of an account is proven through that account, where the office has no other yet (IT-21).
    async fn account_for_code(&self, who: &Principal, row: &SendAs) -> Result<(AccountId, String), Problem> {
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let users = self.store.users().await.map_err(problem_of)?;
        let own = users.into_iter().find(|user| Some(user.id) == who.user()).map(|user| user.cost_centres).unwrap_or_default();
        if let Some(found) = account_of_office(&book, &own, None) {
            return Ok(found);
        }
        if let SendAsOwner::Account(account) = row.owner
            && book.accounts.iter().any(|one| one.id == account && one.sender_address == row.address)
        {
            return Ok((account, format!("The account {}, whose address it proves", account_name(&book, account))));
        }
        Err(Problem::Conflict("No account can send the code yet: a default service or a system e-mail account is needed.".into()))
    }

    /// Writes a letter in an account's own name and hands it over.
    pub(super) async fn send_notice(&self, who: &Principal, notice: Notice<'_>) -> Result<(), Problem> {
        let Notice { account, trace, to, subject, text, origin, form_key } = notice;
        let side = self.store.sending_side(account.0).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        let domain = side.sender_address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let message_id = format!("{}@{domain}", crate::tokens::hex(&crate::tokens::random_bytes::<16>()));
        let draft = Draft {
            from: Person::new(side.sender_name.clone(), side.sender_address.clone()),
            to: vec![Person::new("", to)],
            subject: subject.to_owned(),
            text,
            message_id: message_id.clone(),
            date: self.now(),
            automatic: true,
            ..Draft::default()
        };
        let written = write(&draft).map_err(|error| unexpected(&error))?;
        let recipients = written.envelope.recipients.into_iter().map(|(role, mailbox)| OutgoingRecipient {
            role: match role {
                AddressRole::Cc => RecipientRole::Cc,
                AddressRole::Bcc => RecipientRole::Bcc,
                _ => RecipientRole::To,
            },
            address: mailbox.address,
            name: mailbox.name,
        });
        let letter = Outgoing {
            account: account.0,
            message_id,
            raw: written.raw,
            sender: written.envelope.sender,
            subject: subject.to_owned(),
            recipients: recipients.collect(),
            party: None,
            answers: None,
            by_user: None,
            origin,
            cost_centre: None,
            trace,
            form_key,
            not_before: self.now(),
        };
        let event = self.event(who, "letter.notice_queued", "", subject);
        self.store.enqueue(&letter, &event).await.map(|_| ()).map_err(problem_of)
    }
}

/// The office's account that letters of nobody leave through: the default service of one of these cost centres, else what serves letters
/// of none. Never `except`.
pub(super) fn account_of_office(book: &SendingBook, centres: &[CostCentreId], except: Option<AccountId>) -> Option<(AccountId, String)> {
    let of_office = |id: AccountId| book.accounts.iter().any(|one| one.id == id && one.owner.is_none());
    let known = book.centres.iter().map(|(id, _)| *id).filter(|id| centres.contains(id)).map(Some);
    known.chain([None]).find_map(|cost_centre| {
        let resolved = resolve(book, &Asked { cost_centre, ..Asked::default() });
        let account = resolved.account.filter(|id| of_office(*id) && Some(*id) != except)?;
        Some((account, resolved.trace()))
    })
}
