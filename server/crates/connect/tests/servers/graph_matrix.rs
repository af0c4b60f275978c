//! Microsoft 365's matrix (S7, O15, O21): each row is a token server or a Graph with one fault, or settings that are wrong, with the
//! verdict, the rung where it is told and words of the advice. Each row is a test of its own; with every one of them nothing but GET
//! reaches the mailbox, never more than four at once, none too early, and no secret or token stands in the report.

use model::{Diagnosis, Rung, Verdict};
use postroom_connect::{
    CertificateDer, Reach, SecretString, WebSettings,
    graph::{Mailbox, Whose, diagnose},
    oauth::{Application, Keeper},
};
use postroom_lab::{
    certs::{LabAuthority, self_signed},
    graph::{GraphFault, GraphLab, GraphLabOptions, OBJECT_ID},
};
use std::{sync::Arc, time::Duration};

pub struct Typed {
    pub sign_in: String,
    pub graph: String,
    pub tenant: String,
    pub client_id: String,
    pub secret: String,
    pub whose: Whose,
    pub reach: Reach,
    pub trusted: bool,
}

impl Typed {
    pub fn for_lab(lab: &GraphLab) -> Self {
        let options = GraphLabOptions::default();
        Self {
            sign_in: lab.base(),
            graph: lab.base(),
            tenant: options.tenant,
            client_id: options.client_id,
            secret: options.secret,
            whose: Whose::User(options.user),
            reach: Reach::Anywhere,
            trusted: true,
        }
    }

    fn web(&self, text: &str, lab: &GraphLab) -> WebSettings {
        let mut web = WebSettings::read(text, Duration::from_millis(1_500), self.reach).unwrap();
        if self.trusted {
            web.extra_roots = vec![CertificateDer::from(lab.authority().ca_der.clone())];
        }
        web
    }

    pub fn application(&self, lab: &GraphLab) -> Application {
        Application {
            web: self.web(&self.sign_in, lab),
            tenant: self.tenant.clone(),
            client_id: self.client_id.clone(),
            secret: SecretString::from(self.secret.clone()),
            scope: format!("https://{}/.default", self.graph),
        }
    }

    pub fn mailbox(&self, lab: &GraphLab) -> Mailbox {
        self.mailbox_of(lab, Arc::new(Keeper::of_application(self.application(lab))))
    }

    pub fn mailbox_of(&self, lab: &GraphLab, keeper: Arc<Keeper>) -> Mailbox {
        Mailbox::new(self.web(&self.graph, lab), &self.whose, keeper)
    }
}

struct Row {
    options: fn(&mut GraphLabOptions),
    fault: Option<GraphFault>,
    typed: fn(&mut Typed),
}

fn fault(fault: GraphFault) -> Row {
    Row { options: |_| (), fault: Some(fault), typed: |_| () }
}

fn typed(typed: fn(&mut Typed)) -> Row {
    Row { options: |_| (), fault: None, typed }
}

fn with(options: fn(&mut GraphLabOptions)) -> Row {
    Row { options, fault: None, typed: |_| () }
}

fn refused(word: &'static str, number: u32) -> Row {
    fault(GraphFault::TokenRefused(word, number))
}

async fn judge(row: Row, verdict: Verdict, rung: Rung, advice: &str) {
    let mut options = GraphLabOptions::default();
    (row.options)(&mut options);
    let lab = GraphLab::start(options).unwrap();
    lab.deliver("Posteingang", "Subject: a\r\n\r\nb\r\n");
    if let Some(fault) = row.fault {
        lab.set_fault(fault);
    }
    let mut as_typed = Typed::for_lab(&lab);
    (row.typed)(&mut as_typed);
    let mut told = 0;
    let diagnosis: Diagnosis = diagnose(&as_typed.application(&lab), &as_typed.mailbox(&lab), &mut |_| told += 1).await;
    let last = diagnosis.rungs.last().unwrap();
    assert_eq!((diagnosis.verdict, last.rung), (verdict, rung), "{diagnosis:#?}");
    let said = if verdict == Verdict::Healthy {
        diagnosis.rungs.iter().map(|rung| format!("{} {}", rung.sentence, rung.evidence)).collect::<Vec<_>>().join(" ")
    } else {
        diagnosis.sentence.clone()
    };
    assert!(said.contains(advice), "{said:?} does not say {advice:?}");
    assert_eq!(told, diagnosis.rungs.len());
    let whole = format!("{diagnosis:?}");
    for secret in [as_typed.secret.as_str(), "eyJ", "0.refresh"] {
        assert!(secret.is_empty() || !whole.contains(secret), "{secret} stands in the report");
    }
    prove_manners(&lab);
}

/// What holds whatever happens (S10): only GET to the mailbox, four at once, none too early, ids that survive a move.
pub fn prove_manners(lab: &GraphLab) {
    for heard in lab.heard().iter().filter(|heard| heard.path.starts_with("/v1.0/")) {
        assert_eq!(heard.method, "GET", "{heard:?}");
        assert!(heard.immutable && !heard.too_early, "{heard:?}");
    }
    assert!(lab.most_at_once() <= 4, "{} at once", lab.most_at_once());
}

macro_rules! matrix {
    ($($name:ident: $row:expr => $verdict:ident, $rung:ident, $advice:literal;)+) => {
        $(#[tokio::test]
        async fn $name() {
            judge($row, Verdict::$verdict, Rung::$rung, $advice).await;
        })+

        #[test]
        fn the_matrix_has_fifty_rows_and_more() {
            assert!([$(stringify!($name)),+].len() >= 50);
        }
    };
}

matrix! {
    // --- nothing is wrong
    all_is_well: typed(|_| ()) => Healthy, Folders, "nothing more";
    all_is_well_by_object_id: typed(|t| t.whose = Whose::User(OBJECT_ID.into())) => Healthy, Folders, "1 letters in Posteingang";
    exchange_limits_the_application: with(|o| { o.permissions = vec![]; o.permitted_by_exchange = true; }) => Healthy, Folders, "named mailboxes, as it should";
    the_token_carries_too_much: with(|o| o.permissions = vec!["Mail.ReadWrite".into(), "Mail.Send".into()]) => Healthy, Folders, "more than reading mail: Mail.ReadWrite";
    answers_in_parts: fault(GraphFault::Chunked) => Healthy, Folders, "can be read";
    answers_octet_by_octet: fault(GraphFault::Trickles) => Healthy, Folders, "can be read";
    // --- what was typed
    the_secrets_id_instead_of_its_value: typed(|t| t.secret = "0f8fad5b-d9cb-469f-a165-70867728950e".into()) => Settings, Settings, "the secret's ID, not its value";
    no_secret: typed(|t| t.secret = String::new()) => Settings, Settings, "secret's value";
    no_client: typed(|t| t.client_id = " ".into()) => Settings, Settings, "client ID";
    another_tenant: typed(|t| t.tenant = "elsewhere.example".into()) => Settings, SignIn, "does not know this directory";
    another_client: typed(|t| t.client_id = "99999999-2222-3333-4444-555555555555".into()) => Settings, SignIn, "does not know this application";
    another_secret: typed(|t| t.secret = "Zz~8Q~another-value".into()) => Authentication, SignIn, "column Value";
    another_mailbox: typed(|t| t.whose = Whose::User("bob@contoso.example".into())) => Permission, Folders, "knows no such mailbox";
    a_graph_that_is_not_there: typed(|t| t.graph = "no-such-graph.invalid".into()) => Connection, Name, "cannot be found";
    a_sign_in_server_that_is_not_there: typed(|t| t.sign_in = "no-such-login.invalid".into()) => Connection, Name, "cannot be found";
    a_metadata_service: typed(|t| t.graph = "169.254.169.254".into()) => Permission, Address, "can never be";
    staff_and_an_address_inside: typed(|t| t.reach = Reach::PublicMailPorts) => Permission, Address, "An administrator can connect";
    nobody_trusts_the_authority: typed(|t| t.trusted = false) => Certificate, Certificate, "issued by nobody";
    signed_by_itself: with(|o| o.certificate = Some(self_signed().unwrap())) => Certificate, Certificate, "made its certificate itself";
    another_authority_by_the_same_name: with(|o| o.certificate = Some(LabAuthority::new().unwrap().good().unwrap())) => Certificate, Certificate, "is not good";
    no_tls_at_all: with(|o| o.clear = true) => Certificate, Encryption, "does not speak TLS";
    // --- the token server refuses
    an_expired_secret: refused("invalid_client", 7_000_222) => Authentication, SignIn, "secret has expired";
    an_unknown_tenant: refused("invalid_request", 90_002) => Settings, SignIn, "tenant ID";
    a_tenant_that_is_none: refused("invalid_request", 900_023) => Settings, SignIn, "is not one";
    another_cloud: refused("invalid_request", 900_382) => Settings, SignIn, "another of Microsoft's clouds";
    no_consent: refused("invalid_grant", 65_001) => Permission, SignIn, "Grant admin consent";
    a_person_who_is_not_there: refused("invalid_grant", 50_034) => Authentication, SignIn, "not in the directory";
    a_second_factor_is_due: refused("invalid_grant", 50_076) => Authentication, SignIn, "second factor";
    conditional_access: refused("invalid_grant", 53_003) => Permission, SignIn, "Conditional Access";
    an_application_that_is_switched_off: refused("unauthorized_client", 7_000_112) => Permission, SignIn, "switched off";
    a_service_that_is_not_known: refused("invalid_resource", 500_011) => Settings, SignIn, "Graph server";
    a_number_nobody_knows: refused("invalid_client", 1) => Authentication, SignIn, "refused the client ID or the client secret";
    taken_back_at_google: fault(GraphFault::TokenError("invalid_grant")) => Authentication, SignIn, "taken back";
    a_word_nobody_knows: fault(GraphFault::TokenError("strange_error")) => Permission, SignIn, "Its answer says why";
    // --- the token server is odd
    the_token_server_throttles: fault(GraphFault::TokenThrottled(30)) => Throttled, SignIn, "slow down";
    the_token_server_is_out_of_order: fault(GraphFault::TokenStatus(503)) => Connection, SignIn, "busy";
    the_token_server_is_another_page: fault(GraphFault::TokenStatus(404)) => Connection, SignIn, "cannot be understood";
    the_token_server_says_html: fault(GraphFault::TokenNotJson) => Connection, SignIn, "cannot be understood";
    the_token_server_forgets_the_token: fault(GraphFault::TokenMissing) => Connection, SignIn, "cannot be understood";
    a_token_with_a_line_break: fault(GraphFault::TokenBroken) => Connection, SignIn, "cannot be understood";
    the_token_server_is_silent: fault(GraphFault::TokenHangs) => Connection, SignIn, "did not answer in time";
    the_token_server_hangs_up: fault(GraphFault::TokenCloses) => Connection, SignIn, "ended the connection";
    // --- Graph refuses
    graph_takes_no_token: fault(GraphFault::Unauthorized) => Permission, Folders, "does not accept the token";
    graph_denies: fault(GraphFault::Denied) => Permission, Folders, "Mail.Read";
    a_token_without_permission: with(|o| o.permissions = vec!["User.Read".into()]) => Permission, Folders, "Mail.Read";
    graph_knows_nobody: fault(GraphFault::NoMailbox) => Permission, Folders, "knows no such mailbox";
    a_person_without_a_licence: fault(GraphFault::NoLicence) => Permission, Folders, "licence";
    no_inbox: fault(GraphFault::NoInbox) => Permission, Folders, "shows no inbox";
    // --- Graph is odd
    graph_throttles_for_long: fault(GraphFault::Throttled(900)) => Throttled, Folders, "slow down";
    graph_fails: fault(GraphFault::ServerError) => Connection, Folders, "busy";
    graph_is_silent: fault(GraphFault::Hangs) => Connection, Folders, "did not answer in time";
    graph_hangs_up: fault(GraphFault::Closes) => Connection, Folders, "ended the connection";
    graph_breaks_off: fault(GraphFault::CutsBody) => Connection, Folders, "ended the connection";
    graph_says_html: fault(GraphFault::NotJson) => Connection, Folders, "cannot be understood";
    graph_is_a_mail_server: fault(GraphFault::NotHttp) => Connection, Folders, "cannot be understood";
    graph_leads_elsewhere: fault(GraphFault::Redirects) => Connection, Folders, "cannot be understood";
}
