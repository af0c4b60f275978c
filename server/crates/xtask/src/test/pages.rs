//! The page code for the browser and the site around it, as `serve` builds them.

use super::{Outcome, Round};
use crate::serve;
use anyhow::Result;

/// Builds both and the server that serves them; says the size.
pub fn build(round: &Round) -> Result<Outcome> {
    let site = serve::site(round.project, false)?;
    serve::server(round.project, false)?;
    Ok(Outcome::Passed(format!("page code after Brotli {} kB{}", site.wasm_brotli / 1000, serve::budget(site.wasm_brotli, false))))
}
