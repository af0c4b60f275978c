//! Fresh databases on the PostgreSQL server that `POSTROOM_TEST_POSTGRES` names (the test command starts one for itself).

use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// Makes an empty database and answers its URL; otherwise says why not. In CI the variable must be set: a missing database is a failure there.
pub fn fresh_database() -> Result<String, String> {
    let url = match std::env::var("POSTROOM_TEST_POSTGRES") {
        Ok(url) => url,
        Err(_) if std::env::var_os("CI").is_some() => panic!("POSTROOM_TEST_POSTGRES is not set in CI"),
        Err(_) => return Err("POSTROOM_TEST_POSTGRES names no PostgreSQL server (`cargo xtask test` starts one)".into()),
    };
    let name = format!("lab_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let made = Command::new("psql")
        .args(["--quiet", "--no-psqlrc", "--dbname", &url, "--command", &format!("create database {name}")])
        .output()
        .map_err(|error| format!("psql cannot be started: {error}"))?;
    if !made.status.success() {
        return Err(String::from_utf8_lossy(&made.stderr).into_owned());
    }
    let (base, query) = url.split_once('?').map_or((url.as_str(), String::new()), |(base, query)| (base, format!("?{query}")));
    let server = base.rsplit_once('/').map_or(base, |(server, _)| server);
    Ok(format!("{server}/{name}{query}"))
}
