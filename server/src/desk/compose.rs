//! Writing letters, and the texts that they are made from.

use super::OfficeDesk;
use app::desk::{Answer, ComposeDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl ComposeDesk for OfficeDesk {
    async fn compose_start(
        &self,
        client: Option<ClientId>,
        answers: Option<MessageId>,
        mode: ComposeMode,
        choice: Option<ServiceId>,
    ) -> Answer<ComposeStart> {
        self.office.compose_start(&self.who, client, answers, mode, choice).await
    }
    async fn begin_letter(
        &self,
        client: Option<ClientId>,
        answers: Option<MessageId>,
        mode: ComposeMode,
        choice: Option<ServiceId>,
    ) -> Answer<DraftId> {
        self.office.begin_letter(&self.who, client, answers, mode, choice).await
    }
    async fn compose_view(&self, id: DraftId, check: bool, refused: bool) -> Answer<(ComposeView, Option<Problem>)> {
        let view = self.office.compose_view(&self.who, id, check).await?;
        let refusal = if refused { self.office.refusal_of(self.session()?) } else { None };
        Ok((view, refusal))
    }
    async fn keep_letter(&self, id: DraftId, version: i64, form: LetterForm) -> Answer<DraftKept> {
        self.office.keep_letter(&self.who, id, version, form).await
    }
    async fn write_as(&self, id: DraftId, rich: bool, anyway: bool) -> Answer<bool> {
        self.office.write_as(&self.who, id, rich, anyway).await
    }
    async fn clean_words(&self, html: String) -> Answer<String> {
        self.office.clean_words(&self.who, html).await
    }
    async fn send_letter(&self, id: DraftId, anyway: String) -> Answer<SendOutcome> {
        self.office.send_letter(&self.who, id, &anyway).await
    }
    async fn draft_to_mailbox(&self, id: DraftId) -> Answer<()> {
        self.office.draft_to_mailbox(&self.who, id).await
    }
    async fn sent_letter(&self, id: DraftId) -> Answer<SentView> {
        self.office.sent_letter(&self.who, id).await
    }
    async fn undo_letter(&self, id: DraftId) -> Answer<()> {
        self.office.undo_letter(&self.who, id).await
    }
    async fn letter_drafts(&self) -> Answer<Vec<DraftCard>> {
        self.office.letter_drafts(&self.who).await
    }
    async fn discard_letter(&self, id: DraftId) -> Answer<()> {
        self.office.discard_letter(&self.who, id).await
    }
    async fn detach(&self, id: DraftId, file: i64) -> Answer<()> {
        self.office.detach(&self.who, id, file).await
    }
    async fn put_text(&self, id: DraftId, text: TextId) -> Answer<()> {
        self.office.put_text(&self.who, id, text).await
    }
    async fn texts(&self) -> Answer<Vec<(TextId, String)>> {
        self.office.texts(&self.who).await
    }
    async fn text_view(&self, id: Option<TextId>, client: Option<ClientId>) -> Answer<TextView> {
        self.office.text_view(&self.who, id, client).await
    }
    async fn keep_text(&self, id: Option<TextId>, text: DocumentText) -> Answer<TextId> {
        self.office.keep_text(&self.who, id, text).await
    }
    async fn restore_text(&self, id: TextId, version: i64) -> Answer<TextId> {
        self.office.restore_text(&self.who, id, version).await
    }
    async fn drop_text(&self, id: TextId) -> Answer<()> {
        self.office.drop_text(&self.who, id).await
    }
}
