//! Letters that another system sends: through the ladder (O11, FC-31), the rules of e-mail and the last look, like every other letter.
//!
//! Must never: send a letter twice for one idempotency key, or one that the last look blocks.

use super::{Office, Principal, api_answer::Answered, compose_send::recipient, letters::in_background, preflight, trouble::problem_of};
use crate::tokens;
use model::*;
use postroom_mail::compose as mail;
use postroom_store::{Outgoing, Scope};

/// A letter as another system sends it.
#[derive(Debug, Clone, Default)]
pub struct SentLetter {
    /// Code of the client whom it is about; `None` = the one client of the letter that it answers, else none.
    pub client: Option<String>,
    /// The letter that it answers.
    pub in_reply_to: Option<MessageId>,
    /// To.
    pub to: Vec<String>,
    /// Cc.
    pub cc: Vec<String>,
    /// Bcc.
    pub bcc: Vec<String>,
    /// Reply-To, if it is another than From.
    pub reply_to: Option<String>,
    /// Subject; `None` = the answered letter's.
    pub subject: Option<String>,
    /// The words.
    pub text: String,
    /// The same with bold and lists; empty = plain.
    pub html: String,
    /// Nobody wrote it: other mail systems do not answer it by themselves.
    pub automatic: bool,
    /// Name, type and octets.
    pub files: Vec<(String, String, Vec<u8>)>,
}

/// A letter that is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Its number in the outbox.
    pub id: i64,
    /// The same was asked before: this is the letter of then.
    pub already: bool,
    /// What one should look at; a person would have been asked.
    pub warnings: Vec<String>,
}

impl Office {
    /// Takes a letter of another system: `key` stands for it, `hash` for what was asked.
    pub async fn send_for_system(&self, who: &Principal, key: &str, hash: &[u8; 32], letter: SentLetter) -> Result<Accepted, Problem> {
        let token = who.need_scope(ApiScope::LettersSend)?;
        // What was taken once is answered as then, whatever the rules say by now.
        if let Some(before) = self.store.api_request(token.id, key, hash).await.map_err(problem_of)?.filter(|one| one.letter != 0) {
            return if before.same { Ok(Accepted { id: before.letter, already: true, warnings: Vec::new() }) } else { Err(used_before()) };
        }
        let answered = self.answered_by_system(who, &letter).await?;
        let client = match (&letter.client, &answered) {
            (Some(code), _) => Some(self.system_client(who, code).await?),
            (None, Some(answered)) => answered.client.clone(),
            (None, None) => None,
        };
        // Looked at before the cleaner, which leaves out what is beyond.
        if letter.html.len() > RICH_OCTETS {
            let most = "The formatted words must be 2,000,000 octets or less. Shorten them, or send them as an attachment";
            return Err(Problem::field("html", most));
        }
        let form = form_of(&letter, answered.as_ref());
        let mut errors = form.check();
        let size: usize = letter.files.iter().map(|(_, _, bytes)| bytes.len()).sum();
        if letter.files.len() > FILES || size as i64 > FILES_OCTETS {
            errors.add("attachments", &format!("A letter takes {FILES} files at most, and {FILES_MB} MB of them together"));
        }
        errors.into_result()?;
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let of_client = client.as_ref().and_then(|client| client.cost_centre.as_ref());
        let centre = centres.iter().find(|centre| Some(&centre.name) == of_client).map(|centre| centre.id);
        let asked = Asked { choice: SendingChoice::None, user: None, cost_centre: centre.or(token.cost_centre), web: token.web };
        let resolved = self.resolve_sending(&asked).await?;
        let (Some(account), Some(from)) = (resolved.account, resolved.from.clone()) else {
            return Err(Problem::Conflict(format!("Nothing sends for this token. {}", resolved.missing.join(" "))));
        };
        let look = self.last_look(who, &form, &letter, client.as_ref(), answered.as_ref(), (account, &from.address)).await?;
        if !look.blocks.is_empty() {
            return Err(Problem::Invalid(FieldErrors(look.blocks)));
        }
        let claim = self.store.claim_api_request(token.id, key, hash, self.now()).await.map_err(problem_of)?;
        if !claim.same {
            return Err(used_before());
        }
        if claim.letter != 0 {
            return Ok(Accepted { id: claim.letter, already: true, warnings: look.warnings });
        }
        // The key's own row may be forgotten one day; this stays with the letter.
        let form_key = format!("api:{}:{}", token.id, tokens::hex(&tokens::digest(key)));
        let party = client.map(|client| client.id);
        let detail = preflight::passed_over(&look, &form);
        let outgoing = self.outgoing_of((Origin::Api, form_key), party, letter, form, answered, &resolved, &from).await?;
        let enqueued = self.store.enqueue(&outgoing, &self.event(who, "letter.queued", "", detail)).await.map_err(problem_of)?;
        self.store.keep_api_letter(token.id, key, enqueued.id).await.map_err(problem_of)?;
        self.engine.wake_outbox();
        Ok(Accepted { id: enqueued.id, already: enqueued.already, warnings: look.warnings })
    }

    /// The last look at a letter that nobody sees before it leaves.
    pub(super) async fn last_look(
        &self,
        who: &Principal,
        form: &LetterForm,
        letter: &SentLetter,
        client: Option<&ClientCard>,
        answered: Option<&Answered>,
        (account, from): (AccountId, &str),
    ) -> Result<Preflight, Problem> {
        let files: Vec<String> = letter.files.iter().map(|(name, ..)| name.clone()).collect();
        // Where the plain and the formatted words are told apart, both are looked at.
        let mut form = form.clone();
        if !letter.text.trim().is_empty() && !form.html.is_empty() {
            form.body = format!("{}\n{}", form.body, mail::as_text(&form.html));
        }
        let on_file = client.map(|client| self.on_file_now(client)).unwrap_or_default();
        let named = match client {
            Some(client) => {
                let words = format!("{}\n{}", form.subject, form.body);
                self.store.clients_named_in(who.scope()?, &words, Some(client.id)).await.map_err(problem_of)?
            }
            None => Vec::new(),
        };
        let named: Vec<String> = named.into_iter().map(|(_, name)| name).collect();
        let recipients = |list: &str| -> Vec<String> { preflight::people(list).0.into_iter().map(|one| one.address).collect() };
        let (to, cc, bcc) = (recipients(&form.to), recipients(&form.cc), recipients(&form.bcc));
        let intended = super::sending_rules::Intended {
            from,
            reply_to: letter.reply_to.as_deref(),
            to: to.len(),
            cc: cc.len(),
            bcc: bcc.len(),
            attachments: &files,
        };
        let refusals = self.sending_refusals(who, None, account, &intended).await?;
        // Whoever named the recipients knows whom the letter is for.
        let answered = answered.filter(|_| letter.to.is_empty());
        let mut look = preflight::look(&preflight::Facts {
            form,
            mode: if answered.is_some() { ComposeMode::Reply } else { ComposeMode::New },
            files: &files,
            client: client.map(|client| (client.name.as_str(), &on_file[..])),
            named: &named,
            left_out: answered.map(|answered| &answered.others[..]).unwrap_or_default(),
            missing: &[],
            refusals: &refusals,
        });
        if client.is_none() {
            look.warnings.extend(self.on_no_file(who, [to, cc, bcc].concat()).await?);
        }
        Ok(look)
    }

    /// Of recipients of a letter about no client, a warning for each whom no client in scope has on file: it will stand in no history.
    async fn on_no_file(&self, who: &Principal, recipients: Vec<String>) -> Result<Vec<String>, Problem> {
        let whose = self.store.whose(who.scope()?, &recipients).await.map_err(problem_of)?;
        let known = |address: &String| whose.iter().any(|(of, own, client)| of == address && (*own || client.is_some()));
        Ok(recipients.iter().filter(|address| !known(address)).map(|address| format!("{address} is on no client’s file.")).collect())
    }

    /// The letter as it leaves; `mark` = who wanted it, and the key under which it leaves once.
    #[allow(clippy::too_many_arguments, reason = "what a letter is made of")]
    pub(super) async fn outgoing_of(
        &self,
        mark: (Origin, String),
        party: Option<ClientId>,
        letter: SentLetter,
        form: LetterForm,
        answered: Option<Answered>,
        resolved: &Resolved,
        from: &Identity,
    ) -> Result<Outgoing, Problem> {
        let domain = from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let answers = answered.as_ref().map(|answered| answered.id.0);
        let (in_reply_to, references) = answered.map(|answered| answered.thread).unwrap_or_default();
        let attachment = |(name, kind, bytes): (String, String, Vec<u8>)| mail::Attachment {
            name: postroom_mail::attachment::safe_name(&name),
            kind: postroom_mail::clean::line(&kind).chars().take(120).collect(),
            bytes,
            content_id: None,
        };
        let draft = mail::Draft {
            from: mail::Person::new(from.name.clone(), from.address.clone()),
            reply_to: letter.reply_to.as_deref().map(|address| mail::Person::new("", address)),
            to: preflight::people(&form.to).0,
            cc: preflight::people(&form.cc).0,
            bcc: preflight::people(&form.bcc).0,
            subject: form.subject.trim().to_owned(),
            text: form.body,
            html: form.html,
            attachments: letter.files.into_iter().map(attachment).collect(),
            in_reply_to,
            references,
            message_id: format!("{}.{}@{domain}", tokens::hex(&tokens::random_bytes::<12>()), self.now()),
            date: self.now(),
            automatic: letter.automatic,
        };
        let (message_id, subject) = (draft.message_id.clone(), draft.subject.clone());
        let written = in_background(move || mail::write(&draft)).await?.map_err(|error| Problem::field("to", &error.to_string()))?;
        Ok(Outgoing {
            account: resolved.account.map_or(0, |id| id.0),
            message_id,
            raw: written.raw,
            sender: written.envelope.sender,
            subject,
            recipients: written.envelope.recipients.into_iter().map(recipient).collect(),
            party: party.map(|party| party.0),
            answers,
            by_user: None,
            origin: mark.0,
            cost_centre: resolved.cost_centre.map(|id| id.0),
            trace: resolved.trace(),
            form_key: Some(mark.1),
            not_before: self.now(),
        })
    }

    /// What became of a letter: of one's own always, about whomever it was; of others for whoever may read letters.
    pub async fn sent_for_system(&self, who: &Principal, id: i64) -> Result<OutboxLetter, Problem> {
        let token = who.need_scope(ApiScope::LettersSend)?;
        let letter = self.store.outbox_letter(Scope::Everything, id).await.map_err(problem_of)?;
        // Names of tokens are given once; a person's address may read like one, but no person sends by the interface.
        if letter.origin == Origin::Api && letter.principal == who.name() {
            return Ok(letter);
        }
        if !token.scopes.contains(&ApiScope::LettersRead) {
            return Err(Problem::NotFound);
        }
        self.store.outbox_letter(who.scope()?, id).await.map_err(problem_of)
    }
}

fn used_before() -> Problem {
    Problem::field("Idempotency-Key", "This key was used for another request. Take a new one for each letter")
}

/// The letter as the last look sees it; rich words are cleaned as those that people write, and an answer's gaps are filled.
pub(super) fn form_of(letter: &SentLetter, answered: Option<&Answered>) -> LetterForm {
    let list = |list: &[String]| list.join("\n");
    let html = if letter.html.trim().is_empty() { String::new() } else { mail::rich(&letter.html) };
    let body =
        if letter.text.trim().is_empty() && !html.is_empty() { mail::as_text(&html) } else { postroom_mail::clean::text(&letter.text) };
    LetterForm {
        from: String::new(),
        reply_to: letter.reply_to.clone().unwrap_or_default(),
        to: answered.filter(|_| letter.to.is_empty()).map_or_else(|| list(&letter.to), |answered| answered.to.clone()),
        cc: list(&letter.cc),
        bcc: list(&letter.bcc),
        subject: letter.subject.clone().or_else(|| answered.map(|answered| answered.subject.clone())).unwrap_or_default(),
        body,
        html,
    }
}
