//! The one error that crosses the wire. It may stand in an address bar, so it never holds what somebody typed.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use model::Problem;
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, fmt, str::FromStr};

/// A [`Problem`] on its way from the office to a page, in JSON or in the address of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trouble(pub Problem);

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Trouble {}

impl FromStr for Trouble {
    type Err = Infallible;
    /// Reads JSON; anything else becomes an unexpected problem without its text.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(serde_json::from_str(text).unwrap_or_else(|_| Self(Problem::Unexpected("wire".to_owned()))))
    }
}

impl FromServerFnError for Trouble {
    type Encoder = JsonEncoding;

    /// Names the stage at which the call broke. The library's own text is dropped: it may quote the form.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let stage = match error {
            ServerFnErrorErr::Request(_) => "no answer from the server",
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => "form",
            ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::Serialization(_) => "wire",
            _ => "server",
        };
        Self(Problem::Unexpected(stage.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_keeps_fields_and_sentences_but_no_typed_text() {
        // STYLE 1.7: an error travels in the address bar.
        let trouble = Trouble(Problem::field("email", "Enter an e-mail address"));
        let back = Trouble::de(trouble.ser());
        assert_eq!(back, trouble);
        let typed = Trouble::from_server_fn_error(ServerFnErrorErr::Args("password=secret".to_owned()));
        assert!(!serde_json::to_string(&typed).expect("JSON").contains("secret"));
    }
}
