//! Other systems, and help.

use super::*;

const NOW_AT: i64 = 1_773_000_000_000;

fn token() -> TokenCard {
    TokenCard {
        id: TokenId(1),
        name: "CRM".into(),
        scopes: vec![ApiScope::ClientsRead, ApiScope::LettersSend],
        cost_centre: Some(CostCentreId(1)),
        web: Some(WebConfigurationId(1)),
        created_at: NOW_AT,
        created_by: "ada@example.com".into(),
        used_at: Some(NOW_AT),
        expires_at: None,
        revoked_at: None,
    }
}

#[async_trait]
impl SystemsDesk for Office {
    async fn tokens(&self) -> Answer<TokensView> {
        self.busy()?;
        let old = TokenCard { id: TokenId(2), name: "Old".into(), revoked_at: Some(NOW_AT), ..token() };
        Ok(TokensView {
            tokens: if self.is_busy() { vec![token(), old] } else { Vec::new() },
            centres: vec![(CostCentreId(1), "North".into())],
            webs: vec![(WebConfigurationId(1), "Portal".into())],
            fresh: self.is_busy().then(|| FreshWord { name: "CRM".into(), word: "prt_abc".into() }),
            at: NOW_AT,
        })
    }
    async fn make_token(&self, form: TokenForm) -> Answer<()> {
        form.check().into_result()
    }
    async fn revoke_token(&self, _: TokenId) -> Answer<()> {
        Ok(())
    }
    async fn forget_word(&self) -> Answer<()> {
        Ok(())
    }
    async fn webhooks(&self) -> Answer<WebhooksView> {
        self.busy()?;
        let hook = WebhookCard {
            id: WebhookId(1),
            url: "https://crm.example/postroom".into(),
            events: vec![WebhookEvent::LetterFiled],
            cost_centre: None,
            is_on: false,
            stopped: "The other system took nothing for three days.".into(),
            created_at: NOW_AT,
            created_by: "ada@example.com".into(),
        };
        let row = DeliveryRow {
            id: 1,
            webhook: WebhookId(1),
            event_id: "filed-9-5".into(),
            kind: "letter.filed".into(),
            at: NOW_AT,
            tries: 2,
            next_at: Some(NOW_AT),
            state: DeliveryState::Waiting,
            status: 503,
            answer: "The other system failed (503).".into(),
            answered_at: Some(NOW_AT),
        };
        let busy = self.is_busy();
        Ok(WebhooksView {
            hooks: if busy { vec![hook] } else { Vec::new() },
            deliveries: if busy { vec![row] } else { Vec::new() },
            centres: vec![(CostCentreId(1), "North".into())],
            fresh: None,
        })
    }
    async fn add_webhook(&self, form: WebhookForm) -> Answer<()> {
        form.check().into_result()
    }
    async fn switch_webhook(&self, _: WebhookId, _: bool) -> Answer<()> {
        Ok(())
    }
    async fn remove_webhook(&self, _: WebhookId) -> Answer<()> {
        Ok(())
    }
    async fn test_webhook(&self, _: WebhookId) -> Answer<()> {
        Ok(())
    }
    async fn redeliver(&self, _: i64) -> Answer<()> {
        Ok(())
    }
    async fn about(&self) -> Answer<AboutView> {
        self.busy()?;
        Ok(AboutView { facts: vec![("Version".into(), "0.1.0".into())] })
    }
    async fn email_about(&self) -> Answer<DraftId> {
        Ok(DraftId(1))
    }
    async fn email_summary(&self, _: ClientId, _: bool) -> Answer<DraftId> {
        Ok(DraftId(1))
    }
    async fn attach_summary(&self, _: DraftId) -> Answer<()> {
        Ok(())
    }
    async fn preview_text(&self, subject: String, body: String, _: Option<ClientId>) -> Answer<TextPreview> {
        Ok(TextPreview { subject, body: body.replace("{{ client.name }}", "Jo Hartley"), ..TextPreview::default() })
    }
}
