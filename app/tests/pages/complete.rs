//! Each page, whole and with words that only stand there when its data does.

use crate::asking::get;
use crate::office::Scene;
use axum::http::StatusCode;

// DESIGN 11: words that only stand there when the data does.
#[tokio::test]
async fn pages_of_clients_are_complete_without_javascript() {
    let pages = [
        ("/clients", "Miriam Okafor"),
        ("/clients?words=nobody", "No client found"),
        ("/clients?words=o", "2 of 4 clients with “o”"),
        ("/settings/queues", "Error queue of Office"),
        ("/accounts/1/import", "Supplier Contacts"),
        ("/accounts/1/import", "href=\"/accounts/1/import?forward=5#forward-form\" data-opens=\"forward-5\""),
        ("/accounts/1/import?forward=5", "Change the approved address"),
        ("/clients/new", "Add a client"),
        ("/clients/1", "To: jo.hartley@example.com is the client's own address 1"),
        ("/clients/1", "March 2026"),
        ("/clients/1", "1,234 letters"),
        ("/clients/1", "Filed here by hand by Ben Cole on 14 Mar 2026, 09:12 UTC: Written from the daughter"),
        (
            "/clients/1?account=1&direction=sent",
            "href=\"/clients/1?direction=sent\"><span class=\"visually-hidden\">Take away the filter: </span>Seen in Office",
        ),
        // Days are the office's own, in summer time and in winter.
        ("/clients/1", "sam.hartley@example.net<span class=\"quiet\"> from 1 July 2026 until 31 December 2026</span>"),
        ("/clients/1/merge?with=3", "partner, from 1 July 2026, until 31 December 2026"),
        ("/messages/103/file", "Which client?"),
        ("/messages/103/file", "miriam@okafor.example wrote the letter that this one forwards"),
        ("/clients/1", "href=\"/clients/1/why-not\""),
        ("/clients/1", "<summary>"),
        ("/clients/1", "1 variant"),
        ("/clients/1", "href=\"/messages/102/compare?with=120\""),
        ("/clients/1", "href=\"/clients/1/print\""),
        ("/clients/1", "Not read yet"),
        ("/clients/1", "href=\"/messages/104/file?client=2&amp;decision=belongs\">File it to Miriam Okafor"),
        ("/messages/100", "href=\"/messages/100/file?client=2&amp;decision=belongs\">File it to Miriam Okafor"),
        ("/messages/100", "who is on no file of yours."),
        ("/messages/103/file?words=okafor", "Miriam Okafor"),
        ("/messages/103/file?client=1&decision=keep_off", "Keep it off"),
        ("/clients/1/edit", "jo@hartley-garden-design.example"),
        ("/clients/1/edit", "<a href=\"/clients/2\">Miriam Okafor"),
        ("/clients/1", "Also on file for"),
        ("/clients/1/edit?step=look", "143 letters</strong> (2019 to 2024) come into this history"),
        ("/clients/1/edit?step=look", "Save as shown"),
        ("/clients/import", "Line 7"),
        ("/clients/import", "What the column “E-Mail” stands for"),
        ("/clients/import", "href=\"/clients/import/refused.csv\""),
        ("/clients/import?done=imported", "38 added, 2 changed, 1 as before, 4 refused."),
        ("/clients/1/merge", "Which client is the same?"),
        ("/clients/1/merge", "href=\"/clients/1/merge?with=3\""),
        ("/clients/1/merge?with=2", "Afterwards Jo and Sam Hartley has 158 letters"),
        ("/clients/1/merge?with=2", "1 person can read the letters of"),
        ("/clients/1/merge?with=2", "carried over. 1 that sends letters by itself is paused"),
        ("/clients/1", "Jo Hartly (C-9) was merged into this client on"),
    ];
    are_complete(&pages).await;
}

#[tokio::test]
async fn pages_of_histories_are_complete_without_javascript() {
    let pages = [
        ("/clients/1?direction=sent", "aria-current"),
        ("/clients/1?person=self&files=1", "Nothing matches these filters"),
        ("/clients/1?from=14.3.2026&until=2026-02-30", "Enter a day that exists, as year-month-day, like 2026-03-31"),
        ("/clients/1?as_at=2026-01-31", "As at the end of 31 January 2026, a day of the office. "),
        ("/clients/1/print?from=2026-07-01", "Times are UTC. Days are those of the office."),
        ("/clients/1?direction=sent", "Save these filters"),
        ("/clients/1?direction=sent", "href=\"/clients/1/history.mbox?direction=sent\""),
        ("/clients/1?open=103", "src=\"/messages/103/body?as=html\""),
        ("/clients/1?group=conversation", "1,234 letters in 340 conversations"),
        ("/clients/1?group=conversation", "Jo Hartley, Ada Bell · 30 letters"),
        ("/clients/1?group=conversation", "29 earlier letters"),
        ("/clients/1?group=conversation", "27 older letters"),
        ("/clients/1?group=conversation", "href=\"/clients/1?group=conversation&amp;cursor=next\""),
        ("/clients/1?group=conversation&direction=sent", "href=\"/clients/1/print?direction=sent\""),
        ("/clients/1?group=conversation&unread=1", "<a href=\"/clients/1?group=conversation\">Clear filters"),
        ("/clients/1/print?direction=sent", "Only: Sent. The newest 4 of 1,234 letters are here"),
        ("/clients/1/print?files=1&group=conversation", "Only: With files. 12 letters."),
        ("/clients/1/print", "annual review &lt;2026&gt;.pdf"),
        ("/clients/1/why-not", "Words of the subject"),
        ("/clients/1/why-not?sender=jo", "stood on this file until 14 March 2026, and was taken off"),
        ("/clients/1/why-not?sender=jo", "folders not collected: Spam (1,200)"),
        ("/clients/1/why-not?sender=nobody&from=x", "Enter a day that exists"),
        ("/clients/1/why-not", "Why is a letter not in the history of"),
        ("/clients/1/why-not?sender=jo", "; it is a draft: nothing is collected before its set-up is finished"),
        ("/clients/1/why-not?sender=jo", "To: desk@office.example is an address of the office itself"),
        ("/clients/1/why-not?sender=nobody&subject=annual", "href=\"/search?q=nobody%20annual\""),
        ("/clients/1/why-not?sender=nobody", "href=\"/accounts/new\""),
    ];
    are_complete(&pages).await;
}

#[tokio::test]
async fn pages_of_contacts_are_complete_without_javascript() {
    let pages = [
        ("/contacts", "Hotel Seeblick"),
        ("/contacts?words=nobody", "No contact found"),
        ("/contacts/new", "Agent or supplier"),
        ("/contacts/11", "Supplier · Reservations · Seeblick GmbH"),
        ("/contacts/11", "href=\"/contacts/11?direction=sent\""),
        ("/contacts/11", "<a href=\"/clients/2\">Miriam Okafor"),
        ("/contacts/11/edit", "desk@seeblick.example"),
        ("/contacts/import", "Import 5 contacts"),
        ("/contacts/import", "What the column “Seite” stands for"),
        ("/contacts/import", "E-mail addresses"),
        ("/contacts/11/edit?step=look", "43 letters</strong> (2024) come into this history"),
        ("/contacts/11/edit?step=look", "Whoever may open this contact will be able to read them."),
        ("/contacts/11/merge", "Which contact is the same?"),
        ("/contacts/11/merge", "href=\"/contacts/11/merge?with=12\""),
        ("/contacts/11/merge?with=12", "Links to Adria Tours lead to Hotel Seeblick."),
        ("/contacts/11/delete", "1 letter is in no other history"),
        ("/contacts/11/delete", "desk@seeblick.example"),
        ("/contacts/11/delete", "2 planned letters end for good: put back, the contact has no letters planned."),
        ("/contacts/11/delete", "1 letter whose day has come is given up for good."),
        ("/contacts/11/delete", "data-variant=\"danger\""),
        ("/contacts/13/deleted", "A contact that was deleted on"),
        ("/contacts/13/deleted", "Put the contact back"),
        ("/contacts/13/deleted", "href=\"/contacts#deleted\""),
        ("/contacts", "href=\"/contacts/13/deleted\">Old Harbour"),
        ("/contacts/11/delete", "it stands under Contacts, below the list, among the deleted ones"),
        ("/contacts/import?done=imported", "5 added, 0 changed, 0 as before, 1 refused."),
        ("/settings/contact-types", "2 contacts"),
    ];
    are_complete(&pages).await;
    // Of what is not there, nothing is told.
    let bare = get(Scene::Busy, "/contacts/12/delete").await.text;
    assert!(bare.contains("What would happen") && !bare.contains("planned letter") && !bare.contains("whose day has come"), "{bare}");
}

#[tokio::test]
async fn pages_of_letters_are_complete_without_javascript() {
    let pages = [
        ("/messages/100", "annual review 2026.pdf"),
        ("/messages/199", "nested deeper"),
        ("/messages/100", "href=\"/messages/100/forward?account=1\""),
        ("/messages/100", "Please book."),
        ("/messages/100/forward?account=1", "Tour desk &lt;post@tour.example&gt;"),
        ("/messages/100/forward", "as a letter within the letter"),
        ("/messages/101/forward", "as a file whose name ends in .eml"),
        ("/messages/103/forward", "This letter cannot be forwarded from here."),
        ("/messages/103/forward", "href=\"/accounts/1/import\">Approve an address"),
        ("/messages/100", "Became a reply of <a href=\"/contacts/9\">Kiwi Tours</a>"),
        ("/messages/100", "href=\"/management/1-100\">See it in Email Management"),
        ("/unanswered", "May we &lt;b&gt;meet&lt;/b&gt;?"),
        ("/unanswered?days=5", "Needs no answer"),
        ("/unanswered", "Undo"),
        ("/messages/100", "Stated by mx.office.example, the server that received the letter"),
        ("/messages/101", "nothing in a way that can be told from a forgery"),
        ("/messages/102", "Mon 1 Jun 2026, 09:00–10:30 BST"),
        ("/messages/102", "href=\"/search?q=in%3A%22Clients%2FHale%22\">Clients/Hale</a>"),
        ("/messages/103", "There is no such mailbox."),
        ("/messages/100", "/messages/100/compare?copy=9"),
        ("/messages/105?from=/clients/1?direction=sent", "Back to Sent to 1"),
        ("/messages/105?from=/mail/1", "/messages/106?from=%2Fmail%2F1"),
        ("/messages/105", "Conversation"),
        ("/mail/1", "Not read yet"),
        ("/clients/1?direction=sent", "from=%2Fclients%2F1%3Fdirection%3Dsent"),
        ("/messages/100/compare?with=150", "<del>100</del>"),
        ("/messages/100/compare?copy=9", "12 lines the same"),
        ("/search?q=pension", "<mark>pension</mark>"),
        ("/search", "What are you looking for?"),
        ("/search?q=pension&typing=1", "/search?q=is%3Asent%20pension&amp;typing=1"),
        ("/search?q=pension", "Numbers are those of the newest 500 letters."),
        ("/search?q=is:sent%20client:%22Jo%20H%22%20a", "/search?q=is%3Asent%20a\""),
        ("/search?q=pension", "<a href=\"/clients/2\">Miriam Okafor</a>"),
        ("/clients/1", "Also on: "),
        ("/clients/1", "Also on Miriam Okafor: Cc: miriam@okafor.example is the client's own address 1"),
        ("/mail", "Choose an account"),
        ("/mail/1", "Change of address"),
        ("/mail/1", "12,480 letters"),
    ];
    are_complete(&pages).await;
}

#[tokio::test]
async fn pages_of_planned_letters_are_complete_without_javascript() {
    let pages = [
        ("/actions", "Ben Cole is writing it."),
        ("/actions", "Open for edit"),
        ("/actions", "Done (1,000+)"),
        ("/actions", "Reminder &lt;of&gt; papers"),
        ("/actions?only=coming", "30 April 2026 at 09:00"),
        ("/actions?only=coming", "Paused"),
        ("/actions?only=failed", "There is nothing to put in for “client.code”."),
        ("/actions?only=failed", "Try again"),
        ("/actions?only=done", "href=\"/outbox/1\""),
        ("/actions/1", "North has no default service."),
        ("/actions/1", "Every month from 31 January 2026 until 31 January 2027 at 09:00, Europe/London time."),
        ("/actions/2", "Nothing leaves until it goes on."),
        ("/actions/1/edit", "Change a planned letter"),
        ("/actions/1", "href=\"/actions/1/end\""),
        ("/actions/1/edit", "With another day, 1 letter that waits is given up."),
        ("/actions/1?done=changed", "What failed before still waits."),
        ("/actions/1/end", "No letter leaves on 30 April 2026 or later."),
        ("/actions/1/end", "2 letters whose days have come are given up:"),
        ("/actions/1/end", "The letter of 14 March 2026 did not leave: There is nothing to put in for “client.code”."),
        ("/actions/1/end", "It stays among the drafts of Ben Cole"),
        ("/actions/1/end", "data-variant=\"danger\""),
        ("/actions/1/end", "End it for good"),
        ("/actions?only=failed", "href=\"/actions/1/end?day=4&amp;list=failed\""),
        ("/actions/1/end?day=4&list=failed", "Nothing leaves for 14 March 2026, and it cannot be tried again."),
        ("/actions/1/end?day=4&list=failed", "data-variant=\"danger\""),
        ("/actions/1/end?day=5", "This letter does not wait any more."),
        ("/actions/new?client=1", "It leaves by itself"),
        ("/actions/new", "To whom?"),
        ("/clients/1", "1 letter waits for you, 1 letter is being written, 1 planned letter, on 30 April 2026"),
        ("/clients/1", "href=\"/actions/new?client=1\""),
        ("/contacts/11", "href=\"/actions/new?client=11\""),
    ];
    are_complete(&pages).await;
}

#[tokio::test]
async fn pages_of_accounts_are_complete_without_javascript() {
    let pages = [
        ("/management", "Nobody here has the address kay@kiwi.example."),
        ("/management", "data-many=\"Discard # letters\""),
        ("/management", "The rules have still to look at 1 letter."),
        ("/management", "2 letters of Office"),
        ("/management?done=discard&n=2&passed=1&settled=0&undo=1-1,1-2", "2 letters discarded. 1 letter was passed over"),
        ("/management?done=discard&n=2&passed=0&settled=0&undo=1-1,1-2", "value=\"1-2\""),
        ("/management/1-100", "Bob looks at this letter too."),
        ("/management/1-100", "Bob has taken this letter."),
        ("/management/1-100", "The rules have changed since"),
        ("/accounts/1/import/rehearsal", "Waiting for somebody"),
        ("/accounts", "AUTHENTICATIONFAILED"),
        ("/accounts", "No letters appear for a client?"),
        ("/accounts", "2 of 4 need you."),
        ("/accounts/1/collections", "Try again later"),
        ("/accounts/1/statements", "Altered"),
        ("/accounts/1/statements/1", "Entry 81 of the audit trail holds this digest."),
        ("/accounts/1/statements/3", "It was altered after it was drawn up."),
        ("/accounts/1/hands-off", "In 12 sessions of collecting no command was sent that could change this mailbox."),
        ("/accounts/checklist", "1 thing may keep letters away."),
        ("/accounts/checklist?client=1", "Did you mean jo.hartly@example.com?"),
        ("/clients/1", "/accounts/checklist?client=1"),
        ("/accounts/1/collections", "In the last 28 days"),
        ("/accounts/new", "Use port 993 with TLS"),
        ("/accounts/new?preset=microsoft365&protocol=imap", "https://outlook.office.com/IMAP.AccessAsUser.All and offline_access"),
        ("/accounts/new?protocol=graph&address=ann@outlook.com", "This is a private mailbox."),
        ("/accounts/new?protocol=graph&address=ann@kontor.example", "Exchange Online PowerShell"),
        ("/accounts/new?preset=microsoft365&protocol=imap&address=ann@outlook.com", "value=\"consumers\""),
        ("/accounts/new?preset=microsoft365&protocol=pop3", "Delegated permissions: POP.AccessAsUser.All and offline_access"),
        ("/accounts/new?preset=microsoft365&protocol=pop3", "Delete on the server after so many days"),
        ("/accounts/new?address=jo@gmail.com", "Google needs an app password"),
        ("/accounts/1", "could not be read, or the mail server does not hand them out"),
        ("/accounts/1", "href=\"/mail/1\">Read the letters of this mailbox"),
        ("/accounts/1", "href=\"/clients/import\">Add clients"),
        ("/accounts/1?tab=server", "Advanced"),
        ("/accounts/1?tab=folders", "Gesendete Objekte"),
        ("/accounts/1?tab=folders", "The mailbox has 4 folders: 3 can hold letters, 1 only holds other folders."),
        ("/accounts/2", "3,200 of 8,000 letters"),
        ("/accounts/1/ledger?folder=1&outcome=excluded", "Draft"),
    ];
    are_complete(&pages).await;
}

#[tokio::test]
async fn pages_of_settings_are_complete_without_javascript() {
    let pages = [
        ("/settings", "Cost centres"),
        ("/settings/reread", "3 files instead of 1"),
        ("/settings/reread", "Accept what was found"),
        ("/settings/reread", "Its bytes could not be read from the data folder."),
        ("/settings/people", "Cleo"),
        ("/settings/cost-centres", "North"),
        ("/settings/people", "https://post.example/welcome?link=abc"),
        ("/settings/people/2", "Firefox on Windows"),
        ("/settings/people/2", "Take the second factor away"),
        ("/settings/cost-centres/1", "Who belongs to it"),
        ("/settings/cost-centres/1/services", "Ben has no sender yet"),
        ("/settings/cost-centres/1/services?change=1", "Change “Letters”"),
        ("/settings/senders", "Can send"),
        ("/settings/senders/1", "Ada can send."),
        ("/settings/send-as", "autocomplete=\"one-time-code\""),
        ("/settings/send-as", "href=\"/settings/send-as/1\" data-opens=\"verify-1\""),
        ("/settings/send-as/1", "autocomplete=\"one-time-code\""),
        ("/settings/email-rules", "Send and From Match"),
        ("/settings/web-configurations", "Portal"),
        ("/settings/which-account", "Is unattended sending available?"),
        ("/settings/api-tokens", "The token of CRM"),
        ("/settings/api-tokens", "Taken back"),
        ("/settings/webhooks", "took nothing for three days"),
        ("/settings/webhooks", "Tried 2 times. The other system failed (503)."),
        ("/settings/texts/1", "data-preview-body"),
        ("/about", "Email PDF"),
        ("/accounts/new", "SMTP (sending only)"),
        ("/accounts/new/sending", "Password again"),
        ("/accounts/1/sending", "Enter the code"),
        ("/welcome?link=new", "Welcome to Postroom"),
        ("/welcome?link=reset", "Set a new password"),
        ("/welcome?link=spent", "does not work any more"),
        ("/sign-in/code?next=/clients", "Enter your code"),
        ("/settings/second-factor", "ABCD EFGH"),
        ("/settings/second-factor", "abcd-efgh-ijkl-mnop"),
        ("/settings/profile", "Sign out everywhere"),
        ("/settings/profile", "Safari on iPhone"),
        ("/audit", "started the collection of an account"),
        ("/status", "1 thing to look at"),
        ("/status", "the disk is full"),
        ("/status", "41.0 GB of 252.0 GB"),
        ("/status", "A use case failed (reference K7-22)"),
        ("/audit?group=account&who=console", "Save as a file"),
        ("/settings/profile", "Turn shortcuts off"),
        ("/search?q=nothing", "Nothing found"),
        ("/audit?verify=1", "The record is whole."),
    ];
    are_complete(&pages).await;
}

/// Each page is there, whole, and has its words.
async fn are_complete(pages: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (path, words) in pages {
        let page = get(Scene::Busy, path).await;
        let checks = [
            (page.status == StatusCode::OK, "has another status"),
            (page.text.contains(*words), "lacks its words"),
            (page.text.contains("</main>") && page.text.contains("<html lang=\"en\""), "is no whole page"),
            (!page.text.contains("Loading "), "still loads"),
            (page.text.matches("<h1").count() == 1, "has not one heading"),
            (page.text.contains(" – Postroom</title>"), "has no title"),
        ];
        wrong.extend(checks.into_iter().filter(|(good, _)| !good).map(|(_, what)| format!("{path} {what} ({words})")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
