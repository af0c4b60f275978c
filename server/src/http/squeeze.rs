//! Compressed pages: a history is a tenth of its size on the way.
//!
//! Must never: compress what another site made the browser ask for. Whoever can have a page asked for with words of their choice, and
//! sees how long the answer is, can guess at what else stands in it (BREACH, CVE-2013-3587). Browsers say who caused a request
//! (Fetch Metadata, `Sec-Fetch-Site`); what another site caused, and what does not say, goes as it is. The form token is veiled anew in
//! each page ([`crate::tokens::veil`]), so that letters, too, can teach nothing about it.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use tower_http::compression::predicate::Predicate;
use tower_http::compression::{CompressionLayer, CompressionLevel};

/// Marks an answer that may be compressed.
#[derive(Clone, Copy)]
struct MayShrink;

/// Whether somebody using our own pages, or typing our address, caused the request.
fn is_our_own(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin" || site == "none")
}

/// Lets the answer to a request be compressed if it may.
pub fn allow(request: &HeaderMap, response: &mut Response) {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("sec-fetch-site"));
    if is_our_own(request) {
        response.extensions_mut().insert(MayShrink);
    }
}

/// The layer that does it.
pub fn layer() -> CompressionLayer<Marked> {
    // Level 4 of Brotli is about as quick as gzip and smaller.
    CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(Marked)
}

/// Answers that [`allow`] has marked.
#[derive(Debug, Clone, Copy)]
pub struct Marked;

impl Predicate for Marked {
    fn should_compress<B>(&self, response: &http::Response<B>) -> bool
    where
        B: axum::body::HttpBody,
    {
        response.extensions().get::<MayShrink>().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_our_own_pages_ask_for_is_compressed() {
        let asked = |site: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.extend(site.map(|site| (http::HeaderName::from_static("sec-fetch-site"), HeaderValue::from_static(site))));
            is_our_own(&headers)
        };
        assert!(asked(Some("same-origin")) && asked(Some("none")));
        assert!(!asked(Some("cross-site")) && !asked(Some("same-site")) && !asked(None));
    }
}
