//! An office for a test, and browsers that visit it.

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use model::{DemoDoor, DemoMailbox, DemoOffice, Permission, Role, UserId};
use postroom_server::clock::StillClock;
use postroom_server::http::{AppState, Site, router};
use postroom_server::office::demo::Demo;
use postroom_server::office::{Office, OfficeSettings, Principal};
use postroom_store::{NewEvent, Store};
use postroom_sync::{Engine, EngineSettings};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// The moment at which every test begins.
pub const NOW: i64 = 1_790_000_000_000;
/// Everybody's password: hashing is slow on purpose, so it is done once.
pub const PASSWORD: &str = "correct horse battery";
const HOST: &str = "127.0.0.1:3000";

/// A running office without a socket.
pub struct House {
    pub office: Arc<Office>,
    pub clock: StillClock,
    pub router: Router,
    pub folder: tempfile::TempDir,
}

impl House {
    /// An empty office on SQLite.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("postroom.db").display());
        Self::on(&url, folder).await
    }

    /// A demo office with ada; the token is cancelled when somebody leaves it.
    pub async fn demo() -> (Self, Demo) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("postroom.db").display());
        let door = DemoDoor { name: "Ada".into(), email: "ada@example.com".into(), role: Role::Administrator, word: PASSWORD.into() };
        let shown = DemoOffice { doors: vec![door], mailbox: DemoMailbox::default() };
        let demo = Demo { shown, stop: CancellationToken::new(), left: Arc::default() };
        let house = Self::with(&url, folder, OfficeSettings { demo: Some(demo.clone()), ..OfficeSettings::default() }).await;
        house.add_user("ada@example.com", Role::Administrator, &[]).await;
        (house, demo)
    }

    async fn on(url: &str, folder: tempfile::TempDir) -> Self {
        Self::with(url, folder, OfficeSettings::default()).await
    }

    /// An office with ada on SQLite, where days begin as they do in a zone.
    pub async fn in_zone(zone: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("postroom.db").display());
        let time_zone = Some(jiff::tz::TimeZone::get(zone).unwrap());
        let house = Self::with(&url, folder, OfficeSettings { time_zone, ..OfficeSettings::default() }).await;
        house.add_user("ada@example.com", Role::Administrator, &[]).await;
        house
    }

    /// An empty office whose metrics open with this token.
    pub async fn with_metrics(token: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("postroom.db").display());
        Self::with(&url, folder, OfficeSettings { metrics_token: Some(token.to_owned().into()), ..OfficeSettings::default() }).await
    }

    /// An office with ada in whose network there is nothing.
    pub async fn in_a_desert() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("postroom.db").display());
        let played = Some(postroom_connect::discover::Played::default());
        let house = Self::with(&url, folder, OfficeSettings { played, ..OfficeSettings::default() }).await;
        house.add_user("ada@example.com", Role::Administrator, &[]).await;
        house
    }

    async fn with(url: &str, folder: tempfile::TempDir, settings: OfficeSettings) -> Self {
        let store = Arc::new(Store::open(url, folder.path()).await.unwrap());
        let clock = StillClock::at(NOW);
        let shared = Arc::new(clock.clone());
        let engine = Arc::new(Engine::new(store, shared.clone(), EngineSettings::default()));
        let time_zone = settings.time_zone.clone().or(Some(jiff::tz::TimeZone::UTC));
        let office = Arc::new(Office::new(engine, shared, OfficeSettings { time_zone, ..settings }));
        let router = router(AppState::new(office.clone(), Site::default(), None, CancellationToken::new()));
        Self { office, clock, router, folder }
    }

    /// An office with an administrator named ada.
    pub async fn with_ada() -> Self {
        let house = Self::new().await;
        house.add_user("ada@example.com", Role::Administrator, &[]).await;
        house
    }

    /// The same on each database there is.
    pub async fn everywhere_with_ada() -> Vec<Self> {
        let mut houses = vec![Self::with_ada().await];
        match postroom_lab::postgres::fresh_database() {
            Ok(url) => {
                let house = Self::on(&url, tempfile::tempdir().unwrap()).await;
                house.add_user("ada@example.com", Role::Administrator, &[]).await;
                houses.push(house);
            }
            Err(why) => println!("skipped on PostgreSQL: {why}"),
        }
        houses
    }

    pub async fn add_user(&self, email: &str, role: Role, granted: &[Permission]) -> UserId {
        static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
        let hash = HASH
            .get_or_init(|| async { postroom_server::passwords::Passwords::default().hash(PASSWORD.to_owned().into()).await.unwrap() })
            .await;
        let name = email.split('@').next().unwrap();
        let id = self.office.store.add_user(email, name, role, hash, &event("user.added")).await.unwrap();
        if !granted.is_empty() {
            self.office.store.change_user(id, role, false, granted, &[], &event("user.changed")).await.unwrap();
        }
        id
    }

    /// Everybody has been here since before the letters of the tests: all of them are news.
    pub async fn all_is_news(&self) {
        for user in self.office.users(&self.console()).await.unwrap() {
            self.office.store.set_arrival(user.id, 0, &event("user.arrival_dated")).await.unwrap();
        }
    }

    /// A browser that nobody signed in with.
    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new() }
    }

    /// A browser in which somebody has just signed in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.call("/api/session/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        browser
    }

    pub fn console(&self) -> Principal {
        Principal::Console
    }
}

pub fn event(action: &str) -> NewEvent {
    NewEvent { at: NOW, principal: "test".into(), action: action.into(), subject: String::new(), detail: String::new() }
}

/// What came back.
#[derive(Debug)]
pub struct Came {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Came {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }
}

/// A browser: keeps cookies, says where its requests come from.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Came {
        self.send(request(Method::GET, path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await
    }

    /// Opens something as a frame's, or another, destination.
    pub async fn get_as(&mut self, path: &str, destination: &str) -> Came {
        self.send(
            request(Method::GET, path)
                .header(header::ACCEPT, "text/html")
                .header("sec-fetch-dest", destination)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// Calls a server function as the page's program does.
    pub async fn call(&mut self, path: &str, fields: &[(&str, &str)]) -> Came {
        self.send(ours(path).header(header::ACCEPT, "application/json").header(header::CONTENT_TYPE, FORM).body(form(fields)).unwrap())
            .await
    }

    /// Calls a server function that takes JSON.
    pub async fn ask(&mut self, path: &str, question: &impl Serialize) -> Came {
        let body = Body::from(serde_json::to_vec(question).unwrap());
        self.send(
            ours(path).header(header::ACCEPT, "application/json").header(header::CONTENT_TYPE, "application/json").body(body).unwrap(),
        )
        .await
    }

    /// Posts a form without script.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Came {
        let referer = format!("http://{HOST}/");
        self.send(
            ours(path)
                .header(header::ACCEPT, "text/html")
                .header(header::REFERER, referer)
                .header(header::CONTENT_TYPE, FORM)
                .body(form(fields))
                .unwrap(),
        )
        .await
    }

    /// Uploads a list of clients.
    pub async fn upload(&mut self, csrf: &str, file: &[u8]) -> Came {
        self.upload_named(csrf, "list.csv", file).await
    }

    /// Uploads a list of clients under a name; without one, as when no file was chosen.
    pub async fn upload_named(&mut self, csrf: &str, name: &str, file: &[u8]) -> Came {
        self.upload_to("/upload/clients", csrf, name, file).await
    }

    /// Uploads a list of a kind.
    pub async fn upload_to(&mut self, path: &str, csrf: &str, name: &str, file: &[u8]) -> Came {
        let mut body = format!("--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n").into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--b--\r\n");
        self.send(
            ours(path)
                .header(header::ACCEPT, "text/html")
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
                .body(Body::from(body))
                .unwrap(),
        )
        .await
    }

    /// The session's form token, as a page has it.
    pub async fn csrf(&mut self) -> String {
        let session: serde_json::Value = self.call("/api/session/get", &[]).await.json();
        session["viewer"]["csrf"].as_str().unwrap_or("").to_owned()
    }

    /// Sends anything, with this browser's cookies.
    pub async fn send(&mut self, mut request: Request<Body>) -> Came {
        if !self.cookies.is_empty() {
            let line = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            request.headers_mut().insert(header::COOKIE, line.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Came { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }

    fn keep(&mut self, line: &str) {
        let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
        if line.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

pub const FORM: &str = "application/x-www-form-urlencoded";

pub fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, HOST)
}

/// A POST from one of our own pages.
pub fn ours(path: &str) -> http::request::Builder {
    request(Method::POST, path).header(header::ORIGIN, format!("http://{HOST}")).header("sec-fetch-site", "same-origin")
}

pub fn form(fields: &[(&str, &str)]) -> Body {
    let escape = |text: &str| {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() || b"-_.".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect::<String>()
    };
    Body::from(fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&"))
}
