//! Letters out of the ordinary: what an office gets besides conversations.

use super::cast::{Correspondent, DemoClient, staff};
use super::letter::{Clothing, Draft, multipart, received, words};
use super::mailroom::{MAILBOXES, Mailroom};
use crate::corpus::{base64_lines, header_date};

const DAY: i64 = 86_400;

/// Adds them all.
pub(super) fn fill(room: &mut Mailroom) {
    newsletters(room);
    everyday(room);
    private(room);
    old_mail_of_frank(room);
    for client in room.clients.clone().iter().step_by(3) {
        automatic_answer(room, client);
    }
    for client in room.clients.clone().iter().skip(1).step_by(6) {
        bounce(room, client);
        forwarded(room, client);
        forwarded_as_a_file(room, client);
    }
    list_letters(room);
    lure(room);
    bare_letters(room);
}

fn moment(room: &mut Mailroom, newest: i64, oldest: i64) -> i64 {
    room.now - newest * DAY - room.dice.below(((oldest - newest) * DAY) as usize) as i64
}

fn clerk(at: usize) -> Correspondent {
    Correspondent::new(staff()[at].name, staff()[at].email)
}

fn desk() -> Correspondent {
    Correspondent::new("Bell & Carter", MAILBOXES[0].address)
}

/// Monthly, with pictures from the network (which stay there until somebody asks).
fn newsletters(room: &mut Mailroom) {
    const LETTERS: [(&str, &str, &str); 3] = [
        ("Sterling Funds", "news@sterling-funds.example", "Markets this month"),
        ("The Adviser's Almanac", "editors@almanac.example", "Seven things your clients will ask you"),
        ("Saltmouth Chamber of Trade", "newsletter@saltmouth-chamber.example", "What is on in the harbour"),
    ];
    for month in 0..30 {
        for (at, (name, address, title)) in LETTERS.iter().enumerate() {
            let seconds = room.now - month * 30 * DAY - at as i64 * 3 * DAY - 7 * 3600;
            let html = format!(
                "<html><body><table width=\"100%\"><tr><td bgcolor=\"#f4efe6\"><img src=\"https://pictures.{}/header-{month}.png\" width=\"600\" height=\"120\" alt=\"{name}\">\
                 <h1>{title}</h1><p>Issue {}. The short version: nothing happened, at length.</p><p><a href=\"https://www.{}/issue/{month}\">Read it in the browser</a></p>\
                 <img src=\"https://pictures.{}/seen.gif?reader=4711\" width=\"1\" height=\"1\" alt=\"\"></td></tr></table></body></html>",
                domain(address),
                60 - month,
                domain(address),
                domain(address),
            );
            let text = format!("{title}\n\nIssue {}. The short version: nothing happened, at length.\n", 60 - month);
            let id = room.new_id(address);
            let mut draft =
                Draft::plain(Correspondent::new(name, address), desk(), &format!("{title} ({})", 60 - month), &text, seconds, id);
            draft.html = Some(html);
            draft.extra = format!("List-Unsubscribe: <https://www.{}/leave>\r\nPrecedence: bulk\r\n", domain(address));
            room.post(&draft, 0);
        }
    }
}

fn domain(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or(address)
}

/// Suppliers, applicants, neighbours: the front desk's day.
fn everyday(room: &mut Mailroom) {
    const LETTERS: [(&str, &str, &str, &str, &str); 10] = [
        (
            "Wexley Paper & Ink",
            "accounts@wexley-paper.example",
            "Invoice [n]",
            "Please find our invoice for paper and toner attached. Payment within 30 days.\n\nWexley Paper & Ink",
            "Invoice [n].pdf",
        ),
        (
            "Tidewater Cleaning",
            "hello@tidewater.example",
            "Windows on Thursday",
            "We shall do the windows on Thursday from seven. Please leave the blinds up.\n\nTidewater",
            "",
        ),
        (
            "Saltmouth Council",
            "rates@saltmouth.example",
            "Business rates: reminder [n]",
            "This is a reminder of the instalment due on the first of the month. Reference [n].",
            "Reminder [n].pdf",
        ),
        (
            "Lena Fisk",
            "lena.fisk@example.net",
            "Application",
            "Dear Sir or Madam,\n\nI should like to apply for the position at the front desk. My papers are attached.\n\nLena Fisk",
            "CV Lena Fisk.pdf",
        ),
        (
            "Harbour Coffee",
            "orders@harbour-coffee.example",
            "Your beans are on their way",
            "Order [n]: 4 kg of the dark one. It should be with you tomorrow.",
            "",
        ),
        (
            "Pat from next door",
            "pat@nextdoor-books.example",
            "Parcel for you",
            "I have taken in a parcel for you, it is behind the till. We close at six.\n\nPat",
            "",
        ),
        (
            "Copier Care",
            "service@copier-care.example",
            "Service report [n]",
            "The engineer has replaced the drum. The counter stands at [n]00.",
            "Service report [n].pdf",
        ),
        (
            "Meridian Life",
            "bulletin@meridian-life.example",
            "Adviser bulletin [n]",
            "New forms from the first of next month. The old ones will be accepted for 60 days.",
            "Bulletin [n].pdf",
        ),
        ("City Water", "noreply@city-water.example", "Your bill is ready", "Your bill [n] is ready to view.", ""),
        (
            "Sandra (temp)",
            "sandra.temp@example.org",
            "Timesheet",
            "Hours as agreed, 21 this week. Timesheet attached.",
            "Timesheet [n].csv",
        ),
    ];
    for _ in 0..330 {
        let (name, address, subject, text, file) = *room.dice.pick(&LETTERS);
        let number = (1000 + room.dice.below(9000)).to_string();
        let seconds = moment(room, 0, 1_400);
        let id = room.new_id(address);
        let mut draft = Draft::plain(
            Correspondent::new(name, address),
            desk(),
            &subject.replace("[n]", &number),
            &text.replace("[n]", &number),
            seconds,
            id,
        );
        if !file.is_empty() {
            draft.files.push(file.replace("[n]", &number));
        }
        room.post(&draft, 0);
    }
}

/// Private letters of the advisers: nobody else may see them (O28).
fn private(room: &mut Mailroom) {
    const LETTERS: [(&str, &str, &str, &str); 6] = [
        ("Mum", "mum@example.net", "Sunday", "Are you coming on Sunday? There is crumble. Bring the big dish back.\n\nMum x"),
        (
            "Saltmouth Dental",
            "reminders@saltmouth-dental.example",
            "Your appointment",
            "This is a reminder of your appointment on Tuesday at 8:40.",
        ),
        ("Five-a-side", "captain@five-a-side.example", "Thursday: who is in?", "We are four so far. Who has the bibs?"),
        ("Library", "loans@saltmouth-library.example", "Two books are due", "Two books on your card are due back on Friday."),
        ("Jess", "jess@example.com", "Concert tickets", "Got them!! Row G. You owe me a drink, and 38 quid."),
        ("School office", "office@st-brannock.example", "Nits, again", "Dear parents, please check your child's hair this evening."),
    ];
    for _ in 0..130 {
        let at = room.dice.below(4);
        let (name, address, subject, text) = *room.dice.pick(&LETTERS);
        let seconds = moment(room, 0, 900);
        let id = room.new_id(address);
        let draft = Draft::plain(Correspondent::new(name, address), clerk(at), subject, text, seconds, id);
        room.post(&draft, at + 1);
    }
}

/// What was in Frank's mailbox when he left.
fn old_mail_of_frank(room: &mut Mailroom) {
    for client in room.clients.clone().iter().filter(|client| client.adviser == 1) {
        for (subject, text) in [
            ("Introduction", "I look after your file until Ben is back from Rome. If anything is urgent, I am in every day but Wednesday."),
            ("Valuation as asked", "The valuation you asked for, as of yesterday. No surprises in it."),
        ] {
            let seconds = moment(room, 500, 1_400);
            let person = client.writer(seconds, false, 0);
            let id = room.new_id(staff()[5].email);
            let hello = format!("Dear {},\n\n{text}\n\nFrank", person.given());
            let draft = Draft::plain(clerk(5), person, subject, &hello, seconds, id);
            room.post(&draft, 5);
        }
    }
}

fn automatic_answer(room: &mut Mailroom, client: &DemoClient) {
    let seconds = moment(room, 2, 800);
    let (person, adviser) = (client.writer(seconds, false, 0), clerk(client.adviser));
    let asked = room.new_id(&adviser.address);
    let text = "Thank you for your message. I am away until Monday week and read no mail.\n\nThis answer was sent by a machine.";
    let id = room.new_id(&person.address);
    let mut draft = Draft::plain(person, adviser, "Automatic reply: Papers for your signature", text, seconds, id);
    draft.references = vec![asked];
    draft.extra = "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n".into();
    room.post(&draft, client.adviser + 1);
}

/// RFC 3464: a letter of ours that could not be delivered.
fn bounce(room: &mut Mailroom, client: &DemoClient) {
    let seconds = moment(room, 2, 900);
    let (person, adviser) = (client.writer(seconds, true, 0), clerk(client.adviser));
    let id = room.new_id(&adviser.address);
    let sent = Draft::plain(adviser.clone(), person.clone(), "Valuation", "The valuation follows by post.", seconds, id);
    room.post(&sent, client.adviser + 1);
    let id = room.new_id(MAILBOXES[0].address);
    let head = format!(
        "Message-ID: <{id}>\r\nDate: {}\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.bellcarter.example>\r\nTo: {}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n",
        header_date(seconds + 40, 0),
        adviser.address
    );
    let text = format!(
        "Content-Type: text/plain; charset=us-ascii\r\n\r\nThis is the mail system at host mx.bellcarter.example.\r\n\r\n\
         <{0}>: host mail.{1} said: 550 5.1.1 <{0}>: Recipient address rejected: mailbox full or unknown\r\n",
        person.address,
        domain(&person.address)
    );
    let report = format!(
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.bellcarter.example\r\nArrival-Date: {}\r\n\r\n\
         Final-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 Recipient address rejected\r\n",
        header_date(seconds, 0),
        person.address
    );
    let mut original = b"Content-Type: message/rfc822\r\n\r\n".to_vec();
    original.extend_from_slice(&sent.octets(&mut room.dice));
    let mut raw = head.into_bytes();
    raw.extend_from_slice(&multipart(
        "report; report-type=delivery-status",
        &format!("b{seconds}"),
        &[text.into_bytes(), report.into_bytes(), original],
    ));
    let folder = if seconds < room.now - 400 * DAY { "Archive/Bounced" } else { "INBOX" };
    room.file(client.adviser + 1, folder, raw, seconds + 41, &["\\Seen"]);
}

/// The client forwards what a provider wrote: whose letter is it? (P30)
fn forwarded(room: &mut Mailroom, client: &DemoClient) {
    let seconds = moment(room, 1, 700);
    let (person, adviser) = (client.writer(seconds, false, 0), clerk(client.adviser));
    let text = format!(
        "{}, what do they want from me?\n\n{}\n\n---------- Forwarded message ---------\nFrom: Albion Pensions <noreply@albion-pensions.example>\n\
         Date: {}\nSubject: Action needed: your nominated beneficiary\nTo: <{}>\n\nDear customer,\n\nour records show no nominated beneficiary for your plan. \
         Please complete the enclosed form within 30 days.\n\nAlbion Pensions",
        adviser.given(),
        person.given(),
        header_date(seconds - DAY, 0),
        person.address
    );
    let id = room.new_id(&person.address);
    let draft = Draft::plain(person, adviser, "Fwd: Action needed: your nominated beneficiary", &text, seconds, id);
    room.post(&draft, client.adviser + 1);
}

fn forwarded_as_a_file(room: &mut Mailroom, client: &DemoClient) {
    let seconds = moment(room, 1, 700);
    let (person, adviser) = (client.writer(seconds, false, 0), clerk(client.adviser));
    let id = room.new_id("northern-mutual.example");
    let inner = Draft::plain(
        Correspondent::new("Northern Mutual", "letters@northern-mutual.example"),
        person.clone(),
        "Changes to your terms and conditions",
        "Dear member,\n\nfrom the first of next month clause 14 reads as follows: as before, but in smaller print.\n\nNorthern Mutual",
        seconds - 2 * DAY,
        id,
    );
    let mut file =
        b"Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=\"Changes to your terms.eml\"\r\n\r\n".to_vec();
    file.extend_from_slice(&inner.octets(&mut room.dice));
    let id = room.new_id(&person.address);
    let head = format!(
        "Message-ID: <{id}>\r\nDate: {}\r\nFrom: {} <{}>\r\nTo: {}\r\nSubject: FW: Changes to your terms and conditions\r\nMIME-Version: 1.0\r\n",
        header_date(seconds, 60),
        words(&person.name),
        person.address,
        adviser.address
    );
    let text = "Content-Type: text/plain; charset=utf-8\r\n\r\nFor the file. Is this important?\r\n".to_owned();
    let mut raw = head.into_bytes();
    raw.extend_from_slice(&multipart("mixed", &format!("f{seconds}"), &[text.into_bytes(), file]));
    let raw = received(&raw, &person.address, seconds, &adviser.address, "pass");
    room.file(client.adviser + 1, "INBOX", raw, seconds, &["\\Seen"]);
}

/// A list server changes letters on their way: the same Message-ID, another text (S11).
fn list_letters(room: &mut Mailroom) {
    for (number, subject) in
        ["Chapel roof: three offers", "Minutes of the spring meeting", "Date of the autumn meeting"].into_iter().enumerate()
    {
        let seconds = room.now - (20 + 90 * number as i64) * DAY;
        let id = room.new_id("pemberton.example");
        let sender = Correspondent::new("Cecily Pemberton", "cecily@pemberton.example");
        let text = "Dear all,\n\nthe papers are in the cloud folder. I should like to settle this before the rain comes.\n\nCecily";
        for (mailbox, footer) in
            [(1, ""), (0, "\n\n_______________________________________________\nTrustees mailing list\ntrustees@lists.pemberton.example")]
        {
            let mut draft = Draft::plain(
                sender.clone(),
                Correspondent::new("Trustees", "trustees@lists.pemberton.example"),
                subject,
                text,
                seconds,
                id.clone(),
            );
            draft.text.push_str(footer);
            draft.clothing = if mailbox == 0 { Clothing::Base64 } else { Clothing::Usual };
            draft.cc = vec![if mailbox == 0 { desk() } else { clerk(0) }];
            if mailbox == 0 {
                draft.extra = "List-Id: Trustees <trustees.lists.pemberton.example>\r\n".into();
                // A list server does not add receivers to the header; both copies show the same ones.
                draft.cc = vec![clerk(0)];
            }
            let raw = draft.octets(&mut room.dice);
            let raw = received(&raw, "cecily@pemberton.example", seconds, MAILBOXES[mailbox].address, "pass");
            room.file(mailbox, "INBOX", raw, seconds, &["\\Seen"]);
        }
    }
}

/// Not from whom it says: the receiver's checks failed, and a link shows another place than it leads to.
fn lure(room: &mut Mailroom) {
    let seconds = room.now - 4 * DAY;
    let id = room.new_id("rneridian-life.example");
    let mut draft = Draft::plain(
        Correspondent::new("Meridian Life", "security@rneridian-life.example"),
        desk(),
        "Your access will be locked today",
        "",
        seconds,
        id,
    );
    draft.html = Some(
        "<html><body><p>Dear partner,</p><p>Confirm your password at <a href=\"https://login.rneridian-life.example/x?u=81\">https://www.meridian-life.example/login</a> \
         or your access will be locked.</p></body></html>"
            .into(),
    );
    let raw = draft.octets(&mut room.dice);
    let raw = received(&raw, "security@rneridian-life.example", seconds, MAILBOXES[0].address, "fail");
    room.file(0, "INBOX", raw, seconds, &[]);
}

/// What some programs send: no Message-ID, a wrong charset, a draft somebody left lying, a picture inside the text, no text at all.
fn bare_letters(room: &mut Mailroom) {
    let seconds = room.now - 12 * DAY;
    let hale = Correspondent::new("Thomas Hale", "thomas@hale-pottery.example");
    let mut scanner = Draft::plain(hale.clone(), clerk(1), "Scan", "", seconds, String::new());
    scanner.files.push("SCAN_0001.pdf".into());
    room.post(&scanner, 2);
    let wrong = format!(
        "Message-ID: <{}>\r\nDate: {}\r\nFrom: thomas@hale-pottery.example\r\nTo: ben@bellcarter.example\r\nSubject: Kiln\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        room.new_id("hale-pottery.example"),
        header_date(seconds + 600, 0)
    );
    let mut raw = wrong.into_bytes();
    raw.extend_from_slice("The kiln is insured for £9,000, café included.\r\n".as_bytes());
    room.file(2, "INBOX", received(&raw, &hale.address, seconds + 600, "ben@bellcarter.example", "pass"), seconds + 600, &["\\Seen"]);
    let id = room.new_id(staff()[1].email);
    let draft = Draft::plain(clerk(1), hale.clone(), "Unfinished", "Dear Thomas, I have been thinking about", seconds + 900, id);
    let raw = draft.octets(&mut room.dice);
    room.file(2, "INBOX", raw, seconds + 900, &["\\Draft", "\\Seen"]);
    let id = room.new_id(&hale.address);
    let head = format!(
        "Message-ID: <{id}>\r\nDate: {}\r\nFrom: \"Thomas Hale\" <thomas@hale-pottery.example>\r\nTo: ben@bellcarter.example\r\nSubject: The new glaze\r\nMIME-Version: 1.0\r\n",
        header_date(seconds + 1200, 0)
    );
    let html = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Ben, look at this: the new glaze.</p><p><img src=\"cid:glaze@hale\" alt=\"A bowl\"></p><p>Thomas</p>\r\n".to_vec();
    let (png, _) = super::files::content(&mut room.dice, "glaze.png");
    let mut picture = b"Content-Type: image/png; name=glaze.png\r\nContent-ID: <glaze@hale>\r\nContent-Disposition: inline; filename=glaze.png\r\nContent-Transfer-Encoding: base64\r\n\r\n".to_vec();
    picture.extend_from_slice(&base64_lines(&png));
    let mut raw = head.into_bytes();
    raw.extend_from_slice(&multipart("related", "glaze1", &[html, picture]));
    room.file(2, "INBOX", received(&raw, &hale.address, seconds + 1200, "ben@bellcarter.example", "pass"), seconds + 1200, &["\\Seen"]);
}
