//! Addresses of pages. Data pages are rendered whole before they leave (`SsrMode::Async`), so they are complete without JavaScript.

use crate::pages::*;
use crate::ui::layout::{Signed, listen_for_keys};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// All of Postroom's pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    listen_for_keys();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Postroom".to_owned() } else { format!("{text} – Postroom") }/>
        <Router>
            <Routes fallback=|| view! { <elsewhere::Elsewhere/> }>
                <Route path=path!("/sign-in") view=sign_in::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/setup") view=setup::SetUpPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Signed ssr=SsrMode::Async>
                    <Route path=path!("/") view=home::HomePage ssr=SsrMode::Async/>
                    <Route path=path!("/clients") view=clients::ClientsPage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/new") view=client_form::NewClientPage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/import") view=client_import::ImportPage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/:id") view=client::ClientPage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/:id/edit") view=client_form::EditClientPage ssr=SsrMode::Async/>
                    <Route path=path!("/messages/:id") view=letter::LetterPage ssr=SsrMode::Async/>
                    <Route path=path!("/search") view=search::SearchPage ssr=SsrMode::Async/>
                    <Route path=path!("/mail") view=mail::MailPage ssr=SsrMode::Async/>
                    <Route path=path!("/mail/:account") view=mail::MailPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts") view=accounts::AccountsPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/new") view=account_new::NewAccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/checklist") view=checklist::ChecklistPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id") view=account::AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/collections") view=account_collections::CollectionsPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/statements") view=statements::StatementsPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/statements/:statement") view=statements::StatementPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/hands-off") view=hands_off::HandsOffPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/ledger") view=ledger::LedgerPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=settings::SettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/people") view=people::PeoplePage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/cost-centres") view=cost_centres::CostCentresPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/profile") view=profile::ProfilePage ssr=SsrMode::Async/>
                    <Route path=path!("/audit") view=audit::AuditPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
