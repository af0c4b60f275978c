//! An office of two cost centres that must not see each other: Ann's in the North, Bob's in the South.
//!
//! Everything of Bob's holds a word that occurs nowhere else, so that a single leak is found wherever it comes out.

use crate::accounts::letter;
use crate::browser::{Browser, House, NOW, event};
use crate::sending::side;
use model::{
    AccountId, ActionId, ActionMode, ActionPlan, ActionTo, ClientId, ContactForm, CostCentreId, DocumentText, DraftId, Every, FolderId,
    ImportSettings, LetterForm, Managed, MessageId, OccurrenceId, Permission, Preset, Role, Security, SendAsId, SendAsKind, SendAsOwner,
    SlotForm, StatementId, TextId, UserId,
};
use model::{Origin, RecipientRole};
use postroom_lab::imap::{ImapLab, ImapLabOptions};
use postroom_server::tokens;
use postroom_store::{NewAccount, NewDraft, Outgoing, OutgoingRecipient, SendingSide};
use tokio_util::sync::CancellationToken;

/// In everything of Bob's letters and clients: names, addresses, subjects, texts, file names.
pub const SECRET: &str = "xqsecret";
/// In the settings of Bob's account. Who manages every account sees those.
pub const ACCOUNT: &str = "xqaccount";
/// In Bob's own name and address: colleagues know each other where accounts are shared.
pub const COLLEAGUE: &str = "xqcolleague";

/// What belongs to one of the two. A new kind of thing that has an id gets its field here, for both.
#[derive(Debug, Clone, Copy)]
pub struct Side {
    pub user: UserId,
    pub centre: CostCentreId,
    pub client: ClientId,
    /// An agent.
    pub contact: ClientId,
    /// An agent who was deleted.
    pub gone_contact: ClientId,
    pub account: AccountId,
    pub folder: FolderId,
    /// A letter of the client's.
    pub letter: MessageId,
    /// A letter that matches no client.
    pub private: MessageId,
    /// A statement of the account's ledger.
    pub statement: StatementId,
    /// A letter that is being written.
    pub draft: DraftId,
    /// An address that letters may be answered to.
    pub send_as: SendAsId,
    /// A letter on its way out, by the account.
    pub outgoing: i64,
    /// A letter that waits in Email Management.
    pub managed: Managed,
    /// A letter that is made on a date.
    pub action: ActionId,
    /// A day of it that has come.
    pub occurrence: OccurrenceId,
}

/// The office, with the mail server behind it.
pub struct World {
    pub house: House,
    pub lab: ImapLab,
    pub ann: Side,
    pub bob: Side,
    /// A letter in Bob's mailbox to a client of each: Ann may read it, and learns nothing else from it.
    pub joint: Option<MessageId>,
    /// A document text, of the whole office.
    pub text: TextId,
}

/// What both may do by themselves: nothing of it opens the other's.
pub const OWN: &[Permission] = &[Permission::AccountsOwn, Permission::ClientsEdit, Permission::LettersExport];

/// Fills in one of the two.
struct Plan {
    name: &'static str,
    centre: &'static str,
    code: &'static str,
    client: &'static str,
    client_address: &'static str,
    account: &'static str,
    account_address: &'static str,
    folder: &'static str,
    subject: &'static str,
    text: &'static str,
}

const ANN: Plan = Plan {
    name: "ann",
    centre: "North",
    code: "A1",
    client: "Amelia North",
    client_address: "amelia@north.example",
    account: "North desk",
    account_address: "north@office.example",
    folder: "INBOX",
    subject: "Pension",
    text: "Please find the offer.",
};

const BOB: Plan = Plan {
    name: "xqcolleague",
    centre: "South xqsecret",
    code: "xqsecret-1",
    client: "Xqsecret South",
    client_address: "xqsecret@south.example",
    account: "xqaccount desk",
    account_address: "xqaccount@office.example",
    folder: "xqsecret-folder",
    subject: "xqsecret kettle",
    text: "The kettle is an xqsecret.",
};

impl World {
    /// Ann and her things; Bob only as a person and a cost centre, so that what Ann is shown can be compared later.
    pub async fn of_ann_alone() -> Self {
        let house = House::with_ada().await;
        let (ann, bob) = (person(&house, &ANN).await, person(&house, &BOB).await);
        let options =
            ImapLabOptions { users: vec![("ann".into(), "secret".into()), ("bob".into(), "secret".into())], ..Default::default() };
        let lab = ImapLab::start(options).unwrap();
        let text = DocumentText { name: "Reminder".into(), subject: String::new(), body: "Dear {{ client.name }}".into() };
        let text = house.office.keep_text(&house.console(), None, text).await.unwrap();
        let ann = things(&house, &lab, &ANN, "ann", ann, text).await;
        Self { house, lab, ann, bob, joint: None, text }
    }

    /// Now Bob has as much.
    pub async fn bob_moves_in(&mut self) {
        self.bob = things(&self.house, &self.lab, &BOB, "bob", self.bob, self.text).await;
    }

    /// Bob's mailbox gets a letter to a client of each.
    pub async fn both_get_a_letter(&mut self) {
        let list = format!("code,name,self1,cost_centre\nxqsecret-2,Xqsecret Joint,joint@both.example,{}\n", BOB.centre);
        self.house.office.import_file(&self.house.console(), list.into_bytes(), false).await.unwrap();
        self.lab.deliver("bob", BOB.folder, letter(ANN.client_address, "joint@both.example", "For both", "Hello you two."), &[]);
        self.joint = Some(collect(&self.house, self.bob.account, "subject:both").await);
    }

    /// A browser of somebody who is signed in; without the toil of a password.
    pub async fn browser_of(&self, user: UserId) -> Browser {
        let token = tokens::new_token();
        let now = self.house.office.now();
        self.house.office.store.start_session(&tokens::digest(&token), user, now, "127.0.0.1", "test").await.unwrap();
        let mut browser = self.house.browser();
        browser.cookies.insert("postroom_session".into(), token);
        browser
    }
}

async fn person(house: &House, plan: &Plan) -> Side {
    let centre = house.office.add_cost_centre(&house.console(), plan.centre).await.unwrap();
    let user = house.add_user(&format!("{}@example.com", plan.name), Role::Staff, OWN).await;
    house.office.store.change_user(user, Role::Staff, false, OWN, &[centre], &event("user.changed")).await.unwrap();
    let none = Side {
        user,
        centre,
        client: ClientId(-1),
        contact: ClientId(-1),
        gone_contact: ClientId(-1),
        account: AccountId(-1),
        folder: FolderId(-1),
        letter: MessageId(-1),
        private: MessageId(-1),
        statement: StatementId(-1),
        draft: DraftId(-1),
        send_as: SendAsId(-1),
        outgoing: -1,
        managed: Managed { account: AccountId(-1), letter: MessageId(-1) },
        action: ActionId(-1),
        occurrence: OccurrenceId(-1),
    };
    Side { ..none }
}

async fn things(house: &House, lab: &ImapLab, plan: &Plan, login: &str, side: Side, text: TextId) -> Side {
    let list = format!("code,name,self1,cost_centre\n{},{},{},{}\n", plan.code, plan.client, plan.client_address, plan.centre);
    let report = house.office.import_file(&house.console(), list.into_bytes(), false).await.unwrap();
    assert_eq!(report.added, 1, "{report:?}");
    let client = house.office.client_named(&house.console(), plan.code).await.unwrap().id;
    let form = ContactForm {
        name: format!("{} agent", plan.client),
        side: "agent".into(),
        contact_type: Some(house.office.store.contact_types().await.unwrap()[0].id),
        cost_centre: Some(side.centre),
        addresses: vec![SlotForm { address: format!("agent.{}", plan.client_address), ..SlotForm::default() }],
        ..ContactForm::default()
    };
    let addresses = vec![SlotForm { address: format!("gone.{}", plan.client_address), ..SlotForm::default() }];
    let gone = ContactForm { name: format!("{} former agent", plan.client), addresses, ..form.clone() };
    let contact = house.office.save_contact(&house.console(), None, form).await.unwrap();
    let gone_contact = house.office.save_contact(&house.console(), None, gone).await.unwrap();
    let (_, removal) = house.office.contact_removal(&house.console(), gone_contact).await.unwrap();
    assert!(house.office.delete_contact(&house.console(), gone_contact, &removal.mark()).await.unwrap());
    let account = house.office.store.add_account(&settings(lab, plan, login, side.user), &event("account.added")).await.unwrap();
    let to_client = letter(plan.client_address, plan.account_address, plan.subject, plan.text);
    // The file's name gives itself away too.
    let to_client = String::from_utf8(to_client).unwrap().replace("page.html", &format!("{}.html", plan.code)).into_bytes();
    lab.deliver(login, plan.folder, to_client, &[]);
    let private = format!("{} fishing", plan.subject);
    lab.deliver(login, plan.folder, letter("friend@private.example", plan.account_address, &private, plan.text), &[]);
    house.office.download_folders(&house.console(), account).await.unwrap();
    let folders = house.office.store.folders(account).await.unwrap();
    let folder = folders.iter().find(|folder| folder.name == plan.folder).unwrap().id;
    house.office.select_folders(&house.console(), account, vec![folder]).await.unwrap();
    house.office.enable_account(&house.console(), account).await.unwrap();
    let letter = collect(house, account, &format!("from:{}", plan.client_address)).await;
    let private = collect(house, account, "subject:fishing").await;
    let statement = house.office.ask_statement(&house.console(), account).await.unwrap();
    let form = LetterForm { to: plan.client_address.into(), subject: plan.subject.into(), body: plan.text.into(), ..LetterForm::default() };
    let new = NewDraft { client: Some(client), form, ..NewDraft::default() };
    let draft = house.office.store.begin_draft(side.user, &new, &event("draft.begun")).await.unwrap();
    let (address, owner) = (format!("answers.{}", plan.client_address), SendAsOwner::User(side.user));
    let send_as = house.office.store.add_send_as(SendAsKind::ReplyTo, &address, owner, &event("user.send_as_added")).await.unwrap();
    let outgoing = outgoing(house, plan, account).await;
    // Replies are imported: the letter of nobody known waits.
    let settings = ImportSettings { on: true, ..ImportSettings::default() };
    house.office.store.save_import_settings(account, &settings, &event("account.import_changed")).await.unwrap();
    house.office.engine.import_waiting(&CancellationToken::new()).await.unwrap();
    let managed = Managed { account, letter: private };
    let (action, occurrence) = due(house, client, side.user, text).await;
    Side {
        client,
        contact,
        gone_contact,
        account,
        folder,
        letter,
        private,
        statement,
        draft,
        send_as,
        outgoing,
        managed,
        action,
        occurrence,
        ..side
    }
}

/// A letter to a client whose day has come.
async fn due(house: &House, client: ClientId, user: UserId, text: TextId) -> (ActionId, OccurrenceId) {
    let store = &house.office.store;
    let (to, mode, every) = (ActionTo::Myself, ActionMode::Edit, Every::Once);
    let plan = ActionPlan { text, to, mode, every, first_day: "2026-09-21".into(), last_day: None, minute: 540 };
    let day = ("2026-09-21".to_owned(), NOW - 1);
    let action = store.plan_action(postroom_store::Scope::Everything, client, &plan, &day, user, &event("action.planned")).await.unwrap();
    let raised = store.actions_to_raise(NOW, 10).await.unwrap();
    assert!(store.raise_action(&raised[0], &day, None).await.unwrap());
    let days = store.days_of_action(postroom_store::Scope::Everything, action).await.unwrap();
    (action, days[0].id)
}

fn settings(lab: &ImapLab, plan: &Plan, login: &str, owner: UserId) -> NewAccount {
    NewAccount {
        name: plan.account.into(),
        description: format!("{}'s mailbox", plan.account),
        protocol: model::Protocol::Imap,
        preset: Preset::Custom,
        address: plan.account_address.into(),
        server: "127.0.0.1".into(),
        port: lab.port(),
        security: Security::StartTls,
        user_name: login.into(),
        secret: Some("secret".to_owned().into()),
        timeout_seconds: 60,
        connection_limit: None,
        pinned_fingerprint: Some(lab.fingerprint().to_owned()),
        allow_clear_text: false,
        owner: Some(owner),
        reach_anywhere: true,
        tested: true,
    }
}

/// Collects, and answers the newest letter that a search finds.
async fn collect(house: &House, account: AccountId, query: &str) -> MessageId {
    let stop = CancellationToken::new();
    let report = house.office.engine.collect_account(account, &stop).await.unwrap();
    assert_eq!((report.ledger.missing, &report.error), (0, &None));
    house.office.engine.index_waiting(&stop).await.unwrap();
    let found = house
        .office
        .search(&house.console(), postroom_server::office::search::Asked { words: query, ..Default::default() }, 10)
        .await
        .unwrap();
    let newest = found.page.rows.iter().map(|row| row.id).max();
    newest.unwrap_or_else(|| panic!("{query} finds nothing at {NOW}"))
}

/// A letter that the account is about to send.
async fn outgoing(house: &House, plan: &Plan, account: AccountId) -> i64 {
    let store = &house.office.store;
    let side = SendingSide { is_system: false, ..side(account, "", plan.account_address) };
    store.keep_sending_side(&side, None, &event("account.sends")).await.unwrap();
    let letter = Outgoing {
        account: account.0,
        message_id: format!("<{}@out.example>", plan.code),
        raw: letter(plan.account_address, plan.client_address, plan.subject, plan.text),
        sender: plan.account_address.into(),
        subject: plan.subject.into(),
        recipients: vec![OutgoingRecipient { role: RecipientRole::To, address: plan.client_address.into(), name: String::new() }],
        party: None,
        answers: None,
        by_user: None,
        origin: Origin::Person,
        cost_centre: None,
        trace: String::new(),
        form_key: None,
        not_before: NOW + 900_000_000,
    };
    store.enqueue(&letter, &event("letter.handed_over")).await.unwrap().id
}
