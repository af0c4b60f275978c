//! The cleaning layer alone (RELIABILITY §3.2, §3.3): known attacks come out harmless, honest letters readable.

use postroom_mail::show::{self, Shown};

fn html(page: &str, remote: bool) -> Shown {
    show::html(format!("Content-Type: text/html; charset=utf-8\n\n{page}").as_bytes(), remote)
}

/// The inside of the document.
fn body(shown: &Shown) -> String {
    let (_, body) = shown.document.split_once("<body").expect("a body");
    body.split_once('>').expect("its end").1.replace("</body></html>\n", "").trim_end().to_owned()
}

#[test]
fn attacks_come_out_harmless() {
    for attack in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><animate attributeName=href values=javascript:alert(1)><a><text>x",
        "<svg><use href=\"data:image/svg+xml,<svg onload=alert(1)>\"></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"java\tscript:alert(1)\">x</a>",
        "<a href=\" &#106;avascript:alert(1)\">x</a>",
        "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
        "<iframe src=https://evil.example></iframe>",
        "<object data=https://evil.example></object><embed src=https://evil.example>",
        "<base href=https://evil.example><link rel=stylesheet href=https://evil.example>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<form action=https://evil.example><input name=password><button>Sign in</button></form>",
        "<style>@import url(https://evil.example);p{background:url(https://evil.example)}</style>",
        "<p style=\"background:url(https://evil.example)\">x</p>",
        "<p style=\"background:u\\72l(https://evil.example)\">x</p>",
        "<p style=\"position:fixed !important;inset:0\">x</p>",
        "<div id=body name=cookie class=true-host>x</div>",
        "<img src=\"data:image/svg+xml;base64,PHN2Zz4=\">",
        "<img src=\"cid:nowhere\">",
        "<img srcset=\"https://evil.example 1x\">",
        "<video poster=https://evil.example src=https://evil.example></video><audio src=https://evil.example>",
        "<body background=https://evil.example onload=alert(1)>",
        "<template><script>alert(1)</script></template>",
        "<plaintext><img src=x onerror=alert(1)>",
        "<title><img src=x onerror=alert(1)></title>",
        "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\">",
        "<xmp><img title=\"</xmp><img src=x onerror=alert(1)>\">",
        "<details open ontoggle=alert(1)>x</details>",
        "<a href='https://ok.example' target=_self rel=opener onclick=x>x</a>",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<p title='\"><script>alert(1)</script>'>x",
    ] {
        let shown = html(attack, false);
        let inside = body(&shown).to_ascii_lowercase();
        // What stands in a title is words, however it looks.
        let tags: String = inside
            .split('<')
            .skip(1)
            .filter_map(|piece| piece.split('>').next())
            .map(|tag| tag.split(" title=").next().unwrap_or(tag))
            .collect::<Vec<_>>()
            .join("\n");
        for never in [
            "script", "svg", "math", "iframe", "object", "embed", "form", "input", "button", "style", "link", "meta", "base", "video",
            "audio", "template",
        ] {
            assert!(!inside.contains(&format!("<{never}")), "{attack}\n{inside}");
        }
        for never in [
            "onerror",
            "onload",
            "onclick",
            "ontoggle=",
            "javascript",
            "evil.example",
            "url(",
            "fixed",
            " id=",
            " name=",
            "data:",
            "_self",
            "opener onclick",
        ] {
            assert!(!tags.contains(never), "{never}: {attack}\n{inside}");
        }
    }
}

// RELIABILITY §3.3: links say where they lead.
#[test]
fn links_open_apart_and_tell_their_true_host() {
    let shown = html("<a href=\"https://evil.example/x\">www.bank.example</a> <a href=https://bank.example/a>bank.example</a>", false);
    assert_eq!(
        body(&shown),
        "<a href=\"https://evil.example/x\" target=\"_blank\" rel=\"noopener noreferrer\">www.bank.example</a><span class=\"true-host\"> [evil.example]</span> \
         <a href=\"https://bank.example/a\" target=\"_blank\" rel=\"noopener noreferrer\">bank.example</a>"
    );
}

// P22
#[test]
fn pictures_from_the_network_wait_until_asked_for() {
    let page = "<img src=\"https://tracker.example/x.gif\" alt=\"Our logo\" width=20><img src='//cdn.example/y.png'>";
    let held = html(page, false);
    assert!(
        held.remote_held_back && !held.document.contains("tracker.example") && !held.document.contains("cdn.example"),
        "{}",
        held.document
    );
    assert_eq!(body(&held), "<img class=\"held-back\" alt=\"Our logo\" width=\"20\"><img class=\"held-back\">");
    let let_in = html(page, true);
    assert!(!let_in.remote_held_back);
    assert_eq!(
        body(&let_in),
        "<img src=\"https://tracker.example/x.gif\" alt=\"Our logo\" width=\"20\"><img src=\"https://cdn.example/y.png\">"
    );
    for page in [
        "<p style=\"background:url(https://t.example)\">x",
        "<style>p{background:url('https://t.example')}</style>x",
        "<table background=https://t.example><td>x",
    ] {
        assert!(html(page, false).remote_held_back, "{page}");
    }
}

#[test]
fn honest_letters_keep_their_shape() {
    for (page, shown) in [
        ("<p>Hello <b>Ada</b>,<br>bye</p>", "<p>Hello <b>Ada</b>,<br>bye</p>"),
        (
            "<table width=600 bgcolor=\"#ffffff\"><tr><td colspan=2 style=\"padding:10px;color:#333\">x</td></tr></table>",
            "<table width=\"600\" bgcolor=\"#ffffff\"><tbody><tr><td colspan=\"2\" style=\"padding:10px;color:#333;\">x</td></tr></tbody></table>",
        ),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("a &amp; b &lt; c &copy;", "a &amp; b &lt; c ©"),
        ("<blockquote type=cite>x</blockquote>", "<blockquote>x</blockquote>"),
        ("<h1 align=center>x</h1>", "<h1 align=\"center\">x</h1>"),
    ] {
        assert_eq!(body(&html(page, false)), shown, "{page}");
    }
}

#[test]
fn a_letter_that_sets_colours_keeps_a_white_sheet() {
    for (page, white) in [
        ("<p>x", false),
        ("<p style=color:red>x", true),
        ("<body bgcolor=white>x", true),
        ("<font color=blue>x</font>", true),
        ("<td bgcolor=red>", false),
    ] {
        assert_eq!(html(page, false).document.contains("<body class=\"white\">"), white, "{page}");
    }
}

#[test]
fn plain_text_is_escaped_and_followable() {
    let shown = show::text("Subject: x\n\n<b>not bold</b> https://example.com/?a=1&b=2\n> quoted <script>\n".as_bytes());
    assert_eq!(
        body(&shown),
        "<div class=\"plain\">&lt;b&gt;not bold&lt;/b&gt; <a href=\"https://example.com/?a=1&amp;b=2\" rel=\"noopener noreferrer\" target=\"_blank\">https://example.com/?a=1&amp;b=2</a>\n\
         <span class=\"quoted\">&gt; quoted &lt;script&gt;\n</span>\n</div>"
    );
    assert!(shown.document.starts_with("<!doctype html>\n<html><head><meta charset=\"utf-8\">"));
}

#[test]
fn a_letter_without_html_is_shown_as_text() {
    assert_eq!(show::html(b"Subject: x\n\nhello", false).document, show::text(b"Subject: x\n\nhello").document);
}
