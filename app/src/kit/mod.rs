//! What both sides draw or know: the server in its pages, the browser in its islands. Must never ask the office.

pub mod frame;
pub mod icon;
#[cfg(any(feature = "hydrate", test))]
pub mod link;
pub mod managed;
pub mod shortcuts;
pub mod tag;
