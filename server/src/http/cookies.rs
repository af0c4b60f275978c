//! Cookies of ours: names, attributes, reading them back.
//!
//! Must never: set one without `HttpOnly` and `SameSite=Lax` (Strict would lose the way back from a provider's sign-in page).

use http::{HeaderMap, header::COOKIE};

/// Seconds that a browser stays known: about half a year.
const KNOWN_FOR: u32 = 180 * 24 * 60 * 60;

/// Seconds that a second step may take.
const STEP: u32 = 10 * 60;

/// Names and attributes, which differ behind TLS.
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    /// A proxy in front speaks TLS: `Secure`, and the prefix that browsers enforce.
    pub behind_tls: bool,
}

impl Cookies {
    fn name(self, plain: &str) -> String {
        if self.behind_tls { format!("__Host-{plain}") } else { plain.to_owned() }
    }

    fn set(self, plain: &str, value: &str, age: Option<u32>) -> String {
        let age = age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        let secure = if self.behind_tls { "; Secure" } else { "" };
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", self.name(plain))
    }

    /// Starts a session; it ends with the browser, or sooner by the office's clock.
    pub fn start_session(self, token: &str) -> String {
        self.set("postroom_session", token, None)
    }

    /// Ends the session.
    pub fn end_session(self) -> String {
        self.set("postroom_session", "", Some(0))
    }

    /// Makes this browser known to one account.
    pub fn know_browser(self, signed: &str) -> String {
        self.set("postroom_browser", signed, Some(KNOWN_FOR))
    }

    /// The password was right: stands for the second step.
    pub fn begin_step(self, token: &str) -> String {
        self.set("postroom_step", token, Some(STEP))
    }

    /// Forgets the second step.
    pub fn end_step(self) -> String {
        self.set("postroom_step", "", Some(0))
    }

    /// What stands for the second step, if it came.
    pub fn step(self, headers: &HeaderMap) -> Option<String> {
        read(headers, &self.name("postroom_step"))
    }

    /// Keeps what was typed for a minute.
    pub fn keep_typed(self, value: &str) -> String {
        self.set("postroom_typed", value, Some(60))
    }

    /// Forgets what was typed.
    pub fn forget_typed(self) -> String {
        self.set("postroom_typed", "", Some(0))
    }

    /// What was typed, if it came.
    pub fn typed(self, headers: &HeaderMap) -> Option<String> {
        read_long(headers, &self.name("postroom_typed"), 4000)
    }

    /// The session's token, if one came.
    pub fn session(self, headers: &HeaderMap) -> Option<String> {
        read(headers, &self.name("postroom_session"))
    }

    /// The mark of a known browser, if one came; its signature is not checked here.
    pub fn browser(self, headers: &HeaderMap) -> Option<String> {
        read(headers, &self.name("postroom_browser"))
    }
}

/// The value of a cookie; the first wins, as in RFC 6265 §5.4's order.
fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    read_long(headers, name, 256)
}

fn read_long(headers: &HeaderMap, name: &str, longest: usize) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && !value.is_empty() && value.len() <= longest)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_tls_the_cookie_is_secure_and_bound_to_the_host() {
        // RELIABILITY §4.2, ASVS V3.3.1
        assert_eq!(
            Cookies { behind_tls: true }.start_session("abc"),
            "__Host-postroom_session=abc; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(Cookies { behind_tls: false }.start_session("abc"), "postroom_session=abc; Path=/; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_cookie_is_found_among_others_and_only_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "theme=dark; xpostroom_session=1".parse().unwrap());
        headers.append(COOKIE, "postroom_session=abc".parse().unwrap());
        assert_eq!(Cookies { behind_tls: false }.session(&headers).as_deref(), Some("abc"));
        assert_eq!(Cookies { behind_tls: true }.session(&headers), None);
    }
}
