//! What both sides draw or know: the server in its pages, the browser in its islands. Must never ask the office.

pub mod frame;
pub mod icon;
pub mod link;
pub mod managed;
pub mod shortcuts;
pub mod tag;
