//! What a POP3 server can do, as named truths (RFC 2449). Must never: be carried over from before encryption (RFC 2595 §4).

/// Named capabilities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PopCapabilities {
    /// Takes USER and PASS.
    pub user: bool,
    /// Ways to sign in by AUTH, upper case.
    pub sasl: Vec<String>,
    /// Encrypts on request.
    pub stls: bool,
    /// Names letters by text that stays.
    pub uidl: bool,
    /// Shows a letter's head alone.
    pub top: bool,
    /// Takes commands before it answered the ones before.
    pub pipelining: bool,
    /// Starts its refusals with a code in brackets (RFC 2449 §8, RFC 3206).
    pub response_codes: bool,
    /// Seconds between two sessions.
    pub login_delay: Option<u32>,
    /// Days that the server keeps a letter after it was retrieved: it deletes by itself then; `None` = it says nothing or never.
    pub expire_days: Option<u32>,
    /// As the server wrote them, upper case.
    pub all: Vec<String>,
}

impl PopCapabilities {
    /// Reads the lines between `+OK` and the dot.
    pub(crate) fn read(lines: &[String]) -> Self {
        let mut can = Self::default();
        for line in lines {
            let mut words = line.split_ascii_whitespace().map(str::to_ascii_uppercase);
            let Some(name) = words.next().filter(|name| name.len() <= 60 && name.bytes().all(|b| b.is_ascii_graphic())) else { continue };
            let number = |word: Option<String>| word.and_then(|word| word.parse().ok());
            match name.as_str() {
                "USER" => can.user = true,
                "SASL" => can.sasl.extend(words.take(30)),
                "STLS" => can.stls = true,
                "UIDL" => can.uidl = true,
                "TOP" => can.top = true,
                "PIPELINING" => can.pipelining = true,
                "RESP-CODES" | "AUTH-RESP-CODE" => can.response_codes = true,
                "LOGIN-DELAY" => can.login_delay = number(words.next()),
                "EXPIRE" => can.expire_days = number(words.next()),
                _ => {}
            }
            can.all.push(name);
        }
        can
    }

    pub(crate) fn offers(&self, mechanism: &str) -> bool {
        self.sasl.iter().any(|known| known == mechanism)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_read_line_by_line() {
        let lines: Vec<String> =
            ["TOP", "sasl PLAIN LOGIN", "EXPIRE NEVER", "LOGIN-DELAY 900 USER", "", "X\u{e9}", "PIPELINING"].map(str::to_owned).into();
        let can = PopCapabilities::read(&lines);
        assert!(can.top && can.pipelining && can.offers("PLAIN") && !can.user && !can.stls);
        assert_eq!((can.login_delay, can.expire_days), (Some(900), None));
        assert_eq!(PopCapabilities::read(&["EXPIRE 0".into()]).expire_days, Some(0));
    }
}
