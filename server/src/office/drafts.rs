//! What was typed but not saved: account forms with their test, client forms, uploaded lists, rehearsals, refused forms that are too long for a
//! cookie. In memory, a session's own, for an hour.
//!
//! Must never: give a draft to another session, hand a password back, or grow without bound.

use crate::{
    client_list::{Mapping, Sheet},
    contact_list,
};
use model::{AccountForm, AccountId, ClientForm, ClientId, ContactForm, Diagnosis, ImportReport, Problem, Rehearsal, SendingForm};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A draft is forgotten after this long, ms (one hour).
const KEPT: i64 = 60 * 60 * 1000;
/// Sessions with drafts at once; the stalest goes first.
const SESSIONS: usize = 500;
/// Account drafts a session.
const ACCOUNTS: usize = 20;
/// Client forms a session, and as many of contacts.
const CLIENTS: usize = 20;
/// Octets of uploaded lists of all sessions together; the stalest go first.
const UPLOADED: usize = 64 * 1024 * 1024;
/// Octets of refused long forms of all sessions together; the stalest go first. A letter alone may have several MB.
const LONG_FORMS: usize = 64 * 1024 * 1024;

/// The SHA-256 of the session's token.
type Owner = [u8; 32];

/// An account form as typed, and its last test.
#[derive(Clone)]
pub struct TypedAccount {
    /// The form; its password fields are empty.
    pub form: AccountForm,
    /// The password typed last; `None` = the stored one.
    pub password: Option<SecretString>,
    /// The last test of exactly this.
    pub diagnosis: Option<Diagnosis>,
}

impl TypedAccount {
    /// Whether the last test used this password as typed (an empty field means the one typed before).
    pub fn was_tested_with(&self, password: &str) -> bool {
        password.is_empty() || self.password.as_ref().is_some_and(|tested| tested.expose_secret() == password)
    }
}

/// What an uploaded list is of, and what its columns stand for.
#[derive(Clone)]
pub enum ListMapping {
    /// Clients.
    Clients(Mapping),
    /// Contacts.
    Contacts(contact_list::Mapping),
}

/// A sending side as typed or mended, and its last test.
#[derive(Clone)]
pub struct TypedSending {
    /// What was tested and is not saved; `None` = the test was of what is stored. Its password fields are empty.
    pub form: Option<SendingForm>,
    /// The last test of exactly this.
    pub diagnosis: Diagnosis,
}

/// A list of clients or contacts as uploaded.
#[derive(Clone)]
pub struct UploadedList {
    /// File name as uploaded, cleaned.
    pub file: String,
    /// The list as it came.
    pub sheet: Arc<Sheet>,
    /// What it is of, and what its columns stand for.
    pub mapping: ListMapping,
}

/// What the last import of a session did.
#[derive(Clone)]
pub struct ImportDone {
    /// In numbers.
    pub report: ImportReport,
    /// Rows that were refused, as a file.
    pub refused: Arc<Vec<u8>>,
}

/// What a search for an address's settings said.
#[derive(Clone)]
pub struct FoundSettings {
    /// The address that was asked about.
    pub address: String,
    /// The server that was filled in; empty when none was.
    pub server: String,
    /// Sentences for the page.
    pub said: Vec<String>,
}

#[derive(Default)]
struct Desk {
    used: i64,
    found: Option<FoundSettings>,
    twin: Option<AccountId>,
    accounts: HashMap<Option<AccountId>, TypedAccount>,
    sending: HashMap<AccountId, TypedSending>,
    rehearsals: HashMap<AccountId, Rehearsal>,
    upload: Option<UploadedList>,
    imported: Option<ImportDone>,
    refusal: Option<Problem>,
    clients: HashMap<Option<ClientId>, ClientForm>,
    contacts: HashMap<Option<ClientId>, ContactForm>,
    refused: Option<Arc<str>>,
}

/// All drafts.
#[derive(Default)]
pub struct Drafts(Mutex<HashMap<Owner, Desk>>);

impl Drafts {
    fn with<T>(&self, owner: &Owner, now: i64, work: impl FnOnce(&mut Desk) -> T) -> T {
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        desks.retain(|_, desk| desk.used + KEPT > now);
        if !desks.contains_key(owner)
            && desks.len() >= SESSIONS
            && let Some(stalest) = desks.iter().min_by_key(|(_, desk)| desk.used).map(|(owner, _)| *owner)
        {
            desks.remove(&stalest);
        }
        let desk = desks.entry(*owner).or_default();
        desk.used = now;
        work(desk)
    }

    /// The account form typed last for this account (`None` = a new one).
    pub fn account(&self, owner: &Owner, id: Option<AccountId>, now: i64) -> Option<TypedAccount> {
        self.with(owner, now, |desk| desk.accounts.get(&id).cloned())
    }

    /// Keeps an account form.
    pub fn keep_account(&self, owner: &Owner, id: Option<AccountId>, typed: TypedAccount, now: i64) {
        self.with(owner, now, |desk| {
            if desk.accounts.len() >= ACCOUNTS {
                desk.accounts.clear();
            }
            desk.accounts.insert(id, typed);
        });
    }

    /// Drops an account form, and with a new one's what was found for it.
    pub fn drop_account(&self, owner: &Owner, id: Option<AccountId>, now: i64) {
        self.with(owner, now, |desk| {
            desk.accounts.remove(&id);
            desk.found = desk.found.take().filter(|_| id.is_some());
        });
    }

    /// The account that collects the mailbox which was about to be saved again.
    pub fn twin(&self, owner: &Owner, now: i64) -> Option<AccountId> {
        self.with(owner, now, |desk| desk.twin)
    }

    /// Keeps (or, with `None`, forgets) that account.
    pub fn keep_twin(&self, owner: &Owner, twin: Option<AccountId>, now: i64) {
        self.with(owner, now, |desk| desk.twin = twin);
    }

    /// What was found last, for a new account.
    pub fn found(&self, owner: &Owner, now: i64) -> Option<FoundSettings> {
        self.with(owner, now, |desk| desk.found.clone())
    }

    /// Keeps what was found.
    pub fn keep_found(&self, owner: &Owner, found: FoundSettings, now: i64) {
        self.with(owner, now, |desk| desk.found = Some(found));
    }

    /// The last test of an account's sending side.
    pub fn sending(&self, owner: &Owner, id: AccountId, now: i64) -> Option<TypedSending> {
        self.with(owner, now, |desk| desk.sending.get(&id).cloned())
    }

    /// Keeps (or, with `None`, forgets) it.
    pub fn keep_sending(&self, owner: &Owner, id: AccountId, typed: Option<TypedSending>, now: i64) {
        self.with(owner, now, |desk| {
            if desk.sending.len() >= ACCOUNTS {
                desk.sending.clear();
            }
            match typed {
                Some(typed) => desk.sending.insert(id, typed),
                None => desk.sending.remove(&id),
            };
        });
    }

    /// The last rehearsal of an account.
    pub fn rehearsal(&self, owner: &Owner, id: AccountId, now: i64) -> Option<Rehearsal> {
        self.with(owner, now, |desk| desk.rehearsals.get(&id).cloned())
    }

    /// Keeps a rehearsal.
    pub fn keep_rehearsal(&self, owner: &Owner, id: AccountId, rehearsal: Rehearsal, now: i64) {
        self.with(owner, now, |desk| desk.rehearsals.insert(id, rehearsal));
    }

    /// The list uploaded last.
    pub fn upload(&self, owner: &Owner, now: i64) -> Option<UploadedList> {
        self.with(owner, now, |desk| desk.upload.clone())
    }

    /// Keeps (or, with `None`, drops) an uploaded list.
    pub fn keep_upload(&self, owner: &Owner, upload: Option<UploadedList>, now: i64) {
        self.with(owner, now, |desk| desk.upload = upload);
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let size = |desk: &Desk| {
            desk.upload.as_ref().map_or(0, |upload| upload.sheet.size()) + desk.imported.as_ref().map_or(0, |done| done.refused.len())
        };
        let mut all: usize = desks.values().map(size).sum();
        while all > UPLOADED {
            let others = desks.iter_mut().filter(|(other, desk)| *other != owner && size(desk) > 0);
            let Some((_, stalest)) = others.min_by_key(|(_, desk)| desk.used) else { break };
            all -= size(stalest);
            (stalest.upload, stalest.imported) = (None, None);
        }
    }

    /// What the last import did.
    pub fn imported(&self, owner: &Owner, now: i64) -> Option<ImportDone> {
        self.with(owner, now, |desk| desk.imported.clone())
    }

    /// Keeps what an import did.
    pub fn keep_imported(&self, owner: &Owner, done: ImportDone, now: i64) {
        self.with(owner, now, |desk| desk.imported = Some(done));
    }

    /// Why the last upload was not taken.
    pub fn refusal(&self, owner: &Owner, now: i64) -> Option<Problem> {
        self.with(owner, now, |desk| desk.refusal.clone())
    }

    /// Keeps (or, with `None`, drops) why an upload was not taken.
    pub fn keep_refusal(&self, owner: &Owner, refusal: Option<Problem>, now: i64) {
        self.with(owner, now, |desk| desk.refusal = refusal);
    }

    /// The client form typed last for this client (`None` = a new one).
    pub fn client(&self, owner: &Owner, id: Option<ClientId>, now: i64) -> Option<ClientForm> {
        self.with(owner, now, |desk| desk.clients.get(&id).cloned())
    }

    /// Keeps (or, with `None`, drops) a client form.
    pub fn keep_client(&self, owner: &Owner, id: Option<ClientId>, typed: Option<ClientForm>, now: i64) {
        self.with(owner, now, |desk| keep_form(&mut desk.clients, id, typed));
    }

    /// The contact form typed last for this contact (`None` = a new one).
    pub fn contact(&self, owner: &Owner, id: Option<ClientId>, now: i64) -> Option<ContactForm> {
        self.with(owner, now, |desk| desk.contacts.get(&id).cloned())
    }

    /// Keeps (or, with `None`, drops) a contact form.
    pub fn keep_contact(&self, owner: &Owner, id: Option<ClientId>, typed: Option<ContactForm>, now: i64) {
        self.with(owner, now, |desk| keep_form(&mut desk.contacts, id, typed));
    }

    /// The form that was refused last, if it was too long for a cookie.
    pub fn refused(&self, owner: &Owner, now: i64) -> Option<Arc<str>> {
        self.with(owner, now, |desk| desk.refused.clone())
    }

    /// Keeps (or, with `None`, drops) a refused form.
    pub fn keep_refused(&self, owner: &Owner, refused: Option<Arc<str>>, now: i64) {
        self.with(owner, now, |desk| desk.refused = refused);
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let size = |desk: &Desk| desk.refused.as_ref().map_or(0, |form| form.len());
        let mut all: usize = desks.values().map(size).sum();
        while all > LONG_FORMS {
            let others = desks.iter_mut().filter(|(other, desk)| *other != owner && size(desk) > 0);
            let Some((_, stalest)) = others.min_by_key(|(_, desk)| desk.used) else { break };
            all -= size(stalest);
            stalest.refused = None;
        }
    }

    /// Drops everything of a session.
    pub fn forget(&self, owner: &Owner) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(owner);
    }
}

fn keep_form<F>(forms: &mut HashMap<Option<ClientId>, F>, id: Option<ClientId>, typed: Option<F>) {
    if forms.len() >= CLIENTS {
        forms.clear();
    }
    match typed {
        Some(typed) => forms.insert(id, typed),
        None => forms.remove(&id),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> TypedAccount {
        TypedAccount { form: AccountForm { name: "Office".into(), ..AccountForm::default() }, password: None, diagnosis: None }
    }

    #[test]
    fn a_draft_is_its_sessions_own_and_lasts_an_hour() {
        let drafts = Drafts::default();
        drafts.keep_account(&[1; 32], None, typed(), 0);
        assert!(drafts.account(&[1; 32], None, 10).is_some());
        assert!(drafts.account(&[2; 32], None, 10).is_none());
        assert!(drafts.account(&[1; 32], Some(AccountId(1)), 10).is_none());
        assert!(drafts.account(&[1; 32], None, 10 + KEPT + 1).is_none());
    }

    #[test]
    fn long_forms_that_were_refused_do_not_fill_the_memory() {
        let drafts = Drafts::default();
        let form: Arc<str> = "a".repeat(model::LETTER_OCTETS).into();
        let many = u8::try_from(LONG_FORMS / form.len()).unwrap();
        for n in 0..=many {
            drafts.keep_refused(&[n; 32], Some(form.clone()), i64::from(n));
        }
        assert!(drafts.refused(&[0; 32], 100).is_none(), "the stalest goes first");
        assert!(drafts.refused(&[1; 32], 100).is_some() && drafts.refused(&[many; 32], 100).is_some());
        drafts.keep_refused(&[1; 32], None, 100);
        assert!(drafts.refused(&[1; 32], 100).is_none());
    }

    #[test]
    fn many_large_lists_do_not_fill_the_memory() {
        let drafts = Drafts::default();
        let text = format!("code,name\n{}", "K1,Ada\n".repeat(150_000));
        let sheet = Arc::new(Sheet::open(text.as_bytes()).unwrap());
        let list = || UploadedList { file: "x".into(), mapping: ListMapping::Clients(sheet.detected()), sheet: sheet.clone() };
        for n in 0..100 {
            drafts.keep_upload(&[n; 32], Some(list()), i64::from(n));
        }
        let kept = (0..100).filter(|n| drafts.upload(&[*n; 32], 200).is_some()).count();
        assert!(kept <= UPLOADED / sheet.size() && kept > 40, "{kept}");
        assert!(drafts.upload(&[99; 32], 200).is_some() && drafts.upload(&[0; 32], 200).is_none(), "the stalest goes first");
    }

    #[test]
    fn many_sessions_do_not_fill_the_memory() {
        let drafts = Drafts::default();
        for n in 0..2 * SESSIONS {
            let mut owner = [0; 32];
            owner[..8].copy_from_slice(&(n as u64).to_be_bytes());
            drafts.keep_account(&owner, None, typed(), n as i64);
        }
        assert_eq!(drafts.0.lock().unwrap().len(), SESSIONS);
    }
}
