//! Reading a mailbox at Microsoft 365: folders, changes, letters; tokens that end, are renewed once, and are kept.

use crate::graph_matrix::{Typed, prove_manners};
use model::FolderRole;
use postroom_connect::{
    ConnectError, ExposeSecret, Later, SecretString,
    graph::{Changes, Found, Mailbox, Whose},
    oauth::{Grant, Keep, Keeper},
};
use postroom_lab::graph::{GraphFault, GraphLab, GraphLabOptions};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

fn lab(options: GraphLabOptions) -> GraphLab {
    GraphLab::start(options).unwrap()
}

async fn inbox(mailbox: &Mailbox) -> String {
    mailbox.folders().await.unwrap().into_iter().find(|folder| folder.role == Some(FolderRole::Inbox)).unwrap().id
}

fn ids(changes: &Changes) -> (Vec<&str>, Vec<&str>) {
    let mut split = (Vec::new(), Vec::new());
    for row in &changes.rows {
        match row {
            Found::There(letter) => split.0.push(letter.id.as_str()),
            Found::Gone(id) => split.1.push(id.as_str()),
        }
    }
    split
}

async fn fetched(mailbox: &Mailbox, id: &str) -> Result<Option<Vec<u8>>, ConnectError> {
    let mut octets = Vec::new();
    let there = mailbox
        .letter(id, 1 << 20, &mut |part| {
            octets.extend_from_slice(part);
            Ok(())
        })
        .await?;
    Ok(there.then_some(octets))
}

// FP-25: folders in the mailbox's language, with what they are for, those within others and those that Outlook hides.
#[tokio::test]
async fn folders_are_known_by_what_they_are_for() {
    let lab = lab(GraphLabOptions::default());
    let folders = Typed::for_lab(&lab).mailbox(&lab).folders().await.unwrap();
    let find = |name: &str| folders.iter().find(|folder| folder.name == name).unwrap();
    assert_eq!(folders.len(), 9);
    assert_eq!(find("Gesendete Elemente").role, Some(FolderRole::Sent));
    assert_eq!(find("Kunden/Müller").role, None);
    assert!(find("Unterhaltungsverlauf").hidden && find("Ungelesen").search);
    prove_manners(&lab);
}

// What came, went and moved since last time; a link that is too old lists everything anew.
#[tokio::test]
async fn changes_go_on_where_they_ended() {
    let lab = lab(GraphLabOptions { page: 3, ..GraphLabOptions::default() });
    let letters: Vec<String> = (0..10).map(|n| lab.deliver("Posteingang", format!("Subject: {n}\r\n\r\nx\r\n"))).collect();
    let mailbox = Typed::for_lab(&lab).mailbox(&lab);
    let folder = inbox(&mailbox).await;
    let first = mailbox.changes(&folder, None).await.unwrap();
    assert!(
        first.whole
            && ids(&first).0.len() == 10
            && first.rows.iter().all(|row| matches!(row, Found::There(letter) if letter.received.is_some()))
    );
    let none = mailbox.changes(&folder, Some(&first.link)).await.unwrap();
    assert!(!none.whole && none.rows.is_empty());
    lab.relocate(&letters[3], "Kunden");
    lab.delete(&letters[4]);
    let fresh = lab.deliver("Posteingang", "Subject: new\r\n\r\nx\r\n");
    let next = mailbox.changes(&folder, Some(&none.link)).await.unwrap();
    assert_eq!(ids(&next), (vec![fresh.as_str()], vec![letters[3].as_str(), letters[4].as_str()]));
    // The letter that moved kept its id.
    assert_eq!(fetched(&mailbox, &letters[3]).await.unwrap().unwrap(), b"Subject: 3\r\n\r\nx\r\n");
    assert_eq!(fetched(&mailbox, &letters[4]).await.unwrap(), None);
    lab.expire_links();
    let anew = mailbox.changes(&folder, Some(&next.link)).await.unwrap();
    assert!(anew.whole && ids(&anew).0.len() == 9);
    assert_eq!(mailbox.count(&folder).await.unwrap(), 9);
    prove_manners(&lab);
}

// A token goes to no other server, and a list that never ends is given up.
#[tokio::test]
async fn links_that_lead_astray_are_not_followed() {
    for fault in [GraphFault::NextElsewhere, GraphFault::NextLoops, GraphFault::NoLink] {
        let lab = lab(GraphLabOptions::default());
        let mailbox = Typed::for_lab(&lab).mailbox(&lab);
        let folder = inbox(&mailbox).await;
        lab.set_fault(fault.clone());
        let outcome = mailbox.changes(&folder, None).await;
        assert!(matches!(outcome, Err(ConnectError::Protocol { .. })), "{fault:?}: {outcome:?}");
    }
}

// A letter longer than the limit is not taken; one whose line breaks is an error, never half a letter.
#[tokio::test]
async fn half_a_letter_is_no_letter() {
    let lab = lab(GraphLabOptions::default());
    let large = lab.deliver("Posteingang", vec![b'x'; 2 << 20]);
    let broken = lab.deliver("Posteingang", vec![b'y'; 5_000]);
    lab.set_fault(GraphFault::LetterBreaks(broken.clone()));
    let mailbox = Typed::for_lab(&lab).mailbox(&lab);
    assert!(matches!(fetched(&mailbox, &large).await, Err(ConnectError::Refused { .. })));
    assert!(matches!(fetched(&mailbox, &broken).await, Err(ConnectError::Later { why: Later::Closed, .. })));
    prove_manners(&lab);
}

// `Retry-After` is obeyed to the moment by everybody who asks, and four at once are never more.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_before_the_wait_is_over() {
    let lab = lab(GraphLabOptions { delay: Duration::from_millis(3), ..GraphLabOptions::default() });
    let letters: Vec<String> = (0..40).map(|n| lab.deliver("Posteingang", format!("Subject: {n}\r\n\r\nx\r\n"))).collect();
    let mailbox = Arc::new(Typed::for_lab(&lab).mailbox(&lab));
    lab.set_fault_times(GraphFault::Throttled(1), 2);
    let began = Instant::now();
    let asked: Vec<_> = letters
        .into_iter()
        .map(|id| {
            let mailbox = Arc::clone(&mailbox);
            tokio::spawn(async move { fetched(&mailbox, &id).await.unwrap().unwrap() })
        })
        .collect();
    for one in asked {
        one.await.unwrap();
    }
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!(lab.heard().iter().filter(|heard| heard.status == 429).count(), 2);
    assert_eq!(lab.most_at_once(), 4);
    prove_manners(&lab);
}

// However many wait for a token, it is asked for once; one that the mailbox refuses is renewed once.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_asked_for_once() {
    let lab = lab(GraphLabOptions::default());
    let keeper = Arc::new(Keeper::of_application(Typed::for_lab(&lab).application(&lab)));
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let keeper = Arc::clone(&keeper);
            tokio::spawn(async move { keeper.token().await.unwrap() })
        })
        .collect();
    for one in asked {
        one.await.unwrap();
    }
    assert_eq!(lab.tokens_given(), 1);
    let typed = Typed::for_lab(&lab);
    let mailbox = typed.mailbox(&lab);
    mailbox.folders().await.unwrap();
    lab.expire_tokens();
    mailbox.folders().await.unwrap();
    assert_eq!(lab.tokens_given(), 3);
}

// A refresh token that changes at each use is kept before its access token is used; one that was taken back is a person's turn.
#[tokio::test]
async fn refresh_tokens_are_kept_before_they_matter() {
    let lab = lab(GraphLabOptions { lasts: 0, ..GraphLabOptions::default() });
    let mut application = Typed::for_lab(&lab).application(&lab);
    application.scope = "https://graph/Mail.Read offline_access".into();
    let kept: Arc<Mutex<Vec<String>>> = Arc::default();
    let shelf = Arc::clone(&kept);
    let keep: Keep = Arc::new(move |token| {
        let shelf = Arc::clone(&shelf);
        Box::pin(async move {
            shelf.lock().unwrap().push(token.expose_secret().to_owned());
            Ok(())
        })
    });
    let first = SecretString::from(lab.signed_in());
    let keeper = Keeper::new(application.clone(), Grant::Refresh(first), keep);
    for _ in 0..3 {
        keeper.token().await.unwrap();
    }
    assert_eq!(kept.lock().unwrap().len(), 3, "a token that lasts for nothing is renewed each time");
    // A process that ended in between goes on with what was kept last.
    let last = SecretString::from(kept.lock().unwrap().last().unwrap().clone());
    let after = Keeper::new(application.clone(), Grant::Refresh(last), Arc::new(|_| Box::pin(async { Err("disk full".into()) })));
    assert!(matches!(after.token().await, Err(ConnectError::Spool { .. })), "what cannot be kept is not used");
    lab.revoke();
    let error = keeper.token().await.unwrap_err();
    assert!(matches!(error, ConnectError::SignIn { .. }) && error.sentence().contains("Sign in again"), "{error}");
}

// A person's own mailbox: the code of the browser, with the secret half of its challenge, opens it; without that half it does not.
#[tokio::test]
async fn a_code_opens_ones_own_mailbox() {
    let lab = lab(GraphLabOptions::default());
    let mut application = Typed::for_lab(&lab).application(&lab);
    application.scope = "https://graph/Mail.Read offline_access".into();
    let verifier = postroom_connect::oauth::verifier([9; 32]);
    let url = application.authorize_url(None, "https://postroom.example/back", "state", &verifier, "");
    assert!(url.starts_with(&format!("https://{}/contoso.example/oauth2/v2.0/authorize?", lab.base())));
    for (verifier, opens) in [(postroom_connect::oauth::verifier([1; 32]), false), (verifier, true)] {
        let code = lab.browser_says_yes(&url).unwrap();
        let grant = Grant::Code { code: SecretString::from(code), verifier, redirect: "https://postroom.example/back".into() };
        let tokens = application.tokens(&grant).await;
        assert_eq!(tokens.is_ok(), opens, "{tokens:?}");
        if let Ok(tokens) = tokens {
            let mut typed = Typed::for_lab(&lab);
            typed.whose = Whose::Mine;
            let keeper =
                Keeper::new(application.clone(), Grant::Refresh(tokens.refresh.unwrap()), Arc::new(|_| Box::pin(async { Ok(()) })));
            let mailbox = typed.mailbox_of(&lab, Arc::new(keeper));
            assert_eq!(mailbox.folders().await.unwrap().len(), 9);
        }
    }
}
