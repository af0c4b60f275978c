//! A server's reply: a code that decides, and words that are kept as they are.

use crate::error::one_line;

/// A whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpReply {
    /// Three digits.
    pub code: u16,
    /// The words of its lines, without codes.
    pub lines: Vec<String>,
}

impl SmtpReply {
    /// 2yz.
    pub fn is_yes(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4yz: later.
    pub fn is_later(&self) -> bool {
        self.code / 100 == 4
    }

    /// 5yz: never.
    pub fn is_no(&self) -> bool {
        self.code / 100 == 5
    }

    /// The code in three parts (RFC 2034), if the server gives one that agrees with the first digit.
    pub fn enhanced(&self) -> Option<(u8, u16, u16)> {
        let word = self.lines.first()?.split(' ').next()?;
        let mut parts = word.split('.');
        let class: u8 = parts.next()?.parse().ok()?;
        let (subject, detail) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        (parts.next().is_none() && u16::from(class) == self.code / 100).then_some((class, subject, detail))
    }

    /// The server does not let whoever signed in write as this sender.
    pub fn denies_sender(&self) -> bool {
        let words = self.text().to_ascii_lowercase();
        let said = || ["sendasdenied", "permissions to send as", "not allowed to send as"].iter().any(|known| words.contains(known));
        self.is_no() && (self.enhanced() == Some((5, 7, 60)) || said())
    }

    /// Word for word on one line: `550 5.1.1 No such user`.
    pub fn text(&self) -> String {
        one_line(&format!("{} {}", self.code, self.lines.join(" ")))
    }
}

/// One line of a reply: its code, whether it is the last one, its words.
pub(super) fn read_line(line: &str) -> Option<(u16, bool, &str)> {
    let digits = line.get(..3).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let code: u16 = digits.parse().ok().filter(|code| (200..600).contains(code))?;
    match line.as_bytes().get(3) {
        None => Some((code, true, "")),
        Some(b' ') => Some((code, true, &line[4..])),
        Some(b'-') => Some((code, false, &line[4..])),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_replies_are_told_from_anything_else() {
        assert_eq!(read_line("250 ok"), Some((250, true, "ok")));
        assert_eq!(read_line("250-SIZE 5"), Some((250, false, "SIZE 5")));
        assert_eq!(read_line("354"), Some((354, true, "")));
        for odd in ["", "25", "ab0 x", "199 x", "600 x", "250x", "+OK", "é50 x"] {
            assert_eq!(read_line(odd), None, "{odd}");
        }
    }

    // As Exchange words it, in front of a letter and behind it.
    #[test]
    fn a_sender_that_is_not_permitted_is_told_from_other_refusals() {
        let reply = |code, text: &str| SmtpReply { code, lines: vec![text.to_owned()] };
        assert!(reply(550, "5.7.60 SMTP; Client does not have permissions to send as this sender").denies_sender());
        assert!(reply(554, "5.2.252 SendAsDenied; ada@contoso.example not allowed to send as bo@contoso.example").denies_sender());
        assert!(!reply(550, "5.1.1 No such user").denies_sender() && !reply(450, "4.7.60 later").denies_sender());
    }

    #[test]
    fn an_enhanced_code_counts_only_where_it_agrees() {
        let reply = |code, text: &str| SmtpReply { code, lines: vec![text.to_owned()] };
        assert_eq!(reply(550, "5.1.1 No such user").enhanced(), Some((5, 1, 1)));
        assert_eq!(reply(250, "5.1.1 odd").enhanced(), None);
        assert_eq!(reply(550, "No such user").enhanced(), None);
        assert_eq!(reply(550, "5.1.1\tNo\u{7}such\nuser").text(), "550 5.1.1 No such user");
    }
}
