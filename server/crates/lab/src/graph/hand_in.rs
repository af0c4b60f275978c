//! What is handed in: letters to send, as MIME, and drafts.
//!
//! As Exchange does: recipients are those of the headers, blind ones are told nobody, and the copy in Sent Items keeps them.

use super::{
    GraphFault,
    http::{End, Reply, Request},
    service::error,
    state::State,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

/// A letter that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphSent {
    /// As it was handed in.
    pub handed_in: Vec<u8>,
    /// As recipients get it: without `Bcc`.
    pub delivered: Vec<u8>,
    /// Addresses of To, Cc and Bcc, sorted.
    pub recipients: Vec<String>,
}

impl GraphSent {
    /// Its Message-ID, without the brackets.
    pub fn message_id(&self) -> String {
        fields(&self.delivered)
            .0
            .into_iter()
            .find(|(name, _)| name == "message-id")
            .map_or_else(String::new, |(_, value)| value.trim().trim_start_matches('<').trim_end_matches('>').to_owned())
    }
}

/// Header fields, unfolded and in lower case by name, and where the body begins.
fn fields(raw: &[u8]) -> (Vec<(String, String)>, usize) {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n").map_or(raw.len(), |at| at + 2);
    let text = String::from_utf8_lossy(&raw[..end]).replace("\r\n ", " ").replace("\r\n\t", " ");
    let all = text.split("\r\n").filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    (all.collect(), end)
}

/// Takes a field away, with its folded lines.
fn without(raw: &[u8], field: &str) -> Vec<u8> {
    let (_, end) = fields(raw);
    let (mut out, mut leaves_out) = (Vec::with_capacity(raw.len()), false);
    for line in raw[..end].split_inclusive(|octet| *octet == b'\n') {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            leaves_out =
                line.len() > field.len() && line[..field.len()].eq_ignore_ascii_case(field.as_bytes()) && line[field.len()] == b':';
        }
        if !leaves_out {
            out.extend_from_slice(line);
        }
    }
    out.extend_from_slice(&raw[end..]);
    out
}

/// Addresses of a list, told apart outside of quotes.
fn addresses(list: &str) -> Vec<String> {
    let (mut parts, mut quoted, mut part) = (Vec::new(), false, String::new());
    let mut chars = list.chars();
    while let Some(c) = chars.next() {
        match c {
            // A quoted pair (RFC 5322 §3.2.1) ends no quotation.
            '\\' if quoted => {
                chars.next();
            }
            '"' => quoted = !quoted,
            ',' | ';' if !quoted => parts.push(std::mem::take(&mut part)),
            _ if quoted => {}
            c => part.push(c),
        }
    }
    parts.push(part);
    let bare = |part: &String| {
        let inner = part.split_once('<').map_or(part.as_str(), |(_, rest)| rest.split('>').next().unwrap_or(""));
        let inner = inner.rsplit(':').next().unwrap_or("").trim().to_lowercase();
        inner.contains('@').then_some(inner)
    };
    parts.iter().filter_map(bare).collect()
}

fn mime(request: &Request) -> Result<Vec<u8>, Reply> {
    if !request.header("content-type").starts_with("text/plain") {
        return Err(error(415, "RequestBroken", "The lab takes MIME only."));
    }
    STANDARD
        .decode(request.body.trim())
        .map_err(|_| error(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content."))
}

fn refused(state: &mut State) -> Option<Reply> {
    let fault = state.strikes(|fault| match fault {
        GraphFault::SendRefused(..) | GraphFault::SendThrottled(_) | GraphFault::SendLost => Some(fault.clone()),
        _ => None,
    })?;
    Some(match fault {
        GraphFault::SendRefused(status, code) => error(status, code, "As the fault says."),
        GraphFault::SendThrottled(seconds) => error(429, "ApplicationThrottled", "Slow down.").with("Retry-After", seconds),
        _ => Reply::new(200, "").ends(End::Nothing),
    })
}

pub(super) fn send(state: &mut State, request: &Request) -> Reply {
    let handed_in = match mime(request) {
        Ok(mime) => mime,
        Err(reply) => return reply,
    };
    if let Some(reply) = refused(state) {
        return reply;
    }
    let mut recipients: Vec<String> = fields(&handed_in)
        .0
        .iter()
        .filter(|(name, _)| ["to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc"].contains(&name.as_str()))
        .flat_map(|(_, list)| addresses(list))
        .collect();
    recipients.sort();
    if recipients.is_empty() {
        return error(400, "ErrorInvalidRecipients", "A message can't be sent because it contains no recipients.");
    }
    let sent = GraphSent { delivered: without(&handed_in, "bcc"), recipients, handed_in: handed_in.clone() };
    state.sent.push(sent);
    // The copy is the service's own work: a header more, the blind recipients as they were.
    let copy = [b"X-MS-Exchange-Organization-AuthAs: Internal\r\n".as_slice(), &handed_in].concat();
    let folder = state.folders.iter().find(|folder| folder.well_known == Some("sentitems")).map(|folder| folder.name.clone());
    state.deliver(&folder.unwrap_or_else(|| "Sent Items".into()), copy, false);
    let late = state.strikes(|fault| match fault {
        GraphFault::SendKeptButSilent => Some(true),
        GraphFault::SendKeptButLate => Some(false),
        _ => None,
    });
    match late {
        Some(true) => Reply::new(202, "").ends(End::Nothing),
        Some(false) => error(504, "GatewayTimeout", "The gateway did not get an answer in time."),
        None => Reply::new(202, ""),
    }
}

pub(super) fn draft(state: &mut State, request: &Request) -> Reply {
    let raw = match mime(request) {
        Ok(mime) => mime,
        Err(reply) => return reply,
    };
    if let Some(reply) = refused(state) {
        return reply;
    }
    let folder = state.folders.iter().find(|folder| folder.well_known == Some("drafts")).map(|folder| folder.name.clone());
    let id = state.deliver(&folder.unwrap_or_else(|| "Drafts".into()), raw, true);
    Reply::json(201, &json!({ "id": id, "isDraft": true }))
}
