//! From an address to likely settings (FP-10…FP-17, FP-21, FP-22, O5, O6): [`guess`] from what is known of providers, [`find`] by
//! asking the address's domain.
//! Must never: ask the network while guessing, or claim to be certain where it guesses (FP-11).

mod autoconfig;
mod delivery;
mod document;
mod find;
mod host;
mod names;
mod probe;
mod providers;

pub use find::{Found, Search, Source, find};
pub use host::Played;

use model::{Preset, Security};
use providers::{PROVIDERS, Provider};

/// Likely settings for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// Server type.
    pub preset: Preset,
    /// The provider's name, if it is known.
    pub provider: Option<&'static str>,
    /// Server; empty when nothing can be said.
    pub server: String,
    /// Port.
    pub port: u16,
    /// Security.
    pub security: Security,
    /// User name to offer.
    pub user_name: String,
    /// Known and tested settings, not a guess.
    pub certain: bool,
    /// Other servers worth trying, with the reason.
    pub alternatives: Vec<(String, &'static str)>,
    /// What the person should know, in plain sentences.
    pub notes: Vec<&'static str>,
}

/// Settings as on other devices (FP-12).
const SAME_AS_PHONE: &str = "The settings are likely the same as in the mail program on a phone or tablet.";
/// Nobody tested these (FP-11).
const ASK_PROVIDER: &str = "These settings are a guess. If the test fails, the provider's web site tells the right ones.";

/// Likely settings for an address.
pub fn guess(address: &str) -> Guess {
    let address = address.trim();
    let domain = address.rsplit_once('@').map(|(_, domain)| domain.trim_end_matches('.').to_lowercase()).unwrap_or_default();
    match PROVIDERS.iter().find(|provider| provider.domains.iter().any(|pattern| serves(pattern, &domain))) {
        Some(provider) => known(provider, address),
        None => custom(address, &domain),
    }
}

/// `example.com`, `example.*` for one country after the other, or `*.example.com` for everything below it.
fn serves(pattern: &str, domain: &str) -> bool {
    if let Some(end) = pattern.strip_prefix('*') {
        return domain.strip_suffix(end).is_some_and(|name| !name.is_empty() && name.split('.').all(|part| !part.is_empty()));
    }
    match pattern.strip_suffix("*") {
        Some(start) => domain
            .strip_prefix(start)
            .is_some_and(|rest| rest.len() <= 6 && !rest.is_empty() && rest.split('.').all(|part| part.len() >= 2)),
        None => domain == pattern,
    }
}

fn known(provider: &'static Provider, address: &str) -> Guess {
    Guess {
        preset: provider.preset,
        provider: Some(provider.name),
        server: provider.server.to_owned(),
        port: provider.port,
        security: provider.security,
        user_name: address.to_owned(),
        certain: true,
        alternatives: provider.alternatives.iter().map(|(server, why)| ((*server).to_owned(), *why)).collect(),
        notes: provider.notes.to_vec(),
    }
}

fn custom(address: &str, domain: &str) -> Guess {
    let usable = !domain.is_empty() && domain.contains('.');
    Guess {
        preset: Preset::Custom,
        provider: None,
        server: if usable { format!("mail.{domain}") } else { String::new() },
        port: 993,
        security: Security::Auto,
        user_name: address.to_owned(),
        certain: false,
        alternatives: if usable {
            vec![
                (format!("imap.{domain}"), "Many providers call their server so."),
                ("imap.gmail.com".to_owned(), "If the office's mail is run by Google."),
            ]
        } else {
            Vec::new()
        },
        notes: vec![ASK_PROVIDER, SAME_AS_PHONE],
    }
}

/// The provider that runs a server, for the doctor's sentences.
pub(crate) fn provider_of(server: &str) -> Option<&'static Provider> {
    let server = server.trim().trim_end_matches('.').to_lowercase();
    PROVIDERS.iter().find(|provider| {
        provider.server == server
            || provider.alternatives.iter().any(|(other, _)| *other == server)
            || provider.hosts.iter().any(|host| server.ends_with(host))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // FP-10, FP-21, FP-22
    #[test]
    fn gmail_asks_only_for_address_and_app_password() {
        for address in ["ann@gmail.com", "Ann@GoogleMail.com"] {
            let guess = guess(address);
            assert_eq!((guess.preset, guess.server.as_str(), guess.port, guess.certain), (Preset::Gmail, "imap.gmail.com", 993, true));
            assert!(guess.notes.iter().any(|note| note.contains("app password")));
        }
    }

    // O5
    #[test]
    fn yahoo_offers_the_server_that_shows_everything() {
        let guess = guess("ann@yahoo.co.uk");
        assert_eq!(guess.preset, Preset::BtYahoo);
        assert!(guess.alternatives.iter().any(|(server, _)| server == "export.imap.mail.yahoo.com"));
        assert_eq!(super::guess("ann@btinternet.com").server, "mail.btinternet.com");
    }

    // O6
    #[test]
    fn outlook_says_that_passwords_no_longer_work() {
        let guess = guess("ann@outlook.com");
        assert_eq!(guess.preset, Preset::Microsoft365);
        assert!(!guess.notes.is_empty());
    }

    // O6: behind a private mailbox stands no administrator; every organisation has a domain below onmicrosoft.com.
    #[test]
    fn a_private_mailbox_at_microsoft_is_told_from_an_organisations() {
        for private in ["ann@outlook.com", "ann@hotmail.co.uk", "ann@live.de", "ann@msn.com"] {
            let guess = guess(private);
            assert_eq!((guess.preset, guess.certain), (Preset::Microsoft365, true), "{private}");
            assert!(guess.notes.iter().all(|note| !note.contains("administrator")), "{private}: {:?}", guess.notes);
            assert!(guess.notes.iter().any(|note| note.contains("private mailbox")), "{private}: {:?}", guess.notes);
            assert!(model::application::is_private_at_microsoft(private), "pages and discovery agree about {private}");
        }
        let office = guess("ann@Kontor.onmicrosoft.com");
        assert_eq!((office.preset, office.provider, office.certain), (Preset::Microsoft365, Some("Microsoft 365"), true));
        assert!(office.notes.iter().any(|note| note.contains("administrator")), "{:?}", office.notes);
        for other in ["ann@onmicrosoft.com", "ann@evilonmicrosoft.com", "ann@.onmicrosoft.com"] {
            assert_eq!(guess(other).preset, Preset::Custom, "{other}");
        }
    }

    // FP-11
    #[test]
    fn an_unknown_domain_is_guessed_and_says_so() {
        let guess = guess("ann@smith-and-co.example");
        assert_eq!((guess.server.as_str(), guess.certain, guess.preset), ("mail.smith-and-co.example", false, Preset::Custom));
        assert_eq!(guess.alternatives[0].0, "imap.smith-and-co.example");
        assert!(super::guess("no address").server.is_empty());
        assert_eq!(super::guess("ann@yahoo.evil.example.com").preset, Preset::Custom);
    }
}
