//! Letters written straight into a Maildir, as a delivery agent would: into `tmp`, then moved into place.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::Context;

use super::config::Owner;

/// Names must never repeat, and must rise: Dovecot gives UIDs in their order.
static DELIVERED: AtomicU64 = AtomicU64::new(0);

/// A letter as it goes into a folder.
pub(super) struct Delivery<'a> {
    pub(super) folder: &'a str,
    pub(super) raw: &'a [u8],
    pub(super) flags: &'a [&'a str],
    /// Becomes INTERNALDATE, seconds since 1970 UTC; none: now.
    pub(super) received: Option<u64>,
}

pub(super) fn deliver(owner: &Owner, maildir: &Path, delivery: &Delivery<'_>) -> anyhow::Result<()> {
    let Delivery { folder, raw, flags, received } = delivery;
    let place = if folder.eq_ignore_ascii_case("INBOX") { maildir.to_owned() } else { maildir.join(crate::utf7::encode(folder)) };
    for part in ["cur", "new", "tmp"] {
        owner.make_dir(&place.join(part))?;
    }
    let number = DELIVERED.fetch_add(1, Ordering::Relaxed);
    let name = format!("{}.M{:06}P{}.lab", 1_700_000_000 + number, number % 1_000_000, std::process::id());
    let waiting = place.join("tmp").join(&name);
    fs::write(&waiting, raw).context("Writing a letter")?;
    if let Some(seconds) = received {
        fs::File::options().append(true).open(&waiting)?.set_modified(UNIX_EPOCH + Duration::from_secs(*seconds))?;
    }
    owner.own(&waiting)?;
    let letters = maildir_letters(flags);
    let there = if letters.is_empty() { place.join("new").join(name) } else { place.join("cur").join(format!("{name}:2,{letters}")) };
    fs::rename(waiting, there).context("Delivering a letter")
}

/// The letters of a Maildir file name, which must be sorted.
fn maildir_letters(flags: &[&str]) -> String {
    let mut letters: Vec<char> = flags
        .iter()
        .filter_map(|flag| match *flag {
            "\\Draft" => Some('D'),
            "\\Flagged" => Some('F'),
            "\\Answered" => Some('R'),
            "\\Seen" => Some('S'),
            "\\Deleted" => Some('T'),
            _ => None,
        })
        .collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}
