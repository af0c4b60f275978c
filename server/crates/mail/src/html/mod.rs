//! HTML of strangers: cut into tokens, turned into text, put in order before it is cleaned.

mod elements;
mod facts;
mod order;
mod tokens;

pub(crate) use facts::{entities, facts, is_block, is_remote, strip_prefix_ignoring_case};
pub(crate) use order::{Pictures, order};
pub(crate) use tokens::{Token, Tokens, attributes};
