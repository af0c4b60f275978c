//! `postroom serve`: binds, says where it is, runs everything until it is asked to end.

use crate::cli::open_office;
use crate::http::listen::{self, Limits};
use crate::http::{AppState, Site, router};
use crate::office::Office;
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
/// Requests at hand may take this long once a stop was asked for.
const GRACE: Duration = Duration::from_secs(10);
/// Views of letters are written this often (DESIGN §10).
const VIEWS: Duration = Duration::from_secs(1);
/// It is looked this often whether the day's statements of the ledger are drawn up.
const STATEMENTS: Duration = Duration::from_secs(15 * 60);
/// Sessions that ended are deleted this often.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// Runs the server.
pub async fn serve(shared: &Shared, serving: &Serving) -> Result<ExitCode> {
    if serving.demo {
        return crate::demo::serve(shared, serving).await;
    }
    crate::demo::refuse_a_demos_folder(&shared.data)?;
    let office = open_office(shared, serving.behind_tls, Duration::from_secs(serving.poll_minutes * 60)).await?;
    run(office, serving, CancellationToken::new()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Runs an office's pages, collections and chores until `stop`, Ctrl-C or the signal of a service manager.
pub(crate) async fn run(office: Arc<Office>, serving: &Serving, stop: CancellationToken) -> Result<()> {
    let listener = bind(serving.listen).await?;
    let address = listener.local_addr().context("Reading the address")?;
    let state = AppState::new(office.clone(), Site::open(&serving.site_folder()), serving.public_url.as_deref(), stop.clone());
    let engine = tokio::spawn(office.engine.clone().start(stop.clone()));
    let chores = tokio::spawn(chores(office.clone(), stop.clone()));
    tell(&office, serving, address).await?;
    tokio::spawn(stop_when_asked(stop.clone()));

    let server = listen::serve(listener, router(state), Limits::usual(serving.behind_tls), stop.clone());
    tokio::select! {
        () = server => {}
        () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => tracing::warn!("Requests at hand were cut off"),
    }
    stop.cancel();
    // Collections save their window first; that they did is worth the wait.
    let _ = tokio::join!(engine, chores);
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
    let mut sweep = tokio::time::interval(SWEEP);
    let mut statements = tokio::time::interval(STATEMENTS);
    loop {
        tokio::select! {
            _ = views.tick() => {}
            _ = sweep.tick() => {
                if let Err(error) = office.drop_old_sessions().await {
                    tracing::warn!(%error, "Old sessions could not be deleted");
                }
            }
            _ = statements.tick() => {
                if let Err(error) = office.keep_daily_statements().await {
                    tracing::warn!(%error, "The day's statements of the ledger could not be drawn up");
                }
            }
            () = stop.cancelled() => break,
        }
        write_views(&office).await;
    }
    write_views(&office).await;
}

async fn write_views(office: &Office) {
    if let Err(error) = office.write_views().await {
        tracing::error!(%error, "Views of letters could not be recorded");
    }
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
