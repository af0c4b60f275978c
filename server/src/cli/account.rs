//! `postroom account …` and `postroom doctor NAME`

use super::{Out, office, out};
use crate::office::days::rfc3339;
use crate::office::{Office, Principal};
use crate::settings::Shared;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use model::{AccountForm, AccountId, Diagnosis, FolderId, FolderRow, Letters, Preset, Protocol, RungOutcome, RungResult, Security};
use postroom_store::{AccountRecord, AccountState};
use serde::Deserialize;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Subcommand, Debug)]
pub enum AccountCommand {
    /// Connect an account from a file: saved, tested, folders chosen, enabled
    #[command(after_help = FILE_HELP)]
    Add {
        /// Settings (TOML)
        file: PathBuf,
        #[command(flatten)]
        out: Out,
    },
    /// List accounts
    List {
        #[command(flatten)]
        out: Out,
    },
    /// Test the connection of an account as it is saved
    Test {
        /// Name of the account
        name: String,
        #[command(flatten)]
        out: Out,
    },
    /// Delete an account; waits until it is done
    #[command(after_help = REMOVE_HELP)]
    Remove {
        /// Name of the account
        name: String,
        /// What becomes of its letters
        #[arg(long, value_enum)]
        letters: WhatOfLetters,
        #[command(flatten)]
        out: Out,
    },
    /// Ask the server for an account's folders and list them
    Folders {
        /// Name of the account
        name: String,
        #[command(flatten)]
        out: Out,
    },
}

/// What becomes of a deleted account's letters.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhatOfLetters {
    /// They stay: the account becomes an archive
    Keep,
    /// Those that no other account holds are removed for good
    Remove,
}

const REMOVE_HELP: &str = "\
Nothing is changed in the mailbox itself. Removing letters goes in short steps, beside everybody else's work; interrupted,
it goes on in the running office, or when the same command is given again.";

const FILE_HELP: &str = "\
FILE.toml:
  name = \"Office\"                     # unique, cannot change later
  protocol = \"imap\"                 # or pop3: received mail only
  address = \"office@example.com\"
  server = \"mail.example.com\"         # and, if need be, port = 993
  security = \"auto\"                   # auto, none, starttls, tls
  user_name = \"office@example.com\"    # empty: the address
  password_file = \"office.password\"   # or password = \"…\"
  folders = \"all\"                     # or [\"INBOX\", \"Sent\"]; left out: what people keep, without spam, bin and drafts
  # optional: description, pinned_fingerprint, allow_clear_text, connection_limit, timeout_minutes,
  # optional with pop3: delete_after_days (left out: letters are never deleted on the server)";

/// Run the connection doctor on an account
#[derive(Args, Debug)]
pub struct Doctor {
    /// Name of the account
    name: String,
    #[command(flatten)]
    out: Out,
}

/// An account in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountFile {
    name: String,
    #[serde(default)]
    protocol: Option<String>,
    address: String,
    server: String,
    #[serde(default)]
    port: Option<u16>,
    #[serde(default)]
    security: Security,
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    password_file: Option<PathBuf>,
    #[serde(default)]
    folders: Option<Folders>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    pinned_fingerprint: String,
    #[serde(default)]
    allow_clear_text: bool,
    #[serde(default)]
    connection_limit: Option<u32>,
    #[serde(default)]
    timeout_minutes: Option<f64>,
    #[serde(default)]
    delete_after_days: Option<u32>,
    /// Directory of the application (protocol = "graph").
    #[serde(default)]
    tenant: String,
    /// The application's id.
    #[serde(default)]
    client_id: String,
    /// Token server, where it is not Microsoft 365's own.
    #[serde(default)]
    sign_in_server: String,
    /// The day on which the secret expires.
    #[serde(default)]
    secret_expires: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Folders {
    Word(String),
    Names(Vec<String>),
}

impl AccountCommand {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        match self {
            Self::Add { file, out } => add(shared, &file, out).await,
            Self::List { out } => list(shared, out).await,
            Self::Test { name, out } => test(shared, &name, out, false).await,
            Self::Remove { name, letters, out } => remove(shared, &name, letters, out).await,
            Self::Folders { name, out } => {
                let office = office(shared).await?;
                let account = named(&office, &name).await?;
                office.engine.download_folders(account.id).await.map_err(|error| anyhow::anyhow!(error.text()))?;
                for folder in office.account(&Principal::Console, account.id).await?.folders {
                    print_folder(out, &folder)?;
                }
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

impl Doctor {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        test(shared, &self.name, self.out, true).await
    }
}

/// An account by its name.
pub async fn named(office: &Office, name: &str) -> Result<AccountRecord> {
    office.store.account_by_name(name).await.with_context(|| format!("There is no account named {name}"))
}

async fn add(shared: &Shared, path: &Path, out: Out) -> Result<ExitCode> {
    let text = std::fs::read_to_string(path).with_context(|| format!("Reading {}", path.display()))?;
    let file: AccountFile = toml::from_str(&text).map_err(|error| anyhow::anyhow!("{}: {}", path.display(), mistake(&text, &error)))?;
    let office = office(shared).await?;
    let wanted = file.wanted()?;
    let form = file.form(path)?;
    let id = office.save_account(&Principal::Console, None, None, form).await?;
    make_ready(&office, id, &wanted)
        .await
        .with_context(|| format!("The account is kept as a draft. Mend it, then: postroom account test {:?}", file.name))?;
    let folders = office.store.folders(id).await?.iter().filter(|folder| folder.selected).count();
    let told = serde_json::json!({ "id": id, "name": file.name, "state": "enabled", "folders": folders });
    out.row(&told, || format!("{} is connected: {folders} folders selected (account {id})", file.name))?;
    Ok(ExitCode::SUCCESS)
}

/// Which folders to collect.
pub enum Wanted {
    /// What is offered at first.
    Usual,
    /// Every folder that can be opened.
    All,
    /// These.
    Names(Vec<String>),
}

/// Test, folders, enabled: what a draft needs before it can be collected (FP-24).
pub async fn make_ready(office: &Office, id: AccountId, wanted: &Wanted) -> Result<()> {
    let diagnosis = office.test_stored(&Principal::Console, id, &mut |_| {}).await?;
    if !diagnosis.passed() {
        bail!("{} ({:?})", last_sentence(&diagnosis), diagnosis.verdict);
    }
    let rows = office.download_folders(&Principal::Console, id).await?;
    if let Some(folders) = chosen(&rows, wanted)? {
        office.select_folders(&Principal::Console, id, folders).await?;
    }
    office.enable_account(&Principal::Console, id).await?;
    Ok(())
}

fn last_sentence(diagnosis: &Diagnosis) -> String {
    let failed = diagnosis.rungs.iter().find(|result| result.outcome == RungOutcome::Failed);
    failed.map_or_else(|| diagnosis.sentence.clone(), |result| result.sentence.clone())
}

fn chosen(rows: &[FolderRow], wanted: &Wanted) -> Result<Option<Vec<FolderId>>> {
    match wanted {
        Wanted::Usual => Ok(None),
        Wanted::All => Ok(Some(rows.iter().filter(|row| row.selectable && !row.gone).map(|row| row.id).collect())),
        Wanted::Names(names) => names
            .iter()
            .map(|name| {
                let found = rows.iter().find(|row| row.name == *name && row.selectable && !row.gone);
                found.map(|row| row.id).with_context(|| format!("The server has no folder “{name}”"))
            })
            .collect::<Result<Vec<_>>>()
            .map(Some),
    }
}

impl AccountFile {
    fn wanted(&self) -> Result<Wanted> {
        match &self.folders {
            None => Ok(Wanted::Usual),
            Some(Folders::Word(word)) if word == "all" => Ok(Wanted::All),
            Some(Folders::Word(word)) => bail!("folders = {word:?} means nothing: say \"all\" or give a list of names"),
            Some(Folders::Names(names)) => Ok(Wanted::Names(names.clone())),
        }
    }

    fn form(&self, path: &Path) -> Result<AccountForm> {
        let protocol = match self.protocol.as_deref() {
            None | Some("imap") => Protocol::Imap,
            Some("pop3") => Protocol::Pop3,
            Some("graph") => Protocol::Graph,
            Some(other) => bail!("protocol = {other:?} is not known: \"imap\", \"pop3\" and \"graph\" are"),
        };
        let password = match (&self.password, &self.password_file) {
            (Some(password), None) => password.clone(),
            (None, Some(file)) => {
                let file = path.parent().unwrap_or(Path::new("")).join(file);
                let text = std::fs::read_to_string(&file).with_context(|| format!("Reading {}", file.display()))?;
                text.trim_end_matches(['\r', '\n']).to_owned()
            }
            _ => bail!("Give either password or password_file"),
        };
        Ok(AccountForm {
            protocol,
            preset: Preset::Custom,
            name: self.name.clone(),
            description: self.description.clone(),
            address: self.address.clone(),
            server: self.server.clone(),
            port: self.port.map(|port| port.to_string()).unwrap_or_default(),
            security: self.security,
            user_name: self.user_name.clone(),
            password_repeat: password.clone(),
            password,
            timeout_minutes: self.timeout_minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
            connection_limit: self.connection_limit.map(|limit| limit.to_string()).unwrap_or_default(),
            pinned_fingerprint: self.pinned_fingerprint.clone(),
            allow_clear_text: self.allow_clear_text,
            tenant: self.tenant.clone(),
            client_id: self.client_id.clone(),
            sign_in_server: self.sign_in_server.clone(),
            secret_expires: self.secret_expires.clone(),
            // A person signs in by the pages: here is no browser.
            consent_server: String::new(),
            delegated: false,
            central: true,
            delete_after_days: self.delete_after_days.map(|days| days.to_string()).unwrap_or_default(),
        })
    }
}

async fn remove(shared: &Shared, name: &str, letters: WhatOfLetters, out: Out) -> Result<ExitCode> {
    let office = office(shared).await?;
    let account = named(&office, name).await?;
    let id = account.id;
    let what = if letters == WhatOfLetters::Keep { Letters::Keep } else { Letters::Remove };
    if account.removing.is_none() {
        office.delete_account(&Principal::Console, id, Some(what)).await?;
    }
    if what == Letters::Remove {
        let stop = super::collect::stop_on_interrupt();
        tokio::select! {
            outcome = office.engine.finish_removal(id, &stop) => outcome.map_err(|error| anyhow::anyhow!(error.text()))?,
            () = super::import::tell(&office, id) => bail!("the progress ended"),
        }
        if std::io::stderr().is_terminal() {
            eprint!("\r\x1b[K");
        }
    }
    let told = if what == Letters::Keep { "is an archive now: its letters stay" } else { "is deleted, with the letters that only it held" };
    out.row(&serde_json::json!({ "id": id, "name": account.settings.name, "letters": what }), || {
        format!("{} {told}", account.settings.name)
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn list(shared: &Shared, out: Out) -> Result<ExitCode> {
    let office = office(shared).await?;
    for card in office.accounts(&Principal::Console).await? {
        let record = office.store.account(card.id).await?;
        let kept = &record.settings;
        let row = serde_json::json!({
            "id": card.id, "name": card.name, "address": card.address, "server": kept.server, "port": kept.port,
            "security": kept.security.as_str(), "user_name": kept.user_name, "state": state(record.state), "tested": kept.tested,
            "owner": card.owner, "last_collection": record.collected_at.map(rfc3339), "error": record.error_text, "verdict": record.error_verdict,
            "ledger": card.ledger, "warnings": card.warnings,
        });
        let error = record.error_text.unwrap_or_default();
        out.row(&row, || {
            format!(
                "{}\t{}\t{}\t{}\t{}",
                card.name,
                card.address,
                state(record.state),
                out::moment(record.collected_at, "never collected"),
                error
            )
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

fn state(state: AccountState) -> &'static str {
    match state {
        AccountState::Draft => "draft",
        AccountState::Enabled => "enabled",
        AccountState::Paused => "paused",
        AccountState::Disabled => "disabled",
    }
}

fn print_folder(out: Out, folder: &FolderRow) -> Result<()> {
    let marks = [(folder.selected, "selected"), (!folder.selectable, "cannot be opened"), (folder.gone, "gone")];
    let words: Vec<&str> = marks.into_iter().filter_map(|(holds, word)| holds.then_some(word)).collect();
    out.row(folder, || {
        format!("{}\t{}\t{}\t{}", folder.name, folder.role.map_or("", model::FolderRole::as_str), folder.letters, words.join(", "))
    })
}

async fn test(shared: &Shared, name: &str, out: Out, transcript: bool) -> Result<ExitCode> {
    let office = office(shared).await?;
    let account = named(&office, name).await?;
    let diagnosis = office.test_stored(&Principal::Console, account.id, &mut |_| {}).await?;
    for result in &diagnosis.rungs {
        out.row(result, || rung(result))?;
    }
    if transcript {
        for said in &diagnosis.transcript {
            if !out.json {
                out::say(&format!("    | {said}"))?;
            }
        }
    }
    let verdict = serde_json::json!({ "verdict": diagnosis.verdict, "sentence": diagnosis.sentence });
    out.row(&verdict, || format!("{:?}: {}", diagnosis.verdict, diagnosis.sentence))?;
    Ok(if diagnosis.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn rung(result: &RungResult) -> String {
    let mark = match result.outcome {
        RungOutcome::Passed => "✓",
        RungOutcome::Warned => "!",
        RungOutcome::Failed => "✗",
    };
    let fix = result.fix.as_ref().map(|fix| format!(" → {}", fix.label)).unwrap_or_default();
    let evidence = if result.evidence.is_empty() { String::new() } else { format!(" [{}]", result.evidence) };
    format!("{mark} {:?}: {}{evidence}{fix}", result.rung, result.sentence)
}

/// What is wrong and in which line. The parser's own words quote the line it stumbles over, which may be the password.
fn mistake(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    line.map_or_else(|| error.message().to_owned(), |line| format!("line {line}: {}", error.message()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_the_help_can_be_read() {
        let toml: String =
            FILE_HELP.lines().skip(1).filter(|line| !line.contains("# optional")).map(|line| format!("{}\n", line.trim())).collect();
        let file: AccountFile = toml::from_str(&toml).unwrap();
        assert!(matches!(file.wanted().unwrap(), Wanted::All));
        assert_eq!(file.security, Security::Auto);
    }

    #[test]
    fn a_mistake_in_the_file_does_not_repeat_the_password() {
        let text = "name = \"x\"\npassword = \"hunter2 \n";
        let error = toml::from_str::<AccountFile>(text).err().unwrap();
        let said = mistake(text, &error);
        assert!(!said.contains("hunter2") && said.starts_with("line 2: "), "{said}");
    }
}
