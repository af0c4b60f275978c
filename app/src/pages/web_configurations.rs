//! `/settings/web-configurations`: which cost centre and service requests of other systems pick (FC-31).

use crate::api::sending::{RemoveWebConfiguration, SaveWebConfiguration, web_configurations};
use crate::ui::*;
use leptos::prelude::*;
use model::{WebConfiguration, WebsView};

/// The list, and the form.
#[component]
pub fn WebConfigurationsPage() -> impl IntoView {
    let (save, remove) = (ServerAction::<SaveWebConfiguration>::new(), ServerAction::<RemoveWebConfiguration>::new());
    let change = query("change");
    let data = Resource::new(|| (), |()| web_configurations());
    let problem = Signal::derive(move || problem_of(save).get().or_else(|| problem_of(remove).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("saved", "The web configuration is saved."), ("removed", "The web configuration is taken away.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Web configurations" lead="A request of another system names one of these; it picks the cost centre, and the service if it says which." problem=problem/>
        {load(data, "web configurations", move |view: WebsView| {
            let chosen = change.get_untracked();
            let chosen = view.webs.iter().find(|(web, _)| web.id.to_string() == chosen).map(|(web, _)| web.clone());
            view! { {list(&view, remove)} {form(view, chosen, save)} }.into_any()
        })}
    }
}

fn list(view: &WebsView, remove: ServerAction<RemoveWebConfiguration>) -> AnyView {
    if view.webs.is_empty() {
        return view! { <Empty icon=Icon::Settings title="No web configurations" why="Requests of other systems need none while they name a service themselves, or while the system e-mail account may send for them."/> }.into_any();
    }
    let rows = view
        .webs
        .iter()
        .cloned()
        .map(|(web, comes_to)| {
            let centre = view.centres.iter().find(|(id, _)| *id == web.cost_centre).map(|(_, name)| name.clone()).unwrap_or_default();
            let service = view.services.iter().find(|service| Some(service.id) == web.service);
            let service = service.map_or_else(|| "The default".to_owned(), |service| service.name.clone());
            let (with, name) = (vec![("id", web.id.to_string())], web.name.clone());
            view! {
                <tr>
                    <th scope="row" data-label="Name">{web.name.clone()}</th>
                    <td data-label="Cost centre">{centre}</td>
                    <td data-label="Service">{service}</td>
                    <td data-label="Comes to">{comes_to}</td>
                    <td data-label="What to do"><div class="cluster">
                        <a class="button" data-variant="quiet" href=format!("/settings/web-configurations?change={}#form", web.id) aria-label=format!("Change: {name}")>"Change"</a>
                        <PlainButton action=remove label="Take away" variant="quiet" about=name with=with/>
                    </div></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table" data-cards="true"><caption class="visually-hidden">"Web configurations"</caption>
            <thead><tr><th scope="col">"Name"</th><th scope="col">"Cost centre"</th><th scope="col">"Service"</th><th scope="col">"Comes to"</th><th scope="col">"What to do"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn form(view: WebsView, chosen: Option<WebConfiguration>, save: ServerAction<SaveWebConfiguration>) -> AnyView {
    let title = if chosen.is_some() { "Change the web configuration" } else { "Add a web configuration" };
    let (id, name, centre, service) = chosen
        .map(|web| (web.id.to_string(), web.name, web.cost_centre.to_string(), web.service.map(|id| id.to_string()).unwrap_or_default()))
        .unwrap_or_default();
    let named =
        |id: model::CostCentreId| view.centres.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone()).unwrap_or_default();
    let mut services = vec![(String::new(), "The cost centre’s default".to_owned())];
    services
        .extend(view.services.iter().map(|service| (service.id.to_string(), format!("{}: {}", named(service.cost_centre), service.name))));
    let mut centres = vec![(String::new(), "Choose a cost centre".to_owned())];
    centres.extend(view.centres.iter().map(|(id, name)| (id.to_string(), name.clone())));
    view! {
        <section class="panel" id="form">
            <h2>{title}</h2>
            <PostForm action=save>
                <input type="hidden" name="id" value=id/>
                <Field id="name" label="Name" hint="As the other system names it." value=name width="medium"/>
                <Select id="centre" label="Cost centre" options=centres value=centre/>
                <Select id="service" label="Service" options=services value=service/>
                <Submit label="Save"/>
            </PostForm>
        </section>
    }
    .into_any()
}
