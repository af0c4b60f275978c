//! The filters of a history, as they stand in the address bar and in the form above the list.

use crate::ui::time::{day_start, next_day};
use crate::ui::{GetForm, with_query};
use leptos::prelude::*;
use model::{ClientId, Direction, HistoryFilter, Person};

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
}

impl Chosen {
    /// Reads the address's query.
    pub fn read(map: &leptos_router::params::ParamsMap) -> Self {
        let get = |name: &str| map.get(name).unwrap_or_default();
        Self { direction: get("direction"), person: get("person"), files: get("files"), from: get("from"), until: get("until") }
    }

    /// Whether nothing is filtered.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// What the office is asked for. A day that cannot be read filters nothing.
    pub fn filter(&self) -> HistoryFilter {
        HistoryFilter {
            direction: match self.direction.as_str() {
                "received" => Some(Direction::Received),
                "sent" => Some(Direction::Sent),
                _ => None,
            },
            person: Person::parse(&self.person),
            with_files: self.files == "1",
            before: day_start(&self.until).map(next_day),
            after: day_start(&self.from),
        }
    }

    /// The address of a history with these filters.
    pub fn address(&self, client: ClientId, cursor: &str) -> String {
        let path = format!("/clients/{client}");
        let values = [
            ("direction", self.direction.as_str()),
            ("person", &self.person),
            ("files", &self.files),
            ("from", &self.from),
            ("until", &self.until),
            ("cursor", cursor),
        ];
        with_query(&path, &values)
    }
}

/// Chips for the direction, and a form for the rest.
pub fn filter_bar(client: ClientId, chosen: Chosen) -> AnyView {
    let chip = |value: &str, words: &'static str| {
        let here = chosen.direction == value;
        let href = Chosen { direction: value.to_owned(), ..chosen.clone() }.address(client, "");
        view! { <li><a href=href aria-current=here.then_some("true")>{words}</a></li> }.into_any()
    };
    let more_open = !chosen.person.is_empty() || !chosen.files.is_empty() || !chosen.from.is_empty() || !chosen.until.is_empty();
    let persons = [("", "Client and partner"), ("self", "Client"), ("partner", "Partner")]
        .map(|(value, words)| view! { <option value=value selected=chosen.person == value>{words}</option> })
        .into_iter()
        .collect_view();
    view! {
        <div class="history-filter">
            <nav aria-label="Direction"><ul class="chips">{chip("", "All")}{chip("received", "Received")}{chip("sent", "Sent")}</ul></nav>
            <details class="more-filters" open=more_open>
                <summary>"Filter"</summary>
                <GetForm action=format!("/clients/{client}") class="filter-grid">
                    {(!chosen.direction.is_empty()).then(|| view! { <input type="hidden" name="direction" value=chosen.direction.clone()/> })}
                    <div class="field"><label for="person">"Person"</label>
                        <select id="person" name="person">{persons}</select>
                    </div>
                    <div class="field"><label for="from">"From day"</label><input id="from" type="date" name="from" value=chosen.from.clone()/></div>
                    <div class="field"><label for="until">"Until day"</label><input id="until" type="date" name="until" value=chosen.until.clone()/></div>
                    <div class="check"><input type="checkbox" id="files" name="files" value="1" checked=chosen.files == "1"/><div><label for="files">"With files only"</label></div></div>
                    <div class="cluster">
                        <button type="submit" class="button" data-variant="secondary">"Show"</button>
                        {(!chosen.is_open()).then(|| view! { <a href=format!("/clients/{client}")>"Clear filters"</a> })}
                    </div>
                </GetForm>
            </details>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_stand_in_the_address_and_mean_whole_days() {
        let chosen = Chosen { direction: "sent".into(), until: "1970-01-01".into(), ..Chosen::default() };
        assert_eq!(chosen.address(ClientId(7), ""), "/clients/7?direction=sent&until=1970-01-01");
        let filter = chosen.filter();
        assert_eq!(filter.direction, Some(Direction::Sent));
        assert_eq!(filter.before, Some(86_400_000));
        assert_eq!(filter.after, None);
    }
}
