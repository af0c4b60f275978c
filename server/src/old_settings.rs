//! The settings of the program that Postroom comes after (FC-32, FC-33, FC-35), read and sorted: INI, CSV or JSON → what each becomes.
//! Pure: no store, no clock.
//!
//! Must never: lose a setting silently (each is a line of the report), or put a password into a sentence.

use std::collections::BTreeMap;

/// Whose setting it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// The whole office's.
    Global,
    /// A person's: name or e-mail address.
    User(String),
    /// A web configuration's.
    Web(String),
}

impl Whose {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Global => "Global".to_owned(),
            Self::User(name) => format!("User {name}"),
            Self::Web(name) => format!("Web configuration {name}"),
        }
    }
}

/// One setting as it was.
#[derive(Clone, PartialEq, Eq)]
pub struct Old {
    /// Whose.
    pub whose: Whose,
    /// Its name as written.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What a setting is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    ExchangeUser,
    ExchangeClient,
    ExchangeTenant,
    ExchangeHasToken,
    ExchangeToken,
    Ssl,
    Server,
    Port,
    User,
    Password,
    SenderName,
    SenderAddress,
    Override,
    EditInternal,
    Mailto,
    Unattended,
    UseGlobal,
    ExchangeUseGlobal,
    Resolved,
}

/// A sending account to be made.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewSide {
    /// Name of the account.
    pub name: String,
    /// Server.
    pub server: String,
    /// Port; empty = as the security says.
    pub port: String,
    /// It was asked to encrypt.
    pub ssl: bool,
    /// User name; empty = the server asks for none.
    pub user: String,
    /// Password.
    pub password: String,
    /// Sender's name; may be empty.
    pub sender_name: String,
    /// Sender's address; may be empty.
    pub sender_address: String,
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq)]
pub enum Deed {
    /// An account that only sends.
    Account(NewSide),
    /// Who somebody is on letters: person, name, address.
    Sender(String, String, String),
    /// A web configuration that sends through the account of this name.
    Web(String, String),
}

/// A line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whose setting.
    pub whose: Whose,
    /// Its name as written.
    pub name: String,
    /// What becomes of it, or why it is not taken.
    pub words: String,
    /// The deed that it is a part of; `None` = nothing is done for it.
    pub deed: Option<usize>,
}

/// Everything that a file comes to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is to be done, in this order.
    pub deeds: Vec<Deed>,
    /// A line for each setting.
    pub lines: Vec<Line>,
}

/// Letters and digits, small: `SMTP: Enable-SSL` and `SmtpEnableSSL` are one.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

fn kind_of(name: &str) -> Option<Kind> {
    let mut word = plain(name);
    if word.ends_with("resolved") {
        return Some(Kind::Resolved);
    }
    for before in ["global", "user", "webconfiguration", "webconfig", "messaging", "message", "email", "mail"] {
        // "user" alone is the beginning of "user id".
        if let Some(rest) = word.strip_prefix(before)
            && !matches!(rest, "" | "id" | "name")
        {
            word = rest.to_owned();
        }
    }
    Some(match word.as_str() {
        "exchangeusername" | "exchangeuser" | "exchangeuserid" => Kind::ExchangeUser,
        "exchangeclientid" => Kind::ExchangeClient,
        "exchangetenantid" => Kind::ExchangeTenant,
        "exchangehasrefreshtoken" => Kind::ExchangeHasToken,
        "exchangerefreshtoken" => Kind::ExchangeToken,
        "exchangeuseglobalsettings" => Kind::ExchangeUseGlobal,
        "smtpenablessl" | "enablessl" => Kind::Ssl,
        "smtpserver" | "smtphost" | "server" => Kind::Server,
        "smtpport" | "port" => Kind::Port,
        "smtpuserid" | "smtpusername" | "smtpuser" | "userid" => Kind::User,
        "smtppassword" | "password" => Kind::Password,
        "smtpoverride" | "override" => Kind::Override,
        "senderdisplayname" | "sendername" => Kind::SenderName,
        "senderaddress" | "senderemailaddress" => Kind::SenderAddress,
        "editinternal" => Kind::EditInternal,
        "usemailto" => Kind::Mailto,
        "isunattendedavailable" | "unattendedavailable" => Kind::Unattended,
        "useglobalsettings" => Kind::UseGlobal,
        _ => return None,
    })
}

fn is_on(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on" | "-1")
}

/// Reads a file: JSON if it begins with `{`, CSV if its first line has the columns, else INI.
///
/// # Errors
/// A sentence that says what to mend.
pub fn read(text: &str) -> Result<Vec<Old>, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        return read_json(text);
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_ascii_lowercase();
    if first.contains("property") && first.contains("value") && !first.contains('=') {
        return read_csv(text);
    }
    read_ini(text)
}

/// `[global]`, `[user ada@example.com]`, `[web Portal]`.
fn whose_of(section: &str) -> Option<Whose> {
    let (kind, name) = section.trim().split_once([' ', ':']).unwrap_or((section.trim(), ""));
    let name = name.trim().trim_matches('"').to_owned();
    match plain(kind).as_str() {
        "global" | "globals" | "office" => Some(Whose::Global),
        "user" if !name.is_empty() => Some(Whose::User(name)),
        "web" | "webconfiguration" | "webconfig" if !name.is_empty() => Some(Whose::Web(name)),
        _ => None,
    }
}

fn read_ini(text: &str) -> Result<Vec<Old>, String> {
    let (mut found, mut whose) = (Vec::new(), None);
    for (line, words) in (1..).zip(text.lines()) {
        let words = words.trim();
        if words.is_empty() || words.starts_with([';', '#']) {
            continue;
        }
        if let Some(section) = words.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let known = whose_of(section);
            whose = Some(known.ok_or_else(|| format!("Line {line}: a section is [global], [user NAME] or [web NAME]."))?);
            continue;
        }
        let Some((name, value)) = words.split_once('=') else { return Err(format!("Line {line} is neither a section nor NAME = VALUE.")) };
        let whose = whose.clone().ok_or_else(|| format!("Line {line} stands before the first section."))?;
        found.push(Old { whose, name: name.trim().to_owned(), value: value.trim().trim_matches('"').to_owned() });
    }
    Ok(found)
}

fn read_csv(text: &str) -> Result<Vec<Old>, String> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let heads: Vec<String> = reader.headers().map_err(|_| "The first line cannot be read.".to_owned())?.iter().map(plain).collect();
    let at = |name: &str| {
        heads.iter().position(|head| head == name).ok_or_else(|| format!("There is no column {name}: scope,name,property,value."))
    };
    let (scope, name, property, value) = (at("scope")?, at("name")?, at("property")?, at("value")?);
    let mut found = Vec::new();
    for (line, row) in (2..).zip(reader.records()) {
        let row = row.map_err(|_| format!("Line {line} cannot be read."))?;
        let cell = |at: usize| row.get(at).unwrap_or_default().trim().to_owned();
        let section = format!("{} {}", cell(scope), cell(name));
        let whose = whose_of(section.trim()).ok_or_else(|| format!("Line {line}: scope is global, user or web, with a name."))?;
        found.push(Old { whose, name: cell(property), value: cell(value) });
    }
    Ok(found)
}

fn read_json(text: &str) -> Result<Vec<Old>, String> {
    let wrong =
        || "The file is no JSON like {\"global\": {…}, \"users\": {\"NAME\": {…}}, \"web_configurations\": {\"NAME\": {…}}}.".to_owned();
    let whole: BTreeMap<String, serde_json::Map<String, serde_json::Value>> = serde_json::from_str(text).map_err(|_| wrong())?;
    let mut found = Vec::new();
    let mut take = |whose: &Whose, settings: &serde_json::Map<String, serde_json::Value>| {
        for (name, value) in settings {
            let value = value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned);
            found.push(Old { whose: whose.clone(), name: name.clone(), value });
        }
    };
    for (group, settings) in &whole {
        match plain(group).as_str() {
            "global" => take(&Whose::Global, settings),
            "users" | "webconfigurations" => {
                for (name, own) in settings {
                    let own = own.as_object().ok_or_else(wrong)?;
                    take(&if plain(group) == "users" { Whose::User(name.clone()) } else { Whose::Web(name.clone()) }, own);
                }
            }
            _ => return Err(wrong()),
        }
    }
    Ok(found)
}

/// What everything becomes. `sender` = name and address of the office, for an account whose settings name none.
pub fn plan(old: &[Old], sender: (&str, &str)) -> Plan {
    let mut plan = Plan::default();
    let mut owners: Vec<&Whose> = old.iter().map(|one| &one.whose).collect();
    owners.sort();
    owners.dedup();
    for whose in owners {
        let own: Vec<&Old> = old.iter().filter(|one| one.whose == *whose).collect();
        plan_one(&mut plan, whose, &own, sender);
    }
    plan
}

fn plan_one(plan: &mut Plan, whose: &Whose, own: &[&Old], sender: (&str, &str)) {
    let of = |kind: Kind| own.iter().find(|one| kind_of(&one.name) == Some(kind)).map(|one| one.value.trim()).unwrap_or_default();
    let leans_on_office = match whose {
        Whose::User(_) => is_on(of(Kind::UseGlobal)),
        Whose::Web(_) => !of(Kind::Override).is_empty() && !is_on(of(Kind::Override)),
        Whose::Global => false,
    };
    let (name, address) = (of(Kind::SenderName), of(Kind::SenderAddress));
    let mut side = None;
    if !of(Kind::Server).is_empty() && !leans_on_office {
        let account = match whose {
            Whose::Global => "Imported SMTP".to_owned(),
            Whose::User(who) => format!("SMTP of {who}"),
            Whose::Web(web) => format!("SMTP of {web}"),
        };
        let from = if address.is_empty() { if *whose == Whose::Global { sender.1 } else { "" } } else { address };
        let from = if from.is_empty() && of(Kind::User).contains('@') { of(Kind::User) } else { from };
        plan.deeds.push(Deed::Account(NewSide {
            name: account.clone(),
            server: of(Kind::Server).to_owned(),
            port: of(Kind::Port).to_owned(),
            ssl: is_on(of(Kind::Ssl)),
            user: of(Kind::User).to_owned(),
            password: of(Kind::Password).to_owned(),
            sender_name: if name.is_empty() { sender.0.to_owned() } else { name.to_owned() },
            sender_address: from.to_owned(),
        }));
        side = Some((plan.deeds.len() - 1, account));
    }
    let mut person = None;
    if let (Whose::User(who), false) = (whose, address.is_empty()) {
        plan.deeds.push(Deed::Sender(who.clone(), name.to_owned(), address.to_owned()));
        person = Some(plan.deeds.len() - 1);
    }
    if let (Whose::Web(web), Some((_, account))) = (whose, &side) {
        plan.deeds.push(Deed::Web(web.clone(), account.clone()));
    }
    for one in own {
        let (words, deed) = fate(one, whose, side.as_ref(), person, leans_on_office);
        plan.lines.push(Line { whose: whose.clone(), name: one.name.clone(), words, deed });
    }
}

/// What becomes of one setting.
fn fate(one: &Old, whose: &Whose, side: Option<&(usize, String)>, person: Option<usize>, leans: bool) -> (String, Option<usize>) {
    let no = |words: &str| (words.to_owned(), None);
    let Some(kind) = kind_of(&one.name) else { return no("Not taken: Postroom does not know this setting.") };
    if kind == Kind::Resolved {
        return no("Not taken: Postroom works the value out anew and shows where it comes from.");
    }
    if one.value.trim().is_empty() {
        return no("Not taken: it is empty.");
    }
    match kind {
        Kind::Ssl | Kind::Server | Kind::Port | Kind::User | Kind::Password => match side {
            Some((deed, account)) => {
                let part = match kind {
                    Kind::Ssl if is_on(&one.value) => "encrypted by the rules of today (TLS, or STARTTLS that is insisted on)",
                    Kind::Ssl => "security Auto: encrypted wherever the server can",
                    Kind::Server => "the server",
                    Kind::Port => "the port",
                    Kind::User => "the user name",
                    _ => "the password, sealed",
                };
                (format!("Account “{account}”: {part}."), Some(*deed))
            }
            None if leans => no("Not taken: these settings were switched off in favour of the office’s."),
            None => no("Not taken: there is no SMTP server beside it."),
        },
        Kind::SenderName | Kind::SenderAddress => match (person, side) {
            (Some(deed), _) => ("The person’s sender.".to_owned(), Some(deed)),
            (None, Some((deed, account))) => (format!("Account “{account}”: its sender."), Some(*deed)),
            _ => no("Not taken: a sender needs an address, and there is none beside it."),
        },
        Kind::ExchangeUser | Kind::ExchangeClient | Kind::ExchangeTenant => no(
            "Not taken: a Microsoft 365 account is connected anew under Email accounts, where this value is asked for; it cannot be made without a sign-in.",
        ),
        Kind::ExchangeHasToken | Kind::ExchangeToken => {
            no("Not taken: a token belongs to the program that got it. Sign in anew under Email accounts.")
        }
        Kind::Override => match whose {
            Whose::Web(_) if side.is_some() => ("The web configuration picks the account.".to_owned(), side.map(|(deed, _)| *deed)),
            _ => no("Not taken: it leans on the office’s settings, as Postroom does without it."),
        },
        Kind::EditInternal | Kind::Mailto => no("Not taken: letters are written in Postroom itself."),
        Kind::Unattended => no("Not taken: Postroom looks every night whether unattended letters can leave, and shows it."),
        Kind::UseGlobal | Kind::ExchangeUseGlobal if is_on(&one.value) => {
            no("Not needed: without an override a person’s letters leave through the cost centre.")
        }
        Kind::UseGlobal | Kind::ExchangeUseGlobal => {
            no("By hand: choose the account as this person’s override under Cost centres, Services.")
        }
        Kind::Resolved => no("Not taken."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INI: &str = "; as it was\n[global]\nSMTP Server = mail.office.example\nSmtpPort=587\nSMTP Enable-SSL = True\nSMTP User Id = post@office.example\nSMTP Password = hunter2\nExchange Tenant Id = abc\nColour = red\n[user ada@office.example]\nSender Display Name=Ada\nSender Address=ada@office.example\nSMTP Server Resolved = x\nUse Global Settings=1\nSMTP Server = old.office.example\nUse Mailto=0\n[web Portal]\nSMTP Override=true\nSMTP Server=web.office.example\nSender Address=web@office.example\n";

    fn of<'a>(plan: &'a Plan, name: &str) -> &'a Line {
        plan.lines.iter().find(|line| line.name == name).unwrap()
    }

    // FC-32 to FC-35: each setting is told of, and none of them with a password.
    #[test]
    fn every_setting_becomes_something_or_is_told_why_not() {
        let old = read(INI).unwrap();
        let plan = plan(&old, ("The office", ""));
        assert_eq!(plan.lines.len(), old.len());
        assert!(plan.lines.iter().all(|line| !line.words.is_empty() && !line.words.contains("hunter2")));
        let Deed::Account(office) = &plan.deeds[0] else { panic!("the office’s account comes first") };
        assert_eq!((office.name.as_str(), office.sender_address.as_str(), office.ssl), ("Imported SMTP", "post@office.example", true));
        assert!(matches!(&plan.deeds[1], Deed::Sender(who, name, _) if who == "ada@office.example" && name == "Ada"));
        assert!(
            matches!(&plan.deeds[2], Deed::Account(side) if side.name == "SMTP of Portal" && side.sender_address == "web@office.example")
        );
        assert!(matches!(&plan.deeds[3], Deed::Web(web, account) if web == "Portal" && account == "SMTP of Portal"));
        assert_eq!(plan.deeds.len(), 4, "ada leans on the office: no account of hers");
        assert!(of(&plan, "Colour").words.contains("does not know"));
        assert!(of(&plan, "Exchange Tenant Id").words.contains("Microsoft 365"));
        assert!(of(&plan, "SMTP Server Resolved").words.contains("works the value out"));
    }

    #[test]
    fn the_three_kinds_of_file_say_the_same() {
        let csv = "scope,name,property,value\nglobal,,SMTP Server,mail.office.example\nuser,Ada,Sender Address,ada@office.example\n";
        let json = r#"{"global": {"SMTP Server": "mail.office.example"}, "users": {"Ada": {"Sender Address": "ada@office.example"}}}"#;
        let ini = "[Global]\nSMTP Server=mail.office.example\n[User Ada]\nSender Address=ada@office.example\n";
        let read = |text: &str| read(text).unwrap();
        assert!(read(csv) == read(json) && read(json) == read(ini));
        for bad in ["SMTP Server=x", "[nobody]\na=b", "[user]\na=b", "{\"colours\": {}}", "scope,property,value\n", "[global]\nx"] {
            assert!(super::read(bad).is_err(), "{bad}");
        }
    }

    // The rows themselves: ten, twenty-six and eight of them.
    #[test]
    fn the_obsolete_settings_are_all_known() {
        for name in [
            "Exchange user name",
            "Exchange client id",
            "Exchange tenant id",
            "Exchange has-refresh-token",
            "Exchange refresh token",
            "SMTP enable-SSL",
            "SMTP server",
            "SMTP port",
            "SMTP user id",
            "SMTP password",
            "edit-internal",
            "use-mailto",
            "Exchange user name Resolved",
            "SMTP server Resolved",
            "sender display name",
            "sender address",
            "is-unattended-available",
            "use-global-settings",
            "Exchange-use-global-settings",
            "SMTP override",
            "enable-SSL",
            "server",
            "port",
            "user id",
            "password",
            "EmailSmtpServer",
            "ExchangeUserName",
        ] {
            assert!(kind_of(name).is_some(), "{name}");
        }
    }
}
