//! Finding settings in a network that is played: who is asked, who wins, what is refused, and when it ends.

use hickory_resolver::proto::{
    op::Message,
    rr::{Name, RData, Record, rdata},
};
use model::{Preset, Protocol, Security};
use postroom_connect::{
    Reach,
    discover::{Found, Played, Search, Source, find},
};
use postroom_lab::certs::LabAuthority;
use std::{
    net::SocketAddr,
    str::FromStr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UdpSocket},
};
use tokio_rustls::TlsAcceptor;

const DOMAIN: &str = "kontor.example";
const ADDRESS: &str = "ada@kontor.example";

/// Servers of a domain; each listens on a port of its own.
struct Town {
    authority: LabAuthority,
    hosts: Vec<(String, u16, SocketAddr)>,
    name_server: Option<SocketAddr>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Town {
    fn new() -> Self {
        Self { authority: LabAuthority::new().unwrap(), hosts: Vec::new(), name_server: None, heard: Arc::default() }
    }

    /// A server under a name. What it says first or in answer depends on what it is; `None` is silence.
    async fn with(mut self, host: &str, port: u16, certificate_for: &str, says: Option<String>) -> Self {
        let config = self.authority.for_names(&[certificate_for]).unwrap().server_config().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.hosts.push((host.to_owned(), port, listener.local_addr().unwrap()));
        let heard = self.heard.clone();
        let host = host.to_owned();
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(config);
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, says, heard, host) = (acceptor.clone(), says.clone(), heard.clone(), host.clone());
                tokio::spawn(async move {
                    let Some(says) = says else {
                        heard.lock().unwrap().push(format!("{host} keeps silent"));
                        return std::future::pending::<()>().await;
                    };
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut octets = vec![0; 4096];
                    if port == 443 {
                        let length = stream.read(&mut octets).await.unwrap_or(0);
                        let request = String::from_utf8_lossy(&octets[..length]).into_owned();
                        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                        heard.lock().unwrap().push(format!("{host}{path}"));
                        // A page that wants the address in its query says so.
                        let wants = says.starts_with("WANTS ADDRESS") && !path.contains("emailaddress=");
                        let body = says.trim_start_matches("WANTS ADDRESS");
                        let answer = match body.strip_prefix("HTTP/1.1") {
                            _ if wants => "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".to_owned(),
                            Some(whole) => format!("HTTP/1.1{whole}"),
                            None => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
                        };
                        let _ = stream.write_all(answer.as_bytes()).await;
                        let _ = stream.shutdown().await;
                        return;
                    }
                    let _ = stream.write_all(says.as_bytes()).await;
                    while let Ok(length) = stream.read(&mut octets).await {
                        if length == 0 {
                            return;
                        }
                        heard.lock().unwrap().push(format!("{host} {}", String::from_utf8_lossy(&octets[..length])));
                    }
                });
            }
        });
        self
    }

    async fn document(self, host: &str, text: &str) -> Self {
        self.with(host, 443, host, Some(text.to_owned())).await
    }

    /// Records that the domain's name server tells.
    async fn records(mut self, records: Vec<(&str, RData)>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        self.name_server = Some(socket.local_addr().unwrap());
        let records: Vec<(Name, RData)> =
            records.into_iter().map(|(name, data)| (Name::from_str(&format!("{name}.")).unwrap(), data)).collect();
        tokio::spawn(async move {
            let mut octets = [0; 2048];
            while let Ok((length, from)) = socket.recv_from(&mut octets).await {
                let asked = Message::from_vec(&octets[..length]).unwrap();
                let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
                for query in &asked.queries {
                    answer.add_query(query.clone());
                    for (name, data) in &records {
                        if name == query.name() && data.record_type() == query.query_type() {
                            answer.add_answer(Record::from_rdata(name.clone(), 60, data.clone()));
                        }
                    }
                }
                socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
            }
        });
        self
    }

    fn search(&self) -> Search {
        Search {
            reach: Reach::Anywhere,
            protocol: Protocol::Imap,
            limit: Duration::from_secs(8),
            extra_roots: vec![self.authority.ca_der.clone().into()],
            played: Some(Played { name_server: self.name_server, hosts: self.hosts.clone() }),
        }
    }

    async fn find(&self) -> Option<Found> {
        find(ADDRESS, &self.search()).await
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn document(kind: &str, host: &str, port: u16) -> String {
    format!(
        "<clientConfig version=\"1.1\"><emailProvider id=\"x\"><incomingServer type=\"{kind}\"><hostname>{host}</hostname><port>{port}</port><socketType>SSL</socketType><username>%EMAILLOCALPART%</username></incomingServer></emailProvider></clientConfig>"
    )
}

fn srv(priority: u16, port: u16, target: &str) -> RData {
    RData::SRV(rdata::SRV::new(priority, 0, port, Name::from_str(target).unwrap()))
}

fn mx(preference: u16, host: &str) -> RData {
    RData::MX(rdata::MX::new(preference, Name::from_str(host).unwrap()))
}

fn short(found: Option<Found>) -> Option<(Source, Protocol, String, u16)> {
    found.map(|found| (found.source, found.protocol, found.server, found.port))
}

// TP-04, FP-10
#[tokio::test]
async fn the_domains_own_document_fills_in_everything_and_does_not_learn_the_address() {
    let town = Town::new()
        .document("autoconfig.kontor.example", &document("imap", "imap.kontor.example", 993))
        .await
        .document(DOMAIN, &document("imap", "other.kontor.example", 993))
        .await
        .records(vec![("_imaps._tcp.kontor.example", srv(0, 993, "srv.kontor.example."))])
        .await;
    let found = town.find().await.unwrap();
    assert_eq!(
        (found.source, found.server.as_str(), found.port, found.security),
        (Source::Document, "imap.kontor.example", 993, Security::Tls)
    );
    assert_eq!((found.preset, found.user_name.as_deref()), (Preset::Custom, Some("ada")));
    assert!(town.heard().iter().all(|asked| !asked.contains("ada")), "{:?}", town.heard());
}

#[tokio::test]
async fn the_address_goes_to_its_own_domain_where_the_document_is_not_told_without() {
    let text = format!("WANTS ADDRESS{}", document("imap", "imap.kontor.example", 993));
    let town = Town::new().document("autoconfig.kontor.example", &text).await;
    assert_eq!(town.find().await.unwrap().server, "imap.kontor.example");
    assert_eq!(
        town.heard(),
        [
            "autoconfig.kontor.example/mail/config-v1.1.xml",
            "autoconfig.kontor.example/mail/config-v1.1.xml?emailaddress=ada%40kontor.example"
        ]
    );
}

#[tokio::test]
async fn without_a_document_the_records_tell_and_the_lowest_priority_wins() {
    let town = Town::new()
        .records(vec![
            ("_imaps._tcp.kontor.example", srv(20, 993, "second.kontor.example.")),
            ("_imaps._tcp.kontor.example", srv(10, 993, "first.kontor.example.")),
            ("_pop3s._tcp.kontor.example", srv(0, 995, "pop.kontor.example.")),
        ])
        .await;
    assert_eq!(short(town.find().await), Some((Source::Records, Protocol::Imap, "first.kontor.example".into(), 993)));
    let pop = find(ADDRESS, &Search { protocol: Protocol::Pop3, ..town.search() }).await;
    assert_eq!(short(pop), Some((Source::Records, Protocol::Pop3, "pop.kontor.example".into(), 995)));
}

// FP-13, FP-21
#[tokio::test]
async fn a_domain_at_google_or_microsoft_is_known_by_where_its_letters_go() {
    let google = Town::new().records(vec![(DOMAIN, mx(5, "alt1.aspmx.l.google.com.")), (DOMAIN, mx(1, "aspmx.l.google.com."))]).await;
    let found = google.find().await.unwrap();
    assert_eq!((found.preset, found.server.as_str()), (Preset::Gmail, "imap.gmail.com"));
    assert!(found.notes.iter().any(|note| note.contains("app password")));
    let microsoft = Town::new().records(vec![(DOMAIN, mx(0, "kontor-example.mail.protection.outlook.com."))]).await;
    assert_eq!(microsoft.find().await.unwrap().protocol, Protocol::Graph);
}

// TP-05
#[tokio::test]
async fn last_the_usual_names_are_tried_and_nothing_is_said_to_them() {
    let town = Town::new()
        .with("mail.kontor.example", 993, "mail.kontor.example", Some("* OK ready\r\n".into()))
        .await
        .with("pop.kontor.example", 995, "pop.kontor.example", Some("+OK ready\r\n".into()))
        .await;
    assert_eq!(short(town.find().await), Some((Source::Trial, Protocol::Imap, "mail.kontor.example".into(), 993)));
    assert_eq!(town.heard(), Vec::<String>::new(), "a greeting is all that is waited for");
    let only_pop = Town::new().with("pop.kontor.example", 995, "pop.kontor.example", Some("+OK ready\r\n".into())).await;
    assert_eq!(short(only_pop.find().await), Some((Source::Trial, Protocol::Pop3, "pop.kontor.example".into(), 995)));
}

// S7
#[tokio::test]
async fn a_certificate_for_another_name_counts_as_no_answer() {
    let town = Town::new()
        .with("autoconfig.kontor.example", 443, "hoster.example", Some(document("imap", "imap.hoster.example", 993)))
        .await
        .with("imap.kontor.example", 993, "hoster.example", Some("* OK ready\r\n".into()))
        .await;
    assert_eq!(town.find().await, None);
    assert_eq!(town.heard(), Vec::<String>::new());
}

// DESIGN §8
#[tokio::test]
async fn staff_find_nothing_inside_the_office_and_no_port_they_could_not_use() {
    let town = Town::new()
        .document("autoconfig.kontor.example", &document("imap", "imap.kontor.example", 993))
        .await
        .with("imap.kontor.example", 993, "imap.kontor.example", Some("* OK ready\r\n".into()))
        .await
        .records(vec![("_imaps._tcp.kontor.example", srv(0, 8143, "odd.kontor.example."))])
        .await;
    let staff = Search { reach: Reach::PublicMailPorts, ..town.search() };
    assert_eq!(find(ADDRESS, &staff).await, None);
    assert_eq!(town.heard(), Vec::<String>::new(), "nobody inside was asked");
}

#[tokio::test]
async fn redirects_large_answers_and_nonsense_lead_nowhere() {
    let large = format!("HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n{}", " ".repeat(400_000));
    let redirect = "HTTP/1.1 302 Found\r\nLocation: https://169.254.169.254/\r\nContent-Length: 0\r\n\r\n";
    for says in [large.as_str(), redirect, "HTTP/1.1 garbage", "\u{0}\u{1}", "<!DOCTYPE html><html></html>"] {
        let town = Town::new().document("autoconfig.kontor.example", says).await;
        assert_eq!(town.find().await, None, "{}", &says[..20.min(says.len())]);
    }
    for address in ["no address", "ada@", "ada@localhost", "ada@127.0.0.1", "ada@[::1]", "ada@a b.example", ""] {
        assert_eq!(find(address, &Town::new().search()).await, None, "{address}");
    }
}

// O16
#[tokio::test]
async fn servers_that_say_nothing_do_not_hold_it_up() {
    let town = Town::new()
        .with("autoconfig.kontor.example", 443, "autoconfig.kontor.example", None)
        .await
        .with("imap.kontor.example", 993, "imap.kontor.example", None)
        .await
        .with("mail.kontor.example", 993, "mail.kontor.example", Some("* OK ready\r\n".into()))
        .await;
    // They never answer: that there is an end at all shows that nobody waits for them.
    let silent = find(ADDRESS, &Search { limit: Duration::from_millis(1_200), ..town.search() }).await;
    assert!(town.heard().iter().any(|heard| heard == "autoconfig.kontor.example keeps silent"), "{:?}", town.heard());
    assert_eq!(
        silent.map(|found| found.server),
        Some("mail.kontor.example".to_owned()),
        "one that is silent does not hide one that greets"
    );
}

#[tokio::test]
async fn a_known_provider_is_not_asked() {
    let found = find("ada@gmail.com", &Town::new().search()).await.unwrap();
    assert_eq!((found.source, found.server.as_str()), (Source::Table, "imap.gmail.com"));
}
