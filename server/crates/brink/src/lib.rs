//! Brinks: the places just before and after something becomes durable or leaves for a server, at which a test ends the process.
//!
//! `POSTROOM_DIE_AT=commit#3` ends it, as a kill would, when it passes the brink `commit` for the third time; `POSTROOM_BRINKS=FILE` writes
//! down every brink that is passed. Both exist in builds with debug assertions only: in a release [`pass`] is nothing at all. Must never:
//! do anything but end the process.
//!
//! To add a brink: call [`pass`] with a name of its own; `cargo xtask torture` finds it by itself.

/// Passes a brink.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn pass(_name: &'static str) {}

/// Passes a brink, and goes no further if this is the one.
#[cfg(debug_assertions)]
pub fn pass(name: &'static str) {
    at_work::pass(name);
}

#[cfg(debug_assertions)]
mod at_work {
    use std::io::Write;
    use std::sync::{Mutex, OnceLock, PoisonError};

    struct Watch {
        /// Name, and how often it may still be passed.
        end: Option<(String, u64)>,
        written: Option<std::fs::File>,
    }

    fn watch() -> Option<&'static Mutex<Watch>> {
        static WATCH: OnceLock<Option<Mutex<Watch>>> = OnceLock::new();
        WATCH
            .get_or_init(|| {
                let end = std::env::var("POSTROOM_DIE_AT").ok().and_then(|text| {
                    let (name, times) = text.split_once('#')?;
                    Some((name.to_owned(), times.parse().ok()?))
                });
                let written =
                    std::env::var_os("POSTROOM_BRINKS").and_then(|file| std::fs::File::options().create(true).append(true).open(file).ok());
                (end.is_some() || written.is_some()).then(|| Mutex::new(Watch { end, written }))
            })
            .as_ref()
    }

    pub fn pass(name: &'static str) {
        let Some(watch) = watch() else { return };
        let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &mut watch.written {
            // A list that cannot be written shows in the test that reads it.
            let _ = writeln!(file, "{name}");
        }
        if let Some((wanted, left)) = &mut watch.end
            && wanted == name
        {
            *left = left.saturating_sub(1);
            if *left == 0 {
                // No destructor, no flush, no good-bye: as with SIGKILL.
                std::process::abort();
            }
        }
    }
}
