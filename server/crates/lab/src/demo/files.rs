//! Files to attach: small, but what they say they are (a viewer opens them).

use crate::random::Dice;

/// The content of a file, by the ending of its name, and its type.
pub(super) fn content(dice: &mut Dice, name: &str) -> (Vec<u8>, &'static str) {
    match name.rsplit('.').next() {
        Some("png") => (png(dice), "image/png"),
        Some("docx") => (docx(name), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        Some("csv") => (csv(dice).into_bytes(), "text/csv; charset=utf-8"),
        Some("zip") => (zip(&[("read me.txt", b"Nothing to see here.\r\n")]), "application/zip"),
        Some("txt") => (b"A note for the file.\r\n".to_vec(), "text/plain; charset=utf-8"),
        _ => (pdf(name), "application/pdf"),
    }
}

/// One page with the name on it.
fn pdf(name: &str) -> Vec<u8> {
    let title: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || " .,-".contains(c) { c } else { '?' }).collect();
    let page =
        format!("BT /F1 22 Tf 72 740 Td ({title}) Tj 0 -40 Td /F1 12 Tf (Bell & Carter, Financial Planning. A made-up document.) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    let start = out.len();
    out.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for place in places {
        out.push_str(&format!("{place:010} 00000 n \n"));
    }
    out.push_str(&format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1));
    out.into_bytes()
}

/// A picture of a few bars, 160 by 100.
fn png(dice: &mut Dice) -> Vec<u8> {
    const WIDE: usize = 160;
    const HIGH: usize = 100;
    let bars: Vec<usize> = (0..8).map(|_| 15 + dice.below(75)).collect();
    let mut rows = Vec::with_capacity((WIDE + 1) * HIGH);
    for y in 0..HIGH {
        rows.push(0);
        for x in 0..WIDE {
            let inside = x % 20 > 3 && HIGH - y <= bars[x / 20];
            rows.push(if inside { 1 + (x / 20 % 2) as u8 } else { 0 });
        }
    }
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::from((WIDE as u32).to_be_bytes());
    head.extend_from_slice(&(HIGH as u32).to_be_bytes());
    head.extend_from_slice(&[8, 3, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &head);
    chunk(&mut out, b"PLTE", &[250, 247, 240, 42, 96, 142, 196, 124, 58]);
    chunk(&mut out, b"IDAT", &stored(&rows));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    let code = crc32(&out[start..]);
    out.extend_from_slice(&code.to_be_bytes());
}

/// zlib without compressing (RFC 1951 §3.2.4).
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = data.chunks(0xFFFF).count();
    for (at, block) in data.chunks(0xFFFF).enumerate() {
        let length = block.len() as u16;
        out.push(u8::from(at + 1 == blocks));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for &octet in data {
        a = (a + u32::from(octet)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend_from_slice(&((b << 16) | a).to_be_bytes());
    out
}

fn crc32(data: &[u8]) -> u32 {
    let mut code = !0u32;
    for &octet in data {
        code ^= u32::from(octet);
        for _ in 0..8 {
            code = if code & 1 == 1 { (code >> 1) ^ 0xEDB8_8320 } else { code >> 1 };
        }
    }
    !code
}

fn docx(name: &str) -> Vec<u8> {
    let title: String = name.chars().filter(|c| !"<>&".contains(*c)).collect();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body><w:p><w:r><w:t>{title}</w:t></w:r></w:p><w:p><w:r><w:t>A made-up document.</w:t></w:r></w:p></w:body></w:document>"
    );
    zip(&[
        (
            "[Content_Types].xml",
            b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
              <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
              <Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>",
        ),
        (
            "_rels/.rels",
            b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
              <Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>",
        ),
        ("word/document.xml", document.as_bytes()),
    ])
}

/// A ZIP archive of files as they are.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, data) in files {
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x58];
        common.extend_from_slice(&crc32(data).to_le_bytes());
        common.extend_from_slice(&(data.len() as u32).to_le_bytes());
        common.extend_from_slice(&(data.len() as u32).to_le_bytes());
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        let place = out.len() as u32;
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(data);
        list.extend_from_slice(b"PK\x01\x02\x14\x00");
        list.extend_from_slice(&common);
        list.extend_from_slice(&[0; 10]);
        list.extend_from_slice(&place.to_le_bytes());
        list.extend_from_slice(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend_from_slice(&list);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&(files.len() as u16).to_le_bytes());
    out.extend_from_slice(&(files.len() as u16).to_le_bytes());
    out.extend_from_slice(&(list.len() as u32).to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

fn csv(dice: &mut Dice) -> String {
    let mut text = String::from("Year;Paid in;Value\r\n");
    let mut value = 10_000 + dice.below(90_000);
    for year in 1..=10 {
        let paid = 600 + 50 * dice.below(20);
        value += paid + value * dice.below(7) / 100;
        text.push_str(&format!("{year};{paid};{value}\r\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(&stored(b"Wikipedia")[stored(b"Wikipedia").len() - 4..], [0x11, 0xE6, 0x03, 0x98]);
    }
}
