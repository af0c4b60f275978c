use std::time::Instant;
#[test]
fn speed() {
    let words = "Dear Ben, the words of this letter are about the annual review and so on. ".repeat(450);
    let words2 = "Liebe Grüße, die Überprüfung der Beträge läuft über Köln weiter so fort. ".repeat(450);
    let lines = |w: &str| w.as_bytes().chunks(75).map(|c| String::from_utf8_lossy(c).into_owned()).collect::<Vec<_>>().join("\r\n");
    let head = "Received: from a by b; Fri, 3 May 2024 10:16:00 +0000\r\nReceived: from a by b; Fri, 3 May 2024 10:16:00 +0000\r\nFrom: Ada <ada@example.com>\r\nTo: Ben <ben@example.com>, Cleo <c@example.com>\r\nDate: Fri, 3 May 2024 10:16:00 +0000\r\nMessage-ID: <x@y>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n";
    let html: String = words
        .split('.')
        .map(|s| {
            format!("<tr><td style=\"padding:1px;color:#333\"><p>{s} <a href=\"https://example.com/{}\">here</a></p></td></tr>\n", s.len())
        })
        .collect();
    let html = format!("<html><body><table>{html}</table></body></html>");
    use base64::Engine;
    let b64 = lines(&base64::prelude::BASE64_STANDARD.encode(vec![0xd7u8; 50_000]));
    for (n, raw) in [
        ("plain", format!("{head}\r\n{}", lines(&words)).repeat(2)),
        ("plain-utf8", format!("{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{}", lines(&words2)).repeat(2)),
        ("html", format!("{head}Content-Type: text/html\r\n\r\n{html}")),
        (
            "alt",
            format!(
                "{head}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n{}\r\n--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--",
                lines(&words)
            ),
        ),
        (
            "file",
            format!(
                "{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Type: application/pdf; name=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{b64}\r\n--b--"
            ),
        ),
    ] {
        let t = Instant::now();
        for _ in 0..100 {
            std::hint::black_box(postroom_mail::read(raw.as_bytes()));
        }
        let r = t.elapsed() / 100;
        let t = Instant::now();
        for _ in 0..10 {
            std::hint::black_box(postroom_mail::show::html(raw.as_bytes(), false));
        }
        let s = t.elapsed() / 10;
        let l = postroom_mail::read(raw.as_bytes()).letter.unwrap();
        let t = Instant::now();
        for _ in 0..100 {
            std::hint::black_box(postroom_mail::words::fold(&l.text));
        }
        let f = t.elapsed() / 100;
        eprintln!("{n}: {} octets read {r:?} show {s:?} fold {f:?} ({})", raw.len(), l.text.len());
    }
}
