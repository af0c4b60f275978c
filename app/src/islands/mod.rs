//! What moves in a page by itself: small parts that the server draws first and the browser takes over. Everything else on a page is
//! plain HTML. An island must read well as the server drew it, and hold no deed that a plain form could not do.

mod bar;
mod palette;
mod progress;
mod settings;

#[cfg(feature = "hydrate")]
pub use progress::let_go;

#[cfg(feature = "ssr")]
pub use palette::Palette;
#[cfg(feature = "ssr")]
pub use progress::{LiveBar, LiveState};
#[cfg(feature = "ssr")]
pub use settings::SettingsGuess;
