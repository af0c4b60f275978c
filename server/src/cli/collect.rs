//! `postroom collect` and `postroom ledger`

use super::account::{Wanted, make_ready, named};
use super::{Out, office};
use crate::office::Office;
use crate::settings::Shared;
use anyhow::{Result, bail};
use clap::Args;
use model::{AccountId, LedgerRow, Protocol};
use postroom_store::{AccountRecord, AccountState};
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

/// Collect now; status 0 only when nothing is missing in any folder
#[derive(Args, Debug)]
pub struct Collect {
    /// Names of accounts; none = every enabled account
    names: Vec<String>,
    #[command(flatten)]
    out: Out,
}

/// What became of every letter the servers count
#[derive(Args, Debug)]
pub struct Ledger {
    /// Name of an account; none = all
    name: Option<String>,
    #[command(flatten)]
    out: Out,
}

impl Collect {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        let stop = stop_on_interrupt();
        let mut whole = true;
        for account in wanted(&office, &self.names).await? {
            whole &= office.engine.index_beside(&stop, collect(&office, &account, &stop)).await?;
            for row in office.store.ledger(Some(account.id)).await? {
                whole &= row.sums.missing == 0;
                print(self.out, &row)?;
            }
        }
        office.engine.index_waiting(&stop).await?;
        office.engine.import_waiting(&stop).await?;
        Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

async fn wanted(office: &Office, names: &[String]) -> Result<Vec<AccountRecord>> {
    if names.is_empty() {
        return Ok(office
            .store
            .accounts()
            .await?
            .into_iter()
            .filter(|account| account.state == AccountState::Enabled && account.settings.protocol.collects())
            .collect());
    }
    let mut accounts = Vec::new();
    for name in names {
        let account = named(office, name).await?;
        if account.settings.protocol == Protocol::Archive {
            bail!("{name} is an archive: it is not collected. Bring files in with: postroom import FILE --account {name:?}");
        }
        if account.state == AccountState::Draft {
            make_ready(office, account.id, &Wanted::Usual).await?;
        }
        accounts.push(account);
    }
    Ok(accounts)
}

/// Collects one account; whether it went through.
async fn collect(office: &Office, account: &AccountRecord, stop: &CancellationToken) -> Result<bool> {
    let name = &account.settings.name;
    match office.engine.collect_account(account.id, stop).await {
        Ok(report) => {
            if let Some((verdict, sentence)) = &report.error {
                eprintln!("{name}: {sentence} ({verdict:?})");
            }
            if report.disabled {
                eprintln!("{name}: disabled, since the password was refused repeatedly. Enter the new password.");
            }
            Ok(report.error.is_none())
        }
        Err(error) => {
            eprintln!("{name}: {}", error.text());
            Ok(false)
        }
    }
}

/// Ctrl-C ends a collection after the window at hand: nothing is lost.
pub fn stop_on_interrupt() -> CancellationToken {
    let stop = CancellationToken::new();
    let cancel = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancel.cancel();
        }
    });
    stop
}

impl Ledger {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        let only: Option<AccountId> = match &self.name {
            Some(name) => Some(named(&office, name).await?.id),
            None => None,
        };
        for row in office.store.ledger(only).await? {
            print(self.out, &row)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(out: Out, row: &LedgerRow) -> Result<()> {
    let sums = &row.sums;
    let json = serde_json::json!({
        "account": row.account, "folder": row.folder, "server": sums.server, "filed": sums.filed, "elsewhere": sums.elsewhere,
        "excluded": sums.excluded, "errored": sums.errored, "missing": sums.missing,
    });
    out.row(&json, || {
        format!(
            "{}\t{}\tserver {} = filed {} + elsewhere {} + excluded {} + errored {} + missing {}",
            row.account, row.folder, sums.server, sums.filed, sums.elsewhere, sums.excluded, sums.errored, sums.missing
        )
    })
}
