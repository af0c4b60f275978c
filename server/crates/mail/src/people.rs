//! Who stands in the headers of addresses.

use crate::{
    address, charset, clean,
    field::{Field, decode_words, join_words},
    limits,
};
use mail_parser::{HeaderValue, parsers::MessageStream};
use model::{AddressRole, Mailbox};

/// Octets of a list decoded at once: decoding is quadratic in the worst case, lists of thousands are real.
const SLICE: usize = 4 << 10;

/// Everybody in the headers of a letter: canonical addresses, decoded names; each address once a role.
pub(crate) fn of(fields: &[Field<'_>]) -> Vec<(AddressRole, Mailbox)> {
    let mut people: Vec<(AddressRole, Mailbox)> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for role in AddressRole::ALL {
        for field in fields.iter().filter(|field| field.is(role.label())) {
            for (name, address) in mailboxes(field) {
                let Some(address) = address.as_deref().and_then(address::canonical) else { continue };
                if people.len() < limits::ADDRESSES && known.insert((role, address.clone())) {
                    people.push((role, Mailbox { name, address }));
                }
            }
        }
    }
    people
}

/// Name (decoded, maybe empty) and address (as written) of each entry of a list; groups are opened.
pub(crate) fn mailboxes(field: &Field<'_>) -> Vec<(String, Option<String>)> {
    let text = charset::header(field.value);
    let mut list = Vec::new();
    for slice in slices(&text) {
        let mut octets = if slice.contains("=?") { join_words(slice).into_bytes() } else { slice.as_bytes().to_vec() };
        octets.push(b'\n');
        if let HeaderValue::Address(found) = MessageStream::new(&octets).parse_address() {
            for entry in found.iter() {
                let name = entry.name.as_deref().map(|name| clean::line(&decode_words(clean::start(name, SLICE)))).unwrap_or_default();
                list.push((name, entry.address.as_deref().map(clean::line)));
            }
        }
    }
    list
}

/// The list in pieces of about [`SLICE`] octets, cut at commas outside quotes and brackets where there are any.
fn slices(text: &str) -> Vec<&str> {
    let mut slices = Vec::new();
    let (mut start, mut comma, mut quoted, mut bracket) = (0, None, false, false);
    for (at, b) in text.bytes().enumerate() {
        match b {
            b'"' if at == 0 || text.as_bytes()[at - 1] != b'\\' => quoted = !quoted,
            b'<' if !quoted => bracket = true,
            b'>' if !quoted => bracket = false,
            b',' if !quoted && !bracket => comma = Some(at),
            _ => {}
        }
        if at - start >= SLICE {
            let mut cut = comma.take().filter(|at| *at >= start).map_or(at, |at| at + 1);
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            slices.push(&text[start..cut]);
            start = cut;
            (quoted, bracket) = (false, false);
        }
    }
    slices.push(&text[start..]);
    slices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(value: &str) -> Vec<(String, String)> {
        let field = Field { name: "To", value: value.as_bytes() };
        of(&[field]).into_iter().map(|(_, mailbox)| (mailbox.name, mailbox.address)).collect()
    }

    // P24
    #[test]
    fn names_and_addresses_are_found_in_every_form() {
        for (value, name, address) in [
            ("Ada <Ada@Example.com>", "Ada", "ada@example.com"),
            ("\"Lovelace, Ada\" <ada@example.com>", "Lovelace, Ada", "ada@example.com"),
            ("ada@example.com (Ada)", "Ada", "ada@example.com"),
            ("=?utf-8?Q?J=C3=B6rg?= <j@example.com>", "Jörg", "j@example.com"),
            ("\"=?utf-8?Q?J=C3=B6rg?=\" <j@example.com>", "Jörg", "j@example.com"),
            ("=?utf-8?B?TcM=?= =?utf-8?B?vGxsZXI=?= <j@example.com>", "Müller", "j@example.com"),
            ("=?utf-8?Q?M=C3=BC,_A?= <j@example.com>", "Mü, A", "j@example.com"),
            ("<j@example.com>", "", "j@example.com"),
            ("Team: ada@example.com;", "", "ada@example.com"),
            ("Ada\r\n Lovelace\r\n\t<ada@example.com>", "Ada Lovelace", "ada@example.com"),
        ] {
            assert_eq!(list(value), [(name.to_owned(), address.to_owned())], "{value:?}");
        }
        assert!(list("undisclosed-recipients:;").is_empty());
        assert!(list("MAILER-DAEMON").is_empty());
    }

    #[test]
    fn a_list_of_thousands_is_read_to_its_end() {
        let value = (0..3000).map(|n| format!("\"Person, {n}\" <p{n}@example.com>")).collect::<Vec<_>>().join(",\r\n ");
        let found = list(&value);
        assert_eq!(found.len(), 3000);
        assert_eq!(found[2999], ("Person, 2999".to_owned(), "p2999@example.com".to_owned()));
    }
}
