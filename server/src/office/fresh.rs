//! What is told once: a link just made, recovery codes just made. In memory, in the session that made them, for five minutes.
//!
//! Must never: tell another session, or outlive the session.

use model::{FreshLink, FreshWord};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Told for this long, ms.
const TOLD: i64 = 5 * 60 * 1000;
/// Sessions at once; the stalest goes first.
const SESSIONS: usize = 500;

/// The SHA-256 of the session's token.
type Owner = [u8; 32];

#[derive(Default)]
struct News {
    at: i64,
    link: Option<FreshLink>,
    codes: Vec<String>,
    word: Option<FreshWord>,
}

/// News of all sessions.
#[derive(Default)]
pub struct Fresh(Mutex<HashMap<Owner, News>>);

impl Fresh {
    fn with<T>(&self, now: i64, work: impl FnOnce(&mut HashMap<Owner, News>) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, news| news.at + TOLD > now);
        if all.len() >= SESSIONS
            && let Some(stalest) = all.iter().min_by_key(|(_, news)| news.at).map(|(owner, _)| *owner)
        {
            all.remove(&stalest);
        }
        work(&mut all)
    }

    /// A link was made.
    pub fn keep_link(&self, owner: &Owner, link: FreshLink, now: i64) {
        self.with(now, |all| all.insert(*owner, News { at: now, link: Some(link), ..News::default() }));
    }

    /// Recovery codes were made.
    pub fn keep_codes(&self, owner: &Owner, codes: Vec<String>, now: i64) {
        self.with(now, |all| all.insert(*owner, News { at: now, codes, ..News::default() }));
    }

    /// A token or a secret was made.
    pub fn keep_word(&self, owner: &Owner, word: FreshWord, now: i64) {
        self.with(now, |all| all.insert(*owner, News { at: now, word: Some(word), ..News::default() }));
    }

    /// The word made last, if that is news.
    pub fn word(&self, owner: &Owner, now: i64) -> Option<FreshWord> {
        self.with(now, |all| all.get(owner).and_then(|news| news.word.clone()))
    }

    /// The link made last, if that is news.
    pub fn link(&self, owner: &Owner, now: i64) -> Option<FreshLink> {
        self.with(now, |all| all.get(owner).and_then(|news| news.link.clone()))
    }

    /// The codes made last, if that is news.
    pub fn codes(&self, owner: &Owner, now: i64) -> Vec<String> {
        self.with(now, |all| all.get(owner).map(|news| news.codes.clone()).unwrap_or_default())
    }

    /// Noted: told no more.
    pub fn forget(&self, owner: &Owner) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_for_the_session_that_made_them_and_for_five_minutes() {
        let fresh = Fresh::default();
        fresh.keep_codes(&[1; 32], vec!["abcd".into()], 0);
        assert_eq!(fresh.codes(&[1; 32], 1), ["abcd"]);
        assert!(fresh.codes(&[2; 32], 1).is_empty());
        assert!(fresh.codes(&[1; 32], TOLD).is_empty());
        fresh.keep_codes(&[1; 32], vec!["abcd".into()], 0);
        fresh.forget(&[1; 32]);
        assert!(fresh.codes(&[1; 32], 1).is_empty());
    }
}
