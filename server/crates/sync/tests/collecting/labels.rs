//! Labels at Google (P11): All Mail alone is collected, each letter once, with its labels; changes on the server are noticed.

use crate::{
    faults::raw,
    office::{Office, event, offices},
};
use model::{AccountId, FolderRole, Preset, Security};
use postroom_connect::SecretString;
use postroom_lab::imap::{Fault, ImapLab, ImapLabOptions, LabMailbox, Tls};
use postroom_store::{NewAccount, Scope};
use std::collections::BTreeMap;

const ALL_MAIL: &str = "[Gmail]/All Mail";

/// Google as it shows itself: every letter in All Mail, and again in the view of each label.
fn google() -> ImapLab {
    let all = LabMailbox::new(ALL_MAIL)
        .special_use("\\All")
        .labelled(raw(1), &["\\Inbox", "Clients/Hale"])
        .labelled(raw(2), &["\\Sent", "\\Important"])
        .labelled(raw(3), &[])
        .labelled(raw(4), &["Entwürfe & \"Münze\" (alt)"]);
    let mailboxes = vec![
        LabMailbox::new("INBOX").letter(raw(1), &[]),
        LabMailbox::new("Clients/Hale").letter(raw(1), &[]),
        LabMailbox::new("[Gmail]/Sent Mail").special_use("\\Sent").letter(raw(2), &[]),
        LabMailbox::new("[Gmail]/Spam").special_use("\\Junk").letter(raw(8), &[]),
        LabMailbox::new("[Gmail]/Bin").special_use("\\Trash").letter(raw(9), &[]),
        all,
    ];
    ImapLab::start(ImapLabOptions { mailboxes, tls: Tls::Implicit, ..ImapLabOptions::default() }.with_labels()).unwrap()
}

/// An account with the folders that are chosen unless somebody chooses others.
async fn connect(office: &Office, lab: &ImapLab, name: &str) -> AccountId {
    let new = NewAccount {
        name: name.into(),
        description: String::new(),
        protocol: model::Protocol::Imap,
        preset: Preset::Gmail,
        address: "ada@office.example".into(),
        server: "127.0.0.1".into(),
        port: lab.port(),
        security: Security::Tls,
        user_name: "ada".into(),
        secret: Some(SecretString::from("secret")),
        timeout_seconds: 5,
        connection_limit: None,
        pinned_fingerprint: Some(lab.fingerprint().to_owned()),
        allow_clear_text: false,
        owner: None,
        reach_anywhere: true,
        tested: true,
    };
    let id = office.store.add_account(&new, &event("account.added")).await.unwrap();
    office.engine.download_folders(id).await.unwrap();
    id
}

/// Labels by the number of the letter, as its page shows them.
async fn labels(office: &Office, account: AccountId) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    let name = office.store.account(account).await.unwrap().settings.name;
    for row in office.store.mailbox(Scope::Everything, account, None, 100).await.unwrap() {
        let letter = office.store.letter(Scope::Everything, row.id).await.unwrap();
        let here = letter.sightings.into_iter().filter(|seen| seen.account == name);
        let labels = here.flat_map(|seen| seen.labels).collect();
        found.insert(row.subject, labels);
    }
    found
}

fn asked_for_labels(lab: &ImapLab) -> Vec<String> {
    lab.commands().into_iter().filter(|line| line.contains("X-GM-LABELS")).map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
}

// P11, S10
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_at_google_is_collected_once_with_its_labels() {
    for office in offices().await {
        let lab = google();
        let account = connect(&office, &lab, "Google").await;
        let folders = office.store.folders(account).await.unwrap();
        let chosen: Vec<_> = folders.iter().filter(|folder| folder.selected).map(|folder| folder.role).collect();
        assert_eq!(chosen, [Some(FolderRole::All)], "{}", office.name);
        let first = office.collect(account).await;
        assert_eq!((first.error, first.ledger.filed, first.ledger.elsewhere, first.ledger.missing), (None, 4, 0, 0));
        let seen = labels(&office, account).await;
        let of = |n: usize| seen.iter().find(|(subject, _)| subject.ends_with(&format!(" {n}"))).unwrap().1.join(" | ");
        assert_eq!(
            [of(1), of(2), of(3), of(4)],
            ["Clients/Hale | Inbox", "Important | Sent", "", "Entwürfe & \"Münze\" (alt)"].map(str::to_owned)
        );
        assert_eq!(asked_for_labels(&lab).len(), 1);

        // Nothing new: nothing is asked, nothing is opened.
        lab.forget_commands();
        assert_eq!(office.collect(account).await.filed, 0);
        assert!(!lab.commands().iter().any(|line| line.contains("EXAMINE") || line.contains("FETCH")), "{:?}", lab.commands());

        // A label is changed there, and a letter comes: one question, for what changed, and no letter is fetched a second time.
        lab.forget_commands();
        lab.change("ada", ALL_MAIL, |mailbox| mailbox.label(1, &["Clients/Hale", "Done"]));
        lab.change("ada", ALL_MAIL, |mailbox| {
            let uid = mailbox.deliver(raw(5), &[], None);
            mailbox.label(uid, &["\\Inbox"])
        });
        assert_eq!(office.collect(account).await.filed, 1);
        let seen = labels(&office, account).await;
        let of = |n: usize| seen.iter().find(|(subject, _)| subject.ends_with(&format!(" {n}"))).unwrap().1.join(" | ");
        assert_eq!([of(1), of(5), of(2)], ["Clients/Hale | Done", "Inbox", "Important | Sent"].map(str::to_owned));
        let asked = asked_for_labels(&lab);
        assert!(asked.len() == 1 && asked[0].contains("CHANGEDSINCE"), "{asked:?}");
        let record = office.store.account(account).await.unwrap().hands_off;
        assert!(
            !record.commands.iter().any(|(verb, _)| ["STORE", "UID STORE", "SELECT", "COPY", "UID COPY"].contains(&verb.as_str())),
            "{record:?}"
        );
    }
}

// What labels are is not worth a letter: a server that cannot tell them is collected all the same.
#[tokio::test(flavor = "multi_thread")]
async fn trouble_with_labels_ends_no_collection() {
    for office in offices().await {
        for (at, fault) in [Fault::LabelsRefused("cannot".into()), Fault::LabelsClose].into_iter().enumerate() {
            let lab = google();
            lab.set_fault(fault.clone());
            let account = connect(&office, &lab, &format!("Google {at}")).await;
            let report = office.collect(account).await;
            assert_eq!((report.error, report.ledger.missing), (None, 0), "{} {fault:?}", office.name);
            assert!(labels(&office, account).await.values().all(Vec::is_empty));
            // Told later, they are there.
            lab.clear_faults();
            lab.change("ada", ALL_MAIL, |mailbox| mailbox.label(3, &["Later"]));
            assert_eq!(office.collect(account).await.error, None);
            assert!(labels(&office, account).await.values().any(|labels| labels == &["Later"]));
        }
    }
}

// P11: a server that refuses once to tell what changed is asked again from the same change count, although nothing changes any more.
#[tokio::test(flavor = "multi_thread")]
async fn labels_that_were_refused_are_asked_for_again() {
    for office in offices().await {
        let lab = google();
        let account = connect(&office, &lab, "Google").await;
        assert_eq!(office.collect(account).await.error, None);
        lab.change("ada", ALL_MAIL, |mailbox| mailbox.label(3, &["Later"]));
        lab.set_fault(Fault::LabelsRefused("busy".into()));
        lab.forget_commands();
        assert_eq!(office.collect(account).await.error, None);
        let refused = asked_for_labels(&lab);
        assert!(refused.len() == 1 && refused[0].contains("CHANGEDSINCE"), "{} {refused:?}", office.name);
        lab.clear_faults();
        lab.forget_commands();
        assert_eq!(office.collect(account).await.error, None);
        assert_eq!(asked_for_labels(&lab), refused, "{}", office.name);
        assert!(labels(&office, account).await.values().any(|labels| labels == &["Later"]));
    }
}

// P11: a server that gives up on a long answer is asked for less, as one whose answer cannot be read.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_up_on_labels_is_asked_for_less() {
    for office in offices().await {
        let lab = google();
        lab.set_fault(Fault::LabelsClose);
        let account = connect(&office, &lab, "Google").await;
        let folders = office.store.folders(account).await.unwrap();
        let all_mail = folders.iter().find(|folder| folder.role == Some(FolderRole::All)).unwrap().id;
        for tries in [1, 2] {
            assert_eq!(office.collect(account).await.error, None);
            let mark = office.store.label_mark(all_mail).await.unwrap();
            assert_eq!(mark.map(|mark| mark.tries), Some(tries), "{}", office.name);
        }
        lab.clear_faults();
        assert_eq!(office.collect(account).await.error, None);
        assert!(labels(&office, account).await.values().any(|labels| labels == &["Clients/Hale", "Inbox"]), "{}", office.name);
    }
}

// P11: a server that never tells labels is asked a few times, and then once a day: no collection opens a folder for nothing but that.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_tells_labels_is_left_alone() {
    for office in offices().await {
        let lab = google();
        let account = connect(&office, &lab, "Google").await;
        lab.set_fault(Fault::LabelsRefused("not here".into()));
        for _ in 0..3 {
            lab.forget_commands();
            assert_eq!(office.collect(account).await.error, None);
            assert_eq!(asked_for_labels(&lab).len(), 1, "{}", office.name);
        }
        lab.forget_commands();
        assert_eq!(office.collect(account).await.error, None);
        assert!(!lab.commands().iter().any(|line| line.contains("EXAMINE") || line.contains("FETCH")), "{:?}", lab.commands());

        // The next day it is asked again, once; and as soon as it tells, it is asked as any other.
        for (hours, refuses, asked) in [(24, true, 1), (1, true, 0), (24, false, 1)] {
            if !refuses {
                lab.clear_faults();
            }
            lab.forget_commands();
            office.clock.advance(hours * 60 * 60 * 1000);
            assert_eq!(office.collect(account).await.error, None);
            assert_eq!(asked_for_labels(&lab).len(), asked, "{}: after {hours} hours", office.name);
        }
        assert!(labels(&office, account).await.values().any(|labels| labels == &["Clients/Hale", "Inbox"]), "{}", office.name);
    }
}

// Allowed, though Google itself does not: a label told as a literal is a label.
#[tokio::test(flavor = "multi_thread")]
async fn labels_told_as_literals_are_read() {
    for office in offices().await {
        let lab = google();
        lab.set_fault(Fault::LabelLiterals);
        let account = connect(&office, &lab, "Google").await;
        let report = office.collect(account).await;
        assert_eq!((report.error, report.ledger.missing), (None, 0), "{}", office.name);
        let told: Vec<String> = labels(&office, account).await.into_values().map(|labels| labels.join(" | ")).collect();
        for words in ["Clients/Hale | Inbox", "Important | Sent", "Entwürfe & \"Münze\" (alt)"] {
            assert!(told.iter().any(|told| told == words), "{}: {words}: {told:?}", office.name);
        }
    }
}

// One answer that cannot be read costs the labels of one letter: what is known is not asked for again, and what lies behind it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_whose_labels_cannot_be_read_does_not_hold_up_the_others() {
    for office in offices().await {
        let lab = google();
        lab.set_fault(Fault::OddLabels(2));
        let account = connect(&office, &lab, "Google").await;
        for run in 1..=5 {
            let report = office.collect(account).await;
            assert_eq!((report.error, report.ledger.missing), (None, 0), "{} run {run}", office.name);
        }
        assert!(labels(&office, account).await.values().any(|labels| labels == &["Entwürfe & \"Münze\" (alt)"]), "{}", office.name);
        lab.forget_commands();
        office.collect(account).await;
        let asked = asked_for_labels(&lab);
        assert!(asked.len() == 1 && asked[0].contains("UID FETCH 1 "), "goes on where it came to: {asked:?}");
        assert!(labels(&office, account).await.values().any(|labels| labels == &["Clients/Hale", "Inbox"]));
        lab.forget_commands();
        office.collect(account).await;
        assert!(asked_for_labels(&lab).is_empty(), "it is not asked for ever");
    }
}
