//! Client applications, their tokens, and where a list of changes goes on.

use super::*;
use postroom_store::{ApplicationRecord, SignedIn};
use secrecy::SecretString;

fn application() -> ApplicationRecord {
    ApplicationRecord {
        sign_in_server: "login.microsoftonline.com".into(),
        consent_server: String::new(),
        tenant: "contoso.example".into(),
        client_id: "client".into(),
        delegated: true,
        secret_expires_at: Some(NOW + 1),
        has_refresh: false,
        sends: false,
    }
}

// O15: a refresh token is sealed, replaced whole, and never goes to another server, directory or application.
#[tokio::test]
async fn a_refresh_token_stays_with_its_application() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (id, _) = shelf.mailbox("Desk").await;
        assert_eq!(store.application(id).await.unwrap(), None, "{}", shelf.name);
        let token = SecretString::from("one");
        assert!(matches!(store.keep_refresh_token(id, &token, NOW, None).await, Err(StoreError::NotFound)));
        store.keep_application(id, &application(), &event("account.application")).await.unwrap();
        assert!(matches!(store.refresh_token(id).await, Err(StoreError::NotFound)));
        store.keep_refresh_token(id, &token, NOW, Some(SignedIn { event: &event("account.signed_in"), sends: false })).await.unwrap();
        store.keep_refresh_token(id, &SecretString::from("two"), NOW, None).await.unwrap();
        assert_eq!(store.refresh_token(id).await.unwrap().expose_secret(), "two");
        assert!(store.application(id).await.unwrap().unwrap().has_refresh);
        let later = ApplicationRecord { secret_expires_at: Some(NOW + 9), consent_server: "door.example".into(), ..application() };
        store.keep_application(id, &later, &event("account.application")).await.unwrap();
        assert_eq!(store.refresh_token(id).await.unwrap().expose_secret(), "two");
        let elsewhere = ApplicationRecord { sign_in_server: "login.elsewhere.example".into(), ..application() };
        store.keep_application(id, &elsewhere, &event("account.application")).await.unwrap();
        assert!(matches!(store.refresh_token(id).await, Err(StoreError::NotFound)));
        assert_eq!(store.application(id).await.unwrap(), Some(elsewhere));
    }
}

// O21, FC-13: what a person permitted is kept with the permission: through renewals, and no longer than the permission itself.
#[tokio::test]
async fn that_sending_is_permitted_is_kept_with_the_sign_in() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (id, _) = shelf.mailbox("Desk").await;
        let stored = async || store.application(id).await.unwrap().unwrap();
        let sign_in = async |sends: bool| {
            let event = event("account.signed_in");
            let signed_in = Some(SignedIn { event: &event, sends });
            store.keep_refresh_token(id, &SecretString::from("one"), NOW, signed_in).await.unwrap();
        };
        store.keep_application(id, &ApplicationRecord { sends: true, ..application() }, &event("account.application")).await.unwrap();
        assert!(!stored().await.sends && !stored().await.may_send(), "{}: nobody has signed in", shelf.name);
        sign_in(true).await;
        store.keep_refresh_token(id, &SecretString::from("two"), NOW, None).await.unwrap();
        let later = ApplicationRecord { secret_expires_at: Some(NOW + 9), ..application() };
        store.keep_application(id, &later, &event("account.application")).await.unwrap();
        assert!(stored().await.may_send(), "{}: renewed, and settings that say nothing of it", shelf.name);
        sign_in(false).await;
        assert!(!stored().await.may_send(), "{}: the last word counts", shelf.name);
        sign_in(true).await;
        let elsewhere = ApplicationRecord { client_id: "other".into(), ..application() };
        store.keep_application(id, &elsewhere, &event("account.application")).await.unwrap();
        assert!(!stored().await.sends, "{}", shelf.name);
        // An application's own right, and Google's one permission, cover it.
        assert!(ApplicationRecord { delegated: false, ..application() }.may_send());
        assert!(ApplicationRecord { tenant: String::new(), ..application() }.may_send());
    }
}

// S1: what a list of changes begins with is what the folder is known to hold; the link of another numbering is of no use.
#[tokio::test]
async fn a_list_of_changes_goes_on_from_what_is_known() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let census = Census { uid_validity: Some(1), exists: 3, present: &[1, 2, 3], ..Census::default() };
        let epoch = store.close_census(inbox, &census, NOW).await.unwrap();
        assert_eq!(store.present_uids(inbox, epoch).await.unwrap(), [1, 2, 3], "{}", shelf.name);
        store
            .save_import(
                inbox,
                epoch,
                &[letter(2, "a@b.example", "c@d.example", "x", NOW), letter(4, "a@b.example", "c@d.example", "y", NOW)],
                &[],
                NOW,
            )
            .await
            .unwrap();
        assert_eq!(store.present_uids(inbox, epoch).await.unwrap(), [1, 2, 3, 4]);
        let census = Census { exists: 2, present: &[1, 4], ..census };
        store.close_census(inbox, &census, NOW).await.unwrap();
        assert_eq!(store.present_uids(inbox, epoch).await.unwrap(), [1, 4]);
        assert_eq!(store.remote_cursor(inbox, epoch).await.unwrap(), None);
        store.keep_remote_cursor(inbox, epoch, Some("https://one")).await.unwrap();
        store.keep_remote_cursor(inbox, epoch, Some("https://two")).await.unwrap();
        assert_eq!(store.remote_cursor(inbox, epoch).await.unwrap().as_deref(), Some("https://two"));
        assert_eq!(store.remote_cursor(inbox, epoch + 1).await.unwrap(), None);
        store.keep_remote_cursor(inbox, epoch, None).await.unwrap();
        assert_eq!(store.remote_cursor(inbox, epoch).await.unwrap(), None);
        // A first listing that is not through goes on with its page.
        store.keep_remote_listing(inbox, epoch, Some("https://page/2")).await.unwrap();
        store.keep_remote_listing(inbox, epoch, Some("https://page/3")).await.unwrap();
        assert_eq!(store.remote_listing(inbox, epoch).await.unwrap().as_deref(), Some("https://page/3"));
        assert_eq!(store.remote_listing(inbox, epoch + 1).await.unwrap(), None);
        store.keep_remote_listing(inbox, epoch, None).await.unwrap();
        assert_eq!(store.remote_listing(inbox, epoch).await.unwrap(), None);
    }
}
