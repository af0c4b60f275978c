//! Passwords of users: Argon2id (OWASP password storage, ASVS 5 V11.4.2).
//!
//! Must never: keep a password longer than a check; answer sooner for an unknown user than for a known one; let more
//! than two checks run at once (each takes 19 MiB and a core, so a flood of sign-ins must queue, not swell).

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Memory of one hash, KiB (19 MiB).
const MEMORY: u32 = 19 * 1024;
/// Passes.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Checks at once.
const AT_ONCE: usize = 2;
/// Longest password looked at, octets.
const LONGEST: usize = 1024;
/// A hash that no password has, with the same costs: what an unknown user is checked against.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cG9zdHJvb21ub2JvZHkwMQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Checks and makes hashes, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

/// What a check said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// The password is right.
    Right,
    /// The password is right and its hash should be made again, since the costs have risen.
    RightButOld,
    /// It is wrong, or there is no such user.
    Wrong,
}

/// The hash could not be made: the machine has no memory left, or we are stopping.
#[derive(Debug, thiserror::Error)]
#[error("The password could not be hashed: {0}")]
pub struct HashError(String);

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// The hash to store, with its costs and salt.
    pub async fn hash(&self, password: SecretString) -> Result<String, HashError> {
        self.in_turn(move || make(password.expose_secret())).await?
    }

    /// Compares with what is stored; `None` = unknown user, which takes as long.
    pub async fn check(&self, password: SecretString, stored: Option<String>) -> Checked {
        self.in_turn(move || compare(password.expose_secret(), stored.as_deref())).await.unwrap_or(Checked::Wrong)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, HashError> {
        let turn = self.turns.clone().acquire_owned().await.map_err(|error| HashError(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn; // given back when the work is done, even if the one who asked went away
            work()
        });
        done.await.map_err(|error| HashError(error.to_string()))
    }
}

fn argon() -> Argon2<'static> {
    let params = Params::new(MEMORY, PASSES, LANES, None).expect("the constants above are within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn make(password: &str) -> Result<String, HashError> {
    if password.len() > LONGEST {
        return Err(HashError("it is longer than 1,024 octets".into()));
    }
    let hash: PasswordHash = argon().hash_password(password.as_bytes()).map_err(|error| HashError(error.to_string()))?;
    Ok(hash.to_string())
}

fn compare(password: &str, stored: Option<&str>) -> Checked {
    let (text, known) = match stored {
        Some(text) if password.len() <= LONGEST => (text, true),
        _ => (NOBODY, false),
    };
    let Ok(hash) = PasswordHash::new(text) else { return Checked::Wrong };
    let password = &password.as_bytes()[..password.len().min(LONGEST)];
    let right = argon().verify_password(password, &hash).is_ok();
    match (right && known, hash.params.get_decimal("m").unwrap_or(0) < MEMORY || hash.params.get_decimal("t").unwrap_or(0) < PASSES) {
        (false, _) => Checked::Wrong,
        (true, false) => Checked::Right,
        (true, true) => Checked::RightButOld,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_passes_and_a_wrong_one_does_not() {
        let passwords = Passwords::default();
        let stored = passwords.hash(secret("correct horse battery")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(passwords.check(secret("correct horse battery"), Some(stored.clone())).await, Checked::Right);
        assert_eq!(passwords.check(secret("correct horse batterz"), Some(stored)).await, Checked::Wrong);
    }

    #[tokio::test]
    async fn nobody_has_no_password_but_costs_as_much() {
        assert_eq!(NOBODY.split('$').nth(3), Some("m=19456,t=2,p=1"));
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert_eq!(Passwords::default().check(secret(""), None).await, Checked::Wrong);
    }

    #[tokio::test]
    async fn a_cheaper_hash_is_to_be_made_again() {
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let hash: PasswordHash = cheap.hash_password(b"an old password").unwrap();
        assert_eq!(Passwords::default().check(secret("an old password"), Some(hash.to_string())).await, Checked::RightButOld);
    }
}
