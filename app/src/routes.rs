//! Addresses of pages. Pages are drawn whole by the server before they leave (`SsrMode::Async`); only islands are alive in the browser.

use crate::pages::*;
use crate::ui::demo::{demo_banner, provide_demo};
use crate::ui::layout::Signed;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// All of Postroom's pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let demo = provide_demo();
    view! {
        <Title formatter=window_title/>
        // The first stop of the Tab key on every page, before the line above it.
        <a class="skip" href="#main">"Skip to the page"</a>
        {demo.map(|demo| demo_banner(&demo))}
        <Router>
            <Routes fallback=|| view! { <elsewhere::Elsewhere/> }>
                <Route path=path!("/sign-in") view=sign_in::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/code") view=sign_in_code::SignInCodePage ssr=SsrMode::Async/>
                <Route path=path!("/welcome") view=welcome::WelcomePage ssr=SsrMode::Async/>
                <Route path=path!("/setup") view=setup::SetUpPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Signed ssr=SsrMode::Async>
                    <Route path=path!("/") view=home::HomePage ssr=SsrMode::Async/>
                    <Route path=path!("/clients") view=clients::ClientsPage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/new") view=client_form::NewClientPage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/import") view=client_import::ImportPage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/:id") view=client::ClientPage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/:id/why-not") view=why_not::WhyNotPage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/:id/merge") view=client_merge::MergePage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/:id/print") view=history_print::PrintPage ssr=SsrMode::Async/>
                    <Route path=path!("/clients/:id/edit") view=client_form::EditClientPage ssr=SsrMode::Async/>
                    <Route path=path!("/contacts") view=contacts::ContactsPage ssr=SsrMode::Async/>
                    <Route path=path!("/contacts/new") view=contact_form::NewContactPage ssr=SsrMode::Async/>
                    <Route path=path!("/contacts/import") view=contact_import::ContactImportPage ssr=SsrMode::Async/>
                    <Route path=path!("/contacts/:id") view=contact::ContactPage ssr=SsrMode::Async/>
                    <Route path=path!("/contacts/:id/merge") view=client_merge::MergePage ssr=SsrMode::Async/>
                    <Route path=path!("/contacts/:id/delete") view=contact_delete::DeleteContactPage ssr=SsrMode::Async/>
                    <Route path=path!("/contacts/:id/deleted") view=contact_delete::DeletedContactPage ssr=SsrMode::Async/>
                    <Route path=path!("/contacts/:id/edit") view=contact_form::EditContactPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/contact-types") view=contact_kinds::ContactTypesPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/queues") view=contact_kinds::QueuesPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/import") view=account_import::AccountImportPage ssr=SsrMode::Async/>
                    <Route path=path!("/messages/:id") view=letter::LetterPage ssr=SsrMode::Async/>
                    <Route path=path!("/messages/:id/file") view=filing::FilingPage ssr=SsrMode::Async/>
                    <Route path=path!("/messages/:id/forward") view=forward::ForwardPage ssr=SsrMode::Async/>
                    <Route path=path!("/unanswered") view=unanswered::UnansweredListPage ssr=SsrMode::Async/>
                    <Route path=path!("/messages/:id/compare") view=letter_compare::ComparePage ssr=SsrMode::Async/>
                    <Route path=path!("/compose") view=compose_start::ComposeStartPage ssr=SsrMode::Async/>
                    <Route path=path!("/compose/:id") view=compose::ComposePage ssr=SsrMode::Async/>
                    <Route path=path!("/compose/:id/files") view=compose::ComposeFilesPage ssr=SsrMode::Async/>
                    <Route path=path!("/compose/:id/sent") view=compose_sent::SentPage ssr=SsrMode::Async/>
                    <Route path=path!("/drafts") view=compose_sent::DraftsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/texts") view=texts::TextsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/texts/new") view=texts::NewTextPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/texts/:id") view=texts::TextPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/api-tokens") view=api_tokens::ApiTokensPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/webhooks") view=webhooks::WebhooksPage ssr=SsrMode::Async/>
                    <Route path=path!("/about") view=about::AboutPage ssr=SsrMode::Async/>
                    <Route path=path!("/search") view=search::SearchPage ssr=SsrMode::Async/>
                    <Route path=path!("/demo") view=demo::DemoPage ssr=SsrMode::Async/>
                    <Route path=path!("/mail") view=mail::MailPage ssr=SsrMode::Async/>
                    <Route path=path!("/mail/:account") view=mail::MailPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts") view=accounts::AccountsPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/new") view=account_new::NewAccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/import") view=archive_import::ArchiveImportPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/schedule") view=schedule::SchedulePage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/checklist") view=checklist::ChecklistPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/signed-in") view=account_sign_in::SignedInPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/new/sending") view=account_sending::NewSendingPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/sending") view=account_sending::SendingPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/sign-in") view=account_sign_in::SignInTripPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id") view=account::AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/delete") view=account_delete::DeletePage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/collections") view=account_collections::CollectionsPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/statements") view=statements::StatementsPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/statements/:statement") view=statements::StatementPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/hands-off") view=hands_off::HandsOffPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/ledger") view=ledger::LedgerPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=settings::SettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/people") view=people::PeoplePage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/people/:id") view=person::PersonPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/second-factor") view=second_factor::SecondFactorPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/cost-centres/:id") view=cost_centre::CostCentrePage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/cost-centres/:id/services") view=services::ServicesPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/senders") view=senders::SendersPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/senders/:id") view=senders::SenderPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/send-as") view=send_as::SendAsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/send-as/:id") view=send_as::VerifyPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/email-rules") view=email_rules::EmailRulesPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/web-configurations") view=web_configurations::WebConfigurationsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/which-account") view=which_account::WhichAccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/cost-centres") view=cost_centres::CostCentresPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/reread") view=reread::RereadPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/profile") view=profile::ProfilePage ssr=SsrMode::Async/>
                    <Route path=path!("/status") view=status::StatusPage ssr=SsrMode::Async/>
                    <Route path=path!("/management") view=management::ManagementListPage ssr=SsrMode::Async/>
                    <Route path=path!("/management/:id") view=managed_letter::ManagedLetterPage ssr=SsrMode::Async/>
                    <Route path=path!("/accounts/:id/import/rehearsal") view=import_rehearsal::ImportRehearsalPage ssr=SsrMode::Async/>
                    <Route path=path!("/actions") view=actions::ActionsListPage ssr=SsrMode::Async/>
                    <Route path=path!("/actions/new") view=action_form::NewActionPage ssr=SsrMode::Async/>
                    <Route path=path!("/actions/:id") view=action::ActionPage ssr=SsrMode::Async/>
                    <Route path=path!("/actions/:id/end") view=action_end::EndActionPage ssr=SsrMode::Async/>
                    <Route path=path!("/actions/:id/edit") view=action_form::EditActionPage ssr=SsrMode::Async/>
                    <Route path=path!("/outbox") view=outbox::OutboxListPage ssr=SsrMode::Async/>
                    <Route path=path!("/outbox/:id") view=outbox::OutgoingPage ssr=SsrMode::Async/>
                    <Route path=path!("/audit") view=audit::AuditPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The words in the window's bar. The server writes them into the page as they stand, so there they are escaped here: subjects and names
/// are other people's words, and one that closes the title would go on as a part of our page.
fn window_title(text: String) -> String {
    let title = if text.is_empty() { "Postroom".to_owned() } else { format!("{text} – Postroom") };
    title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
