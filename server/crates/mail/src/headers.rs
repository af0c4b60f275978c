//! Every header field, for the page that shows them all.

use crate::{clean, field, mime};

/// Name and value of each field in the order of the letter, values decoded and on one line.
pub fn of(raw: &[u8]) -> Vec<(String, String)> {
    std::panic::catch_unwind(|| {
        let raw = mime::with_line_feeds(raw);
        field::split(&raw).fields.iter().map(|field| (clean::line(field.name), field.text())).collect()
    })
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_fields_are_listed_in_their_order() {
        let raw = b"Received: a\r\n by b\r\nSUBJECT: =?utf-8?Q?M=C3=BC?=\r\nReceived: c\r\n\r\nReceived: not me";
        let expected = [("Received", "a by b"), ("SUBJECT", "Mü"), ("Received", "c")];
        assert_eq!(super::of(raw), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
