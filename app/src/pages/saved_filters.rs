//! Filters of histories kept under a name: one's own, the same for every client.

use crate::api::history::{DropFilter, SaveFilter};
use crate::ui::*;
use leptos::prelude::*;
use model::{ClientId, SavedFilter};

/// The links to what was kept, and the form to keep what is chosen now.
pub fn saved_filters(
    client: ClientId,
    saved: &[SavedFilter],
    query: &str,
    save: ServerAction<SaveFilter>,
    drop: ServerAction<DropFilter>,
) -> AnyView {
    let known = saved.iter().any(|filter| filter.query == query);
    let links = saved
        .iter()
        .map(|filter| {
            let here = filter.query == query;
            view! { <li><a href=format!("/clients/{client}?{}", filter.query) aria-current=here.then_some("true")>{filter.name.clone()}</a></li> }
        })
        .collect_view();
    let deleting = saved
        .iter()
        .map(|filter| {
            let fields = vec![("client", client.to_string()), ("id", filter.id.to_string())];
            view! { <li><span>{filter.name.clone()}</span><PlainButton action=drop label=format!("Delete “{}”", filter.name) variant="quiet" with=fields/></li> }
        })
        .collect_view();
    let query = query.to_owned();
    let keep = (!query.is_empty() && !known).then(|| {
        view! {
            <details class="keep-filter" open=problem_of(save).get_untracked().is_some()>
                <summary>"Save these filters"</summary>
                <PostForm action=save class="form">
                    <input type="hidden" name="client" value=client.to_string()/>
                    <input type="hidden" name="query" value=query/>
                    <Field id="filter-name" name="name" label="Name" hint="You find it above every client's history" width="medium"/>
                    <Submit label="Save" variant="secondary"/>
                </PostForm>
            </details>
        }
    });
    let any = !saved.is_empty();
    view! {
        <div class="saved-filters">
            {any.then(|| view! { <nav aria-label="Saved filters"><ul class="chips">{links}</ul></nav> })}
            {keep}
            {any.then(|| view! { <details class="keep-filter"><summary>"Delete saved filters"</summary><ul class="plain-list">{deleting}</ul></details> })}
        </div>
    }
    .into_any()
}
