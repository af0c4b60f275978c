//! Letters: histories, mailboxes, one letter.

use super::*;

#[async_trait]
impl LettersDesk for Office {
    async fn history(&self, _: ClientId, filter: HistoryFilter, _: Option<String>) -> Answer<Page<HistoryRow>> {
        self.busy()?;
        let rows = (0..12).map(history_row).filter(|row| filter.direction.is_none_or(|direction| direction == row.direction)).collect();
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
                SightingView { account: "Office".into(), folder: "INBOX".into(), seen_at: NOW, gone_at: None },
                SightingView { account: "Ada".into(), folder: "Archiv".into(), seen_at: NOW, gone_at: Some(NOW + DAY) },
            ],
            variants: vec![(MessageId(150), "Your annual review".into(), NOW)],
            clients: vec![(ClientId(1), "Jo and Sam Hartley".into(), row.why)],
            unreadable: (id.0 == 199).then(|| "the parts are nested deeper than 100".into()),
            size: 412_000,
            remarks: vec![],
            may_export: id.0 != 198,
            heights: FrameHeights { html: FrameHeight { wide: 5, narrow: 7 }, ..FrameHeights::default() },
        })
    }
    async fn letter_headers(&self, _: MessageId) -> Answer<Vec<(String, String)>> {
        Ok(vec![
            ("Received".into(), "from mx.example.com by mail.office.example; Sat, 14 Mar 2026 09:12:03 +0000".into()),
            ("X-Mailer".into(), "Example 1.0".into()),
        ])
    }
}
