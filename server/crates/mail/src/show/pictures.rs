//! Pictures that travel in the letter, as `data:` URIs: raster ones only, and not too large.

use crate::{attachment, body, html, limits, mime::Part};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::collections::HashMap;

/// The letter's own pictures, by the names the cleaner knows.
pub(crate) struct Own<'t, 'x> {
    /// The files that have a Content-ID, by it in lower case.
    by_cid: HashMap<String, (usize, &'t Part<'x>)>,
    room: usize,
    pub uris: HashMap<String, String>,
    pub remote: bool,
}

impl<'t, 'x> Own<'t, 'x> {
    pub fn new(root: &'t Part<'x>, remote: bool) -> Self {
        let mut by_cid = HashMap::new();
        for (at, part) in body::files(root).into_iter().enumerate() {
            if let Some(cid) = &part.kind.cid {
                by_cid.entry(cid.to_lowercase()).or_insert((at, part));
            }
        }
        Self { by_cid, room: limits::PICTURES_OCTETS, uris: HashMap::new(), remote }
    }

    fn keep(&mut self, name: String, octets: &[u8]) -> Option<String> {
        if octets.len() > limits::PICTURE_OCTETS || octets.len() > self.room {
            return None;
        }
        let uri = format!("data:{};base64,{}", raster(octets)?, BASE64_STANDARD.encode(octets));
        self.room -= octets.len();
        self.uris.insert(name.clone(), uri);
        Some(format!("cid:{name}"))
    }
}

impl html::Pictures for Own<'_, '_> {
    fn own(&mut self, address: &str) -> Option<String> {
        if let Some(cid) = html::strip_prefix_ignoring_case(address, "cid:") {
            let found = self.by_cid.get(&cid.to_lowercase()).or_else(|| self.by_cid.get(&attachment::percent_decoded(cid).to_lowercase()));
            let (at, part) = *found?;
            let name = format!("file-{at}");
            if self.uris.contains_key(&name) {
                return Some(format!("cid:{name}"));
            }
            return self.keep(name, part.octets());
        }
        let data = html::strip_prefix_ignoring_case(address, "data:")?;
        let (_, encoded) = data.split_once(";base64,")?;
        let octets = crate::transfer::base64(encoded.as_bytes());
        let name = format!("data-{}", self.uris.len());
        self.keep(name, &octets)
    }

    fn remote(&self) -> bool {
        self.remote
    }
}

/// The type of a raster picture by its first octets; what it calls itself does not count.
fn raster(octets: &[u8]) -> Option<&'static str> {
    match octets {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
