//! `/accounts/:id`: one account in three tabs: Server, Folders, Ledger.

use super::account_folders::folders_tab;
use super::account_form::{Typed, account_form};
use super::account_joins::to_answer;
use super::account_state::ledger_tab;
use super::doctor::{mended_by, report_unless};
use crate::api::accounts::*;
use crate::api::delegated::BeginSignIn;
use crate::api::join::AnswerJoin;
use crate::api::life::BringBack;
use crate::api::people::users;
use crate::islands::{LiveBar, LiveState};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountDetail, AccountDraft, AccountHealth, AccountId, Permission, Problem, Protocol, Rehearsal, UserCard, Viewer};
use serde::{Deserialize, Serialize};

/// The server functions of the page. Made once, above what is drawn again.
#[derive(Clone, Copy)]
pub struct Actions {
    /// Test and save.
    pub post: ServerAction<PostAccount>,
    /// A fix of the doctor's.
    pub fix: ServerAction<ApplyFix>,
    /// Exit.
    pub leave: ServerAction<DropDraft>,
    /// Ask for folders.
    pub download: ServerAction<DownloadFolders>,
    /// Choose folders.
    pub select: ServerAction<SelectFolders>,
    /// Enable.
    pub enable: ServerAction<EnableAccount>,
    /// Pause.
    pub pause: ServerAction<PauseAccount>,
    /// Collect at once.
    pub collect: ServerAction<CollectNow>,
    /// Share.
    pub share: ServerAction<ShareAccount>,
    /// Bring removed letters back.
    pub back: ServerAction<BringBack>,
    /// Sign in at the provider.
    pub sign_in: ServerAction<BeginSignIn>,
    /// Answer a request to read it.
    pub answer: ServerAction<AnswerJoin>,
}

impl Actions {
    fn new() -> Self {
        Self {
            post: ServerAction::new(),
            fix: ServerAction::new(),
            leave: ServerAction::new(),
            download: ServerAction::new(),
            select: ServerAction::new(),
            enable: ServerAction::new(),
            pause: ServerAction::new(),
            collect: ServerAction::new(),
            share: ServerAction::new(),
            back: ServerAction::new(),
            sign_in: ServerAction::new(),
            answer: ServerAction::new(),
        }
    }

    fn problem(self) -> Signal<Option<Problem>> {
        let problems = [
            problem_of(self.post),
            problem_of(self.fix),
            problem_of(self.download),
            problem_of(self.select),
            problem_of(self.enable),
            problem_of(self.pause),
            problem_of(self.collect),
            problem_of(self.share),
            problem_of(self.back),
            problem_of(self.sign_in),
            problem_of(self.answer),
        ];
        Signal::derive(move || problems.iter().find_map(|problem| problem.get()))
    }
}

const DONE: &[(&str, &str)] = &[
    ("saved", "The account is saved."),
    ("tested", "The test has run. The report is below."),
    ("fixed", "The setting was changed and tested again. Save to keep it."),
    ("folders", "The folders were downloaded. Look over which are chosen."),
    ("selected", "The choice of folders is saved."),
    ("rehearsed", "The rehearsal has run. Nothing was stored."),
    ("enabled", "Collection is on. Newest letters come first; you can leave this page."),
    ("paused", "Collection is paused. Nothing is forgotten."),
    ("collecting", "Collecting has been asked for."),
    ("shared", "Sharing is saved."),
    ("signed-in", "The sign-in is kept, and the mailbox opened with it."),
    ("declined", "The request is declined. Whoever asked sees that."),
    ("archived", "The account is an archive now. Its letters stay; nothing is collected any more."),
    ("back", "The removed letters come back with the next collection."),
    ("importing", "The file has arrived and is being imported. You can leave this page."),
];

/// All that the page shows.
#[derive(Clone, Serialize, Deserialize)]
struct Shown {
    detail: AccountDetail,
    draft: Option<AccountDraft>,
    rehearsal: Option<Rehearsal>,
    /// People to share with; empty unless the viewer may list them.
    people: Vec<UserCard>,
}

/// One account.
#[component]
pub fn AccountPage() -> impl IntoView {
    let id = param("id", AccountId(0));
    let actions = Actions::new();
    let may_share = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::UsersManage));
    let data = Resource::new(
        move || id.get(),
        move |id| async move {
            let (detail, draft, rehearsal) = account(id).await?;
            let people = if may_share && detail.card.may_manage { users().await? } else { Vec::new() };
            Ok::<_, crate::Trouble>(Shown { detail, draft, rehearsal, people })
        },
    );
    let problem = actions.problem();
    let tab = query("tab");
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a></nav>
        <Done words=DONE.to_vec()/>
        <ErrorSummary problem=problem/>
        {load(data, "the account", move |shown| page(shown, actions, &tab.get_untracked(), problem))}
    }
}

fn page(shown: Shown, actions: Actions, tab: &str, problem: Signal<Option<Problem>>) -> AnyView {
    let Shown { detail, draft, rehearsal, people } = shown;
    let card = detail.card.clone();
    let start = if !card.may_manage || card.health != AccountHealth::Draft { "ledger" } else { "server" };
    let archive = !card.protocol.collects();
    let chosen = if archive { "ledger" } else { ["server", "folders", "ledger"].into_iter().find(|known| *known == tab).unwrap_or(start) };
    let warnings = card.warnings.clone().into_iter().map(|warning| view! { <Banner tone="warn"><p>{warning}</p></Banner> }).collect_view();
    let error = card.last_error.is_some().then(|| last_error(&card));
    let may_manage = card.may_manage;
    let removed = detail.removed;
    let tabs_id = card.id;
    view! {
        {page_title(card.name.clone(), Some(problem))}
        <div class="page-head">
            <div>
                <h1>{card.name.clone()}</h1>
                <p class="lead">{card.address.clone()}{(!card.description.is_empty()).then(|| format!(" · {}", card.description))}</p>
                <div class="cluster"><LiveState account=card.id health=card.health.clone()/>{detail.form.allow_clear_text.then(|| view! { <Tag text="Clear text allowed" tone="warn" icon=Icon::Warning/> })}</div>
            </div>
            {(may_manage && card.protocol == Protocol::Archive).then(|| add_files(&card))}
            {(may_manage && card.protocol == Protocol::Smtp).then(|| outgoing(card.id))}
            {(may_manage && !archive).then(|| buttons(&detail, chosen == "folders", actions))}
        </div>
        {matches!(card.health, AccountHealth::Removing(_)).then(|| view! {
            <Banner tone="warn">
                <p>"This account is being removed with the letters that only it holds. Nothing can be done with it any more; you can leave this page."</p>
                <p class="no-js"><a href=format!("/accounts/{}", card.id)>"Look again"</a></p>
            </Banner>
        })}
        <LiveBar account=card.id health=card.health.clone()/>
        {to_answer(detail.joins.clone(), actions.answer)}
        {warnings}
        {detail.copies_unchosen.then(|| copies(tabs_id))}
        {(removed > 0).then(|| brought_back(tabs_id, removed, actions))}
        {error}
        {detail.sign_in.as_ref().and_then(|state| super::account_sign_in::invitation(&detail, state, actions.sign_in))}
        {(may_manage && !archive).then(|| tabs(tabs_id, chosen))}
        {match chosen {
            "server" if may_manage => server_tab(&detail, draft, actions),
            "folders" if may_manage => folders_tab(&detail, rehearsal.as_ref(), actions),
            _ => ledger_tab(&detail, &people, actions),
        }}
        {may_manage.then(|| view! { <p class="help-line"><a href=format!("/accounts/{tabs_id}/delete")>"Delete this account…"</a></p> })}
    }
    .into_any()
}

/// Sent letters leave no copy in the mailbox, and nobody has said that they should not.
fn copies(id: AccountId) -> AnyView {
    view! {
        <Banner tone="info">
            <p>"Letters sent through this account leave no copy in its mailbox: other mail programs do not show them among sent letters."</p>
            <p><a href=format!("/accounts/{id}/sending#sent_copy")>"Choose whether copies are kept"</a></p>
        </Banner>
    }
    .into_any()
}

/// Letters of this mailbox were removed once; they come back only when somebody says so (P36).
fn brought_back(id: AccountId, removed: i64, actions: Actions) -> AnyView {
    let may = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::AccountsManage));
    let words = format!("{} of this mailbox removed here earlier, and left out since.", text::count(removed, "letter was", "letters were"));
    view! {
        <Banner tone="info">
            <p>{words}</p>
            {may.then(|| view! { <PlainButton action=actions.back label="Bring them back" with=vec![("id", id.to_string())]/> })}
        </Banner>
    }
    .into_any()
}

fn last_error(card: &model::AccountCard) -> AnyView {
    if card.protocol == Protocol::Archive {
        let words = "The last import ended before it was through. What was read is kept; import the same file again to go on.";
        let error = card.last_error.clone();
        return view! { <Banner tone="bad"><p><strong>{words}</strong></p><p>{error}</p></Banner> }.into_any();
    }
    let verdict = card.verdict.map(text::verdict).unwrap_or("The last collection failed.");
    let error = card.last_error.clone().unwrap_or_default();
    view! {
        <Banner tone="bad">
            <p><strong>{verdict}</strong></p>
            <details><summary>"Error text of the last collection"</summary><pre>{error}</pre></details>
        </Banner>
    }
    .into_any()
}

/// What can be done now, and only that. Beside the folders, the form there starts collecting: it carries the choice along.
fn buttons(detail: &AccountDetail, folders: bool, actions: Actions) -> AnyView {
    let with = || vec![("id", detail.card.id.to_string())];
    let chosen = detail.folders.iter().any(|folder| folder.selected);
    let off = matches!(detail.card.health, AccountHealth::Draft | AccountHealth::Paused | AccountHealth::NeedsPassword);
    let enable = if off && detail.tested && chosen && !folders {
        view! { <PlainButton action=actions.enable label="Start collecting" variant="primary" with=with()/> }.into_any()
    } else {
        ().into_any()
    };
    let running = (!off).then(|| {
        view! {
            <a class="button no-js" data-variant="quiet" href=format!("/accounts/{}", detail.card.id)>"Refresh"</a>
            <PlainButton action=actions.pause label="Pause" with=with()/>
            <PlainButton action=actions.collect label="Collect now" variant="primary" with=with()/>
        }
    });
    view! { <div class="actions">{enable}{running}</div> }.into_any()
}

/// An archive is not collected: files are added to it.
fn add_files(card: &model::AccountCard) -> AnyView {
    let href = with_query("/accounts/import", &[("account", &card.name)]);
    view! { <div class="actions"><a class="button no-js" data-variant="quiet" href=format!("/accounts/{}", card.id)>"Refresh"</a><a class="button" data-variant="primary" href=href>"Import another file"</a></div> }.into_any()
}

/// An account that only sends has one thing to change.
fn outgoing(id: AccountId) -> AnyView {
    view! { <div class="actions"><a class="button" data-variant="primary" href=format!("/accounts/{id}/sending")>"Outgoing server and sender"</a></div> }.into_any()
}

pub(super) fn tabs(id: AccountId, chosen: &str) -> AnyView {
    let tab = |value: &'static str, words: &'static str| {
        view! { <li><a href=format!("/accounts/{id}?tab={value}") aria-current=(chosen == value).then_some("page")>{words}</a></li> }
    };
    view! { <nav class="tabs" aria-label="Account"><ul>{tab("server", "Server")}{tab("folders", "Folders")}{tab("ledger", "Ledger")}<li><a href=format!("/accounts/{id}/import") aria-current=(chosen == "import").then_some("page")>"Import"</a></li><li><a href=format!("/accounts/{id}/sending")>"Outgoing"</a></li></ul></nav> }.into_any()
}

fn server_tab(detail: &AccountDetail, draft: Option<AccountDraft>, actions: Actions) -> AnyView {
    let id = Some(detail.card.id);
    let typed_since = draft.is_some();
    let (form, diagnosis) = match draft {
        Some(draft) => (draft.form, draft.diagnosis.or_else(|| detail.diagnosis.clone())),
        None => (detail.form.clone(), detail.diagnosis.clone()),
    };
    let next = (detail.tested && !typed_since && detail.folders.is_empty()).then(|| {
        let href = format!("/accounts/{}?tab=folders", detail.card.id);
        view! { <Banner tone="info"><p>"The test passed. "<a href=href>"Choose the folders next"</a>"."</p></Banner> }
    });
    view! {
        {next}
        {diagnosis.map(|diagnosis| report_unless(problem_of(actions.post), diagnosis, id, mended_by(actions.fix, id)))}
        {account_form(actions.post, actions.leave, Typed { id, form, has_password: true, notes: Vec::new(), unsaved: typed_since })}
    }
    .into_any()
}
