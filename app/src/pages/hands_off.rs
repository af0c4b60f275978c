//! `/accounts/:id/hands-off`: the certificate that the mailbox was only read (S10), made to be printed.

use crate::api::health::hands_off_certificate;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The certificate of one account.
#[component]
pub fn HandsOffPage() -> impl IntoView {
    let id = param("id", AccountId(0));
    let data = Resource::new(move || id.get(), |id| async move { hands_off_certificate(id).await });
    load(data, "the certificate", move |shown| {
        let id = id.get_untracked();
        view! {
            <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a><a href=format!("/accounts/{id}?tab=ledger")>{shown.account.clone()}</a></nav>
            {sheet(shown)}
        }
        .into_any()
    })
}

/// What a command does, for people.
fn means(verb: &str) -> &'static str {
    let mut words = verb.split_whitespace().filter(|word| *word != "UID");
    match words.next().unwrap_or_default() {
        "EXAMINE" => "Opens a folder for reading only",
        "FETCH" if verb.contains("BODY.PEEK[]") => "Reads a whole letter without marking it as read",
        "FETCH" if verb.contains("BODY.PEEK") => "Reads a part of a letter without marking it as read",
        "FETCH" => "Asks for sizes, dates or marks of letters",
        "SEARCH" => "Asks which letters there are",
        "LIST" | "LSUB" => "Asks which folders there are",
        "STATUS" => "Asks how many letters a folder holds",
        "LOGIN" | "AUTHENTICATE" => "Signs in",
        "LOGOUT" => "Takes leave",
        "CAPABILITY" => "Asks what the server can do",
        "STARTTLS" => "Makes the connection safe",
        "IDLE" | "DONE" => "Waits for news",
        "NOOP" => "Does nothing",
        "ID" => "Says which program is calling",
        "NAMESPACE" => "Asks where folders are",
        "ENABLE" => "Agrees on an ability of the protocol",
        "COMPRESS" => "Agrees to send less",
        "UNSELECT" => "Leaves a folder without touching it",
        "SELECT" => "Opens a folder for writing",
        "CAPA" => "Asks what the server can do",
        "STLS" => "Makes the connection safe",
        "USER" | "PASS" | "AUTH" => "Signs in",
        "STAT" => "Asks how many letters there are",
        "UIDL" => "Asks for the names of the letters",
        "TOP" => "Looks at a letter, or at its head alone, without marking it as read",
        "RETR" => "Reads a whole letter",
        "DELE" => "Has a letter deleted that is stored here, as the account's settings ask for",
        "QUIT" => "Takes leave; what was marked for deletion is deleted now",
        _ => "",
    }
}

fn sheet(shown: Certificate) -> AnyView {
    let Certificate { account, address, record, writes, until, at } = shown;
    let opens: i64 = record.commands.iter().filter(|(verb, _)| verb == "EXAMINE").map(|(_, times)| times).sum();
    let verdict = if record.sessions == 0 {
        view! { <Banner tone="info"><p>"Nothing has been said to the mail server yet. The certificate fills with the first collection."</p></Banner> }.into_any()
    } else if writes == 0 {
        let sessions = text::count(record.sessions, "session", "sessions");
        view! {
            <Banner tone="good">
                <p><strong>{format!("In {sessions} no command was sent that could change this mailbox.")}</strong></p>
                {(opens > 0).then(|| view! { <p>{format!("Folders were opened {}, each time for reading only.", text::count(opens, "time", "times"))}</p> })}
            </Banner>
        }
        .into_any()
    } else {
        view! { <Banner tone="bad"><p>{format!("{} sent that could change this mailbox. They are marked below.", text::count(writes, "command was", "commands were"))}</p></Banner> }.into_any()
    };
    let rows = record
        .commands
        .iter()
        .map(|(verb, times)| {
            let alone = HandsOff { sessions: 1, commands: vec![(verb.clone(), *times)] };
            let mark = (alone.writes() > 0).then(|| view! { <Tag text="Write" tone="bad" icon=Icon::Cross/> });
            view! {
                <tr>
                    <th scope="row" data-label="Command"><code>{verb.clone()}</code>" "{mark}</th>
                    <td data-label="What it does">{means(verb)}</td>
                    <td data-label="Times sent" class="number">{text::number(*times)}</td>
                </tr>
            }
        })
        .collect_view();
    let pop3 = record.commands.iter().any(|(verb, _)| ["CAPA", "STAT", "UIDL"].contains(&verb.as_str()));
    let assurance = if pop3 {
        "By POP3 the one command that writes is DELE. It is sent only where the account's settings ask for it, and only for letters that are stored here and were read back."
    } else {
        "The part of Postroom that collects has no words for a command that writes: letters stay unread, and nothing is moved, marked or deleted."
    };
    let until = until.map_or_else(|| view! { "–" }.into_any(), |at| view! { <When at=at/> }.into_any());
    let any = !record.commands.is_empty();
    view! {
        <PageHead title=format!("Hands-off certificate of {account}") lead="What Postroom said to the mail server while collecting."/>
        <article class="panel sheet">
            <dl class="facts">
                <div><dt>"Mailbox"</dt><dd>{account}", "{address}</dd></div>
                <div><dt>"Counted until"</dt><dd>{until}</dd></div>
                <div><dt>"Drawn up"</dt><dd><When at=at/></dd></div>
            </dl>
            {verdict}
            {any.then(|| view! {
                <table class="table" data-cards="true">
                    <caption class="visually-hidden">"Commands sent"</caption>
                    <thead><tr><th scope="col">"Command"</th><th scope="col">"What it does"</th><th scope="col" class="number">"Times sent"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            })}
            <p class="quiet">"The commands are counted from the octets that really went out, in every session that collected. "{assurance}</p>
        </article>
        <p class="no-print quiet">"Print this page with your browser: it leaves out everything around the sheet."</p>
    }
    .into_any()
}
