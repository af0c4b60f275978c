//! Answers on stdout: for people as text, for scripts as one JSON object a line.

use anyhow::Result;
use clap::Args;
use postroom_store::Octets;
use serde::Serialize;
use std::io::{self, Write};

/// How a listing is printed.
#[derive(Args, Debug, Clone, Copy, Default)]
pub struct Out {
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

impl Out {
    /// Prints one thing.
    pub fn row(&self, row: &impl Serialize, text: impl FnOnce() -> String) -> Result<()> {
        let line = if self.json { serde_json::to_string(row)? } else { text() };
        say(&line)
    }
}

/// Prints a line of the answer.
pub fn say(line: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Prints octets as they are.
pub fn say_octets(octets: &Octets) -> Result<()> {
    let mut out = io::stdout().lock();
    let (mut piece, mut at) = (vec![0; 64 * 1024], 0);
    loop {
        match octets.read_at(at, &mut piece)? {
            0 => return Ok(out.flush()?),
            got => {
                out.write_all(&piece[..got])?;
                at += got as u64;
            }
        }
    }
}

/// `postroom … | head` closes the pipe: that is no error.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}

/// A moment for people, or a word when there is none.
pub fn moment(moment: Option<i64>, none: &str) -> String {
    moment.map_or_else(|| none.to_owned(), crate::office::days::rfc3339)
}
