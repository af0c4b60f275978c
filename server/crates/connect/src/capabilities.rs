//! What a server can do, as named truths. Must never: be carried over from before encryption (RFC 9051 §6.2.1).

/// Named capabilities with the RFC that defines each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Speaks IMAP4rev1 (RFC 3501) or rev2 (RFC 9051).
    pub imap4: bool,
    /// Tells of new letters by itself (RFC 2177).
    pub idle: bool,
    /// Counts changes (RFC 7162).
    pub condstore: bool,
    /// LIST can answer STATUS too (RFC 5819).
    pub list_status: bool,
    /// LIST takes options (RFC 5258).
    pub list_extended: bool,
    /// Says what folders are for (RFC 6154).
    pub special_use: bool,
    /// Answers searches in ranges (RFC 4731).
    pub esearch: bool,
    /// Compresses (RFC 4978).
    pub compress: bool,
    /// Tells UIDs of appended letters (RFC 4315).
    pub uidplus: bool,
    /// Exchanges names (RFC 2971).
    pub id: bool,
    /// Encrypts on request (RFC 3501 §6.2.1).
    pub starttls: bool,
    /// Refuses LOGIN (RFC 3501 §6.2.3).
    pub login_disabled: bool,
    /// Takes AUTHENTICATE PLAIN (RFC 4616).
    pub auth_plain: bool,
    /// Takes the first answer of an AUTHENTICATE in the same line (RFC 4959).
    pub sasl_ir: bool,
    /// Google's server (X-GM-EXT-1).
    pub gmail: bool,
    /// As the server wrote them, upper case.
    pub all: Vec<String>,
}

impl Capabilities {
    /// Reads the words that follow `CAPABILITY`.
    pub(crate) fn read(words: &str) -> Self {
        let all: Vec<String> = words
            .split_ascii_whitespace()
            .take(200)
            .filter(|word| word.len() <= 60 && word.bytes().all(|b| b.is_ascii_graphic()))
            .map(str::to_ascii_uppercase)
            .collect();
        let has = |word: &str| all.iter().any(|known| known == word);
        Self {
            imap4: has("IMAP4REV1") || has("IMAP4REV2") || has("IMAP4"),
            idle: has("IDLE"),
            condstore: has("CONDSTORE") || has("QRESYNC"),
            list_status: has("LIST-STATUS"),
            list_extended: has("LIST-EXTENDED"),
            special_use: has("SPECIAL-USE"),
            esearch: has("ESEARCH") || has("IMAP4REV2"),
            compress: has("COMPRESS=DEFLATE"),
            uidplus: has("UIDPLUS"),
            id: has("ID"),
            starttls: has("STARTTLS"),
            login_disabled: has("LOGINDISABLED"),
            auth_plain: has("AUTH=PLAIN"),
            sasl_ir: has("SASL-IR"),
            gmail: has("X-GM-EXT-1"),
            all,
        }
    }
}
