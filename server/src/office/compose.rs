//! The letter wizard (FC-20): writing, once the letter is begun. A draft is its author's alone.
//!
//! Must never: change anything because a page was looked at; put somebody's address into a letter whose client the writer may not open.

use super::{Office, Principal, preflight, trouble::problem_of};
use model::*;
use postroom_store::NewDraftFile;

impl Office {
    /// The second step: write. With `check`, what stands in the way.
    pub async fn compose_view(&self, who: &Principal, id: DraftId, check: bool) -> Result<ComposeView, Problem> {
        let user = person(who)?;
        let draft = self.store.draft(user, id).await.map_err(problem_of)?;
        let draft = Draft { form: self.as_shown(draft.form).await?, ..draft };
        let client = self.client_of(who, &draft).await?;
        let resolved = self.way_out(who, client.as_ref(), draft.service).await?;
        let rules = self.store.email_rules().await.map_err(problem_of)?;
        let offered = self.offered(who, client.as_ref(), &draft).await?;
        let senders = self.senders_for(who, user, &resolved).await?;
        let preflight = if check { Some(self.preflight(who, user, &draft, client.as_ref(), &resolved).await?) } else { None };
        let mark = preflight.as_ref().map(mark_of).unwrap_or_default();
        let texts = self.store.document_texts().await.map_err(problem_of)?;
        Ok(ComposeView {
            client: client.map(|card| (card.id, card.name)),
            offered,
            senders,
            resolved,
            texts,
            own_mailbox: self.own_mailbox(user).await?.map(|record| record.settings.name),
            allow_cc: rules.allow_cc,
            allow_bcc: rules.allow_bcc,
            preflight,
            mark,
            draft,
        })
    }

    /// Saves what was typed.
    pub async fn keep_letter(&self, who: &Principal, id: DraftId, version: i64, form: LetterForm) -> Result<DraftKept, Problem> {
        let user = person(who)?;
        form.check().into_result()?;
        let form = self.as_kept(form).await?;
        self.store.keep_draft(user, id, version, &form, self.now()).await.map_err(problem_of)
    }

    /// The writer's drafts.
    pub async fn letter_drafts(&self, who: &Principal) -> Result<Vec<DraftCard>, Problem> {
        let mut cards = self.store.drafts(person(who)?).await.map_err(problem_of)?;
        // A client that is no longer one's own keeps its name to itself.
        for card in &mut cards {
            if let Some((id, _)) = &card.client
                && self.store.client(who.scope()?, *id).await.is_err()
            {
                card.client = None;
            }
        }
        Ok(cards)
    }

    /// Throws a draft away.
    pub async fn discard_letter(&self, who: &Principal, id: DraftId) -> Result<(), Problem> {
        let event = self.event(who, "draft.discarded", format!("draft:{id}"), "");
        self.store.discard_draft(person(who)?, id, &event).await.map_err(problem_of)
    }

    /// Adds files, all or none.
    pub async fn attach(&self, who: &Principal, id: DraftId, files: Vec<NewDraftFile>) -> Result<(), Problem> {
        let user = person(who)?;
        let draft = self.store.draft(user, id).await.map_err(problem_of)?;
        let octets: i64 = draft.files.iter().map(|file| file.size).chain(files.iter().map(|file| file.bytes.len() as i64)).sum();
        if draft.files.len() + files.len() > FILES {
            return Err(Problem::field("file", &too_many_files()));
        }
        if octets > FILES_OCTETS {
            return Err(Problem::field("file", &too_large_files()));
        }
        let cleaned = |file: NewDraftFile| NewDraftFile {
            name: postroom_mail::attachment::safe_name(&file.name),
            kind: postroom_mail::clean::line(&file.kind).chars().take(120).collect(),
            bytes: file.bytes,
        };
        let files: Vec<NewDraftFile> = files.into_iter().map(cleaned).collect();
        self.store.add_draft_files(user, id, &files).await.map(|_| ()).map_err(problem_of)
    }

    /// Adds a document that was made here.
    pub(super) async fn attach_pdf(&self, who: &Principal, id: DraftId, name: &str, pdf: Vec<u8>) -> Result<(), Problem> {
        self.attach(who, id, vec![NewDraftFile { name: name.to_owned(), kind: "application/pdf".to_owned(), bytes: pdf }]).await
    }

    /// Takes a file out.
    pub async fn detach(&self, who: &Principal, id: DraftId, file: i64) -> Result<(), Problem> {
        self.store.drop_draft_file(person(who)?, id, file).await.map_err(problem_of)
    }

    /// The client of a draft, while the writer may open it.
    pub(super) async fn client_of(&self, who: &Principal, draft: &Draft) -> Result<Option<ClientCard>, Problem> {
        let Some(id) = draft.client else { return Ok(None) };
        match self.store.client(who.scope()?, id).await.map_err(problem_of) {
            Ok(card) => Ok(Some(card)),
            Err(Problem::NotFound) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Services of the cost centres that the writer belongs to; an administrator's are all.
    pub(super) async fn services_for(&self, who: &Principal) -> Result<Vec<(ServiceId, String)>, Problem> {
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let own = self.centres_of(who).await?;
        let named = |service: &Service| {
            let centre = book.centres.iter().find(|(id, _)| *id == service.cost_centre).map(|(_, name)| name.as_str()).unwrap_or_default();
            (service.id, format!("{centre}: {}", service.name))
        };
        Ok(book.services.iter().filter(|service| who.is_administrator() || own.contains(&service.cost_centre)).map(named).collect())
    }

    async fn centres_of(&self, who: &Principal) -> Result<Vec<CostCentreId>, Problem> {
        let users = self.store.users().await.map_err(problem_of)?;
        Ok(users.into_iter().find(|card| Some(card.id) == who.user()).map(|card| card.cost_centres).unwrap_or_default())
    }

    /// What the ladder comes to: the client's cost centre counts, else the writer's only one.
    pub(super) async fn way_out(
        &self,
        who: &Principal,
        client: Option<&ClientCard>,
        choice: Option<ServiceId>,
    ) -> Result<Resolved, Problem> {
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let of_client = client.and_then(|card| card.cost_centre.as_ref());
        let mut centre = of_client.and_then(|name| centres.iter().find(|centre| centre.name == *name)).map(|centre| centre.id);
        if centre.is_none()
            && let [only] = self.centres_of(who).await?[..]
        {
            centre = Some(only);
        }
        // A service of a cost centre that the writer has left meanwhile is not his or hers to use any more.
        if let Some(chosen) = choice
            && !self.services_for(who).await?.iter().any(|(id, _)| *id == chosen)
        {
            return Err(Problem::Conflict("The service that was chosen is not yours to use any more. Begin the letter anew.".into()));
        }
        let choice = choice.map_or(SendingChoice::None, SendingChoice::Service);
        self.resolve_sending(&Asked { choice, user: who.user(), cost_centre: centre, web: None }).await
    }

    /// Addresses that the letter may come from: the writer's own first, then proven ones where that is allowed (FC-21).
    async fn senders_for(&self, who: &Principal, user: UserId, resolved: &Resolved) -> Result<Vec<String>, Problem> {
        let mut senders: Vec<String> = resolved.from.iter().map(|from| from.address.clone()).collect();
        if who.may(Permission::UpdateFrom) {
            let proven = self.store.send_as_list().await.map_err(problem_of)?;
            let mine = |one: &SendAs| match one.owner {
                SendAsOwner::User(owner) => owner == user,
                SendAsOwner::Account(owner) => Some(owner) == resolved.account,
            };
            let others = proven.into_iter().filter(|one| one.kind == SendAsKind::From && one.proven_at.is_some() && mine(one));
            for one in others {
                if !senders.contains(&one.address) {
                    senders.push(one.address);
                }
            }
        }
        Ok(senders)
    }

    /// Addresses of the client's file that count now, then those of the letter that is answered.
    async fn offered(&self, who: &Principal, client: Option<&ClientCard>, draft: &Draft) -> Result<Vec<(String, String)>, Problem> {
        let mut offered: Vec<(String, String)> = Vec::new();
        if let Some(card) = client {
            for address in self.on_file_now(card) {
                offered.push((address, card.name.clone()));
            }
        }
        if let Some(letter) = draft.answers
            && let Ok(record) = self.store.letter(who.scope()?, letter).await
        {
            for (_, mailbox) in record.people {
                if !offered.iter().any(|(known, _)| *known == mailbox.address) {
                    offered.push((mailbox.address, mailbox.name));
                }
            }
        }
        Ok(offered)
    }

    /// A client's addresses that count today.
    pub(super) fn on_file_now(&self, card: &ClientCard) -> Vec<String> {
        let now = self.now();
        let mut list: Vec<String> = card.addresses.iter().filter(|one| one.counts(now)).map(|address| address.address.clone()).collect();
        list.dedup();
        list
    }

    /// Everybody whom the answered letter had besides its sender and the office.
    pub(super) async fn left_out(&self, who: &Principal, draft: &Draft) -> Result<Vec<String>, Problem> {
        let (Some(letter), ComposeMode::Reply) = (draft.answers, draft.mode) else { return Ok(Vec::new()) };
        let Ok(record) = self.store.letter(who.scope()?, letter).await else { return Ok(Vec::new()) };
        let (_, cc) = self.answered_people(who, &record, ComposeMode::ReplyAll).await?;
        Ok(cc.into_iter().map(|one| one.address).collect())
    }

    pub(super) async fn preflight(
        &self,
        who: &Principal,
        user: UserId,
        draft: &Draft,
        client: Option<&ClientCard>,
        resolved: &Resolved,
    ) -> Result<Preflight, Problem> {
        let files: Vec<String> = draft.files.iter().map(|file| file.name.clone()).collect();
        let on_file = client.map(|card| self.on_file_now(card)).unwrap_or_default();
        let words = format!("{}\n{}", draft.form.subject, preflight::own_words(&draft.form.body));
        let named = self.store.clients_named_in(who.scope()?, &words, draft.client).await.map_err(problem_of)?;
        let named: Vec<String> = if client.is_some() { named.into_iter().map(|(_, name)| name).collect() } else { Vec::new() };
        let left_out = self.left_out(who, draft).await?;
        let count = |list: &str| preflight::people(list).0.len();
        let from = self.sender_address(draft, resolved);
        let reply_to = Some(draft.form.reply_to.trim()).filter(|address| !address.is_empty());
        let intended = super::sending_rules::Intended {
            from: &from,
            reply_to,
            to: count(&draft.form.to),
            cc: count(&draft.form.cc),
            bcc: count(&draft.form.bcc),
            attachments: &files,
        };
        let mut refusals = match resolved.account {
            Some(account) => self.sending_refusals(who, Some(user), account, &intended).await?,
            None => Vec::new(),
        };
        refusals.extend(self.why_not_passed_on(who, draft).await?.into_iter().flatten());
        let mut found = preflight::look(&preflight::Facts {
            form: draft.form.clone(),
            mode: draft.mode,
            files: &files,
            client: client.map(|card| (card.name.as_str(), &on_file[..])),
            named: &named,
            left_out: &left_out,
            missing: &resolved.missing,
            refusals: &refusals,
        });
        if let Some(day) = self.store.day_given_up(draft.id).await.map_err(problem_of)? {
            found.warnings.push(format!(
                "It was written for the planned letter of {}, which was given up since. Look whether another one leaves in its place.",
                day_words(&day)
            ));
        }
        Ok(found)
    }

    /// The address that stands in From.
    pub(super) fn sender_address(&self, draft: &Draft, resolved: &Resolved) -> String {
        let typed = draft.form.from.trim();
        if !typed.is_empty() {
            return typed.to_owned();
        }
        resolved.from.as_ref().map(|from| from.address.clone()).unwrap_or_default()
    }
}

/// Letters are written by people.
pub(super) fn person(who: &Principal) -> Result<UserId, Problem> {
    who.user().ok_or(Problem::SignIn)
}

/// Stands for exactly these warnings.
pub(super) fn mark_of(preflight: &Preflight) -> String {
    let digest = crate::tokens::digest(&preflight.warnings.join("\n"));
    crate::tokens::hex(&digest[..8])
}
