//! Certificates of test servers: good, expired, for another name, self-signed.
//!
//! The keys live in memory (or in a test server's temporary folder) and must never be installed anywhere.

use std::sync::Arc;

use anyhow::Context;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use sha2::{Digest, Sha256};

/// A certificate with its key, ready for a server.
#[derive(Debug, Clone)]
pub struct LabCertificate {
    /// The certificate alone, PEM.
    pub certificate_pem: String,
    /// The certificate alone, DER.
    pub certificate_der: Vec<u8>,
    /// The private key, PKCS #8 PEM.
    pub key_pem: String,
    /// The private key, PKCS #8 DER.
    pub key_der: Vec<u8>,
    /// SHA-256 of the DER, lower-case hexadecimal without colons: what an administrator pins.
    pub fingerprint: String,
}

/// A small certification authority that nobody trusts until told to.
pub struct LabAuthority {
    /// The authority's own certificate, PEM.
    pub ca_pem: String,
    /// The authority's own certificate, DER.
    pub ca_der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl LabAuthority {
    /// A new authority with a key of its own.
    pub fn new() -> anyhow::Result<Self> {
        let key = KeyPair::generate().context("Making the authority's key")?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.distinguished_name.push(DnType::CommonName, "Postroom lab authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2099, 1, 1);
        let own = params.self_signed(&key).context("Signing the authority")?;
        Ok(Self { ca_pem: own.pem(), ca_der: own.der().to_vec(), issuer: Issuer::new(params, key) })
    }

    /// Valid, for `localhost`, 127.0.0.1 and ::1.
    pub fn good(&self) -> anyhow::Result<LabCertificate> {
        self.issue(loopback_names(), (2020, 2099))
    }

    /// For loopback, but it ran out on 1 January 2021.
    pub fn expired(&self) -> anyhow::Result<LabCertificate> {
        self.issue(loopback_names(), (2020, 2021))
    }

    /// For loopback, but it begins on 1 January 2098.
    pub fn not_yet_valid(&self) -> anyhow::Result<LabCertificate> {
        self.issue(loopback_names(), (2098, 2099))
    }

    /// Valid, but for `mail.elsewhere.example` only.
    pub fn for_another_name(&self) -> anyhow::Result<LabCertificate> {
        self.issue(vec!["mail.elsewhere.example".into()], (2020, 2099))
    }

    /// Valid, for the given names or addresses.
    pub fn for_names(&self, names: &[&str]) -> anyhow::Result<LabCertificate> {
        self.issue(names.iter().map(|name| (*name).to_owned()).collect(), (2020, 2099))
    }

    fn issue(&self, names: Vec<String>, years: (i32, i32)) -> anyhow::Result<LabCertificate> {
        let key = KeyPair::generate()?;
        let certificate = server_params(names, years)?.signed_by(&key, &self.issuer).context("Signing a certificate")?;
        Ok(finish(&certificate, &key))
    }

    /// A client's TLS settings that trust this authority and nobody else.
    pub fn client_config(&self) -> anyhow::Result<Arc<ClientConfig>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.ca_der.clone()))?;
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    }
}

/// Valid for loopback and signed by itself, as many small servers are.
pub fn self_signed() -> anyhow::Result<LabCertificate> {
    let key = KeyPair::generate()?;
    let certificate = server_params(loopback_names(), (2020, 2099))?.self_signed(&key).context("Signing a certificate with itself")?;
    Ok(finish(&certificate, &key))
}

impl LabCertificate {
    /// A server's TLS settings with this certificate.
    pub fn server_config(&self) -> anyhow::Result<Arc<ServerConfig>> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key_der.clone()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(self.certificate_der.clone())], key)?;
        Ok(Arc::new(config))
    }
}

fn loopback_names() -> Vec<String> {
    vec!["localhost".into(), "127.0.0.1".into(), "::1".into()]
}

fn server_params(names: Vec<String>, (from, to): (i32, i32)) -> anyhow::Result<CertificateParams> {
    let common_name = names.first().cloned().unwrap_or_default();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
    Ok(params)
}

fn finish(certificate: &rcgen::Certificate, key: &KeyPair) -> LabCertificate {
    let der = certificate.der().to_vec();
    LabCertificate {
        certificate_pem: certificate.pem(),
        fingerprint: Sha256::digest(&der).iter().map(|byte| format!("{byte:02x}")).collect(),
        certificate_der: der,
        key_pem: key.serialize_pem(),
        key_der: key.serialize_der(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::ServerName;
    use rustls::{ClientConnection, ServerConnection};
    use std::io::{Read, Write};

    /// A handshake in memory, by the rules of a client that trusts the authority.
    fn handshake(authority: &LabAuthority, certificate: &LabCertificate, name: &str) -> Result<(), rustls::Error> {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let mut client = ClientConnection::new(authority.client_config().unwrap(), name)?;
        let mut server = ServerConnection::new(certificate.server_config().unwrap())?;
        for _ in 0..10 {
            let mut wire = Vec::new();
            while client.wants_write() {
                client.write_tls(&mut wire).unwrap();
            }
            let mut reader = wire.as_slice();
            while !reader.is_empty() {
                server.read_tls(&mut reader).unwrap();
                server.process_new_packets()?;
            }
            let mut wire = Vec::new();
            while server.wants_write() {
                server.write_tls(&mut wire).unwrap();
            }
            let mut reader = wire.as_slice();
            while !reader.is_empty() {
                client.read_tls(&mut reader).unwrap();
                client.process_new_packets()?;
            }
        }
        client.writer().write_all(b"x").unwrap();
        let mut wire = Vec::new();
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        server.process_new_packets()?;
        let mut got = [0u8; 1];
        server.reader().read_exact(&mut got).unwrap();
        Ok(())
    }

    #[test]
    fn only_the_good_certificate_is_trusted() {
        // TP-04, O3: the sorts of certificates that a strict client must tell apart
        let authority = LabAuthority::new().unwrap();
        let good = authority.good().unwrap();
        handshake(&authority, &good, "localhost").unwrap();
        handshake(&authority, &good, "127.0.0.1").unwrap();
        let expired = authority.expired().unwrap();
        assert!(format!("{:?}", handshake(&authority, &expired, "localhost")).contains("Expired"));
        let early = authority.not_yet_valid().unwrap();
        assert!(format!("{:?}", handshake(&authority, &early, "localhost")).contains("NotValidYet"));
        let other = authority.for_another_name().unwrap();
        assert!(format!("{:?}", handshake(&authority, &other, "localhost")).contains("NotValidForName"));
        assert!(format!("{:?}", handshake(&authority, &self_signed().unwrap(), "localhost")).contains("UnknownIssuer"));
        assert_eq!(good.fingerprint.len(), 64);
        assert_ne!(good.fingerprint, expired.fingerprint);
    }
}
