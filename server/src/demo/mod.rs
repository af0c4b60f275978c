//! `serve --demo`: a made-up office on mail servers of its own, collected by the real connector and engine.
//!
//! Must never: touch a folder that is not the demo's own, or listen on anything but the loopback address (its passwords are published).
//! A start makes the demo anew; leaving it wipes its folder.

mod folder;
mod move_in;
mod post;

pub use folder::refuse_a_demos_folder;

use crate::cli::open_office_with;
use crate::office::OfficeSettings;
use crate::office::demo::Demo;
use crate::settings::{Serving, Shared};
use anyhow::{Context, Result, bail};
use model::{DemoDoor, DemoMailbox, DemoOffice, Role};
use post::Post;
use postroom_connect::CertificateDer;
use postroom_lab::demo::staff;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Everybody's password in the demo: published, so that nobody mistakes it for a secret.
pub(crate) const WORD: &str = "open the demo";
/// Every mailbox's password.
const MAILBOX_WORD: &str = "demo-mailbox";
/// In a demo one wants to see things happen.
const POLL: Duration = Duration::from_secs(60);

/// Runs the demo until it is left or stopped.
pub async fn serve(shared: &Shared, serving: &Serving) -> Result<ExitCode> {
    if shared.database.is_some() {
        bail!("A demo keeps its office in a folder of its own: leave --database (POSTROOM_DATABASE) out");
    }
    if !serving.listen.ip().is_loopback() || serving.behind_tls || serving.public_url.is_some() {
        bail!("A demo's passwords are published, so it listens on the loopback address only");
    }
    let folder = folder::fresh(&shared.data)?;
    let stop = CancellationToken::new();
    let left = Arc::new(AtomicBool::new(false));
    let mut post = tokio::task::spawn_blocking(|| Post::open(now())).await.context("Starting the demo's mail servers")??;
    let demo = Demo { shown: shown(post.practice()), stop: stop.clone(), left: left.clone() };
    let extra_roots = vec![CertificateDer::from(post.authority().to_vec())];
    let settings = OfficeSettings {
        extra_roots,
        demo: Some(demo),
        metrics_token: serving.metrics_token()?,
        rate_limit: Some(serving.rate_limit),
        ..OfficeSettings::default()
    };
    let shared = Shared { data: folder.clone(), ..shared.clone() };
    let office = open_office_with(&shared, POLL, settings).await?;
    move_in::first(&office, post.now()).await?;

    let (busy, stopping) = (office.clone(), stop.clone());
    let life = tokio::spawn(async move {
        let done = tokio::select! {
            done = move_in::the_rest(&busy, &mut post) => done,
            () = stopping.cancelled() => return,
        };
        match done {
            Ok(()) => post.deliver_until(&busy, stopping).await,
            Err(error) => tracing::error!("The demo could not be furnished: {error:#}"),
        }
    });
    crate::serve::run(office, serving, stop.clone()).await?;
    stop.cancel();
    life.await.context("Ending the demo")?;
    if left.load(Ordering::SeqCst) {
        folder::wipe(&folder)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(mailbox: DemoMailbox) -> DemoOffice {
    let doors = staff().iter().take(2).map(|clerk| DemoDoor {
        name: clerk.name.to_owned(),
        email: clerk.email.to_owned(),
        role: if clerk.administrator { Role::Administrator } else { Role::Staff },
        word: WORD.to_owned(),
    });
    DemoOffice { doors: doors.collect(), mailbox }
}

/// Seconds since 1970, of the office's own clock.
fn now() -> i64 {
    use crate::clock::Clock;
    crate::clock::SystemClock.now() / 1000
}
