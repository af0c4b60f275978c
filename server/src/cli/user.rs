//! `postroom user …`

use super::{Out, office};
use crate::office::Principal;
use crate::settings::Shared;
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use model::{Role, UserForm};
use std::io::BufRead;
use std::process::ExitCode;

#[derive(Subcommand, Debug)]
pub enum UserCommand {
    /// Add a user; the password is read from stdin (one line)
    #[command(
        after_help = "Example:\n  printf '%s\\n' 'a long enough password' | postroom user add --email ada@example.com --name 'Ada' --role staff"
    )]
    Add {
        /// Address to sign in with
        #[arg(long)]
        email: String,
        /// Full name
        #[arg(long)]
        name: String,
        /// What the user is in the office
        #[arg(long, value_parser = ["administrator", "staff"])]
        role: String,
        #[command(flatten)]
        out: Out,
    },
    /// Give a user a new password, read from stdin (one line); all sessions of the user end
    Password {
        /// Address to sign in with
        #[arg(long)]
        email: String,
    },
    /// List users
    List {
        #[command(flatten)]
        out: Out,
    },
}

impl UserCommand {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        match self {
            Self::Add { email, name, role, out } => {
                let password = read_password()?;
                let role = Role::parse(&role).context("Reading --role")?;
                let form = UserForm { name, email, password_repeat: password.clone(), password };
                let email = form.email.clone();
                let id = office(shared).await?.add_user(&Principal::Console, form, role).await?;
                out.row(&serde_json::json!({ "id": id, "email": email, "role": role }), || {
                    format!("Added {email} as {} (user {id})", role.as_str())
                })?;
            }
            Self::Password { email } => {
                let password = read_password()?;
                office(shared).await?.reset_password(&Principal::Console, &email, password).await?;
                super::out::say("The new password is set. All sessions of this user have ended.")?;
            }
            Self::List { out } => {
                for user in office(shared).await?.users(&Principal::Console).await? {
                    let disabled = if user.disabled { "disabled" } else { "" };
                    out.row(&user, || format!("{}\t{}\t{}\t{}\t{disabled}", user.id, user.email, user.name, user.role.as_str()))?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// One line of stdin, without its end.
fn read_password() -> Result<String> {
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        eprintln!("Type the password (it is shown while you type), then press Enter:");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("Reading the password from stdin")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("No password on stdin. Give it as one line: printf '%s\\n' PASSWORD | postroom user add …");
    }
    Ok(password)
}
