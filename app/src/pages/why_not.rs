//! `/clients/:id/why-not`: "Why is that letter not here?", asked by sender, days and words of the subject (S2). Of contacts too.

use crate::api::clients::client;
use crate::api::contacts::is_contact;
use crate::api::days::{office_days, period};
use crate::api::history::ask_why_not;
use crate::text;
use crate::ui::letters::{direction, filing_words};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::*;

/// What is asked, as it stands in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    sender: String,
    subject: String,
    from: String,
    until: String,
}

impl Asked {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn missed(&self) -> MissedLetter {
        let days = office_days();
        MissedLetter {
            sender: self.sender.clone(),
            subject: self.subject.clone(),
            after: days.start_of(&self.from),
            before: days.end_of(&self.until),
        }
    }

    fn wrong_day(&self, day: &str) -> Option<&'static str> {
        (!day.is_empty() && office_days().start_of(day).is_none()).then_some("Enter a day that exists, as year-month-day, like 2026-03-31")
    }
}

/// The form, and the answer.
#[component]
pub fn WhyNotPage() -> impl IntoView {
    let id = param("id", ClientId(0));
    let map = use_query_map();
    let pressed = query("ask");
    let asked = Memo::new(move |_| {
        map.with(|map| {
            let get = |name: &str| map.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
            Asked { sender: get("sender"), subject: get("subject"), from: get("from"), until: get("until") }
        })
    });
    let data = Resource::new(
        move || (id.get(), asked.get()),
        |(id, asked)| async move {
            let card = client(id).await?.0;
            let answer = if asked.is_empty() { None } else { Some(ask_why_not(id, asked.missed()).await?) };
            let party = if is_contact(id).await? { "contact" } else { "client" };
            Ok::<_, crate::Trouble>((card, party.to_owned(), answer))
        },
    );
    let may = |permission| use_context::<Viewer>().is_some_and(|viewer| viewer.may(permission));
    let (may_file, may_add) = (may(Permission::ClientsEdit), may(Permission::AccountsManage) || may(Permission::AccountsOwn));
    load(data, "the answer", move |(card, party, answer)| {
        let (id, asked) = (card.id, asked.get_untracked());
        let nothing_said = asked.is_empty() && !pressed.get_untracked().is_empty();
        let problem = Signal::stored(nothing_said.then(|| Problem::field("sender", "Say who sent it, words of its subject, or a day")));
        view! {
            {crumbs(&card, &party)}
            <ErrorSummary problem=problem/>
            <PageHead problem=problem title=format!("Why is a letter not in the history of {}?", card.name) lead="Say what you know of the letter. Postroom looks among the letters you may see, and compares each with the addresses on file."/>
            {form(id, &asked)}
            {answer.map(|answer| shown((&card, party.as_str()), &asked, answer, (may_file, may_add)))}
        }
        .into_any()
    })
}

fn crumbs(card: &ClientCard, party: &str) -> AnyView {
    let (list, words) = if party == "contact" { ("/contacts", "Contacts") } else { ("/clients", "Clients") };
    view! {
        <nav class="crumbs" aria-label="You are here"><a href=list>{words}</a><a href=format!("{list}/{}", card.id)>{card.name.clone()}</a></nav>
    }
    .into_any()
}

fn form(id: ClientId, asked: &Asked) -> AnyView {
    let Asked { sender, subject, from, until } = asked.clone();
    let (from_field, until_field) =
        (day("from", "From day", &from, asked.wrong_day(&from)), day("until", "Until day", &until, asked.wrong_day(&until)));
    view! {
        <GetForm action=format!("/clients/{id}/why-not") class="panel">
            <input type="hidden" name="ask" value="yes"/>
            <div class="filter-grid">
                <div class="field"><label for="sender">"Sender"</label><p class="hint" id="sender-hint">"Part of the name or address"</p>
                    <input id="sender" name="sender" value=sender autocomplete="off" spellcheck="false" aria-describedby="sender-hint"/></div>
                <div class="field"><label for="subject">"Words of the subject"</label><p class="hint" id="subject-hint">"Their beginnings are enough"</p>
                    <input id="subject" name="subject" value=subject autocomplete="off" aria-describedby="subject-hint"/></div>
                {from_field}
                {until_field}
            </div>
            <div class="cluster"><button type="submit" class="button" data-variant="primary">"Ask"</button></div>
        </GetForm>
    }
    .into_any()
}

fn day(field: &'static str, label: &'static str, value: &str, wrong: Option<&'static str>) -> AnyView {
    let kind = if wrong.is_some() { "text" } else { "date" };
    let error_id = format!("{field}-error");
    let described = wrong.map(|_| error_id.clone());
    view! {
        <div class="field" data-wrong=wrong.map(|_| "true")>
            <label for=field>{label}</label>
            {wrong.map(|sentence| view! { <p class="field-error" id=error_id><span class="visually-hidden">"Error: "</span>{sentence}</p> })}
            <input id=field type=kind name=field value=value.to_owned() aria-describedby=described aria-invalid=wrong.map(|_| "true")/>
        </div>
    }
    .into_any()
}

fn shown((card, party): (&ClientCard, &str), asked: &Asked, answer: WhyNot, (may_file, may_add): (bool, bool)) -> AnyView {
    let id = card.id;
    let count = answer.letters.len() as i64;
    let words = match (count, answer.more) {
        (0, _) => "No letter that you may see fits.".to_owned(),
        (n, true) => format!("The newest {n} letters that fit. Say more to find older ones."),
        (n, false) => format!("{} that you may see.", text::count(n, "letter fits", "letters fit")),
    };
    let (here, missed): (Vec<_>, Vec<_>) = answer.letters.iter().partition(|(_, explanation)| matches!(explanation.rule, Rule::Here(_)));
    let explain = |letters: &[&(HistoryRow, Explanation)]| {
        letters.iter().map(|(row, explanation)| explained((card, party), row, explanation, may_file)).collect_view()
    };
    let folded = (!here.is_empty()).then(|| {
        let words = format!("{} here already", text::count(here.len() as i64, "letter that fits is", "letters that fit are"));
        view! { <details class="panel" open=missed.is_empty()><summary>{words}</summary><ul class="plain-list stack">{explain(&here)}</ul></details> }
    });
    view! {
        <section aria-labelledby="answer">
            <h2 id="answer" class="section-title">"Answer"</h2>
            <p role="status">{words}</p>
            {(count == 0).then(|| next_steps(asked, may_add))}
            <ul class="plain-list stack">{explain(&missed)}</ul>
            {folded}
            {elsewhere((id, party), &answer)}
        </section>
    }
    .into_any()
}

/// Where one goes on when no letter fits.
fn next_steps(asked: &Asked, may_add: bool) -> AnyView {
    let words = format!("{} {}", asked.sender, asked.subject);
    let search = with_query("/search", &[("q", words.trim())]);
    view! {
        <p>"Say less of it above, look for it among all letters, or see whether the mailbox that has it is connected."</p>
        <div class="cluster">
            <a class="button" data-variant="secondary" href=search>"Search all letters"</a>
            {if may_add {
                view! { <a class="button" data-variant="secondary" href="/accounts/new">"Connect a mailbox"</a> }.into_any()
            } else {
                view! { <a class="button" data-variant="secondary" href="/accounts">"See the e-mail accounts"</a> }.into_any()
            }}
        </div>
    }
    .into_any()
}

/// One letter: its addresses one by one, then the rule.
fn explained((card, party): (&ClientCard, &str), row: &HistoryRow, explanation: &Explanation, may_file: bool) -> AnyView {
    let steps = explanation
        .steps
        .iter()
        .map(|step| {
            let (icon, mark) = mark(&step.found);
            let found = step.found.iter().map(|finding| finding_words(finding, party)).collect::<Vec<_>>().join("; ");
            view! { <li>{icon.draw()}<span><span class="visually-hidden">{mark}</span>{format!("{}: {} {found}", step.role.label(), step.address)}</span></li> }
        })
        .collect_view();
    let filing = explanation.filing.as_ref().map(|filing| view! { <li>{Icon::Person.draw()}<span>{filing_words(filing)}</span></li> });
    let id = card.id;
    let (tone, rule) = rule_words(explanation, &card.name, party);
    let act = may_file.then(|| match &explanation.rule {
        Rule::Here(_) => ().into_any(),
        Rule::KeptOff => view! { <a href=format!("/messages/{}/file?client={id}", row.id)>"Change or undo"</a> }.into_any(),
        _ => view! { <a href=format!("/messages/{}/file?client={id}&decision=belongs", row.id)>"File it here by hand"</a> }.into_any(),
    });
    view! {
        <li class="panel explained">
            <div class="cluster">{direction(row.direction)}<When at=row.date/></div>
            <h3><a href=format!("/messages/{}", row.id)>{text::subject(&row.subject)}</a></h3>
            <p class="people">{text::mailbox(&row.from)}</p>
            <ul class="icon-list">{steps}{filing}</ul>
            <div class="banner" data-tone=tone><p><strong>{rule}</strong></p>{act}</div>
        </li>
    }
    .into_any()
}

/// How an address is marked. One's own are in every letter: that they do not count is no fault of the letter's.
fn mark(found: &[AddressFinding]) -> (Icon, &'static str) {
    if found.iter().any(|finding| matches!(finding, AddressFinding::Counts { .. })) {
        (Icon::Tick, "Yes: ")
    } else if found.iter().all(|finding| matches!(finding, AddressFinding::Own | AddressFinding::Office)) {
        (Icon::Accounts, "")
    } else {
        (Icon::Cross, "No: ")
    }
}

fn whose(person: Person, slot: i64, party: &str) -> String {
    match person {
        Person::Myself => format!("the {party}'s own address {slot}"),
        Person::Partner => format!("the partner's address {slot}"),
    }
}

fn finding_words(finding: &AddressFinding, party: &str) -> String {
    match finding {
        AddressFinding::Counts { person, slot } => format!("is {}", whose(*person, *slot, party)),
        AddressFinding::OutsideDays { person, slot, from, to } => {
            let days = period(*from, *to, "");
            format!("is {}, but only{days}; the letter is of another day", whose(*person, *slot, party))
        }
        AddressFinding::Own => "stands on this file, but is an address of the office itself: those are in everybody's letters".to_owned(),
        AddressFinding::Office => "is an address of the office itself".to_owned(),
        AddressFinding::TakenOff { at: Some(at) } => {
            format!("stood on this file until {}, and was taken off", day_words(&office_days().day_of(*at)))
        }
        AddressFinding::TakenOff { at: None } => "stood on this file once, and was taken off".to_owned(),
        AddressFinding::Unknown => "is not on this file".to_owned(),
    }
}

fn rule_words(explanation: &Explanation, name: &str, party: &str) -> (&'static str, String) {
    match &explanation.rule {
        Rule::Here(why) => ("good", format!("It is here. {}", why.first().map(|why| text::why(why, party)).unwrap_or_default())),
        Rule::KeptOff => ("warn", format!("Not in the history of {name}: it was kept off by hand.")),
        Rule::OutsideDays => {
            ("warn", format!("Not in the history of {name}: its addresses are on file, but not for the day of the letter."))
        }
        Rule::OwnAddress => (
            "warn",
            format!("Not in the history of {name}: only an address of the office's own is on file, and those are in everybody's letters."),
        ),
        Rule::NotOnFile => ("warn", format!("Not in the history of {name}: none of its addresses is on file there.")),
    }
}

/// Why an account brings no new letters; `None` when it does.
fn not_collecting(health: &AccountHealth) -> Option<&'static str> {
    match health {
        AccountHealth::UpToDate | AccountHealth::Collecting(_) => None,
        AccountHealth::Draft => Some("it is a draft: nothing is collected before its set-up is finished"),
        AccountHealth::Waiting => Some("it waits for its first collection"),
        AccountHealth::Paused => Some("it is paused"),
        AccountHealth::Failed => Some("its last collection failed"),
        AccountHealth::NeedsPassword => Some("it needs its password again"),
        AccountHealth::Removing(_) => Some("it is being removed"),
    }
}

/// What else may be the reason, for a letter that is not among those above.
fn elsewhere((id, party): (ClientId, &str), answer: &WhyNot) -> AnyView {
    let accounts = answer
        .accounts
        .iter()
        .map(|account| {
            let trouble = not_collecting(&account.health);
            let icon = match (&account.health, trouble) {
                (AccountHealth::Draft | AccountHealth::Waiting, _) => Icon::Clock,
                (_, None) if account.missing == 0 => Icon::Tick,
                _ => Icon::Warning,
            };
            let collected = match account.collected {
                Some(at) => view! { "last collected "<When at=at/> }.into_any(),
                None => view! { "never collected yet" }.into_any(),
            };
            let mut more = Vec::new();
            more.extend(trouble.map(str::to_owned));
            if account.missing > 0 {
                more.push(format!("{} still missing", text::count(account.missing, "letter is", "letters are")));
            }
            if account.excluded > 0 {
                more.push(text::count(account.excluded, "letter left out as a draft", "letters left out as drafts"));
            }
            if !account.left_out.is_empty() {
                let folders = account.left_out.iter().map(|(name, letters)| format!("{name} ({})", text::number(*letters))).collect::<Vec<_>>();
                more.push(format!("folders not collected: {}", folders.join(", ")));
            }
            let more = if more.is_empty() { String::new() } else { format!("; {}", more.join("; ")) };
            view! { <li>{icon.draw()}<span><a href=format!("/accounts/{}?tab=folders", account.id)>{account.name.clone()}</a>": "{collected}{more}</span></li> }
        })
        .collect_view();
    let behind = (answer.behind != 0).then(|| {
        let letters = if answer.behind > 0 { text::count(answer.behind, "letter is", "letters are") } else { "The newest letters are".to_owned() };
        view! { <li>{Icon::Clock.draw()}<span>{format!("{letters} not searchable by words yet; ask by sender and day, or again in a minute.")}</span></li> }
    });
    let kept_off = (answer.kept_off > 0).then(|| {
        let words = format!("{} kept off this {party} by hand", text::count(answer.kept_off, "letter was", "letters were"));
        view! { <li>{Icon::Person.draw()}<span><a href=format!("/{party}s/{id}?hand=kept-off")>{words}</a></span></li> }
    });
    view! {
        <section class="panel" aria-labelledby="elsewhere">
            <h3 id="elsewhere">"If it is not among these"</h3>
            <ul class="icon-list">{behind}{kept_off}{accounts}
                <li>{Icon::Question.draw()}<span>"A letter that lies only in somebody's private mailbox is shown to nobody else until one of its addresses is on a client's file."</span></li>
            </ul>
        </section>
    }
    .into_any()
}
