//! The part of an account's form that a client application needs (FC-13 to FC-18, O15, O21).

use crate::{AccountForm, FieldErrors, Preset, Protocol, Security, civil};

/// Microsoft's clouds: name, sign-in server, Graph server. <https://learn.microsoft.com/en-us/graph/deployments>
pub const CLOUDS: [(&str, &str, &str); 3] = [
    ("Microsoft 365", "login.microsoftonline.com", "graph.microsoft.com"),
    ("US Government (GCC High)", "login.microsoftonline.us", "graph.microsoft.us"),
    ("US Government (DoD)", "login.microsoftonline.us", "dod-graph.microsoft.us"),
];

/// Google's servers: where the person says yes, where tokens come from, the mailbox.
/// <https://developers.google.com/identity/protocols/oauth2/web-server>
pub const GOOGLE: [&str; 3] = ["accounts.google.com", "oauth2.googleapis.com", "imap.gmail.com"];

/// Microsoft's servers for programs that read by IMAP or POP3.
/// <https://support.microsoft.com/en-us/office/pop-imap-and-smtp-settings-for-outlook-com-d088b986-291d-42b8-9564-9c414e2aa040>
pub const MICROSOFT_MAIL: &str = "outlook.office365.com";

/// Where letters of such mailboxes leave, an organisation's and private ones.
/// <https://support.microsoft.com/en-us/office/pop-imap-and-smtp-settings-for-outlook-com-d088b986-291d-42b8-9564-9c414e2aa040>
const MICROSOFT_SENDING: [&str; 2] = ["smtp.office365.com", "smtp-mail.outlook.com"];

/// The server by which letters leave with a person's sign-in, its port, and how it is protected: of a mailbox that is read at the
/// provider's own server. The provider that handed the token out is the one that gets it back.
pub fn provider_sending(preset: Preset, protocol: Protocol, server: &str, address: &str) -> Option<(&'static str, u16, Security)> {
    let at = |own: &str| server.trim().eq_ignore_ascii_case(own);
    match (preset, protocol) {
        (Preset::GoogleApplication, Protocol::Imap) if at(GOOGLE[2]) => Some(("smtp.gmail.com", 465, Security::Tls)),
        (Preset::Microsoft365, Protocol::Imap | Protocol::Pop3) if at(MICROSOFT_MAIL) => {
            let [office, private] = MICROSOFT_SENDING;
            Some((if is_private_at_microsoft(address) { private } else { office }, 587, Security::StartTls))
        }
        _ => None,
    }
}

/// The directory of mailboxes that belong to no organisation.
pub const PERSONAL: &str = "consumers";

/// Whether an address is that of a private mailbox at Microsoft, which no organisation and no administrator stands behind: `outlook.com`,
/// `hotmail.co.uk`, `live.de` and their like.
pub fn is_private_at_microsoft(address: &str) -> bool {
    let domain = address.trim().rsplit_once('@').map(|(_, domain)| domain.trim_end_matches('.').to_lowercase()).unwrap_or_default();
    if matches!(domain.as_str(), "msn.com" | "windowslive.com") {
        return true;
    }
    domain.split_once('.').is_some_and(|(name, country)| {
        matches!(name, "outlook" | "hotmail" | "live") && country.len() <= 6 && country.split('.').all(|part| part.len() >= 2)
    })
}

impl AccountForm {
    /// Signs in by a client application, not by a password.
    pub fn by_application(&self) -> bool {
        self.protocol == Protocol::Graph || self.at_google() || self.at_microsoft()
    }

    /// One's own mailbox at Microsoft by IMAP or POP3, with a token in the place of a password.
    pub fn at_microsoft(&self) -> bool {
        self.preset == Preset::Microsoft365 && matches!(self.protocol, Protocol::Imap | Protocol::Pop3)
    }

    /// Whether both sign in the same way: what was typed for one may reach the other's servers.
    pub fn signs_in_like(&self, other: &Self) -> bool {
        let way = |form: &Self| (form.protocol, form.at_google(), form.at_microsoft());
        way(self) == way(other)
    }

    /// A mailbox at Google by an application of the office's own.
    pub fn at_google(&self) -> bool {
        self.preset == Preset::GoogleApplication && self.protocol == Protocol::Imap
    }

    /// What nobody needs to type for Microsoft and for Google's applications filled in; other forms stay as they are.
    #[must_use]
    pub fn completed(mut self) -> Self {
        let usual = match self.protocol {
            Protocol::Graph => {
                let (_, sign_in, graph) = CLOUDS[0];
                self.preset = Preset::Microsoft365;
                self.consent_server.clear();
                [(&mut self.server, graph), (&mut self.port, "443"), (&mut self.sign_in_server, sign_in)]
            }
            _ if self.at_google() => {
                let [consent, tokens, mailbox] = GOOGLE;
                // At Google a person says yes, and there is no directory.
                self.delegated = true;
                self.tenant.clear();
                if self.port.trim().is_empty() {
                    "993".clone_into(&mut self.port);
                }
                [(&mut self.server, mailbox), (&mut self.consent_server, consent), (&mut self.sign_in_server, tokens)]
            }
            _ if self.at_microsoft() => {
                // A person says yes for his or her own mailbox.
                self.delegated = true;
                self.consent_server.clear();
                let port = if self.protocol == Protocol::Pop3 { "995" } else { "993" };
                [(&mut self.server, MICROSOFT_MAIL), (&mut self.port, port), (&mut self.sign_in_server, CLOUDS[0].1)]
            }
            _ => {
                self.delegated = false;
                return self;
            }
        };
        for (field, usual) in usual {
            if field.trim().is_empty() {
                usual.clone_into(field);
            }
        }
        self.security = Security::Tls;
        self
    }

    /// What a client application needs beside the rest of the form.
    pub(crate) fn check_application(&self, saved: bool, errors: &mut FieldErrors) {
        let microsoft = !self.at_google();
        let personal = self.at_microsoft() && self.tenant.trim().eq_ignore_ascii_case(PERSONAL);
        if microsoft && !personal && !looks_like_tenant(&self.tenant) {
            errors.add("tenant", "Enter the Directory (tenant) ID from the application's Overview page");
        }
        if microsoft && !looks_like_id(&self.client_id) {
            errors.add("client_id", "Enter the Application (client) ID from the application's Overview page");
        } else if self.client_id.trim().is_empty() || self.client_id.trim().chars().any(|c| c.is_whitespace() || c.is_control()) {
            errors.add("client_id", "Enter the client ID: it ends in .apps.googleusercontent.com");
        }
        // A public client has no secret; only a person's sign-in works without one.
        if self.password.is_empty() && !saved && !(microsoft && self.delegated) {
            errors.add("password", "Enter the client secret's value");
        } else if looks_like_id(&self.password) {
            errors.add("password", "This looks like the secret's ID. Enter the text of the column Value; if it is gone, make a new secret");
        } else if self.password != self.password_repeat {
            errors.add("password_repeat", "The two secrets differ");
        }
        if !self.secret_expires.trim().is_empty() && self.secret_expires_at().is_none() {
            errors.add("secret_expires", "Enter a date like 2027-05-31, or leave it empty");
        }
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '@');
        let usual = if microsoft { CLOUDS[0].1 } else { GOOGLE[1] };
        if self.sign_in_server.trim().chars().any(odd) {
            errors.add("sign_in_server", &format!("Enter the server's name alone, like {usual}"));
        }
        // A browser is sent there, so nothing but a name and a port may stand there.
        if !self.consent_server.trim().chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c)) {
            errors.add("consent_server", "Enter the server's name alone, like accounts.google.com");
        }
    }

    /// The day on which the secret expires, ms at its beginning (UTC).
    pub fn secret_expires_at(&self) -> Option<i64> {
        civil::read(&self.secret_expires).filter(|days| civil::day_of(*days).0 >= 2000).map(|days| days * civil::DAY)
    }
}

/// Whether a text has the shape of an id, as Microsoft shows it beside every secret: `00000000-0000-0000-0000-000000000000`.
pub fn looks_like_id(text: &str) -> bool {
    let groups: Vec<&str> = text.trim().split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A directory: by id, or by one of its domains.
fn looks_like_tenant(text: &str) -> bool {
    let text = text.trim();
    let domain = text.contains('.')
        && text.split('.').all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    looks_like_id(text) || domain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> AccountForm {
        AccountForm {
            protocol: Protocol::Graph,
            name: "Office".into(),
            address: "office@contoso.example".into(),
            tenant: "contoso.example".into(),
            client_id: "11111111-2222-3333-4444-555555555555".into(),
            password: "Xy~8Q~value".into(),
            password_repeat: "Xy~8Q~value".into(),
            secret_expires: "2028-02-29".into(),
            ..AccountForm::default()
        }
        .completed()
    }

    fn wrong(form: AccountForm) -> Vec<String> {
        form.check(false).0.into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn an_application_needs_its_three_values_and_no_server() {
        // FC-15 to FC-17, O15
        assert!(wrong(form()).is_empty());
        assert_eq!(form().server, "graph.microsoft.com");
        assert_eq!(wrong(AccountForm { tenant: "x".into(), client_id: "y".into(), ..form() }), ["tenant", "client_id"]);
        let id = "0f8fad5b-d9cb-469f-a165-70867728950e".to_owned();
        assert_eq!(wrong(AccountForm { password: id.clone(), password_repeat: id, ..form() }), ["password"]);
        assert_eq!(wrong(AccountForm { password_repeat: "other".into(), ..form() }), ["password_repeat"]);
        assert_eq!(wrong(AccountForm { secret_expires: "2027-02-29".into(), ..form() }), ["secret_expires"]);
    }

    // A person signs in: a secret is not needed at Microsoft, since public clients have none, but is at Google.
    #[test]
    fn a_persons_sign_in_asks_for_what_its_provider_needs() {
        let silent = AccountForm { password: String::new(), password_repeat: String::new(), delegated: true, ..form() };
        assert!(wrong(silent.clone()).is_empty());
        let google = AccountForm {
            protocol: Protocol::Imap,
            preset: Preset::GoogleApplication,
            client_id: "1-a.apps.googleusercontent.com".into(),
            delegated: false,
            server: String::new(),
            port: String::new(),
            sign_in_server: String::new(),
            ..silent
        }
        .completed();
        assert_eq!((google.server.as_str(), google.sign_in_server.as_str()), ("imap.gmail.com", "oauth2.googleapis.com"));
        assert!(google.delegated && google.tenant.is_empty() && google.port_number() == 993);
        assert_eq!(wrong(google.clone()), ["password"]);
        assert_eq!(wrong(AccountForm { consent_server: "a.example/x?y".into(), ..google }), ["password", "consent_server"]);
    }

    // O21: at Microsoft by IMAP and POP3 a person signs in too, for an organisation's mailbox or one of one's own.
    #[test]
    fn a_mailbox_at_microsoft_by_imap_or_pop3_is_signed_in_by_its_person() {
        for (protocol, port) in [(Protocol::Imap, 993), (Protocol::Pop3, 995)] {
            let empty = AccountForm {
                protocol,
                preset: Preset::Microsoft365,
                server: String::new(),
                port: String::new(),
                sign_in_server: String::new(),
                password: String::new(),
                password_repeat: String::new(),
                ..form()
            };
            let own = empty.completed();
            assert_eq!((own.server.as_str(), own.port_number(), own.security), (MICROSOFT_MAIL, port, Security::Tls));
            assert_eq!(own.sign_in_server, "login.microsoftonline.com");
            assert!(own.delegated && own.by_application() && wrong(own.clone()).is_empty());
            assert!(wrong(AccountForm { tenant: "consumers".into(), ..own.clone() }).is_empty());
            assert_eq!(wrong(AccountForm { tenant: "anything".into(), ..own.clone() }), ["tenant"]);
            // A mailbox's password is not an application's secret.
            assert!(!own.signs_in_like(&AccountForm { preset: Preset::Custom, ..own.clone() }));
            assert!(!own.signs_in_like(&form()) && own.signs_in_like(&own));
        }
        assert_eq!(wrong(AccountForm { tenant: "consumers".into(), ..form() }), ["tenant"]);
    }

    // O6, O21: with the provider's own servers, the sending side is known.
    #[test]
    fn letters_of_a_mailbox_at_a_provider_leave_at_the_provider() {
        let of = |preset, protocol, server| provider_sending(preset, protocol, server, "ann@kontor.example");
        assert_eq!(of(Preset::GoogleApplication, Protocol::Imap, "imap.gmail.com"), Some(("smtp.gmail.com", 465, Security::Tls)));
        for protocol in [Protocol::Imap, Protocol::Pop3] {
            let at = Some(("smtp.office365.com", 587, Security::StartTls));
            assert_eq!(of(Preset::Microsoft365, protocol, MICROSOFT_MAIL), at);
            let private = provider_sending(Preset::Microsoft365, protocol, MICROSOFT_MAIL, "ann@outlook.com");
            assert_eq!(private.map(|(server, ..)| server), Some("smtp-mail.outlook.com"));
        }
        assert_eq!(of(Preset::Microsoft365, Protocol::Imap, "imap.elsewhere.example"), None);
        assert_eq!(of(Preset::Gmail, Protocol::Imap, "imap.gmail.com"), None, "with an app password, as ever");
        assert_eq!(of(Preset::Microsoft365, Protocol::Graph, "graph.microsoft.com"), None);
    }

    // O6
    #[test]
    fn private_mailboxes_at_microsoft_are_told_from_an_organisations() {
        for private in ["ann@outlook.com", "Ann@Hotmail.co.uk", "a@live.de", "a@msn.com", " a@outlook.com.au "] {
            assert!(is_private_at_microsoft(private), "{private}");
        }
        for other in ["", "ann", "ann@kontor.onmicrosoft.com", "ann@outlook.kontor.example", "ann@live.kontor.com", "ann@office365.com"] {
            assert!(!is_private_at_microsoft(other), "{other}");
        }
    }

    #[test]
    fn a_day_is_read_and_shown_the_same_way() {
        assert_eq!(form().secret_expires_at().map(civil::day_text).as_deref(), Some("2028-02-29"));
        assert_eq!(AccountForm { secret_expires: "1970-01-01".into(), ..form() }.secret_expires_at(), None);
    }
}
