//! Webhooks against a system that listens: signed, tried again, never told into the office's own network.

use crate::office::{NOW, event, offices};
use hmac::{Hmac, KeyInit, Mac};
use model::{DeliveryState, WebhookEvent};
use postroom_connect::{CertificateDer, SecretString};
use postroom_lab::certs::LabAuthority;
use postroom_store::NewDelivery;
use postroom_sync::{Engine, EngineSettings};
use sha2::Sha256;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Answers each request with the next status, and keeps what came.
async fn listen(authority: &LabAuthority, statuses: &[u16]) -> (u16, Arc<Mutex<Vec<String>>>) {
    let acceptor = tokio_rustls::TlsAcceptor::from(authority.good().unwrap().server_config().unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, came, statuses) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())), statuses.to_vec());
    let kept = Arc::clone(&came);
    tokio::spawn(async move {
        for status in statuses {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut got = Vec::new();
            loop {
                let mut part = [0; 4096];
                let n = stream.read(&mut part).await.unwrap();
                got.extend_from_slice(&part[..n]);
                let text = String::from_utf8_lossy(&got).into_owned();
                let length = text.split("Content-Length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse::<usize>().ok());
                if n == 0 || text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.len() >= length.unwrap_or(0)) {
                    break;
                }
            }
            kept.lock().unwrap().push(String::from_utf8(got).unwrap());
            let answer = format!("HTTP/1.1 {status} Said\r\nContent-Length: 6\r\nLocation: https://127.0.0.1/\r\n\r\nsecret");
            stream.write_all(answer.as_bytes()).await.unwrap();
            let _ = stream.shutdown().await;
        }
    });
    (port, came)
}

fn header<'a>(request: &'a str, name: &str) -> &'a str {
    request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

#[tokio::test]
async fn a_message_is_signed_tried_again_under_the_same_id_and_not_led_elsewhere() {
    for office in offices().await {
        let authority = LabAuthority::new().unwrap();
        let (port, came) = listen(&authority, &[302, 503, 204]).await;
        let settings = EngineSettings {
            extra_roots: vec![CertificateDer::from(authority.ca_der.clone())],
            hooks_anywhere: true,
            ..EngineSettings::default()
        };
        let engine = Engine::new(Arc::clone(&office.store), Arc::new(office.clock.clone()), settings);
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let url = format!("https://localhost:{port}/told?a=b");
        let hook = office.store.add_webhook(&url, &[WebhookEvent::LetterSent], None, &secret, &event("webhook.added")).await.unwrap();
        let item = NewDelivery { event_id: "test-1".into(), kind: "test".into(), body: r#"{"type":"test"}"#.into() };
        office.store.add_delivery(hook, &item, &event("webhook.tested")).await.unwrap();
        for (wait, state) in [(0, DeliveryState::Waiting), (5_000, DeliveryState::Waiting), (300_000, DeliveryState::Delivered)] {
            office.clock.advance(wait);
            assert_eq!(engine.tell_webhooks().await.unwrap(), 1, "{}", office.name);
            let row = office.store.deliveries(1).await.unwrap().remove(0);
            assert_eq!(row.state, state, "{}: {row:?}", office.name);
            assert!(!row.answer.contains("secret"), "what the other side says is not handed on: {}", row.answer);
        }
        assert_eq!(engine.tell_webhooks().await.unwrap(), 0, "told");
        let came = came.lock().unwrap().clone();
        assert_eq!(came.len(), 3);
        assert!(came[0].starts_with("POST /told?a=b HTTP/1.1\r\n"));
        let ids: Vec<&str> = came.iter().map(|request| header(request, "webhook-id")).collect();
        assert!(ids.iter().all(|id| *id == ids[0] && !id.is_empty()), "{ids:?}");
        for request in &came {
            let (seconds, body) = (header(request, "webhook-timestamp"), request.split_once("\r\n\r\n").unwrap().1);
            let key = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
            let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
            mac.update(format!("{}.{seconds}.{body}", ids[0]).as_bytes());
            let due = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, mac.finalize().into_bytes());
            assert_eq!(header(request, "webhook-signature"), format!("v1,{due}"));
        }
        assert_eq!(header(&came[0], "webhook-timestamp"), (NOW / 1000).to_string());
    }
}

// DESIGN §8, W6
#[tokio::test]
async fn nothing_is_told_inside_the_offices_own_network() {
    for office in offices().await {
        let authority = LabAuthority::new().unwrap();
        let (port, came) = listen(&authority, &[204]).await;
        let settings = EngineSettings { extra_roots: vec![CertificateDer::from(authority.ca_der.clone())], ..EngineSettings::default() };
        let engine = Engine::new(Arc::clone(&office.store), Arc::new(office.clock.clone()), settings);
        let url = format!("https://localhost:{port}/");
        let secret = SecretString::from("whsec_x");
        let hook = office.store.add_webhook(&url, &[WebhookEvent::LetterSent], None, &secret, &event("webhook.added")).await.unwrap();
        let item = NewDelivery { event_id: "test-1".into(), kind: "test".into(), body: "{}".into() };
        office.store.add_delivery(hook, &item, &event("webhook.tested")).await.unwrap();
        assert_eq!(engine.tell_webhooks().await.unwrap(), 1);
        let row = office.store.deliveries(1).await.unwrap().remove(0);
        assert_eq!((row.state, row.status), (DeliveryState::Waiting, 0), "{}: {row:?}", office.name);
        assert!(came.lock().unwrap().is_empty());
    }
}
