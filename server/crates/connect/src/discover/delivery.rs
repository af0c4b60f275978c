//! Who delivers a domain's letters: the hosts that its MX records name, as data.

use model::{Preset, Protocol};

/// A provider of other people's domains.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Carrier {
    /// Ends of the names in MX records.
    ends: &'static [&'static str],
    pub name: &'static str,
    pub protocol: Protocol,
    pub preset: Preset,
    /// Server; empty where there is none to name.
    pub server: &'static str,
    /// Ends of the names of its mail servers.
    pub servers: &'static [&'static str],
}

const CARRIERS: &[Carrier] = &[
    Carrier {
        ends: &[".mail.protection.outlook.com", ".mx.microsoft", ".mail.protection.office365.us", ".mail.protection.partner.outlook.cn"],
        name: "Microsoft 365",
        protocol: Protocol::Graph,
        preset: Preset::Microsoft365,
        server: "",
        servers: &["office365.com", "outlook.com"],
    },
    Carrier {
        ends: &[".l.google.com", "smtp.google.com", ".googlemail.com"],
        name: "Google",
        protocol: Protocol::Imap,
        preset: Preset::Gmail,
        server: "imap.gmail.com",
        servers: &["gmail.com", "googlemail.com"],
    },
    Carrier {
        ends: &[".yahoodns.net"],
        name: "Yahoo",
        protocol: Protocol::Imap,
        preset: Preset::BtYahoo,
        server: "imap.mail.yahoo.com",
        servers: &["yahoo.com", "yahoo.net"],
    },
    Carrier {
        ends: &[".messagingengine.com"],
        name: "Fastmail",
        protocol: Protocol::Imap,
        preset: Preset::Custom,
        server: "imap.fastmail.com",
        servers: &["fastmail.com", "messagingengine.com"],
    },
    Carrier {
        ends: &[".mail.icloud.com"],
        name: "Apple",
        protocol: Protocol::Imap,
        preset: Preset::Custom,
        server: "imap.mail.me.com",
        servers: &["mail.me.com", "icloud.com"],
    },
];

/// Who runs the hosts that a domain's letters are delivered to.
pub(super) fn carrier_of(exchangers: &[String]) -> Option<&'static Carrier> {
    let runs = |carrier: &Carrier, host: &str| carrier.ends.iter().any(|end| host.ends_with(end) || *end == host);
    exchangers.iter().find_map(|host| CARRIERS.iter().find(|carrier| runs(carrier, host)))
}

impl Carrier {
    /// Whether a mail server is this provider's.
    pub fn runs(&self, server: &str) -> bool {
        self.servers.iter().any(|end| server == *end || server.strip_suffix(end).is_some_and(|rest| rest.ends_with('.')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(host: &str) -> Option<&'static str> {
        carrier_of(&[host.to_owned()]).map(|carrier| carrier.name)
    }

    // FP-13, FP-21
    #[test]
    fn business_domains_are_known_by_who_delivers_their_letters() {
        assert_eq!(name("kontor-example.mail.protection.outlook.com"), Some("Microsoft 365"));
        assert_eq!(name("kontor-example.a-v1.mx.microsoft"), Some("Microsoft 365"));
        assert_eq!(name("aspmx.l.google.com"), Some("Google"));
        assert_eq!(name("smtp.google.com"), Some("Google"));
        assert_eq!(name("mx-biz.mail.am0.yahoodns.net"), Some("Yahoo"));
        for other in ["mx.kontor.example", "l.google.com.evil.example", "evilsmtp.google.com.example", "mx.microsoft"] {
            assert_eq!(name(other), None, "{other}");
        }
    }

    #[test]
    fn a_server_is_a_providers_by_whole_labels() {
        let google = carrier_of(&["smtp.google.com".into()]).unwrap();
        assert!(google.runs("imap.gmail.com") && google.runs("gmail.com") && !google.runs("imap.notgmail.com"));
    }
}
