//! What may go wrong, as data: each fault is switched on and off while the server runs.
//!
//! Most come from a failure that users of other software met. A fault must change only what its sentence says.

/// A moment of a session at which a fault can strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The server's first line.
    Greeting,
    /// CAPABILITY.
    Capability,
    /// STARTTLS.
    StartTls,
    /// LOGIN or AUTHENTICATE.
    Login,
    /// LIST, LSUB or NAMESPACE.
    List,
    /// STATUS.
    Status,
    /// SELECT or EXAMINE.
    Select,
    /// SEARCH or UID SEARCH.
    Search,
    /// FETCH or UID FETCH.
    Fetch,
    /// IDLE.
    Idle,
    /// NOOP or CHECK.
    Noop,
    /// APPEND.
    Append,
    /// LOGOUT.
    Logout,
    /// Any other command.
    Other,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Every sign-in is refused: `NO [AUTHENTICATIONFAILED] text`.
    RefuseLogin(String),
    /// Every sign-in is put off: `NO text`, the text as given, with its code (`[LIMIT] …`, `[UNAVAILABLE] …`).
    ThrottleLogin(String),
    /// The sign-in succeeds, but every later command hears `BAD User is authenticated but not connected.` (Exchange).
    AuthenticatedButNotConnected,
    /// LOGIN is refused and `LOGINDISABLED` announced until TLS is on.
    LoginDisabled,
    /// A greeting of `* BYE text` once more than this many connections are open.
    TooManyConnections(usize, String),
    /// `* BYE text` in place of the answer, and the connection ends.
    ByeAt(Step, String),
    /// `NO text` in place of the answer.
    NoAt(Step, String),
    /// `BAD text` in place of the answer.
    BadAt(Step, String),
    /// No answer, ever; the connection stays open.
    HangAt(Step),
    /// The connection ends without a word.
    CloseAt(Step),
    /// A line that is no IMAP at all before the answer.
    GarbageAt(Step),
    /// The answer carries a tag nobody sent.
    WrongTagAt(Step),
    /// The first line is this text (an SMTP or HTTP server on the port).
    Greeting(String),
    /// The greeting is `* PREAUTH`: already signed in as the first user.
    Preauth,
    /// `* OK [ALERT] text` after the sign-in.
    Alert(String),
    /// CAPABILITY answers this list, whatever the server can do.
    CapabilityLies(Vec<String>),
    /// Before TLS this list is announced; after it, the truth (what was heard before must be forgotten).
    CapabilityBeforeTls(Vec<String>),
    /// STARTTLS is neither announced nor known.
    StartTlsMissing,
    /// STARTTLS is answered `NO text`.
    StartTlsRefused(String),
    /// Behind the OK to STARTTLS, in the same segment, stands this line in clear (it must never be believed).
    StartTlsInjectedBytes(String),
    /// The same, a moment later in a segment of its own, before the handshake.
    StartTlsInjectedLater(String),
    /// The connection ends where the handshake should begin (no retry in clear).
    StartTlsCloses,
    /// The body's literal announces its length, half of it comes, then the connection ends.
    TruncateLiteral,
    /// The same, for this letter alone.
    TruncateLetter(u32),
    /// The body's literal announces this many octets more (or fewer) than come.
    WrongLiteralLength(i64),
    /// The body is `{0}` and empty.
    ZeroLiteral,
    /// The body is `NIL`.
    NilBody,
    /// After the first answer of a FETCH the folder's first letter goes, `* 1 EXPUNGE` says so, and all numbers shift.
    ExpungeDuringFetch,
    /// Before each answer of a FETCH comes one about the flags of another letter, without its UID.
    UnsolicitedFetch,
    /// A FETCH also brings the body of the folder's last letter, asked for or not.
    ForeignFetch,
    /// Answers to UID FETCH lack the UID.
    UidMissingInFetch,
    /// FETCH passes over this letter in silence, and says OK.
    FetchOmits(u32),
    /// FETCH with this letter's body among those asked for ends with `NO text`; the others come.
    FetchRefused {
        /// The letter.
        uid: u32,
        /// What the server says.
        text: String,
    },
    /// Partial fetches bring the whole.
    PartialIgnored,
    /// RFC822.SIZE is this much too large (or too small).
    SizeLies(i64),
    /// INTERNALDATE is no date.
    BadInternalDate,
    /// SEARCH leaves this letter out.
    SearchOmits(u32),
    /// EXISTS and STATUS count this many letters too many (or too few).
    ExistsLies(i64),
    /// SELECT and STATUS say nothing of UIDNEXT.
    UidNextMissing,
    /// UIDNEXT is half of what it should be.
    UidNextBackwards,
    /// UIDNEXT is this much too high.
    UidNextInflated(u32),
    /// SELECT and STATUS say nothing of UIDVALIDITY.
    UidValidityMissing,
    /// Each SELECT of any folder brings another UIDVALIDITY, UIDs unchanged.
    UidValidityChangesEachTime,
    /// SELECT and EXAMINE of this folder are answered `NO text`.
    SelectRefused(String, String),
    /// STATUS of this folder is answered `NO text` (and left out of LIST … RETURN STATUS).
    StatusRefused(String, String),
    /// Answers to FETCH name the UID after the body (allowed, and some servers do).
    UidLast,
    /// LIST and STATUS give folder names as literals (allowed, and some servers do).
    LiteralNames,
    /// LIST shows names as raw UTF-8 in quotes.
    EightBitQuoted,
    /// LIST shows one more folder whose name is not modified UTF-7: `Broken &Jjo!`.
    BadUtf7Folder,
    /// LIST shows one more folder with a NUL inside its quoted name.
    NulInQuoted,
    /// `* OK` with a line this many octets long before the answer to SELECT.
    HugeLine(usize),
    /// Octets leave in small portions with a pause after each.
    SlowBytes {
        /// Octets a portion.
        bytes: usize,
        /// Pause in milliseconds.
        every_ms: u64,
    },
    /// A connection ends once it has sent this many octets.
    DropConnectionAfterBytes(u64),
    /// FETCH of labels is answered `NO text`.
    LabelsRefused(String),
    /// Labels are told as literals (RFC 3501 allows it).
    LabelLiterals,
    /// Of the letter of this UID a label is announced that is longer than any client takes.
    OddLabels(u32),
    /// The connection ends where labels are asked for.
    LabelsClose,
    /// What came since the last command is told before IDLE is accepted, as RFC 3501 §7 allows.
    NewsBeforeIdle,
    /// IDLE is accepted, and nothing is ever pushed.
    IdleSilent,
}

/// The faults that are on, each with how often it may still strike (none: always).
#[derive(Debug, Clone, Default)]
pub struct Faults {
    active: Vec<(Fault, Option<u32>)>,
}

impl Faults {
    /// A server without faults.
    pub fn none() -> Self {
        Self::default()
    }

    /// One fault more, for good.
    #[must_use]
    pub fn with(mut self, fault: Fault) -> Self {
        self.add(fault, None);
        self
    }

    /// One fault more, that strikes so often and then never again.
    #[must_use]
    pub fn with_times(mut self, fault: Fault, times: u32) -> Self {
        self.add(fault, Some(times));
        self
    }

    pub(super) fn add(&mut self, fault: Fault, times: Option<u32>) {
        self.active.push((fault, times));
    }

    pub(super) fn clear(&mut self) {
        self.active.clear();
    }

    pub(super) fn remove(&mut self, fault: &Fault) {
        self.active.retain(|(active, _)| active != fault);
    }

    /// The first active fault that `choose` wants; it counts as having struck.
    pub(super) fn strike<T>(&mut self, choose: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        for (fault, left) in &mut self.active {
            if *left == Some(0) {
                continue;
            }
            if let Some(chosen) = choose(fault) {
                if let Some(left) = left {
                    *left -= 1;
                }
                return Some(chosen);
            }
        }
        None
    }
}

impl From<Vec<Fault>> for Faults {
    fn from(faults: Vec<Fault>) -> Self {
        faults.into_iter().fold(Self::none(), Self::with)
    }
}
