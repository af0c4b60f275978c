//! The ladder as a table: writer × cost centre × web configuration × system account.

use super::*;
use model::{Sender, ServiceOverride, WebConfiguration, WebConfigurationId};

const ANN: UserId = UserId(1);
const BEN: UserId = UserId(2);
/// Has no sender.
const CAT: UserId = UserId(3);
/// Default: north. Another service: post. Ann uses her own for the default.
const NORTH: CostCentreId = CostCentreId(1);
/// No default; one service; Ben has an override of it.
const SOUTH: CostCentreId = CostCentreId(2);
/// No service at all.
const EAST: CostCentreId = CostCentreId(3);
/// The default was stopped.
const WEST: CostCentreId = CostCentreId(4);

fn account(id: i64, name: &str) -> SendingAccount {
    SendingAccount {
        id: AccountId(id),
        name: name.into(),
        sender_name: format!("Office {name}"),
        sender_address: format!("{name}@office.example"),
        proven: true,
        stopped: String::new(),
        is_system: name == "system",
        owner: None,
    }
}

fn book(system: bool) -> SendingBook {
    let service = |id: i64, centre: CostCentreId, name: &str, account: i64, is_default: bool| Service {
        id: ServiceId(id),
        cost_centre: centre,
        name: name.into(),
        account: AccountId(account),
        is_default,
    };
    let web = |id: i64, centre: CostCentreId, service: Option<i64>| WebConfiguration {
        id: WebConfigurationId(id),
        name: format!("web{id}"),
        cost_centre: centre,
        service: service.map(ServiceId),
    };
    let sender = |name: &str| Sender { name: name.into(), address: format!("{name}@office.example"), may_send: true, ..Sender::default() };
    let mut accounts = vec![account(1, "north"), account(2, "post"), account(3, "ann"), account(4, "south"), account(5, "ben")];
    accounts.push(SendingAccount { stopped: "535 no".into(), ..account(6, "west") });
    accounts.push(SendingAccount { proven: false, ..account(7, "new") });
    if system {
        accounts.push(account(9, "system"));
    }
    SendingBook {
        centres: vec![(NORTH, "North".into()), (SOUTH, "South".into()), (EAST, "East".into()), (WEST, "West".into())],
        people: vec![(ANN, "Ann".into()), (BEN, "Ben".into()), (CAT, "Cat".into())],
        accounts,
        services: vec![
            service(1, NORTH, "Letters", 1, true),
            service(2, NORTH, "Post", 2, false),
            service(3, SOUTH, "Desk", 4, false),
            service(4, WEST, "Desk", 6, true),
            service(5, WEST, "New", 7, false),
        ],
        overrides: vec![
            ServiceOverride { service: ServiceId(1), user: ANN, account: AccountId(3) },
            ServiceOverride { service: ServiceId(3), user: BEN, account: AccountId(5) },
        ],
        webs: vec![web(1, NORTH, None), web(2, NORTH, Some(2)), web(3, SOUTH, Some(3)), web(4, EAST, None), web(5, WEST, None)],
        senders: vec![(ANN, sender("ann.sender")), (BEN, sender("ben.sender"))],
        default_email: String::new(),
    }
}

/// Which rung decides (from 0) and which account sends; `None` = none.
type Row = (Option<UserId>, Option<CostCentreId>, Option<i64>, bool, Option<(usize, &'static str)>);

// O11, O12, FC-12, FC-31, FC-34, TP-09, S17
#[test]
fn the_first_rung_that_names_an_account_decides() {
    let n: Option<UserId> = None;
    let (ann, ben, cat) = (Some(ANN), Some(BEN), Some(CAT));
    let (north, south, east, west) = (Some(NORTH), Some(SOUTH), Some(EAST), Some(WEST));
    let rows: &[Row] = &[
        // no web configuration, with a system account
        (n, None, None, true, Some((4, "system"))),
        (ann, None, None, true, Some((4, "system"))),
        (ben, None, None, true, Some((4, "system"))),
        (n, north, None, true, Some((3, "north"))),
        (ann, north, None, true, Some((2, "ann"))),
        (ben, north, None, true, Some((3, "north"))),
        (cat, north, None, true, Some((3, "north"))),
        (n, south, None, true, Some((4, "system"))),
        (ann, south, None, true, Some((4, "system"))),
        (ben, south, None, true, Some((2, "ben"))),
        (n, east, None, true, Some((4, "system"))),
        (ann, east, None, true, Some((4, "system"))),
        (ben, east, None, true, Some((4, "system"))),
        (n, west, None, true, None),
        (ann, west, None, true, None),
        (ben, west, None, true, None),
        // the same without a system account
        (n, None, None, false, None),
        (ann, None, None, false, None),
        (n, north, None, false, Some((3, "north"))),
        (ann, north, None, false, Some((2, "ann"))),
        (ben, north, None, false, Some((3, "north"))),
        (n, south, None, false, None),
        (ann, south, None, false, None),
        (ben, south, None, false, Some((2, "ben"))),
        (n, east, None, false, None),
        (ben, east, None, false, None),
        (n, west, None, false, None),
        // a web configuration that picks a cost centre
        (n, None, Some(1), true, Some((3, "north"))),
        (ann, None, Some(1), true, Some((2, "ann"))),
        (ben, south, Some(1), true, Some((3, "north"))),
        (n, None, Some(4), true, Some((4, "system"))),
        (n, north, Some(4), false, None),
        (n, None, Some(5), true, None),
        // one that picks a service too
        (n, None, Some(2), true, Some((1, "post"))),
        (ann, None, Some(2), true, Some((1, "post"))),
        (ben, south, Some(2), false, Some((1, "post"))),
        (n, None, Some(3), true, Some((1, "south"))),
        (ann, north, Some(3), true, Some((1, "south"))),
        (ben, None, Some(3), false, Some((1, "ben"))),
        // one that is gone
        (n, north, Some(99), true, None),
        (ann, north, Some(99), false, None),
    ];
    assert!(rows.len() >= 40, "{}", rows.len());
    for (n, (user, cost_centre, web, system, due)) in rows.iter().enumerate() {
        let asked = Asked { user: *user, cost_centre: *cost_centre, web: web.map(WebConfigurationId), ..Asked::default() };
        let out = resolve(&book(*system), &asked);
        let won = out.rungs.iter().position(|rung| rung.state == RungState::Won).map(|at| (at, out.account_name.as_str()));
        assert_eq!(won, *due, "row {n}: {out:#?}");
        assert_eq!(out.rungs.iter().map(|rung| rung.name.as_str()).collect::<Vec<_>>(), RUNGS, "row {n}");
        assert_eq!(out.account.is_some(), due.is_some(), "row {n}");
        // Before the one that decides, nothing was found; after it, nothing is tried.
        let decided = out.rungs.iter().position(|rung| matches!(rung.state, RungState::Won | RungState::Stopped));
        for (at, rung) in out.rungs.iter().enumerate() {
            let right = match decided {
                Some(decided) if at > decided => rung.state == RungState::NotReached,
                Some(decided) if at == decided => true,
                _ => rung.state == RungState::Passed,
            };
            assert!(right && !rung.why.is_empty(), "row {n}: {out:#?}");
        }
        assert_eq!(out.missing.is_empty(), due.is_some() && *user != cat, "row {n}: {:?}", out.missing);
        assert!(!out.trace().is_empty());
    }
}

#[test]
fn a_letters_own_choice_comes_first_and_is_never_exchanged_for_another() {
    let choose = |choice: SendingChoice, user: Option<UserId>| {
        resolve(&book(true), &Asked { choice, user, cost_centre: Some(SOUTH), web: Some(WebConfigurationId(2)) })
    };
    let rows = [
        (SendingChoice::Service(ServiceId(2)), Some(ANN), Some("post")),
        (SendingChoice::Service(ServiceId(1)), Some(ANN), Some("ann")),
        (SendingChoice::Service(ServiceId(1)), Some(BEN), Some("north")),
        (SendingChoice::Account(AccountId(5)), Some(BEN), Some("ben")),
        (SendingChoice::Account(AccountId(6)), Some(BEN), None),
        (SendingChoice::Account(AccountId(7)), None, None),
        (SendingChoice::Account(AccountId(77)), None, None),
        (SendingChoice::Service(ServiceId(77)), Some(ANN), None),
        (SendingChoice::Service(ServiceId(5)), Some(ANN), None),
    ];
    for (choice, user, due) in rows {
        let out = choose(choice, user);
        assert_eq!(out.account.map(|_| out.account_name.as_str()), due, "{choice:?}: {out:#?}");
        assert_eq!(out.rungs[0].state, if due.is_some() { RungState::Won } else { RungState::Stopped });
        assert!(out.rungs[1..].iter().all(|rung| rung.state == RungState::NotReached));
    }
}

// FC-34, TP-31
#[test]
fn sender_identity_is_never_inherited() {
    let from = |book: &SendingBook, user: Option<UserId>, centre: Option<CostCentreId>| {
        let out = resolve(book, &Asked { user, cost_centre: centre, ..Asked::default() });
        (out.from.clone().map(|from| from.address), out.sends())
    };
    let plain = book(true);
    assert_eq!(from(&plain, Some(ANN), Some(NORTH)), (Some("ann.sender@office.example".into()), true));
    assert_eq!(from(&plain, Some(CAT), Some(NORTH)), (None, false), "nothing is filled in from the account");
    assert_eq!(from(&plain, None, Some(NORTH)), (Some("north@office.example".into()), true));
    let with_default = SendingBook { default_email: "hello@office.example".into(), ..plain };
    assert_eq!(from(&with_default, None, Some(NORTH)).0, Some("north@office.example".into()));
    assert_eq!(from(&with_default, None, None).0, Some("hello@office.example".into()));
    assert_eq!(from(&with_default, Some(ANN), None).0, Some("ann.sender@office.example".into()));
}
