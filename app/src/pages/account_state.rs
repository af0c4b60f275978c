//! Tab Ledger: what became of every letter the server counts (S1), what was said to the server (S10), and with whom it is shared.

use super::account::Actions;
use super::account_links::record_links;
use super::accounts::last;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// Ledger, hands-off record, sharing.
pub fn ledger_tab(detail: &AccountDetail, people: &[UserCard], actions: Actions) -> AnyView {
    let may_share = detail.card.may_manage;
    view! {
        {record_links(detail.card.id)}
        <section class="panel" aria-labelledby="ledger-title">
            <h2 id="ledger-title">"Ledger"</h2>
            <p>{if detail.card.protocol == Protocol::Archive { "Every letter of every file stands in one of these columns." } else { "Every letter the mail server counts stands in one of these columns." }}</p>
            <details class="help">
                <summary>"What the columns mean"</summary>
                <dl class="facts">{[Some(Outcome::Filed), Some(Outcome::Elsewhere), Some(Outcome::Excluded), Some(Outcome::Errored), None].map(|outcome| {
                    let (name, means) = text::outcome(outcome);
                    view! { <div><dt>{name}</dt><dd>{means}</dd></div> }
                }).collect_view()}</dl>
            </details>
            <div class="last-line"><strong>"Last collection: "</strong>{last(&detail.card)}</div>
            {ledger(detail)}
        </section>
        {(detail.card.protocol != Protocol::Archive).then(|| hands_off(&detail.hands_off))}
        {may_share.then(|| sharing(detail, people.to_vec(), actions))}
    }
    .into_any()
}

/// Where one goes on as soon as letters are here: to read them, and to the clients in whose histories they will stand.
fn go_on(detail: &AccountDetail) -> AnyView {
    let letters: i64 = detail.ledger.iter().map(|row| row.sums.filed + row.sums.elsewhere).sum();
    if letters == 0 {
        return ().into_any();
    }
    let may_add = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::ClientsEdit));
    let read = if detail.readable {
        view! { <li><a href=format!("/mail/{}", detail.card.id)>"Read the letters of this mailbox"</a></li> }.into_any()
    } else if detail.card.may_manage && detail.shared_with.is_empty() {
        view! { <li><a href="#sharing-title">"Share the mailbox"</a>" with those who are to read all of its letters: so far they stand in clients' histories alone"</li> }.into_any()
    } else {
        ().into_any()
    };
    view! {
        <nav aria-label="Go on">
            <ul class="plain-list">
                {read}
                <li><a href="/clients">"See your clients"</a>": each has the letters of his or her addresses"</li>
                {may_add.then(|| view! { <li><a href="/clients/import">"Add clients"</a>": the letters that are here already are found at once"</li> })}
            </ul>
        </nav>
    }
    .into_any()
}

fn ledger(detail: &AccountDetail) -> AnyView {
    if detail.ledger.is_empty() {
        return view! { <p class="quiet">"Nothing has been counted yet. The ledger fills with the first collection."</p> }.into_any();
    }
    let id = detail.card.id;
    let mut sums = LedgerSums::default();
    detail.ledger.iter().for_each(|row| sums.add(&row.sums));
    let rows = detail.ledger.iter().map(|row| ledger_row(id, row)).collect_view();
    let total = [sums.server, sums.filed, sums.elsewhere, sums.excluded, sums.errored, sums.missing];
    let labels = ["On the server", "Filed", "Elsewhere", "Excluded", "Errored", "Missing"];
    let foot =
        total.into_iter().zip(labels).map(|(n, label)| view! { <td class="number" data-label=label>{text::number(n)}</td> }).collect_view();
    let heads = labels.map(|label| view! { <th scope="col" class="number">{label}</th> }).collect_view();
    let verdict = if sums.missing == 0 && sums.errored > 0 {
        let words = format!(
            "All {} on the server are accounted for. {}",
            text::count(sums.server, "letter", "letters"),
            text::errored(sums.errored)
        );
        view! { <Banner tone="warn"><p>{words}</p></Banner> }.into_any()
    } else if sums.missing == 0 {
        view! { <Banner tone="good"><p>{format!("Complete: all {} on the server are accounted for.", text::count(sums.server, "letter", "letters"))}</p></Banner> }.into_any()
    } else {
        view! { <Banner tone="warn"><p>{format!("{} still to come.", text::count(sums.missing, "letter is", "letters are"))}</p></Banner> }
            .into_any()
    };
    view! {
        {verdict}
        {go_on(detail)}
        <table class="table ledger" data-cards="true">
            <caption class="visually-hidden">"Ledger, folder by folder"</caption>
            <thead><tr><th scope="col">"Folder"</th>{heads}</tr></thead>
            <tbody>{rows}</tbody>
            <tfoot><tr><th scope="row" data-label="Folder">"All folders"</th>{foot}</tr></tfoot>
        </table>
    }
    .into_any()
}

fn ledger_row(id: AccountId, row: &LedgerRow) -> AnyView {
    let folder = row.folder_id;
    let cell = |label: &'static str, n: i64, outcome: &'static str| {
        let href = with_query(&format!("/accounts/{id}/ledger"), &[("folder", &folder.to_string()), ("outcome", outcome)]);
        let tone = if n == 0 {
            ""
        } else if outcome == "missing" || outcome == "errored" {
            "warn"
        } else {
            ""
        };
        view! { <td class="number" data-label=label><a href=href data-tone=tone aria-label=format!("{label}: {}", text::number(n))>{text::number(n)}</a></td> }.into_any()
    };
    let sums = row.sums;
    let counted = row.counted_at.map(|at| view! { <span class="quiet block">"Counted "<Ago at=at/></span> });
    view! {
        <tr>
            <th scope="row" data-label="Folder">{row.folder.clone()}{counted}</th>
            <td class="number" data-label="On the server">{text::number(sums.server)}</td>
            {cell("Filed", sums.filed, "filed")}
            {cell("Elsewhere", sums.elsewhere, "elsewhere")}
            {cell("Excluded", sums.excluded, "excluded")}
            {cell("Errored", sums.errored, "errored")}
            {cell("Missing", sums.missing, "missing")}
        </tr>
    }
    .into_any()
}

fn hands_off(record: &HandsOff) -> AnyView {
    let lines = record
        .commands
        .iter()
        .map(|(verb, times)| view! { <div><dt>{verb.clone()}</dt><dd>{text::number(*times)}</dd></div> })
        .collect_view();
    let sessions = text::count(record.sessions, "session", "sessions");
    let words = if record.sessions == 0 {
        "Nothing has been said to the mail server yet.".to_owned()
    } else if record.writes() > 0 {
        let writes = text::count(record.writes(), "command that changes the mailbox was", "commands that change the mailbox were");
        format!("In {sessions} {writes} sent; the certificate names them.")
    } else {
        format!(
            "In {sessions} Postroom only looked and listened. No command that changes the mailbox was sent, because the part that collects has no words for one."
        )
    };
    let ours = (record.added.letters() > 0).then(|| {
        let letters = text::count(record.added.letters(), "letter of our own was", "letters of our own were");
        view! { <p>{format!("Beside that, {letters} added: copies of sent letters, and drafts.")}</p> }
    });
    view! {
        <section class="panel" aria-labelledby="hands-off-title">
            <h2 id="hands-off-title">"Hands off"</h2>
            <p>{words}</p>
            {ours}
            {(!record.commands.is_empty()).then(|| view! { <details><summary>"Details: commands sent, and how often"</summary><dl class="facts">{lines}</dl></details> })}
        </section>
    }
    .into_any()
}

fn sharing(detail: &AccountDetail, people: Vec<UserCard>, actions: Actions) -> AnyView {
    let id = detail.card.id;
    let shared = detail.shared_with.clone();
    let names = shared.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>().join(", ");
    view! {
        <section class="panel" aria-labelledby="sharing-title">
            <h2 id="sharing-title">"Sharing"</h2>
            <p>"Letters that match a client are seen by everyone who may open that client. All other letters of this account are seen by its owner and by the people below."</p>
            <p class="quiet">{if names.is_empty() { "Shared with nobody.".to_owned() } else { format!("Shared with {names}.") }}</p>
            {share_form(id, shared, people, actions)}
        </section>
    }
    .into_any()
}

/// The form needs the names of people, which only those who look after people may list.
fn share_form(id: AccountId, shared: Vec<(UserId, String)>, people: Vec<UserCard>, actions: Actions) -> AnyView {
    if people.is_empty() {
        return view! { <p class="quiet">"Somebody who may manage people can change this."</p> }.into_any();
    }
    // Made inside the form: what was ticked comes back to boxes that know their form.
    let boxes = move || {
        people
            .into_iter()
            .filter(|user| !user.disabled)
            .map(|user| {
                let checked = shared.iter().any(|(id, _)| *id == user.id);
                view! { <Check id=format!("share-{}", user.id) name="users[]" value=user.id.to_string() label=user.name hint=user.email checked=checked/> }
            })
            .collect_view()
    };
    view! {
        <PostForm action=actions.share>
            <input type="hidden" name="id" value=id.to_string()/>
            <fieldset class="checks"><legend class="visually-hidden">"Share with"</legend>{boxes()}</fieldset>
            <Submit label="Save sharing" variant="secondary"/>
        </PostForm>
    }
    .into_any()
}
