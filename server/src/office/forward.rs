//! A letter is passed on to one of the approved addresses of an account that has it (TP-42).
//!
//! Must never: let one go anywhere else (the store asks again, in the transaction that hands it over); pass on what a machine wrote, what came
//! back, or what a Postroom passed on before; write in the original sender's name.

use super::{Office, Principal, compose::person, letters::in_background, octets::Letter, sending_rules::Intended, trouble::problem_of};
use model::*;
use postroom_mail::{NotPassedOn, compose as mail};
use postroom_store::{Forwarding, LetterRecord, Octets, Outgoing, OutgoingRecipient};

/// As long as every other letter that can be taken back.
const HELD: i64 = (UNDO_SECONDS + 5) * 1000;
/// Octets of a letter that can be attached: most servers take no more.
const MOST: i64 = FILES_OCTETS;

/// What is known of a letter before it is passed on.
struct Looked {
    record: LetterRecord,
    refused: Vec<String>,
    as_letter: bool,
    reply_to: Option<Mailbox>,
}

impl Office {
    /// The page: to whom it may go, in whose name, and why not.
    pub async fn forward_view(&self, who: &Principal, id: MessageId, account: Option<AccountId>) -> Result<ForwardView, Problem> {
        person(who)?;
        let looked = self.look_before_forward(who, id).await?;
        let mut accounts = self.store.forwarding_accounts(who.scope()?, id).await.map_err(problem_of)?;
        if let Some(wanted) = account {
            let named = self.store.named_accounts(who.scope()?).await.map_err(problem_of)?;
            if !named.iter().any(|(known, _)| *known == wanted) {
                return Err(Problem::NotFound);
            }
            accounts.sort_by_key(|(known, _)| *known != wanted);
        }
        let chosen = account.or(accounts.first().map(|(id, _)| *id));
        let holds = chosen.is_some_and(|chosen| accounts.iter().any(|(id, _)| *id == chosen));
        let approved = match chosen {
            Some(chosen) if holds => self.store.import_settings(chosen).await.map_err(problem_of)?.forwards,
            _ => Vec::new(),
        };
        let mut refused = looked.refused;
        let mut approve_at = None;
        if approved.is_empty() {
            refused.push(NOBODY.to_owned());
            approve_at = self.may_approve(who, id, chosen).await?;
        }
        let resolved = match chosen {
            Some(chosen) => Some(self.way_of_forward(who, chosen).await?),
            None => None,
        };
        if let Some(resolved) = &resolved {
            refused.extend(resolved.missing.iter().cloned());
        }
        let from = looked.record.people.iter().find(|(role, _)| *role == AddressRole::From).map(|(_, one)| one.clone());
        Ok(ForwardView {
            letter: id,
            subject: looked.record.subject,
            from: from
                .map(|one| if one.name.is_empty() { one.address } else { format!("{} <{}>", one.name, one.address) })
                .unwrap_or_default(),
            date: looked.record.date,
            size: looked.record.size,
            account: chosen.filter(|_| holds),
            accounts,
            approved,
            sender: resolved.and_then(|resolved| resolved.from).map(|from| (from.name, from.address)),
            reply_to: looked.reply_to.map(|one| one.address).unwrap_or_default(),
            refused,
            approve_at,
            as_letter: looked.as_letter,
            before: self.store.forwards_of(id).await.map_err(problem_of)?,
            key: crate::tokens::hex(&crate::tokens::random_bytes::<12>()),
        })
    }

    /// Passes it on: by the outbox, where it can be taken back for a moment. Answers its number there.
    pub async fn forward_letter(&self, who: &Principal, id: MessageId, account: AccountId, form: PassOnForm) -> Result<i64, Problem> {
        let user = person(who)?;
        let mut errors = form.check();
        let looked = self.look_before_forward(who, id).await?;
        let accounts = self.store.forwarding_accounts(who.scope()?, id).await.map_err(problem_of)?;
        if !accounts.iter().any(|(known, _)| *known == account) {
            let named = self.store.named_accounts(who.scope()?).await.map_err(problem_of)?;
            let known = named.iter().any(|(known, _)| *known == account);
            return Err(if known { Problem::Conflict(NOBODY.to_owned()) } else { Problem::NotFound });
        }
        let approved = self.store.import_settings(account).await.map_err(problem_of)?.forwards;
        let to = approved.into_iter().find(|one| Some(one.id) == form.approved());
        if to.is_none() && form.approved().is_some() {
            errors.add("to", "Choose one of the approved addresses");
        }
        errors.into_result()?;
        let Some(to) = to else { return Err(Problem::NotFound) };
        if let Some(why) = looked.refused.first() {
            return Err(Problem::Conflict(why.clone()));
        }
        let resolved = self.way_of_forward(who, account).await?;
        let (Some(by), Some(from), []) = (resolved.account, resolved.from.clone(), &resolved.missing[..]) else {
            return Err(Problem::Conflict(resolved.missing.join(" ")));
        };
        let intended = Intended { from: &from.address, reply_to: None, to: 1, cc: 0, bcc: 0, attachments: &[] };
        let refusals = self.sending_refusals(who, Some(user), by, &intended).await?;
        // In the account's own name, which the office chose for it: whoever may forward need not be its owner.
        let refusals: Vec<String> = if Some(by) == Some(account) { Vec::new() } else { refusals };
        if !refusals.is_empty() {
            return Err(Problem::Conflict(refusals.join(" ")));
        }
        let (letter, original) = self.letter_of_forward(who, &looked, &form, &from, &to).await?;
        let (message_id, subject) = (letter.message_id.clone(), letter.subject.clone());
        let written = self.write_marked(letter, original).await?;
        let key: String = form.key.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
        let outgoing = Outgoing {
            account: by.0,
            message_id,
            raw: written.raw,
            sender: written.envelope.sender,
            subject,
            recipients: vec![OutgoingRecipient { role: RecipientRole::To, address: to.address.clone(), name: to.name }],
            party: None,
            answers: None,
            by_user: Some(user.0),
            origin: Origin::Person,
            cost_centre: resolved.cost_centre.map(|id| id.0),
            trace: resolved.trace(),
            form_key: (!key.is_empty()).then(|| format!("forward:{user}:{id}:{key}")),
            not_before: self.now() + HELD,
        };
        let forwarding = Forwarding { account: account.0, letter: id.0, is_inline: form.is_inline(), note: form.note.trim().to_owned() };
        let event = self.event(who, "letter.forwarded", "", format!("Letter {id} of account {account} to {}", to.address));
        let enqueued = self.store.forward_letter(who.scope()?, &forwarding, &outgoing, &event).await.map_err(problem_of)?;
        self.engine.wake_outbox();
        Ok(enqueued.id)
    }

    /// Why a letter that somebody writes may not pass on the one it was begun from; `None` = the rules of forwarding do not hold for it, since
    /// no account that imports replies has that one.
    pub(super) async fn why_not_passed_on(&self, who: &Principal, draft: &Draft) -> Result<Option<Vec<String>>, Problem> {
        let (Some(letter), ComposeMode::Forward) = (draft.answers, draft.mode) else { return Ok(None) };
        if !self.store.is_guarded(letter).await.map_err(problem_of)? {
            return Ok(None);
        }
        match self.look_before_forward(who, letter).await {
            Ok(looked) => Ok(Some(looked.refused)),
            Err(Problem::NotFound) => Ok(Some(vec!["The letter to be forwarded is no longer open to you.".to_owned()])),
            Err(other) => Err(other),
        }
    }

    /// The octets of a letter that passes another on, marked so that no Postroom passes it on again.
    pub(super) async fn write_marked(&self, letter: mail::Draft, original: Option<(String, Vec<u8>)>) -> Result<mail::Written, Problem> {
        let mark = self.store.server_mark(&crate::tokens::hex(&crate::tokens::random_bytes::<16>())).await.map_err(problem_of)?;
        in_background(move || {
            let original = original.as_ref().map(|(name, raw)| mail::Enclosed { name, raw });
            mail::pass_on(&letter, original, &mark)
        })
        .await?
        .map_err(|error| Problem::Conflict(error.to_string()))
    }

    /// Where a letter may be passed on from its own page, and where it went.
    pub(super) async fn forwards_around(
        &self,
        who: &Principal,
        id: MessageId,
    ) -> Result<(Vec<Forwarded>, Vec<(AccountId, String)>), Problem> {
        let forwarded = self.store.forwards_of(id).await.map_err(problem_of)?;
        let accounts =
            if who.user().is_some() { self.store.forwarding_accounts(who.scope()?, id).await.map_err(problem_of)? } else { Vec::new() };
        Ok((forwarded, accounts))
    }

    /// Where the one who asks could approve an address: on the account that was asked for, else on one whose rules looked at the letter.
    async fn may_approve(&self, who: &Principal, letter: MessageId, chosen: Option<AccountId>) -> Result<Option<AccountId>, Problem> {
        let of_letter = self.store.managed_of(who.scope()?, letter).await.map_err(problem_of)?;
        for account in chosen.into_iter().chain(of_letter.into_iter().map(|row| row.id.account)) {
            if self.import_tab(who, account).await.is_ok() {
                return Ok(Some(account));
            }
        }
        Ok(None)
    }

    /// By the account itself where it sends, else by what the ladder comes to.
    async fn way_of_forward(&self, who: &Principal, account: AccountId) -> Result<Resolved, Problem> {
        if self.store.sending_side(account.0).await.map_err(problem_of)?.is_none() {
            return self.way_out(who, None, None).await;
        }
        // Without a person: the account writes, not who presses the button.
        self.resolve_sending(&Asked { choice: SendingChoice::Account(account), ..Asked::default() }).await
    }

    async fn look_before_forward(&self, who: &Principal, id: MessageId) -> Result<Looked, Problem> {
        let record = self.store.letter(who.scope()?, id).await.map_err(problem_of)?;
        let opened = self.open(who, id).await?;
        let (why, as_letter) = in_background(move || {
            let raw = opened.octets();
            let whole = matches!(opened, Letter::Whole(_));
            (postroom_mail::not_passed_on(raw), whole && mail::travels_unchanged(raw))
        })
        .await?;
        let refused = why.map(|why| words(why).to_owned()).into_iter().collect();
        let from = record.people.iter().find(|(role, _)| *role == AddressRole::From).map(|(_, one)| one.clone());
        let reply_to = from.filter(|one| mail::address(&one.address).is_ok());
        Ok(Looked { record, refused, as_letter, reply_to })
    }

    /// The letter that goes out, and what is enclosed: name and octets.
    async fn letter_of_forward(
        &self,
        who: &Principal,
        looked: &Looked,
        form: &PassOnForm,
        from: &Identity,
        to: &Forward,
    ) -> Result<(mail::Draft, Option<(String, Vec<u8>)>), Problem> {
        let record = &looked.record;
        let domain = from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain).to_owned();
        let domain = mail::address(&format!("x@{domain}")).ok().and_then(|x| x.rsplit_once('@').map(|(_, domain)| domain.to_owned()));
        let unique = crate::tokens::hex(&crate::tokens::random_bytes::<12>());
        let facts = facts_of(record, super::days::written(record.date, &self.time_zone()));
        let note = postroom_mail::clean::text(form.note.trim());
        let (text, attachments, original) = if form.is_inline() {
            let (text, attachments) = self.words_and_files(who, record.id).await?;
            (format!("{note}\n\n{}", mail::forwarded(&text, &facts)), attachments, None)
        } else {
            if record.size > MOST {
                return Err(too_large());
            }
            let raw = self.raw(who, record.id).await?;
            let name = if record.subject.is_empty() { "letter".to_owned() } else { short(&record.subject, 80) };
            let [(_, from), (_, date), ..] = &facts;
            (format!("{note}\n\nThe letter of {from} of {date} is attached as it came.\n"), Vec::new(), Some((name, raw)))
        };
        let subject = short(&mail::subject_of_forward(&record.subject), 300);
        let letter = mail::Draft {
            from: mail::Person::new(short(&from.name, 100), from.address.clone()),
            reply_to: looked.reply_to.as_ref().map(|one| mail::Person::new(short(&one.name, 60), one.address.clone())),
            to: vec![mail::Person::new(short(&to.name, 60), to.address.clone())],
            subject: subject.replace(['\u{2028}', '\u{2029}'], " "),
            text: text.trim_start().to_owned(),
            attachments,
            message_id: format!("{unique}.{}@{}", self.now(), domain.as_deref().unwrap_or("localhost")),
            date: self.now(),
            ..mail::Draft::default()
        };
        Ok((letter, original))
    }

    /// The words of a letter and its files, as far as a letter that goes out may be that large.
    async fn words_and_files(&self, who: &Principal, id: MessageId) -> Result<(String, Vec<mail::Attachment>), Problem> {
        let opened = self.open(who, id).await?;
        let read = in_background(move || opened.read().unwrap_or_default()).await?;
        let mut files = Vec::new();
        let mut room = MOST;
        for info in read.attachments.iter().filter(|info| !info.inline).take(FILES) {
            if info.size > room {
                return Err(too_large());
            }
            room -= info.size;
            if let (info, Octets::Held(bytes)) = self.open_file(self.open(who, id).await?, info.index).await? {
                files.push(mail::Attachment { name: info.name, kind: info.kind, bytes: bytes.to_vec(), content_id: None });
            }
        }
        Ok((read.text, files))
    }
}

/// Who wrote a letter to whom, when and about what, as it stands above the letter when it is passed on.
fn facts_of(record: &LetterRecord, date: String) -> [(&'static str, String); 5] {
    let of = |role: AddressRole| {
        let people = record.people.iter().filter(|(at, _)| *at == role).take(50);
        let written = |one: &Mailbox| if one.name.is_empty() { one.address.clone() } else { format!("{} <{}>", one.name, one.address) };
        people.map(|(_, one)| written(one)).collect::<Vec<_>>().join(", ")
    };
    [
        ("From", of(AddressRole::From)),
        ("Date", date),
        ("Subject", record.subject.clone()),
        ("To", of(AddressRole::To)),
        ("Cc", of(AddressRole::Cc)),
    ]
}

const NOBODY: &str =
    "The account has no approved address that this letter could be forwarded to. Addresses are approved on the account’s Import tab.";

fn too_large() -> Problem {
    Problem::Conflict(format!("The letter is larger than {FILES_MB} MB: most mail servers take no more."))
}

fn short(text: &str, most: usize) -> String {
    postroom_mail::clean::line(text).chars().take(most).collect()
}

fn words(why: NotPassedOn) -> &'static str {
    match why {
        NotPassedOn::Forwarded => "A Postroom forwarded this letter already. It is not forwarded again, so that it cannot go round.",
        NotPassedOn::TooManyServers => {
            "This letter has passed more than 30 mail servers. It is not forwarded, because it seems to go round."
        }
        NotPassedOn::Bounce => "This is a report that a letter came back. Such reports are never forwarded.",
        NotPassedOn::Automatic => "A machine wrote this letter, or it went to a list. Such letters are never forwarded.",
    }
}
