//! What may go wrong by POP3, as data: each fault is switched on and off while the server runs. A fault must change only what its
//! sentence says.

/// A moment of a session at which a fault can strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PopStep {
    /// The server's first line.
    Greeting,
    /// CAPA.
    Capa,
    /// STLS.
    Stls,
    /// USER.
    User,
    /// PASS, or the answer to AUTH.
    SignIn,
    /// STAT.
    Stat,
    /// LIST.
    List,
    /// UIDL.
    Uidl,
    /// TOP.
    Top,
    /// RETR.
    Retr,
    /// DELE.
    Dele,
    /// QUIT.
    Quit,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PopFault {
    /// `-ERR text` in place of the answer.
    ErrAt(PopStep, String),
    /// No answer, ever; the connection stays open.
    HangAt(PopStep),
    /// The connection ends without a word.
    CloseAt(PopStep),
    /// A line that is no POP3 at all before the answer.
    GarbageAt(PopStep),
    /// The first line is this text (another kind of server on the port).
    Greeting(String),
    /// CAPA answers these lines, whatever the server can do.
    CapaLies(Vec<String>),
    /// Before TLS these lines are announced; after it, the truth.
    CapaBeforeTls(Vec<String>),
    /// STLS is neither announced nor known.
    StlsMissing,
    /// Behind the `+OK` to STLS, in the same segment, stands this line in clear (it must never be believed).
    StlsInjected(String),
    /// The same, a moment later in a segment of its own, before the handshake.
    StlsInjectedLater(String),
    /// The connection ends where the handshake should begin.
    StlsCloses,
    /// UIDL gives no name for any letter.
    BlankNames,
    /// UIDL gives all letters the same name.
    OneName,
    /// UIDL gives the last two letters the same name.
    DoubledName,
    /// UIDL gives a letter its place in the list for a name.
    NamesArePlaces,
    /// UIDL gives other names in every session.
    NamesChange,
    /// UIDL leaves this letter (counted from 1) out.
    UidlOmits(u32),
    /// LIST leaves this letter out.
    ListOmits(u32),
    /// LIST and UIDL count down.
    ListBackwards,
    /// LIST says so many octets too many (or too few).
    SizeLies(i64),
    /// LIST gives other sizes in every session.
    SizesChange,
    /// STAT counts this many letters too many (or too few).
    CountLies(i64),
    /// The letters come in another order in every second session.
    OrderChanges,
    /// TOP of the letter of this name is answered `-ERR text`, however much of it is asked for.
    TopRefused(String, String),
    /// TOP of the letter of this name ends the connection.
    TopCloses(String),
    /// RETR of this letter is answered `-ERR text`.
    RetrRefused(u32, String),
    /// Half of this letter comes, then the connection ends.
    TruncateLetter(u32),
    /// RETR brings nothing for this letter.
    EmptyLetter(u32),
    /// RETR brings all but the last line of this letter, properly ended.
    ShortLetter(u32),
    /// Lines that start with one dot and go on are sent as they are.
    NotStuffed,
    /// All lines end by LF alone.
    BareLineFeeds,
    /// A status line of this many octets in answer to STAT.
    HugeLine(usize),
    /// Octets leave in small portions with a pause after each.
    SlowBytes {
        /// Octets a portion.
        bytes: usize,
        /// Pause in milliseconds.
        every_ms: u64,
    },
    /// A connection ends once it has sent this many octets.
    DropAfterBytes(u64),
    /// QUIT is answered `-ERR`, and nothing is deleted.
    QuitDeletesNothing,
    /// A letter that was retrieved is gone after QUIT, asked for or not.
    DeletesByItself,
}

/// The faults that are on, each with how often it may still strike (none: always).
#[derive(Debug, Clone, Default)]
pub(super) struct PopFaults(Vec<(PopFault, Option<u32>)>);

impl PopFaults {
    pub(super) fn add(&mut self, fault: PopFault, times: Option<u32>) {
        self.0.push((fault, times));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The first active fault that `choose` wants; it counts as having struck.
    pub(super) fn strike<T>(&mut self, choose: impl Fn(&PopFault) -> Option<T>) -> Option<T> {
        for (fault, left) in &mut self.0 {
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
