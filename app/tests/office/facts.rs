//! What stands in the made-up office: people, clients, letters, accounts.

use model::*;

pub const NOW: i64 = 1_773_479_520_000;
pub const DAY: i64 = 86_400_000;

/// From 1 July to 31 December 2026, by the office's clocks: it begins in summer time and ends in winter.
pub const SAMS_DAYS: (Option<i64>, Option<i64>) = (Some(1_782_860_400_000), Some(1_798_761_600_000));

/// Ada, the administrator.
pub fn ada() -> Viewer {
    Viewer {
        id: UserId(1),
        name: "Ada Bell".into(),
        email: "ada@office.example".into(),
        role: Role::Administrator,
        granted: vec![],
        csrf: "token-of-ada".into(),
        shortcuts: true,
    }
}

pub fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox { name: name.into(), address: address.into() }
}

pub fn client_card(id: i64) -> ClientCard {
    let names = ["Jo and Sam Hartley", "Miriam Okafor", "Øystein Brandt", "The Pemberton Family Trust"];
    let at = |person, slot, address: &str, (valid_from, valid_to): (Option<i64>, Option<i64>)| ClientAddress {
        person,
        slot,
        address: address.into(),
        valid_from,
        valid_to,
    };
    ClientCard {
        id: ClientId(id),
        code: format!("C-{:04}", 1040 + id),
        name: names[(id as usize - 1) % names.len()].into(),
        cost_centre: Some("North".into()),
        addresses: vec![
            at(Person::Myself, 1, "jo.hartley@example.com", (None, None)),
            at(Person::Myself, 2, "jo@hartley-garden-design.example", (Some(1_577_836_800_000), None)),
            at(Person::Partner, 1, "sam.hartley@example.net", SAMS_DAYS),
        ],
    }
}

pub fn history_row(n: i64) -> HistoryRow {
    let sent = n % 3 == 1;
    let subjects = [
        "Your annual review: papers to sign",
        "Re: Pension transfer, next steps",
        "Change of address",
        "",
        "Statement of holdings, first quarter",
    ];
    let (jo, office) = (mailbox("Jo Hartley", "jo.hartley@example.com"), mailbox("Ada Bell", "ada@office.example"));
    HistoryRow {
        id: MessageId(100 + n),
        date: NOW - n * 5 * DAY,
        date_looks_wrong: n == 4,
        direction: if sent { Direction::Sent } else { Direction::Received },
        from: if sent { office.clone() } else { jo.clone() },
        to: if sent { vec![jo, mailbox("Sam", "sam.hartley@example.net"), mailbox("", "third@example.org")] } else { vec![office] },
        subject: subjects[n as usize % subjects.len()].into(),
        preview: "Thank you for the papers. We have looked through them together and have two questions about the figures on page three,"
            .into(),
        attachments: i64::from(n % 2 == 0) * 2,
        why: vec![Why {
            role: Some(AddressRole::To),
            address: "jo.hartley@example.com".into(),
            person: Some(Person::Myself),
            slot: Some(1),
            by_hand: None,
        }],
        sightings: 1 + n % 3,
        variants: i64::from(n == 2),
        filing: (n == 3).then(|| Filing {
            decision: Decision::Belongs,
            by: Some("Ben Cole".into()),
            at: NOW,
            reason: "Written from the daughter's address".into(),
        }),
        hidden: false,
        unread: n < 2,
        snippet: String::new(),
        folded: if n == 2 { vec![history_row(20)] } else { vec![] },
        conversation: None,
        quoted: if n == 4 {
            vec![Quoted { address: "miriam@okafor.example".into(), clients: vec![(ClientId(2), client_card(2).name)] }]
        } else {
            vec![]
        },
        clients: if n == 1 { vec![other_client()] } else { vec![] },
    }
}

/// Another client on whose file a letter is.
pub fn other_client() -> OnFileOf {
    let why = Why {
        role: Some(AddressRole::Cc),
        address: "miriam@okafor.example".into(),
        person: Some(Person::Myself),
        slot: Some(1),
        by_hand: None,
    };
    OnFileOf { id: ClientId(2), is_contact: false, code: "C-1042".into(), name: client_card(2).name, why: vec![why] }
}

pub fn sums(server: i64, missing: i64) -> LedgerSums {
    LedgerSums { server, filed: server - missing - 54, elsewhere: 50, excluded: 3, errored: 1, missing }
}

pub fn account_card(id: i64) -> AccountCard {
    let progress = Progress {
        account_id: AccountId(id),
        doing: "Collecting Sent".into(),
        done: 3200,
        total: 8000,
        bytes: 92_000_000,
        rate: 84,
        seconds_left: Some(57),
        folders: vec![("INBOX".into(), 2000, 5000), ("Sent".into(), 1200, 3000)],
        finished: false,
    };
    let (name, health, error) = match id {
        1 => ("Office", AccountHealth::UpToDate, None),
        2 => ("Ada", AccountHealth::Collecting(progress), None),
        3 => ("Ben", AccountHealth::Failed, Some("NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)".to_owned())),
        _ => ("Archive", AccountHealth::Draft, None),
    };
    AccountCard {
        id: AccountId(id),
        name: name.into(),
        protocol: Protocol::Imap,
        description: if id == 1 { "Shared mailbox of the front desk".into() } else { String::new() },
        address: format!("{}@office.example", name.to_lowercase()),
        owner: (id > 1).then(|| format!("{name} Bell")),
        verdict: error.is_some().then_some(Verdict::Authentication),
        health,
        last_collection: (id < 4).then_some(NOW),
        next_collection: (id < 3).then_some(NOW + 900_000),
        last_error: error,
        ledger: sums(if id == 4 { 54 } else { 12_480 }, if id == 2 { 4800 } else { 0 }),
        warnings: if id == 3 { vec!["No folder for sent letters is selected.".into()] } else { vec![] },
        may_manage: true,
        by_person: false,
    }
}

pub fn diagnosis() -> Diagnosis {
    let rung = |rung, outcome, evidence: &str, sentence: &str, fix| RungResult {
        rung,
        outcome,
        evidence: evidence.into(),
        sentence: sentence.into(),
        fix,
    };
    Diagnosis {
        verdict: Verdict::Connection,
        sentence: "Nothing answers on port 587: that is a port for sending.".into(),
        rungs: vec![
            rung(Rung::Settings, RungOutcome::Warned, "port 587", "587 is the sending port.", None),
            rung(Rung::Name, RungOutcome::Passed, "mail.office.example is 192.0.2.10", "The server's name is known.", None),
            rung(Rung::Address, RungOutcome::Passed, "", "Postroom may connect there.", None),
            rung(
                Rung::Port,
                RungOutcome::Failed,
                "192.0.2.10:587 refused the connection",
                "Nothing listens there. Use port 993.",
                Some(Fix { label: "Use port 993 with TLS".into(), port: Some(993), security: Some(Security::Tls), ..Fix::default() }),
            ),
        ],
        transcript: vec!["connect 192.0.2.10:587".into(), "refused".into()],
    }
}

pub fn form() -> AccountForm {
    AccountForm {
        preset: Preset::Custom,
        name: "Archive".into(),
        address: "archive@office.example".into(),
        server: "mail.office.example".into(),
        port: "587".into(),
        ..AccountForm::default()
    }
}
