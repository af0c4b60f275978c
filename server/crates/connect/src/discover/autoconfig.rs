//! Providers' settings documents, as Thunderbird reads them: <https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/>.
//!
//! The document is a stranger's. Must never: read a document type (entities), take settings without TLS, or take a host that is no name.

use super::host::host_name;
use model::{Protocol, Security};
use quick_xml::{
    Reader,
    events::{BytesRef, Event},
};

/// Elements within each other.
const DEEPEST: usize = 16;
/// Servers read.
const MOST: usize = 20;
/// Characters of one element's text.
const LONGEST: usize = 1_000;

/// A server for incoming mail that a document names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Incoming {
    pub protocol: Protocol,
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// With placeholders.
    pub user_name: String,
}

#[derive(Default)]
struct Raw {
    kind: String,
    host: String,
    port: String,
    socket: String,
    user_name: String,
    authentication: Vec<String>,
}

impl Raw {
    fn set(&mut self, element: &str, text: &str) {
        let text = text.trim().to_owned();
        match element {
            "hostname" => self.host = text,
            "port" => self.port = text,
            "socketType" => self.socket = text,
            "username" => self.user_name = text,
            "authentication" => self.authentication.push(text),
            _ => {}
        }
    }

    /// What can be used of it: by a password, under TLS.
    fn usable(self) -> Option<Incoming> {
        let protocol = match self.kind.as_str() {
            "imap" => Protocol::Imap,
            "pop3" => Protocol::Pop3,
            _ => return None,
        };
        let security = match self.socket.to_ascii_uppercase().as_str() {
            "SSL" | "TLS" => Security::Tls,
            "STARTTLS" => Security::StartTls,
            _ => return None,
        };
        let by_password = |way: &String| ["password-cleartext", "plain", "password-encrypted", "secure"].contains(&way.as_str());
        if !self.authentication.is_empty() && !self.authentication.iter().any(by_password) {
            return None;
        }
        let port = self.port.parse().ok().filter(|port| *port != 0)?;
        Some(Incoming { protocol, host: host_name(&self.host)?, port, security, user_name: self.user_name })
    }
}

/// The usable servers of a document, in its order; `None` when it is none.
pub(super) fn read(document: &str) -> Option<Vec<Incoming>> {
    let mut reader = Reader::from_str(document.trim_start_matches('\u{feff}'));
    let (mut path, mut text) = (Vec::<String>::new(), String::new());
    let (mut open, mut found, mut whole) = (None::<Raw>, Vec::new(), false);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                if whole || path.len() >= DEEPEST {
                    return None;
                }
                let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                if path.is_empty() && name != "clientConfig" {
                    return None;
                }
                path.push(name);
                if path == ["clientConfig", "emailProvider", "incomingServer"] {
                    let kind = start.try_get_attribute("type").ok()?.map(|kind| kind.value.into_owned()).unwrap_or_default();
                    open = Some(Raw { kind: String::from_utf8_lossy(&kind).into_owned(), ..Raw::default() });
                }
                text.clear();
            }
            Event::End(_) => {
                let name = path.pop()?;
                if let Some(raw) = open.as_mut().filter(|_| path.len() == 3) {
                    raw.set(&name, &text);
                } else if path.len() == 2 && found.len() < MOST {
                    found.extend(open.take().and_then(Raw::usable));
                }
                text.clear();
                whole = path.is_empty();
            }
            Event::Text(part) => text.push_str(&part.decode().ok()?),
            Event::CData(part) => text.push_str(&part.decode().ok()?),
            Event::GeneralRef(reference) => text.push(character(&reference)?),
            // Entities are declared there; no honest document has one.
            Event::DocType(_) => return None,
            Event::Eof => return whole.then_some(found),
            Event::Empty(_) if path.is_empty() => return None,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        if text.len() > LONGEST {
            return None;
        }
    }
}

/// The five characters that XML names itself, and those given by number.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten();
    }
    match reference.decode().ok()?.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The user name of a template, where it is another than the address. What no placeholder makes a person's own is nobody's.
pub(super) fn user_name(template: &str, address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    if !template.contains("%EMAILLOCALPART%") && !template.contains("%EMAILADDRESS%") {
        return None;
    }
    // One pass: what is put in is not read again.
    let mut name = String::new();
    let mut parts = template.split('%');
    name.push_str(parts.next()?);
    while let Some(placeholder) = parts.next() {
        name.push_str(match placeholder {
            "EMAILADDRESS" => address,
            "EMAILLOCALPART" => local,
            "EMAILDOMAIN" => domain,
            _ => return None,
        });
        name.push_str(parts.next()?);
    }
    let odd = name.len() > 320 || name.chars().any(|c| c.is_control() || c.is_whitespace());
    (!odd && name != address).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(kind: &str, inside: &str) -> String {
        format!("<incomingServer type=\"{kind}\">{inside}</incomingServer>")
    }

    fn document(inside: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<clientConfig version=\"1.1\"><emailProvider id=\"kontor.example\"><domain>kontor.example</domain>{inside}</emailProvider></clientConfig>"
        )
    }

    const IMAP: &str = "<hostname>imap.kontor.example</hostname><port>993</port><socketType>SSL</socketType><authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username>";
    const POP: &str =
        "<hostname>pop.kontor.example</hostname><port>995</port><socketType>SSL</socketType><username>%EMAILLOCALPART%</username>";

    /// What a document names, in one line each.
    fn shown(text: &str) -> Option<Vec<String>> {
        let each = |server: Incoming| format!("{} {}:{} {}", server.protocol.as_str(), server.host, server.port, server.security.as_str());
        Some(read(text)?.into_iter().map(each).collect())
    }

    // FP-10, TP-06
    #[test]
    fn honest_documents_say_what_they_say() {
        let change = |from: &str, to: &str| document(&server("imap", &IMAP.replace(from, to)));
        let imap = "imap imap.kontor.example:993 tls";
        let nothing: &[&str] = &[];
        let cases: &[(&str, String, &[&str])] = &[
            ("one server", document(&server("imap", IMAP)), &[imap]),
            ("two, in their order", document(&(server("pop3", POP) + &server("imap", IMAP))), &["pop3 pop.kontor.example:995 tls", imap]),
            ("a byte order mark", format!("\u{feff}{}", document(&server("imap", IMAP))), &[imap]),
            (
                "STARTTLS",
                change("<port>993</port><socketType>SSL", "<port>143</port><socketType>STARTTLS"),
                &["imap imap.kontor.example:143 starttls"],
            ),
            ("space around", change("imap.kontor.example", "\n  IMAP.kontor.example\t"), &[imap]),
            ("marked text", change("imap.kontor.example", "<![CDATA[imap.kontor.example]]>"), &[imap]),
            ("characters by number", change("imap.kontor", "&#105;map.kontor"), &[imap]),
            ("remarks", change("<port>", "<!-- the port --><port>"), &[imap]),
            (
                "unknown elements",
                document(
                    &(server("imap", &format!("{IMAP}<pop3><leaveMessagesOnServer>true</leaveMessagesOnServer></pop3>"))
                        + "<documentation url=\"https://x.example\"/>"),
                ),
                &[imap],
            ),
            (
                "a server for sending",
                document(&format!("<outgoingServer type=\"smtp\">{IMAP}</outgoingServer>{}", server("imap", IMAP))),
                &[imap],
            ),
            ("Exchange", document(&server("exchange", IMAP)), nothing),
            ("several ways to sign in", change("<authentication>", "<authentication>OAuth2</authentication><authentication>"), &[imap]),
            ("only another sign-in page", change("password-cleartext", "OAuth2"), nothing),
            ("no encryption", change("SSL", "plain"), nothing),
            ("nothing about encryption", change("<socketType>SSL</socketType>", ""), nothing),
            ("a web form", document("<webMail><loginPage url=\"https://x.example\"/></webMail>"), nothing),
        ];
        for (name, text, expected) in cases {
            assert_eq!(shown(text).unwrap_or_else(|| panic!("{name} was refused")), *expected, "{name}");
        }
    }

    // DESIGN §8: the document is a stranger's.
    #[test]
    fn hostile_documents_lead_nowhere() {
        let good = server("imap", IMAP);
        let with = |host: &str| document(&server("imap", &IMAP.replace("imap.kontor.example", host)));
        let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
        let refused = [
            ("nothing", String::new()),
            ("no XML", "404 not found".into()),
            ("a web page", "<!DOCTYPE html><html><body>Parked</body></html>".into()),
            ("a page without type", "<html><body>Parked</body></html>".into()),
            ("an entity from a file", format!("<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>{}", with("&f;"))),
            ("an entity of entities", format!("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>{}", with("&b;"))),
            ("an unknown entity", with("&host;")),
            ("elements without end", document(&deep)),
            ("a text without end", with(&"a".repeat(5_000))),
            ("cut off", document(&good).replace("</clientConfig>", "")),
            ("ends that do not fit", document(&good).replace("</emailProvider>", "</domain>")),
            ("a second document behind", document(&good) + &document(&good)),
        ];
        for (name, text) in refused {
            assert_eq!(shown(&text), None, "{name}");
        }
        for host in
            ["127.0.0.1", "[::1]", "localhost", "169.254.169.254", "a b", "x.example/../y", "u@x.example", "x.example&#13;&#10;y", ""]
        {
            assert_eq!(shown(&with(host)), Some(vec![]), "{host}");
        }
        for port in ["0", "65536", "-1", "993 143", "", "&#48;"] {
            let text = document(&server("imap", &IMAP.replace("993", port)));
            assert_eq!(shown(&text), Some(vec![]), "{port}");
        }
        assert_eq!(read(&document(&good.repeat(500))).unwrap().len(), MOST);
    }

    #[test]
    fn a_user_name_is_made_of_the_address_or_is_not_said() {
        let of = |template: &str| user_name(template, "ada.lovelace@kontor.example");
        assert_eq!(of("%EMAILADDRESS%"), None, "the address is what an empty field means");
        assert_eq!(of("%EMAILLOCALPART%").as_deref(), Some("ada.lovelace"));
        assert_eq!(of("%EMAILLOCALPART%#%EMAILDOMAIN%").as_deref(), Some("ada.lovelace#kontor.example"));
        for odd in ["", "office", "%REALNAME%", "%EMAILLOCALPART", "%EMAILLOCALPART% x", "%EMAILLOCALPART%\r\nA LOGOUT", "100%"] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}
