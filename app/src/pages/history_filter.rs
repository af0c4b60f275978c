//! The filters of a history, as they stand in the address bar, in the form above the list, and as chips that are taken away one by one.

use crate::api::days::office_days;
use crate::desk::DaysDesk;
use crate::ui::{GetForm, Icon, with_query};
use leptos::prelude::*;
use model::{AccountId, ByHand, ClientId, Direction, HistoryFilter, HistoryHead, HistoryOf, Person, day_words};

/// The filters as written in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// `received`, `sent` or empty.
    pub direction: String,
    /// `self`, `partner` or empty.
    pub person: String,
    /// `1` for letters with files only.
    pub files: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// An account's id.
    pub account: String,
    /// `filed`, `kept-off` or empty.
    pub hand: String,
    /// The day whose addresses and decisions count.
    pub as_at: String,
    /// `1` for letters that the viewer has not opened yet.
    pub unread: String,
    /// `conversation` for a row for each conversation. It filters nothing.
    pub group: String,
    /// The history is a contact's, whose page stands elsewhere.
    pub contact: bool,
}

/// What to do about a day that is none.
const NO_DAY: &str = "Enter a day that exists, as year-month-day, like 2026-03-31";

impl Chosen {
    /// Reads the address's query.
    pub fn read(map: &leptos_router::params::ParamsMap) -> Self {
        Self::from_values(|name| map.get(name))
    }

    /// The same, from names and values.
    #[cfg(feature = "ssr")]
    pub fn of(query: &[(String, String)]) -> Self {
        Self::from_values(|wanted| query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone()))
    }

    fn from_values(value: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| value(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        Self {
            direction: get("direction"),
            person: get("person"),
            files: get("files"),
            from: get("from"),
            until: get("until"),
            account: get("account"),
            hand: get("hand"),
            as_at: get("as_at"),
            unread: get("unread"),
            group: get("group"),
            contact: false,
        }
    }

    /// The same for the page of a contact.
    pub fn of_contact(self) -> Self {
        Self { contact: true, ..self }
    }

    /// The page without any filter.
    pub fn page(&self, client: ClientId) -> String {
        self.history_of(client).page()
    }

    /// Whose history it is.
    pub fn history_of(&self, id: ClientId) -> HistoryOf {
        HistoryOf { id, is_contact: self.contact }
    }

    /// Whether nothing is filtered.
    pub fn is_open(&self) -> bool {
        self.open() == *self
    }

    /// The same view without any filter.
    pub fn open(&self) -> Self {
        Self { group: self.group.clone(), contact: self.contact, ..Self::default() }
    }

    /// Whether a row is a conversation.
    pub fn by_conversation(&self) -> bool {
        self.group == "conversation"
    }

    /// Whether a day is chosen.
    pub fn names_days(&self) -> bool {
        [&self.from, &self.until, &self.as_at].iter().any(|day| !day.is_empty())
    }

    /// What the office is asked for, in days of its own. A day that cannot be read filters nothing, and the form says so.
    pub fn filter(&self, days: &dyn DaysDesk) -> HistoryFilter {
        HistoryFilter {
            direction: match self.direction.as_str() {
                "received" => Some(Direction::Received),
                "sent" => Some(Direction::Sent),
                _ => None,
            },
            person: Person::parse(&self.person),
            with_files: self.files == "1",
            before: days.end_of(&self.until),
            after: days.start_of(&self.from),
            account: self.account.parse().ok().map(AccountId),
            by_hand: match self.hand.as_str() {
                "filed" => Some(ByHand::Filed),
                "kept-off" => Some(ByHand::KeptOff),
                _ => None,
            },
            as_at: days.end_of(&self.as_at),
            unread: self.unread == "1",
            by_conversation: self.by_conversation(),
        }
    }

    /// What is wrong with the days: field and sentence.
    pub fn problems(&self, days: &dyn DaysDesk) -> Vec<(&'static str, &'static str)> {
        let fields = [("from", &self.from), ("until", &self.until), ("as_at", &self.as_at)];
        let mut wrong: Vec<_> = fields
            .into_iter()
            .filter(|(_, day)| !day.is_empty() && days.start_of(day).is_none())
            .map(|(field, _)| (field, NO_DAY))
            .collect();
        if let (Some(from), Some(until)) = (days.start_of(&self.from), days.start_of(&self.until))
            && from > until
        {
            wrong.push(("until", "The last day comes before the first day: no letter can be in between"));
        }
        wrong
    }

    fn pairs(&self) -> [(&'static str, &str); 10] {
        [
            ("direction", &self.direction),
            ("person", &self.person),
            ("files", &self.files),
            ("from", &self.from),
            ("until", &self.until),
            ("account", &self.account),
            ("hand", &self.hand),
            ("as_at", &self.as_at),
            ("unread", &self.unread),
            ("group", &self.group),
        ]
    }

    /// The address of a history with these filters.
    pub fn address(&self, client: ClientId, cursor: &str) -> String {
        let mut values = self.pairs().to_vec();
        values.push(("cursor", cursor));
        with_query(&self.page(client), &values)
    }

    /// The filters as a query alone, to be kept under a name.
    pub fn query(&self) -> String {
        with_query("", &self.pairs()).trim_start_matches('?').to_owned()
    }

    fn without(&self, field: &str) -> Self {
        let mut rest = self.clone();
        match field {
            "direction" => rest.direction.clear(),
            "person" => rest.person.clear(),
            "files" => rest.files.clear(),
            "from" => rest.from.clear(),
            "until" => rest.until.clear(),
            "account" => rest.account.clear(),
            "hand" => rest.hand.clear(),
            "unread" => rest.unread.clear(),
            _ => rest.as_at.clear(),
        }
        rest
    }

    /// All filters in words.
    pub fn in_words(&self, head: &HistoryHead) -> Vec<String> {
        let filters = self.pairs().into_iter().filter(|(field, value)| !value.is_empty() && *field != "group");
        filters.map(|(field, _)| self.words(field, head)).collect()
    }

    /// A filter in words.
    fn words(&self, field: &str, head: &HistoryHead) -> String {
        match (field, self) {
            ("direction", chosen) if chosen.direction == "sent" => "Sent".to_owned(),
            ("direction", _) => "Received".to_owned(),
            ("person", chosen) if chosen.person == "partner" => "Partner".to_owned(),
            ("person", _) => "Client".to_owned(),
            ("files", _) => "With files".to_owned(),
            ("from", chosen) => format!("From {}", day_words(&chosen.from)),
            ("until", chosen) => format!("Until {}", day_words(&chosen.until)),
            ("account", chosen) => {
                let name = head.accounts.iter().find(|(id, _)| id.to_string() == chosen.account).map(|(_, name)| name.clone());
                format!("Seen in {}", name.unwrap_or_else(|| "another account".to_owned()))
            }
            ("hand", chosen) if chosen.hand == "kept-off" => "Kept off by hand".to_owned(),
            ("hand", _) => "Filed by hand".to_owned(),
            ("unread", _) => "Unread".to_owned(),
            (_, chosen) => format!("As at {}", day_words(&chosen.as_at)),
        }
    }
}

/// Chips for the direction, a form for the rest, and what is chosen.
pub fn filter_bar(client: ClientId, chosen: Chosen, head: &HistoryHead) -> AnyView {
    let chip = |value: &str, words: &'static str| {
        let here = chosen.direction == value;
        let href = Chosen { direction: value.to_owned(), ..chosen.clone() }.address(client, "");
        view! { <li><a href=href aria-current=here.then_some("true")>{words}</a></li> }.into_any()
    };
    let problems = chosen.problems(&*office_days());
    let options = |list: Vec<(String, String)>, now: &str| {
        list.into_iter().map(|(value, words)| view! { <option value=value.clone() selected=now == value>{words}</option> }).collect_view()
    };
    let fixed = |list: &[(&str, &str)]| list.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect::<Vec<_>>();
    let persons = (!chosen.contact)
        .then(|| options(fixed(&[("", "Client and partner"), ("self", "Client"), ("partner", "Partner")]), &chosen.person));
    let page = chosen.page(client);
    let hands =
        options(fixed(&[("", "By address or by hand"), ("filed", "Filed by hand"), ("kept-off", "Kept off by hand")]), &chosen.hand);
    let (from, until) = (day("from", "From day", &chosen.from, &problems, None), day("until", "Until day", &chosen.until, &problems, None));
    let as_at =
        day("as_at", "As at day", &chosen.as_at, &problems, Some("With the addresses and decisions that stood at the end of that day"));
    let (wrong, direction, files) = (!problems.is_empty(), chosen.direction.clone(), chosen.files == "1");
    let (unread, group) = (chosen.unread == "1", chosen.group.clone());
    let chips = chosen_chips(client, &chosen, head);
    let grouping = [("", "Letters"), ("conversation", "Conversations")].map(|(value, words)| {
        let here = chosen.by_conversation() != value.is_empty();
        let href = Chosen { group: value.to_owned(), ..chosen.clone() }.address(client, "");
        view! { <li><a href=href aria-current=here.then_some("true")>{words}</a></li> }.into_any()
    });
    let directions = [chip("", "All"), chip("received", "Received"), chip("sent", "Sent")];
    let mut accounts = fixed(&[("", "Any account")]);
    accounts.extend(head.accounts.iter().map(|(id, name)| (id.to_string(), name.clone())));
    let accounts = options(accounts, &chosen.account);
    view! {
        <div class="history-filter">
            <nav aria-label="Direction"><ul class="chips">{directions.into_iter().collect_view()}</ul></nav>
            <nav aria-label="A row for each"><ul class="chips">{grouping.into_iter().collect_view()}</ul></nav>
            <details class="more-filters" open=wrong>
                <summary>"Filter"</summary>
                <GetForm action=page class="filter-grid">
                    {(!direction.is_empty()).then(|| view! { <input type="hidden" name="direction" value=direction/> })}
                    {(!group.is_empty()).then(|| view! { <input type="hidden" name="group" value=group/> })}
                    {persons.map(|persons| view! { <div class="field"><label for="person">"Person"</label><select id="person" name="person">{persons}</select></div> })}
                    {from}
                    {until}
                    <div class="field"><label for="account">"Seen in"</label><select id="account" name="account">{accounts}</select></div>
                    <div class="field"><label for="hand">"How it came here"</label><select id="hand" name="hand">{hands}</select></div>
                    {as_at}
                    <div class="check"><input type="checkbox" id="files" name="files" value="1" checked=files/><div><label for="files">"With files only"</label></div></div>
                    <div class="check"><input type="checkbox" id="unread" name="unread" value="1" checked=unread/><div><label for="unread">"Unread only"</label></div></div>
                    <div class="cluster"><button type="submit" class="button" data-variant="secondary">"Show"</button></div>
                </GetForm>
            </details>
            {chips}
        </div>
    }
    .into_any()
}

/// A day, with what is wrong about it. What was typed stays: a date field would swallow what is no date.
fn day(field: &'static str, label: &'static str, value: &str, problems: &[(&str, &'static str)], hint: Option<&'static str>) -> AnyView {
    let wrong = problems.iter().find(|(name, _)| *name == field).map(|(_, sentence)| *sentence);
    let kind = if wrong.is_none_or(|sentence| sentence != NO_DAY) { "date" } else { "text" };
    let (error_id, hint_id) = (format!("{field}-error"), format!("{field}-hint"));
    let ids = [hint.map(|_| hint_id.as_str()), wrong.map(|_| error_id.as_str())].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let described = (!ids.is_empty()).then_some(ids);
    view! {
        <div class="field" data-wrong=wrong.map(|_| "true")>
            <label for=field>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {wrong.map(|sentence| view! { <p class="field-error" id=error_id><span class="visually-hidden">"Error: "</span>{sentence}</p> })}
            <input id=field type=kind name=field value=value.to_owned() aria-describedby=described aria-invalid=wrong.map(|_| "true")/>
        </div>
    }
    .into_any()
}

/// What is chosen, each to be taken away by itself.
fn chosen_chips(client: ClientId, chosen: &Chosen, head: &HistoryHead) -> AnyView {
    if chosen.is_open() {
        return ().into_any();
    }
    let chips = chosen
        .pairs()
        .into_iter()
        .filter(|(field, value)| !value.is_empty() && *field != "group")
        .map(|(field, _)| {
            let words = chosen.words(field, head);
            let href = chosen.without(field).address(client, "");
            view! { <li><a href=href><span class="visually-hidden">"Take away the filter: "</span>{words}{Icon::Cross.draw()}</a></li> }
        })
        .collect_view();
    view! {
        <nav class="chosen" aria-label="Filters chosen">
            <ul class="chips">{chips}</ul>
            <a href=chosen.open().address(client, "")>"Clear filters"</a>
        </nav>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::UtcDays;

    #[test]
    fn filters_stand_in_the_address_and_mean_whole_days() {
        let chosen = Chosen { direction: "sent".into(), until: "1970-01-01".into(), account: "3".into(), ..Chosen::default() };
        assert_eq!(chosen.address(ClientId(7), ""), "/clients/7?direction=sent&until=1970-01-01&account=3");
        assert_eq!(chosen.query(), "direction=sent&until=1970-01-01&account=3");
        assert_eq!(chosen.without("until").address(ClientId(7), ""), "/clients/7?direction=sent&account=3");
        let filter = chosen.filter(&UtcDays);
        assert_eq!(filter.direction, Some(Direction::Sent));
        assert_eq!(filter.before, Some(86_400_000));
        assert_eq!((filter.after, filter.account), (None, Some(AccountId(3))));
    }

    #[test]
    fn grouping_is_a_view_and_no_filter() {
        let grouped = Chosen { group: "conversation".into(), ..Chosen::default() };
        assert!(grouped.is_open() && grouped.filter(&UtcDays).by_conversation);
        let unread = Chosen { unread: "1".into(), ..grouped.clone() };
        assert!(!unread.is_open() && unread.filter(&UtcDays).unread);
        assert_eq!(unread.open(), grouped);
        assert_eq!(unread.address(ClientId(7), ""), "/clients/7?unread=1&group=conversation");
        assert_eq!(unread.in_words(&HistoryHead::default()), ["Unread"]);
    }

    #[test]
    fn a_day_that_is_none_is_named_at_its_field() {
        let chosen = Chosen { from: "14.3.2026".into(), until: "2026-02-30".into(), ..Chosen::default() };
        assert_eq!(chosen.problems(&UtcDays).iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["from", "until"]);
        let backwards = Chosen { from: "2026-03-02".into(), until: "2026-03-01".into(), ..Chosen::default() };
        assert_eq!(backwards.problems(&UtcDays)[0].0, "until");
        assert!(Chosen { from: "2026-03-01".into(), until: "2026-03-01".into(), ..Chosen::default() }.problems(&UtcDays).is_empty());
    }
}
