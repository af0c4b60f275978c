//! Send Mail As: addresses proven by a code that a letter brings (IT-21 to IT-26, RELIABILITY §4.2).
//!
//! A code has 40 random bits, is kept hashed, bound to its row, counts ten minutes, once, and is void after five wrong tries; letters to
//! one address and by one person are limited. Guessing it 100,000 times, which the limits do not allow, succeeds with 1e-7.

use super::accounts::may_manage;
use super::{Office, Principal, trouble::problem_of};
use model::{AccountId, Problem, SendAs, SendAsId, SendAsKind, SendAsOwner, SendAsView};
use postroom_store::CodeTry;
use sha2::{Digest, Sha256};

/// How long a code counts, ms (10 minutes).
pub const CODE_COUNTS: i64 = 10 * 60 * 1000;
/// Wrong tries of a code before it is void.
pub const TRIES: i64 = 5;
/// Letters to one address in [`WINDOW`].
pub const LETTERS_TO_ADDRESS: i64 = 5;
/// Letters that one person asks for in [`WINDOW`].
pub const LETTERS_BY_PERSON: i64 = 20;
/// That window, ms (an hour).
pub const WINDOW: i64 = 60 * 60 * 1000;
/// Characters of codes: none is taken for another.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl Office {
    /// One's own addresses, and those of accounts that one looks after.
    pub async fn send_as(&self, who: &Principal) -> Result<SendAsView, Problem> {
        who.need_somebody()?;
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let mut accounts = Vec::new();
        for account in &book.accounts {
            if self.looks_after(who, account.id).await? {
                accounts.push((account.id, account.name.clone()));
            }
        }
        let mut rows = Vec::new();
        for row in self.store.send_as_list().await.map_err(problem_of)? {
            match row.owner {
                SendAsOwner::User(user) if who.user() == Some(user) => rows.push((row, "You".to_owned())),
                SendAsOwner::Account(id) => {
                    if let Some((_, name)) = accounts.iter().find(|(known, _)| *known == id) {
                        rows.push((row, name.clone()));
                    }
                }
                SendAsOwner::User(_) => {}
            }
        }
        Ok(SendAsView { rows, accounts })
    }

    /// Adds an address and sends its code. Answers its id.
    pub async fn add_send_as(
        &self,
        who: &Principal,
        kind: SendAsKind,
        address: &str,
        account: Option<AccountId>,
    ) -> Result<SendAsId, Problem> {
        who.need_somebody()?;
        let owner = match (account, who.user()) {
            (Some(account), _) => {
                if !self.looks_after(who, account).await? {
                    return Err(Problem::NotFound);
                }
                SendAsOwner::Account(account)
            }
            (None, Some(user)) => SendAsOwner::User(user),
            (None, None) => return Err(Problem::NotFound),
        };
        let address = postroom_mail::address::canonical(address)
            .ok_or_else(|| Problem::field("address", "Enter an e-mail address, like name@example.com"))?;
        // A code to a client would stand in that client's history, for everybody who reads it.
        if self.store.addresses_on_file().await.map_err(problem_of)?.contains_key(&address) {
            return Err(Problem::field("address", "This address is on a client’s file. Letters never come from a client"));
        }
        let event = self.event(who, "user.send_as_added", subject_of(owner), address.clone());
        let id = self.store.add_send_as(kind, &address, owner, &event).await.map_err(problem_of)?;
        self.send_code(who, id).await?;
        Ok(id)
    }

    /// Sends a new code; the one before counts no more.
    pub async fn send_code(&self, who: &Principal, id: SendAsId) -> Result<(), Problem> {
        let row = self.own_send_as(who, id).await?;
        if row.proven_at.is_some() {
            return Err(Problem::Conflict("This address is proven already.".into()));
        }
        let now = self.now();
        for (bucket, most) in
            [(format!("code-by:{}", who.name()), LETTERS_BY_PERSON), (format!("code-to:{}", row.address), LETTERS_TO_ADDRESS)]
        {
            if self.store.count_attempt(&bucket, now, now - WINDOW).await.map_err(problem_of)? > most {
                return Err(Problem::SlowDown(u32::try_from(WINDOW / 1000).unwrap_or(u32::MAX)));
            }
        }
        let code = new_code();
        let event = self.event(who, "user.send_as_code_sent", subject_of(row.owner), row.address.clone());
        self.store.keep_code(id, &digest(id, &code), now + CODE_COUNTS, &event).await.map_err(problem_of)?;
        self.send_code_letter(who, &row, &code).await
    }

    /// Tries a code.
    pub async fn verify_send_as(&self, who: &Principal, id: SendAsId, code: &str) -> Result<(), Problem> {
        let row = self.own_send_as(who, id).await?;
        let event = self.event(who, "user.send_as_proven", subject_of(row.owner), row.address.clone());
        match self.store.try_code(id, &digest(id, &typed_code(code)), TRIES, &event).await.map_err(problem_of)? {
            CodeTry::Right => Ok(()),
            CodeTry::Wrong(0) => Err(Problem::field("code", "The code is not right. It does not count any more: ask for a new one")),
            CodeTry::Wrong(1) => Err(Problem::field("code", "The code is not right. One try is left")),
            CodeTry::Wrong(left) => Err(Problem::field("code", &format!("The code is not right. {left} tries are left"))),
            CodeTry::NoCode => Err(Problem::field("code", "There is no code that counts any more: ask for a new one")),
        }
    }

    /// Takes an address away.
    pub async fn remove_send_as(&self, who: &Principal, id: SendAsId) -> Result<(), Problem> {
        let row = self.own_send_as(who, id).await?;
        let event = self.event(who, "user.send_as_removed", subject_of(row.owner), row.address);
        self.store.remove_send_as(id, &event).await.map_err(problem_of)
    }

    /// One of one's own addresses, or of an account that one looks after; another's is not there.
    pub async fn own_send_as(&self, who: &Principal, id: SendAsId) -> Result<SendAs, Problem> {
        who.need_somebody()?;
        let row = self.store.send_as(id).await.map_err(problem_of)?;
        let own = match row.owner {
            SendAsOwner::User(user) => who.user() == Some(user),
            SendAsOwner::Account(account) => self.looks_after(who, account).await?,
        };
        if own { Ok(row) } else { Err(Problem::NotFound) }
    }

    async fn looks_after(&self, who: &Principal, id: AccountId) -> Result<bool, Problem> {
        match self.store.account(id).await.map_err(problem_of) {
            Ok(record) => Ok(may_manage(who, &record)),
            Err(Problem::NotFound) => Ok(false),
            Err(other) => Err(other),
        }
    }
}

fn subject_of(owner: SendAsOwner) -> String {
    match owner {
        SendAsOwner::User(user) => format!("user:{user}"),
        SendAsOwner::Account(account) => format!("account:{account}"),
    }
}

/// Eight characters of 5 random bits each, in two groups of four.
fn new_code() -> String {
    let random: [u8; 8] = crate::tokens::random_bytes();
    random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// A code as people type it: capitals and what stands between groups do not matter.
fn typed_code(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// As it is shown.
pub(super) fn grouped(code: &str) -> String {
    let (one, other) = code.split_at(code.len().min(4));
    format!("{one}-{other}")
}

/// The hash of a code, bound to its row.
fn digest(id: SendAsId, code: &str) -> [u8; 32] {
    Sha256::digest(format!("send_as:{id}:{code}").as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    // W4: what the limits allow in a year, and 100,000 guesses, stay under one in 100,000.
    #[test]
    fn a_code_cannot_be_guessed_by_design() {
        let codes = (ALPHABET.len() as f64).powi(8);
        assert!(codes >= 2_f64.powi(40) && 100_000.0 / codes <= 1e-5);
        let tries_in_a_year = (365 * 24 * LETTERS_TO_ADDRESS * TRIES) as f64;
        assert!(tries_in_a_year / codes <= 1e-5, "{tries_in_a_year}");
        let mut seen = std::collections::HashSet::new();
        for _ in 0..10_000 {
            let code = new_code();
            assert!(code.len() == 8 && code.bytes().all(|byte| ALPHABET.contains(&byte)), "{code}");
            assert_eq!(typed_code(&grouped(&code).to_lowercase()), code);
            assert!(seen.insert(code));
        }
    }

    #[test]
    fn a_code_belongs_to_one_address() {
        assert_ne!(digest(SendAsId(1), "ABCDEFGH"), digest(SendAsId(2), "ABCDEFGH"));
    }
}
