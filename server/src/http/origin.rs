//! Whether a request that may change something comes from a page of ours (RELIABILITY §4.1).
//!
//! Must never: let a request through because it says nothing. Every browser of the last ten years names the origin of a POST.

use http::{HeaderMap, header};

/// Where we are, as browsers see it.
#[derive(Debug, Clone, Default)]
pub struct Home {
    /// Scheme, host and port when set by hand (`https://post.example.com`); else the request's own Host counts.
    pub public_origin: Option<String>,
}

impl Home {
    /// From `--public-url`; a path behind the host is left out.
    pub fn new(public_url: Option<&str>) -> Self {
        let origin = public_url.and_then(|url| {
            let (scheme, rest) = url.split_once("://")?;
            Some(format!("{scheme}://{}", rest.split('/').next()?).to_lowercase())
        });
        Self { public_origin: origin }
    }

    /// Scheme, host and port for links: as set by hand, else as the page that sent this calls us (which was checked to be ours).
    pub fn origin(&self, headers: &HeaderMap) -> String {
        let text = |name: http::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        self.public_origin
            .clone()
            .or_else(|| text(header::ORIGIN).filter(|origin| *origin != "null").map(str::to_owned))
            .unwrap_or_else(|| format!("http://{}", text(header::HOST).unwrap_or_default()))
    }

    /// Whether the page that sent this is one of ours.
    pub fn sent_by_us(&self, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let site = text("sec-fetch-site");
        if site.is_some_and(|site| site != "same-origin") {
            return false;
        }
        match text(header::ORIGIN.as_str()) {
            Some(origin) => self.is_ours(origin, text(header::HOST.as_str())),
            None => site.is_some(),
        }
    }

    fn is_ours(&self, origin: &str, host: Option<&str>) -> bool {
        let origin = origin.to_lowercase();
        if let Some(ours) = &self.public_origin {
            return origin == *ours;
        }
        let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        matches!((authority, host), (Some(authority), Some(host)) if authority == host.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(home: &Home, headers: &[(&'static str, &'static str)]) -> bool {
        let map =
            headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value))).collect();
        home.sent_by_us(&map)
    }

    #[test]
    fn only_our_own_pages_may_send() {
        let home = Home::default();
        let host = ("host", "127.0.0.1:3000");
        assert!(sent(&home, &[host, ("origin", "http://127.0.0.1:3000")]));
        assert!(sent(&home, &[host, ("sec-fetch-site", "same-origin")]));
        assert!(!sent(&home, &[host]), "silence is no consent");
        for foreign in
            ["https://evil.example", "null", "http://127.0.0.1:3001", "http://127.0.0.1:3000.evil.example", "ftp://127.0.0.1:3000"]
        {
            let headers = [host, ("origin", foreign)];
            assert!(!sent(&home, &headers), "{foreign}");
        }
        for site in ["cross-site", "same-site", "none"] {
            assert!(!sent(&home, &[host, ("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", site)]), "{site}");
        }
    }

    #[test]
    fn behind_a_proxy_the_public_address_counts() {
        let home = Home::new(Some("https://Post.example.com/"));
        assert!(sent(&home, &[("host", "10.0.0.5:3000"), ("origin", "https://post.example.com")]));
        assert!(!sent(&home, &[("host", "10.0.0.5:3000"), ("origin", "http://10.0.0.5:3000")]));
    }
}
