//! How often somebody may try to sign in (ASVS 5 V6.3.1).
//!
//! Counted per account name and per network address, with a rising wait. A browser that signed in to this account before has a
//! count of its own, so a stranger who tries somebody's name all day does not lock that person out.
//! Must never: grow without bound; tell whether an account exists (unknown names are counted like known ones).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Tries are forgotten after this long, ms (15 minutes).
const WINDOW: i64 = 15 * 60 * 1000;
/// Tries for one account in the window.
const PER_ACCOUNT: usize = 10;
/// Tries from one network address in the window: an office of many people may stand behind one.
const PER_ADDRESS: usize = 60;
/// Tries that cost no wait.
const FREE: usize = 3;
/// Longest wait between two tries before the window is full, ms.
const LONGEST_WAIT: i64 = 60 * 1000;
/// Buckets held at most; the stalest go first.
const BUCKETS: usize = 20_000;

/// Whose tries are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Bucket {
    Account(String),
    KnownBrowser(String, String),
    Address(IpAddr),
}

/// Who tries.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The account's name as typed, folded.
    account: String,
    /// From where.
    from: IpAddr,
    /// The id of a browser that signed in to this account before.
    known_browser: Option<String>,
}

impl Attempt {
    /// A try at `account`. `known_browser` only when its cookie's signature was ours and names this account.
    pub fn new(account: &str, from: IpAddr, known_browser: Option<String>) -> Self {
        Self { account: account.trim().to_lowercase(), from, known_browser }
    }

    fn buckets(&self) -> Vec<(Bucket, usize)> {
        match &self.known_browser {
            Some(browser) => vec![(Bucket::KnownBrowser(self.account.clone(), browser.clone()), PER_ACCOUNT)],
            None => vec![(Bucket::Account(self.account.clone()), PER_ACCOUNT), (Bucket::Address(self.from), PER_ADDRESS)],
        }
    }
}

/// The counts. In memory: a restart forgets them, which costs an attacker more than it gives.
#[derive(Default)]
pub struct Throttle {
    tries: Mutex<HashMap<Bucket, Vec<i64>>>,
}

impl Throttle {
    /// Counts a try before it is made, so that a hundred at once do not all slip in.
    ///
    /// # Errors
    /// Seconds to wait; the try is then not counted and must not be made.
    pub fn admit(&self, attempt: &Attempt, now: i64) -> Result<(), u32> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let buckets = attempt.buckets();
        let wait = buckets.iter().map(|(bucket, most)| wait_of(tries.get_mut(bucket), *most, now)).max().unwrap_or(0);
        if wait > 0 {
            return Err(u32::try_from((wait + 999) / 1000).unwrap_or(u32::MAX));
        }
        if tries.len() >= BUCKETS {
            forget_stale(&mut tries, now);
        }
        for (bucket, _) in buckets {
            tries.entry(bucket).or_default().push(now);
        }
        Ok(())
    }

    /// The password was right: this account's count starts again. The network address keeps its own but for this one try, else somebody
    /// with one account of his own could try others for ever; an office that signs in all at once in the morning does not wait.
    pub fn succeeded(&self, attempt: &Attempt) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        for (bucket, _) in attempt.buckets() {
            match bucket {
                Bucket::Address(_) => {
                    let _ = tries.get_mut(&bucket).and_then(Vec::pop);
                }
                own => {
                    tries.remove(&own);
                }
            }
        }
    }
}

/// How long to wait, ms; 0 = go on.
fn wait_of(tries: Option<&mut Vec<i64>>, most: usize, now: i64) -> i64 {
    let Some(tries) = tries else { return 0 };
    tries.retain(|at| at + WINDOW > now);
    let (Some(first), Some(last)) = (tries.first(), tries.last()) else { return 0 };
    if tries.len() >= most {
        return first + WINDOW - now;
    }
    // For an address that many people share the wait begins later, at the same share of its limit.
    let free = FREE * most / PER_ACCOUNT;
    let over = (tries.len() + 1).saturating_sub(free);
    if over == 0 {
        return 0;
    }
    let pause = (1000_i64 << over.min(20).saturating_sub(1)).min(LONGEST_WAIT);
    (last + pause - now).max(0)
}

fn forget_stale(tries: &mut HashMap<Bucket, Vec<i64>>, now: i64) {
    tries.retain(|_, times| times.last().is_some_and(|at| at + WINDOW > now));
    if tries.len() >= BUCKETS {
        let mut newest: Vec<i64> = tries.values().filter_map(|times| times.last().copied()).collect();
        newest.sort_unstable();
        let middle = newest.get(newest.len() / 2).copied().unwrap_or(now);
        tries.retain(|_, times| times.last().is_some_and(|at| *at > middle));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn try_at(throttle: &Throttle, account: &str, host: u8, browser: Option<&str>, now: i64) -> Result<(), u32> {
        throttle.admit(&Attempt::new(account, Ipv4Addr::new(192, 0, 2, host).into(), browser.map(str::to_owned)), now)
    }

    /// Tries as soon as it is let, for the length of the window; how many were let through.
    fn hammer(throttle: &Throttle, account: &str, start: i64, from: impl Fn(i64) -> u8) -> usize {
        (0..WINDOW / 500).filter(|tick| try_at(throttle, account, from(*tick), None, start + tick * 500).is_ok()).count()
    }

    #[test]
    fn three_tries_are_free_then_the_wait_rises() {
        let throttle = Throttle::default();
        for _ in 0..3 {
            assert_eq!(try_at(&throttle, "ada@example.com", 1, None, 0), Ok(()));
        }
        assert_eq!(try_at(&throttle, "Ada@Example.com ", 1, None, 0), Err(1), "the same account, however it is written");
        assert_eq!(try_at(&throttle, "ada@example.com", 1, None, 1000), Ok(()));
        assert_eq!(try_at(&throttle, "ada@example.com", 1, None, 2000), Err(1), "two seconds after the last, one of which has passed");
    }

    #[test]
    fn no_more_than_ten_passwords_of_one_account_are_checked_in_fifteen_minutes_even_from_many_addresses() {
        // RELIABILITY §4.2
        let throttle = Throttle::default();
        assert_eq!(hammer(&throttle, "ada@example.com", 0, |tick| (tick % 250) as u8), 10);
    }

    #[test]
    fn a_browser_that_signed_in_before_is_not_locked_out_by_a_stranger() {
        let throttle = Throttle::default();
        hammer(&throttle, "ada@example.com", 0, |tick| (tick % 250) as u8);
        let now = WINDOW - 1000;
        assert!(try_at(&throttle, "ada@example.com", 9, None, now).is_err());
        assert_eq!(try_at(&throttle, "ada@example.com", 9, Some("desk"), now), Ok(()));
    }

    #[test]
    fn one_address_may_not_try_every_name_there_is() {
        let throttle = Throttle::default();
        let let_through =
            (0..1000).filter(|n| try_at(&throttle, &format!("user{n}@example.com"), 1, None, i64::from(*n) * 500).is_ok()).count();
        assert!(let_through <= PER_ADDRESS, "{let_through}");
    }

    #[test]
    fn a_large_office_signs_in_at_once_from_one_address() {
        let throttle = Throttle::default();
        let everybody = (0..500).map(|n| Attempt::new(&format!("user{n}@example.com"), Ipv4Addr::LOCALHOST.into(), None));
        let let_through = everybody.filter(|one| throttle.admit(one, 0).map(|()| throttle.succeeded(one)).is_ok()).count();
        assert_eq!(let_through, 500);
    }

    #[test]
    fn an_account_of_ones_own_does_not_help_to_try_others() {
        let throttle = Throttle::default();
        let own = Attempt::new("mallory@example.com", Ipv4Addr::LOCALHOST.into(), None);
        let others = (0..1000).filter(|n| {
            let now = i64::from(*n) * 500;
            if throttle.admit(&own, now).is_ok() {
                throttle.succeeded(&own);
            }
            throttle.admit(&Attempt::new(&format!("user{n}@example.com"), Ipv4Addr::LOCALHOST.into(), None), now).is_ok()
        });
        let let_through = others.count();
        assert!(let_through <= PER_ADDRESS, "{let_through}");
    }

    #[test]
    fn the_window_ends() {
        let throttle = Throttle::default();
        hammer(&throttle, "ada@example.com", 0, |_| 1);
        assert_eq!(try_at(&throttle, "ada@example.com", 1, None, 3 * WINDOW), Ok(()));
    }
}
