//! Whether this is a demo office. Known while the server draws, handed to the browser with the page.

use model::DemoOffice;

/// What the demo says of itself; `None` in a real office.
pub fn demo_now() -> Option<DemoOffice> {
    #[cfg(feature = "ssr")]
    {
        super::office::desk().ok()?.demo()
    }
    #[cfg(not(feature = "ssr"))]
    None
}
