//! Other systems: tokens, webhooks; what Postroom says of itself; texts tried out; a summary that goes by letter.

use super::*;

/// Other systems, and help.
#[async_trait]
pub trait SystemsDesk: Send + Sync {
    /// Tokens (administrators).
    async fn tokens(&self) -> Answer<TokensView>;
    /// Makes one; its word is told once (administrators).
    async fn make_token(&self, form: TokenForm) -> Answer<()>;
    /// Takes one back (administrators).
    async fn revoke_token(&self, id: TokenId) -> Answer<()>;
    /// What was told once is noted.
    async fn forget_word(&self) -> Answer<()>;
    /// Webhooks and what they were told (administrators).
    async fn webhooks(&self) -> Answer<WebhooksView>;
    /// Adds one; its secret is told once (administrators).
    async fn add_webhook(&self, form: WebhookForm) -> Answer<()>;
    /// Switches one on or off (administrators).
    async fn switch_webhook(&self, id: WebhookId, on: bool) -> Answer<()>;
    /// Takes one away (administrators).
    async fn remove_webhook(&self, id: WebhookId) -> Answer<()>;
    /// Tells one a test (administrators).
    async fn test_webhook(&self, id: WebhookId) -> Answer<()>;
    /// Tells something again (administrators).
    async fn redeliver(&self, id: i64) -> Answer<()>;
    /// What Postroom says of itself.
    async fn about(&self) -> Answer<AboutView>;
    /// The same as a PDF in a new letter.
    async fn email_about(&self) -> Answer<DraftId>;
    /// A client's summary as a PDF in a new letter (`Letters.Export`).
    async fn email_summary(&self, client: ClientId, in_full: bool) -> Answer<DraftId>;
    /// The summary of a draft's client, attached to it (`Letters.Export`).
    async fn attach_summary(&self, draft: DraftId) -> Answer<()>;
    /// Words as a client would read them; nothing is kept.
    async fn preview_text(&self, subject: String, body: String, client: Option<ClientId>) -> Answer<TextPreview>;
}
