//! Letters built to exhaust whoever reads them (RELIABILITY §4.5): every limit, and depths of 10 to 1,000,000.

use postroom_mail::{limits, read, show};
use std::time::{Duration, Instant};

fn quick<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    // Unoptimised and beside other tests; optimised it is a tenth of this.
    assert!(started.elapsed() < Duration::from_secs(20), "{what} took {:?}", started.elapsed());
    done
}

fn nested_letters(depth: usize) -> Vec<u8> {
    "Content-Type: message/rfc822\n\n".repeat(depth).into_bytes()
}

fn nested_parts(depth: usize) -> Vec<u8> {
    (0..depth).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect::<String>().into_bytes()
}

#[test]
fn parts_in_parts_and_letters_in_letters_are_safe_at_any_depth() {
    for depth in [10, 100, 10_000, 1_000_000] {
        for raw in [nested_letters(depth), nested_parts(depth)] {
            let reading = quick("reading", || read(&raw));
            assert!(reading.letter.is_ok(), "{depth}");
            quick("showing", || show::html(&raw, false));
        }
    }
    assert!(read(&nested_parts(100)).letter.expect("readable").remarks.iter().any(|remark| remark.contains("64 deep")));
}

#[test]
fn html_is_safe_at_any_depth() {
    for depth in [10, 100, 10_000, 1_000_000] {
        for tag in [
            "<div>",
            "<b a=1>",
            "<table><td>",
            "<p><b>",
            "<svg><g>",
            "<a href=https://example.com>",
            "<ul><li>",
            "<blockquote>",
            "<!--",
            "<",
            "</p>",
            "<font color=red>",
        ] {
            let raw = format!("Content-Type: text/html\n\n{}words", tag.repeat(depth));
            let shown = quick(tag, || show::html(raw.as_bytes(), false));
            assert!(shown.document.starts_with("<!doctype html>"));
            quick(tag, || read(raw.as_bytes()));
        }
    }
}

/// Formatting that HTML opens again in every block: a page of 1 MB would become one of gigabytes.
#[test]
fn html_that_multiplies_itself_does_not() {
    let formatting: String = (0..500).map(|n| format!("<b title={n}>")).collect();
    for block in ["<p>x", "<div>x</div>", "<table><td>x</table>", "<p>x</b></p>"] {
        let raw = format!("Content-Type: text/html\n\n{formatting}{}", block.repeat(50_000));
        let shown = quick(block, || show::html(raw.as_bytes(), false));
        assert!(shown.document.len() < 20 << 20, "{block}: {} octets", shown.document.len());
    }
}

#[test]
fn many_parts_headers_and_addresses_are_read_as_far_as_the_limit() {
    let parts = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\nContent-Type: application/pdf\n\nx\n".repeat(20_000));
    let letter = quick("parts", || read(parts.as_bytes())).letter.expect("readable");
    assert_eq!(letter.attachments.len(), limits::ATTACHMENTS);
    assert!(letter.remarks.iter().any(|remark| remark.contains("10,000 parts")), "{:?}", letter.remarks);

    let headers = format!("Subject: first\n{}Subject: last\n\nwords", "X-Filler: 0123456789\n".repeat(100_000));
    let letter = quick("headers", || read(headers.as_bytes())).letter.expect("readable");
    assert_eq!((letter.subject.as_str(), letter.text.as_str()), ("first", "words"));
    assert!(letter.remarks.iter().any(|remark| remark.contains("1 MB")), "{:?}", letter.remarks);

    let people = format!("To: {}\n\nwords", (0..40_000).map(|n| format!("p{n}@example.com")).collect::<Vec<_>>().join(",\n "));
    let letter = quick("people", || read(people.as_bytes())).letter.expect("readable");
    assert!(letter.people.len() <= limits::ADDRESSES);
}

#[test]
fn header_values_made_to_be_slow_are_not() {
    for piece in ["=?aa?q?x", "=?utf-8?Q?=", "(", "\"", "<", ",", "a@b,", "=?", "\\", "a*1=x;", "x=y;", ";", "name*0*=''%"] {
        for field in [
            "Subject",
            "To",
            "From",
            "Date",
            "Received",
            "Message-ID",
            "References",
            "Content-Type: text/plain; x",
            "Content-Disposition: attachment; x",
        ] {
            let raw = format!("{field}: {}\n\nwords", piece.repeat(900_000 / piece.len()));
            quick(&format!("{field} of {piece}"), || read(raw.as_bytes()));
        }
    }
}

#[test]
fn text_and_html_are_cut_at_their_limits() {
    let raw = format!("Content-Type: text/plain; charset=utf-8\n\n{}", "wörter ".repeat(200_000));
    let letter = read(raw.as_bytes()).letter.expect("readable");
    assert!(letter.text.len() <= limits::TEXT_OCTETS && letter.text.len() > limits::TEXT_OCTETS - 10);
    let raw = format!("Content-Type: text/html\n\n{}", "<p>words</p>".repeat(400_000));
    let shown = quick("long html", || show::html(raw.as_bytes(), false));
    assert!(shown.document.contains("only its first part is shown") && shown.document.len() < 2 * limits::HTML_OCTETS);
}
