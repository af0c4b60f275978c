//! Settings: every one is a flag and a variable; `postroom config` prints what counts.
//!
//! Must never: print a password that stands in the database's address.

use anyhow::{Context, Result, bail};
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where the server listens unless told otherwise; the next free port when this one is taken.
pub const USUAL_ADDRESS: &str = "127.0.0.1:3000";

/// A token shorter than this can be guessed.
const SHORTEST_TOKEN: usize = 16;

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
    /// What is logged to stderr: error, warn, info, debug, or a filter for tracing [default: info for serve, else warn]
    #[arg(long, global = true, env = "POSTROOM_LOG", value_name = "LEVEL")]
    pub log: Option<String>,
    /// How lines of the log are written: text for people, json for a log system
    #[arg(long, global = true, env = "POSTROOM_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t)]
    pub log_format: LogFormat,
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

    /// What is logged: as somebody said, else more of a server than of a command.
    pub fn log_level(&self, serving: bool) -> &str {
        self.log.as_deref().unwrap_or(if serving { "info" } else { "warn" })
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("data", &self.data).field("database", &self.shown_database()).finish_non_exhaustive()
    }
}

/// How lines of the log are written.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Json { "json" } else { "text" })
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
    /// The address people type, when a proxy stands in front, like `https://post.example.com`
    #[arg(long, env = "POSTROOM_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// A proxy in front speaks TLS: cookies are Secure, and its X-Forwarded-For is believed
    #[arg(long, env = "POSTROOM_BEHIND_TLS", value_parser = clap::builder::FalseyValueParser::new())]
    pub behind_tls: bool,
    /// File whose first line is the token that opens /metrics to a monitoring system [default: there are no metrics]
    #[arg(long, env = "POSTROOM_METRICS_TOKEN_FILE", value_name = "FILE")]
    pub metrics_token_file: Option<PathBuf>,
    /// The token itself, better as the variable: who may list processes can read the command line
    #[arg(long, env = "POSTROOM_METRICS_TOKEN", value_name = "TOKEN", hide_env_values = true, conflicts_with = "metrics_token_file")]
    pub metrics_token: Option<SecretString>,
    /// How many times the usual bounds of costly requests (searches, exports, tests of connections) hold; 0 = no bounds
    #[arg(long, env = "POSTROOM_RATE_LIMIT", value_name = "TIMES", default_value_t = 1.0, value_parser = times)]
    pub rate_limit: f64,
    /// Seconds that requests and collections at hand get when Postroom is asked to stop
    #[arg(long, env = "POSTROOM_STOP_WITHIN", value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub stop_within: u64,
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

    /// The token that opens metrics, if one is set.
    ///
    /// # Errors
    /// The file cannot be read, or what is set is too short to be a secret.
    pub fn metrics_token(&self) -> Result<Option<SecretString>> {
        let token = match (&self.metrics_token_file, &self.metrics_token) {
            (Some(file), _) => {
                let text =
                    std::fs::read_to_string(file).with_context(|| format!("Reading the token of metrics from {}", file.display()))?;
                SecretString::from(text.lines().next().unwrap_or("").trim())
            }
            (None, Some(token)) => token.clone(),
            (None, None) => return Ok(None),
        };
        if token.expose_secret().len() < SHORTEST_TOKEN {
            bail!("The token of metrics needs {SHORTEST_TOKEN} characters or more; `openssl rand -hex 32` makes a good one");
        }
        Ok(Some(token))
    }
}

/// A number of times, nought or more.
fn times(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|times: &f64| times.is_finite() && (0.0..=1000.0).contains(times))
        .ok_or_else(|| "a number from 0 to 1000".into())
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
