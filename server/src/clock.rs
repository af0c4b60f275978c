//! The office's clock: the one that collections have, so that a test moves both at once.

pub use postroom_sync::{Clock, StillClock, SystemClock};
