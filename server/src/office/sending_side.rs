//! The sending side of an account (TP-05, TP-23 to TP-29, IT-16 to IT-21): one that only sends is made here, one that collects gets it once
//! its test has passed. What has not proven that it sends is proven by a code.

use super::accounts::EITHER;
use super::{Office, Principal, trouble::problem_of};
use model::application::provider_sending;
use model::{
    AccountId, FieldErrors, Permission, Preset, Problem, Protocol, Security, SendAsKind, SendAsOwner, SendingForm, SendingSignIn,
    SendingTransport, SendingView, SentCopy,
};
use postroom_store::{AccountRecord, NewAccount, SendingSide};
use secrecy::SecretString;

impl Office {
    /// The sending side as its page shows it; `None` = of a new account that only sends.
    pub async fn sending_side(&self, who: &Principal, id: Option<AccountId>) -> Result<SendingView, Problem> {
        who.need_one_of(EITHER)?;
        let record = match id {
            Some(id) => Some(self.managed_account(who, id).await?),
            None => None,
        };
        let side = match id {
            Some(id) => self.store.sending_side(id.0).await.map_err(problem_of)?,
            None => None,
        };
        if record.as_ref().is_some_and(|record| record.settings.protocol == Protocol::Archive) {
            return Err(Problem::NotFound);
        }
        let central = record.as_ref().map_or(who.may(Permission::AccountsManage), |record| record.settings.owner.is_none());
        let sides = self.store.sending_book().await.map_err(problem_of)?.accounts;
        // Whose the system account is matters to those who could take that from it.
        let other = sides.into_iter().find(|one| one.is_system && Some(one.id) != id);
        let system = other.filter(|_| who.may(Permission::AccountsManage)).map(|one| one.name);
        let unchosen = match &record {
            Some(record) => self.copies_unchosen(record).await?,
            None => false,
        };
        let code = match (&side, id) {
            (Some(side), Some(id)) if side.proven_at.is_none() => self.own_address_code(id, &side.sender_address).await?,
            _ => None,
        };
        let graph = self.sends_by_graph(record.as_ref(), side.as_ref()).await?;
        let person = match &record {
            Some(record) => self.sending_person(record, side.as_ref(), graph).await?,
            None => None,
        };
        Ok(SendingView {
            person,
            account: id,
            name: record.as_ref().map(|record| record.settings.name.clone()).unwrap_or_default(),
            only_sends: record.as_ref().is_none_or(|record| record.settings.protocol == Protocol::Smtp),
            graph,
            copies: record.as_ref().is_some_and(|record| record.settings.protocol == Protocol::Imap),
            not_yet: record.as_ref().is_some_and(|record| record.settings.protocol.collects() && !record.settings.tested),
            form: match (&side, &record) {
                // Where nobody was asked, what is usual is offered: saving chooses it.
                (Some(side), Some(record)) if unchosen => {
                    SendingForm { sent_copy: usual_copy(record).as_str().into(), ..stored_form(side, Some(record)) }
                }
                (Some(side), record) => stored_form(side, record.as_ref()),
                (None, Some(record)) => proposal(record),
                (None, None) => SendingForm { timeout_minutes: "1".into(), ..SendingForm::default() },
            },
            unsaved: false,
            diagnosis: None,
            copies_unchosen: unchosen,
            stored: side.is_some(),
            has_password: side.as_ref().is_some_and(|side| side.has_secret),
            proven_at: side.as_ref().and_then(|side| side.proven_at),
            stopped: side.map(|side| side.stopped).unwrap_or_default(),
            system,
            code,
            may_change: central && who.may(Permission::AccountsManage),
            administrator: who.is_administrator(),
        })
    }

    /// A mailbox that could have copies of what is sent, has none, and nobody was asked.
    pub(super) async fn copies_unchosen(&self, record: &AccountRecord) -> Result<bool, Problem> {
        Ok(usual_copy(record) != SentCopy::None && self.store.copies_unchosen(record.id.0).await.map_err(problem_of)?)
    }

    async fn own_address_code(&self, id: AccountId, address: &str) -> Result<Option<model::SendAs>, Problem> {
        let rows = self.store.send_as_list().await.map_err(problem_of)?;
        let own = |row: &model::SendAs| row.owner == SendAsOwner::Account(id) && row.kind == SendAsKind::From && row.address == address;
        Ok(rows.into_iter().find(own))
    }

    /// Saves a sending side; without an id it makes an account that only sends. What has not proven that it sends gets an address to prove.
    pub async fn save_sending(&self, who: &Principal, id: Option<AccountId>, form: SendingForm) -> Result<AccountId, Problem> {
        self.store_sending(who, id, form, true).await
    }

    /// The same. `asked`: whoever saves has seen what becomes of copies, and chose it; a fix of the doctor leaves that question as it was.
    pub(super) async fn store_sending(
        &self,
        who: &Principal,
        id: Option<AccountId>,
        form: SendingForm,
        asked: bool,
    ) -> Result<AccountId, Problem> {
        who.need_one_of(EITHER)?;
        let record = match id {
            Some(id) => Some(self.managed_account(who, id).await?),
            None => None,
        };
        if let Some(record) = &record {
            match record.settings.protocol {
                Protocol::Archive => return Err(Problem::NotFound),
                Protocol::Smtp => {}
                _ if !record.settings.tested => {
                    return Err(Problem::Conflict("First test the incoming side: the outgoing side comes after it.".into()));
                }
                _ => {}
            }
        }
        let before = match id {
            Some(id) => self.store.sending_side(id.0).await.map_err(problem_of)?,
            None => None,
        };
        let graph = self.sends_by_graph(record.as_ref(), before.as_ref()).await?;
        let address = self.checked_sending(who, record.as_ref(), before.as_ref(), &form, graph).await?;
        let account = match &record {
            Some(record) => record.id,
            None => self.add_sending_account(who, &form, &address).await?,
        };
        let mut side = side_of(account, record.as_ref(), before.as_ref(), &form, graph, &address);
        side.copies_chosen |= asked;
        let secret = (side.sign_in == SendingSignIn::Own && !form.password.is_empty()).then(|| SecretString::from(form.password.clone()));
        let event = self.event(who, "account.sending_changed", format!("account:{account}"), described(&side, secret.is_some()));
        self.store.keep_sending_side(&side, secret.as_ref(), &event).await.map_err(problem_of)?;
        let proven = self.store.sending_side(account.0).await.map_err(problem_of)?.is_some_and(|side| side.proven_at.is_some());
        if !proven {
            let event = self.event(who, "user.send_as_added", format!("account:{account}"), address.clone());
            self.store.add_send_as(SendAsKind::From, &address, SendAsOwner::Account(account), &event).await.map_err(problem_of)?;
        }
        Ok(account)
    }

    /// Whether an account sends by Graph itself (FC-13): one at Microsoft 365, unless a server was entered for it before. Where a person
    /// signs in, that person is asked to permit it.
    async fn sends_by_graph(&self, record: Option<&AccountRecord>, side: Option<&SendingSide>) -> Result<bool, Problem> {
        let Some(record) = record.filter(|record| record.settings.protocol == Protocol::Graph) else { return Ok(false) };
        if side.is_some_and(|side| side.transport != SendingTransport::Graph) {
            return Ok(false);
        }
        Ok(self.store.application(record.id).await.map_err(problem_of)?.is_some())
    }

    /// The rules for whoever asks; answers the address that letters come from.
    pub(super) async fn checked_sending(
        &self,
        who: &Principal,
        record: Option<&AccountRecord>,
        before: Option<&SendingSide>,
        form: &SendingForm,
        graph: bool,
    ) -> Result<String, Problem> {
        self.check_sending(who, record, before, form, graph)?;
        let address = postroom_mail::address::canonical(&form.address())
            .ok_or_else(|| Problem::field("sender_address", "Enter the address that letters come from, like office@example.com"))?;
        if self.store.addresses_on_file().await.map_err(problem_of)?.contains_key(&address) {
            return Err(Problem::field("sender_address", "This address is on a client’s file. Letters never come from a client"));
        }
        Ok(address)
    }

    fn check_sending(
        &self,
        who: &Principal,
        record: Option<&AccountRecord>,
        before: Option<&SendingSide>,
        form: &SendingForm,
        graph: bool,
    ) -> Result<(), Problem> {
        // A password that is stored goes to the server that it was typed for, and to no other.
        let kept = before.is_some_and(|before| {
            before.has_secret && before.server.eq_ignore_ascii_case(form.server.trim()) && before.user_name == form.user_name.trim()
        });
        let mut errors: FieldErrors = form.check(record.is_none(), kept, graph);
        if form.way() == SendingSignIn::Account && !record.is_some_and(|record| record.settings.protocol.collects()) {
            errors.add("sign_in", "This account has no incoming side to sign in as");
        }
        if let Some(record) = record.filter(|_| !graph && form.way() == SendingSignIn::Account) {
            check_token(record, form, &mut errors);
        }
        // The same for what the incoming side signs in with: only an administrator hands it to another server.
        let known = before.filter(|before| before.sign_in == SendingSignIn::Account).map(|before| before.server.as_str());
        let incoming = record.map(|record| record.settings.server.as_str());
        // The provider's own server gets what the provider handed out.
        let provider = record.and_then(at_provider).map(|(server, ..)| server);
        let trusted = [known, incoming, provider].into_iter().flatten().any(|server| server.eq_ignore_ascii_case(form.server.trim()));
        if !graph && form.way() == SendingSignIn::Account && !trusted && !who.is_administrator() {
            errors.add(
                "sign_in",
                "Only an administrator may let another server have the mailbox’s password. Choose a user name and password of its own",
            );
        }
        if !graph && form.security == Security::None && !who.is_administrator() && !before.is_some_and(|before| before.allow_clear_text) {
            errors.add("security", "Only an administrator may allow a connection without encryption");
        }
        // Whoever names the certificate decides who may read the password.
        let pinned = before
            .filter(|before| before.server.eq_ignore_ascii_case(form.server.trim()))
            .and_then(|before| before.pinned_fingerprint.clone());
        if !graph && form.fingerprint() != pinned && form.fingerprint().is_some() && !who.is_administrator() {
            errors.add("pinned_fingerprint", "Only an administrator names the certificate to accept");
        }
        // An administrator let the account reach private addresses for one server, not for any that others name (DESIGN §8).
        let elsewhere =
            before.is_none_or(|before| !before.server.eq_ignore_ascii_case(form.server.trim()) || before.port != form.port_number());
        if !graph && elsewhere && !who.is_administrator() && record.is_some_and(|record| record.settings.reach_anywhere) {
            errors.add("server", "Only an administrator changes the server of an account that may reach private addresses");
        }
        let central = record.is_none_or(|record| record.settings.owner.is_none());
        if form.is_system && !(central && who.may(Permission::AccountsManage)) {
            errors.add("is_system", "Only an account of the office’s can be the system e-mail account");
        }
        errors.into_result()
    }

    async fn add_sending_account(&self, who: &Principal, form: &SendingForm, address: &str) -> Result<AccountId, Problem> {
        let owner = if who.may(Permission::AccountsManage) { None } else { who.user() };
        let new = NewAccount {
            name: form.name.trim().to_owned(),
            description: form.description.trim().to_owned(),
            protocol: Protocol::Smtp,
            preset: Preset::Custom,
            address: address.to_owned(),
            server: form.server.trim().to_owned(),
            port: form.port_number(),
            security: form.security,
            user_name: form.user_name.trim().to_owned(),
            secret: None,
            timeout_seconds: form.timeout_seconds().unwrap_or(60),
            connection_limit: None,
            pinned_fingerprint: None,
            allow_clear_text: form.allow_clear_text,
            owner,
            reach_anywhere: who.is_administrator(),
            tested: false,
        };
        let event = self.event(who, "account.added", "", format!("{}, sending only", new.name));
        self.store.add_account(&new, &[event]).await.map_err(problem_of)
    }

    /// Takes the sending side of an account that also collects away: its letters leave through the system account (IT-18).
    pub async fn remove_sending_side(&self, who: &Principal, id: AccountId) -> Result<(), Problem> {
        let record = self.managed_account(who, id).await?;
        if record.settings.protocol == Protocol::Smtp {
            return Err(Problem::Conflict("This account only sends: delete it instead.".into()));
        }
        let event = self.event(who, "account.sending_removed", format!("account:{id}"), "");
        self.store.remove_sending(id, &event).await.map_err(problem_of)
    }
}

/// Where letters leave with the sign-in at the mailbox's provider.
fn at_provider(record: &AccountRecord) -> Option<(&'static str, u16, Security)> {
    let settings = &record.settings;
    provider_sending(settings.preset, settings.protocol, &settings.server, &settings.address)
}

/// What signs in by a token opens what the token is for, and is never shown to anybody in between.
fn check_token(record: &AccountRecord, form: &SendingForm, errors: &mut FieldErrors) {
    let (protocol, preset) = (record.settings.protocol, record.settings.preset);
    if protocol == Protocol::Graph {
        errors.add("sign_in", "The sign-in by Microsoft Graph opens no mail server. Choose a user name and password of its own");
    }
    let by_token =
        matches!((protocol, preset), (Protocol::Imap, Preset::GoogleApplication) | (Protocol::Imap | Protocol::Pop3, Preset::Microsoft365));
    if by_token && form.security == Security::None {
        errors.add("security", "What signs in at a provider never travels unencrypted. Choose TLS or STARTTLS");
    }
}

/// What is to be stored.
pub(super) fn side_of(
    account: AccountId,
    record: Option<&AccountRecord>,
    before: Option<&SendingSide>,
    form: &SendingForm,
    graph: bool,
    address: &str,
) -> SendingSide {
    let settings = record.map(|record| &record.settings);
    let sent_copy = record.map_or(SentCopy::None, usual_copy);
    SendingSide {
        account: account.0,
        transport: if graph { SendingTransport::Graph } else { SendingTransport::Smtp },
        server: if graph { String::new() } else { form.server.trim().to_owned() },
        port: form.port_number(),
        security: if graph { Security::Tls } else { form.security },
        sign_in: if graph { SendingSignIn::Account } else { form.way() },
        user_name: if form.way() == SendingSignIn::Own && !graph { form.user_name.trim().to_owned() } else { String::new() },
        has_secret: false,
        pinned_fingerprint: form.fingerprint().filter(|_| !graph),
        allow_clear_text: !graph && form.security == Security::None && form.allow_clear_text,
        timeout_seconds: form.timeout_seconds().unwrap_or(60),
        sender_name: form.sender_name.trim().to_owned(),
        sender_address: address.to_owned(),
        sent_copy: match SentCopy::parse(&form.sent_copy) {
            // Only a mailbox that is read by IMAP can be given one.
            Some(chosen) if !graph && settings.is_some_and(|settings| settings.protocol == Protocol::Imap) => chosen,
            _ if graph => SentCopy::Server,
            _ => before.map_or(sent_copy, |before| before.sent_copy),
        },
        copies_chosen: before.is_some_and(|before| before.copies_chosen),
        proven_at: None,
        stopped: String::new(),
        stopped_at: None,
        retry_refusals: before.is_some_and(|before| before.retry_refusals),
        is_system: form.is_system,
    }
}

/// Who keeps the copy of a sent letter, unless somebody chooses otherwise: the big providers do it by themselves.
fn usual_copy(record: &AccountRecord) -> SentCopy {
    match (record.settings.protocol, record.settings.preset) {
        (Protocol::Imap, Preset::Gmail | Preset::GoogleApplication | Preset::Microsoft365) => SentCopy::Server,
        (Protocol::Imap, _) => SentCopy::Append,
        _ => SentCopy::None,
    }
}

pub(super) fn stored_form(side: &SendingSide, record: Option<&AccountRecord>) -> SendingForm {
    SendingForm {
        name: record.map(|record| record.settings.name.clone()).unwrap_or_default(),
        server: side.server.clone(),
        port: side.port.to_string(),
        security: side.security,
        sign_in: side.sign_in.as_str().into(),
        user_name: side.user_name.clone(),
        timeout_minutes: (f64::from(side.timeout_seconds) / 60.0).to_string(),
        sender_name: side.sender_name.clone(),
        sender_address: side.sender_address.clone(),
        is_system: side.is_system,
        allow_clear_text: side.allow_clear_text,
        pinned_fingerprint: side.pinned_fingerprint.clone().unwrap_or_default(),
        sent_copy: side.sent_copy.as_str().into(),
        ..SendingForm::default()
    }
}

/// What most accounts that collect send by.
fn proposal(record: &AccountRecord) -> SendingForm {
    let server = &record.settings.server;
    let swapped = ["imap.", "pop.", "pop3."].iter().find_map(|start| server.strip_prefix(start)).map(|rest| format!("smtp.{rest}"));
    let general = (swapped.unwrap_or_else(|| server.clone()), String::new(), Security::Auto);
    let at_provider = at_provider(record).map(|(server, port, security)| (server.to_owned(), port.to_string(), security));
    let (server, port, security) = at_provider.unwrap_or(general);
    SendingForm {
        server,
        port,
        security,
        sign_in: SendingSignIn::Account.as_str().into(),
        timeout_minutes: "1".into(),
        sender_address: record.settings.address.clone(),
        sent_copy: usual_copy(record).as_str().into(),
        ..SendingForm::default()
    }
}

/// In short, for the audit trail; never the password.
fn described(side: &SendingSide, password: bool) -> String {
    let system = if side.is_system { ", the system e-mail account" } else { "" };
    let clear = if side.allow_clear_text { ", clear text allowed" } else { "" };
    let pinned = if side.pinned_fingerprint.is_some() { ", a certificate pinned" } else { "" };
    let password = if password { ", another password" } else { "" };
    let server = match side.transport {
        SendingTransport::Graph => "Microsoft 365".to_owned(),
        SendingTransport::Smtp => {
            format!("{} port {} {}, signs in: {}", side.server, side.port, side.security.as_str(), side.sign_in.as_str())
        }
    };
    let copy = match side.sent_copy {
        SentCopy::Append => ", copies appended to Sent",
        SentCopy::Server => ", the server keeps copies",
        SentCopy::None => "",
    };
    format!("{server}, from {}{system}{clear}{pinned}{password}{copy}", side.sender_address)
}
