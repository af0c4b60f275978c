//! `/accounts/:id/hands-off`: the certificate of what was said to a mail server (S10), made to be printed. What collects and what adds
//! letters of our own stand apart, and neither is hidden.

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
        "APPEND" => "Adds a letter to a folder and leaves all others as they are",
        "POST" => "Adds a draft and leaves all letters as they are",
        "GET" => "Reads",
        "QUIT" => "Takes leave; what was marked for deletion is deleted now",
        _ => "",
    }
}

/// The table of commands. `ours` = of the part that adds letters, whose one write is what it is for.
fn table(said: &[Said], ours: bool) -> AnyView {
    let rows = said
        .iter()
        .map(|(verb, times)| {
            let mark = match (is_write(verb), ours && only_adds(verb)) {
                (true, true) => Some(view! { <Tag text="Adds a letter" tone="info"/> }.into_any()),
                (true, false) => Some(view! { <Tag text="Write" tone="bad" icon=Icon::Cross/> }.into_any()),
                (false, _) => None,
            };
            view! {
                <tr>
                    <th scope="row" data-label="Command"><code>{verb.clone()}</code>" "{mark}</th>
                    <td data-label="What it does">{means(verb)}</td>
                    <td data-label="Times sent" class="number">{text::number(*times)}</td>
                </tr>
            }
        })
        .collect_view();
    let caption = if ours { "Commands sent to add letters" } else { "Commands sent while collecting" };
    (!said.is_empty()).then(|| view! {
        <table class="table" data-cards="true">
            <caption class="visually-hidden">{caption}</caption>
            <thead><tr><th scope="col">"Command"</th><th scope="col">"What it does"</th><th scope="col" class="number">"Times sent"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    })
    .into_any()
}

fn verdict(record: &HandsOff, writes: i64) -> AnyView {
    let opens: i64 = record.commands.iter().filter(|(verb, _)| verb == "EXAMINE").map(|(_, times)| times).sum();
    if writes > 0 {
        return view! { <Banner tone="bad"><p>{format!("{} sent that could change this mailbox. They are marked below.", text::count(writes, "command was", "commands were"))}</p></Banner> }.into_any();
    }
    if record.sessions == 0 {
        return view! { <Banner tone="info"><p>"Nothing has been collected from the mail server yet. The certificate fills with the first collection."</p></Banner> }.into_any();
    }
    let sessions = text::count(record.sessions, "session", "sessions");
    view! {
        <Banner tone="good">
            <p><strong>{format!("In {sessions} of collecting no command was sent that could change this mailbox.")}</strong></p>
            {(opens > 0).then(|| view! { <p>{format!("Folders were opened {}, each time for reading only.", text::count(opens, "time", "times"))}</p> })}
        </Banner>
    }
    .into_any()
}

/// Letters of our own, said as what they are.
fn ours(added: &Added) -> Option<AnyView> {
    if added.sessions == 0 {
        return None;
    }
    let copies = text::count(added.copies, "copy of a sent letter", "copies of sent letters");
    let drafts = text::count(added.drafts, "draft", "drafts");
    let words = match (added.copies, added.drafts) {
        (0, 0) => "Postroom looked for the copy of a letter and added none.".to_owned(),
        (_, 0) => format!("Postroom handed {copies} to the server."),
        (0, _) => format!("Postroom handed {drafts} to the server."),
        _ => format!("Postroom handed {copies} and {drafts} to the server."),
    };
    let view = view! {
        <section aria-labelledby="ours-title">
            <h2 id="ours-title">"Letters of our own"</h2>
            <p>{words}" Sent copies are kept as the account’s settings say, drafts where their writer asked for it. No other letter was changed by that: the part that adds has no words to mark, move or delete one."</p>
            {table(&added.commands, true)}
        </section>
    };
    Some(view.into_any())
}

/// How the certificate can be true at all.
fn assurance(record: &HandsOff) -> &'static str {
    if record.commands.iter().any(|(verb, _)| ["CAPA", "STAT", "UIDL"].contains(&verb.as_str())) {
        "By POP3 the one command that writes is DELE. It is sent only where the account's settings ask for it, and only for letters that are stored here and were read back."
    } else {
        "The part of Postroom that collects has no words for a command that writes: letters stay unread, and nothing is moved, marked or deleted."
    }
}

fn sheet(shown: Certificate) -> AnyView {
    let Certificate { account, address, record, writes, until, at } = shown;
    let until = until.map_or_else(|| view! { "–" }.into_any(), |at| view! { <When at=at/> }.into_any());
    view! {
        <PageHead title=format!("Hands-off certificate of {account}") lead="What Postroom said to the mail server."/>
        <article class="panel sheet">
            <dl class="facts">
                <div><dt>"Mailbox"</dt><dd>{account}", "{address}</dd></div>
                <div><dt>"Collections counted until"</dt><dd>{until}</dd></div>
                <div><dt>"Drawn up"</dt><dd><When at=at/></dd></div>
            </dl>
            {verdict(&record, writes)}
            {table(&record.commands, false)}
            {ours(&record.added)}
            <p class="quiet">"The commands are counted from the octets that really went out, in every session that collected or added a letter. "{assurance(&record)}</p>
        </article>
        <p class="no-print quiet">"Print this page with your browser: it leaves out everything around the sheet."</p>
    }
    .into_any()
}
