//! One address, one button: what is known, then what the domain says, then what answers. Must never: take longer than it was given, or
//! send a password.

use super::{
    Played,
    autoconfig::{self, Incoming},
    delivery::{Carrier, carrier_of},
    document, guess,
    host::host_name,
    names::Names,
    probe,
};
use crate::{CertificateDer, Reach};
use model::{Preset, Protocol, Security};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How a search is made.
#[derive(Debug, Clone)]
pub struct Search {
    /// Which addresses whoever asks may reach.
    pub reach: Reach,
    /// What is looked for first; the other one where there is nothing else.
    pub protocol: Protocol,
    /// Everything together takes no longer.
    pub limit: Duration,
    /// Roots trusted besides those that browsers trust.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// A network that is played.
    pub played: Option<Played>,
}

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The built-in table.
    Table,
    /// The domain's settings document.
    Document,
    /// SRV records, or MX records that name a known provider.
    Records,
    /// A server that greets.
    Trial,
}

impl Source {
    /// In words, the beginning of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Table => "From Postroom's own list of providers",
            Self::Document => "From the provider's own settings document",
            Self::Records => "From the domain's DNS records",
            Self::Trial => "By trying the usual names",
        }
    }
}

/// Settings that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Who said it.
    pub source: Source,
    /// How letters come.
    pub protocol: Protocol,
    /// Server type.
    pub preset: Preset,
    /// Server; empty for Microsoft 365.
    pub server: String,
    /// Port.
    pub port: u16,
    /// Security.
    pub security: Security,
    /// User name, where it is not the address.
    pub user_name: Option<String>,
    /// What the person should know, in plain sentences.
    pub notes: Vec<String>,
}

/// Settings for an address, by the best source that knows them.
pub async fn find(address: &str, search: &Search) -> Option<Found> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = host_name(domain)?;
    let known = guess(address);
    if known.certain {
        return Some(Found {
            source: Source::Table,
            protocol: if known.preset == Preset::Microsoft365 { Protocol::Graph } else { Protocol::Imap },
            preset: known.preset,
            server: known.server,
            port: known.port,
            security: known.security,
            user_name: None,
            notes: known.notes.iter().map(|note| (*note).to_owned()).collect(),
        });
    }
    let end = Instant::now() + search.limit;
    // Half of the time for what the domain says, so that some is left for trying.
    let half = Instant::now() + search.limit / 2;
    let names = Names::open(search);
    let (documents, records, exchangers) = tokio::join!(
        document::ask(address, &domain, search, half),
        timeout_at(half, names.servers(&domain, search)),
        timeout_at(half, names.exchangers(&domain)),
    );
    let carrier = carrier_of(&exchangers.unwrap_or_default());
    let said = [(Source::Document, documents), (Source::Records, records.unwrap_or_default())];
    if let Some(found) = best(address, search.protocol, &said, carrier) {
        return Some(found);
    }
    let greeting = probe::usual_names(&domain, search, end).await;
    best(address, search.protocol, &[(Source::Trial, greeting)], None)
}

/// The protocol that is looked for counts more than the source, the source more than the order within it.
fn best(address: &str, first: Protocol, said: &[(Source, Vec<Incoming>)], carrier: Option<&Carrier>) -> Option<Found> {
    let other = if first == Protocol::Pop3 { Protocol::Imap } else { Protocol::Pop3 };
    [if first == Protocol::Pop3 { first } else { Protocol::Imap }, other].into_iter().find_map(|protocol| {
        let server = said.iter().find_map(|(source, servers)| Some((*source, servers.iter().find(|server| server.protocol == protocol)?)));
        match (server, carrier) {
            (Some((source, server)), _) => Some(told(address, source, server, carrier)),
            (None, Some(carrier)) if carrier.protocol == protocol || carrier.protocol == Protocol::Graph => Some(delivered(carrier)),
            _ => None,
        }
    })
}

fn told(address: &str, source: Source, server: &Incoming, carrier: Option<&Carrier>) -> Found {
    let ours = super::provider_of(&server.host);
    let mut notes: Vec<String> = ours.into_iter().flat_map(|provider| provider.notes).map(|note| (*note).to_owned()).collect();
    if let Some(carrier) = carrier.filter(|carrier| !carrier.runs(&server.host)) {
        notes.push(format!("The domain's letters are delivered to {}. If this mailbox stays empty, that is where they are.", carrier.name));
    }
    Found {
        source,
        protocol: server.protocol,
        preset: ours.map_or(Preset::Custom, |provider| provider.preset),
        server: server.host.clone(),
        port: server.port,
        security: server.security,
        user_name: autoconfig::user_name(&server.user_name, address),
        notes,
    }
}

fn delivered(carrier: &Carrier) -> Found {
    let notes = super::provider_of(carrier.server).map(|provider| provider.notes).unwrap_or_default();
    let mut notes: Vec<String> = notes.iter().map(|note| (*note).to_owned()).collect();
    notes.insert(0, format!("This domain's letters are delivered to {}.", carrier.name));
    Found {
        source: Source::Records,
        protocol: carrier.protocol,
        preset: carrier.preset,
        server: carrier.server.to_owned(),
        port: 993,
        security: Security::Tls,
        user_name: None,
        notes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(protocol: Protocol, host: &str) -> Incoming {
        Incoming { protocol, host: host.into(), port: 993, security: Security::Tls, user_name: "%EMAILLOCALPART%".into() }
    }

    fn chosen(first: Protocol, said: &[(Source, Vec<Incoming>)], exchanger: &str) -> Option<(Source, Protocol, String)> {
        let carrier = carrier_of(&[exchanger.to_owned()]);
        best("ada@kontor.example", first, said, carrier).map(|found| (found.source, found.protocol, found.server))
    }

    // FP-10, TP-04
    #[test]
    fn the_document_counts_more_than_records_and_imap_more_than_either() {
        let imap = |host: &str| vec![server(Protocol::Imap, host)];
        let pop = |host: &str| vec![server(Protocol::Pop3, host)];
        let both = [(Source::Document, imap("d.example")), (Source::Records, imap("r.example"))];
        assert_eq!(chosen(Protocol::Imap, &both, ""), Some((Source::Document, Protocol::Imap, "d.example".into())));
        assert_eq!(chosen(Protocol::Imap, &both, "smtp.google.com").map(|found| found.0), Some(Source::Document));
        let mixed = [(Source::Document, pop("d.example")), (Source::Records, imap("r.example"))];
        assert_eq!(chosen(Protocol::Imap, &mixed, ""), Some((Source::Records, Protocol::Imap, "r.example".into())));
        assert_eq!(chosen(Protocol::Pop3, &mixed, ""), Some((Source::Document, Protocol::Pop3, "d.example".into())));
        let only = [(Source::Document, pop("d.example"))];
        assert_eq!(chosen(Protocol::Imap, &only, ""), Some((Source::Document, Protocol::Pop3, "d.example".into())));
        assert_eq!(chosen(Protocol::Imap, &[], ""), None);
    }

    // FP-13, FP-21
    #[test]
    fn a_business_domain_is_found_by_who_delivers_its_letters() {
        let google = chosen(Protocol::Imap, &[], "aspmx.l.google.com");
        assert_eq!(google, Some((Source::Records, Protocol::Imap, "imap.gmail.com".into())));
        let microsoft = chosen(Protocol::Imap, &[], "kontor-example.mail.protection.outlook.com");
        assert_eq!(microsoft, Some((Source::Records, Protocol::Graph, String::new())));
    }

    #[test]
    fn a_document_that_says_another_place_than_where_letters_are_delivered_is_remarked() {
        let said = [(Source::Document, vec![server(Protocol::Imap, "mail.hoster.example")])];
        let carrier = carrier_of(&["kontor-example.mail.protection.outlook.com".into()]);
        let found = best("ada@kontor.example", Protocol::Imap, &said, carrier).unwrap();
        assert!(found.notes.iter().any(|note| note.contains("delivered to Microsoft 365")), "{:?}", found.notes);
        assert_eq!(found.user_name.as_deref(), Some("ada"));
    }
}
