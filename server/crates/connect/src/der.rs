//! Just enough DER (X.690, RFC 5280) to show a certificate to a person. Must never: be trusted for a decision, or fail on
//! hostile input by anything but absence.

/// What stands in a certificate.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// DER of the issuer's name.
    pub issuer: Vec<u8>,
    /// DER of the subject's name.
    pub subject: Vec<u8>,
    pub valid_from: Option<i64>,
    pub valid_to: Option<i64>,
    pub names: Vec<String>,
}

/// One element: tag, content, rest.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 {
            return None;
        }
        let (bytes, rest) = rest.split_at_checked(count)?;
        (bytes.iter().fold(0_usize, |sum, b| (sum << 8) | usize::from(*b)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// Reads issuer, validity, subject and alternative names.
pub(crate) fn certificate(der: &[u8]) -> Option<Read> {
    let (_, outer, _) = element(der)?;
    let (_, mut rest, _) = element(outer)?;
    let (tag, _, after) = element(rest)?;
    if tag == 0xa0 {
        rest = after; // version
    }
    let (_, _, rest) = element(rest)?; // serial number
    let (_, _, rest) = element(rest)?; // signature
    let (_, issuer, rest) = element(rest)?;
    let (_, validity, rest) = element(rest)?;
    let (_, subject, rest) = element(rest)?;
    let (_, _, mut rest) = element(rest)?; // public key
    let (from_tag, from, after) = element(validity)?;
    let (to_tag, to, _) = element(after)?;
    let mut names = Vec::new();
    while let Some((tag, content, after)) = element(rest) {
        if tag == 0xa3 {
            names = alternative_names(content).unwrap_or_default();
        }
        rest = after;
    }
    Some(Read { issuer: issuer.to_vec(), subject: subject.to_vec(), valid_from: time(from_tag, from), valid_to: time(to_tag, to), names })
}

fn alternative_names(extensions: &[u8]) -> Option<Vec<String>> {
    let (_, mut list, _) = element(extensions)?;
    let mut names = Vec::new();
    while let Some((_, extension, after)) = element(list) {
        list = after;
        let (_, id, mut value) = element(extension)?;
        if id != [0x55, 0x1d, 0x11] {
            continue;
        }
        if let Some((0x01, _, after)) = element(value) {
            value = after; // critical
        }
        let (_, octets, _) = element(value)?;
        let (_, mut entries, _) = element(octets)?;
        while let Some((tag, content, after)) = element(entries) {
            entries = after;
            match (tag, content.len()) {
                (0x82, _) => names.push(readable(content)),
                (0x87, 4) => names.push(format!("{}.{}.{}.{}", content[0], content[1], content[2], content[3])),
                (0x87, 16) => {
                    let bytes: [u8; 16] = content.try_into().ok()?;
                    names.push(std::net::Ipv6Addr::from(bytes).to_string());
                }
                _ => {}
            }
            if names.len() >= 20 {
                return Some(names);
            }
        }
    }
    Some(names)
}

/// A distinguished name's common name, else organisation, else all of its words.
pub(crate) fn name(der: &[u8]) -> String {
    let mut rest = der;
    let mut parts: Vec<(Vec<u8>, String)> = Vec::new();
    while let Some((_, set, after)) = element(rest) {
        rest = after;
        let Some((_, pair, _)) = element(set) else { break };
        let Some((_, id, value)) = element(pair) else { break };
        let Some((_, value, _)) = element(value) else { break };
        parts.push((id.to_vec(), readable(value)));
    }
    let of = |id: [u8; 3]| parts.iter().find(|(known, _)| known.as_slice() == id).map(|(_, value)| value.clone());
    match (of([0x55, 0x04, 0x03]), of([0x55, 0x04, 0x0a])) {
        (Some(common), Some(organisation)) => format!("{common} ({organisation})"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "no name".to_owned(),
    }
}

fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).take(120).collect()
}

/// UTCTime and GeneralizedTime in milliseconds.
fn time(tag: u8, content: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    let text = match (tag, text.len()) {
        (0x17, 12) => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        (0x18, 14) => text.to_owned(),
        _ => return None,
    };
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    let date = jiff::civil::Date::new(text.get(..4)?.parse().ok()?, number(4, 6)?, number(6, 8)?).ok()?;
    let at = date.at(number(8, 10)?.min(23), number(10, 12)?.min(59), number(12, 14)?.min(59), 0);
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}
