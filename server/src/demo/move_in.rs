//! People, cost centres, clients and accounts of the demo, by the use cases that pages and commands call.

use super::{MAILBOX_WORD, WORD, post::Post};
use crate::office::{Office, Principal};
use anyhow::{Context, Result, bail};
use model::{
    AccountForm, AccountId, ActionForm, ActionMode, ClientForm, CostCentreId, DocumentText, Every, Permission, Preset, Role, Security,
    SlotForm, UserForm, UserId, Viewer,
};
use postroom_lab::demo::{CENTRES, Clerk, DemoAddress, MAILBOXES, clients, staff};

/// The demo's people have been here for two weeks (ms): what came since is unread, the years before are not.
const HERE_FOR: i64 = 14 * DAY;

const DAY: i64 = 86_400_000;

/// A letter that is planned: its text's name, subject and words, how often, in how many days it comes first, and last.
type Planned = (&'static str, &'static str, &'static str, Every, i64, Option<i64>);

const PLANNED: [Planned; 2] = [
    (
        "Yearly review",
        "Shall we look at your papers?",
        "Dear {{ client.name }},\n\na year has gone since we last looked at your papers together. When would it suit you to come in?",
        Every::Year,
        7,
        None,
    ),
    (
        "Statements of the month",
        "Your statements",
        "Dear {{ client.name }},\n\nwould you send us the statements of last month?",
        Every::Month,
        3,
        Some(365),
    ),
];

/// What the first page needs: who signs in, and whom they look after.
pub async fn first(office: &Office, now: i64) -> Result<()> {
    let who = Principal::Console;
    for name in CENTRES {
        office.add_cost_centre(&who, name).await?;
    }
    let centres = centres(office).await?;
    for clerk in staff().iter().take(2) {
        add_clerk(office, clerk, &centres).await?;
    }
    for client in clients(now) {
        let form = ClientForm {
            code: client.code.to_owned(),
            name: client.name.to_owned(),
            cost_centre: centres.get(client.centre).copied(),
            self_addresses: slots(&client.own),
            partner_addresses: slots(&client.partner),
        };
        // Nothing is collected yet, so no letter moves and there is nothing to look at first.
        office.post_client(&who, None, None, form, false, "").await.with_context(|| format!("Adding the client {}", client.code))?;
    }
    Ok(())
}

/// What may come while somebody looks already: the other people, and the accounts one after the other.
pub async fn the_rest(office: &Office, post: &mut Post) -> Result<()> {
    let centres = centres(office).await?;
    for clerk in staff().iter().skip(2) {
        add_clerk(office, clerk, &centres).await?;
    }
    for (place, mailbox) in MAILBOXES.iter().enumerate() {
        let id = connect(office, post, place).await.with_context(|| format!("Connecting {}", mailbox.name))?;
        post.connected(place, id);
    }
    plan_letters(office, post.now()).await.context("Planning letters")?;
    post.refuse_frank(office).await
}

/// Two letters that wait on their day until somebody opens them: the demo sends nothing by itself.
async fn plan_letters(office: &Office, now: i64) -> Result<()> {
    let clerk = staff().first().context("The demo has nobody")?;
    let planner = in_the_name_of(office, clerk).await?;
    let zone = office.time_zone();
    for ((name, subject, body, every, days, last), client) in PLANNED.into_iter().zip(clients(now)) {
        let text = DocumentText { name: name.into(), subject: subject.into(), body: body.into() };
        let text = office.keep_text(&Principal::Console, None, text).await?;
        let party = office.client_named(&Principal::Console, client.code).await?.id;
        let day = |days: i64| postroom_sync::day_of(office.now() + days * DAY, &zone);
        let form = ActionForm {
            text: text.to_string(),
            day: day(days),
            every: every.as_str().into(),
            last: last.map(day).unwrap_or_default(),
            mode: ActionMode::Edit.as_str().into(),
            ..ActionForm::default()
        };
        office.save_action(&planner, None, party, form).await?;
    }
    Ok(())
}

async fn centres(office: &Office) -> Result<Vec<CostCentreId>> {
    let known = office.cost_centres(&Principal::Console).await?;
    Ok(CENTRES.iter().filter_map(|name| known.iter().find(|centre| centre.name == *name)).map(|centre| centre.id).collect())
}

async fn add_clerk(office: &Office, clerk: &Clerk, centres: &[CostCentreId]) -> Result<UserId> {
    let role = role(clerk);
    let form = UserForm { name: clerk.name.into(), email: clerk.email.into(), password: WORD.into(), password_repeat: WORD.into() };
    let id = office.add_user(&Principal::Console, form, role).await?;
    let keys = clerk.keys.iter().filter_map(|key| Permission::parse(key)).collect();
    let own = clerk.centres.iter().filter_map(|at| centres.get(*at)).copied().collect();
    office.change_user(&Principal::Console, id, role, clerk.left, keys, own).await?;
    let event = office.event(&Principal::Console, "user.arrival_dated", format!("user:{id}"), "");
    office.store.set_arrival(id, office.now() - HERE_FOR, &event).await.context("Dating an arrival")?;
    Ok(id)
}

fn role(clerk: &Clerk) -> Role {
    if clerk.administrator { Role::Administrator } else { Role::Staff }
}

fn slots(addresses: &[DemoAddress]) -> Vec<SlotForm> {
    let mut slots = vec![SlotForm::default(); 3];
    for address in addresses {
        if let Some(slot) = slots.get_mut(address.slot - 1) {
            *slot = SlotForm { address: address.address.clone(), valid_from: address.from.clone(), valid_to: address.to.clone() };
        }
    }
    slots
}

/// An account through the whole ladder: saved, tested, folders downloaded, enabled.
async fn connect(office: &Office, post: &Post, place: usize) -> Result<AccountId> {
    let mailbox = &MAILBOXES[place];
    let who = match mailbox.owner.and_then(|owner| staff().get(owner)) {
        Some(owner) => in_the_name_of(office, owner).await?,
        None => Principal::Console,
    };
    let form = AccountForm {
        protocol: model::Protocol::Imap,
        preset: Preset::Custom,
        name: mailbox.name.into(),
        description: mailbox.description.into(),
        address: mailbox.address.into(),
        server: "127.0.0.1".into(),
        port: post.port(place).to_string(),
        security: Security::StartTls,
        user_name: mailbox.address.into(),
        password: MAILBOX_WORD.into(),
        password_repeat: MAILBOX_WORD.into(),
        central: mailbox.owner.is_none(),
        ..AccountForm::default()
    };
    let id = office.save_account(&who, None, None, form).await?;
    let diagnosis = office.test_stored(&who, id, &mut |_| {}).await?;
    if !diagnosis.passed() {
        bail!("{}", diagnosis.sentence);
    }
    office.download_folders(&who, id).await?;
    if mailbox.owner.is_none() {
        let everybody = office.users(&Principal::Console).await?.into_iter().filter(|user| !user.disabled).map(|user| user.id).collect();
        office.share_account(&Principal::Console, id, everybody).await?;
    }
    office.enable_account(&who, id).await?;
    Ok(id)
}

/// The owner, with the administrator's right to reach a server on this machine.
async fn in_the_name_of(office: &Office, clerk: &Clerk) -> Result<Principal> {
    let users = office.users(&Principal::Console).await?;
    let card = users.into_iter().find(|user| user.email == clerk.email).with_context(|| format!("{} is not here", clerk.name))?;
    Ok(Principal::Person(Viewer {
        id: card.id,
        name: card.name,
        email: card.email,
        role: Role::Administrator,
        granted: Vec::new(),
        csrf: String::new(),
        shortcuts: true,
    }))
}
