//! Mailboxes at Microsoft 365: a first listing that ends in the midst, and bodies whose end nobody told.

use crate::graph::{connect, raw};
use crate::office::offices;
use model::{Outcome, Verdict};
use postroom_lab::graph::{GraphFault, GraphLab, GraphLabOptions};
use postroom_store::Scope;
use tokio_util::sync::CancellationToken;

// R13: what stands on a page is stored before the next one is asked for; a run that ends goes on with the page it was at.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_listing_goes_on_with_the_page_it_was_at() {
    const LETTERS: usize = 1000;
    for office in offices().await {
        let lab = GraphLab::start(GraphLabOptions::default()).unwrap();
        for n in 0..LETTERS {
            lab.deliver("Posteingang", raw(n));
        }
        let account = connect(&office, &lab, "First").await;
        let stop = CancellationToken::new();
        let mut changes = office.engine.progress();
        let stopped = stop.clone();
        let watching = async {
            while let Ok(progress) = changes.recv().await {
                if progress.done >= 250 {
                    stopped.cancel();
                }
                if progress.finished {
                    break;
                }
            }
        };
        let (report, ()) = tokio::join!(office.engine.collect_account(account, &stop), watching);
        let first = report.unwrap();
        assert!((250..LETTERS as i64).contains(&first.filed), "{}: {}", office.name, first.filed);
        assert_eq!(first.ledger.server, LETTERS as i64, "the service's count is known from the start: {}", office.name);
        let inbox = office.store.folders(account).await.unwrap().into_iter().find(|folder| folder.name == "Posteingang").unwrap();
        assert!(office.store.remote_listing(inbox.id, inbox.epoch).await.unwrap().is_some(), "{}", office.name);
        lab.forget();
        let second = office.collect(account).await;
        assert_eq!((second.error, second.ledger.missing), (None, 0), "{}", office.name);
        assert_eq!(first.filed + second.filed, LETTERS as i64, "{}", office.name);
        let heard = lab.heard();
        let begins =
            heard.iter().filter(|heard| heard.path.contains(&inbox.raw_name) && heard.path.contains("$select=id,received")).count();
        assert_eq!(begins, 0, "the list is not begun anew: {}", office.name);
        let fetched = heard.iter().filter(|heard| heard.path.contains("$value")).count() as i64;
        assert_eq!(fetched, second.filed, "no letter is fetched twice: {}", office.name);
        assert_eq!(office.store.remote_listing(inbox.id, inbox.epoch).await.unwrap(), None);
    }
}

// I5: a body without a length that ends with the line is whole only where it shows its own end.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_a_length_is_whole_only_where_it_shows_its_end() {
    for office in offices().await {
        let lab = GraphLab::start(GraphLabOptions::default()).unwrap();
        let parts = "From: cy@client.example\r\nSubject: Parts\r\nContent-Type: multipart/mixed;\r\n boundary=\"b 1\"\r\n\r\n--b 1\r\n\r\nOne\r\n--b 1--\r\n";
        lab.deliver("Posteingang", parts);
        lab.deliver("Posteingang", raw(1));
        let account = connect(&office, &lab, "Lengths").await;
        lab.set_fault(GraphFault::NoLengthCut);
        let report = office.collect(account).await;
        assert_eq!((report.error.map(|(verdict, _)| verdict), report.filed), (Some(Verdict::Connection), 0), "{}", office.name);
        lab.clear_faults();
        lab.set_fault(GraphFault::NoLength);
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed, report.ledger.errored), (None, 1, 1), "{}", office.name);
        assert_eq!(office.store.copy_bytes(&office.digest(parts.as_bytes())).await.unwrap(), parts.as_bytes());
        let inbox = office.store.folders(account).await.unwrap().into_iter().find(|folder| folder.name == "Posteingang").unwrap();
        let told = office.store.sightings(Scope::Everything, inbox.id, Outcome::Errored, None, 9).await.unwrap().remove(0).reason;
        assert!(told.contains("breaks off"), "{told}");
        lab.clear_faults();
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed, report.ledger.errored), (None, 1, 0), "{}", office.name);
    }
}
