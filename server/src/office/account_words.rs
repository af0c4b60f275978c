//! What became of the settings of an account, for the audit trail: every setting by name, so that a mailbox that was pointed elsewhere, or
//! made less careful, is seen by whoever reads the trail.
//!
//! Must never: hold a secret. The mailbox's own address and user name are settings of the office like its server, and stand in the trail
//! in clear; addresses of those who write to it never come here.

use model::{ContactSide, ContactType, ImportSettings, Queue};
use postroom_store::NewAccount;

/// What is different, setting by setting: `port: 993 → 143; clear text allowed: yes → no`.
pub(super) fn difference(was: &NewAccount, is: &NewAccount) -> String {
    let different = told(was).into_iter().zip(told(is)).filter(|((_, was), (_, is))| was != is);
    let mut words: Vec<String> = different.map(|((what, was), (_, is))| format!("{what}: {} → {}", or_none(&was), or_none(&is))).collect();
    // That there is another password, never which.
    if is.secret.is_some() {
        words.push("another password".to_owned());
    }
    if words.is_empty() { "nothing was different".to_owned() } else { words.join("; ") }
}

/// What is different in how replies are imported: `import replies: no → yes; agents: none → Reservations`.
pub(super) fn import_difference(was: &ImportSettings, is: &ImportSettings, types: &[ContactType], queues: &[Queue]) -> String {
    let told = |settings: &ImportSettings| {
        let queue = queues.iter().find(|queue| queue.id == settings.queue_or_built_in());
        let of = |side: ContactSide| {
            let chosen = settings.types.iter().filter(|(of, _)| *of == side);
            let name = |id: &i64| types.iter().find(|kind| kind.id == *id).map_or_else(|| format!("type {id}"), |kind| kind.name.clone());
            chosen.map(|(_, id)| name(id)).collect::<Vec<_>>().join(", ")
        };
        let here = if settings.rules == 0 && !settings.on {
            ""
        } else if settings.since == 0 {
            "imported too"
        } else {
            "left alone"
        };
        [
            ("import replies", if settings.on { "yes" } else { "no" }.to_owned()),
            ("error queue", queue.map(|queue| queue.name.clone()).unwrap_or_default()),
            ("agents", of(ContactSide::Agent)),
            ("suppliers", of(ContactSide::Supplier)),
            ("letters here already", here.to_owned()),
        ]
    };
    let different = told(was).into_iter().zip(told(is)).filter(|((_, was), (_, is))| was != is);
    let words: Vec<String> = different.map(|((what, was), (_, is))| format!("{what}: {} → {}", or_none(&was), or_none(&is))).collect();
    if words.is_empty() { "nothing was different".to_owned() } else { words.join("; ") }
}

/// A new account in short.
pub(super) fn described(settings: &NewAccount) -> String {
    let pinned = if settings.pinned_fingerprint.is_some() { ", one certificate accepted" } else { "" };
    format!("{} port {} {}{pinned}", settings.server, settings.port, settings.security.as_str())
}

/// Every setting in words. Taken apart by name: a setting that joins cannot be forgotten here.
fn told(settings: &NewAccount) -> Vec<(&'static str, String)> {
    let NewAccount {
        name,
        description,
        protocol,
        preset,
        address,
        server,
        port,
        security,
        user_name,
        secret: _, // told by itself
        timeout_seconds,
        connection_limit,
        pinned_fingerprint,
        allow_clear_text,
        owner,
        reach_anywhere,
        tested: _, // what the doctor found, no setting
    } = settings;
    let yes = |truth: bool| if truth { "yes" } else { "no" }.to_owned();
    vec![
        ("name", name.clone()),
        ("description", description.clone()),
        ("protocol", protocol.as_str().to_owned()),
        ("server type", preset.as_str().to_owned()),
        ("address", address.clone()),
        ("server", server.clone()),
        ("port", port.to_string()),
        ("encryption", security.as_str().to_owned()),
        ("user name", user_name.clone()),
        ("seconds to wait", timeout_seconds.to_string()),
        ("connections at most", connection_limit.map(|limit| limit.to_string()).unwrap_or_default()),
        ("certificate accepted by SHA-256", pinned_fingerprint.clone().unwrap_or_default()),
        ("clear text allowed", yes(*allow_clear_text)),
        ("owner", owner.map(|owner| format!("user {owner}")).unwrap_or_default()),
        ("private addresses and any port", yes(*reach_anywhere)),
    ]
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Preset, Protocol, Security, UserId};

    fn desk() -> NewAccount {
        NewAccount {
            name: "Desk".into(),
            description: String::new(),
            protocol: Protocol::Imap,
            preset: Preset::Custom,
            address: "desk@office.example".into(),
            server: "mail.office.example".into(),
            port: 993,
            security: Security::Tls,
            user_name: "desk".into(),
            secret: None,
            timeout_seconds: 60,
            connection_limit: Some(2),
            pinned_fingerprint: Some("ab12".into()),
            allow_clear_text: true,
            owner: Some(UserId(3)),
            reach_anywhere: true,
            tested: true,
        }
    }

    #[test]
    fn every_setting_tells_what_it_was_and_what_it_became() {
        // S4, DESIGN §10
        let changed = NewAccount {
            connection_limit: None,
            preset: Preset::Gmail,
            pinned_fingerprint: None,
            allow_clear_text: false,
            reach_anywhere: false,
            owner: None,
            ..desk()
        };
        assert_eq!(
            difference(&desk(), &changed),
            format!(
                "server type: {} → {}; connections at most: 2 → none; certificate accepted by SHA-256: ab12 → none; \
                 clear text allowed: yes → no; owner: user 3 → none; private addresses and any port: yes → no",
                Preset::Custom.as_str(),
                Preset::Gmail.as_str()
            )
        );
        assert!(difference(&changed, &desk()).contains("clear text allowed: no → yes"));
    }

    // TP-37 to TP-40
    #[test]
    fn the_trail_tells_whose_replies_are_imported() {
        let types = [ContactType { id: 1, name: "Reservations".into() }, ContactType { id: 2, name: "Accounts".into() }];
        let queues = [Queue { id: 1, name: "Email Management".into() }, Queue { id: 2, name: "Billing".into() }];
        let is = ImportSettings {
            on: true,
            queue: Some(2),
            since: 5,
            types: vec![(ContactSide::Agent, 1), (ContactSide::Agent, 2)],
            ..ImportSettings::default()
        };
        assert_eq!(
            import_difference(&ImportSettings::default(), &is, &types, &queues),
            "import replies: no → yes; error queue: Email Management → Billing; agents: none → Reservations, Accounts; letters here already: none → left alone"
        );
        assert_eq!(import_difference(&is, &is, &types, &queues), "nothing was different");
    }

    #[test]
    fn of_a_password_only_that_it_is_another_one() {
        let changed = NewAccount { secret: Some("hunter22".to_owned().into()), ..desk() };
        assert_eq!(difference(&desk(), &changed), "another password");
        assert_eq!(difference(&desk(), &desk()), "nothing was different");
    }
}
