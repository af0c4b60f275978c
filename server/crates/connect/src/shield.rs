//! Which certificates are good: strictly, or exactly one that an administrator pinned (O3).
//!
//! Must never: accept a handshake whose signature was not verified, pin or no pin.

use crate::{CertificateProblem, ImapSettings, certificate};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use std::sync::{Arc, Mutex, PoisonError};

/// The certificate the server showed, good or not, for evidence.
pub(crate) type Shown = Arc<Mutex<Option<CertificateDer<'static>>>>;

#[derive(Debug)]
struct Judge {
    strict: Arc<WebPkiServerVerifier>,
    pinned: Option<String>,
    provider: Arc<CryptoProvider>,
    shown: Shown,
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(leaf.clone().into_owned());
        match &self.pinned {
            None => self.strict.verify_server_cert(leaf, chain, name, ocsp, now),
            // The exception ends when the certificate does (RELIABILITY §4.2).
            Some(_) if expired(leaf, now) => Err(Error::InvalidCertificate(CertificateError::Expired)),
            Some(pin) if *pin == certificate::fingerprint(leaf) => Ok(ServerCertVerified::assertion()),
            Some(_) => Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn expired(leaf: &CertificateDer<'_>, now: UnixTime) -> bool {
    let until = certificate::CertificateFacts::read(leaf).valid_to;
    until.is_some_and(|until| until / 1_000 < i64::try_from(now.as_secs()).unwrap_or(i64::MAX))
}

/// How to speak TLS with this server, and where the certificate it shows will be.
pub(crate) fn config(settings: &ImapSettings) -> Result<(ClientConfig, Shown), Error> {
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in &settings.extra_roots {
        roots.add(root.clone())?;
    }
    let strict = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .map_err(|error| Error::General(error.to_string()))?;
    let shown = Shown::default();
    let judge = Judge { strict, pinned: settings.pinned_fingerprint.clone(), provider: provider.clone(), shown: shown.clone() };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(judge))
        .with_no_client_auth();
    Ok((config, shown))
}

/// What a failed handshake means.
pub(crate) fn problem(error: &Error, pinned: bool, self_signed: bool) -> CertificateProblem {
    use CertificateProblem as P;
    match error {
        Error::InvalidCertificate(why) => match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => P::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => P::NotYetValid,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => P::OtherName,
            CertificateError::ApplicationVerificationFailure if pinned => P::PinDiffers,
            CertificateError::UnknownIssuer if self_signed => P::SelfSigned,
            CertificateError::UnknownIssuer => P::UnknownIssuer,
            // A certificate that names itself an authority and serves as one: made by itself.
            CertificateError::Other(_) if self_signed => P::SelfSigned,
            _ => P::Bad,
        },
        Error::InvalidMessage(_) | Error::InappropriateMessage { .. } => P::NotTls,
        Error::PeerIncompatible(_) => P::NoSafeMethod,
        Error::AlertReceived(
            AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity,
        ) => P::NoSafeMethod,
        _ => P::HandshakeEnded,
    }
}
