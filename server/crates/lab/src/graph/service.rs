//! Graph: folders, changes, counts and letters of one mailbox.

use super::{
    GraphFault, GraphMailFolder, OBJECT_ID,
    http::{End, Reply, Request, decoded},
    state::State,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

pub(super) fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &json!({ "error": { "code": code, "message": message, "innerError": { "request-id": "x" } } }))
}

pub(super) fn answer(state: &mut State, request: &Request) -> Reply {
    if let Some(reply) = throttled(state) {
        return reply;
    }
    if let Some(reply) = door(state, request) {
        return reply;
    }
    let reply = route(state, request);
    let end = state.strikes(|fault| match fault {
        GraphFault::CutsBody => Some(End::HalfWay),
        GraphFault::Chunked => Some(End::Parts),
        GraphFault::NoLength => Some(End::Unmeasured),
        GraphFault::NoLengthCut => Some(End::UnmeasuredHalf),
        GraphFault::Trickles => Some(End::Trickling),
        _ => None,
    });
    if state.has(&GraphFault::NotJson) {
        return Reply::new(200, "<html>Service unavailable</html>");
    }
    match end {
        Some(end) if reply.status == 200 && reply.end == End::Well => reply.ends(end),
        _ => reply,
    }
}

fn throttled(state: &mut State) -> Option<Reply> {
    use GraphFault::*;
    let fault = state.strikes(|fault| match fault {
        Throttled(_) | ThrottledSilently | Unavailable(_) => Some(fault.clone()),
        _ => None,
    })?;
    let (status, seconds) = match fault {
        Throttled(seconds) => (429, Some(seconds)),
        Unavailable(seconds) => (503, Some(seconds)),
        _ => (429, None),
    };
    let reply = error(
        status,
        if status == 429 { "ApplicationThrottled" } else { "serviceNotAvailable" },
        "Application is over its MailboxConcurrency limit.",
    );
    let Some(seconds) = seconds else { return Some(reply) };
    let until = Instant::now() + Duration::from_secs(seconds.into());
    state.asked_to_wait = Some((Instant::now(), until));
    Some(reply.with("Retry-After", seconds))
}

/// Everything that is decided before it matters what is asked.
fn door(state: &mut State, request: &Request) -> Option<Reply> {
    use GraphFault::*;
    let fault = state.strikes(|fault| match fault {
        Unauthorized | Denied | NoMailbox | NoLicence | ServerError | Hangs | Closes | NotHttp | Redirects => Some(fault.clone()),
        _ => None,
    });
    match fault {
        Some(Unauthorized) => return Some(error(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.")),
        Some(Denied) => return Some(error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")),
        Some(NoMailbox) => return Some(error(404, "ErrorInvalidUser", "The requested user 'x@y.example' is invalid.")),
        Some(NoLicence) => {
            let words = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
            return Some(error(404, "MailboxNotEnabledForRESTAPI", words));
        }
        Some(ServerError) => return Some(error(500, "InternalServerError", "Something went wrong.")),
        Some(Hangs) => return Some(Reply::new(200, "").ends(End::Silence)),
        Some(Closes) => return Some(Reply::new(200, "").ends(End::Nothing)),
        Some(NotHttp) => return Some(Reply::new(200, "").ends(End::Garbage)),
        Some(Redirects) => return Some(Reply::new(302, "").with("Location", "https://elsewhere.example/")),
        _ => {}
    }
    let needs: &[&str] = match (request.method.as_str(), request.path.rsplit('/').next().unwrap_or("")) {
        ("GET", _) => &["Mail.Read", "Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.Read.Shared", "Mail.ReadWrite"],
        ("POST", "sendMail") => &["Mail.Send"],
        ("POST", "messages") => &["Mail.ReadWrite"],
        _ => return Some(error(405, "Request_BadRequest", "The lab's mailbox can be read, and take letters.")),
    };
    let token = request.header("authorization").strip_prefix("Bearer ").unwrap_or("");
    match state.tokens.get(token).filter(|(until, _)| *until > Instant::now()) {
        None => Some(error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")),
        Some((_, permissions)) => {
            // A person reads his or her own mailbox, and here is but one.
            let own = state.persons.get(token).is_none_or(|person| person.eq_ignore_ascii_case(&state.options.user));
            let reads = own && (state.options.permitted_by_exchange || permissions.iter().any(|one| needs.contains(&one.as_str())));
            (!reads).then(|| error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."))
        }
    }
}

fn route(state: &mut State, request: &Request) -> Reply {
    let parts: Vec<String> = request.path.split('/').skip(2).map(decoded).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let rest = match parts.as_slice() {
        ["me", rest @ ..] => rest,
        ["users", user, rest @ ..] if user.eq_ignore_ascii_case(&state.options.user) || *user == OBJECT_ID => rest,
        ["users", ..] => return error(404, "ErrorInvalidUser", "The requested user is invalid."),
        _ => return error(400, "BadRequest", "Resource not found for the segment."),
    };
    match rest {
        ["sendMail"] if request.method == "POST" => super::hand_in::send(state, request),
        ["messages"] if request.method == "POST" => super::hand_in::draft(state, request),
        ["mailFolders"] => folders(state, None, request),
        ["mailFolders", id, "childFolders"] => folders(state, Some(id), request),
        ["mailFolders", id] => match find(state, id) {
            Some(at) => Reply::json(200, &json!({ "id": state.folders[at].id })),
            None => error(404, "ErrorItemNotFound", "The specified object was not found in the store."),
        },
        ["mailFolders", id, "messages"] => match find(state, id) {
            Some(at) => {
                let lie = state.strikes(|fault| if let GraphFault::CountLies(by) = fault { Some(*by) } else { None }).unwrap_or(0);
                Reply::json(200, &json!({ "@odata.count": state.folders[at].letters.len() as i64 + lie, "value": [] }))
            }
            None => error(404, "ErrorItemNotFound", "The specified object was not found in the store."),
        },
        ["mailFolders", id, "messages", "delta"] => match find(state, id) {
            Some(at) => delta(state, at, request),
            None => error(404, "ErrorItemNotFound", "The specified object was not found in the store."),
        },
        ["messages", id, "$value"] => letter(state, id),
        _ => error(400, "BadRequest", "Resource not found for the segment."),
    }
}

fn find(state: &mut State, id: &str) -> Option<usize> {
    if id == "inbox" && state.has(&GraphFault::NoInbox) {
        return None;
    }
    state.folders.iter().position(|folder| folder.id == id || folder.well_known == Some(id))
}

fn folders(state: &State, within: Option<&str>, request: &Request) -> Reply {
    const PAGE: usize = 5;
    let above = within.and_then(|id| state.folders.iter().find(|folder| folder.id == id)).map(|folder| folder.name.clone());
    let all: Vec<&GraphMailFolder> = state.folders.iter().filter(|folder| folder.within == above).collect();
    let skip: usize = request.field("$skip").and_then(|text| text.parse().ok()).unwrap_or(0);
    let rows: Vec<Value> = all
        .iter()
        .skip(skip)
        .take(PAGE)
        .map(|folder| {
            let children = state.folders.iter().filter(|other| other.within.as_deref() == Some(&folder.name)).count();
            let mut row = json!({
                "id": folder.id, "displayName": folder.name, "childFolderCount": children,
                "totalItemCount": folder.letters.len(), "isHidden": folder.hidden,
            });
            if folder.search {
                row["@odata.type"] = "#microsoft.graph.mailSearchFolder".into();
            }
            row
        })
        .collect();
    let mut value = json!({ "value": rows });
    if skip + PAGE < all.len() {
        value["@odata.nextLink"] =
            format!("https://127.0.0.1:{}{}?$skip={}&includeHiddenFolders=true", state.port, request.path, skip + PAGE).into();
    }
    Reply::json(200, &value)
}

/// A link carries the generation, where the list is, and from which change on the next list goes.
fn delta(state: &mut State, at: usize, request: &Request) -> Reply {
    let token = request.field("$deltatoken");
    let skip = request.field("$skiptoken");
    if (token.is_some() && state.has(&GraphFault::LinksTooOld)) || (skip.is_some() && state.has(&GraphFault::PagesTooOld)) {
        return error(410, "syncStateNotFound", "The sync state generation is not found.");
    }
    let asked = request.header("prefer").split("odata.maxpagesize=").nth(1).and_then(|text| text.split([',', ' ']).next()?.parse().ok());
    let page = state.options.page.min(asked.unwrap_or(10)).max(1);
    let read = |text: &str| -> Option<(u32, u64, usize)> {
        let mut parts = text.split('_');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    let (generation, since, from) = match (token.as_deref().or(skip.as_deref())).map(read) {
        Some(None) => return error(400, "SyncStateInvalid", "The sync state is not valid."),
        Some(Some(place)) => place,
        None => (state.generation, state.change(), 0),
    };
    if generation != state.generation {
        return error(410, "syncStateNotFound", "The sync state generation is not found.");
    }
    let folder = &state.folders[at];
    let mut rows: Vec<Value> = match &token {
        // What changed, each letter once, by its latest change.
        Some(_) => {
            let mut latest: Vec<(u64, &str, bool)> = Vec::new();
            for (change, id, there) in folder.log.iter().filter(|(change, _, _)| *change > since) {
                latest.retain(|(_, known, _)| known != id);
                latest.push((*change, id, *there));
            }
            latest
                .iter()
                .map(|(_, id, there)| match (there, folder.letters.get(*id)) {
                    (true, Some(letter)) => row(id, letter),
                    _ => json!({ "id": id, "@removed": { "reason": "deleted" } }),
                })
                .collect()
        }
        None => folder.letters.iter().map(|(id, letter)| row(id, letter)).collect(),
    };
    if state.has(&GraphFault::ChangesOmit) {
        rows.pop();
    }
    let folder = &state.folders[at];
    let base = format!("https://127.0.0.1:{}/v1.0/me/mailFolders/{}/messages/delta", state.port, folder.id);
    let whole = token.is_none();
    let more = whole && from + page < rows.len();
    let mut some: Vec<Value> = if whole { rows.into_iter().skip(from).take(page).collect() } else { rows };
    if state.has(&GraphFault::ChangesRepeat) {
        some.extend(some.clone());
    }
    let mut value = json!({ "value": some });
    if state.has(&GraphFault::NextElsewhere) {
        value["@odata.nextLink"] = "https://elsewhere.example/v1.0/me/messages".into();
    } else if state.has(&GraphFault::NextLoops) {
        value["@odata.nextLink"] = format!("https://127.0.0.1:{}{}?{}", state.port, request.path, request.query).into();
    } else if more {
        value["@odata.nextLink"] = format!("{base}?$skiptoken={generation}_{since}_{}", from + page).into();
    } else if !state.has(&GraphFault::NoLink) {
        let now = if whole { since } else { state.change() };
        value["@odata.deltaLink"] = format!("{base}?$deltatoken={generation}_{now}_0").into();
    }
    Reply::json(200, &value)
}

fn row(id: &str, letter: &super::GraphMailLetter) -> Value {
    json!({ "@odata.etag": "W/\"x\"", "id": id, "receivedDateTime": date(letter.received), "isDraft": letter.draft })
}

fn letter(state: &mut State, id: &str) -> Reply {
    let hidden = state.strikes(|fault| match fault {
        GraphFault::LetterHides(hidden) if hidden == id => Some(0),
        GraphFault::LetterBreaks(broken) if broken == id => Some(1),
        GraphFault::LetterRefused => Some(2),
        _ => None,
    });
    let raw = state.folders.iter().find_map(|folder| folder.letters.get(id)).map(|letter| letter.raw.to_vec());
    match (hidden, raw) {
        (Some(2), _) => error(400, "ErrorMimeContentConversionFailed", "The MIME content could not be converted."),
        (Some(1), Some(raw)) => Reply::new(200, raw).ends(End::HalfWay),
        (None, Some(raw)) => Reply::new(200, raw).with("Content-Type", "text/plain"),
        _ => error(404, "ErrorItemNotFound", "The specified object was not found in the store."),
    }
}

/// RFC 3339 of seconds since 1970, UTC (days by Howard Hinnant's algorithm).
fn date(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(super::date(0), "1970-01-01T00:00:00Z");
        assert_eq!(super::date(1_709_251_199), "2024-02-29T23:59:59Z");
    }
}
