//! Senders: who people are on their letters, and what still hinders each from sending (FN-07 to FN-16).

use super::services::row_of;
use super::{Office, Principal, trouble::problem_of};
use model::{Permission, Problem, SendAsKind, SendAsOwner, Sender, SenderView, SendingBook, UserCard, UserId};

impl Office {
    /// Senders that the principal may see: one's own, or everybody's for those who manage people.
    pub async fn senders(&self, who: &Principal) -> Result<Vec<SenderView>, Problem> {
        who.need_somebody()?;
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let users = self.store.users().await.map_err(problem_of)?;
        let mut views = Vec::new();
        for user in users.iter().filter(|user| !user.disabled && may_see(who, user.id)) {
            views.push(self.sender_view(who, &book, user).await?);
        }
        Ok(views)
    }

    /// One of them.
    pub async fn sender(&self, who: &Principal, id: UserId) -> Result<SenderView, Problem> {
        who.need_somebody()?;
        if !may_see(who, id) {
            return Err(Problem::NotFound);
        }
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let users = self.store.users().await.map_err(problem_of)?;
        let user = users.iter().find(|user| user.id == id).ok_or(Problem::NotFound)?;
        self.sender_view(who, &book, user).await
    }

    async fn sender_view(&self, who: &Principal, book: &SendingBook, user: &UserCard) -> Result<SenderView, Problem> {
        let rules = self.store.email_rules().await.map_err(problem_of)?;
        let proven = self.store.send_as_list().await.map_err(problem_of)?;
        let sender = book.senders.iter().find(|(id, _)| *id == user.id).map(|(_, sender)| sender.clone());
        // Another's cost centres are told to those who look after them alone.
        let own = if who.user() == Some(user.id) { None } else { self.own_cost_centres(who).await? };
        let open = |centre: &model::CostCentreId| own.as_ref().is_none_or(|own| own.contains(centre));
        let centres = book.centres.iter().filter(|(id, _)| user.cost_centres.contains(id) && open(id));
        let mut through: Vec<_> = centres.map(|(id, name)| row_of(book, *id, Some(user.id), name)).collect();
        if through.is_empty() {
            through.push(super::which_account::row_without_centre(book, user.id));
        }
        let mut hindrances = Vec::new();
        match &sender {
            None => hindrances.push("There is no sender yet: enter the name and address that stand on letters.".to_owned()),
            Some(sender) => {
                if !sender.may_send {
                    hindrances.push("E-mail is not allowed for this person.".to_owned());
                }
                let is = |address: &str| address == sender.address;
                let by_account = book.accounts.iter().any(|one| one.proven && is(&one.sender_address));
                let by_code = proven.iter().any(|one| {
                    one.kind == SendAsKind::From && one.proven_at.is_some() && one.owner == SendAsOwner::User(user.id) && is(&one.address)
                });
                if !by_account && !by_code {
                    hindrances.push("The sender’s address is not proven yet: confirm it by a code under Send Mail As.".to_owned());
                }
            }
        }
        for row in &through {
            let missing = row.missing.iter().filter(|sentence| !sentence.contains("has no sender yet"));
            hindrances.extend(missing.map(|sentence| format!("{}: {sentence}", row.name)));
        }
        Ok(SenderView {
            user: user.id,
            user_name: user.name.clone(),
            proposal: (user.name.clone(), user.email.clone()),
            labels: (0..model::SENDER_FIELDS).map(|n| rules.label(n)).collect(),
            sender,
            hindrances,
            through,
            may_change: true,
            may_allow: who.may(Permission::UsersManage),
        })
    }

    /// Keeps a sender: one's own, or anybody's for those who manage people, who also say whether e-mail is allowed. The address is put
    /// among those to be proven.
    pub async fn save_sender(&self, who: &Principal, id: UserId, form: Sender) -> Result<(), Problem> {
        who.need_somebody()?;
        if !may_see(who, id) {
            return Err(Problem::NotFound);
        }
        let user = self.store.user(id).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        form.check().into_result()?;
        let before = self.store.sender(id).await.map_err(problem_of)?;
        let may_send = if who.may(Permission::UsersManage) { form.may_send } else { before.as_ref().is_none_or(|before| before.may_send) };
        let address = postroom_mail::address::canonical(&form.address)
            .ok_or_else(|| Problem::field("address", "Enter an e-mail address, like name@example.com"))?;
        let trimmed = |text: &str| text.trim().to_owned();
        let sender = Sender {
            name: trimmed(&form.name),
            address: address.clone(),
            job_title: trimmed(&form.job_title),
            telephone: trimmed(&form.telephone),
            fields: form.fields.each_ref().map(|field| trimmed(field)),
            may_send,
        };
        let allowed = if may_send { "e-mail allowed" } else { "e-mail not allowed" };
        let event = self.event(who, "user.sender_changed", format!("user:{id}"), format!("{}: {address}, {allowed}", user.name));
        self.store.keep_sender(id, &sender, &event).await.map_err(problem_of)?;
        let book = self.store.sending_book().await.map_err(problem_of)?;
        if !book.accounts.iter().any(|one| one.proven && one.sender_address == address) {
            let event = self.event(who, "user.send_as_added", format!("user:{id}"), address.clone());
            self.store.add_send_as(SendAsKind::From, &address, SendAsOwner::User(id), &event).await.map_err(problem_of)?;
        }
        Ok(())
    }
}

/// One's own; anybody's for those who manage people.
fn may_see(who: &Principal, id: UserId) -> bool {
    who.user() == Some(id) || who.may(Permission::UsersManage)
}
