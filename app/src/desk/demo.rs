//! Whether this is a demo office.

use super::*;

/// Whether this is a demo office.
pub trait DemoDesk: Send + Sync {
    /// What the demo says of itself; `None` in a real office.
    fn demo(&self) -> Option<DemoOffice>;
}
