//! Settings: every one is a flag and a variable; `postroom config` prints what counts.
//!
//! Must never: print a password that stands in the database's address.

use clap::Args;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where the server listens unless told otherwise; the next free port when this one is taken.
pub const USUAL_ADDRESS: &str = "127.0.0.1:3000";

/// What every command needs.
#[derive(Args, Clone)]
pub struct Shared {
    /// Folder for everything Postroom keeps: database, letters, key
    #[arg(long, global = true, env = "POSTROOM_DATA", value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
    /// Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: SQLite in the data folder]
    #[arg(long, global = true, env = "POSTROOM_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Certificates (PEM) of authorities to trust besides those that browsers trust
    #[arg(long, global = true, env = "POSTROOM_EXTRA_CA", value_name = "FILE")]
    pub extra_ca: Option<PathBuf>,
    /// Where days begin, like Europe/London [default: as this machine says]
    #[arg(long, global = true, env = "POSTROOM_TIME_ZONE", value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// What is logged to stderr: error, warn, info, debug, or a filter for tracing
    #[arg(long, global = true, env = "POSTROOM_LOG", value_name = "LEVEL", default_value = "warn")]
    pub log: String,
}

impl Shared {
    /// The database's address.
    pub fn database_url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite:{}", self.data.join("postroom.db").display()))
    }

    /// The same, fit to be shown.
    pub fn shown_database(&self) -> String {
        redacted(&self.database_url())
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("data", &self.data).field("database", &self.shown_database()).finish_non_exhaustive()
    }
}

/// What `serve` needs besides.
#[derive(Args, Clone, Debug)]
pub struct Serving {
    /// Address to listen on; port 0 takes any free one
    #[arg(long, env = "POSTROOM_LISTEN", value_name = "ADDR", default_value = USUAL_ADDRESS)]
    pub listen: SocketAddr,
    /// Folder of the built site [default: `site` beside the program, else target/site]
    #[arg(long, env = "POSTROOM_SITE", value_name = "DIR")]
    pub site: Option<PathBuf>,
    /// The address people type, when a proxy stands in front, like https://post.example.com
    #[arg(long, env = "POSTROOM_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// A proxy in front speaks TLS: cookies are Secure, and its X-Forwarded-For is believed
    #[arg(long, env = "POSTROOM_BEHIND_TLS", value_parser = clap::builder::FalseyValueParser::new())]
    pub behind_tls: bool,
    /// A demo office with made-up clients, letters and mail servers, in a folder of its own
    #[arg(long)]
    pub demo: bool,
    /// Minutes from one collection of an account to the next
    #[arg(long, env = "POSTROOM_POLL_MINUTES", value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=1440))]
    pub poll_minutes: u64,
}

impl Serving {
    /// Where the site lies.
    pub fn site_folder(&self) -> PathBuf {
        if let Some(folder) = &self.site {
            return folder.clone();
        }
        let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join("site")));
        beside.filter(|folder| folder.is_dir()).unwrap_or_else(|| Path::new("target").join("site"))
    }
}

/// An address without its password.
pub fn redacted(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((who, place)) => format!("{scheme}://{}:…@{}", who.split(':').next().unwrap_or(""), without_query(place)),
        None => format!("{scheme}://{}", without_query(rest)),
    }
}

/// A password may also stand behind the question mark.
fn without_query(place: &str) -> &str {
    place.split('?').next().unwrap_or(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_the_databases_address_is_never_shown() {
        assert_eq!(redacted("postgres://ada:p@ss:word@db.example.com/post"), "postgres://ada:…@db.example.com/post");
        assert_eq!(redacted("postgres://db/post?password=secret"), "postgres://db/post");
        assert_eq!(redacted("sqlite:/data/postroom.db"), "sqlite:/data/postroom.db");
    }
}
