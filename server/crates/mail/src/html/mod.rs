//! HTML of strangers: cut into tokens, turned into text, put in order before it is cleaned.

mod facts;

mod tokens;

pub(crate) use facts::facts;

