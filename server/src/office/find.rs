//! One field, one button: from an address to settings, by asking its domain (TP-04, FP-10 to FP-13).
//!
//! Must never: ask the network unless somebody pressed the button, write over what was typed, or save anything.

use super::accounts::EITHER;
use super::drafts::{FoundSettings, TypedAccount};
use super::{Office, Principal, Session, trouble::problem_of};
use model::{AccountForm, Preset, Problem, Protocol, Security, looks_like_address};
use postroom_connect::Reach;
use postroom_connect::discover::{Found, Search, Source, find, guess};
use secrecy::SecretString;
use std::time::Duration;

/// Searches a person may make in the window.
const SEARCHES: i64 = 12;
/// That window, ms (5 minutes).
const WINDOW: i64 = 5 * 60 * 1000;
/// Everything together.
const LIMIT: Duration = Duration::from_secs(10);

impl Office {
    /// Looks for the settings of the address in a new account's form; what is found waits in the session's draft.
    pub async fn find_settings(&self, who: &Principal, session: &Session, form: AccountForm) -> Result<(), Problem> {
        who.need_one_of(EITHER)?;
        let before = self.drafts.account(&session.token_hash, None, self.now()).filter(|before| before.form.protocol == form.protocol);
        let password = match form.password.as_str() {
            "" => before.and_then(|before| before.password),
            // Nobody knows which of the two is right.
            typed if !form.password_repeat.is_empty() && typed != form.password_repeat => None,
            typed => Some(SecretString::from(typed.to_owned())),
        };
        let typed = AccountForm { password: String::new(), password_repeat: String::new(), ..form };
        self.keep_typed(session, None, TypedAccount { form: typed.clone(), password: password.clone(), diagnosis: None });
        let address = Some(typed.address.trim()).filter(|address| looks_like_address(address)).and_then(postroom_mail::address::canonical);
        let address = address.ok_or_else(|| Problem::field("address", "Enter the mailbox's e-mail address, like name@example.com"))?;
        self.count_search(who).await?;
        let search = Search {
            reach: if who.is_administrator() { Reach::Anywhere } else { Reach::PublicMailPorts },
            protocol: typed.protocol,
            limit: LIMIT,
            extra_roots: self.settings.extra_roots.clone(),
            played: self.settings.played.clone(),
        };
        let found = find(&address, &search).await;
        let domain = address.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
        let source = found.as_ref().map_or("nothing found", |found| found.source.words());
        self.record(who, "account.settings_searched", "", format!("{domain}: {source}")).await?;

        let earlier = self.drafts.found(&session.token_hash, self.now()).map(|found| found.server).unwrap_or_default();
        let (form, said) = filled(typed, found.as_ref(), &earlier, domain);
        let server = found.map(|found| found.server).unwrap_or_default();
        let asked = form.address.trim().to_owned();
        // A mailbox's password is nothing for an application's form (and the other way round).
        let password = password.filter(|_| form.protocol != Protocol::Graph || search.protocol == Protocol::Graph);
        self.keep_typed(session, None, TypedAccount { form, password, diagnosis: None });
        self.drafts.keep_found(&session.token_hash, FoundSettings { address: asked, server, said }, self.now());
        Ok(())
    }

    async fn count_search(&self, who: &Principal) -> Result<(), Problem> {
        let Some(user) = who.user() else { return Ok(()) };
        let now = self.now();
        let searches = self.store.count_attempt(&format!("find:{user}"), now, now - WINDOW).await.map_err(problem_of)?;
        if searches > SEARCHES { Err(Problem::SlowDown(60)) } else { Ok(()) }
    }
}

/// A form with what was found, and what to say about it. Server, port and security are one thing: they come together or not at all.
fn filled(form: AccountForm, found: Option<&Found>, earlier: &str, domain: &str) -> (AccountForm, Vec<String>) {
    let Some(found) = found else {
        let nothing = format!("Nothing was found for {domain}.");
        let by_hand = "Enter the settings by hand: they are likely those of a phone that reads this mailbox. Else the provider or your own technical support has them.";
        return (form, vec![nothing, by_hand.to_owned()]);
    };
    let guessed = guess(&form.address).server;
    let server = form.server.trim();
    let typed = !server.is_empty() && server != guessed && server != earlier;
    let sought = form.protocol;
    let mut said = vec![told(found)];
    if typed {
        said.push("The server that was typed is left as it is. Empty its field and search again to have it filled in.".to_owned());
    }
    said.extend(remark(found, sought));
    said.extend(found.notes.iter().cloned());
    let form = match found.protocol {
        _ if typed => form,
        Protocol::Graph if sought == Protocol::Graph => form,
        Protocol::Graph => AccountForm {
            protocol: Protocol::Graph,
            preset: Preset::Microsoft365,
            name: form.name,
            description: form.description,
            address: form.address,
            central: form.central,
            ..AccountForm::default()
        },
        protocol if sought == Protocol::Graph => AccountForm {
            name: form.name,
            description: form.description,
            address: form.address,
            central: form.central,
            ..put_in(AccountForm::default(), found, protocol)
        },
        protocol => put_in(form, found, protocol),
    };
    (form, said)
}

fn put_in(form: AccountForm, found: &Found, protocol: Protocol) -> AccountForm {
    let user_name = if form.user_name.trim().is_empty() { found.user_name.clone().unwrap_or_default() } else { form.user_name };
    AccountForm {
        protocol,
        preset: found.preset,
        server: found.server.clone(),
        port: found.port.to_string(),
        security: found.security,
        user_name,
        ..form
    }
}

/// Who said what.
fn told(found: &Found) -> String {
    let source = found.source.words();
    if found.protocol == Protocol::Graph {
        return format!("{source}: Microsoft 365.");
    }
    let (protocol, security) = match (found.protocol, found.security) {
        (Protocol::Pop3, Security::StartTls) => ("POP3", "STARTTLS"),
        (Protocol::Pop3, _) => ("POP3", "TLS"),
        (_, Security::StartTls) => ("IMAP", "STARTTLS"),
        _ => ("IMAP", "TLS"),
    };
    format!("{source}: {}, port {}, {protocol} with {security}.", found.server, found.port)
}

fn remark(found: &Found, sought: Protocol) -> Vec<String> {
    let mut said = Vec::new();
    match (sought, found.protocol) {
        (Protocol::Imap, Protocol::Pop3) => said.push("Only POP3 was found: it brings received letters alone."),
        (Protocol::Pop3, Protocol::Imap) => said.push("Only IMAP was found. It also brings sent letters and folders."),
        (Protocol::Graph, Protocol::Imap | Protocol::Pop3) => said.push("Nothing says that this domain is at Microsoft 365."),
        _ => {}
    }
    if matches!(found.source, Source::Records | Source::Trial) && found.protocol != Protocol::Graph {
        said.push("Look the server's name over before you enter a password: it should be your provider's.");
    }
    said.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(protocol: Protocol) -> Found {
        Found {
            source: Source::Document,
            protocol,
            preset: Preset::Custom,
            server: "in.kontor.example".into(),
            port: 995,
            security: Security::Tls,
            user_name: Some("ada".into()),
            notes: vec![],
        }
    }

    fn typed(server: &str) -> AccountForm {
        AccountForm { name: "Ada".into(), address: "ada@kontor.example".into(), server: server.into(), ..AccountForm::default() }
    }

    // TP-04, TP-06
    #[test]
    fn what_is_found_fills_what_is_empty_or_was_only_guessed() {
        for server in ["", "mail.kontor.example", "earlier.example"] {
            let (form, said) = filled(typed(server), Some(&found(Protocol::Imap)), "earlier.example", "kontor.example");
            assert_eq!(
                (form.server.as_str(), form.port.as_str(), form.user_name.as_str()),
                ("in.kontor.example", "995", "ada"),
                "{server}"
            );
            assert_eq!(said, ["From the provider's own settings document: in.kontor.example, port 995, IMAP with TLS."]);
        }
    }

    #[test]
    fn what_was_typed_stays() {
        let form = AccountForm { user_name: "office".into(), ..typed("own.kontor.example") };
        for protocol in [Protocol::Imap, Protocol::Pop3, Protocol::Graph] {
            let (kept, said) = filled(form.clone(), Some(&found(protocol)), "", "kontor.example");
            assert!(kept == form && said[1].contains("left as it is"), "{said:?}");
        }
        let named = AccountForm { server: String::new(), ..form };
        assert_eq!(filled(named, Some(&found(Protocol::Imap)), "", "kontor.example").0.user_name, "office");
        let (kept, said) = filled(typed(""), None, "", "kontor.example");
        assert!(kept == typed("") && said[0].contains("Nothing was found"));
    }

    #[test]
    fn the_form_follows_the_protocol_that_was_found() {
        let (pop, said) = filled(typed(""), Some(&found(Protocol::Pop3)), "", "kontor.example");
        assert!(pop.protocol == Protocol::Pop3 && said.iter().any(|line| line.contains("Only POP3")), "{said:?}");
        let (graph, said) = filled(typed(""), Some(&found(Protocol::Graph)), "", "kontor.example");
        assert_eq!((graph.protocol, graph.server.as_str(), graph.name.as_str()), (Protocol::Graph, "", "Ada"));
        assert!(said[0].ends_with("Microsoft 365."));
    }
}
