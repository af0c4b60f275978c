//! Letters: histories, mailboxes, one letter.

use super::*;

fn facts_of(id: MessageId) -> LetterFacts {
    let claim = |method: &str, result: &str, about: &str| Claim { method: method.into(), result: result.into(), about: about.into() };
    let statement = |by: &str, by_own_receiver| Testimony {
        header: "Authentication-Results".into(),
        by: by.into(),
        by_own_receiver,
        claims: vec![claim("dkim", "pass", "header.d=example.com"), claim("dmarc", "fail", "header.from=example.com")],
    };
    LetterFacts {
        statements: vec![statement("mx.office.example", id.0 != 101), statement("mx.evil.example", false)],
        invitations: if id.0 == 102 {
            vec![Invitation {
                what: "Invitation".into(),
                summary: "Annual review <b>".into(),
                when: "Mon 1 Jun 2026, 09:00–10:30 BST".into(),
                repeats: "Every week".into(),
                place: "Room 4".into(),
                organiser: "Ada Bell <ada@office.example>".into(),
                attendees: vec![("Jo Hartley <jo.hartley@example.com>".into(), "accepted".into())],
                more_attendees: 3,
                text: "Bring the papers".into(),
            }]
        } else {
            vec![]
        },
        imports: if id.0 == 100 { super::management::outcomes() } else { vec![] },
        forwarded: if id.0 == 100 { vec![super::passing::forwarded()] } else { vec![] },
        no_copy: None,
        forwards: if id.0 == 100 { vec![(AccountId(1), "Office".into())] } else { vec![] },
        bounce: (id.0 == 103).then(|| Bounce {
            recipients: vec![BouncedRecipient {
                address: "jo.hartley@example.com".into(),
                action: "failed".into(),
                status: "5.1.1".into(),
                meaning: "There is no such mailbox.".into(),
                diagnostic: "550 5.1.1 User unknown".into(),
            }],
            about: "1@office.example".into(),
            letter: Some((MessageId(104), "Papers".into())),
        }),
        copies: [(7, "Office: INBOX"), (9, "Ada: Archiv")]
            .into_iter()
            .map(|(id, place)| CopyView { id, size: 4_200, digest: "a1b2c3d4".into(), places: vec![place.into()] })
            .collect(),
        quoted: vec![
            Quoted { address: "miriam@okafor.example".into(), clients: vec![(ClientId(2), client_card(2).name)] },
            Quoted { address: "stranger@example.org".into(), clients: vec![] },
        ],
        conversation: if id.0 == 105 { vec![history_row(5), history_row(1)] } else { vec![] },
    }
}

#[async_trait]
impl LettersDesk for Office {
    async fn history(&self, _: ClientId, filter: HistoryFilter, _: Option<String>) -> Answer<Page<HistoryRow>> {
        self.busy()?;
        let rows = (0..12).map(history_row).filter(|row| filter.direction.is_none_or(|direction| direction == row.direction)).collect();
        let rows: Vec<HistoryRow> = rows;
        if filter.by_conversation {
            let others = vec![history_row(21), history_row(22)];
            let people = vec![rows[0].from.clone(), mailbox("Ada Bell", "ada@office.example")];
            let conversation = Some(Gathered { letters: 30, people, others });
            return Ok(Page { rows: vec![HistoryRow { conversation, ..rows[0].clone() }, rows[1].clone()], next: Some("next".into()) });
        }
        Ok(if filter.with_files && filter.person.is_some() { Page::empty() } else { Page { rows, next: Some("next".into()) } })
    }
    async fn mailboxes(&self) -> Answer<Vec<MailboxCard>> {
        self.busy()?;
        Ok([("Office", 12_480), ("Ada", 930)]
            .into_iter()
            .zip(1..)
            .map(|((name, letters), id)| MailboxCard {
                id: AccountId(id),
                name: name.into(),
                address: format!("{}@office.example", name.to_lowercase()),
                letters,
                unread: id * 3,
            })
            .collect())
    }
    async fn mailbox(&self, _: AccountId, _: Option<String>) -> Answer<Page<HistoryRow>> {
        self.busy()?;
        Ok(Page { rows: (0..8).map(|n| HistoryRow { why: vec![], ..history_row(n) }).collect(), next: None })
    }
    async fn letter(&self, id: MessageId) -> Answer<LetterView> {
        self.busy()?;
        if !(100..200).contains(&id.0) {
            return Err(Problem::NotFound);
        }
        let row = history_row(id.0 - 100);
        Ok(LetterView {
            id,
            subject: row.subject,
            date: row.date,
            date_header: "Sat, 14 Mar 2026 09:12:00 +0000".into(),
            arrived: Some(NOW),
            date_looks_wrong: row.date_looks_wrong,
            direction: row.direction,
            people: vec![
                (AddressRole::From, row.from.clone()),
                (AddressRole::ReplyTo, mailbox("Somebody else", "elsewhere@example.org")),
                (AddressRole::To, mailbox("Ada Bell", "ada@office.example")),
                (AddressRole::Cc, mailbox("", "sam.hartley@example.net")),
            ],
            message_id: "<2026-03-14@example.com>".into(),
            attachments: vec![
                AttachmentInfo {
                    index: 0,
                    name: "annual review 2026.pdf".into(),
                    kind: "application/pdf".into(),
                    size: 340_120,
                    inline: false,
                },
                AttachmentInfo { index: 1, name: "logo.png".into(), kind: "image/png".into(), size: 9_120, inline: true },
            ],
            has_html: true,
            remote_content: true,
            sightings: vec![
                SightingView {
                    account: "Office".into(),
                    folder: "INBOX".into(),
                    seen_at: NOW,
                    gone_at: None,
                    labels: vec!["Inbox".into(), "Clients/Hale".into()],
                },
                SightingView { account: "Ada".into(), folder: "Archiv".into(), seen_at: NOW, gone_at: Some(NOW + DAY), labels: Vec::new() },
            ],
            variants: vec![(MessageId(150), "Your annual review".into(), NOW)],
            clients: vec![OnFileOf {
                id: ClientId(1),
                is_contact: false,
                code: "C-1041".into(),
                name: "Jo and Sam Hartley".into(),
                why: row.why,
            }],
            unreadable: (id.0 == 199).then(|| "the parts are nested deeper than 100".into()),
            size: 412_000,
            remarks: vec![],
            may_export: id.0 != 198,
            facts: facts_of(id),
            heights: FrameHeights { html: FrameHeight { wide: 5, narrow: 7 }, ..FrameHeights::default() },
        })
    }
    async fn neighbours(&self, id: MessageId, list: ListPlace) -> Answer<Neighbours> {
        self.busy()?;
        let list = match list {
            ListPlace::History(client, filter) if filter.direction.is_some() => format!("Sent to {client}"),
            ListPlace::History(..) => "Jo and Sam Hartley".into(),
            ListPlace::Mailbox(_) => "Office".into(),
            ListPlace::Search { words, .. } => format!("Results for {words}"),
        };
        let neighbour = |id: i64| Some(Neighbour { id: MessageId(id), subject: "Change of address".into() });
        Ok(Neighbours { list, newer: neighbour(id.0 - 1), older: neighbour(id.0 + 1), ranked: false })
    }
    async fn compare(&self, _: MessageId, with: CompareWith) -> Answer<Comparison> {
        self.busy()?;
        if with == CompareWith::Letter(MessageId(0)) {
            return Err(Problem::NotFound);
        }
        let run = |words: &str, differ| DiffWords { words: words.into(), differ };
        let row =
            |name: &str, left: Vec<DiffWords>, right: Vec<DiffWords>| DiffRow { name: name.into(), differs: left != right, left, right };
        Ok(Comparison {
            subject: "Your annual review".into(),
            sides: ("Letter of 14 Mar 2026, 09:12 UTC".into(), "Letter of 15 Mar 2026, 10:00 UTC".into()),
            headers: vec![
                row("From", vec![run("Jo", false)], vec![run("Jo", false)]),
                row("X-Mailer", vec![], vec![run("Example 1.0", true)]),
            ],
            text: vec![
                row("12 lines the same", vec![], vec![]),
                row("", vec![run("The fee is ", false), run("100", true)], vec![run("The fee is ", false), run("<b>900</b>", true)]),
            ],
            cut: true,
        })
    }
    async fn mark_unread(&self, _: MessageId) -> Answer<()> {
        self.busy()
    }
    async fn letter_frame(&self, id: MessageId) -> Answer<FrameHeights> {
        Ok(self.letter(id).await?.heights)
    }
    async fn letter_headers(&self, _: MessageId) -> Answer<Vec<(String, String)>> {
        Ok(vec![
            ("Received".into(), "from mx.example.com by mail.office.example; Sat, 14 Mar 2026 09:12:03 +0000".into()),
            ("X-Mailer".into(), "Example 1.0".into()),
        ])
    }
}
