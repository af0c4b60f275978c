//! What a certificate says, for people (DESIGN §8). Must never: decide whether it is good; `shield` does.

use crate::{der, record::hex};
use rustls::pki_types::CertificateDer;
use sha2::{Digest, Sha256};

/// A certificate as shown before it is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Whom it names.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// Host names and addresses it is for.
    pub names: Vec<String>,
    /// Valid from, ms.
    pub valid_from: Option<i64>,
    /// Valid until, ms.
    pub valid_to: Option<i64>,
    /// SHA-256 of its DER, 64 lower-case hexadecimal digits.
    pub fingerprint: String,
    /// Issuer and subject are the same.
    pub self_signed: bool,
}

impl CertificateFacts {
    /// Reads what can be read; the fingerprint is always there.
    pub fn read(certificate: &CertificateDer<'_>) -> Self {
        let read = der::certificate(certificate.as_ref()).unwrap_or_default();
        Self {
            self_signed: !read.issuer.is_empty() && read.issuer == read.subject,
            subject: der::name(&read.subject),
            issuer: der::name(&read.issuer),
            names: read.names,
            valid_from: read.valid_from,
            valid_to: read.valid_to,
            fingerprint: fingerprint(certificate),
        }
    }

    /// One line of evidence.
    pub fn evidence(&self) -> String {
        let day = |ms: Option<i64>| {
            ms.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
                .map_or_else(|| "?".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
        };
        let names = if self.names.is_empty() { String::new() } else { format!(", for {}", self.names.join(", ")) };
        format!(
            "{}{names}; issued by {}; valid {} to {}; SHA-256 {}",
            self.subject,
            self.issuer,
            day(self.valid_from),
            day(self.valid_to),
            self.fingerprint
        )
    }
}

/// SHA-256 of the certificate's DER, lower-case hexadecimal.
pub(crate) fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    hex(&Sha256::digest(certificate.as_ref()))
}
