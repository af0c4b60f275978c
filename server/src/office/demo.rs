//! A demo office: what it says of itself, and its end.
//!
//! Must never: end or wipe an office that is not a demo.

use super::{Office, Principal};
use model::{DemoOffice, Problem};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_util::sync::CancellationToken;

/// What makes an office a demo.
#[derive(Debug, Clone)]
pub struct Demo {
    /// What it says of itself.
    pub shown: DemoOffice,
    /// Ends the server.
    pub stop: CancellationToken,
    /// Somebody asked to leave: whoever runs the demo wipes its data.
    pub left: Arc<AtomicBool>,
}

impl Office {
    /// What the demo says of itself; `None` in a real office.
    pub fn demo(&self) -> Option<DemoOffice> {
        self.settings.demo.as_ref().map(|demo| demo.shown.clone())
    }

    /// Ends the demo: the server stops, and its data is wiped by whoever runs it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] in a real office, which has no such thing.
    pub fn leave_demo(&self, who: &Principal) -> Result<(), Problem> {
        who.need_somebody()?;
        let demo = self.settings.demo.as_ref().ok_or(Problem::NotFound)?;
        demo.left.store(true, Ordering::SeqCst);
        demo.stop.cancel();
        Ok(())
    }
}
