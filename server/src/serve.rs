//! `postroom serve`: binds, says where it is, runs everything until it is asked to end.

use crate::cli::open_office_with;
use crate::http::listen::{self, Limits};
use crate::http::{AppState, Site, router};
use crate::office::operation;
use crate::office::{Office, OfficeSettings};
use crate::settings::{Serving, Shared, USUAL_ADDRESS};
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Ports tried after the usual one.
const PORTS: u16 = 100;
/// Views of letters are written this often (DESIGN §10).
const VIEWS: Duration = Duration::from_secs(1);
/// It is looked this often whether the day's statements of the ledger are drawn up.
const STATEMENTS: Duration = Duration::from_secs(15 * 60);
/// It is looked this often whether somebody must be told something by letter.
const ALARMS: Duration = Duration::from_secs(60);
/// Sessions that ended are deleted this often.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// Runs the server.
pub async fn serve(shared: &Shared, serving: &Serving) -> Result<ExitCode> {
    if serving.demo {
        return crate::demo::serve(shared, serving).await;
    }
    crate::demo::refuse_a_demos_folder(&shared.data)?;
    let settings = OfficeSettings {
        behind_tls: serving.behind_tls,
        metrics_token: serving.metrics_token()?,
        rate_limit: Some(serving.rate_limit),
        ..OfficeSettings::default()
    };
    let office = open_office_with(shared, Duration::from_secs(serving.poll_minutes * 60), settings).await?;
    run(office, serving, CancellationToken::new()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Runs an office's pages, collections and chores until `stop`, Ctrl-C or the signal of a service manager.
pub(crate) async fn run(office: Arc<Office>, serving: &Serving, stop: CancellationToken) -> Result<()> {
    let listener = bind(serving.listen).await?;
    let address = listener.local_addr().context("Reading the address")?;
    let state = AppState::new(office.clone(), Site::open(&serving.site_folder()), serving.public_url.as_deref(), stop.clone());
    let engine = tokio::spawn(office.engine.clone().start(stop.clone()));
    let actions = tokio::spawn(office.engine.clone().action_loop(office.clone(), stop.clone()));
    let chores = tokio::spawn(chores(office.clone(), stop.clone()));
    let (uploads, ends) = (office.clone(), stop.clone());
    let uploads = tokio::spawn(async move { uploads.resume_uploads(&ends).await });
    tell(&office, serving, address).await?;
    tokio::spawn(stop_when_asked(stop.clone()));

    let server = listen::serve(listener, router(state), Limits::usual(serving.behind_tls), stop.clone());
    let collecting = engine.abort_handle();
    // All end by the stop: answers at hand are finished, streams end, collections save their window.
    let done = async { tokio::join!(server, engine, actions, chores, uploads) };
    tokio::select! {
        _ = done => {}
        () = async { stop.cancelled().await; tokio::time::sleep(Duration::from_secs(serving.stop_within)).await } => {
            tracing::warn!("What was at hand was cut off; collections go on where they were at the next start");
            collecting.abort();
            write_views(&office).await;
        }
    }
    // Whatever was cut off, nobody waits for its lease to run out.
    if let Err(error) = office.engine.give_back_leases().await {
        tracing::warn!(%error, "Leases could not be given back");
    }
    office.store.close().await;
    Ok(())
}

/// The address wanted; the usual one is only a wish, so the next free port will do.
async fn bind(wanted: SocketAddr) -> Result<TcpListener> {
    let usual = wanted.to_string() == USUAL_ADDRESS;
    let mut last = None;
    for step in 0..=if usual { PORTS } else { 0 } {
        match TcpListener::bind((wanted.ip(), wanted.port().saturating_add(step))).await {
            Ok(listener) => return Ok(listener),
            Err(error) => last = Some(error),
        }
    }
    let error = last.map_or_else(|| anyhow::anyhow!("no port was tried"), anyhow::Error::from);
    Err(error).with_context(|| format!("Listening on {wanted}"))
}

/// Two lines that programs read too: where Postroom is, and how to set it up.
async fn tell(office: &Office, serving: &Serving, address: SocketAddr) -> Result<()> {
    let place = serving.public_url.clone().map_or_else(|| format!("http://{address}"), |url| url.trim_end_matches('/').to_owned());
    let mut lines = format!("Postroom is at {place}/\n");
    if !office.is_set_up().await? {
        lines.push_str(&format!("Set up Postroom: {place}/setup?token={}\n", office.new_set_up_token()));
    }
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    out.write_all(lines.as_bytes()).and_then(|()| out.flush()).context("Telling the address")
}

/// What is done now and then until the stop, and once more at the end.
async fn chores(office: Arc<Office>, stop: CancellationToken) {
    let mut views = tokio::time::interval(VIEWS);
    let mut alarms = tokio::time::interval(ALARMS);
    let mut sweep = tokio::time::interval(SWEEP);
    let mut statements = tokio::time::interval(STATEMENTS);
    loop {
        tokio::select! {
            _ = views.tick() => {}
            _ = alarms.tick() => {
                if let Err(error) = office.tell_of_disabled().await {
                    tracing::warn!(%error, "Who answers for a disabled account could not be told by letter");
                }
            }
            _ = sweep.tick() => {
                let began = office.now();
                let done = office.drop_old_sessions().await;
                if let Err(error) = &done {
                    tracing::warn!(%error, "Old sessions could not be deleted");
                }
                office.beat(operation::SESSIONS, began, SWEEP.as_millis() as i64, done.err().map(|error| error.to_string()));
            }
            _ = statements.tick() => {
                let began = office.now();
                let done = office.keep_daily_statements().await;
                if let Err(error) = &done {
                    tracing::warn!(%error, "The day's statements of the ledger could not be drawn up");
                }
                if let Err(error) = office.look_at_unattended_nightly().await {
                    tracing::warn!(%error, "It could not be looked whether unattended letters can leave");
                }
                office.beat(operation::STATEMENTS, began, STATEMENTS.as_millis() as i64, done.err().map(|error| error.to_string()));
            }
            () = stop.cancelled() => break,
        }
        write_views(&office).await;
    }
    write_views(&office).await;
}

async fn write_views(office: &Office) {
    let began = office.now();
    let done = office.write_views().await;
    if let Err(error) = &done {
        tracing::error!(%error, "Views of letters could not be recorded");
    }
    office.beat(operation::VIEWS, began, VIEWS.as_millis() as i64, done.err().map(|error| error.to_string()));
}

/// Ctrl-C, or the signal that service managers send.
async fn stop_when_asked(stop: CancellationToken) {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(signal) => signal,
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be heard");
                return;
            }
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
    stop.cancel();
}
