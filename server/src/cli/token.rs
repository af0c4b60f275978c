//! `postroom token …`: tokens by which other systems ask.

use super::{Out, office, out};
use crate::office::Principal;
use crate::settings::Shared;
use anyhow::{Result, bail};
use clap::Subcommand;
use model::TokenForm;
use std::process::ExitCode;

#[derive(Subcommand, Debug)]
pub enum TokenCommand {
    /// Make a token; it is printed once and kept nowhere
    Make {
        /// Name of the system that uses it
        #[arg(long)]
        name: String,
        /// What it may do: clients.read, clients.write, letters.read, letters.send
        #[arg(long = "scope", required = true)]
        scopes: Vec<String>,
        /// Clients of this cost centre alone
        #[arg(long)]
        cost_centre: Option<String>,
        /// Web configuration that its letters leave through
        #[arg(long)]
        web: Option<String>,
        /// For how many days it works
        #[arg(long)]
        days: Option<u32>,
    },
    /// List tokens
    List {
        #[command(flatten)]
        out: Out,
    },
    /// Take a token back
    Revoke {
        /// Its name
        name: String,
    },
}

impl TokenCommand {
    pub async fn run(self, shared: &Shared) -> Result<ExitCode> {
        let office = office(shared).await?;
        let who = Principal::Console;
        let view = office.api_tokens(&who, None).await?;
        match self {
            Self::Make { name, scopes, cost_centre, web, days } => {
                if let Some(odd) = scopes.iter().find(|scope| model::ApiScope::parse(scope).is_none()) {
                    bail!("{odd} is no scope: clients.read, clients.write, letters.read, letters.send");
                }
                let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
                let centre = match &cost_centre {
                    None => String::new(),
                    Some(wanted) => match view.centres.iter().find(|(_, name)| same(name, wanted)) {
                        Some((id, _)) => id.to_string(),
                        None => bail!("There is no cost centre {wanted}"),
                    },
                };
                let web = match &web {
                    None => String::new(),
                    Some(wanted) => match view.webs.iter().find(|(_, name)| same(name, wanted)) {
                        Some((id, _)) => id.to_string(),
                        None => bail!("There is no web configuration {wanted}"),
                    },
                };
                let days = days.map(|days| days.to_string()).unwrap_or_default();
                let word = office.make_token(&who, None, &TokenForm { name, scopes, centre, web, days }).await?;
                out::say(&word)?;
            }
            Self::List { out } => {
                for token in view.tokens {
                    let scopes = token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
                    let state = if token.works(view.at) { "works" } else { "does not work any more" };
                    out.row(&token, || format!("{}  {scopes}  {state}", token.name))?;
                }
            }
            Self::Revoke { name } => match view.tokens.iter().find(|token| token.name == name) {
                Some(token) => office.revoke_token(&who, token.id).await?,
                None => bail!("There is no token {name}"),
            },
        }
        Ok(ExitCode::SUCCESS)
    }
}
