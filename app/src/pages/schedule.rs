//! `/accounts/schedule`: tasks that name their account: when, last run with its result, next run, run now (TP-46).

use crate::api::accounts::CollectNow;
use crate::api::life::{ScheduleAccount, list_tasks};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountHealth, AccountId, Schedule, Task, Tasks};

/// The schedule, and the form of the task that is chosen.
#[component]
pub fn SchedulePage() -> impl IntoView {
    let (run, save) = (ServerAction::<CollectNow>::new(), ServerAction::<ScheduleAccount>::new());
    let change = query("change");
    let data = Resource::new(|| (), |()| list_tasks());
    let problem = Signal::derive(move || problem_of(save).get().or_else(|| problem_of(run).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a></nav>
        <Done words=vec![("scheduled", "The schedule is saved.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Schedule" lead="When each account is collected by itself." problem=problem>
            <a class="button no-js" data-variant="secondary" href="/accounts/schedule">"Refresh"</a>
        </PageHead>
        {load(data, "the schedule", move |tasks| {
            // After a refusal the form of the same account is shown, and what was typed in it.
            let typed = use_context::<std::sync::Arc<crate::Typed>>();
            let refused = typed.and_then(|typed| typed.fields.iter().find(|(name, _)| name == "id").and_then(|(_, id)| id.parse().ok()));
            show(tasks, change.get_untracked().parse().ok().or(refused.map(|id: i64| AccountId(id))), run, save)
        })}
    }
}

fn show(tasks: Tasks, change: Option<AccountId>, run: ServerAction<CollectNow>, save: ServerAction<ScheduleAccount>) -> AnyView {
    if tasks.tasks.is_empty() {
        return view! {
            <Empty icon=Icon::Clock title="Nothing is scheduled" why="Each mailbox that is connected has a task here. None is connected yet.">
                <a class="button" data-variant="primary" href="/accounts">"See the e-mail accounts"</a>
            </Empty>
        }
        .into_any();
    }
    let (usual, zone) = (tasks.usual, tasks.zone.clone());
    let chosen = change.and_then(|id| tasks.tasks.iter().find(|task| task.id == id && task.may_manage).cloned());
    let rows = tasks.tasks.into_iter().map(|task| row(task, usual, run)).collect_view();
    view! {
        {chosen.map(|task| form(task, usual, zone, save))}
        <table class="table" data-cards="true">
            <caption class="visually-hidden">"Tasks"</caption>
            <thead><tr><th scope="col">"Account"</th><th scope="col">"When"</th><th scope="col">"Last run"</th><th scope="col">"Next run"</th><th scope="col">"What to do"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(task: Task, usual: u32, run: ServerAction<CollectNow>) -> AnyView {
    let off = matches!(task.health, AccountHealth::Draft | AccountHealth::Paused | AccountHealth::NeedsPassword);
    let (state, _) = text::health(&task.health);
    let last = match (task.last, &task.error) {
        (None, _) => view! { "Never" }.into_any(),
        (Some(at), Some(error)) => {
            let error = error.clone();
            view! { <span><Ago at=at/>": "<strong>"failed"</strong></span><details><summary>"Error text"</summary><pre>{error}</pre></details> }
                .into_any()
        }
        (Some(at), None) => {
            view! { <span><Ago at=at/>{format!(": {}", text::count(task.filed.unwrap_or(0), "new letter", "new letters"))}</span> }
                .into_any()
        }
    };
    let next = match task.next {
        _ if off => view! { <span class="quiet">{state}</span> }.into_any(),
        Some(at) => view! { <When at=at/> }.into_any(),
        None => view! { <span class="quiet">"Now"</span> }.into_any(),
    };
    let with = vec![("id", task.id.to_string())];
    let change = format!("/accounts/schedule?change={}#change", task.id);
    let name = task.account.clone();
    view! {
        <tr>
            <th scope="row" data-label="Account"><a href=format!("/accounts/{}", task.id)>{task.account.clone()}</a></th>
            <td data-label="When">{task.schedule.words(usual, task.protocol)}</td>
            <td data-label="Last run">{last}</td>
            <td data-label="Next run">{next}</td>
            <td data-label="What to do"><div class="cluster">
                {(!off).then(|| view! { <PlainButton action=run label="Run now" about=name with=with/> })}
                {task.may_manage.then(|| view! { <a class="button" data-variant="quiet" href=change aria-label=format!("Change: {}", task.account)>"Change"</a> })}
            </div></td>
        </tr>
    }
    .into_any()
}

fn form(task: Task, usual: u32, zone: String, save: ServerAction<ScheduleAccount>) -> AnyView {
    let (kind, minutes) = match &task.schedule {
        Schedule::Usual => ("usual", usual.to_string()),
        Schedule::Every(minutes) => ("every", minutes.to_string()),
        Schedule::At(_) => ("at", usual.to_string()),
    };
    view! {
        <section class="panel" id="change" aria-labelledby="change-title">
            <h2 id="change-title">{format!("When is “{}” collected?", task.account)}</h2>
            <PostForm action=save guard="yes">
                <input type="hidden" name="id" value=task.id.to_string()/>
                <fieldset class="choices" id="kind"><legend class="visually-hidden">"When"</legend><FieldError field="kind"/>
                    <Choice name="kind" value="usual" label="As the office does" hint="Every 15 minutes where nothing else is set up, and as soon as a letter comes where the server can tell." chosen=kind/>
                    <Choice name="kind" value="every" label="Every so many minutes" hint="A busy server, or a mailbox that costs money each time." chosen=kind/>
                    <Choice name="kind" value="at" label="At times of day" hint="Only then, and when somebody asks for it." chosen=kind/>
                </fieldset>
                <Field id="minutes" label="Minutes" hint="From 1 to 1440. Counts for “every so many minutes”." inputmode="numeric" width="short" value=minutes/>
                <Field id="times" label="Times" hint=format!("Like 08:00, 12:30, in the office's time ({zone}). Counts for “at times of day”.") width="medium" value=task.schedule.times()/>
                <div class="cluster"><Submit label="Save"/><a class="button" data-variant="quiet" href="/accounts/schedule">"Cancel"</a></div>
            </PostForm>
        </section>
    }
    .into_any()
}
