//! How often somebody may ask for what costs much: searching, files to take away, lists, tests of a connection, signing in, links.
//!
//! Counted per person and per network address, for each kind apart, evenly over time: who has used up a minute's worth goes on as soon
//! as some of it has come back. Wrong passwords have stricter bounds of their own ([`crate::throttle`]).
//! Must never: grow without bound, or let somebody who is refused wait longer for asking again.

use crate::permissions::Rule;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// The window of every bound, microseconds: bounds are told per minute.
const MINUTE: i64 = 60_000_000;
/// Counts held at most; those that are full again go first.
const HELD: usize = 20_000;

/// What costs much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cost {
    /// Searches, also those that a page makes while somebody types.
    Search,
    /// Files to take away, and histories to print.
    Export,
    /// Lists of clients.
    Import,
    /// Tests of a connection and whatever else waits for a mail server.
    Test,
    /// The check of the whole record.
    Verify,
    /// Steps of signing in, and letters that are posted when the session has ended.
    SignIn,
    /// Invitations and links to set a password: making them, and coming with one.
    Link,
    /// Requests of other systems, by a token.
    Api,
}

impl Cost {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Search, Self::Export, Self::Import, Self::Test, Self::Verify, Self::SignIn, Self::Link, Self::Api];

    /// Requests a minute: of one person, of one network address (an office of many people may stand behind one).
    pub fn bounds(self) -> (i64, i64) {
        match self {
            Self::Search => (240, 1_200),
            Self::Export => (60, 300),
            Self::Import => (30, 60),
            Self::Test => (30, 90),
            Self::Verify => (6, 12),
            Self::SignIn => (60, 120),
            Self::Link => (60, 120),
            Self::Api => (600, 1_800),
        }
    }

    /// As a label of metrics.
    pub fn key(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Export => "export",
            Self::Import => "import",
            Self::Test => "test",
            Self::Verify => "verify",
            Self::SignIn => "sign_in",
            Self::Link => "link",
            Self::Api => "api",
        }
    }

    /// What was done so often, for the sentence "You have … very often".
    pub fn deed(self) -> &'static str {
        match self {
            Self::Search => "searched",
            Self::Export => "taken away files",
            Self::Import => "imported lists",
            Self::Test => "asked mail servers",
            Self::Verify => "had the whole record checked",
            Self::SignIn => "tried to sign in",
            Self::Link => "used links",
            Self::Api => "asked",
        }
    }

    /// What a request costs, if it costs much. A test compares the paths with the table of doors.
    pub fn of(rule: &Rule, query: Option<&str>) -> Option<Self> {
        let asks = |name: &str| query.is_some_and(|query| crate::http::pairs(query).any(|(key, value)| key == name && !value.is_empty()));
        Some(match rule.path {
            "/search" if !asks("q") => return None,
            "/accounts/checklist" if !asks("client") && !asks("address") => return None,
            "/audit" if !asks("verify") => return None,
            path => DEAR.iter().find(|(dear, _)| *dear == path)?.1,
        })
    }
}

/// What costs much, by the path of its door.
pub const DEAR: &[(&str, Cost)] = &[
    ("/search", Cost::Search),
    ("/api/letters/search", Cost::Search),
    ("/api/palette/find", Cost::Search),
    ("/accounts/checklist", Cost::Search),
    ("/api/health/checklist", Cost::Search),
    ("/clients/{id}/why-not", Cost::Search),
    ("/api/history/why-not", Cost::Search),
    ("/messages/{id}/letter.eml", Cost::Export),
    ("/messages/{id}/files/{n}", Cost::Export),
    ("/clients/{id}/history.mbox", Cost::Export),
    ("/clients/{id}/summary.pdf", Cost::Export),
    ("/clients/{id}/print", Cost::Export),
    ("/api/history/sheet", Cost::Export),
    ("/audit/trail.jsonl", Cost::Export),
    ("/upload/clients", Cost::Import),
    ("/upload/contacts", Cost::Import),
    ("/upload/archive", Cost::Import),
    ("/api/clients/import", Cost::Import),
    ("/api/contacts/import", Cost::Import),
    ("/api/accounts/form", Cost::Test),
    ("/api/accounts/fix", Cost::Test),
    ("/api/accounts/download-folders", Cost::Test),
    ("/api/accounts/select-folders", Cost::Test),
    ("/audit", Cost::Verify),
    ("/api/audit/verify", Cost::Verify),
    ("/api/session/sign-in", Cost::SignIn),
    ("/api/session/second-step", Cost::SignIn),
    ("/api/session/set-up", Cost::SignIn),
    ("/welcome", Cost::Link),
    ("/api/welcome/look", Cost::Link),
    ("/api/welcome/come-in", Cost::Link),
    ("/api/people/invite", Cost::Link),
    ("/api/people/make-reset", Cost::Link),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    Person(i64),
    Network(IpAddr),
}

/// All counts of a process.
pub struct Rates {
    /// How many times the usual bounds; 0 = no bounds.
    factor: f64,
    /// When each count will be full again, microseconds.
    full_at: Mutex<HashMap<(Cost, Whose), i64>>,
    refused: Mutex<BTreeMap<Cost, u64>>,
}

impl Default for Rates {
    fn default() -> Self {
        Self::times(1.0)
    }
}

impl Rates {
    /// So many times the usual bounds; 0 = no bounds.
    pub fn times(factor: f64) -> Self {
        Self { factor: factor.max(0.0), full_at: Mutex::default(), refused: Mutex::default() }
    }

    /// Counts a request that is about to be answered.
    ///
    /// # Errors
    /// Seconds to wait; the request is then not counted.
    pub fn admit(&self, cost: Cost, person: Option<i64>, from: IpAddr, now_ms: i64) -> Result<(), u32> {
        if self.factor == 0.0 {
            return Ok(());
        }
        let now = now_ms.saturating_mul(1000);
        let (of_person, of_network) = cost.bounds();
        let counts = [person.map(|id| (Whose::Person(id), of_person)), Some((Whose::Network(network(from)), of_network))];
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let next: Vec<((Cost, Whose), i64)> = counts
            .into_iter()
            .flatten()
            .map(|(whose, bound)| {
                let each = (MINUTE as f64 / (bound as f64 * self.factor)).max(1.0) as i64;
                let key = (cost, whose);
                (key, full_at.get(&key).copied().unwrap_or(now).max(now) + each)
            })
            .collect();
        let wait = next.iter().map(|(_, full)| full - now - MINUTE).max().unwrap_or(0);
        // A window's worth and not one more: what rounding takes away is given.
        if wait > 1_000 {
            *self.refused.lock().unwrap_or_else(PoisonError::into_inner).entry(cost).or_default() += 1;
            return Err(u32::try_from((wait + 999_999) / 1_000_000).unwrap_or(u32::MAX));
        }
        if full_at.len() >= HELD {
            full_at.retain(|_, full| *full > now);
            if full_at.len() >= HELD {
                // Those that are nearly full again lose least.
                let mut soonest: Vec<i64> = full_at.values().copied().collect();
                let (_, middle, _) = soonest.select_nth_unstable(HELD / 2);
                let middle = *middle;
                full_at.retain(|_, full| *full > middle);
            }
        }
        full_at.extend(next);
        Ok(())
    }

    /// How many requests were put off, by kind.
    pub fn refused(&self) -> BTreeMap<Cost, u64> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Whoever has one IPv6 address has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::TABLE;
    use std::net::Ipv4Addr;

    const SECOND: i64 = 1000;

    fn desk(host: u8) -> IpAddr {
        Ipv4Addr::new(192, 0, 2, host).into()
    }

    /// Asks until refused; how often that went well.
    fn until_refused(rates: &Rates, cost: Cost, person: Option<i64>, from: impl Fn(i64) -> IpAddr, now: i64) -> i64 {
        (0..100_000).take_while(|n| rates.admit(cost, person, from(*n), now).is_ok()).count() as i64
    }

    #[test]
    fn a_person_gets_a_minutes_worth_at_once_and_the_rest_as_it_comes_back() {
        for cost in Cost::ALL {
            let (rates, (bound, _)) = (Rates::default(), cost.bounds());
            assert_eq!(until_refused(&rates, *cost, Some(1), |_| desk(1), 0), bound, "{cost:?}");
            let wait = rates.admit(*cost, Some(1), desk(1), 0).unwrap_err();
            assert!(wait >= 1 && i64::from(wait) <= 60 / bound + 1, "{cost:?}: {wait}");
            assert_eq!(rates.admit(*cost, Some(1), desk(1), i64::from(wait) * SECOND), Ok(()), "{cost:?}: after the wait it is answered");
            assert_eq!(rates.admit(*cost, Some(2), desk(2), 0), Ok(()), "somebody else is not kept waiting");
            assert!(rates.refused()[cost] >= 2);
        }
    }

    #[test]
    fn an_address_is_bounded_whoever_comes_from_it_and_a_person_wherever_from() {
        let (of_person, of_network) = Cost::Test.bounds();
        let rates = Rates::default();
        let people = (0..10_000).take_while(|n| rates.admit(Cost::Test, Some(*n), desk(1), 0).is_ok()).count();
        assert_eq!(people as i64, of_network);
        let rates = Rates::default();
        assert_eq!(until_refused(&rates, Cost::Test, Some(1), |n| desk((n % 200) as u8), 0), of_person);
    }

    #[test]
    fn one_kind_does_not_use_up_another() {
        let rates = Rates::default();
        until_refused(&rates, Cost::Search, Some(1), |_| desk(1), 0);
        assert_eq!(rates.admit(Cost::Export, Some(1), desk(1), 0), Ok(()));
    }

    #[test]
    fn whoever_is_refused_waits_no_longer_for_asking_again() {
        let rates = Rates::default();
        until_refused(&rates, Cost::Verify, Some(1), |_| desk(1), 0);
        let first = rates.admit(Cost::Verify, Some(1), desk(1), 0);
        for _ in 0..100 {
            assert_eq!(rates.admit(Cost::Verify, Some(1), desk(1), 0), first);
        }
    }

    #[test]
    fn all_of_an_ipv6_network_is_one_address() {
        let at = |last: u16| IpAddr::from([0x2001, 0xdb8, 1, 2, 3, 4, 5, last]);
        let rates = Rates::default();
        assert_eq!(until_refused(&rates, Cost::Link, None, |n| at((n % 60_000) as u16), 0), Cost::Link.bounds().1);
        assert_eq!(network("::ffff:192.0.2.7".parse().unwrap()), desk(7));
    }

    #[test]
    fn the_bounds_can_be_raised_and_taken_away() {
        let (bound, _) = Cost::Verify.bounds();
        assert_eq!(until_refused(&Rates::times(2.0), Cost::Verify, Some(1), |_| desk(1), 0), bound * 2);
        assert_eq!(until_refused(&Rates::times(0.0), Cost::Verify, Some(1), |_| desk(1), 0), 100_000);
    }

    #[test]
    fn it_never_grows_beyond_its_bound_and_keeps_those_who_ask_most() {
        let rates = Rates::default();
        let bound = until_refused(&rates, Cost::Verify, Some(-1), |_| desk(2), 0);
        for n in 0..(HELD as i64 * 3) {
            let host = IpAddr::from([0x2001, 0xdb8, (n >> 16) as u16, n as u16, 0, 0, 0, 1]);
            rates.admit(Cost::Search, Some(n), host, 0).unwrap();
            assert!(rates.full_at.lock().unwrap().len() <= HELD + 2);
        }
        assert_eq!(bound, Cost::Verify.bounds().0);
        assert!(rates.admit(Cost::Verify, Some(-1), desk(2), 0).is_err(), "a crowd does not free who was refused");
    }

    #[test]
    fn every_dear_path_is_a_door_and_a_page_costs_only_when_it_is_asked_something() {
        for (path, cost) in DEAR {
            let rule = TABLE.iter().find(|rule| rule.path == *path).unwrap_or_else(|| panic!("{path} is no door"));
            let asked = Cost::of(rule, Some("q=a&address=b&verify=1"));
            assert_eq!(asked, Some(*cost), "{path}");
        }
        let search = TABLE.iter().find(|rule| rule.path == "/search").unwrap();
        assert_eq!(Cost::of(search, Some("%71=x")), Some(Cost::Search), "however the key is written");
        let page = |path: &str| TABLE.iter().find(|rule| rule.path == path).unwrap();
        assert_eq!(Cost::of(page("/search"), Some("q=&sort=best")), None);
        assert_eq!((Cost::of(page("/audit"), Some("group=client")), Cost::of(page("/clients"), None)), (None, None));
    }
}
