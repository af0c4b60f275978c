//! Writing letters, and the texts that they are made from.

use super::*;

/// The letter wizard. A draft is its author's alone.
#[async_trait]
pub trait ComposeDesk: Send + Sync {
    /// How a letter would be sent: about a client, in answer to a letter, by a service chosen for it.
    async fn compose_start(
        &self,
        client: Option<ClientId>,
        answers: Option<MessageId>,
        mode: ComposeMode,
        choice: Option<ServiceId>,
    ) -> Answer<ComposeStart>;
    /// Begins the draft.
    async fn begin_letter(
        &self,
        client: Option<ClientId>,
        answers: Option<MessageId>,
        mode: ComposeMode,
        choice: Option<ServiceId>,
    ) -> Answer<DraftId>;
    /// The draft; with `check`, what stands in its way; with `refused`, why the last file was not taken.
    async fn compose_view(&self, id: DraftId, check: bool, refused: bool) -> Answer<(ComposeView, Option<Problem>)>;
    /// Saves what was typed over the version that the writer knows.
    async fn keep_letter(&self, id: DraftId, version: i64, form: LetterForm) -> Answer<DraftKept>;
    /// Goes on with the saved draft with formatting (`rich`) or without; whether it was done: formatting that plain text cannot say is
    /// dropped only with `anyway`.
    async fn write_as(&self, id: DraftId, rich: bool, anyway: bool) -> Answer<bool>;
    /// What was pasted, as it may stand in a letter.
    async fn clean_words(&self, html: String) -> Answer<String>;
    /// Sends the saved draft; `anyway` = the mark of the warnings said yes to.
    async fn send_letter(&self, id: DraftId, anyway: String) -> Answer<SendOutcome>;
    /// Puts the saved draft among the drafts of the writer's own mailbox, where it is finished; it is no longer kept here.
    async fn draft_to_mailbox(&self, id: DraftId) -> Answer<()>;
    /// What became of a letter that was just sent.
    async fn sent_letter(&self, id: DraftId) -> Answer<SentView>;
    /// Takes it back while it is held.
    async fn undo_letter(&self, id: DraftId) -> Answer<()>;
    /// The writer's drafts.
    async fn letter_drafts(&self) -> Answer<Vec<DraftCard>>;
    /// Throws a draft away.
    async fn discard_letter(&self, id: DraftId) -> Answer<()>;
    /// Takes a file out of a draft.
    async fn detach(&self, id: DraftId, file: i64) -> Answer<()>;
    /// Puts a text into a draft.
    async fn put_text(&self, id: DraftId, text: TextId) -> Answer<()>;
    /// Texts by name.
    async fn texts(&self) -> Answer<Vec<(TextId, String)>>;
    /// A text (`None` = a new one), as a client would read it.
    async fn text_view(&self, id: Option<TextId>, client: Option<ClientId>) -> Answer<TextView>;
    /// Adds a text or a version of one (administrators).
    async fn keep_text(&self, id: Option<TextId>, text: DocumentText) -> Answer<TextId>;
    /// Goes back to a version (administrators).
    async fn restore_text(&self, id: TextId, version: i64) -> Answer<TextId>;
    /// Deletes a text (administrators).
    async fn drop_text(&self, id: TextId) -> Answer<()>;
}
