//! Open sessions and how they came about: one's own, and for those who manage people, everybody's.

use super::{Office, Principal, Session, trouble::problem_of};
use crate::tokens;
use model::{EventRow, Permission, Problem, Role, SessionCard, SessionsView, SignInRow, UserId};
use postroom_store::EventQuery;

/// Sign-ins told of.
const HISTORY: i64 = 30;

impl Office {
    /// Sessions and sign-ins of a person.
    pub async fn sessions(&self, who: &Principal, session: Option<&Session>, user: UserId) -> Result<SessionsView, Problem> {
        self.may_see_sessions(who, user).await?;
        let current = session.map(|session| handle_of(&session.token_hash));
        let rows = self.store.sessions_of(user).await.map_err(problem_of)?;
        let open = rows
            .into_iter()
            .filter(|row| self.is_alive(row.created_at, row.seen_at))
            .map(|row| {
                let handle = handle_of(&row.token_hash);
                SessionCard {
                    current: current.as_deref() == Some(handle.as_str()),
                    device: device_of(&row.agent),
                    handle,
                    address: row.address,
                    started: row.created_at,
                    seen: row.seen_at,
                }
            })
            .collect();
        let query = EventQuery { subject: format!("user:{user}"), group: "session.".into(), ..EventQuery::default() };
        let events = self.store.find_events(&query, None, HISTORY).await.map_err(problem_of)?;
        Ok(SessionsView { open, history: events.into_iter().map(sign_in_of).collect() })
    }

    /// Ends one session of a person.
    pub async fn end_session_of(&self, who: &Principal, user: UserId, handle: &str) -> Result<(), Problem> {
        self.may_see_sessions(who, user).await?;
        let rows = self.store.sessions_of(user).await.map_err(problem_of)?;
        let row = rows.into_iter().find(|row| tokens::same(&handle_of(&row.token_hash), handle)).ok_or(Problem::NotFound)?;
        self.store.end_session(&row.token_hash).await.map_err(problem_of)?;
        self.sessions_changed();
        self.record(who, "session.ended", format!("user:{user}"), format!("{} at {}", device_of(&row.agent), row.address)).await
    }

    async fn may_see_sessions(&self, who: &Principal, user: UserId) -> Result<(), Problem> {
        who.need_somebody()?;
        if who.user() == Some(user) || who.is_administrator() {
            return Ok(());
        }
        let record = self.store.user(user).await.map_err(problem_of)?;
        let theirs = record.is_some_and(|record| record.role != Role::Administrator);
        if theirs && who.may(Permission::UsersManage) { Ok(()) } else { Err(Problem::NotFound) }
    }
}

/// Names a session on pages: a hash of the hash, so nothing can be done with it elsewhere.
fn handle_of(token_hash: &[u8]) -> String {
    tokens::hex(&tokens::digest(&tokens::hex(token_hash))[..8])
}

fn sign_in_of(event: EventRow) -> SignInRow {
    let (good, what) = match event.action.as_str() {
        "session.started" => (true, "Signed in"),
        "session.ended" => (true, "Session ended"),
        "session.all_ended" => (true, "Signed out everywhere"),
        "session.refused" => (false, "Wrong password"),
        "session.code_refused" => (false, "Wrong code"),
        "session.recovery_code_used" => (true, "Recovery code used"),
        other => (true, other),
    };
    SignInRow { at: event.at, good, what: what.to_owned(), detail: event.detail }
}

/// "Firefox on Windows", from what a browser says of itself. Order matters: many call themselves Chrome and Safari too.
fn device_of(agent: &str) -> String {
    const BROWSERS: &[(&str, &str)] = &[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: &[(&str, &str)] = &[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A program on {system}"),
        (None, None) => "An unknown program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_people_name_them() {
        let cases = [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari on Mac",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("", "An unknown program"),
        ];
        for (agent, words) in cases {
            assert_eq!(device_of(agent), words);
        }
    }
}
