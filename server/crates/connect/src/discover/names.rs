//! What a domain's DNS records say: SRV (RFC 6186, RFC 8314) and MX. Must never: take a server without TLS, or a target that is no name.

use super::{Search, autoconfig::Incoming, host::host_name};
use hickory_resolver::{
    TokioResolver,
    config::{NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
    proto::rr::{RData, RecordType},
};
use model::{Protocol, Security};
use std::time::Duration;

/// Records of a kind that are looked at.
const MOST: usize = 30;

/// Services in the order in which they are preferred: TLS from the start before STARTTLS (RFC 8314 §3).
const SERVICES: [(&str, Protocol, Security); 4] = [
    ("_imaps._tcp", Protocol::Imap, Security::Tls),
    ("_imap._tcp", Protocol::Imap, Security::StartTls),
    ("_pop3s._tcp", Protocol::Pop3, Security::Tls),
    ("_pop3._tcp", Protocol::Pop3, Security::StartTls),
];

/// Somebody who answers questions about records.
pub(super) struct Names(Option<TokioResolver>);

impl Names {
    /// The system's name servers, or the played one; without any, there are no records.
    pub fn open(search: &Search) -> Self {
        let builder = match &search.played {
            None => TokioResolver::builder_tokio().ok(),
            Some(played) => played.name_server.map(|at| {
                let mut server = NameServerConfig::udp(at.ip());
                for connection in &mut server.connections {
                    connection.port = at.port();
                }
                TokioResolver::builder_with_config(ResolverConfig::from_name_servers(vec![server]), TokioRuntimeProvider::default())
            }),
        };
        let resolver = builder.and_then(|mut builder| {
            let options = builder.options_mut();
            options.timeout = Duration::from_secs(3);
            options.attempts = 1;
            builder.build().ok()
        });
        Self(resolver)
    }

    /// Records of a name; the dot at the end keeps the office's own search list out.
    async fn records(&self, name: &str, kind: RecordType) -> Vec<RData> {
        let Some(resolver) = &self.0 else { return Vec::new() };
        match resolver.lookup(format!("{name}."), kind).await {
            Ok(found) => found.answers().iter().take(MOST).map(|record| record.data.clone()).collect(),
            Err(_) => Vec::new(),
        }
    }

    /// The servers for incoming mail that the domain offers by SRV records.
    pub async fn servers(&self, domain: &str, search: &Search) -> Vec<Incoming> {
        let one = |n: usize| async move {
            let (service, protocol, security) = SERVICES[n];
            let records = self.records(&format!("{service}.{domain}"), RecordType::SRV).await;
            let offers = records.into_iter().filter_map(|data| match data {
                RData::SRV(srv) => {
                    Some(Offer { priority: srv.priority, weight: srv.weight, port: srv.port, target: srv.target.to_ascii() })
                }
                _ => None,
            });
            let chosen = chosen(offers.filter(|offer| search.usable_port(offer.port)))?;
            Some(Incoming { protocol, host: chosen.target, port: chosen.port, security, user_name: String::new() })
        };
        let (a, b, c, d) = tokio::join!(one(0), one(1), one(2), one(3));
        [a, b, c, d].into_iter().flatten().collect()
    }

    /// Hosts that the domain's letters are delivered to, most preferred first.
    pub async fn exchangers(&self, domain: &str) -> Vec<String> {
        let records = self.records(domain, RecordType::MX).await;
        let mut found: Vec<(u16, String)> = records
            .into_iter()
            .filter_map(|data| match data {
                RData::MX(mx) => Some((mx.preference, host_name(&mx.exchange.to_ascii())?)),
                _ => None,
            })
            .collect();
        found.sort();
        found.into_iter().map(|(_, host)| host).collect()
    }
}

/// An SRV record.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Offer {
    priority: u16,
    weight: u16,
    port: u16,
    target: String,
}

/// The lowest priority, and of those the heaviest (RFC 2782; one answer is wanted, the same each time). A target of "." means that the
/// service is not offered (RFC 6186 §3.4).
fn chosen(offers: impl Iterator<Item = Offer>) -> Option<Offer> {
    let named = offers.filter_map(|offer| Some(Offer { target: host_name(&offer.target)?, ..offer }));
    named.min_by_key(|offer| (offer.priority, u16::MAX - offer.weight, offer.target.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(priority: u16, weight: u16, target: &str) -> Offer {
        Offer { priority, weight, port: 993, target: target.into() }
    }

    fn best(offers: &[Offer]) -> Option<String> {
        chosen(offers.iter().cloned()).map(|offer| offer.target)
    }

    #[test]
    fn the_record_with_the_lowest_priority_wins_then_the_heaviest() {
        let (a, b, c) = (offer(10, 0, "a.example."), offer(0, 1, "b.example."), offer(0, 5, "c.example."));
        assert_eq!(best(&[a.clone(), b.clone(), c.clone()]).as_deref(), Some("c.example"));
        assert_eq!(best(&[c, b, a.clone()]).as_deref(), Some("c.example"), "in whatever order they come");
        assert_eq!(best(&[a]).as_deref(), Some("a.example"));
    }

    #[test]
    fn a_service_that_is_not_offered_and_a_target_that_is_no_name_are_passed_over() {
        assert_eq!(best(&[offer(0, 0, ".")]), None);
        let odd = ["127.0.0.1.", "localhost.", "a\\032b.example."].map(|target| offer(0, 0, target));
        assert_eq!(best(&odd), None);
        assert_eq!(best(&[offer(0, 0, "."), offer(9, 0, "a.example.")]).as_deref(), Some("a.example"));
    }
}
