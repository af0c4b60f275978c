//! Which column of an uploaded list is what: a row a column, so that wide lists and narrow screens go together.

use crate::ui::form::sentence_for;
use crate::ui::*;
use leptos::prelude::*;
use model::{ImportColumn, SLOTS};

/// Words of the form and what they mean.
pub type Meanings = Vec<(String, String)>;

/// Those of a list of contacts.
pub fn of_contacts() -> Meanings {
    let pair = |word: &str, means: &str| (word.to_owned(), means.to_owned());
    vec![
        pair("", "Leave out"),
        pair("name", "Name"),
        pair("company", "Company"),
        pair("side", "Agent or supplier"),
        pair("type", "Contact type"),
        pair("address", "E-mail addresses"),
        pair("cost_centre", "Cost centre"),
    ]
}

/// Those of a list of clients.
pub fn of_clients() -> Meanings {
    let pair = |word: &str, means: &str| (word.to_owned(), means.to_owned());
    let mut all = vec![pair("", "Leave out"), pair("code", "Code"), pair("name", "Name"), pair("cost_centre", "Cost centre")];
    for (person, whose) in [("self", "Client's"), ("partner", "Partner's")] {
        all.extend((1..=SLOTS).map(|slot| (format!("{person}{slot}"), format!("{whose} address {slot}"))));
    }
    all
}

/// The table of columns, each with its first cells and a choice.
pub fn columns(meanings: &[(String, String)], about: String, found: Vec<ImportColumn>, missing: Vec<String>) -> AnyView {
    let rows = found.into_iter().enumerate().map(|(at, column)| row(meanings, at, column)).collect_view();
    let missing = (!missing.is_empty()).then(|| {
        let lines = missing.into_iter().map(|sentence| view! { <li>{format!("{sentence}.")}</li> }).collect_view();
        view! { <Banner tone="warn"><ul>{lines}</ul></Banner> }
    });
    view! {
        <section class="panel" aria-labelledby="columns">
            <h2 id="columns">"Which column is what"</h2>
            <p class="quiet">{about}</p>
            {missing}
            <FieldError field="columns"/>
            <table class="table list-columns" data-cards="true">
                <caption class="visually-hidden">"Columns of the list, their first cells, and what they stand for"</caption>
                <thead><tr><th scope="col">"Column"</th><th scope="col">"First rows"</th><th scope="col">"Stands for"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(meanings: &[(String, String)], at: usize, column: ImportColumn) -> AnyView {
    let id = format!("column{at}");
    let sentence = sentence_for(id.clone());
    let error_id = format!("{id}-error");
    let described = {
        let error_id = error_id.clone();
        move || sentence.get().map(|_| error_id.clone())
    };
    let options = meanings
        .iter()
        .map(|(word, means)| {
            let selected = *word == column.stands_for;
            view! { <option value=word.clone() selected=selected>{means.clone()}</option> }
        })
        .collect_view();
    let cells = if column.samples.is_empty() { "–".to_owned() } else { column.samples.join(" · ") };
    let label = format!("What the column “{}” stands for", column.name);
    view! {
        <tr>
            <th scope="row" data-label="Column">{column.name}</th>
            <td data-label="First rows" class="samples">{cells}</td>
            <td data-label="Stands for">
                {move || {
                    let error_id = error_id.clone();
                    sentence.get().map(|words| view! { <p class="field-error" id=error_id><span class="visually-hidden">"Error: "</span>{words}</p> })
                }}
                <select id=id name=format!("columns[{at}]") aria-label=label aria-describedby=described aria-invalid=move || sentence.get().map(|_| "true")>{options}</select>
            </td>
        </tr>
    }
    .into_any()
}
