//! Whether this is a demo office.

use super::OfficeDesk;
use app::desk::DemoDesk;
use model::DemoOffice;

impl DemoDesk for OfficeDesk {
    fn demo(&self) -> Option<DemoOffice> {
        self.office.demo()
    }
}
