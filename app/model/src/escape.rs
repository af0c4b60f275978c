//! Text inside an address.

/// Percent-encoded (RFC 3986): letters, digits and `-._~` stay, and what else is named in `also`.
pub fn escaped(text: &str, also: &str) -> String {
    text.bytes()
        .map(|byte| {
            let stays = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.as_bytes().contains(&byte);
            if stays { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_mean_something_in_an_address_is_encoded() {
        assert_eq!(escaped("a&b=ä/~", ""), "a%26b%3D%C3%A4%2F~");
        assert_eq!(escaped("/clients?words=a b", "/"), "/clients%3Fwords%3Da%20b");
    }
}
