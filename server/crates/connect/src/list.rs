//! Folders as the server lists them (FP-25, P10). Must never: change a name's spelling on the way back to the server.

use crate::{Capabilities, ConnectError, utf7};
use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response, StatusAttribute};
use model::FolderRole;

/// A folder on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteFolder {
    /// As the server spells it (modified UTF-7): use this towards the server.
    pub raw_name: String,
    /// For people; what cannot be decoded stays as it is.
    pub name: String,
    /// What separates levels.
    pub delimiter: Option<char>,
    /// What it is for, by special use (RFC 6154) or a well-known name.
    pub role: Option<FolderRole>,
    /// Can be opened at all.
    pub selectable: bool,
    /// Counts, if the server told them.
    pub status: Option<FolderStatus>,
}

/// Counts of a folder (STATUS).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FolderStatus {
    /// Letters.
    pub messages: Option<u32>,
    /// Next UID; a hint only, servers lie.
    pub uid_next: Option<u32>,
    /// Epoch of the UIDs.
    pub uid_validity: Option<u32>,
    /// Highest change count (RFC 7162).
    pub highest_modseq: Option<u64>,
}

/// What is asked of STATUS.
pub(crate) fn status_items(can: &Capabilities) -> &'static str {
    if can.condstore { "(MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)" } else { "(MESSAGES UIDNEXT UIDVALIDITY)" }
}

/// Reads one LIST answer.
pub(crate) fn folder(response: &Response<'_>) -> Option<RemoteFolder> {
    let Response::MailboxData(MailboxDatum::List(data)) = response else { return None };
    let unselectable = |attribute: &NameAttribute<'_>| match attribute {
        NameAttribute::NoSelect => true,
        NameAttribute::Extension(word) => word.eq_ignore_ascii_case("\\NonExistent"),
        _ => false,
    };
    let raw_name = data.name.to_string();
    let delimiter = data.delimiter.as_deref().and_then(|text| text.chars().next_back());
    let inbox = raw_name.eq_ignore_ascii_case("INBOX");
    Some(RemoteFolder {
        name: utf7::decode(&raw_name),
        delimiter,
        role: if inbox { Some(FolderRole::Inbox) } else { data.name_attributes.iter().find_map(special_use) },
        selectable: !data.name_attributes.iter().any(unselectable),
        status: None,
        raw_name,
    })
}

fn special_use(attribute: &NameAttribute<'_>) -> Option<FolderRole> {
    Some(match attribute {
        NameAttribute::All => FolderRole::All,
        NameAttribute::Archive => FolderRole::Archive,
        NameAttribute::Drafts => FolderRole::Drafts,
        NameAttribute::Flagged => FolderRole::Flagged,
        NameAttribute::Junk => FolderRole::Junk,
        NameAttribute::Sent => FolderRole::Sent,
        NameAttribute::Trash => FolderRole::Trash,
        _ => return None,
    })
}

/// Reads one STATUS answer: raw name and counts.
pub(crate) fn status(response: &Response<'_>) -> Option<(String, FolderStatus)> {
    let Response::MailboxData(MailboxDatum::Status { mailbox, status }) = response else { return None };
    let mut counts = FolderStatus::default();
    for item in status {
        match item {
            StatusAttribute::Messages(n) => counts.messages = Some(*n),
            StatusAttribute::UidNext(n) => counts.uid_next = Some(*n).filter(|n| *n > 0),
            StatusAttribute::UidValidity(n) => counts.uid_validity = Some(*n),
            StatusAttribute::HighestModSeq(n) => counts.highest_modseq = Some(*n).filter(|n| *n > 0),
            _ => {}
        }
    }
    Some((mailbox.to_string(), counts))
}

/// Known names of folders whose server says nothing about their use; compared without regard to case, last level only.
const NAMES: &[(FolderRole, &[&str])] = &[
    (
        FolderRole::Sent,
        &[
            "sent",
            "sent items",
            "sent messages",
            "sent mail",
            "sent-mail",
            "gesendet",
            "gesendete objekte",
            "gesendete elemente",
            "envoyés",
            "éléments envoyés",
            "messages envoyés",
            "enviados",
            "elementos enviados",
            "posta inviata",
            "inviata",
            "verzonden",
            "verzonden items",
            "skickat",
            "sendt",
            "wysłane",
            "отправленные",
            "已发送",
        ],
    ),
    (FolderRole::Drafts, &["drafts", "draft", "entwürfe", "brouillons", "borradores", "bozze", "concepten", "utkast", "черновики"]),
    (FolderRole::Junk, &["junk", "spam", "junk e-mail", "junk email", "bulk mail", "bulk", "spamverdacht", "courrier indésirable"]),
    (
        FolderRole::Trash,
        &[
            "trash",
            "deleted items",
            "deleted messages",
            "deleted",
            "bin",
            "papierkorb",
            "gelöscht",
            "gelöschte objekte",
            "gelöschte elemente",
            "corbeille",
            "papelera",
            "cestino",
            "prullenbak",
        ],
    ),
    (FolderRole::Archive, &["archive", "archives", "archiv", "archived"]),
];

/// Gives roles by name where no folder has that role from the server.
pub(crate) fn guess_roles(folders: &mut [RemoteFolder]) {
    for (role, names) in NAMES {
        if folders.iter().any(|folder| folder.role == Some(*role)) {
            continue;
        }
        let found = names.iter().find_map(|name| {
            folders.iter().position(|folder| {
                let last = folder.delimiter.and_then(|d| folder.name.rsplit(d).next()).unwrap_or(&folder.name);
                folder.role.is_none() && folder.selectable && last.to_lowercase() == *name
            })
        });
        if let Some(at) = found {
            folders[at].role = Some(*role);
        }
    }
}

/// A folder's name as a command argument.
///
/// # Errors
/// `Refused` when the name cannot be said in one line.
pub(crate) fn quoted(raw_name: &str) -> Result<String, ConnectError> {
    if raw_name.chars().any(|c| matches!(c, '\r' | '\n' | '\0')) {
        return Err(ConnectError::Refused { said: "The folder's name contains a line break.".to_owned() });
    }
    Ok(format!("\"{}\"", raw_name.replace('\\', "\\\\").replace('"', "\\\"")))
}
