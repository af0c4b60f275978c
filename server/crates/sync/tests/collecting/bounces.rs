//! Reports that a letter came back, of our own making, in the manners of the common servers: collected, and joined to their letter.

use crate::{
    office::{NOW, offices},
    outbox::{hand_over_to, sender},
};
use model::OutboxState;
use postroom_lab::{
    dovecot::{Dovecot, DovecotOptions},
    imap::Tls,
    smtp::SmtpLab,
};
use postroom_store::Scope;

/// A letter that came back.
struct Back<'b> {
    to: &'b str,
    id: &'b str,
    code: &'b str,
    words: &'b str,
}

impl Back<'_> {
    fn original(&self) -> String {
        let Self { to, id, .. } = self;
        format!(
            "Received: from desk by mx.office.example; Tue, 1 Sep 2026 10:00:00 +0000\r\nMessage-ID: <{id}@office.example>\r\nFrom: desk@office.example\r\nTo: {to}\r\nSubject: {id}\r\nDate: Tue, 1 Sep 2026 10:00:00 +0000\r\n"
        )
    }

    /// RFC 3464, with what each server says to people, and the letter whole or its headers.
    fn report(&self, from: &str, subject: &str, said: &str, fields: &str, whole: bool) -> String {
        let Self { to, code, words, .. } = self;
        let kind = if whole { "message/rfc822" } else { "text/rfc822-headers" };
        let body = if whole { "\r\nWords.\r\n" } else { "" };
        format!(
            "Return-Path: <>\r\nFrom: {from}\r\nTo: desk@office.example\r\nSubject: {subject}\r\nDate: Mon, 21 Sep 2026 15:00:00 +0000\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\n{said}\r\n\
             --b1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.client.example\r\n\r\n\
             Final-Recipient: rfc822; {to}\r\n{fields}Action: failed\r\nStatus: {code}\r\nDiagnostic-Code: smtp; {words}\r\n\r\n\
             --b1\r\nContent-Type: {kind}\r\n\r\n{}{body}\r\n--b1--\r\n",
            self.original()
        )
    }

    /// Words alone.
    fn prose(&self, head: &str, said: &str) -> String {
        format!("Return-Path: <>\r\n{head}To: desk@office.example\r\nDate: Mon, 21 Sep 2026 15:00:00 +0000\r\n\r\n{said}")
    }

    fn styles(&self) -> Vec<(&'static str, String)> {
        let Self { to, code, words, id } = self;
        let original = self.original();
        let user = to.split('@').next().unwrap();
        vec![
            ("Postfix", self.report("MAILER-DAEMON@mx.client.example (Mail Delivery System)", "Undelivered Mail Returned to Sender", &format!("This is the mail system at host mx.client.example.\r\n\r\nI'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients.\r\n\r\n<{to}>: {words}"), &format!("Original-Recipient: rfc822;{to}\r\n"), true)),
            ("Postfix, headers alone", self.report("MAILER-DAEMON@mx.client.example (Mail Delivery System)", "Undelivered Mail Returned to Sender", &format!("<{to}>: {words}"), "", false)),
            ("Sendmail", self.report("Mail Delivery Subsystem <MAILER-DAEMON@mx.client.example>", "Returned mail: see transcript for details", &format!("   ----- The following addresses had permanent fatal errors -----\r\n<{to}>\r\n    (reason: {words})\r\n"), "Remote-MTA: DNS; mail.client.example\r\n", true)),
            ("Exchange Online", self.report("postmaster@client.example", &format!("Undeliverable: {id}"), &format!("Your message to {to} couldn't be delivered.\r\n{user} wasn't found at client.example."), "Remote-MTA: dns;mail.client.example\r\n", true)),
            ("Exchange of before", self.report("System Administrator <postmaster@client.example>", &format!("Undeliverable: {id}"), "Your message did not reach some or all of the intended recipients.", "", true)),
            ("Gmail", self.report("Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Failure)", &format!("** Address not found **\r\n\r\nYour message wasn't delivered to {to} because the address couldn't be found."), "Remote-MTA: dns; gmail-smtp-in.l.google.com\r\n", true)),
            ("Courier", self.report("\"Courier mail server at mx.client.example\" <@>", "NOTICE: mail delivery status.", &format!("This is a delivery status notification from mx.client.example,\r\nrunning the Courier mail server.\r\n\r\n<{to}>:\r\n{words}"), "", false)),
            ("SES", self.report("MAILER-DAEMON@amazonses.com", "Delivery Status Notification (Failure)", &format!("An error occurred while trying to deliver the mail to the following recipients:\r\n{to}"), "", true)),
            ("Domino", self.report("Postmaster@client.example", &format!("DELIVERY FAILURE: User {user} ({to}) not listed in Domino Directory"), &format!("Your message\r\n\r\n  Subject: {id}\r\n\r\nwas not delivered to:\r\n\r\n  {to}\r\n\r\nbecause:\r\n\r\n  {words}"), "", true)),
            ("Exim", self.prose(
                &format!("X-Failed-Recipients: {to}\r\nAuto-Submitted: auto-replied\r\nFrom: Mail Delivery System <Mailer-Daemon@mx.client.example>\r\nSubject: Mail delivery failed: returning message to sender\r\n"),
                &format!("This message was created automatically by mail delivery software.\r\n\r\nA message that you sent could not be delivered to one or more of its\r\nrecipients. This is a permanent error. The following address(es) failed:\r\n\r\n  {to}\r\n    {words}\r\n\r\n------ This is a copy of the message, including all the headers. ------\r\n\r\n{original}\r\nWords.\r\n"),
            )),
            ("qmail", self.prose(
                "From: MAILER-DAEMON@mx.client.example\r\nSubject: failure notice\r\n",
                &format!("Hi. This is the qmail-send program at mx.client.example.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\nThis is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n<{to}>:\r\nSorry, no mailbox here by that name. (#{code})\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <desk@office.example>\r\n{original}\r\nWords.\r\n"),
            )),
            ("Yahoo of before", self.prose(
                "From: MAILER-DAEMON@yahoo.com\r\nSubject: Failure Notice\r\n",
                &format!("Sorry, we were unable to deliver your message to the following address.\r\n\r\n<{to}>:\r\n{words}\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n{original}"),
            )),
            ("hMailServer", self.prose(
                &format!("From: mailer-daemon@client.example\r\nSubject: Message undeliverable: {id}\r\n"),
                &format!("Your message did not reach some or all of the intended recipients.\r\n\r\n   Sent: Tue, 1 Sep 2026 10:00:00 +0000\r\n   Subject: {id}\r\n\r\nThe following recipient(s) could not be reached:\r\n\r\n{to}\r\n   Error Type: SMTP\r\n   Remote server replied: {words}\r\n\r\nhMailServer\r\n\r\n{original}"),
            )),
            ("A forwarder's", self.prose(
                "From: postmaster@client.example\r\nSubject: Undeliverable mail\r\nAuto-Submitted: auto-replied\r\n",
                &format!("The message could not be delivered to <{to}>: {words}\r\n"),
            )),
        ]
    }
}

const REASONS: [(&str, &str); 8] = [
    ("5.1.1", "550 5.1.1 User unknown"),
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found"),
    ("5.2.1", "550 5.2.1 The account is inactive"),
    ("5.2.2", "552 5.2.2 Mailbox full"),
    ("5.4.4", "550 5.4.4 Host not found"),
    ("5.7.1", "550 5.7.1 Relaying denied"),
    ("5.7.26", "550 5.7.26 This mail is unauthenticated"),
    ("5.3.4", "552 5.3.4 Message too big"),
];

// Q2: at least a hundred, 95 of a hundred joined; each to the letter it is about and to no other.
#[tokio::test(flavor = "multi_thread")]
async fn reports_are_joined_to_their_letters_whatever_server_wrote_them() {
    if let Err(why) = Dovecot::available() {
        println!("skipped: {why}");
        return;
    }
    let office = offices().await.remove(0);
    let (mailbox, lab) = (Dovecot::start(DovecotOptions::default()).unwrap(), SmtpLab::start(Tls::StartTls).unwrap());
    let office = office.trusting(lab.authority().ca_der.clone());
    let (account, inbox) = (sender(&office, &lab).await, office.connect_account(&mailbox, "Reports").await);
    let many = Back { to: "x@y.example", id: "x", code: "", words: "" }.styles().len();
    let mut expected = Vec::new();
    for style in 0..many {
        for (n, (code, words)) in REASONS.iter().enumerate() {
            let (name, to) = (format!("s{style}n{n}"), format!("cy.{style}.{n}@client.example"));
            let id = hand_over_to(&office, account, &name, &to, NOW).await;
            let back = Back { to: &to, id: &name, code, words };
            let (server, raw) = back.styles().swap_remove(style);
            mailbox.deliver("ada", "INBOX", raw.as_bytes(), &[]).unwrap();
            expected.push((server, id));
        }
    }
    // A letter that nobody reported about stays as it is.
    let quiet = hand_over_to(&office, account, "quiet", "quiet@client.example", NOW).await;
    office.engine.send_due().await.unwrap();
    assert_eq!(lab.taken().len(), expected.len() + 1);
    office.clock.advance(3_600_000);
    office.collect(inbox).await;
    office.engine.send_due().await.unwrap();
    let mut missed = Vec::new();
    for (server, id) in &expected {
        let letter = office.store.outbox_letter(Scope::Everything, *id).await.unwrap();
        assert_eq!(letter.row.state, OutboxState::Sent);
        if letter.row.bounced_at.is_none() {
            missed.push(*server);
        }
    }
    assert!(office.store.outbox_letter(Scope::Everything, quiet).await.unwrap().row.bounced_at.is_none());
    println!("{} of {} joined; missed: {missed:?}", expected.len() - missed.len(), expected.len());
    assert!(expected.len() >= 100 && missed.len() * 20 <= expected.len(), "{} of {}: {missed:?}", missed.len(), expected.len());
}
