//! The key file, and the secrets sealed under it.
//!
//! The key lies outside the database and outside backups. A secret is bound to its table, row and field, so that a
//! sealed password copied to another row does not open. Must never: log or return a key.

use crate::StoreError;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::{io::Write, path::Path};
use zeroize::Zeroizing;

const FILE: &str = "postroom.key";
/// Set to 64 hexadecimal digits to hold the key in the environment instead of a file.
const VARIABLE: &str = "POSTROOM_KEY";
const SEAL_VERSION: u8 = 1;
const NONCE: usize = 24;

/// Keys derived from the one key of this office.
pub struct Keys {
    seal: Zeroizing<[u8; 32]>,
    audit: Zeroizing<[u8; 32]>,
}

impl Keys {
    /// Reads the key from the environment or the data folder; makes a key file (0600) on the first run.
    pub fn open(data: &Path) -> Result<Self, StoreError> {
        let main = match std::env::var(VARIABLE) {
            Ok(hex) => parse_hex(hex.trim()).ok_or_else(|| StoreError::Setup(format!("{VARIABLE} must be 64 hexadecimal digits")))?,
            Err(_) => read_or_make(&data.join(FILE))?,
        };
        Ok(Self { seal: derive(&main, b"secrets"), audit: derive(&main, b"audit") })
    }

    /// Seals a secret for one field of one row: `place` is "table:id:field".
    pub(crate) fn seal(&self, place: &str, secret: &SecretString) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| StoreError::Secret)?;
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: secret.expose_secret().as_bytes(), aad: place.as_bytes() })
            .map_err(|_| StoreError::Secret)?;
        let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
        out.push(SEAL_VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`Keys::seal`] sealed for the same place.
    pub(crate) fn open_sealed(&self, place: &str, sealed: &[u8]) -> Result<SecretString, StoreError> {
        let rest = sealed.strip_prefix(&[SEAL_VERSION]).ok_or(StoreError::Secret)?;
        let (nonce, body) = rest.split_at_checked(NONCE).ok_or(StoreError::Secret)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| StoreError::Secret)?;
        let plain = Zeroizing::new(
            self.cipher().decrypt(&XNonce::from(nonce), Payload { msg: body, aad: place.as_bytes() }).map_err(|_| StoreError::Secret)?,
        );
        Ok(SecretString::from(std::str::from_utf8(&plain).map_err(|_| StoreError::Secret)?.to_owned()))
    }

    /// The code of an audit entry over the code before it and the entry's fields, each with its length.
    pub(crate) fn event_code(&self, before: &[u8], fields: &[&[u8]]) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.audit.as_slice()).expect("HMAC takes a key of any length");
        mac.update(before);
        for field in fields {
            mac.update(&(field.len() as u64).to_be_bytes());
            mac.update(field);
        }
        mac.finalize().into_bytes().to_vec()
    }

    /// The code of a stored copy: who changes its octets and its digest together cannot make it without the key.
    pub(crate) fn copy_code(&self, digest: &[u8; 32], size: i64) -> Vec<u8> {
        self.event_code(b"copy", &[digest, &size.to_be_bytes()])
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.seal.as_slice().try_into().expect("the key has 32 octets"))
    }
}

fn derive(main: &[u8; 32], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(main).expect("HMAC takes a key of any length");
    mac.update(purpose);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn read_or_make(path: &Path) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    match std::fs::read_to_string(path) {
        Ok(hex) => {
            let hex = Zeroizing::new(hex);
            parse_hex(hex.trim()).ok_or_else(|| StoreError::Setup(format!("{} is not a Postroom key file", path.display())))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(path),
        Err(error) => Err(error.into()),
    }
}

fn make(path: &Path) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let mut key = Zeroizing::new([0u8; 32]);
    getrandom::fill(key.as_mut_slice()).map_err(|_| StoreError::Secret)?;
    let hex = Zeroizing::new(key.iter().map(|octet| format!("{octet:02x}")).collect::<String>());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            file.write_all(hex.as_bytes())?;
            file.sync_all()?;
            Ok(key)
        }
        // Another process made it a moment ago: use that one.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => read_or_make(path),
        Err(error) => Err(error.into()),
    }
}

fn parse_hex(hex: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0u8; 32]);
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (at, octet) in key.iter_mut().enumerate() {
        *octet = u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    // I8, W5: a sealed secret opens only in its own place.
    #[test]
    fn a_secret_moved_to_another_row_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open(folder.path()).unwrap();
        let sealed = keys.seal("account:1:secret", &SecretString::from("pässword")).unwrap();
        assert_eq!(keys.open_sealed("account:1:secret", &sealed).unwrap().expose_secret(), "pässword");
        assert!(keys.open_sealed("account:2:secret", &sealed).is_err());
        assert!(!sealed.windows(4).any(|part| part == b"word"));
        let again = Keys::open(folder.path()).unwrap();
        assert!(again.open_sealed("account:1:secret", &sealed).is_ok());
    }
}
