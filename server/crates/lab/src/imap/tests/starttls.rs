use super::*;

#[test]
fn encryption_works_from_the_start_and_on_request() {
    // TP-05
    let lab = lab(Faults::none());
    let mut client = LabClient::connect(lab.port()).unwrap();
    client.start_tls(lab.authority().client_config().unwrap(), "localhost").unwrap();
    assert!(!has(&client.command("CAPABILITY").unwrap(), "STARTTLS"), "offered only once");
    client.login("ada", "secret").unwrap();
    assert!(!lab.clear_text_received().windows(6).any(|window| window == b"secret"));
    let heard = lab.heard();
    assert_eq!(heard.iter().map(|heard| heard.encrypted).collect::<Vec<_>>(), [false, true, true]);

    let implicit = ImapLab::start(ImapLabOptions { tls: Tls::Implicit, ..Default::default() }).unwrap();
    let mut client = LabClient::connect_tls(implicit.port(), implicit.authority().client_config().unwrap(), "localhost").unwrap();
    client.login("ada", "secret").unwrap();
}

#[test]
fn a_bad_certificate_is_served_as_ordered() {
    let authority = LabAuthority::new().unwrap();
    let options = ImapLabOptions { tls: Tls::Implicit, certificate: Some(authority.expired().unwrap()), ..Default::default() };
    let lab = ImapLab::start(options).unwrap();
    assert_eq!(lab.fingerprint(), lab.fingerprint().to_lowercase());
    let refused = LabClient::connect_tls(lab.port(), authority.client_config().unwrap(), "localhost").err().unwrap();
    assert!(format!("{refused:#}").to_lowercase().contains("expired"), "{refused:#}");
}

#[test]
fn starttls_can_be_absent_refused_or_a_trap() {
    // RELIABILITY §4.4
    let lab = lab(Faults::none());
    let cases = [(Fault::StartTlsMissing, "BAD"), (Fault::StartTlsRefused("not today".into()), "NO"), (Fault::Preauth, "BAD")];
    for (fault, status) in cases {
        lab.set_fault(fault.clone());
        let mut client = LabClient::connect(lab.port()).unwrap();
        assert_eq!(client.command("STARTTLS").unwrap().status, status, "{fault:?}");
        lab.clear_faults();
    }
    for fault in [Fault::StartTlsInjectedBytes("* OK injected".into()), Fault::StartTlsInjectedLater("* OK injected".into())] {
        lab.set_fault(fault.clone());
        let mut client = LabClient::connect(lab.port()).unwrap();
        assert!(client.command("STARTTLS").unwrap().is_ok());
        assert_eq!(client.response().unwrap(), b"* OK injected", "{fault:?}");
        lab.clear_faults();
    }
    lab.set_fault(Fault::StartTlsCloses);
    let mut client = LabClient::connect(lab.port()).unwrap();
    assert!(client.command("STARTTLS").unwrap().is_ok());
    assert!(client.response().is_err());
}

#[test]
fn capabilities_may_change_with_encryption() {
    let lab = lab(Faults::none()
        .with(Fault::CapabilityBeforeTls(vec!["IMAP4rev1".into(), "STARTTLS".into(), "X-OLD".into()]))
        .with(Fault::LoginDisabled));
    let mut client = LabClient::connect(lab.port()).unwrap();
    assert!(client.greeting.contains("X-OLD"));
    assert!(client.command("LOGIN ada secret").unwrap().text.starts_with("[PRIVACYREQUIRED]"));
    client.start_tls(lab.authority().client_config().unwrap(), "localhost").unwrap();
    assert!(!has(&client.command("CAPABILITY").unwrap(), "X-OLD"));
    client.login("ada", "secret").unwrap();
}
