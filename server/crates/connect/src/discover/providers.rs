//! Providers and their servers, as data. `QUIRKS.md` tells where a fact is held by a test.

use model::{Preset, Security};

/// One provider.
#[derive(Debug)]
pub(crate) struct Provider {
    pub name: &'static str,
    pub preset: Preset,
    /// Address domains; `name.*` stands for every country, `*.name` for everything below a domain.
    pub domains: &'static [&'static str],
    /// Ends of host names that are its servers.
    pub hosts: &'static [&'static str],
    pub server: &'static str,
    pub port: u16,
    pub security: Security,
    pub alternatives: &'static [(&'static str, &'static str)],
    pub notes: &'static [&'static str],
    /// What to say when it refuses a password.
    pub refused: Option<&'static str>,
}

pub(crate) const GMAIL_NOTES: &[&str] = &[
    "Enter the address and an app password; nothing else is needed. This also covers googlemail.com and business domains run by Google.",
    "Google does not accept the account's own password here. With 2-step verification switched on, make an app password in the Google account under Security.",
    "All Mail is collected, so a letter under several labels comes once, with its labels. For that, “Show in IMAP” must be ticked beside All Mail in Google Mail's settings under Labels, and folders must not be limited in size under Forwarding and POP/IMAP.",
];

pub(crate) const YAHOO_NOTES: &[&str] = &[
    "Yahoo and BT do not accept the account's own password here. Make an app password in the account's security settings.",
    "Yahoo's usual server shows only the newest 10,000 letters of a folder. The server export.imap.mail.yahoo.com shows all of them.",
];

pub(crate) const MICROSOFT_NOTES: &[&str] = &[
    "Microsoft no longer accepts passwords for these mailboxes; it wants its own sign-in page.",
    "An administrator of the organisation must allow Postroom once: the form for Microsoft 365 prints the steps.",
];

pub(crate) const PRIVATE_MICROSOFT_NOTES: &[&str] = &[
    "Microsoft no longer accepts passwords for private mailboxes either; it wants its own sign-in page.",
    "No organisation stands behind a private mailbox, so nobody else has to allow anything: connect it under Microsoft 365 as one's own mailbox by IMAP, and sign in at Microsoft.",
];

const GMAIL_REFUSED: &str = "Google refused the password. It accepts only an app password here: make one in the Google account under Security, 2-step verification, and enter that.";
const YAHOO_REFUSED: &str =
    "Yahoo refused the password. It accepts only an app password here: make one in the account's security settings and enter that.";
const BT_REFUSED: &str = "BT refused the password. Make an app password in the mailbox's security settings and enter that; a changed My BT password also counts.";
const MICROSOFT_REFUSED: &str = "Microsoft no longer accepts passwords for this mailbox. Choose the server type Microsoft 365.";
const APPLE_REFUSED: &str =
    "Apple refused the password. It accepts only an app-specific password here: make one at account.apple.com and enter that.";
const FASTMAIL_REFUSED: &str =
    "Fastmail refused the password. It accepts only an app password here: make one under Settings, Privacy & Security.";
const GMX_REFUSED: &str = "The provider refused the sign-in. IMAP must be switched on in the mailbox's settings on its web site under POP3 & IMAP; with 2-step sign-in it wants an app password.";
const ZOHO_REFUSED: &str =
    "Zoho refused the sign-in. Switch IMAP on in Zoho Mail's settings; with 2-step sign-in it wants an app password.";

const EXPORT: &[(&str, &str)] =
    &[("export.imap.mail.yahoo.com", "Shows all letters; the usual server shows only the newest 10,000 of a folder.")];

const PLAIN: Provider = Provider {
    name: "",
    preset: Preset::Custom,
    domains: &[],
    hosts: &[],
    server: "",
    port: 993,
    security: Security::Tls,
    alternatives: &[],
    notes: &[],
    refused: None,
};

pub(crate) const PROVIDERS: &[Provider] = &[
    Provider {
        name: "Google Mail",
        preset: Preset::Gmail,
        domains: &["gmail.com", "googlemail.com"],
        hosts: &[".gmail.com", ".googlemail.com"],
        server: "imap.gmail.com",
        notes: GMAIL_NOTES,
        refused: Some(GMAIL_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "BT Mail",
        preset: Preset::BtYahoo,
        domains: &["btinternet.com", "btopenworld.com", "talk21.com"],
        hosts: &[".btinternet.com"],
        server: "mail.btinternet.com",
        notes: &[YAHOO_NOTES[0], "Mailboxes that are still with Yahoo use imap.mail.yahoo.com."],
        alternatives: &[("imap.mail.yahoo.com", "For BT mailboxes that are still with Yahoo.")],
        refused: Some(BT_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "Sky Yahoo Mail",
        preset: Preset::BtYahoo,
        domains: &["sky.com"],
        hosts: &[".sky.com"],
        server: "imap.tools.sky.com",
        notes: YAHOO_NOTES,
        refused: Some(YAHOO_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "Yahoo Mail",
        preset: Preset::BtYahoo,
        domains: &["yahoo.*", "ymail.com", "rocketmail.com", "yahoo.com"],
        hosts: &[".yahoo.com"],
        server: "imap.mail.yahoo.com",
        alternatives: EXPORT,
        notes: YAHOO_NOTES,
        refused: Some(YAHOO_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "Microsoft 365",
        preset: Preset::Microsoft365,
        domains: &["*.onmicrosoft.com"],
        hosts: &[".office365.com", ".outlook.com"],
        server: "outlook.office365.com",
        notes: MICROSOFT_NOTES,
        refused: Some(MICROSOFT_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "Microsoft",
        preset: Preset::Microsoft365,
        domains: &["outlook.*", "hotmail.*", "live.*", "msn.com", "windowslive.com"],
        server: "outlook.office365.com",
        notes: PRIVATE_MICROSOFT_NOTES,
        refused: Some(MICROSOFT_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "iCloud Mail",
        domains: &["icloud.com", "me.com", "mac.com"],
        hosts: &[".mail.me.com"],
        server: "imap.mail.me.com",
        notes: &["Apple accepts only an app-specific password here. The user name is the part before the @, or the whole address."],
        refused: Some(APPLE_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "Fastmail",
        domains: &["fastmail.com", "fastmail.fm", "fastmail.co.uk", "sent.com"],
        hosts: &[".fastmail.com"],
        server: "imap.fastmail.com",
        notes: &["Fastmail accepts only an app password here."],
        refused: Some(FASTMAIL_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "GMX",
        domains: &["gmx.net", "gmx.de", "gmx.at", "gmx.ch"],
        hosts: &[".gmx.net"],
        server: "imap.gmx.net",
        notes: &["Switch IMAP on in the mailbox's settings on the web site first."],
        refused: Some(GMX_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "GMX",
        domains: &["gmx.com", "gmx.us", "gmx.co.uk"],
        hosts: &[".gmx.com"],
        server: "imap.gmx.com",
        notes: &["Switch IMAP on in the mailbox's settings on the web site first."],
        refused: Some(GMX_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "WEB.DE",
        domains: &["web.de"],
        hosts: &[".web.de"],
        server: "imap.web.de",
        notes: &["Switch IMAP on in the mailbox's settings on the web site first."],
        refused: Some(GMX_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "AOL Mail",
        domains: &["aol.com", "aol.co.uk", "aim.com"],
        hosts: &[".aol.com"],
        server: "imap.aol.com",
        alternatives: &[("export.imap.aol.com", "Shows all letters; the usual server shows only the newest 10,000 of a folder.")],
        notes: &["AOL does not accept the account's own password here. Make an app password in the account's security settings."],
        refused: Some(
            "AOL refused the password. It accepts only an app password here: make one in the account's security settings and enter that.",
        ),
        ..PLAIN
    },
    Provider {
        name: "Zoho Mail",
        domains: &["zoho.com", "zohomail.com"],
        hosts: &[".zoho.com", ".zoho.eu"],
        server: "imap.zoho.com",
        alternatives: &[
            ("imappro.zoho.com", "For an organisation's own domain."),
            ("imap.zoho.eu", "For mailboxes in Zoho's European centre."),
            ("imappro.zoho.eu", "For an organisation's own domain in Europe."),
        ],
        notes: &["Switch IMAP on in Zoho Mail's settings first."],
        refused: Some(ZOHO_REFUSED),
        ..PLAIN
    },
    Provider {
        name: "IONOS",
        domains: &["1und1.de", "ionos.de", "online.de", "onlinehome.de"],
        hosts: &[".ionos.de", ".1und1.de"],
        server: "imap.ionos.de",
        alternatives: &[
            ("imap.ionos.co.uk", "For contracts in the United Kingdom."),
            ("imap.ionos.com", "For contracts in the United States."),
        ],
        ..PLAIN
    },
    Provider { name: "IONOS", domains: &["ionos.co.uk", "1and1.co.uk"], hosts: &[".ionos.co.uk"], server: "imap.ionos.co.uk", ..PLAIN },
    Provider { name: "IONOS", domains: &["ionos.com", "1and1.com"], hosts: &[".ionos.com"], server: "imap.ionos.com", ..PLAIN },
    Provider {
        name: "Virgin Media",
        domains: &["virginmedia.com", "ntlworld.com", "blueyonder.co.uk", "virgin.net"],
        server: "imap.virginmedia.com",
        ..PLAIN
    },
    Provider { name: "TalkTalk", domains: &["talktalk.net", "tiscali.co.uk"], server: "mail.talktalk.net", ..PLAIN },
    Provider { name: "Plusnet", domains: &["plus.com", "plus.net"], server: "imap.plus.net", ..PLAIN },
    Provider {
        name: "T-Online",
        domains: &["t-online.de", "magenta.de"],
        server: "secureimap.t-online.de",
        notes: &["T-Online wants the password for e-mail programs, not the one of the web site."],
        ..PLAIN
    },
    Provider { name: "mailbox.org", domains: &["mailbox.org"], server: "imap.mailbox.org", ..PLAIN },
    Provider { name: "Posteo", domains: &["posteo.de", "posteo.net"], server: "posteo.de", ..PLAIN },
    Provider { name: "mail.com", domains: &["mail.com", "email.com"], server: "imap.mail.com", refused: Some(GMX_REFUSED), ..PLAIN },
    Provider { name: "Orange", domains: &["orange.fr", "wanadoo.fr"], server: "imap.orange.fr", ..PLAIN },
    Provider { name: "La Poste", domains: &["laposte.net"], server: "imap.laposte.net", ..PLAIN },
    Provider { name: "Free", domains: &["free.fr"], server: "imap.free.fr", ..PLAIN },
    Provider { name: "Comcast", domains: &["comcast.net", "xfinity.com"], server: "imap.comcast.net", ..PLAIN },
    Provider {
        name: "Yandex",
        domains: &["yandex.com", "yandex.ru", "ya.ru"],
        server: "imap.yandex.com",
        notes: &["Switch IMAP on in the mailbox's settings, and make an app password."],
        ..PLAIN
    },
    Provider {
        name: "Proton Mail",
        domains: &["proton.me", "protonmail.com", "pm.me"],
        server: "127.0.0.1",
        port: 1143,
        security: Security::StartTls,
        notes: &[
            "Proton can be read only through its Bridge program on a machine of the office; an administrator connects it and accepts its certificate. The user name and password are those that Bridge shows.",
        ],
        ..PLAIN
    },
];
