//! One mailbox, one account: it is noticed when somebody connects it again, and he or she may ask to read it instead (FP-26, O10).
//!
//! That the office collects a mailbox, under which name and for whom, everybody may know who may connect one; its letters stay private
//! until somebody shares them (O28). Must never: take an account's id from whoever asks; what was typed says which mailbox it is.

use super::accounts::{EITHER, may_manage};
use super::{Office, Principal, Session, trouble::problem_of};
use model::{AccountForm, AccountId, JoinOffer, JoinRequest, Permission, Problem, UserId};
use postroom_store::AccountRecord;

/// Ports on which a mailbox is usually read.
const MAIL_PORTS: [u16; 4] = [993, 143, 995, 110];

impl Office {
    /// A mailbox is connected once, for everybody. The console may do otherwise: letters are filed once in any case.
    pub(super) async fn refuse_twin(&self, session: &Session, form: &AccountForm) -> Result<(), Problem> {
        let known = self.store.accounts().await.map_err(problem_of)?;
        let twin = known.iter().find(|record| same_server(record, form)).or_else(|| known.iter().find(|record| same_address(record, form)));
        self.drafts.keep_twin(&session.token_hash, twin.map(|record| record.id), self.now());
        let Some(twin) = twin else { return Ok(()) };
        let whose = match self.owner_of(twin).await? {
            Some(owner) => format!("by {owner}"),
            None => "for the office".to_owned(),
        };
        let sentence = format!("This mailbox is connected already, {whose}, as “{}”", twin.settings.name);
        Err(Problem::field("address", &sentence))
    }

    /// The account that this session was about to connect again.
    pub async fn join_offer(&self, who: &Principal, session: &Session) -> Result<Option<JoinOffer>, Problem> {
        who.need_one_of(EITHER)?;
        let Some(id) = self.drafts.twin(&session.token_hash, self.now()) else { return Ok(None) };
        let record = match self.store.account(id).await.map_err(problem_of) {
            Err(Problem::NotFound) => return Ok(None),
            other => other?,
        };
        let open = self.visible_account(who, id).await.is_ok().then_some(id);
        let asked = self.my_joins(who).await?.into_iter().find(|request| request.account == id).map(|request| request.state);
        Ok(Some(JoinOffer { owner: self.owner_of(&record).await?, name: record.settings.name, open, asked }))
    }

    /// Asks to read the account that this session was about to connect again.
    pub async fn ask_to_join(&self, who: &Principal, session: &Session) -> Result<(), Problem> {
        who.need_one_of(EITHER)?;
        let nothing = || Problem::Conflict("There is nothing to ask for: save the mailbox's settings first.".into());
        let user = who.user().ok_or_else(nothing)?;
        let id = self.drafts.twin(&session.token_hash, self.now()).ok_or_else(nothing)?;
        if self.store.account_is_open_to(id, user).await.map_err(problem_of)? {
            return Err(Problem::Conflict("You read this account already.".into()));
        }
        let event = self.event(who, "account.join_asked", format!("account:{id}"), "");
        self.store.ask_to_join(id, user, &event).await.map_err(problem_of)?;
        self.drafts.drop_account(&session.token_hash, None, self.now());
        self.drafts.keep_twin(&session.token_hash, None, self.now());
        Ok(())
    }

    /// What the principal asked for.
    pub async fn my_joins(&self, who: &Principal) -> Result<Vec<JoinRequest>, Problem> {
        who.need_somebody()?;
        match who.user() {
            Some(user) => self.store.joins_of(user).await.map_err(problem_of),
            None => Ok(Vec::new()),
        }
    }

    /// Open requests for accounts that the principal manages; for one of them, or for all.
    pub(super) async fn joins_to_answer(&self, who: &Principal, id: Option<AccountId>) -> Result<Vec<JoinRequest>, Problem> {
        let mut requests = Vec::new();
        for mut request in self.store.open_joins().await.map_err(problem_of)? {
            if id.is_some_and(|id| id != request.account) {
                continue;
            }
            let record = self.store.account(request.account).await.map_err(problem_of)?;
            if may_manage(who, &record) {
                request.may_answer = may_share(who, &record);
                requests.push(request);
            }
        }
        Ok(requests)
    }

    /// Shares an account with somebody who asked, or declines. Whoever may share it may answer.
    pub async fn answer_join(&self, who: &Principal, id: AccountId, user: UserId, share: bool) -> Result<(), Problem> {
        let record = self.managed_account(who, id).await?;
        if !may_share(who, &record) {
            return Err(Problem::Conflict("Only the owner shares the private letters of an account.".into()));
        }
        let asker = self.store.user(user).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        let action = if share { "account.join_shared" } else { "account.join_declined" };
        let event = self.event(who, action, format!("account:{id}"), asker.name);
        self.store.answer_join(id, user, share, &event).await.map_err(problem_of)?;
        if share {
            self.sessions_changed();
        }
        Ok(())
    }

    async fn owner_of(&self, record: &AccountRecord) -> Result<Option<String>, Problem> {
        match record.settings.owner {
            Some(owner) => Ok(self.store.user(owner).await.map_err(problem_of)?.map(|user| user.name)),
            None => Ok(None),
        }
    }
}

/// The owner shares his or her account; a central one is shared by those who manage every account (O28).
fn may_share(who: &Principal, record: &AccountRecord) -> bool {
    match record.settings.owner {
        Some(owner) => who.user() == Some(owner),
        None => who.may(Permission::AccountsManage),
    }
}

/// The same user at the same server: the usual ports of a server lead to the same mailboxes.
fn same_server(record: &AccountRecord, form: &AccountForm) -> bool {
    let (known, port) = (&record.settings, form.port_number());
    let same_port = known.port == port || MAIL_PORTS.contains(&known.port) && MAIL_PORTS.contains(&port);
    same_port && known.server.eq_ignore_ascii_case(form.server.trim()) && known.user_name.to_lowercase() == form.login().to_lowercase()
}

/// The same address, where a test proved that the account leads there; whatever is spoken with the server.
fn same_address(record: &AccountRecord, form: &AccountForm) -> bool {
    let known = &record.settings;
    let address = postroom_mail::address::canonical(&form.address);
    known.tested && known.protocol.collects() && !known.address.is_empty() && address.as_deref() == Some(known.address.as_str())
}
