//! The made-up office is a demo when it is `Busy`, so that every page is drawn with the banner.

use super::*;

impl DemoDesk for Office {
    fn demo(&self) -> Option<DemoOffice> {
        let door = |name: &str, role| DemoDoor {
            name: name.into(),
            email: format!("{}@office.example", name.to_lowercase()),
            role,
            word: "open sesame".into(),
        };
        matches!(self.0, Scene::Busy | Scene::Door).then(|| DemoOffice {
            doors: vec![door("Ada", Role::Administrator), door("Ben", Role::Staff)],
            mailbox: DemoMailbox { address: "hello@office.example".into(), server: "127.0.0.1".into(), port: 4143, word: "mailbox".into() },
        })
    }
}
