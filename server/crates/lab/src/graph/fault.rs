//! What can be wrong with a token server and with Graph, as data.

/// One fault.
#[derive(Debug, Clone, PartialEq)]
pub enum GraphFault {
    /// The token server refuses with this OAuth word and this number of Microsoft's.
    TokenRefused(&'static str, u32),
    /// The token server refuses with OAuth's word alone (as Google does).
    TokenError(&'static str),
    /// The token server answers with this status and nothing else.
    TokenStatus(u16),
    /// The token server asks to wait so many seconds (429).
    TokenThrottled(u32),
    /// The token server answers something that is not JSON.
    TokenNotJson,
    /// The token server answers without a token.
    TokenMissing,
    /// The token holds a line break.
    TokenBroken,
    /// The token server never answers.
    TokenHangs,
    /// The token server closes instead of answering.
    TokenCloses,
    /// Graph refuses every token (401).
    Unauthorized,
    /// Graph refuses the mailbox (403).
    Denied,
    /// Graph knows no such mailbox (404).
    NoMailbox,
    /// The mailbox has no licence (404 MailboxNotEnabledForRESTAPI).
    NoLicence,
    /// Graph asks to wait so many seconds (429).
    Throttled(u32),
    /// Graph throttles without saying for how long.
    ThrottledSilently,
    /// Graph is out of order for so many seconds (503).
    Unavailable(u32),
    /// Graph fails (500).
    ServerError,
    /// Links to changes are too old (410), each time.
    LinksTooOld,
    /// The first page of changes is too old as soon as its second is asked for.
    PagesTooOld,
    /// Graph never answers.
    Hangs,
    /// Graph closes instead of answering.
    Closes,
    /// Graph closes in the middle of the body.
    CutsBody,
    /// Graph answers something that is not JSON.
    NotJson,
    /// Graph answers something that is not HTTP.
    NotHttp,
    /// Graph sends the client to another server (302).
    Redirects,
    /// The next page is on another server.
    NextElsewhere,
    /// The next page is the same page.
    NextLoops,
    /// A list of changes without a link to the next.
    NoLink,
    /// Bodies come in parts whose length is told (chunked): no fault, but another way.
    Chunked,
    /// Bodies come without their length and end with the line: no fault, but a way by which nobody sees that something is missing.
    NoLength,
    /// The same, and half of the body is missing.
    NoLengthCut,
    /// Bodies come octet by octet.
    Trickles,
    /// The count is off by so many.
    CountLies(i64),
    /// Changes pass over the newest letter.
    ChangesOmit,
    /// Changes name each letter twice.
    ChangesRepeat,
    /// One letter is refused (its number among all letters that were asked for; from 1).
    LetterRefused,
    /// The line breaks within one letter, each time it is asked for.
    LetterBreaks(String),
    /// One letter is listed and not handed out (404).
    LetterHides(String),
    /// There is no inbox.
    NoInbox,
    /// What is handed in is answered with this status and code, and not taken.
    SendRefused(u16, &'static str),
    /// What is handed in must wait so many seconds (429).
    SendThrottled(u32),
    /// What is handed in is taken, and the line closes instead of an answer.
    SendKeptButSilent,
    /// What is handed in is not taken, and the line closes instead of an answer.
    SendLost,
    /// What is handed in is taken, and the answer is 504.
    SendKeptButLate,
}
