//! A person signs in at the provider of a mailbox.

use super::*;

#[async_trait]
impl DelegatedDesk for Office {
    async fn begin_sign_in(&self, _: AccountId) -> Answer<()> {
        Ok(())
    }
    async fn sign_in_trip(&self, account: AccountId) -> Answer<SignInTrip> {
        self.busy()?;
        let card = account_card(account.0);
        Ok(SignInTrip {
            account,
            name: card.name,
            mailbox: card.address,
            provider: "Microsoft".into(),
            url: "https://login.example/authorize?state=s".into(),
            redirect: "https://postroom.example/accounts/signed-in".into(),
            sends: false,
        })
    }
    async fn sign_in_return(&self, state: String, error: String, _: String) -> Answer<Option<SignInReturn>> {
        self.busy()?;
        let card = account_card(1);
        let refusal = (!error.is_empty()).then(|| "The person or the directory said no. Begin again and agree.".to_owned());
        let back = SignInReturn { account: AccountId(1), name: card.name, mailbox: card.address, provider: "Microsoft".into(), refusal };
        Ok((state == "s").then_some(back))
    }
    async fn finish_sign_in(&self, _: String, _: String) -> Answer<(AccountId, bool)> {
        Ok((AccountId(1), true))
    }
}
