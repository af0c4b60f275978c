//! People on their way to a provider's sign-in and back. In memory, for ten minutes, each bound to the session that began it and to one
//! account; used once.
//!
//! Must never: give a trip to another session, give it twice, or grow without bound.

use crate::tokens;
use model::AccountId;
use postroom_store::ApplicationRecord;
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A trip is forgotten after this long, ms (ten minutes).
const LASTS: i64 = 10 * 60 * 1000;
/// Trips at once; the oldest goes first.
const TRIPS: usize = 500;

/// The SHA-256 of the session's token.
type Owner = [u8; 32];

/// One trip.
#[derive(Clone)]
pub struct Trip {
    /// The account it is for.
    pub account: AccountId,
    /// The application as it stood: a code goes nowhere else.
    pub application: ApplicationRecord,
    /// The secret half of the challenge (RFC 7636).
    pub verifier: SecretString,
    /// Where the provider sends the browser back to.
    pub redirect: String,
    /// Where the person says yes.
    pub url: String,
}

struct Held {
    owner: Owner,
    at: i64,
    trip: Trip,
}

/// All trips, by the digest of their state: what the browser carries is held nowhere.
#[derive(Default)]
pub struct Trips(Mutex<HashMap<[u8; 32], Held>>);

impl Trips {
    fn with<T>(&self, now: i64, work: impl FnOnce(&mut HashMap<[u8; 32], Held>) -> T) -> T {
        let mut trips = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        trips.retain(|_, held| held.at + LASTS > now);
        work(&mut trips)
    }

    /// Begins a trip; one that this session had begun for the same account is forgotten.
    pub fn begin(&self, owner: &Owner, state: &str, trip: Trip, now: i64) {
        self.with(now, |trips| {
            trips.retain(|_, held| held.owner != *owner || held.trip.account != trip.account);
            if trips.len() >= TRIPS
                && let Some(oldest) = trips.iter().min_by_key(|(_, held)| held.at).map(|(state, _)| *state)
            {
                trips.remove(&oldest);
            }
            trips.insert(tokens::digest(state), Held { owner: *owner, at: now, trip });
        });
    }

    /// The trip of this session for an account.
    pub fn of_account(&self, owner: &Owner, account: AccountId, now: i64) -> Option<Trip> {
        self.with(now, |trips| {
            trips.values().find(|held| held.owner == *owner && held.trip.account == account).map(|held| held.trip.clone())
        })
    }

    /// The trip that this session began with this state.
    pub fn look(&self, owner: &Owner, state: &str, now: i64) -> Option<Trip> {
        self.with(now, |trips| trips.get(&tokens::digest(state)).filter(|held| held.owner == *owner).map(|held| held.trip.clone()))
    }

    /// The same, and it is over.
    pub fn end(&self, owner: &Owner, state: &str, now: i64) -> Option<Trip> {
        let trip = self.look(owner, state, now)?;
        self.with(now, |trips| trips.remove(&tokens::digest(state)))?;
        Some(trip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trip(account: i64) -> Trip {
        let application = ApplicationRecord {
            sign_in_server: "login.example".into(),
            consent_server: String::new(),
            tenant: "t".into(),
            client_id: "c".into(),
            delegated: true,
            secret_expires_at: None,
            has_refresh: false,
        };
        Trip { account: AccountId(account), application, verifier: "v".to_owned().into(), redirect: "r".into(), url: "u".into() }
    }

    // DESIGN §10
    #[test]
    fn a_trip_is_its_sessions_own_lasts_ten_minutes_and_ends_once() {
        let (trips, ann, bob) = (Trips::default(), [1; 32], [2; 32]);
        trips.begin(&ann, "s", trip(1), 0);
        assert!(trips.look(&ann, "s", 1).is_some() && trips.of_account(&ann, AccountId(1), 1).is_some());
        assert!(trips.look(&bob, "s", 1).is_none() && trips.end(&bob, "s", 1).is_none() && trips.look(&ann, "t", 1).is_none());
        assert!(trips.of_account(&ann, AccountId(2), 1).is_none());
        assert!(trips.end(&ann, "s", 1).is_some() && trips.end(&ann, "s", 1).is_none());
        trips.begin(&ann, "s", trip(1), 0);
        assert!(trips.look(&ann, "s", LASTS).is_none());
    }

    #[test]
    fn a_second_begin_makes_the_first_worthless_and_many_do_not_fill_the_memory() {
        let (trips, ann) = (Trips::default(), [1; 32]);
        trips.begin(&ann, "first", trip(1), 0);
        trips.begin(&ann, "second", trip(1), 1);
        assert!(trips.look(&ann, "first", 2).is_none() && trips.look(&ann, "second", 2).is_some());
        for n in 0..2 * TRIPS {
            trips.begin(&ann, &n.to_string(), trip(n as i64), n as i64);
        }
        assert_eq!(trips.0.lock().unwrap().len(), TRIPS);
    }
}
