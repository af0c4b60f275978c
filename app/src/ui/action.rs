//! What a form needs to know of its server function, without the function's type.

use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::Problem;

/// A server function's state with its type forgotten: fields and buttons need not know it.
#[derive(Clone, Copy)]
pub struct Act {
    /// Why it was not done.
    pub problem: Signal<Option<Problem>>,
}

/// Why the last call was not carried out.
pub fn problem_of<S>(action: ServerAction<S>) -> Signal<Option<Problem>>
where
    S: ServerFn<Error = Trouble> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let value = action.value();
    Signal::derive(move || value.with(|value| value.as_ref().and_then(|result| result.as_ref().err().map(|trouble| trouble.0.clone()))))
}
