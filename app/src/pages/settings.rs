//! `/settings`: what can be set, and by whom.

use crate::ui::*;
use leptos::prelude::*;
use model::{Permission, Role, Viewer};

/// Cards that lead on.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let people = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::UsersManage));
    let administrator = use_context::<Viewer>().is_some_and(|viewer| viewer.role == Role::Administrator);
    let card = |href: &'static str, icon: Icon, title: &'static str, words: &'static str| {
        view! { <li><a class="card" href=href>{icon.draw()}<span><strong>{title}</strong><span class="quiet block">{words}</span></span></a></li> }
    };
    view! {
        <PageHead title="Settings"/>
        <ul class="cards">
            {card("/settings/profile", Icon::Person, "Your profile", "Password, second factor, and where you are signed in")}
            {people.then(|| card("/settings/people", Icon::Clients, "People", "Who works here, and what each may do"))}
            {people.then(|| card("/settings/cost-centres", Icon::Folder, "Cost centres", "Who sees which clients"))}
            {card("/settings/texts", Icon::File, "Document texts", "What letters are made from, with your clients' details filled in")}
            {card("/drafts", Icon::Copies, "Drafts", "Letters that you have begun")}
            {card("/settings/senders", Icon::Sent, "Senders", "The name and address on letters, and what still hinders somebody from sending")}
            {card("/settings/send-as", Icon::Mail, "Send Mail As", "Other addresses that letters come from or are answered to")}
            {administrator.then(|| card("/settings/email-rules", Icon::Settings, "Rules of e-mail", "What every letter must keep, and what the fields of senders are called"))}
            {administrator.then(|| card("/settings/web-configurations", Icon::Copies, "Web configurations", "What requests of other systems send through"))}
            {administrator.then(|| card("/settings/api-tokens", Icon::Settings, "API tokens", "Other systems that put clients on file, read letters and send them"))}
            {administrator.then(|| card("/settings/webhooks", Icon::Sent, "Webhooks", "Other systems that are told what happens"))}
            {administrator.then(|| card("/settings/which-account", Icon::Question, "Which account will send", "And why: rung by rung, for anybody"))}
            {administrator.then(|| card("/settings/contact-types", Icon::Clients, "Contact types", "What agents and suppliers do for the office, to import their replies by"))}
            {administrator.then(|| card("/settings/queues", Icon::Folder, "Queues", "Where letters wait that could not be imported"))}
            {card("/accounts", Icon::Accounts, "Email accounts", "Mailboxes that letters are collected from")}
            {administrator.then(|| card("/settings/reread", Icon::Copies, "Read again", "What a newer reader makes of letters that are stored"))}
            {card("/about", Icon::Question, "About Postroom", "Its version, and what whoever helps you asks for")}
            {administrator.then(|| card("/status", Icon::Clock, "Status", "What runs, what waits, and how much room there is"))}
        </ul>
    }
}
