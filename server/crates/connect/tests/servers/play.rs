//! A small IMAP server that plays a part: a greeting, and an answer for each command.

use postroom_connect::{CertificateDer, ImapSettings, Reach, SecretString};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use std::{
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

pub const PASSWORD: &str = "correct horse";
pub const USER: &str = "ann@example.com";

/// Certificates a server may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    Good,
    Expired,
    NotYetValid,
    OtherName,
    SelfSigned,
    UnknownIssuer,
    WrongPurpose,
}

pub struct Papers {
    root: Issuer<'static, KeyPair>,
    stranger: Issuer<'static, KeyPair>,
    pub root_der: CertificateDer<'static>,
}

pub fn papers() -> &'static Papers {
    static PAPERS: OnceLock<Papers> = OnceLock::new();
    PAPERS.get_or_init(|| {
        let (root, root_der) = authority("Lab Root");
        let (stranger, _) = authority("Nobody's Root");
        Papers { root, stranger, root_der }
    })
}

fn authority(name: &str) -> (Issuer<'static, KeyPair>, CertificateDer<'static>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    let der = params.self_signed(&key).unwrap().der().clone();
    (Issuer::new(params, key), der)
}

/// A server's certificate and key.
pub fn paper(kind: Paper) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let name = if kind == Paper::OtherName { "elsewhere.example" } else { "localhost" };
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    match kind {
        Paper::Expired => params.not_after = date_time_ymd(2020, 1, 1),
        Paper::NotYetValid => params.not_before = date_time_ymd(2990, 1, 1),
        Paper::WrongPurpose => params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::CodeSigning],
        _ => {}
    }
    let key = KeyPair::generate().unwrap();
    let certificate = match kind {
        Paper::SelfSigned => params.self_signed(&key).unwrap(),
        Paper::UnknownIssuer => params.signed_by(&key, &papers().stranger).unwrap(),
        _ => params.signed_by(&key, &papers().root).unwrap(),
    };
    (certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der()).into())
}

/// What a server does.
#[derive(Clone)]
pub struct Play {
    /// Shown from the first octet.
    pub tls: Option<Paper>,
    /// Shown after STARTTLS.
    pub upgrade: Paper,
    pub greeting: Vec<u8>,
    /// Start of a command, answer; the first that matches counts. `{tag}` is the command's tag, `{upgrade}` starts TLS, `{close}`
    /// ends the connection, `{old}` answers the ClientHello with TLS 1.1, `{late}` with a line in clear.
    pub rules: Vec<(String, Vec<u8>)>,
}

pub const CAPABILITIES: &str = "IMAP4rev1 STARTTLS AUTH=PLAIN IDLE SPECIAL-USE LIST-EXTENDED LIST-STATUS ESEARCH CONDSTORE";

impl Play {
    /// A server without faults.
    pub fn good() -> Self {
        let rules: &[(&str, &str)] = &[
            ("STARTTLS", "{tag} OK go\r\n{upgrade}"),
            ("AUTHENTICATE PLAIN", "+ \r\n"),
            ("(secret)", "{tag} OK welcome\r\n"),
            ("LOGIN", "{tag} OK welcome\r\n"),
            (
                "LIST",
                "* LIST () \"/\" INBOX\r\n* STATUS INBOX (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7)\r\n* LIST (\\Sent) \"/\" \"Sent Items\"\r\n{tag} OK done\r\n",
            ),
            ("EXAMINE", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 9] ok\r\n{tag} OK [READ-ONLY] done\r\n"),
            ("UID SEARCH", "* ESEARCH (TAG \"{tag}\") UID ALL 2,5:6\r\n{tag} OK done\r\n"),
            ("LOGOUT", "* BYE later\r\n{tag} OK done\r\n{close}"),
        ];
        let mut rules: Vec<(String, Vec<u8>)> =
            rules.iter().map(|(start, answer)| ((*start).to_owned(), answer.as_bytes().to_vec())).collect();
        rules.push(("CAPABILITY".to_owned(), format!("* CAPABILITY {CAPABILITIES}\r\n{{tag}} OK done\r\n").into_bytes()));
        Self { tls: None, upgrade: Paper::Good, greeting: b"* OK ready\r\n".to_vec(), rules }
    }

    pub fn tls(mut self, paper: Paper) -> Self {
        self.tls = Some(paper);
        self
    }

    pub fn upgrade(mut self, paper: Paper) -> Self {
        self.upgrade = paper;
        self
    }

    pub fn greeting(mut self, greeting: &str) -> Self {
        self.greeting = greeting.as_bytes().to_vec();
        self
    }

    /// Answers commands that start so before any other rule.
    pub fn when(mut self, start: &str, answer: impl AsRef<[u8]>) -> Self {
        self.rules.insert(0, (start.to_owned(), answer.as_ref().to_vec()));
        self
    }

    /// Starts it on a port of its own.
    pub async fn start(self) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (play, ears) = (Arc::new(self), heard.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (play, ears) = (play.clone(), ears.clone());
                tokio::spawn(async move { perform(&play, stream, &ears).await });
            }
        });
        Server { port, heard, task }
    }
}

/// What a server heard.
#[derive(Debug, Default)]
pub struct Heard {
    /// Octets before encryption, of all connections.
    pub clear: Vec<u8>,
    /// Lines of all connections, in order.
    pub lines: Vec<String>,
}

pub struct Server {
    pub port: u16,
    heard: Arc<Mutex<Heard>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub fn settings(&self, security: model::Security) -> ImapSettings {
        ImapSettings {
            protocol: model::Protocol::Imap,
            server: "localhost".to_owned(),
            port: self.port,
            security,
            user_name: USER.to_owned(),
            password: SecretString::from(PASSWORD),
            bearer: false,
            timeout: Duration::from_secs(5),
            pinned_fingerprint: None,
            allow_clear_text: false,
            reach: Reach::Anywhere,
            extra_roots: vec![papers().root_der.clone()],
        }
    }

    pub fn lines(&self) -> Vec<String> {
        self.heard.lock().unwrap().lines.clone()
    }

    /// No octet of the password, plain or encoded, travelled in clear.
    pub fn assert_no_password_in_clear(&self, case: &str) {
        let heard = self.heard.lock().unwrap();
        let clear = String::from_utf8_lossy(&heard.clear).to_uppercase();
        for bad in [PASSWORD.to_uppercase().as_str(), "AUTHENTICATE", "LOGIN", "AGFUBKBLEGFTCGXLLMNVBQ"] {
            assert!(!clear.contains(bad), "{case}: {bad} in clear");
        }
    }
}

trait Both: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Both for T {}

fn acceptor(kind: Paper) -> TlsAcceptor {
    let (certificate, key) = paper(kind);
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn perform(play: &Play, stream: TcpStream, heard: &Mutex<Heard>) -> Option<()> {
    let mut clear = play.tls.is_none();
    let mut stream: Box<dyn Both> = match play.tls {
        Some(paper) => Box::new(acceptor(paper).accept(stream).await.ok()?),
        None => Box::new(stream),
    };
    stream.write_all(&play.greeting).await.ok()?;
    stream.flush().await.ok()?;
    let mut buffer = Vec::new();
    let old_hello = old_hello();
    let (mut tag, mut secret) = (String::new(), false);
    loop {
        let line = line(&mut stream, &mut buffer, clear, heard).await?;
        heard.lock().unwrap().lines.push(line.clone());
        let command = if secret || line == "DONE" {
            if secret { "(secret)".to_owned() } else { line.clone() }
        } else {
            let (new, rest) = line.split_once(' ').unwrap_or((&line, ""));
            tag = new.to_owned();
            rest.to_owned()
        };
        let unknown = b"{tag} BAD unknown\r\n".to_vec();
        let matches = |start: &str| command.to_uppercase().starts_with(&start.to_uppercase());
        let answer = play.rules.iter().find(|(start, _)| matches(start)).map_or(&unknown, |(_, answer)| answer);
        secret = answer.starts_with(b"+ ") && command.to_uppercase().starts_with("AUTHENTICATE");
        let mut answer = replace(answer, b"{tag}", tag.as_bytes());
        let [upgrade, close, old, late] = [&b"{upgrade}"[..], b"{close}", b"{old}", b"{late}"].map(|mark| {
            let found = answer.windows(mark.len()).any(|part| part == mark);
            answer = replace(&answer, mark, b"");
            found
        });
        stream.write_all(&answer).await.ok()?;
        stream.flush().await.ok()?;
        if close {
            return stream.shutdown().await.ok();
        }
        if old || late {
            let mut hello = [0; 2048];
            let _ = stream.read(&mut hello).await.ok()?;
            stream.write_all(if old { &old_hello } else { b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" }).await.ok()?;
            stream.flush().await.ok()?;
        }
        if upgrade {
            stream = Box::new(acceptor(play.upgrade).accept(stream).await.ok()?);
            clear = false;
        }
    }
}

/// A ServerHello that agrees on TLS 1.1.
fn old_hello() -> Vec<u8> {
    let mut bytes = vec![0x16, 3, 2, 0, 0x2a, 2, 0, 0, 0x26, 3, 2];
    bytes.extend_from_slice(&[7; 32]);
    bytes.extend_from_slice(&[0, 0xc0, 0x13, 0]);
    bytes
}

async fn line(stream: &mut Box<dyn Both>, buffer: &mut Vec<u8>, clear: bool, heard: &Mutex<Heard>) -> Option<String> {
    loop {
        if let Some(end) = buffer.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            return Some(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        let mut part = [0; 4096];
        let got = stream.read(&mut part).await.ok().filter(|got| *got > 0)?;
        if clear {
            heard.lock().unwrap().clear.extend_from_slice(&part[..got]);
        }
        buffer.extend_from_slice(&part[..got]);
    }
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(from) {
            out.extend_from_slice(to);
            at += from.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}
