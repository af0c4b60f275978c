//! Letters being written.

use super::*;

fn resolved() -> Resolved {
    let rung = |name: &str, state, tried: &str, why: &str| SendingRung { name: name.into(), tried: tried.into(), state, why: why.into() };
    Resolved {
        account: Some(AccountId(1)),
        account_name: "Office".into(),
        from: Some(Identity { name: "Ada".into(), address: "ada@kontor.example".into(), origin: "Your sender.".into() }),
        rungs: vec![
            rung("The letter's own choice", RungState::Passed, "", "The letter leaves the choice to the office."),
            rung("The cost centre's default", RungState::Won, "Office", "The default of North."),
            rung("The system account", RungState::NotReached, "", "An earlier rung decided."),
        ],
        ..Resolved::default()
    }
}

fn client() -> Option<(ClientId, String)> {
    Some((ClientId(1), "Margaret Hale".into()))
}

fn draft(id: DraftId) -> Draft {
    Draft {
        id,
        client: Some(ClientId(1)),
        answers: None,
        mode: ComposeMode::New,
        service: None,
        form: LetterForm {
            to: "margaret@hale.example".into(),
            subject: "Your lease".into(),
            body: "Dear Margaret\n".into(),
            ..LetterForm::default()
        },
        updated_at: 1_710_000_000_000,
        version: 3,
        outbox: None,
        files: vec![DraftFile { id: 1, name: "lease.pdf".into(), kind: "application/pdf".into(), size: 12_345 }],
    }
}

#[async_trait]
impl ComposeDesk for Office {
    async fn compose_start(
        &self,
        _: Option<ClientId>,
        _: Option<MessageId>,
        mode: ComposeMode,
        choice: Option<ServiceId>,
    ) -> Answer<ComposeStart> {
        self.busy()?;
        let services = vec![(ServiceId(1), "North: Office".to_owned())];
        Ok(ComposeStart { client: client(), answers: None, mode, choice, services, resolved: resolved() })
    }
    async fn begin_letter(&self, _: Option<ClientId>, _: Option<MessageId>, _: ComposeMode, _: Option<ServiceId>) -> Answer<DraftId> {
        Ok(DraftId(1))
    }
    async fn compose_view(&self, id: DraftId, check: bool, _: bool) -> Answer<(ComposeView, Option<Problem>)> {
        self.busy()?;
        let preflight = check.then(|| Preflight {
            blocks: vec![("body".into(), "The letter holds “{{ client.name }}”, which nothing was put in for".into())],
            warnings: vec!["eve@evil.example is not on the file of Margaret Hale.".into()],
        });
        let view = ComposeView {
            draft: draft(id),
            client: client(),
            offered: vec![("margaret@hale.example".into(), "Margaret Hale".into())],
            senders: vec!["ada@kontor.example".into(), "office@kontor.example".into()],
            resolved: resolved(),
            texts: vec![(TextId(1), "Reminder".into())],
            own_mailbox: Some("Office".into()),
            allow_cc: true,
            allow_bcc: true,
            preflight,
            mark: "seen-it".into(),
        };
        Ok((view, None))
    }
    async fn keep_letter(&self, _: DraftId, version: i64, _: LetterForm) -> Answer<DraftKept> {
        Ok(DraftKept { version: version + 1, at: 1_710_000_000_000 })
    }
    async fn write_as(&self, _: DraftId, _: bool, _: bool) -> Answer<bool> {
        Ok(true)
    }
    async fn clean_words(&self, html: String) -> Answer<String> {
        Ok(html)
    }
    async fn send_letter(&self, _: DraftId, _: String) -> Answer<SendOutcome> {
        Ok(SendOutcome::Held)
    }
    async fn sent_letter(&self, id: DraftId) -> Answer<SentView> {
        self.busy()?;
        Ok(SentView {
            id,
            outbox: Some(1),
            subject: "Your lease".into(),
            recipients: vec!["margaret@hale.example".into()],
            state: "Leaves in a moment".into(),
            held: true,
            seconds: 15,
            client: client(),
        })
    }
    async fn draft_to_mailbox(&self, _: DraftId) -> Answer<()> {
        Ok(())
    }
    async fn undo_letter(&self, _: DraftId) -> Answer<()> {
        Ok(())
    }
    async fn letter_drafts(&self) -> Answer<Vec<DraftCard>> {
        self.busy()?;
        let card = DraftCard {
            id: DraftId(1),
            subject: "Your lease".into(),
            to: "margaret@hale.example".into(),
            client: client(),
            updated_at: 1_710_000_000_000,
            files: 1,
        };
        Ok(if self.is_busy() { vec![card] } else { vec![] })
    }
    async fn discard_letter(&self, _: DraftId) -> Answer<()> {
        Ok(())
    }
    async fn detach(&self, _: DraftId, _: i64) -> Answer<()> {
        Ok(())
    }
    async fn put_text(&self, _: DraftId, _: TextId) -> Answer<()> {
        Ok(())
    }
    async fn texts(&self) -> Answer<Vec<(TextId, String)>> {
        self.busy()?;
        Ok(if self.is_busy() { vec![(TextId(1), "Reminder".into())] } else { vec![] })
    }
    async fn text_view(&self, id: Option<TextId>, _: Option<ClientId>) -> Answer<TextView> {
        self.busy()?;
        let text = DocumentText { name: "Reminder".into(), subject: "A reminder".into(), body: "Dear {{ client.name }}".into() };
        let version = |version, by: &str| TextVersion {
            version,
            subject: "A reminder".into(),
            body: "Dear {{ client.name }}".into(),
            by: by.into(),
            at: 1_710_000_000_000,
        };
        Ok(TextView {
            id,
            text: if id.is_some() { text } else { DocumentText::default() },
            versions: if id.is_some() { vec![version(2, "Ada"), version(1, "Ben")] } else { vec![] },
            fields: vec![("client.name".into(), "Name of the client".into())],
            unknown: vec![],
            client: client(),
            clients: client().into_iter().collect(),
            preview: Some(Ok(("A reminder".into(), "Dear Margaret Hale".into()))),
            may_change: true,
        })
    }
    async fn keep_text(&self, id: Option<TextId>, _: DocumentText) -> Answer<TextId> {
        Ok(id.unwrap_or(TextId(1)))
    }
    async fn restore_text(&self, id: TextId, _: i64) -> Answer<TextId> {
        Ok(id)
    }
    async fn drop_text(&self, _: TextId) -> Answer<()> {
        Ok(())
    }
}
