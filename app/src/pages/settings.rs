//! `/settings`: what can be set, and by whom.

use crate::ui::*;
use leptos::prelude::*;
use model::{Permission, Role, Viewer};

/// Who is shown a card.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Everybody,
    /// Whoever manages users.
    People,
    Administrators,
}
use For::{Administrators, Everybody, People};

/// Whom for, where it leads, its drawing, its name, what stands there.
type Card = (For, &'static str, Icon, &'static str, &'static str);

const GROUPS: &[(&str, &[Card])] = &[
    (
        "You and your colleagues",
        &[
            (Everybody, "/settings/profile", Icon::Person, "Your profile", "Password, second factor, and where you are signed in"),
            (People, "/settings/people", Icon::Clients, "People", "Who works here, and what each may do"),
            (
                People,
                "/settings/cost-centres",
                Icon::Folder,
                "Cost centres",
                "Who sees which clients, and what their letters leave through",
            ),
        ],
    ),
    (
        "Writing and sending",
        &[
            (
                Everybody,
                "/settings/texts",
                Icon::File,
                "Document texts",
                "What letters are made from, with your clients' details filled in",
            ),
            (Everybody, "/drafts", Icon::Copies, "Drafts", "Letters that you have begun"),
            (
                Everybody,
                "/settings/senders",
                Icon::Sent,
                "Senders",
                "The name and address on letters, and what still hinders somebody from sending",
            ),
            (Everybody, "/settings/send-as", Icon::Mail, "Send Mail As", "Other addresses that letters come from or are answered to"),
            (
                Administrators,
                "/settings/email-rules",
                Icon::Settings,
                "Rules of e-mail",
                "What every letter must keep, and what the fields of senders are called",
            ),
            (Administrators, "/settings/which-account", Icon::Question, "Which account will send", "And why: rung by rung, for anybody"),
        ],
    ),
    (
        "Collecting and replies",
        &[
            (Everybody, "/accounts", Icon::Accounts, "Email accounts", "Mailboxes that letters are collected from"),
            (
                Administrators,
                "/settings/contact-types",
                Icon::Clients,
                "Contact types",
                "What agents and suppliers do for the office, to import their replies by",
            ),
            (Administrators, "/settings/queues", Icon::Folder, "Queues", "Where letters wait that could not be imported"),
            (Administrators, "/settings/reread", Icon::Copies, "Read again", "What a newer reader makes of letters that are stored"),
        ],
    ),
    (
        "Other systems",
        &[
            (
                Administrators,
                "/settings/api-tokens",
                Icon::Settings,
                "API tokens",
                "Other systems that put clients on file, read letters and send them",
            ),
            (Administrators, "/settings/webhooks", Icon::Sent, "Webhooks", "Other systems that are told what happens"),
            (
                Administrators,
                "/settings/web-configurations",
                Icon::Copies,
                "Web configurations",
                "What requests of other systems send through",
            ),
        ],
    ),
    (
        "This Postroom",
        &[
            (Administrators, "/status", Icon::Clock, "Status", "What runs, what waits, and how much room there is"),
            (Everybody, "/about", Icon::Question, "About Postroom", "Its version, and what whoever helps you asks for"),
        ],
    ),
];

/// Cards that lead on, in groups.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let viewer = use_context::<Viewer>();
    let shown = move |whom: For| {
        viewer.as_ref().is_some_and(|viewer| match whom {
            Everybody => true,
            People => viewer.may(Permission::UsersManage),
            Administrators => viewer.role == Role::Administrator,
        })
    };
    let groups = GROUPS.iter().map(|(title, cards)| group(title, cards.iter().filter(|card| shown(card.0)).copied().collect()));
    view! {
        <PageHead title="Settings"/>
        {groups.collect_view()}
    }
}

fn group(title: &'static str, cards: Vec<Card>) -> AnyView {
    let labelled = format!("group-{}", title.split(' ').next().unwrap_or_default().to_lowercase());
    let id = labelled.clone();
    let cards = cards.into_iter().map(|(_, href, icon, name, words)| {
        view! { <li><a class="card" href=href>{icon.draw()}<span><strong>{name}</strong><span class="quiet block">{words}</span></span></a></li> }
    });
    view! { <section aria-labelledby=labelled><h2 id=id>{title}</h2><ul class="cards">{cards.collect_view()}</ul></section> }.into_any()
}
