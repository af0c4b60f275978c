//! Other systems: tokens, webhooks; what Postroom says of itself; texts tried out; a summary that goes by letter.

use super::OfficeDesk;
use app::desk::{Answer, SystemsDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl SystemsDesk for OfficeDesk {
    async fn tokens(&self) -> Answer<TokensView> {
        self.office.api_tokens(&self.who, self.visit.session.as_deref()).await
    }
    async fn make_token(&self, form: TokenForm) -> Answer<()> {
        self.office.make_token(&self.who, Some(self.session()?), &form).await.map(|_| ())
    }
    async fn revoke_token(&self, id: TokenId) -> Answer<()> {
        self.office.revoke_token(&self.who, id).await
    }
    async fn forget_word(&self) -> Answer<()> {
        self.office.forget_word(self.session()?);
        Ok(())
    }
    async fn webhooks(&self) -> Answer<WebhooksView> {
        self.office.webhooks(&self.who, self.visit.session.as_deref()).await
    }
    async fn add_webhook(&self, form: WebhookForm) -> Answer<()> {
        self.office.add_webhook(&self.who, Some(self.session()?), &form).await.map(|_| ())
    }
    async fn switch_webhook(&self, id: WebhookId, on: bool) -> Answer<()> {
        self.office.switch_webhook(&self.who, id, on).await
    }
    async fn remove_webhook(&self, id: WebhookId) -> Answer<()> {
        self.office.remove_webhook(&self.who, id).await
    }
    async fn test_webhook(&self, id: WebhookId) -> Answer<()> {
        self.office.test_webhook(&self.who, id).await
    }
    async fn redeliver(&self, id: i64) -> Answer<()> {
        self.office.redeliver(&self.who, id).await
    }
    async fn about(&self) -> Answer<AboutView> {
        self.office.about_postroom(&self.who).await
    }
    async fn email_about(&self) -> Answer<DraftId> {
        self.office.email_about(&self.who).await
    }
    async fn email_summary(&self, client: ClientId, in_full: bool) -> Answer<DraftId> {
        self.office.email_summary(&self.who, client, in_full).await
    }
    async fn attach_summary(&self, draft: DraftId) -> Answer<()> {
        self.office.attach_summary(&self.who, draft).await
    }
    async fn preview_text(&self, subject: String, body: String, client: Option<ClientId>) -> Answer<TextPreview> {
        self.office.preview_text(&self.who, subject, body, client).await
    }
}
